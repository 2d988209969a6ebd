#pragma once

#include "base/clock.h"

#include <QByteArray>

#include <functional>
#include <map>

namespace wsw::exchange {

/// Puts one direction of a TCP connection together again from segments that were lost, doubled or out of order on their way, or that
/// the capture has missed. Sans-I/O. The first copy of a byte counts.
class TcpReassembly final
{
public:
    struct Events
    {
        /// Bytes in order; @p time: when the last that they had to wait for came.
        std::function<void(QByteArrayView bytes, MonotonicNs time)> bytes;
        /// So many bytes are in no packet; what comes next begins where a segment began.
        std::function<void(quint64 missing, MonotonicNs time)> gap;
        /// The FIN, after everything before it.
        std::function<void(MonotonicNs time)> finished;
    };
    explicit TcpReassembly(Events events) : m_events(std::move(events)) {}

    /// Bytes that wait for others. A window can be larger, but is not in use.
    static constexpr qsizetype mostWaiting = 4 * 1024 * 1024;
    /// Segments that may come while others wait for what is missing; then it is taken for lost.
    static constexpr int mostSegments = 256;

    void syn(quint32 sequence);
    void segment(quint32 sequence, QByteArrayView payload, bool fin, MonotonicNs time);
    /// No more will come: what waits is given, with the gaps before it.
    void end();
    [[nodiscard]] qsizetype waiting() const noexcept { return m_waiting; }
    [[nodiscard]] bool hasBegun() const noexcept { return m_begun; }

private:
    struct Segment
    {
        QByteArray bytes;
        MonotonicNs time = 0;
    };
    void give(QByteArrayView bytes, MonotonicNs time);
    void giveWaiting(MonotonicNs time);
    void giveUp();
    void checkFin(MonotonicNs time);

    Events m_events;
    std::map<quint64, Segment> m_pending;   ///< by their offsets
    qsizetype m_waiting = 0;
    int m_segmentsSince = 0;                ///< that have come since something waits
    quint32 m_nextSequence = 0;
    quint64 m_next = 0;                     ///< offset of the next byte
    quint64 m_finAt = ~quint64{0};
    MonotonicNs m_lastTime = 0;
    bool m_begun = false;
    bool m_finished = false;
};

} // namespace wsw::exchange
