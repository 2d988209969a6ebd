#include "models/messagetext.h"

#include "models/bytestext.h"
#include "models/recordtext.h"
#include "wire/closecode.h"

#include <QCoreApplication>

#include <algorithm>

namespace wsw::desktop {

namespace {

using Content = LoadedMessage::Content;
using wire::Opcode;
using wire::RecordKind;

constexpr qsizetype dumpBytes = 256;
constexpr qsizetype dumpLine = 8;

QString translated(const char *text)
{
    return QCoreApplication::translate("MessageText", text);
}

bool isText(const LoadedMessage &message, const capture::RecordHeader &frame)
{
    if (frame.kind == RecordKind::Raw)
        return false;
    return frame.kind != RecordKind::Frame || message.content == Content::Text;
}

bool isControlFrame(const capture::RecordHeader &frame)
{
    return frame.kind == RecordKind::Frame && wire::isControl(frame.frame.opcode);
}

QString byteCount(quint64 count)
{
    return count == 1 ? translated("1 byte") : translated("%1 bytes").arg(groupedNumber(count));
}

/// Code points, as a person counts characters.
qsizetype characterCount(const QByteArray &utf8)
{
    return std::ranges::count_if(utf8, [](char byte) { return (static_cast<uchar>(byte) & 0xc0) != 0x80; });
}

QString dump(const QByteArray &bytes)
{
    QString text;
    for (qsizetype line = 0; line < std::min(bytes.size(), dumpBytes); line += dumpLine) {
        const QByteArray part = bytes.mid(line, dumpLine);
        QString characters;
        for (const char byte : part)
            characters += byteCharacter(static_cast<uchar>(byte));
        text += QStringLiteral("%1  %2  %3\n")
                    .arg(line, 4, 16, QLatin1Char('0'))
                    .arg(QString::fromLatin1(part.toHex(' ')), -(static_cast<int>(dumpLine) * 3 - 1))
                    .arg(characters);
    }
    if (bytes.size() > dumpBytes)
        text += translated("… the Bytes tab shows all of it.");
    return text;
}

QString closeBody(const QByteArray &payload)
{
    if (payload.isEmpty())
        return translated("Close without a code.");
    const auto code = wire::closeCodeIn(payload);
    if (!code)
        return dump(payload);
    QString text = translated("code    %1 %2").arg(*code).arg(wire::closeCodeName(*code));
    if (payload.size() > 2)
        text += QLatin1Char('\n') + translated("reason  %1").arg(QString::fromUtf8(payload.mid(2)));
    return text;
}

QString gapText(const LoadedMessage::Gap &gap)
{
    const QString place = gap.first == gap.last ? translated("frame %1").arg(groupedNumber(gap.first.value()))
                                                : translated("frames %1 to %2").arg(groupedNumber(gap.first.value()), groupedNumber(gap.last.value()));
    QString what;
    if (gap.of == LoadedMessage::Gap::Of::Payload)
        what = translated("%1 of the payload are missing here").arg(byteCount(gap.lostBytes));
    else if (gap.lostBytes > 0)
        what = translated("%1 of the wire, headers included, are missing here").arg(byteCount(gap.lostBytes));
    else
        what = translated("something is missing here");
    return QStringLiteral("\u26a0 ") + translated("%1: %2 in a damaged part of the file").arg(what, place);
}

/// The pieces between gaps, each as @p show puts it, and in words what is missing between them.
template<class Show>
QString piecewise(const LoadedMessage &message, Show show)
{
    QStringList lines;
    qsizetype from = 0;
    const auto addPiece = [&](qsizetype to) {
        if (to > from)
            lines.append(show(message.bytes.sliced(from, to - from)));
        from = to;
    };
    for (const LoadedMessage::Gap &gap : message.gaps) {
        addPiece(gap.at);
        lines.append(gapText(gap));
    }
    addPiece(message.bytes.size());
    return lines.join(QLatin1Char('\n'));
}

struct Magic
{
    const char *bytes;
    int length;
    const char *name;
};
constexpr Magic magics[] = {
    {"\x89PNG\r\n\x1a\n", 8, QT_TRANSLATE_NOOP("MessageText", "PNG picture")},
    {"\xff\xd8\xff", 3, QT_TRANSLATE_NOOP("MessageText", "JPEG picture")},
    {"GIF8", 4, QT_TRANSLATE_NOOP("MessageText", "GIF picture")},
    {"%PDF-", 5, QT_TRANSLATE_NOOP("MessageText", "PDF document")},
    {"PK\x03\x04", 4, QT_TRANSLATE_NOOP("MessageText", "ZIP archive")},
    {"\x1f\x8b", 2, QT_TRANSLATE_NOOP("MessageText", "gzip")},
    {"\x28\xb5\x2f\xfd", 4, QT_TRANSLATE_NOOP("MessageText", "zstd")},
    {"OggS", 4, QT_TRANSLATE_NOOP("MessageText", "Ogg media")},
    {"\x1a\x45\xdf\xa3", 4, QT_TRANSLATE_NOOP("MessageText", "WebM or Matroska media")},
    {"fLaC", 4, QT_TRANSLATE_NOOP("MessageText", "FLAC sound")},
    {"\xd9\xd9\xf7", 3, QT_TRANSLATE_NOOP("MessageText", "CBOR")},
    {"\0asm", 4, QT_TRANSLATE_NOOP("MessageText", "WebAssembly")},
};

} // namespace

bool isDumped(const LoadedMessage &message, const capture::RecordHeader &frame)
{
    const bool isClose = isControlFrame(frame) && frame.frame.opcode == Opcode::Close;
    return !isText(message, frame) && !isClose && message.gaps.isEmpty();
}

Marks marksInDump(const Places &bytes, qsizetype size)
{
    // A line is four digits, two blanks, the bytes in hex with a blank between, two blanks, a character for each byte.
    constexpr qsizetype hexAt = 6;
    constexpr qsizetype textAt = hexAt + dumpLine * 3 - 1 + 2;
    Marks marks;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const auto [from, count] = bytes.at(i);
        for (qsizetype at = from; at < std::min({from + count, size, dumpBytes});) {
            const qsizetype column = at % dumpLine;
            const qsizetype end = std::min({from + count, size, dumpBytes, at - column + dumpLine});
            // Every line before is whole.
            const qsizetype line = at / dumpLine * (textAt + dumpLine + 1);
            marks.append({line + hexAt + column * 3, (end - at) * 3 - 1, i});
            marks.append({line + textAt + column, end - at, i});
            at = end;
        }
    }
    std::ranges::sort(marks, {}, &Mark::at);
    return marks;
}

