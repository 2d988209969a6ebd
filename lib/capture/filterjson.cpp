#include "capture/filterjson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>

#include <algorithm>
#include <compare>
#include <functional>

namespace wsw::capture {

namespace {

/// "~1" means "/", "~0" means "~" (RFC 6901, section 3).
std::optional<QString> unescaped(QStringView step)
{
    QString text;
    for (qsizetype i = 0; i < step.size(); ++i) {
        if (step[i] != u'~') {
            text += step[i];
            continue;
        }
        ++i;
        if (i == step.size() || (step[i] != u'0' && step[i] != u'1'))
            return std::nullopt;
        text += step[i] == u'0' ? u'~' : u'/';
    }
    return text;
}

/// The value at @p step of @p value; undefined where there is none.
QJsonValue stepInto(const QJsonValue &value, const QString &step)
{
    if (value.isObject())
        return value.toObject().value(step);
    // No sign, no zero in front (RFC 6901, section 4).
    const qsizetype index = step.toLongLong();
    const bool isIndex = QString::number(index) == step;
    const bool isThere = value.isArray() && isIndex && index >= 0 && index < value.toArray().size();
    return isThere ? value.toArray().at(index) : QJsonValue(QJsonValue::Undefined);
}

/// One value of JSON payloads, and the test on it.
class JsonNode final : public FilterNode
{
public:
    using Test = std::function<bool(const QJsonValue &value)>;

    JsonNode(const JsonPath &path, Test test) : m_path(path), m_last(path.steps.constLast().toUtf8()), m_test(std::move(test)) {}

    bool matches(const RecordView &record) const override
    {
        const QByteArrayView payload = *meantBytes(record);
        if (!mayHaveValue(payload))
            return false;
        const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(payload.data(), payload.size()));
        QJsonValue value = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
        for (const QString &step : m_path.steps)
            value = stepInto(value, step);
        return !value.isUndefined() && m_test(value);
    }
    bool readsPayload() const noexcept override { return true; }

private:
    /// Quick, so that what is no JSON of this shape costs no parsing.
    [[nodiscard]] bool mayHaveValue(QByteArrayView payload) const
    {
        if (payload.startsWith("\xef\xbb\xbf"))
            payload = payload.sliced(3);
        const auto first = std::find_if(payload.begin(), payload.end(), [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
        if (first == payload.end() || (*first != '{' && *first != '['))
            return false;
        // A name may be written with escapes; an index is not written at all.
        return payload.contains('\\') || payload.contains(m_last) || payload.contains('[');
    }

    JsonPath m_path;
    QByteArray m_last;
    Test m_test;
};

std::partial_ordering orderOfNumbers(const QJsonValue &value, const QString &text)
{
    // Whole numbers beyond 2^53 are told apart as well.
    bool isWhole = false;
    const qint64 whole = text.toLongLong(&isWhole);
    // Where it is none, each call returns its default.
    const bool isHaveWhole = value.toInteger(0) == value.toInteger(1);
    if (isWhole && isHaveWhole)
        return value.toInteger() <=> whole;
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    return isNumber ? value.toDouble() <=> number : std::partial_ordering::unordered;
}

/// How @p value stands to @p literal; unordered: they are of different types.
std::partial_ordering order(const QJsonValue &value, const JsonLiteral &literal)
{
    const auto same = [](bool is) { return is ? std::partial_ordering::equivalent : std::partial_ordering::unordered; };
    switch (value.type()) {
    case QJsonValue::String: {
        const auto place = value.toString().compare(literal.text) <=> 0;
        // A number without quotes orders numbers; of a text it can only be the same.
        bool isNumber = false;
        literal.text.toDouble(&isNumber);
        return place != 0 && isNumber && !literal.isQuoted ? std::partial_ordering::unordered : std::partial_ordering(place);
    }
    case QJsonValue::Double: return literal.isQuoted ? std::partial_ordering::unordered : orderOfNumbers(value, literal.text);
    case QJsonValue::Bool: return same(!literal.isQuoted && literal.text == (value.toBool() ? QLatin1String("true") : QLatin1String("false")));
    case QJsonValue::Null: return same(!literal.isQuoted && literal.text == QLatin1String("null"));
    case QJsonValue::Array:
    case QJsonValue::Object:
    case QJsonValue::Undefined: break;
    }
    return std::partial_ordering::unordered;
}

bool holds(std::partial_ordering order, Comparison comparison)
{
    switch (comparison) {
    case Comparison::Equal: return order == 0;
    case Comparison::NotEqual: return order != 0;
    case Comparison::Less: return order < 0;
    case Comparison::LessOrEqual: return order <= 0;
    case Comparison::Greater: return order > 0;
    case Comparison::GreaterOrEqual: return order >= 0;
    }
    Q_UNREACHABLE();
}

/// What can be searched in: a text, or a number, true, false, null as JSON writes them; nothing of an object or an array.
std::optional<QString> textOf(const QJsonValue &value)
{
    if (value.isObject() || value.isArray())
        return std::nullopt;
    if (value.isString())
        return value.toString();
    return value.isNull() ? QStringLiteral("null") : value.toVariant().toString();
}

FilterNodePtr makeNode(const JsonPath &path, JsonNode::Test test)
{
    return std::make_unique<JsonNode>(path, std::move(test));
}

} // namespace

std::optional<JsonPath> JsonPath::parse(QStringView text)
{
    const bool isPointer = text.startsWith(u'/');
    JsonPath path;
    for (const QStringView step : (isPointer ? text.sliced(1) : text).split(isPointer ? u'/' : u'.')) {
        const auto plain = isPointer ? unescaped(step) : std::optional(step.toString());
        if (!plain || (!isPointer && plain->isEmpty()))
            return std::nullopt;
        path.steps.append(*plain);
    }
    return path;
}

FilterNodePtr makeJsonPresence(const JsonPath &path)
{
    return makeNode(path, [](const QJsonValue &) { return true; });
}

FilterNodePtr makeJsonComparison(const JsonPath &path, Comparison comparison, const JsonLiteral &literal)
{
    return makeNode(path, [comparison, literal](const QJsonValue &value) { return holds(order(value, literal), comparison); });
}

FilterNodePtr makeJsonMembership(const JsonPath &path, const std::vector<JsonLiteral> &literals)
{
    return makeNode(path, [literals](const QJsonValue &value) {
        return std::any_of(literals.cbegin(), literals.cend(), [&value](const JsonLiteral &literal) { return order(value, literal) == 0; });
    });
}

FilterNodePtr makeJsonContains(const JsonPath &path, const QString &needle)
{
    return makeNode(path, [needle](const QJsonValue &value) {
        const auto text = textOf(value);
        return text && text->contains(needle);
    });
}

FilterNodePtr makeJsonMatches(const JsonPath &path, const QRegularExpression &expression)
{
    expression.optimize();
    return makeNode(path, [expression](const QJsonValue &value) {
        const auto text = textOf(value);
        return text && expression.match(*text).hasMatch();
    });
}

} // namespace wsw::capture
