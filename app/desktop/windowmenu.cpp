#include "windowmenu.h"

#include "dialogs/colorrulesdialog.h"
#include "documentactions.h"
#include "exchangeactions.h"
#include "logdocks.h"
#include "maintenanceactions.h"
#include "panes/endpointspane.h"
#include "panes/framelogpane.h"
#include "panes/framenotes.h"
#include "panes/logjump.h"
#include "panes/logsearch.h"
#include "replayactions.h"
#include "widgets/panedock.h"

#include <QActionGroup>
#include <QTableView>

namespace wsw::desktop {

WindowMenu::WindowMenu(const Parts &parts, QWidget *window) : QMenu(window), m_window(window)
{
    buildFile(parts);
    buildEndpoints(parts);
    buildLog(parts);
    buildView(parts);
    buildHelp();
}

QAction *WindowMenu::add(QMenu *menu, const QString &text, const QKeySequence &keys, const char *icon)
{
    QAction *action = menu->addAction(text);
    action->setShortcut(keys);
    if (icon != nullptr)
        action->setIcon(Theme::instance().icon(QLatin1String(icon)));
    m_window->addAction(action);
    return action;
}

void WindowMenu::buildFile(const Parts &parts)
{
    QMenu *file = addMenu(tr("&File"));
    for (QAction *action : {parts.documents->newAction(), parts.documents->openAction()}) {
        file->addAction(action);
        m_window->addAction(action);
    }
    file->addMenu(parts.documents->recentMenu());
    for (QAction *action : {parts.documents->saveAsAction(), parts.exchange->exportAction(), parts.exchange->importAction()}) {
        file->addAction(action);
        m_window->addAction(action);
    }
    file->addSeparator();
    for (QAction *action : {parts.maintenance->compactAction(), parts.maintenance->repairAction(), parts.maintenance->sizeLimitAction()}) {
        file->addAction(action);
        m_window->addAction(action);
    }
    file->addSeparator();
    QAction *quit = add(file, tr("Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q));
    connect(quit, &QAction::triggered, m_window, &QWidget::close);
}

void WindowMenu::buildEndpoints(const Parts &parts)
{
    QMenu *menu = addMenu(tr("&Endpoints"));
    connect(add(menu, tr("Host a server…"), QKeySequence(Qt::CTRL | Qt::Key_H), "host"), &QAction::triggered, this, &WindowMenu::hostWanted);
    connect(add(menu, tr("Connect to a server…"), QKeySequence(Qt::CTRL | Qt::Key_L), "connect"), &QAction::triggered, this, &WindowMenu::connectWanted);
    connect(add(menu, tr("Stand between two others…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H), "proxy"), &QAction::triggered, this, &WindowMenu::proxyWanted);
    connect(add(menu, tr("Start the demo"), {}, "demo"), &QAction::triggered, this, &WindowMenu::demoWanted);
    for (QAction *action : {parts.replay->replayAction(), parts.replay->compareAction()}) {
        menu->addAction(action);
        m_window->addAction(action);
    }
    menu->addSeparator();
    menu->addActions(parts.endpoints->rowActions());
}

void WindowMenu::buildLog(const Parts &parts)
{
    // Each means the log in which the keyboard was last.
    LogDocks *logs = parts.logs;
    const auto on = [logs](QAction *action, auto what) { connect(action, &QAction::triggered, logs, [logs, what] { what(logs->active()); }); };
    QMenu *menu = addMenu(tr("F&rames"));
    on(add(menu, tr("Filter"), QKeySequence(Qt::CTRL | Qt::Key_F), "filter"), [](FrameLogPane *log) { log->focusFilter(); });
    on(add(menu, tr("Find in payloads"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), "search"), [](FrameLogPane *log) { log->search()->open(); });
    on(add(menu, tr("Next hit"), QKeySequence(Qt::Key_F3)), [](FrameLogPane *log) { log->search()->next(); });
    on(add(menu, tr("Previous hit"), QKeySequence(Qt::SHIFT | Qt::Key_F3)), [](FrameLogPane *log) { log->search()->previous(); });
    on(add(menu, tr("Follow the newest"), QKeySequence(Qt::CTRL | Qt::Key_End), "follow"), [](FrameLogPane *log) { log->setFollowing(true); });
    on(add(menu, tr("Pause or go on"), QKeySequence(Qt::CTRL | Qt::Key_P), "pause"), [](FrameLogPane *log) { log->togglePaused(); });
    QAction *messages = add(menu, tr("One row a message"), QKeySequence(Qt::CTRL | Qt::Key_T), "messages");
    messages->setCheckable(true);
    on(messages, [messages](FrameLogPane *log) { log->setMessages(messages->isChecked()); });
    connect(logs, &LogDocks::activeChanged, messages, [logs, messages] { messages->setChecked(logs->active()->isMessages()); });
    connect(add(menu, tr("Go to frame or time…"), QKeySequence(Qt::CTRL | Qt::Key_G)), &QAction::triggered, this,
            [this] { Q_EMIT finderWanted(tr("Go to number or time")); });
    on(add(menu, tr("Go to its counterpart"), QKeySequence(Qt::CTRL | Qt::Key_J)), [](FrameLogPane *log) { log->jump()->fromCurrent(); });
    buildNotes(menu, parts);
    QMenu *columns = menu->addMenu(tr("&Columns"));
    columns->setObjectName(QStringLiteral("columnsMenu"));
    connect(columns, &QMenu::aboutToShow, logs, [logs, columns] {
        columns->clear();
        logs->active()->fillColumnsMenu(columns);
    });
    connect(add(menu, tr("Colouring rules…"), {}), &QAction::triggered, this, [this, rules = parts.rules] { openRules(rules); });
    menu->addSeparator();
    buildLogs(menu, logs);
}

void WindowMenu::buildLogs(QMenu *menu, LogDocks *logs)
{
    connect(add(menu, tr("New log"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), "new"), &QAction::triggered, logs, &LogDocks::open);
    QAction *close = add(menu, tr("Close this log"), QKeySequence(Qt::CTRL | Qt::Key_W), "close");
    connect(close, &QAction::triggered, logs, &LogDocks::closeActive);
    const auto allow = [logs, close] { close->setEnabled(logs->canCloseActive()); };
    connect(logs, &LogDocks::activeChanged, close, allow);
    allow();
}

void WindowMenu::openRules(ColorRules *rules)
{
    auto *dialog = m_window->findChild<ColorRulesDialog *>();
    if (dialog == nullptr) {
        dialog = new ColorRulesDialog(rules, m_window);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

void WindowMenu::buildNotes(QMenu *menu, const Parts &parts)
{
    FrameNotes *notes = parts.notes;
    menu->addSeparator();
    QAction *mark = add(menu, tr("Mark or unmark"), QKeySequence(Qt::CTRL | Qt::Key_M), "mark");
    connect(mark, &QAction::triggered, notes, &FrameNotes::toggleMark);
    QAction *note = add(menu, tr("Note…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M), "pen");
    connect(note, &QAction::triggered, notes, &FrameNotes::ask);
    connect(add(menu, tr("Next mark"), QKeySequence(Qt::Key_F2)), &QAction::triggered, notes, [notes] { notes->go(1); });
    connect(add(menu, tr("Previous mark"), QKeySequence(Qt::SHIFT | Qt::Key_F2)), &QAction::triggered, notes, [notes] { notes->go(-1); });
    menu->addSeparator();
    // A right click on a row offers them as well.
    const auto offer = [mark, note](FrameLogPane *log) { log->view()->addActions({mark, note}); };
    offer(parts.logs->active());
    for (const PaneDock *dock : parts.logs->docks())
        offer(LogDocks::logOf(dock));
    connect(parts.logs, &LogDocks::opened, this, [offer](const PaneDock *dock) { offer(LogDocks::logOf(dock)); });
}

void WindowMenu::buildView(const Parts &parts)
{
    QMenu *view = addMenu(tr("&View"));
    connect(add(view, tr("Find an action, endpoint or frame"), QKeySequence(Qt::CTRL | Qt::Key_K), "search"), &QAction::triggered, this,
            [this] { Q_EMIT finderWanted({}); });
    view->addSeparator();
    const QList<std::pair<Layout, QString>> layouts{
        {Layout::Test, tr("Test layout")}, {Layout::Teach, tr("Teach layout")}, {Layout::Measure, tr("Measure layout")}};
    for (const auto &[layout, text] : layouts) {
        const auto key = static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(layout));
        connect(add(view, text, QKeySequence(Qt::CTRL | key), "columns"), &QAction::triggered, this, [this, which = layout] { Q_EMIT layoutWanted(which); });
    }
    view->addSeparator();
    int number = 0;
    for (PaneDock *dock : {parts.docks.endpoints, parts.docks.inspector, parts.docks.composer, parts.docks.latency, parts.docks.compare}) {
        QAction *toggle = dock->toggleViewAction();
        toggle->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + number++)));
        view->addAction(toggle);
        m_window->addAction(toggle);
    }
    connect(add(view, tr("Next pane"), QKeySequence(Qt::Key_F6)), &QAction::triggered, this, [this] { Q_EMIT panesCycled(1); });
    connect(add(view, tr("Previous pane"), QKeySequence(Qt::SHIFT | Qt::Key_F6)), &QAction::triggered, this, [this] { Q_EMIT panesCycled(-1); });
    view->addSeparator();
    m_schemes = new QActionGroup(this);
    const QList<std::pair<SchemeChoice, QString>> schemes{{SchemeChoice::System, tr("Colours of the system")},
                                                                        {SchemeChoice::Light, tr("Light colours")},
                                                                        {SchemeChoice::Dark, tr("Dark colours")}};
    for (const auto &[choice, text] : schemes) {
        QAction *action = add(view, text, {});
        action->setCheckable(true);
        action->setData(static_cast<int>(choice));
        m_schemes->addAction(action);
        connect(action, &QAction::triggered, this, [this, which = choice] { Q_EMIT schemeWanted(which); });
    }
}

void WindowMenu::buildHelp()
{
    QMenu *help = addMenu(tr("&Help"));
    connect(add(help, tr("Keyboard shortcuts"), QKeySequence(Qt::Key_F1), "info"), &QAction::triggered, this, &WindowMenu::shortcutsWanted);
    connect(add(help, tr("About WebSocket Workbench"), {}, "info"), &QAction::triggered, this, &WindowMenu::aboutWanted);
}

void WindowMenu::showScheme(SchemeChoice choice)
{
    for (QAction *action : m_schemes->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(choice));
}

} // namespace wsw::desktop
