#pragma once

#include "capture/document.h"
#include "session/workbench.h"

#include <QHash>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <vector>

namespace wsw::test {

/// A workbench with a document in a temporary folder, and everything that it has told. Its calls come on the test's thread.
class Bench final : public QObject
{
public:
    Bench()
    {
        auto made = capture::Document::create(m_folder.filePath(QStringLiteral("a.wscapture")));
        document = std::shared_ptr<capture::Document>(std::move(made.value()));
        workbench = std::make_unique<session::Workbench>(document);
        using session::Workbench;
        connect(workbench.get(), &Workbench::endpointChanged, this, [this](const session::EndpointInfo &info) {
            endpoints[info.id] = info;
            endpointHistory.push_back(info);
        });
        connect(workbench.get(), &Workbench::endpointRemoved, this, [this](EndpointId id) { removed.append(id); });
        connect(workbench.get(), &Workbench::connectionChanged, this, [this](const session::ConnectionStatus &status) {
            if (!connections.contains(status.id))
                order.append(status.id);
            connections[status.id] = status;
        });
        connect(workbench.get(), &Workbench::messageReceived, this,
                [this](ConnectionId id, bool text, const QByteArray &payload) { messages.append({id, text, payload}); });
        connect(workbench.get(), &Workbench::sendFailed, this, [this](ConnectionId, const Error &error) { sendErrors.append(error); });
        connect(workbench.get(), &Workbench::sendPressure, this, [this](ConnectionId id, bool high) { pressure[id] = high; });
        connect(workbench.get(), &Workbench::allClosed, this, [this] { ++allClosed; });
    }
    ~Bench() override { workbench.reset(); }

    struct Message
    {
        ConnectionId connection;
        bool text;
        QByteArray payload;
    };

    /// Starts a host on a free port of 127.0.0.1 and waits until it listens. Its port: see portOf().
    EndpointId host(session::HostOptions options = {})
    {
        options.port = 0;
        const EndpointId id = workbench->startHost(options);
        if (!QTest::qWaitFor([&] { return state(id) == session::EndpointState::Listening; }))
            qWarning("the host does not listen");
        return id;
    }
    [[nodiscard]] quint16 portOf(EndpointId id) const { return endpoints.value(id).port; }
    [[nodiscard]] QString urlOf(EndpointId id) const { return QStringLiteral("ws://127.0.0.1:%1/").arg(portOf(id)); }

    /// Connects a client and waits until it is open or has failed.
    EndpointId client(session::ClientOptions options)
    {
        const EndpointId id = workbench->connectClient(options);
        workbench->setMessagesWanted(id, true);
        using session::EndpointState;
        const auto isDecided = [&] { return state(id) == EndpointState::Open || state(id) == EndpointState::Closed || state(id) == EndpointState::Failed; };
        if (!QTest::qWaitFor(isDecided, 20'000))
            qWarning("the client neither opens nor fails");
        return id;
    }
    EndpointId client(const QString &url)
    {
        session::ClientOptions options;
        options.url = url;
        return client(options);
    }

    [[nodiscard]] session::EndpointState state(EndpointId id) const
    {
        return endpoints.contains(id) ? endpoints[id].state : session::EndpointState::Starting;
    }
    [[nodiscard]] QList<ConnectionId> connectionsOf(EndpointId id) const
    {
        QList<ConnectionId> found;
        for (const ConnectionId one : order) {
            if (connections[one].endpoint == id)
                found.append(one);
        }
        return found;
    }
    /// The latest connection of an endpoint.
    [[nodiscard]] ConnectionId connectionOf(EndpointId id) const
    {
        const QList<ConnectionId> all = connectionsOf(id);
        return all.isEmpty() ? ConnectionId() : all.last();
    }
    [[nodiscard]] session::ConnectionStatus status(ConnectionId id) const { return connections.value(id); }
    /// Has this connection come to its end?
    [[nodiscard]] bool isOver(ConnectionId id) const
    {
        return connections.contains(id)
            && (connections[id].state == session::EndpointState::Closed || connections[id].state == session::EndpointState::Failed);
    }
    [[nodiscard]] QList<QByteArray> payloadsOf(ConnectionId id) const
    {
        QList<QByteArray> found;
        for (const Message &message : messages) {
            if (message.connection == id)
                found.append(message.payload);
        }
        return found;
    }

    /// All records of one connection so far, in order.
    [[nodiscard]] std::vector<capture::Record> records(ConnectionId id) const
    {
        std::vector<capture::Record> found;
        for (quint64 number = 1; number <= document->received(); ++number) {
            const auto record = document->read(RecordId(number));
            if (record && record->header.connection == id)
                found.push_back(*record);
        }
        return found;
    }
    [[nodiscard]] std::vector<capture::Record> records(ConnectionId id, wire::RecordKind kind, Direction direction) const
    {
        std::vector<capture::Record> found;
        for (capture::Record &record : records(id)) {
            if (record.header.kind == kind && record.header.direction == direction)
                found.push_back(std::move(record));
        }
        return found;
    }
    [[nodiscard]] std::vector<capture::Record> frames(ConnectionId id, Direction direction) const
    {
        return records(id, wire::RecordKind::Frame, direction);
    }

private:
    QTemporaryDir m_folder;

public:
    std::shared_ptr<capture::Document> document;
    std::unique_ptr<session::Workbench> workbench;
    QHash<EndpointId, session::EndpointInfo> endpoints;
    std::vector<session::EndpointInfo> endpointHistory;
    QHash<ConnectionId, session::ConnectionStatus> connections;
    QList<ConnectionId> order;
    QList<EndpointId> removed;
    QList<Message> messages;
    QList<Error> sendErrors;
    QHash<ConnectionId, bool> pressure;
    int allClosed = 0;
};

} // namespace wsw::test
