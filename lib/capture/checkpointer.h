#pragma once

#include "capture/database.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace wsw::capture {

/// The thread that copies the write-ahead log into its file, so that the writer need not wait for the disk to sync: it goes
/// on appending to the log meanwhile.
class Checkpointer final
{
public:
    Checkpointer() = default;
    ~Checkpointer();
    Checkpointer(const Checkpointer &) = delete;
    Checkpointer &operator=(const Checkpointer &) = delete;

    /// Copies what the log of the file at @p path holds, soon; nothing more where a copy is under way. A failure costs
    /// nothing: the log still has it all.
    void start(const QString &path);
    /// Waits for the copy that is under way.
    void wait();

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    QString m_wanted;       ///< path; empty: nothing to do
    bool m_working = false;
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace wsw::capture
