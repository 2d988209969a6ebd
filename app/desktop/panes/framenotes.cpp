#include "panes/framenotes.h"

#include "capture/document.h"
#include "scans.h"
#include "workspace.h"

namespace wsw::desktop {

FrameNotes::FrameNotes(Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace) {}

std::optional<QString> FrameNotes::current() const
{
    const auto document = m_workspace->document();
    const auto notes = document ? document->notes() : nullptr;
    const QByteArray *note = notes ? capture::noteOn(m_workspace->currentRecord(), *notes) : nullptr;
    return note != nullptr ? std::optional(QString::fromUtf8(*note)) : std::nullopt;
}

void FrameNotes::set(RecordId record, const std::optional<QString> &note)
{
    const auto document = m_workspace->document();
    if (!document || !record.isValid())
        return;
    document->setNote(record, note ? std::optional(note->toUtf8()) : std::nullopt);
    m_workspace->scans().run(this, [document](const std::atomic_bool &) { return document->storeNotes(); },
                             [this](const Result<> &stored) {
                                 if (stored)
                                     return;
                                 Error error = stored.error();
                                 error.message = tr("The note is not in the file yet. %1").arg(error.message);
                                 error.remedy = tr("Save as… keeps it in another file.");
                                 Q_EMIT m_workspace->notice(error);
                             });
}

bool FrameNotes::hasCurrent()
{
    if (m_workspace->document() && m_workspace->currentRecord().isValid())
        return true;
    Q_EMIT m_workspace->notice({ErrorKind::Usage, tr("No frame is selected."), tr("Select the frame in the log that is to be marked."), {}});
    return false;
}

void FrameNotes::toggleMark()
{
    if (!hasCurrent())
        return;
    const auto note = current();
    if (note && !note->isEmpty())
        ask();
    else
        set(m_workspace->currentRecord(), note ? std::nullopt : std::optional(QString()));
}

void FrameNotes::ask()
{
    if (hasCurrent())
        Q_EMIT noteWanted(m_workspace->currentRecord());
}

void FrameNotes::go(int step)
{
    const auto document = m_workspace->document();
    const auto notes = document ? document->notes() : nullptr;
    if (!notes || notes->empty()) {
        Q_EMIT m_workspace->notice({ErrorKind::NotFound, tr("No frame of this capture is marked."), tr("Ctrl+M marks the frame that is selected."), {}});
        return;
    }
    const RecordId from = m_workspace->currentRecord();
    auto at = step > 0 ? notes->upper_bound(from) : notes->lower_bound(from);
    if (step > 0)
        at = at == notes->end() ? notes->begin() : at;
    else
        at = std::prev(at == notes->begin() ? notes->end() : at);
    Q_EMIT found(at->first);
}

} // namespace wsw::desktop
