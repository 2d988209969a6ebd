#include "models/valuefilter.h"

#include "capture/filter.h"

#include "wire/violation.h"

#include <QDateTime>

#include <algorithm>

namespace wsw::desktop {

namespace {

using wire::RecordKind;

QString equal(QLatin1StringView field, const QString &value)
{
    return field + QLatin1String(" == ") + value;
}

QString equal(QLatin1StringView field, quint64 value)
{
    return equal(field, QString::number(value));
}

QString bitEqual(QLatin1StringView field, bool value)
{
    return equal(field, value ? QStringLiteral("true") : QStringLiteral("false"));
}

QString opcodeFilter(const wire::FrameHeader &frame)
{
    const bool isNamed = !wire::isReserved(frame.opcode);
    return isNamed ? equal(QLatin1StringView("opcode"), wire::opcodeName(frame.opcode))
                   : equal(QLatin1StringView("opcode"), static_cast<quint64>(frame.opcode));
}

QString kindFilter(RecordKind kind)
{
    switch (kind) {
    case RecordKind::RequestHead: return QStringLiteral("kind == request");
    case RecordKind::ResponseHead: return QStringLiteral("kind == response");
    case RecordKind::Body: return QStringLiteral("kind == body");
    case RecordKind::Raw: return QStringLiteral("kind == raw");
    case RecordKind::End: return QStringLiteral("kind == end");
    case RecordKind::Frame: break;
    }
    return QStringLiteral("kind == frame");
}

/// All that came by then or later: the same moment again is seldom what somebody looks for.
QString momentFilter(const capture::Timing &timing)
{
    const QString second = QDateTime::fromMSecsSinceEpoch(timing.wall / nsPerMs).toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss"));
    return QStringLiteral("time >= %1.%2").arg(second).arg(timing.wall % nsPerSecond / nsPerUs, 6, 10, QLatin1Char('0'));
}

/// Quoted for a filter; what has control characters or is empty is no value to look for.
QString textFilter(const capture::Record &record)
{
    const QByteArray &meant = record.bytes(capture::PayloadForm::Meant);
    const QString text = QString::fromUtf8(meant);
    const bool isPlain = !text.isEmpty() && text.size() <= 200 && text.toUtf8() == meant
        && std::all_of(text.cbegin(), text.cend(), [](QChar each) { return each.isPrint(); });
    if (!isPlain)
        return {};
    return equal(QLatin1StringView("text"), capture::Filter::quoted(text));
}

QString frameFilter(const capture::Record &record, LogRow::Column column)
{
    const capture::RecordHeader &header = record.header;
    const wire::FrameHeader &frame = header.frame;
    switch (column) {
    case LogRow::Frame:
    case LogRow::Opcode: return opcodeFilter(frame);
    case LogRow::Fin: return bitEqual(QLatin1StringView("fin"), frame.fin);
    case LogRow::Rsv:
        return bitEqual(QLatin1StringView("rsv1"), frame.rsv1) + QLatin1String(" && ") + bitEqual(QLatin1StringView("rsv2"), frame.rsv2)
            + QLatin1String(" && ") + bitEqual(QLatin1StringView("rsv3"), frame.rsv3);
    case LogRow::Mask: return bitEqual(QLatin1StringView("masked"), frame.masked);
    case LogRow::Length: return equal(QLatin1StringView("length"), frame.length);
    case LogRow::WireLength: return equal(QLatin1StringView("wire.length"), frame.wireSize());
    case LogRow::Ratio: return header.isCompressed() ? QStringLiteral("compressed") : QString();
    case LogRow::Message: return header.message.isValid() ? equal(QLatin1StringView("message"), header.message.value()) : QString();
    case LogRow::Preview: return frame.opcode == wire::Opcode::Text ? textFilter(record) : QString();
    default: return {};
    }
}

} // namespace

QString filterOnValue(const capture::Record &record, LogRow::Column column)
{
    const capture::RecordHeader &header = record.header;
    if (header.integrity == capture::Integrity::Lost)
        return column == LogRow::Frame ? QStringLiteral("kind == lost") : QString();
    switch (column) {
    case LogRow::Number: return equal(QLatin1StringView("number"), header.id.value());
    case LogRow::Connection: return equal(QLatin1StringView("conn"), header.connection.value());
    case LogRow::Glyph: return header.direction == Direction::Sent ? QStringLiteral("dir == sent") : QStringLiteral("dir == received");
    case LogRow::Time: return momentFilter(header.timing);
    case LogRow::Delta:
        return header.timing.sinceBefore >= 0 ? QStringLiteral("delta >= %1us").arg(header.timing.sinceBefore / nsPerUs) : QString();
    case LogRow::Rtt: return header.rttNs > 0 ? QStringLiteral("rtt >= %1us").arg(header.rttNs / nsPerUs) : QString();
    case LogRow::Note:
        if (!record.note)
            return {};
        return record.note->isEmpty() ? QStringLiteral("marked") : equal(QLatin1StringView("note"), capture::Filter::quoted(QString::fromUtf8(*record.note)));
    case LogRow::Violation:
        return header.violation != wire::Violation::None
            ? equal(QLatin1StringView("violation"), QString::fromLatin1(wire::violationInfo(header.violation).name)) : QString();
    default: break;
    }
    if (header.kind == RecordKind::Frame)
        return frameFilter(record, column);
    return column == LogRow::Frame ? kindFilter(header.kind) : QString();
}

bool isSharedByFrames(LogRow::Column column)
{
    return column == LogRow::Connection || column == LogRow::Glyph || column == LogRow::Message;
}

} // namespace wsw::desktop
