#include "session/pairing.h"

#include "wire/mask.h"

#include <algorithm>
#include <utility>

namespace wsw::session {

namespace {

/// Control payloads as they were meant: a client's are masked on the wire.
qsizetype unmasked(const wire::TrafficRecord &record, std::array<char, 125> &to)
{
    const qsizetype size = std::min<qsizetype>(record.payload.size(), qsizetype(to.size()));
    const auto *from = reinterpret_cast<const uchar *>(record.payload.data());
    auto *out = reinterpret_cast<uchar *>(to.data());
    wire::applyMask(from, out, size, record.header.masked ? record.header.key : wire::MaskingKey{});
    return size;
}

} // namespace

Pairing::Trip Pairing::take(const wire::TrafficRecord &record)
{
    if (record.kind != wire::RecordKind::Frame || record.flags.testFlag(wire::RecordFlag::Truncated))
        return {};
    const bool sent = record.direction == Direction::Sent;
    switch (record.header.opcode) {
    case wire::Opcode::Ping:
        if (sent)
            pingSent(record);
        return {};
    case wire::Opcode::Pong:
        return sent ? Trip{} : pongReceived(record);
    case wire::Opcode::Text:
    case wire::Opcode::Binary:
    case wire::Opcode::Continuation:
        if (m_echo == Echo::Ignored)
            return {};
        if (!sent)
            return messageFrameReceived(record);
        messageFrameSent(record);
        return {};
    case wire::Opcode::Close:
        return {};
    }
    return {}; // reserved opcodes
}

void Pairing::pingSent(const wire::TrafficRecord &record)
{
    if (m_pings.isFull())
        m_pings.drop(1); // the oldest has no pong after 63 others: it will hardly come
    Ping ping;
    ping.time = record.time;
    ping.size = static_cast<quint8>(unmasked(record, ping.payload));
    m_pings.push(ping);
}

Pairing::Trip Pairing::pongReceived(const wire::TrafficRecord &record)
{
    std::array<char, 125> payload;
    const qsizetype size = unmasked(record, payload);
    for (size_t i = 0; i < m_pings.size(); ++i) {
        const Ping &ping = m_pings.at(i);
        if (ping.size != size || !std::equal(payload.begin(), payload.begin() + size, ping.payload.begin()))
            continue;
        const qint64 ns = std::max<qint64>(1, record.time - ping.time);
        // RFC 6455, 5.5.3: a peer may answer only the latest of several pings; those before it are answered too.
        m_pings.drop(i + 1);
        return {ns, wire::RecordFlag::PingReply};
    }
    return {}; // a pong that nobody asked for
}

void Pairing::messageFrameSent(const wire::TrafficRecord &record)
{
    if (m_messageBegin == 0)
        m_messageBegin = record.firstByteTime;
    if (!record.header.fin)
        return;
    const MonotonicNs begin = std::exchange(m_messageBegin, 0);
    if (m_messages.isFull() || m_untimed > 0)
        ++m_untimed;
    else
        m_messages.push(begin);
}

Pairing::Trip Pairing::messageFrameReceived(const wire::TrafficRecord &record)
{
    if (!record.header.fin)
        return {};
    if (m_messages.isEmpty()) {
        if (m_untimed > 0)
            --m_untimed;
        return {};
    }
    const qint64 ns = std::max<qint64>(1, record.time - m_messages.at(0));
    m_messages.drop(1);
    return {ns, wire::RecordFlag::EchoReply};
}

} // namespace wsw::session
