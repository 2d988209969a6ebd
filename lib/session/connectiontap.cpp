#include "session/connectiontap.h"

namespace wsw::session {

ConnectionTap::ConnectionTap(wire::TrafficSink &inner, Pairing::Echo echo, Listener &listener)
    : m_inner(inner), m_listener(listener), m_trips(echo)
{
}

wire::TrafficSink::Pressure ConnectionTap::record(const wire::TrafficRecord &record)
{
    count(record);
    const Pairing::Trip trip = m_trips.take(record);
    Pressure pressure;
    if (trip.ns == 0) {
        pressure = m_inner.record(record);
    } else {
        wire::TrafficRecord timed = record;
        timed.rttNs = trip.ns;
        timed.flags |= trip.sort;
        pressure = m_inner.record(timed);
    }
    if (!m_told) {
        m_told = true;
        m_listener.tapMoved();
    }
    return pressure;
}

void ConnectionTap::count(const wire::TrafficRecord &record) noexcept
{
    const bool sent = record.direction == Direction::Sent;
    quint64 bytes = static_cast<quint64>(record.payload.size());
    quint64 plain = bytes;
    switch (record.kind) {
    case wire::RecordKind::Frame:
        if (record.flags.testFlag(wire::RecordFlag::Chunked) && !record.flags.testFlag(wire::RecordFlag::Truncated))
            bytes = record.header.length;
        plain = record.flags.testFlag(wire::RecordFlag::Compressed) ? record.inflatedLength : bytes;
        bytes += static_cast<quint64>(record.header.headerSize());
        plain += static_cast<quint64>(record.header.headerSize());
        ++(sent ? m_counts.framesSent : m_counts.framesReceived);
        break;
    case wire::RecordKind::RequestHead:
    case wire::RecordKind::ResponseHead:
    case wire::RecordKind::Body:
    case wire::RecordKind::Raw:
        break;
    case wire::RecordKind::End:
        return; // no bytes of the wire
    }
    (sent ? m_counts.bytesSent : m_counts.bytesReceived) += bytes;
    (sent ? m_counts.plainSent : m_counts.plainReceived) += plain;
}

} // namespace wsw::session
