#pragma once

#include "capture/filternode.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace wsw::capture {

/// Where a value stands in a JSON payload: the steps of a JSON pointer (RFC 6901), names and array indices.
struct JsonPath
{
    QStringList steps;

    /// Reads "/user/0/name" (RFC 6901, with "~0" and "~1") or "user.0.name"; nothing where there is no step or a wrong escape.
    [[nodiscard]] static std::optional<JsonPath> parse(QStringView text);
};

/// A value to compare with. Without quotes it is a number, true, false or null where it looks like one, and the text as well.
struct JsonLiteral
{
    QString text;
    bool isQuoted = false;
};

/// The payload is JSON and has something there, be it null.
[[nodiscard]] FilterNodePtr makeJsonPresence(const JsonPath &path);
/// Numbers and texts have an order, texts not with a number that has no quotes; what is of another type than the literal matches only
/// Comparison::NotEqual.
[[nodiscard]] FilterNodePtr makeJsonComparison(const JsonPath &path, Comparison comparison, const JsonLiteral &literal);
[[nodiscard]] FilterNodePtr makeJsonMembership(const JsonPath &path, const std::vector<JsonLiteral> &literals);
/// A text there, or a number, true, false, null as JSON writes them, contains @p needle. Objects and arrays contain nothing.
[[nodiscard]] FilterNodePtr makeJsonContains(const JsonPath &path, const QString &needle);
/// Likewise: it matches @p expression.
[[nodiscard]] FilterNodePtr makeJsonMatches(const JsonPath &path, const QRegularExpression &expression);

} // namespace wsw::capture
