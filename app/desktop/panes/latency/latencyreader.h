#pragma once

#include "base/result.h"
#include "panes/latency/latencysnapshot.h"

#include <QHash>

#include <atomic>
#include <memory>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// Reads the round trips out of a document, each record once, and makes snapshots. For one worker at a time, never the GUI thread.
class LatencyReader final
{
public:
    explicit LatencyReader(std::shared_ptr<const capture::Document> document);

    /// Reads what has come since the last call (everything anew where another connection is asked for) and returns the whole. Where it
    /// is @p cancelled, what it has come to; the next call goes on from there.
    [[nodiscard]] LatencySnapshot read(const LatencyRequest &request, const std::atomic_bool &cancelled);

private:
    void take(stats::RoundTripKind kind, ConnectionId connection, MonotonicNs time, qint64 ns);
    void readRecords(const std::atomic_bool &cancelled);
    void readTcpSamples();
    void readPhases(const LatencyRequest &request, LatencySnapshot &snapshot) const;

    std::shared_ptr<const capture::Document> m_document;
    /// Whether the round trips of one kind come from one connection.
    struct Source
    {
        ConnectionId first;
        bool several = false;
    };

    stats::RoundTrips m_trips;
    std::array<Source, stats::allRoundTripKinds.size()> m_sources;
    ConnectionId m_connection;          ///< whose round trips are in m_trips; not valid: all
    quint64 m_recordsRead = 0;
    QHash<ConnectionId, MonotonicNs> m_tcpRead;     ///< time of the last sample read
    QString m_problem;
};

/// Writes every round trip of the document (of one connection, or of all) to @p path as CSV: exact values, nothing thinned. Where
/// it is @p cancelled nothing is written. For a worker.
[[nodiscard]] Result<> writeLatencyCsv(const capture::Document &document, ConnectionId connection, const QString &path,
                                       const std::atomic_bool &cancelled);

/// The filled buckets of @p histogram gathered into bars of equal width on a logarithmic axis.
[[nodiscard]] std::vector<LatencyBar> logarithmicBars(const stats::Histogram &histogram, int barsPerDecade = 20);

} // namespace wsw::desktop
