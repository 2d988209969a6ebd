#include "net/frameinflation.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "net/relaydirection.h"
#include "wire/mask.h"

namespace wsw::net {

namespace {

} // namespace

FrameInflation::FrameInflation(RelayRecorder &recorder, wire::ContextTakeover contextTakeover, quint64 maxBytes)
    : m_recorder(recorder), m_inflater(contextTakeover, maxBytes)
{
}

void FrameInflation::release()
{
    emptyBuffer(m_plain);
    emptyBuffer(m_unmasked);
    if (!m_inFrame)
        emptyBuffer(m_kept);
}

void FrameInflation::beginFrame()
{
    m_kept.resize(0);
    m_keptFrom = m_frameBytes = 0;
    m_key = 0;
    m_inFrame = true;
}

FrameInflation::Taken FrameInflation::take(const wire::FramePiece &piece, wire::FrameJudge &judge)
{
    if (piece.first) {
        beginFrame();
        if (piece.header->opcode != wire::Opcode::Continuation) {
            // A message that another has cut off (RFC 6455, 5.4) ends here for the inflater, too.
            if (std::exchange(m_inMessage, true))
                std::ignore = m_inflater.inflate({}, wire::MessagePart::Last, m_plain);
            m_failed = false;
        }
    }
    const bool ends = piece.last && piece.header->fin;
    m_plain.resize(0);
    unmask(piece);
    const QByteArrayView in = piece.header->masked ? QByteArrayView(m_unmasked) : piece.payload;
    const auto status = m_inflater.inflate(in, ends ? wire::MessagePart::Last : wire::MessagePart::More, m_plain);
    Taken taken;
    taken.plain = m_plain;
    if (!m_failed && status != wire::Inflater::Status::Good) {
        m_failed = true;
        taken.found = gravest(m_inflater.findings());
    }
    taken.found = graver(taken.found, gravest(judge.judgeInflated(m_plain, m_frameBytes, ends && !m_failed)));
    m_frameBytes += static_cast<quint64>(m_plain.size());
    if (ends)
        m_inMessage = false;
    // A frame that came in one piece needs no second copy of what it has become.
    if (!(piece.first && piece.last && m_plain.size() <= limits::payloadChunkBytes))
        keep(m_plain);
    return taken;
}

void FrameInflation::unmask(const wire::FramePiece &piece)
{
    if (!piece.header->masked)
        return;
    m_unmasked.resize(piece.payload.size());
    wire::applyMask(reinterpret_cast<const uchar *>(piece.payload.data()), reinterpret_cast<uchar *>(m_unmasked.data()), m_unmasked.size(),
                    piece.header->key, piece.payloadOffset);
}

void FrameInflation::keep(QByteArrayView plain)
{
    const auto space = [this] { return limits::payloadChunkBytes - m_kept.size(); };
    while (plain.size() > space()) {
        const qsizetype part = space();
        m_kept.append(plain.first(part));
        plain = plain.sliced(part);
        if (m_key == 0)
            m_key = m_recorder.newPayloadKey();
        m_recorder.plainChunk(m_key, m_keptFrom, m_kept);
        m_keptFrom += static_cast<quint64>(m_kept.size());
        m_kept.resize(0);
    }
    m_kept.append(plain);
}

void FrameInflation::complete(wire::TrafficRecord &record)
{
    m_inFrame = false;
    record.inflatedLength = m_frameBytes;
    if (m_key == 0) {
        record.inflated = m_kept.isEmpty() ? m_plain : m_kept;
        return;
    }
    m_recorder.plainChunk(m_key, m_keptFrom, m_kept);
    record.flags |= wire::RecordFlag::InflatedChunked;
    record.inflatedKey = m_key;
}

} // namespace wsw::net
