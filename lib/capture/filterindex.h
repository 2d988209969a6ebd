#pragma once

#include "capture/document.h"
#include "capture/filter.h"
#include "capture/messagefolding.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QThreadPool>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace wsw::capture {

/// Which records of a document a filter lets through, found on a worker, growing as the search and the document go on; beside the
/// filter, only those of some connections. A filter that matches everything, of all connections, costs no memory. GUI thread only (the worker is inside).
class FilterIndex final : public QObject
{
    Q_OBJECT
public:
    /// What a row stands for.
    enum class Rows : quint8 {
        Frames,     ///< one record
        Messages,   ///< one record, or a message of several frames: its first one, where frames of it meet the filter
    };

    explicit FilterIndex(QObject *parent = nullptr);
    ~FilterIndex() override;

    /// Begins anew with @p document (may be null) and the filter in force.
    void setDocument(std::shared_ptr<const Document> document);
    /// Begins anew with @p filter; what the old one would still have found is dropped.
    void setFilter(const Filter &filter);
    [[nodiscard]] const Filter &filter() const noexcept { return m_filter; }
    /// Begins anew with the records of @p connections only; nothing: with those of all.
    void setConnections(const std::optional<QSet<ConnectionId>> &connections);
    /// Begins anew with such rows.
    void setRows(Rows rows);
    [[nodiscard]] Rows rows() const noexcept { return m_rows; }
    /// All at once. Rows must pass @p also as well; of a message another frame may do so than the one that passes @p filter.
    void set(const Filter &filter, const std::optional<QSet<ConnectionId>> &connections, Rows rows = Rows::Frames, const Filter &also = {});
    [[nodiscard]] const std::optional<QSet<ConnectionId>> &connections() const noexcept { return m_connections; }
    /// Goes on with those of @p connection as well, where it is some connections' only. The rows stay; records that the search has
    /// passed over come in among them, see rowsMerged().
    void addConnection(ConnectionId connection);
    /// Looks at the records that have come since; call it from the window's tick. Does nothing while a search runs, nor for
    /// limits::readRetryMs after one that had to break off: it then goes on from there.
    void advance();

    /// Rows announced so far.
    [[nodiscard]] qsizetype count() const noexcept;
    /// The record in @p row, which must be below count().
    [[nodiscard]] RecordId at(qsizetype row) const;
    /// The first row whose record is @p id or a later one; count() where there is none.
    [[nodiscard]] qsizetype lowerBound(RecordId id) const;
    /// The row of @p id, or -1 where the filter hides it (or has not come to it yet).
    [[nodiscard]] qsizetype rowOf(RecordId id) const;
    /// The record whose row stands for @p id, be it there or not: itself, or the first frame of the message into which it is folded.
    [[nodiscard]] RecordId beginningOf(RecordId id) const { return m_folded.beginningOf(id); }
    [[nodiscard]] bool isSearching() const noexcept { return m_job != nullptr; }

Q_SIGNALS:
    void reset();
    /// Rows @p first to @p last (both included) are there now.
    void rowsAppended(qsizetype first, qsizetype last);
    /// Records are about to come in among the rows: at() still says where they are.
    void rowsAboutToMerge();
    /// From row @p first on, where the records @p before were, they and others stand in order now.
    void rowsMerged(qsizetype first, const std::vector<quint64> &before);
    /// So many of the document's records have been looked at.
    void progress(quint64 scanned, quint64 total);

private:
    struct Job;
    class JobSieve;
    /// The first record that was passed over, of connections that are not let through.
    using Passed = QHash<ConnectionId, quint64>;
    void restart();
    void cancel();
    [[nodiscard]] bool isEverything() const noexcept { return m_filter.matchesEverything() && m_also.matchesEverything() && !m_connections; }
    /// Looks for what was passed over of the connections added since. Returns false where there is nothing of the kind.
    bool catchUp();
    void start(std::shared_ptr<Job> job, quint64 from, quint64 to);
    /// What a search has found since it reported last.
    struct Batch
    {
        std::vector<quint64> found;
        std::vector<quint64> raised;    ///< first frames whose messages have passed only by a later one
        FoldedFrames folded;
        Passed passed;
        quint64 scanned = 0;        ///< the last record that was looked at
        bool last = false;
        bool brokenOff = false;     ///< the file cannot be read on just now
    };
    void take(const std::shared_ptr<Job> &job, const Batch &batch);
    /// A search for what was passed over has broken off: it is to be made anew.
    void putBack(const Job &job);
    /// Takes @p found, in any order, in among the rows.
    void merge(std::vector<quint64> found);
    static void search(FilterIndex *index, std::shared_ptr<Job> job, quint64 from, quint64 to);
    template<class Report>
    [[nodiscard]] static Result<> siftFrames(Job &task, JobSieve &sieve, Batch &batch, quint64 from, quint64 to, Report report);
    template<class Report>
    [[nodiscard]] static Result<> scanMessages(Job &task, JobSieve &sieve, Batch &batch, quint64 from, quint64 to, Report report);

    std::shared_ptr<const Document> m_document;
    Filter m_filter;
    Filter m_also;
    std::optional<QSet<ConnectionId>> m_connections;
    Rows m_rows = Rows::Frames;
    FoldedFrames m_folded;
    MessageFolding m_folding;               ///< as the last search has left it
    quint64 m_beginnings = 0;               ///< how often it has begun anew
    QSet<ConnectionId> m_added;             ///< since the last search was started
    Passed m_passed;
    std::shared_ptr<Job> m_job;             ///< the search that runs; late results of others are dropped
    std::vector<quint64> m_found;           ///< numbers of records; unused while everything is let through
    quint64 m_scanned = 0;
    std::chrono::steady_clock::time_point m_retryAt;    ///< of a search that broke off
    QThreadPool m_pool;     ///< its own: neither does anything else wait behind a long search, nor a search behind it
};

} // namespace wsw::capture
