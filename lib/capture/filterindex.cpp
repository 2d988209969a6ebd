#include "capture/filterindex.h"

#include <QThreadPool>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace wsw::capture {

namespace {

/// How often a search reports: soon enough to be seen growing, seldom enough not to keep the window busy.
constexpr std::chrono::milliseconds reportInterval{25};
/// The clock is looked at, and a cancel noticed, once in so many records.
constexpr quint64 recordsPerLook = 512;
/// Of a larger Chunked payload only so much is searched.
constexpr qsizetype searchedPayloadBytes = 64 * 1024 * 1024;

} // namespace

struct FilterIndex::Job
{
    std::shared_ptr<const Document> document;
    Filter filter;
    std::optional<QSet<ConnectionId>> connections;
    enum class Purpose : quint8 {
        GoOn,
        CatchUp,    ///< among records that have been looked at before, for connections that were not let through then
    } purpose = Purpose::GoOn;
    std::atomic<bool> cancelled{false};
};

FilterIndex::FilterIndex(QObject *parent) : QObject(parent), m_workers(std::make_shared<std::atomic<int>>(0)) {}

FilterIndex::~FilterIndex()
{
    cancel();
    // A worker may be about to post to this object; it notices the cancel within recordsPerLook records.
    for (int running = m_workers->load(); running != 0; running = m_workers->load())
        m_workers->wait(running);
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
    m_scanned = 0;
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
    if (!m_document || m_job || catchUp())
        return;
    const quint64 received = m_document->received();
    if (received <= m_scanned)
        return;
    if (!isEverything()) {
        auto job = std::make_shared<Job>();
        job->connections = m_connections;
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
    return static_cast<qsizetype>(isEverything() ? m_scanned : m_found.size());
}

RecordId FilterIndex::at(qsizetype row) const
{
    Q_ASSERT(row >= 0 && row < count());
    return RecordId(isEverything() ? static_cast<quint64>(row) + 1 : m_found[static_cast<size_t>(row)]);
}

qsizetype FilterIndex::lowerBound(RecordId id) const
{
    if (isEverything())
        return static_cast<qsizetype>(std::min(id.isValid() ? id.value() - 1 : 0, m_scanned));
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
    m_workers->fetch_add(1);
    QThreadPool::globalInstance()->start([this, job = m_job, from, to, workers = m_workers]() mutable {
        search(this, std::move(job), from, to);
        workers->fetch_sub(1);
        workers->notify_all();
    });
}

void FilterIndex::search(FilterIndex *index, std::shared_ptr<Job> job, quint64 from, quint64 to)
{
    using Clock = std::chrono::steady_clock;
    Job &task = *job;
    std::vector<quint64> found;
    Passed passed;
    ConnectionId lastPassed;
    auto reported = Clock::now();
    quint64 scanned = from - 1;
    const bool wholePayloads = task.filter.readsPayload();

    const auto report = [&](std::shared_ptr<Job> whose, bool last) {
        QMetaObject::invokeMethod(
            index,
            [index, whose = std::move(whose), batch = std::exchange(found, {}), over = std::exchange(passed, {}), scanned, last] {
                index->take(whose, batch, over, scanned, last);
            },
            Qt::QueuedConnection);
        lastPassed = {};
        reported = Clock::now();
    };
    // Only what is still recorded can get a connection more.
    const bool notesPassed = task.purpose == Job::Purpose::GoOn && task.document->isRecording();
    const auto passesOver = [&](const RecordHeader &header) {
        if (!task.connections || task.connections->contains(header.connection))
            return false;
        if (notesPassed && header.connection != std::exchange(lastPassed, header.connection)
            && !passed.contains(header.connection))
            passed.insert(header.connection, header.id.value());
        return true;
    };
    const auto matches = [&](const RecordView &record) {
        if (!wholePayloads || !record.header.flags.testAnyFlags(wire::RecordFlag::Chunked | wire::RecordFlag::InflatedChunked))
            return task.filter.matches(record);
        const RecordId id = record.header.id;
        const auto payload = task.document->readPayload(id, 0, searchedPayloadBytes, PayloadForm::Wire);
        const auto inflated = task.document->readPayload(id, 0, searchedPayloadBytes, PayloadForm::Inflated);
        return task.filter.matches({record.header, payload ? QByteArrayView(*payload) : record.payload,
                                    inflated ? QByteArrayView(*inflated) : record.inflated});
    };
    // Damage is the document's to report; what can be read is found all the same.
    (void)task.document->scan(RecordId(from), RecordId(to), [&](const RecordView &record) {
        scanned = record.header.id.value();
        if (!passesOver(record.header) && matches(record))
            found.push_back(scanned);
        if (scanned % recordsPerLook != 0)
            return true;
        if (task.purpose == Job::Purpose::GoOn && Clock::now() - reported > reportInterval)
            report(job, false);
        return !task.cancelled.load(std::memory_order_relaxed);
    });
    scanned = to;
    // Handed over, not copied: if this is the last hold on the document, it goes in the thread that it lives in.
    report(std::move(job), true);
}

void FilterIndex::take(const std::shared_ptr<Job> &job, const std::vector<quint64> &found, const Passed &passed, quint64 scanned, bool last)
{
    if (job != m_job)
        return;
    if (job->purpose == Job::Purpose::CatchUp) {
        m_job.reset();
        merge(found);
        return;
    }
    m_scanned = scanned;
    for (auto it = passed.cbegin(); it != passed.cend(); ++it) {
        if (!m_passed.contains(it.key()))
            m_passed.insert(it.key(), it.value());
    }
    if (last)
        m_job.reset();
    const qsizetype first = count();
    m_found.insert(m_found.end(), found.begin(), found.end());
    if (!found.empty())
        Q_EMIT rowsAppended(first, count() - 1);
    if (job != m_job && !last) // a receiver has begun anew
        return;
    if (m_document)
        Q_EMIT progress(m_scanned, std::max(m_scanned, m_document->received()));
}

void FilterIndex::merge(const std::vector<quint64> &found)
{
    if (found.empty())
        return;
    const auto from = std::lower_bound(m_found.begin(), m_found.end(), found.front());
    const qsizetype first = from - m_found.begin();
    const std::vector<quint64> before(from, m_found.end());
    m_found.resize(static_cast<size_t>(first));
    std::merge(before.begin(), before.end(), found.begin(), found.end(), std::back_inserter(m_found));
    Q_EMIT rowsMerged(first, before);
}

} // namespace wsw::capture
