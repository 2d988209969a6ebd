#include "models/logrow.h"

#include "stats/durationtext.h"
#include "wire/violation.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("LogRow", text);
}

QString bit(bool set)
{
    return set ? QStringLiteral("1") : QStringLiteral("0");
}

/// The columns that only a frame has.
void formatFrame(LogRow &row, const capture::RecordHeader &header)
{
    const wire::FrameHeader &frame = header.frame;
    row.text[LogRow::Opcode] = QStringLiteral("0x") + QString::number(static_cast<int>(frame.opcode), 16);
    row.text[LogRow::Fin] = bit(frame.fin);
    row.text[LogRow::Rsv] = bit(frame.rsv1) + bit(frame.rsv2) + bit(frame.rsv3);
    if (frame.masked)
        row.text[LogRow::Mask] = QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(frame.key.data()), static_cast<qsizetype>(frame.key.size())).toHex());
    row.text[LogRow::WireLength] = groupedNumber(frame.wireSize());
    if (header.isCompressed() && header.inflatedLength != 0) {
        const double percent = 100.0 * static_cast<double>(frame.length) / static_cast<double>(header.inflatedLength);
        row.text[LogRow::Ratio] = QStringLiteral("%1 %").arg(percent, 0, 'f', 0);
    }
    if (header.message.isValid())
        row.text[LogRow::Message] = QString::number(header.message.value());
}

} // namespace

LogRow formatRow(const capture::Record &record, const ClockAnchor &clock, const std::optional<MonotonicNs> &previous,
                 const std::optional<payload::Saying> &saying)
{
    const capture::RecordHeader &header = record.header;
    LogRow row;
    row.glyphs = glyphsOf(record);
    row.meaning = meaningOf(record);
    row.text[LogRow::Number] = QString::number(header.id.value());
    row.text[LogRow::Time] = timeText(clock.toWall(header.time));
    // Two frames that came in one read have one time: no clock tells them apart.
    if (previous)
        row.text[LogRow::Delta] = header.time == *previous ? translated("same") : stats::durationText(header.time - *previous);
    row.text[LogRow::Glyph] = glyphWords(row.glyphs);
    row.text[LogRow::Frame] = frameName(record);
    row.text[LogRow::Length] = lengthText(header);
    row.text[LogRow::Preview] = saying ? QStringLiteral("%1 · %2").arg(saying->words, previewText(record)) : previewText(record);
    row.isMarked = record.note.has_value();
    if (record.note)
        row.text[LogRow::Note] = noteText(*record.note);
    if (header.integrity == capture::Integrity::Lost)
        return row;
    if (header.rttNs > 0)
        row.text[LogRow::Rtt] = stats::durationText(header.rttNs);
    row.text[LogRow::Connection] = QString::number(header.connection.value());
    if (header.violation != wire::Violation::None)
        row.text[LogRow::Violation] = QString::fromLatin1(wire::violationInfo(header.violation).name);
    if (header.kind == wire::RecordKind::Frame)
        formatFrame(row, header);
    else if (header.kind != wire::RecordKind::End)
        row.text[LogRow::WireLength] = groupedNumber(header.payloadStored);
    return row;
}

QString columnTitle(LogRow::Column column)
{
    switch (column) {
    case LogRow::Number: return translated("No.");
    case LogRow::Time: return translated("Time");
    case LogRow::Delta: return QStringLiteral("Δ");
    case LogRow::Glyph: return {};
    case LogRow::Frame: return translated("Frame");
    case LogRow::Length: return translated("Length");
    case LogRow::Rtt: return translated("RTT");
    case LogRow::KindDelta: return translated("Δ kind");
    case LogRow::Connection: return translated("Conn.");
    case LogRow::Opcode: return translated("Opcode");
    case LogRow::Fin: return translated("FIN");
    case LogRow::Rsv: return translated("RSV");
    case LogRow::Mask: return translated("Masking key");
    case LogRow::WireLength: return translated("On the wire");
    case LogRow::Ratio: return translated("Ratio");
    case LogRow::Message: return translated("Message");
    case LogRow::Violation: return translated("Violation");
    case LogRow::Note: return translated("Note");
    case LogRow::Preview: return translated("Preview");
    case LogRow::ColumnCount: break;
    }
    Q_UNREACHABLE();
}

QString columnHint(LogRow::Column column)
{
    switch (column) {
    case LogRow::Number: return translated("Number in the capture, from 1");
    case LogRow::Time: return translated("Local time at which the last byte crossed, to the microsecond");
    case LogRow::Delta: return translated("Time since the row above; same: both came in one read");
    case LogRow::Glyph: return translated("Arrow up: sent. Arrow down: received. Diamond: control. Pen: crafted. Triangle: breaks a rule");
    case LogRow::Frame: return translated("What the frame is");
    case LogRow::Length: return translated("Payload bytes");
    case LogRow::Rtt: return translated("Round trip: from the ping or message to this answer");
    case LogRow::KindDelta: return translated("Time since the frame before of the same kind: of the same connection, direction and opcode, be it shown or not. "
                                             "…: it lies more than a million frames back");
    case LogRow::Connection: return translated("Number of the connection in the capture");
    case LogRow::Opcode: return translated("Opcode in the first header byte: 0 continuation, 1 text, 2 binary, 8 close, 9 ping, a pong");
    case LogRow::Fin: return translated("FIN bit: 1 in the last frame of a message");
    case LogRow::Rsv: return translated("Bits RSV1, RSV2 and RSV3; RSV1 marks a compressed message");
    case LogRow::Mask: return translated("Masking key, eight hexadecimal digits; empty where the MASK bit is 0");
    case LogRow::WireLength: return translated("Bytes on the wire, header and masking key included");
    case LogRow::Ratio: return translated("What compression has left, in percent of the plain bytes");
    case LogRow::Message: return translated("Number of the message within its connection and direction");
    case LogRow::Violation: return translated("Name of the gravest rule that is broken, as filters take it");
    case LogRow::Note: return translated("What you have noted on it");
    case LogRow::Preview: return translated("The beginning of the content, after your mark and note");
    case LogRow::ColumnCount: break;
    }
    Q_UNREACHABLE();
}

bool isNumberColumn(LogRow::Column column)
{
    switch (column) {
    case LogRow::Number:
    case LogRow::Delta:
    case LogRow::KindDelta:
    case LogRow::Length:
    case LogRow::Rtt:
    case LogRow::Connection:
    case LogRow::WireLength:
    case LogRow::Ratio:
    case LogRow::Message: return true;
    case LogRow::Time:
    case LogRow::Glyph:
    case LogRow::Frame:
    case LogRow::Opcode:
    case LogRow::Fin:
    case LogRow::Rsv:
    case LogRow::Mask:
    case LogRow::Violation:
    case LogRow::Note:
    case LogRow::Preview:
    case LogRow::ColumnCount: return false;
    }
    Q_UNREACHABLE();
}

} // namespace wsw::desktop
