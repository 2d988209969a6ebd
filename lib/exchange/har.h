#pragma once

#include "base/clock.h"
#include "capture/connectioninfo.h"

#include <optional>

/// What writing and reading HAR 1.2 have in common, as Chromium writes it: an entry a connection, its messages in
/// `_webSocketMessages`; and what this program adds, `_webSocketWorkbench`.
namespace wsw::exchange {

/// Seconds since 1970 with nine digits: no double holds them, but JSON does.
void appendSeconds(QByteArray &to, WallNs time);
/// Milliseconds with six digits.
void appendMilliseconds(QByteArray &to, qint64 ns);
/// The number that @p text writes, times 10 to the power of @p shift; nothing where that is no number or too large.
[[nodiscard]] std::optional<qint64> scaledNumber(QByteArrayView text, int shift);

/// Times of day and lengths that are taken from a file: sums and differences of a few of them stay within 64 bits.
inline constexpr WallNs latestTime = 7'000'000'000 * nsPerSecond;      ///< the year 2191
inline constexpr qint64 longestPhase = 86'400 * nsPerSecond;
[[nodiscard]] constexpr bool isTime(WallNs time) noexcept { return time > 0 && time <= latestTime; }

/// What a HAR entry has no place for.
[[nodiscard]] QJsonObject connectionToHar(const capture::ConnectionInfo &info, const ClockAnchor &clock);
/// The other way; @p id is kept. Times are those of @p clock.
void connectionFromHar(const QJsonObject &object, const ClockAnchor &clock, capture::ConnectionInfo &info);

} // namespace wsw::exchange
