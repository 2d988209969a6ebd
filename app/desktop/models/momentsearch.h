#pragma once

#include "base/id.h"
#include "base/result.h"

#include <QString>

#include <optional>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// The first record at or after a local time of day, on the day on which the capture begins, or on the next where the capture began later
/// and goes on until then; the last record where all are earlier, an invalid id where there are none. For workers: reads a few blocks.
[[nodiscard]] Result<RecordId> firstRecordAt(const capture::Document &document, qint64 nsOfDay);

} // namespace wsw::desktop
