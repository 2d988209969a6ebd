#pragma once

#include "base/id.h"
#include "session/types.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QTimer>

#include <memory>
#include <vector>

namespace wsw::desktop {

class Workspace;

/// What a row's dot says, as colour and as form.
enum class DotState : quint8 { Waiting, Live, Ended, Failed };
[[nodiscard]] DotState dotOf(session::EndpointState state);
/// "listening", "open", "closed 1000", ... for the tree, screen readers and tips.
[[nodiscard]] QString stateWords(const session::EndpointInfo &info);
[[nodiscard]] QString stateWords(const session::ConnectionStatus &status);
/// The same beside a mark that says already that it is closed: "1000" for "closed 1000".
[[nodiscard]] QString briefStateWords(const session::ConnectionStatus &status);

/// Endpoints and, below them, their connections. A client's row stands for its latest connection, earlier ones stand below it.
/// Changes are gathered and told at most 30 times a second, so that thousands of connections cost a few repaints. GUI thread only.
class EndpointModel final : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Role { EndpointRole = Qt::UserRole, ConnectionRole, CountRole };

    explicit EndpointModel(Workspace *workspace, QObject *parent = nullptr);
    ~EndpointModel() override;

    /// The endpoint of a row, or of the row that a connection stands below.
    [[nodiscard]] EndpointId endpointAt(const QModelIndex &index) const;
    /// The connection that a row stands for, if any.
    [[nodiscard]] ConnectionId connectionAt(const QModelIndex &index) const;
    [[nodiscard]] const session::EndpointInfo *endpointInfo(const QModelIndex &index) const;
    [[nodiscard]] const session::ConnectionStatus *connectionStatus(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex indexOf(EndpointId endpoint) const;
    [[nodiscard]] QModelIndex indexOf(ConnectionId connection) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

    /// Tells at once what has been gathered.
    void flush();

private:
    struct Node;

    void reload();
    void takeEndpoint(const session::EndpointInfo &info);
    void takeConnection(const session::ConnectionStatus &status);
    void dropEndpoint(EndpointId id);
    void flushInto(Node &node);
    void tellChanges(Node &node);
    [[nodiscard]] Node *nodeOf(EndpointId id) const;
    [[nodiscard]] int rowOf(const Node *node) const;
    [[nodiscard]] const Node *nodeAt(const QModelIndex &index) const;

    Workspace *m_workspace;
    std::vector<std::unique_ptr<Node>> m_nodes;
    QHash<ConnectionId, Node *> m_nodeOfConnection;
    QTimer m_flush;
};

} // namespace wsw::desktop
