#pragma once

#include "exchange/tcppacket.h"

#include <optional>

namespace wsw::exchange {

/// A TCP packet as it was captured.
struct TcpPacket
{
    TcpEnd source;
    TcpEnd destination;
    quint32 sequence = 0;
    quint32 acknowledged = 0;
    quint8 flags = 0;
    QByteArrayView payload;     ///< as far as it was captured
};

/// What @p bytes, a packet of that link type (LINKTYPE_...), hold of TCP; nothing where they hold none: other protocols, fragments of
/// IP, headers that are cut off. Ethernet (with VLAN tags), loopback (NULL, LOOP), Linux cooked (SLL, SLL2), raw IP.
[[nodiscard]] std::optional<TcpPacket> dissectTcp(quint32 linkType, QByteArrayView bytes) noexcept;
/// Is this a link type that dissectTcp() knows?
[[nodiscard]] bool knowsLinkType(quint32 linkType) noexcept;

} // namespace wsw::exchange