QString contentGuess(const QByteArray &bytes)
{
    for (const Magic &magic : magics) {
        if (bytes.startsWith(QByteArrayView(magic.bytes, magic.length)))
            return translated(magic.name);
    }
    if (bytes.startsWith("RIFF") && bytes.mid(8, 4) == "WEBP")
        return translated("WebP picture");
    if (bytes.startsWith("RIFF") && bytes.mid(8, 4) == "WAVE")
        return translated("WAVE sound");
    return {};
}

QString messageFacts(const LoadedMessage &message, const capture::RecordHeader &frame, MessageContent::Language language)
{
    const bool isDamaged = !message.gaps.isEmpty() || message.beginDamaged || message.endDamaged;
    const QString size = byteCount(message.totalBytes - message.lostPayload());
    QStringList facts{isDamaged ? translated("%1 that can be read").arg(size) : size};
    if (isText(message, frame)) {
        // Characters can be counted only where all bytes are here.
        if (message.gaps.isEmpty() && static_cast<quint64>(message.bytes.size()) == message.totalBytes && frame.kind == RecordKind::Frame) {
            const qsizetype count = characterCount(message.bytes);
            facts.append(count == 1 ? translated("1 character") : translated("%1 characters").arg(groupedNumber(static_cast<quint64>(count))));
        }
        if (language == MessageContent::Language::Json)
            facts.append(translated("JSON"));
        else if (language == MessageContent::Language::Xml)
            facts.append(translated("XML"));
    } else if (const QString guess = contentGuess(message.bytes); !guess.isEmpty()) {
        facts.append(guess);
    }
    if (frame.flags.testFlag(wire::RecordFlag::Truncated))
        facts.append(translated("the connection ended before the rest came"));
    return facts.join(QStringLiteral(", "));
}

QString fragmentFacts(const LoadedMessage &message)
{
    const bool isWhole = message.beginFound && message.endFound && message.gaps.isEmpty();
    if (message.frames == 1 && isWhole)
        return {};
    if (message.beginDamaged)
        return translated("A part of a message whose beginning lies in a damaged part of the file; what can be read stands below.");
    if (!message.gaps.isEmpty() || message.endDamaged) {
        const QString what = message.endDamaged ? translated("the end of the message lies in a damaged part of the file")
                                                : translated("a part of the message lies in a damaged part of the file");
        return translated("Not the whole message: %1. What can be read stands below; nothing is joined across a gap.").arg(what);
    }
    if (!message.beginFound)
        return translated("A piece of a message whose beginning is not in reach; the pieces that were found stand below.");
    const QString place = translated("Fragment %1 of %2").arg(message.position + 1).arg(message.frames);
    return message.endFound ? place + translated("; the whole message stands below.")
                            : place + translated(" so far; the end has not come yet.");
}

QString messageBody(const LoadedMessage &message, const capture::RecordHeader &frame)
{
    if (isText(message, frame))
        return message.gaps.isEmpty() ? QString::fromUtf8(message.bytes)
                                      : piecewise(message, [](const QByteArray &piece) { return QString::fromUtf8(piece); });
    if (isControlFrame(frame) && frame.frame.opcode == Opcode::Close)
        return closeBody(message.bytes);
    if (!message.gaps.isEmpty())
        return piecewise(message, [](const QByteArray &piece) { return dump(piece).trimmed(); });
    return message.bytes.isEmpty() ? QString() : dump(message.bytes);
}

} // namespace wsw::desktop
