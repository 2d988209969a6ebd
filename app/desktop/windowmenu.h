#pragma once

#include "layouts.h"
#include "theme/theme.h"

#include <QMenu>

class QActionGroup;

namespace wsw::desktop {

class DocumentActions;
class EndpointsPane;
class ExchangeActions;
class ColorRules;
class FrameNotes;
class LogDocks;
class MaintenanceActions;
class ReplayActions;

/// The window's menus, behind the toolbar's menu button. Every action is added to the window too, so that its shortcut works.
class WindowMenu final : public QMenu
{
    Q_OBJECT
public:
    struct Parts
    {
        DocumentActions *documents;
        ExchangeActions *exchange;
        MaintenanceActions *maintenance;
        ReplayActions *replay;
        EndpointsPane *endpoints;
        LogDocks *logs;
        FrameNotes *notes;
        ColorRules *rules;
        WindowDocks docks;
    };
    WindowMenu(const Parts &parts, QWidget *window);
    void showScheme(SchemeChoice choice);

Q_SIGNALS:
    void hostWanted();
    void connectWanted();
    void proxyWanted();
    void demoWanted();
    /// @p hint: what is to be typed; empty: anything.
    void finderWanted(const QString &hint);
    void layoutWanted(wsw::desktop::Layout layout);
    void schemeWanted(wsw::desktop::SchemeChoice choice);
    void panesCycled(int step);
    void shortcutsWanted();
    void aboutWanted();

private:
    void buildFile(const Parts &parts);
    void buildEndpoints(const Parts &parts);
    void buildLog(const Parts &parts);
    void buildNotes(QMenu *menu, const Parts &parts);
    void buildLogs(QMenu *menu, LogDocks *logs);
    void buildView(const Parts &parts);
    void buildHelp();
    void openRules(ColorRules *rules);
    QAction *add(QMenu *menu, const QString &text, const QKeySequence &keys, const char *icon = nullptr);

    QWidget *m_window;
    QActionGroup *m_schemes = nullptr;
};

} // namespace wsw::desktop
