#pragma once

#include "theme/theme.h"

#include <QToolButton>

namespace wsw::desktop {

/// A button that shows @p icon alone and says @p tip, reached with Tab.
[[nodiscard]] inline QToolButton *makeIconButton(const char *name, const char *icon, const QString &tip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(QLatin1String(name));
    button->setIcon(Theme::instance().icon(QLatin1String(icon)));
    button->setIconSize(Theme::instance().iconSize());
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace wsw::desktop
