#pragma once

#include <QString>
#include <QStringView>

namespace wsw::capture {

enum class TokenKind : quint8 {
    Word,
    Quoted,         ///< text holds what stands between the quotes, escapes resolved
    Compare,        ///< == != < <= > >=
    And,
    Or,
    Not,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    End,
    Wrong,          ///< text says what is wrong
};

struct Token
{
    TokenKind kind = TokenKind::End;
    QString text;
    qsizetype position = 0;
    qsizetype length = 0;
};

/// Cuts the text of a filter into tokens.
class FilterLexer final
{
public:
    explicit FilterLexer(QStringView text) noexcept : m_text(text) {}
    [[nodiscard]] Token next();

private:
    [[nodiscard]] Token symbol(TokenKind kind, qsizetype length);
    [[nodiscard]] Token quoted(QChar quote);
    [[nodiscard]] Token word();

    QStringView m_text;
    qsizetype m_at = 0;
};

} // namespace wsw::capture
