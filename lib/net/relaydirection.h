#pragma once

#include "net/relayrecorder.h"
#include "wire/deflatenegotiation.h"
#include "wire/framejudge.h"
#include "wire/frameparser.h"

#include <QByteArray>

#include <memory>

namespace wsw::net {

class FrameInflation;

/// One direction of a connection after the heads: cuts the stream into frames, judges them and records each when it is whole.
/// Sans-I/O. Use: feed(), then next() until it returns false, then feed() again. Nothing is allocated for a frame that comes
/// in one piece; one that comes in parts is kept up to limits::payloadChunkBytes and passed on in chunks beyond. Where compression
/// is expected, what was fed is read in parts of limits::inflatePieceBytes, so that what they become is never much at once.
class RelayDirection final
{
public:
    /// @p sender: which end writes this stream.
    RelayDirection(RelayRecorder &recorder, Direction direction, Role sender, quint64 frameLimit, quint64 messageLimit = limits::messageBytes);
    ~RelayDirection();

    /// A part of a frame that has been judged and, where it was the last one, recorded.
    struct Step
    {
        wire::FramePiece piece{};
        wire::Violation found = wire::Violation::None;  ///< the gravest finding that this piece has brought
        /// piece.last only: the whole payload as on the wire; empty where it went to the sink in chunks (see chunked).
        QByteArrayView whole;
        bool chunked = false;                           ///< the payload is longer than limits::payloadChunkBytes
        bool compressed = false;                        ///< a data frame of a compressed message
        QByteArrayView plain;                           ///< compressed only: what this piece has become
        bool spoiled = false;                           ///< this piece has shown that its message is no text, or cannot be inflated
        /// The first finding of this piece after which nobody can read on: a limit, or a length with its highest bit set.
        wire::Violation barrier = wire::Violation::None;
    };

    /// Gives bytes that crossed the far side at @p time; the view must stay valid until next() has returned false.
    void feed(QByteArrayView bytes, MonotonicNs time) noexcept;
    [[nodiscard]] bool next(Step &step);

    /// RSV1 means "compressed" from now on: permessage-deflate has been agreed (RFC 7692), for this direction with or without
    /// @p contextTakeover. @p maxInflated: what a message may become.
    void expectCompression(wire::ContextTakeover contextTakeover, quint64 maxInflated);
    [[nodiscard]] bool expectsCompression() const noexcept { return m_inflation != nullptr; }

    /// Judges and records a frame that was written between the frames of the stream; @p bytes: header and payload as written.
    void besides(const wire::FrameHeader &header, QByteArrayView bytes, MonotonicNs time, wire::RecordFlags flags);
    /// Records raw bytes that the user wrote, or that came where no frame can be read.
    void raw(QByteArrayView bytes, MonotonicNs time, wire::RecordFlags flags);

    /// Records the unfinished frame now, Truncated, with what has come of its payload: it has been judged and need never end. What still
    /// comes of it is recorded as raw bytes.
    void recordAsJudged();

    /// Bytes that crossed and that nobody has, for whoever only watches. Where they lie within one frame, that frame is recorded at its
    /// end, Truncated, with what had come before them, and reading goes on. Where they reach beyond it nobody can say where the next
    /// frame begins: false, and what comes is for raw() until resume() says that a frame begins. What follows from the loss is no finding.
    [[nodiscard]] bool lose(quint64 bytes, MonotonicNs time);
    void resume();
    /// False after a loss until resume().
    [[nodiscard]] bool hasTrack() const noexcept { return m_hasTrack; }

    /// Whether the end of a stream that had no Close counts as a breach of this direction's sender.
    enum class MissingClose : quint8 { Finding, Excused };
    /// TCP ended in this direction: records what had come of an unfinished frame as Truncated, then the End. At most once counts.
    void end(const QString &how, MonotonicNs time, MissingClose missingClose);
    [[nodiscard]] bool hasEnded() const noexcept { return m_ended; }

    /// Where within @p bytes, if they came next, a Close would begin; -1: nowhere.
    [[nodiscard]] qsizetype closeWithin(QByteArrayView bytes) const noexcept;
    /// True between frames: something else may be written here.
    [[nodiscard]] bool atBoundary() const noexcept { return !m_parser.inFrame(); }
    /// Bytes of this direction after its head.
    [[nodiscard]] quint64 wireOffset() const noexcept { return m_parser.wireOffset() + m_besides; }
    [[nodiscard]] const wire::FrameJudge &judge() const noexcept { return m_judge; }

private:
    void feedPart() noexcept;
    void judge(Step &step);
    void keep(const wire::FramePiece &piece);
    void recordFrame(const wire::FrameHeader &header, QByteArrayView payload, wire::RecordFlags flags);
    void releaseKept();
    void recordUnfinished();
    void recordRaw(QByteArrayView bytes, MonotonicNs time, wire::RecordFlags flags, quint64 wireOffset);
    void takeRest(Step &step);
    [[nodiscard]] wire::Violation judged(wire::Violation violation) const noexcept;

    RelayRecorder &m_recorder;
    wire::FrameParser m_parser;
    wire::FrameJudge m_judge;
    QByteArrayView m_unread;            ///< of what was fed, not given to the parser yet
    QByteArray m_kept;                  ///< payload of the unfinished frame, as on the wire, since m_keptFrom
    quint64 m_keptFrom = 0;
    wire::PayloadKey m_payloadKey = 0;  ///< not 0: chunks of the unfinished frame have gone to the sink
    quint64 m_besides = 0;              ///< bytes written past the parser: crafted frames and raw bytes
    MonotonicNs m_time = 0;
    MonotonicNs m_frameStart = 0;
    wire::Violation m_worst = wire::Violation::None;
    Direction m_direction;
    bool m_ended = false;
    bool m_hasTrack = true;
    bool m_frameRecorded = false;   ///< the unfinished frame is on record: see recordAsJudged()
    bool m_frameHoled = false;      ///< bytes of the unfinished frame are lost
    bool m_messageHoled = false;    ///< bytes are lost, and no message has begun and ended since
    bool m_contextHoled = false;    ///< bytes have been lost: later messages may refer to them
    std::unique_ptr<FrameInflation> m_inflation;    ///< where compression is expected: an idle connection should cost little
};

/// The graver of two by the table's severity; the earlier one where they are alike.
[[nodiscard]] wire::Violation graver(wire::Violation one, wire::Violation two) noexcept;
[[nodiscard]] wire::Violation gravest(const wire::Findings &findings) noexcept;

} // namespace wsw::net
