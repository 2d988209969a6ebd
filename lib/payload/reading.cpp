#include "payload/reading.h"

#include "base/bytes.h"
#include "payload/formats.h"
#include "payload/jsonwriter.h"

#include <array>
#include <utility>

namespace wsw::payload {

namespace {

constexpr QByteArrayView selfDescribedCbor("\xd9\xd9\xf7");     // RFC 8949, section 3.4.6
constexpr qsizetype smallestBson = 5;

uchar firstByte(QByteArrayView payload)
{
    return payload.isEmpty() ? uchar{0} : static_cast<uchar>(payload.front());
}

bool mayBeBson(QByteArrayView payload)
{
    // Its length comes first, and a zero last.
    return payload.size() >= smallestBson && readLittleEndian<quint32>(reinterpret_cast<const uchar *>(payload.data())) == static_cast<quint64>(payload.size())
           && payload.back() == '\0';
}

/// A map or an array with something in it; anything shorter is one by chance.
bool mayBeMessagePack(QByteArrayView payload)
{
    const uchar first = firstByte(payload);
    const bool isContainer = (first > 0x80 && first <= 0x8f) || (first > 0x90 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf);
    return isContainer && payload.size() > 2;
}

bool mayBeCbor(QByteArrayView payload)
{
    const uchar first = firstByte(payload);
    const bool isContainer = (first > 0x80 && first <= 0x9b) || first == 0x9f || (first > 0xa0 && first <= 0xbb) || first == 0xbf;
    return payload.startsWith(selfDescribedCbor) || (isContainer && payload.size() > 2);
}

bool mayBePlainText(QByteArrayView payload)
{
    return !payload.isEmpty();
}

bool mayBeXml(QByteArrayView payload)
{
    return payload.trimmed().startsWith('<');
}

struct Candidate
{
    Format format;
    bool isText;
    bool (*mayBe)(QByteArrayView payload);      ///< by its shape; whether it is one, layOut() says
};
/// In the order in which they are tried.
constexpr std::array candidates{
    Candidate{Format::Xml, true, mayBeXml},
    Candidate{Format::Bson, false, mayBeBson},
    Candidate{Format::PlainText, false, mayBePlainText},
    Candidate{Format::MessagePack, false, mayBeMessagePack},
    Candidate{Format::Cbor, false, mayBeCbor},
    Candidate{Format::Protobuf, false, looksLikeProtobuf},
};

} // namespace

QString formatName(Format format)
{
    switch (format) {
    case Format::Xml: return QStringLiteral("XML");
    case Format::MessagePack: return QStringLiteral("MessagePack");
    case Format::Cbor: return QStringLiteral("CBOR");
    case Format::Bson: return QStringLiteral("BSON");
    case Format::Protobuf: return QStringLiteral("Protobuf");
    case Format::PlainText: return QStringLiteral("plain text");
    }
    Q_UNREACHABLE();
}

QList<Format> formatsOf(bool isText)
{
    if (isText)
        return {Format::Xml};
    return {Format::MessagePack, Format::Cbor, Format::Bson, Format::Protobuf, Format::PlainText};
}

Error isNone(Format format, qsizetype offset)
{
    return {ErrorKind::Usage, QStringLiteral("This is no %1: byte %2 does not fit.").arg(formatName(format)).arg(offset),
            QStringLiteral("Choose another format, or Bytes."), {}};
}

Error tooDeep(Format format)
{
    return {ErrorKind::Limit, QStringLiteral("This %1 is nested more than %2 deep.").arg(formatName(format)).arg(mostDepth),
            QStringLiteral("Its bytes can be read, or saved to a file."), {}};
}

Error tooLong(Format format)
{
    return {ErrorKind::Limit, QStringLiteral("Laid out, this %1 would be more than %2 characters.").arg(formatName(format)).arg(mostText),
            QStringLiteral("Its bytes can be read, or saved to a file."), {}};
}

bool hasValues(Format format)
{
    return format != Format::Xml && format != Format::PlainText;
}

Result<> readValues(QByteArrayView payload, Format format, ValueSink &sink)
{
    if (payload.size() > mostBytes) {
        return Error{ErrorKind::Limit, QStringLiteral("More than %1 bytes are not laid out.").arg(mostBytes),
                     QStringLiteral("Save the message, and read it with a program of its own."), {}};
    }
    switch (format) {
    case Format::MessagePack: return readMessagePack(payload, sink);
    case Format::Cbor: return readCbor(payload, sink);
    case Format::Bson: return readBson(payload, sink);
    case Format::Protobuf: return readProtobuf(payload, sink);
    case Format::Xml:
    case Format::PlainText: break;
    }
    return Error{ErrorKind::Usage, QStringLiteral("There are no values in %1.").arg(formatName(format)), QStringLiteral("Read it as text."), {}};
}

Result<QString> layOut(QByteArrayView payload, Format format)
{
    if (!hasValues(format) && payload.size() <= mostBytes)
        return format == Format::Xml ? layOutXml(payload) : layOutPlainText(payload);
    JsonWriter writer;
    const auto read = readValues(payload, format, writer);
    return read ? Result<QString>(writer.take()) : read.error();
}

std::optional<Reading> readAsItSeems(QByteArrayView payload, bool isText)
{
    if (payload.isEmpty() || payload.size() > mostBytes)
        return std::nullopt;
    for (const Candidate &candidate : candidates) {
        if (candidate.isText != isText || !candidate.mayBe(payload))
            continue;
        if (auto text = layOut(payload, candidate.format))
            return Reading{candidate.format, std::move(text).value()};
    }
    return std::nullopt;
}

std::optional<Format> guess(QByteArrayView payload, bool isText)
{
    const auto reading = readAsItSeems(payload, isText);
    return reading ? std::optional(reading->format) : std::nullopt;
}

} // namespace wsw::payload
