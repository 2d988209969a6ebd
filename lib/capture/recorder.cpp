#include "capture/recorder.h"

#include "base/limits.h"
#include "wire/mask.h"

#include <algorithm>
#include <cstring>

namespace wsw::capture {

namespace {

void copyUnmasked(QByteArrayView from, uchar *to, bool masked, wire::MaskingKey key, quint64 phase) noexcept
{
    if (from.isEmpty())
        return;
    if (masked)
        wire::applyMask(reinterpret_cast<const uchar *>(from.data()), to, from.size(), key, phase);
    else
        std::memcpy(to, from.data(), static_cast<size_t>(from.size()));
}

} // namespace

Recorder::Recorder(BlockIndex &index, PayloadQueue &chunks, Pipeline &pipeline)
    : m_index(index)
    , m_chunks(chunks)
    , m_pipeline(pipeline)
{
}

wire::TrafficSink::Pressure Recorder::record(const wire::TrafficRecord &record)
{
    if (record.flags.testAnyFlags(wire::RecordFlag::Chunked | wire::RecordFlag::Compressed)
        || record.payload.size() > limits::payloadChunkBytes)
        return recordInParts(record);

    const qsizetype size = storedHeaderBytes + record.payload.size();
    uchar *to = reserve(size);
    const StoredHeader header = packHeader(record, static_cast<quint32>(size));
    std::memcpy(to, &header, sizeof header);
    copyUnmasked(record.payload, to + sizeof header, record.header.masked, record.header.key, 0);
    return publish(header.size);
}

wire::PayloadKey Recorder::newPayloadKey()
{
    return ++m_lastKey;
}

wire::TrafficSink::Pressure Recorder::chunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes, bool masked,
                                            wire::MaskingKey key)
{
    OpenPayload &open = m_payloads[payload];
    while (!bytes.isEmpty()) {
        if (offset != open.offset + static_cast<quint64>(open.gathered.size())) {
            flushGathered(payload, open);
            open.offset = offset;
        }
        if (open.gathered.capacity() < chunkRowBytes)
            open.gathered.reserve(chunkRowBytes);
        const qsizetype had = open.gathered.size();
        const qsizetype now = std::min(bytes.size(), chunkRowBytes - had);
        open.gathered.resize(had + now);
        copyUnmasked(bytes.first(now), reinterpret_cast<uchar *>(open.gathered.data()) + had, masked, key, offset);
        offset += static_cast<quint64>(now);
        open.stored = std::max(open.stored, offset);
        bytes = bytes.sliced(now);
        if (open.gathered.size() == chunkRowBytes)
            flushGathered(payload, open);
    }
    return pressure();
}

qsizetype Recorder::Part::size() const noexcept
{
    return (chunked ? static_cast<qsizetype>(sizeof *chunked) : 0) + bytes.size();
}

wire::TrafficSink::Pressure Recorder::recordInParts(const wire::TrafficRecord &record)
{
    using wire::RecordFlag;
    wire::TrafficRecord kept = record;
    if (!kept.flags.testFlag(RecordFlag::Chunked) && kept.payload.size() > limits::payloadChunkBytes) {
        kept.payloadKey = putIntoChunks(kept.payload, kept.header.masked, kept.header.key);
        kept.flags |= RecordFlag::Chunked;
    }
    const Part payload = kept.flags.testFlag(RecordFlag::Chunked)
        ? chunkedPart(kept.payloadKey)
        : Part{std::nullopt, {}, kept.payload, kept.header.masked};
    Part inflated;
    if (kept.flags.testFlag(RecordFlag::Compressed)) {
        // Both together stay within what a block of its own may hold.
        if (!kept.flags.testFlag(RecordFlag::InflatedChunked)
            && payload.bytes.size() + kept.inflated.size() > limits::payloadChunkBytes) {
            kept.inflatedKey = putIntoChunks(kept.inflated, false, {});
            kept.flags |= RecordFlag::InflatedChunked;
        }
        inflated = kept.flags.testFlag(RecordFlag::InflatedChunked) ? chunkedPart(kept.inflatedKey)
                                                                    : Part{std::nullopt, {}, kept.inflated, false};
    }

    const qsizetype size = storedHeaderBytes + payload.size() + inflated.size();
    uchar *to = reserve(size);
    const StoredHeader header = packHeader(kept, static_cast<quint32>(size), static_cast<quint32>(inflated.size()));
    std::memcpy(to, &header, sizeof header);
    to += sizeof header;
    for (const Part *part : {&payload, &std::as_const(inflated)}) {
        if (part->chunked)
            std::memcpy(to, &*part->chunked, sizeof *part->chunked);
        copyUnmasked(part->bytes, to + part->size() - part->bytes.size(), part->masked, kept.header.key, 0);
        to += part->size();
    }
    return publish(header.size);
}

wire::PayloadKey Recorder::putIntoChunks(QByteArrayView bytes, bool masked, wire::MaskingKey key)
{
    const wire::PayloadKey payload = newPayloadKey();
    chunk(payload, 0, bytes, masked, key);
    return payload;
}

Recorder::Part Recorder::chunkedPart(wire::PayloadKey key)
{
    OpenPayload open = m_payloads.take(key);
    // The pieces go ahead of the record, so that no record is ever stored without its payload.
    flushGathered(key, open);
    Part part;
    part.chunked = StoredChunkedPayload{key, open.stored};
    part.preview = open.preview;
    part.bytes = part.preview;
    return part;
}

void Recorder::flushGathered(wire::PayloadKey key, OpenPayload &payload)
{
    if (payload.gathered.isEmpty())
        return;
    if (payload.offset == 0)
        payload.preview = payload.gathered.first(std::min(payload.gathered.size(), previewBytes));
    const qsizetype bytes = payload.gathered.size();
    const quint64 next = payload.offset + static_cast<quint64>(bytes);
    m_chunks.push({key, payload.offset, std::exchange(payload.gathered, {})});
    payload.offset = next;
    account(bytes);
    if (m_pipeline.waiting() >= commitBytes)
        m_pipeline.nudge();
}

uchar *Recorder::reserve(qsizetype size)
{
    if (!m_block || !m_block->fits(size)) {
        m_block = m_index.openBlock(RecordId(m_count + 1), std::max(size, limits::blockBytes));
        if (m_pipeline.waiting() >= commitBytes)
            m_pipeline.nudge();
    }
    return m_block->tail();
}

wire::TrafficSink::Pressure Recorder::publish(quint32 size)
{
    m_block->publish(size);
    m_pipeline.received.store(++m_count, std::memory_order_release);
    account(size);
    return pressure();
}

void Recorder::account(qint64 bytes)
{
    m_bytes += bytes;
    m_pipeline.bytesIn.store(m_bytes);
    if (m_pipeline.asleep.load())
        m_pipeline.nudge();
}

wire::TrafficSink::Pressure Recorder::pressure()
{
    const qint64 waiting = m_bytes - m_pipeline.bytesOut.load(std::memory_order_relaxed);
    if (waiting <= limits::writerQueueBytes && !m_pipeline.failed.load(std::memory_order_relaxed)) [[likely]]
        return Pressure::Go;
    m_pipeline.holding.store(true);
    // The writer may have finished between the two lines above and would then never call the resume handler.
    const bool roomAgain = !m_pipeline.failed.load() && m_pipeline.waiting() < limits::writerQueueBytes / 2;
    return roomAgain && m_pipeline.holding.exchange(false) ? Pressure::Go : Pressure::Hold;
}

} // namespace wsw::capture
