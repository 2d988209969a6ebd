#include "exchange/tcppacket.h"

#include "base/bytes.h"
#include "net/addresstext.h"

#include <QHostAddress>

#include <algorithm>
#include <cstring>

namespace wsw::exchange {

namespace {

constexpr qsizetype ipv4Header = 20;
constexpr qsizetype ipv6Header = 40;
constexpr qsizetype tcpHeader = 20;
constexpr quint8 hops = 64;

/// RFC 1071: the sum of 16-bit words; an odd last byte counts as the upper half of one.
quint64 sumOf(const uchar *bytes, qsizetype size, quint64 sum = 0) noexcept
{
    for (qsizetype i = 0; i + 1 < size; i += 2)
        sum += readBigEndian<quint16>(bytes + i);
    return size % 2 == 0 ? sum : sum + (quint64{bytes[size - 1]} << 8);
}

quint16 checksumOf(quint64 sum) noexcept
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<quint16>(~sum & 0xffff);
}

} // namespace

bool TcpEnd::read(const QString &text)
{
    const net::HostPort parts = net::parseHostPort(text, 0);
    QHostAddress host;
    // What follows "%" names an interface of the machine that recorded.
    if (!host.setAddress(parts.host.section(QLatin1Char('%'), 0, 0)))
        return false;
    bool mapped = false;
    (void)host.toIPv4Address(&mapped);
    isIPv4 = mapped;
    const Q_IPV6ADDR bytes = host.toIPv6Address();
    std::copy_n(bytes.c, address.size(), address.begin());
    port = parts.port;
    return true;
}

void appendPacket(QByteArray &to, const TcpEnd &source, const TcpEnd &destination, const TcpSegment &segment, quint16 number)
{
    const bool isIPv4 = source.isIPv4 && destination.isIPv4;
    const qsizetype tcpSize = tcpHeader + segment.options.size() + segment.payload.size();
    const qsizetype ipSize = isIPv4 ? ipv4Header : ipv6Header;
    Q_ASSERT(tcpSize + ipSize <= 0xffff && segment.options.size() % 4 == 0);
    const qsizetype begin = to.size();
    to.resize(begin + ipSize + tcpSize);
    auto *ip = reinterpret_cast<uchar *>(to.data()) + begin;
    std::memset(ip, 0, static_cast<size_t>(ipSize + tcpHeader));
    quint64 pseudo = static_cast<quint64>(tcpSize) + tcpProtocol;
    if (isIPv4) {
        ip[0] = 0x45;
        writeBigEndian(static_cast<quint16>(ipSize + tcpSize), ip + 2);
        writeBigEndian(number, ip + 4);
        ip[6] = 0x40;   // do not fragment
        ip[8] = hops;
        ip[9] = tcpProtocol;
        std::copy_n(source.address.begin() + 12, 4, ip + 12);
        std::copy_n(destination.address.begin() + 12, 4, ip + 16);
        writeBigEndian(checksumOf(sumOf(ip, ipv4Header)), ip + 10);
        pseudo = sumOf(ip + 12, 8, pseudo);
    } else {
        ip[0] = 0x60;
        writeBigEndian(static_cast<quint16>(tcpSize), ip + 4);
        ip[6] = tcpProtocol;
        ip[7] = hops;
        std::ranges::copy(source.address, ip + 8);
        std::ranges::copy(destination.address, ip + 24);
        pseudo = sumOf(ip + 8, 32, pseudo);
    }
    uchar *tcp = ip + ipSize;
    writeBigEndian(source.port, tcp);
    writeBigEndian(destination.port, tcp + 2);
    writeBigEndian(segment.sequence, tcp + 4);
    writeBigEndian((segment.flags & TcpFlag::ack) != 0 ? segment.acknowledged : quint32{0}, tcp + 8);
    tcp[12] = static_cast<uchar>((tcpHeader + segment.options.size()) / 4 << 4);
    tcp[13] = segment.flags;
    writeBigEndian(quint16{0xffff}, tcp + 14);
    if (!segment.options.isEmpty())
        std::memcpy(tcp + tcpHeader, segment.options.data(), static_cast<size_t>(segment.options.size()));
    if (!segment.payload.isEmpty())
        std::memcpy(tcp + tcpHeader + segment.options.size(), segment.payload.data(), static_cast<size_t>(segment.payload.size()));
    writeBigEndian(checksumOf(sumOf(tcp, tcpSize, pseudo)), tcp + 16);
}

} // namespace wsw::exchange
