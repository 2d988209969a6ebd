#include "capture/loader.h"

#include "base/limits.h"

#include <algorithm>
#include <chrono>

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
    bool tell = false;
    for (bool failed = false;;) {
        if ((m_wanted.empty() || failed) && std::exchange(tell, false)) {
            lock.unlock();
            m_events.loaded();
            lock.lock();
        }
        if (std::exchange(failed, false))
            m_wake.wait_for(lock, std::chrono::milliseconds(limits::readRetryMs), [this] { return m_stop; });
        m_wake.wait(lock, [this] { return m_stop || !m_wanted.empty(); });
        if (m_stop)
            return;
        const DirectoryEntry row = m_wanted.back();
        m_wanted.pop_back();
        m_loading = row.first;
        lock.unlock();

        const quint64 layout = m_index.layout();
        const DirectoryEntry now = m_index.row(RecordId(row.first)).value_or(row);
        const auto block = m_readers.block(now);
        failed = !block && block.error().kind != ErrorKind::Damaged;
        // Moved meanwhile: whoever still wants it asks again.
        const bool moved = !block && m_index.hasChanged(layout);
        if (!block && !moved)
            m_events.unreadable(block.error());
        if (!block && !failed)
            m_index.setDamaged(now.first, layout);
        if (!failed && !moved)
            m_index.putInCache(block ? *block : Block::lost(RecordId(now.first), now.count, now.firstTime), layout);

        lock.lock();
        m_loading = 0;
        tell = tell || !failed;
        if (failed && m_wanted.size() < wantedRows)
            m_wanted.insert(m_wanted.begin(), row);
    }
}

} // namespace wsw::capture
