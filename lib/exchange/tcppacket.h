#pragma once

#include <QByteArray>
#include <QString>

#include <array>

namespace wsw::exchange {

/// TCP's number in IP headers.
inline constexpr quint8 tcpProtocol = 6;

/// One end of a TCP connection.
struct TcpEnd
{
    std::array<uchar, 16> address{};    ///< IPv6; IPv4 in its mapped form
    bool isIPv4 = false;
    quint16 port = 0;

    /// Reads "127.0.0.1:8765" or "[::1]:8765"; false where it says no address.
    [[nodiscard]] bool read(const QString &text);
    friend bool operator==(const TcpEnd &, const TcpEnd &) = default;
};

struct TcpFlag
{
    static constexpr quint8 fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
};

struct TcpSegment
{
    quint32 sequence = 0;
    quint32 acknowledged = 0;
    quint8 flags = TcpFlag::ack;
    QByteArrayView options{};   ///< a multiple of four bytes, 40 at most
    QByteArrayView payload{};
};

/// Appends an IP packet, IPv4 where both ends are and else IPv6, with right checksums. The payload must fit into one.
void appendPacket(QByteArray &to, const TcpEnd &source, const TcpEnd &destination, const TcpSegment &segment, quint16 number);

} // namespace wsw::exchange
