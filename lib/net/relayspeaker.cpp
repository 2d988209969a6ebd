#include "net/relayspeaker.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "wire/mask.h"

#include <algorithm>
#include <utility>

namespace wsw::net {

namespace {

/// From some length on a masked frame is unmasked on its way: QWebSocket (6.4) does that byte by byte, which costs more than a copy.
bool isWorthUnmasking(const wire::FrameHeader &header) noexcept
{
    constexpr quint64 leastBytes = 1024;
    return header.masked && header.length >= leastBytes;
}

/// Does the text of this frame, given as on the wire, begin with U+FEFF?
bool beginsWithMark(const wire::FrameHeader &header, QByteArrayView payload) noexcept
{
    if (payload.size() < byteOrderMark.size())
        return false;
    const wire::MaskingKey key = header.masked ? header.key : wire::MaskingKey{};
    for (qsizetype i = 0; i < byteOrderMark.size(); ++i) {
        if ((uchar(payload[i]) ^ key[static_cast<size_t>(i)]) != uchar(byteOrderMark[i]))
            return false;
    }
    return true;
}

} // namespace

void SpeakerFeed::begin(QByteArrayView chunk, quint64 wireOffset)
{
    m_chunk = chunk;
    m_chunkOffset = wireOffset;
    m_spanBegin = m_spanEnd = 0;
    emptyBuffer(m_gathered);
}

void SpeakerFeed::take(const RelayDirection::Step &step, const wire::FrameJudge &judge)
{
    if (m_stopped)
        return;
    const wire::FrameHeader &header = *step.piece.header;
    const bool inText = wire::isData(header.opcode) && judge.messageOpcode() == wire::Opcode::Text;
    // Only the last piece knows where the text stands; a part that is not the last is held by the direction or passed as a fragment.
    const bool isWholeMessage = header.fin && header.opcode == wire::Opcode::Text;
    const bool recuts = inText && step.piece.last && (!isWholeMessage || beginsWithMark(header, step.whole));
    if (step.compressed || (step.chunked && wire::isData(header.opcode)))
        passFragment(step, judge);
    else if (!step.piece.last)
        return;
    else if (recuts)
        passFragment(step, judge);
    else if (step.piece.first && header.wireOffset >= m_chunkOffset && !isWorthUnmasking(header))
        passWhole(step);
    else
        passCopy(step);
}

void SpeakerFeed::passWhole(const RelayDirection::Step &step)
{
    const wire::FrameHeader &header = *step.piece.header;
    const auto begin = static_cast<qsizetype>(header.wireOffset - m_chunkOffset);
    if (m_spanBegin == m_spanEnd || begin != m_spanEnd) {
        gatherSpan();
        m_spanBegin = begin;
    }
    m_spanEnd = begin + static_cast<qsizetype>(header.wireSize());
}

void SpeakerFeed::passCopy(const RelayDirection::Step &step)
{
    gatherSpan();
    wire::FrameHeader header = *step.piece.header;
    if (!isWorthUnmasking(header)) {
        m_gathered.append(wire::serializeHeader(header));
        m_gathered.append(step.whole);
        return;
    }
    const wire::MaskingKey key = std::exchange(header.key, {});
    header.masked = false; // the speaker does not ask who masks on its side of the relay
    m_gathered.append(wire::serializeHeader(header));
    const qsizetype begin = m_gathered.size();
    m_gathered.resize(begin + step.whole.size());
    auto *to = reinterpret_cast<uchar *>(m_gathered.data()) + begin;
    wire::applyMask(reinterpret_cast<const uchar *>(step.whole.data()), to, step.whole.size(), key);
}

void SpeakerFeed::passFragment(const RelayDirection::Step &step, const wire::FrameJudge &judge)
{
    gatherSpan();
    const wire::FrameHeader &header = *step.piece.header;
    // Of a frame that was held the whole payload is here; of a long or a compressed one the piece is.
    const bool inPieces = step.chunked || step.compressed;
    const QByteArrayView from = step.compressed ? step.plain : step.chunked ? step.piece.payload : step.whole;
    const quint64 phase = inPieces ? step.piece.payloadOffset : 0;
    const bool masked = header.masked && !step.compressed;
    QByteArray plain = std::exchange(m_carry, {});
    const qsizetype carried = plain.size();
    plain.resize(carried + from.size());
    auto *to = reinterpret_cast<uchar *>(plain.data()) + carried;
    wire::applyMask(reinterpret_cast<const uchar *>(from.data()), to, from.size(), masked ? header.key : wire::MaskingKey{}, phase);

    const bool ends = step.piece.last && header.fin;
    QByteArrayView dropped; // what the speaker will drop from the beginning
    if (judge.messageOpcode() == wire::Opcode::Text) {
        if (!ends) {
            // Of text that was found bad the judge has stopped counting: a third program may get it all the same.
            m_carry = plain.last(std::min<qsizetype>(judge.openTextBytes(), plain.size()));
            plain.chop(m_carry.size());
        }
        dropped = m_taker == Taker::WebSocketOfQt && plain.startsWith(byteOrderMark) ? byteOrderMark : QByteArrayView();
    }
    const bool starts = header.opcode != wire::Opcode::Continuation && (!inPieces || !m_begun);
    if (plain.isEmpty() && !ends && !(starts && step.piece.last))
        return;
    m_begun = !step.piece.last;
    // Unmasked: the speaker does not ask who masks on its side of the relay.
    const wire::FrameHeader fragment = wire::legalHeader(starts ? header.opcode : wire::Opcode::Continuation, ends ? wire::Fin::Yes : wire::Fin::No,
                                                         static_cast<quint64>(dropped.size() + plain.size()), Role::Server, {});
    m_gathered.append(wire::serializeHeader(fragment));
    m_gathered.append(dropped);
    m_gathered.append(plain);
}

void SpeakerFeed::gatherSpan()
{
    m_gathered.append(m_chunk.sliced(m_spanBegin, m_spanEnd - m_spanBegin));
    m_spanBegin = m_spanEnd;
}

QByteArrayView SpeakerFeed::finish()
{
    if (m_gathered.isEmpty())
        return m_chunk.sliced(m_spanBegin, m_spanEnd - m_spanBegin);
    gatherSpan();
    return m_gathered;
}

} // namespace wsw::net
