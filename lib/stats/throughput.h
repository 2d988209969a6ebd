#pragma once

#include "base/clock.h"

#include <vector>

namespace wsw::stats {

/// Events and bytes per second over a sliding window, in constant memory. One thread.
class Throughput final
{
public:
    struct Rate
    {
        double eventsPerSecond = 0;
        double bytesPerSecond = 0;
    };

    /// @p window: ns looked back upon; it slides in steps of window / @p slots.
    explicit Throughput(MonotonicNs window = nsPerSecond, int slots = 20);

    /// Counts @p events and @p bytes at @p time. A time that has left the window counts in totals only.
    void add(MonotonicNs time, quint64 events, quint64 bytes);
    /// The rate over the window that ends with the slot of @p now; before a whole window has passed, over what has passed.
    [[nodiscard]] Rate rate(MonotonicNs now) const;

    [[nodiscard]] quint64 totalEvents() const noexcept { return m_events; }
    [[nodiscard]] quint64 totalBytes() const noexcept { return m_bytes; }

private:
    struct Slot
    {
        qint64 number = -1;     ///< time / m_slotNs of what is counted here
        quint64 events = 0;
        quint64 bytes = 0;
    };
    [[nodiscard]] Slot &slotOf(qint64 number) { return m_slots[static_cast<size_t>(number) % m_slots.size()]; }

    std::vector<Slot> m_slots;
    MonotonicNs m_slotNs;
    MonotonicNs m_first = -1;   ///< time of the first event
    quint64 m_events = 0;
    quint64 m_bytes = 0;
};

} // namespace wsw::stats
