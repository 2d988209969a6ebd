#include "capture/reader.h"

#include "capture/archives.h"
#include "capture/committer.h"
#include "capture/compression.h"
#include "capture/schema.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace wsw::capture {

namespace {

/// Idle connections kept; more threads than this seldom read at once.
constexpr size_t idleReaders = 3;

/// There are file systems on which the identity of a file does not last.
constexpr int openingTries = 3;

bool canBeRead(Database &database)
{
    return database.number("SELECT count(*) FROM sqlite_schema").ok();
}

/// Can what failed like this succeed later? SQLite opens the log only when it reads: that may fail, too, for want of a descriptor.
bool isPassing(ErrorKind kind)
{
    return kind != ErrorKind::Damaged && kind != ErrorKind::NotACapture && kind != ErrorKind::Io;
}

/// It was being changed when a program was killed, and only who may write can take that back. As it stands it is neither old nor new.
Error halfWritten(const QString &path, const Error &cause)
{
    const QString name = QDir::toNativeSeparators(path);
    return {ErrorKind::Permission,
            QStringLiteral("\"%1\" was being changed when a program was cut off, and that cannot be taken back here: it may not be written to.").arg(name),
            QStringLiteral("Copy it, together with \"%1-journal\", to a folder that you may write to, and open it there.").arg(name), cause.message};
}

std::optional<FileIdentity> identityOf(const QString &path)
{
    struct stat file{};
    if (::stat(QFile::encodeName(path).constData(), &file) != 0)
        return std::nullopt;
    return FileIdentity{static_cast<quint64>(file.st_dev), static_cast<quint64>(file.st_ino)};
}

// Both statements end alike: the length when unpacked, the encoding, the data.
constexpr int bytesColumn = 2;
constexpr int encodingColumn = 3;
constexpr int dataColumn = 4;

/// What the row holds on which @p statement stands.
Unpacked unpack(const Statement &statement)
{
    return unpackRow(statement.number(encodingColumn), statement.number(bytesColumn), statement.bytes(dataColumn));
}

} // namespace

Result<Database> openForReading(const QString &path)
{
    auto database = Database::open(path, Database::Mode::Read);
    if (!database || canBeRead(database.value()))
        return database;
    const Error error = database->error(QStringLiteral("open"));
    if (error.kind == ErrorKind::Damaged) {
        database->tolerateTruncation();
        return database;
    }
    // Who has it now may change it: what is seen of it without a lock would be neither the one nor the other.
    if (error.kind == ErrorKind::InUse || QFileInfo(path + QStringLiteral("-wal")).size() > 0)
        return error;
    if (QFileInfo(path + QStringLiteral("-journal")).size() > 0)
        return error.kind == ErrorKind::Permission ? halfWritten(path, error) : error;
    // A file in WAL mode where no -shm can be made beside it: without a log there is nothing that could change.
    return openUntouched(path);
}

Result<Database> openUntouched(const QString &path)
{
    auto immutable = Database::open(path, Database::Mode::Immutable);
    if (immutable && !canBeRead(immutable.value()))
        immutable->tolerateTruncation();
    return immutable;
}

Error lostRecords(quint64 first, quint64 count, const QString &path, const QString &why)
{
    return {ErrorKind::Damaged,
            count == 1 ? QStringLiteral("Frame %1 of \"%2\" cannot be read: %3.")
                             .arg(first)
                             .arg(QDir::toNativeSeparators(path), why)
                       : QStringLiteral("Frames %1 to %2 of \"%3\" cannot be read: %4.")
                             .arg(first)
                             .arg(first + count - 1)
                             .arg(QDir::toNativeSeparators(path), why),
            QStringLiteral("All other frames can be; restore the file from a copy if there is one."), {}};
}

Result<Reader> Reader::open(const QString &path)
{
    auto database = openForReading(path);
    return database ? over(std::move(database).value()) : Result<Reader>(database.error());
}

