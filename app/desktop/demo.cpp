#include "demo.h"

#include "capture/document.h"
#include "session/workbench.h"
#include "workspace.h"

#include <utility>

namespace wsw::desktop {

using session::EndpointState;
using session::Outgoing;

namespace {

constexpr quint16 wantedPort = 8765;
/// So that the conversation is seen to live on when it has been had.
constexpr int heartbeatMs = 15'000;
/// The echo and the Pong.
constexpr quint64 expectedFrames = 2;
/// The demo's first frame lies within the first few records after its start; more are not searched.
constexpr quint64 searchedRecords = 256;

} // namespace

Demo::Demo(Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(workspace, &Workspace::endpointChanged, this, &Demo::onEndpoint);
    connect(workspace, &Workspace::connectionChanged, this, &Demo::onConnection);
    connect(workspace, &Workspace::endpointRemoved, this, [this](EndpointId id) {
        if (owns(id))
            m_step = Step::Idle;
        else if (id == m_client)
            end();
    });
    connect(workspace, &Workspace::documentChanged, this, &Demo::end);
}

void Demo::start()
{
    if (m_workspace->workbench() == nullptr || isRunning())
        return;
    end();  // of an earlier one nothing is to be told any more
    session::HostOptions options;
    options.name = tr("Echo server");
    options.address = QStringLiteral("localhost");
    options.port = wantedPort;
    options.behaviour = session::Behaviour::Prefix;
    m_step = Step::Hosting;
    m_before = m_workspace->document()->received();
    m_first = {};
    m_client = {};
    m_host = m_workspace->workbench()->startHost(options);
}

void Demo::end()
{
    if (std::exchange(m_step, Step::Idle) == Step::Done)
        Q_EMIT ended();
}

void Demo::onEndpoint(const session::EndpointInfo &info)
{
    if (m_step == Step::Hosting && info.id == m_host)
        onHost(info);
    else if (isRunning() && info.id == m_client)
        onClient(info);
    else if (m_step == Step::Done && info.id == m_client && info.state != EndpointState::Open)
        end();
}

void Demo::onClient(const session::EndpointInfo &client)
{
    if (m_step == Step::Restarting && client.state != EndpointState::Closed)
        m_step = Step::Reconnecting;
    if (client.state == EndpointState::Failed) {
        m_step = Step::Idle; // the tree and a notice say why
    } else if (client.state == EndpointState::Closed) {
        if (m_step == Step::Closing) {
            m_step = Step::Restarting;
            m_workspace->workbench()->restart(m_client);
        } else if (m_step != Step::Restarting) {
            m_step = Step::Idle; // the user, or the server, has ended it
        }
    }
}

void Demo::onHost(const session::EndpointInfo &host)
{
    if (host.state == EndpointState::Failed) {
        if (host.error && host.error->kind == ErrorKind::InUse && host.nextFreePort != 0) {
            Q_EMIT portTaken(wantedPort, host.nextFreePort);
            m_workspace->workbench()->restart(m_host, host.nextFreePort);
        } else {
            m_step = Step::Idle;
        }
    } else if (host.state == EndpointState::Closed) {
        m_step = Step::Idle;
    } else if (host.state == EndpointState::Listening) {
        session::ClientOptions options;
        options.name = tr("Demo client");
        options.url = QStringLiteral("ws://localhost:%1").arg(host.port);
        options.pingIntervalMs = heartbeatMs;
        m_step = Step::Connecting;
        m_client = m_workspace->workbench()->connectClient(options);
    }
}

void Demo::onConnection(const session::ConnectionStatus &status)
{
    if (!isRunning() || status.endpoint != m_client)
        return;
    if (m_step == Step::Connecting && status.state == EndpointState::Open) {
        m_first = status.id;
        m_step = Step::Talking;
        talk(status.id);
    } else if (m_step == Step::Talking && status.id == m_first && status.framesReceived >= expectedFrames) {
        Outgoing close;
        close.kind = Outgoing::Kind::Close;
        close.reason = tr("seen enough");
        m_step = Step::Closing;
        m_workspace->workbench()->send(m_first, close);
    } else if ((m_step == Step::Restarting || m_step == Step::Reconnecting) && status.id != m_first && status.state == EndpointState::Open) {
        m_step = Step::Done;
        m_workspace->selectConnection(status.id);
        talk(status.id); // so that the connection that stays has round trips to show
        Q_EMIT done(firstFrame());
    }
}

void Demo::talk(ConnectionId connection)
{
    Outgoing hello;
    hello.payload = QByteArrayLiteral("Hello server!");
    m_workspace->workbench()->send(connection, hello);
    Outgoing ping;
    ping.kind = Outgoing::Kind::Ping;
    ping.payload = QByteArrayLiteral("p100");
    m_workspace->workbench()->send(connection, ping);
}

RecordId Demo::firstFrame() const
{
    const auto document = m_workspace->document();
    const quint64 last = qMin(document->received(), m_before + searchedRecords);
    for (quint64 id = m_before + 1; id <= last; ++id) {
        const auto record = document->peek(RecordId(id));
        if (record && record->header.connection == m_first && record->header.kind == wire::RecordKind::Frame)
            return RecordId(id);
    }
    return {};
}

} // namespace wsw::desktop
