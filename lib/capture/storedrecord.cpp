#include "capture/storedrecord.h"

#include <cstring>

namespace wsw::capture {

namespace {

/// A payload, or inflated bytes, as they stand in a record.
struct StoredBytes
{
    QByteArrayView bytes;       ///< of chunked ones the preview
    quint64 stored = 0;
    wire::PayloadKey key = 0;
};

StoredBytes unpackBytes(QByteArrayView from, bool chunked) noexcept
{
    if (!chunked)
        return {from, static_cast<quint64>(from.size()), 0};
    StoredChunkedPayload head;
    std::memcpy(&head, from.data(), sizeof head);
    return {from.sliced(static_cast<qsizetype>(sizeof head)), head.stored, head.key};
}

} // namespace

StoredHeader packHeader(const wire::TrafficRecord &record, quint32 size, quint32 inflatedBytes) noexcept
{
    const wire::FrameHeader &frame = record.header;
    StoredHeader stored;
    stored.size = size;
    stored.kind = static_cast<quint8>(record.kind);
    stored.shape = static_cast<quint8>(static_cast<quint8>(record.direction)
                                       | (static_cast<quint8>(frame.lengthForm) << 1));
    stored.flags = static_cast<quint16>(record.flags.toInt());
    stored.violation = static_cast<quint16>(record.violation);
    stored.firstByte = frame.firstByte();
    stored.secondByte = frame.secondByte();
    stored.connection = record.connection.value();
    stored.time = record.time;
    stored.firstByteDelta = record.time - record.firstByteTime;
    stored.wireOffset = frame.wireOffset;
    stored.length = frame.length;
    std::memcpy(stored.key, frame.key.data(), sizeof stored.key);
    stored.inflatedBytes = inflatedBytes;
    stored.message = record.message.value();
    stored.inflatedLength = record.inflatedLength;
    stored.rtt = record.rttNs;
    return stored;
}

RecordView unpackRecord(const uchar *at, RecordId id) noexcept
{
    StoredHeader stored;
    std::memcpy(&stored, at, sizeof stored);

    RecordView view;
    RecordHeader &header = view.header;
    header.id = id;
    header.kind = static_cast<wire::RecordKind>(stored.kind);
    header.direction = static_cast<Direction>(stored.shape & 0x1);
    header.flags = wire::RecordFlags::fromInt(stored.flags);
    header.violation = static_cast<wire::Violation>(stored.violation);
    header.connection = ConnectionId(stored.connection);
    header.time = stored.time;
    header.firstByteTime = stored.time - stored.firstByteDelta;
    header.message = MessageId(stored.message);
    header.inflatedLength = stored.inflatedLength;
    header.rttNs = stored.rtt;

    wire::FrameHeader &frame = header.frame;
    frame.fin = (stored.firstByte & 0x80) != 0;
    frame.rsv1 = (stored.firstByte & 0x40) != 0;
    frame.rsv2 = (stored.firstByte & 0x20) != 0;
    frame.rsv3 = (stored.firstByte & 0x10) != 0;
    frame.opcode = static_cast<wire::Opcode>(stored.firstByte & 0x0f);
    frame.masked = (stored.secondByte & 0x80) != 0;
    std::memcpy(frame.key.data(), stored.key, sizeof stored.key);
    frame.lengthForm = static_cast<wire::LengthForm>((stored.shape >> 1) & 0x3);
    frame.length = stored.length;
    frame.wireOffset = stored.wireOffset;

    const QByteArrayView all(at + sizeof stored, static_cast<qsizetype>(stored.size - sizeof stored));
    const QByteArrayView payload = all.chopped(static_cast<qsizetype>(stored.inflatedBytes));
    const StoredBytes wire = unpackBytes(payload, header.flags.testFlag(wire::RecordFlag::Chunked));
    view.payload = wire.bytes;
    header.payloadStored = wire.stored;
    header.payloadKey = wire.key;
    if (stored.inflatedBytes != 0) [[unlikely]] {
        const StoredBytes inflated = unpackBytes(all.sliced(payload.size()),
                                                 header.flags.testFlag(wire::RecordFlag::InflatedChunked));
        view.inflated = inflated.bytes;
        header.inflatedStored = inflated.stored;
        header.inflatedKey = inflated.key;
    }
    return view;
}

quint32 recordFits(const uchar *at, quint64 left) noexcept
{
    if (left < sizeof(StoredHeader))
        return 0;
    StoredHeader stored;
    std::memcpy(&stored, at, sizeof stored);
    const auto flags = wire::RecordFlags::fromInt(stored.flags);
    const bool chunked = flags.testFlag(wire::RecordFlag::Chunked);
    const bool inflatedChunked = stored.inflatedBytes != 0 && flags.testFlag(wire::RecordFlag::InflatedChunked);
    if (inflatedChunked && stored.inflatedBytes < sizeof(StoredChunkedPayload))
        return 0;
    const quint64 least = sizeof(StoredHeader) + (chunked ? sizeof(StoredChunkedPayload) : 0) + quint64{stored.inflatedBytes};
    return stored.size >= least && stored.size <= left ? stored.size : 0;
}

MonotonicNs storedTime(const uchar *at) noexcept
{
    MonotonicNs time;
    std::memcpy(&time, at + offsetof(StoredHeader, time), sizeof time);
    return time;
}

} // namespace wsw::capture
