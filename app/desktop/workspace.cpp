#include "workspace.h"

#include "capture/document.h"
#include "models/colorrule.h"
#include "scans.h"
#include "session/workbench.h"

#include <QThreadPool>
#include <QUrl>
#include <QtConcurrent>

#include <algorithm>
#include <atomic>
#include <map>
#include <tuple>
#include <utility>

namespace wsw::desktop {

using session::ConnectionStatus;
using session::EndpointInfo;

namespace {

/// What a saved capture says of a connection, in the shape in which live ones are shown.
ConnectionStatus statusOf(const capture::ConnectionInfo &info, EndpointId endpoint)
{
    ConnectionStatus status;
    status.id = info.id;
    status.endpoint = endpoint;
    status.state = session::EndpointState::Closed;
    status.localRole = info.localRole;
    status.name = info.name;
    status.peer = info.peerAddress;
    status.subprotocol = info.subprotocol;
    status.extensions = info.extensions;
    status.secure = !info.tls.isEmpty();
    status.stateText = info.closeText;
    return status;
}

/// What tells the endpoints of a saved capture apart: the number that it gives them or, where it gives none, all that it says.
using SavedEndpoint = std::tuple<quint32, QString, Role, QString>;

SavedEndpoint savedEndpointOf(const capture::ConnectionInfo &info)
{
    if (info.endpointId.isValid())
        return {info.endpointId.value(), {}, Role::Client, {}};
    return {0, info.endpoint, info.localRole, QUrl(info.url).authority().toLower()};
}

struct Counts
{
    quint64 frames = 0;
    quint64 bytes = 0;      ///< of frames, on the wire
    quint64 plain = 0;      ///< as bytes, but a compressed payload counts as what it has become
};
struct BothWays
{
    Counts sent;
    Counts received;
};
using CountsByConnection = QHash<ConnectionId, BothWays>;

/// Frames of every connection and their bytes; reads the whole capture, for a worker. Nothing where it was cancelled.
std::optional<CountsByConnection> countFrames(const capture::Document &document, const std::atomic_bool &cancelled)
{
    CountsByConnection counts;
    const auto done = document.scan(RecordId(1), RecordId(document.received()), [&](const capture::RecordView &view) {
        const capture::RecordHeader &header = view.header;
        if (header.kind == wire::RecordKind::Frame) {
            BothWays &both = counts[header.connection];
            Counts &of = header.direction == Direction::Sent ? both.sent : both.received;
            const auto head = static_cast<quint64>(header.frame.headerSize());
            ++of.frames;
            of.bytes += head + header.payloadStored;
            of.plain += head + (header.isCompressed() ? header.inflatedLength : header.payloadStored);
        }
        return !cancelled;
    });
    // A damaged tail leaves the counts of what can be read; opening the document has already said that it is damaged.
    Q_UNUSED(done.ok())
    return cancelled ? std::nullopt : std::optional(counts);
}

} // namespace

Workspace::Workspace(QObject *parent) : QObject(parent), m_scans(std::make_unique<Scans>()), m_colorRules(new ColorRules(this)) {}

Workspace::~Workspace()
{
    m_scans.reset();
    m_workbench.reset();
    m_document.reset();
    // What is being closed by workers is closed when this returns.
    QThreadPool::globalInstance()->waitForDone();
}

void Workspace::show(SharedDocument document)
{
    m_scans->cancel();
    const auto closed = closeBench();
    Q_UNUSED(closed)
    if (m_document)
        m_document->disconnect(this);
    forgetAll();
    m_document = std::move(document);
    connect(m_document.get(), &capture::Document::recordingFailed, this, &Workspace::recordingFailed);
    connect(m_document.get(), &capture::Document::recordingResumed, this, &Workspace::recordingResumed);
    connect(m_document.get(), &capture::Document::damageFound, this, &Workspace::notice);
    connect(m_document.get(), &capture::Document::readingFailed, this, &Workspace::notice);
    if (m_document->isRecording())
        startBench();
    Q_EMIT documentChanged();
    Q_EMIT currentEndpointChanged(m_endpoint);
    Q_EMIT currentConnectionChanged(m_connection);
    Q_EMIT currentRecordChanged(m_record);
    if (!m_workbench)
        showSavedConnections();
    for (const Error &damage : m_document->damage())
        Q_EMIT notice(damage);
}

void Workspace::end()
{
    m_scans->end();
    closeBench()
        .then(QtFuture::Launch::Async, [document = m_document] {
            // What fails to be written has been told by the document; there is nobody left here to tell again.
            if (document)
                std::ignore = document->stopRecording();
        })
        .then(this, [this] { Q_EMIT ended(); });
}

QFuture<void> Workspace::closeBench()
{
    if (!m_workbench)
        return QtConcurrent::run([] {});
    Q_EMIT benchEnding();
    m_workbench->disconnect();
    m_workbench->letGo();
    const auto runs = [](const EndpointInfo &info) { return info.state != session::EndpointState::Closed && info.state != session::EndpointState::Failed; };
    const qsizetype count = std::count_if(m_endpoints.cbegin(), m_endpoints.cend(), runs);
    m_closing += count;
    if (count > 0)
        Q_EMIT closingChanged(m_closing);
    return QtConcurrent::run([bench = m_workbench.release()] { delete bench; }).then(this, [this, count] {
        m_closing -= count;
        if (count > 0)
            Q_EMIT closingChanged(m_closing);
    });
}

void Workspace::forgetAll()
{
    m_endpoints.clear();
    m_connections.clear();
    m_connectionRows.clear();
    m_connection = {};
    m_endpoint = {};
    m_record = {};
}

void Workspace::startBench()
{
    m_workbench = std::make_unique<session::Workbench>(m_document);
    auto *bench = m_workbench.get();
    connect(bench, &session::Workbench::endpointChanged, this, &Workspace::takeEndpoint);
    connect(bench, &session::Workbench::endpointRemoved, this, &Workspace::dropEndpoint);
    connect(bench, &session::Workbench::connectionChanged, this, &Workspace::takeConnection);
}

void Workspace::showSavedConnections()
{
    std::map<SavedEndpoint, EndpointId> ids;
    for (const capture::ConnectionInfo &info : m_document->connections()) {
        EndpointId &id = ids[savedEndpointOf(info)];
        if (!id.isValid()) {
            id = EndpointId(static_cast<quint32>(ids.size()));
            const auto asRole = info.localRole == Role::Server ? session::EndpointKind::Host : session::EndpointKind::Client;
            EndpointInfo endpoint;
            endpoint.id = id;
            endpoint.kind = session::endpointKindFromName(info.endpointKind).value_or(asRole);
            endpoint.state = session::EndpointState::Closed;
            endpoint.name = info.endpoint;
            endpoint.url = info.url;
            endpoint.stateText = tr("in this capture");
            takeEndpoint(endpoint);
        }
        takeConnection(statusOf(info, id));
    }

    m_scans->run(
        this, [document = m_document](const std::atomic_bool &cancelled) { return countFrames(*document, cancelled); },
        [this, document = m_document](const std::optional<CountsByConnection> &counts) {
            if (!counts || document != m_document)
                return;
            for (ConnectionStatus status : std::as_const(m_connections)) {
                const BothWays of = counts->value(status.id);
                status.framesSent = of.sent.frames;
                status.framesReceived = of.received.frames;
                status.bytesSent = of.sent.bytes;
                status.bytesReceived = of.received.bytes;
                status.plainSent = of.sent.plain;
                status.plainReceived = of.received.plain;
                takeConnection(status);
            }
        });
}

std::optional<EndpointInfo> Workspace::endpoint(EndpointId id) const
{
    const auto it = std::find_if(m_endpoints.cbegin(), m_endpoints.cend(), [id](const auto &e) { return e.id == id; });
    return it == m_endpoints.cend() ? std::nullopt : std::optional(*it);
}

std::optional<ConnectionStatus> Workspace::connection(ConnectionId id) const
{
    const qsizetype row = m_connectionRows.value(id, -1);
    return row < 0 ? std::nullopt : std::optional(m_connections.at(row));
}

QList<ConnectionId> Workspace::connectionsOf(EndpointId endpoint) const
{
    QList<ConnectionId> found;
    for (const ConnectionStatus &connection : m_connections) {
        if (connection.endpoint == endpoint)
            found.append(connection.id);
    }
    return found;
}

bool Workspace::isLatestOfClient(ConnectionId id) const
{
    const auto status = connection(id);
    const auto owner = status ? endpoint(status->endpoint) : std::nullopt;
    return owner && hasOneConnection(owner->kind) && connectionsOf(owner->id).constLast() == id;
}

QString Workspace::nameOf(ConnectionId id) const
{
    const auto status = connection(id);
    if (!status)
        return {};
    const auto owner = endpoint(status->endpoint);
    if (!owner || !hasOneConnection(owner->kind))
        return status->name;
    return isLatestOfClient(id) ? owner->name : tr("%1, %2").arg(owner->name, status->name);
}

void Workspace::takeEndpoint(const EndpointInfo &info)
{
    const auto it = std::find_if(m_endpoints.begin(), m_endpoints.end(), [&](const auto &e) { return e.id == info.id; });
    if (it == m_endpoints.end())
        m_endpoints.append(info);
    else
        *it = info;
    Q_EMIT endpointChanged(info);
}

void Workspace::takeConnection(const ConnectionStatus &status)
{
    const qsizetype row = m_connectionRows.value(status.id, -1);
    if (row < 0) {
        m_connectionRows.insert(status.id, m_connections.size());
        m_connections.append(status);
    } else {
        m_connections[row] = status;
    }
    Q_EMIT connectionChanged(status);
    if (row < 0)
        followReconnection(status);
}

void Workspace::followReconnection(const ConnectionStatus &fresh)
{
    // A client has one connection at a time: whoever looked at the last one goes on with the new one.
    const auto owner = endpoint(fresh.endpoint);
    const auto last = connection(m_connection);
    if (owner && hasOneConnection(owner->kind) && last && last->endpoint == fresh.endpoint)
        selectConnection(fresh.id);
}

void Workspace::dropEndpoint(EndpointId endpoint)
{
    m_endpoints.removeIf([endpoint](const EndpointInfo &e) { return e.id == endpoint; });
    const bool losesTarget = connection(m_connection).has_value() && connection(m_connection)->endpoint == endpoint;
    if (m_connections.removeIf([endpoint](const ConnectionStatus &c) { return c.endpoint == endpoint; }) > 0) {
        m_connectionRows.clear();
        for (qsizetype row = 0; row < m_connections.size(); ++row)
            m_connectionRows.insert(m_connections.at(row).id, row);
    }
    Q_EMIT endpointRemoved(endpoint);
    if (losesTarget)
        selectConnection({});
    if (m_endpoint == endpoint)
        selectEndpoint({});
}

void Workspace::selectConnection(ConnectionId connection)
{
    const auto status = this->connection(connection);
    select(status ? status->endpoint : m_endpoint, connection);
}

void Workspace::selectEndpoint(EndpointId endpoint)
{
    const auto status = connection(m_connection);
    select(endpoint, status && status->endpoint == endpoint ? m_connection : ConnectionId());
}

void Workspace::select(EndpointId endpoint, ConnectionId connection)
{
    // Both are set before either is told, so that nobody sees the one with the other's past.
    const bool otherEndpoint = std::exchange(m_endpoint, endpoint) != endpoint;
    const bool otherConnection = std::exchange(m_connection, connection) != connection;
    if (otherEndpoint)
        Q_EMIT currentEndpointChanged(endpoint);
    if (otherConnection)
        Q_EMIT currentConnectionChanged(connection);
}

void Workspace::selectRecord(RecordId record)
{
    if (m_record == record)
        return;
    m_record = record;
    Q_EMIT currentRecordChanged(record);
}

void Workspace::setSearchTerm(const SearchTerm &term)
{
    if (std::exchange(m_searchTerm, term) != term)
        Q_EMIT searchTermChanged();
}

void Workspace::selectPart(lesson::HeaderPart part)
{
    Q_EMIT currentPartChanged(part);
}

} // namespace wsw::desktop
