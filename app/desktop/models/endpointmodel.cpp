#include "models/endpointmodel.h"

#include "models/compressioneffect.h"
#include "workspace.h"

#include <algorithm>

namespace wsw::desktop {

using session::ConnectionStatus;
using session::EndpointInfo;
using session::EndpointKind;
using session::EndpointState;

namespace {

constexpr int flushIntervalMs = 33;

QString stateName(EndpointState state)
{
    switch (state) {
    case EndpointState::Starting: return EndpointModel::tr("starting");
    case EndpointState::Listening: return EndpointModel::tr("listening");
    case EndpointState::Connecting: return EndpointModel::tr("connecting");
    case EndpointState::Open: return EndpointModel::tr("open");
    case EndpointState::Closing: return EndpointModel::tr("closing");
    case EndpointState::Closed: return EndpointModel::tr("closed");
    case EndpointState::Failed: return EndpointModel::tr("failed");
    }
    Q_UNREACHABLE();
}

} // namespace

DotState dotOf(EndpointState state)
{
    switch (state) {
    case EndpointState::Starting:
    case EndpointState::Connecting:
    case EndpointState::Closing: return DotState::Waiting;
    case EndpointState::Listening:
    case EndpointState::Open: return DotState::Live;
    case EndpointState::Closed: return DotState::Ended;
    case EndpointState::Failed: return DotState::Failed;
    }
    Q_UNREACHABLE();
}

QString stateWords(const EndpointInfo &info)
{
    if (info.error)
        return info.error->message;
    return info.stateText.isEmpty() ? stateName(info.state) : info.stateText;
}

QString stateWords(const ConnectionStatus &status)
{
    if (status.error)
        return status.error->message;
    return status.stateText.isEmpty() ? stateName(status.state) : status.stateText;
}

QString briefStateWords(const ConnectionStatus &status)
{
    const QString words = stateWords(status);
    const QString closed = stateName(EndpointState::Closed) + u' ';
    return words.startsWith(closed) ? words.mid(closed.size()) : words;
}

QString compressionLines(const ConnectionStatus &status)
{
    const QString saved = savedText(status.bytesSent, status.plainSent, status.bytesReceived, status.plainReceived);
    return (status.extensions.isEmpty() ? QString() : QLatin1Char('\n') + status.extensions)
        + (saved.isEmpty() ? QString() : QLatin1Char('\n') + saved);
}

/// One endpoint: its announced connections, and what has come since the last flush.
struct EndpointModel::Node
{
    EndpointInfo info;
    std::vector<ConnectionStatus> connections;      ///< announced, oldest first
    std::vector<ConnectionStatus> arriving;         ///< not announced yet, oldest first
    QHash<ConnectionId, size_t> rows;               ///< into connections
    size_t changedFirst = std::numeric_limits<size_t>::max();
    size_t changedLast = 0;
    bool changed = false;                           ///< the endpoint's own row

