#pragma once

#include "capture/block.h"
#include "capture/blockmemory.h"

#include <QtGlobal>

#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace wsw::capture {

/// One row of table block.
struct DirectoryEntry
{
    quint64 first = 0;
    quint32 count = 0;
    quint32 bytes = 0;
    MonotonicNs firstTime = 0;
    MonotonicNs lastTime = 0;
    bool lost = false;      ///< the row is missing in a damaged file: only the numbers are known
    quint16 archive = 0;    ///< in which archive of the capture it lies, from 1; 0: in the capture itself
    bool damaged = false;   ///< its block has been read and is lost

    [[nodiscard]] quint64 end() const noexcept { return first + count; }
};

/// A block that is not wholly in the file yet.
struct LiveBlock
{
    std::shared_ptr<Block> block;
    std::atomic<bool> sealed{false};    ///< nothing will be appended any more
    // The writer's own:
    quint32 committed = 0;              ///< records in the file
    quint32 rowStart = 0;               ///< index of the record with which the last row begins
    bool rowOpen = false;               ///< the last row is still small and will be replaced by a longer one
};

/// Which block holds which record: blocks still in memory, rows of the file, and a bounded cache of blocks read back.
/// Any thread; its lock is held for look-ups only, never across a system call.
class BlockIndex final
{
public:
    /// Memory for blocks that have been read back or are wholly stored; some 100 000 small records.
    static constexpr qsizetype cacheBytes = 16 * 1024 * 1024;

    /// A new block to append to; seals the one before.
    [[nodiscard]] std::shared_ptr<Block> openBlock(RecordId first, qsizetype capacity);
    /// The blocks that the writer has not finished, in order.
    [[nodiscard]] std::vector<std::shared_ptr<LiveBlock>> live() const;
    /// The writer has committed these rows: adds them, or replaces the last one where it begins with the same record.
    void committed(const std::vector<DirectoryEntry> &rows);
    /// The writer has stored all of the oldest live blocks that are sealed: they go over to the cache.
    void retire(const std::vector<std::shared_ptr<LiveBlock>> &finished);
    /// Other rows for the same records; what is cached goes.
    void setDirectory(std::vector<DirectoryEntry> rows);
    /// Rows up to record @p last that are in the file are in archive @p archive now.
    void archive(quint64 last, quint16 archive);

    // While rows move from where readers look for them, and until they have been told, a row that is not found is not lost.
    void beginChange() noexcept { m_layout.fetch_add(1); }
    void endChange() noexcept { m_layout.fetch_add(1); }
    /// To be asked before row(); then, where the row was not found, given to hasChanged().
    [[nodiscard]] quint64 layout() const noexcept { return m_layout.load(); }
    /// True: the row may be somewhere else meanwhile, look again.
    [[nodiscard]] bool hasChanged(quint64 layout) const noexcept { return layout % 2 != 0 || m_layout.load() != layout; }

    /// The block that holds @p id if it is in memory.
    [[nodiscard]] std::shared_ptr<const Block> find(RecordId id) const;
    /// The row of the file that holds @p id.
    [[nodiscard]] std::optional<DirectoryEntry> row(RecordId id) const;
    /// That row and those behind it, at most @p count; fewer where there are no more. Empty where none holds @p id.
    [[nodiscard]] std::vector<DirectoryEntry> rowsFrom(RecordId id, size_t count) const;
    [[nodiscard]] size_t rows() const;
    /// The time of the first record of all; nothing where there is none.
    [[nodiscard]] std::optional<MonotonicNs> firstTime() const;
    /// The time of the record before @p id, which is the first of its block or row; nothing where there is none, or it is not known.
    [[nodiscard]] std::optional<MonotonicNs> timeBefore(RecordId id) const;
    /// Of a row that was looked up when layout() was @p layout; does nothing where rows have moved since.
    void putInCache(std::shared_ptr<const Block> block, quint64 layout);
    /// The same: the block of the row that begins with record @p first turned out to be damaged.
    void setDamaged(quint64 first, quint64 layout);

private:
    struct Cached
    {
        std::shared_ptr<const Block> block;
        std::list<quint64>::iterator age;
    };
    void cacheLocked(std::shared_ptr<const Block> block);

    const std::shared_ptr<BlockMemory> m_memory = BlockMemory::create();
    std::atomic<quint64> m_layout{0};   ///< odd while rows move
    mutable std::mutex m_mutex;
    std::deque<std::shared_ptr<LiveBlock>> m_live;
    std::vector<DirectoryEntry> m_rows;
    mutable std::map<quint64, Cached> m_cache;
    mutable std::list<quint64> m_ages;  ///< first ids of cached blocks, the most recently used at the front
    qsizetype m_cached = 0;
};

} // namespace wsw::capture
