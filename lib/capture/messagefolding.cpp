#include "capture/messagefolding.h"

#include <algorithm>
#include <limits>

namespace wsw::capture {

void FoldedFrames::append(RecordId frame, RecordId first)
{
    Q_ASSERT(m_frames.empty() || m_frames.back() < frame.value());
    m_frames.push_back(frame.value());
    m_back.push_back(static_cast<quint32>(std::min<quint64>(frame.value() - first.value(), std::numeric_limits<quint32>::max())));
}

void FoldedFrames::append(const FoldedFrames &others)
{
    m_frames.insert(m_frames.end(), others.m_frames.begin(), others.m_frames.end());
    m_back.insert(m_back.end(), others.m_back.begin(), others.m_back.end());
}

void FoldedFrames::merge(const FoldedFrames &others)
{
    FoldedFrames all;
    const size_t count = m_frames.size() + others.m_frames.size();
    all.m_frames.reserve(count);
    all.m_back.reserve(count);
    for (size_t mine = 0, theirs = 0; mine + theirs < count;) {
        const bool isMine = theirs == others.m_frames.size() || (mine < m_frames.size() && m_frames[mine] < others.m_frames[theirs]);
        const FoldedFrames &from = isMine ? *this : others;
        const size_t at = isMine ? mine++ : theirs++;
        all.m_frames.push_back(from.m_frames[at]);
        all.m_back.push_back(from.m_back[at]);
    }
    *this = std::move(all);
}

void FoldedFrames::clear()
{
    m_frames = {};
    m_back = {};
}

quint64 FoldedFrames::before(RecordId record) const
{
    return static_cast<quint64>(std::lower_bound(m_frames.begin(), m_frames.end(), record.value()) - m_frames.begin());
}

RecordId FoldedFrames::beginningOf(RecordId record) const
{
    const size_t at = before(record);
    return at < m_frames.size() && m_frames[at] == record.value() ? RecordId(record.value() - m_back[at]) : record;
}

RecordId FoldedFrames::unfolded(quint64 row) const
{
    // Before the k-th of them, counted from 0, lie its number - 1 - k rows: that never falls from one to the next.
    size_t low = 0;
    size_t high = m_frames.size();
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (m_frames[middle] - 1 - middle <= row)
            low = middle + 1;
        else
            high = middle;
    }
    return RecordId(row + 1 + low);
}

MessageFolding::Step MessageFolding::feed(const RecordHeader &header, quint8 met, quint8 wanted)
{
    const Step alone{met == wanted, {}, false};
    const bool isFrame = header.kind == wire::RecordKind::Frame && header.integrity == Integrity::Intact;
    const wire::Opcode opcode = header.frame.opcode;
    const quint64 way = quint64{header.connection.value()} * 2 + (header.direction == Direction::Sent ? 0 : 1);
    if (header.kind == wire::RecordKind::End)
        m_open.remove(way);
    if (!isFrame || !wire::isData(opcode))
        return alone;
    if (opcode != wire::Opcode::Continuation) {
        if (!header.frame.fin)
            m_open.insert(way, {header.id, header.message, met});
        else if (!m_open.isEmpty())
            m_open.remove(way); // cut off by another message: what would continue it continues nothing
        return alone;
    }
    const auto open = m_open.find(way);
    if (open == m_open.end() || open->message != header.message)
        return alone;
    const bool passed = open->met == wanted;
    open->met |= met;
    const Step step{false, open->first, !passed && open->met == wanted};
    if (header.frame.fin)
        m_open.erase(open);
    return step;
}

void MessageFolding::takeIn(const MessageFolding &other)
{
    m_open.insert(other.m_open);
}

} // namespace wsw::capture
