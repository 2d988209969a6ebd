#include "base/clock.h"

#include <chrono>

namespace wsw {

MonotonicNs monotonicNow() noexcept
{
    // libstdc++ and libc++ both implement steady_clock with CLOCK_MONOTONIC on Linux.
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

WallNs wallNow() noexcept
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

ClockAnchor ClockAnchor::take() noexcept
{
    return {monotonicNow(), wallNow()};
}

} // namespace wsw
