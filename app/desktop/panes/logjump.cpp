#include "panes/logjump.h"

#include "capture/document.h"
#include "models/counterpart.h"
#include "models/recordtext.h"
#include "scans.h"
#include "workspace.h"

#include <utility>

namespace wsw::desktop {

LogJump::LogJump(Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(workspace, &Workspace::currentRecordChanged, this, &LogJump::takeBack);
}

void LogJump::fromCurrent()
{
    toCounterpart(m_workspace->currentRecord());
}

void LogJump::toCounterpart(RecordId record)
{
    const auto document = m_workspace->document();
    const auto from = document ? document->peek(record) : std::nullopt;
    if (!from) {
        tell({ErrorKind::Usage, tr("No frame is selected, or it is still being read."), tr("Select a frame in the log."), {}});
        return;
    }
    if (!counterpartOf(*from)) {
        tell({ErrorKind::Usage, tr("Frame %1 has no counterpart.").arg(groupedNumber(from->header.id.value())),
                                    tr("Handshakes, Ping and Pong, Closes, fragments, and messages with their echoes have one."), {}});
        return;
    }
    m_workspace->scans().run(
        this, [document, from](const std::atomic_bool &cancelled) { return findCounterpart(*document, *from, cancelled); },
        [this, document, record](const Result<RecordId> &other) {
            // Whoever has gone elsewhere meanwhile is not taken away.
            if (document != m_workspace->document() || m_workspace->currentRecord() != record)
                return;
            if (!other)
                tell(other.error());
            else if (other->isValid())
                Q_EMIT found(*other);
            else
                tell({ErrorKind::NotFound, tr("Frame %1 has no counterpart in this capture so far.").arg(groupedNumber(record.value())), {}, {}});
        });
}

void LogJump::tell(const Error &error)
{
    takeBack();
    m_told = error.message;
    Q_EMIT m_workspace->notice(error);
}

void LogJump::takeBack()
{
    if (!m_told.isEmpty())
        Q_EMIT m_workspace->noticeOver(std::exchange(m_told, {}));
}

} // namespace wsw::desktop
