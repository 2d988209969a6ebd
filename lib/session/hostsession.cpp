#include "session/hostsession.h"

#include "net/addresstext.h"
#include "net/ports.h"
#include "session/workbenchcore.h"

#include <algorithm>
#include <limits>

namespace wsw::session {

namespace {

QString defaultName(Behaviour behaviour)
{
    switch (behaviour) {
    case Behaviour::Echo:
        return QStringLiteral("Echo server");
    case Behaviour::Prefix:
        return QStringLiteral("Prefix server");
    case Behaviour::Broadcast:
        return QStringLiteral("Broadcast server");
    case Behaviour::Silent:
        return QStringLiteral("Silent server");
    }
    return {};
}

QList<QByteArray> latin1(const QStringList &texts)
{
    QList<QByteArray> bytes;
    for (const QString &text : texts)
        bytes.append(text.toLatin1());
    return bytes;
}

/// Does what comes lead to something being sent back on the same connection?
bool repliesToSender(Behaviour behaviour)
{
    return behaviour == Behaviour::Echo || behaviour == Behaviour::Prefix;
}

} // namespace

HostSession::HostSession(WorkbenchCore &core, EndpointId id, HostOptions options)
    : Endpoint(core, id, EndpointKind::Host), m_options(std::move(options)),
      m_server(QStringLiteral("WebSocket Workbench"), QWebSocketServer::NonSecureMode)
{
    setName(m_options.name.isEmpty() ? defaultName(m_options.behaviour) : m_options.name);
    m_info.url = listenUrl(m_options.address, m_options.port, m_options.tls.has_value());
    m_server.setSupportedSubprotocols(m_options.subprotocols);
    m_server.setMaxPendingConnections(std::numeric_limits<int>::max());
    connect(&m_server, &QWebSocketServer::newConnection, this, &HostSession::takeSpeaker);
}

HostSession::~HostSession() = default;

void HostSession::start(quint16 port)
{
    setState(EndpointState::Starting, QStringLiteral("starting"));
    m_options.port = wantedPort(port, m_options.port);
    m_listener = std::make_unique<net::Listener>(m_core.loop(), static_cast<net::ListenerHandler &>(*this));
    net::ListenOptions listen;
    listen.address = m_options.address;
    listen.port = m_options.port;
    listen.tls = m_options.tls;
    listen.tlsTimeoutMs = m_options.handshakeTimeoutMs;
    const Result<quint16> real = m_listener->listen(listen);
    if (!real) {
        m_listener.reset();
        m_info.nextFreePort = real.error().kind == ErrorKind::InUse ? net::nextFreePort(m_options.address, m_options.port) : quint16{0};
        fail(real.error(), real.error().kind == ErrorKind::InUse ? QStringLiteral("port %1 is in use").arg(m_options.port) : QString());
        return;
    }
    m_info.port = *real;
    m_info.url = listenUrl(m_options.address, *real, m_options.tls.has_value());
    setState(EndpointState::Listening, QStringLiteral("listening"));
}

void HostSession::stopBringing()
{
    m_listener.reset();
}

void HostSession::setBehaviour(Behaviour behaviour, const QString &prefix)
{
    const bool isOther = std::exchange(m_options.behaviour, behaviour) != behaviour;
    m_options.prefix = prefix;
    if (isOther && m_options.name.isEmpty())
        setName(defaultName(behaviour));
    for (Connection *connection : connections())
        connection->relay().setHoldsForReplies(repliesToSender(behaviour));
    holdRoom();
    publish();
}

void HostSession::accepted(std::unique_ptr<net::ByteStream> stream)
{
    ConnectionSetup setup;
    setup.endpoint = id();
    setup.endpointKind = m_info.kind;
    setup.endpointName = m_info.name;
    setup.name = nextName(QStringLiteral("client"));
    setup.url = m_info.url;
    setup.secure = m_options.tls.has_value();
    setup.relay.handshake.mode = net::RelayMode::Host;
    setup.relay.handshake.subprotocols = latin1(m_options.subprotocols);
    setup.relay.handshake.url = m_info.url;
    setup.relay.handshake.strictness = m_options.strictness;
    setup.relay.handshake.deflatePolicy = m_options.compression;
    setup.relay.compressionLevel = m_options.compressionLevel;
    setup.relay.maxInflatedBytes = m_options.maxInflatedBytes;
    setup.relay.maxFrameBytes = m_options.maxFrameBytes;
    setup.relay.maxMessageBytes = m_options.maxMessageBytes;
    setup.relay.handshakeTimeoutMs = m_options.handshakeTimeoutMs;
    setup.relay.closeTimeoutMs = m_options.closeTimeoutMs;
    Connection &connection = adopt(std::make_unique<Connection>(m_core, *this, std::move(setup), std::move(stream)));
    connection.relay().setHoldsForReplies(repliesToSender(m_options.behaviour));
    connection.relay().setHeld(m_options.behaviour == Behaviour::Broadcast && m_slowReceivers > 0);
    connectionChanged(connection);
    connection.start();
}

void HostSession::acceptFailed(const QString &peer, const Error &error)
{
    m_core.tellNoConnection(*this, nextName(QStringLiteral("client")), peer, m_info.url, Role::Server, m_options.tls.has_value(), error);
}

void HostSession::connectionUpgrade(Connection &connection)
{
    m_upgrading.push_back(&connection);
    m_server.handleConnection(connection.relay().openNearSocket());
}

void HostSession::takeSpeaker()
{
    while (QWebSocket *socket = m_server.nextPendingConnection()) {
        // QWebSocket does not say on which socket it stands, but it knows that socket's peer.
        const QString peer = net::addressText(socket->peerAddress(), socket->peerPort());
        const auto isItsOwn = [&peer](const Connection *connection) {
            return connection->relay().far().peerAddress() == peer && connection->relay().state() == net::RelayState::Open;
        };
        const auto found = std::find_if(m_upgrading.begin(), m_upgrading.end(), isItsOwn);
        if (found == m_upgrading.end()) {
            delete socket; // its connection has ended meanwhile
            continue;
        }
        Connection &connection = **found;
        m_upgrading.erase(found);
        socket->setParent(&connection);
        socket->setMaxAllowedIncomingFrameSize(QWebSocket::maxIncomingFrameSize());
        socket->setMaxAllowedIncomingMessageSize(QWebSocket::maxIncomingMessageSize());
        socket->setOutgoingFrameSize(QWebSocket::maxOutgoingFrameSize());
        connection.setSpeaker(socket);
        connection.relay().speakerReady();
    }
}

void HostSession::handle(Connection &connection, const QString &text)
{
    switch (m_options.behaviour) {
    case Behaviour::Echo:
        connection.say(text);
        return;
    case Behaviour::Prefix:
        connection.say(m_options.prefix + text);
        return;
    case Behaviour::Broadcast:
        for (Connection *other : connections()) {
            if (other != &connection)
                other->say(text);
        }
        return;
    case Behaviour::Silent:
        return;
    }
}

void HostSession::handle(Connection &connection, const QByteArray &binary)
{
    switch (m_options.behaviour) {
    case Behaviour::Echo:
    case Behaviour::Prefix:
        connection.say(binary);
        return;
    case Behaviour::Broadcast:
        for (Connection *other : connections()) {
            if (other != &connection)
                other->say(binary);
        }
        return;
    case Behaviour::Silent:
        return;
    }
}

void HostSession::connectionPressure(Connection &, bool high)
{
    m_slowReceivers += high ? 1 : -1;
    holdRoom();
}

void HostSession::holdRoom()
{
    // In a room everybody waits for the slowest: else what is said to it would pile up in memory.
    const bool held = m_options.behaviour == Behaviour::Broadcast && m_slowReceivers > 0;
    for (Connection *connection : connections())
        connection->relay().setHeld(held);
}

void HostSession::connectionEnded(Connection &connection)
{
    std::erase(m_upgrading, &connection);
    Endpoint::connectionEnded(connection);
}

} // namespace wsw::session
