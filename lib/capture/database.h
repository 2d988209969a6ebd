#pragma once

#include "base/result.h"

#include <QByteArrayView>
#include <QString>

#include <memory>
#include <span>

struct sqlite3;
struct sqlite3_stmt;

namespace wsw::capture {

/// One SQLite connection. Owned by one thread at a time. One that only reads gives up (Io) where a row takes more work than any row of a
/// capture: its file may have been made to have no end.
class Database final
{
public:
    enum class Mode {
        Create,     ///< the file must not exist
        Write,
        Read,
        Immutable,  ///< read a file in a place where nothing can be written; its log, if any, is ignored
    };

    [[nodiscard]] static Result<Database> open(const QString &path, Mode mode);
    Database(Database &&) noexcept = default;
    Database &operator=(Database &&) noexcept = default;

    [[nodiscard]] Result<> exec(const char *sql);
    /// The first column of the first row as a number; @p otherwise where there is none.
    [[nodiscard]] Result<qint64> number(const char *sql, qint64 otherwise = 0);
    /// The error that the last call left, told as a failure in "doing" something: "Cannot <doing> <file>: <cause>."
    [[nodiscard]] Error error(const QString &doing) const;
    [[nodiscard]] sqlite3 *handle() const noexcept { return m_handle.get(); }
    [[nodiscard]] QString path() const { return m_path; }
    /// Rolls back if a transaction is open (SQLite may have done so itself).
    void rollback() noexcept;
    /// Lets a file be read that is shorter than its head says, as far as it goes. For read-only connections.
    void tolerateTruncation() noexcept;

private:
    struct Closer
    {
        void operator()(sqlite3 *handle) const noexcept;
    };
    Database(sqlite3 *handle, QString path);
    /// Reads the schema for the first time; false where it does not come to an end.
    [[nodiscard]] bool readSchema() noexcept;

    /// From now on no row may take more than so much work.
    void boundWork() noexcept;

    friend class Statement;
    std::unique_ptr<int> m_work = std::make_unique<int>(0);     ///< turns of SQLite's machine for the row that is being read
    std::unique_ptr<sqlite3, Closer> m_handle;
    QString m_path;
};

/// A failure of SQLite (result code and system error number) in words for a person.
[[nodiscard]] Error sqliteError(int code, int systemError, const QString &doing, const QString &path, const QString &cause);

/// A prepared statement. bind() counts from 1, columns from 0, as SQLite does; views given to bind() and got from bytes()
/// are valid until the next reset() or step().
class Statement final
{
public:
    enum class Step { Row, Done, Failed };

    [[nodiscard]] static Result<Statement> prepare(Database &database, const char *sql);
    /// An empty one, to be assigned to.
    Statement() noexcept = default;

    Statement &bind(int index, qint64 value) noexcept;
    Statement &bind(int index, const QString &text) noexcept;
    Statement &bind(int index, QByteArrayView blob) noexcept;
    /// The value in column @p column of the row on which @p row stands, whatever it is.
    Statement &bind(int index, const Statement &row, int column) noexcept;
    [[nodiscard]] Step step() noexcept;
    /// Binds are kept; ready to be stepped again.
    void reset() noexcept;
    /// step() to the end and reset(): for statements that give no rows.
    [[nodiscard]] bool run() noexcept;

    [[nodiscard]] qint64 number(int column) const noexcept;
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] QByteArrayView bytes(int column) const noexcept;

private:
    struct Finalizer
    {
        void operator()(sqlite3_stmt *statement) const noexcept;
    };
    int *m_work = nullptr;      ///< of its connection
    std::unique_ptr<sqlite3_stmt, Finalizer> m_handle;
};

} // namespace wsw::capture
