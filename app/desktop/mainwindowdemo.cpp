#include "mainwindow.h"

#include "demo.h"
#include "panes/composerpane.h"
#include "panes/framelogpane.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include <QTableView>

namespace wsw::desktop {

namespace {

QString demoIsLive()
{
    return MainWindow::tr("Live: a client and an echo server have talked and are still connected.");
}

} // namespace

// The conversation that a newcomer finds.

void MainWindow::connectDemo()
{
    connect(m_demo, &Demo::done, this, &MainWindow::onDemoDone);
    connect(m_demo, &Demo::ended, m_notices, [this] { m_notices->retract(demoIsLive()); });
    connect(m_demo, &Demo::portTaken, this, [this](quint16 wanted, quint16 used) {
        m_notices->post({NoticeKind::Info, tr("Port %1 is taken; the demo uses port %2.").arg(wanted).arg(used), {}, {}, {}});
    });
}

void MainWindow::startDemo()
{
    if (!m_workspace->document()) {
        m_notices->post({NoticeKind::Info, tr("There is no capture to record the demo into."), tr("Begin a new capture first."), {}, {}});
        return;
    }
    if (m_workspace->workbench() == nullptr) {
        m_notices->post({NoticeKind::Info, tr("A saved capture is open: nothing can be recorded into it."), tr("Begin a new capture first."), {}, {}});
        return;
    }
    m_demo->start();
}

void MainWindow::onDemoDone(RecordId first)
{
    // The row may be found a moment later, by the filter's worker; the selection in the workspace waits for it.
    // The conversation is read from its beginning, while new frames come below.
    m_frameLog->setFollowing(false);
    m_workspace->selectRecord(first);
    m_composer->suggest(tr("Hello again!"));
    m_notices->post({NoticeKind::Info, demoIsLive(),
                     tr("Click any row or bit to have it explained; press Send to join in."), {}, {}});
    m_frameLog->view()->setFocus(Qt::OtherFocusReason);
}

} // namespace wsw::desktop
