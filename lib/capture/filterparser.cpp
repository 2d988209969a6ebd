#include "capture/filterparser.h"

// The grammar, in order of binding:
//
//   filter      = either
//   either      = both { ( "||" | "or" ) both }
//   both        = negation { ( "&&" | "and" ) negation }
//   negation    = [ "!" | "not" ] negation | primary
//   primary     = "(" either ")" | ( field | json ) [ test ] | word | quoted
//   json        = "json." ( pointer | quoted )          a value inside a JSON payload, as json.user.id, json./user/id (RFC 6901) or, with
//                                                       characters that end a word, json."/user name"
//   test        = ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) value
//               | "in" "{" value { "," value } "}"
//               | "contains" value                    payload fields and json only; text: upper and lower case differ
//               | "matches" value                     text and json only; a regular expression
//   value       = word | quoted
//
// A time is written as a time of day, to be compared with that of each record on its day (10:04, 10:04:07.211604), with its date
// (2026-03-01T10:04:07, local unless it ends in Z or an offset), or as what has passed since the capture's first record (2s).
//
// A field alone means "has one" (a switch: "is true"). A word or quoted text alone means: the payload contains it, in upper
// or lower case. A record that lacks a field (the opcode of an HTTP head, the rtt of what is no reply, all but the number and the
// kind of a lost record, a JSON value of what is no JSON) matches no test on it, "!=" included. "!" turns that round, as in Wireshark: "!fin" matches all that has no
// FIN bit set, heads and lost records among it; "fin == false" matches the frames of which that is known.

