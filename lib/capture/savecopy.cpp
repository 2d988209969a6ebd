#include "capture/savecopy.h"

#include "capture/archives.h"
#include "capture/automatic.h"
#include "capture/reader.h"
#include "capture/schema.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <sqlite3.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace wsw::capture {

namespace {

// Rows of the tables only ever come at the end, but for the last block, which may have been replaced by a longer one, and for
// connections, which are few.
constexpr const char *catchUpSql =
    "BEGIN;"
    "INSERT OR REPLACE INTO target.block SELECT * FROM main.block"
    " WHERE first >= (SELECT coalesce(max(first), 0) FROM target.block);"
    "INSERT OR REPLACE INTO target.block_data SELECT * FROM main.block_data"
    " WHERE first >= (SELECT coalesce(max(first), 0) FROM target.block_data);"
    "INSERT OR REPLACE INTO target.block_shapes SELECT * FROM main.block_shapes"
    " WHERE first >= (SELECT coalesce(max(first), 0) FROM target.block_shapes);"
    "INSERT OR REPLACE INTO target.block_numbers SELECT * FROM main.block_numbers"
    " WHERE first >= (SELECT coalesce(max(first), 0) FROM target.block_numbers);"
    "INSERT INTO target.payload_chunk SELECT * FROM main.payload_chunk"
    " WHERE id > (SELECT coalesce(max(id), 0) FROM target.payload_chunk);"
    "INSERT OR REPLACE INTO target.connection SELECT * FROM main.connection;"
    "INSERT INTO target.tcp_sample SELECT * FROM main.tcp_sample"
    " WHERE id > (SELECT coalesce(max(id), 0) FROM target.tcp_sample);"
    "DELETE FROM target.note WHERE record NOT IN (SELECT record FROM main.note);"
    "INSERT OR REPLACE INTO target.note SELECT * FROM main.note;"
    "COMMIT";

std::filesystem::path toPath(const QString &name)
{
    return std::filesystem::path(name.toStdU16String());
}

/// Copies what the capture at @p source holds at this moment to @p target, a new file. Others may go on writing to it meanwhile.
Result<> copyDatabase(const QString &source, const QString &target)
{
    auto from = openForReading(source);
    if (!from)
        return from.error();
    auto to = Database::open(target, Database::Mode::Create);
    if (!to)
        return to.error();
    // Nobody needs half a copy: no journal, and one sync at the end, with the change to table meta.
    if (auto done = to->exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"); !done)
        return done;
    sqlite3_backup *backup = sqlite3_backup_init(to->handle(), "main", from->handle(), "main");
    // In one step: a snapshot of the log, so that what is written meanwhile does not begin it anew.
    if (backup != nullptr)
        sqlite3_backup_step(backup, -1);
    if (backup == nullptr || sqlite3_backup_finish(backup) != SQLITE_OK)
        return to->error(QStringLiteral("write"));
    return to->exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                    "UPDATE meta SET value = 0 WHERE key = 'automatic'");
}

} // namespace

SaveCopy::SaveCopy(QString target)
    : m_target(std::move(target))
    , m_temporary(QStringLiteral("%1.saving-%2").arg(m_target).arg(QCoreApplication::applicationPid()))
{
    removeCapture(m_temporary);
    removeLeftOver(m_target, QStringLiteral(".saving-"));
}

SaveCopy::~SaveCopy()
{
    if (m_placed)
        return;
    removeCapture(m_temporary);
    for (const QString &archive : std::as_const(m_archives))
        removeCapture(archive);
}

Error SaveCopy::failed(const Error &cause) const
{
    Error error = cause;
    error.message.replace(QDir::toNativeSeparators(m_temporary), QDir::toNativeSeparators(m_target));
    return error;
}

Result<> SaveCopy::copyFrom(const QString &source)
{
    const auto copied = copyDatabase(source, m_temporary);
    return copied ? Result<>() : Result<>(failed(copied.error()));
}

Result<QStringList> SaveCopy::bringArchives(const QString &source)
{
    auto copy = Database::open(m_temporary, Database::Mode::Write);
    if (!copy)
        return failed(copy.error());
    QList<Archive> archives = readArchives(copy.value());
    const QStringList places = archivePaths(archives, source);
    // Those that are away are named all the same: they may come back.
    QList<Archive> away;
    for (qsizetype i = 0; i < archives.size(); ++i) {
        if (!QFileInfo::exists(places.at(i)))
            away.append(archives.at(i));
    }
    for (qsizetype i = 0; i < archives.size(); ++i) {
        const QString &from = places.at(i);
        if (!QFileInfo::exists(from))
            continue;
        const QString to = freeArchivePath(m_target, away);
        recoverFile(from);
        m_archives.append(to);
        if (auto copied = copyDatabase(from, to); !copied) {
            Error error = copied.error();
            error.message = QStringLiteral("The archive \"%1\" cannot be copied to \"%2\": %3")
                                .arg(QDir::toNativeSeparators(from), QDir::toNativeSeparators(to), error.message);
            return error;
        }
        archives[i].file = QFileInfo(to).fileName();
        // The copy names those before it by their new names.
        auto archive = Database::open(to, Database::Mode::Write);
        if (!archive)
            return archive.error();
        if (auto done = writeArchives(archive.value(), archives.first(i)); !done)
            return done.error();
    }
    if (archives.isEmpty())
        return QStringList();
    if (auto done = writeArchives(copy.value(), archives); !done)
        return failed(done.error());
    return archivePaths(archives, m_target);
}

Result<> SaveCopy::catchUp(Database &source)
{
    auto attach = Statement::prepare(source, "ATTACH ? AS target");
    if (!attach)
        return attach.error();
    if (!attach->bind(1, m_temporary).run())
        return failed(source.error(QStringLiteral("write")));
    auto done = source.exec(catchUpSql);
    if (!done) {
        done = failed(source.error(QStringLiteral("write")));
        source.rollback();
    }
    if (auto detached = source.exec("DETACH target"); !detached && done)
        return detached;
    return done;
}

Result<> SaveCopy::makeReadyForRecording()
{
    auto copy = Database::open(m_temporary, Database::Mode::Write);
    if (!copy)
        return failed(copy.error());
    if (auto done = prepareForWriting(copy.value()); !done)
        return failed(done.error());
    return {};
}

Result<> SaveCopy::putInPlace()
{
    // A log of the file that is being replaced would be taken for one of ours.
    for (const char *suffix : {"-wal", "-shm", "-journal"})
        QFile::remove(m_target + QLatin1String(suffix));
    std::error_code error;
    std::filesystem::rename(toPath(m_temporary), toPath(m_target), error);
    if (error) {
        return Error{ErrorKind::Io,
                     QStringLiteral("Cannot write \"%1\": %2.")
                         .arg(QDir::toNativeSeparators(m_target), QString::fromStdString(error.message())),
                     QStringLiteral("Choose another name or folder."), {}};
    }
    m_placed = true;
    return {};
}

} // namespace wsw::capture
