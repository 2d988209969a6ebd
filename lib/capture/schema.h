#pragma once

#include "base/clock.h"
#include "capture/database.h"

#include <QStringList>

#include <array>

namespace wsw::capture {

/// 'WSWC': what `file` and we know a capture by.
inline constexpr qint64 applicationId = 0x57535743;
/// Version of the tables and of what is packed in them; one converter a step in schema.cpp. 2: inflated bytes in records.
inline constexpr qint64 schemaVersion = 2;
/// Files of this version or a later one can also be read as they are, where nothing can be written.
inline constexpr qint64 readableVersion = 1;
/// Best of 4, 8, 16, 32 and 64 KiB for packing blocks (see tests/benchmarks/capture).
inline constexpr int pageBytes = 32 * 1024;

/// Makes the table of notes where there is none.
inline constexpr const char *noteTableSql = "CREATE TABLE IF NOT EXISTS note(record INTEGER PRIMARY KEY NOT NULL, text TEXT NOT NULL)";

/// What table meta says about a capture as a whole.
struct CaptureFacts
{
    ClockAnchor clock;
    bool automatic = false;
};

/// What a capture says of itself in table meta and keeps when it is written anew; the clock and whether it is automatic stand in CaptureFacts.
inline constexpr std::array metaToKeep{"program", "created", "repaired", "archives", "archive of"};

/// Makes the tables of a new capture. WAL is on afterwards.
[[nodiscard]] Result<> createSchema(Database &database, const CaptureFacts &facts);
/// Puts a connection that is going to write into the state that recording needs (WAL, when to sync and to checkpoint).
[[nodiscard]] Result<> prepareForWriting(Database &database);
/// Copies as much of the log into the file as can be without waiting for anyone. True: all of it, so that the next
/// transaction begins the log anew.
[[nodiscard]] bool copyLog(Database &database);
/// The last thing to do with a connection that has written: merges the log into the file and, where nobody else has it
/// open, leaves it as one plain file that can be read anywhere, also where nothing can be written beside it.
void finishDatabase(Database &database);
/// Brings into the file at @p path what a killed program has left beside it: its log is merged, and what its rollback journal says was half
/// done is taken back. Does nothing where there is neither, where nothing can be written, or where another program is at it.
void recoverFile(const QString &path);
/// "The capture ... is damaged: <what>."
[[nodiscard]] Error damagedCapture(const QString &path, const QString &what);
/// Are all tables there, and what does table meta say? Quick: reads small tables only. Errors: Damaged, Permission, Io.
[[nodiscard]] Result<CaptureFacts> checkSchema(Database &database);
/// Brings a file of an older version up to ours, step by step, in one transaction.
[[nodiscard]] Result<> convertSchema(Database &database, qint64 version);
/// Does the file at @p path begin as a capture of a version that we can read? Errors: NotFound, Permission, NotACapture,
/// NewerVersion. Gives its version.
[[nodiscard]] Result<qint64> checkFileHead(const QString &path);

} // namespace wsw::capture
