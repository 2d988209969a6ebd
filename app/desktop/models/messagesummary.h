#pragma once

#include "base/result.h"
#include "capture/filter.h"
#include "capture/record.h"
#include "models/logrow.h"

#include <atomic>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// A message of several frames, as far as it has been looked at.
struct MessageSummary
{
    capture::Record whole;      ///< its first frame's header with the lengths, findings and notes of all of them; the beginning of what they hold together
    quint64 frames = 0;
    quint64 wireBytes = 0;      ///< with all headers
    QList<capture::Filter> rules;   ///< by which rows are coloured
    qsizetype rule = -1;        ///< the first of them that any frame passes
    RecordId upTo;              ///< the last record that was looked at
    bool isComplete = false;    ///< its last frame is there
    bool isOver = false;        ///< nothing more can come: it is complete, or its connection has ended, or another message has cut it off

    /// Nothing is left to look at in a document of @p received records.
    [[nodiscard]] bool isUpToDate(quint64 received) const noexcept { return isOver || upTo.value() >= received; }
};

/// Is @p header that of a frame with which a message of several frames begins?
[[nodiscard]] bool beginsFragments(const capture::RecordHeader &header) noexcept;

/// Looks at what follows and belongs to @p summary, at most so many records at a time that others have their turn: until isUpToDate(), call
/// it again. Begins where frames is 0, with the record upTo. For workers.
[[nodiscard]] Result<> extend(MessageSummary &summary, const capture::Document &document, const std::atomic_bool &cancelled);

/// Takes @p note, on a further frame of the same message, to what is @p noted; what no row shows any more is left out.
void addNote(std::optional<QByteArray> &noted, const QByteArray &note);

/// As formatRow(), of the whole message: "text · 3 frames".
[[nodiscard]] LogRow formatMessage(const MessageSummary &summary, const ClockAnchor &clock, const std::optional<MonotonicNs> &previous,
                                   const std::optional<payload::Saying> &saying);

} // namespace wsw::desktop
