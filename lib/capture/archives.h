#pragma once

#include "capture/blockindex.h"
#include "capture/database.h"

#include <QList>

namespace wsw::capture {

/// Where the oldest records of a capture that had a limit of size are: in a capture of their own beside it.
struct Archive
{
    QString file;           ///< its name; it lies in the folder of the capture
    quint64 first = 0;      ///< records @p first to @p last are there and no longer in the capture; last = first - 1: none as yet
    quint64 last = 0;
    quint64 moving = 0;     ///< records up to this were being moved there: those after @p last are in the capture, and perhaps there, too
};

/// A capture has no more: the last one grows instead. A file that claims more would have as many others opened with it.
inline constexpr qsizetype mostArchives = 1000;

/// What a capture says of its archives, oldest first. Nonsense is left out: each is a plain name of a capture beside it.
[[nodiscard]] QList<Archive> readArchives(Database &database);
/// The same from what stands in table meta.
[[nodiscard]] QList<Archive> archivesIn(const QByteArray &json);
/// Inside the caller's transaction, or in one of its own.
[[nodiscard]] Result<> writeArchives(Database &database, const QList<Archive> &archives);

/// A name for the next archive of the capture at @p path: "talk.archive-2.wscapture", of a file that does not exist. None of @p named either:
/// one of them may be away, and must not meet another under its name when it comes back.
[[nodiscard]] QString freeArchivePath(const QString &path, const QList<Archive> &named);
/// Where they lie beside the capture at @p path.
[[nodiscard]] QStringList archivePaths(const QList<Archive> &archives, const QString &path);
/// Is this the name of an archive beside the capture that it belongs to?
[[nodiscard]] bool isArchiveOfAnother(const QString &path);

/// Puts the rows that the archives have in place of those of @p rows that stand for archived records, where the archive lies beside
/// the capture at @p path and belongs to it. Returns what is not found, in words.
[[nodiscard]] QList<Error> fillFromArchives(std::vector<DirectoryEntry> &rows, const QList<Archive> &archives, const QString &path, const ClockAnchor &clock);

/// Records were being moved to @p archive and that was not finished: nothing is lost, but some may be in both.
[[nodiscard]] QString interruptedArchiving(const Archive &archive, const QString &path);
/// Records @p first to @p last are in archive @p file, which is not where it should be.
[[nodiscard]] Error missingArchive(quint64 first, quint64 last, const QString &path, const QString &file);

} // namespace wsw::capture
