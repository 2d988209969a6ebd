#pragma once

#include "wire/head.h"

namespace wsw::wire {

/// The body of a response (RFC 9112, 6): finds its end and takes the transfer coding "chunked" away. Bytes in, nothing thrown.
class BodyReader final
{
public:
    /// @p kept: so much of the content is kept, to be shown; the rest is only counted.
    BodyReader(QByteArrayView method, const Head &response, qsizetype kept);

    /// Takes bytes up to the end of the body; returns how many were taken (the rest belongs to what follows).
    qsizetype feed(QByteArrayView bytes);
    /// False also where only the end of the stream ends the body.
    [[nodiscard]] bool isComplete() const noexcept { return m_part == Part::Done; }
    /// What has been taken, in bytes of the wire.
    [[nodiscard]] quint64 taken() const noexcept { return m_taken; }
    [[nodiscard]] const QByteArray &content() const noexcept { return m_content; }

private:
    enum class Part : quint8 {
        Length,         ///< m_due bytes of content
        UntilEnd,       ///< content as long as the stream lasts; also what comes where a chunk should begin and none does
        ChunkSize, ChunkLine, ChunkData, ChunkEnd, TrailerStart, TrailerLine,
        Done,
    };

    qsizetype takeContent(QByteArrayView bytes);
    void takeFraming(char byte);
    void takeSize(char byte);

    Part m_part = Part::UntilEnd;
    quint64 m_due = 0;          ///< of the content or of the chunk, still to come
    QByteArray m_digits;        ///< of the size of a chunk, as they came
    quint64 m_taken = 0;
    qsizetype m_kept;
    QByteArray m_content;
};

} // namespace wsw::wire
