#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

/// White space and tokens of JSON. Pure; any thread.
namespace wsw::payload {

[[nodiscard]] constexpr bool isJsonSpace(QChar c) noexcept { return c == u' ' || c == u'\t' || c == u'\n' || c == u'\r'; }

/// White space anew: one member or element a line, two spaces a level. Every token stays as it was written: the order of members, the
/// spelling of numbers and the escapes in strings. @p json must be valid, and what somebody has typed: it may become many times as long.
[[nodiscard]] QString laidOutJson(const QString &json);
/// The same of anything; nothing where it would be more than @p most characters.
[[nodiscard]] std::optional<QString> laidOutJson(const QString &json, qsizetype most);
/// Likewise without any white space between tokens. @p json must be valid.
[[nodiscard]] QString compactJson(const QString &json);
/// Whether what was on the wire is a JSON object or array.
[[nodiscard]] bool isJson(QByteArrayView bytes);

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

} // namespace wsw::payload
