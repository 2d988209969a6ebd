#include "payload/formats.h"
#include "payload/jsonwriter.h"
#include "payload/textguess.h"

#include <bit>
#include <optional>
#include <utility>

// The format is described at github.com/msgpack/msgpack, spec.md: one byte says what follows and, of what is short, how long it is; else a
// big-endian number of 1, 2, 4 or 8 bytes does. Keys of maps may be anything, and texts need not be UTF-8: both are shown as what they are.

namespace wsw::payload {

namespace {

/// 1, 2, 4, 8 for the last two bits of the first byte of a number; texts, bytes and containers count likewise.
constexpr int widthOf(int step) { return 1 << step; }

class PackReader final
{
public:
    PackReader(QByteArrayView payload, ValueSink &sink) : m_bytes(payload), m_sink(&sink) {}

    /// One value with all that is in it. False where it is broken or too deep, or the sink is full.
    bool readItem();

    [[nodiscard]] bool isTooDeep() const noexcept { return m_isTooDeep; }
    [[nodiscard]] bool isTooLong() const noexcept { return m_isTooLong; }
    [[nodiscard]] qsizetype offset() const noexcept { return m_at; }

private:
    bool take(quint64 count, QByteArrayView &bytes);
    /// A big-endian number of so many bytes.
    bool readNumber(int width, quint64 &value);
    /// What only the bytes from 0xc0 to 0xdf announce.
    bool readMarked(int first);
    bool readSigned(int width);
    bool readFloat(int width);
    bool readBytes(int width);
    bool readExtension(quint64 length);
    bool readArray(quint64 count);
    bool readMap(quint64 count);
    bool readName();
    /// How long the text is that begins here; nothing where none does, or its length is cut off.
    std::optional<quint64> textLength();
    /// The text of that length; @p isText is false where it is no UTF-8, then it is written as its bytes.
    bool readText(quint64 length, QString &text, bool &isText);
    bool tell(const QString &value);
    bool enter();

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    ValueSink *m_sink;
    int m_depth = 0;
    bool m_isTooDeep = false;
    bool m_isTooLong = false;
};

bool PackReader::tell(const QString &value)
{
    m_sink->plain(value);
    return true;
}

bool PackReader::enter()
{
    m_isTooDeep = ++m_depth > mostDepth;
    return !m_isTooDeep;
}

bool PackReader::take(quint64 count, QByteArrayView &bytes)
{
    if (count > static_cast<quint64>(m_bytes.size() - m_at)) {
        // What is missing is the byte behind the last.
        m_at = m_bytes.size();
        return false;
    }
    bytes = m_bytes.sliced(m_at, static_cast<qsizetype>(count));
    m_at += bytes.size();
    return true;
}

bool PackReader::readNumber(int width, quint64 &value)
{
    QByteArrayView bytes;
    if (!take(static_cast<quint64>(width), bytes))
        return false;
    value = 0;
    for (const char byte : bytes)
        value = value << 8 | static_cast<uchar>(byte);
    return true;
}

bool PackReader::readSigned(int width)
{
    quint64 value = 0;
    if (!readNumber(width, value))
        return false;
    const int unused = 64 - 8 * width;
    return tell(QString::number(static_cast<qint64>(value << unused) >> unused));
}

bool PackReader::readFloat(int width)
{
    quint64 bits = 0;
    if (!readNumber(width, bits))
        return false;
    m_sink->number(width == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<quint32>(bits))) : std::bit_cast<double>(bits));
    return true;
}

bool PackReader::readBytes(int width)
{
    quint64 length = 0;
    QByteArrayView bytes;
    return readNumber(width, length) && take(length, bytes) && tell(bytesNotation(bytes));
}

bool PackReader::readExtension(quint64 length)
{
    QByteArrayView type;
    QByteArrayView bytes;
    return take(1, type) && take(length, bytes) && tell(QStringLiteral("ext(%1, %2)").arg(static_cast<qint8>(type[0])).arg(bytesNotation(bytes)));
}

bool PackReader::readArray(quint64 count)
{
    if (!enter())
        return false;
    m_sink->beginArray();
    for (quint64 i = 0; i < count; ++i) {
        if (!readItem())
            return false;
    }
    m_sink->endArray();
    --m_depth;
    return true;
}

