#pragma once

#include "base/result.h"
#include "capture/progress.h"

#include <QList>
#include <QStringList>

namespace wsw::capture {

/// What repairing has saved, and what it has not.
struct RepairReport
{
    /// Records that are lost, by their numbers, both included.
    struct Lost
    {
        quint64 first = 0;
        quint64 last = 0;
        QString why;                ///< "the checksum of the block that holds them does not match"
    };
    quint64 saved = 0;              ///< records
    quint64 found = 0;              ///< of them those that no table led to any more
    quint64 unchecked = 0;          ///< of them those whose checksum is lost, but which hold together
    quint64 archived = 0;           ///< further records, that lie in archives, where they stay
    QList<Lost> lost;
    quint64 lostRecords = 0;
    bool endUnknown = false;        ///< the file is cut off or its list of blocks is broken: there may have been more records
    QList<quint64> incomplete;      ///< saved records (the first hundred) of whose large payload pieces are missing
    quint64 incompletePayloads = 0; ///< all of them
    qsizetype connections = 0;
    QStringList otherLosses;        ///< sentences on what is not about records

    /// Table @p table could not be read to its end.
    void addUnread(const QString &table);
    [[nodiscard]] bool isWhole() const
    {
        return lost.isEmpty() && !endUnknown && incompletePayloads == 0 && otherLosses.isEmpty();
    }
    /// In sentences for a person: how many records are saved, which are lost and why.
    [[nodiscard]] QStringList words() const;
};

/// Reads what can be read of the capture at @p from, through its tables and then page by page, into a new file at @p to, which is replaced
/// when that is complete; record numbers stay, and what is lost stays a gap. The file at @p from is only read, with the log that may lie
/// beside it. Errors: Usage (both are the same file), NotFound, Permission, NotACapture (nothing of a capture is in it), Cancelled, and those of writing.
/// Any thread; takes as long as the disk takes.
[[nodiscard]] Result<RepairReport> repairCapture(const QString &from, const QString &to, const Progress &progress = {});

} // namespace wsw::capture
