#pragma once

#include "theme/theme.h"

#include <QStyledItemDelegate>

namespace wsw::desktop {

class CompareModel;
struct LogRow;

/// Draws two connections beside a time line: each message at its side, a mark on its connection's line, and the time since the message
/// above as a bar that is ten times as long for a thousand times the time; a long silence draws a line through all of it.
class CompareDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit CompareDelegate(QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] static int rowHeight();
    /// Silences from here on, in nanoseconds, are drawn through.
    static constexpr qint64 longGap = 1'000'000'000;
    /// How much of the time column's width the bar of @p gap takes: 0 up to a microsecond, 1 from 100 seconds on.
    [[nodiscard]] static double shareOf(qint64 gap);

private:
    void paintMoment(QPainter *painter, const QRect &rect, const CompareModel &model, int row) const;
    void paintMessage(QPainter *painter, const QRect &rect, const LogRow &row) const;

    QFont m_mono;
    QFont m_caption;
};

} // namespace wsw::desktop
