#pragma once

#include "models/searchterm.h"

#include <QByteArrayView>

namespace wsw::desktop {

/// A place that is marked; what is found once may be shown in several.
struct Mark
{
    qsizetype at;
    qsizetype size;
    qsizetype find;     ///< the number of what is found there, from 0
    friend bool operator==(const Mark &, const Mark &) = default;
};
/// In their order.
using Marks = QList<Mark>;
/// Each place for itself.
[[nodiscard]] Marks marksOf(const Places &places);

/// More places than these are not told apart: whoever shows them says so.
inline constexpr qsizetype mostPlaces = 10'000;

/// Finds a term in bytes, again and again: a regular expression is read once.
class ByteFinder final
{
public:
    explicit ByteFinder(const SearchTerm &term);
    /// Where the term stands in @p bytes: in UTF-8, or where they are none, in what of them is ASCII; bytes as they are. At most
    /// mostPlaces, in bytes. For workers.
    [[nodiscard]] Places placesIn(QByteArrayView bytes) const;

private:
    SearchTerm m_term;
    QByteArray m_needle;
    SearchMarker m_marker;
};
/// The same once.
[[nodiscard]] Places placesInBytes(const SearchTerm &term, QByteArrayView bytes);
/// The same in a text, in characters.
[[nodiscard]] Places placesInText(const SearchTerm &term, const QString &text);
/// Places of @p text in @p laidOut, which differs from it by white space only; what is nothing but white space has none. Nothing where they
/// differ by more.
[[nodiscard]] std::optional<Places> placesLaidOut(const Places &places, QStringView text, QStringView laidOut);
/// Places of @p bytes in the text that QString::fromUtf8() makes of them. What begins or ends inside a character has all of it.
[[nodiscard]] Places placesDecoded(const Places &places, QByteArrayView bytes);

} // namespace wsw::desktop
