#pragma once

#include "replay/ignoring.h"

#include <functional>
#include <span>
#include <vector>

namespace wsw::replay {

/// The same message at these places of two runs.
struct Match
{
    size_t left = 0;
    size_t right = 0;
    friend bool operator==(const Match &, const Match &) = default;
};

/// So many differences are looked through for the fewest. Where two runs differ in more, those messages that occur once in each hold
/// them together (the longest series of them that has the same order in both), and what stands between is aligned in the same way.
inline constexpr int mostEdits = 2000;

/// Which messages of two runs are the same, in order: as many as there can be (a longest common subsequence, Myers 1986) while there are
/// at most @p edits differences. Time O((n + m) edits), memory O(n + m + edits squared). @p stop is asked now and then; true: returns what it has.
[[nodiscard]] std::vector<Match> align(std::span<const Fingerprint> left, std::span<const Fingerprint> right, int edits = mostEdits,
                                       const std::function<bool()> &stop = {});

} // namespace wsw::replay
