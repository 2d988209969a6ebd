#pragma once

#include "base/direction.h"
#include "base/id.h"
#include "session/types.h"

#include <QToolButton>

#include <functional>

namespace wsw::desktop {

class Workspace;

/// To whom the composer sends: one connection, or all clients of a host.
struct SendTarget
{
    ConnectionId connection;    ///< valid: this one
    EndpointId host;            ///< valid: all open connections of it
    Role sender = Role::Client; ///< which end this program is there
    QString name;               ///< "client 1", "all 3 clients of Echo server"
    bool open = false;          ///< something sent now could leave
    friend bool operator==(const SendTarget &, const SendTarget &) = default;
};

/// The quiet button "to client 1": follows what is selected in the window, or stays with what was chosen here.
class TargetChooser final : public QToolButton
{
    Q_OBJECT
public:
    explicit TargetChooser(Workspace *workspace, QWidget *parent = nullptr);

    /// The target as things stand; neither connection nor host where there is none.
    [[nodiscard]] const SendTarget &target() const noexcept { return m_target; }

Q_SIGNALS:
    /// Another target, or the same one opened or closed.
    void targetChanged();

private:
    void fillMenu();
    void fix(ConnectionId connection, EndpointId host);
    void refresh();
    /// Once in this turn of the event loop.
    void refreshSoon();
    [[nodiscard]] SendTarget resolve() const;
    [[nodiscard]] QList<ConnectionId> openConnections(const std::function<bool(const session::ConnectionStatus &)> &wanted) const;
    [[nodiscard]] SendTarget ofConnection(ConnectionId connection) const;
    [[nodiscard]] SendTarget ofHost(EndpointId host) const;

    Workspace *m_workspace;
    ConnectionId m_fixedConnection;     ///< chosen here; both not valid: follow the selection
    EndpointId m_fixedHost;
    SendTarget m_target;
    bool m_refreshing = false;
};

} // namespace wsw::desktop
