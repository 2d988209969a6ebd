#include "wire/frame.h"

#include "base/bytes.h"
#include "wire/mask.h"

namespace wsw::wire {

namespace {

constexpr quint8 finBit = 0x80;
constexpr quint8 rsv1Bit = 0x40;
constexpr quint8 rsv2Bit = 0x20;
constexpr quint8 rsv3Bit = 0x10;
constexpr quint8 maskBit = 0x80;
constexpr quint8 length16 = 126; // RFC 6455, 5.2: the next 2 bytes are the length
constexpr quint8 length64 = 127; // ... the next 8 bytes

} // namespace

bool isReserved(Opcode opcode) noexcept
{
    switch (opcode) {
    case Opcode::Continuation:
    case Opcode::Text:
    case Opcode::Binary:
    case Opcode::Close:
    case Opcode::Ping:
    case Opcode::Pong:
        return false;
    }
    return true;
}

QString opcodeName(Opcode opcode)
{
    switch (opcode) {
    case Opcode::Continuation:
        return QStringLiteral("continuation");
    case Opcode::Text:
        return QStringLiteral("text");
    case Opcode::Binary:
        return QStringLiteral("binary");
    case Opcode::Close:
        return QStringLiteral("close");
    case Opcode::Ping:
        return QStringLiteral("ping");
    case Opcode::Pong:
        return QStringLiteral("pong");
    }
    return QStringLiteral("reserved 0x%1").arg(static_cast<uint>(opcode), 0, 16);
}

int FrameHeader::headerSize() const noexcept
{
    int size = 2;
    switch (lengthForm) {
    case LengthForm::Bits7:
        break;
    case LengthForm::Bits16:
        size += 2;
        break;
    case LengthForm::Bits64:
        size += 8;
        break;
    }
    return masked ? size + 4 : size;
}

quint8 FrameHeader::firstByte() const noexcept
{
    return static_cast<quint8>((fin ? finBit : 0) | (rsv1 ? rsv1Bit : 0) | (rsv2 ? rsv2Bit : 0)
                               | (rsv3 ? rsv3Bit : 0) | (static_cast<quint8>(opcode) & 0x0f));
}

quint8 FrameHeader::secondByte() const noexcept
{
    quint8 bits = length64;
    switch (lengthForm) {
    case LengthForm::Bits7:
        bits = static_cast<quint8>(length & 0x7f);
        break;
    case LengthForm::Bits16:
        bits = length16;
        break;
    case LengthForm::Bits64:
        break;
    }
    return static_cast<quint8>((masked ? maskBit : 0) | bits);
}

LengthForm minimalLengthForm(quint64 length) noexcept
{
    if (length < length16)
        return LengthForm::Bits7;
    return length <= 0xffff ? LengthForm::Bits16 : LengthForm::Bits64;
}

namespace {

/// Writes the header to @p to (at least 14 bytes) and returns its size.
qsizetype writeHeader(const FrameHeader &header, uchar *to) noexcept
{
    qsizetype size = 2;
    to[0] = header.firstByte();
    to[1] = header.secondByte();
    switch (header.lengthForm) {
    case LengthForm::Bits7:
        break;
    case LengthForm::Bits16:
        writeBigEndian(static_cast<quint16>(header.length & 0xffff), to + size);
        size += 2;
        break;
    case LengthForm::Bits64:
        writeBigEndian(header.length, to + size);
        size += 8;
        break;
    }
    if (header.masked) {
        std::copy(header.key.begin(), header.key.end(), to + size);
        size += 4;
    }
    return size;
}

} // namespace

QByteArray serializeHeader(const FrameHeader &header)
{
    std::array<uchar, 14> bytes{};
    const qsizetype size = writeHeader(header, bytes.data());
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), size);
}

QByteArray serializeFrame(const FrameHeader &header, QByteArrayView payload)
{
    QByteArray frame(header.headerSize() + payload.size(), Qt::Uninitialized);
    auto *to = reinterpret_cast<uchar *>(frame.data());
    std::array<uchar, 14> bytes{};
    const qsizetype headerSize = writeHeader(header, bytes.data());
    std::copy_n(bytes.begin(), headerSize, to);
    to += headerSize;
    const auto *from = reinterpret_cast<const uchar *>(payload.data());
    if (header.masked)
        applyMask(from, to, payload.size(), header.key);
    else
        std::copy_n(from, payload.size(), to);
    return frame;
}

FrameHeader legalHeader(Opcode opcode, Fin fin, quint64 length, Role role, MaskingKey key)
{
    FrameHeader header;
    header.fin = fin == Fin::Yes;
    header.opcode = opcode;
    header.masked = role == Role::Client;
    if (header.masked)
        header.key = key;
    header.lengthForm = minimalLengthForm(length);
    header.length = length;
    return header;
}

} // namespace wsw::wire
