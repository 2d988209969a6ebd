#include "mainwindow.h"

#include "logdocks.h"
#include "panes/framelogpane.h"
#include "panes/framenotes.h"
#include "panes/notebar.h"
#include "workspace.h"

#include <QTableView>

namespace wsw::desktop {

QWidget *MainWindow::buildNotes(QWidget *parent)
{
    m_notes = new FrameNotes(m_workspace, this);
    auto *note = new NoteBar(m_notes, parent);
    connect(m_notes, &FrameNotes::noteWanted, note, &NoteBar::edit);
    // It is about a frame of the capture that was shown.
    connect(m_workspace, &Workspace::documentChanged, note, &QWidget::hide);
    // In the log from which it was asked for.
    connect(m_notes, &FrameNotes::found, this, [this](RecordId record) { m_logs->active()->goTo(record); });
    connect(note, &NoteBar::closed, this, [this] { m_logs->active()->view()->setFocus(Qt::OtherFocusReason); });
    return note;
}

} // namespace wsw::desktop
