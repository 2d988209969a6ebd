#include "longwork.h"

#include "widgets/noticebar.h"

namespace wsw::desktop {

namespace {

/// How often progress is shown; what ends sooner offers no cancel.
constexpr int progressMs = 300;

} // namespace

LongWork::LongWork(Workspace *workspace, NoticeBar *notices, QObject *parent) : QObject(parent), m_workspace(workspace), m_notices(notices)
{
    m_progress.setInterval(progressMs);
    connect(&m_progress, &QTimer::timeout, this, &LongWork::showProgress);
}

std::shared_ptr<LongWork::Task> LongWork::begin(const QString &what)
{
    m_task = std::make_shared<Task>();
    m_task->what = what;
    m_cancelOffered = false;
    m_progress.start();
    Q_EMIT busyChanged(what);
    return m_task;
}

void LongWork::end()
{
    m_progress.stop();
    m_notices->retract(m_task->what);
    m_task.reset();
    Q_EMIT busyChanged({});
}

void LongWork::showProgress()
{
    Q_EMIT busyChanged(tr("%1 %2 %").arg(m_task->what, QString::number(m_task->percent.load())));
    if (std::exchange(m_cancelOffered, true))
        return;
    Notice notice;
    notice.message = m_task->what;
    notice.remedy = tr("You can go on working meanwhile.");
    notice.actions.append({tr("Cancel"), [task = m_task] { task->cancelled = true; }});
    m_notices->post(notice);
}

} // namespace wsw::desktop
