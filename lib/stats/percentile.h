#pragma once

#include "stats/histogram.h"

#include <span>
#include <vector>

namespace wsw::stats {

/// What a line under a chart says of many durations, in ns; all 0 when there are none.
struct Summary
{
    quint64 count = 0;
    qint64 min = 0;
    qint64 p50 = 0;
    qint64 p90 = 0;
    qint64 p99 = 0;
    qint64 p999 = 0;
    qint64 max = 0;
    double mean = 0;
};
[[nodiscard]] Summary summarize(const Histogram &histogram);

/// The value that @p percent (0 to 100) of @p ascending are not above (nearest rank, exact); 0 when empty.
[[nodiscard]] qint64 percentileOf(std::span<const qint64> ascending, double percent);
/// The median of some values (of an even number: the mean of the middle two), in any order; 0 when empty.
[[nodiscard]] double medianOf(std::vector<double> values);

/// One step of a percentile plot: @p percent of all durations are not above @p value.
struct PercentilePoint
{
    double percent;     ///< below 100, except in the last
    qint64 value;       ///< ns
};
/// The steps of a percentile plot over a logarithmic distance to 100 %: @p stepsPerHalving points each time the distance halves,
/// as far as the number of values bears it (one value is left beyond), then 100 % with the maximum.
[[nodiscard]] std::vector<PercentilePoint> percentileCurve(const Histogram &histogram, int stepsPerHalving = 8);

} // namespace wsw::stats
