#include "net/chunkqueue.h"

#include <algorithm>
#include <cstring>

namespace wsw::net {

namespace {

/// What a pool keeps at most: 512 KiB in small chunks (a turn with many short answers), 1 MiB in large ones (a few long ones).
constexpr size_t smallKept = 256;
constexpr size_t largeKept = 16;

Chunk newChunk(quint32 capacity)
{
    return {std::unique_ptr<char[]>(new char[capacity]), capacity, 0, 0};
}

quint32 capacityFor(qsizetype wanted)
{
    return wanted <= qsizetype(ChunkPool::smallBytes) ? ChunkPool::smallBytes : ChunkPool::largeBytes;
}

} // namespace

Chunk ChunkPool::take(qsizetype wanted)
{
    const quint32 capacity = capacityFor(wanted);
    auto &kept = capacity == smallBytes ? m_small : m_large;
    if (kept.empty())
        return newChunk(capacity);
    Chunk chunk{std::move(kept.back()), capacity, 0, 0};
    kept.pop_back();
    return chunk;
}

void ChunkPool::giveBack(Chunk chunk)
{
    if (chunk.capacity == smallBytes && m_small.size() < smallKept)
        m_small.push_back(std::move(chunk.bytes));
    else if (chunk.capacity == largeBytes && m_large.size() < largeKept)
        m_large.push_back(std::move(chunk.bytes));
}

void ChunkQueue::append(QByteArrayView bytes)
{
    m_size += bytes.size();
    while (!bytes.isEmpty()) {
        if (m_first == m_chunks.size() || m_chunks.back().room() == 0) {
            // A second chunk means that much is coming: make it a large one at once.
            const qsizetype wanted = m_first == m_chunks.size() ? bytes.size() : qsizetype(ChunkPool::largeBytes);
            m_chunks.push_back(m_pool ? m_pool->take(wanted) : newChunk(capacityFor(wanted)));
        }
        Chunk &last = m_chunks.back();
        const qsizetype count = std::min(bytes.size(), last.room());
        std::memcpy(last.bytes.get() + last.end, bytes.data(), size_t(count));
        last.end += quint32(count);
        bytes = bytes.sliced(count);
    }
}

qsizetype ChunkQueue::read(char *to, qsizetype max)
{
    qsizetype done = 0;
    while (done < max && m_size > 0) {
        const Chunk &first = m_chunks[m_first];
        const qsizetype count = std::min(max - done, first.size());
        std::memcpy(to + done, first.bytes.get() + first.begin, size_t(count));
        done += count;
        drop(count);
    }
    return done;
}

void ChunkQueue::drop(qsizetype count)
{
    Q_ASSERT(count <= m_size);
    m_size -= count;
    while (count > 0) {
        Chunk &first = m_chunks[m_first];
        const qsizetype part = std::min(count, first.size());
        first.begin += quint32(part);
        count -= part;
        if (first.size() == 0)
            dropFirstChunk();
    }
}

void ChunkQueue::dropFirstChunk()
{
    Chunk &first = m_chunks[m_first];
    if (m_pool)
        m_pool->giveBack(std::move(first));
    else
        first.bytes.reset();
    ++m_first;
    if (m_first == m_chunks.size())
        m_chunks.clear();
    else if (m_first * 2 > m_chunks.size() && m_first >= 16)
        m_chunks.erase(m_chunks.begin(), m_chunks.begin() + qptrdiff(m_first));
    else
        return;
    m_first = 0;
}

void ChunkQueue::clear()
{
    drop(m_size);
    m_chunks.shrink_to_fit();
}

bool ChunkQueue::contains(char byte) const
{
    return std::any_of(m_chunks.begin() + qptrdiff(m_first), m_chunks.end(), [byte](const Chunk &chunk) {
        return std::memchr(chunk.bytes.get() + chunk.begin, byte, size_t(chunk.size())) != nullptr;
    });
}

} // namespace wsw::net
