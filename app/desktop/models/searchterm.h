#pragma once

#include "capture/filter.h"

#include <QList>
#include <QRegularExpression>
#include <QString>

#include <limits>
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

/// Positions and lengths, in their order.
using Places = QList<std::pair<qsizetype, qsizetype>>;

/// Finds a term again in a text that is shown, to mark it there. Made once a term: it is asked while painting.
class SearchMarker final
{
public:
    /// How long a regular expression may go back and forth.
    enum class Effort : quint8 { WhilePainting, InWorker };

    explicit SearchMarker(const SearchTerm &term = {}, Effort effort = Effort::WhilePainting);
    /// The first @p most of them; bytes are found in no text.
    [[nodiscard]] Places placesIn(const QString &shown, qsizetype most = std::numeric_limits<qsizetype>::max()) const;

private:
    bool m_isUsed;
    QRegularExpression m_expression;
};

} // namespace wsw::desktop
