#pragma once

#include "base/result.h"
#include "capture/progress.h"

#include <QStringList>

#include <functional>

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
    quint64 archived = 0;       ///< further records, that lie in archives
    QStringList archives;       ///< names of archives that were copied beside the new file; none where the file itself was written anew
    QStringList missing;        ///< archives that were not found beside the capture, and could not be copied

    /// In sentences for a person.
    [[nodiscard]] QStringList words() const;
};

/// Is to call @p place, which gives a new file its name, and gives what comes of it: for whoever has to know of that moment.
using Placing = std::function<Result<>(const std::function<Result<>()> &place)>;

/// Writes the capture at @p from anew, without free pages, small blocks merged into large ones and all of it compressed where that makes it
/// shorter; record numbers stay. @p to is replaced when the new file is complete and has been read back, and may be @p from itself: that
/// must then be closed everywhere or only read. A capture that is being recorded gives what it has stored at this moment. Where @p to is another
/// file its archives are copied beside it.
/// Errors: Damaged (it has to be repaired first), InUse, Cancelled, and those of reading and writing; @p from and @p to are then as they were.
/// Any thread; takes as long as the disk takes.
[[nodiscard]] Result<CompactionReport> compactCapture(const QString &from, const QString &to, const Progress &progress = {}, const Placing &placing = {});

} // namespace wsw::capture
