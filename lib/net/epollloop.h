#pragma once

#include "base/clock.h"
#include "net/chunkqueue.h"

#include <QObject>

#include <memory>
#include <vector>

class QSocketNotifier;

namespace wsw::net {

class EpollLoop;

/// A descriptor in an EpollLoop. Owns the descriptor's place in the set, not the descriptor.
class EpollSource
{
public:
    EpollSource(const EpollSource &) = delete;
    EpollSource &operator=(const EpollSource &) = delete;

protected:
    explicit EpollSource(EpollLoop &loop) : m_loop(loop) {}
    virtual ~EpollSource();

    /// @p events as in epoll_event. The source may be deleted in here.
    virtual void ready(quint32 events) = 0;
    /// Called once after the batch in which wakeAtTurnEnd() was asked for. The source may be deleted in here.
    virtual void turnEnded() {}

    /// Asks for turnEnded(); asking twice is asking once.
    void wakeAtTurnEnd();
    /// Puts @p descriptor into the set, changes what is waited for, or takes it out (before it is closed).
    /// @returns false with errno set when the kernel refuses (then nothing has changed).
    bool watch(int descriptor, quint32 events);
    void unwatch(int descriptor);
    [[nodiscard]] bool isWatched() const noexcept { return m_watched; }

    EpollLoop &m_loop;

private:
    friend class EpollLoop;
    static constexpr quint32 notWaiting = ~quint32{0};
    quint32 m_wakeAt = notWaiting;  ///< own place in the loop's list of those to wake
    bool m_watched = false;
};

/// One epoll set whose single descriptor stands in Qt's event loop, so that a turn costs the same with 5 idle connections or 5 000
/// (Qt's own dispatcher hands every descriptor to poll() at every turn). Linux only. Lives on the network thread; must outlive its
/// sources. What its sources call must not run an event loop of its own.
class EpollLoop final : public QObject
{
    Q_OBJECT
public:
    /// Null where there is no epoll: then everything in this room uses Qt's sockets. Call on the thread that will use it.
    [[nodiscard]] static std::unique_ptr<EpollLoop> create();
    ~EpollLoop() override;

    /// Sources in the set.
    [[nodiscard]] int count() const noexcept { return m_count; }

    /// One large buffer, into which all sources read. Its content is valid until the next read of any source.
    [[nodiscard]] char *readBuffer() noexcept { return m_readBuffer.get(); }
    static constexpr size_t readBufferBytes = 256 * 1024;

    /// Empty chunks for the write queues of all sources.
    [[nodiscard]] ChunkPool &chunks() noexcept { return m_chunks; }

    /// CLOCK_REALTIME minus CLOCK_MONOTONIC, taken at the beginning of this batch: turns kernel time stamps into MonotonicNs.
    [[nodiscard]] qint64 realtimeOffset() const noexcept { return m_realtimeOffset; }

    /// Tells, after a call into foreign code, whether a source still exists.
    class Guard final
    {
    public:
        explicit Guard(EpollSource *source) : m_loop(source->m_loop), m_source(source), m_outer(m_loop.m_guards)
        {
            m_loop.m_guards = this;
        }
        ~Guard() { m_loop.m_guards = m_outer; }
        Guard(const Guard &) = delete;
        Guard &operator=(const Guard &) = delete;
        [[nodiscard]] bool gone() const noexcept { return !m_source; }

    private:
        friend class EpollLoop;
        EpollLoop &m_loop;
        EpollSource *m_source;
        Guard *m_outer;
    };

protected:
    bool event(QEvent *event) override;

private:
    friend class EpollSource;
    friend class Guard;
    struct Batch;

    explicit EpollLoop(int descriptor);
    void turn();
    /// @returns how many sources were ready.
    int handleBatch();
    void endTurn();
    void wake(EpollSource *source);
    void forget(EpollSource *source);

    int m_descriptor;
    int m_count = 0;
    bool m_inBatch = false;
    bool m_wakePosted = false;
    qint64 m_realtimeOffset = 0;
    std::unique_ptr<Batch> m_batch;
    Guard *m_guards = nullptr;
    std::vector<EpollSource *> m_waiting;   ///< to be woken at the end of the turn; null: gone since
    ChunkPool m_chunks;
    std::unique_ptr<char[]> m_readBuffer;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace wsw::net
