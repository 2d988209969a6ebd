#include "session/clientsession.h"

#include "net/maskingkeys.h"
#include "session/workbenchcore.h"

#include <QMaskGenerator>
#include <QNetworkProxy>
#include <QTimerEvent>
#include <QUrl>

#include <algorithm>

namespace wsw::session {

namespace {

/// Keys that are never 0, which QWebSocket would take for "not masked".
class SpeakerKeys final : public QMaskGenerator
{
public:
    using QMaskGenerator::QMaskGenerator;
    bool seed() noexcept override { return true; }
    quint32 nextMask() noexcept override
    {
        const wire::MaskingKey key = net::randomMaskingKey();
        return quint32{key[0]} << 24 | quint32{key[1]} << 16 | quint32{key[2]} << 8 | quint32{key[3]};
    }
};

} // namespace

net::DialOptions dialOptions(const ClientOptions &options, const CheckedUrl &url)
{
    net::DialOptions dial;
    dial.host = url.host;
    dial.port = url.port;
    if (url.secure)
        dial.tls = options.tls;
    dial.dialAddress = options.dialAddress;
    dial.timeoutMs = options.connectTimeoutMs;
    if (!options.via.isEmpty())
        dial.proxy = *parseProxy(options.via);
    return dial;
}

net::RelayOptions relayOptions(const ClientOptions &options, const CheckedUrl &url, net::RelayMode mode)
{
    net::RelayOptions relay;
    relay.handshake.mode = mode;
    relay.handshake.url = options.url.trimmed();
    wire::RequestOptions &request = relay.handshake.request;
    request.target = url.target;
    request.host = url.hostHeader;
    request.origin = options.origin.toUtf8();
    for (const QString &subprotocol : options.subprotocols)
        request.subprotocols.append(subprotocol.toLatin1());
    request.extra = options.headers;
    relay.handshake.deflateOffer = options.compression;
    relay.compressionLevel = options.compressionLevel;
    relay.maxInflatedBytes = options.maxInflatedBytes;
    relay.maxFrameBytes = options.maxFrameBytes;
    relay.maxMessageBytes = options.maxMessageBytes;
    relay.handshakeTimeoutMs = options.connectTimeoutMs;
    relay.closeTimeoutMs = options.closeTimeoutMs;
    return relay;
}

namespace {

Error noSpeaker(const QString &why)
{
    return {ErrorKind::Io, QStringLiteral("The connection inside this program, over 127.0.0.1, could not be made: %1.").arg(why),
            QStringLiteral("Close what you do not need, so that the program may open more sockets, and see that nothing blocks the loopback."), {}};
}

} // namespace

QJsonObject phasesOf(const net::DialTimes &times, const ClientOptions &options)
{
    QJsonObject phases;
    phases.insert(QStringLiteral("dns"), times.dnsNs);
    if (times.last >= net::DialPhase::Tcp)
        phases.insert(QStringLiteral("tcp"), times.tcpNs);
    if (times.proxyNs > 0)
        phases.insert(QStringLiteral("proxy"), times.proxyNs);
    if (times.tlsNs > 0)
        phases.insert(QStringLiteral("tls"), times.tlsNs);
    if (!options.via.isEmpty())
        phases.insert(QStringLiteral("via"), net::proxyText(*parseProxy(options.via)));
    return phases;
}

Result<CheckedUrl> checkTarget(const ClientOptions &options)
{
    if (!options.via.isEmpty()) {
        if (const Result<net::OutgoingProxy> proxy = parseProxy(options.via); !proxy)
            return proxy.error();
    }
    return parseUrl(options.url);
}

ClientSession::ClientSession(WorkbenchCore &core, EndpointId id, EndpointKind kind, ClientOptions options)
    : Endpoint(core, id, kind), m_options(std::move(options))
{
    m_info.url = m_options.url.trimmed();
    if (!m_options.name.isEmpty()) {
        setName(m_options.name);
    } else {
        const Result<CheckedUrl> url = parseUrl(m_options.url);
        setName(url ? QString::fromLatin1(url->hostHeader) : m_info.url);
    }
}

ClientSession::ClientSession(WorkbenchCore &core, EndpointId id, ClientOptions options)
    : ClientSession(core, id, EndpointKind::Client, std::move(options))
{
}

ClientSession::ClientSession(WorkbenchCore &core, EndpointId id, RawOptions options)
    : ClientSession(core, id, EndpointKind::Raw, std::move(options.target))
{
    m_opening = options.handshake ? net::RelayOptions::Opening::Handshake : net::RelayOptions::Opening::None;
}

ClientSession::~ClientSession() = default;

void ClientSession::start(quint16)
{
    const Result<CheckedUrl> url = checkTarget(m_options);
    if (!url) {
        fail(url.error(), parseUrl(m_options.url) ? QStringLiteral("not an outgoing proxy") : QStringLiteral("not a WebSocket URL"));
        Q_EMIT ended();
        return;
    }
    m_url = *url;
    m_began = monotonicNow();
    setState(EndpointState::Connecting, QStringLiteral("connecting"));
    m_dialler = std::make_unique<net::Dialler>(m_core.loop(), static_cast<net::DiallerHandler &>(*this));
    m_dialler->dial(dialOptions(m_options, m_url));
}

void ClientSession::stopBringing()
{
    const bool dialling = std::exchange(m_dialler, nullptr) != nullptr;
    if (dialling && connections().empty())
        setState(EndpointState::Closed, QStringLiteral("cancelled"));
}

void ClientSession::dialFailed(const Error &error, const net::DialTimes &)
{
    m_dialler.reset();
    fail(error);
    Q_EMIT ended();
}

void ClientSession::dialled(std::unique_ptr<net::ByteStream> stream, const net::DialTimes &times)
{
    m_dialler.reset();
    const bool raw = m_info.kind == EndpointKind::Raw;
    ConnectionSetup setup;
    setup.endpoint = id();
    setup.endpointKind = m_info.kind;
    setup.endpointName = m_info.name;
    setup.name = nextName(raw ? QStringLiteral("raw session") : QStringLiteral("connection"));
    setup.url = m_info.url;
    setup.secure = m_url.secure;
    setup.phases = phasesOf(times, m_options);
    setup.began = m_began;
    setup.relay = relayOptions(m_options, m_url, raw ? net::RelayMode::Raw : net::RelayMode::Client);
    setup.relay.opening = m_opening;
    // One limit for name, TCP, TLS and upgrade together: what dialling has used is gone.
    const auto used = static_cast<int>((monotonicNow() - m_began) / nsPerMs);
    const int left = setup.relay.handshakeTimeoutMs = std::max(1, m_options.connectTimeoutMs - used);
    m_connection = &adopt(std::make_unique<Connection>(m_core, *this, std::move(setup), std::move(stream)));
    m_connection->relay().setHoldsForReplies(m_echoBack);
    m_core.tell(*m_connection);
    if (raw) {
        m_connection->start();
    } else {
        m_speakerTimer.start(left, this);
        openSpeaker();
    }
}

void ClientSession::openSpeaker()
{
    auto *socket = new QWebSocket(m_options.origin, QWebSocketProtocol::VersionLatest, m_connection);
    socket->setMaskGenerator(new SpeakerKeys(socket));
    socket->setProxy(QNetworkProxy(QNetworkProxy::NoProxy)); // the way to the relay is never through a proxy
    socket->setMaxAllowedIncomingFrameSize(QWebSocket::maxIncomingFrameSize());
    socket->setMaxAllowedIncomingMessageSize(QWebSocket::maxIncomingMessageSize());
    socket->setOutgoingFrameSize(QWebSocket::maxOutgoingFrameSize());
    m_connection->setSpeaker(socket);
    m_nearListener = std::make_unique<net::NearListener>(m_core.loop(), static_cast<net::NearListenerHandler &>(*this), [socket] { return socket->localPort(); });
    const Result<quint16> port = m_nearListener->listen();
    if (!port) {
        speakerFailed(port.error());
        return;
    }
    // Later errors are the far side's, and the relay's to tell.
    connect(socket, QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), this, [this, socket] {
        if (m_nearListener)
            speakerFailed(noSpeaker(socket->errorString()));
    });
    socket->open(QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(*port)));
}

