#pragma once

#include "exchange/conversation.h"
#include "exchange/tcpdissect.h"
#include "exchange/tcpreassembly.h"

#include <QHash>
#include <QStringList>

#include <deque>

namespace wsw::exchange {

/// Makes records of packets: finds the TCP connections in them, puts each direction together, and reads those that are WebSockets.
/// Sans-I/O, so that anything can be fed to it.
class PacketImport final
{
public:
    struct Events
    {
        std::function<ConnectionId()> newId;
        /// What is known of a connection has changed; at its end @p over.
        std::function<void(const capture::ConnectionInfo &info, bool over)> connection;
    };
    /// @p sink must outlive this.
    PacketImport(wire::TrafficSink &sink, Events events);
    ~PacketImport();

    /// So many connections are followed at the same time; beyond, the oldest is given up.
    static constexpr qsizetype mostFlows = 16 * 1024;

    void packet(quint32 linkType, QByteArrayView bytes, MonotonicNs time);
    /// No more packets.
    void end();

    /// What was left out, in sentences.
    [[nodiscard]] QStringList notes() const;

private:
    struct Flow;
    [[nodiscard]] Flow &flowOf(const QByteArray &key, const TcpPacket &packet, MonotonicNs time);
    void take(Flow &flow, const TcpPacket &packet, MonotonicNs time);
    void reset(Flow &flow, Conversation::Side side, MonotonicNs time);
    void tell(Flow &flow);
    void close(Flow &flow);
    void remove(const QByteArray &key);

    wire::TrafficSink &m_sink;
    Events m_events;
    QHash<QByteArray, std::shared_ptr<Flow>> m_flows;
    std::deque<std::pair<QByteArray, std::weak_ptr<Flow>>> m_order;   ///< oldest first
    MonotonicNs m_last = 0;
    quint64 m_packets = 0;
    quint64 m_unknownLinks = 0;
    quint64 m_others = 0;       ///< TCP connections that were none of ours
    quint64 m_tls = 0;          ///< of them
    quint64 m_givenUp = 0;
    quint64 m_gaps = 0;
};

} // namespace wsw::exchange
