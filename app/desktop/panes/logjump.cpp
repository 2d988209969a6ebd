#include "panes/logjump.h"

#include "capture/document.h"
#include "models/counterpart.h"
#include "models/recordtext.h"
#include "scans.h"
#include "workspace.h"

namespace wsw::desktop {

LogJump::LogJump(Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace) {}

void LogJump::toCounterpart()
{
    const auto document = m_workspace->document();
    const auto from = document ? document->peek(m_workspace->currentRecord()) : std::nullopt;
    if (!from)
        return;
    if (!counterpartOf(*from)) {
        Q_EMIT m_workspace->notice({ErrorKind::Usage, tr("Frame %1 has no counterpart.").arg(groupedNumber(from->header.id.value())),
                                    tr("Handshakes, Ping and Pong, Closes, echoes and fragments have one."), {}});
        return;
    }
    m_workspace->scans().run(
        this, [document, from](const std::atomic_bool &cancelled) { return findCounterpart(*document, *from, cancelled); },
        [this, document, number = from->header.id.value()](const Result<RecordId> &record) {
            if (!record)
                Q_EMIT m_workspace->notice(record.error());
            else if (document != m_workspace->document())
                return;
            else if (record->isValid())
                Q_EMIT found(*record);
            else
                Q_EMIT m_workspace->notice({ErrorKind::NotFound, tr("Frame %1 has no counterpart in this capture so far.").arg(groupedNumber(number)), {}, {}});
        });
}

} // namespace wsw::desktop
