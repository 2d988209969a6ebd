#include "capture/loader.h"

#include <algorithm>

namespace wsw::capture {

namespace {

/// Rows wanted longer ago than this many others have been scrolled past.
constexpr size_t wantedRows = 32;

} // namespace

Loader::Loader(ReaderPool &readers, BlockIndex &index, Events events)
    : m_readers(readers)
    , m_index(index)
    , m_events(std::move(events))
    , m_thread(&Loader::run, this)
{
}

Loader::~Loader()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Loader::want(const DirectoryEntry &row)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto same = [&row](const DirectoryEntry &other) { return other.first == row.first; };
        if (m_loading == row.first || std::any_of(m_wanted.begin(), m_wanted.end(), same))
            return;
        if (m_wanted.size() == wantedRows)
            m_wanted.erase(m_wanted.begin());
        m_wanted.push_back(row);
    }
    m_wake.notify_one();
}

void Loader::run()
{
    std::unique_lock lock(m_mutex);
    for (bool tell = false;;) {
        if (m_wanted.empty() && std::exchange(tell, false)) {
            lock.unlock();
            m_events.loaded();
            lock.lock();
        }
        m_wake.wait(lock, [this] { return m_stop || !m_wanted.empty(); });
        if (m_stop)
            return;
        const DirectoryEntry row = m_wanted.back();
        m_wanted.pop_back();
        m_loading = row.first;
        lock.unlock();

        auto reader = m_readers.acquire();
        const auto block = reader ? (*reader)->block(row) : Result<std::shared_ptr<const Block>>(reader.error());
        if (!block)
            m_events.unreadable(block.error());
        m_index.putInCache(block ? *block : Block::lost(RecordId(row.first), row.count, row.firstTime));

        lock.lock();
        m_loading = 0;
        tell = true;
    }
}

} // namespace wsw::capture
