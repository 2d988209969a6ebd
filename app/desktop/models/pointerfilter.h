#pragma once

#include "payload/tree.h"

namespace wsw::desktop {

/// A filter that lets pass what has the same value as @p value in the same place of its JSON, or of a container something there; empty
/// where there is none: of what stands outermost, of very long texts, and where another member
/// of the same name stands behind it.
[[nodiscard]] QString filterOnValue(const payload::Tree &tree, payload::Tree::Number value);

} // namespace wsw::desktop
