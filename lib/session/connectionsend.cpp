// What a connection sends on request: checks, and which way it goes.

#include "session/connection.h"

#include "net/maskingkeys.h"
#include "wire/closecode.h"
#include "wire/utf8.h"

#include <QStringDecoder>

namespace wsw::session {

namespace {

Error notOpen(const QString &state)
{
    return {ErrorKind::Usage, QStringLiteral("The connection is not open (%1).").arg(state), QStringLiteral("Connect again and send then."), {}};
}

/// The text as it is: QString::fromUtf8() would swallow a byte order mark at the beginning.
QString textOf(const QByteArray &utf8)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decoder(utf8);
}

bool isUtf8(const QByteArray &text)
{
    wire::Utf8Validator validator;
    return validator.feed(text) && validator.atBoundary();
}

} // namespace

Result<> Connection::send(const Outgoing &outgoing)
{
    switch (outgoing.kind) {
    case Outgoing::Kind::Text:
    case Outgoing::Kind::Binary:
        return sendMessage(outgoing);
    case Outgoing::Kind::Ping:
    case Outgoing::Kind::Pong:
        return sendControl(outgoing);
    case Outgoing::Kind::Close:
        return sendClose(outgoing);
    case Outgoing::Kind::Frame:
    case Outgoing::Kind::RawBytes:
        break;
    }
    // What is crafted may also be sent while the connection closes: that is what it is for.
    if (m_relay->state() != net::RelayState::Open && m_relay->state() != net::RelayState::Closing)
        return notOpen(m_relay->stateText());
    if (m_relay->hasEndedSending()) {
        return Error{ErrorKind::Usage, QStringLiteral("Nothing more can be sent: this side has ended TCP (FIN) behind its last byte."),
                     QStringLiteral("Connect again and send then."), {}};
    }
    if (outgoing.kind == Outgoing::Kind::Frame)
        m_relay->inject(outgoing.header, outgoing.payload, net::Relay::Marking::Crafted, m_handed);
    else
        m_relay->injectRaw(outgoing.payload, m_handed);
    return {};
}

bool Connection::maySpeak() const
{
    // In a raw session the user answers the peer's Close, or does not.
    const bool closing = m_relay->state() == net::RelayState::Closing && !m_relay->hasEndedSending();
    return isOpen() || (m_relay->mode() == net::RelayMode::Raw && closing);
}

Result<> Connection::sendMessage(const Outgoing &outgoing)
{
    if (!maySpeak())
        return notOpen(m_relay->stateText());
    const bool text = outgoing.kind == Outgoing::Kind::Text;
    if (text && !isUtf8(outgoing.payload)) {
        return Error{ErrorKind::Usage, QStringLiteral("The text is not valid UTF-8, and a text message must be (RFC 6455, 8.1)."),
                     QStringLiteral("Send it as binary, or as a crafted frame to see what the peer does."), {}};
    }
    if (!m_speaker) {
        sendFrames(outgoing);
        return {};
    }
    if (!speaks())
        return notOpen(m_relay->stateText());
    const bool compressed = isCompressed(outgoing);
    if (m_relay->compresses()) {
        const auto compress = compressed ? net::SendPlan::Compress::Yes : net::SendPlan::Compress::No;
        m_relay->planMessage(m_handed + 1, {compress, outgoing.fragmentBytes});
    }
    // What is compressed is cut by the relay: only it knows what there is to be cut.
    const bool cut = outgoing.fragmentBytes > 0 && !compressed;
    m_speaker->setOutgoingFrameSize(cut ? static_cast<quint64>(outgoing.fragmentBytes) : QWebSocket::maxOutgoingFrameSize());
    if (text)
        say(textOf(outgoing.payload));
    else
        say(outgoing.payload);
    m_speaker->setOutgoingFrameSize(QWebSocket::maxOutgoingFrameSize());
    if (m_relay->mode() == net::RelayMode::Client && m_speaker->bytesToWrite() > limits::writeHighWater)
        setPressure(true);
    return {};
}

bool Connection::isCompressed(const Outgoing &outgoing) const
{
    return m_relay->compresses() && outgoing.compress == Outgoing::Compress::Auto;
}

