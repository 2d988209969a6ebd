#include "exchange/fields.h"

#include "exchange/records.h"
#include "wire/closecode.h"
#include "wire/utf8.h"

#include <array>

namespace wsw::exchange {

namespace {

constexpr std::array recordNames{
    "number", "time", "timeIso", "lost", "connection", "direction", "kind", "message", "fin", "rsv", "rsv1", "rsv2", "rsv3", "opcode",
    "opcodeName", "masked", "mask", "lengthBits", "length", "wireOffset", "compressed", "inflatedLength", "closeCode", "closeReason",
    "violation", "crafted", "truncated", "rtt", "rttKind", "encoding", "payload", "wirePayload", "note"};

constexpr std::array messageNames{
    "number", "last", "time", "timeIso", "firstByteTime", "connection", "direction", "message", "opcode", "opcodeName", "frames", "length",
    "compressed", "inflatedLength", "complete", "violation", "crafted", "rtt", "encoding", "payload", "note"};

enum class PayloadEncoding : quint8 { TextIfPossible, Base64 };

void putTime(FieldSink &sink, WallNs time)
{
    QByteArray iso;
    appendIsoTime(iso, time);
    sink.number("time", time);
    sink.word("timeIso", iso);
}

void putDirection(FieldSink &sink, Direction direction)
{
    sink.word("direction", direction == Direction::Sent ? "sent" : "received");
}

void putOpcode(FieldSink &sink, wire::Opcode opcode)
{
    sink.number("opcode", static_cast<int>(opcode));
    sink.word("opcodeName", wire::opcodeName(opcode).toLatin1());
}

void putFrame(FieldSink &sink, const wire::FrameHeader &frame)
{
    sink.boolean("fin", frame.fin);
    sink.number("rsv", (frame.rsv1 ? 4 : 0) + (frame.rsv2 ? 2 : 0) + (frame.rsv3 ? 1 : 0));
    sink.boolean("rsv1", frame.rsv1);
    sink.boolean("rsv2", frame.rsv2);
    sink.boolean("rsv3", frame.rsv3);
    putOpcode(sink, frame.opcode);
    sink.boolean("masked", frame.masked);
    if (frame.masked)
        sink.word("mask", QByteArray(reinterpret_cast<const char *>(frame.key.data()), qsizetype(frame.key.size())).toHex());
    else
        sink.nothing("mask");
    constexpr std::array lengthBits{7, 16, 64};
    sink.number("lengthBits", lengthBits.at(static_cast<size_t>(frame.lengthForm) % lengthBits.size()));
    sink.count("length", frame.length);
}

void putClose(FieldSink &sink, QByteArrayView payload)
{
    const auto code = wire::closeCodeIn(payload);
    if (!code)
        return;
    sink.number("closeCode", *code);
    // What is no UTF-8 is shown with replacement characters here; the payload has the bytes.
    sink.text("closeReason", QString::fromUtf8(payload.sliced(2)).toUtf8());
}

void putViolation(FieldSink &sink, wire::Violation violation)
{
    if (violation == wire::Violation::None)
        sink.nothing("violation");
    else
        sink.word("violation", wire::violationInfo(violation).name);
}

void putPayload(FieldSink &sink, QByteArrayView payload, PayloadEncoding encoding)
{
    const bool text = encoding == PayloadEncoding::TextIfPossible && isPlainText(payload);
    sink.word("encoding", text ? "text" : "base64");
    if (text)
        sink.text("payload", payload);
    else
        sink.base64("payload", payload);
}

PayloadEncoding encodingOf(const capture::RecordHeader &header)
{
    const bool bytes = header.kind == wire::RecordKind::Frame
        && (header.frame.opcode == wire::Opcode::Binary || header.frame.opcode == wire::Opcode::Close);
    return bytes ? PayloadEncoding::Base64 : PayloadEncoding::TextIfPossible;
}

void putRoundTrip(FieldSink &sink, const capture::RecordHeader &header)
{
    if (header.rttNs == 0) {
        sink.nothing("rtt");
        return;
    }
    sink.number("rtt", header.rttNs);
    sink.word("rttKind", header.flags.testFlag(wire::RecordFlag::PingReply) ? "ping" : "echo");
}

} // namespace

std::span<const char *const> recordFieldNames() noexcept { return recordNames; }
std::span<const char *const> messageFieldNames() noexcept { return messageNames; }

bool isPlainText(QByteArrayView bytes) noexcept
{
    constexpr QByteArrayView mark = "\xef\xbb\xbf";
    return !bytes.startsWith(mark) && isUtf8(bytes);
}

bool isUtf8(QByteArrayView bytes) noexcept
{
    wire::Utf8Validator utf8;
    return utf8.feed(bytes) && utf8.atBoundary();
}

void putRecord(FieldSink &sink, const capture::Record &record, const ClockAnchor &clock)
{
    const capture::RecordHeader &header = record.header;
    const QByteArray &payload = record.bytes(capture::PayloadForm::Meant);
    const bool lost = header.integrity == capture::Integrity::Lost;
    sink.count("number", header.id.value());
    putTime(sink, clock.toWall(header.time));
    sink.boolean("lost", lost);
    if (lost)
        return;
    const bool isFrame = header.kind == wire::RecordKind::Frame;
    sink.number("connection", header.connection.value());
    putDirection(sink, header.direction);
    sink.word("kind", kindName(header.kind).toLatin1());
    if (isFrame && header.message.isValid())
        sink.count("message", header.message.value());
    if (isFrame)
        putFrame(sink, header.frame);
    else
        sink.number("length", payload.size());
    sink.count("wireOffset", header.frame.wireOffset);
    if (isFrame) {
        sink.boolean("compressed", header.isCompressed());
        if (header.isCompressed())
            sink.count("inflatedLength", header.inflatedLength);
        if (header.frame.opcode == wire::Opcode::Close)
            putClose(sink, payload);
    }
    putViolation(sink, header.violation);
    sink.boolean("crafted", header.flags.testFlag(wire::RecordFlag::Crafted));
    sink.boolean("truncated", header.flags.testFlag(wire::RecordFlag::Truncated));
    putRoundTrip(sink, header);
    putPayload(sink, payload, encodingOf(header));
    if (isFrame && header.isCompressed())
        sink.base64("wirePayload", record.payload);
    if (record.note)
        sink.text("note", *record.note);
}

void putMessage(FieldSink &sink, const Message &message, const ClockAnchor &clock)
{
    sink.count("number", message.first.value());
    sink.count("last", message.last.value());
    putTime(sink, clock.toWall(message.time));
    sink.number("firstByteTime", clock.toWall(message.firstByteTime));
    sink.number("connection", message.connection.value());
    putDirection(sink, message.direction);
    sink.count("message", message.number.value());
    putOpcode(sink, message.opcode);
    sink.count("frames", message.frames);
    sink.count("length", message.wireLength);
    sink.boolean("compressed", message.flags.testFlag(wire::RecordFlag::Compressed));
    sink.count("inflatedLength", message.inflatedLength);
    sink.boolean("complete", message.complete);
    putViolation(sink, message.violation);
    sink.boolean("crafted", message.flags.testFlag(wire::RecordFlag::Crafted));
    if (message.rttNs != 0)
        sink.number("rtt", message.rttNs);
    else
        sink.nothing("rtt");
    putPayload(sink, message.payload,
               message.opcode == wire::Opcode::Binary ? PayloadEncoding::Base64 : PayloadEncoding::TextIfPossible);
    if (message.note)
        sink.text("note", *message.note);
}

} // namespace wsw::exchange
