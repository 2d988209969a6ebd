#include "panes/endpointspane.h"

#include "dialogs/closedialog.h"
#include "models/endpointmodel.h"
#include "panes/endpointdelegate.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "workspace.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QStackedLayout>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace wsw::desktop {

using session::EndpointKind;
using session::EndpointState;

namespace {

bool isRunning(EndpointState state)
{
    return state != EndpointState::Closed && state != EndpointState::Failed;
}

bool listens(EndpointKind kind)
{
    return kind == EndpointKind::Host || kind == EndpointKind::Proxy;
}

} // namespace

EndpointsPane::EndpointsPane(Workspace *workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_model(new EndpointModel(workspace, this)), m_tree(new QTreeView(this)),
      m_pages(new QStackedLayout(this)), m_add(new QToolButton(this)), m_behaviours(new QMenu(tr("Behaviour"), this))
{
    setObjectName(QStringLiteral("endpointsPane"));
    m_tree->setObjectName(QStringLiteral("endpointTree"));
    m_tree->setAccessibleName(tr("Endpoints and connections"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new EndpointDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setRootIsDecorated(false);
    m_tree->setIndentation(0);
    m_tree->setExpandsOnDoubleClick(true);
    m_tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);

    m_pages->addWidget(makeEmptyPage());
    m_pages->addWidget(m_tree);
    const auto choosePage = [this] { m_pages->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0); };
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this, choosePage](const QModelIndex &above) {
        choosePage();
        if (above.isValid())
            m_tree->expand(above);
    });
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, choosePage);
    connect(m_model, &QAbstractItemModel::modelReset, this, choosePage);

    m_add->setObjectName(QStringLiteral("addEndpoint"));
    m_add->setIcon(Theme::instance().icon(QStringLiteral("plus")));
    m_add->setIconSize(Theme::instance().iconSize());
    m_add->setToolTip(tr("Host, connect or stand between"));
    m_add->setAccessibleName(tr("Add an endpoint"));
    m_add->setPopupMode(QToolButton::InstantPopup);
    auto *addMenu = new QMenu(tr("Endpoints"), m_add);
    addMenu->addAction(Theme::instance().icon(QStringLiteral("host")), tr("Host a server…"), this, &EndpointsPane::hostWanted);
    addMenu->addAction(Theme::instance().icon(QStringLiteral("connect")), tr("Connect to a server…"), this, &EndpointsPane::connectWanted);
    addMenu->addAction(Theme::instance().icon(QStringLiteral("proxy")), tr("Stand between two others…"), this, &EndpointsPane::proxyWanted);
    m_add->setMenu(addMenu);

    makeActions();
    makeBehaviourMenu();
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &EndpointsPane::onCurrentChanged);
    connect(m_tree, &QAbstractItemView::clicked, m_workspace, &Workspace::selectionConfirmed);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &EndpointsPane::updateActions);
    connect(m_model, &QAbstractItemModel::modelReset, this, &EndpointsPane::updateActions);
    connect(m_workspace, &Workspace::documentChanged, this, &EndpointsPane::updateActions);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &EndpointsPane::showMenu);
    connect(m_workspace, &Workspace::currentConnectionChanged, this, &EndpointsPane::followConnection);
    connect(m_workspace, &Workspace::currentEndpointChanged, this, &EndpointsPane::followEndpoint);
    connect(&Theme::instance(), &Theme::changed, m_tree, &QTreeView::doItemsLayout);
    choosePage();
    updateActions();
}

QWidget *EndpointsPane::makeEmptyPage()
{
    auto *page = new QWidget(this);
    setRole(page, "panel");
    auto *text = new QLabel(tr("No endpoint yet. Host a server or connect to one."), page);
    text->setWordWrap(true);
    setRole(text, "secondary");
    auto *host = new QPushButton(tr("Host a server"), page);
    auto *connectTo = new QPushButton(tr("Connect to a server"), page);
    auto *demo = new QPushButton(Theme::instance().icon(QStringLiteral("play"), Token::OnAccent), tr("Start the demo"), page);
    demo->setObjectName(QStringLiteral("demoButton"));
    demo->setToolTip(tr("Hosts an echo server, connects to it and sends \"Hello server!\""));
    setRole(demo, "primary");
    connect(host, &QPushButton::clicked, this, &EndpointsPane::hostWanted);
    connect(connectTo, &QPushButton::clicked, this, &EndpointsPane::connectWanted);
    connect(demo, &QPushButton::clicked, this, &EndpointsPane::demoWanted);

    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    column->setSpacing(metrics::space8);
    column->addWidget(text);
    column->addWidget(host);
    column->addWidget(connectTo);
    column->addWidget(demo);
    column->addStretch(1);
    return page;
}

void EndpointsPane::makeActions()
{
    const auto make = [this](const char *icon, const QString &text, const QKeySequence &keys, auto run) {
        auto *action = new QAction(Theme::instance().icon(QLatin1String(icon)), text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, run);
        addAction(action);
        m_rowActions.append(action);
        return action;
    };
    // Nothing happens where a saved capture is only being looked at.
    const auto onBench = [this](auto run) {
        return [this, run] {
            if (auto *bench = m_workspace->workbench())
                run(*bench);
        };
    };
    m_stop = make("stop", tr("Stop"), {}, onBench([this](auto &bench) { bench.stop(currentEndpoint()); }));
    m_restart = make("restart", tr("Start again"), {}, onBench([this](auto &bench) { bench.restart(currentEndpoint()); }));
    m_restartNext = make("restart", tr("Start on the next free port"), {}, onBench([this](auto &bench) {
        if (const auto info = m_workspace->endpoint(currentEndpoint()))
            bench.restart(info->id, info->nextFreePort);
    }));
    m_copy = make("copy", tr("Copy URL"), QKeySequence::Copy, [this] { copyUrl(); });
    m_close = make("close", tr("Close with a code…"), {}, [this] { closeWithCode(); });
    m_reset = make("cut", tr("Disconnect (TCP reset)"), {}, onBench([this](auto &bench) { bench.abort(currentConnection()); }));
    m_remove = make("remove", tr("Remove"), QKeySequence::Delete, onBench([this](auto &bench) { bench.remove(currentEndpoint()); }));
    m_close->setObjectName(QStringLiteral("closeWithCode"));
}