Result<Reader> Reader::over(Database database)
{
    Reader reader(std::move(database));
    // The inner query finds the last piece that begins at or before the wanted place.
    auto block = Statement::prepare(reader.m_database,
                                    "SELECT count, checksum, bytes, encoding, data FROM block JOIN block_data USING(first) WHERE first = ?");
    auto chunks = Statement::prepare(
        reader.m_database,
        "SELECT offset, checksum, bytes, encoding, data FROM payload_chunk WHERE payload = ?1 AND offset >= coalesce((SELECT max(offset)"
        " FROM payload_chunk WHERE payload = ?1 AND offset <= ?2), 0) AND offset < ?3 ORDER BY offset");
    if (!block)
        return block.error();
    if (!chunks)
        return chunks.error();
    reader.m_block = std::move(block).value();
    reader.m_chunks = std::move(chunks).value();
    auto shapes = Statement::prepare(reader.m_database, "SELECT checksum, data FROM block_shapes WHERE first = ?");
    auto numbers = Statement::prepare(reader.m_database, "SELECT checksum, data FROM block_numbers WHERE first = ?");
    if (shapes && numbers) {
        reader.m_shapes = std::move(shapes).value();
        reader.m_numbers = std::move(numbers).value();
    }
    return reader;
}

Result<std::shared_ptr<const Block>> Reader::block(const DirectoryEntry &row)
{
    const auto lost = [&](const QString &why) { return lostRecords(row.first, row.count, m_database.path(), why); };
    if (row.lost)
        return lost(QStringLiteral("that part of the file is missing"));
    m_block.bind(1, static_cast<qint64>(row.first));
    const auto step = m_block.step();
    if (step != Statement::Step::Row) {
        const Error cause = m_database.error(QStringLiteral("read"));
        m_block.reset();
        if (step == Statement::Step::Failed && isPassing(cause.kind))
            return cause;
        return lost(step == Statement::Step::Done ? QStringLiteral("that part of the file is missing")
                                                  : QStringLiteral("that part of the file cannot be read"));
    }
    const auto count = static_cast<quint32>(m_block.number(0));
    const bool sound = count >= row.count && checksum(row.first, m_block.bytes(dataColumn)) == m_block.number(1);
    Unpacked unpacked = sound ? unpack(m_block) : Unpacked{};
    m_block.reset();
    if (!sound)
        return lost(QStringLiteral("the checksum of the block that holds them does not match"));
    std::shared_ptr<const Block> block;
    if (unpacked.bytes)
        block = Block::fromBytes(RecordId(row.first), count, std::move(unpacked.bytes), static_cast<quint32>(unpacked.size));
    if (!block)
        return lost(QStringLiteral("the block that holds them is damaged"));
    return block;
}

std::optional<BlockColumns> Reader::columns(const DirectoryEntry &row)
{
    if (!m_shapes || row.lost)
        return std::nullopt;
    auto columns = BlockColumns::unpack(RecordId(row.first), checked(*m_shapes, row.first));
    // The row may have grown since it was looked up, never shrunk.
    return columns && columns->count() >= row.count ? std::move(columns) : std::nullopt;
}

bool Reader::addNumbers(const DirectoryEntry &row, BlockColumns &columns)
{
    return m_numbers && columns.addNumbers(checked(*m_numbers, row.first));
}

QByteArray Reader::checked(Statement &statement, quint64 first)
{
    statement.bind(1, static_cast<qint64>(first));
    QByteArray data;
    if (statement.step() == Statement::Step::Row) {
        const QByteArrayView stored = statement.bytes(1);
        if (checksum(first, stored) == statement.number(0))
            data = stored.toByteArray();
    }
    statement.reset();
    return data;
}

Result<> Reader::chunks(wire::PayloadKey payload, quint64 from, quint64 to,
                        const std::function<void(quint64, QByteArrayView)> &take)
{
    m_chunks.bind(1, static_cast<qint64>(payload)).bind(2, static_cast<qint64>(from)).bind(3, static_cast<qint64>(to));
    Result<> result;
    Statement::Step step = m_chunks.step();
    for (std::optional<qint64> last; step == Statement::Step::Row && result; step = m_chunks.step()) {
        const auto offset = static_cast<quint64>(m_chunks.number(0));
        if (last && m_chunks.number(0) <= *last) {  // a tree that leads in a circle
            result = damagedCapture(m_database.path(), QStringLiteral("pieces of a payload are out of order"));
            break;
        }
        last = m_chunks.number(0);
        const bool sound = checksum(offset, m_chunks.bytes(dataColumn)) == m_chunks.number(1);
        const Unpacked piece = sound ? unpack(m_chunks) : Unpacked{};
        if (piece.bytes) {
            take(offset, QByteArrayView(reinterpret_cast<const char *>(piece.bytes.get()), piece.size));
            continue;
        }
        result = Error{ErrorKind::Damaged,
                       QStringLiteral("The bytes from %1 of a payload in \"%2\" cannot be read: %3.")
                           .arg(offset)
                           .arg(QDir::toNativeSeparators(m_database.path()),
                                sound ? QStringLiteral("they are damaged") : QStringLiteral("their checksum does not match")),
                       QStringLiteral("All other payloads can be; restore the file from a copy if there is one."), {}};
    }
    if (step == Statement::Step::Failed)
        result = m_database.error(QStringLiteral("read"));
    m_chunks.reset();
    return result;
}

