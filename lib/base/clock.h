#pragma once

#include <QtGlobal>

namespace wsw {

/// Nanoseconds on CLOCK_MONOTONIC (since an arbitrary point; only differences mean anything).
using MonotonicNs = qint64;
/// Nanoseconds since 1970-01-01 UTC; taken once per capture, for display.
using WallNs = qint64;

inline constexpr qint64 nsPerUs = 1'000;
inline constexpr qint64 nsPerMs = 1'000'000;
inline constexpr qint64 nsPerSecond = 1'000'000'000;

/// Now on CLOCK_MONOTONIC. Any thread.
[[nodiscard]] MonotonicNs monotonicNow() noexcept;
/// Now on the wall clock. Any thread.
[[nodiscard]] WallNs wallNow() noexcept;

/// Pairs the two clocks once, so that every monotonic stamp of a capture can be shown as a time of day.
struct ClockAnchor
{
    MonotonicNs monotonic = 0;
    WallNs wall = 0;
    [[nodiscard]] static ClockAnchor take() noexcept;
    [[nodiscard]] WallNs toWall(MonotonicNs at) const noexcept { return wall + (at - monotonic); }
};

} // namespace wsw
