#pragma once

#include "capture/connectioninfo.h"
#include "exchange/exporter.h"
#include "lesson/explain.h"

namespace wsw::lesson {

/// What the judge of @p record needs to know of its connection; @p connection: nothing where the capture does not say.
[[nodiscard]] FrameContext contextOf(const capture::RecordHeader &record, const std::optional<capture::ConnectionInfo> &connection);

/// What a report of @p document says of a record: what it is, of a head each line, and each rule that it breaks. For one
/// pass over @p document, on one thread, while it lives.
[[nodiscard]] exchange::Explain reportNotes(const capture::Document &document);

} // namespace wsw::lesson
