#include "capture/schema.h"

#include "base/bytes.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <sqlite3.h>

#include <array>
#include <optional>

namespace wsw::capture {

namespace {

// block and block_data are two tables so that the directory of a large capture is a few pages, read at once. Column bytes
// is the length of the data when unpacked (see compression.h). block_shapes and block_numbers are BlockColumns, not in every file: whoever
// lacks them reads the blocks.
constexpr const char *tablesSql =
    "CREATE TABLE meta(key TEXT PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE block(first INTEGER PRIMARY KEY NOT NULL, count INTEGER NOT NULL, first_time INTEGER NOT NULL,"
    " last_time INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes INTEGER NOT NULL);"
    "CREATE TABLE block_data(first INTEGER PRIMARY KEY NOT NULL, encoding INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE block_shapes(first INTEGER PRIMARY KEY NOT NULL, checksum INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE block_numbers(first INTEGER PRIMARY KEY NOT NULL, checksum INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE payload_chunk(id INTEGER PRIMARY KEY NOT NULL, payload INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL, encoding INTEGER NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE UNIQUE INDEX payload_chunk_place ON payload_chunk(payload, offset);"
    "CREATE TABLE connection(id INTEGER PRIMARY KEY NOT NULL, local_role TEXT NOT NULL, endpoint TEXT NOT NULL,"
    " name TEXT NOT NULL, url TEXT NOT NULL, local_address TEXT NOT NULL, peer_address TEXT NOT NULL,"
    " subprotocol TEXT NOT NULL, extensions TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL,"
    " close_text TEXT NOT NULL, tls TEXT NOT NULL, phases TEXT NOT NULL,"
    " endpoint_id INTEGER NOT NULL DEFAULT 0, endpoint_kind TEXT NOT NULL DEFAULT '');"   // the last two: not in every file
    "CREATE TABLE tcp_sample(id INTEGER PRIMARY KEY NOT NULL, connection INTEGER NOT NULL, time INTEGER NOT NULL,"
    " rtt INTEGER NOT NULL, rtt_var INTEGER NOT NULL, retransmits INTEGER NOT NULL);";

// The head of an SQLite file, https://sqlite.org/fileformat.html 1.3.
constexpr qsizetype headBytes = 100;
constexpr qsizetype logModeOffset = 18;
constexpr char logMode = 2;
constexpr qsizetype versionOffset = 60;
constexpr qsizetype applicationIdOffset = 68;

/// By what a table is kept in order. Whoever reads it relies on that: what has to be sorted first, or looked for in all of it, may have no end.
struct Key
{
    const char *table;
    const char *column;     ///< with its type
    int indexes;            ///< that belong to the key: none where it is the number of the row
    bool isOptional = false;
};

constexpr std::array keys{Key{"meta", "key TEXT", 1},
                          Key{"block", "first INTEGER", 0},
                          Key{"block_data", "first INTEGER", 0},
                          Key{"payload_chunk", "id INTEGER", 0},
                          Key{"connection", "id INTEGER", 0},
                          Key{"tcp_sample", "id INTEGER", 0},
                          Key{"block_shapes", "first INTEGER", 0, true},
                          Key{"block_numbers", "first INTEGER", 0, true},
                          Key{"note", "record INTEGER", 0, true}};

using Converter = const char *;
/// converters[n] makes version n + 2 of version n + 1.
constexpr std::array<Converter, schemaVersion - 1> converters{
    "",     // the tables are the same, and a record without inflated bytes is what it was
};

/// Does its head say that it has a log? Without one, whoever reads makes an empty one, which others must then mind.
bool isInLogMode(const QString &path)
{
    QFile file(path);
    const QByteArray head = file.open(QIODevice::ReadOnly) ? file.read(headBytes) : QByteArray();
    return head.size() == headBytes && head[logModeOffset] == logMode;
}

Error notACapture(const QString &path, const QString &what)
{
    return {ErrorKind::NotACapture,
            QStringLiteral("\"%1\" is no capture: %2.").arg(QDir::toNativeSeparators(path), what),
            QStringLiteral("Choose a file that was saved by this program (its name ends in .wscapture)."), {}};
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

/// What @p sql answers of @p table; nothing where the list of tables cannot be read.
std::optional<QString> ask(Database &database, const char *sql, const char *table)
{
    auto question = Statement::prepare(database, sql);
    if (!question || question->bind(1, QString::fromLatin1(table)).step() != Statement::Step::Row)
        return std::nullopt;
    return question->text(0);
}

/// Is it one of ours? A virtual table, or a column that is calculated, would be somebody else's program. Asked one by one: see
/// SQLITE_LIMIT_EXPR_DEPTH.
bool isAsItMustBe(Database &database, const Key &key)
{
    return ask(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = ?", key.table) == QLatin1String("1")
        && ask(database, "SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden != 0", key.table) == QLatin1String("0")
        && ask(database, "SELECT group_concat(name || ' ' || upper(type)) FROM pragma_table_xinfo(?) WHERE pk != 0", key.table) == QLatin1String(key.column)
        && ask(database, "SELECT count(*) FROM pragma_index_list(?) WHERE origin = 'pk'", key.table) == QString::number(key.indexes);
}

Result<> checkTables(Database &database)
{
    for (const Key &key : keys) {
        const auto named = ask(database, "SELECT count(*) FROM sqlite_schema WHERE name = ? COLLATE NOCASE", key.table);
        if (!named)
            return damagedCapture(database.path(), QStringLiteral("its list of tables cannot be read"));
        const bool isAbsent = key.isOptional && *named == QLatin1String("0");
        if (!isAbsent && !isAsItMustBe(database, key))
            return damagedCapture(database.path(), QStringLiteral("table %1 is missing or not as it must be").arg(QLatin1String(key.table)));
    }
    return {};
}

} // namespace

Result<> createSchema(Database &database, const CaptureFacts &facts)
{
    // Without WAL and without syncing as yet: nothing is lost if this fails, and the file itself has its tables from the
    // start, so that a copy without its log is a capture too.
    const QByteArray sql = QByteArrayLiteral("PRAGMA page_size = ") + QByteArray::number(pageBytes)
        + "; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN IMMEDIATE; PRAGMA application_id = "
        + QByteArray::number(applicationId) + "; PRAGMA user_version = " + QByteArray::number(schemaVersion) + ';'
        + tablesSql + noteTableSql + ';';
    if (auto done = database.exec(sql.constData()); !done)
        return done;
    if (auto done = putMeta(database, facts); !done)
        return done;
    if (auto done = database.exec("COMMIT"); !done)
        return done;
    return prepareForWriting(database);
}

Result<> prepareForWriting(Database &database)
{
    // NORMAL: a commit is in the kernel's hands at once (kill -9 loses nothing) and the file stays sound over a power
    // cut, for checkpoints sync. FULL would sync at each commit, which costs more than all the rest together.
    return database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
                         "PRAGMA secure_delete = OFF; PRAGMA cache_size = -2000");
}

bool copyLog(Database &database)
{
    // A connection that has read nothing yet does not know that there is a log, and would copy nothing.
    if (!database.number("SELECT count(*) FROM sqlite_schema"))
        return false;
    int inLog = -1;
    int copied = -1;
    const int code = sqlite3_wal_checkpoint_v2(database.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &inLog, &copied);
    return code == SQLITE_OK && inLog >= 0 && inLog == copied;
}

void finishDatabase(Database &database)
{
    sqlite3_busy_timeout(database.handle(), 0);
    (void)copyLog(database);
    // Statements that are merely prepared do not hinder this; a reader in another program does, and then WAL stays on.
    sqlite3_exec(database.handle(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
}

void recoverFile(const QString &path)
{
    const bool hasJournal = QFileInfo::exists(path + QStringLiteral("-journal"));
    if ((!hasJournal && !QFileInfo::exists(path + QStringLiteral("-wal")) && !isInLogMode(path)) || !QFileInfo(path).isWritable())
        return;
    // Opening it for writing and reading once rolls back. If another program is recording there, it keeps its log. A failure shows when reading.
    if (auto database = Database::open(path, Database::Mode::Write))
        finishDatabase(database.value());
}

Error damagedCapture(const QString &path, const QString &what)
{
    return {ErrorKind::Damaged,
            QStringLiteral("The capture \"%1\" is damaged: %2.").arg(QDir::toNativeSeparators(path), what),
            QStringLiteral("Repair it (File, Repair, or \"wsw repair\"), or restore the file from a copy if there is one."), {}};
}

Result<CaptureFacts> checkSchema(Database &database)
{
    if (auto complete = checkTables(database); !complete)
        return complete.error();
    CaptureFacts facts;
    const std::array<std::pair<const char *, qint64 *>, 2> numbers{{
        {"SELECT value FROM meta WHERE key = 'clock_monotonic'", &facts.clock.monotonic},
        {"SELECT value FROM meta WHERE key = 'clock_wall'", &facts.clock.wall},
    }};
    for (const auto &[sql, number] : numbers) {
        const auto value = database.number(sql);
        if (!value)
            return damagedCapture(database.path(), QStringLiteral("when it was made cannot be read"));
        *number = *value;
    }
    const auto automatic = database.number("SELECT value FROM meta WHERE key = 'automatic'");
    facts.automatic = automatic.ok() && *automatic != 0;
    return facts;
}

Result<> convertSchema(Database &database, qint64 version)
{
    if (auto done = database.exec("BEGIN IMMEDIATE"); !done)
        return done;
    for (auto step = static_cast<size_t>(version - 1); step < converters.size(); ++step) {
        if (auto done = database.exec(converters[step]); !done) {
            database.rollback();
            return done;
        }
    }
    const QByteArray now = QByteArrayLiteral("PRAGMA user_version = ") + QByteArray::number(schemaVersion) + "; COMMIT";
    return database.exec(now.constData());
}

Result<qint64> checkFileHead(const QString &path)
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
    const QByteArray head = file.read(headBytes);
    if (head.isEmpty())
        return notACapture(path, QStringLiteral("it is empty"));
    if (!head.startsWith(QByteArray("SQLite format 3\0", 16)) || head.size() < headBytes) {
        Error error = notACapture(path, QStringLiteral("it does not begin as one does"));
        if (path.endsWith(QLatin1String(".wscapture"), Qt::CaseInsensitive) && file.size() > pageBytes)
            error.remedy = QStringLiteral("If it was one, repair it (File, Repair, or \"wsw repair\"): what is left of it is found without its beginning.");
        return error;
    }
    const auto *at = reinterpret_cast<const uchar *>(head.constData());
    if (readBigEndian<quint32>(at + applicationIdOffset) != applicationId)
        return notACapture(path, QStringLiteral("it is an SQLite database of another program"));
    const auto version = readBigEndian<quint32>(at + versionOffset);
    if (version > schemaVersion) {
        return Error{ErrorKind::NewerVersion,
                     QStringLiteral("The capture \"%1\" was written by a newer version of this program (format %2; this "
                                    "one reads up to %3).")
                         .arg(name)
                         .arg(version)
                         .arg(schemaVersion),
                     QStringLiteral("Open it with that version."), {}};
    }
    if (version < 1)
        return notACapture(path, QStringLiteral("its format version is 0"));
    return qint64{version};
}

} // namespace wsw::capture
