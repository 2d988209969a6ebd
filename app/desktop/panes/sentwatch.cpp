#include "panes/sentwatch.h"

#include "capture/document.h"
#include "models/framelogmodel.h"
#include "workspace.h"

#include <utility>

namespace wsw::desktop {

namespace {

/// By then a frame has gone out and the filter has been through it, unless the peer takes nothing: then there is nothing to tell.
constexpr int lookAfterMs = 400;
/// What is sent lies within the first records after that, even beside a flood; more are not searched.
constexpr quint64 searchedRecords = 4096;

} // namespace

SentWatch::SentWatch(const Workspace *workspace, const FrameLogModel *log, QObject *parent) : QObject(parent), m_workspace(workspace), m_log(log)
{
    m_look.setSingleShot(true);
    m_look.setInterval(lookAfterMs);
    connect(&m_look, &QTimer::timeout, this, &SentWatch::look);
    connect(workspace, &Workspace::documentChanged, this, &SentWatch::forget);
}

void SentWatch::expect(const QSet<ConnectionId> &connections)
{
    const auto document = m_workspace->document();
    if (!document)
        return;
    m_connections = connections;
    m_after = document->received();
    tell(false);
    m_look.start();
}

void SentWatch::forget()
{
    m_look.stop();
    tell(false);
}

void SentWatch::look()
{
    const auto document = m_workspace->document();
    if (!document || m_log->showsEverything() || m_log->isPaused())
        return;
    if (m_log->isSearching()) {
        m_look.start(); // the row may still come
        return;
    }
    const quint64 last = qMin(document->received(), m_after + searchedRecords);
    bool isAny = false;
    for (quint64 id = m_after + 1; id <= last; ++id) {
        const auto record = document->peek(RecordId(id), 0);
        if (!record || record->header.kind != wire::RecordKind::Frame || record->header.direction != Direction::Sent)
            continue;
        if (!m_connections.contains(record->header.connection))
            continue;
        // Which of them is the user's nobody knows: an answer, a Pong may have gone out as well.
        if (m_log->rowOf(RecordId(id)))
            return;
        isAny = true;
        m_hidden = record->header.connection;
    }
    tell(isAny);
}

void SentWatch::tell(bool isHidden)
{
    if (std::exchange(m_isHidden, isHidden) != isHidden)
        Q_EMIT hiddenChanged(isHidden);
}

} // namespace wsw::desktop
