#pragma once

#include "base/id.h"
#include "base/result.h"
#include "capture/record.h"
#include "documentworker.h"
#include "lesson/explain.h"
#include "models/filteruse.h"
#include "models/searchterm.h"
#include "session/types.h"

#include <QHash>
#include <QList>
#include <QObject>

#include <memory>
#include <optional>

namespace wsw::session {
class Workbench;
}

namespace wsw::desktop {

class ColorRules;
class Scans;

/// What all panes of one window share: the document, the workbench, and the one selection that drives everything
/// (connection -> record -> part of its header). GUI thread only.
class Workspace final : public QObject
{
    Q_OBJECT
public:
    explicit Workspace(QObject *parent = nullptr);
    /// Waits until everything is closed; see end() for doing so without waiting.
    ~Workspace() override;

    /// Null until the first show().
    [[nodiscard]] SharedDocument document() const { return m_document; }
    /// Null while a saved capture is only being looked at.
    [[nodiscard]] session::Workbench *workbench() const { return m_workbench.get(); }

    /// For what reads the whole document: cancelled by the next show() and by end().
    [[nodiscard]] Scans &scans() const { return *m_scans; }

    /// How rows of all logs are coloured.
    [[nodiscard]] ColorRules *colorRules() const { return m_colorRules; }

    [[nodiscard]] QList<session::EndpointInfo> endpoints() const { return m_endpoints; }
    [[nodiscard]] QList<session::ConnectionStatus> connections() const { return m_connections; }
    [[nodiscard]] std::optional<session::EndpointInfo> endpoint(EndpointId id) const;
    [[nodiscard]] std::optional<session::ConnectionStatus> connection(ConnectionId id) const;

    [[nodiscard]] QList<ConnectionId> connectionsOf(EndpointId endpoint) const;
    /// The latest connection of a client or a raw session: its endpoint's own row stands for it.
    [[nodiscard]] bool isLatestOfClient(ConnectionId connection) const;
    /// How a connection is called where its endpoint is not seen beside it: the latest one of a client by the client's name.
    [[nodiscard]] QString nameOf(ConnectionId connection) const;

    [[nodiscard]] ConnectionId currentConnection() const { return m_connection; }
    [[nodiscard]] EndpointId currentEndpoint() const { return m_endpoint; }
    [[nodiscard]] RecordId currentRecord() const { return m_record; }
    /// What is searched for, to be marked wherever it is seen; an empty text: nothing.
    [[nodiscard]] const SearchTerm &searchTerm() const { return m_searchTerm; }
    void setSearchTerm(const SearchTerm &term);

public Q_SLOTS:
    /// Selects a connection and with it its endpoint; it becomes the composer's target. An invalid id: no connection.
    void selectConnection(wsw::ConnectionId connection);
    /// Selects an endpoint; a connection of another one is selected no longer.
    void selectEndpoint(wsw::EndpointId endpoint);
    /// Both at once; @p connection is one of @p endpoint's, or none.
    void select(wsw::EndpointId endpoint, wsw::ConnectionId connection);
    void selectRecord(wsw::RecordId record);
    /// A part of the current frame's header, selected in the anatomy or the bytes; shown in both and explained.
    void selectPart(wsw::lesson::HeaderPart part);

public:
    /// Goes on with @p document at once: one that is recording gets endpoints of its own, a saved one is only looked at. The endpoints of
    /// the earlier one end in order in a worker; see closingChanged().
    void show(SharedDocument document);
    /// For the program's end: closes the endpoints and stores what waits, in a worker; ended() follows, at once where there is nothing to do.
    void end();
    /// Endpoints of earlier captures that are still being closed.
    [[nodiscard]] qsizetype closingEndpoints() const { return m_closing; }

Q_SIGNALS:
    /// The workbench is about to be handed over to a worker, which ends it: it must not be touched any more.
    void benchEnding();
    void documentChanged();
    void endpointChanged(const wsw::session::EndpointInfo &info);
    void endpointRemoved(wsw::EndpointId endpoint);
    void connectionChanged(const wsw::session::ConnectionStatus &status);
    void currentConnectionChanged(wsw::ConnectionId connection);
    void currentEndpointChanged(wsw::EndpointId endpoint);
    /// The user has clicked on what is selected, be it already or only now: he wants to see it.
    void selectionConfirmed();
    void currentRecordChanged(wsw::RecordId record);
    void currentPartChanged(wsw::lesson::HeaderPart part);
    void searchTermChanged();
    /// The log is to be filtered.
    void filterWanted(const QString &filter, wsw::desktop::FilterUse use);
    /// Something to tell the user without stopping the work: shown in a bar, never in a modal box.
    void notice(const wsw::Error &error);
    /// What a notice with this message said is no longer of interest.
    void noticeOver(const QString &message);
    /// The document cannot be written; Document::retry() tries again.
    void recordingFailed(const wsw::Error &error);
    void recordingResumed();
    void closingChanged(qsizetype endpoints);
    void ended();

private:
    /// Lets a worker end the endpoints; they are still recorded into their document, but nothing of them is heard any more.
    [[nodiscard]] QFuture<void> closeBench();
    void forgetAll();
    void startBench();
    void showSavedConnections();
    void takeEndpoint(const session::EndpointInfo &info);
    void takeConnection(const session::ConnectionStatus &status);
    void followReconnection(const session::ConnectionStatus &fresh);
    void dropEndpoint(EndpointId endpoint);

    std::unique_ptr<Scans> m_scans;
    ColorRules *m_colorRules;
    // Declared before the workbench, which writes into it until it is gone.
    SharedDocument m_document;
    std::unique_ptr<session::Workbench> m_workbench;
    qsizetype m_closing = 0;
    QList<session::EndpointInfo> m_endpoints;
    QList<session::ConnectionStatus> m_connections;
    QHash<ConnectionId, qsizetype> m_connectionRows;
    ConnectionId m_connection;
    EndpointId m_endpoint;
    RecordId m_record;
    SearchTerm m_searchTerm;
};

} // namespace wsw::desktop
