#pragma once

#include "net/relayrecorder.h"
#include "wire/deflate.h"
#include "wire/framejudge.h"

namespace wsw::net {

/// What the compressed messages of one direction become, piece by piece as they come: inflated, judged, and kept for the record of
/// the unfinished frame up to limits::payloadChunkBytes; what is beyond goes to the sink in chunks. Sans-I/O. A direction has one
/// only where permessage-deflate has been agreed.
class FrameInflation final
{
public:
    /// @p maxBytes: what one message may become.
    FrameInflation(RelayRecorder &recorder, wire::ContextTakeover contextTakeover, quint64 maxBytes);

    struct Taken
    {
        QByteArrayView plain;   ///< what the piece has become; valid until the next call
        wire::Violation found = wire::Violation::None;  ///< the gravest finding about it
    };
    /// Takes a piece of a data frame whose message is compressed, after @p judge has judged it.
    [[nodiscard]] Taken take(const wire::FramePiece &piece, wire::FrameJudge &judge);
    /// Adds to @p record what its frame has become; at the frame's end, once.
    void complete(wire::TrafficRecord &record);
    /// Nobody looks any more at what take() and complete() have given: large buffers are given back.
    void release();

private:
    void beginFrame();
    void keep(QByteArrayView plain);
    void unmask(const wire::FramePiece &piece);

    RelayRecorder &m_recorder;
    wire::Inflater m_inflater;
    QByteArray m_unmasked;      ///< of the current piece
    QByteArray m_plain;         ///< what the current piece has become
    QByteArray m_kept;          ///< what the frame has become since m_keptFrom, where it came in several pieces or is long
    quint64 m_keptFrom = 0;
    quint64 m_frameBytes = 0;   ///< what the frame has become so far
    wire::PayloadKey m_key = 0; ///< not 0: chunks of what the frame has become have gone to the sink
    bool m_inFrame = false;
    bool m_inMessage = false;
    bool m_failed = false;      ///< a finding has been made about the current message: it is not inflated any further
};

} // namespace wsw::net
