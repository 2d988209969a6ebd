#include "exchange/tcpstory.h"

#include <QUrl>

#include <algorithm>

namespace wsw::exchange {

namespace {

/// Where each side's numbers begin. Any number will do; those that follow are easily read.
constexpr quint32 firstNumber = 0;
/// The most that may stand without an acknowledgement of its own: less than the window that the SYNs open.
constexpr quint32 mostUnacknowledged = 1024 * 1024;
/// Window scale 7: 65535 becomes 8 MiB. No operation, then the largest segment, which is filled in.
constexpr std::array<char, 8> synOptions{2, 4, 0, 0, 1, 3, 3, 7};

} // namespace

TcpEnds endsOf(const capture::ConnectionInfo &info)
{
    TcpEnds ends;
    const bool localIsClient = info.localRole == Role::Client;
    TcpEnd &client = localIsClient ? ends.local : ends.peer;
    TcpEnd &server = localIsClient ? ends.peer : ends.local;
    for (const auto &[end, text] : {std::pair{&ends.local, info.localAddress}, {&ends.peer, info.peerAddress}}) {
        if (!end->read(text)) {
            (void)end->read(QStringLiteral("127.0.0.1"));
            ends.madeUp = true;
        }
    }
    const bool isTls = info.url.startsWith(QStringLiteral("wss:")) || !info.tls.isEmpty();
    if (server.port == 0) {
        server.port = static_cast<quint16>(QUrl(info.url).port(isTls ? 443 : 80));
        ends.madeUp = true;
    }
    if (client.port == 0) {
        constexpr quint32 ephemeral = 49152;
        client.port = static_cast<quint16>(ephemeral + info.id.value() % (65536 - ephemeral));
        ends.madeUp = true;
    }
    if (isTls)
        ends.tlsPort = std::exchange(server.port, plainTextPort);
    return ends;
}

TcpStory::TcpStory(Role localRole, qsizetype largest, Packet packet)
    : m_localRole(localRole), m_largest(largest), m_packet(std::move(packet)), m_sent{firstNumber, firstNumber, 0, false},
      m_received{firstNumber, firstNumber, 0, false}
{
}

void TcpStory::tell(Direction direction, quint8 flags, QByteArrayView payload, QByteArrayView options)
{
    Side &source = side(direction);
    Side &target = side(other(direction));
    TcpSegment segment;
    segment.sequence = source.next;
    segment.acknowledged = target.next;
    segment.flags = flags;
    segment.payload = payload;
    segment.options = options;
    if ((flags & TcpFlag::ack) != 0)
        target.told = target.next;
    source.next += static_cast<quint32>(payload.size()) + ((flags & (TcpFlag::syn | TcpFlag::fin)) != 0 ? 1 : 0);
    source.position += static_cast<quint64>(payload.size());
    m_packet(direction, segment);
}

void TcpStory::open()
{
    if (std::exchange(m_open, true))
        return;
    std::array<char, 8> options = synOptions;
    options[2] = static_cast<char>(m_largest >> 8);
    options[3] = static_cast<char>(m_largest & 0xff);
    const QByteArrayView view(options.data(), options.size());
    const Direction first = m_localRole == Role::Client ? Direction::Sent : Direction::Received;
    tell(first, TcpFlag::syn, {}, view);
    tell(other(first), TcpFlag::syn | TcpFlag::ack, {}, view);
    tell(first, TcpFlag::ack);
}

void TcpStory::bytes(Direction direction, QByteArrayView bytes)
{
    open();
    while (!bytes.isEmpty()) {
        const QByteArrayView part = bytes.first(std::min(bytes.size(), m_largest));
        bytes = bytes.sliced(part.size());
        tell(direction, bytes.isEmpty() ? TcpFlag::psh | TcpFlag::ack : TcpFlag::ack, part);
        if (side(direction).next - side(direction).told >= mostUnacknowledged)
            tell(other(direction), TcpFlag::ack);
    }
}

void TcpStory::skip(Direction direction, quint64 bytes)
{
    open();
    side(direction).next += static_cast<quint32>(bytes);
    side(direction).position += bytes;
}

void TcpStory::finish(Direction direction)
{
    open();
    if (m_over || std::exchange(side(direction).finished, true))
        return;
    tell(direction, TcpFlag::fin | TcpFlag::ack);
    tell(other(direction), TcpFlag::ack);
}

void TcpStory::reset(Direction direction)
{
    open();
    if (std::exchange(m_over, true))
        return;
    tell(direction, TcpFlag::rst | TcpFlag::ack);
}

} // namespace wsw::exchange
