#pragma once

#include "rawpeer.h"

#include <memory>

struct z_stream_s;

namespace wsw::test {

/// permessage-deflate as two heads have agreed on it, read by an eye of its own.
struct DeflateTerms
{
    bool serverTakeover = true;
    bool clientTakeover = true;
    int serverBits = 15;
    int clientBits = 15;

    /// Reads an answer; nothing where it is no lawful answer (RFC 7692, 7.1) to @p offer, or agrees to a window of 8 bits.
    /// @p offer: one offer, the name included.
    [[nodiscard]] static std::optional<DeflateTerms> read(const QByteArray &offer, const QByteArray &answer);
};

/// A peer that compresses and inflates with zlib itself: a second implementation beside the program's. It inflates with no larger
/// window than was agreed, so a distance that reaches too far back is seen.
class DeflatePeer final
{
public:
    DeflatePeer(RawPeer peer, const DeflateTerms &terms);
    ~DeflatePeer();

    [[nodiscard]] RawPeer &raw() { return m_peer; }

    enum class Form : quint8 { Compressed, Plain };
    /// Writes a message; @p fragment: payload bytes of each of its frames, 0: one frame.
    bool send(int opcode, const QByteArray &payload, qsizetype fragment = 0, Form form = Form::Compressed);
    /// A message's payload as it would go out; the window takes notice of it.
    [[nodiscard]] QByteArray compressed(const QByteArray &payload);
    /// The next message or control frame, inflated where it was compressed (RSV1 is then taken away); nothing where none comes or its
    /// data are damaged.
    [[nodiscard]] std::optional<RawFrame> readMessage(int timeoutMs = 20'000);
    /// Of the last message: was it compressed, and how many bytes came.
    [[nodiscard]] bool wasCompressed() const { return m_wasCompressed; }
    [[nodiscard]] qsizetype wireBytes() const { return m_wireBytes; }

private:
    struct EndDeflate { void operator()(z_stream_s *stream) const; };
    struct EndInflate { void operator()(z_stream_s *stream) const; };
    [[nodiscard]] std::optional<QByteArray> inflated(const QByteArray &payload);

    RawPeer m_peer;
    bool m_ownTakeover;
    bool m_otherTakeover;
    bool m_wasCompressed = false;
    qsizetype m_wireBytes = 0;
    std::unique_ptr<z_stream_s, EndDeflate> m_out;
    std::unique_ptr<z_stream_s, EndInflate> m_in;
};

/// @p payload compressed on its own, without anything before it, as the payload of a message (RFC 7692, 7.2.1).
[[nodiscard]] QByteArray deflated(const QByteArray &payload);

} // namespace wsw::test
