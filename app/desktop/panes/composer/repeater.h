#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>

namespace wsw::desktop {

/// Runs a step again and again on a fixed beat that does not drift: the n-th step is due n intervals after the first.
class Repeater final : public QObject
{
    Q_OBJECT
public:
    enum class Next : quint8 {
        GoOn,
        Stop,
        Skip,   ///< nothing was done: what is due is given up, and the same step comes at the next beat
    };
    /// @p number counts from 0.
    using Step = std::function<Next(quint64 number)>;

    explicit Repeater(QObject *parent = nullptr);

    /// Runs the first step now and the others every @p intervalMs (at least 1).
    void start(int intervalMs, Step step);
    void stop();
    [[nodiscard]] bool isRunning() const { return m_timer.isActive(); }
    /// Steps run since start().
    [[nodiscard]] quint64 count() const noexcept { return m_count; }

Q_SIGNALS:
    void started();
    void stepped(quint64 count);
    void stopped();

private:
    void catchUp();

    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_intervalMs = 1;
    quint64 m_count = 0;
    quint64 m_skipped = 0;      ///< beats given up: after a pause of the program, or by Next::Skip
    Step m_step;
};

} // namespace wsw::desktop
