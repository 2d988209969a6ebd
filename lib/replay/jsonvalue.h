#pragma once

#include <QByteArray>
#include <QStringList>

#include <optional>
#include <vector>

namespace wsw::replay {

/// A JSON value to be compared: members sorted by their names, numbers as they were written.
struct JsonValue
{
    enum class Type : quint8 { Null, Bool, Number, String, Array, Object };
    Type type = Type::Null;
    QByteArray text;                    ///< Number: as written; String: its UTF-8; Bool: true or false
    std::vector<QByteArray> names;      ///< Object: by child
    std::vector<JsonValue> children;    ///< Array, Object
};

/// Longer payloads are compared byte by byte: as a tree they would take many times the memory.
inline constexpr qsizetype mostJsonBytes = 16 * 1024 * 1024;
/// Nor are such of more values: each takes 80 bytes and more, however short it was written.
inline constexpr size_t mostJsonValues = 500'000;
/// More levels than any honest message has.
inline constexpr int mostJsonLevels = 200;

/// Reads an object or an array; nothing where @p payload is anything else, or over a limit.
[[nodiscard]] std::optional<JsonValue> parseJson(QByteArrayView payload);

/// Where a value stands: the steps of a JSON pointer (RFC 6901); "*" stands for every member or element.
using JsonPointer = QStringList;
/// Nothing where @p text does not begin with "/" or has a "~" before anything but 0 and 1.
[[nodiscard]] std::optional<JsonPointer> parsePointer(const QString &text);
/// Takes away what @p pointer points to; elements of arrays become null, so that those behind them keep their places.
void forget(JsonValue &value, const JsonPointer &pointer);

/// One text for all spellings of the same value: without white space, names sorted, 1.0, 1e0 and 1 the same number.
void appendCanonical(QByteArray &to, const JsonValue &value);
/// What kind of value it is: names and types, not the values, nor how many elements there are.
void appendShape(QByteArray &to, const JsonValue &value);
/// "17", "\"text\"", "{…}": for a person, cut to a few words.
[[nodiscard]] QString shortText(const JsonValue &value);
/// Exact, whatever the number of digits: "1.50" and "15e-1" give the same.
[[nodiscard]] QByteArray normalNumber(QByteArrayView written);

} // namespace wsw::replay
