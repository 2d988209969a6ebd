#include "recordtext.h"

#include "exchange/records.h"
#include "stats/durationtext.h"
#include "wire/closecode.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

/// A payload is shown up to this many bytes.
constexpr qsizetype shownBytes = 64;

/// What a terminal would act on, or turn the line round for; but not what joins letters, or the parts of an emoji.
bool isHidden(QChar character)
{
    const QChar::Category category = character.category();
    return category == QChar::Other_Control || (category == QChar::Other_Format && character != u'\u200c' && character != u'\u200d');
}

/// Printable text as it is, with control characters as escapes so that they cannot play with the terminal; else hex.
QString payloadText(const QByteArray &payload)
{
    QByteArray start = payload.left(shownBytes);
    // The cut must not make text look like something else: back to where a code point starts.
    while (start.size() < payload.size() && (payload.at(start.size()) & 0xc0) == 0x80 && start.size() > shownBytes - 4)
        start.chop(1);
    const QString more = payload.size() > shownBytes ? u" ..."_s : QString();
    const QString text = QString::fromUtf8(start);
    if (text.contains(QChar::ReplacementCharacter) && text.toUtf8() != start)
        return QString::fromLatin1(start.toHex(' ')) + more;
    QString shown;
    for (const QChar character : text) {
        if (character == u'\n')
            shown += u"\\n"_s;
        else if (character == u'\r')
            shown += u"\\r"_s;
        else if (isHidden(character))
            shown += u"\\u%1"_s.arg(character.unicode(), 4, 16, QLatin1Char('0'));
        else
            shown += character;
    }
    return shown + more;
}

QString closeText(const QByteArray &payload)
{
    const auto code = wire::closeCodeIn(payload);
    if (!code)
        return u"no code"_s;
    const QString name = u"%1 %2"_s.arg(*code).arg(wire::closeCodeName(*code));
    return payload.size() == 2 ? name : name + u": "_s + payloadText(payload.mid(2));
}

QString byteCount(quint64 bytes)
{
    return bytes == 1 ? u"1 byte"_s : u"%1 bytes"_s.arg(bytes);
}

QString frameSummary(const capture::RecordHeader &header, const QByteArray &payload)
{
    const wire::FrameHeader &frame = header.frame;
    QStringList facts{wire::opcodeName(frame.opcode)};
    facts += frame.fin ? u"FIN"_s : u"not the last"_s;
    for (const auto &[set, name] : {std::pair{frame.rsv1, u"RSV1"_s}, {frame.rsv2, u"RSV2"_s}, {frame.rsv3, u"RSV3"_s}}) {
        if (set)
            facts += name;
    }
    if (frame.masked) {
        const QByteArray key(reinterpret_cast<const char *>(frame.key.data()), qsizetype(frame.key.size()));
        facts += u"masked "_s + QString::fromLatin1(key.toHex());
    }
    if (header.isCompressed())
        facts += u"deflate, %1 in %2"_s.arg(byteCount(header.inflatedLength), byteCount(frame.length));
    else
        facts += byteCount(frame.length);
    if (header.flags.testFlag(wire::RecordFlag::Crafted))
        facts += u"crafted"_s;
    if (header.flags.testFlag(wire::RecordFlag::Truncated))
        facts += u"cut off"_s;
    if (header.violation != wire::Violation::None)
        facts += u"violation "_s + QLatin1String(wire::violationInfo(header.violation).name);
    if (header.rttNs != 0) {
        const bool ping = header.flags.testFlag(wire::RecordFlag::PingReply);
        facts += u"%1 round trip %2"_s.arg(ping ? u"ping"_s : u"echo"_s, stats::durationText(header.rttNs));
    }
    const QString text = frame.opcode == wire::Opcode::Close ? closeText(payload) : payloadText(payload);
    return facts.join(u", "_s) + (text.isEmpty() ? QString() : u": "_s + text);
}

} // namespace

QString recordSummary(const capture::RecordHeader &header, const QByteArray &payload)
{
    if (header.integrity == capture::Integrity::Lost)
        return u"lost: this part of the file is damaged"_s;
    if (header.kind == wire::RecordKind::Frame)
        return frameSummary(header, payload);
    if (header.kind == wire::RecordKind::End)
        return u"end: "_s + payloadText(payload);
    const qsizetype end = payload.indexOf('\n');
    const QByteArray firstLine = (end < 0 ? payload : payload.left(end)).trimmed();
    return u"%1, %2 bytes: %3"_s.arg(exchange::kindName(header.kind)).arg(payload.size()).arg(payloadText(firstLine));
}

} // namespace wsw::cli
