#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "capture/record.h"

#include <QString>

#include <atomic>
#include <optional>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// What is known of the record before one that is of the same kind: of the same connection, the same direction and the same opcode, or for
/// what is no frame the same kind of record.
struct KindBefore
{
    enum class State : quint8 { Found, None, TooFar } state = State::None;
    MonotonicNs time = 0;
};

/// Records that are looked back over, in all.
inline constexpr quint64 kindReach = 1'000'000;

[[nodiscard]] bool isSameKind(const capture::RecordHeader &one, const capture::RecordHeader &other) noexcept;
/// Looks back only among records in memory, and over a few: nothing where it does not find one there. Any thread; never waits.
[[nodiscard]] std::optional<KindBefore> peekKindBefore(const capture::Document &document, const capture::RecordHeader &header);
/// Looks back over kindReach records. For workers.
[[nodiscard]] Result<KindBefore> findKindBefore(const capture::Document &document, const capture::RecordHeader &header, const std::atomic_bool &cancelled);
/// The time since then; empty where there was none, "…" where it lies too far back to be looked for.
[[nodiscard]] QString kindDeltaText(const capture::RecordHeader &header, const KindBefore &before);

} // namespace wsw::desktop
