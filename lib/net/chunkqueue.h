#pragma once

#include <QByteArrayView>

#include <array>
#include <memory>
#include <vector>

namespace wsw::net {

/// A piece of memory of a ChunkQueue.
struct Chunk
{
    std::unique_ptr<char[]> bytes;
    quint32 capacity = 0;
    quint32 begin = 0;      ///< first byte that is still wanted
    quint32 end = 0;        ///< one past the last byte

    [[nodiscard]] qsizetype size() const noexcept { return qsizetype(end - begin); }
    [[nodiscard]] qsizetype room() const noexcept { return qsizetype(capacity - end); }
};

/// Keeps a few empty chunks, so that queues that fill and empty at every turn do not go to the allocator. One thread.
class ChunkPool final
{
public:
    static constexpr quint32 smallBytes = 2 * 1024;
    static constexpr quint32 largeBytes = 64 * 1024;

    /// A chunk that fits @p wanted bytes or, when that is more, largeBytes.
    [[nodiscard]] Chunk take(qsizetype wanted);
    void giveBack(Chunk chunk);

private:
    std::vector<std::unique_ptr<char[]>> m_small;
    std::vector<std::unique_ptr<char[]>> m_large;
};

/// A first-in first-out queue of bytes in chunks: appending never moves what is there, and memory goes as the bytes go.
/// Values; one thread. An empty queue holds no chunk.
class ChunkQueue final
{
public:
    /// @p pool may be null (then chunks come from the allocator); it must outlive the queue.
    explicit ChunkQueue(ChunkPool *pool = nullptr) : m_pool(pool) {}
    ChunkQueue(const ChunkQueue &) = delete;
    ChunkQueue &operator=(const ChunkQueue &) = delete;
    ~ChunkQueue() { clear(); }

    [[nodiscard]] bool isEmpty() const noexcept { return m_size == 0; }
    [[nodiscard]] qsizetype size() const noexcept { return m_size; }

    void append(QByteArrayView bytes);
    /// Copies up to @p max bytes to @p to and drops them. @returns how many.
    qsizetype read(char *to, qsizetype max);
    /// Drops the first @p count bytes (at most size()).
    void drop(qsizetype count);
    void clear();
    [[nodiscard]] bool contains(char byte) const;

    /// Views of the first pieces, for writev; @returns how many were filled.
    template<size_t N>
    size_t pieces(std::array<QByteArrayView, N> &views) const
    {
        size_t n = 0;
        for (size_t at = m_first; at < m_chunks.size() && n < N; ++at)
            views[n++] = QByteArrayView(m_chunks[at].bytes.get() + m_chunks[at].begin, m_chunks[at].size());
        return n;
    }

private:
    void dropFirstChunk();

    ChunkPool *m_pool;
    qsizetype m_size = 0;
    size_t m_first = 0;             ///< the chunks before it are gone; closed up now and then
    std::vector<Chunk> m_chunks;
};

} // namespace wsw::net
