#pragma once

#include "base/id.h"
#include "session/types.h"

#include <QObject>

namespace wsw::desktop {

class Workspace;

/// The first conversation, on real sockets: hosts ws://localhost:8765 that answers "Echo: " and the message, connects a client, sends
/// "Hello server!" and a Ping, closes with 1000, connects again and says the same, so that the user can go on. GUI thread only.
class Demo final : public QObject
{
    Q_OBJECT
public:
    explicit Demo(Workspace *workspace, QObject *parent = nullptr);
    void start();
    [[nodiscard]] bool isRunning() const { return m_step != Step::Idle && m_step != Step::Done; }
    /// The demo runs and @p endpoint is one of its two: what goes wrong there it mends by itself, or ends.
    [[nodiscard]] bool owns(EndpointId endpoint) const { return isRunning() && (endpoint == m_host || endpoint == m_client); }

Q_SIGNALS:
    /// Port 8765 is taken and the demo goes on with another one.
    void portTaken(quint16 wanted, quint16 used);
    /// The conversation has been had and the client is connected again; @p first is its first frame.
    void done(wsw::RecordId first);
    /// After done(): the client is connected no longer.
    void ended();

private:
    enum class Step : quint8 { Idle, Hosting, Connecting, Talking, Closing, Restarting, Reconnecting, Done };

    void onEndpoint(const session::EndpointInfo &info);
    void onHost(const session::EndpointInfo &host);
    void onClient(const session::EndpointInfo &client);
    void onConnection(const session::ConnectionStatus &status);
    void end();
    void talk(ConnectionId connection);
    [[nodiscard]] RecordId firstFrame() const;

    Workspace *m_workspace;
    Step m_step = Step::Idle;
    EndpointId m_host;
    EndpointId m_client;
    quint64 m_before = 0;   ///< records there were when it started
    ConnectionId m_first;   ///< the conversation's connection
};

} // namespace wsw::desktop
