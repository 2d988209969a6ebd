#pragma once

#include "base/result.h"
#include "capture/filter.h"

namespace wsw::cli {

/// Reads what was given as --filter; the Error (Usage) marks the place that is wrong.
[[nodiscard]] Result<capture::Filter> readFilter(const QString &text);

} // namespace wsw::cli
