#pragma once

#include "base/result.h"
#include "capture/progress.h"

#include <QStringList>

namespace wsw::capture {

/// What compacting has come to.
struct CompactionReport
{
    quint64 records = 0;
    qint64 bytesBefore = 0;     ///< of the file, with its log
    qint64 bytesAfter = 0;
    quint64 rowsBefore = 0;     ///< of table block
    quint64 rowsAfter = 0;
    quint64 strayPieces = 0;    ///< of payloads, left out: no record belongs to them

    /// In sentences for a person.
    [[nodiscard]] QStringList words() const;
};

/// Writes the capture at @p from anew, without free pages, small blocks merged into large ones and all of it compressed where that makes it
/// shorter; record numbers stay. @p to is replaced when the new file is complete and has been read back, and may be @p from itself: that
/// must then be closed everywhere or only read. A capture that is being recorded gives what it has stored at this moment.
/// Errors: Damaged (it has to be repaired first), InUse, Cancelled, and those of reading and writing; @p from and @p to are then as they were.
/// Any thread; takes as long as the disk takes.
[[nodiscard]] Result<CompactionReport> compactCapture(const QString &from, const QString &to, const Progress &progress = {});

} // namespace wsw::capture
