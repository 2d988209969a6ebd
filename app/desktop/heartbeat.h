#pragma once

#include "base/clock.h"

#include <QObject>
#include <QTimer>

namespace wsw::desktop {

/// Measures how late this thread's event loop is: a timer that ought to fire every 16 ms, and by how much it does not.
class Heartbeat final : public QObject
{
    Q_OBJECT
public:
    explicit Heartbeat(QObject *parent = nullptr);
    /// The largest delay, in ns, since the last call.
    [[nodiscard]] qint64 takeMaxLag();

private:
    void beat();

    QTimer m_timer;
    MonotonicNs m_last = 0;
    qint64 m_max = 0;
};

} // namespace wsw::desktop
