// The relay's compression: permessage-deflate between a near side that knows nothing of it and the far side (RFC 7692), and reading
// along where a third program does it itself.

#include "net/relay.h"

#include "net/maskingkeys.h"

#include <algorithm>

namespace wsw::net {

void Relay::beginCompression(const RelayDeflate &deflate)
{
    const Role self = m_mode == RelayMode::Host ? Role::Server : Role::Client;
    const Role peer = m_mode == RelayMode::Host ? Role::Client : Role::Server;
    const bool here = deflate.speaker == RelayDeflate::Speaker::Relay;
    const quint64 most = std::min(m_options.maxInflatedBytes, m_options.maxMessageBytes);
    const auto reading = [&deflate](Role sender) {
        const bool keeps = sender == Role::Client && deflate.clientTakeoverHintOnly;
        return keeps ? wire::ContextTakeover::Yes : deflate.parameters.of(sender).contextTakeover;
    };
    m_in.expectCompression(reading(peer), most);
    // What is compressed here is what the user wanted to send, whatever its size.
    m_out.expectCompression(reading(self), here ? m_options.maxMessageBytes : most);
    if (here)
        m_compressor = std::make_unique<RelayCompressor>(deflate.parameters.of(self), m_options.compressionLevel, &randomMaskingKey);
}

void Relay::compressedFromFar(QByteArrayView bytes, MonotonicNs time)
{
    if (!m_unread.isEmpty()) {
        // The connection is broken and hands over its rest.
        m_unread += bytes;
        return;
    }
    // A read of 256 KiB can become 256 MiB: in between, whoever takes it may want to wait.
    while (!bytes.isEmpty()) {
        if (m_farHolds & ~Holds(Hold::Unread)) {
            m_unread = bytes.toByteArray();
            m_unreadTime = time;
            setFarHold(Hold::Unread, true);
            return;
        }
        const QByteArrayView piece = bytes.first(std::min(limits::inflatePieceBytes, bytes.size()));
        takeFromFar(piece, time);
        bytes = bytes.sliced(piece.size());
    }
}

void Relay::takeUnread()
{
    if (m_state == RelayState::Ended || (m_farHolds & ~Holds(Hold::Unread)))
        return;
    compressedFromFar(std::exchange(m_unread, {}), m_unreadTime);
    if (m_unread.isEmpty())
        setFarHold(Hold::Unread, false);
}

void Relay::compressedFromNear(QByteArrayView bytes)
{
    // What a speaker writes at once may be a whole message of any size.
    constexpr qsizetype most = 64 * 1024;
    QByteArray out;
    for (; !bytes.isEmpty() && !m_nearIgnored; bytes = bytes.sliced(std::min(most, bytes.size()))) {
        m_compressor->feed(bytes.first(std::min(most, bytes.size())));
        while (!m_nearIgnored && m_compressor->next(out)) {
            const bool isClose = m_out.atBoundary() && (static_cast<uchar>(out[0]) & 0x0f) == static_cast<uchar>(wire::Opcode::Close);
            if (isClose && std::exchange(m_answersForSpeaker, false)) {
                follow(RelayClose::Order::AnswerClose);
                break;
            }
            const MonotonicNs now = monotonicNow();
            writeFar(out);
            takeFromNear(out, now);
            injectDue();
        }
    }
    checkSink();
}

void Relay::injectMessage(wire::Opcode opcode, QByteArrayView payload, qsizetype fragmentBytes, Marking marking, quint64 afterSpoken)
{
    Injection injection;
    injection.header.opcode = opcode;
    injection.bytes = payload.toByteArray();
    injection.afterSpoken = afterSpoken;
    injection.sort = Injection::Sort::Message;
    injection.fragmentBytes = fragmentBytes;
    if (marking == Marking::Crafted)
        injection.flags = wire::RecordFlag::Crafted;
    m_injections.push_back(std::move(injection));
    injectDue();
}

void Relay::writeMessage(const Injection &injection)
{
    if (m_compressor->inMessage())
        return; // only once the near side is gone in the middle of it: nothing can follow
    const Role self = m_mode == RelayMode::Host ? Role::Server : Role::Client;
    for (const RelayCompressor::Frame &frame : m_compressor->message(injection.header.opcode, injection.bytes, injection.fragmentBytes, self)) {
        const MonotonicNs now = monotonicNow();
        writeFar(frame.bytes);
        m_out.besides(frame.header, frame.bytes, now, injection.flags);
    }
    checkSink();
}

void Relay::noteInjected(const wire::FrameHeader &header)
{
    // A crafted frame that counts as compressed has changed the peer's window, of which ours knows nothing.
    if (m_compressor && !wire::isControl(header.opcode) && m_out.judge().messageCompressed())
        m_compressor->dropContext();
}

void Relay::tellProgram(const wire::ViolationInfo &why)
{
    const QByteArray payload = closePayload(why.closeCode, why.sentence);
    writeNear(wire::serializeFrame(wire::legalHeader(wire::Opcode::Close, wire::Fin::Yes, static_cast<quint64>(payload.size()), Role::Server, {}), payload));
}

} // namespace wsw::net
