#include "stats/series.h"

#include <algorithm>

namespace wsw::stats {

namespace {

using Iterator = std::vector<SeriesPoint>::const_iterator;

/// Appends the lowest and the highest of a group, in order of time; one point where they are the same.
void keepExtremes(Iterator first, Iterator last, std::vector<SeriesPoint> &out)
{
    const auto byValue = [](const SeriesPoint &a, const SeriesPoint &b) { return a.value < b.value; };
    const auto [lowest, highest] = std::minmax_element(first, last, byValue);
    const auto [earlier, later] = std::minmax(lowest, highest);
    out.push_back(*earlier);
    if (later != earlier)
        out.push_back(*later);
}

} // namespace

Series::Series(size_t capacity)
    : m_capacity(std::max<size_t>(capacity, 8))
{
}

void Series::append(MonotonicNs time, qint64 value)
{
    if (m_points.size() >= m_capacity)
        growCoarser();
    if (!m_points.empty())
        time = std::max(time, m_points.back().time);
    if (m_openValues == 0)
        m_openStart = m_points.size();
    m_points.push_back({time, value});
    ++m_appended;
    ++m_openValues;
    if (m_points.size() - m_openStart > 2) {
        std::vector<SeriesPoint> extremes;
        keepExtremes(m_points.cbegin() + static_cast<std::ptrdiff_t>(m_openStart), m_points.cend(), extremes);
        m_points.resize(m_openStart);
        m_points.insert(m_points.end(), extremes.begin(), extremes.end());
    }
    if (m_openValues >= m_groupSize)
        m_openValues = 0;
}

void Series::growCoarser()
{
    // Four points are two groups of two, or four single values at first.
    constexpr std::ptrdiff_t merged = 4;
    std::vector<SeriesPoint> coarser;
    coarser.reserve(m_capacity);
    for (auto at = m_points.cbegin(); at != m_points.cend();) {
        const auto end = at + std::min(merged, m_points.cend() - at);
        keepExtremes(at, end, coarser);
        at = end;
    }
    m_points = std::move(coarser);
    m_groupSize = m_groupSize == 1 ? static_cast<quint64>(merged) : m_groupSize * 2;
    m_openValues = 0;
}

void Series::clear()
{
    *this = Series(m_capacity);
}

std::vector<SeriesPoint> Series::sampled(MonotonicNs from, MonotonicNs to, size_t maxPoints) const
{
    const auto before = [](const SeriesPoint &point, MonotonicNs time) { return point.time < time; };
    const auto after = [](MonotonicNs time, const SeriesPoint &point) { return time < point.time; };
    const auto first = std::lower_bound(m_points.cbegin(), m_points.cend(), from, before);
    const auto last = std::upper_bound(first, m_points.cend(), to, after);
    return thinned({first, last}, maxPoints);
}

std::vector<SeriesPoint> thinned(const std::vector<SeriesPoint> &points, size_t maxPoints)
{
    maxPoints = std::max<size_t>(maxPoints, 4);
    if (points.size() <= maxPoints)
        return points;
    const auto slots = static_cast<qint64>(maxPoints / 2);
    const MonotonicNs start = points.front().time;
    const MonotonicNs span = std::max<MonotonicNs>(points.back().time - start, 1);
    std::vector<SeriesPoint> kept;
    kept.reserve(maxPoints);
    auto at = points.cbegin();
    for (qint64 slot = 0; slot < slots && at != points.cend(); ++slot) {
        // In doubles: span * slots overflows 64 bits after a few weeks of nanoseconds.
        const auto end = start + static_cast<MonotonicNs>(static_cast<double>(span) * static_cast<double>(slot + 1)
                                                          / static_cast<double>(slots));
        const bool lastSlot = slot + 1 == slots;
        auto next = lastSlot ? points.cend() : std::find_if(at, points.cend(), [end](const SeriesPoint &point) {
            return point.time >= end;
        });
        if (next != at)
            keepExtremes(at, next, kept);
        at = next;
    }
    return kept;
}

} // namespace wsw::stats
