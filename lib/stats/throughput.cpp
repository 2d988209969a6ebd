#include "stats/throughput.h"

#include <algorithm>

namespace wsw::stats {

Throughput::Throughput(MonotonicNs window, int slots)
    : m_slots(static_cast<size_t>(std::max(slots, 1)))
    , m_slotNs(std::max<MonotonicNs>(window / std::max(slots, 1), 1))
{
}

void Throughput::add(MonotonicNs time, quint64 events, quint64 bytes)
{
    m_events += events;
    m_bytes += bytes;
    if (m_first < 0 || time < m_first)
        m_first = time;
    const qint64 number = time / m_slotNs;
    Slot &slot = slotOf(number);
    if (slot.number > number)
        return;
    if (slot.number < number)
        slot = {number, 0, 0};
    slot.events += events;
    slot.bytes += bytes;
}

Throughput::Rate Throughput::rate(MonotonicNs now) const
{
    if (m_first < 0 || now < m_first)
        return {};
    const qint64 newest = now / m_slotNs;
    const qint64 oldest = newest - static_cast<qint64>(m_slots.size()) + 1;
    quint64 events = 0;
    quint64 bytes = 0;
    for (const Slot &slot : m_slots) {
        if (slot.number >= oldest && slot.number <= newest) {
            events += slot.events;
            bytes += slot.bytes;
        }
    }
    // The newest slot is still filling: the window is the time really looked at. One slot at least, so that the very
    // first event is no infinite rate.
    const MonotonicNs start = std::max(oldest * m_slotNs, m_first);
    const MonotonicNs looked = std::max(now - start, m_slotNs);
    const double seconds = static_cast<double>(looked) / static_cast<double>(nsPerSecond);
    return {static_cast<double>(events) / seconds, static_cast<double>(bytes) / seconds};
}

} // namespace wsw::stats
