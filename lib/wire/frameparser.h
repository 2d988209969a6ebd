#pragma once

#include "wire/frame.h"

namespace wsw::wire {

/// A part of one frame as far as it has come. A frame gives one or more pieces, an empty payload exactly one; the first
/// comes as soon as the header is complete, without payload where none has come yet.
struct FramePiece
{
    const FrameHeader *header;  ///< valid until the next call on the parser
    QByteArrayView payload;     ///< as on the wire (masked where masked); a view into what was fed
    quint64 payloadOffset;      ///< of payload's first byte within the frame's payload
    bool first;                 ///< the header has just been completed
    bool last;                  ///< the frame is complete
};

/// Cuts a byte stream into frames (RFC 6455, 5.2). Sans-I/O; never fails: every byte sequence has a reading, and whether
/// it is allowed is for FrameJudge to say. Use: feed(), then next() until it returns false, then feed() again.
class FrameParser final
{
public:
    /// Gives the parser bytes; the view must stay valid until next() has returned false. Nothing may be left from before.
    void feed(QByteArrayView bytes) noexcept;
    /// The next piece, or false when more bytes are needed.
    [[nodiscard]] bool next(FramePiece &piece) noexcept;

    /// Passes over bytes of the current payload that nobody has; false, and nothing is done, where they reach beyond it. Nothing that was
    /// fed may be left. The frame may then be complete without a last piece.
    bool skip(quint64 bytes) noexcept;
    /// Forgets an unfinished frame: the next byte is taken to begin one.
    void restart() noexcept;

    /// Bytes fed and skipped in all since construction = wire offset of the next byte.
    [[nodiscard]] quint64 wireOffset() const noexcept { return m_consumed; }
    /// True inside a header or a payload: an end of stream here cuts a frame.
    [[nodiscard]] bool inFrame() const noexcept { return m_headerFill > 0 || m_inPayload; }
    /// The bytes of a header that is not complete yet (0 to 13).
    [[nodiscard]] QByteArrayView partialHeader() const noexcept;
    /// Inside a payload: its header and how much of the payload has come.
    [[nodiscard]] const FrameHeader &currentHeader() const noexcept { return m_header; }
    [[nodiscard]] quint64 payloadReceived() const noexcept { return m_payloadDone; }

private:
    [[nodiscard]] bool takeHeader() noexcept;
    void readHeader(const uchar *from, quint8 size) noexcept;
    void givePayload(FramePiece &piece, bool first) noexcept;

    QByteArrayView m_in;
    FrameHeader m_header;
    quint64 m_consumed = 0;
    quint64 m_payloadDone = 0;
    std::array<uchar, 14> m_headerBytes{};
    quint8 m_headerFill = 0;
    bool m_inPayload = false;
};

} // namespace wsw::wire
