#include "stats/percentile.h"

#include <algorithm>
#include <cmath>

namespace wsw::stats {

Summary summarize(const Histogram &histogram)
{
    Summary summary;
    summary.count = histogram.count();
    summary.min = histogram.min();
    summary.p50 = histogram.percentile(50);
    summary.p90 = histogram.percentile(90);
    summary.p99 = histogram.percentile(99);
    summary.p999 = histogram.percentile(99.9);
    summary.max = histogram.max();
    summary.mean = histogram.mean();
    return summary;
}

qint64 percentileOf(std::span<const qint64> ascending, double percent)
{
    if (ascending.empty())
        return 0;
    const double exactRank = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(ascending.size());
    const auto rank = static_cast<size_t>(std::ceil(exactRank - exactRank * 1e-12));
    return ascending[std::clamp<size_t>(rank, 1, ascending.size()) - 1];
}

double medianOf(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::vector<PercentilePoint> percentileCurve(const Histogram &histogram, int stepsPerHalving)
{
    std::vector<PercentilePoint> curve;
    if (histogram.count() == 0)
        return curve;
    const auto count = static_cast<double>(histogram.count());
    const int steps = std::max(stepsPerHalving, 1);
    for (int step = 0;; ++step) {
        const double beyond = std::exp2(-static_cast<double>(step) / steps);
        if (beyond * count < 1)
            break;
        const double percent = 100.0 * (1.0 - beyond);
        curve.push_back({percent, histogram.percentile(percent)});
    }
    curve.push_back({100.0, histogram.max()});
    return curve;
}

} // namespace wsw::stats
