#pragma once

#include "capture/archives.h"
#include "capture/pipeline.h"
#include "capture/reader.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace wsw::capture {

/// The thread that keeps a capture below its limit of size: when it is over it, the oldest whole blocks, with the pieces of payloads that
/// belong to them, go to an archive beside it. They are there, synced, before they are taken away here; what is read meanwhile is read where
/// it is. The writer is kept for the moment of taking away only.
class Archiver final
{
public:
    /// Less would be one archive after the other.
    static constexpr qint64 leastLimit = 1024 * 1024;
    /// So much goes at a time, so that the writer is never kept long.
    static constexpr qint64 stepBytes = 32 * 1024 * 1024;

    /// Called on the archiver's thread.
    struct Events
    {
        std::function<void(const QString &archive, quint64 first, quint64 last)> moved;
        std::function<void(const Error &)> failed;      ///< told once until it works again; nothing is lost
    };

    /// @p saving: held while something is moved, for a copy of the capture must not be made then.
    Archiver(ReaderPool &readers, BlockIndex &index, Pipeline &pipeline, std::mutex &saving, Events events);
    ~Archiver();
    Archiver(const Archiver &) = delete;
    Archiver &operator=(const Archiver &) = delete;

    // Any thread.
    /// Bytes that the capture itself may have, at least leastLimit; 0: any number.
    void setLimit(qint64 bytes);
    [[nodiscard]] qint64 limit() const noexcept { return m_limit.load(); }
    /// Looks a last time, when everything is stored, and ends the thread. Moves nothing after it.
    void stop();

private:
    /// Blocks that go together, and what goes with them.
    struct Load
    {
        quint64 first = 0;
        quint64 last = 0;
        MonotonicNs firstTime = 0;
        MonotonicNs lastTime = 0;
        std::vector<wire::PayloadKey> payloads;
        std::vector<ConnectionId> connections;
    };
    void run();
    void look();
    [[nodiscard]] Result<> reduce();
    [[nodiscard]] Result<> moveSome(Database &database, qint64 bytes);
    [[nodiscard]] Result<Load> choose(Database &database, qint64 bytes);
    [[nodiscard]] Result<> make(Database &database, const QString &archive, const QList<Archive> &before);
    [[nodiscard]] Result<> copy(Database &database, const Load &load, const QString &archive, const QList<Archive> &before);
    [[nodiscard]] Result<> copyFacts(Database &database, const Load &load);
    [[nodiscard]] Result<> remove(Database &database, const Load &load, const QList<Archive> &archives);
    [[nodiscard]] Result<> removeLeftBehind(Database &database);

    ReaderPool &m_readers;
    BlockIndex &m_index;
    Pipeline &m_pipeline;
    std::mutex &m_saving;
    const Events m_events;
    std::atomic<qint64> m_limit{0};
    qint64 m_seen = -1;         ///< bytes that were stored when it looked last
    bool m_failed = false;
    std::vector<wire::PayloadKey> m_leftBehind;     ///< payloads that have been moved, whose pieces are still here as well
    std::chrono::steady_clock::time_point m_retryAt{};

    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stop = false;
    std::thread m_thread;       ///< last: it uses all of the above
};

} // namespace wsw::capture