void ClientSession::speakerFailed(const Error &error)
{
    m_speakerTimer.stop();
    m_nearListener.reset();
    if (!m_connection)
        return;
    fail(error);
    m_connection->relay().close(0, {});
}

void ClientSession::nearAccepted(std::unique_ptr<net::ByteStream> stream)
{
    m_speakerTimer.stop();
    m_nearListener.reset();
    if (!m_connection)
        return;
    m_connection->relay().setNear(std::move(stream));
    m_connection->start();
}

void ClientSession::connectionOpened(Connection &connection)
{
    Endpoint::connectionOpened(connection);
    setState(EndpointState::Open, QStringLiteral("open"));
    if (m_options.pingIntervalMs > 0)
        m_pingTimer.start(m_options.pingIntervalMs, this);
}

void ClientSession::connectionChanged(Connection &connection)
{
    Endpoint::connectionChanged(connection);
    if (connection.status().state != EndpointState::Closing || m_info.state == EndpointState::Failed)
        return;
    // Why is known now; that the peer has had its say, or has not, comes later.
    const std::optional<Error> &error = connection.relay().error();
    if (error && error->kind != ErrorKind::Cancelled)
        m_info.error = error;
    setState(EndpointState::Closing, connection.relay().stateText());
}

void ClientSession::connectionEnded(Connection &connection)
{
    m_pingTimer.stop();
    m_speakerTimer.stop();
    m_nearListener.reset();
    m_connection = nullptr;
    const net::Relay &relay = connection.relay();
    const std::optional<Error> error = relay.error();
    if (error && error->kind != ErrorKind::Cancelled)
        fail(*error, relay.stateText());
    else if (m_info.state != EndpointState::Failed)
        setState(EndpointState::Closed, relay.stateText());
    const bool stopping = isStopping();
    Endpoint::connectionEnded(connection);
    if (!stopping)
        Q_EMIT ended();
}

void ClientSession::setEchoBack(bool on)
{
    m_echoBack = on;
    if (m_connection)
        m_connection->relay().setHoldsForReplies(on);
}

void ClientSession::handle(Connection &connection, const QString &text)
{
    if (m_echoBack)
        connection.say(text);
}

void ClientSession::handle(Connection &connection, const QByteArray &binary)
{
    if (m_echoBack)
        connection.say(binary);
}

void ClientSession::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_speakerTimer.timerId())
        speakerFailed(noSpeaker(QStringLiteral("nothing came within %1 s").arg(m_options.connectTimeoutMs / 1000.0)));
    else if (event->timerId() == m_pingTimer.timerId() && m_connection && m_connection->isOpen())
        ping();
}

void ClientSession::ping()
{
    m_connection->ping("keep-alive " + QByteArray::number(++m_pings));
}

} // namespace wsw::session
