#include "capture/filter.h"

#include "capture/filterfield.h"
#include "capture/filterlexer.h"
#include "capture/filterparser.h"

namespace wsw::capture {

namespace {

/// What may come next in a text that is still being typed.
struct Expectation
{
    enum class What : quint8 { Field, Operator, Value, Connective };
    What what = What::Field;
    const Field *field = nullptr;   ///< Operator and Value: of which
};

const Field *fieldOf(const QString &word)
{
    return word.startsWith(QLatin1String(jsonField().name)) ? &jsonField() : filterField(word);
}

Expectation afterWord(const Expectation &expected, const QString &word)
{
    using What = Expectation::What;
    if (expected.what == What::Operator) {
        const bool compares = word == QLatin1String("contains") || word == QLatin1String("matches") || word == QLatin1String("in");
        return compares ? Expectation{What::Value, expected.field} : Expectation{What::Connective};
    }
    const Field *field = expected.what == What::Field ? fieldOf(word) : nullptr;
    return field != nullptr ? Expectation{What::Operator, field} : Expectation{What::Connective, expected.field};
}

Expectation after(const Expectation &expected, const Token &token)
{
    using What = Expectation::What;
    switch (token.kind) {
    case TokenKind::Word: return afterWord(expected, token.text);
    case TokenKind::Quoted: return {What::Connective, expected.field};
    case TokenKind::Compare:
    case TokenKind::OpenBrace:
    case TokenKind::Comma: return expected.field != nullptr ? Expectation{What::Value, expected.field} : Expectation{};
    case TokenKind::And:
    case TokenKind::Or:
    case TokenKind::Not:
    case TokenKind::OpenBracket: return {};
    case TokenKind::CloseBracket:
    case TokenKind::CloseBrace: return {What::Connective};
    case TokenKind::End:
    case TokenKind::Wrong: break;
    }
    return expected;
}

QStringList connectives()
{
    return {QStringLiteral("and"), QStringLiteral("or"), QStringLiteral("&&"), QStringLiteral("||")};
}

QStringList operatorsOf(FieldType type)
{
    QStringList operators{QStringLiteral("=="), QStringLiteral("!=")};
    if (type != FieldType::Time)
        operators += QStringLiteral("in");
    if (type == FieldType::Text || type == FieldType::Bytes || type == FieldType::Json)
        operators += QStringLiteral("contains");
    if (type == FieldType::Text || type == FieldType::Json)
        operators += QStringLiteral("matches");
    if (type == FieldType::Number || type == FieldType::Size || type == FieldType::Duration || type == FieldType::Time || type == FieldType::Percent
        || type == FieldType::Json)
        operators += {QStringLiteral("<"), QStringLiteral("<="), QStringLiteral(">"), QStringLiteral(">=")};
    return operators;
}

} // namespace

struct Filter::Node
{
    FilterNodePtr expression;
};

Filter::Filter() = default;
Filter::~Filter() = default;
Filter::Filter(const Filter &) = default;
Filter &Filter::operator=(const Filter &) = default;

std::optional<Filter> Filter::parse(const QString &text, ParseError *error)
{
    Filter filter;
    filter.m_text = text;
    if (QStringView(text).trimmed().isEmpty())
        return filter;
    FilterParser parser(text);
    FilterNodePtr expression = parser.parse();
    if (!expression) {
        if (error != nullptr)
            *error = parser.error();
        return std::nullopt;
    }
    filter.m_root = std::make_shared<const Node>(Node{std::move(expression)});
    return filter;
}

bool Filter::matches(const RecordView &record) const
{
    return !m_root || m_root->expression->matches(record);
}

Verdict Filter::judge(const RecordView &record, Known known) const
{
    return m_root ? m_root->expression->judge(record, known) : Verdict::Match;
}

bool Filter::asksFor(Known known) const noexcept
{
    return m_root && m_root->expression->asksFor(known);
}

bool Filter::matchesEverything() const noexcept
{
    return !m_root;
}

bool Filter::readsPayload() const noexcept
{
    return m_root && m_root->expression->readsPayload();
}

bool Filter::readsNotes() const noexcept
{
    return m_root && m_root->expression->readsNotes();
}

QString Filter::text() const
{
    return m_text;
}

QString Filter::quoted(QString text)
{
    text.replace(u'\\', QLatin1String("\\\\")).replace(u'"', QLatin1String("\\\""));
    return u'"' + text + u'"';
}

QStringList Filter::completions(const QString &before)
{
    Expectation expected;
    FilterLexer lexer(before);
    for (Token token = lexer.next(); token.kind != TokenKind::End && token.kind != TokenKind::Wrong; token = lexer.next())
        expected = after(expected, token);
    switch (expected.what) {
    case Expectation::What::Field: break;
    case Expectation::What::Operator: return operatorsOf(expected.field->type) + connectives();
    case Expectation::What::Value:
        return expected.field->type == FieldType::Switch ? QStringList{QStringLiteral("true"), QStringLiteral("false")}
                                                         : valueNames(expected.field->type);
    case Expectation::What::Connective: return connectives();
    }
    QStringList words;
    for (const Field &field : filterFields())
        words.append(QString::fromLatin1(field.name));
    words.append(QString::fromLatin1(jsonField().name));
    return words + QStringList{QStringLiteral("not"), QStringLiteral("!")};
}

} // namespace wsw::capture
