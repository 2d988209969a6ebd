#pragma once

#include "capture/checkpointer.h"
#include "capture/committer.h"
#include "capture/pipeline.h"

#include <functional>
#include <thread>

namespace wsw::capture {

/// The thread that stores what waits: at least every limits::commitIntervalMs, sooner when much waits, never when nothing
/// does. When the file cannot be written it says so once, keeps everything and tries again when told to.
class Writer final
{
public:
    /// Called on the writer thread.
    struct Events
    {
        std::function<void(const Error &)> failed;
        std::function<void()> resumed;
    };
    /// Gives the database with which to go on; an error leaves the old one in use.
    using Relocation = std::function<Result<Database>(Database &now)>;
    enum class OldFile {
        Finish,     ///< leave it as a whole, plain file
        Abandon,    ///< it is going to be removed
    };

    Writer(BlockIndex &index, PayloadQueue &chunks, Facts &facts, Pipeline &pipeline, Events events);
    ~Writer();

    [[nodiscard]] Result<> start(Database database);
    [[nodiscard]] bool isRunning() const noexcept { return m_running.load(); }
    /// Stores what waits and ends the thread; the file's log is merged into it. With an error the thread has ended as well,
    /// and what could not be stored stays in memory.
    [[nodiscard]] Result<> stop();

    // Any thread.
    [[nodiscard]] Result<> flush();
    void retry();
    void setResumeHandler(std::function<void()> handler);
    /// Runs @p relocation between two transactions; returns when it is done. What waits goes to the new file if the old one
    /// cannot take it.
    [[nodiscard]] Result<> relocate(Relocation relocation, OldFile oldFile);

private:
    /// What others have asked for; guarded by Pipeline::mutex.
    struct Orders
    {
        quint64 flushes = 0;
        bool retry = false;
        bool stop = false;
        Relocation relocation;
        OldFile oldFile = OldFile::Finish;
    };

    void run();
    void waitForWork(std::unique_lock<std::mutex> &lock);
    [[nodiscard]] bool hasOrders() const;
    [[nodiscard]] Result<> commit();
    [[nodiscard]] Result<> relocateNow(const Relocation &relocation, OldFile oldFile);
    void tidyLog(bool idle);
    void endCommitter(OldFile file);
    void resumeIfRoom();

    BlockIndex &m_index;
    PayloadQueue &m_chunks;
    Facts &m_facts;
    Pipeline &m_pipeline;
    const Events m_events;

    std::optional<Committer> m_committer;
    Checkpointer m_checkpointer;
    bool m_busy = false;                ///< the last commit came early, for much was waiting
    qint64 m_copiedLog = 0;             ///< length of the log when it was last given to the checkpointer
    std::thread m_thread;
    std::atomic<bool> m_running{false};
    std::chrono::steady_clock::time_point m_lastCommit;

    // Guarded by Pipeline::mutex:
    Orders m_orders;
    quint64 m_flushed = 0;
    Result<> m_lastResult;
    std::optional<Result<>> m_relocated;
    std::function<void()> m_resume;
};

} // namespace wsw::capture
