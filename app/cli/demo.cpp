#include "capture/document.h"
#include "console.h"
#include "demostory.h"
#include "follower.h"
#include "run.h"
#include "session/workbench.h"
#include "verbs.h"

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace wsw::cli {

namespace {

/// Both ends are on this machine; if the conversation takes longer, something is in its way.
constexpr auto patience = 15s;

/// Holds the conversation of the seed document: a host, a client, "Hello server!", its reply, a Ping, and the close. Main thread.
class Demo final : public QObject
{
public:
    explicit Demo(Run &run);
    void start();
    [[nodiscard]] bool isComplete() const noexcept { return m_complete; }

private:
    void endpointChanged(const session::EndpointInfo &info);
    void connectionChanged(const session::ConnectionStatus &status);
    void hostChanged(const session::EndpointInfo &info);
    void connectClient(const session::EndpointInfo &host);
    void recorded(const capture::RecordView &record);
    void failed(const Error &error);
    void end();

    Run &m_run;
    session::Workbench &m_workbench;
    Follower m_follower;
    session::HostOptions m_host;
    EndpointId m_hostId;
    EndpointId m_clientId;
    ConnectionId m_connection;
    bool m_movedPort = false;
    bool m_clientClosed = false;
    bool m_hostIdle = false;
    bool m_complete = false;
};

Demo::Demo(Run &run)
    : m_run(run)
    , m_workbench(run.workbench())
    , m_follower(run.document(), [this](const capture::RecordView &record) { recorded(record); })
{
    connect(&m_workbench, &session::Workbench::endpointChanged, this, &Demo::endpointChanged);
    connect(&m_workbench, &session::Workbench::connectionChanged, this, &Demo::connectionChanged);
    connect(&m_follower, &Follower::failed, this, &Demo::failed);
    connect(&m_run, &Run::stopRequested, this, [this] { m_run.finish(ExitCode::Failed); });
    QTimer::singleShot(patience, this, [this] {
        failed({ErrorKind::TimedOut, u"The conversation did not come to its end within %1 seconds."_s.arg(patience.count()),
                u"What was recorded so far follows."_s, {}});
    });
}

void Demo::start()
{
    m_host.address = u"localhost"_s;
    m_host.behaviour = session::Behaviour::Prefix;
    m_host.prefix = u"Echo: "_s;
    m_hostId = m_workbench.startHost(m_host);
}

void Demo::endpointChanged(const session::EndpointInfo &info)
{
    if (m_run.isFinishing())
        return;
    if (info.id == m_hostId) {
        hostChanged(info);
    } else if (info.id == m_clientId) {
        if (info.state == session::EndpointState::Failed)
            failed(info.error.value_or(Error{ErrorKind::Io, u"The client failed: %1."_s.arg(info.stateText), {}, {}}));
        m_clientClosed = info.state == session::EndpointState::Closed;
    }
    if (m_clientClosed && m_hostIdle)
        end();
}

void Demo::hostChanged(const session::EndpointInfo &info)
{
    m_hostIdle = info.openConnections == 0;
    if (info.state == session::EndpointState::Listening && !m_clientId.isValid()) {
        connectClient(info);
    } else if (info.state == session::EndpointState::Failed) {
        if (info.nextFreePort != 0 && !m_movedPort) {
            m_movedPort = true;
            console::note(u"Port %1 is taken; using %2."_s.arg(m_host.port).arg(info.nextFreePort));
            m_workbench.restart(m_hostId, info.nextFreePort);
            return;
        }
        console::error(info.error.value_or(Error{ErrorKind::Io, u"Listening failed: %1."_s.arg(info.stateText), {}, {}}));
        m_run.finish(ExitCode::NoConnection);
    }
}

void Demo::connectClient(const session::EndpointInfo &host)
{
    session::ClientOptions options;
    options.url = u"ws://localhost:%1"_s.arg(host.port);
    m_clientId = m_workbench.connectClient(options);
}

void Demo::connectionChanged(const session::ConnectionStatus &status)
{
    if (status.endpoint != m_clientId || status.state != session::EndpointState::Open || m_connection.isValid())
        return;
    m_connection = status.id;
    m_workbench.send(m_connection, {.kind = session::Outgoing::Kind::Text, .payload = "Hello server!"});
}

void Demo::recorded(const capture::RecordView &record)
{
    const capture::RecordHeader &header = record.header;
    if (!m_connection.isValid() || header.connection != m_connection || header.kind != wire::RecordKind::Frame
        || header.direction != Direction::Received) {
        return;
    }
    if (header.frame.opcode == wire::Opcode::Text)
        m_workbench.send(m_connection, {.kind = session::Outgoing::Kind::Ping, .payload = "still there?"});
    else if (header.frame.opcode == wire::Opcode::Pong)
        m_workbench.send(m_connection, {.kind = session::Outgoing::Kind::Close, .closeCode = 1000, .reason = u"bye"_s});
}

void Demo::failed(const Error &error)
{
    if (m_run.isFinishing())
        return;
    console::error(error);
    m_run.finish(ExitCode::Failed);
}

void Demo::end()
{
    m_complete = true;
    m_follower.stop();
    m_run.finish(ExitCode::Done);
}

} // namespace

CommandSpec demoSpec()
{
    return {
        u"demo"_s,
        u"Holds a first conversation between a server and a client on this machine and explains every frame of it."_s,
        {},
        {
            {u"capture"_s, {u"FILE"_s}, u"Records into this new file (*.wscapture)."_s},
            {u"json"_s, {}, u"Prints the records of both ends as `wsw show --json` does."_s},
        },
        u"The server listens on localhost, port 8765 or the next free one, and answers \"Echo: \" and the message."_s,
    };
}

ExitCode runDemo(const Arguments &arguments)
{
    const Result<std::unique_ptr<Run>> run = Run::start(arguments);
    if (!run) {
        console::error(run.error());
        return exitCodeForFile(run.error().kind);
    }
    Demo demo(**run);
    demo.start();
    const ExitCode code = (*run)->exec();
    if (code == ExitCode::NoConnection)
        return code;
    const Result<> printed = arguments.has(u"json"_s) ? printRecords((*run)->document()) : tellStory((*run)->document());
    if (!printed) {
        console::error(printed.error());
        return ExitCode::Failed;
    }
    return code;
}

} // namespace wsw::cli
