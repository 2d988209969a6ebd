#include "payload/formats.h"
#include "payload/jsonwriter.h"
#include "payload/textguess.h"

#include <bit>
#include <cstring>

// The wire format is described at protobuf.dev, "Encoding": a message is a row of fields, each a tag (field number and wire type, a
// varint) and a value. Without a schema a number may be signed or not, zigzag or not, and bytes may be a text, a message or bytes; the
// likeliest is shown, and numbers of which the bits have another common meaning in that as well.

namespace wsw::payload {

namespace {

enum class WireType : quint8 { Varint = 0, Fixed64 = 1, Bytes = 2, GroupBegin = 3, GroupEnd = 4, Fixed32 = 5 };

constexpr quint64 highestField = (quint64{1} << 29) - 1;
constexpr int bitsPerByte = 7;
constexpr int mostVarintBytes = 10;
constexpr qsizetype tellingText = 3;

/// Reads one message, and writes it where there is a writer.
class Reader final
{
public:
    Reader(QByteArrayView payload, int depth) : m_bytes(payload), m_depth(depth) {}

    /// Fields up to the end, or up to the end of group @p group (0: none). False where it is no message.
    bool readFields(JsonWriter *writer, quint64 group = 0);

    [[nodiscard]] qsizetype offset() const noexcept { return m_at; }
    [[nodiscard]] bool isTooDeep() const noexcept { return m_isTooDeep; }
    /// From now on, printable texts of some length are looked for as well, also those of messages inside.
    void lookForTexts() noexcept { m_looksForTexts = true; }
    [[nodiscard]] bool hasText() const noexcept { return m_hasText; }

private:
    [[nodiscard]] bool atEnd() const noexcept { return m_at == m_bytes.size(); }
    bool readVarint(quint64 &value);
    template<class Number>
    bool readFixed(Number &value);
    bool readValue(JsonWriter *writer, quint64 field, WireType type);
    bool readBytes(JsonWriter *writer);
    [[nodiscard]] bool hasTextInside(QByteArrayView bytes) const;

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    int m_depth;
    bool m_looksForTexts = false;
    bool m_hasText = false;
    bool m_isTooDeep = false;
};

bool Reader::readVarint(quint64 &value)
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
bool Reader::readFixed(Number &value)
{
    if (m_bytes.size() - m_at < static_cast<qsizetype>(sizeof value))
        return false;
    std::memcpy(&value, m_bytes.data() + m_at, sizeof value);   // little-endian, as here
    m_at += static_cast<qsizetype>(sizeof value);
    return true;
}

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

bool Reader::hasTextInside(QByteArrayView bytes) const
{
    Reader inner(bytes, m_depth + 1);
    inner.lookForTexts();
    return m_depth < mostDepth && inner.readFields(nullptr) && inner.hasText();
}

bool Reader::readBytes(JsonWriter *writer)
{
    quint64 length = 0;
    if (!readVarint(length) || length > static_cast<quint64>(m_bytes.size() - m_at))
        return false;
    const QByteArrayView bytes = m_bytes.sliced(m_at, static_cast<qsizetype>(length));
    m_at += bytes.size();
    if (m_looksForTexts && !m_hasText)
        m_hasText = isPrintableText(bytes) ? bytes.size() >= tellingText : hasTextInside(bytes);
    if (writer == nullptr)
        return true;
    // A text that is also a message by chance is a text; what is neither, bytes.
    if (isPrintableText(bytes)) {
        writer->text(QString::fromUtf8(bytes));
        return true;
    }
    Reader probe(bytes, m_depth + 1);
    if (bytes.isEmpty() || m_depth >= mostDepth || !probe.readFields(nullptr)) {
        writer->plain(bytesNotation(bytes));
        return true;
    }
    Reader inner(bytes, m_depth + 1);
    writer->beginObject();
    const bool isWhole = inner.readFields(writer);
    writer->endObject();
    return isWhole;
}

bool Reader::readValue(JsonWriter *writer, quint64 field, WireType type)
{
    switch (type) {
    case WireType::Varint: {
        quint64 value = 0;
        if (!readVarint(value))
            return false;
        if (writer != nullptr)
            writer->plain(varintText(value));
        return true;
    }
    case WireType::Fixed64: {
        quint64 value = 0;
        if (!readFixed(value))
            return false;
        if (writer != nullptr)
            writer->plain(fixedText<double>(value));
        return true;
    }
    case WireType::Fixed32: {
        quint32 value = 0;
        if (!readFixed(value))
            return false;
        if (writer != nullptr)
            writer->plain(fixedText<float>(value));
        return true;
    }
    case WireType::Bytes: return readBytes(writer);
    case WireType::GroupBegin: {
        if (m_depth >= mostDepth) {
            m_isTooDeep = true;
            return false;
        }
        ++m_depth;
        if (writer != nullptr)
            writer->beginObject();
        const bool isWhole = readFields(writer, field);
        if (writer != nullptr)
            writer->endObject();
        --m_depth;
        return isWhole;
    }
    case WireType::GroupEnd: break;
    }
    return false;
}

bool Reader::readFields(JsonWriter *writer, quint64 group)
{
    while (!atEnd()) {
        if (writer != nullptr && writer->isFull())
            return false;
        const qsizetype begin = m_at;
        quint64 tag = 0;
        const bool isTag = readVarint(tag);
        const quint64 field = tag >> 3;
        const auto type = static_cast<WireType>(tag & 7);
        const bool isKnown = type <= WireType::Fixed32 && (type != WireType::GroupEnd || group == field);
        if (!isTag || field == 0 || field > highestField || !isKnown) {
            m_at = begin;
            return false;
        }
        if (type == WireType::GroupEnd)
            return true;
        if (writer != nullptr)
            writer->name(QString::number(field));
        if (!readValue(writer, field, type))
            return false;
    }
    return group == 0;
}

} // namespace

bool looksLikeProtobuf(QByteArrayView payload)
{
    Reader probe(payload, 0);
    probe.lookForTexts();
    return probe.readFields(nullptr) && probe.hasText();
}

Result<QString> layOutProtobuf(QByteArrayView payload)
{
    // First without writing: what is no message leaves nothing half written.
    Reader probe(payload, 0);
    if (!probe.readFields(nullptr))
        return probe.isTooDeep() ? tooDeep(Format::Protobuf) : isNone(Format::Protobuf, probe.offset());
    JsonWriter writer;
    Reader reader(payload, 0);
    writer.beginObject();
    reader.readFields(&writer);
    if (writer.isFull())
        return tooLong(Format::Protobuf);
    writer.endObject();
    return writer.take();
}

} // namespace wsw::payload