bool PackReader::readMap(quint64 count)
{
    if (!enter())
        return false;
    m_sink->beginObject();
    for (quint64 i = 0; i < count; ++i) {
        if (!readName() || !readItem())
            return false;
    }
    m_sink->endObject();
    --m_depth;
    return true;
}

bool PackReader::readName()
{
    if (const auto length = textLength()) {
        QString text;
        bool isText = false;
        if (!readText(*length, text, isText))
            return false;
        isText ? m_sink->name(text) : m_sink->plainName(text);
        return true;
    }
    JsonWriter inner;
    ValueSink *const outer = std::exchange(m_sink, &inner);
    const bool isWhole = readItem();
    m_sink = outer;
    if (isWhole)
        m_sink->plainName(inner.takeOnOneLine());
    return isWhole;
}

std::optional<quint64> PackReader::textLength()
{
    if (m_at == m_bytes.size())
        return std::nullopt;
    const int first = static_cast<uchar>(m_bytes[m_at]);
    quint64 length = 0;
    if (first >= 0xa0 && first <= 0xbf) {
        ++m_at;
        return static_cast<quint64>(first & 0x1f);
    }
    if (first < 0xd9 || first > 0xdb)
        return std::nullopt;
    ++m_at;
    return readNumber(widthOf(first - 0xd9), length) ? std::optional(length) : std::nullopt;
}

bool PackReader::readText(quint64 length, QString &text, bool &isText)
{
    QByteArrayView bytes;
    if (!take(length, bytes))
        return false;
    const auto decoded = textOf(bytes);
    isText = decoded.has_value();
    text = isText ? *decoded : QStringLiteral("str(%1)").arg(bytesNotation(bytes));
    return true;
}

bool PackReader::readItem()
{
    if (m_sink->isFull()) {
        m_isTooLong = true;
        return false;
    }
    if (const auto length = textLength()) {
        QString text;
        bool isText = false;
        if (!readText(*length, text, isText))
            return false;
        isText ? m_sink->text(text) : m_sink->plain(text);
        return true;
    }
    if (m_at == m_bytes.size())
        return false;
    const int first = static_cast<uchar>(m_bytes[m_at++]);
    if (first <= 0x7f)
        return tell(QString::number(first));
    if (first <= 0x8f)
        return readMap(static_cast<quint64>(first & 0x0f));
    if (first <= 0x9f)
        return readArray(static_cast<quint64>(first & 0x0f));
    return first >= 0xe0 ? tell(QString::number(first - 0x100)) : readMarked(first);
}

bool PackReader::readMarked(int first)
{
    quint64 number = 0;
    switch (first) {
    case 0xc0: return tell(QStringLiteral("null"));
    case 0xc2: return tell(QStringLiteral("false"));
    case 0xc3: return tell(QStringLiteral("true"));
    case 0xc4:
    case 0xc5:
    case 0xc6: return readBytes(widthOf(first - 0xc4));
    case 0xc7:
    case 0xc8:
    case 0xc9: return readNumber(widthOf(first - 0xc7), number) && readExtension(number);
    case 0xca: return readFloat(4);
    case 0xcb: return readFloat(8);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf: return readNumber(widthOf(first - 0xcc), number) && tell(QString::number(number));
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3: return readSigned(widthOf(first - 0xd0));
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8: return readExtension(static_cast<quint64>(widthOf(first - 0xd4)));
    case 0xdc:
    case 0xdd: return readNumber(widthOf(first - 0xdc + 1), number) && readArray(number);
    case 0xde:
    case 0xdf: return readNumber(widthOf(first - 0xde + 1), number) && readMap(number);
    default:
        // 0xc1 is never used; texts are no matter of this function.
        --m_at;
        return false;
    }
}

} // namespace

Result<> readMessagePack(QByteArrayView payload, ValueSink &sink)
{
    PackReader reader(payload, sink);
    if (reader.readItem() && reader.offset() == payload.size())
        return {};
    if (reader.isTooLong())
        return tooLong(Format::MessagePack);
    return reader.isTooDeep() ? tooDeep(Format::MessagePack) : isNone(Format::MessagePack, reader.offset());
}

} // namespace wsw::payload
