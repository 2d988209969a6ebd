#pragma once

#include "scans.h"
#include "workspace.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>

namespace wsw::desktop {

class NoticeBar;

/// Work on whole files, one piece at a time, in a worker. Tells how far it is, and offers to cancel it once it takes long. It goes on
/// whichever capture is shown meanwhile, and is stopped at the program's end. GUI thread only.
class LongWork final : public QObject
{
    Q_OBJECT
public:
    /// Both must outlive it.
    LongWork(Workspace *workspace, NoticeBar *notices, QObject *parent);

    [[nodiscard]] bool isRunning() const { return m_task != nullptr; }
    /// What runs, in words; empty: nothing does.
    [[nodiscard]] QString what() const { return m_task ? m_task->what : QString(); }

    /// How much is done, of how much; false: stop.
    using Progress = std::function<bool(quint64 done, quint64 total)>;
    /// Calls @p work with a Progress in a worker, then @p take with what it returned. Only where nothing runs.
    template<class Work, class Take>
    void run(const QString &what, Work work, Take take)
    {
        m_workspace->scans().runOn(
            this,
            [work = std::move(work), task = begin(what)](const std::atomic_bool &ending) {
                return work(Progress([&](quint64 done, quint64 total) {
                    task->percent = total == 0 ? 0 : static_cast<int>(done * 100 / total);
                    return !ending && !task->cancelled;
                }));
            },
            [this, take = std::move(take)](const auto &result) {
                end();
                take(result);
            });
    }

Q_SIGNALS:
    /// Empty: nothing takes time any more.
    void busyChanged(const QString &what);

private:
    /// One piece of work, looked at from both threads.
    struct Task
    {
        std::atomic_bool cancelled{false};
        std::atomic<int> percent{0};
        QString what;
    };
    [[nodiscard]] std::shared_ptr<Task> begin(const QString &what);
    void end();
    void showProgress();

    Workspace *m_workspace;
    NoticeBar *m_notices;
    std::shared_ptr<Task> m_task;   ///< null: nothing runs
    QTimer m_progress;
    bool m_cancelOffered = false;
};

} // namespace wsw::desktop
