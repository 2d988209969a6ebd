#pragma once

#include "capture/filterfield.h"

namespace wsw::capture {

/// Nanoseconds since midnight, as the log's time column writes them: "10:04", "10:04:07", "10:04:07.211 604". Nothing where @p typed is none.
[[nodiscard]] std::optional<qint64> timeOfDay(const QString &typed);

/// What a literal of the field "time" asks for: a field of a record, and the number it is compared with.
struct TimeLiteral
{
    const Field &field;
    quint64 value;
};

/// A local time of day is compared with the time of day of each record; a date and time (ISO 8601; local where it names no zone) with
/// when it came; a duration with its unit with the time since the capture's first record. Nothing where @p literal is none of them.
[[nodiscard]] std::optional<TimeLiteral> timeLiteral(const QString &literal);

} // namespace wsw::capture
