#include "lesson/extensionparts.h"
#include "lesson/framelayout.h"
#include "lesson/judgement.h"

#include "base/limits.h"

#include <array>

namespace wsw::lesson {

namespace {

using capture::RecordHeader;
using wire::LengthForm;
using wire::Opcode;
using wire::Violation;

Judgement judgeFin(const RecordHeader &record, const FrameContext &)
{
    const wire::FrameHeader &frame = record.frame;
    if (wire::isControl(frame.opcode)) {
        return frame.fin ? right(QStringLiteral("a control frame always stands alone, so FIN must be 1."))
                         : wrong(QStringLiteral("a control frame must not be cut into pieces, so FIN must be 1."));
    }
    if (!frame.fin)
        return right(QStringLiteral("FIN is 0, so more frames of this message follow."));
    return frame.opcode == Opcode::Continuation ? right(QStringLiteral("this frame ends the message that an earlier frame began."))
                                                : right(QStringLiteral("the whole message stands in this one frame."));
}

Judgement judgeRsv1(const RecordHeader &record, const FrameContext &context)
{
    const wire::FrameHeader &frame = record.frame;
    if (!context.deflateAgreed) {
        return frame.rsv1 ? wrong(QStringLiteral("no extension that uses RSV1 has been agreed on this connection."))
                          : right(QStringLiteral("no extension has been agreed, so the bit must be 0."));
    }
    if (frame.rsv1 && wire::isControl(frame.opcode))
        return wrong(QStringLiteral("permessage-deflate never compresses control frames."));
    if (frame.rsv1 && frame.opcode == Opcode::Continuation)
        return wrong(QStringLiteral("only the first frame of a message may carry the compression bit."));
    if (frame.rsv1)
        return right(QStringLiteral("permessage-deflate has been agreed and this message is compressed."));
    if (frame.opcode == Opcode::Continuation)
        return right(QStringLiteral("the first frame of the message has said whether it is compressed."));
    if (wire::isControl(frame.opcode))
        return right(QStringLiteral("control frames are never compressed."));
    return right(wire::isData(frame.opcode) ? QStringLiteral("this message is not compressed, which the sender may choose each time.")
                                            : QStringLiteral("permessage-deflate knows no frames of this opcode, so the bit must be 0."));
}

Judgement judgeSpareBit(bool set)
{
    return set ? wrong(QStringLiteral("no extension in use gives this bit a meaning, so the receiver must fail the connection."))
               : right(QStringLiteral("no extension uses the bit, so it must be 0."));
}

Judgement judgeRsv2(const RecordHeader &record, const FrameContext &)
{
    return judgeSpareBit(record.frame.rsv2);
}

Judgement judgeRsv3(const RecordHeader &record, const FrameContext &)
{
    return judgeSpareBit(record.frame.rsv3);
}

Judgement judgePayload(const RecordHeader &record, const FrameContext &context);

Judgement judgeOpcode(const RecordHeader &record, const FrameContext &context)
{
    const Opcode opcode = record.frame.opcode;
    if (wire::isReserved(opcode))
        return wrong(QStringLiteral("no standard defines this opcode, so the receiver must fail the connection."));
    if (record.violation == Violation::ContinuationWithoutStart)
        return wrong(QStringLiteral("no message is open that this frame could continue."));
    if (record.violation == Violation::DataFrameInsideMessage)
        return wrong(QStringLiteral("an earlier message is still open, so only a continuation or a control frame may stand here."));
    if (record.violation == Violation::FrameAfterClose)
        return wrong(QStringLiteral("this end has already sent Close and must send nothing more."));
    // A frame without a payload has no other place for what is wrong with its message.
    if (const Judgement content = judgePayload(record, context); record.frame.length == 0 && content.verdict == Verdict::Wrong)
        return content;
    return right(QStringLiteral("the value %1 means %2.")
                     .arg(static_cast<int>(opcode))
                     .arg(wire::opcodeName(opcode)));
}

Judgement judgeMask(const RecordHeader &record, const FrameContext &context)
{
    const bool masked = record.frame.masked;
    if (context.sender == Role::Client) {
        return masked ? right(QStringLiteral("a client must mask."))
                      : wrong(QStringLiteral("a client must mask every frame; the server must close the connection."));
    }
    return masked ? wrong(QStringLiteral("a server must not mask; the client must close the connection."))
                  : right(QStringLiteral("a server must not mask."));
}

Judgement judgeLength(const RecordHeader &record, const FrameContext &)
{
    const wire::FrameHeader &frame = record.frame;
    if (wire::isControl(frame.opcode) && frame.length > limits::controlPayloadBytes)
        return wrong(QStringLiteral("a control frame may carry 125 bytes at most."));
    if (wire::isControl(frame.opcode) && frame.lengthForm != LengthForm::Bits7)
        return wrong(QStringLiteral("a control frame must write its length in the seven bits."));
    if (frame.length > limits::framePayloadBytes)
        return wrong(QStringLiteral("the highest bit of a 64-bit length must be 0."));
    if (frame.lengthForm != wire::minimalLengthForm(frame.length))
        return wrong(QStringLiteral("a shorter form holds %1, and the shortest must be used.").arg(frame.length));
    if (record.violation == Violation::FrameOverLimit)
        return wrong(QStringLiteral("it is above the limit that is set here; the protocol itself would allow it."));
    return right(QStringLiteral("the length is written in its shortest form."));
}

Judgement judgeExtendedLength(const RecordHeader &record, const FrameContext &context)
{
    if (record.frame.lengthForm == LengthForm::Bits7)
        return info(QStringLiteral("This frame has no extended length: seven bits are enough for %1.").arg(record.frame.length));
    return judgeLength(record, context);
}

Judgement judgeKey(const RecordHeader &record, const FrameContext &context)
{
    const wire::FrameHeader &frame = record.frame;
    if (!frame.masked) {
        return context.sender == Role::Server ? right(QStringLiteral("a server must not mask, so there is no key."))
                                              : wrong(QStringLiteral("a client must mask every frame, and here the key is absent."));
    }
    if (context.sender == Role::Server)
        return wrong(QStringLiteral("a server must not mask, so there must be no key."));
    if (frame.key == wire::MaskingKey{})
        return unusual(QStringLiteral("a key of four zero bytes is a mask, but it leaves every byte as it was and cannot be called unpredictable."));
    return right(QStringLiteral("a client must mask."));
}

Judgement judgePayload(const RecordHeader &record, const FrameContext &)
{
    if (record.flags.testFlag(wire::RecordFlag::Truncated)) {
        return wrong(QStringLiteral("the connection ended after %1 of %2 bytes.").arg(record.payloadStored).arg(record.frame.length));
    }
    switch (record.violation) {
    case Violation::TextNotUtf8: return wrong(QStringLiteral("a text message must be valid UTF-8, and this one is not."));
    case Violation::TextEndsInSequence: return wrong(QStringLiteral("the message ends in the middle of a character."));
    case Violation::ClosePayloadOneByte: return wrong(QStringLiteral("a Close payload is empty or begins with a code of two bytes."));
    case Violation::CloseReasonNotUtf8: return wrong(QStringLiteral("the reason in a Close frame must be valid UTF-8."));
    case Violation::CloseCodeReserved:
    case Violation::CloseCodeOutOfRange: return wrong(QStringLiteral("the close code must not be sent on the wire."));
    case Violation::CompressedDataDamaged: return wrong(QStringLiteral("the message is marked as compressed, but its data cannot be inflated."));
    case Violation::InflatedOverLimit: return wrong(QStringLiteral("it becomes more than the limit that is set here; the protocol itself would allow it."));
    case Violation::MessageOverLimit:
        return wrong(QStringLiteral("with it the message is above the limit that is set here; the protocol itself would allow it."));
    case Violation::CloseCodeUnregistered: return wrong(QStringLiteral("the close code is not registered."));
    case Violation::EndInsideFrame: return wrong(QStringLiteral("the connection ended before all of it had come."));
    default: break;     // Violations of other parts say nothing about the payload.
    }
    if (record.frame.length == 0) {
        return right(record.frame.opcode == Opcode::Close ? QStringLiteral("a Close frame may come without a code; programs then report 1005.")
                                                          : QStringLiteral("an empty payload is allowed."));
    }
    return right(QStringLiteral("the frame carries as many bytes as its length says."));
}

struct PartTopic
{
    const char *title;
    const char *text;
    const char *reference;
    Judgement (*judge)(const RecordHeader &, const FrameContext &);
};

/// Index = HeaderPart.
constexpr std::array<PartTopic, 10> parts{{
    {"FIN bit",
     "FIN says: this is the last frame of the message. A message may travel in several frames, so that a sender can begin before it "
     "knows the end. The receiver joins the payloads until it sees a frame with FIN set.",
     "RFC 6455, section 5.2", judgeFin},
    {"RSV1 bit",
     "The first of three bits kept for extensions. permessage-deflate, the standard compression, sets it on the first frame of each "
     "compressed message. Without an agreed extension it must be 0, so that a receiver never guesses.",
     "RFC 6455, section 5.2; RFC 7692, section 6", judgeRsv1},
    {"RSV2 bit",
     "The second of three bits kept for extensions. No published extension uses it. "
     "It must be 0 unless both ends have agreed on an extension that gives it a meaning.",
     "RFC 6455, section 5.2", judgeRsv2},
    {"RSV3 bit",
     "The third of three bits kept for extensions. No published extension uses it. "
     "It must be 0 unless both ends have agreed on an extension that gives it a meaning.",
     "RFC 6455, section 5.2", judgeRsv3},
    {"Opcode",
     "Four bits that say what the frame is: a message or a piece of one (0, 1, 2), or a control frame (8 Close, 9 Ping, 10 Pong). "
     "The highest of the four bits is set on control frames. The other ten values are kept for later.",
     "RFC 6455, section 5.2", judgeOpcode},
    {"MASK bit",
     "Says whether the payload is masked with a key that stands in the header. Everything a client sends is masked, nothing a server sends is. "
     "So a web page cannot make a browser send chosen bytes past a proxy that mistakes them for HTTP.",
     "RFC 6455, sections 5.1 and 5.3", judgeMask},
    {"Payload length",
     "Seven bits for the number of payload bytes. Values up to 125 are the length itself. "
     "126 says that the next two bytes hold the length, 127 that the next eight do.",
     "RFC 6455, section 5.2", judgeLength},
    {"Extended payload length",
     "The length of a payload that seven bits cannot hold: two bytes for 126 to 65\xc2\xa0""535, eight bytes above. "
     "The most significant byte comes first. The shortest form that fits must be used, so that each length has one spelling.",
     "RFC 6455, section 5.2", judgeExtendedLength},
    {"Masking key",
     "A fresh random number for each frame. Every payload byte is XORed with one key byte in turn, "
     "so that no program on the path can be fed bytes an attacker chose.",
     "RFC 6455, section 5.3", judgeKey},
    {"Payload",
     "What the frame carries, after the header. On the wire a client's payload is masked: byte number i is XORed with key byte i modulo 4. "
     "Unmasking is the same step once more.",
     "RFC 6455, sections 5.2 and 5.3", judgePayload},
}};

/// What a compressed payload is, and what one needs to read it.
QString compressedText(const RecordHeader &record, const FrameContext &context)
{
    QString text = QStringLiteral("The message is compressed: these are deflate data, and %1 of them become %2.")
                       .arg(record.frame.length)
                       .arg(record.inflatedLength);
    if (!context.deflate)
        return text;
    const QString window = windowWords(context.deflate->windowBits);
    if (context.deflate->contextTakeover == wire::ContextTakeover::No)
        return text + QStringLiteral(" Each message stands alone here, so they can be read without any before it.");
    return text + QStringLiteral(" They may point back into earlier messages, up to %1, so only who has seen those can read them.").arg(window);
}

/// The part's text, with what this frame's own form of it adds.
QString partText(const RecordHeader &record, HeaderPart part, const FrameContext &context)
{
    const wire::FrameHeader &frame = record.frame;
    QString text = words(parts[static_cast<size_t>(part)].text);
    const auto add = [&text](const QString &more) { text += QLatin1Char(' ') + more; };
    if (part == HeaderPart::Opcode) {
        add(QStringLiteral("Here it is %1, %2.").arg(static_cast<int>(frame.opcode)).arg(wire::opcodeName(frame.opcode)));
        add(explainOpcode(frame.opcode).text);
    } else if (part == HeaderPart::Length) {
        switch (frame.lengthForm) {
        case LengthForm::Bits7: add(QStringLiteral("Here they hold the length itself: %1.").arg(frame.length)); break;
        case LengthForm::Bits16: add(QStringLiteral("Here they hold 126, and the next two bytes say %1.").arg(frame.length)); break;
        case LengthForm::Bits64: add(QStringLiteral("Here they hold 127, and the next eight bytes say %1.").arg(frame.length)); break;
        }
    } else if (part == HeaderPart::Payload && record.isCompressed()) {
        add(compressedText(record, context));
    } else if (part == HeaderPart::Payload && frame.opcode == Opcode::Close && frame.length >= 2) {
        add(QStringLiteral("A Close payload begins with a code of two bytes; a reason in words may follow."));
    } else if (part == HeaderPart::Payload && frame.opcode == Opcode::Ping) {
        add(QStringLiteral("The Pong that answers must carry the same bytes."));
    }
    return text;
}

} // namespace

Explanation explainPart(const capture::RecordHeader &frame, HeaderPart part, const FrameContext &context)
{
    const PartTopic &topic = parts[static_cast<size_t>(part)];
    Explanation result{words(topic.title), partWhere(frame.frame, part), partText(frame, part, context),
                       Verdict::Info, {}, words(topic.reference)};
    if (result.where.isEmpty())
        result.where = QStringLiteral("not in this frame");
    apply(result, topic.judge(frame, context));
    return result;
}

} // namespace wsw::lesson
