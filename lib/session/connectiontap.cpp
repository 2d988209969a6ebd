#include "session/connectiontap.h"

#include <algorithm>

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

wire::TrafficSink::Pressure ConnectionTap::chunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes, bool masked, wire::MaskingKey key)
{
    const auto known = std::ranges::find(m_chunked, payload, &std::pair<wire::PayloadKey, quint64>::first);
    if (known == m_chunked.end())
        m_chunked.emplace_back(payload, quint64(bytes.size()));
    else
        known->second += quint64(bytes.size());
    return m_inner.chunk(payload, offset, bytes, masked, key);
}

quint64 ConnectionTap::takeChunked(wire::PayloadKey payload) noexcept
{
    const auto known = std::ranges::find(m_chunked, payload, &std::pair<wire::PayloadKey, quint64>::first);
    if (known == m_chunked.end())
        return 0;
    const quint64 bytes = known->second;
    m_chunked.erase(known);
    return bytes;
}

void ConnectionTap::count(const wire::TrafficRecord &record) noexcept
{
    const bool sent = record.direction == Direction::Sent;
    quint64 bytes = static_cast<quint64>(record.payload.size());
    quint64 plain = bytes;
    switch (record.kind) {
    case wire::RecordKind::Frame:
        // What has crossed the wire, whatever the header says: a frame may be cut off, and a crafted one may lie.
        if (record.flags.testFlag(wire::RecordFlag::Chunked))
            bytes = takeChunked(record.payloadKey);
        if (record.flags.testFlag(wire::RecordFlag::InflatedChunked))
            (void)takeChunked(record.inflatedKey);
        plain = record.flags.testFlag(wire::RecordFlag::Compressed) ? record.inflatedLength : bytes;
        bytes += static_cast<quint64>(record.header.headerSize());
        plain += static_cast<quint64>(record.header.headerSize());
        ++(sent ? m_counts.framesSent : m_counts.framesReceived);
        break;
    case wire::RecordKind::RequestHead:
        if (sent)
            m_requestSent = record.time;
        break;
    case wire::RecordKind::ResponseHead:
        if (!sent)
            m_answered = record.time; // of several, 1xx before the answer itself, the last
        break;
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
