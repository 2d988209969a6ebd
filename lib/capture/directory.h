#pragma once

#include "capture/blockindex.h"
#include "capture/database.h"

#include <QList>

namespace wsw::capture {

/// The rows of table block as far as they can be read.
struct Directory
{
    std::vector<DirectoryEntry> rows;   ///< without gaps: what is missing between two rows stands as a lost one
    bool whole = true;                  ///< it was read to its end; otherwise what follows the last row is not known
    bool repaired = false;              ///< what is missing was lost before the file was made
    QList<Error> damage;                ///< which records are lost, in words; empty for a sound file
};

/// Adds @p error to @p damage, which stays short: a file may have been made to have a gap between any two of its records.
void addDamage(QList<Error> &damage, const Error &error);

/// Reads the directory of an opened file. Where a part of it is broken, what stands before and behind is read all the same.
[[nodiscard]] Directory readDirectory(Database &database);
/// Are there blocks of which @p directory, read from there, does not know?
[[nodiscard]] bool hasStrayBlocks(Database &database, const Directory &directory);

} // namespace wsw::capture
