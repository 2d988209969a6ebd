#include "models/recordtext.h"

#include "wire/closecode.h"
#include "wire/head.h"
#include "wire/violation.h"

#include <QCoreApplication>
#include <QDateTime>

namespace wsw::desktop {

namespace {

using wire::Opcode;
using wire::RecordFlag;
using wire::RecordKind;

/// More than the widest window shows in one row.
constexpr qsizetype previewChars = 240;
constexpr qsizetype previewHexBytes = 64;

QString translated(const char *text)
{
    return QCoreApplication::translate("RecordText", text);
}

QString joined(const QString &left, const QString &right)
{
    return left + QStringLiteral(" · ") + right;
}

/// A close code by which one end says that the other did something wrong, or that it broke down itself.
bool saysFailure(quint16 code)
{
    return code != 1000 && code != 1001 && code < 3000;
}

bool isBreach(wire::Violation violation)
{
    return violation != wire::Violation::None && wire::violationInfo(violation).severity != wire::Severity::Note;
}

QString dataFrameName(const wire::FrameHeader &frame)
{
    const QString name = wire::opcodeName(frame.opcode);
    if (wire::isControl(frame.opcode) || wire::isReserved(frame.opcode))
        return frame.fin ? name : joined(name, translated("not final"));
    if (frame.opcode == Opcode::Continuation)
        return frame.fin ? joined(name, translated("last")) : name;
    return frame.fin ? name : joined(name, translated("first"));
}

QByteArray firstLine(const QByteArray &head)
{
    const qsizetype end = head.indexOf('\n');
    return (end < 0 ? head : head.left(end)).trimmed();
}

/// "101 switching", "404 Not Found": what follows the HTTP version.
QString responseName(const QByteArray &head)
{
    const QByteArray line = firstLine(head);
    const qsizetype space = line.indexOf(' ');
    if (space < 0 || !line.startsWith("HTTP/"))
        return translated("response");
    const QByteArray status = line.sliced(space + 1);
    return status.startsWith("101") ? translated("101 switching") : QString::fromLatin1(status.left(40));
}

/// What would break the line, turn it round or not be seen at all is shown as what it is.
QString oneLine(const QByteArray &utf8, qsizetype longest = previewChars)
{
    const QString text = QString::fromUtf8(utf8.left(longest * 4)).left(longest);
    QString line;
    line.reserve(text.size());
    for (const QChar c : text) {
        const char16_t code = c.unicode();
        const bool isHidden = c.category() == QChar::Other_Format && code != 0x200c && code != 0x200d; // but what letters and emoji need
        if (code == u'\n')
            line += u'\u21b5';
        else if (code == u'\t')
            line += u'\u21e5';
        else if (code == u'\r')
            line += QStringLiteral("\\r");
        else if (code < 0x20 || code == 0x7f)
            line += QStringLiteral("\\x%1").arg(code, 2, 16, QLatin1Char('0'));
        else if (isHidden || c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph)
            line += QStringLiteral("\\u%1").arg(code, 4, 16, QLatin1Char('0'));
        else
            line += c;
    }
    return line;
}

QString hexLine(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.left(previewHexBytes).toHex(' '));
}

QString requestPreview(const QByteArray &raw)
{
    wire::HeadParser parser(wire::Head::Kind::Request);
    parser.feed(raw);
    const QString line = oneLine(firstLine(raw));
    const auto key = parser.status() == wire::HeadStatus::Complete ? parser.head().value("Sec-WebSocket-Key") : std::nullopt;
    return key ? joined(line, translated("key ") + oneLine(*key)) : line;
}

QString responsePreview(const QByteArray &raw)
{
    wire::HeadParser parser(wire::Head::Kind::Response);
    parser.feed(raw);
    const wire::Head &head = parser.head();
    if (parser.status() == wire::HeadStatus::Complete && head.status == 101) {
        if (const auto accept = head.value("Sec-WebSocket-Accept"))
            return translated("accept ") + oneLine(*accept);
    }
    return oneLine(firstLine(raw));
}

QString closePreview(const capture::Record &record)
{
    const auto code = closeCodeOf(record.header, record.payload);
    if (!code)
        return record.payload.isEmpty() ? translated("no code") : hexLine(record.payload);
    const QString reason = oneLine(record.payload.sliced(2));
    return QString::number(*code) + QLatin1Char(' ') + (reason.isEmpty() ? wire::closeCodeName(*code) : reason);
}

QString framePreview(const capture::Record &record)
{
    const wire::FrameHeader &frame = record.header.frame;
    if (frame.opcode == Opcode::Close)
        return closePreview(record);
    const QByteArray &meant = record.bytes(capture::PayloadForm::Meant);
    if (frame.opcode == Opcode::Text)
        return oneLine(meant);
    if (frame.opcode == Opcode::Continuation && !record.header.flags.testFlag(RecordFlag::ContinuesBinary)) {
        const bool isText = !QString::fromUtf8(meant.left(previewChars)).contains(QChar::ReplacementCharacter);
        return isText ? oneLine(meant) : hexLine(meant);
    }
    return hexLine(meant);
}

QString contentText(const capture::Record &record)
{
    switch (record.header.kind) {
    case RecordKind::Frame: return framePreview(record);
    case RecordKind::RequestHead: return requestPreview(record.payload);
    case RecordKind::ResponseHead: return responsePreview(record.payload);
    case RecordKind::Body:
    case RecordKind::Raw:
    case RecordKind::End: return oneLine(record.payload);
    }
    Q_UNREACHABLE();
}

} // namespace

