#include "models/searchterm.h"

namespace wsw::desktop {

namespace {

/// Bounds: a pattern that takes longer marks nothing.
const auto paintedMatch = QStringLiteral("(*LIMIT_MATCH=20000)");
const auto workersMatch = QStringLiteral("(*LIMIT_MATCH=20000000)");

} // namespace

QString SearchTerm::filterText() const
{
    if (text.isEmpty())
        return {};
    switch (kind) {
    case Kind::Text: return capture::Filter::quoted(text);
    case Kind::ExactText: return QStringLiteral("text contains ") + capture::Filter::quoted(text);
    case Kind::Expression: return QStringLiteral("text matches ") + capture::Filter::quoted(text);
    case Kind::Hex: return QStringLiteral("bytes contains ") + capture::Filter::quoted(text);
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

SearchMarker::SearchMarker(const SearchTerm &term, Effort effort) : m_isUsed(!term.text.isEmpty() && term.kind != SearchTerm::Kind::Hex)
{
    const bool isExpression = term.kind == SearchTerm::Kind::Expression;
    m_expression.setPattern(isExpression ? (effort == Effort::WhilePainting ? paintedMatch : workersMatch) + term.text : QRegularExpression::escape(term.text));
    if (term.kind == SearchTerm::Kind::Text)
        m_expression.setPatternOptions(QRegularExpression::CaseInsensitiveOption);
}

Places SearchMarker::placesIn(const QString &shown, qsizetype most) const
{
    Places places;
    if (!m_isUsed || !m_expression.isValid())
        return places;
    auto matches = m_expression.globalMatch(shown);
    while (places.size() < most && matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        if (match.capturedLength() > 0)
            places.append({match.capturedStart(), match.capturedLength()});
    }
    return places;
}

} // namespace wsw::desktop
