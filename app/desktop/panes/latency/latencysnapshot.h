#pragma once

#include "base/id.h"
#include "base/clock.h"
#include "stats/percentile.h"
#include "stats/roundtrips.h"

#include <QList>
#include <QString>

#include <array>
#include <vector>

namespace wsw::desktop {

/// One bar of the histogram: durations from..to in ns, and how many.
struct LatencyBar
{
    double from = 0;
    double to = 0;
    quint64 count = 0;
};

/// One kind of round trip, ready to be drawn.
struct LatencyKind
{
    stats::Summary summary;
    std::vector<stats::SeriesPoint> points;     ///< thinned to what a chart can show
    std::vector<LatencyBar> bars;
    std::vector<stats::PercentilePoint> curve;
    bool several = false;                       ///< from more than one connection: neighbours have nothing to do with each other
};

/// One phase of the connecting of a connection, in ns.
struct ConnectPhase
{
    QString name;
    qint64 ns = 0;
};

/// Everything the latency pane shows at one moment. A value.
struct LatencySnapshot
{
    std::array<LatencyKind, stats::allRoundTripKinds.size()> kinds;
    MonotonicNs origin = 0;             ///< time 0 of the charts: the first round trip
    std::vector<ConnectPhase> phases;   ///< of the connection asked for; empty where it was not dialled from here
    QString connectionName;
    QString problem;                    ///< a damaged block: what could not be read; empty otherwise

    [[nodiscard]] const LatencyKind &of(stats::RoundTripKind kind) const { return kinds[static_cast<size_t>(kind)]; }
    [[nodiscard]] bool isEmpty() const
    {
        for (const LatencyKind &kind : kinds) {
            if (kind.summary.count > 0)
                return false;
        }
        return true;
    }
};

/// What to take a snapshot of.
struct LatencyRequest
{
    ConnectionId connection;            ///< not valid: all connections
    ConnectionId phasesOf;              ///< whose connecting to show
    MonotonicNs from = 0;               ///< visible range of the time series; 0 and 0: all
    MonotonicNs to = 0;
    size_t pointsPerKind = 2000;
};

} // namespace wsw::desktop
