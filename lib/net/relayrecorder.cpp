#include "net/relayrecorder.h"

namespace wsw::net {

void RelayRecorder::recordBytes(wire::RecordKind kind, Direction direction, QByteArrayView bytes, MonotonicNs firstByte,
                                MonotonicNs lastByte, wire::Violation violation, wire::RecordFlags flags, quint64 wireOffset)
{
    wire::TrafficRecord entry;
    entry.kind = kind;
    entry.direction = direction;
    entry.flags = flags;
    entry.header.wireOffset = wireOffset;
    entry.time = lastByte;
    entry.firstByteTime = firstByte;
    entry.inflatedLength = static_cast<quint64>(bytes.size());
    entry.violation = violation;
    entry.payload = bytes;
    record(entry);
}

} // namespace wsw::net
