#pragma once

#include "base/id.h"
#include "base/result.h"
#include "capture/record.h"
#include "lesson/explain.h"
#include "session/types.h"

#include <QHash>
#include <QList>
#include <QObject>

#include <memory>
#include <optional>

namespace wsw::capture {
class Document;
}
namespace wsw::session {
class Workbench;
}

namespace wsw::desktop {

/// What all panes of one window share: the document, the workbench, and the one selection that drives everything
/// (connection -> record -> part of its header). GUI thread only.
class Workspace final : public QObject
{
    Q_OBJECT
public:
    explicit Workspace(QObject *parent = nullptr);
    ~Workspace() override;

    /// Starts with a fresh automatic document. Must be called once before anything else.
    [[nodiscard]] Result<> start();

    [[nodiscard]] std::shared_ptr<capture::Document> document() const { return m_document; }
    /// Null while a saved capture is only being looked at.
    [[nodiscard]] session::Workbench *workbench() const { return m_workbench.get(); }

    [[nodiscard]] QList<session::EndpointInfo> endpoints() const { return m_endpoints; }
    [[nodiscard]] QList<session::ConnectionStatus> connections() const { return m_connections; }
    [[nodiscard]] std::optional<session::EndpointInfo> endpoint(EndpointId id) const;
    [[nodiscard]] std::optional<session::ConnectionStatus> connection(ConnectionId id) const;

    [[nodiscard]] ConnectionId currentConnection() const { return m_connection; }
    [[nodiscard]] EndpointId currentEndpoint() const { return m_endpoint; }
    [[nodiscard]] RecordId currentRecord() const { return m_record; }

public Q_SLOTS:
    /// Selecting a connection makes it the composer's target; an invalid id selects none.
    void selectConnection(wsw::ConnectionId connection);
    void selectEndpoint(wsw::EndpointId endpoint);
    void selectRecord(wsw::RecordId record);
    /// A part of the current frame's header, selected in the anatomy or the bytes; shown in both and explained.
    void selectPart(wsw::lesson::HeaderPart part);

public:
    /// Opens a saved capture for reading in this window (endpoints are closed first).
    [[nodiscard]] Result<> openCapture(const QString &path);
    /// Goes on with a fresh automatic document.
    [[nodiscard]] Result<> newCapture();

Q_SIGNALS:
    void documentChanged();
    void endpointChanged(const wsw::session::EndpointInfo &info);
    void endpointRemoved(wsw::EndpointId endpoint);
    void connectionChanged(const wsw::session::ConnectionStatus &status);
    void currentConnectionChanged(wsw::ConnectionId connection);
    void currentEndpointChanged(wsw::EndpointId endpoint);
    void currentRecordChanged(wsw::RecordId record);
    void currentPartChanged(wsw::lesson::HeaderPart part);
    /// Something to tell the user without stopping the work: shown in a bar, never in a modal box.
    void notice(const wsw::Error &error);
    /// The document cannot be written; Document::retry() tries again.
    void recordingFailed(const wsw::Error &error);
    void recordingResumed();

private:
    enum class Recording : bool { No, Yes };
    void attach(std::shared_ptr<capture::Document> document, Recording recording);
    void showSavedConnections();
    void takeEndpoint(const session::EndpointInfo &info);
    void takeConnection(const session::ConnectionStatus &status);
    void followReconnection(const session::ConnectionStatus &fresh);
    void dropEndpoint(EndpointId endpoint);

    // Declared before the workbench, which writes into it until it is gone.
    std::shared_ptr<capture::Document> m_document;
    std::unique_ptr<session::Workbench> m_workbench;
    QList<session::EndpointInfo> m_endpoints;
    QList<session::ConnectionStatus> m_connections;
    QHash<ConnectionId, qsizetype> m_connectionRows;
    ConnectionId m_connection;
    EndpointId m_endpoint;
    RecordId m_record;
};

} // namespace wsw::desktop
