#include "exchange/packetimport.h"

#include "net/addresstext.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

QByteArray endKey(const TcpEnd &end)
{
    QByteArray key(reinterpret_cast<const char *>(end.address.data()), qsizetype(end.address.size()));
    key += static_cast<char>(end.port >> 8);
    key += static_cast<char>(end.port & 0xff);
    return key;
}

/// The same for both directions.
QByteArray flowKey(const TcpPacket &packet)
{
    const QByteArray source = endKey(packet.source);
    const QByteArray destination = endKey(packet.destination);
    return source < destination ? source + destination : destination + source;
}

QString endText(const TcpEnd &end) { return net::addressText(QHostAddress(end.address.data()), end.port); }

QString counted(quint64 count, const QString &one, const QString &many) { return count == 1 ? one : many.arg(count); }

} // namespace

struct PacketImport::Flow
{
    using Side = Conversation::Side;
    using Missing = net::RelayDirection::MissingClose;

    Flow(PacketImport &import, const TcpEnd &from, const TcpEnd &to, MonotonicNs time)
        : client(from), server(to), opened(time), conversation(import.m_sink, import.m_events.newId),
          fromClient(eventsOf(import, Side::Client)), fromServer(eventsOf(import, Side::Server))
    {
    }

    TcpReassembly::Events eventsOf(PacketImport &import, Side side)
    {
        return {[this, side](QByteArrayView bytes, MonotonicNs time) {
                    looksLikeTls = looksLikeTls || (side == Side::Client && firstBytes && bytes.startsWith("\x16\x03"));
                    firstBytes = false;
                    conversation.bytes(side, bytes, time);
                },
                [this, side, &import](quint64 missing, MonotonicNs time) {
                    import.m_gaps += conversation.kind() == Conversation::Kind::WebSocket;
                    conversation.gap(side, missing, time);
                },
                [this, side](MonotonicNs time) {
                    conversation.end(side, side == Side::Client ? u"the client sent its FIN"_s : u"the server sent its FIN"_s, time, Missing::Finding);
                    (side == Side::Client ? clientOver : serverOver) = true;
                    closed = time;
                }};
    }

    TcpEnd client;
    TcpEnd server;
    MonotonicNs opened;
    MonotonicNs closed = 0;
    QString closeText;
    Conversation conversation;
    TcpReassembly fromClient;
    TcpReassembly fromServer;
    bool toldBegin = false;
    bool toldOver = false;
    bool firstBytes = true;
    bool looksLikeTls = false;
    bool clientOver = false;
    bool serverOver = false;
};

PacketImport::PacketImport(wire::TrafficSink &sink, Events events) : m_sink(sink), m_events(std::move(events)) {}

PacketImport::~PacketImport() = default;

void PacketImport::packet(quint32 linkType, QByteArrayView bytes, MonotonicNs time)
{
    ++m_packets;
    m_last = std::max(m_last, time);
    if (!knowsLinkType(linkType)) {
        ++m_unknownLinks;
        return;
    }
    const std::optional<TcpPacket> packet = dissectTcp(linkType, bytes);
    if (!packet)
        return;
    const QByteArray key = flowKey(*packet);
    const bool begins = (packet->flags & (TcpFlag::syn | TcpFlag::ack)) == TcpFlag::syn;
    const auto known = m_flows.constFind(key);
    if (known != m_flows.cend() && begins && !(*known)->firstBytes)
        remove(key);    // the same ports again
    else if (known == m_flows.cend() && !begins && packet->payload.isEmpty() && (packet->flags & TcpFlag::syn) == 0)
        return;         // the end of one that was over, or began before the capture
    Flow &flow = flowOf(key, *packet, time);
    take(flow, *packet, time);
    tell(flow);
    if (flow.conversation.kind() == Conversation::Kind::Other || (flow.clientOver && flow.serverOver))
        remove(key);
}

PacketImport::Flow &PacketImport::flowOf(const QByteArray &key, const TcpPacket &packet, MonotonicNs time)
{
    if (const auto known = m_flows.constFind(key); known != m_flows.cend())
        return **known;
    while (m_flows.size() >= mostFlows && !m_order.empty()) {
        const auto [oldest, flow] = m_order.front();
        m_order.pop_front();
        if (flow.expired())
            continue;
        ++m_givenUp;
        remove(oldest);
    }
    if (m_order.size() > size_t{4} * mostFlows)
        std::erase_if(m_order, [](const auto &entry) { return entry.second.expired(); });
    // An answer that comes before its question was captured late.
    const bool answers = (packet.flags & (TcpFlag::syn | TcpFlag::ack)) == (TcpFlag::syn | TcpFlag::ack);
    auto made = std::make_shared<Flow>(*this, answers ? packet.destination : packet.source, answers ? packet.source : packet.destination, time);
    m_order.emplace_back(key, made);
    return **m_flows.insert(key, std::move(made));
}

