#include "session/proxysession.h"

#include "net/dialler.h"
#include "net/ports.h"
#include "session/clientsession.h"
#include "session/workbenchcore.h"

#include <algorithm>

namespace wsw::session {

namespace {

/// Its key in ConnectionInfo::phases.
QString phaseName(net::DialPhase phase)
{
    switch (phase) {
    case net::DialPhase::Name:
        return QStringLiteral("dns");
    case net::DialPhase::Tcp:
        return QStringLiteral("tcp");
    case net::DialPhase::Proxy:
        return QStringLiteral("proxy");
    case net::DialPhase::Tls:
        return QStringLiteral("tls");
    }
    return {};
}

} // namespace

/// An accepted connection whose target is being dialled.
class ProxySession::Passage final : private net::DiallerHandler
{
public:
    Passage(ProxySession &session, std::unique_ptr<net::ByteStream> near)
        : m_session(session), m_near(std::move(near)), m_began(monotonicNow()), m_dialler(session.m_core.loop(), *this)
    {
        m_dialler.dial(dialOptions(session.m_options.target, session.m_target));
    }
    [[nodiscard]] net::ByteStream &near() const { return *m_near; }
    [[nodiscard]] std::unique_ptr<net::ByteStream> takeNear() { return std::move(m_near); }
    [[nodiscard]] MonotonicNs began() const noexcept { return m_began; }

private:
    void dialled(std::unique_ptr<net::ByteStream> stream, const net::DialTimes &times) override
    {
        m_session.passed(*this, std::move(stream), phasesOf(times, m_session.m_options.target));
    }
    void dialFailed(const Error &error, const net::DialTimes &times) override
    {
        QJsonObject phases = phasesOf(times, m_session.m_options.target);
        phases.insert(QStringLiteral("failed"), phaseName(times.last));
        m_session.notPassed(*this, error, phases);
    }

    ProxySession &m_session;
    std::unique_ptr<net::ByteStream> m_near;
    MonotonicNs m_began;
    net::Dialler m_dialler;
};

ProxySession::ProxySession(WorkbenchCore &core, EndpointId id, ProxyOptions options)
    : Endpoint(core, id, EndpointKind::Proxy), m_options(std::move(options))
{
    setName(m_options.name.isEmpty() ? QStringLiteral("Proxy to %1").arg(m_options.target.url.trimmed()) : m_options.name);
    m_info.url = listenUrl(m_options.address, m_options.port, false);
}

ProxySession::~ProxySession() = default;

void ProxySession::start(quint16 port)
{
    const Result<CheckedUrl> target = checkTarget(m_options.target);
    if (!target) {
        fail(target.error(), parseUrl(m_options.target.url) ? QStringLiteral("not an outgoing proxy") : QStringLiteral("the target is not a WebSocket URL"));
        Q_EMIT ended();
        return;
    }
    m_target = *target;
    m_options.port = wantedPort(port, m_options.port);
    setState(EndpointState::Starting, QStringLiteral("starting"));
    m_listener = std::make_unique<net::Listener>(m_core.loop(), static_cast<net::ListenerHandler &>(*this));
    net::ListenOptions listen;
    listen.address = m_options.address;
    listen.port = m_options.port;
    const Result<quint16> real = m_listener->listen(listen);
    if (!real) {
        m_listener.reset();
        m_info.nextFreePort = real.error().kind == ErrorKind::InUse ? net::nextFreePort(m_options.address, m_options.port) : quint16{0};
        fail(real.error(), real.error().kind == ErrorKind::InUse ? QStringLiteral("port %1 is in use").arg(m_options.port) : QString());
        Q_EMIT ended();
        return;
    }
    m_info.port = *real;
    m_info.url = listenUrl(m_options.address, *real, false);
    setState(EndpointState::Listening, QStringLiteral("listening"));
}

void ProxySession::stopBringing()
{
    m_listener.reset();
    // Programs that have connected are on record, also where their target was still being dialled.
    while (!m_passages.empty())
        notPassed(*m_passages.back(), {ErrorKind::Cancelled, QStringLiteral("The proxy was stopped before its target had answered."), {}, {}}, {});
}

void ProxySession::accepted(std::unique_ptr<net::ByteStream> stream)
{
    m_passages.push_back(std::make_unique<Passage>(*this, std::move(stream)));
}

void ProxySession::acceptFailed(const QString &peer, const Error &error)
{
    m_core.tellNoConnection(*this, nextName(QStringLiteral("connection")), peer, m_options.target.url, Role::Client, m_target.secure, error);
}

ConnectionSetup ProxySession::setupOf(const QJsonObject &phases)
{
    ConnectionSetup setup;
    setup.endpoint = id();
    setup.endpointKind = m_info.kind;
    setup.endpointName = m_info.name;
    setup.name = nextName(QStringLiteral("connection"));
    setup.phases = phases;
    return setup;
}

void ProxySession::passed(Passage &passage, std::unique_ptr<net::ByteStream> far, const QJsonObject &phases)
{
    ConnectionSetup setup = setupOf(phases);
    setup.url = m_options.target.url.trimmed();
    setup.secure = m_target.secure;
    setup.began = passage.began();
    setup.relay = relayOptions(m_options.target, m_target, net::RelayMode::Proxy);
    Connection &connection = adopt(std::make_unique<Connection>(m_core, *this, std::move(setup), std::move(far)));
    connection.relay().setNear(passage.takeNear());
    forget(passage);
    connectionChanged(connection);
    connection.start();
}

void ProxySession::notPassed(Passage &passage, const Error &error, const QJsonObject &phases)
{
    // Nothing has crossed the far side. The program's side has to stand for the connection, and there we are the server.
    ConnectionSetup setup = setupOf(phases);
    setup.name += QStringLiteral(", not passed on");
    setup.url = m_info.url;
    setup.relay.handshake.mode = net::RelayMode::Host;
    setup.relay.handshake.unreachable = error;
    setup.relay.handshakeTimeoutMs = m_options.target.connectTimeoutMs;
    setup.relay.closeTimeoutMs = m_options.target.closeTimeoutMs;
    Connection &connection = adopt(std::make_unique<Connection>(m_core, *this, std::move(setup), passage.takeNear()));
    forget(passage);
    connectionChanged(connection);
    connection.start();
}

void ProxySession::forget(Passage &passage)
{
    std::erase_if(m_passages, [&passage](const std::unique_ptr<Passage> &one) { return one.get() == &passage; });
}

} // namespace wsw::session
