#pragma once

#include "models/searchterm.h"

#include <QByteArrayView>

namespace wsw::desktop {

/// More places than these are not told apart: whoever shows them says so.
inline constexpr qsizetype mostPlaces = 10'000;

/// Where @p term stands in @p bytes: in UTF-8, or where they are none, in what of them is ASCII; bytes as they are. At most mostPlaces, in
/// bytes. For workers.
[[nodiscard]] Places placesInBytes(const SearchTerm &term, QByteArrayView bytes);
/// The same in a text, in characters.
[[nodiscard]] Places placesInText(const SearchTerm &term, const QString &text);
/// Places of @p text in @p laidOut, which differs from it by white space only; what is nothing but white space has none. Nothing where they
/// differ by more.
[[nodiscard]] std::optional<Places> placesLaidOut(const Places &places, QStringView text, QStringView laidOut);
/// Places of the bytes from which @p text was decoded, in characters of it.
[[nodiscard]] Places placesDecoded(const Places &places, QByteArrayView bytes, QStringView text);

} // namespace wsw::desktop
