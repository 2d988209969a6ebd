#pragma once

#include "models/framelogmodel.h"

#include <array>

namespace wsw::desktop {

/// Two connections side by side on one time line: a row for each message of either, in its connection's column, with the time between the
/// two columns. Rows are those of a FrameLogModel, so that nothing is held in memory that a log would not hold. GUI thread only.
class CompareModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Left, Moment, Right, ColumnCount };

    explicit CompareModel(QObject *parent = nullptr);

    /// Where rows come from, with their filter and document.
    [[nodiscard]] FrameLogModel *log() { return &m_log; }
    [[nodiscard]] const FrameLogModel *log() const { return &m_log; }
    /// Starts from the first row of either; the same one twice, or none: its rows stand at the left.
    void setPair(ConnectionId left, ConnectionId right);
    [[nodiscard]] ConnectionId left() const { return m_left; }
    [[nodiscard]] ConnectionId right() const { return m_right; }
    /// What the columns are called.
    void setNames(const QString &left, const QString &right);

    /// Left or Right; nothing while the row's record is being fetched.
    [[nodiscard]] std::optional<Column> sideOf(int row) const;
    /// Nanoseconds since the row above; nothing for the first row, and while either is being fetched.
    [[nodiscard]] std::optional<qint64> gapBefore(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void forward();
    [[nodiscard]] std::optional<capture::RecordHeader> headerOf(int row) const;

    FrameLogModel m_log;
    ConnectionId m_left;
    ConnectionId m_right;
    std::array<QString, 2> m_names;
    /// While rows are put in another order: indices of views, and where they are in the log.
    QList<std::pair<QModelIndex, QPersistentModelIndex>> m_moving;
};

} // namespace wsw::desktop
