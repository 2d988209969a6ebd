#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

/// JSON for reading. Pure; any thread.
namespace wsw::desktop {

/// @p json, laid out with line breaks and indents, if it is a JSON object or array; nothing otherwise. Every token stays as it was
/// written: the order of members, the spelling of numbers and the escapes in strings are what was on the wire.
[[nodiscard]] std::optional<QString> prettyJson(const QByteArray &json);

enum class JsonToken : quint8 { Key, String, Number, Word, Punctuation };
/// One token of a line of JSON.
struct JsonSpan
{
    qsizetype start;
    qsizetype length;
    JsonToken token;
    friend bool operator==(const JsonSpan &, const JsonSpan &) = default;
};
/// The tokens of one line, for colouring.
[[nodiscard]] QList<JsonSpan> jsonSpans(const QString &line);

} // namespace wsw::desktop
