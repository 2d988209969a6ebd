#include "heartbeat.h"

namespace wsw::desktop {

namespace {
constexpr int intervalMs = 16;
}

Heartbeat::Heartbeat(QObject *parent) : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(intervalMs);
    connect(&m_timer, &QTimer::timeout, this, &Heartbeat::beat);
    m_timer.start();
}

void Heartbeat::beat()
{
    const MonotonicNs now = monotonicNow();
    if (m_last != 0)
        m_max = qMax(m_max, now - m_last - intervalMs * nsPerMs);
    m_last = now;
}

qint64 Heartbeat::takeMaxLag()
{
    // A loop that is stuck right now has not fired: what is missing since the last beat counts as well.
    const qint64 pending = m_last != 0 ? monotonicNow() - m_last - intervalMs * nsPerMs : 0;
    return qMax(std::exchange(m_max, 0), qMax<qint64>(0, pending));
}

} // namespace wsw::desktop
