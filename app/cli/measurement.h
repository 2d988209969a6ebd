#pragma once

#include "capture/record.h"
#include "stats/histogram.h"

#include <QHash>
#include <QList>

#include <optional>
#include <vector>

namespace wsw::cli {

enum class MeasureKind : quint8 { Ping, Echo };

/// What is to be measured.
struct MeasurePlan
{
    MeasureKind kind = MeasureKind::Ping;
    quint64 count = 100;        ///< round trips in all, shared out over the connections
    qsizetype size = 16;        ///< payload bytes
    int connections = 1;
    double rate = 0;            ///< sent each second, over all connections together; 0: each waits for the answer to the one before
};

/// Pairs what was sent with what came back, by the times at which both crossed the network. Holds no socket, clock or timer.
/// Message n of connection i is number n * connections + i of all; with a rate, its intended time follows from that number, and the
/// round trip counts from there: a server that stalls is charged for everything that had to wait.
class Measurement final
{
public:
    explicit Measurement(const MeasurePlan &plan, const QList<ConnectionId> &connections);

    /// With a rate: when number 0 is to be sent.
    void setStart(MonotonicNs start) noexcept { m_start = start; }
    /// When message @p n of connection @p index is to be sent; with a rate only.
    [[nodiscard]] MonotonicNs intended(qsizetype index, quint64 n) const;
    /// How many messages connection @p index sends.
    [[nodiscard]] quint64 share(qsizetype index) const;
    /// The payload of message @p n of a connection: its number in digits, then letters; of the size that was planned.
    [[nodiscard]] QByteArray payload(quint64 n) const;

    /// Takes a frame from the record, in order. Returns the index of its connection where it was an answer.
    std::optional<qsizetype> take(const capture::RecordView &record);

    [[nodiscard]] quint64 sent() const noexcept { return m_sent; }
    [[nodiscard]] quint64 answered() const noexcept { return m_roundTrips.count(); }
    [[nodiscard]] quint64 others() const noexcept { return m_others; }
    [[nodiscard]] bool isComplete() const noexcept { return m_done >= m_plan.count; }
    /// First thing sent to last answer, in ns.
    [[nodiscard]] qint64 duration() const noexcept { return m_lastAnswer - m_firstSent; }
    [[nodiscard]] const stats::Histogram &roundTrips() const noexcept { return m_roundTrips; }
    /// With a rate: how much later than intended things were written.
    [[nodiscard]] const stats::Histogram &lateness() const noexcept { return m_lateness; }

private:
    struct Line
    {
        std::vector<MonotonicNs> sentTimes;     ///< by message
        quint64 next = 0;                       ///< the oldest message without an answer
    };

    void takeSent(qsizetype index, const capture::RecordHeader &header);
    bool takeReceived(qsizetype index, const capture::RecordView &record);
    [[nodiscard]] std::optional<quint64> findAnswered(const Line &line, const capture::RecordView &record) const;
    [[nodiscard]] bool isOurs(const capture::RecordHeader &header) const;

    MeasurePlan m_plan;
    QHash<ConnectionId, qsizetype> m_indexes;
    std::vector<Line> m_lines;
    stats::Histogram m_roundTrips;
    stats::Histogram m_lateness;
    MonotonicNs m_start = 0;
    MonotonicNs m_firstSent = 0;
    MonotonicNs m_lastAnswer = 0;
    quint64 m_sent = 0;
    quint64 m_done = 0;         ///< answered, or passed over by a Pong for a later Ping
    quint64 m_others = 0;
};

} // namespace wsw::cli