void PacketImport::take(Flow &flow, const TcpPacket &packet, MonotonicNs time)
{
    const auto side = packet.source == flow.client ? Conversation::Side::Client : Conversation::Side::Server;
    TcpReassembly &stream = side == Conversation::Side::Client ? flow.fromClient : flow.fromServer;
    quint32 sequence = packet.sequence;
    if ((packet.flags & TcpFlag::syn) != 0) {
        stream.syn(sequence);
        ++sequence;     // what a SYN carries along comes behind it
    }
    if (!packet.payload.isEmpty() || (packet.flags & TcpFlag::fin) != 0)
        stream.segment(sequence, packet.payload, (packet.flags & TcpFlag::fin) != 0, time);
    if ((packet.flags & TcpFlag::rst) != 0)
        reset(flow, side, time);
}

void PacketImport::reset(Flow &flow, Conversation::Side side, MonotonicNs time)
{
    using Missing = net::RelayDirection::MissingClose;
    flow.fromClient.end();
    flow.fromServer.end();
    const bool byClient = side == Conversation::Side::Client;
    flow.closeText = byClient ? QString::fromLatin1(wire::cutHereText) : QString::fromLatin1(wire::resetText) + u" by the peer"_s;
    if (!flow.serverOver)
        flow.conversation.end(Conversation::Side::Server, flow.closeText, time, byClient ? Missing::Excused : Missing::Finding);
    if (!flow.clientOver)
        flow.conversation.end(Conversation::Side::Client, flow.closeText, time, byClient ? Missing::Finding : Missing::Excused);
    flow.clientOver = flow.serverOver = true;
    flow.closed = time;
}

/// What is known of a WebSocket, when it has turned out to be one and at its end.
void PacketImport::tell(Flow &flow)
{
    const bool over = flow.clientOver && flow.serverOver;
    if (flow.conversation.kind() != Conversation::Kind::WebSocket || (over ? flow.toldOver : flow.toldBegin))
        return;
    flow.toldBegin = true;
    flow.toldOver = over;
    capture::ConnectionInfo info = flow.conversation.info();
    info.name = u"client %1"_s.arg(info.id.value());
    info.localAddress = endText(flow.client);
    info.peerAddress = endText(flow.server);
    info.opened = flow.opened;
    info.closed = over ? flow.closed : 0;
    info.closeText = over && flow.closeText.isEmpty() ? u"both ends sent their FIN"_s : flow.closeText;
    m_events.connection(info, over);
}

/// It is over, whatever was missing.
void PacketImport::close(Flow &flow)
{
    using Missing = net::RelayDirection::MissingClose;
    flow.fromClient.end();
    flow.fromServer.end();
    const QString how = QString::fromLatin1(notSeen);
    if (!flow.clientOver || !flow.serverOver)
        flow.closeText = how;
    if (!flow.clientOver)
        flow.conversation.end(Conversation::Side::Client, how, m_last, Missing::Excused);
    if (!flow.serverOver)
        flow.conversation.end(Conversation::Side::Server, how, m_last, Missing::Excused);
    flow.closed = flow.closed == 0 ? m_last : flow.closed;
    flow.clientOver = flow.serverOver = true;
    tell(flow);
    if (flow.conversation.kind() != Conversation::Kind::WebSocket && !flow.firstBytes) {
        ++m_others;
        m_tls += flow.looksLikeTls;
    }
}

void PacketImport::remove(const QByteArray &key)
{
    const std::shared_ptr<Flow> flow = m_flows.take(key);
    if (flow)
        close(*flow);
}

void PacketImport::end()
{
    for (const auto &[key, flow] : std::exchange(m_order, {})) {
        if (!flow.expired())
            remove(key);
    }
}

QStringList PacketImport::notes() const
{
    QStringList notes;
    if (m_unknownLinks > 0) {
        notes += u"%1 of %2 packets were captured on links of a kind that is not read here (Ethernet, loopback, Linux cooked and raw IP are)."_s
                     .arg(m_unknownLinks)
                     .arg(m_packets);
    }
    if (m_tls > 0) {
        notes += counted(m_tls, u"A connection was encrypted with TLS and is left out: its keys are not in the file."_s,
                         u"%1 connections were encrypted with TLS and are left out: their keys are not in the file."_s);
    }
    if (m_others > m_tls) {
        notes += counted(m_others - m_tls, u"A TCP connection is left out in which no WebSocket was opened."_s,
                         u"%1 TCP connections are left out in which no WebSocket was opened."_s);
    }
    if (m_gaps > 0) {
        notes += counted(m_gaps, u"In one place bytes are missing in the file; what comes behind may be raw bytes."_s,
                         u"In %1 places bytes are missing in the file; what comes behind may be raw bytes."_s);
    }
    if (m_givenUp > 0)
        notes += u"More than %1 connections stood at the same time: the oldest were given up."_s.arg(mostFlows);
    return notes;
}

} // namespace wsw::exchange
