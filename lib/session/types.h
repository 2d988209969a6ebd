#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/outgoingproxy.h"
#include "net/strictness.h"
#include "net/tlsoptions.h"
#include "wire/deflatenegotiation.h"
#include "wire/frame.h"
#include "wire/handshake.h"

#include <QJsonObject>
#include <QMetaType>
#include <QStringList>

#include <optional>

namespace wsw::session {

enum class EndpointKind : quint8 { Host, Client, Proxy, Raw };
/// Clients and raw sessions have one connection at a time: the latest stands for the endpoint, and "connect again" makes the next.
[[nodiscard]] constexpr bool hasOneConnection(EndpointKind kind) noexcept { return kind == EndpointKind::Client || kind == EndpointKind::Raw; }
/// "host", "client", "proxy", "raw": the words of captures and of `wsw show --connections`.
[[nodiscard]] QString endpointKindName(EndpointKind kind);
[[nodiscard]] std::optional<EndpointKind> endpointKindFromName(QStringView name);

enum class EndpointState : quint8 {
    Starting,   ///< asked for, nothing done yet
    Listening,  ///< hosts and proxies
    Connecting, ///< clients and raw sessions: name, TCP, TLS or upgrade under way
    Open,       ///< clients and raw sessions
    Closing,
    Closed,     ///< ended in good order, or stopped by the user
    Failed,     ///< see error
};

/// What a host does with a message.
enum class Behaviour : quint8 {
    Echo,       ///< send it back as it came
    Prefix,     ///< text: send it back behind a prefix; binary: as it came
    Broadcast,  ///< send it to all other clients
    Silent,     ///< nothing
};
/// "echo", "prefix", "broadcast", "silent": the words of `wsw serve --behaviour`.
[[nodiscard]] QString behaviourName(Behaviour behaviour);
[[nodiscard]] std::optional<Behaviour> behaviourFromName(QStringView name);

/// What a host does about a client that breaks the rules; see lib/net/leniency.h for each of them.
using Strictness = net::Strictness;

using TlsServerOptions = net::TlsServerOptions;
using TlsClientOptions = net::TlsClientOptions;

struct HostOptions
{
    QString name;                       ///< shown in the tree; empty: "Echo server", ... by behaviour
    QString address = QStringLiteral("127.0.0.1"); ///< numeric; also "localhost" (both loopbacks), "::1"
    quint16 port = 8765;                ///< 0: any free one
    Behaviour behaviour = Behaviour::Echo;
    QString prefix = QStringLiteral("Echo: ");
    QStringList subprotocols;           ///< supported, most wanted first
    std::optional<TlsServerOptions> tls;
    int handshakeTimeoutMs = limits::handshakeTimeoutMs;
    int closeTimeoutMs = limits::closeTimeoutMs;
    quint64 maxFrameBytes = limits::defaultFrameBytes;
    quint64 maxMessageBytes = limits::messageBytes;
    quint64 maxInflatedBytes = limits::inflatedBytes;   ///< what a compressed message may become
    std::optional<wire::DeflatePolicy> compression;     ///< permessage-deflate, where a client offers it
    int compressionLevel = -1;          ///< 1 (fast) to 9 (small), -1: zlib's middle
    Strictness strictness = Strictness::Strict;
};

struct ClientOptions
{
    QString name;                       ///< empty: from the URL
    QString url;                        ///< ws:// or wss://, checked by parseUrl()
    wire::HeaderList headers;           ///< order kept; a name the handshake sends replaces that line
    QString origin;
    QStringList subprotocols;
    TlsClientOptions tls;
    QString dialAddress;                ///< host or host:port to connect to in place of the URL's; Host and SNI stay
    QString via;                        ///< an outgoing proxy, checked by parseProxy(); empty: none
    int connectTimeoutMs = limits::connectTimeoutMs;
    int closeTimeoutMs = limits::closeTimeoutMs;
    int pingIntervalMs = 0;             ///< 0: no automatic pings
    quint64 maxFrameBytes = limits::defaultFrameBytes;
    quint64 maxMessageBytes = limits::messageBytes;
    quint64 maxInflatedBytes = limits::inflatedBytes;   ///< what a compressed message may become
    std::optional<wire::DeflateOffer> compression;      ///< permessage-deflate is offered; extensions among the headers replace this
    int compressionLevel = -1;          ///< 1 (fast) to 9 (small), -1: zlib's middle
};

struct ProxyOptions
{
    QString name;
    QString address = QStringLiteral("127.0.0.1");
    quint16 port = 9000;                ///< 0: any free one
    /// Where accepted connections are passed on; its headers replace the client's. Its compression is for clients that offer no
    /// extension themselves: then this program compresses towards the target. What a client negotiates for itself passes untouched.
    ClientOptions target;
};

/// A raw session: TCP (or TLS) is opened and, unless handshake is false, the upgrade is done; then the user is the speaker.
struct RawOptions
{
    ClientOptions target;
    bool handshake = true;
};

/// A URL that has been checked.
struct CheckedUrl
{
    bool secure = false;
    QString host;               ///< without brackets
    quint16 port = 0;
    QByteArray target;          ///< path and query, percent-encoded, at least "/"
    QByteArray hostHeader;      ///< value for Host
};
/// Checks a WebSocket URL (RFC 6455, 3). The Error says what is wrong and where (a marker line in detail), and what would be right:
/// http:// for ws://, a fragment, a missing host, a port out of range, white space.
[[nodiscard]] Result<CheckedUrl> parseUrl(const QString &text);

/// Checks the address of an outgoing proxy: http://host:port or socks5://host:port, with user:password@ before the host where it
/// wants a login (percent-encoded). The Error is as that of parseUrl().
[[nodiscard]] Result<net::OutgoingProxy> parseProxy(const QString &text);

/// Something to send on a connection.
struct Outgoing
{
    enum class Kind : quint8 {
        Text, Binary,       ///< a message, spoken by the speaker
        Ping, Pong,         ///< payload up to 125 bytes
        Close,              ///< closeCode and reason; closeCode 0: an empty Close
        Frame,              ///< header as it is (header.length may be false), payload; crafted
        RawBytes,           ///< payload as it is; crafted
    };
    /// Text, Binary: with permessage-deflate, or as it is.
    enum class Compress : quint8 {
        Auto,   ///< where it has been agreed
        Never,
    };
    Kind kind = Kind::Text;
    QByteArray payload{};       ///< UTF-8 for Text
    quint16 closeCode = 1000;
    QString reason{};
    qsizetype fragmentBytes = 0;    ///< Text, Binary: cut into frames of this many payload bytes, as on the wire; 0: one frame
    wire::FrameHeader header{};     ///< Frame only
    Compress compress = Compress::Auto;
};

/// An endpoint as the window shows it; a value, sent at each change.
struct EndpointInfo
{
    EndpointId id;
    EndpointKind kind = EndpointKind::Client;
    EndpointState state = EndpointState::Starting;
    QString name;
    QString url;                    ///< what to connect to (hosts: with the real port), or what was connected to
    QString stateText;              ///< one short line for the tree, e.g. "listening", "401: wants a token"
    quint16 port = 0;               ///< hosts and proxies: the real one
    std::optional<Error> error;     ///< Failed, or Closing because of it; Listening: why nobody can be taken for now
    quint16 nextFreePort = 0;       ///< with InUse: a port that is free now; 0 otherwise
    int openConnections = 0;
};

/// A connection as the window shows it; a value, sent at each change of state and, for the counters, ten times a second at most.
struct ConnectionStatus
{
    ConnectionId id;
    EndpointId endpoint;
    EndpointState state = EndpointState::Connecting;
    Role localRole = Role::Client;
    QString name;
    QString peer;
    QString subprotocol;
    QString extensions;                 ///< agreed on, as the response says it; empty: none
    bool secure = false;
    quint64 framesSent = 0;
    quint64 framesReceived = 0;
    quint64 bytesSent = 0;              ///< on the wire, heads included
    quint64 bytesReceived = 0;
    quint64 plainSent = 0;              ///< as bytesSent, but a compressed payload counts as what it has become
    quint64 plainReceived = 0;
    std::optional<quint16> closeSent;   ///< code of the Close we sent; 1005 for an empty one
    std::optional<quint16> closeReceived;
    QString stateText;                  ///< e.g. "open", "closed 1000", "cut inside a frame"
    std::optional<Error> error;     ///< Failed, or Closing because of it
};

} // namespace wsw::session

Q_DECLARE_METATYPE(wsw::session::EndpointInfo)
Q_DECLARE_METATYPE(wsw::session::ConnectionStatus)
