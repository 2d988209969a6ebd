#include "support/workbenchrun.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::test {

namespace {

constexpr int waitMs = 20'000;

} // namespace

WorkbenchRun::WorkbenchRun()
{
    Result<std::unique_ptr<capture::Document>> document = capture::Document::create(path(u"run.wscapture"_s));
    if (!document)
        qFatal("%s", qPrintable(document.error().message));
    m_document = std::move(document).value();
    m_workbench = std::make_unique<session::Workbench>(m_document);
    using session::Workbench;
    connect(m_workbench.get(), &Workbench::endpointChanged, this,
            [this](const session::EndpointInfo &info) { m_endpoints.insert(info.id, info); });
    connect(m_workbench.get(), &Workbench::connectionChanged, this,
            [this](const session::ConnectionStatus &status) { m_connections.insert(status.id, status); });
    connect(m_workbench.get(), &Workbench::messageReceived, this,
            [this](ConnectionId id, bool text, const QByteArray &payload) {
                m_messages[id].append({text, payload});
            });
    connect(m_workbench.get(), &Workbench::sendFailed, this,
            [this](ConnectionId, const Error &error) { m_sendErrors.append(error); });
    connect(m_workbench.get(), &Workbench::allClosed, this, [this] { m_allClosed = true; });
}

WorkbenchRun::~WorkbenchRun()
{
    m_workbench.reset();
}

session::EndpointInfo WorkbenchRun::host(const session::HostOptions &options)
{
    using session::EndpointState;
    const EndpointId id = m_workbench->startHost(options);
    (void)QTest::qWaitFor(
        [this, id] {
            return endpoint(id).state == EndpointState::Listening || endpoint(id).state == EndpointState::Failed;
        },
        waitMs);
    return endpoint(id);
}

session::ConnectionStatus WorkbenchRun::connectTo(const session::ClientOptions &options)
{
    using session::EndpointState;
    const EndpointId id = m_workbench->connectClient(options);
    m_workbench->setMessagesWanted(id, true);
    const auto isOpen = [](const session::ConnectionStatus &status) { return status.state == EndpointState::Open; };
    (void)QTest::qWaitFor(
        [&] {
            const QList<session::ConnectionStatus> connections = connectionsOf(id);
            return std::any_of(connections.begin(), connections.end(), isOpen)
                || endpoint(id).state == EndpointState::Failed;
        },
        waitMs);
    const QList<session::ConnectionStatus> connections = connectionsOf(id);
    const auto open = std::find_if(connections.begin(), connections.end(), isOpen);
    return open == connections.end() ? session::ConnectionStatus() : *open;
}

QList<session::ConnectionStatus> WorkbenchRun::connectionsOf(EndpointId id) const
{
    QList<session::ConnectionStatus> found;
    for (const session::ConnectionStatus &status : m_connections) {
        if (status.endpoint == id)
            found.append(status);
    }
    std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.id < b.id; });
    return found;
}

bool WorkbenchRun::finish()
{
    m_workbench->closeAll();
    if (!QTest::qWaitFor([this] { return m_allClosed; }, waitMs))
        return false;
    return m_document->stopRecording().ok();
}

} // namespace wsw::test
