#pragma once

#include "theme/theme.h"

#include <QString>

namespace wsw::desktop {

/// @p text, escaped, as rich text in the colour of @p token. Made again when the theme changes.
[[nodiscard]] inline QString inToken(const QString &text, Token token)
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>")
        .arg(Theme::instance().color(token).name(), text.toHtmlEscaped());
}

} // namespace wsw::desktop
