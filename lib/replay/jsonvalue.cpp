#include "replay/jsonvalue.h"

#include "replay/messagelist.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <span>

namespace wsw::replay {

namespace {

using Type = JsonValue::Type;

/// So much of a text is worth showing in a line.
constexpr qsizetype shortTextLength = 40;

/// Puts the values that nlohmann-json's parser finds into a tree.
class Builder final : public nlohmann::json_sax<nlohmann::json>
{
public:
    bool null() override { return take({}); }
    bool boolean(bool value) override { return take({Type::Bool, value ? "true" : "false", {}, {}}); }
    bool number_integer(number_integer_t value) override { return take({Type::Number, QByteArray::number(static_cast<qlonglong>(value)), {}, {}}); }
    bool number_unsigned(number_unsigned_t value) override { return take({Type::Number, QByteArray::number(static_cast<qulonglong>(value)), {}, {}}); }
    bool number_float(number_float_t, const string_t &written) override { return take({Type::Number, QByteArray::fromStdString(written), {}, {}}); }
    bool string(string_t &value) override { return take({Type::String, QByteArray::fromStdString(value), {}, {}}); }
    bool binary(binary_t &) override { return false; }
    bool start_object(std::size_t) override { return begin(Type::Object); }
    bool start_array(std::size_t) override { return begin(Type::Array); }
    bool key(string_t &name) override
    {
        m_open.back().names.push_back(QByteArray::fromStdString(name));
        return true;
    }
    bool end_object() override
    {
        sortMembers(m_open.back());
        return end();
    }
    bool end_array() override { return end(); }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override { return false; }

    [[nodiscard]] JsonValue root() { return std::move(m_root); }

private:
    bool take(JsonValue value)
    {
        // What stands alone is no message's structure, and a text that looks like a number is a text.
        if (m_open.empty() || ++m_values > mostJsonValues)
            return false;
        m_open.back().children.push_back(std::move(value));
        return true;
    }
    bool begin(Type type)
    {
        if (m_open.size() == static_cast<size_t>(mostJsonLevels))
            return false;
        m_open.emplace_back().type = type;
        return true;
    }
    bool end()
    {
        JsonValue value = std::move(m_open.back());
        m_open.pop_back();
        if (!m_open.empty())
            return take(std::move(value));
        m_root = std::move(value);
        return true;
    }
    static void sortMembers(JsonValue &object)
    {
        if (std::ranges::is_sorted(object.names))
            return;
        std::vector<size_t> order(object.names.size());
        std::iota(order.begin(), order.end(), size_t{0});
        // Members of the same name stay in the order in which they were written.
        std::ranges::stable_sort(order, {}, [&object](size_t index) -> const QByteArray & { return object.names[index]; });
        JsonValue sorted{Type::Object, {}, {}, {}};
        for (const size_t index : order) {
            sorted.names.push_back(std::move(object.names[index]));
            sorted.children.push_back(std::move(object.children[index]));
        }
        object = std::move(sorted);
    }

    std::vector<JsonValue> m_open;
    JsonValue m_root;
    size_t m_values = 0;    ///< below the root
};

void appendQuoted(QByteArray &to, QByteArrayView text)
{
    to += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            to += '\\';
        to += c;
    }
    to += '"';
}

void forgetSteps(JsonValue &value, std::span<const QString> steps)
{
    const bool isLast = steps.size() == 1;
    const bool isObject = value.type == Type::Object;
    const QByteArray step = steps.front().toUtf8();
    size_t kept = 0;    // one pass, however many members there are of one name
    for (size_t i = 0; i < value.children.size(); ++i) {
        const bool isMeant = step == "*" || step == (isObject ? value.names[i] : QByteArray::number(static_cast<qulonglong>(i)));
        if (isMeant && isLast && isObject)
            continue;
        if (isMeant && isLast)
            value.children[i] = {};
        else if (isMeant)
            forgetSteps(value.children[i], steps.subspan(1));
        if (kept != i) {
            value.names[kept] = std::move(value.names[i]);
            value.children[kept] = std::move(value.children[i]);
        }
        ++kept;
    }
    value.children.resize(kept);
    if (isObject)
        value.names.resize(kept);
}

} // namespace

