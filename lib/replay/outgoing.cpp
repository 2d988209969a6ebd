#include "replay/outgoing.h"

#include "wire/closecode.h"
#include "wire/utf8.h"

#include <QRandomGenerator>

namespace wsw::replay {

namespace {

using As = session::Outgoing::Kind;

/// RFC 6455, 5.3: strong entropy, fresh for every frame.
wire::MaskingKey freshMaskingKey()
{
    const quint32 random = QRandomGenerator::system()->generate();
    return {static_cast<uchar>(random), static_cast<uchar>(random >> 8), static_cast<uchar>(random >> 16), static_cast<uchar>(random >> 24)};
}

} // namespace

bool isSendable(MessageKind kind, const QByteArray &payload)
{
    switch (kind) {
    case MessageKind::Text: {
        wire::Utf8Validator validator;
        return validator.feed(payload) && validator.atBoundary();
    }
    case MessageKind::Binary: return true;
    case MessageKind::Ping:
    case MessageKind::Pong: return static_cast<quint64>(payload.size()) <= limits::controlPayloadBytes;
    case MessageKind::Close: break;
    }
    const session::Outgoing close = outgoingOf(kind, payload);
    const bool fits = static_cast<quint64>(close.reason.toUtf8().size()) + sizeof close.closeCode <= limits::controlPayloadBytes;
    return close.closeCode == 0 || (wire::maySendCloseCode(close.closeCode) && fits);
}

session::Outgoing outgoingOf(MessageKind kind, const QByteArray &payload)
{
    switch (kind) {
    case MessageKind::Text: return {.kind = As::Text, .payload = payload};
    case MessageKind::Binary: return {.kind = As::Binary, .payload = payload};
    case MessageKind::Ping: return {.kind = As::Ping, .payload = payload};
    case MessageKind::Pong: return {.kind = As::Pong, .payload = payload};
    case MessageKind::Close: break;
    }
    session::Outgoing close{.kind = As::Close, .closeCode = 0};
    if (const auto code = wire::closeCodeIn(payload)) {
        close.closeCode = *code;
        close.reason = QString::fromUtf8(payload.mid(qsizetype(sizeof close.closeCode)));
    }
    return close;
}

QList<session::Outgoing> fragmentsOf(MessageKind kind, const QByteArrayList &frames, Role sender)
{
    QList<session::Outgoing> all;
    wire::Opcode opcode = kind == MessageKind::Text ? wire::Opcode::Text : wire::Opcode::Binary;
    for (qsizetype i = 0; i < frames.size(); ++i) {
        const wire::Fin fin = i + 1 == frames.size() ? wire::Fin::Yes : wire::Fin::No;
        const auto length = static_cast<quint64>(frames.at(i).size());
        session::Outgoing frame{.kind = As::Frame, .payload = frames.at(i)};
        frame.header = wire::legalHeader(opcode, fin, length, sender, sender == Role::Client ? freshMaskingKey() : wire::MaskingKey());
        all.append(frame);
        opcode = wire::Opcode::Continuation;
    }
    return all;
}

} // namespace wsw::replay
