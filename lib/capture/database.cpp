#include "capture/database.h"

#include "capture/compression.h"

#include <QDir>
#include <QFileInfo>
#include <QUrl>

#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <utility>

namespace wsw::capture {

namespace {

/// Another connection's commit or checkpoint takes far less; a reader in another program may take long.
constexpr int busyTimeoutMs = 5'000;

/// What a statement of ours can need at most, many times over; what a hostile file makes of it is cut off.
/// https://sqlite.org/security.html, "Untrusted SQLite database files".
constexpr std::array<std::pair<int, int>, 10> sqlLimits{{
    {SQLITE_LIMIT_LENGTH, 4 * largestRowBytes},     // the longest row of a capture is a block
    {SQLITE_LIMIT_SQL_LENGTH, 100'000},
    {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_EXPR_DEPTH, 20},
    {SQLITE_LIMIT_COMPOUND_SELECT, 5},
    {SQLITE_LIMIT_VDBE_OP, 25'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 8},
    {SQLITE_LIMIT_ATTACHED, 2},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
}};

/// Steps of SQLite's machine in which a schema like ours is read many times over. One whose tree leads in a circle never ends.
constexpr int schemaSteps = 1'000'000;

/// The same for one row of a table, or one answer, in turns of so many steps: some seconds.
constexpr int stepsInTurn = 100'000;
constexpr int mostTurns = 300;

ErrorKind kindOf(int code, int systemError)
{
    if (systemError == ENOSPC || systemError == EDQUOT)
        return ErrorKind::DiskFull;
    switch (code & 0xff) {
    case SQLITE_FULL: return ErrorKind::DiskFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorKind::InUse;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ErrorKind::Permission;
    case SQLITE_CANTOPEN: return systemError == ENOENT ? ErrorKind::NotFound : ErrorKind::Permission;
    case SQLITE_CORRUPT: return ErrorKind::Damaged;
    case SQLITE_NOTADB: return ErrorKind::NotACapture;
    default: return ErrorKind::Io;
    }
}

QString remedyFor(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::DiskFull:
        return QStringLiteral("Make room on the disk and try again, or save the capture to another disk.");
    case ErrorKind::InUse: return QStringLiteral("Close the other program that uses the file and try again.");
    case ErrorKind::Permission: return QStringLiteral("Choose a folder that you may write to.");
    case ErrorKind::NotFound: return QStringLiteral("Check the name and the folder.");
    case ErrorKind::Damaged: return QStringLiteral("Restore the file from a copy if there is one.");
    default: return QStringLiteral("Check the disk, or save the capture to another one.");
    }
}

} // namespace

Error sqliteError(int code, int systemError, const QString &doing, const QString &path, const QString &cause)
{
    // Only these two leave the system's error number; with others it is a stale one.
    const bool systemFailed = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
    const ErrorKind kind = kindOf(code, systemFailed ? systemError : 0);
    QString why = cause;
    if (kind == ErrorKind::DiskFull)
        why = QStringLiteral("there is no space left on the disk");
    else if (systemFailed && systemError != 0)
        why = QStringLiteral("%1 (%2)").arg(cause, qt_error_string(systemError));
    return {kind,
            QStringLiteral("Cannot %1 \"%2\": %3.").arg(doing, QDir::toNativeSeparators(path), why),
            remedyFor(kind),
            QStringLiteral("SQLite result %1").arg(code)};
}

void Database::Closer::operator()(sqlite3 *handle) const noexcept
{
    sqlite3_close_v2(handle);
}

Database::Database(sqlite3 *handle, QString path) : m_handle(handle), m_path(std::move(path)) {}

Result<Database> Database::open(const QString &path, Mode mode)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    QByteArray name = QFileInfo(path).absoluteFilePath().toUtf8();
    switch (mode) {
    case Mode::Create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    case Mode::Write: flags |= SQLITE_OPEN_READWRITE; break;
    case Mode::Read: flags |= SQLITE_OPEN_READONLY; break;
    case Mode::Immutable:
        flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
        name = "file:" + QUrl::toPercentEncoding(QString::fromUtf8(name), "/") + "?immutable=1";
        break;
    }
    sqlite3 *handle = nullptr;
    const int code = sqlite3_open_v2(name.constData(), &handle, flags, nullptr);
    Database database(handle, path);
    if (code != SQLITE_OK)
        return database.error(mode == Mode::Create ? QStringLiteral("make") : QStringLiteral("open"));
    sqlite3_busy_timeout(handle, busyTimeoutMs);
    // A capture may come from anyone: its schema is data, not code.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    for (const auto &[which, most] : sqlLimits)
        sqlite3_limit(handle, which, most);
    // Cells of a page are checked when it is read: as good as a quick check of what is looked at, which for a whole large file takes minutes.
    sqlite3_exec(handle, "PRAGMA cell_size_check = ON", nullptr, nullptr, nullptr);
    if (mode != Mode::Create && !database.readSchema()) {
        return Error{ErrorKind::Damaged, QStringLiteral("\"%1\" is damaged: its list of tables has no end.").arg(QDir::toNativeSeparators(path)),
                     QStringLiteral("Restore the file from a copy if there is one."), {}};
    }
    if (mode == Mode::Read || mode == Mode::Immutable)
        database.boundWork();
    return database;
}

void Database::boundWork() noexcept
{
    sqlite3_progress_handler(handle(), stepsInTurn, [](void *work) { return ++*static_cast<int *>(work) > mostTurns ? 1 : 0; }, m_work.get());
}

bool Database::readSchema() noexcept
{
    sqlite3_progress_handler(handle(), schemaSteps, [](void *) { return 1; }, nullptr);
    const int code = sqlite3_exec(handle(), "SELECT 1 FROM sqlite_schema LIMIT 1", nullptr, nullptr, nullptr);
    sqlite3_progress_handler(handle(), 0, nullptr, nullptr);
    // Everything else that is wrong is told by whoever reads.
    return (code & 0xff) != SQLITE_INTERRUPT;
}

Result<> Database::exec(const char *sql)
{
    *m_work = 0;
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return error(QStringLiteral("work with"));
    return {};
}

Result<qint64> Database::number(const char *sql, qint64 otherwise)
{
    auto statement = Statement::prepare(*this, sql);
    if (!statement)
        return statement.error();
    switch (statement->step()) {
    case Statement::Step::Row: return statement->number(0);
    case Statement::Step::Done: return otherwise;
    case Statement::Step::Failed: break;
    }
    return error(QStringLiteral("read"));
}

Error Database::error(const QString &doing) const
{
    if (!m_handle)
        return sqliteError(SQLITE_NOMEM, 0, doing, m_path, QStringLiteral("out of memory"));
    return sqliteError(sqlite3_extended_errcode(handle()), sqlite3_system_errno(handle()), doing, m_path,
                       QString::fromUtf8(sqlite3_errmsg(handle())));
}

void Database::rollback() noexcept
{
    if (sqlite3_get_autocommit(handle()) == 0)
        sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Database::tolerateTruncation() noexcept
{
    // SQLite compares the file's length with its head only while the schema is not writable; nothing is written here.
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    sqlite3_exec(handle(), "PRAGMA writable_schema = ON", nullptr, nullptr, nullptr);
}

void Statement::Finalizer::operator()(sqlite3_stmt *statement) const noexcept
{
    sqlite3_finalize(statement);
}

Result<Statement> Statement::prepare(Database &database, const char *sql)
{
    sqlite3_stmt *handle = nullptr;
    const int code = sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    Statement statement;
    statement.m_handle.reset(handle);
    statement.m_work = database.m_work.get();
    if (code != SQLITE_OK)
        return database.error(QStringLiteral("read"));
    return statement;
}

Statement &Statement::bind(int index, qint64 value) noexcept
{
    sqlite3_bind_int64(m_handle.get(), index, value);
    return *this;
}

Statement &Statement::bind(int index, const QString &text) noexcept
{
    const QByteArray utf8 = text.toUtf8();
    sqlite3_bind_text64(m_handle.get(), index, utf8.constData(), static_cast<sqlite3_uint64>(utf8.size()),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement &Statement::bind(int index, QByteArrayView blob) noexcept
{
    sqlite3_bind_blob64(m_handle.get(), index, blob.data(), static_cast<sqlite3_uint64>(blob.size()), SQLITE_STATIC);
    return *this;
}

Statement &Statement::bind(int index, const Statement &row, int column) noexcept
{
    sqlite3_bind_value(m_handle.get(), index, sqlite3_column_value(row.m_handle.get(), column));
    return *this;
}

Statement::Step Statement::step() noexcept
{
    *m_work = 0;
    switch (sqlite3_step(m_handle.get())) {
    case SQLITE_ROW: return Step::Row;
    case SQLITE_DONE: return Step::Done;
    default: return Step::Failed;
    }
}

void Statement::reset() noexcept
{
    sqlite3_reset(m_handle.get());
}

bool Statement::run() noexcept
{
    const Step last = step();
    reset();    // the connection keeps the error, if there was one
    return last != Step::Failed;
}

qint64 Statement::number(int column) const noexcept
{
    return sqlite3_column_int64(m_handle.get(), column);
}

QString Statement::text(int column) const
{
    const auto *utf8 = reinterpret_cast<const char *>(sqlite3_column_text(m_handle.get(), column));
    return QString::fromUtf8(utf8, sqlite3_column_bytes(m_handle.get(), column));
}

QByteArrayView Statement::bytes(int column) const noexcept
{
    const void *blob = sqlite3_column_blob(m_handle.get(), column);
    return QByteArrayView(static_cast<const char *>(blob), sqlite3_column_bytes(m_handle.get(), column));
}

} // namespace wsw::capture
