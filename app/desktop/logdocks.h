#pragma once

#include <QList>
#include <QObject>
#include <QPointer>

class QMainWindow;

namespace wsw::desktop {

class FrameLogPane;
class PaneDock;
class Workspace;

/// Further logs of the same capture, each in a dock with a filter, a view, columns and a follow state of its own; they share the one
/// selection. Knows which of all logs the keyboard was in last: what the menus say of "the log" is meant for that one.
class LogDocks final : public QObject
{
    Q_OBJECT
public:
    LogDocks(Workspace *workspace, FrameLogPane *main, QMainWindow *window);

    /// Opens one more.
    PaneDock *open();
    /// The one in which the keyboard was last; the window's own where that has been closed or hidden.
    [[nodiscard]] FrameLogPane *active() const;
    /// The window's own stays.
    [[nodiscard]] bool canCloseActive() const { return active() != m_main; }
    void closeActive();
    /// In the order of their numbers.
    [[nodiscard]] const QList<PaneDock *> &docks() const { return m_docks; }
    [[nodiscard]] static FrameLogPane *logOf(const PaneDock *dock);
    /// Makes the logs that were there at the end of the last run; before the window restores where its docks are.
    void restore();
    void save() const;

Q_SIGNALS:
    void opened(wsw::desktop::PaneDock *dock);
    /// What the menus are meant for is another log now, or has another view.
    void activeChanged();

private:
    PaneDock *make(int number);
    void close(PaneDock *dock);
    void watch(FrameLogPane *log);
    void onFocus(const QWidget *now);

    Workspace *m_workspace;
    FrameLogPane *m_main;
    QMainWindow *m_window;
    QList<PaneDock *> m_docks;
    QPointer<FrameLogPane> m_active;
};

} // namespace wsw::desktop
