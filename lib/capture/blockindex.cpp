#include "capture/blockindex.h"

#include "base/limits.h"

#include <algorithm>

namespace wsw::capture {

std::shared_ptr<Block> BlockIndex::openBlock(RecordId first, qsizetype capacity)
{
    auto live = std::make_shared<LiveBlock>();
    live->block = capacity == limits::blockBytes ? std::make_shared<Block>(first, capacity, m_memory->take())
                                                 : std::make_shared<Block>(first, capacity);
    const std::lock_guard lock(m_mutex);
    if (!m_live.empty())
        m_live.back()->sealed.store(true);
    m_live.push_back(live);
    return live->block;
}

std::vector<std::shared_ptr<LiveBlock>> BlockIndex::live() const
{
    const std::lock_guard lock(m_mutex);
    return {m_live.begin(), m_live.end()};
}

void BlockIndex::committed(const std::vector<DirectoryEntry> &rows)
{
    const std::lock_guard lock(m_mutex);
    for (const DirectoryEntry &row : rows) {
        if (!m_rows.empty() && m_rows.back().first == row.first)
            m_rows.back() = row;
        else
            m_rows.push_back(row);
    }
}

void BlockIndex::retire(const std::vector<std::shared_ptr<LiveBlock>> &finished)
{
    const std::lock_guard lock(m_mutex);
    for (const auto &live : finished) {
        Q_ASSERT(!m_live.empty() && m_live.front() == live);
        m_live.pop_front();
        cacheLocked(live->block);
    }
}

void BlockIndex::setDirectory(std::vector<DirectoryEntry> rows)
{
    const std::lock_guard lock(m_mutex);
    m_rows = std::move(rows);
    m_cache.clear();
    m_ages.clear();
    m_cached = 0;
}

void BlockIndex::archive(quint64 last, quint16 archive)
{
    const std::lock_guard lock(m_mutex);
    for (DirectoryEntry &row : m_rows) {
        if (row.end() - 1 > last)
            break;
        if (row.archive == 0)
            row.archive = archive;
    }
}

std::shared_ptr<const Block> BlockIndex::find(RecordId id) const
{
    const std::lock_guard lock(m_mutex);
    if (!m_live.empty() && id >= m_live.front()->block->first()) {
        const auto after = std::upper_bound(m_live.begin(), m_live.end(), id, [](RecordId wanted, const auto &live) {
            return wanted < live->block->first();
        });
        const auto &block = (*std::prev(after))->block;
        return block->contains(id) ? block : nullptr;
    }
    auto after = m_cache.upper_bound(id.value());
    if (after == m_cache.begin())
        return nullptr;
    const Cached &cached = std::prev(after)->second;
    if (!cached.block->contains(id))
        return nullptr;
    m_ages.splice(m_ages.begin(), m_ages, cached.age);
    return cached.block;
}

std::optional<DirectoryEntry> BlockIndex::row(RecordId id) const
{
    const std::vector<DirectoryEntry> found = rowsFrom(id, 1);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<DirectoryEntry> BlockIndex::rowsFrom(RecordId id, size_t count) const
{
    const std::lock_guard lock(m_mutex);
    const auto after = std::upper_bound(m_rows.begin(), m_rows.end(), id.value(),
                                        [](quint64 wanted, const DirectoryEntry &row) { return wanted < row.first; });
    if (after == m_rows.begin() || id.value() >= std::prev(after)->end())
        return {};
    const auto first = std::prev(after);
    return {first, first + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(count), m_rows.end() - first)};
}

size_t BlockIndex::rows() const
{
    const std::lock_guard lock(m_mutex);
    return m_rows.size();
}

std::optional<MonotonicNs> BlockIndex::firstTime() const
{
    const std::lock_guard lock(m_mutex);
    if (!m_rows.empty())
        return m_rows.front().firstTime;
    if (m_live.empty() || m_live.front()->block->extent().count == 0)
        return std::nullopt;
    return m_live.front()->block->view(0).header.time;
}

std::optional<MonotonicNs> BlockIndex::timeBefore(RecordId id) const
{
    const std::lock_guard lock(m_mutex);
    for (auto live = m_live.rbegin(); live != m_live.rend(); ++live) {
        const Block &block = *(*live)->block;
        if (const quint32 count = block.extent().count; count > 0 && block.first().value() + count == id.value())
            return block.view(count - 1).header.time;
    }
    const auto after = std::lower_bound(m_rows.begin(), m_rows.end(), id.value(),
                                        [](const DirectoryEntry &row, quint64 wanted) { return row.end() < wanted; });
    if (after == m_rows.end() || after->end() != id.value() || after->lost)
        return std::nullopt;
    return after->lastTime;
}

void BlockIndex::putInCache(std::shared_ptr<const Block> block, quint64 layout)
{
    // A change begins before it takes the lock to clear the cache: what comes in here just before it goes then.
    const std::lock_guard lock(m_mutex);
    if (!hasChanged(layout))
        cacheLocked(std::move(block));
}

void BlockIndex::setDamaged(quint64 first, quint64 layout)
{
    const std::lock_guard lock(m_mutex);
    const auto row = std::lower_bound(m_rows.begin(), m_rows.end(), first, [](const DirectoryEntry &one, quint64 wanted) { return one.first < wanted; });
    if (!hasChanged(layout) && row != m_rows.end() && row->first == first)
        row->damaged = true;
}

void BlockIndex::cacheLocked(std::shared_ptr<const Block> block)
{
    const quint64 first = block->first().value();
    if (const auto old = m_cache.find(first); old != m_cache.end()) {
        m_cached -= old->second.block->footprint();
        m_ages.erase(old->second.age);
        m_cache.erase(old);
    }
    m_cached += block->footprint();
    m_ages.push_front(first);
    m_cache.emplace(first, Cached{std::move(block), m_ages.begin()});
    while (m_cached > cacheBytes && m_cache.size() > 1) {
        const auto oldest = m_cache.find(m_ages.back());
        m_cached -= oldest->second.block->footprint();
        m_ages.pop_back();
        m_cache.erase(oldest);
    }
}

} // namespace wsw::capture
