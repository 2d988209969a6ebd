#include "payload/formats.h"
#include "payload/jsonwriter.h"

#include <QCborStreamReader>

#include <utility>

namespace wsw::payload {

namespace {

/// Tells what a QCborStreamReader finds, in the words of the diagnostic notation of RFC 8949, section 8.
class Walk final
{
public:
    Walk(QByteArrayView payload, ValueSink &sink) : m_reader(payload.data(), payload.size()), m_sink(&sink) {}

    /// One item with all that is in it. False where it is broken or too deep.
    bool writeItem();

    [[nodiscard]] bool isTooDeep() const noexcept { return m_isTooDeep; }
    [[nodiscard]] bool isTooLong() const noexcept { return m_isTooLong; }
    [[nodiscard]] qsizetype offset() const noexcept { return static_cast<qsizetype>(m_reader.currentOffset()); }

private:
    bool enter();
    bool writeContainer();
    bool writeTag();
    bool writeName();
    bool writeBytes();
    bool readText(QString &text);
    /// A number, a simple value: what is no container, tag or string.
    bool readScalar(QString &text);
    [[nodiscard]] bool isGood() { return m_reader.lastError() == QCborError::NoError; }

    QCborStreamReader m_reader;
    ValueSink *m_sink;
    int m_depth = 0;
    bool m_isTooDeep = false;
    bool m_isTooLong = false;
};

bool Walk::enter()
{
    m_isTooDeep = ++m_depth > mostDepth;
    return !m_isTooDeep;
}

bool Walk::writeItem()
{
    if (m_sink->isFull()) {
        m_isTooLong = true;
        return false;
    }
    if (m_reader.isArray() || m_reader.isMap())
        return writeContainer();
    if (m_reader.isTag())
        return writeTag();
    if (m_reader.isByteArray())
        return writeBytes();
    QString text;
    if (m_reader.isString()) {
        if (!readText(text))
            return false;
        m_sink->text(text);
        return true;
    }
    if (!readScalar(text))
        return false;
    m_sink->plain(text);
    return true;
}

bool Walk::writeContainer()
{
    const bool isMap = m_reader.isMap();
    if (!enter() || !m_reader.enterContainer())
        return false;
    isMap ? m_sink->beginObject() : m_sink->beginArray();
    while (isGood() && m_reader.hasNext()) {
        if ((isMap && !writeName()) || !writeItem())
            return false;
    }
    if (!isGood() || !m_reader.leaveContainer())
        return false;
    isMap ? m_sink->endObject() : m_sink->endArray();
    --m_depth;
    return true;
}

bool Walk::writeTag()
{
    const auto tag = static_cast<quint64>(m_reader.toTag());
    if (!enter() || !m_reader.next())
        return false;
    m_sink->beginTag(QString::number(tag));
    if (!writeItem())
        return false;
    m_sink->endTag();
    --m_depth;
    return true;
}

bool Walk::writeName()
{
    QString text;
    if (m_reader.isString()) {
        if (!readText(text))
            return false;
        m_sink->name(text);
        return true;
    }
    if (m_reader.isArray() || m_reader.isMap() || m_reader.isTag() || m_reader.isByteArray()) {
        // Seldom enough: on one line.
        JsonWriter inner;
        ValueSink *const outer = std::exchange(m_sink, &inner);
        const bool isWhole = writeItem();
        m_sink = outer;
        text = inner.takeOnOneLine();
        if (!isWhole)
            return false;
    } else if (!readScalar(text)) {
        return false;
    }
    m_sink->plainName(text);
    return true;
}

bool Walk::writeBytes()
{
    QByteArray bytes;
    auto piece = m_reader.readByteArray();
    for (; piece.status == QCborStreamReader::Ok; piece = m_reader.readByteArray())
        bytes += piece.data;
    m_sink->plain(bytesNotation(bytes));
    return piece.status == QCborStreamReader::EndOfString;
}

bool Walk::readText(QString &text)
{
    auto piece = m_reader.readString();
    for (; piece.status == QCborStreamReader::Ok; piece = m_reader.readString())
        text += piece.data;
    return piece.status == QCborStreamReader::EndOfString;
}

bool Walk::readScalar(QString &text)
{
    switch (m_reader.type()) {
    case QCborStreamReader::UnsignedInteger: text = QString::number(m_reader.toUnsignedInteger()); break;
    case QCborStreamReader::NegativeInteger: {
        // 0 stands for 2^64, which has no room.
        const auto value = static_cast<quint64>(m_reader.toNegativeInteger());
        text = value == 0 ? QStringLiteral("-18446744073709551616") : u'-' + QString::number(value);
        break;
    }
    case QCborStreamReader::Float16: text = numberText(static_cast<double>(m_reader.toFloat16())); break;
    case QCborStreamReader::Float: text = numberText(static_cast<double>(m_reader.toFloat())); break;
    case QCborStreamReader::Double: text = numberText(m_reader.toDouble()); break;
    case QCborStreamReader::SimpleType:
        switch (m_reader.toSimpleType()) {
        case QCborSimpleType::False: text = QStringLiteral("false"); break;
        case QCborSimpleType::True: text = QStringLiteral("true"); break;
        case QCborSimpleType::Null: text = QStringLiteral("null"); break;
        case QCborSimpleType::Undefined: text = QStringLiteral("undefined"); break;
        default: text = QStringLiteral("simple(%1)").arg(static_cast<int>(m_reader.toSimpleType()));
        }
        break;
    default: return false;
    }
    return m_reader.next();
}

} // namespace

Result<> readCbor(QByteArrayView payload, ValueSink &sink)
{
    Walk walk(payload, sink);
    if (walk.writeItem() && walk.offset() == payload.size())
        return {};
    if (walk.isTooLong())
        return tooLong(Format::Cbor);
    return walk.isTooDeep() ? tooDeep(Format::Cbor) : isNone(Format::Cbor, walk.offset());
}

} // namespace wsw::payload
