#pragma once

#include "case.h"

namespace wsw::test {

// One function a section; each name begins with the section's.
[[nodiscard]] QList<Case> framingCases();
[[nodiscard]] QList<Case> pingCases();
[[nodiscard]] QList<Case> reservedCases();
[[nodiscard]] QList<Case> fragmentCases();
[[nodiscard]] QList<Case> utf8Cases();
[[nodiscard]] QList<Case> closingCases();
/// @p rounds: of each size in the round trips up to 4 KiB; a fifth of it beyond.
[[nodiscard]] QList<Case> limitCases(int rounds);

/// Whether the thousand messages of every cell are wanted (WSW_CONFORMANCE_FULL is set), or as many as fit into a minute.
[[nodiscard]] bool isFullRun();
[[nodiscard]] QList<Case> withoutLarge(QList<Case> cases);
/// Small: without the large cases.
enum class Extent : quint8 { Small, All };
/// All sections.
[[nodiscard]] QList<Case> conformanceCases(Extent extent);
/// For connections that compress; not among conformanceCases().
[[nodiscard]] QList<Case> deflateCases(Extent extent);

} // namespace wsw::test
