#pragma once

#include "session/types.h"

#include <QObject>

#include <memory>

namespace wsw::capture {
class Document;
}

namespace wsw::session {

/// All endpoints of the program, on a network thread of their own, recorded into one capture document.
/// Threads: construct and destroy on one thread (the GUI's or main's; see letGo()); every function may be called from any thread and returns at
/// once; signals come from the network thread (connect with a receiver, so that they are queued).
class Workbench final : public QObject
{
    Q_OBJECT
public:
    /// @p document is shared with readers; it must be recording. May be replaced with setDocument() when no endpoint is running.
    explicit Workbench(std::shared_ptr<capture::Document> document, QObject *parent = nullptr);
    /// Closes every connection (1001, bounded by a second) and ends the network thread.
    ~Workbench() override;
    /// To be called by the thread that made it, when it has disconnected itself: any other may destroy it now, and wait for its end.
    void letGo();

    [[nodiscard]] std::shared_ptr<capture::Document> document() const;
    /// New connections are recorded into @p document. Only when isIdle().
    void setDocument(std::shared_ptr<capture::Document> document);
    [[nodiscard]] bool isIdle() const;

    /// Each returns a fresh id at once; endpointChanged() tells how it goes on.
    EndpointId startHost(const HostOptions &options);
    EndpointId connectClient(const ClientOptions &options);
    EndpointId startProxy(const ProxyOptions &options);
    EndpointId openRaw(const RawOptions &options);

    /// Hosts, proxies: stops listening and closes all connections with 1001; clients: closes with 1000, or cancels connecting.
    void stop(EndpointId endpoint);
    /// Starts a stopped or failed endpoint again with its options; hosts may take another @p port (0: the same).
    void restart(EndpointId endpoint, quint16 port = 0);
    /// Stops it and forgets it.
    void remove(EndpointId endpoint);
    void setBehaviour(EndpointId host, Behaviour behaviour, const QString &prefix);

    /// Sends on one connection. Errors (not open, control payload over 125 bytes, a close code that must not be sent where not
    /// crafted) come as sendFailed().
    void send(ConnectionId connection, const Outgoing &outgoing);
    /// The same to all open connections of a host.
    void sendToAll(EndpointId host, const Outgoing &outgoing);
    /// Cuts the connection with RST.
    void abort(ConnectionId connection);

    /// Ends the program's part in order: as the destructor, but tells when all is closed by allClosed().
    void closeAll();

Q_SIGNALS:
    void endpointChanged(const wsw::session::EndpointInfo &info);
    void endpointRemoved(wsw::EndpointId endpoint);
    void connectionChanged(const wsw::session::ConnectionStatus &status);
    /// A whole data message came on a connection, as the speaker delivered it (text as UTF-8). Only for endpoints for which
    /// setMessagesWanted() is on.
    void messageReceived(wsw::ConnectionId connection, bool text, const QByteArray &payload);
    void sendFailed(wsw::ConnectionId connection, const wsw::Error &error);
    /// More waits to be sent on a connection than limits::writeHighWater (true): whoever sends much should wait until all of it
    /// has been written (false). Nothing is lost or refused meanwhile; it only takes memory. May be emitted from within send(),
    /// and more than once with the same value.
    void sendPressure(wsw::ConnectionId connection, bool high);
    void allClosed();

public:
    void setMessagesWanted(EndpointId endpoint, bool wanted);
    /// Clients: answer every message with itself (`wsw connect --echo`).
    void setEchoBack(EndpointId client, bool on);

private:
    friend class WorkbenchCore;
    void noteActive(EndpointId id, bool active);

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace wsw::session
