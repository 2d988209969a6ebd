#pragma once

#include "rawframe.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace wsw::test {

/// One end of a TCP connection on loopback that speaks WebSocket by hand and reads strictly. Blocking, with a time-out for every wait.
class RawPeer final
{
public:
    /// Connects to a host on 127.0.0.1 and does the opening handshake; @p extensions: the offer, where not empty.
    [[nodiscard]] static std::optional<RawPeer> connectTo(quint16 port, const QByteArray &extensions = {});
    RawPeer(RawPeer &&other) noexcept;
    ~RawPeer();

    [[nodiscard]] End end() const { return m_end; }
    /// The value of Sec-WebSocket-Extensions in the other end's head.
    [[nodiscard]] const QByteArray &extensions() const { return m_extensions; }

    /// Writes bytes, @p chop at a time (0: in one piece); reads meanwhile, so that neither end waits for the other for ever.
    bool send(const QByteArray &bytes, qsizetype chop = 0);
    bool send(const RawFrame &frame);
    /// The next frame, or nothing at the end of the stream or after @p timeoutMs.
    [[nodiscard]] std::optional<RawFrame> readFrame(int timeoutMs = 20'000);
    /// Like readFrame, with fragments of a message joined (control frames in between are returned first).
    [[nodiscard]] std::optional<RawFrame> readMessage(int timeoutMs = 20'000);
    /// What a frame that was read has broken: masking, length form, size of a control frame, order of fragments. Empty: nothing.
    [[nodiscard]] const QString &fault() const { return m_fault; }

    enum class Ended : quint8 { InOrder, Reset, MoreBytes, Not };
    /// Waits for the end of TCP and says how it came.
    [[nodiscard]] Ended readEnd(int timeoutMs = 10'000);
    /// Whether the other end has ended TCP or written anything within @p timeoutMs.
    [[nodiscard]] bool isQuiet(int timeoutMs) const;
    /// Ends this direction of TCP.
    void finish();

private:
    friend class RawListener;
    RawPeer(int fd, End end) : m_fd(fd), m_end(end) {}
    [[nodiscard]] bool fill(qsizetype bytes, int timeoutMs);
    [[nodiscard]] bool readOnce(int flags = 0);
    [[nodiscard]] QByteArray readHead();
    void check(const RawFrame &frame, bool masked, int lengthBytes);
    void takeUp(qsizetype bytes);

    int m_fd = -1;
    End m_end;
    QByteArray m_extensions;
    QByteArray m_in;
    qsizetype m_at = 0;         ///< of the first byte of m_in that has not been taken
    RawFrame m_partial;
    QByteArray m_lastKey;
    int m_sameKeys = 0;
    bool m_inMessage = false;
    bool m_wasReset = false;
    QString m_fault;
};

/// Listens on 127.0.0.1 for the program's client.
class RawListener final
{
public:
    RawListener();
    ~RawListener();
    [[nodiscard]] quint16 port() const { return m_port; }
    /// Accepts one connection and answers its opening handshake with 101; @p extensions: agreed to, where not empty.
    [[nodiscard]] std::optional<RawPeer> accept(const QByteArray &extensions = {}, int timeoutMs = 10'000);

private:
    int m_fd = -1;
    quint16 m_port = 0;
};

} // namespace wsw::test
