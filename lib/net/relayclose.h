#pragma once

#include "base/limits.h"
#include "net/relayhandshake.h"

namespace wsw::net {

/// The reason of a Close: RFC 6455, 5.5: 125 bytes less two for the code.
inline constexpr qsizetype closeReasonBytes = static_cast<qsizetype>(limits::controlPayloadBytes) - 2;
/// The payload of a Close. @p code 0: empty. A reason (UTF-8) that is too long is cut between two characters.
[[nodiscard]] QByteArray closePayload(quint16 code, QByteArrayView reason);

/// The closing of a connection as a decision table: events in, one order out. RFC 6455, 7: each end sends one Close and answers
/// the other's; then the server ends TCP first. Sans-I/O.
///
/// | sent | received | peer's FIN | Host, Client                        | Proxy                  | Raw             |
/// |------|----------|------------|-------------------------------------|------------------------|-----------------|
/// | no   | yes      | no         | speaker answers; late: AnswerClose  | program answers        | the user may    |
/// | yes  | no       | no         | wait; late: EndTcp, peerWasSilent() | the same               | the same        |
/// | yes  | yes      | no         | Host: SendFin, late: EndTcp; Client: wait, late: EndTcp | wait, late: EndTcp | as Client |
/// | any  | any      | yes        | EndTcp                              | pass it on; EndTcp when the program is done | EndTcp |
///
/// A connection that this side has failed (RFC 6455, 7.1.7) waits for nothing: its Close is followed by FIN at once.
///
/// A near side that is gone (its QWebSocket was deleted, its program left): AnswerClose where the peer's Close waits for one,
/// nothing where ours waits for the peer's, EndTcp otherwise.
class RelayClose final
{
public:
    RelayClose(RelayMode mode, int closeTimeoutMs) noexcept : m_timeoutMs(closeTimeoutMs), m_mode(mode) {}

    enum class Order : quint8 {
        Nothing,
        AnswerClose,    ///< write a Close that answers the peer's
        SendFin,        ///< write what is queued, then FIN; go on reading
        EndTcp,         ///< end the connection
    };

    [[nodiscard]] Order closeSent();
    /// The Close that has been sent fails the connection: the peer broke a rule.
    [[nodiscard]] Order failed();
    [[nodiscard]] Order closeReceived();
    [[nodiscard]] Order farReadEnded();
    /// The near side writes no more.
    [[nodiscard]] Order nearReadEnded();
    /// The near side is gone.
    [[nodiscard]] Order nearEnded();
    /// The time that was asked for by timerMs() is over.
    [[nodiscard]] Order timedOut();

    /// How long to wait from now, after any of the events above; 0: no timer.
    [[nodiscard]] int timerMs() const noexcept;

    [[nodiscard]] bool hasBegun() const noexcept { return m_sent || m_received; }
    [[nodiscard]] bool sent() const noexcept { return m_sent; }
    [[nodiscard]] bool received() const noexcept { return m_received; }
    /// Our Close came before the peer's, seen from here.
    [[nodiscard]] bool sentFirst() const noexcept { return m_sentFirst; }
    /// The peer did not answer our Close in time.
    [[nodiscard]] bool peerWasSilent() const noexcept { return m_peerWasSilent; }
    /// Both Closes had passed, but the peer did not end TCP in time.
    [[nodiscard]] bool peerKeptTcp() const noexcept { return m_peerKeptTcp; }

    /// A speaker that has got the peer's Close answers it at once; after this long, in ms, the relay does.
    static constexpr int speakerAnswerMs = 1'000;

private:
    [[nodiscard]] Order decide();

    int m_timeoutMs;
    RelayMode m_mode;
    bool m_sent = false;
    bool m_sentFirst = false;
    bool m_received = false;
    bool m_peerFin = false;
    bool m_nearFin = false;
    bool m_nearGone = false;
    bool m_finOrdered = false;
    bool m_failed = false;
    bool m_peerWasSilent = false;
    bool m_peerKeptTcp = false;
};

} // namespace wsw::net
