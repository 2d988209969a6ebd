#include "stats/roundtrips.h"

#include <algorithm>

namespace wsw::stats {

void RoundTrips::record(RoundTripKind kind, MonotonicNs time, qint64 ns)
{
    if (ns <= 0)
        return;
    Kept &kept = m_kept[static_cast<size_t>(kind)];
    kept.histogram.record(ns);
    kept.series.append(time, ns);
}

void RoundTrips::clear()
{
    *this = RoundTrips();
}

bool RoundTrips::isEmpty() const noexcept
{
    return std::all_of(m_kept.cbegin(), m_kept.cend(), [](const Kept &kept) { return kept.series.isEmpty(); });
}

} // namespace wsw::stats
