#include "stats/histogram.h"

#include "base/clock.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace wsw::stats {

namespace {

// A duration below 2048 ns has a bucket of its own. Above, each power of two is cut into 1024 equal buckets, so a bucket is
// never wider than 1/1024 of the durations in it: that is the promised relative error.
constexpr int subBits = 10;
constexpr quint64 subBuckets = quint64{1} << subBits;
constexpr quint64 exactBuckets = 2 * subBuckets;
constexpr qint64 longest = 3600 * nsPerSecond;

size_t bucketOf(qint64 ns)
{
    const auto value = static_cast<quint64>(ns);
    if (value < exactBuckets)
        return static_cast<size_t>(value);
    const int shift = static_cast<int>(std::bit_width(value)) - (subBits + 1);
    const quint64 sub = (value >> shift) - subBuckets;
    return static_cast<size_t>(exactBuckets + static_cast<quint64>(shift - 1) * subBuckets + sub);
}

qint64 lowestOf(size_t bucket)
{
    if (bucket < exactBuckets)
        return static_cast<qint64>(bucket);
    const quint64 above = bucket - exactBuckets;
    const quint64 shift = above / subBuckets + 1;
    return static_cast<qint64>((above % subBuckets + subBuckets) << shift);
}

qint64 highestOf(size_t bucket)
{
    return lowestOf(bucket + 1) - 1;
}

} // namespace

Histogram::Histogram() = default;

void Histogram::record(qint64 ns, quint64 count)
{
    if (count == 0)
        return;
    if (ns > longest)
        m_overflow += count;
    const qint64 value = std::clamp<qint64>(ns, 1, longest);
    const size_t bucket = bucketOf(value);
    // Grown on demand: a histogram of microseconds takes 30 KB, only one of minutes takes 250 KB.
    if (bucket >= m_counts.size())
        m_counts.resize(bucket + 1);
    m_counts[bucket] += count;
    m_min = m_count == 0 ? value : std::min(m_min, value);
    m_max = m_count == 0 ? value : std::max(m_max, value);
    m_count += count;
    m_sum += static_cast<double>(value) * static_cast<double>(count);
}

void Histogram::add(const Histogram &other)
{
    if (other.m_count == 0)
        return;
    if (other.m_counts.size() > m_counts.size())
        m_counts.resize(other.m_counts.size());
    for (size_t i = 0; i < other.m_counts.size(); ++i)
        m_counts[i] += other.m_counts[i];
    m_min = m_count == 0 ? other.m_min : std::min(m_min, other.m_min);
    m_max = m_count == 0 ? other.m_max : std::max(m_max, other.m_max);
    m_count += other.m_count;
    m_overflow += other.m_overflow;
    m_sum += other.m_sum;
}

void Histogram::clear()
{
    *this = Histogram();
}

qint64 Histogram::min() const noexcept
{
    return m_min;
}

qint64 Histogram::max() const noexcept
{
    return m_max;
}

double Histogram::mean() const noexcept
{
    return m_count == 0 ? 0.0 : m_sum / static_cast<double>(m_count);
}

qint64 Histogram::percentile(double percent) const
{
    if (m_count == 0)
        return 0;
    const double bounded = std::clamp(percent, 0.0, 100.0);
    // 99.9 has no exact double: without the small allowance the rank of "99.9 of 1000" would now and then be 1000.
    const double exactRank = bounded / 100.0 * static_cast<double>(m_count);
    const double rank = std::ceil(exactRank - exactRank * 1e-12);
    const auto wanted = std::clamp<quint64>(static_cast<quint64>(rank), 1, m_count);
    if (wanted == m_count)
        return m_max;
    quint64 seen = 0;
    for (size_t i = 0; i < m_counts.size(); ++i) {
        seen += m_counts[i];
        if (seen >= wanted)
            return std::clamp(highestOf(i), m_min, m_max);
    }
    return m_max;
}

std::vector<Histogram::Bucket> Histogram::buckets() const
{
    std::vector<Bucket> filled;
    for (size_t i = 0; i < m_counts.size(); ++i) {
        if (m_counts[i] > 0)
            filled.push_back({lowestOf(i), highestOf(i), m_counts[i]});
    }
    return filled;
}

} // namespace wsw::stats
