#include "capture/schema.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>

namespace wsw::capture {

namespace {

// block and block_data are two tables so that the directory of a large capture is a few pages, read at once.
constexpr const char *tablesSql =
    "CREATE TABLE meta(key TEXT PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE block(first INTEGER PRIMARY KEY NOT NULL, count INTEGER NOT NULL, first_time INTEGER NOT NULL,"
    " last_time INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes INTEGER NOT NULL);"
    "CREATE TABLE block_data(first INTEGER PRIMARY KEY NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE payload_chunk(id INTEGER PRIMARY KEY NOT NULL, payload INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE UNIQUE INDEX payload_chunk_place ON payload_chunk(payload, offset);"
    "CREATE TABLE connection(id INTEGER PRIMARY KEY NOT NULL, local_role TEXT NOT NULL, endpoint TEXT NOT NULL,"
    " name TEXT NOT NULL, url TEXT NOT NULL, local_address TEXT NOT NULL, peer_address TEXT NOT NULL,"
    " subprotocol TEXT NOT NULL, extensions TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL,"
    " close_text TEXT NOT NULL, tls TEXT NOT NULL, phases TEXT NOT NULL);"
    "CREATE TABLE tcp_sample(id INTEGER PRIMARY KEY NOT NULL, connection INTEGER NOT NULL, time INTEGER NOT NULL,"
    " rtt INTEGER NOT NULL, rtt_var INTEGER NOT NULL, retransmits INTEGER NOT NULL);";

constexpr std::array tables{"meta", "block", "block_data", "payload_chunk", "connection", "tcp_sample"};

using Converter = const char *;
/// converters[n] makes version n + 2 of version n + 1.
constexpr std::array<Converter, schemaVersion - 1> converters{};

Error notACapture(const QString &path, const QString &what)
{
    return {ErrorKind::NotACapture,
            QStringLiteral("\"%1\" is no capture: %2.").arg(QDir::toNativeSeparators(path), what),
            QStringLiteral("Choose a file that was saved by this program (its name ends in .wscapture)."), {}};
}

Error damaged(const Database &database, const QString &what)
{
    return {ErrorKind::Damaged,
            QStringLiteral("The capture \"%1\" is damaged: %2.").arg(QDir::toNativeSeparators(database.path()), what),
            QStringLiteral("Restore the file from a copy if there is one."), {}};
}

Result<> putMeta(Database &database, const CaptureFacts &facts)
{
    auto insert = Statement::prepare(database, "INSERT INTO meta(key, value) VALUES(?, ?)");
    if (!insert)
        return insert.error();
    const bool done = insert->bind(1, QStringLiteral("clock_monotonic")).bind(2, facts.clock.monotonic).run()
        && insert->bind(1, QStringLiteral("clock_wall")).bind(2, facts.clock.wall).run()
        && insert->bind(1, QStringLiteral("automatic")).bind(2, qint64{facts.automatic}).run()
        && insert->bind(1, QStringLiteral("program"))
               .bind(2, QStringLiteral("WebSocket Workbench " WSW_VERSION))
               .run()
        && insert->bind(1, QStringLiteral("created"))
               .bind(2, QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs))
               .run();
    if (!done)
        return database.error(QStringLiteral("write"));
    return {};
}

Result<> checkTables(Database &database)
{
    auto find = Statement::prepare(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?");
    if (!find)
        return damaged(database, QStringLiteral("its list of tables cannot be read"));
    for (const char *table : tables) {
        find->bind(1, QString::fromLatin1(table));
        if (find->step() != Statement::Step::Row || find->number(0) != 1)
            return damaged(database, QStringLiteral("table %1 is missing").arg(QLatin1String(table)));
        find->reset();
    }
    return {};
}

} // namespace

Result<> createSchema(Database &database, const CaptureFacts &facts)
{
    const QByteArray head = QByteArrayLiteral("PRAGMA page_size = ") + QByteArray::number(pageBytes)
        + "; PRAGMA application_id = " + QByteArray::number(applicationId)
        + "; PRAGMA user_version = " + QByteArray::number(schemaVersion) + ';';
    if (auto done = database.exec(head.constData()); !done)
        return done;
    if (auto done = prepareForWriting(database); !done)
        return done;
    if (auto done = database.exec("BEGIN IMMEDIATE"); !done)
        return done;
    if (auto done = database.exec(tablesSql); !done)
        return done;
    if (auto done = putMeta(database, facts); !done)
        return done;
    return database.exec("COMMIT");
}

Result<> prepareForWriting(Database &database)
{
    // NORMAL: a commit is in the kernel's hands at once (kill -9 loses nothing) and the file stays sound over a power
    // cut, for checkpoints sync. FULL would sync at each commit, which costs more than all the rest together.
    return database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
                         "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000");
}

