#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

namespace wsw::test {

/// A frame as the conformance peer writes and reads it: its own reading of RFC 6455, 5.2, sharing no code with the program.
struct RawFrame
{
    int opcode = 1;
    QByteArray payload;
    bool fin = true;
    int rsv = 0;            ///< RSV1 is 4, RSV2 is 2, RSV3 is 1
    bool masked = false;    ///< read frames only; the peer masks by its role

    [[nodiscard]] QByteArray encode(bool mask) const;
};

/// One end of a TCP connection on loopback that speaks WebSocket by hand. Blocking, with a time-out for every wait.
class RawPeer final
{
public:
    enum class End : quint8 { Client, Server };

    /// Connects to a host on 127.0.0.1 and does the opening handshake.
    [[nodiscard]] static std::optional<RawPeer> connectTo(quint16 port);
    RawPeer(RawPeer &&other) noexcept;
    ~RawPeer();

    /// Writes bytes, @p chop at a time (0: in one piece).
    bool send(const QByteArray &bytes, qsizetype chop = 0);
    bool send(const RawFrame &frame, qsizetype chop = 0);
    /// The next frame, or nothing at the end of the stream or after @p timeoutMs.
    [[nodiscard]] std::optional<RawFrame> readFrame(int timeoutMs = 20'000);
    /// Like readFrame, with fragments of a message joined (control frames in between are returned first).
    [[nodiscard]] std::optional<RawFrame> readMessage(int timeoutMs = 20'000);
    /// Reads until the end of TCP; false when it does not come in time or further bytes came.
    [[nodiscard]] bool readEnd(int timeoutMs = 10'000);

private:
    friend class RawListener;
    RawPeer(int fd, End end) : m_fd(fd), m_end(end) {}
    [[nodiscard]] bool fill(qsizetype bytes, int timeoutMs);
    [[nodiscard]] QByteArray readHead();

    int m_fd = -1;
    End m_end;
    QByteArray m_in;
    RawFrame m_partial;
    bool m_inMessage = false;
};

/// Listens on 127.0.0.1 for the program's client.
class RawListener final
{
public:
    RawListener();
    ~RawListener();
    [[nodiscard]] quint16 port() const { return m_port; }
    /// Accepts one connection and answers its opening handshake with 101.
    [[nodiscard]] std::optional<RawPeer> accept(int timeoutMs = 10'000);

private:
    int m_fd = -1;
    quint16 m_port = 0;
};

} // namespace wsw::test