void EndpointsPane::makeBehaviourMenu()
{
    using session::Behaviour;
    const QList<std::pair<Behaviour, QString>> behaviours{
        {Behaviour::Echo, tr("Echo: send back as it came")},
        {Behaviour::Prefix, tr("Prefix: send back behind \"Echo: \"")},
        {Behaviour::Broadcast, tr("Broadcast: send to all other clients")},
        {Behaviour::Silent, tr("Silent: answer nothing")},
    };
    for (const auto &[behaviour, text] : behaviours) {
        m_behaviours->addAction(text, this, [this, which = behaviour] {
            if (auto *bench = m_workspace->workbench())
                bench->setBehaviour(currentEndpoint(), which, session::HostOptions().prefix);
        });
    }
}

EndpointId EndpointsPane::currentEndpoint() const
{
    return m_model->endpointAt(m_tree->currentIndex());
}

ConnectionId EndpointsPane::currentConnection() const
{
    return m_model->connectionAt(m_tree->currentIndex());
}

void EndpointsPane::select(EndpointId endpoint)
{
    m_tree->setCurrentIndex(m_model->indexOf(endpoint));
    focusTree();
}

void EndpointsPane::focusTree()
{
    // Where there is no endpoint there are buttons instead.
    QWidget *page = m_pages->currentWidget();
    QWidget *target = page == m_tree ? page : page->findChild<QPushButton *>();
    target->setFocus(Qt::OtherFocusReason);
}

void EndpointsPane::updateActions()
{
    const auto *info = m_model->endpointInfo(m_tree->currentIndex());
    const auto *status = m_model->connectionStatus(m_tree->currentIndex());
    const bool live = info != nullptr && m_workspace->workbench() != nullptr;
    const bool open = live && status != nullptr && status->state == EndpointState::Open;
    m_stop->setEnabled(live && isRunning(info->state));
    m_restart->setEnabled(live && !isRunning(info->state));
    m_restartNext->setVisible(live && info->nextFreePort != 0 && info->state == EndpointState::Failed);
    if (m_restartNext->isVisible())
        m_restartNext->setText(tr("Start on port %1, which is free").arg(info->nextFreePort));
    m_copy->setEnabled(info != nullptr);
    m_close->setEnabled(open);
    m_reset->setEnabled(open);
    m_remove->setEnabled(live);
    m_behaviours->setEnabled(live && info->kind == EndpointKind::Host);
}

void EndpointsPane::onCurrentChanged()
{
    updateActions();
    m_workspace->select(currentEndpoint(), currentConnection());
}

void EndpointsPane::followConnection(ConnectionId connection)
{
    if (!connection.isValid() || currentConnection() == connection)
        return;
    m_model->flush();
    showRow(m_model->indexOf(connection));
}

void EndpointsPane::followEndpoint(EndpointId endpoint)
{
    if (!endpoint.isValid() || currentEndpoint() == endpoint)
        return;
    m_model->flush();
    // Of a connection that is selected as well the own row is shown.
    const QModelIndex connection = m_model->indexOf(m_workspace->currentConnection());
    showRow(connection.isValid() ? connection : m_model->indexOf(endpoint));
}

void EndpointsPane::showRow(const QModelIndex &row)
{
    if (!row.isValid())
        return;
    m_tree->setCurrentIndex(row);
    m_tree->scrollTo(row);
}

void EndpointsPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // A form that opens below takes the room of rows: not of the one that is selected. Its size is the tree's only after this.
    const QRect current = m_tree->visualRect(m_tree->currentIndex());
    const bool wasSeen = current.isValid() && current.top() >= 0 && current.bottom() < event->oldSize().height();
    if (wasSeen && event->size().height() < event->oldSize().height())
        QMetaObject::invokeMethod(m_tree, [this] { m_tree->scrollTo(m_tree->currentIndex()); }, Qt::QueuedConnection);
}

void EndpointsPane::showMenu(const QPoint &at)
{
    const QModelIndex index = m_tree->indexAt(at);
    if (!index.isValid()) {
        m_add->menu()->popup(m_tree->viewport()->mapToGlobal(at));
        return;
    }
    m_tree->setCurrentIndex(index);
    updateActions();
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({m_stop, m_restart, m_restartNext});
    if (listens(m_model->endpointInfo(index)->kind))
        menu->addMenu(m_behaviours);
    menu->addSeparator();
    menu->addActions({m_copy, m_close, m_reset});
    Q_EMIT rowMenuShown(menu);
    menu->addSeparator();
    menu->addAction(m_remove);
    menu->popup(m_tree->viewport()->mapToGlobal(at));
}

void EndpointsPane::copyUrl()
{
    if (const auto *info = m_model->endpointInfo(m_tree->currentIndex()))
        QApplication::clipboard()->setText(info->url);
}

void EndpointsPane::closeWithCode()
{
    auto *dialog = new CloseDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, connection = currentConnection()] {
        if (m_workspace->workbench() == nullptr)
            return;
        session::Outgoing close;
        close.kind = session::Outgoing::Kind::Close;
        close.closeCode = dialog->code();
        close.reason = dialog->reason();
        m_workspace->workbench()->send(connection, close);
    });
    dialog->open();
}

} // namespace wsw::desktop
