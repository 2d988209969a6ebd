#include "mainwindow.h"

#include "capture/document.h"
#include "demo.h"
#include "dialogs/shortcutsdialog.h"
#include "documentactions.h"
#include "exchangeactions.h"
#include "logdocks.h"
#include "maintenanceactions.h"
#include "panes/comparepane.h"
#include "panes/composerpane.h"
#include "panes/endpointspane.h"
#include "panes/framelogpane.h"
#include "panes/framenotes.h"
#include "panes/inspectorpane.h"
#include "panes/latencypane.h"
#include "panes/windowstatus.h"
#include "replayactions.h"
#include "session/workbench.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/actionfinder.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"
#include "widgets/segments.h"
#include "widgets/taborder.h"
#include "windowmenu.h"
#include "workspace.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QTabBar>
#include <QTableView>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace wsw::desktop {

namespace {

constexpr QSize defaultSize{1440, 900};
constexpr int titleBar = 32;    ///< room for what a window manager puts above
constexpr int finderWidth = 280;
/// Of the window's height, in hundredths, for a tall page of the composer.
constexpr int mostOfComposer = 45;

QPushButton *makeToolbarButton(const QString &text, const char *icon, Token iconToken, const char *name)
{
    auto *button = new QPushButton(Theme::instance().icon(QLatin1String(icon), iconToken), text);
    button->setObjectName(QLatin1String(name));
    button->setIconSize(Theme::instance().iconSize());
    return button;
}

QString pathOf(const QMimeData *data)
{
    const QList<QUrl> urls = data->urls();
    const QString path = urls.size() == 1 ? urls.constFirst().toLocalFile() : QString();
    return path.endsWith(QLatin1String(".wscapture"), Qt::CaseInsensitive) ? path : QString();
}

/// Where the keyboard goes in a dock: into its pane, or to its tabs where the pane has nothing to take it.
QWidget *firstFocusable(QWidget *dock)
{
    // A log or a comparison is there to be read: not into its filter.
    for (const char *name : {"frameLog", "compareView"}) {
        if (auto *table = dock->findChild<QTableView *>(QLatin1String(name)))
            return table;
    }
    QWidget *tabs = nullptr;
    for (QWidget *child : dock->findChildren<QWidget *>()) {
        // A tab widget hands the keyboard to its own tabs, which are hidden here.
        const bool takes = child->isVisible() && child->isEnabled() && (child->focusPolicy() & Qt::TabFocus) == Qt::TabFocus
                           && child->focusProxy() == nullptr;
        if (!takes)
            continue;
        if (qobject_cast<QTabBar *>(child) == nullptr && qobject_cast<QAbstractButton *>(child) == nullptr)
            return child;
        if (tabs == nullptr || qobject_cast<QTabBar *>(child) != nullptr)
            tabs = child;
    }
    return tabs;
}

} // namespace

MainWindow::MainWindow(Workspace *workspace, Build when, QWidget *parent) : QMainWindow(parent), m_workspace(workspace)
{
    setObjectName(QStringLiteral("mainWindow"));
    setDockOptions(AllowNestedDocks | AllowTabbedDocks | AnimatedDocks);
    setAcceptDrops(true);
    resize(defaultSize.boundedTo(screen()->availableSize() - QSize(0, titleBar)));
    restoreGeometry(settings::geometry());
    if (when == Build::Now)
        build();
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    buildToolbar();
    buildCentre();
    buildDocks();
    m_status = new WindowStatus(m_workspace, m_frameLog->model(), this);
    setStatusBar(m_status);
    m_documents = new DocumentActions(m_workspace, m_notices, this);
    m_exchange = new ExchangeActions(m_workspace, m_notices, [this] { return m_logs->active()->model(); }, this);
    m_replay = new ReplayActions(m_workspace, m_endpoints, m_frameLog, m_logs, this);
    m_maintenance = new MaintenanceActions(m_workspace, m_notices, this);
    m_demo = new Demo(m_workspace, this);
    buildMenu();
    connectParts();
    orderTabs({findChild<QWidget *>(QStringLiteral("toolbarBody")), m_docks.endpoints, m_docks.host, m_docks.connect, m_docks.proxy, centralWidget(),
               m_docks.composer, m_docks.inspector, m_docks.latency});
    restoreArrangement();
    updateTitle();
    m_built = true;
    // In a window that is shown already, docks have their sizes only once the event loop has laid them out.
    if (isVisible())
        QTimer::singleShot(0, this, &MainWindow::onFirstShown);
    Q_EMIT built();
}

