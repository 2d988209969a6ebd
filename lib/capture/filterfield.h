#pragma once

#include "capture/record.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <span>

namespace wsw::capture {

/// What a field of the filter language holds, and so what may be compared with it.
enum class FieldType : quint8 {
    Number,
    Size,       ///< bytes; literals may have a unit: B, KiB, MiB, GiB
    Duration,   ///< nanoseconds; literals must have a unit: ns, us, ms, s
    Time,       ///< a moment; what its number counts depends on how the literal is written, see filtertime.h
    Percent,    ///< literals may have a %
    Switch,     ///< true or false
    Direction,
    Opcode,
    Kind,
    Key,        ///< a masking key, eight hexadecimal digits
    Violation,
    Text,       ///< bytes of a payload, as UTF-8
    Bytes,      ///< bytes of a payload, in hexadecimal
    Json,       ///< a value inside a JSON payload: a number, a text, true, false or null
};

/// One field of the filter language. Everything but Text, Bytes and Json is a number inside.
struct Field
{
    using Value = std::optional<quint64>;
    using Bytes = std::optional<QByteArrayView>;

    const char *name;
    FieldType type;
    Value (*value)(const RecordView &record);   ///< nothing where the record has no such thing; null for Text and Bytes
    const char *help;                           ///< a few words for completion
    Bytes (*bytes)(const RecordView &record) = nullptr; ///< Text and Bytes only: nothing where the record has no such thing
    Known needs = Known::Shape;                         ///< what must be known of the record to tell the value
    bool (*lacks)(const RecordView &record) = nullptr;  ///< its shape tells already that the record has no such thing; null: it never does
    bool isNoted = false;                               ///< the user's own words: they may change
};

/// What the sender meant: the payload, inflated where it was compressed.
[[nodiscard]] Field::Bytes meantBytes(const RecordView &record) noexcept;

[[nodiscard]] std::span<const Field> filterFields() noexcept;
/// What stands for all fields "json.<pointer>", which FilterParser reads by itself; it is not among filterFields().
[[nodiscard]] const Field &jsonField() noexcept;
/// The field of that name; null: none.
[[nodiscard]] const Field *filterField(QStringView name) noexcept;
/// The field to ask where @p field is compared with @p value: whether a record is lost only its block tells, not what is kept of it elsewhere.
[[nodiscard]] const Field &fieldToCompare(const Field &field, quint64 value) noexcept;
/// The field whose name is most like @p name, for "did you mean"; null: none is near.
[[nodiscard]] const Field *similarField(QStringView name);
/// The number that @p literal means for a field of @p type; nothing where it means none.
[[nodiscard]] std::optional<quint64> fieldNumber(FieldType type, QStringView literal);
/// What would be right, e.g. "sent or received".
[[nodiscard]] QString expectedValues(FieldType type);
/// The names that a value of @p type can have; empty where it has none.
[[nodiscard]] QStringList valueNames(FieldType type);

} // namespace wsw::capture
