#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace wsw::payload {

/// UTF-8 without control characters but tabs and line ends, and not empty.
[[nodiscard]] bool isPrintableText(QByteArrayView bytes) noexcept;

/// What UTF-8 says, each character of it: also a byte order mark in front. Nothing where @p bytes are no UTF-8.
[[nodiscard]] std::optional<QString> textOf(QByteArrayView bytes);

/// A text and how its bytes say it.
struct GuessedText
{
    QString text;
    QString encoding;   ///< "UTF-8", "UTF-16, little-endian", ...
};
/// Text in UTF-8, or in UTF-16 or UTF-32 behind a byte order mark; nothing where @p bytes are none of these.
[[nodiscard]] std::optional<GuessedText> guessText(QByteArrayView bytes);

} // namespace wsw::payload
