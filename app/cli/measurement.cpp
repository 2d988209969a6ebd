#include "measurement.h"

namespace wsw::cli {

Measurement::Measurement(const MeasurePlan &plan, const QList<ConnectionId> &connections)
    : m_plan(plan)
    , m_lines(static_cast<size_t>(connections.size()))
{
    for (qsizetype i = 0; i < connections.size(); ++i)
        m_indexes.insert(connections.at(i), i);
}

MonotonicNs Measurement::intended(qsizetype index, quint64 n) const
{
    const quint64 number = n * m_lines.size() + static_cast<quint64>(index);
    return m_start + static_cast<qint64>(static_cast<double>(number) * nsPerSecond / m_plan.rate);
}

quint64 Measurement::share(qsizetype index) const
{
    const quint64 lines = m_lines.size();
    return m_plan.count / lines + (static_cast<quint64>(index) < m_plan.count % lines ? 1 : 0);
}

QByteArray Measurement::payload(quint64 n) const
{
    constexpr qsizetype digits = 12;
    QByteArray bytes = QByteArray::number(n).rightJustified(digits, '0');
    if (m_plan.size <= digits)
        return bytes.right(m_plan.size);
    bytes.reserve(m_plan.size);
    for (qsizetype i = digits; i < m_plan.size; ++i)
        bytes.append(static_cast<char>('a' + i % 26));
    return bytes;
}

bool Measurement::isOurs(const capture::RecordHeader &header) const
{
    if (m_plan.kind == MeasureKind::Echo)
        return !wire::isControl(header.frame.opcode);
    return header.frame.opcode == (header.direction == Direction::Sent ? wire::Opcode::Ping : wire::Opcode::Pong);
}

std::optional<qsizetype> Measurement::take(const capture::RecordView &record)
{
    const capture::RecordHeader &header = record.header;
    if (header.kind != wire::RecordKind::Frame || !header.frame.fin || !isOurs(header))
        return std::nullopt;
    const auto index = m_indexes.constFind(header.connection);
    if (index == m_indexes.constEnd())
        return std::nullopt;
    if (header.direction == Direction::Sent)
        takeSent(*index, header);
    else if (takeReceived(*index, record))
        return *index;
    return std::nullopt;
}

void Measurement::takeSent(qsizetype index, const capture::RecordHeader &header)
{
    Line &line = m_lines.at(static_cast<size_t>(index));
    MonotonicNs from = header.time;
    if (m_plan.rate > 0) {
        from = intended(index, line.sentTimes.size());
        m_lateness.record(header.time - from);
    }
    line.sentTimes.push_back(from);
    if (m_sent++ == 0)
        m_firstSent = header.time;
}

std::optional<quint64> Measurement::findAnswered(const Line &line, const capture::RecordView &record) const
{
    const capture::RecordHeader &header = record.header;
    if (m_plan.kind == MeasureKind::Echo) {
        // The content of a reply that came in fragments or is stored in chunks is not at hand here; its place is.
        const bool whole = header.frame.opcode != wire::Opcode::Continuation
            && !header.flags.testAnyFlags(wire::RecordFlag::Chunked | wire::RecordFlag::InflatedChunked);
        if (line.next < line.sentTimes.size() && (!whole || record.bytes(capture::PayloadForm::Meant).contains(payload(line.next))))
            return line.next;
        return std::nullopt;
    }
    // RFC 6455, 5.5.3: of several Pings, an endpoint may answer the last one only.
    for (quint64 n = line.next; n < line.sentTimes.size(); ++n) {
        if (record.payload == payload(n))
            return n;
    }
    return std::nullopt;
}

bool Measurement::takeReceived(qsizetype index, const capture::RecordView &record)
{
    Line &line = m_lines.at(static_cast<size_t>(index));
    const std::optional<quint64> n = findAnswered(line, record);
    if (!n) {
        ++m_others;
        return false;
    }
    m_roundTrips.record(record.header.time - line.sentTimes.at(*n));
    m_done += *n + 1 - line.next;
    line.next = *n + 1;
    m_lastAnswer = record.header.time;
    return true;
}

} // namespace wsw::cli
