#include "panes/composer/targetchooser.h"

#include "theme/theme.h"
#include "workspace.h"

#include <QMenu>

#include <utility>

namespace wsw::desktop {

using session::ConnectionStatus;
using session::EndpointInfo;
using session::EndpointKind;
using session::EndpointState;

namespace {

constexpr int widestName = 110;
/// Beyond this many the menu is no place to look: the Endpoints pane is.
constexpr int mostInMenu = 30;

} // namespace

TargetChooser::TargetChooser(Workspace *workspace, QWidget *parent)
    : QToolButton(parent)
    , m_workspace(workspace)
{
    setObjectName(QStringLiteral("composerTarget"));
    setPopupMode(InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setRole(this, "secondary");
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("To whom Send sends"));
    auto *menu = new QMenu(this);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &TargetChooser::fillMenu);
    connect(workspace, &Workspace::currentConnectionChanged, this, &TargetChooser::refresh);
    connect(workspace, &Workspace::currentEndpointChanged, this, &TargetChooser::refresh);
    connect(workspace, &Workspace::connectionChanged, this, [this](const ConnectionStatus &status) {
        // Beside thousands of busy connections only the target's own news count.
        if (!m_target.open || !m_target.connection.isValid() || status.id == m_target.connection)
            refreshSoon();
    });
    connect(workspace, &Workspace::endpointChanged, this, &TargetChooser::refresh);
    connect(workspace, &Workspace::endpointRemoved, this, &TargetChooser::refresh);
    connect(workspace, &Workspace::documentChanged, this, [this] { fix({}, {}); });
    refresh();
}

void TargetChooser::fillMenu()
{
    menu()->clear();
    QAction *follow = menu()->addAction(tr("Follow the selection"), this, [this] { fix({}, {}); });
    follow->setCheckable(true);
    follow->setChecked(!m_fixedConnection.isValid() && !m_fixedHost.isValid());
    menu()->addSeparator();
    int shown = 0;
    for (const ConnectionStatus &status : m_workspace->connections()) {
        if (status.state != EndpointState::Open || ++shown > mostInMenu)
            continue;
        QAction *action = menu()->addAction(m_workspace->nameOf(status.id), this, [this, id = status.id] { fix(id, {}); });
        action->setCheckable(true);
        action->setChecked(status.id == m_fixedConnection);
    }
    for (const EndpointInfo &info : m_workspace->endpoints()) {
        if (info.kind != EndpointKind::Host || info.openConnections == 0)
            continue;
        QAction *action = menu()->addAction(tr("All clients of %1").arg(info.name), this, [this, id = info.id] { fix({}, id); });
        action->setCheckable(true);
        action->setChecked(info.id == m_fixedHost);
    }
    if (shown == 0)
        menu()->addAction(tr("No connection is open"))->setEnabled(false);
    else if (shown > mostInMenu)
        menu()->addAction(tr("%1 more: select one under Endpoints").arg(shown - mostInMenu))->setEnabled(false);
}

void TargetChooser::fix(ConnectionId connection, EndpointId host)
{
    m_fixedConnection = connection;
    m_fixedHost = host;
    refresh();
}

void TargetChooser::refreshSoon()
{
    if (std::exchange(m_refreshing, true))
        return;
    QMetaObject::invokeMethod(this, &TargetChooser::refresh, Qt::QueuedConnection);
}

void TargetChooser::refresh()
{
    m_refreshing = false;
    const SendTarget target = resolve();
    if (target == m_target && !text().isEmpty())
        return;
    m_target = target;
    const bool none = !target.connection.isValid() && !target.host.isValid();
    // The tabs beside it need the room more than a long name; the tip has all of it.
    const QString name = fontMetrics().elidedText(target.name, Qt::ElideMiddle, Theme::instance().scaled(widestName));
    setText(none ? tr("to nobody") : target.open ? tr("to %1").arg(name) : target.host.isValid() ? tr("to nobody yet") : tr("%1 is closed").arg(name));
    setToolTip(none ? tr("To whom Send sends") : tr("To whom Send sends: %1").arg(target.name));
    Q_EMIT targetChanged();
}

SendTarget TargetChooser::resolve() const
{
    if (m_fixedConnection.isValid() && m_workspace->connection(m_fixedConnection))
        return ofConnection(m_fixedConnection);
    if (m_fixedHost.isValid() && m_workspace->endpoint(m_fixedHost))
        return ofHost(m_fixedHost);
    if (m_workspace->connection(m_workspace->currentConnection()))
        return ofConnection(m_workspace->currentConnection());
    const auto endpoint = m_workspace->endpoint(m_workspace->currentEndpoint());
    // Also where nobody has come yet: what is sent must not go to somebody else.
    if (endpoint && endpoint->kind == EndpointKind::Host && (endpoint->openConnections > 0 || endpoint->state == EndpointState::Listening))
        return ofHost(endpoint->id);
    const auto ofEndpoint = openConnections([&endpoint](const ConnectionStatus &status) {
        return endpoint && status.endpoint == endpoint->id;
    });
    if (ofEndpoint.size() == 1)
        return ofConnection(ofEndpoint.first());
    // Nothing is selected: what was found before stays while it is open, so that the target never changes under one's hands.
    const auto before = m_workspace->connection(m_target.connection);
    if (before && before->state == EndpointState::Open)
        return ofConnection(before->id);
    // Where only one connection is open there is no doubt. The client's end goes before the host's end of the same conversation.
    const auto all = openConnections([](const ConnectionStatus &) { return true; });
    if (all.size() == 1)
        return ofConnection(all.first());
    const auto asClient = openConnections([](const ConnectionStatus &status) { return status.localRole == Role::Client; });
    return asClient.size() == 1 ? ofConnection(asClient.first()) : SendTarget{};
}

QList<ConnectionId> TargetChooser::openConnections(const std::function<bool(const ConnectionStatus &)> &wanted) const
{
    QList<ConnectionId> open;
    for (const ConnectionStatus &status : m_workspace->connections()) {
        if (status.state == EndpointState::Open && wanted(status))
            open.append(status.id);
    }
    return open;
}

SendTarget TargetChooser::ofConnection(ConnectionId connection) const
{
    SendTarget target;
    const auto status = m_workspace->connection(connection);
    target.connection = connection;
    target.sender = status->localRole;
    target.name = m_workspace->nameOf(connection);
    target.open = status->state == EndpointState::Open;
    return target;
}

SendTarget TargetChooser::ofHost(EndpointId host) const
{
    SendTarget target;
    const auto info = m_workspace->endpoint(host);
    target.host = host;
    target.sender = Role::Server;
    const int count = info->openConnections;
    target.name = count == 0 ? tr("no client of %1 yet").arg(info->name)
                  : count == 1 ? tr("the client of %1").arg(info->name) : tr("all %1 clients of %2").arg(count).arg(info->name);
    target.open = info->openConnections > 0;
    return target;
}

} // namespace wsw::desktop
