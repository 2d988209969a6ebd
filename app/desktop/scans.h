#pragma once

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <atomic>
#include <memory>
#include <utility>

namespace wsw::desktop {

/// Where what reads a whole capture runs: in threads of its own, so that no message waits behind it, and with a flag that stops all
/// of it when another capture is shown or the program ends; and what goes on from one capture to the next, see runOn(). GUI thread only
/// (the work itself runs in a worker).
class Scans final : public QObject
{
    Q_OBJECT
public:
    explicit Scans(QObject *parent = nullptr);
    /// Cancels what runs and waits until it has noticed.
    ~Scans() override;

    /// Calls @p work with the flag in a worker, then @p take with what it returned, in this object's thread, unless @p context is gone
    /// by then. Work that finds the flag set returns soon: it looks at least once a block.
    template<class Work, class Take>
    void run(const QObject *context, Work work, Take take)
    {
        start(m_cancelled, context, std::move(work), std::move(take));
    }
    /// The same for what does not belong to the capture that is shown: only the program's end sets its flag.
    template<class Work, class Take>
    void runOn(const QObject *context, Work work, Take take)
    {
        start(m_ended, context, std::move(work), std::move(take));
    }

    /// Stops what runs or waits and belongs to the capture; what is begun later runs.
    void cancel();
    /// Stops all that runs, waits, or is begun later, until the next cancel().
    void end();

    /// For what takes as long as a scan but is never given up, as saving is; it is waited for.
    [[nodiscard]] QThreadPool *pool() noexcept { return &m_pool; }

private:
    using Flag = std::shared_ptr<std::atomic_bool>;
    template<class Work, class Take>
    void start(const Flag &flag, const QObject *context, Work work, Take take)
    {
        m_pool.start([this, cancelled = flag, context = QPointer<const QObject>(context), work = std::move(work), take = std::move(take)] {
            auto result = work(std::as_const(*cancelled));
            QMetaObject::invokeMethod(
                this,
                [context, take, result = std::move(result)] {
                    if (context)
                        take(result);
                },
                Qt::QueuedConnection);
        });
    }

    Flag m_cancelled;   ///< for the capture that is shown
    Flag m_ended;       ///< for everything else
    QThreadPool m_pool;
};

} // namespace wsw::desktop
