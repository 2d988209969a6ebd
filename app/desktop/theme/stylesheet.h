#pragma once

#include <QString>

namespace wsw::desktop {

class Theme;

/// The application's style sheet in the colours and sizes of @p theme.
[[nodiscard]] QString makeStyleSheet(const Theme &theme);

} // namespace wsw::desktop
