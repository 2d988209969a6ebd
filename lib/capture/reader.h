#pragma once

#include "capture/blockcolumns.h"
#include "capture/blockindex.h"
#include "capture/database.h"

#include <QByteArray>
#include <QStringList>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace wsw::capture {

/// A connection for reading: also where nothing can be written, and of a file that is cut off, as far as it goes.
[[nodiscard]] Result<Database> openForReading(const QString &path);
/// The same without looking at a log and without making any file beside it.
[[nodiscard]] Result<Database> openUntouched(const QString &path);

/// One read-only connection with its statements. One thread at a time.
class Reader final
{
public:
    [[nodiscard]] static Result<Reader> open(const QString &path);
    /// Reads through @p database. Errors: its tables are not as they must be.
    [[nodiscard]] static Result<Reader> over(Database database);

    /// While one lives the reader sees one state of the file, that of its first question, and does not look each time whether there is
    /// another. The log cannot be begun anew meanwhile: not for long.
    class Snapshot final
    {
    public:
        explicit Snapshot(Reader &reader) : m_database(reader.m_database) { m_begun = m_database.exec("BEGIN").ok(); }
        Snapshot(const Snapshot &) = delete;
        Snapshot &operator=(const Snapshot &) = delete;
        ~Snapshot()
        {
            if (m_begun)
                m_database.rollback(); // nothing was written
        }

    private:
        Database &m_database;
        bool m_begun = false;
    };

    /// The records that @p row tells of (or more, if the row has grown meanwhile). Errors: Damaged, and others where it
    /// may be read later.
    [[nodiscard]] Result<std::shared_ptr<const Block>> block(const DirectoryEntry &row);
    /// The shapes of the records that @p row tells of; nothing where the file has none of them, or damaged ones: the block tells all.
    [[nodiscard]] std::optional<BlockColumns> columns(const DirectoryEntry &row);
    /// Adds the numbers to @p columns, which columns() has given for @p row; false where there are none.
    [[nodiscard]] bool addNumbers(const DirectoryEntry &row, BlockColumns &columns);
    /// Calls @p take with the pieces of @p payload that touch [from, to), in order; each piece's offset and bytes.
    [[nodiscard]] Result<> chunks(wire::PayloadKey payload, quint64 from, quint64 to,
                                  const std::function<void(quint64, QByteArrayView)> &take);
    [[nodiscard]] Database &database() noexcept { return m_database; }

private:
    explicit Reader(Database database) : m_database(std::move(database)) {}

    /// The data in column 1 of the row on which @p statement comes to stand, where column 0 is their checksum.
    [[nodiscard]] static QByteArray checked(Statement &statement, quint64 first);

    Database m_database;
    Statement m_block;
    Statement m_chunks;
    std::optional<Statement> m_shapes;      ///< nothing where the file has no such table
    std::optional<Statement> m_numbers;
};

/// Which file it is, whatever its name.
struct FileIdentity
{
    quint64 device = 0;
    quint64 number = 0;
    [[nodiscard]] friend bool operator==(const FileIdentity &, const FileIdentity &) = default;
};

/// Connections for reading, one a thread that reads, used again. Any thread.
class ReaderPool final
{
public:
    /// To be called where a name leads to another file than it did: what was known of rows holds no longer. close() makes that file the known
    /// one; where it gives an error, that goes to who wanted to read. On the thread that reads, without a lock. Before anything is acquired.
    void setExchangedHandler(std::function<Result<>()> handler) { m_exchanged = std::move(handler); }

    /// A connection on loan; goes back when this is destroyed.
    class Lease final
    {
    public:
        Lease(ReaderPool &pool, std::unique_ptr<Reader> reader, int generation, quint16 archive);
        Lease(Lease &&) noexcept = default;
        Lease &operator=(Lease &&) = delete;
        ~Lease();
        Reader *operator->() const noexcept { return m_reader.get(); }
        Reader &operator*() const noexcept { return *m_reader; }

    private:
        ReaderPool *m_pool;
        std::unique_ptr<Reader> m_reader;
        int m_generation;
        quint16 m_archive;
    };

    /// A connection to the capture itself, or to one of its archives (from 1).
    [[nodiscard]] Result<Lease> acquire(quint16 archive = 0);
    /// The block of @p row, wherever it lies; see Reader::block().
    [[nodiscard]] Result<std::shared_ptr<const Block>> block(const DirectoryEntry &row);
    [[nodiscard]] QString path() const;
    /// Where archive @p number (from 1) lies.
    void setArchive(quint16 number, const QString &path);
    void setArchives(const QStringList &paths);
    [[nodiscard]] QStringList archives() const;
    /// From now on readers open @p path; connections that wait are closed, those on loan when they come back.
    void setPath(const QString &path);
    /// Closes the connections that wait.
    void close();
    /// Whichever files are opened from now on are those that are known: their rows have just been read.
    void forgetFiles();

private:
    /// Is the file that was opened as @p archive, while the pool was of @p generation, the one that it always was?
    [[nodiscard]] bool isKnown(quint16 archive, int generation, const std::optional<FileIdentity> &opened);

    std::function<Result<>()> m_exchanged;
    mutable std::mutex m_mutex;
    QString m_path;
    QStringList m_archives;
    int m_generation = 0;
    std::map<quint16, FileIdentity> m_files;    ///< that have been read
    /// A connection that waits to be used again.
    struct Idle
    {
        std::unique_ptr<Reader> reader;
        quint16 archive;
    };
    std::vector<Idle> m_idle;
};

/// Which records a damaged block has taken with it, in words.
[[nodiscard]] Error lostRecords(quint64 first, quint64 count, const QString &path, const QString &why);

} // namespace wsw::capture
