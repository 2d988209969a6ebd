#include "capture/filterlexer.h"

namespace wsw::capture {

namespace {

bool endsWord(QChar c)
{
    return c.isSpace() || QStringLiteral("()!<>=&|{},\"'").contains(c);
}

} // namespace

Token FilterLexer::next()
{
    while (m_at < m_text.size() && m_text[m_at].isSpace())
        ++m_at;
    if (m_at == m_text.size())
        return {TokenKind::End, {}, m_at, 0};
    const QStringView rest = m_text.sliced(m_at);
    for (const char *two : {"==", "!=", "<=", ">="}) {
        if (rest.startsWith(QLatin1String(two)))
            return symbol(TokenKind::Compare, 2);
    }
    if (rest.startsWith(QLatin1String("&&")))
        return symbol(TokenKind::And, 2);
    if (rest.startsWith(QLatin1String("||")))
        return symbol(TokenKind::Or, 2);
    const QChar c = rest[0];
    switch (c.unicode()) {
    case u'<':
    case u'>': return symbol(TokenKind::Compare, 1);
    case u'!': return symbol(TokenKind::Not, 1);
    case u'(': return symbol(TokenKind::OpenBracket, 1);
    case u')': return symbol(TokenKind::CloseBracket, 1);
    case u'{': return symbol(TokenKind::OpenBrace, 1);
    case u'}': return symbol(TokenKind::CloseBrace, 1);
    case u',': return symbol(TokenKind::Comma, 1);
    case u'"':
    case u'\'': return quoted(c);
    case u'=': return {TokenKind::Wrong, QStringLiteral("\"=\" compares nothing; write \"==\"."), m_at, 1};
    case u'&': return {TokenKind::Wrong, QStringLiteral("Write \"&&\" or \"and\"."), m_at, 1};
    case u'|': return {TokenKind::Wrong, QStringLiteral("Write \"||\" or \"or\"."), m_at, 1};
    default: return word();
    }
}

Token FilterLexer::symbol(TokenKind kind, qsizetype length)
{
    Token token{kind, m_text.sliced(m_at, length).toString(), m_at, length};
    m_at += length;
    return token;
}

Token FilterLexer::quoted(QChar quote)
{
    const qsizetype begin = m_at++;
    QString text;
    for (; m_at < m_text.size() && m_text[m_at] != quote; ++m_at) {
        if (m_text[m_at] != u'\\' || m_at + 1 == m_text.size()) {
            text += m_text[m_at];
            continue;
        }
        const QChar escaped = m_text[++m_at];
        switch (escaped.unicode()) {
        case u'n': text += u'\n'; break;
        case u'r': text += u'\r'; break;
        case u't': text += u'\t'; break;
        case u'\\': text += u'\\'; break;
        default:
            // Any other backslash stays, so that "\d+" can be written as it is in a regular expression.
            if (escaped != quote)
                text += u'\\';
            text += escaped;
        }
    }
    if (m_at == m_text.size()) {
        return {TokenKind::Wrong, QStringLiteral("The text that begins here is not closed; end it with %1.").arg(quote),
                begin, m_at - begin};
    }
    ++m_at;
    return {TokenKind::Quoted, text, begin, m_at - begin};
}

Token FilterLexer::word()
{
    const qsizetype begin = m_at;
    while (m_at < m_text.size() && !endsWord(m_text[m_at]))
        ++m_at;
    const QString text = m_text.sliced(begin, m_at - begin).toString();
    const TokenKind kind = text == QLatin1String("and") ? TokenKind::And
        : text == QLatin1String("or")                   ? TokenKind::Or
        : text == QLatin1String("not")                  ? TokenKind::Not
                                                        : TokenKind::Word;
    return {kind, text, begin, m_at - begin};
}

} // namespace wsw::capture