std::optional<JsonValue> parseJson(QByteArrayView payload)
{
    const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    const auto first = std::find_if_not(payload.begin(), payload.end(), isSpace);
    if (first == payload.end() || (*first != '{' && *first != '[') || payload.size() > mostJsonBytes)
        return std::nullopt;
    Builder builder;
    if (!nlohmann::json::sax_parse(payload.begin(), payload.end(), &builder))
        return std::nullopt;
    return builder.root();
}

std::optional<JsonPointer> parsePointer(const QString &text)
{
    if (!text.startsWith(u'/'))
        return std::nullopt;
    JsonPointer steps = text.mid(1).split(u'/');
    for (QString &step : steps) {
        for (qsizetype at = step.indexOf(u'~'); at >= 0; at = step.indexOf(u'~', at + 1)) {
            const QChar which = at + 1 < step.size() ? step.at(at + 1) : QChar();
            if (which != u'0' && which != u'1')
                return std::nullopt;
            step.replace(at, 2, which == u'0' ? u'~' : u'/');
        }
    }
    return steps;
}

void forget(JsonValue &value, const JsonPointer &pointer)
{
    if (!pointer.isEmpty())
        forgetSteps(value, {pointer.constData(), static_cast<size_t>(pointer.size())});
}

QByteArray normalNumber(QByteArrayView written)
{
    const bool isNegative = written.startsWith('-');
    QByteArray digits;
    qint64 exponent = 0;
    bool isFraction = false;
    for (qsizetype i = isNegative ? 1 : 0; i < written.size(); ++i) {
        const char c = written[i];
        if (c == 'e' || c == 'E') {
            exponent += written.sliced(i + 1).toByteArray().toLongLong();
            break;
        }
        if (c == '.') {
            isFraction = true;
            continue;
        }
        digits += c;
        exponent -= isFraction ? 1 : 0;
    }
    const auto firstDigit = std::find_if(digits.begin(), digits.end(), [](char c) { return c != '0'; });
    digits.remove(0, firstDigit - digits.begin());
    while (digits.endsWith('0')) {
        digits.chop(1);
        ++exponent;
    }
    if (digits.isEmpty())
        return "0";
    return (isNegative ? "-" : "") + digits + 'e' + QByteArray::number(exponent);
}

void appendCanonical(QByteArray &to, const JsonValue &value)
{
    switch (value.type) {
    case Type::Null: to += "null"; return;
    case Type::Bool: to += value.text; return;
    case Type::Number: to += normalNumber(value.text); return;
    case Type::String: appendQuoted(to, value.text); return;
    case Type::Array:
    case Type::Object: break;
    }
    to += value.type == Type::Array ? '[' : '{';
    for (size_t i = 0; i < value.children.size(); ++i) {
        if (value.type == Type::Object) {
            appendQuoted(to, value.names[i]);
            to += ':';
        }
        appendCanonical(to, value.children[i]);
        to += ',';
    }
    to += value.type == Type::Array ? ']' : '}';
}

void appendShape(QByteArray &to, const JsonValue &value)
{
    if (value.type == Type::Object) {
        to += '{';
        for (size_t i = 0; i < value.children.size(); ++i) {
            appendQuoted(to, value.names[i]);
            appendShape(to, value.children[i]);
        }
        to += '}';
    } else if (value.type == Type::Array) {
        to += '[';
        if (!value.children.empty())
            appendShape(to, value.children.front());
        to += ']';
    } else {
        to += static_cast<char>('0' + static_cast<int>(value.type));
    }
}

QString shortText(const JsonValue &value)
{
    switch (value.type) {
    case Type::Null: return QStringLiteral("null");
    case Type::Bool:
    case Type::Number: return QString::fromLatin1(value.text.left(shortTextLength));
    case Type::String: {
        const QString text = printable(QString::fromUtf8(value.text.left(shortTextLength * 4)));
        return QLatin1Char('"') + (text.size() > shortTextLength ? text.left(shortTextLength) + QChar(0x2026) : text) + QLatin1Char('"');
    }
    case Type::Array: return value.children.empty() ? QStringLiteral("[]") : QStringLiteral("[…]");
    case Type::Object: return value.children.empty() ? QStringLiteral("{}") : QStringLiteral("{…}");
    }
    Q_UNREACHABLE();
}

} // namespace wsw::replay
