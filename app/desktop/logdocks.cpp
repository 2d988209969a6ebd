#include "logdocks.h"

#include "panes/framelogpane.h"
#include "panes/logsearch.h"
#include "theme/theme.h"
#include "widgets/panedock.h"
#include "workspace.h"

#include <QApplication>
#include <QLayout>
#include <QMainWindow>
#include <QSettings>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace wsw::desktop {

namespace {

const auto settingsKey = QStringLiteral("logs");
constexpr auto numberProperty = "logNumber";
/// More than any window has room for; settings can hold any number.
constexpr int mostRestored = 64;

int numberOf(const PaneDock *dock)
{
    return dock->property(numberProperty).toInt();
}

} // namespace

LogDocks::LogDocks(Workspace *workspace, FrameLogPane *main, QMainWindow *window)
    : QObject(window), m_workspace(workspace), m_main(main), m_window(window)
{
    watch(main);
    connect(workspace, &Workspace::filterWanted, this, [this](const QString &filter, FilterUse use) { active()->takeFilter(filter, use); });
    connect(qApp, &QApplication::focusChanged, this, [this](const QWidget *, const QWidget *now) { onFocus(now); });
}

void LogDocks::watch(FrameLogPane *log)
{
    connect(log, &FrameLogPane::messagesChanged, this, &LogDocks::activeChanged);
}

FrameLogPane *LogDocks::logOf(const PaneDock *dock)
{
    return qobject_cast<FrameLogPane *>(dock->pane());
}

PaneDock *LogDocks::make(int number)
{
    auto *dock = new PaneDock(QStringLiteral("logDock%1").arg(number), tr("Log %1").arg(number), m_window);
    dock->setProperty(numberProperty, number);
    auto *log = new FrameLogPane(m_workspace, dock);
    // Beside a log that shows what is selected, one that shows all of it is wanted.
    log->showAllEndpoints();
    dock->setPane(log);
    auto *button = new QToolButton(dock->head());
    button->setObjectName(QStringLiteral("closeLog"));
    button->setIcon(Theme::instance().icon(QStringLiteral("close")));
    button->setToolTip(tr("Close this log; nothing that was recorded is lost"));
    button->setAccessibleName(tr("Close %1").arg(dock->windowTitle()));
    dock->head()->addTrailing(button);
    connect(button, &QToolButton::clicked, this, [this, dock] { close(dock); });
    watch(log);
    connect(dock, &QDockWidget::visibilityChanged, this, &LogDocks::activeChanged);
    const auto behind = std::find_if(m_docks.cbegin(), m_docks.cend(), [number](const PaneDock *each) { return numberOf(each) > number; });
    m_docks.insert(behind - m_docks.cbegin(), dock);
    // Above the window's own log, as wide as that.
    m_window->setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    m_window->setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);
    m_window->addDockWidget(Qt::TopDockWidgetArea, dock, Qt::Vertical);
    Q_EMIT opened(dock);
    return dock;
}

PaneDock *LogDocks::open()
{
    // The window's own log is number 1.
    int number = 2;
    while (std::any_of(m_docks.cbegin(), m_docks.cend(), [number](const PaneDock *dock) { return numberOf(dock) == number; }))
        ++number;
    const FrameLogPane *like = active();
    PaneDock *dock = make(number);
    FrameLogPane *log = logOf(dock);
    log->restoreColumns(like->saveColumns());
    log->setMessages(like->isMessages());
    const int whole = m_window->centralWidget()->height();
    dock->show();
    // Half of what the window's own log has had; sizes are shared out among docks that have their places.
    m_window->layout()->activate();
    m_window->resizeDocks({dock}, {whole / 2}, Qt::Vertical);
    log->focusFilter();
    return dock;
}

void LogDocks::close(PaneDock *dock)
{
    const bool hadKeyboard = dock->isAncestorOf(QApplication::focusWidget());
    m_docks.removeOne(dock);
    if (m_active == logOf(dock))
        m_active = nullptr;
    m_window->removeDockWidget(dock);
    dock->deleteLater();
    if (hadKeyboard)
        active()->view()->setFocus(Qt::OtherFocusReason);
    logOf(dock)->search()->letGo(); // now: the other log may look for the same
    active()->search()->markAgain();
    Q_EMIT activeChanged();
}

void LogDocks::closeActive()
{
    const auto dock = std::find_if(m_docks.cbegin(), m_docks.cend(), [this](const PaneDock *each) { return logOf(each) == active(); });
    if (dock != m_docks.cend())
        close(*dock);
}

FrameLogPane *LogDocks::active() const
{
    return m_active && m_active->isVisible() ? m_active.data() : m_main;
}

void LogDocks::onFocus(const QWidget *now)
{
    for (const QWidget *widget = now; widget != nullptr; widget = widget->parentWidget()) {
        auto *log = qobject_cast<FrameLogPane *>(const_cast<QWidget *>(widget));
        if (log == nullptr || log == m_active)
            continue;
        m_active = log;
        log->search()->markAgain();
        Q_EMIT activeChanged();
        return;
    }
}

void LogDocks::restore()
{
    QSettings settings;
    const int count = qMin(settings.beginReadArray(settingsKey), mostRestored);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        const int number = settings.value(QStringLiteral("number")).toInt();
        const bool isKnown = std::any_of(m_docks.cbegin(), m_docks.cend(), [number](const PaneDock *dock) { return numberOf(dock) == number; });
        if (number < 2 || isKnown)
            continue;
        logOf(make(number))->restoreView({settings.value(QStringLiteral("columns")).toByteArray(), settings.value(QStringLiteral("filter")).toString(),
                                          settings.value(QStringLiteral("messages")).toBool()});
    }
    settings.endArray();
}

void LogDocks::save() const
{
    QSettings settings;
    settings.remove(settingsKey);
    settings.beginWriteArray(settingsKey, static_cast<int>(m_docks.size()));
    for (qsizetype i = 0; i < m_docks.size(); ++i) {
        settings.setArrayIndex(static_cast<int>(i));
        const LogPaneView view = logOf(m_docks.at(i))->saveView();
        settings.setValue(QStringLiteral("number"), numberOf(m_docks.at(i)));
        settings.setValue(QStringLiteral("columns"), view.columns);
        settings.setValue(QStringLiteral("filter"), view.filter);
        settings.setValue(QStringLiteral("messages"), view.isMessages);
    }
    settings.endArray();
}

} // namespace wsw::desktop
