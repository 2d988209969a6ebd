#pragma once

#include "dialogs/replaydialog.h"

#include <QObject>

class QAction;
class QMenu;

namespace wsw::desktop {

class CompareDialog;
class EndpointsPane;
class FrameLogPane;
class LogDocks;
class Workspace;

/// Replay and Compare: from the menu, and from the menus of endpoints and of rows of the log.
class ReplayActions final : public QObject
{
    Q_OBJECT
public:
    /// @p main: the window's own log; @p logs: the others, and which of all is meant.
    ReplayActions(Workspace *workspace, EndpointsPane *endpoints, FrameLogPane *main, LogDocks *logs, QWidget *window);

    [[nodiscard]] QAction *replayAction() const { return m_replay; }
    [[nodiscard]] QAction *compareAction() const { return m_compare; }

Q_SIGNALS:
    /// A replay is to be recorded, and the capture that is shown cannot be.
    void captureNeeded();

private:
    void addToEndpointMenu(QMenu *menu);
    void addToMenusOf(FrameLogPane *log);
    void addToLogMenu(FrameLogPane *log, QMenu *menu);
    void replay(const QList<ReplayOffer> &first, const FrameLogPane *log, Role side);
    void compare(const replay::RunRef &left, const replay::RunRef &right);
    [[nodiscard]] QList<ReplayOffer> offersOfSelection() const;
    [[nodiscard]] QList<ReplayOffer> offersOfRows(const FrameLogPane *log) const;
    [[nodiscard]] Role sideOfCurrentRow() const;
    void update();

    Workspace *m_workspace;
    EndpointsPane *m_endpoints;
    LogDocks *m_logs;
    QWidget *m_window;
    QAction *m_replay;
    QAction *m_compare;
    ReplayDialog *m_replayDialog = nullptr;     ///< made when it is first wanted
    CompareDialog *m_compareDialog = nullptr;   ///< as well
};

} // namespace wsw::desktop
