#include "capture/writer.h"

#include "base/limits.h"
#include "capture/recorder.h"
#include "capture/schema.h"

namespace wsw::capture {

namespace {

/// The log is copied into the file, in the background, each time it has grown by this: rarely enough that a block which is
/// rewritten while it is small is copied once, often enough that the disk is not filled twice.
constexpr qint64 logStepBytes = 64 * 1024 * 1024;
/// The same when nothing else is to be done.
constexpr qint64 logStepBytesIdle = 4 * 1024 * 1024;
/// The same while so much comes that commits do not wait for their interval: copying syncs, and shares the disk with them.
constexpr qint64 logStepBytesBusy = 512 * 1024 * 1024;
/// At this length the writer itself copies the log and so begins it anew; it has not been able to while it went on writing.
constexpr qint64 longestLogBytes = qint64{2} * 1024 * 1024 * 1024;

} // namespace

Writer::Writer(BlockIndex &index, PayloadQueue &chunks, Facts &facts, Pipeline &pipeline, Events events)
    : m_index(index)
    , m_chunks(chunks)
    , m_facts(facts)
    , m_pipeline(pipeline)
    , m_events(std::move(events))
{
}

Writer::~Writer()
{
    if (const auto stopped = stop(); !stopped)
        qWarning("%s", qUtf8Printable(stopped.error().message));
}

Result<> Writer::start(Database database)
{
    auto committer = Committer::prepare(std::move(database));
    if (!committer)
        return committer.error();
    m_committer.emplace(std::move(committer).value());
    m_running.store(true);
    m_thread = std::thread(&Writer::run, this);
    return {};
}

Result<> Writer::stop()
{
    if (!m_thread.joinable())
        return {};
    {
        const std::lock_guard lock(m_pipeline.mutex);
        m_orders.stop = true;
    }
    m_pipeline.wake.notify_one();
    m_thread.join();
    return m_lastResult;
}

Result<> Writer::flush()
{
    std::unique_lock lock(m_pipeline.mutex);
    if (!isRunning())
        return {};
    const quint64 mine = ++m_orders.flushes;
    m_pipeline.wake.notify_one();
    m_pipeline.done.wait(lock, [&] { return m_flushed >= mine || !isRunning(); });
    return m_lastResult;
}

void Writer::retry()
{
    {
        const std::lock_guard lock(m_pipeline.mutex);
        m_orders.retry = true;
    }
    m_pipeline.wake.notify_one();
}

void Writer::setResumeHandler(std::function<void()> handler)
{
    const std::lock_guard lock(m_pipeline.mutex);
    m_resume = std::move(handler);
}

Result<> Writer::relocate(Relocation relocation, OldFile oldFile)
{
    std::unique_lock lock(m_pipeline.mutex);
    m_pipeline.done.wait(lock, [this] { return !m_orders.relocation && !m_relocated; });
    if (!isRunning())
        return Error{ErrorKind::Usage, QStringLiteral("The capture is no longer being recorded."), {}, {}};
    m_orders.relocation = std::move(relocation);
    m_orders.oldFile = oldFile;
    m_pipeline.wake.notify_one();
    m_pipeline.done.wait(lock, [this] { return m_relocated.has_value(); });
    const Result<> result = *std::exchange(m_relocated, std::nullopt);
    m_pipeline.done.notify_all();
    return result;
}

void Writer::run()
{
    std::unique_lock lock(m_pipeline.mutex);
    for (bool stopping = false; !stopping;) {
        waitForWork(lock);
        const quint64 flushes = m_orders.flushes;
        const Relocation relocation = std::exchange(m_orders.relocation, nullptr);
        const OldFile oldFile = m_orders.oldFile;
        m_orders.retry = false;
        stopping = m_orders.stop;
        lock.unlock();

        Result<> stored = commit();
        std::optional<Result<>> relocated;
        if (relocation) {
            relocated = relocateNow(relocation, oldFile);
            if (relocated->ok())
                stored = commit();
        }
        if (stopping)
            endCommitter(OldFile::Finish);
        else
            tidyLog(false);
        resumeIfRoom();

        lock.lock();
        m_flushed = flushes;
        m_lastResult = stored;
        if (relocated)
            m_relocated = relocated;
        if (stopping)
            m_running.store(false);
        m_pipeline.done.notify_all();
    }
}

bool Writer::hasOrders() const
{
    return m_orders.stop || m_orders.retry || m_orders.relocation || m_orders.flushes != m_flushed;
}

void Writer::waitForWork(std::unique_lock<std::mutex> &lock)
{
    using namespace std::chrono;
    while (!hasOrders()) {
        if (m_pipeline.failed.load()) {
            m_pipeline.wake.wait(lock);
            continue;
        }
        const auto nothingWaits = [this] { return m_pipeline.waiting() == 0 && !m_pipeline.factsWait.load(); };
        if (nothingWaits()) {
            lock.unlock();
            tidyLog(true);
            lock.lock();
            m_pipeline.asleep.store(true);
            // Looked at again, for the recorder looks at "asleep" only after it has counted.
            if (nothingWaits() && !hasOrders())
                m_pipeline.wake.wait(lock);
            m_pipeline.asleep.store(false);
            continue;
        }
        const auto due = m_lastCommit + milliseconds(limits::commitIntervalMs);
        if (m_pipeline.waiting() >= Recorder::commitBytes || steady_clock::now() >= due)
            return;
        m_pipeline.wake.wait_until(lock, due);
    }
}

Result<> Writer::commit()
{
    m_pipeline.factsWait.store(false);
    m_busy = m_pipeline.waiting() >= Recorder::commitBytes;
    const auto done = m_committer->commit(m_index, m_chunks, m_facts);
    m_lastCommit = std::chrono::steady_clock::now();
    if (!done) {
        m_pipeline.factsWait.store(true);
        if (!m_pipeline.failed.exchange(true))
            m_events.failed(done.error());
        return done.error();
    }
    if (done->lastRecord != 0)
        m_pipeline.stored.store(done->lastRecord);
    m_pipeline.bytesOut.fetch_add(done->bytes);
    if (m_pipeline.failed.exchange(false))
        m_events.resumed();
    return {};
}

Result<> Writer::relocateNow(const Relocation &relocation, OldFile oldFile)
{
    auto moved = relocation(m_committer->database());
    if (!moved)
        return moved.error();
    auto committer = Committer::prepare(std::move(moved).value());
    if (!committer)
        return committer.error();
    endCommitter(oldFile);
    m_committer.emplace(std::move(committer).value());
    return {};
}

void Writer::endCommitter(OldFile file)
{
    m_checkpointer.wait();
    m_copiedLog = 0;
    if (file == OldFile::Finish)
        m_committer->finish();
    m_committer.reset();
}

void Writer::tidyLog(bool idle)
{
    const qint64 length = m_committer->logBytes();
    if (length < m_copiedLog)   // begun anew
        m_copiedLog = 0;
    const qint64 grown = length - m_copiedLog;
    if (length >= longestLogBytes && grown >= logStepBytes) {
        m_checkpointer.wait();
        (void)copyLog(m_committer->database());
        m_copiedLog = length;
        return;
    }
    const qint64 step = idle ? logStepBytesIdle : m_busy ? logStepBytesBusy : logStepBytes;
    if (grown < step)
        return;
    m_checkpointer.start(m_committer->database().path());
    m_copiedLog = length;
}

void Writer::resumeIfRoom()
{
    if (m_pipeline.failed.load() || m_pipeline.waiting() >= limits::writerQueueBytes / 2)
        return;
    if (!m_pipeline.holding.exchange(false))
        return;
    // Under the lock: whoever takes his handler away may go at once.
    const std::lock_guard lock(m_pipeline.mutex);
    if (m_resume)
        m_resume();
}

} // namespace wsw::capture
