#include "mainwindow.h"

#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"
#include "widgets/segments.h"
#include "workspace.h"

#if __has_include("panes/endpointspane.h")
#include "panes/endpointspane.h"
#define WSW_HAS_ENDPOINTS
#endif
#if __has_include("panes/framelogpane.h")
#include "panes/framelogpane.h"
#define WSW_HAS_FRAMELOG
#endif
#if __has_include("panes/inspectorpane.h")
#include "panes/inspectorpane.h"
#define WSW_HAS_INSPECTOR
#endif
#if __has_include("panes/composerpane.h")
#include "panes/composerpane.h"
#define WSW_HAS_COMPOSER
#endif
#if __has_include("panes/latencypane.h")
#include "panes/latencypane.h"
#define WSW_HAS_LATENCY
#endif
#if __has_include("panes/hostpane.h")
#include "panes/hostpane.h"
#define WSW_HAS_HOST
#endif
#if __has_include("panes/connectpane.h")
#include "panes/connectpane.h"
#define WSW_HAS_CONNECT
#endif
#if __has_include("panes/proxypane.h")
#include "panes/proxypane.h"
#define WSW_HAS_PROXY
#endif

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolBar>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

QPushButton *makeToolbarButton(const QString &text, const QString &icon, Token iconToken, const char *name)
{
    auto *button = new QPushButton(Theme::instance().icon(icon, iconToken), text);
    button->setObjectName(QLatin1String(name));
    button->setIconSize({metrics::iconSmall, metrics::iconSmall});
    return button;
}

/// Connects a form that starts an endpoint with the toolbar button that opens it.
template<class Form>
void connectForm(QPushButton *button, PaneDock *dock, Form *form)
{
    QObject::connect(button, &QPushButton::clicked, dock, [dock, form] {
        dock->show();
        dock->raise();
        form->focusFirst();
    });
    QObject::connect(form, &Form::done, dock, &QWidget::hide);
}

} // namespace

MainWindow::MainWindow(Workspace *workspace, QWidget *parent) : QMainWindow(parent), m_workspace(workspace)
{
    setWindowTitle(tr("WebSocket Workbench"));
    setDockOptions(AllowNestedDocks | AllowTabbedDocks | AnimatedDocks);
    resize(1440, 900);
    buildToolbar();
    buildCentre();
    buildDocks();
    connect(m_workspace, &Workspace::notice, this, &MainWindow::showError);
}

MainWindow::~MainWindow() = default;

void MainWindow::showError(const Error &error)
{
    m_notices->post(noticeOf(error));
}

void MainWindow::showLayout(Layout layout)
{
    m_layouts->setCurrent(static_cast<int>(layout));
    arrange(this, m_docks, layout);
}

void MainWindow::buildToolbar()
{
    auto *bar = new QToolBar(tr("Toolbar"), this);
    bar->setObjectName(QStringLiteral("toolbar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    auto *body = new QWidget(bar);
    body->setObjectName(QStringLiteral("toolbarBody"));
    body->setFixedHeight(Theme::instance().scaled(metrics::toolbar) - 1);
    auto *row = new QHBoxLayout(body);
    row->setContentsMargins(metrics::space12, 0, metrics::space12, 0);
    row->setSpacing(metrics::space8);

    auto *host = makeToolbarButton(tr("Host"), QStringLiteral("host"), Token::OnAccent, "hostButton");
    setRole(host, "primary");
    row->addWidget(host);
    row->addWidget(makeToolbarButton(tr("Connect"), QStringLiteral("connect"), Token::Text, "connectButton"));
    row->addWidget(makeToolbarButton(tr("Proxy"), QStringLiteral("proxy"), Token::Text, "proxyButton"));
    row->addStretch(1);
    m_layouts = new Segments({tr("Test"), tr("Teach"), tr("Measure")}, body);
    connect(m_layouts, &Segments::chosen, this, [this](int index) { showLayout(static_cast<Layout>(index)); });
    row->addWidget(m_layouts);
    row->addStretch(1);
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
    column->addWidget(m_notices);
#ifdef WSW_HAS_FRAMELOG
    column->addWidget(new FrameLogPane(m_workspace, centre), 1);
#else
    column->addStretch(1);
#endif
    setCentralWidget(centre);
}

void MainWindow::buildDocks()
{
    const auto make = [this](const char *name, const QString &title) {
        return new PaneDock(QLatin1String(name), title, this);
    };
    m_docks.endpoints = make("endpointsDock", tr("Endpoints"));
    m_docks.inspector = make("inspectorDock", tr("Inspector"));
    m_docks.composer = make("composerDock", tr("Composer"));
    m_docks.latency = make("latencyDock", tr("Latency"));
    m_docks.host = make("hostDock", tr("Host a server"));
    m_docks.connect = make("connectDock", tr("Connect to a server"));
    m_docks.proxy = make("proxyDock", tr("Stand between two others"));
    for (PaneDock *form : {m_docks.host, m_docks.connect, m_docks.proxy})
        form->addCloseButton();
#ifdef WSW_HAS_ENDPOINTS
    m_docks.endpoints->setPane(new EndpointsPane(m_workspace, m_docks.endpoints));
#endif
#ifdef WSW_HAS_INSPECTOR
    m_docks.inspector->setPane(new InspectorPane(m_workspace, m_docks.inspector));
#endif
#ifdef WSW_HAS_COMPOSER
    m_docks.composer->setPane(new ComposerPane(m_workspace, m_docks.composer));
#endif
#ifdef WSW_HAS_LATENCY
    m_docks.latency->setPane(new LatencyPane(m_workspace, m_docks.latency));
#endif
#ifdef WSW_HAS_HOST
    auto *host = new HostPane(m_workspace, m_docks.host);
    m_docks.host->setPane(host);
    connectForm(findChild<QPushButton *>(QStringLiteral("hostButton")), m_docks.host, host);
#endif
#ifdef WSW_HAS_CONNECT
    auto *connectForm_ = new ConnectPane(m_workspace, m_docks.connect);
    m_docks.connect->setPane(connectForm_);
    connectForm(findChild<QPushButton *>(QStringLiteral("connectButton")), m_docks.connect, connectForm_);
#endif
#ifdef WSW_HAS_PROXY
    auto *proxy = new ProxyPane(m_workspace, m_docks.proxy);
    m_docks.proxy->setPane(proxy);
    connectForm(findChild<QPushButton *>(QStringLiteral("proxyButton")), m_docks.proxy, proxy);
#endif
    showLayout(Layout::Test);
}

} // namespace wsw::desktop
