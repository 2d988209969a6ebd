#pragma once

#include "wire/traffic.h"

namespace wsw::net {

/// Hands the records of one connection to its sink and remembers whether the sink asked to hold. Network thread.
class RelayRecorder final
{
public:
    /// @p sink is not owned and must outlive this.
    RelayRecorder(wire::TrafficSink &sink, ConnectionId connection) noexcept : m_sink(sink), m_connection(connection) {}

    /// Completes @p record with the connection and keeps it.
    void record(wire::TrafficRecord &record)
    {
        record.connection = m_connection;
        note(m_sink.record(record));
    }
    [[nodiscard]] wire::PayloadKey newPayloadKey() { return m_sink.newPayloadKey(); }
    void chunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes, const wire::FrameHeader &header)
    {
        note(m_sink.chunk(payload, offset, bytes, header.masked, header.key));
    }

    /// A chunk of what a compressed payload has become.
    void plainChunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes) { note(m_sink.chunk(payload, offset, bytes, false, {})); }

    /// A record that is no frame: a head, a body, raw bytes, an end.
    void recordBytes(wire::RecordKind kind, Direction direction, QByteArrayView bytes, MonotonicNs firstByte, MonotonicNs lastByte,
                     wire::Violation violation = wire::Violation::None, wire::RecordFlags flags = {}, quint64 wireOffset = 0);

    /// True once the sink has said Hold, until release().
    [[nodiscard]] bool isHeld() const noexcept { return m_held; }
    void release() noexcept { m_held = false; }
    [[nodiscard]] ConnectionId connection() const noexcept { return m_connection; }

private:
    void note(wire::TrafficSink::Pressure pressure) noexcept
    {
        if (pressure == wire::TrafficSink::Pressure::Hold)
            m_held = true;
    }

    wire::TrafficSink &m_sink;
    ConnectionId m_connection;
    bool m_held = false;
};

} // namespace wsw::net
