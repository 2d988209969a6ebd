#pragma once

#include "session/connection.h"
#include "session/types.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <vector>

namespace wsw::session {

class WorkbenchCore;

/// A host, client, proxy or raw session: its state, and the connections that it has. Lives on the network thread; the base of the
/// four sorts, which say how connections come about and what is done with messages.
class Endpoint : public QObject, public ConnectionOwner
{
    Q_OBJECT
public:
    Endpoint(WorkbenchCore &core, EndpointId id, EndpointKind kind);
    ~Endpoint() override;

    /// From Starting, Closed or Failed. Hosts and proxies: @p port, where not 0, in place of the one in the options.
    virtual void start(quint16 port) = 0;
    /// Ends in order; Closed follows when the last connection is gone. Closes are sent with @p code.
    void stop(quint16 code);
    /// Starts again as soon as it has stopped.
    void restart(quint16 port);
    /// True while something is under way or standing.
    [[nodiscard]] bool isActive() const noexcept;

    virtual void setBehaviour(Behaviour, const QString &) {}
    virtual void setEchoBack(bool) {}
    void setMessagesWanted(bool wanted) { m_messagesWanted = wanted; }
    void sendToAll(const Outgoing &outgoing);

    [[nodiscard]] const EndpointInfo &info() const noexcept { return m_info; }
    [[nodiscard]] EndpointId id() const noexcept { return m_info.id; }
    [[nodiscard]] const std::vector<Connection *> &connections() const noexcept { return m_connections; }
    void publish();

Q_SIGNALS:
    /// The state has become Closed or Failed and no connection is left.
    void ended();

public: // ConnectionOwner
    void connectionUpgrade(Connection &) override {}
    void connectionOpened(Connection &connection) override;
    void connectionChanged(Connection &connection) override;
    void connectionPressure(Connection &, bool) override {}
    void connectionMessage(Connection &connection, const QString &text) final;
    void connectionMessage(Connection &connection, const QByteArray &binary) final;
    void connectionEnded(Connection &connection) override;

protected:
    /// Stops what brings new connections: the listener, a dial under way.
    virtual void stopBringing() = 0;
    /// What the endpoint itself does with a message, beside telling who wants to know.
    virtual void handle(Connection &, const QString &) {}
    virtual void handle(Connection &, const QByteArray &) {}

    /// Takes @p wanted as its name or, where another endpoint has that, "wanted 2" and so on.
    void setName(const QString &wanted);
    /// The connection belongs to this endpoint until it ends.
    Connection &adopt(std::unique_ptr<Connection> connection);
    void setState(EndpointState state, const QString &text = {});
    void fail(const Error &error, const QString &text = {});
    /// Listens, but cannot take those who come for the time being, or (without an error) can again.
    void stall(const std::optional<Error> &error);
    [[nodiscard]] quint16 wantedPort(quint16 given, quint16 options) const noexcept { return given != 0 ? given : options; }
    [[nodiscard]] bool isStopping() const noexcept { return m_stopping; }
    void finishIfDone();
    [[nodiscard]] QString nextName(const QString &sort) { return QStringLiteral("%1 %2").arg(sort).arg(++m_numbered); }

    WorkbenchCore &m_core;
    EndpointInfo m_info;
    int m_numbered = 0;     ///< connections so far, for their names

private:
    std::vector<Connection *> m_connections;
    bool m_messagesWanted = false;
    bool m_stopping = false;
    bool m_restartWanted = false;
    quint16 m_restartPort = 0;
};

/// "ws://localhost:8765", "wss://[::1]:8765"
[[nodiscard]] QString listenUrl(const QString &address, quint16 port, bool secure);

} // namespace wsw::session
