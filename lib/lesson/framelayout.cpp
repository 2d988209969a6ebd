#include "lesson/framelayout.h"

#include <algorithm>

namespace wsw::lesson {

namespace {

constexpr int bitsPerByte = 8;

QString bits(quint8 value, int count)
{
    return QStringLiteral("%1").arg(value, count, 2, QLatin1Char('0'));
}

QString hexBytes(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toHex(' '));
}

int extendedLengthBits(wire::LengthForm form)
{
    switch (form) {
    case wire::LengthForm::Bits7: return 0;
    case wire::LengthForm::Bits16: return 16;
    case wire::LengthForm::Bits64: return 64;
    }
    return 0;
}

QString byteCount(quint64 count)
{
    return count == 1 ? QStringLiteral("1 byte") : QStringLiteral("%1 bytes").arg(count);
}

} // namespace

std::vector<HeaderField> headerFields(const wire::FrameHeader &header)
{
    std::vector<HeaderField> fields{
        {HeaderPart::Fin, 0, 1},  {HeaderPart::Rsv1, 1, 1},   {HeaderPart::Rsv2, 2, 1}, {HeaderPart::Rsv3, 3, 1},
        {HeaderPart::Opcode, 4, 4}, {HeaderPart::Mask, 8, 1}, {HeaderPart::Length, 9, 7},
    };
    int next = 16;
    if (const int extended = extendedLengthBits(header.lengthForm); extended > 0) {
        fields.push_back({HeaderPart::ExtendedLength, next, extended});
        next += extended;
    }
    if (header.masked)
        fields.push_back({HeaderPart::MaskingKey, next, 32});
    return fields;
}

std::optional<HeaderField> headerField(const wire::FrameHeader &header, HeaderPart part)
{
    const std::vector<HeaderField> fields = headerFields(header);
    const auto found = std::ranges::find(fields, part, &HeaderField::part);
    return found == fields.end() ? std::nullopt : std::optional(*found);
}

bool hasPart(const wire::FrameHeader &header, HeaderPart part)
{
    return part == HeaderPart::Payload ? header.length > 0 : headerField(header, part).has_value();
}

HeaderPart partAtByte(const wire::FrameHeader &header, quint64 offset)
{
    for (const HeaderField &field : headerFields(header)) {
        const auto first = static_cast<quint64>(field.firstBit / bitsPerByte);
        const auto last = static_cast<quint64>((field.firstBit + field.bitCount - 1) / bitsPerByte);
        if (offset >= first && offset <= last)
            return field.part;
    }
    return HeaderPart::Payload;
}

QString partName(HeaderPart part)
{
    switch (part) {
    case HeaderPart::Fin: return QStringLiteral("FIN");
    case HeaderPart::Rsv1: return QStringLiteral("RSV1");
    case HeaderPart::Rsv2: return QStringLiteral("RSV2");
    case HeaderPart::Rsv3: return QStringLiteral("RSV3");
    case HeaderPart::Opcode: return QStringLiteral("opcode");
    case HeaderPart::Mask: return QStringLiteral("MASK");
    case HeaderPart::Length: return QStringLiteral("length");
    case HeaderPart::ExtendedLength: return QStringLiteral("extended length");
    case HeaderPart::MaskingKey: return QStringLiteral("masking key");
    case HeaderPart::Payload: return QStringLiteral("payload");
    }
    return {};
}

QString partValue(const wire::FrameHeader &header, HeaderPart part)
{
    switch (part) {
    case HeaderPart::Fin: return bits(header.fin, 1);
    case HeaderPart::Rsv1: return bits(header.rsv1, 1);
    case HeaderPart::Rsv2: return bits(header.rsv2, 1);
    case HeaderPart::Rsv3: return bits(header.rsv3, 1);
    case HeaderPart::Opcode: return bits(static_cast<quint8>(header.opcode), 4);
    case HeaderPart::Mask: return bits(header.masked, 1);
    case HeaderPart::Length: return bits(header.secondByte() & 0x7f, 7);
    case HeaderPart::ExtendedLength:
    case HeaderPart::MaskingKey:
        if (const auto field = headerField(header, part))
            return hexBytes(wire::serializeHeader(header).mid(field->firstBit / bitsPerByte, field->bitCount / bitsPerByte));
        return {};
    case HeaderPart::Payload: return {};
    }
    return {};
}

QString partMeaning(const wire::FrameHeader &header, HeaderPart part)
{
    switch (part) {
    case HeaderPart::Fin: return header.fin ? QStringLiteral("last frame of the message") : QStringLiteral("more frames follow");
    case HeaderPart::Rsv1: return header.rsv1 ? QStringLiteral("set") : QStringLiteral("not set");
    case HeaderPart::Rsv2: return header.rsv2 ? QStringLiteral("set") : QStringLiteral("not set");
    case HeaderPart::Rsv3: return header.rsv3 ? QStringLiteral("set") : QStringLiteral("not set");
    case HeaderPart::Opcode: return wire::opcodeName(header.opcode);
    case HeaderPart::Mask: return header.masked ? QStringLiteral("masked") : QStringLiteral("not masked");
    case HeaderPart::Length:
        switch (header.lengthForm) {
        case wire::LengthForm::Bits7: return byteCount(header.length);
        case wire::LengthForm::Bits16: return QStringLiteral("126: the next 2 bytes hold the length");
        case wire::LengthForm::Bits64: return QStringLiteral("127: the next 8 bytes hold the length");
        }
        return {};
    case HeaderPart::ExtendedLength:
    case HeaderPart::Payload: return byteCount(header.length);
    case HeaderPart::MaskingKey: return {};
    }
    return {};
}

QString partWhere(const wire::FrameHeader &header, HeaderPart part)
{
    if (part == HeaderPart::Payload) {
        if (header.length == 0)
            return {};
        const auto first = static_cast<quint64>(header.headerSize());
        if (header.length == 1)
            return QStringLiteral("byte %1").arg(first);
        return QStringLiteral("bytes %1 to %2").arg(first).arg(first + (header.length - 1));
    }
    const auto field = headerField(header, part);
    if (!field)
        return {};
    const int firstByte = field->firstBit / bitsPerByte;
    const int lastByte = (field->firstBit + field->bitCount - 1) / bitsPerByte;
    if (lastByte > firstByte)
        return QStringLiteral("bytes %1 to %2").arg(firstByte).arg(lastByte);
    const int firstBit = field->firstBit % bitsPerByte;
    if (field->bitCount == 1)
        return QStringLiteral("byte %1, bit %2").arg(firstByte).arg(firstBit);
    return QStringLiteral("byte %1, bits %2 to %3").arg(firstByte).arg(firstBit).arg(firstBit + field->bitCount - 1);
}

} // namespace wsw::lesson
