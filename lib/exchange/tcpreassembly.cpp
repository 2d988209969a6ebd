#include "exchange/tcpreassembly.h"

#include <algorithm>

namespace wsw::exchange {

void TcpReassembly::syn(quint32 sequence)
{
    if (m_begun)
        return;
    m_begun = true;
    m_nextSequence = sequence + 1;
}

void TcpReassembly::segment(quint32 sequence, QByteArrayView payload, bool fin, MonotonicNs time)
{
    if (m_finished)
        return;
    if (!m_begun) {     // the capture began later
        m_begun = true;
        m_nextSequence = sequence;
    }
    const auto ahead = static_cast<qint32>(sequence - m_nextSequence);
    if (ahead < 0) {    // come again, whole or in part
        const qint64 known = -qint64{ahead};
        if (payload.size() < known || (payload.size() == known && !fin))
            return;
        payload = payload.sliced(static_cast<qsizetype>(known));
    }
    const quint64 at = m_next + static_cast<quint64>(std::max(ahead, 0));
    if (fin)
        m_finAt = std::min(m_finAt, at + static_cast<quint64>(payload.size()));
    if (at == m_next) {
        if (!payload.isEmpty())
            give(payload, time);
        giveWaiting(time);
    } else if (!payload.isEmpty()) {
        const auto there = m_pending.find(at);
        if (there == m_pending.end() || there->second.bytes.size() < payload.size()) {
            m_waiting += payload.size() - (there == m_pending.end() ? 0 : there->second.bytes.size());
            m_pending[at] = {payload.toByteArray(), time};
        }
    }
    m_segmentsSince = m_pending.empty() ? 0 : m_segmentsSince + 1;
    while (m_waiting > mostWaiting || m_segmentsSince > mostSegments || m_pending.size() > size_t{mostSegments})
        giveUp();
    checkFin(time);
}

void TcpReassembly::give(QByteArrayView bytes, MonotonicNs time)
{
    m_lastTime = std::max(m_lastTime, time);
    m_next += static_cast<quint64>(bytes.size());
    m_nextSequence += static_cast<quint32>(bytes.size());
    m_events.bytes(bytes, m_lastTime);
}

/// What follows without a gap.
void TcpReassembly::giveWaiting(MonotonicNs time)
{
    while (!m_pending.empty() && m_pending.begin()->first <= m_next) {
        auto node = m_pending.extract(m_pending.begin());
        const QByteArray &bytes = node.mapped().bytes;
        m_waiting -= bytes.size();
        const quint64 known = m_next - node.key();
        if (known < static_cast<quint64>(bytes.size()))
            give(QByteArrayView(bytes).sliced(static_cast<qsizetype>(known)), std::max(time, node.mapped().time));
    }
}

/// What is missing before the first that waits will not come.
void TcpReassembly::giveUp()
{
    const quint64 at = m_pending.begin()->first;
    const MonotonicNs time = m_pending.begin()->second.time;
    m_lastTime = std::max(m_lastTime, time);
    const quint64 missing = at - m_next;
    m_next = at;
    m_nextSequence += static_cast<quint32>(missing);
    m_events.gap(missing, m_lastTime);
    giveWaiting(0); // they were there in time: each has its own
    m_segmentsSince = 0;
}

void TcpReassembly::checkFin(MonotonicNs time)
{
    if (m_finished || m_next < m_finAt)
        return;
    m_finished = true;
    m_pending.clear();
    m_waiting = 0;
    m_events.finished(std::max(m_lastTime, time));
}

void TcpReassembly::end()
{
    while (!m_finished && !m_pending.empty())
        giveUp();
    if (!m_finished && m_finAt != ~quint64{0} && m_finAt > m_next) {
        m_events.gap(m_finAt - m_next, m_lastTime);
        m_next = m_finAt;
    }
    checkFin(m_lastTime);
}

} // namespace wsw::exchange
