#pragma once

#include <QtGlobal>

namespace wsw::desktop {

/// What becomes of a condition that a right click has made.
enum class FilterUse : quint8 {
    Only,   ///< in place of the filter
    And,    ///< beside it
    Hide,   ///< the opposite beside it
};

} // namespace wsw::desktop