Meaning meaningOf(const capture::Record &record)
{
    const capture::RecordHeader &header = record.header;
    if (header.integrity == capture::Integrity::Lost)
        return Meaning::Violation;
    if (header.flags.testFlag(RecordFlag::Crafted))
        return Meaning::Crafted;
    if (isBreach(header.violation) || header.kind == RecordKind::Raw)
        return Meaning::Violation;
    if (header.kind != RecordKind::Frame)
        return Meaning::Neutral;
    if (const auto code = closeCodeOf(record.header, record.payload); code && saysFailure(*code))
        return Meaning::Violation;
    if (wire::isControl(header.frame.opcode))
        return Meaning::Control;
    return header.direction == Direction::Sent ? Meaning::Sent : Meaning::Received;
}

QList<LogGlyph> glyphsOf(const capture::Record &record)
{
    if (record.header.integrity == capture::Integrity::Lost)
        return {LogGlyph::Violation};
    const LogGlyph arrow = record.header.direction == Direction::Sent ? LogGlyph::Sent : LogGlyph::Received;
    switch (meaningOf(record)) {
    case Meaning::Neutral: return {LogGlyph::Exchange};
    case Meaning::Sent:
    case Meaning::Received: return {arrow};
    case Meaning::Control: return {LogGlyph::Control, arrow};
    case Meaning::Crafted: return {LogGlyph::Crafted, arrow};
    case Meaning::Violation: return {LogGlyph::Violation, arrow};
    }
    Q_UNREACHABLE();
}

QString glyphWords(const QList<LogGlyph> &glyphs)
{
    QStringList words;
    for (const LogGlyph glyph : glyphs) {
        switch (glyph) {
        case LogGlyph::Sent: words.prepend(translated("sent")); break;
        case LogGlyph::Received: words.prepend(translated("received")); break;
        case LogGlyph::Control: words.append(translated("control")); break;
        case LogGlyph::Crafted: words.append(translated("crafted")); break;
        case LogGlyph::Violation: words.append(translated("violation")); break;
        case LogGlyph::Exchange: words.append(translated("opening or end")); break;
        }
    }
    return words.join(QLatin1String(", "));
}

QString frameName(const capture::Record &record)
{
    const capture::RecordHeader &header = record.header;
    if (header.integrity == capture::Integrity::Lost)
        return translated("lost");
    QString name;
    switch (header.kind) {
    case RecordKind::Frame: name = dataFrameName(header.frame); break;
    case RecordKind::RequestHead: name = translated("upgrade request"); break;
    case RecordKind::ResponseHead: name = responseName(record.payload); break;
    case RecordKind::Body: name = translated("answer body"); break;
    case RecordKind::Raw: name = translated("raw bytes"); break;
    case RecordKind::End: name = translated("TCP end"); break;
    }
    if (header.isCompressed())
        name = joined(name, translated("deflate"));
    if (header.flags.testFlag(RecordFlag::Crafted))
        name = joined(name, translated("crafted"));
    if (header.flags.testFlag(RecordFlag::Truncated))
        name = joined(name, translated("truncated"));
    return name;
}

QString lengthText(const capture::RecordHeader &header)
{
    if (header.kind == RecordKind::End || header.integrity == capture::Integrity::Lost)
        return {};
    if (header.kind != RecordKind::Frame)
        return groupedNumber(header.payloadStored);
    const QString length = groupedNumber(header.frame.length);
    return header.isCompressed() ? groupedNumber(header.inflatedLength) + QStringLiteral("→") + length : length;
}

QString previewText(const capture::Record &record)
{
    if (record.header.integrity == capture::Integrity::Lost)
        return translated("This part of the capture file is damaged, or in an archive that is not beside it");
    const QString text = contentText(record);
    if (!isBreach(record.header.violation))
        return text;
    QString breach = QString::fromUtf8(wire::violationInfo(record.header.violation).sentence);
    if (breach.endsWith(QLatin1Char('.')))
        breach.chop(1);
    return text.isEmpty() ? breach : joined(breach, text);
}

QString noteText(const QByteArray &note)
{
    return oneLine(note, noteChars);
}

QString timeText(WallNs time)
{
    const QDateTime moment = QDateTime::fromMSecsSinceEpoch(time / nsPerMs);
    const qint64 microseconds = (time / nsPerUs) % 1000;
    return moment.toString(QStringLiteral("HH:mm:ss.zzz")) + QLatin1Char(' ')
           + QString::number(microseconds).rightJustified(3, QLatin1Char('0'));
}

QString groupedNumber(quint64 number)
{
    QString text = QString::number(number);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, QChar(u'\u00a0'));
    return text;
}

} // namespace wsw::desktop
