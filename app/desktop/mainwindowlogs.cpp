#include "mainwindow.h"

#include "logdocks.h"
#include "panes/framelogpane.h"
#include "panes/hiddenselection.h"
#include "panes/inspectorpane.h"
#include "widgets/panedock.h"

#include <QTableView>

namespace wsw::desktop {

void MainWindow::buildLogs(InspectorPane *inspector)
{
    m_logs = new LogDocks(m_workspace, m_frameLog, this);
    auto *hidden = new HiddenSelection(m_workspace, this);
    hidden->watch(m_frameLog);
    connect(hidden, &HiddenSelection::changed, inspector, &InspectorPane::setHidden);
    connect(inspector, &InspectorPane::rowWanted, this, [this](RecordId record) { m_logs->active()->goTo(record); });
    connect(m_logs, &LogDocks::opened, this, [this, hidden](PaneDock *dock) {
        connect(dock, &PaneDock::focusLost, m_frameLog->view(), qOverload<>(&QWidget::setFocus));
        hidden->watch(LogDocks::logOf(dock));
        connect(dock, &QDockWidget::visibilityChanged, hidden, &HiddenSelection::lookSoon);
    });
}

} // namespace wsw::desktop