namespace wsw::capture {

namespace {

/// Deeper nesting than anyone writes; it keeps the recursion from filling the stack.
constexpr int maxDepth = 200;

bool isPayload(const Field &field)
{
    return field.type == FieldType::Text || field.type == FieldType::Bytes;
}

bool hasOrder(FieldType type)
{
    return type == FieldType::Number || type == FieldType::Size || type == FieldType::Duration || type == FieldType::Time || type == FieldType::Percent;
}

Comparison comparisonOf(const QString &symbol)
{
    if (symbol == QLatin1String("=="))
        return Comparison::Equal;
    if (symbol == QLatin1String("!="))
        return Comparison::NotEqual;
    if (symbol == QLatin1String("<"))
        return Comparison::Less;
    if (symbol == QLatin1String("<="))
        return Comparison::LessOrEqual;
    return symbol == QLatin1String(">") ? Comparison::Greater : Comparison::GreaterOrEqual;
}

std::optional<QByteArray> fromHex(QString text)
{
    text.remove(u' ').remove(u':');
    if (text.startsWith(QLatin1String("0x"), Qt::CaseInsensitive))
        text.remove(0, 2);
    const QByteArray digits = text.toLatin1();
    const QByteArray bytes = QByteArray::fromHex(digits);
    return bytes.toHex() == digits.toLower() && !bytes.isEmpty() ? std::optional(bytes) : std::nullopt;
}

QString missingList()
{
    return QStringLiteral("Expected { and a list after \"in\", as in {1, 2}.");
}

QString unfinishedList()
{
    return QStringLiteral("Expected a comma or } here.");
}

QString quote(const QString &text)
{
    return QStringLiteral("\"%1\"").arg(text);
}

} // namespace

FilterParser::FilterParser(QStringView text) : m_lexer(text)
{
    advance();
}

FilterNodePtr FilterParser::parse()
{
    FilterNodePtr node = parseOr();
    if (!node || m_token.kind == TokenKind::End)
        return node;
    if (m_token.kind == TokenKind::CloseBracket)
        return fail(m_token, QStringLiteral("This bracket closes nothing."));
    return fail(m_token, QStringLiteral("Expected && or || before %1; text with spaces goes in quotes.")
                             .arg(quote(m_token.text)));
}

FilterNodePtr FilterParser::parseOr()
{
    FilterNodePtr left = parseAnd();
    while (left && m_token.kind == TokenKind::Or) {
        advance();
        FilterNodePtr right = parseAnd();
        left = right ? makeOr(std::move(left), std::move(right)) : nullptr;
    }
    return left;
}

FilterNodePtr FilterParser::parseAnd()
{
    FilterNodePtr left = parseNot();
    while (left && m_token.kind == TokenKind::And) {
        advance();
        FilterNodePtr right = parseNot();
        left = right ? makeAnd(std::move(left), std::move(right)) : nullptr;
    }
    return left;
}

FilterNodePtr FilterParser::parseNot()
{
    if (m_token.kind != TokenKind::Not)
        return parsePrimary();
    if (++m_depth > maxDepth)
        return fail(m_token, QStringLiteral("This is nested too deeply."));
    advance();
    FilterNodePtr inner = parseNot();
    --m_depth;
    return inner ? makeNot(std::move(inner)) : nullptr;
}

FilterNodePtr FilterParser::parsePrimary()
{
    switch (m_token.kind) {
    case TokenKind::OpenBracket: return parseBrackets();
    case TokenKind::Word: return parseWord();
    case TokenKind::Quoted: {
        FilterNodePtr node = makeContains(m_token.text.toUtf8(), CaseFolding::Folded, *filterField(u"text"));
        advance();
        return node;
    }
    case TokenKind::End:
        return fail(m_token, QStringLiteral("Something is missing here: a field such as opcode, or text to look for."));
    case TokenKind::Compare:
    case TokenKind::And:
    case TokenKind::Or:
    case TokenKind::Not:
    case TokenKind::CloseBracket:
    case TokenKind::OpenBrace:
    case TokenKind::CloseBrace:
    case TokenKind::Comma:
    case TokenKind::Wrong: break;
    }
    return fail(m_token, QStringLiteral("Expected a field such as opcode, or text to look for, in place of %1.")
                             .arg(quote(m_token.text)));
}

FilterNodePtr FilterParser::parseBrackets()
{
    const Token open = m_token;
    if (++m_depth > maxDepth)
        return fail(open, QStringLiteral("This is nested too deeply."));
    advance();
    FilterNodePtr inner = parseOr();
    --m_depth;
    if (!inner)
        return nullptr;
    if (m_token.kind == TokenKind::End)
        return fail(open, QStringLiteral("This bracket is not closed."));
    if (m_token.kind != TokenKind::CloseBracket)
        return fail(m_token, QStringLiteral("Expected && or || or a closing bracket before %1.").arg(quote(m_token.text)));
    advance();
    return inner;
}

FilterNodePtr FilterParser::parseWord()
{
    const Token word = m_token;
    advance();
    if (const Field *field = filterField(word.text))
        return parseField(*field);
    if (word.text.startsWith(QLatin1String(jsonField().name)))
        return parseJson(word);
    const bool meantAsField = m_token.kind == TokenKind::Compare || atWord("in") || atWord("contains") || atWord("matches");
    if (!meantAsField)
        return makeContains(word.text.toUtf8(), CaseFolding::Folded, *filterField(u"text"));
    if (const Field *similar = similarField(word.text)) {
        return fail(word, QStringLiteral("There is no field %1; did you mean %2?")
                              .arg(quote(word.text), quote(QString::fromLatin1(similar->name))));
    }
    return fail(word, QStringLiteral("There is no field %1; there are opcode, dir, length, text and others.")
                          .arg(quote(word.text)));
}

FilterNodePtr FilterParser::parseField(const Field &field)
{
    if (m_token.kind == TokenKind::Compare)
        return parseComparison(field);
    if (atWord("in"))
        return parseMembership(field);
    if (atWord("contains"))
        return parseContains(field);
    if (atWord("matches"))
        return parseMatches(field);
    return makePresence(field);
}

FilterNodePtr FilterParser::parseComparison(const Field &field)
{
    const Token symbol = m_token;
    const Comparison comparison = comparisonOf(symbol.text);
    const bool equality = comparison == Comparison::Equal || comparison == Comparison::NotEqual;
    if (!equality && !hasOrder(field.type)) {
        return fail(symbol, QStringLiteral("%1 has no order; compare it with == or !=.")
                                .arg(quote(QString::fromLatin1(field.name))));
    }
    advance();
    if (field.type == FieldType::Time) {
        const auto time = takeTime(field);
        return time ? makeComparison(time->field, comparison, time->value) : nullptr;
    }
    if (!isPayload(field)) {
        const auto number = takeNumber(field);
        return number ? makeComparison(field, comparison, *number) : nullptr;
    }
    auto bytes = takeBytes(field);
    if (!bytes)
        return nullptr;
    return comparison == Comparison::Equal ? makePayloadIn({std::move(*bytes)}, field) : makePayloadIsNot(*bytes, field);
}

FilterNodePtr FilterParser::parseMembership(const Field &field)
{
    if (field.type == FieldType::Time)
        return fail(m_token, QStringLiteral("A time is in no list; compare it with <, <=, > or >=."));
    advance();
    if (m_token.kind != TokenKind::OpenBrace)
        return fail(m_token, missingList());
    std::vector<quint64> numbers;
    std::vector<QByteArray> payloads;
    do {
        advance();
        if (isPayload(field)) {
            auto bytes = takeBytes(field);
            if (!bytes)
                return nullptr;
            payloads.push_back(std::move(*bytes));
        } else {
            const auto number = takeNumber(field);
            if (!number)
                return nullptr;
            numbers.push_back(*number);
        }
    } while (m_token.kind == TokenKind::Comma);
    if (m_token.kind != TokenKind::CloseBrace)
        return fail(m_token, unfinishedList());
    advance();
    return isPayload(field) ? makePayloadIn(std::move(payloads), field) : makeMembership(field, std::move(numbers));
}

FilterNodePtr FilterParser::parseContains(const Field &field)
{
    if (!isPayload(field)) {
        return fail(m_token, QStringLiteral("\"contains\" needs text or bytes; compare %1 with == instead.")
                                 .arg(quote(QString::fromLatin1(field.name))));
    }
    advance();
    const auto bytes = takeBytes(field);
    return bytes ? makeContains(*bytes, CaseFolding::Exact, field) : nullptr;
}

FilterNodePtr FilterParser::parseMatches(const Field &field)
{
    if (field.type != FieldType::Text)
        return fail(m_token, QStringLiteral("Only text, such as \"text\" or \"close.reason\", can match a regular expression."));
    advance();
    const auto expression = takeExpression();
    return expression ? makeMatches(*expression, field) : nullptr;
}

FilterNodePtr FilterParser::parseJson(const Token &word)
{
    const bool isQuoted = word.text == QLatin1String(jsonField().name) && m_token.kind == TokenKind::Quoted && m_token.position == word.position + word.length;
    const auto path = JsonPath::parse(isQuoted ? QStringView(m_token.text) : QStringView(word.text).sliced(QLatin1String(jsonField().name).size()));
    if (isQuoted && path)
        advance();
    if (!path) {
        return fail(word, QStringLiteral("Expected where the value stands after \"json.\", as in json.user.id or json./user/id."));
    }
    if (m_token.kind == TokenKind::Compare) {
        const Comparison comparison = comparisonOf(m_token.text);
        advance();
        const auto literal = takeLiteral();
        return literal ? makeJsonComparison(*path, comparison, *literal) : nullptr;
    }
    if (atWord("in"))
        return parseJsonMembership(*path);
    if (atWord("contains")) {
        advance();
        const auto literal = takeLiteral();
        return literal ? makeJsonContains(*path, literal->text) : nullptr;
    }
    if (atWord("matches")) {
        advance();
        const auto expression = takeExpression();
        return expression ? makeJsonMatches(*path, *expression) : nullptr;
    }
    return makeJsonPresence(*path);
}

FilterNodePtr FilterParser::parseJsonMembership(const JsonPath &path)
{
    advance();
    if (m_token.kind != TokenKind::OpenBrace)
        return fail(m_token, missingList());
    std::vector<JsonLiteral> literals;
    do {
        advance();
        const auto literal = takeLiteral();
        if (!literal)
            return nullptr;
        literals.push_back(*literal);
    } while (m_token.kind == TokenKind::Comma);
    if (m_token.kind != TokenKind::CloseBrace)
        return fail(m_token, unfinishedList());
    advance();
    return makeJsonMembership(path, literals);
}

std::optional<JsonLiteral> FilterParser::takeLiteral()
{
    if (!takesValue(expectedValues(FieldType::Json)))
        return std::nullopt;
    JsonLiteral literal{m_token.text, m_token.kind == TokenKind::Quoted};
    advance();
    return literal;
}

std::optional<QRegularExpression> FilterParser::takeExpression()
{
    if (!takesValue(expectedValues(FieldType::Text)))
        return std::nullopt;
    QRegularExpression expression(m_token.text);
    if (!expression.isValid()) {
        fail(m_token, QStringLiteral("The regular expression is wrong: %1 (at its character %2).")
                          .arg(expression.errorString())
                          .arg(expression.patternErrorOffset() + 1));
        return std::nullopt;
    }
    advance();
    return expression;
}

bool FilterParser::takesValue(const QString &expected)
{
    if (m_token.kind == TokenKind::Word || m_token.kind == TokenKind::Quoted)
        return true;
    if (m_token.kind == TokenKind::End)
        fail(m_token, QStringLiteral("A value is missing: %1.").arg(expected));
    else
        fail(m_token, QStringLiteral("Expected %1.").arg(expected));
    return false;
}

std::optional<TimeLiteral> FilterParser::takeTime(const Field &field)
{
    if (!takesValue(expectedValues(field.type)))
        return std::nullopt;
    const auto time = timeLiteral(m_token.text);
    if (!time) {
        failValue(field);
        return std::nullopt;
    }
    advance();
    return time;
}

std::optional<quint64> FilterParser::takeNumber(const Field &field)
{
    if (!takesValue(expectedValues(field.type)))
        return std::nullopt;
    const auto number = fieldNumber(field.type, m_token.text);
    if (!number) {
        failValue(field);
        return std::nullopt;
    }
    advance();
    return number;
}

std::optional<QByteArray> FilterParser::takeBytes(const Field &field)
{
    if (!takesValue(expectedValues(field.type)))
        return std::nullopt;
    const auto bytes = field.type == FieldType::Bytes ? fromHex(m_token.text) : std::optional(m_token.text.toUtf8());
    if (!bytes) {
        failValue(field);
        return std::nullopt;
    }
    advance();
    return bytes;
}

void FilterParser::failValue(const Field &field)
{
    fail(m_token, QStringLiteral("%1 is no value for %2; it must be %3.")
                      .arg(quote(m_token.text), quote(QString::fromLatin1(field.name)), expectedValues(field.type)));
}

bool FilterParser::atWord(const char *word) const
{
    return m_token.kind == TokenKind::Word && m_token.text == QLatin1String(word);
}

void FilterParser::advance()
{
    m_token = m_lexer.next();
}

std::nullptr_t FilterParser::fail(const Token &at, const QString &message)
{
    if (m_failed) // the first one is the cause
        return nullptr;
    m_failed = true;
    m_error.position = at.position;
    m_error.length = at.length;
    // A token that is wrong in itself says so better than whoever stumbles over it.
    m_error.message = at.kind == TokenKind::Wrong ? at.text : message;
    return nullptr;
}

} // namespace wsw::capture
