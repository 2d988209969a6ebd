#include "lesson/judgement.h"

#include "wire/closecode.h"
#include "wire/head.h"

namespace wsw::lesson {

namespace {

using capture::Record;
using wire::Opcode;
using wire::RecordFlag;
using wire::Violation;

/// A data frame's place in its message, in words for a title.
QString placeName(const wire::FrameHeader &frame)
{
    const QString name = frame.opcode == Opcode::Text ? QStringLiteral("text message") : QStringLiteral("binary message");
    switch (frame.opcode) {
    case Opcode::Text:
    case Opcode::Binary:
        return frame.fin ? QStringLiteral("Whole %1").arg(name) : QStringLiteral("First piece of a %1").arg(name);
    case Opcode::Continuation:
        return frame.fin ? QStringLiteral("Last piece of a message") : QStringLiteral("Further piece of a message");
    case Opcode::Close:
    case Opcode::Ping:
    case Opcode::Pong: break;
    }
    return explainOpcode(frame.opcode).title;
}

Judgement judgeFrame(const Record &record)
{
    const capture::RecordHeader &header = record.header;
    if (header.violation != Violation::None) {
        const Explanation broken = explainViolation(header.violation);
        return {broken.verdict, broken.judgement};
    }
    if (header.flags.testFlag(RecordFlag::Truncated))
        return wrong(QStringLiteral("the connection ended before the frame was complete."));
    if (header.flags.testFlag(RecordFlag::Crafted))
        return unusual(QStringLiteral("it breaks no rule, but it was written by hand past the program that speaks on this connection."));
    return right(QStringLiteral("the frame breaks no rule."));
}

QString closeText(const Record &record, Role sender)
{
    const auto code = wire::closeCodeIn(record.payload);
    if (!code)
        return record.payload.isEmpty() ? QStringLiteral(" This one carries no code; programs report 1005 for it.") : QString();
    const Explanation explained = explainCloseCode(*code, sender);
    QString text = QStringLiteral(" It carries the code %1: %2").arg(explained.title, explained.text);
    if (record.payload.size() > 2)
        text += QStringLiteral(" The reason given is \u201c%1\u201d.").arg(QString::fromUtf8(record.payload.mid(2)));
    return text;
}

QString frameText(const Record &record, const FrameContext &context)
{
    const capture::RecordHeader &header = record.header;
    QString text = explainOpcode(header.frame.opcode).text;
    if (header.frame.opcode == Opcode::Close)
        text += closeText(record, context.sender);
    if (header.flags.testFlag(RecordFlag::Compressed)) {
        text += QStringLiteral(" The message is compressed with permessage-deflate: %1 bytes on the wire become %2.")
                    .arg(header.frame.length)
                    .arg(header.inflatedLength);
    }
    if (header.flags.testFlag(RecordFlag::Crafted))
        text += QStringLiteral(" This frame was written by hand in this program.");
    if (header.flags.testFlag(RecordFlag::Held))
        text += QStringLiteral(" It was held back on its way before it went on.");
    if (header.flags.testFlag(RecordFlag::Edited))
        text += QStringLiteral(" It was changed on its way.");
    return text;
}

Explanation explainWebSocketFrame(const Record &record, const FrameContext &context)
{
    const wire::FrameHeader &frame = record.header.frame;
    Explanation result;
    result.title = placeName(frame);
    result.where = QStringLiteral("%1 bytes on the wire").arg(frame.wireSize());
    result.text = frameText(record, context);
    result.reference = explainOpcode(frame.opcode).reference;
    apply(result, judgeFrame(record));
    // Where no rule of frames is broken, a Close is as right as its code.
    if (const auto code = closeCodeOf(record.header, record.payload); code && result.verdict == Verdict::Right) {
        const Explanation explained = explainCloseCode(*code, context.sender);
        result.verdict = explained.verdict;
        result.judgement = explained.judgement;
    }
    return result;
}

Explanation explainHeadRecord(const Record &record, wire::Head::Kind kind)
{
    const bool isRequest = kind == wire::Head::Kind::Request;
    Explanation result;
    result.title = isRequest ? QStringLiteral("Opening request") : QStringLiteral("Server's answer");
    result.where = QStringLiteral("%1 bytes").arg(record.header.payloadStored);
    result.text = isRequest ? QStringLiteral("A WebSocket connection begins as a web request that asks to change the protocol. It is plain text, line by line, "
                                             "and ends with an empty line. Each line is explained by itself.")
                            : QStringLiteral("The server answers the opening request. With status 101 it changes to the WebSocket protocol; any other status is an ordinary web answer. "
                                             "Each line is explained by itself.");
    result.reference = isRequest ? QStringLiteral("RFC 6455, section 4.1") : QStringLiteral("RFC 6455, section 4.2.2");
    wire::HeadParser parser(kind);
    parser.feed(record.payload);
    if (parser.status() != wire::HeadStatus::Complete) {
        apply(result, wrong(parser.problem().isEmpty() ? QStringLiteral("the head is not complete.") : parser.problem()));
    } else if (record.header.violation != Violation::None) {
        const Explanation broken = explainViolation(record.header.violation);
        apply(result, {broken.verdict, broken.judgement});
    } else {
        const Explanation first = explainHeadLine(parser.head(), -1, nullptr);
        apply(result, {first.verdict, first.judgement});
    }
    return result;
}

/// Bytes that were not read as a head or as a frame: cut off, unreadable, written by hand, or sent after a handshake that failed.
Explanation explainRaw(const Record &record)
{
    const Violation violation = record.header.violation;
    const bool truncated = record.header.flags.testFlag(RecordFlag::Truncated);
    Explanation result{QStringLiteral("Raw bytes"), QStringLiteral("%1 bytes").arg(record.header.payloadStored), {}, Verdict::Info, {},
                       QStringLiteral("RFC 6455, section 4")};
    if (violation == Violation::EndInsideFrame) {
        result.title = QStringLiteral("Beginning of a frame header");
        result.text = QStringLiteral("A frame begins with a header of 2 to 14 bytes. The connection ended when only these of it had come, "
                                     "so nobody knows what the frame was to be.");
    } else if (violation != Violation::None) {
        result.text = QStringLiteral("Bytes that came where an HTTP head was due.");
    } else if (record.header.flags.testFlag(RecordFlag::Crafted)) {
        result.text = QStringLiteral("These bytes were written by hand in this program, past all rules, and are neither read as an HTTP head nor as a frame.");
        apply(result, unusual(QStringLiteral("they were written by hand.")));
    } else if (truncated) {
        result.title = QStringLiteral("Beginning of an HTTP head");
        result.text = QStringLiteral("A handshake begins with an HTTP head that ends with an empty line. No more of it had come when the connection ended or the time was over.");
        apply(result, wrong(QStringLiteral("the head is not complete.")));
    } else {
        result.text = QStringLiteral("Nothing reads these bytes: the handshake before them opened no connection, or a part of it is missing from the file that "
                                     "they were imported from. An end that sends before it knows the answer may have written them as frames.");
    }
    if (violation != Violation::None) {
        const Explanation broken = explainViolation(violation);
        if (violation != Violation::EndInsideFrame)
            result.text += QLatin1Char(' ') + broken.text;
        apply(result, {broken.verdict, broken.judgement});
        result.reference = broken.reference;
    }
    return result;
}

Explanation explainBytes(const Record &record)
{
    if (record.header.kind == wire::RecordKind::Body) {
        return {QStringLiteral("Body of the answer"), QStringLiteral("%1 bytes").arg(record.header.payloadStored),
                QStringLiteral("The server gave an ordinary web answer, and this is its content. It often says in words why the connection was refused."),
                Verdict::Info, {}, QStringLiteral("RFC 9112, section 6")};
    }
    return explainRaw(record);
}

Explanation explainLost()
{
    return {QStringLiteral("Lost record"), {},
            QStringLiteral("The part of the capture file that held this record is damaged. Its number is known, and that something stood here; "
                           "what it was cannot be read any more."),
            Verdict::Unusual, QStringLiteral("the file is damaged, which says nothing about the connection."),
            QStringLiteral("lib/capture/README.md, blocks and checksums")};
}

} // namespace

Explanation explainFrame(const capture::Record &frame, const FrameContext &context)
{
    if (frame.header.integrity == capture::Integrity::Lost)
        return explainLost();
    switch (frame.header.kind) {
    case wire::RecordKind::Frame: return explainWebSocketFrame(frame, context);
    case wire::RecordKind::RequestHead: return explainHeadRecord(frame, wire::Head::Kind::Request);
    case wire::RecordKind::ResponseHead: return explainHeadRecord(frame, wire::Head::Kind::Response);
    case wire::RecordKind::Body:
    case wire::RecordKind::Raw: return explainBytes(frame);
    case wire::RecordKind::End: return explainEnd(frame);
    }
    return {};
}

Explanation explainEnd(const capture::Record &end)
{
    const QString how = QString::fromUtf8(end.payload);
    const bool reset = end.payload.contains(wire::resetText) || end.payload.contains(wire::cutHereText);
    Explanation result;
    result.title = QStringLiteral("End of the connection");
    result.where = end.header.direction == Direction::Sent ? QStringLiteral("from here") : QStringLiteral("from the other end");
    result.text = reset ? QStringLiteral("TCP was cut with a reset: the one end threw the connection away, with all bytes that were still on their way. "
                                         "An orderly end sends Close frames first and then closes TCP.")
                        : QStringLiteral("TCP has ended in this direction: no more bytes come. In good order both ends have sent a Close frame before, "
                                         "and the server closes TCP first.");
    if (!how.isEmpty())
        result.text += QStringLiteral(" Recorded here: %1.").arg(how);
    result.reference = QStringLiteral("RFC 6455, section 7.1");
    if (end.header.violation != Violation::None) {
        const Explanation broken = explainViolation(end.header.violation);
        apply(result, {broken.verdict, broken.judgement});
        result.reference = broken.reference;
    } else if (reset) {
        apply(result, unusual(QStringLiteral("a reset may lose bytes that were already sent.")));
    } else {
        apply(result, right(QStringLiteral("no rule is broken by this end.")));
    }
    return result;
}

} // namespace wsw::lesson
