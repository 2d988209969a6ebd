#pragma once

#include "base/limits.h"
#include "wire/frameparser.h"
#include "wire/utf8.h"
#include "wire/violation.h"

namespace wsw::wire {

/// Judges one direction of a connection by RFC 6455, 5 to 8, piece by piece. Knows nothing of what follows from it.
class FrameJudge final
{
public:
    /// @p sender: which end wrote this stream. @p frameLimit: payload bytes above which FrameOverLimit is found, @p messageLimit:
    /// those of all frames of a message together (as on the wire) above which MessageOverLimit is, once a message.
    explicit FrameJudge(Role sender, quint64 frameLimit, quint64 messageLimit = limits::messageBytes);

    /// RSV1 means "compressed" once permessage-deflate has been agreed (RFC 7692, 6): a legal use is then no finding.
    void allowRsv1(bool allowed) noexcept { m_rsv1Allowed = allowed; }

    /// Judges one piece; the findings are those that this piece has brought, each once. Findings of the header come with
    /// piece.first, of text at the first bad byte, of a close payload with piece.last.
    [[nodiscard]] const Findings &judge(const FramePiece &piece);
    /// Judges what the piece that was judged last, of a compressed message, has become: text must be UTF-8 (RFC 7692, 6.2).
    /// @p plainOffset: of @p plain in what its frame becomes, which is also what the findings' offsets count. @p ends: the message
    /// ends here, and all of it could be inflated. The findings are those of @p plain alone.
    [[nodiscard]] const Findings &judgeInflated(QByteArrayView plain, quint64 plainOffset, bool ends);
    /// Judges the end of the stream: inside a frame, or without a Close before it.
    [[nodiscard]] Findings judgeEnd(bool insideFrame) const;

    /// Number of the data message that the last judged data frame belongs to, from 1; 0 before any.
    [[nodiscard]] quint64 messageNumber() const noexcept { return m_message; }
    /// The opcode with which the current (or last) data message began; Continuation where its start never came.
    [[nodiscard]] Opcode messageOpcode() const noexcept { return m_messageOpcode; }
    [[nodiscard]] bool messageOpen() const noexcept { return m_messageOpen; }
    /// Did that message begin with a lawful RSV1, so that its payload is compressed (and its text is judged after inflating)?
    [[nodiscard]] bool messageCompressed() const noexcept { return m_messageCompressed; }
    [[nodiscard]] bool closeSeen() const noexcept { return m_closeSeen; }
    /// After closeSeen(): the code and the reason as they came; 1005 where the payload was empty. The first Close counts.
    [[nodiscard]] quint16 closeCode() const noexcept { return m_closeCode; }
    [[nodiscard]] QByteArray closeReason() const { return m_closeReason; }
    /// Text only: bytes at the end of what came (of what it has become, where compressed) that belong to an unfinished code point (0 to 3).
    [[nodiscard]] int openTextBytes() const noexcept { return m_utf8.openBytes(); }

private:
    void judgeBits(const FrameHeader &header);
    void judgeLength(const FrameHeader &header);
    void judgeOrder(const FrameHeader &header);
    void judgeMessageLength(const FrameHeader &header);
    void judgeTextPiece(const FramePiece &piece);
    void judgeText(QByteArrayView plain, qint64 offset);
    void judgeTextEnd(qint64 offset);
    void judgeClosePiece(const FramePiece &piece);
    void judgeClose();
    void judgeCloseCode(quint16 code);
    void add(Violation violation, qint64 offset = 0, const QString &note = {});

    static constexpr quint16 noStatusCode = 1005; // RFC 6455, 7.1.5: the Close frame held no code

    Role m_sender;
    quint64 m_frameLimit;
    quint64 m_messageLimit;
    quint64 m_messageBytes = 0; ///< of the current message, its frame being judged included
    bool m_rsv1Allowed = false;
    bool m_messageOpen = false;
    bool m_messageCompressed = false;
    bool m_inText = false; ///< the frame being judged is plain text: its payload must be UTF-8
    bool m_closeSeen = false;
    Opcode m_messageOpcode = Opcode::Binary;
    quint64 m_message = 0;
    quint16 m_closeCode = noStatusCode;
    QByteArray m_closeReason;
    QByteArray m_closePayload;
    Utf8Validator m_utf8;
    Utf8Validator m_reasonUtf8;
    Findings m_found;
};

} // namespace wsw::wire
