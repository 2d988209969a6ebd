#pragma once

#include "base/limits.h"
#include "wire/deflatenegotiation.h"
#include "wire/violation.h"

#include <memory>

struct z_stream_s;

namespace wsw::wire {

/// Whether more of the same message follows.
enum class MessagePart : bool { More, Last };

/// Compresses the messages of one direction (RFC 7692, 7.2.1). Sans-I/O; takes no memory before the first message.
class Deflater final
{
public:
    /// @p side: windowBits from 9 to 15. @p level: 1 (fast) to 9 (small), or -1 for zlib's middle.
    explicit Deflater(const DeflateSide &side, int level = -1);
    ~Deflater();
    Deflater(Deflater &&) noexcept;
    Deflater &operator=(Deflater &&) noexcept;

    /// Compresses a part of a message; what comes out may lag behind what went in until MessagePart::Last. All that comes out
    /// for one message, in order, is its payload; it can be cut into frames anywhere.
    [[nodiscard]] QByteArray compress(QByteArrayView bytes, MessagePart part);
    /// What the current message still holds back, so that all that went in can be inflated by who gets this: for a fragment that
    /// must not wait for the next one (RFC 7692, 7.2.1). The message goes on.
    [[nodiscard]] QByteArray flush();
    /// The next message builds on none before it: something was written between them that this knows nothing of. Between messages only.
    void dropContext();

private:
    struct End { void operator()(z_stream_s *stream) const noexcept; };
    void begin();
    [[nodiscard]] QByteArray run(QByteArrayView bytes, int flush);

    DeflateSide m_side;
    int m_level;
    std::unique_ptr<z_stream_s, End> m_stream;
};

/// Inflates the messages of one direction (RFC 7692, 7.2.2), always with the greatest window, up to a size. Sans-I/O; takes no
/// memory before the first message.
class Inflater final
{
public:
    /// @p maxBytes: how large one message may become; see limits::inflatedBytes.
    explicit Inflater(ContextTakeover contextTakeover, quint64 maxBytes = limits::inflatedBytes);
    ~Inflater();
    Inflater(Inflater &&) noexcept;
    Inflater &operator=(Inflater &&) noexcept;

    enum class Status : quint8 {
        Good,
        Damaged,    ///< no deflate data, cut off, or the context was lost with an earlier message
        OverLimit,
    };

    /// Inflates a part of a message (frames in order, unmasked) and appends it to @p out, never past the limit. After Damaged the rest
    /// of the message is skipped; with context takeover, all later messages are Damaged as well. After OverLimit the rest is read, for
    /// later messages may build on it, and dropped; past limits::inflatedDiscardFactor times the limit the context is given up, too.
    Status inflate(QByteArrayView bytes, MessagePart part, QByteArray &out);

    /// The finding for the status that the last call gave; nothing when Good.
    [[nodiscard]] Findings findings() const;
    /// Bytes that the current message has become so far.
    [[nodiscard]] quint64 inflatedBytes() const noexcept { return m_inflated; }

private:
    struct End { void operator()(z_stream_s *stream) const noexcept; };
    void begin();
    void run(QByteArrayView bytes, QByteArray &out);
    void startNextStream();
    void endMessage(QByteArray &out);
    [[nodiscard]] bool betweenBlocks() const;
    void fail(Status status, const QString &note);
    [[nodiscard]] bool readsOn() const noexcept;

    ContextTakeover m_contextTakeover;
    quint64 m_maxBytes;
    quint64 m_inflated = 0;
    quint64 m_made = 0;         ///< the same with what was over the limit
    quint64 m_taken = 0;        ///< bytes of the current message that came in
    bool m_inMessage = false;
    bool m_fresh = true;        ///< nothing has been read since the start or since a block with BFINAL
    bool m_contextLost = false;
    Status m_status = Status::Good;
    QString m_note;
    std::unique_ptr<z_stream_s, End> m_stream;
};

} // namespace wsw::wire