    /// Connections that stand below the endpoint: all but a client's latest.
    [[nodiscard]] int childCount() const
    {
        const int count = static_cast<int>(connections.size());
        return hasOneConnection(info.kind) ? qMax(0, count - 1) : count;
    }
};

EndpointModel::EndpointModel(Workspace *workspace, QObject *parent) : QAbstractItemModel(parent), m_workspace(workspace)
{
    m_flush.setSingleShot(true);
    m_flush.setInterval(flushIntervalMs);
    connect(&m_flush, &QTimer::timeout, this, &EndpointModel::flush);
    connect(workspace, &Workspace::documentChanged, this, &EndpointModel::reload);
    connect(workspace, &Workspace::endpointChanged, this, &EndpointModel::takeEndpoint);
    connect(workspace, &Workspace::endpointRemoved, this, &EndpointModel::dropEndpoint);
    connect(workspace, &Workspace::connectionChanged, this, &EndpointModel::takeConnection);
    reload();
}

EndpointModel::~EndpointModel() = default;

void EndpointModel::reload()
{
    beginResetModel();
    m_nodes.clear();
    m_nodeOfConnection.clear();
    endResetModel();
    for (const EndpointInfo &info : m_workspace->endpoints())
        takeEndpoint(info);
    for (const ConnectionStatus &status : m_workspace->connections())
        takeConnection(status);
    flush();
}

void EndpointModel::takeEndpoint(const EndpointInfo &info)
{
    if (Node *node = nodeOf(info.id)) {
        node->info = info;
        node->changed = true;
        if (!m_flush.isActive())
            m_flush.start();
        return;
    }
    const int row = static_cast<int>(m_nodes.size());
    beginInsertRows({}, row, row);
    auto node = std::make_unique<Node>();
    node->info = info;
    m_nodes.push_back(std::move(node));
    endInsertRows();
}

void EndpointModel::takeConnection(const ConnectionStatus &status)
{
    Node *node = m_nodeOfConnection.value(status.id, nullptr);
    if (node == nullptr) {
        node = nodeOf(status.endpoint);
        if (node == nullptr)
            return; // its endpoint has been removed meanwhile
        m_nodeOfConnection.insert(status.id, node);
        node->arriving.push_back(status);
    } else if (const auto row = node->rows.constFind(status.id); row != node->rows.cend()) {
        node->connections[*row] = status;
        node->changedFirst = qMin(node->changedFirst, *row);
        node->changedLast = qMax(node->changedLast, *row);
    } else {
        const auto it = std::find_if(node->arriving.begin(), node->arriving.end(), [&](const auto &c) { return c.id == status.id; });
        Q_ASSERT(it != node->arriving.end());
        *it = status;
    }
    if (!m_flush.isActive())
        m_flush.start();
}

void EndpointModel::dropEndpoint(EndpointId id)
{
    Node *node = nodeOf(id);
    if (node == nullptr)
        return;
    const int row = rowOf(node);
    beginRemoveRows({}, row, row);
    for (const auto &connection : node->connections)
        m_nodeOfConnection.remove(connection.id);
    for (const auto &connection : node->arriving)
        m_nodeOfConnection.remove(connection.id);
    m_nodes.erase(m_nodes.begin() + row);
    endRemoveRows();
}

void EndpointModel::flush()
{
    for (const auto &node : m_nodes) {
        if (!node->arriving.empty())
            flushInto(*node);
        tellChanges(*node);
    }
}

void EndpointModel::flushInto(Node &node)
{
    const bool stands = hasOneConnection(node.info.kind);
    const int before = node.childCount();
    const int total = static_cast<int>(node.connections.size() + node.arriving.size());
    const int after = stands ? total - 1 : total;
    const QModelIndex parent = index(rowOf(&node), 0);
    const auto append = [&node] {
        for (ConnectionStatus &status : node.arriving) {
            node.rows.insert(status.id, node.connections.size());
            node.connections.push_back(std::move(status));
        }
        node.arriving.clear();
    };
    if (after > before) {
        beginInsertRows(parent, before, after - 1);
        append();
        endInsertRows();
    } else {
        append();
    }
    node.changed = true;
}

void EndpointModel::tellChanges(Node &node)
{
    const QModelIndex own = index(rowOf(&node), 0);
    const int children = node.childCount();
    const bool some = node.changedFirst <= node.changedLast && node.changedFirst != std::numeric_limits<size_t>::max();
    if (node.changed || some)
        Q_EMIT dataChanged(own, own);
    if (some && children > 0 && static_cast<int>(node.changedFirst) < children) {
        const int last = qMin(static_cast<int>(node.changedLast), children - 1);
        Q_EMIT dataChanged(index(static_cast<int>(node.changedFirst), 0, own), index(last, 0, own));
    }
    node.changed = false;
    node.changedFirst = std::numeric_limits<size_t>::max();
    node.changedLast = 0;
}

EndpointModel::Node *EndpointModel::nodeOf(EndpointId id) const
{
    const auto it = std::find_if(m_nodes.cbegin(), m_nodes.cend(), [id](const auto &node) { return node->info.id == id; });
    return it == m_nodes.cend() ? nullptr : it->get();
}

int EndpointModel::rowOf(const Node *node) const
{
    const auto it = std::find_if(m_nodes.cbegin(), m_nodes.cend(), [node](const auto &n) { return n.get() == node; });
    return static_cast<int>(it - m_nodes.cbegin());
}

// An index's internal pointer is null for endpoints, and the endpoint's node for connections.
const EndpointModel::Node *EndpointModel::nodeAt(const QModelIndex &index) const
{
    if (!index.isValid())
        return nullptr;
    if (index.internalPointer() != nullptr)
        return static_cast<const Node *>(index.internalPointer());
    return m_nodes[static_cast<size_t>(index.row())].get();
}

EndpointId EndpointModel::endpointAt(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    return node != nullptr ? node->info.id : EndpointId();
}

const EndpointInfo *EndpointModel::endpointInfo(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    return node != nullptr ? &node->info : nullptr;
}

const ConnectionStatus *EndpointModel::connectionStatus(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    if (node == nullptr)
        return nullptr;
    if (index.internalPointer() != nullptr)
        return &node->connections[static_cast<size_t>(index.row())];
    return hasOneConnection(node->info.kind) && !node->connections.empty() ? &node->connections.back() : nullptr;
}

ConnectionId EndpointModel::connectionAt(const QModelIndex &index) const
{
    const ConnectionStatus *status = connectionStatus(index);
    return status != nullptr ? status->id : ConnectionId();
}

QModelIndex EndpointModel::indexOf(EndpointId endpoint) const
{
    const Node *node = nodeOf(endpoint);
    return node != nullptr ? index(rowOf(node), 0) : QModelIndex();
}

QModelIndex EndpointModel::indexOf(ConnectionId connection) const
{
    const Node *node = m_nodeOfConnection.value(connection, nullptr);
    if (node == nullptr || !node->rows.contains(connection))
        return {};
    const QModelIndex parent = index(rowOf(node), 0);
    const int row = static_cast<int>(node->rows.value(connection));
    return row < node->childCount() ? index(row, 0, parent) : parent;
}

QModelIndex EndpointModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return parent.isValid() ? createIndex(row, column, nodeAt(parent)) : createIndex(row, column);
}

