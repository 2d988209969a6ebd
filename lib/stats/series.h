#pragma once

#include "base/clock.h"

#include <cstddef>
#include <vector>

namespace wsw::stats {

/// One value at one moment.
struct SeriesPoint
{
    MonotonicNs time = 0;
    qint64 value = 0;
    friend bool operator==(const SeriesPoint &, const SeriesPoint &) = default;
};

/// Values over time in bounded memory. When it is full it grows coarser over its whole length, never shorter: of each group of
/// neighbours the lowest and the highest stay, so no peak is ever lost; the groups double in size each time. One thread; copy
/// it to hand it over.
class Series final
{
public:
    /// @p capacity: points kept at most (16 bytes each); at least 8.
    explicit Series(size_t capacity = 65'536);

    /// Appends a value; a time before the last one is moved up to it, since a series runs forward.
    void append(MonotonicNs time, qint64 value);
    void clear();

    [[nodiscard]] const std::vector<SeriesPoint> &points() const noexcept { return m_points; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_points.empty(); }
    /// Values appended in all, also those that were thinned out since.
    [[nodiscard]] quint64 appended() const noexcept { return m_appended; }
    /// True once points have been thinned out.
    [[nodiscard]] bool isCoarse() const noexcept { return m_groupSize > 1; }

    /// The points with from <= time <= to, thinned to at most @p maxPoints (at least 4); see thinned().
    [[nodiscard]] std::vector<SeriesPoint> sampled(MonotonicNs from, MonotonicNs to, size_t maxPoints) const;

private:
    void growCoarser();

    std::vector<SeriesPoint> m_points;
    size_t m_capacity;
    quint64 m_appended = 0;
    quint64 m_groupSize = 1;    ///< values that share two points
    quint64 m_openValues = 0;   ///< values in the last group, which is still filling
    size_t m_openStart = 0;     ///< its first point
};

/// At most @p maxPoints (at least 4) of @p points: its time range is cut into equal slots and of each slot the lowest and the
/// highest point stay, in order of time. Few enough points come back as they are.
[[nodiscard]] std::vector<SeriesPoint> thinned(const std::vector<SeriesPoint> &points, size_t maxPoints);

} // namespace wsw::stats
