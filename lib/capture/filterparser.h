#pragma once

#include "capture/filter.h"
#include "capture/filterjson.h"
#include "capture/filterlexer.h"
#include "capture/filternode.h"
#include "capture/filtertime.h"

namespace wsw::capture {

/// Reads the text of one filter; grammar at the head of filterparser.cpp.
class FilterParser final
{
public:
    explicit FilterParser(QStringView text);
    /// Null on error, then error() tells; the text must not be blank.
    [[nodiscard]] FilterNodePtr parse();
    [[nodiscard]] const Filter::ParseError &error() const noexcept { return m_error; }

private:
    [[nodiscard]] FilterNodePtr parseOr();
    [[nodiscard]] FilterNodePtr parseAnd();
    [[nodiscard]] FilterNodePtr parseNot();
    [[nodiscard]] FilterNodePtr parsePrimary();
    [[nodiscard]] FilterNodePtr parseBrackets();
    [[nodiscard]] FilterNodePtr parseWord();
    [[nodiscard]] FilterNodePtr parseField(const Field &field);
    [[nodiscard]] FilterNodePtr parseComparison(const Field &field);
    [[nodiscard]] FilterNodePtr parseMembership(const Field &field);
    [[nodiscard]] FilterNodePtr parseContains(const Field &field);
    [[nodiscard]] FilterNodePtr parseMatches(const Field &field);
    [[nodiscard]] FilterNodePtr parseJson(const Token &word);
    [[nodiscard]] FilterNodePtr parseJsonMembership(const JsonPath &path);
    [[nodiscard]] std::optional<JsonLiteral> takeLiteral();
    [[nodiscard]] std::optional<QRegularExpression> takeExpression();
    [[nodiscard]] std::optional<TimeLiteral> takeTime(const Field &field);
    [[nodiscard]] std::optional<quint64> takeNumber(const Field &field);
    [[nodiscard]] std::optional<QByteArray> takeBytes(const Field &field);
    /// Whether a value stands here; @p expected says what would be right.
    [[nodiscard]] bool takesValue(const QString &expected);

    [[nodiscard]] bool atWord(const char *word) const;
    void advance();
    std::nullptr_t fail(const Token &at, const QString &message);
    /// The token is no value for @p field.
    void failValue(const Field &field);

    FilterLexer m_lexer;
    Token m_token;
    Filter::ParseError m_error;
    bool m_failed = false;
    int m_depth = 0;
};

} // namespace wsw::capture
