#include "models/searchterm.h"

#include <QRegularExpression>

namespace wsw::desktop {

namespace {

/// As the filter language quotes it.
QString quoted(QString text)
{
    text.replace(u'\\', QLatin1String("\\\\")).replace(u'"', QLatin1String("\\\""));
    return u'"' + text + u'"';
}

QRegularExpression expressionOf(const SearchTerm &term)
{
    using Kind = SearchTerm::Kind;
    const QString pattern = term.kind == Kind::Expression ? term.text : QRegularExpression::escape(term.text);
    return QRegularExpression(pattern, term.kind == Kind::Text ? QRegularExpression::CaseInsensitiveOption : QRegularExpression::NoPatternOption);
}

} // namespace

QString SearchTerm::filterText() const
{
    if (text.isEmpty())
        return {};
    switch (kind) {
    case Kind::Text: return quoted(text);
    case Kind::ExactText: return QStringLiteral("text contains ") + quoted(text);
    case Kind::Expression: return QStringLiteral("text matches ") + quoted(text);
    case Kind::Hex: return QStringLiteral("bytes contains ") + quoted(text);
    }
    Q_UNREACHABLE();
}

std::optional<capture::Filter> SearchTerm::filter(QString *problem) const
{
    capture::Filter::ParseError error;
    auto filter = capture::Filter::parse(filterText(), &error);
    if (problem != nullptr)
        *problem = filter ? QString() : error.message;
    return filter;
}

QList<std::pair<qsizetype, qsizetype>> SearchTerm::placesIn(const QString &shown) const
{
    QList<std::pair<qsizetype, qsizetype>> places;
    if (text.isEmpty() || kind == Kind::Hex)
        return places;
    auto matches = expressionOf(*this).globalMatch(shown);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        if (match.capturedLength() > 0)
            places.append({match.capturedStart(), match.capturedLength()});
    }
    return places;
}

} // namespace wsw::desktop
