#pragma once

#include "capture/filter.h"

#include <QList>
#include <QRegularExpression>
#include <QString>

#include <optional>
#include <utility>

namespace wsw::desktop {

/// What is searched for in payloads.
struct SearchTerm
{
    enum class Kind : quint8 {
        Text,           ///< letters in upper or lower case
        ExactText,
        Expression,     ///< a regular expression (PCRE)
        Hex,            ///< bytes in hexadecimal, with or without spaces
    };

    QString text;
    Kind kind = Kind::Text;

    friend bool operator==(const SearchTerm &, const SearchTerm &) = default;

    /// The filter that lets the same records through.
    [[nodiscard]] QString filterText() const;
    /// Nothing, and why in @p problem, where the text is no such term; of an empty text a filter that matches everything.
    [[nodiscard]] std::optional<capture::Filter> filter(QString *problem) const;
};

/// Finds a term again in a text that is shown, to mark it there. Made once a term: it is asked while painting.
class SearchMarker final
{
public:
    explicit SearchMarker(const SearchTerm &term = {});
    /// As positions and lengths; bytes are found in no text.
    [[nodiscard]] QList<std::pair<qsizetype, qsizetype>> placesIn(const QString &shown) const;

private:
    bool m_isUsed;
    QRegularExpression m_expression;
};

} // namespace wsw::desktop
