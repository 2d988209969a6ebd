#include "exchange/tcpdissect.h"

#include "base/bytes.h"

#include <algorithm>

namespace wsw::exchange {

namespace {

enum LinkType : quint32 {
    Null = 0, Ethernet = 1, RawBsd = 12, RawOpenBsd = 14, Raw = 101, Loop = 108, Cooked = 113, IPv4 = 228, IPv6 = 229, Cooked2 = 276
};
enum EtherType : quint16 { EtherIPv4 = 0x0800, EtherIPv6 = 0x86dd, Vlan = 0x8100, ServiceVlan = 0x88a8, OldServiceVlan = 0x9100 };

const uchar *raw(QByteArrayView bytes) noexcept { return reinterpret_cast<const uchar *>(bytes.data()); }
quint16 number16(QByteArrayView bytes, qsizetype at) noexcept { return readBigEndian<quint16>(raw(bytes) + at); }

/// @p bytes without their first @p size; null where there are not so many.
QByteArrayView behind(QByteArrayView bytes, qsizetype size) noexcept
{
    return bytes.size() < size ? QByteArrayView() : bytes.sliced(size);
}

QByteArrayView behindEtherType(quint16 type, QByteArrayView bytes) noexcept
{
    return type == EtherIPv4 || type == EtherIPv6 ? bytes : QByteArrayView();
}

QByteArrayView behindEthernet(QByteArrayView bytes) noexcept
{
    constexpr qsizetype addresses = 12;
    qsizetype at = addresses;
    while (bytes.size() >= at + 2) {
        const quint16 type = number16(bytes, at);
        if (type != Vlan && type != ServiceVlan && type != OldServiceVlan)
            return behindEtherType(type, bytes.sliced(at + 2));
        at += 4;
    }
    return {};
}

/// The IP packet in @p bytes; empty: none.
QByteArrayView ipIn(quint32 linkType, QByteArrayView bytes) noexcept
{
    switch (linkType) {
    case Null:
    case Loop: return behind(bytes, 4);     // an address family, whose numbers differ between systems: IP says its version itself
    case Ethernet: return behindEthernet(bytes);
    case Cooked: return bytes.size() < 16 ? QByteArrayView() : behindEtherType(number16(bytes, 14), bytes.sliced(16));
    case Cooked2: return bytes.size() < 20 ? QByteArrayView() : behindEtherType(number16(bytes, 0), bytes.sliced(20));
    case Raw:
    case RawBsd:
    case RawOpenBsd:
    case IPv4:
    case IPv6: return bytes;
    default: return {};
    }
}

/// What is behind the IP header, without padding; empty where it is no TCP or a fragment.
QByteArrayView readIPv4(QByteArrayView ip, TcpPacket &packet) noexcept
{
    const uchar *at = raw(ip);
    const qsizetype headSize = (at[0] & 0x0f) * 4;
    if (headSize < 20 || ip.size() < headSize || at[9] != tcpProtocol || (number16(ip, 6) & 0x3fff) != 0)
        return {};
    // 0: the network card was to cut it into pieces.
    const qsizetype total = number16(ip, 2) == 0 ? ip.size() : number16(ip, 2);
    if (total < headSize)
        return {};
    for (const auto &[end, offset] : {std::pair{&packet.source, 12}, {&packet.destination, 16}}) {
        end->isIPv4 = true;
        end->address[10] = end->address[11] = 0xff;
        std::copy_n(at + offset, 4, end->address.begin() + 12);
    }
    return ip.first(std::min(total, ip.size())).sliced(headSize);
}

QByteArrayView readIPv6(QByteArrayView ip, TcpPacket &packet) noexcept
{
    enum NextHeader : quint8 { HopByHop = 0, Routing = 43, Fragment = 44, Authentication = 51, Destination = 60 };
    constexpr qsizetype headSize = 40;
    if (ip.size() < headSize)
        return {};
    std::copy_n(raw(ip) + 8, 16, packet.source.address.begin());
    std::copy_n(raw(ip) + 24, 16, packet.destination.address.begin());
    quint8 next = raw(ip)[6];
    const qsizetype length = number16(ip, 4);
    QByteArrayView rest = ip.sliced(headSize);
    if (length != 0)    // else a jumbogram, or one that the card was to cut
        rest = rest.first(std::min(length, rest.size()));
    while (next != tcpProtocol) {
        if (rest.size() < 8)
            return {};
        const quint8 here = std::exchange(next, raw(rest)[0]);
        qsizetype size = 8 + raw(rest)[1] * 8;
        if (here == Fragment) {
            if ((number16(rest, 2) & 0xfff9) != 0)
                return {};
            size = 8;
        } else if (here == Authentication) {
            size = (raw(rest)[1] + 2) * 4;
        } else if (here != HopByHop && here != Routing && here != Destination) {
            return {};
        }
        if (rest.size() < size)
            return {};
        rest = rest.sliced(size);
    }
    return rest;
}

} // namespace

bool knowsLinkType(quint32 linkType) noexcept
{
    constexpr std::array<quint32, 10> known{Null, Ethernet, RawBsd, RawOpenBsd, Raw, Loop, Cooked, IPv4, IPv6, Cooked2};
    return std::ranges::find(known, linkType) != known.end();
}

std::optional<TcpPacket> dissectTcp(quint32 linkType, QByteArrayView bytes) noexcept
{
    const QByteArrayView ip = ipIn(linkType, bytes);
    if (ip.size() < 20)
        return std::nullopt;
    TcpPacket packet;
    const int version = raw(ip)[0] >> 4;
    const QByteArrayView tcp = version == 4 ? readIPv4(ip, packet) : version == 6 ? readIPv6(ip, packet) : QByteArrayView();
    constexpr qsizetype headSize = 20;
    if (tcp.size() < headSize)
        return std::nullopt;
    const qsizetype dataAt = (raw(tcp)[12] >> 4) * 4;
    if (dataAt < headSize || dataAt > tcp.size())
        return std::nullopt;
    packet.source.port = number16(tcp, 0);
    packet.destination.port = number16(tcp, 2);
    packet.sequence = readBigEndian<quint32>(raw(tcp) + 4);
    packet.acknowledged = readBigEndian<quint32>(raw(tcp) + 8);
    packet.flags = raw(tcp)[13];
    packet.payload = tcp.sliced(dataAt);
    return packet;
}

} // namespace wsw::exchange
