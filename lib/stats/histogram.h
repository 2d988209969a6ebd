#pragma once

#include <QtGlobal>

#include <vector>

namespace wsw::stats {

/// A high-dynamic-range histogram of durations: 1 ns to 1 hour with a relative error of at most 1 in 1000 (three significant digits).
/// One thread; copy it to hand it over.
class Histogram final
{
public:
    Histogram();
    /// Counts one duration in ns; below 1 counts as 1, above an hour as an hour (and overflow() grows).
    void record(qint64 ns, quint64 count = 1);
    void add(const Histogram &other);
    void clear();

    [[nodiscard]] quint64 count() const noexcept { return m_count; }
    [[nodiscard]] quint64 overflow() const noexcept { return m_overflow; }
    [[nodiscard]] qint64 min() const noexcept;      ///< exact, 0 when empty
    [[nodiscard]] qint64 max() const noexcept;      ///< exact, 0 when empty
    [[nodiscard]] double mean() const noexcept;     ///< exact, 0 when empty
    /// The duration that @p percent (0 to 100) of all are not above, within the relative error; 0 when empty.
    [[nodiscard]] qint64 percentile(double percent) const;

    /// One filled bucket: durations from..to (ns, both included) and how many.
    struct Bucket { qint64 from; qint64 to; quint64 count; };
    [[nodiscard]] std::vector<Bucket> buckets() const;

private:
    std::vector<quint64> m_counts;  ///< by bucket, grown as needed; see histogram.cpp
    quint64 m_count = 0;
    quint64 m_overflow = 0;
    qint64 m_min = 0;
    qint64 m_max = 0;
    double m_sum = 0;
};

} // namespace wsw::stats
