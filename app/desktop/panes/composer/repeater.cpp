#include "panes/composer/repeater.h"

namespace wsw::desktop {

namespace {

/// After a longer pause (a suspended machine) the beat goes on from now; a flood of what was missed helps nobody.
constexpr qint64 longestCatchUpMs = 1000;

} // namespace

Repeater::Repeater(QObject *parent)
    : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Repeater::catchUp);
}

void Repeater::start(int intervalMs, Step step)
{
    stop();
    m_intervalMs = qMax(intervalMs, 1);
    m_step = std::move(step);
    m_count = 0;
    m_skipped = 0;
    m_clock.start();
    m_timer.start(static_cast<int>(m_intervalMs));
    Q_EMIT started();
    catchUp();
}

void Repeater::stop()
{
    if (!m_timer.isActive())
        return;
    m_timer.stop();
    Q_EMIT stopped();
}

void Repeater::catchUp()
{
    const auto interval = static_cast<quint64>(m_intervalMs);
    const quint64 due = static_cast<quint64>(m_clock.elapsed()) / interval + 1 - m_skipped;
    const quint64 most = static_cast<quint64>(longestCatchUpMs) / interval + 1;
    if (due > m_count + most)
        m_skipped += due - m_count - most;
    const quint64 end = due > m_count + most ? m_count + most : due;
    while (m_timer.isActive() && m_count < end) {
        const Next next = m_step(m_count);
        if (next == Next::Skip) {
            m_skipped += end - m_count;
            return;
        }
        ++m_count;
        Q_EMIT stepped(m_count);
        if (next == Next::Stop)
            stop();
    }
}

} // namespace wsw::desktop
