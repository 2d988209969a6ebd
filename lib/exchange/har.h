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

/// What a HAR entry has no place for.
[[nodiscard]] QJsonObject connectionToHar(const capture::ConnectionInfo &info, const ClockAnchor &clock);
/// The other way; @p id is kept. Times are those of @p clock.
void connectionFromHar(const QJsonObject &object, const ClockAnchor &clock, capture::ConnectionInfo &info);

} // namespace wsw::exchange
