#pragma once

#include "wire/deflate.h"
#include "wire/frameparser.h"

#include <deque>
#include <vector>

namespace wsw::net {

/// How one message goes onto the wire.
struct SendPlan
{
    enum class Compress : bool { No, Yes };
    Compress compress = Compress::Yes;
    qsizetype fragmentBytes = 0;    ///< compressed: cut into frames of this many bytes of what goes on the wire; 0: as few as there must be
};

/// What goes onto the wire in place of a speaker's frames once permessage-deflate has been agreed (RFC 7692, 7.2.1). Sans-I/O.
/// Use: feed(), then next() until it returns false, then feed() again.
///
/// | the speaker's frame                                  | on the wire                                                         |
/// |------------------------------------------------------|---------------------------------------------------------------------|
/// | of a message, FIN 1                                  | compressed, one frame or fragments as planned; RSV1 on the first    |
/// | of a message, FIN 0                                  | a fragment with all that came so far, nothing held back             |
/// | of a message over limits::payloadChunkBytes (packed) | fragments as it comes: memory stays bounded                         |
/// | or limits::deflatedFrameBytes (as it was)            |                                                                     |
/// | of a message that is not to be compressed            | as it came                                                          |
/// | control, reserved opcode, RSV bits, out of order     | as it came                                                          |
///
/// Frames stay masked where they were, compressed ones with fresh keys.
class RelayCompressor final
{
public:
    using KeySource = wire::MaskingKey (*)();
    /// @p side: what was agreed for messages sent from here. @p level: as Deflater's.
    RelayCompressor(const wire::DeflateSide &side, int level, KeySource newKey);

    /// How the speaker's @p message (counted from 1) goes onto the wire, where not compressed in one frame. In order, before it comes.
    void plan(quint64 message, const SendPlan &plan);

    /// Gives bytes that the speaker has written; the view must stay valid until next() has returned false.
    void feed(QByteArrayView bytes) noexcept;
    /// The next bytes for the wire: whole frames, or a part of one that passes as it came.
    [[nodiscard]] bool next(QByteArray &out);

    struct Frame
    {
        wire::FrameHeader header;
        QByteArray bytes;           ///< header and payload
    };
    /// A whole message that no speaker has written, compressed, in fragments as SendPlan says. Not while inMessage().
    [[nodiscard]] std::vector<Frame> message(wire::Opcode opcode, QByteArrayView payload, qsizetype fragmentBytes, Role self);
    /// Within a message of the speaker's that is being compressed.
    [[nodiscard]] bool inMessage() const noexcept { return m_messageOpen && m_compressing; }

    /// Something compressed elsewhere was written between: no later message builds on what was before it.
    void dropContext() noexcept { m_contextStale = true; }

private:
    void beginFrame(const wire::FrameHeader &header);
    void beginMessage(wire::Opcode opcode);
    void refreshContext();
    void pack(const wire::FramePiece &piece, QByteArray &out);
    [[nodiscard]] Frame cut(QByteArrayView payload, wire::Fin fin, bool masked);

    wire::FrameParser m_parser;
    wire::Deflater m_deflater;
    KeySource m_newKey;
    std::deque<std::pair<quint64, SendPlan>> m_plans;
    SendPlan m_plan;                ///< of the open message
    QByteArray m_packed;            ///< compressed and not written yet
    qsizetype m_taken = 0;          ///< plain bytes that have gone into the frame that is due
    quint64 m_messages = 0;         ///< of the speaker's that have begun
    wire::Opcode m_opcode = wire::Opcode::Binary;
    bool m_messageOpen = false;     ///< of the speaker's
    bool m_compressing = false;     ///< the open message is compressed
    bool m_packing = false;         ///< the current frame is part of it
    bool m_first = false;           ///< of the message that is compressed nothing has been written
    bool m_contextStale = false;
};

} // namespace wsw::net
