#pragma once

#include "lesson/explain.h"
#include "theme/theme.h"

namespace wsw::desktop {

/// The two colours of one field of a frame header, the same in the figure and in every row of bytes.
struct FieldColors
{
    QColor foreground;
    QColor background;
};
[[nodiscard]] FieldColors fieldColors(lesson::HeaderPart part);

/// What a verdict looks like: "✓", "!", "⚠" or nothing, and its colour.
[[nodiscard]] QString verdictGlyph(lesson::Verdict verdict);
[[nodiscard]] QColor verdictColor(lesson::Verdict verdict);

} // namespace wsw::desktop
