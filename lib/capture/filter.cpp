#include "capture/filter.h"

#include "capture/filterparser.h"

namespace wsw::capture {

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

bool Filter::matchesEverything() const noexcept
{
    return !m_root;
}

bool Filter::readsPayload() const noexcept
{
    return m_root && m_root->expression->readsPayload();
}

QString Filter::text() const
{
    return m_text;
}

QStringList Filter::vocabulary()
{
    QStringList words;
    for (const Field &field : filterFields())
        words.append(QString::fromLatin1(field.name));
    for (const Field &field : filterFields()) {
        if (field.type != FieldType::Switch)
            words.append(valueNames(field.type));
    }
    words.append({QStringLiteral("true"), QStringLiteral("false"), QStringLiteral("contains"), QStringLiteral("matches"),
                  QStringLiteral("in"), QStringLiteral("and"), QStringLiteral("or"), QStringLiteral("not"),
                  QStringLiteral("=="), QStringLiteral("!="), QStringLiteral("<"), QStringLiteral("<="), QStringLiteral(">"),
                  QStringLiteral(">="), QStringLiteral("&&"), QStringLiteral("||"), QStringLiteral("!")});
    words.removeDuplicates();
    return words;
}

} // namespace wsw::capture
