#include "payload/formats.h"
#include "payload/jsonwriter.h"
#include "payload/protoreader.h"
#include "payload/textguess.h"

#include <bit>
#include <cstring>

// The wire format is described at protobuf.dev, "Encoding": a message is a row of fields, each a tag (field number and wire type, a
// varint) and a value. Without a schema a number may be signed or not, zigzag or not, and bytes may be a text, a message or bytes; the
// likeliest is shown, and numbers of which the bits have another common meaning in that as well.

namespace wsw::payload {

namespace {

constexpr quint64 highestField = (quint64{1} << 29) - 1;
constexpr int bitsPerByte = 7;
constexpr int mostVarintBytes = 10;
constexpr qsizetype tellingText = 3;

/// "150", and where the highest bit is set also what it is as a negative number; zigzag is not shown: any number may be that.
QString varintText(quint64 value)
{
    const auto negative = static_cast<qint64>(value);
    return negative < 0 ? QStringLiteral("%1 (%2)").arg(value).arg(negative) : QString::number(value);
}

/// "1.0 (1065353216)": the same bits as a floating-point and as a whole number.
template<class Float, class Number>
QString fixedText(Number value)
{
    return QStringLiteral("%1 (%2)").arg(numberText(static_cast<double>(std::bit_cast<Float>(value)))).arg(value);
}

} // namespace

bool ProtoReader::readVarint(quint64 &value)
{
    value = 0;
    for (int i = 0; i < mostVarintBytes && !atEnd(); ++i) {
        const auto byte = static_cast<uchar>(m_bytes[m_at++]);
        value |= static_cast<quint64>(byte & 0x7f) << (i * bitsPerByte);
        // The tenth byte has room for one bit.
        if (i == mostVarintBytes - 1 && byte > 1)
            return false;
        if ((byte & 0x80) == 0)
            return true;
    }
    return false;
}

template<class Number>
bool ProtoReader::readNumber(Number &value)
{
    if (m_bytes.size() - m_at < static_cast<qsizetype>(sizeof value))
        return false;
    std::memcpy(&value, m_bytes.data() + m_at, sizeof value);   // little-endian, as here
    m_at += static_cast<qsizetype>(sizeof value);
    return true;
}

bool ProtoReader::readFixed(quint32 &value)
{
    return readNumber(value);
}

bool ProtoReader::readFixed(quint64 &value)
{
    return readNumber(value);
}

bool ProtoReader::readSized(QByteArrayView &bytes)
{
    const qsizetype begin = m_at;
    quint64 length = 0;
    if (!readVarint(length) || length > static_cast<quint64>(m_bytes.size() - m_at)) {
        m_at = begin;
        return false;
    }
    bytes = m_bytes.sliced(m_at, static_cast<qsizetype>(length));
    m_at += bytes.size();
    return true;
}

bool ProtoReader::hasTextInside(QByteArrayView bytes) const
{
    ProtoReader inner(bytes, m_depth + 1);
    inner.lookForTexts();
    return m_depth < mostDepth && inner.readFields(nullptr) && inner.hasText();
}

bool ProtoReader::readBytes(ValueSink *sink)
{
    QByteArrayView bytes;
    if (!readSized(bytes))
        return false;
    if (m_looksForTexts && !m_hasText)
        m_hasText = isPrintableText(bytes) ? bytes.size() >= tellingText : hasTextInside(bytes);
    if (sink == nullptr)
        return true;
    // A text that is also a message by chance is a text; what is neither, bytes.
    if (isPrintableText(bytes)) {
        sink->text(*textOf(bytes));
        return true;
    }
    ProtoReader probe(bytes, m_depth + 1);
    if (bytes.isEmpty() || m_depth >= mostDepth || !probe.readFields(nullptr)) {
        sink->plain(bytesNotation(bytes));
        return true;
    }
    ProtoReader inner(bytes, m_depth + 1);
    sink->beginObject();
    const bool isWhole = inner.readFields(sink);
    sink->endObject();
    return isWhole;
}

bool ProtoReader::readValue(ValueSink *sink, quint64 field, WireType type)
{
    switch (type) {
    case WireType::Varint: {
        quint64 value = 0;
        if (!readVarint(value))
            return false;
        if (sink != nullptr)
            sink->plain(varintText(value));
        return true;
    }
    case WireType::Fixed64: {
        quint64 value = 0;
        if (!readFixed(value))
            return false;
        if (sink != nullptr)
            sink->plain(fixedText<double>(value));
        return true;
    }
    case WireType::Fixed32: {
        quint32 value = 0;
        if (!readFixed(value))
            return false;
        if (sink != nullptr)
            sink->plain(fixedText<float>(value));
        return true;
    }
    case WireType::Bytes: return readBytes(sink);
    case WireType::GroupBegin: {
        if (m_depth >= mostDepth) {
            m_isTooDeep = true;
            return false;
        }
        ++m_depth;
        if (sink != nullptr)
            sink->beginObject();
        const bool isWhole = readFields(sink, field);
        if (sink != nullptr)
            sink->endObject();
        --m_depth;
        return isWhole;
    }
    case WireType::GroupEnd: break;
    }
    return false;
}

bool ProtoReader::readTag(quint64 &field, WireType &type)
{
    const qsizetype begin = m_at;
    quint64 tag = 0;
    const bool isTag = readVarint(tag);
    field = tag >> 3;
    type = static_cast<WireType>(tag & 7);
    if (isTag && field > 0 && field <= highestField && type <= WireType::Fixed32)
        return true;
    m_at = begin;
    return false;
}

bool ProtoReader::readFields(ValueSink *sink, quint64 group)
{
    while (!atEnd()) {
        if (sink != nullptr && sink->isFull())
            return false;
        const qsizetype begin = m_at;
        quint64 field = 0;
        WireType type{};
        if (!readTag(field, type))
            return false;
        if (type == WireType::GroupEnd) {
            if (group == field)
                return true;
            m_at = begin;
            return false;
        }
        if (sink != nullptr)
            sink->name(QString::number(field));
        if (!readValue(sink, field, type))
            return false;
    }
    return group == 0;
}

bool looksLikeProtobuf(QByteArrayView payload)
{
    ProtoReader probe(payload, 0);
    probe.lookForTexts();
    return probe.readFields(nullptr) && probe.hasText();
}

Result<> readProtobuf(QByteArrayView payload, ValueSink &sink)
{
    // First without telling: what is no message leaves nothing half told.
    ProtoReader probe(payload, 0);
    if (!probe.readFields(nullptr))
        return probe.isTooDeep() ? tooDeep(Format::Protobuf) : isNone(Format::Protobuf, probe.offset());
    ProtoReader reader(payload, 0);
    sink.beginObject();
    reader.readFields(&sink);
    if (sink.isFull())
        return tooLong(Format::Protobuf);
    sink.endObject();
    return {};
}

} // namespace wsw::payload