void Connection::sendFrames(const Outgoing &outgoing)
{
    // In a raw session the user is the speaker; between a proxy's two programs this is crafted.
    const auto marking = m_relay->mode() == net::RelayMode::Proxy ? net::Relay::Marking::Crafted : net::Relay::Marking::Plain;
    if (isCompressed(outgoing)) {
        const auto opcode = outgoing.kind == Outgoing::Kind::Text ? wire::Opcode::Text : wire::Opcode::Binary;
        m_relay->injectMessage(opcode, outgoing.payload, outgoing.fragmentBytes, marking, m_handed);
        return;
    }
    const QByteArrayView payload = outgoing.payload;
    const qsizetype part = outgoing.fragmentBytes > 0 ? outgoing.fragmentBytes : std::max<qsizetype>(payload.size(), 1);
    wire::Opcode opcode = outgoing.kind == Outgoing::Kind::Text ? wire::Opcode::Text : wire::Opcode::Binary;
    qsizetype at = 0;
    do {
        const qsizetype size = std::min(part, payload.size() - at);
        const wire::Fin fin = at + size == payload.size() ? wire::Fin::Yes : wire::Fin::No;
        writeFrame(opcode, fin, payload.sliced(at, size), marking);
        opcode = wire::Opcode::Continuation;
        at += size;
    } while (at < payload.size());
}

void Connection::writeFrame(wire::Opcode opcode, wire::Fin fin, QByteArrayView payload, net::Relay::Marking marking)
{
    const Role self = m_relay->mode() == net::RelayMode::Host ? Role::Server : Role::Client;
    const wire::FrameHeader header = wire::legalHeader(opcode, fin, static_cast<quint64>(payload.size()), self, net::randomMaskingKey());
    m_relay->inject(header, payload, marking, m_handed);
}

Result<> Connection::sendControl(const Outgoing &outgoing)
{
    if (!maySpeak())
        return notOpen(m_relay->stateText());
    if (static_cast<quint64>(outgoing.payload.size()) > limits::controlPayloadBytes) {
        return Error{ErrorKind::Usage,
                     QStringLiteral("A %1 can carry 125 bytes, this one has %2 (RFC 6455, 5.5).")
                         .arg(outgoing.kind == Outgoing::Kind::Ping ? QStringLiteral("Ping") : QStringLiteral("Pong"))
                         .arg(outgoing.payload.size()),
                     QStringLiteral("Shorten it, or send it as a crafted frame to see what the peer does."), {}};
    }
    const bool isPing = outgoing.kind == Outgoing::Kind::Ping;
    writeFrame(isPing ? wire::Opcode::Ping : wire::Opcode::Pong, wire::Fin::Yes, outgoing.payload, net::Relay::Marking::Plain);
    return {};
}

Result<> Connection::sendClose(const Outgoing &outgoing)
{
    if (!maySpeak())
        return notOpen(m_relay->stateText());
    if (outgoing.closeCode != 0 && !wire::maySendCloseCode(outgoing.closeCode)) {
        return Error{ErrorKind::Usage,
                     QStringLiteral("The close code %1 must not be sent: %2 (RFC 6455, 7.4).").arg(outgoing.closeCode).arg(wire::closeCodeName(outgoing.closeCode)),
                     QStringLiteral("Use 1000, or a code from 3000 to 4999; or send it as a crafted frame to see what the peer does."), {}};
    }
    if (outgoing.reason.toUtf8().size() > net::closeReasonBytes) {
        return Error{ErrorKind::Usage, QStringLiteral("The reason is longer than the 123 bytes that fit into a Close (RFC 6455, 5.5)."),
                     QStringLiteral("Shorten it."), {}};
    }
    if (outgoing.closeCode == 0 && !outgoing.reason.isEmpty()) {
        return Error{ErrorKind::Usage, QStringLiteral("A Close without a code cannot carry a reason (RFC 6455, 5.5.1)."),
                     QStringLiteral("Give it a code, for example 1000, or leave the reason out."), {}};
    }
    close(outgoing.closeCode, outgoing.reason);
    return {};
}

} // namespace wsw::session
