#include "net/relaydirection.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "net/frameinflation.h"

#include <algorithm>
#include <tuple>

namespace wsw::net {

namespace {

/// How much of its buffer a direction keeps between frames: there are two to a connection, and thousands of connections may be idle.
constexpr qsizetype keptBytes = 16 * 1024;

void noteKind(wire::Violation violation, RelayDirection::Step &step) noexcept
{
    using wire::Violation;
    if (violation == Violation::TextNotUtf8 || violation == Violation::TextEndsInSequence || violation == Violation::CompressedDataDamaged)
        step.spoiled = true;
    const bool isBarrier = violation == Violation::LengthHighBitSet || violation == Violation::FrameOverLimit
        || violation == Violation::MessageOverLimit || violation == Violation::InflatedOverLimit;
    if (isBarrier && step.barrier == Violation::None)
        step.barrier = violation;
}

} // namespace

wire::Violation graver(wire::Violation one, wire::Violation two) noexcept
{
    if (one == wire::Violation::None || two == wire::Violation::None)
        return one == wire::Violation::None ? two : one;
    return wire::violationInfo(two).severity > wire::violationInfo(one).severity ? two : one;
}

wire::Violation gravest(const wire::Findings &findings) noexcept
{
    wire::Violation worst = wire::Violation::None;
    for (const wire::Finding &finding : findings)
        worst = graver(worst, finding.violation);
    return worst;
}

RelayDirection::RelayDirection(RelayRecorder &recorder, Direction direction, Role sender, quint64 frameLimit, quint64 messageLimit)
    : m_recorder(recorder), m_judge(sender, frameLimit, messageLimit), m_direction(direction)
{
}

RelayDirection::~RelayDirection() = default;

void RelayDirection::expectCompression(wire::ContextTakeover contextTakeover, quint64 maxInflated)
{
    m_judge.allowRsv1(true);
    m_inflation = std::make_unique<FrameInflation>(m_recorder, contextTakeover, maxInflated);
}

void RelayDirection::feed(QByteArrayView bytes, MonotonicNs time) noexcept
{
    m_time = time;
    if (!m_parser.inFrame())
        m_frameStart = time;
    m_unread = bytes;
    if (m_inflation)
        feedPart();
    else
        m_parser.feed(std::exchange(m_unread, {}));
}

void RelayDirection::feedPart() noexcept
{
    const qsizetype part = std::min(m_unread.size(), limits::inflatePieceBytes);
    m_parser.feed(m_unread.first(part));
    m_unread = m_unread.sliced(part);
}

bool RelayDirection::next(Step &step)
{
    while (!m_parser.next(step.piece)) {
        if (m_inflation)
            m_inflation->release();
        if (m_unread.isEmpty())
            return false;
        feedPart();
    }
    const wire::FramePiece &piece = step.piece;
    if (m_frameRecorded) {
        takeRest(step);
        return true;
    }
    judge(step);
    step.whole = {};
    step.chunked = piece.header->length > static_cast<quint64>(limits::payloadChunkBytes);

    if (piece.last && piece.payloadOffset == 0 && !step.chunked && !m_frameHoled) {
        step.whole = piece.payload;
        recordFrame(*piece.header, piece.payload, {});
        m_frameStart = m_time;
        return true;
    }
    if (piece.first)
        releaseKept(); // what the frame before left for whoever was looking at it
    if (!m_frameHoled)
        keep(piece);
    if (piece.last) {
        if (!step.chunked)
            step.whole = m_kept;
        recordFrame(*piece.header, m_kept, std::exchange(m_frameHoled, false) ? wire::RecordFlag::Truncated : wire::RecordFlags());
        m_frameStart = m_time;
    }
    return true;
}

void RelayDirection::recordAsJudged()
{
    if (m_frameRecorded || m_frameHoled || !m_hasTrack || !m_parser.inFrame() || !m_parser.partialHeader().isEmpty())
        return;
    recordFrame(m_parser.currentHeader(), m_kept, wire::RecordFlag::Truncated);
    releaseKept();
    m_frameRecorded = true;
}

/// More of a frame that is on record.
void RelayDirection::takeRest(Step &step)
{
    const wire::FramePiece piece = step.piece;
    std::ignore = m_judge.judge(piece); // which has to know where the frame ends; its judgement has fallen
    step = {};
    step.piece = piece;
    step.chunked = true;
    recordRaw(piece.payload, m_time, {}, piece.header->wireOffset + m_besides + static_cast<quint64>(piece.header->headerSize()) + piece.payloadOffset);
    if (piece.last) {
        m_frameRecorded = false;
        m_frameStart = m_time;
    }
}

bool RelayDirection::lose(quint64 bytes, MonotonicNs time)
{
    m_messageHoled = m_contextHoled = true;
    m_time = std::max(m_time, time);
    if (m_hasTrack && m_parser.skip(bytes)) {
        m_frameHoled = m_parser.inFrame();
        if (!m_frameHoled)
            recordFrame(m_parser.currentHeader(), m_kept, wire::RecordFlag::Truncated);
        return true;
    }
    if (m_hasTrack)
        recordUnfinished();
    m_hasTrack = m_frameHoled = false;
    m_besides += bytes;
    return false;
}

void RelayDirection::resume()
{
    m_parser.restart();
    releaseKept();
    m_hasTrack = true;
}

wire::Violation RelayDirection::judged(wire::Violation violation) const noexcept
{
    using wire::Violation;
    switch (violation) {
    case Violation::TextNotUtf8:
    case Violation::TextEndsInSequence:
    case Violation::ContinuationWithoutStart:
    case Violation::DataFrameInsideMessage:
        return m_messageHoled ? Violation::None : violation;
    case Violation::CompressedDataDamaged:
        return m_contextHoled ? Violation::None : violation;
    default:    // of the many others each is about bytes that are there
        return m_frameHoled ? Violation::None : violation;
    }
}

void RelayDirection::judge(Step &step)
{
    const wire::FramePiece &piece = step.piece;
    if (piece.first)
        m_worst = wire::Violation::None;
    const wire::Findings &found = m_judge.judge(piece);
    step.found = found.empty() ? wire::Violation::None : judged(gravest(found));
    step.compressed = m_inflation && wire::isData(piece.header->opcode) && m_judge.messageCompressed();
    step.plain = {};
    step.spoiled = false;
    step.barrier = wire::Violation::None;
    for (const wire::Finding &finding : found)
        noteKind(finding.violation, step);
    if (step.compressed) {
        const FrameInflation::Taken taken = m_inflation->take(piece, m_judge);
        step.plain = taken.plain;
        noteKind(taken.found, step);
        step.found = graver(step.found, judged(taken.found));
    }
    if (piece.last && piece.header->fin && wire::isData(piece.header->opcode))
        m_messageHoled = false;
    m_worst = graver(m_worst, step.found);
}

void RelayDirection::keep(const wire::FramePiece &piece)
{
    QByteArrayView rest = piece.payload;
    const auto space = [this] { return limits::payloadChunkBytes - m_kept.size(); };
    while (rest.size() > space()) {
        // More is coming than one record holds: the full part goes out as a chunk.
        const qsizetype part = space();
        m_kept.append(rest.first(part));
        rest = rest.sliced(part);
        if (m_payloadKey == 0)
            m_payloadKey = m_recorder.newPayloadKey();
        m_recorder.chunk(m_payloadKey, m_keptFrom, m_kept, *piece.header);
        m_keptFrom += static_cast<quint64>(m_kept.size());
        m_kept.resize(0);
    }
    m_kept.append(rest);
}

void RelayDirection::recordFrame(const wire::FrameHeader &header, QByteArrayView payload, wire::RecordFlags flags)
{
    wire::TrafficRecord record;
    record.kind = wire::RecordKind::Frame;
    record.direction = m_direction;
    record.flags = flags;
    record.header = header;
    record.header.wireOffset += m_besides;
    record.time = m_time;
    record.firstByteTime = m_frameStart;
    record.inflatedLength = header.length;
    record.violation = m_worst;
    if (wire::isData(header.opcode)) {
        record.message = MessageId(m_judge.messageNumber());
        if (header.opcode == wire::Opcode::Continuation && m_judge.messageOpcode() == wire::Opcode::Binary)
            record.flags |= wire::RecordFlag::ContinuesBinary;
        // RFC 7692, 6: the first frame of a message says it for all of them.
        if (m_inflation && m_judge.messageCompressed()) {
            record.flags |= wire::RecordFlag::Compressed;
            m_inflation->complete(record);
        }
    }
    if (header.lengthForm != wire::minimalLengthForm(header.length))
        record.flags |= wire::RecordFlag::NotMinimal;
    if (m_payloadKey != 0) {
        m_recorder.chunk(m_payloadKey, m_keptFrom, payload, header);
        record.flags |= wire::RecordFlag::Chunked;
        record.payloadKey = m_payloadKey;
        m_payloadKey = 0;
    } else {
        record.payload = payload;
    }
    m_recorder.record(record);
}

void RelayDirection::releaseKept()
{
    m_keptFrom = 0;
    emptyBuffer(m_kept, keptBytes);
}

qsizetype RelayDirection::closeWithin(QByteArrayView bytes) const noexcept
{
    wire::FrameParser ahead = m_parser;
    const quint64 begin = ahead.wireOffset();
    ahead.feed(bytes);
    for (wire::FramePiece piece; ahead.next(piece);) {
        if (piece.first && piece.header->opcode == wire::Opcode::Close && piece.header->wireOffset >= begin)
            return static_cast<qsizetype>(piece.header->wireOffset - begin);
    }
    return -1;
}

void RelayDirection::besides(const wire::FrameHeader &header, QByteArrayView bytes, MonotonicNs time, wire::RecordFlags flags)
{
    Q_ASSERT(atBoundary());
    m_time = m_frameStart = time;
    const QByteArrayView payload = bytes.sliced(header.headerSize());
    wire::FrameHeader placed = header;
    placed.wireOffset = m_parser.wireOffset(); // recordFrame() adds what was written besides
    Step step;
    step.piece = {&placed, payload, 0, true, true};
    judge(step);
    releaseKept();
    if (payload.size() > limits::payloadChunkBytes) {
        keep({&placed, payload, 0, true, true});
        recordFrame(placed, m_kept, flags);
        releaseKept();
    } else {
        recordFrame(placed, payload, flags);
    }
    if (m_inflation)
        m_inflation->release();
    m_besides += static_cast<quint64>(bytes.size());
}

void RelayDirection::raw(QByteArrayView bytes, MonotonicNs time, wire::RecordFlags flags)
{
    recordRaw(bytes, time, flags, wireOffset());
    m_besides += static_cast<quint64>(bytes.size());
}

void RelayDirection::recordRaw(QByteArrayView bytes, MonotonicNs time, wire::RecordFlags flags, quint64 wireOffset)
{
    // One record holds at most a chunk; longer writes are several records in a row.
    while (!bytes.isEmpty()) {
        const QByteArrayView part = bytes.first(std::min(bytes.size(), limits::payloadChunkBytes));
        m_recorder.recordBytes(wire::RecordKind::Raw, m_direction, part, time, time, wire::Violation::None, flags, wireOffset);
        wireOffset += static_cast<quint64>(part.size());
        bytes = bytes.sliced(part.size());
    }
}

void RelayDirection::end(const QString &how, MonotonicNs time, MissingClose missingClose)
{
    if (std::exchange(m_ended, true))
        return;
    const bool cut = m_parser.inFrame() && m_hasTrack;
    if (m_hasTrack)
        recordUnfinished();
    releaseKept();
    wire::Violation violation = gravest(m_judge.judgeEnd(cut));
    // What is lost may have held the Close.
    if (violation == wire::Violation::EndWithoutClose && (missingClose == MissingClose::Excused || m_contextHoled))
        violation = wire::Violation::None;
    m_recorder.recordBytes(wire::RecordKind::End, m_direction, how.toUtf8(), time, time, violation, {}, wireOffset());
}

/// What had come of an unfinished frame.
void RelayDirection::recordUnfinished()
{
    const QByteArrayView partial = m_parser.partialHeader();
    if (!partial.isEmpty()) {
        m_recorder.recordBytes(wire::RecordKind::Raw, m_direction, partial, m_frameStart, m_time, wire::Violation::EndInsideFrame,
                               wire::RecordFlag::Truncated, wireOffset() - static_cast<quint64>(partial.size()));
    } else if (m_parser.inFrame() && !m_frameRecorded) {
        m_worst = graver(m_worst, judged(wire::Violation::EndInsideFrame));
        recordFrame(m_parser.currentHeader(), m_kept, wire::RecordFlag::Truncated);
    }
}

} // namespace wsw::net
