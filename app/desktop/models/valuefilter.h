#pragma once

#include "models/logrow.h"

namespace wsw::desktop {

/// A filter that lets pass what has the same value as @p record in @p column; empty where it has none that one can filter for.
[[nodiscard]] QString filterOnValue(const capture::Record &record, LogRow::Column column);
/// Whether all frames of a message have the same value there.
[[nodiscard]] bool isSharedByFrames(LogRow::Column column);

} // namespace wsw::desktop
