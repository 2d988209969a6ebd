#include "payload/protomessage.h"

#include "payload/jsonwriter.h"
#include "payload/reading.h"
#include "payload/textguess.h"

#include <google/protobuf/descriptor.h>

#include <bit>

// The bytes are gone through as they stand, not parsed into a message: a message keeps neither the order of its fields nor what was there
// twice, and of one that is cut off nothing would be left.

namespace wsw::payload {

namespace {

namespace pb = google::protobuf;
using FieldType = pb::FieldDescriptor::Type;

WireType wireTypeOf(const pb::FieldDescriptor *field)
{
    switch (field->type()) {
    case FieldType::TYPE_DOUBLE:
    case FieldType::TYPE_FIXED64:
    case FieldType::TYPE_SFIXED64: return WireType::Fixed64;
    case FieldType::TYPE_FLOAT:
    case FieldType::TYPE_FIXED32:
    case FieldType::TYPE_SFIXED32: return WireType::Fixed32;
    case FieldType::TYPE_STRING:
    case FieldType::TYPE_BYTES:
    case FieldType::TYPE_MESSAGE: return WireType::Bytes;
    case FieldType::TYPE_GROUP: return WireType::GroupBegin;
    case FieldType::TYPE_INT64:
    case FieldType::TYPE_UINT64:
    case FieldType::TYPE_INT32:
    case FieldType::TYPE_BOOL:
    case FieldType::TYPE_UINT32:
    case FieldType::TYPE_ENUM:
    case FieldType::TYPE_SINT32:
    case FieldType::TYPE_SINT64: break;
    }
    return WireType::Varint;
}

qint64 zigzag(quint64 value)
{
    return static_cast<qint64>(value >> 1) ^ -static_cast<qint64>(value & 1);
}

QString enumText(const pb::FieldDescriptor *field, qint32 number)
{
    const pb::EnumValueDescriptor *value = field->enum_type()->FindValueByNumber(number);
    return value != nullptr ? QString::fromStdString(value->name()) : QString::number(number);
}

/// What a varint says as the field's type. Of numbers of 32 bits only these count, as in every reader.
QString meantText(const pb::FieldDescriptor *field, quint64 value)
{
    switch (field->type()) {
    case FieldType::TYPE_INT64: return QString::number(static_cast<qint64>(value));
    case FieldType::TYPE_UINT64: return QString::number(value);
    case FieldType::TYPE_INT32: return QString::number(static_cast<qint32>(value));
    case FieldType::TYPE_UINT32: return QString::number(static_cast<quint32>(value));
    case FieldType::TYPE_BOOL: return value != 0 ? QStringLiteral("true") : QStringLiteral("false");
    case FieldType::TYPE_ENUM: return enumText(field, static_cast<qint32>(value));
    case FieldType::TYPE_SINT32: return QString::number(static_cast<qint32>(zigzag(static_cast<quint32>(value))));
    case FieldType::TYPE_SINT64: return QString::number(zigzag(value));
    default: break;
    }
    Q_UNREACHABLE();
}

QString tooDeepText()
{
    return QStringLiteral("it is nested more than %1 deep").arg(mostDepth);
}

/// The shortest that is the same number again as a float.
QString floatText(float value)
{
    const auto wide = static_cast<double>(value);
    for (int digits = 6; digits <= 9; ++digits) {
        const double shorter = QString::number(wide, 'g', digits).toDouble();
        if (static_cast<float>(shorter) == value)
            return numberText(shorter);
    }
    return numberText(wide);
}

} // namespace

void ProtoMessage::note(qsizetype at, const QString &why)
{
    if (m_wrongAt >= 0)
        return;
    m_wrongAt = at;
    m_why = why;
}

void ProtoMessage::tellRest(const ProtoReader &reader, const QString &why)
{
    const QByteArrayView rest = reader.rest();
    note(placeOf(rest), why);
    m_sink.plainName(QStringLiteral("(does not fit)"));
    m_sink.plain(bytesNotation(rest));
}

void ProtoMessage::read(QByteArrayView payload, const Type *type)
{
    m_whole = payload;
    readObject(payload, type);
}

void ProtoMessage::readObject(QByteArrayView payload, const Type *type)
{
    ++m_depth;
    m_sink.beginObject();
    ProtoReader reader(payload, m_depth);
    if (m_depth > mostDepth)
        tellRest(reader, tooDeepText());
    else
        readFields(reader, type, 0);
    m_sink.endObject();
    --m_depth;
}

bool ProtoMessage::readFields(ProtoReader &reader, const Type *type, quint64 group)
{
    while (!reader.atEnd() && !m_sink.isFull()) {
        const ProtoReader before = reader;
        quint64 number = 0;
        WireType wireType{};
        if (!reader.readTag(number, wireType)) {
            tellRest(before, QStringLiteral("no field begins there"));
            return false;
        }
        if (wireType == WireType::GroupEnd) {
            if (number == group)
                return true;
            tellRest(before, QStringLiteral("a group ends there that has not begun"));
            return false;
        }
        const Field *field = type->FindFieldByNumber(static_cast<int>(number));
        if (field == nullptr)
            field = m_pool->FindExtensionByNumber(type, static_cast<int>(number));
        const bool isPacked = field != nullptr && field->is_packable() && wireType == WireType::Bytes;
        const bool isKnown = field != nullptr && (isPacked || wireTypeOf(field) == wireType);
        ProtoReader probe = reader;
        if (!probe.readValue(nullptr, number, wireType)) {
            // A value that is cut off, or a group inside which something is wrong: the latter is shown as far as it goes.
            const bool isGroup = isKnown && wireType == WireType::GroupBegin;
            if (isGroup)
                return readField(reader, field, wireType);
            const QString name = field != nullptr ? QString::fromStdString(field->name()) : QString::number(number);
            tellRest(before, probe.isTooDeep() ? tooDeepText() : QStringLiteral("the value of field %1 is cut off").arg(name));
            return false;
        }
        if (!(isKnown ? readField(reader, field, wireType) : readUnknown(reader, number, wireType)))
            return false;
    }
    if (group == 0 || m_sink.isFull())
        return true;
    note(m_whole.size(), QStringLiteral("a group is not ended"));
    return false;
}

bool ProtoMessage::readField(ProtoReader &reader, const Field *field, WireType type)
{
    m_sink.name(QString::fromStdString(field->is_extension() ? '[' + field->full_name() + ']' : field->name()));
    if (field->type() == FieldType::TYPE_MESSAGE || field->type() == FieldType::TYPE_GROUP)
        return readInner(reader, field, type);
    if (field->type() == FieldType::TYPE_STRING || field->type() == FieldType::TYPE_BYTES)
        return readText(reader, field);
    return type == WireType::Bytes ? readPacked(reader, field) : readNumber(reader, field);
}

bool ProtoMessage::readInner(ProtoReader &reader, const Field *field, WireType type)
{
    if (type == WireType::GroupBegin) {
        ++m_depth;
        m_sink.beginObject();
        const bool isTooDeep = m_depth > mostDepth;
        if (isTooDeep)
            tellRest(reader, tooDeepText());
        const bool isWhole = !isTooDeep && readFields(reader, field->message_type(), static_cast<quint64>(field->number()));
        m_sink.endObject();
        --m_depth;
        return isWhole;
    }
    QByteArrayView bytes;
    if (!reader.readSized(bytes))
        return false;
    // Whatever is wrong in it, the message around it goes on behind it.
    readObject(bytes, field->message_type());
    return true;
}

bool ProtoMessage::readPacked(ProtoReader &reader, const Field *field)
{
    QByteArrayView bytes;
    if (!reader.readSized(bytes))
        return false;
    m_sink.beginArray();
    ProtoReader numbers(bytes, m_depth);
    while (!numbers.atEnd() && !m_sink.isFull()) {
        const ProtoReader before = numbers;
        if (!readNumber(numbers, field)) {
            note(placeOf(before.rest()), QStringLiteral("a number of field %1 is cut off").arg(QString::fromStdString(field->name())));
            m_sink.plain(bytesNotation(before.rest()));
            break;
        }
    }
    m_sink.endArray();
    return true;
}

bool ProtoMessage::readNumber(ProtoReader &reader, const Field *field)
{
    quint64 wide = 0;
    quint32 narrow = 0;
    switch (wireTypeOf(field)) {
    case WireType::Fixed64:
        if (!reader.readFixed(wide))
            return false;
        m_sink.plain(field->type() == FieldType::TYPE_DOUBLE ? numberText(std::bit_cast<double>(wide))
                     : field->type() == FieldType::TYPE_SFIXED64 ? QString::number(static_cast<qint64>(wide)) : QString::number(wide));
        return true;
    case WireType::Fixed32:
        if (!reader.readFixed(narrow))
            return false;
        m_sink.plain(field->type() == FieldType::TYPE_FLOAT ? floatText(std::bit_cast<float>(narrow))
                     : field->type() == FieldType::TYPE_SFIXED32 ? QString::number(static_cast<qint32>(narrow)) : QString::number(narrow));
        return true;
    default: break;
    }
    if (!reader.readVarint(wide))
        return false;
    m_sink.plain(meantText(field, wide));
    return true;
}

bool ProtoMessage::readText(ProtoReader &reader, const Field *field)
{
    QByteArrayView bytes;
    if (!reader.readSized(bytes))
        return false;
    const auto text = field->type() == FieldType::TYPE_STRING ? textOf(bytes) : std::nullopt;
    text ? m_sink.text(*text) : m_sink.plain(bytesNotation(bytes));
    return true;
}

bool ProtoMessage::readUnknown(ProtoReader &reader, quint64 number, WireType type)
{
    ++m_unknown;
    m_sink.plainName(QStringLiteral("(field %1)").arg(number));
    return reader.readValue(&m_sink, number, type);
}

} // namespace wsw::payload