ReaderPool::Lease::Lease(ReaderPool &pool, std::unique_ptr<Reader> reader, int generation, quint16 archive)
    : m_pool(&pool)
    , m_reader(std::move(reader))
    , m_generation(generation)
    , m_archive(archive)
{
}

ReaderPool::Lease::~Lease()
{
    if (!m_reader)
        return;
    Idle oldest;
    const std::lock_guard lock(m_pool->m_mutex);
    if (m_generation != m_pool->m_generation)
        return;
    m_pool->m_idle.push_back({std::move(m_reader), m_archive});
    if (m_pool->m_idle.size() > idleReaders) {
        oldest = std::move(m_pool->m_idle.front());
        m_pool->m_idle.erase(m_pool->m_idle.begin());
    }
}

Result<ReaderPool::Lease> ReaderPool::acquire(quint16 archive)
{
    for (int tries = 0;; ++tries) {
        QString path;
        int generation = 0;
        {
            const std::lock_guard lock(m_mutex);
            generation = m_generation;
            const auto idle = std::find_if(m_idle.rbegin(), m_idle.rend(), [archive](const Idle &one) { return one.archive == archive; });
            if (idle != m_idle.rend()) {
                Lease lease(*this, std::move(idle->reader), generation, archive);
                m_idle.erase(std::next(idle).base());
                return lease;
            }
            path = archive == 0 ? m_path : m_archives.value(archive - 1);
        }
        const auto before = identityOf(path);
        auto reader = Reader::open(path);
        if (!reader)
            return reader.error();
        const auto opened = identityOf(path);
        if (before != opened && tries < openingTries)   // exchanged just now
            continue;
        if (isKnown(archive, generation, opened))
            return Lease(*this, std::make_unique<Reader>(std::move(reader).value()), generation, archive);
        if (auto exchanged = m_exchanged(); !exchanged)
            return exchanged.error();
    }
}

bool ReaderPool::isKnown(quint16 archive, int generation, const std::optional<FileIdentity> &opened)
{
    const std::lock_guard lock(m_mutex);
    if (!opened || !m_exchanged || generation != m_generation)
        return true;
    return m_files.try_emplace(archive, *opened).first->second == *opened;
}

Result<std::shared_ptr<const Block>> ReaderPool::block(const DirectoryEntry &row)
{
    const auto missing = [&] { return missingArchive(row.first, row.end() - 1, path(), QFileInfo(archives().value(row.archive - 1)).fileName()); };
    if (row.archive != 0 && row.lost)
        return missing();
    auto reader = acquire(row.archive);
    if (reader)
        return (*reader)->block(row);
    return row.archive != 0 && !QFileInfo::exists(archives().value(row.archive - 1)) ? missing() : reader.error();
}

QString ReaderPool::path() const
{
    const std::lock_guard lock(m_mutex);
    return m_path;
}

void ReaderPool::setPath(const QString &path)
{
    std::vector<Idle> closing;
    const std::lock_guard lock(m_mutex);
    m_path = path;
    ++m_generation;
    m_files.clear();
    closing.swap(m_idle);
}

void ReaderPool::setArchive(quint16 number, const QString &path)
{
    const std::lock_guard lock(m_mutex);
    while (m_archives.size() < number)
        m_archives.append(QString());
    m_archives[number - 1] = path;
}

void ReaderPool::setArchives(const QStringList &paths)
{
    std::vector<Idle> closing;
    const std::lock_guard lock(m_mutex);
    m_archives = paths;
    ++m_generation;
    m_files.clear();
    closing.swap(m_idle);
}

QStringList ReaderPool::archives() const
{
    const std::lock_guard lock(m_mutex);
    return m_archives;
}

void ReaderPool::close()
{
    std::vector<Idle> closing;
    const std::lock_guard lock(m_mutex);
    ++m_generation;
    closing.swap(m_idle);
}

void ReaderPool::forgetFiles()
{
    const std::lock_guard lock(m_mutex);
    m_files.clear();
}

} // namespace wsw::capture
