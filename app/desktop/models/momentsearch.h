#pragma once

#include "base/id.h"
#include "base/result.h"

#include <QString>

#include <optional>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// Nanoseconds since midnight, as the log's time column writes them: "10:04", "10:04:07", "10:04:07.211 604". Nothing where @p typed is none.
[[nodiscard]] std::optional<qint64> timeOfDay(const QString &typed);

/// The first record at or after a local time of day, on the day on which the capture begins, or on the next where the capture began later
/// and goes on until then; the last record where all are earlier, an invalid id where there are none. For workers: reads a few blocks.
[[nodiscard]] Result<RecordId> firstRecordAt(const capture::Document &document, qint64 nsOfDay);

} // namespace wsw::desktop
