#pragma once

#include "heartbeat.h"
#include "stats/throughput.h"

#include <QStatusBar>
#include <QTimer>

class QHBoxLayout;
class QLabel;
class QProgressBar;

namespace wsw::desktop {

class FrameLogModel;
class Workspace;

/// The status bar: what came in, what is safe on disk, what is shown and what is lost; speed, lag, memory, and where it is recorded.
class WindowStatus final : public QStatusBar
{
    Q_OBJECT
public:
    WindowStatus(Workspace *workspace, const FrameLogModel *log, QWidget *parent = nullptr);
    /// Shows that something takes its time; empty: it is done.
    void setBusy(const QString &what);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void tickCounters();
    void tickSecond();
    void updateTarget();
    /// What tells least is left out where there is no room for all: the window is never made wider for it.
    void fit();

    Workspace *m_workspace;
    const FrameLogModel *m_log;
    Heartbeat m_heartbeat;
    QTimer m_counters;
    QTimer m_second;
    QLabel *m_received;
    QLabel *m_stored;
    QLabel *m_shown;
    QLabel *m_lost;
    QLabel *m_busyText;
    QProgressBar *m_busy;
    QLabel *m_rate;
    QLabel *m_lag;
    QLabel *m_memory;
    QLabel *m_target;
    stats::Throughput m_throughput;
    QHBoxLayout *m_row = nullptr;
    bool m_knowsMemory = false;
    bool m_stopped = false;         ///< the document cannot be written
    quint64 m_lastReceived = 0;     ///< counted in m_throughput
};

} // namespace wsw::desktop
