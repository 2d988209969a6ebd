#pragma once

#include "models/colorrule.h"

#include <QRectF>

class QPainter;

namespace wsw::desktop {

/// Paints the shape of @p color, in its colour, into the square in the middle of @p rect.
void paintRuleMark(QPainter *painter, const QRectF &rect, RuleColor color);
/// The same as an icon, for choices and lists.
[[nodiscard]] QIcon ruleIcon(RuleColor color);

} // namespace wsw::desktop
