#pragma once

#include "capture/blockindex.h"
#include "capture/payloadqueue.h"
#include "capture/pipeline.h"

#include <QHash>

#include <optional>

namespace wsw::capture {

/// Packs what the relays report straight into the open block, unmasking while it copies. Network thread only.
class Recorder final : public wire::TrafficSink
{
public:
    /// Pieces of a large payload are gathered to this size before they become rows.
    static constexpr qsizetype chunkRowBytes = 256 * 1024;
    /// So much waiting is worth a transaction of its own, before the commit interval has passed.
    static constexpr qint64 commitBytes = 1024 * 1024;

    Recorder(BlockIndex &index, PayloadQueue &chunks, Pipeline &pipeline);

    Pressure record(const wire::TrafficRecord &record) override;
    [[nodiscard]] wire::PayloadKey newPayloadKey() override;
    Pressure chunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes, bool masked,
                   wire::MaskingKey key) override;

private:
    /// A large payload of which pieces have come and the record not yet.
    struct OpenPayload
    {
        QByteArray preview;
        QByteArray gathered;
        quint64 offset = 0;     ///< of gathered's first byte
        quint64 stored = 0;
    };

    /// A payload, or inflated bytes, as they are going to stand in a block.
    struct Part
    {
        std::optional<StoredChunkedPayload> chunked;
        QByteArray preview;     ///< where chunked
        QByteArrayView bytes;   ///< the preview, or all
        bool masked = false;
        [[nodiscard]] qsizetype size() const noexcept;
    };

    Pressure recordInParts(const wire::TrafficRecord &record);
    [[nodiscard]] wire::PayloadKey putIntoChunks(QByteArrayView bytes, bool masked, wire::MaskingKey key);
    [[nodiscard]] Part chunkedPart(wire::PayloadKey key);
    void flushGathered(wire::PayloadKey key, OpenPayload &payload);
    [[nodiscard]] uchar *reserve(qsizetype size);
    Pressure publish(quint32 size);
    void account(qint64 bytes);
    [[nodiscard]] Pressure pressure();

    BlockIndex &m_index;
    PayloadQueue &m_chunks;
    Pipeline &m_pipeline;
    std::shared_ptr<Block> m_block;
    quint64 m_count = 0;
    qint64 m_bytes = 0;
    wire::PayloadKey m_lastKey = 0;
    QHash<wire::PayloadKey, OpenPayload> m_payloads;
};

} // namespace wsw::capture
