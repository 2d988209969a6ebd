#pragma once

#include "base/result.h"
#include "net/relayrecorder.h"
#include "net/strictness.h"
#include "wire/deflatenegotiation.h"
#include "wire/body.h"
#include "wire/handshake.h"

#include <QByteArray>

#include <optional>

namespace wsw::net {

/// Who stands on the near side of a relay, and so which end of the connection this program plays.
enum class RelayMode : quint8 {
    Host,   ///< a socket of QWebSocketServer; the far side is a client
    Client, ///< a QWebSocket that the user's client session owns; the far side is a server
    Proxy,  ///< a third program's client; the far side is the server that it is passed on to
    Raw,    ///< nobody: the user writes frames and bytes; the far side is a server
};

struct RelayHandshakeOptions
{
    RelayMode mode = RelayMode::Host;
    /// Client, Raw: what to ask for (the key of a Client comes from its speaker). Proxy: .host and .extra replace lines of the
    /// passing request, and .target replaces its target unless it is "/".
    wire::RequestOptions request;
    QList<QByteArray> subprotocols;     ///< Host: supported, most wanted first
    QString url;                        ///< where it goes, for sentences
    Strictness strictness = Strictness::Strict;     ///< Host
    /// Host: whatever is asked for is answered with 502 and these words: a proxy whose target cannot be reached has nobody to ask, and
    /// plays the server itself.
    std::optional<Error> unreachable;
    std::optional<wire::DeflatePolicy> deflatePolicy;   ///< Host: what to answer to offers of permessage-deflate
    /// Client, Raw, Proxy: to be offered, unless Sec-WebSocket-Extensions stands among request.extra (or, Proxy, in what passes).
    std::optional<wire::DeflateOffer> deflateOffer;
};

/// permessage-deflate as the heads have agreed on it.
struct RelayDeflate
{
    wire::DeflateParameters parameters;
    enum class Speaker : quint8 {
        Relay,      ///< compresses and inflates for its near side, which knows nothing of it
        NearSide,   ///< a third program that has negotiated for itself: everything passes as it is
    };
    Speaker speaker = Speaker::Relay;
    bool clientTakeoverHintOnly = false;    ///< see wire::DeflateNegotiation
};

/// The heads of one connection: collects, records and judges them and says what is to be written on either side.
/// Sans-I/O: events in, commands out. Every byte of the far side that it takes is recorded.
class RelayHandshake final
{
public:
    RelayHandshake(RelayHandshakeOptions options, RelayRecorder &recorder);

    enum class Outcome : quint8 {
        NeedMore,       ///< more bytes are due
        NearWanted,     ///< Host: a good request has come; give toNear to a speaker, its answer goes to nearBytes()
        Open,           ///< both heads have passed; what was not taken are frames
        Refused,        ///< Host: toFar answers the request; then the connection is to be closed
        Failed,         ///< see error(); the connection is to be closed
    };
    struct Step
    {
        Outcome outcome = Outcome::NeedMore;
        QByteArray toFar;
        QByteArray toNear;
        qsizetype taken = 0;    ///< how many of the bytes given belong to the heads
    };

    /// Raw: the request to begin with.
    [[nodiscard]] Step start(MonotonicNs now);
    [[nodiscard]] Step farBytes(QByteArrayView bytes, MonotonicNs time);
    [[nodiscard]] Step nearBytes(QByteArrayView bytes, MonotonicNs now);
    /// The far side has ended before the heads had passed. @p why: for a person, e.g. the stream's error; may be empty.
    [[nodiscard]] Step farEnded(const QString &why, MonotonicNs now);
    /// @p ownDelay: nothing was read, by no fault of the peer's.
    [[nodiscard]] Step timedOut(int ms, MonotonicNs now, const std::optional<Error> &ownDelay = {});

    [[nodiscard]] const std::optional<Error> &error() const noexcept { return m_error; }
    /// Refused, Failed: one short line for the tree.
    [[nodiscard]] const QString &shortText() const noexcept { return m_shortText; }
    [[nodiscard]] const wire::Head &request() const noexcept { return m_request; }
    [[nodiscard]] const wire::Head &response() const noexcept { return m_response; }
    /// What the response chose; empty: none.
    [[nodiscard]] QByteArray subprotocol() const;
    [[nodiscard]] QByteArray extensions() const;
    /// Open: permessage-deflate, where agreed.
    [[nodiscard]] const std::optional<RelayDeflate> &deflate() const noexcept { return m_deflate; }
    [[nodiscard]] bool isLenient() const noexcept { return m_options.mode == RelayMode::Host && m_options.strictness == Strictness::Lenient; }

private:
    [[nodiscard]] Step hostRequest(QByteArrayView bytes, MonotonicNs time);
    [[nodiscard]] Step hostResponse(QByteArrayView bytes, MonotonicNs now);
    [[nodiscard]] Step refuse(const struct RelayAnswer &answer, MonotonicNs now);
    [[nodiscard]] Step sendRequest(QByteArray head, MonotonicNs now);
    [[nodiscard]] Step farResponse(QByteArrayView bytes, MonotonicNs time);
    [[nodiscard]] Step brokenResponse(QByteArrayView rest);
    [[nodiscard]] Step responseComplete(MonotonicNs time);
    [[nodiscard]] bool isInterim() const;
    [[nodiscard]] Step farBody(QByteArrayView bytes, MonotonicNs time);
    [[nodiscard]] Error bodyError() const;
    [[nodiscard]] bool refuses(const wire::Findings &findings) const;
    [[nodiscard]] Step failed(Error error, const QString &shortText);
    [[nodiscard]] QByteArray proxiedRequest(const wire::Head &request);
    [[nodiscard]] QByteArray ownRequest() const;
    void answerOffers();
    [[nodiscard]] Step switched();
    [[nodiscard]] std::optional<Error> settleExtensions();
    [[nodiscard]] QByteArray plainRequest() const;
    void recordHead(wire::RecordKind kind, Direction direction, QByteArrayView raw, MonotonicNs first, MonotonicNs last,
                    const wire::Findings &findings);
    /// What has come of a head that cannot be read, and @p rest behind it.
    void recordUnread(QByteArrayView rest, wire::RecordFlags flags);

    RelayHandshakeOptions m_options;
    RelayRecorder &m_recorder;
    wire::HeadParser m_farHead;
    wire::HeadParser m_nearHead;
    wire::Head m_request;           ///< as it crossed the far side
    wire::Head m_response;
    wire::Findings m_findings;      ///< of the head that came from the far side
    QByteArray m_nearKey;
    std::optional<wire::BodyReader> m_body;     ///< of an answer that is no upgrade, once its head is complete
    bool m_requestSent = false;
    bool m_offeredForProgram = false;   ///< Proxy: the offer that went out is the relay's own
    QByteArray m_deflateAnswer;         ///< Host: for Sec-WebSocket-Extensions
    std::optional<RelayDeflate> m_deflate;
    MonotonicNs m_farFirst = 0;
    MonotonicNs m_farLast = 0;
    std::optional<Error> m_error;
    QString m_shortText;
};

} // namespace wsw::net
