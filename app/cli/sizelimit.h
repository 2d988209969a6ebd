#pragma once

#include "arguments.h"

namespace wsw::cli {

/// `--size-limit`, the same for every verb that has `--capture`.
[[nodiscard]] OptionSpec sizeLimitSpec();
/// What it says, in bytes; 0 where it is not given. The Error (Usage) names what is wrong.
[[nodiscard]] Result<qint64> readSizeLimit(const Arguments &arguments);

} // namespace wsw::cli
