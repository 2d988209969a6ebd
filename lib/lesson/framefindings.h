#pragma once

#include "lesson/explain.h"

namespace wsw::lesson {

/// Every broken rule that can be seen in one stored frame, in the order of the frame's bytes. A record keeps only the gravest; this looks
/// at the frame once more. What depends on the frames before it (a continuation of nothing, a frame after Close, a text that ends inside a
/// character) is found only where the record says so. Pure; any thread; looks at the part of the payload that @p frame holds.
[[nodiscard]] wire::Findings frameFindings(const capture::Record &frame, const FrameContext &context);

/// Where one should look first in a frame that breaks a rule: its first part that is wrong, or the one that the recorded violation is
/// about. Nothing where nothing is wrong. Pure; any thread.
[[nodiscard]] std::optional<HeaderPart> brokenPart(const capture::RecordHeader &frame, const FrameContext &context);

} // namespace wsw::lesson
