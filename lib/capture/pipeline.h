#pragma once

#include <QtGlobal>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace wsw::capture {

/// What the recording (network) thread and the writer thread tell each other. Counters are lock-free; the mutex is only for
/// going to sleep and for waking. Orders are sequentially consistent where one side writes A and reads B while the other
/// writes B and reads A (bytesIn and asleep; holding and bytesOut): anything weaker could lose a wake-up.
struct Pipeline
{
    std::atomic<quint64> received{0};   ///< records that can be read
    std::atomic<quint64> stored{0};     ///< records committed
    std::atomic<qint64> bytesIn{0};     ///< given by the recorder; only the network thread writes it
    std::atomic<qint64> bytesOut{0};    ///< committed by the writer
    std::atomic<bool> factsWait{false}; ///< connections or samples wait for the writer
    std::atomic<bool> holding{false};   ///< the recorder has said Hold and waits for the resume handler
    std::atomic<bool> failed{false};    ///< the file cannot be written
    std::atomic<bool> asleep{false};    ///< the writer found nothing to do

    std::mutex mutex;
    std::condition_variable wake;       ///< of the writer
    std::condition_variable done;       ///< of those who wait for a flush or a task

    [[nodiscard]] qint64 waiting() const noexcept { return bytesIn.load() - bytesOut.load(); }
    /// Makes the writer look again.
    void nudge()
    {
        // The empty critical section orders this after a writer that has looked and is about to wait.
        { const std::lock_guard lock(mutex); }
        wake.notify_one();
    }
};

} // namespace wsw::capture
