#pragma once

#include "capture/reader.h"

#include <condition_variable>
#include <functional>
#include <thread>

namespace wsw::capture {

/// The thread that fetches blocks which someone wanted to paint, the last wanted first, into the cache. A damaged block is there as a lost
/// one; where the file cannot be read just now, it tries again.
class Loader final
{
public:
    /// Called on the loader's thread.
    struct Events
    {
        std::function<void()> loaded;                   ///< once for all that was wanted meanwhile
        std::function<void(const Error &)> unreadable;  ///< Damaged: for good; otherwise it is tried again
    };

    Loader(ReaderPool &readers, BlockIndex &index, Events events);
    ~Loader();

    /// Any thread; never waits for the disk. A row that is already wanted is not fetched twice.
    void want(const DirectoryEntry &row);

private:
    void run();

    ReaderPool &m_readers;
    BlockIndex &m_index;
    const Events m_events;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<DirectoryEntry> m_wanted;
    quint64 m_loading = 0;      ///< first record of the row that is being fetched
    bool m_stop = false;
    std::thread m_thread;       ///< last: it uses all of the above
};

} // namespace wsw::capture
