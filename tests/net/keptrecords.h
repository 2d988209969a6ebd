#pragma once

#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/traffic.h"

#include <QByteArray>
#include <QHash>

#include <vector>

namespace wsw::test {

/// A sink that keeps everything, with payloads of their own, and says Hold when it is told to.
class KeptRecords final : public wire::TrafficSink
{
public:
    struct Kept
    {
        wire::TrafficRecord record;     ///< its payload view is not valid
        QByteArray payload;             ///< as on the wire, chunks joined
        QByteArray inflated;            ///< what it has become, chunks joined
    };

    Pressure record(const wire::TrafficRecord &record) override
    {
        QByteArray payload = record.payload.toByteArray();
        if (record.flags.testFlag(wire::RecordFlag::Chunked))
            payload = m_chunks.take(record.payloadKey);
        QByteArray inflated = record.inflated.toByteArray();
        if (record.flags.testFlag(wire::RecordFlag::InflatedChunked))
            inflated = m_chunks.take(record.inflatedKey);
        all.push_back({record, payload, inflated});
        return pressure;
    }
    wire::PayloadKey newPayloadKey() override { return ++m_keys; }
    Pressure chunk(wire::PayloadKey key, quint64 offset, QByteArrayView bytes, bool, wire::MaskingKey) override
    {
        QByteArray &joined = m_chunks[key];
        inOrder = inOrder && offset == quint64(joined.size());
        largestChunk = std::max(largestChunk, bytes.size());
        joined.append(bytes);
        return pressure;
    }

    [[nodiscard]] std::vector<Kept> of(wire::RecordKind kind, Direction direction) const
    {
        std::vector<Kept> found;
        for (const Kept &kept : all) {
            if (kept.record.kind == kind && kept.record.direction == direction)
                found.push_back(kept);
        }
        return found;
    }
    /// Every byte of one direction, put together again from what was recorded.
    [[nodiscard]] QByteArray bytes(Direction direction) const
    {
        QByteArray joined;
        for (const Kept &kept : all) {
            if (kept.record.direction != direction || kept.record.kind == wire::RecordKind::End)
                continue;
            if (kept.record.kind == wire::RecordKind::Frame)
                joined += wire::serializeHeader(kept.record.header);
            joined += kept.payload;
        }
        return joined;
    }

    std::vector<Kept> all;
    Pressure pressure = Pressure::Go;
    bool inOrder = true;
    qsizetype largestChunk = 0;

private:
    QHash<wire::PayloadKey, QByteArray> m_chunks;
    wire::PayloadKey m_keys = 0;
};

} // namespace wsw::test
