#pragma once

#include "net/epollloop.h"
#include "session/endpoint.h"
#include "session/types.h"

#include <QBasicTimer>
#include <QHash>
#include <QObject>
#include <QSet>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace wsw::capture {
class Document;
}

namespace wsw::session {

class Workbench;

/// All of a Workbench that lives on the network thread: the endpoints, their connections, and the timers that serve them all.
class WorkbenchCore final : public QObject
{
    Q_OBJECT
public:
    /// Moves to the network thread before its first call. @p bench emits the signals and must outlive this.
    WorkbenchCore(Workbench &bench, std::shared_ptr<capture::Document> document);
    ~WorkbenchCore() override;

    // Called through the event loop of the network thread.
    void start();
    void setDocument(std::shared_ptr<capture::Document> document);
    void add(EndpointId id, const HostOptions &options);
    void add(EndpointId id, const ClientOptions &options);
    void add(EndpointId id, const ProxyOptions &options);
    void add(EndpointId id, const RawOptions &options);
    void stop(EndpointId id);
    void restart(EndpointId id, quint16 port);
    void remove(EndpointId id);
    [[nodiscard]] Endpoint *endpoint(EndpointId id) const;
    void send(ConnectionId connection, const Outgoing &outgoing);
    /// Tells again how it stands, for a caller that has been told to wait before the connection knew.
    void retellPressure(ConnectionId connection);
    void abort(ConnectionId connection);
    void resumeRecording();
    /// Closes everything with 1001; what has not closed after @p boundMs is cut. Then @p done is called, once.
    void closeAll(int boundMs, std::function<void()> done);
    /// Deletes everything that lives on this thread.
    void dismantle();

    // For endpoints and connections.
    [[nodiscard]] const std::shared_ptr<capture::Document> &document() const noexcept { return m_document; }
    [[nodiscard]] net::EpollLoop *loop() const noexcept { return m_loop.get(); }
    void connectionAdded(Connection &connection);
    void connectionRemoved(Connection &connection);
    /// Its counters have moved: they are told with the next tick.
    void connectionMoved(Connection &connection);
    /// A name that no other endpoint has: @p wanted or, where it is taken, "wanted 2" and so on. Kept until it is given back.
    [[nodiscard]] QString takeName(const QString &wanted);
    void giveBackName(const QString &name);
    /// Its number of connections has changed: told with the next tick.
    void endpointMoved(Endpoint &endpoint);
    void tell(Endpoint &endpoint);
    void tell(const Connection &connection);
    void tellMessage(ConnectionId connection, const QString &text);
    void tellMessage(ConnectionId connection, const QByteArray &binary);
    void tellSendFailed(ConnectionId connection, const Error &error);
    void tellPressure(ConnectionId connection, bool high);
    /// A connection that never came to stand is shown all the same, with what kept it from standing.
    void tellNoConnection(Endpoint &endpoint, const QString &name, const QString &peer, const QString &url, Role localRole, bool secure,
                          const Error &error);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void adopt(std::unique_ptr<Endpoint> endpoint);
    void endpointEnded(Endpoint &endpoint);
    void tick();
    void finishClosing();
    void cutAll();

    Workbench &m_bench;
    std::shared_ptr<capture::Document> m_document;
    std::unique_ptr<net::EpollLoop> m_loop;
    std::unordered_map<quint32, std::unique_ptr<Endpoint>> m_endpoints;
    QHash<ConnectionId, Connection *> m_connections;
    QSet<QString> m_names;                  ///< of endpoints
    QHash<QString, int> m_lastNumbers;      ///< that were added to a name which was taken
    std::vector<Connection *> m_movedConnections;
    std::vector<Endpoint *> m_movedEndpoints;
    std::vector<EndpointId> m_removing;     ///< forgotten as soon as they have ended
    std::function<void()> m_closed;         ///< set while closeAll() is under way
    bool m_cut = false;                     ///< the bound of closeAll() is over
    QBasicTimer m_tickTimer;
    QBasicTimer m_sampleTimer;
    QBasicTimer m_boundTimer;
};

} // namespace wsw::session
