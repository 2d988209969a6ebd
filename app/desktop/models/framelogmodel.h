#pragma once

#include "base/id.h"
#include "capture/filterindex.h"
#include "models/logrow.h"
#include "models/recordsaying.h"
#include "models/rowfacts.h"

#include <QAbstractTableModel>
#include <QCache>
#include <QSet>
#include <QTimer>

#include <memory>
#include <optional>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// The frame log: one row a record, or one a message, or for those that the filter lets pass. Rows are never taken back while the filter stands. The
/// document is asked for news by a timer, at most 60 times a second; cells are made when they are asked for, from records in memory
/// only. A record that is not there yet shows as "…" and follows with dataChanged(). GUI thread only.
class FrameLogModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    using Column = LogRow::Column;
    using enum LogRow::Column;
    using Rows = capture::FilterIndex::Rows;

    explicit FrameLogModel(QObject *parent = nullptr);
    ~FrameLogModel() override;

    /// Starts from the first row of @p document; the filter stays.
    void setDocument(std::shared_ptr<capture::Document> document);
    [[nodiscard]] std::shared_ptr<capture::Document> document() const { return m_document; }
    /// Starts from the first row that @p filter lets pass; they come in as a worker finds them.
    void setFilter(const capture::Filter &filter);
    [[nodiscard]] const capture::Filter &filter() const { return m_index.filter(); }
    /// Starts from the first row of one of @p connections, nothing: of any, that the filter lets pass.
    void setConnections(const std::optional<QSet<ConnectionId>> &connections);
    [[nodiscard]] const std::optional<QSet<ConnectionId>> &connections() const { return m_index.connections(); }
    /// Lets rows of @p connection pass as well, where only those of some others do. No row goes; what has come of it already takes its place.
    void addConnection(ConnectionId connection);
    /// Starts from the first row, with rows that stand for frames, or for messages.
    void setRows(Rows rows);
    [[nodiscard]] Rows rows() const { return m_index.rows(); }
    /// Rows are coloured by @p rules, which must outlive this.
    void setColorRules(const ColorRules *rules);
    /// Neither a filter nor a choice of connections.
    [[nodiscard]] bool showsEverything() const { return m_index.filter().matchesEverything() && !m_index.connections(); }

    /// Paused: no row is added for a record that comes after this moment; nothing is lost, and all come when it goes on. Those that
    /// had come before still appear where a filter lets them pass.
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    /// Rows that a pause keeps back.
    [[nodiscard]] quint64 pendingRows() const;
    /// The filter has not yet been through what had come when it was set: that there is no row says nothing.
    [[nodiscard]] bool isSearching() const { return m_searching; }
    /// Takes in what has come; also called by the timer.
    void advance();

    [[nodiscard]] RecordId recordAt(int row) const;
    /// The row of @p record, or that of the message to which it belongs, where rows stand for messages; or nothing where the filter hides it or it has not been announced.
    [[nodiscard]] std::optional<int> rowOf(RecordId record) const;
    /// The row of @p record, or of the next one that has been announced; rowCount() where there is none.
    [[nodiscard]] int rowFrom(RecordId record) const;
    /// The formatted row, or null while its record is being fetched. Valid until the next call.
    [[nodiscard]] const LogRow *row(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// Rows of @p connection are let through as well from now on.
    void connectionAdded(wsw::ConnectionId connection);
    /// Rows are coloured by other rules than before.
    void recolored();
    /// Rows are about to take their places among others. Each index that is held is moved by itself: whoever holds on to many rows keeps their
    /// records instead, until merged().
    void merging();
    void merged();
    /// Rows have been added, or pendingRows() or isSearching() has changed.
    void advanced();

private:
    /// Clears all rows, lets @p change the index, and begins again.
    template<class Change>
    void restart(Change change);
    void onBlocksLoaded();
    void onNote(RecordId record);
    void onMerged(qsizetype first, const std::vector<quint64> &before);
    /// Announces what has come; false: nothing has, neither rows nor some that a pause keeps back.
    bool takeRows();
    /// @p row has been asked for in vain.
    void miss(int row) const;
    /// From now on, records up to the newest one of this moment are shown while paused.
    void holdHere();
    [[nodiscard]] quint64 availableRows() const;
    /// Rows that may be shown: all, or, paused, those up to the record at which the view is held.
    [[nodiscard]] quint64 shownRows() const;
    [[nodiscard]] QString cell(int row, int column) const;
    /// The row of the message that begins with @p record; null: it is being looked for.
    [[nodiscard]] LogRow *makeMessage(int row, RecordId record, const std::optional<MonotonicNs> &previous) const;
    /// What is noted on any frame of the message from @p first to @p last.
    [[nodiscard]] std::optional<QByteArray> noteOnMessage(RecordId first, RecordId last) const;
    [[nodiscard]] QString kindDelta(int row) const;
    /// Colours @p row, that of @p record, by the first rule that fits; by rules that read payloads as soon as a worker has found out.
    void judge(LogRow *row, const capture::Record &record) const;
    void judgeInWorker(LogRow *row, RecordId record) const;
    /// Colours @p row by the rule, one of m_rules' filters, or -1.
    void color(LogRow *row, qsizetype rule) const;
    /// All rows are to be judged anew.
    void recolor();
    void onFound(const QList<RecordId> &records);
    /// Formats the rows of messages anew that go on.
    void renewGrowing();

    std::shared_ptr<capture::Document> m_document;
    capture::FilterIndex m_index;
    const ColorRules *m_rules = nullptr;
    QTimer m_timer;
    int m_rows = 0;
    int m_idleTicks = 0;
    quint64 m_lastAvailable = 0;
    quint64 m_heldAt = 0;       ///< paused: the last record that is shown
    bool m_paused = false;
    bool m_searching = false;
    mutable QCache<int, LogRow> m_cache;
    mutable Dialects m_dialects;
    mutable RowFacts m_facts;
    mutable QSet<int> m_growing;        ///< rows of messages of which more can come
    quint64 m_grownTo = 0;              ///< records that there were when they were formatted last
    mutable int m_missingFirst = -1;    ///< rows asked for in vain since blocks were last loaded, so many as are in view together; -1: none
    mutable int m_missingLast = -1;
};

} // namespace wsw::desktop
