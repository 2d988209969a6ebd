#include "session/workbenchcore.h"

#include "capture/document.h"
#include "session/clientsession.h"
#include "session/hostsession.h"
#include "session/proxysession.h"
#include "session/workbench.h"

#include <QCoreApplication>
#include <QTimerEvent>

#include <algorithm>
#include <utility>

namespace wsw::session {

namespace {

constexpr quint16 normalClosure = 1000;
constexpr quint16 goingAway = 1001;
constexpr int tickMs = 100;     // counters are told ten times a second at most
constexpr int sampleMs = 1'000; // TCP_INFO
constexpr int cutMs = 250;      // for what was cut to be reported

} // namespace

WorkbenchCore::WorkbenchCore(Workbench &bench, std::shared_ptr<capture::Document> document) : m_bench(bench), m_document(std::move(document)) {}

WorkbenchCore::~WorkbenchCore() = default;

void WorkbenchCore::start()
{
    m_loop = net::EpollLoop::create();
    setDocument(m_document);
}

void WorkbenchCore::setDocument(std::shared_ptr<capture::Document> document)
{
    if (m_document)
        m_document->setResumeHandler({});
    m_document = std::move(document);
    if (m_document)
        m_document->setResumeHandler([this] { QMetaObject::invokeMethod(this, &WorkbenchCore::resumeRecording, Qt::QueuedConnection); });
}

void WorkbenchCore::add(EndpointId id, const HostOptions &options)
{
    adopt(std::make_unique<HostSession>(*this, id, options));
}

void WorkbenchCore::add(EndpointId id, const ClientOptions &options)
{
    adopt(std::make_unique<ClientSession>(*this, id, options));
}

void WorkbenchCore::add(EndpointId id, const ProxyOptions &options)
{
    adopt(std::make_unique<ProxySession>(*this, id, options));
}

void WorkbenchCore::add(EndpointId id, const RawOptions &options)
{
    adopt(std::make_unique<ClientSession>(*this, id, options));
}

void WorkbenchCore::adopt(std::unique_ptr<Endpoint> endpoint)
{
    Endpoint *added = endpoint.get();
    m_endpoints.emplace(added->id().value(), std::move(endpoint));
    // Queued: whoever ends may still be on the call stack when it is forgotten.
    connect(added, &Endpoint::ended, this, [this, added] { endpointEnded(*added); }, Qt::QueuedConnection);
    added->start(0);
}

QString WorkbenchCore::takeName(const QString &wanted)
{
    QString name = wanted;
    if (m_names.contains(wanted)) {
        // Thousands of clients of one server: as long as none goes, no number is tried twice.
        int &number = m_lastNumbers.insert(wanted, m_lastNumbers.value(wanted, 1)).value();
        do
            name = QStringLiteral("%1 %2").arg(wanted).arg(++number);
        while (m_names.contains(name));
    }
    m_names.insert(name);
    return name;
}

void WorkbenchCore::giveBackName(const QString &name)
{
    m_names.remove(name);
    m_lastNumbers.clear();
}

Endpoint *WorkbenchCore::endpoint(EndpointId id) const
{
    const auto found = m_endpoints.find(id.value());
    return found == m_endpoints.end() ? nullptr : found->second.get();
}

void WorkbenchCore::stop(EndpointId id)
{
    if (Endpoint *known = endpoint(id)) {
        const bool listens = known->info().kind == EndpointKind::Host || known->info().kind == EndpointKind::Proxy;
        known->stop(listens ? goingAway : normalClosure);
    }
}

void WorkbenchCore::restart(EndpointId id, quint16 port)
{
    if (Endpoint *known = endpoint(id))
        known->restart(port);
}

void WorkbenchCore::remove(EndpointId id)
{
    Endpoint *known = endpoint(id);
    if (!known)
        return;
    m_removing.push_back(id);
    stop(id);
    endpointEnded(*known);
}

void WorkbenchCore::endpointEnded(Endpoint &ended)
{
    if (ended.isActive() || !ended.connections().empty())
        return;
    const EndpointId id = ended.id();
    if (std::erase(m_removing, id) > 0) {
        std::erase(m_movedEndpoints, &ended);
        ended.disconnect(this);
        giveBackName(ended.info().name);
        m_endpoints.at(id.value()).release()->deleteLater();
        m_endpoints.erase(id.value());
        m_bench.noteActive(id, false);
        Q_EMIT m_bench.endpointRemoved(id);
    }
    finishClosing();
}

void WorkbenchCore::send(ConnectionId id, const Outgoing &outgoing)
{
    Connection *connection = m_connections.value(id);
    if (!connection) {
        tellSendFailed(id, {ErrorKind::Usage, QStringLiteral("The connection has ended."), QStringLiteral("Connect again and send then."), {}});
        return;
    }
    if (const Result<> sent = connection->send(outgoing); !sent)
        tellSendFailed(id, sent.error());
}

void WorkbenchCore::retellPressure(ConnectionId id)
{
    const Connection *connection = m_connections.value(id);
    tellPressure(id, connection && connection->isUnderPressure());
}

void WorkbenchCore::abort(ConnectionId id)
{
    if (Connection *connection = m_connections.value(id))
        connection->relay().abort();
}

void WorkbenchCore::resumeRecording()
{
    const QList<Connection *> all = m_connections.values();
    for (Connection *connection : all)
        connection->relay().resumeRecording();
}

void WorkbenchCore::closeAll(int boundMs, std::function<void()> done)
{
    if (m_closed) {
        // Already under way: both want to know.
        m_closed = [first = std::move(m_closed), second = std::move(done)] {
            first();
            second();
        };
        return;
    }
    m_closed = std::move(done);
    m_cut = false;
    m_boundTimer.start(boundMs, this);
    std::vector<Endpoint *> all;
    for (const auto &[id, known] : m_endpoints)
        all.push_back(known.get());
    for (Endpoint *known : all)
        known->stop(goingAway);
    finishClosing();
}

void WorkbenchCore::finishClosing()
{
    if (!m_closed)
        return;
    const auto stands = [](const auto &entry) { return entry.second->isActive() || !entry.second->connections().empty(); };
    if (std::any_of(m_endpoints.begin(), m_endpoints.end(), stands))
        return;
    m_boundTimer.stop();
    std::exchange(m_closed, nullptr)();
}

void WorkbenchCore::cutAll()
{
    if (std::exchange(m_cut, true)) {
        m_boundTimer.stop();
        std::exchange(m_closed, nullptr)();
        return;
    }
    m_boundTimer.start(cutMs, this);
    const QList<Connection *> all = m_connections.values();
    for (Connection *connection : all)
        connection->relay().abort();
}

void WorkbenchCore::dismantle()
{
    m_tickTimer.stop();
    m_sampleTimer.stop();
    m_boundTimer.stop();
    if (m_document)
        m_document->setResumeHandler({});
    m_endpoints.clear();
    // Endpoints and connections that had ended wait for deletion; they need the loop to go.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    m_loop.reset();
    m_document.reset();
}

void WorkbenchCore::connectionAdded(Connection &connection)
{
    m_connections.insert(connection.id(), &connection);
    if (!m_sampleTimer.isActive())
        m_sampleTimer.start(sampleMs, this);
}

void WorkbenchCore::connectionRemoved(Connection &connection)
{
    m_connections.remove(connection.id());
    std::erase(m_movedConnections, &connection);
    if (m_connections.isEmpty())
        m_sampleTimer.stop();
}

void WorkbenchCore::connectionMoved(Connection &connection)
{
    m_movedConnections.push_back(&connection);
    if (!m_tickTimer.isActive())
        m_tickTimer.start(tickMs, this);
}

void WorkbenchCore::endpointMoved(Endpoint &endpoint)
{
    if (std::find(m_movedEndpoints.begin(), m_movedEndpoints.end(), &endpoint) == m_movedEndpoints.end())
        m_movedEndpoints.push_back(&endpoint);
    if (!m_tickTimer.isActive())
        m_tickTimer.start(tickMs, this);
}

void WorkbenchCore::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_tickTimer.timerId()) {
        tick();
    } else if (event->timerId() == m_sampleTimer.timerId()) {
        for (Connection *connection : std::as_const(m_connections))
            connection->sampleTcp();
    } else if (event->timerId() == m_boundTimer.timerId()) {
        cutAll();
    }
}

