#pragma once

#include <QString>

namespace wsw::stats {

/// A duration in ns for a person, three significant digits and its unit: "354 µs", "1.10 ms", "2.30 s", "640 ns"; the sign is kept.
[[nodiscard]] QString durationText(qint64 ns);
/// The same for the tick of an axis: without trailing zeros ("400 µs", "1.2 ms"), "0" for zero.
[[nodiscard]] QString durationTick(double ns);
/// A size for a person: "19 bytes", "1.50 KiB", "3.20 MiB".
[[nodiscard]] QString sizeText(quint64 bytes);

} // namespace wsw::stats
