#pragma once

#include "capture/connectioninfo.h"
#include "exchange/tcppacket.h"

#include <functional>

namespace wsw::exchange {

/// Plain text of TLS connections is written with this port for the server's, so that nobody takes it for TLS: 443 is never in the clear.
inline constexpr quint16 plainTextPort = 4480;

/// Both ends of a connection as far as its record says who they are; the rest is filled in.
struct TcpEnds
{
    TcpEnd local;
    TcpEnd peer;
    quint16 tlsPort = 0;    ///< the server's port before it became plainTextPort; 0: no TLS
    bool madeUp = false;    ///< the record did not say all of it
};
[[nodiscard]] TcpEnds endsOf(const capture::ConnectionInfo &info);

/// Tells the TCP of one connection whose bytes are known: numbers, flags and acknowledgements as two well-behaved kernels would have
/// them. Sans-I/O.
class TcpStory final
{
public:
    /// Told of each packet: who sent it, and its segment.
    using Packet = std::function<void(Direction direction, const TcpSegment &segment)>;
    /// @p largest: payload bytes of a segment.
    TcpStory(Role localRole, qsizetype largest, Packet packet);

    /// The three packets that begin it.
    void open();
    /// Bytes that crossed, in segments.
    void bytes(Direction direction, QByteArrayView bytes);
    /// Bytes that are not known: numbers go on behind them.
    void skip(Direction direction, quint64 bytes);
    /// A FIN and its acknowledgement. Not twice, and not after a reset.
    void finish(Direction direction);
    /// A RST; nothing comes after it.
    void reset(Direction direction);
    [[nodiscard]] bool isOpen() const noexcept { return m_open; }
    /// Bytes that this direction has had.
    [[nodiscard]] quint64 position(Direction direction) const noexcept { return side(direction).position; }

private:
    struct Side
    {
        quint32 next = 0;       ///< sequence number of the next byte
        quint32 told = 0;       ///< the highest number that the other side has acknowledged
        quint64 position = 0;
        bool finished = false;
    };
    [[nodiscard]] Side &side(Direction direction) { return direction == Direction::Sent ? m_sent : m_received; }
    [[nodiscard]] const Side &side(Direction direction) const { return direction == Direction::Sent ? m_sent : m_received; }
    void tell(Direction direction, quint8 flags, QByteArrayView payload = {}, QByteArrayView options = {});

    Role m_localRole;
    qsizetype m_largest;
    Packet m_packet;
    Side m_sent;
    Side m_received;
    bool m_open = false;
    bool m_over = false;
};

} // namespace wsw::exchange