Result<CaptureFacts> checkSchema(Database &database)
{
    const auto application = database.number("PRAGMA application_id");
    if (!application)
        return application.error();
    if (*application != applicationId)
        return notACapture(database.path(), QStringLiteral("it is an SQLite database of another program"));
    const auto version = database.number("PRAGMA user_version");
    if (!version)
        return version.error();
    if (*version > schemaVersion) {
        return Error{ErrorKind::NewerVersion,
                     QStringLiteral("The capture \"%1\" was written by a newer version of this program (format %2; this "
                                    "one reads up to %3).")
                         .arg(QDir::toNativeSeparators(database.path()))
                         .arg(*version)
                         .arg(schemaVersion),
                     QStringLiteral("Open it with that version."), {}};
    }
    if (*version < 1)
        return damaged(database, QStringLiteral("its format version is %1").arg(*version));
    if (auto complete = checkTables(database); !complete)
        return complete.error();

    const auto meta = [&](const char *sql) { return database.number(sql).ok() ? *database.number(sql) : 0; };
    CaptureFacts facts;
    facts.clock.monotonic = meta("SELECT value FROM meta WHERE key = 'clock_monotonic'");
    facts.clock.wall = meta("SELECT value FROM meta WHERE key = 'clock_wall'");
    facts.automatic = meta("SELECT value FROM meta WHERE key = 'automatic'") != 0;
    return facts;
}

Result<> convertSchema(Database &database)
{
    const auto version = database.number("PRAGMA user_version");
    if (!version)
        return version.error();
    if (*version >= schemaVersion)
        return {};
    if (auto done = database.exec("BEGIN IMMEDIATE"); !done)
        return done;
    for (auto step = static_cast<size_t>(*version - 1); step < converters.size(); ++step) {
        if (auto done = database.exec(converters[step]); !done) {
            database.rollback();
            return done;
        }
    }
    const QByteArray now = QByteArrayLiteral("PRAGMA user_version = ") + QByteArray::number(schemaVersion) + "; COMMIT";
    return database.exec(now.constData());
}

Result<> checkFileHead(const QString &path)
{
    const QString name = QDir::toNativeSeparators(path);
    if (!QFileInfo::exists(path)) {
        return Error{ErrorKind::NotFound, QStringLiteral("There is no file \"%1\".").arg(name),
                     QStringLiteral("Check the name and the folder."), {}};
    }
    if (QFileInfo(path).isDir())
        return notACapture(path, QStringLiteral("it is a folder"));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::Permission, QStringLiteral("Cannot open \"%1\": %2.").arg(name, file.errorString()),
                     QStringLiteral("Ask the file's owner for permission to read it."), {}};
    }
    const QByteArray head = file.read(16);
    if (head.isEmpty())
        return notACapture(path, QStringLiteral("it is empty"));
    if (head != QByteArray("SQLite format 3\0", 16))
        return notACapture(path, QStringLiteral("it does not begin as an SQLite database does"));
    return {};
}

} // namespace wsw::capture