void WorkbenchCore::tick()
{
    m_tickTimer.stop();
    for (Connection *connection : std::exchange(m_movedConnections, {})) {
        connection->counted();
        tell(*connection);
    }
    for (Endpoint *endpoint : std::exchange(m_movedEndpoints, {}))
        tell(*endpoint);
}

void WorkbenchCore::tell(Endpoint &endpoint)
{
    m_bench.noteActive(endpoint.id(), endpoint.isActive());
    Q_EMIT m_bench.endpointChanged(endpoint.info());
}

void WorkbenchCore::tell(const Connection &connection)
{
    Q_EMIT m_bench.connectionChanged(connection.status());
}

void WorkbenchCore::tellMessage(ConnectionId connection, const QString &text)
{
    Q_EMIT m_bench.messageReceived(connection, true, text.toUtf8());
}

void WorkbenchCore::tellMessage(ConnectionId connection, const QByteArray &binary)
{
    Q_EMIT m_bench.messageReceived(connection, false, binary);
}

void WorkbenchCore::tellSendFailed(ConnectionId connection, const Error &error)
{
    Q_EMIT m_bench.sendFailed(connection, error);
}

void WorkbenchCore::tellPressure(ConnectionId connection, bool high)
{
    Q_EMIT m_bench.sendPressure(connection, high);
}

void WorkbenchCore::tellNoConnection(Endpoint &endpoint, const QString &name, const QString &peer, const QString &url, Role localRole,
                                     bool secure, const Error &error)
{
    capture::ConnectionInfo info;
    info.id = m_document->newConnectionId();
    info.localRole = localRole;
    info.endpoint = endpoint.info().name;
    info.endpointId = endpoint.id();
    info.endpointKind = endpointKindName(endpoint.info().kind);
    info.name = name;
    info.url = url;
    info.peerAddress = peer;
    info.opened = info.closed = monotonicNow();
    info.closeText = error.message;
    m_document->putConnection(info);

    ConnectionStatus status;
    status.id = info.id;
    status.endpoint = endpoint.id();
    status.state = EndpointState::Failed;
    status.localRole = localRole;
    status.name = name;
    status.peer = peer;
    status.secure = secure;
    status.stateText = error.message;
    status.error = error;
    Q_EMIT m_bench.connectionChanged(status);
}

} // namespace wsw::session
