#pragma once

#include "base/clock.h"
#include "capture/record.h"
#include "models/colorrule.h"
#include "models/recordtext.h"
#include "payload/dialect.h"

#include <array>
#include <optional>

namespace wsw::desktop {

/// One formatted row of the log.
struct LogRow
{
    /// In the order in which they stand until the user moves them; the preview takes the room that is left.
    enum Column {
        Number, Time, Delta, Glyph, Frame, Length, Rtt,
        // Hidden until they are asked for.
        KindDelta,  ///< not by formatRow(): see kindhistory.h
        Connection, Opcode, Fin, Rsv, Mask, WireLength, Ratio, Message, Violation, Note,
        Preview, ColumnCount
    };

    std::array<QString, ColumnCount> text;  ///< of each column, Glyph's in words; empty where the record has no such thing
    QList<LogGlyph> glyphs;
    bool isMarked = false;                  ///< with a note or without
    Meaning meaning = Meaning::Neutral;
    std::optional<RuleColor> color; ///< by a rule of the user's; not by formatRow()
    QString rule;                   ///< its name
    bool isJudged = true;           ///< not: a worker is to find out by which rule
};

/// Formats a record; @p previous is the time of the record in the row above, @p saying what its message says in its own protocol. Any thread.
[[nodiscard]] LogRow formatRow(const capture::Record &record, const ClockAnchor &clock, const std::optional<MonotonicNs> &previous,
                               const std::optional<payload::Saying> &saying = {});

/// The heading of a column; empty for Glyph.
[[nodiscard]] QString columnTitle(LogRow::Column column);
/// What a column says, in one sentence without its full stop.
[[nodiscard]] QString columnHint(LogRow::Column column);
/// Right-aligned.
[[nodiscard]] bool isNumberColumn(LogRow::Column column);

} // namespace wsw::desktop
