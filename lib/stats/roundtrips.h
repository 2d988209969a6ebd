#pragma once

#include "stats/histogram.h"
#include "stats/series.h"

#include <array>

namespace wsw::stats {

/// What a round trip is measured over; the kinds are never mixed in one figure.
enum class RoundTripKind : quint8 {
    Echo,   ///< a message and its reply, paired by rule
    Ping,   ///< a Ping and its Pong
    Tcp,    ///< the kernel's smoothed estimate
};
inline constexpr std::array allRoundTripKinds{RoundTripKind::Echo, RoundTripKind::Ping, RoundTripKind::Tcp};

/// Round trips of all kinds, each kind with a histogram and a series of its own. One thread; copy it to hand it over.
class RoundTrips final
{
public:
    /// Counts a round trip of @p ns that ended at @p time; one of 0 or below is no measurement and is left out.
    void record(RoundTripKind kind, MonotonicNs time, qint64 ns);
    void clear();

    [[nodiscard]] bool isEmpty() const noexcept;
    [[nodiscard]] const Histogram &histogram(RoundTripKind kind) const { return of(kind).histogram; }
    [[nodiscard]] const Series &series(RoundTripKind kind) const { return of(kind).series; }

private:
    struct Kept
    {
        Histogram histogram;
        Series series;
    };
    [[nodiscard]] const Kept &of(RoundTripKind kind) const { return m_kept[static_cast<size_t>(kind)]; }

    std::array<Kept, allRoundTripKinds.size()> m_kept;
};

} // namespace wsw::stats
