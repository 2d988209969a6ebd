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

/// Reads the directory of an opened file. Where a part of it is broken, what stands before and behind is read all the same.
[[nodiscard]] Directory readDirectory(Database &database);

} // namespace wsw::capture
