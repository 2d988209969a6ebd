#include "session/connection.h"

#include "capture/document.h"
#include "session/workbenchcore.h"

namespace wsw::session {

namespace {

Pairing::Echo echoOf(net::RelayMode mode)
{
    return mode == net::RelayMode::Client || mode == net::RelayMode::Raw ? Pairing::Echo::Paired : Pairing::Echo::Ignored;
}

} // namespace

Connection::Connection(WorkbenchCore &core, ConnectionOwner &owner, ConnectionSetup setup, std::unique_ptr<net::ByteStream> far)
    : m_core(core), m_owner(owner), m_id(core.document()->newConnectionId()), m_endpoint(setup.endpoint), m_endpointKind(setup.endpointKind),
      m_document(core.document()), m_tap(m_document->recorder(), echoOf(setup.relay.handshake.mode), *this), m_secure(setup.secure),
      m_endpointName(std::move(setup.endpointName)), m_name(std::move(setup.name)), m_url(std::move(setup.url)),
      m_local(far->localAddress()), m_peer(far->peerAddress()), m_tls(setup.secure ? far->tlsFacts() : QJsonObject()),
      m_phases(std::move(setup.phases)), m_began(setup.began), m_opened(monotonicNow())
{
    m_relay = std::make_unique<net::Relay>(std::move(setup.relay), m_id, std::move(far), m_tap, static_cast<net::RelayObserver &>(*this));
    putInfo();
    m_core.connectionAdded(*this);
}

Connection::~Connection()
{
    m_core.connectionRemoved(*this);
    m_relay.reset();
}

void Connection::setSpeaker(QWebSocket *speaker)
{
    m_speaker = speaker;
    connect(speaker, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        m_owner.connectionMessage(*this, text);
        heard();
    });
    connect(speaker, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &binary) {
        m_owner.connectionMessage(*this, binary);
        heard();
    });
    if (m_relay->mode() == net::RelayMode::Client) {
        connect(speaker, &QWebSocket::connected, this, &Connection::opened);
        connect(speaker, &QWebSocket::bytesWritten, this, &Connection::speakerWritten);
    } else {
        opened();
    }
}

void Connection::opened()
{
    if (m_relay->state() == net::RelayState::Open)
        becomeOpen();
}

void Connection::becomeOpen()
{
    if (!m_handshakeDone || m_state != EndpointState::Connecting)
        return;
    m_state = EndpointState::Open;
    m_wasOpen = true;
    m_owner.connectionOpened(*this);
    m_owner.connectionChanged(*this);
}

void Connection::heard()
{
    ++m_heard;
    if (m_failing && m_heard >= m_relay->passed())
        m_relay->failAfter(m_handed);
}

void Connection::relayFailing(net::Relay &relay)
{
    m_failing = true;
    if (m_heard >= relay.passed())
        relay.failAfter(m_handed);
}

bool Connection::speaks() const
{
    return m_speaker && m_speaker->state() == QAbstractSocket::ConnectedState;
}

void Connection::say(const QString &text)
{
    if (!speaks())
        return;
    ++m_handed;
    m_speaker->sendTextMessage(text);
}

void Connection::say(const QByteArray &binary)
{
    if (!speaks())
        return;
    ++m_handed;
    m_speaker->sendBinaryMessage(binary);
}

void Connection::close(quint16 code, const QString &reason)
{
    m_relay->close(code, reason, m_handed);
}

void Connection::ping(const QByteArray &payload)
{
    writeFrame(wire::Opcode::Ping, wire::Fin::Yes, payload, net::Relay::Marking::Plain);
}

void Connection::relayUpgrade(net::Relay &)
{
    m_owner.connectionUpgrade(*this);
}

void Connection::relayChanged(net::Relay &relay)
{
    switch (relay.state()) {
    case net::RelayState::Open:
        handshakeDone();
        // A speaker says itself when it is ready; where there is none, this is it.
        if (relay.mode() == net::RelayMode::Proxy || relay.mode() == net::RelayMode::Raw)
            opened();
        return;
    case net::RelayState::Closing:
        becomeOpen(); // a peer may close before a client's speaker has noticed that it is connected
        m_state = EndpointState::Closing;
        m_owner.connectionChanged(*this);
        return;
    case net::RelayState::Opening:
    case net::RelayState::Ended:
        return;
    }
}

