#include "capture/block.h"

namespace wsw::capture {

namespace {

constexpr quint64 word(quint32 count, quint32 bytes) noexcept
{
    return (quint64{count} << 32) | bytes;
}

} // namespace

Block::Block(RecordId first, qsizetype capacity)
    : Block(first, capacity, std::make_unique_for_overwrite<uchar[]>(static_cast<size_t>(capacity)))
{
}

Block::Block(RecordId first, qsizetype capacity, std::shared_ptr<uchar[]> bytes)
    : m_first(first)
    , m_capacity(capacity)
    , m_bytes(std::move(bytes))
    , m_offsets(std::make_unique_for_overwrite<quint32[]>(static_cast<size_t>(capacity / storedHeaderBytes + 1)))
{
}

Block::Block(RecordId first, quint32 count, std::unique_ptr<uchar[]> bytes, quint32 size)
    : m_first(first)
    , m_capacity(size)
    , m_fill(size)
    , m_count(count)
    , m_bytes(std::move(bytes))
    , m_published(word(count, size))
{
}

std::shared_ptr<const Block> Block::fromBytes(RecordId first, quint32 count, std::unique_ptr<uchar[]> bytes, quint32 size)
{
    std::shared_ptr<Block> block(new Block(first, count, std::move(bytes), size));
    if (count > size / storedHeaderBytes)
        return nullptr;
    block->m_offsets = std::make_unique_for_overwrite<quint32[]>(size_t{count});
    quint32 offset = 0;
    for (quint32 i = 0; i < count; ++i) {
        const quint32 record = recordFits(block->m_bytes.get() + offset, size - offset);
        if (record == 0)
            return nullptr;
        block->m_offsets[i] = offset;
        offset += record;
    }
    return offset == size ? block : nullptr;
}

std::shared_ptr<const Block> Block::lost(RecordId first, quint32 count, MonotonicNs time)
{
    std::shared_ptr<Block> block(new Block(first, count, nullptr, 0));
    block->m_time = time;
    return block;
}

void Block::publish(quint32 size) noexcept
{
    m_offsets[m_count] = static_cast<quint32>(m_fill);
    m_fill += size;
    ++m_count;
    m_published.store(word(m_count, static_cast<quint32>(m_fill)), std::memory_order_release);
}

Block::Extent Block::extent() const noexcept
{
    const quint64 published = m_published.load(std::memory_order_acquire);
    return {static_cast<quint32>(published >> 32), static_cast<quint32>(published)};
}

bool Block::contains(RecordId id) const noexcept
{
    return id >= m_first && id.value() - m_first.value() < extent().count;
}

RecordView Block::view(quint32 index) const noexcept
{
    const RecordId id(m_first.value() + index);
    RecordView view;
    if (!isLost()) {
        view = unpackRecord(m_bytes.get() + m_offsets[index], id);
        if (index > 0)
            view.header.timing.sinceBefore = view.header.time - storedTime(m_bytes.get() + m_offsets[index - 1]);
        return view;
    }
    view.header.id = id;
    view.header.integrity = Integrity::Lost;
    view.header.kind = wire::RecordKind::Raw;
    view.header.time = view.header.firstByteTime = m_time;
    return view;
}

RecordView Block::view(RecordId id) const noexcept
{
    return view(static_cast<quint32>(id.value() - m_first.value()));
}

const uchar *Block::at(quint32 index) const noexcept
{
    const Extent now = extent();
    return m_bytes.get() + (index < now.count ? m_offsets[index] : now.bytes);
}

qsizetype Block::footprint() const noexcept
{
    return m_capacity + m_capacity / storedHeaderBytes * static_cast<qsizetype>(sizeof(quint32));
}

} // namespace wsw::capture
