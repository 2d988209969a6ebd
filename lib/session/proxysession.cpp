#include "session/proxysession.h"

#include "net/dialler.h"
#include "net/ports.h"
#include "net/relayanswers.h"
#include "session/clientsession.h"
#include "session/workbenchcore.h"

#include <QBasicTimer>
#include <QTimerEvent>

#include <algorithm>

namespace wsw::session {

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
        m_session.passed(*this, std::move(stream), phasesOf(times));
    }
    void dialFailed(const Error &error, const net::DialTimes &) override { m_session.notPassed(*this, error); }

    ProxySession &m_session;
    std::unique_ptr<net::ByteStream> m_near;
    MonotonicNs m_began;
    net::Dialler m_dialler;
};

/// Gives a program its last answer and the time to read it.
class ProxySession::Farewell final : public QObject, private net::ByteStreamHandler
{
public:
    Farewell(std::unique_ptr<net::ByteStream> stream, const QByteArray &answer, QObject *parent) : QObject(parent), m_stream(std::move(stream))
    {
        m_stream->setHandler(this);
        m_stream->setReading(true); // what is not read would turn the end into a reset, and destroy the answer
        m_stream->write(answer);
        m_stream->closeWrite();
        constexpr int patienceMs = 1'000;
        m_timer.start(patienceMs, this);
    }

private:
    void bytesRead(QByteArrayView, MonotonicNs) override {}
    void drained() override {}
    void readEnded() override { m_stream->close(); }
    void ended(net::StreamEnd, const std::optional<Error> &) override { deleteLater(); }
    void timerEvent(QTimerEvent *) override
    {
        m_timer.stop();
        m_stream->abort();
    }

    std::unique_ptr<net::ByteStream> m_stream;
    QBasicTimer m_timer;
};

ProxySession::ProxySession(WorkbenchCore &core, EndpointId id, ProxyOptions options)
    : Endpoint(core, id, EndpointKind::Proxy), m_options(std::move(options))
{
    m_info.name = m_options.name.isEmpty() ? QStringLiteral("Proxy to %1").arg(m_options.target.url.trimmed()) : m_options.name;
    m_info.url = listenUrl(m_options.address, m_options.port, false);
}

ProxySession::~ProxySession() = default;

void ProxySession::start(quint16 port)
{
    const Result<CheckedUrl> target = parseUrl(m_options.target.url);
    if (!target) {
        fail(target.error(), QStringLiteral("the target is not a WebSocket URL"));
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
    m_passages.clear();
}

void ProxySession::accepted(std::unique_ptr<net::ByteStream> stream)
{
    m_passages.push_back(std::make_unique<Passage>(*this, std::move(stream)));
}

void ProxySession::acceptFailed(const QString &peer, const Error &error)
{
    m_core.tellNoConnection(*this, nextName(QStringLiteral("connection")), peer, m_options.target.url, Role::Client, m_target.secure, error);
}

void ProxySession::passed(Passage &passage, std::unique_ptr<net::ByteStream> far, const QJsonObject &phases)
{
    ConnectionSetup setup;
    setup.endpoint = id();
    setup.endpointName = m_info.name;
    setup.name = nextName(QStringLiteral("connection"));
    setup.url = m_options.target.url.trimmed();
    setup.secure = m_target.secure;
    setup.phases = phases;
    setup.began = passage.began();
    setup.relay = relayOptions(m_options.target, m_target, net::RelayMode::Proxy);
    Connection &connection = adopt(std::make_unique<Connection>(m_core, *this, std::move(setup), std::move(far)));
    connection.relay().setNear(passage.takeNear());
    forget(passage);
    connectionChanged(connection);
    connection.start();
}

void ProxySession::notPassed(Passage &passage, const Error &error)
{
    // The program that was accepted is told as HTTP tells it, the user in the list of connections.
    m_core.tellNoConnection(*this, nextName(QStringLiteral("connection")), passage.near().peerAddress(), m_options.target.url.trimmed(), Role::Client,
                            m_target.secure, error);
    new Farewell(passage.takeNear(), net::answerBadGateway(error), this);
    forget(passage);
}

void ProxySession::forget(Passage &passage)
{
    std::erase_if(m_passages, [&passage](const std::unique_ptr<Passage> &one) { return one.get() == &passage; });
}

} // namespace wsw::session
