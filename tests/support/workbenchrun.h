#pragma once

#include "capture/document.h"
#include "session/workbench.h"

#include <QTemporaryDir>

#include <memory>

namespace wsw::test {

/// A workbench that records into a temporary file, and what its signals have said so far. For tests with a QCoreApplication.
class WorkbenchRun final : public QObject
{
public:
    struct Message
    {
        bool text;
        QByteArray payload;
        friend bool operator==(const Message &, const Message &) = default;
    };

    WorkbenchRun();
    ~WorkbenchRun() override;

    [[nodiscard]] session::Workbench &workbench() { return *m_workbench; }
    [[nodiscard]] capture::Document &document() { return *m_document; }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    /// Starts a host and waits until it listens; its endpoint has state Failed otherwise.
    [[nodiscard]] session::EndpointInfo host(const session::HostOptions &options);
    /// Connects a client and waits until it is open; its connection is not valid otherwise.
    [[nodiscard]] session::ConnectionStatus connectTo(const session::ClientOptions &options);

    [[nodiscard]] session::EndpointInfo endpoint(EndpointId id) const { return m_endpoints.value(id); }
    [[nodiscard]] session::ConnectionStatus connection(ConnectionId id) const { return m_connections.value(id); }
    /// Connections of an endpoint, oldest first.
    [[nodiscard]] QList<session::ConnectionStatus> connectionsOf(EndpointId id) const;
    [[nodiscard]] QList<Message> messages(ConnectionId id) const { return m_messages.value(id); }
    [[nodiscard]] QList<Error> sendErrors() const { return m_sendErrors; }

    /// Closes everything and the capture; reading goes on working. False if that does not come to its end.
    [[nodiscard]] bool finish();

private:
    QTemporaryDir m_folder;
    std::shared_ptr<capture::Document> m_document;
    std::unique_ptr<session::Workbench> m_workbench;
    QHash<EndpointId, session::EndpointInfo> m_endpoints;
    QHash<ConnectionId, session::ConnectionStatus> m_connections;
    QHash<ConnectionId, QList<Message>> m_messages;
    QList<Error> m_sendErrors;
    bool m_allClosed = false;
};

} // namespace wsw::test
