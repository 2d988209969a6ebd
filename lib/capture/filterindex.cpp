#include "capture/filterindex.h"

#include "base/limits.h"
#include "capture/sieve.h"
#include "capture/wholerecord.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace wsw::capture {

namespace {

/// How often a search reports: soon enough to be seen growing, seldom enough not to keep the window busy.
constexpr std::chrono::milliseconds reportInterval{25};
/// The clock is looked at once in so many records.
constexpr quint64 recordsPerLook = 512;

/// Was something not read that may be read later? What is damaged is lost for good.
template<class T>
bool isUnreadNow(const Result<T> &result)
{
    return !result && result.error().kind != ErrorKind::Damaged;
}

} // namespace

struct FilterIndex::Job
{
    std::shared_ptr<const Document> document;
    Filter filter;
    Filter also;
    std::optional<QSet<ConnectionId>> connections;
    Rows rows = Rows::Frames;
    bool isEverything = false;  ///< rows need not be told, only what is folded
    MessageFolding folding;
    enum class Purpose : quint8 {
        GoOn,
        CatchUp,    ///< among records that have been looked at before, for connections that were not let through then
    } purpose = Purpose::GoOn;
    quint64 from = 0;
    std::atomic<bool> cancelled{false};
};

FilterIndex::FilterIndex(QObject *parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

FilterIndex::~FilterIndex()
{
    cancel();
    // The worker may be about to post to this object; it notices the cancel at the next record.
    m_pool.waitForDone();
}

void FilterIndex::setDocument(std::shared_ptr<const Document> document)
{
    cancel();
    m_document = std::move(document);
    restart();
}

void FilterIndex::setFilter(const Filter &filter)
{
    cancel();
    m_filter = filter;
    restart();
}

void FilterIndex::setConnections(const std::optional<QSet<ConnectionId>> &connections)
{
    cancel();
    m_connections = connections;
    restart();
}

void FilterIndex::setRows(Rows rows)
{
    cancel();
    m_rows = rows;
    restart();
}

void FilterIndex::set(const Filter &filter, const std::optional<QSet<ConnectionId>> &connections, Rows rows, const Filter &also)
{
    cancel();
    m_filter = filter;
    m_also = also;
    m_connections = connections;
    m_rows = rows;
    restart();
}

void FilterIndex::addConnection(ConnectionId connection)
{
    if (!m_connections || m_connections->contains(connection))
        return;
    m_connections->insert(connection);
    m_added.insert(connection);
    advance();
}

void FilterIndex::restart()
{
    m_added.clear();
    m_passed.clear();
    m_found.clear();
    m_found.shrink_to_fit();
    m_folded.clear();
    m_folding.clear();
    ++m_beginnings;
    m_scanned = 0;
    m_retryAt = {};
    Q_EMIT reset();
    advance();
}

void FilterIndex::cancel()
{
    if (m_job)
        m_job->cancelled.store(true);
    m_job.reset();
}

void FilterIndex::advance()
{
    if (!m_document || m_job || std::chrono::steady_clock::now() < m_retryAt || catchUp())
        return;
    const quint64 received = m_document->received();
    if (received <= m_scanned)
        return;
    if (!isEverything() || m_rows == Rows::Messages) {
        auto job = std::make_shared<Job>();
        job->connections = m_connections;
        job->folding = m_folding;
        start(std::move(job), m_scanned + 1, received);
        return;
    }
    const auto first = static_cast<qsizetype>(m_scanned);
    m_scanned = received;
    Q_EMIT rowsAppended(first, count() - 1);
    Q_EMIT progress(received, received);
}

bool FilterIndex::catchUp()
{
    quint64 from = m_scanned + 1;
    QSet<ConnectionId> late;
    for (const ConnectionId added : std::exchange(m_added, {})) {
        const quint64 first = m_passed.take(added);
        if (first == 0)
            continue;
        late.insert(added);
        from = std::min(from, first);
    }
    if (late.isEmpty())
        return false;
    auto job = std::make_shared<Job>();
    job->connections = late;
    job->purpose = Job::Purpose::CatchUp;
    start(std::move(job), from, m_scanned);
    return true;
}

qsizetype FilterIndex::count() const noexcept
{
    return static_cast<qsizetype>(isEverything() ? m_scanned - m_folded.count() : m_found.size());
}

RecordId FilterIndex::at(qsizetype row) const
{
    Q_ASSERT(row >= 0 && row < count());
    return isEverything() ? m_folded.unfolded(static_cast<quint64>(row)) : RecordId(m_found[static_cast<size_t>(row)]);
}

qsizetype FilterIndex::lowerBound(RecordId id) const
{
    if (isEverything()) {
        const quint64 before = std::min(id.isValid() ? id.value() - 1 : 0, m_scanned);
        return static_cast<qsizetype>(before - m_folded.before(RecordId(before + 1)));
    }
    return std::lower_bound(m_found.begin(), m_found.end(), id.value()) - m_found.begin();
}

qsizetype FilterIndex::rowOf(RecordId id) const
{
    const qsizetype row = lowerBound(id);
    return row < count() && at(row) == id ? row : -1;
}

void FilterIndex::start(std::shared_ptr<Job> job, quint64 from, quint64 to)
{
    m_job = std::move(job);
    m_job->document = m_document;
    m_job->filter = m_filter;
    m_job->also = m_also;
    m_job->rows = m_rows;
    m_job->isEverything = isEverything();
    m_job->from = from;
    m_pool.start([this, job = m_job, from, to]() mutable { search(this, std::move(job), from, to); });
}

/// Both filters of a search, on the records of the connections that are let through.
class FilterIndex::JobSieve final : public Sieve
{
public:
    JobSieve(const Job &task, Batch &batch) : m_task(task), m_batch(batch), m_need(std::max(neededFor(task.filter), neededFor(task.also))),
          // Only what is still recorded can get a connection more.
          m_notesPassed(task.purpose == Job::Purpose::GoOn && task.document->isRecording())
    {
    }

    bool asksFor(Known known) const noexcept override { return m_task.filter.asksFor(known) || m_task.also.asksFor(known); }

    Verdict judge(const RecordView &record, Known known) override
    {
        if (m_task.cancelled.load(std::memory_order_relaxed))
            return Verdict::Open;
        if (passesOver(record.header))
            return Verdict::NoMatch;
        if (known == Known::Everything) {
            const std::optional<quint8> fits = met(record);
            return !fits ? Verdict::Open : *fits == both ? Verdict::Match : Verdict::NoMatch;
        }
        const Verdict filter = m_task.filter.judge(record, known);
        if (filter == Verdict::NoMatch || m_task.also.matchesEverything())
            return filter;
        const Verdict also = m_task.also.judge(record, known);
        return also == Verdict::NoMatch || filter == Verdict::Match ? also : filter;
    }

    /// One bit for each of the two.
    static constexpr quint8 both = 3;
    /// Which of them the record passes; nothing where its payload cannot be read just now.
    std::optional<quint8> met(const RecordView &record) const
    {
        const WholeRecord whole(*m_task.document, record, m_need);
        return whole.isCutOff() ? std::nullopt : std::optional(bits(whole.view()));
    }

    bool passesOver(const RecordHeader &header)
    {
        if (!m_task.connections || m_task.connections->contains(header.connection))
            return false;
        // Of a shape the number is that of its block's first record: early enough.
        if (m_notesPassed && !m_batch.passed.contains(header.connection))
            m_batch.passed.insert(header.connection, header.id.value());
        return true;
    }

private:
    [[nodiscard]] quint8 bits(const RecordView &record) const
    {
        return static_cast<quint8>((m_task.filter.matches(record) ? 1 : 0) | (m_task.also.matches(record) ? 2 : 0));
    }

    const Job &m_task;
    Batch &m_batch;
    const WholeRecord::For m_need;
    const bool m_notesPassed;
};

/// Finds frames: reads as little of them as the filters ask for. Calls @p report now and then.
template<class Report>
Result<> FilterIndex::siftFrames(Job &task, JobSieve &sieve, Batch &batch, quint64 from, quint64 to, Report report)
{
    return task.document->sift(sieve, RecordId(from), RecordId(to), [&](const Sifted &sifted) {
        batch.found.insert(batch.found.end(), sifted.found.begin(), sifted.found.end());
        batch.scanned = sifted.scanned;
        batch.brokenOff = !sifted.isWhole;
        report();
        return !task.cancelled.load(std::memory_order_relaxed);
    });
}

/// Finds messages: each of their frames is looked at.
template<class Report>
Result<> FilterIndex::scanMessages(Job &task, JobSieve &sieve, Batch &batch, quint64 from, quint64 to, Report report)
{
    const auto sort = [&](const RecordHeader &header, quint8 fits) {
        const MessageFolding::Step step = task.folding.feed(header, fits, JobSieve::both);
        if (step.first.isValid())
            batch.folded.append(header.id, step.first);
        if (step.passes && !task.isEverything)
            batch.found.push_back(header.id.value());
        if (step.raises && !task.isEverything)
            batch.raised.push_back(step.first.value());
    };
    return task.document->scan(RecordId(from), RecordId(to), [&](const RecordView &record) {
        const quint64 id = record.header.id.value();
        const bool isPassedOver = sieve.passesOver(record.header);
        const std::optional<quint8> fits = isPassedOver ? quint8{0} : sieve.met(record);
        batch.brokenOff = !fits;
        if (!fits)
            return false;
        batch.scanned = id;
        if (!isPassedOver)
            sort(record.header, *fits);
        if (id % recordsPerLook == 0)
            report();
        return !task.cancelled.load(std::memory_order_relaxed);
    });
}

void FilterIndex::search(FilterIndex *index, std::shared_ptr<Job> job, quint64 from, quint64 to)
{
    using Clock = std::chrono::steady_clock;
    Job &task = *job;
    Batch batch;
    batch.scanned = from - 1;
    JobSieve sieve(task, batch);
    auto reported = Clock::now();

    const auto report = [&](std::shared_ptr<Job> whose) {
        const quint64 scanned = batch.scanned;
        QMetaObject::invokeMethod(
            index, [index, whose = std::move(whose), told = std::exchange(batch, {})] { index->take(whose, told); },
            Qt::QueuedConnection);
        batch.scanned = scanned;
        reported = Clock::now();
    };
    const auto reportNowAndThen = [&] {
        if (task.purpose == Job::Purpose::GoOn && !batch.brokenOff && Clock::now() - reported > reportInterval)
            report(job);
    };
    // Damage is told by the document; what can be read is found all the same.
    const auto done = task.rows == Rows::Frames ? siftFrames(task, sieve, batch, from, to, reportNowAndThen)
                                                : scanMessages(task, sieve, batch, from, to, reportNowAndThen);
    batch.brokenOff = batch.brokenOff || isUnreadNow(done);
    batch.last = true;
    // Handed over, not copied: if this is the last hold on the document, it goes in the thread that it lives in.
    report(std::move(job));
}

void FilterIndex::take(const std::shared_ptr<Job> &job, const Batch &batch)
{
    if (job != m_job)
        return;
    if (batch.brokenOff)
        m_retryAt = std::chrono::steady_clock::now() + std::chrono::milliseconds(limits::readRetryMs);
    if (job->purpose == Job::Purpose::CatchUp) {
        m_job.reset();
        if (batch.brokenOff) {
            putBack(*job);
        } else {
            m_folding.takeIn(job->folding);
            m_folded.merge(batch.folded);
            std::vector<quint64> found = batch.found;
            found.insert(found.end(), batch.raised.begin(), batch.raised.end());
            merge(std::move(found));
        }
        return;
    }
    const qsizetype first = count();
    const quint64 beginning = m_beginnings;
    m_scanned = batch.scanned;
    m_folded.append(batch.folded);
    for (auto it = batch.passed.cbegin(); it != batch.passed.cend(); ++it) {
        if (!m_passed.contains(it.key()))
            m_passed.insert(it.key(), it.value());
    }
    if (batch.last) {
        m_folding = job->folding;
        m_job.reset();
    }
    m_found.insert(m_found.end(), batch.found.begin(), batch.found.end());
    if (count() > first)
        Q_EMIT rowsAppended(first, count() - 1);
    if (beginning == m_beginnings)
        merge(batch.raised);
    if (beginning != m_beginnings) // by a receiver
        return;
    if (m_document)
        Q_EMIT progress(m_scanned, std::max(m_scanned, m_document->received()));
}

void FilterIndex::putBack(const Job &job)
{
    for (const ConnectionId late : *job.connections) {
        m_added.insert(late);
        m_passed.insert(late, job.from);
    }
}

void FilterIndex::merge(std::vector<quint64> found)
{
    if (found.empty())
        return;
    Q_EMIT rowsAboutToMerge();
    std::sort(found.begin(), found.end());
    const auto from = std::lower_bound(m_found.begin(), m_found.end(), found.front());
    const qsizetype first = from - m_found.begin();
    const std::vector<quint64> before(from, m_found.end());
    m_found.resize(static_cast<size_t>(first));
    std::merge(before.begin(), before.end(), found.begin(), found.end(), std::back_inserter(m_found));
    Q_EMIT rowsMerged(first, before);
}

} // namespace wsw::capture