void MainWindow::paintEvent(QPaintEvent *event)
{
    if (m_built) {
        QMainWindow::paintEvent(event);
        return;
    }
    paintOutline();
    if (!std::exchange(m_outlined, true))
        QTimer::singleShot(0, this, &MainWindow::build);
}

void MainWindow::paintOutline()
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Token::Panel));
    painter.setPen(theme.color(Token::Line));
    const int top = theme.scaled(metrics::toolbar);
    const int bottom = height() - theme.scaled(metrics::statusBar);
    painter.drawLine(0, top - 1, width(), top - 1);
    painter.drawLine(0, bottom, width(), bottom);
}

void MainWindow::buildToolbar()
{
    auto *bar = new QToolBar(tr("Toolbar"), this);
    bar->setObjectName(QStringLiteral("toolbar"));
    bar->setMovable(false);
    bar->toggleViewAction()->setEnabled(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->layout()->setContentsMargins(0, 0, 0, 1); // the line below it
    auto *body = new QWidget(bar);
    body->setObjectName(QStringLiteral("toolbarBody"));
    body->setFixedHeight(Theme::instance().scaled(metrics::toolbar) - 1);

    auto *host = makeToolbarButton(tr("Host"), "host", Token::OnAccent, "hostButton");
    setRole(host, "primary");
    auto *connectTo = makeToolbarButton(tr("Connect"), "connect", Token::Text, "connectButton");
    auto *proxy = makeToolbarButton(tr("Proxy"), "proxy", Token::Text, "proxyButton");
    host->setToolTip(tr("Host a server (Ctrl+H)"));
    connectTo->setToolTip(tr("Connect to a server (Ctrl+L)"));
    proxy->setToolTip(tr("Stand between two others (Ctrl+Shift+H)"));
    connect(host, &QPushButton::clicked, this, &MainWindow::openHostForm);
    connect(connectTo, &QPushButton::clicked, this, &MainWindow::openConnectForm);
    connect(proxy, &QPushButton::clicked, this, &MainWindow::openProxyForm);

    m_layouts = new Segments({tr("Test"), tr("Teach"), tr("Measure")}, body);
    for (int i = 0; QPushButton *segment : m_layouts->findChildren<QPushButton *>())
        segment->setObjectName(QStringLiteral("layout%1").arg(i++));
    connect(m_layouts, &Segments::chosen, this, [this](int index) { showLayout(static_cast<Layout>(index)); });
    m_finder = new ActionFinder([this](const QString &typed) { return findEntries(typed); }, body);
    m_finder->setFixedWidth(Theme::instance().scaled(finderWidth));
    m_menuButton = makeToolbarButton({}, "menu", Token::Text, "menuButton");
    setRole(m_menuButton, "icon");
    m_menuButton->setToolTip(tr("Menu (F10)"));
    m_menuButton->setAccessibleName(tr("Menu"));

    // Left and right take equal shares, so that the segments stand in the middle of the window.
    auto *left = new QHBoxLayout;
    left->setSpacing(metrics::space8);
    for (QPushButton *button : {host, connectTo, proxy})
        left->addWidget(button);
    left->addStretch(1);
    auto *right = new QHBoxLayout;
    right->setSpacing(metrics::space4);
    right->addStretch(1);
    right->addWidget(m_finder);
    right->addWidget(m_menuButton);
    auto *row = new QHBoxLayout(body);
    row->setContentsMargins(metrics::space12, 0, metrics::space8, 0);
    row->setSpacing(metrics::space8);
    row->addLayout(left, 1);
    row->addWidget(m_layouts);
    row->addLayout(right, 1);
    bar->addWidget(body);
    addToolBar(Qt::TopToolBarArea, bar);
}

void MainWindow::buildCentre()
{
    auto *centre = new QWidget(this);
    setRole(centre, "panel");
    auto *column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_notices = new NoticeBar(centre);
    m_frameLog = new FrameLogPane(m_workspace, centre);
    column->addWidget(m_notices);
    column->addWidget(m_frameLog, 1);
    column->addWidget(buildNotes(centre));
    setCentralWidget(centre);
}

void MainWindow::buildDocks()
{
    const auto make = [this](const char *name, const QString &title) { return new PaneDock(QLatin1String(name), title, this); };
    m_docks.endpoints = make("endpointsDock", tr("Endpoints"));
    m_docks.inspector = make("inspectorDock", tr("Inspector"));
    m_docks.composer = make("composerDock", tr("Composer"));
    m_docks.latency = make("latencyDock", tr("Latency"));
    m_docks.compare = make("compareDock", tr("Compare connections"));
    m_docks.host = make("hostDock", tr("Host a server"));
    m_docks.connect = make("connectDock", tr("Connect to a server"));
    m_docks.proxy = make("proxyDock", tr("Stand between two others"));
    for (PaneDock *form : {m_docks.host, m_docks.connect, m_docks.proxy, m_docks.compare})
        form->addCloseButton();
    m_endpoints = new EndpointsPane(m_workspace, m_docks.endpoints);
    m_docks.endpoints->setPane(m_endpoints);
    m_docks.endpoints->head()->addTrailing(m_endpoints->addButton());
    auto *inspector = new InspectorPane(m_workspace, m_docks.inspector);
    m_docks.inspector->setPane(inspector);
    m_composer = new ComposerPane(m_workspace, m_docks.composer);
    m_docks.composer->setPane(m_composer);
    connect(m_docks.composer, &PaneDock::focusWanted, m_composer, &ComposerPane::focusFirst);
    connect(m_composer, &ComposerPane::roomWanted, this, &MainWindow::growComposer);
    connect(m_composer, &ComposerPane::connectWanted, this, &MainWindow::openConnectForm);
    connect(m_composer, &ComposerPane::hostWanted, this, &MainWindow::openHostForm);
    connect(m_composer, &ComposerPane::sending, m_frameLog, &FrameLogPane::expectSent);
    connect(inspector, &InspectorPane::editAndSendRequested, m_composer, [this](RecordId record) {
        m_docks.composer->show();
        m_docks.composer->raise();
        m_composer->editAndSend(record);
    });
    auto *latency = new LatencyPane(m_workspace, m_docks.latency);
    m_docks.latency->setPane(latency);
    connect(m_docks.latency, &PaneDock::focusWanted, latency, &LatencyPane::focusFirst);
    m_docks.compare->setPane(new ComparePane(m_workspace, m_docks.compare));
    putForms();
    buildLogs(inspector);
}

void MainWindow::growComposer(int more)
{
    if (m_docks.composer->isFloating())
        return;
    // The log stays what one looks at.
    const int now = m_docks.composer->height();
    resizeDocks({m_docks.composer}, {qMax(qMin(now, now + more), qMin(now + more, height() * mostOfComposer / 100))}, Qt::Vertical);
    layout()->activate();
}

void MainWindow::buildMenu()
{
    m_menu = new WindowMenu({m_documents, m_exchange, m_maintenance, m_replay, m_endpoints, m_logs, m_notes, m_workspace->colorRules(), m_docks}, this);
    m_shortcuts = new ShortcutsDialog(this);
    m_menu->showScheme(Theme::instance().choice());
    m_menuButton->setMenu(m_menu);
    auto *openMenu = new QAction(tr("Open the menu"), this);
    openMenu->setShortcut(QKeySequence(Qt::Key_F10));
    addAction(openMenu);
    connect(openMenu, &QAction::triggered, m_menuButton, &QPushButton::showMenu);
    connect(m_menu, &WindowMenu::hostWanted, this, &MainWindow::openHostForm);
    connect(m_menu, &WindowMenu::connectWanted, this, &MainWindow::openConnectForm);
    connect(m_menu, &WindowMenu::proxyWanted, this, &MainWindow::openProxyForm);
    connect(m_menu, &WindowMenu::demoWanted, this, &MainWindow::startDemo);
    connect(m_menu, &WindowMenu::finderWanted, m_finder, &ActionFinder::open);
    connect(m_menu, &WindowMenu::layoutWanted, this, &MainWindow::showLayout);
    connect(m_menu, &WindowMenu::panesCycled, this, &MainWindow::cyclePanes);
    connect(m_menu, &WindowMenu::schemeWanted, this, [this](SchemeChoice choice) {
        settings::setScheme(choice);
        Theme::instance().apply(choice);
        m_menu->showScheme(choice);
    });
    connect(m_menu, &WindowMenu::shortcutsWanted, this, [this] {
        m_shortcuts->show();
        m_shortcuts->raise();
        m_shortcuts->activateWindow();
    });
    connect(m_menu, &WindowMenu::aboutWanted, this, [this] {
        m_notices->post({NoticeKind::Info, tr("WebSocket Workbench %1.").arg(QApplication::applicationVersion()),
                         tr("Free software under the GNU General Public License 3 or later."), {}, {}});
    });
}

void MainWindow::connectParts()
{
    for (PaneDock *dock : findChildren<PaneDock *>())
        connect(dock, &PaneDock::focusLost, m_frameLog->view(), qOverload<>(&QWidget::setFocus));
    connect(m_workspace, &Workspace::notice, this, &MainWindow::showError);
    connect(m_workspace, &Workspace::noticeOver, m_notices, &NoticeBar::retract);
    connect(m_workspace, &Workspace::endpointChanged, this, &MainWindow::onEndpoint);
    connect(m_workspace, &Workspace::endpointRemoved, this, &MainWindow::forgetFailure);
    connect(m_workspace, &Workspace::documentChanged, this, [this] {
        for (const EndpointId endpoint : m_failed.keys())
            forgetFailure(endpoint);
        updateTitle();
    });
    connect(m_documents, &DocumentActions::busyChanged, m_status, &WindowStatus::setBusy);
    connect(m_documents, &DocumentActions::saved, this, &MainWindow::onSaved);
    connect(m_documents, &DocumentActions::importWanted, m_exchange, &ExchangeActions::importPath);
    connect(m_exchange, &ExchangeActions::busyChanged, m_documents, &DocumentActions::setExchanging);
    connect(m_exchange, &ExchangeActions::imported, m_documents, &DocumentActions::openPath);
    connect(m_replay, &ReplayActions::captureNeeded, m_documents->newAction(), &QAction::trigger);
    connect(m_maintenance, &MaintenanceActions::busyChanged, m_documents, &DocumentActions::setMaintaining);
    connect(m_maintenance, &MaintenanceActions::openWanted, m_documents, &DocumentActions::openPath);
    connect(m_documents, &DocumentActions::repairWanted, m_maintenance, &MaintenanceActions::repairPath);
    connect(m_endpoints, &EndpointsPane::hostWanted, this, &MainWindow::openHostForm);
    connect(m_endpoints, &EndpointsPane::connectWanted, this, &MainWindow::openConnectForm);
    connect(m_endpoints, &EndpointsPane::proxyWanted, this, &MainWindow::openProxyForm);
    connect(m_endpoints, &EndpointsPane::demoWanted, this, &MainWindow::startDemo);
    connectDemo();
}

void MainWindow::restoreArrangement()
{
    // The defaults first: what a saved state does not mention stays where it belongs.
    showLayout(Layout::Test);
    m_logs->restore();
    if (const QByteArray state = settings::docks(); !state.isEmpty() && restoreState(state)) {
        m_layouts->setCurrent(settings::layout().value_or(-1));
        m_restored = true;
    }
    for (QTabWidget *tabs : rememberedTabs())
        tabs->setCurrentIndex(settings::tab(tabs->objectName(), tabs->currentIndex()));
    m_frameLog->restoreColumns(settings::logColumns());
    m_frameLog->setMessages(settings::logShowsMessages());
}

QList<QTabWidget *> MainWindow::rememberedTabs() const
{
    // Not the composer's: it starts where Send harms nobody.
    return {m_docks.inspector->findChild<QTabWidget *>(QStringLiteral("inspectorTabs")), m_docks.latency->findChild<QTabWidget *>(QStringLiteral("latencyTabs"))};
}

void MainWindow::showError(const Error &error)
{
    m_maintenance->post(error);
}

void MainWindow::showLayout(Layout layout)
{
    m_layouts->setCurrent(static_cast<int>(layout));
    arrange(this, m_docks, layout);
}

void MainWindow::onEndpoint(const session::EndpointInfo &info)
{
    if (!info.error) {
        forgetFailure(info.id);
        return;
    }
    // What a form or the demo tells by itself is not told twice.
    if (m_failed.contains(info.id) || m_demo->owns(info.id) || isWatchedByForm(info.id))
        return;
    Notice notice = noticeOf(*info.error);
    m_failed.insert(info.id, notice.message);
    if (info.nextFreePort != 0) {
        notice.actions.append({tr("Use port %1").arg(info.nextFreePort), [this, id = info.id, port = info.nextFreePort] {
                                   if (m_workspace->workbench() != nullptr)
                                       m_workspace->workbench()->restart(id, port);
                               }});
    }
    m_notices->post(notice);
}

void MainWindow::forgetFailure(EndpointId endpoint)
{
    // It runs again, or is gone: what was said of it is no longer true.
    if (m_failed.contains(endpoint))
        m_notices->retract(m_failed.take(endpoint));
}

void MainWindow::cyclePanes(int step)
{
    QList<QWidget *> panes{m_frameLog};
    for (PaneDock *dock : m_logs->docks() + QList{m_docks.compare, m_docks.inspector, m_docks.latency, m_docks.composer, m_docks.host, m_docks.connect, m_docks.proxy, m_docks.endpoints}) {
        if (dock->isVisible())
            panes.append(dock);
    }
    if (m_notices->isVisible())
        panes.append(m_notices);
    const auto current = std::find_if(panes.cbegin(), panes.cend(), [](const QWidget *pane) {
        return QApplication::focusWidget() != nullptr && pane->isAncestorOf(QApplication::focusWidget());
    });
    const qsizetype from = current != panes.cend() ? current - panes.cbegin() : -step;
    for (qsizetype i = 1; i <= panes.size(); ++i) {
        QWidget *pane = panes.at((from + step * i + panes.size() * i) % panes.size());
        if (QWidget *target = pane == m_frameLog ? m_frameLog->view() : firstFocusable(pane)) {
            target->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
}

void MainWindow::updateTitle()
{
    const auto document = m_workspace->document();
    const QString name = !document || document->isAutomatic() ? tr("untitled") : QFileInfo(document->path()).fileName();
    setWindowTitle(tr("%1 – WebSocket Workbench").arg(name));
}

void MainWindow::onSaved(bool ok)
{
    updateTitle();
    if (std::exchange(m_closesWhenSaved, false) && ok)
        close();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_built) {
        QMainWindow::closeEvent(event);
        Q_EMIT closed();
        return;
    }
    if (m_documents->isSaving()) {
        // A copy that is under way is finished first; the window goes by itself then, unless the copy has failed.
        m_closesWhenSaved = true;
        event->ignore();
        return;
    }
    closeForms();
    settings::setGeometry(saveGeometry());
    settings::setDocks(saveState());
    settings::setLayout(m_layouts->current());
    settings::setLogColumns(m_frameLog->saveColumns());
    settings::setLogShowsMessages(m_frameLog->isMessages());
    m_logs->save();
    for (const QTabWidget *tabs : rememberedTabs())
        settings::setTab(tabs->objectName(), tabs->currentIndex());
    m_documents->cancelOpening();
    m_documents->endOrderly();
    QMainWindow::closeEvent(event);
    Q_EMIT closed();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (m_built)
        onFirstShown();
}

void MainWindow::onFirstShown()
{
    if (std::exchange(m_shown, true))
        return;
    // Only now have the docks a size of which shares can be taken.
    if (m_restored)
        restoreState(settings::docks());
    else
        showLayout(static_cast<Layout>(m_layouts->current()));
    // After the first paint: the disk is looked at.
    QTimer::singleShot(0, m_documents, &DocumentActions::lookForEarlierRuns);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (m_built && !pathOf(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    const QString path = pathOf(event->mimeData());
    event->acceptProposedAction();
    m_documents->openPath(path);
}

} // namespace wsw::desktop