void Connection::handshakeDone()
{
    m_handshakeDone = true;
    const net::RelayHandshake *handshake = m_relay->handshake();
    m_subprotocol = QString::fromLatin1(handshake->subprotocol());
    m_extensions = QString::fromLatin1(handshake->extensions());
    // A target in absolute form (RFC 9112, 3.2.2) names another place than it came to: it is in the head, and no part of this URL.
    const QByteArray &target = handshake->request().target;
    if (m_relay->mode() == net::RelayMode::Host && target.startsWith('/'))
        m_url += QString::fromLatin1(target);
    if (m_began != 0 && m_tap.upgradeNs() > 0)
        m_phases.insert(QStringLiteral("upgrade"), m_tap.upgradeNs());
    putInfo();
}

void Connection::relayPressure(net::Relay &, bool high)
{
    if (!high && m_speaker && m_relay->mode() == net::RelayMode::Client && m_speaker->bytesToWrite() > 0)
        return; // the rest is still in the speaker; see speakerWritten()
    setPressure(high);
}

void Connection::speakerWritten()
{
    if (m_pressure && m_speaker->bytesToWrite() == 0 && !m_relay->isUnderPressure())
        setPressure(false);
}

void Connection::setPressure(bool high)
{
    if (std::exchange(m_pressure, high) == high)
        return;
    m_owner.connectionPressure(*this, high);
    m_core.tellPressure(m_id, high);
}

void Connection::relayEnded(net::Relay &relay)
{
    becomeOpen();
    m_closed = monotonicNow();
    const bool cancelled = relay.error() && relay.error()->kind == ErrorKind::Cancelled;
    m_state = relay.error() && !cancelled ? EndpointState::Failed : EndpointState::Closed;
    putInfo();
    setPressure(false);
    m_owner.connectionChanged(*this);
    m_owner.connectionEnded(*this);
}

void Connection::tapMoved()
{
    m_core.connectionMoved(*this);
}

ConnectionStatus Connection::status() const
{
    ConnectionStatus status;
    status.id = m_id;
    status.endpoint = m_endpoint;
    status.state = m_state;
    status.localRole = m_relay->mode() == net::RelayMode::Host ? Role::Server : Role::Client;
    status.name = m_name;
    status.peer = m_peer;
    status.subprotocol = m_subprotocol;
    status.extensions = m_extensions;
    status.secure = m_secure;
    const ConnectionTap::Counts &counts = m_tap.counts();
    status.framesSent = counts.framesSent;
    status.framesReceived = counts.framesReceived;
    status.bytesSent = counts.bytesSent;
    status.bytesReceived = counts.bytesReceived;
    status.plainSent = counts.plainSent;
    status.plainReceived = counts.plainReceived;
    status.closeSent = m_relay->closeCodeSent();
    status.closeReceived = m_relay->closeCodeReceived();
    status.stateText = m_relay->stateText();
    if (m_state == EndpointState::Failed || m_state == EndpointState::Closing)
        status.error = m_relay->error();
    return status;
}

capture::ConnectionInfo Connection::info() const
{
    capture::ConnectionInfo info;
    info.id = m_id;
    info.localRole = m_relay->mode() == net::RelayMode::Host ? Role::Server : Role::Client;
    info.endpoint = m_endpointName;
    info.endpointId = m_endpoint;
    info.endpointKind = endpointKindName(m_endpointKind);
    info.name = m_name;
    info.url = m_url;
    info.localAddress = m_local;
    info.peerAddress = m_peer;
    info.subprotocol = m_subprotocol;
    info.extensions = m_extensions;
    info.opened = m_opened;
    info.closed = m_closed;
    if (m_closed != 0)
        info.closeText = m_relay->stateText();
    info.tls = m_tls;
    info.phases = m_phases;
    return info;
}

void Connection::putInfo()
{
    m_document->putConnection(info());
}

void Connection::sampleTcp()
{
    const quint64 frames = m_tap.counts().framesSent + m_tap.counts().framesReceived;
    if (frames == m_sampledFrames)
        return;
    m_sampledFrames = frames;
    if (const std::optional<net::TcpInfo> tcp = m_relay->far().tcpInfo())
        m_document->putTcpSample({m_id, monotonicNow(), tcp->rttNs, tcp->rttVarNs, tcp->retransmits});
}

} // namespace wsw::session
