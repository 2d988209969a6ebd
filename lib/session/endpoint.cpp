#include "session/endpoint.h"

#include "session/workbenchcore.h"

#include <algorithm>
#include <utility>

namespace wsw::session {

QString listenUrl(const QString &address, quint16 port, bool secure)
{
    const QString scheme = secure ? QStringLiteral("wss") : QStringLiteral("ws");
    const QString host = address.contains(QLatin1Char(':')) ? QStringLiteral("[%1]").arg(address) : address;
    return QStringLiteral("%1://%2:%3").arg(scheme, host).arg(port);
}

Endpoint::Endpoint(WorkbenchCore &core, EndpointId id, EndpointKind kind) : m_core(core)
{
    m_info.id = id;
    m_info.kind = kind;
}

Endpoint::~Endpoint()
{
    for (Connection *connection : std::exchange(m_connections, {}))
        delete connection;
}

void Endpoint::setName(const QString &wanted)
{
    if (!m_info.name.isEmpty())
        m_core.giveBackName(m_info.name);
    m_info.name = m_core.takeName(wanted);
}

bool Endpoint::isActive() const noexcept
{
    return m_stopping || m_restartWanted || (m_info.state != EndpointState::Closed && m_info.state != EndpointState::Failed);
}

void Endpoint::publish()
{
    m_core.tell(*this);
}

void Endpoint::setState(EndpointState state, const QString &text)
{
    m_info.state = state;
    m_info.stateText = text;
    if (state != EndpointState::Failed && state != EndpointState::Closing)
        m_info.error.reset();
    if (state != EndpointState::Failed)
        m_info.nextFreePort = 0;
    publish();
}

void Endpoint::fail(const Error &error, const QString &text)
{
    m_info.error = error;
    m_info.state = EndpointState::Failed;
    m_info.stateText = text.isEmpty() ? error.message : text;
    publish();
}

void Endpoint::stall(const std::optional<Error> &error)
{
    if (m_info.state != EndpointState::Listening)
        return;
    m_info.error = error;
    publish();
}

Connection &Endpoint::adopt(std::unique_ptr<Connection> connection)
{
    m_connections.push_back(connection.get());
    return *connection.release();
}

void Endpoint::stop(quint16 code)
{
    m_restartWanted = false;
    if (!isActive())
        return;
    m_stopping = true;
    stopBringing();
    if (!m_connections.empty())
        setState(EndpointState::Closing, QStringLiteral("closing"));
    const std::vector<Connection *> all = m_connections; // one that is closed may go
    for (Connection *connection : all)
        connection->close(code);
    finishIfDone();
}

void Endpoint::restart(quint16 port)
{
    constexpr quint16 goingAway = 1001;
    if (!isActive()) {
        start(port);
        return;
    }
    stop(goingAway);
    if (!isActive()) {
        start(port);
        return;
    }
    m_restartWanted = true;
    m_restartPort = port;
}

void Endpoint::finishIfDone()
{
    if (!m_stopping || !m_connections.empty())
        return;
    m_stopping = false;
    const bool again = std::exchange(m_restartWanted, false);
    if (m_info.state != EndpointState::Failed)
        setState(EndpointState::Closed, m_info.stateText == QLatin1String("closing") ? QStringLiteral("stopped") : m_info.stateText);
    if (again)
        start(m_restartPort);
    else
        Q_EMIT ended();
}

void Endpoint::sendToAll(const Outgoing &outgoing)
{
    const std::vector<Connection *> all = m_connections;
    for (Connection *connection : all) {
        if (!connection->isOpen())
            continue;
        if (const Result<> sent = connection->send(outgoing); !sent)
            m_core.tellSendFailed(connection->id(), sent.error());
    }
}

void Endpoint::connectionOpened(Connection &)
{
    ++m_info.openConnections;
    m_core.endpointMoved(*this);
}

void Endpoint::connectionChanged(Connection &connection)
{
    m_core.tell(connection);
}

void Endpoint::connectionMessage(Connection &connection, const QString &text)
{
    if (m_messagesWanted)
        m_core.tellMessage(connection.id(), text);
    handle(connection, text);
}

void Endpoint::connectionMessage(Connection &connection, const QByteArray &binary)
{
    if (m_messagesWanted)
        m_core.tellMessage(connection.id(), binary);
    handle(connection, binary);
}

void Endpoint::connectionEnded(Connection &connection)
{
    if (connection.wasOpen()) {
        --m_info.openConnections;
        m_core.endpointMoved(*this);
    }
    std::erase(m_connections, &connection);
    connection.deleteLater();
    finishIfDone();
}

} // namespace wsw::session