QModelIndex EndpointModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalPointer() == nullptr)
        return {};
    return createIndex(rowOf(static_cast<const Node *>(child.internalPointer())), 0);
}

int EndpointModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_nodes.size());
    return parent.internalPointer() == nullptr && parent.column() == 0 ? nodeAt(parent)->childCount() : 0;
}

int EndpointModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant EndpointModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const EndpointInfo &info = *endpointInfo(index);
    const ConnectionStatus *status = connectionStatus(index);
    const bool isEndpoint = index.internalPointer() == nullptr;
    const QString words = isEndpoint ? stateWords(info) : stateWords(*status);
    switch (role) {
    case Qt::DisplayRole: return isEndpoint ? info.name : status->name;
    case Qt::ToolTipRole: {
        const QString lines = isEndpoint ? QStringLiteral("%1\n%2\n%3").arg(info.name, info.url, words)
                                         : QStringLiteral("%1\n%2\n%3").arg(status->name, status->peer, words);
        // The tree numbers the connections of each endpoint, the log all of them.
        return status != nullptr ? lines + compressionLines(*status) + tr("\nconn %1 in the frame log and in filters").arg(status->id.value()) : lines;
    }
    case Qt::AccessibleTextRole:
        return isEndpoint ? QStringLiteral("%1, %2, %3").arg(info.name, info.url, words)
                          : QStringLiteral("%1, %2").arg(status->name, words);
    case EndpointRole: return QVariant::fromValue(info.id);
    case ConnectionRole: return QVariant::fromValue(status != nullptr ? status->id : ConnectionId());
    case CountRole: return status != nullptr ? QVariant(status->framesSent + status->framesReceived) : QVariant();
    default: return {};
    }
}

} // namespace wsw::desktop
