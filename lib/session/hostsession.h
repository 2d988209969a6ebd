#pragma once

#include "net/listener.h"
#include "session/endpoint.h"

#include <QWebSocketServer>

namespace wsw::session {

/// A server: accepts connections, lets QWebSocketServer speak on them, and answers by its behaviour. Network thread.
class HostSession final : public Endpoint, private net::ListenerHandler
{
    Q_OBJECT
public:
    HostSession(WorkbenchCore &core, EndpointId id, HostOptions options);
    ~HostSession() override;

    void start(quint16 port) override;
    void setBehaviour(Behaviour behaviour, const QString &prefix) override;

    void connectionUpgrade(Connection &connection) override;
    void connectionPressure(Connection &connection, bool high) override;
    void connectionEnded(Connection &connection) override;

protected:
    void stopBringing() override;
    void handle(Connection &connection, const QString &text) override;
    void handle(Connection &connection, const QByteArray &binary) override;

private:
    void accepted(std::unique_ptr<net::ByteStream> stream) override;
    void acceptFailed(const QString &peer, const Error &error) override;
    void acceptStalled(const std::optional<Error> &error) override { stall(error); }
    void takeSpeaker();
    void holdRoom();

    HostOptions m_options;
    QWebSocketServer m_server;
    std::unique_ptr<net::Listener> m_listener;
    std::vector<Connection *> m_upgrading;  ///< in the order in which QWebSocketServer got their requests
    int m_slowReceivers = 0;                ///< connections to which much waits to be sent
};

} // namespace wsw::session
