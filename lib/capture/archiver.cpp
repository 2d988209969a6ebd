#include "capture/archiver.h"

#include "capture/automatic.h"
#include "capture/schema.h"
#include "capture/tablecopy.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

namespace wsw::capture {

namespace {

/// How often it is looked whether the capture is over its limit, while something is recorded.
constexpr std::chrono::milliseconds lookInterval{100};
/// What has failed is tried again after so long where nothing more is stored meanwhile.
constexpr std::chrono::seconds retryInterval{5};
/// When it is over, it is brought down to so many hundredths, so that there is some time until the next archiving.
constexpr qint64 reduceTo = 75;
/// Pieces of payloads taken away in one transaction: 32 MiB at most.
constexpr int piecesAtOnce = 128;

/// What SQL calls a table out of our own schema.
QByteArray quoted(const QString &table)
{
    return '"' + table.toUtf8() + '"';
}

/// Tables with rows for each block, filed under the number of its first record.
Result<QStringList> tablesByBlock(Database &database)
{
    auto tables = tablesOf(database);
    if (!tables)
        return tables;
    QStringList found;
    auto has = Statement::prepare(database, "SELECT count(*) FROM pragma_table_info(?) WHERE name = 'first'");
    if (!has)
        return has.error();
    for (const QString &table : *tables) {
        if (has->bind(1, table).step() != Statement::Step::Row)
            return database.error(QStringLiteral("read"));
        if (has->number(0) != 0)
            found.append(table);
        has->reset();
    }
    return found;
}

qint64 bytesUsed(Database &database)
{
    const auto pages = database.number("PRAGMA page_count");
    const auto free = database.number("PRAGMA freelist_count");
    const auto page = database.number("PRAGMA page_size");
    return pages && free && page ? (*pages - *free) * *page : 0;
}

Result<> ran(Database &database, Result<Statement> &&statement, const std::function<void(Statement &)> &bind)
{
    if (!statement)
        return statement.error();
    bind(statement.value());
    return statement->run() ? Result<>() : Result<>(database.error(QStringLiteral("write")));
}

} // namespace

Archiver::Archiver(ReaderPool &readers, BlockIndex &index, Pipeline &pipeline, std::mutex &saving, Events events)
    : m_readers(readers)
    , m_index(index)
    , m_pipeline(pipeline)
    , m_saving(saving)
    , m_events(std::move(events))
    , m_thread(&Archiver::run, this)
{
}

Archiver::~Archiver()
{
    stop();
}

void Archiver::setLimit(qint64 bytes)
{
    {
        const std::lock_guard lock(m_mutex);
        m_limit.store(bytes <= 0 ? 0 : std::max(bytes, leastLimit));
        m_seen = -1;
    }
    m_wake.notify_one();
}

void Archiver::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

void Archiver::run()
{
    std::unique_lock lock(m_mutex);
    for (bool stopping = false; !stopping;) {
        if (!m_stop && m_limit.load() == 0)
            m_wake.wait(lock);
        else if (!m_stop)
            m_wake.wait_for(lock, lookInterval);
        stopping = m_stop;
        lock.unlock();
        look();
        lock.lock();
    }
}

void Archiver::look()
{
    if (m_limit.load() == 0)
        return;
    // Nobody is kept from saving: it is looked again soon.
    const std::unique_lock saving(m_saving, std::try_to_lock);
    if (!saving)
        return;
    const qint64 stored = m_pipeline.bytesOut.load();
    {
        const std::lock_guard lock(m_mutex);
        const bool isLeft = m_failed || !m_leftBehind.empty();
        const bool isDue = isLeft && (m_stop || std::chrono::steady_clock::now() >= m_retryAt);
        if (std::exchange(m_seen, stored) == stored && !isDue)
            return;
    }
    const Result<> done = reduce();
    m_retryAt = std::chrono::steady_clock::now() + retryInterval;
    if (!done && !std::exchange(m_failed, true))
        m_events.failed(done.error());
    else if (done)
        m_failed = false;
}

Result<> Archiver::reduce()
{
    auto database = Database::open(m_readers.path(), Database::Mode::Write);
    if (!database)
        return database.error();
    // The writer decides when the log is copied.
    if (auto prepared = prepareForWriting(database.value()); !prepared)
        return prepared;
    const qint64 limit = m_limit.load();
    const qint64 target = limit / 100 * reduceTo;
    Result<> tidied = removeLeftBehind(database.value());
    if (!tidied && tidied.error().kind == ErrorKind::InUse)
        return {}; // not now: some is left for the next look
    if (bytesUsed(database.value()) <= limit)
        return tidied;
    for (qint64 used = bytesUsed(database.value()); used > target;) {
        if (auto moved = moveSome(database.value(), used - target); !moved)
            return moved;
        if (auto more = removeLeftBehind(database.value()); !more) {
            if (more.error().kind == ErrorKind::InUse)
                break;
            tidied = more;
        }
        const qint64 now = bytesUsed(database.value());
        if (now >= used)    // all that is left is still being written
            break;
        used = now;
    }
    return tidied;
}

Result<Archiver::Load> Archiver::choose(Database &database, qint64 bytes)
{
    // A row that is not whole yet will be replaced; the last one stays, so that the capture knows how far it goes.
    const auto live = m_index.live();
    const quint64 bound = live.empty() ? std::numeric_limits<qint64>::max() : live.front()->block->first().value();
    auto rows = Statement::prepare(database, "SELECT first, count, bytes, first_time, last_time, length(data) FROM block JOIN block_data USING(first)"
                                             " WHERE first + count <= ?1 AND first < (SELECT max(first) FROM block) ORDER BY first");
    if (!rows)
        return rows.error();
    rows->bind(1, static_cast<qint64>(bound));
    auto reader = m_readers.acquire();
    if (!reader)
        return reader.error();
    Load load;
    std::set<wire::PayloadKey> payloads;
    std::set<ConnectionId> connections;
    // Nor more than so that an archive stays about as large as the capture may be.
    const qint64 enough = std::min({bytes, stepBytes, m_limit.load() / 4});
    for (qint64 taken = 0; taken < enough && rows->step() == Statement::Step::Row;) {
        const DirectoryEntry row{static_cast<quint64>(rows->number(0)), static_cast<quint32>(rows->number(1)), static_cast<quint32>(rows->number(2)),
                                 rows->number(3), rows->number(4)};
        if (load.first == 0) {
            load.first = row.first;
            load.firstTime = row.firstTime;
        }
        load.last = row.end() - 1;
        load.lastTime = row.lastTime;
        taken += rows->number(5);
        // A damaged block goes as it is; what belongs to it is not known and stays.
        const auto block = (*reader)->block(row);
        if (!block && block.error().kind != ErrorKind::Damaged)
            return block.error();
        for (quint32 i = 0; block && i < row.count; ++i) {
            const RecordHeader header = (*block)->view(i).header;
            connections.insert(header.connection);
            if (header.flags.testFlag(wire::RecordFlag::Chunked))
                taken += payloads.insert(header.payloadKey).second ? static_cast<qint64>(header.payloadStored) : 0;
            if (header.flags.testFlag(wire::RecordFlag::InflatedChunked) && header.inflatedStored > 0)
                taken += payloads.insert(header.inflatedKey).second ? static_cast<qint64>(header.inflatedStored) : 0;
        }
    }
    load.payloads.assign(payloads.begin(), payloads.end());
    load.connections.assign(connections.begin(), connections.end());
    return load;
}

Result<> Archiver::moveSome(Database &database, qint64 bytes)
{
    const auto load = choose(database, bytes);
    if (!load)
        return load.error();
    if (load->first == 0)
        return {};
    const QString path = m_readers.path();
    QList<Archive> archives = readArchives(database);
    const auto place = [&] { return QFileInfo(path).absoluteDir().filePath(archives.last().file); };
    const bool isFull = !archives.isEmpty() && QFileInfo(place()).size() >= m_limit.load() && archives.size() < mostArchives;
    if (archives.isEmpty() || !QFileInfo::exists(place()) || isFull) {
        if (!archives.isEmpty() && archives.last().last < archives.last().first)
            archives.removeLast();  // nothing has ever come to be there
        archives.append({QFileInfo(freeArchivePath(path, archives)).fileName(), load->first, load->first - 1, 0});
    }
    // First said, then done: whoever finds records in both files, after a kill in between, can tell why.
    archives.last().moving = load->last;
    if (auto said = writeArchives(database, archives); !said)
        return said;
    if (auto copied = copy(database, *load, place(), archives.first(archives.size() - 1)); !copied) {
        // None of them has come to be there. Where not even this can be said, the next attempt says it anew.
        archives.last().moving = 0;
        (void)writeArchives(database, archives).ok();
        return copied;
    }
    archives.last().last = load->last;
    archives.last().moving = 0;
    m_readers.setArchive(static_cast<quint16>(archives.size()), place());
    m_index.beginChange();
    const auto removed = remove(database, *load, archives);
    if (removed)
        m_index.archive(load->last, static_cast<quint16>(archives.size()));
    m_index.endChange();
    if (!removed)
        return removed;
    m_leftBehind.insert(m_leftBehind.end(), load->payloads.begin(), load->payloads.end());
    m_events.moved(place(), load->first, load->last);
    return {};
}

/// What nobody looks for any more goes bit by bit. The records have been moved in any case. InUse: some is left for the next look; another error:
/// what cannot be taken away stays.
Result<> Archiver::removeLeftBehind(Database &database)
{
    while (!m_leftBehind.empty()) {
        const auto gone = ran(database, Statement::prepare(database, "DELETE FROM payload_chunk WHERE id IN (SELECT id FROM payload_chunk WHERE payload = ? LIMIT ?)"),
                              [&](Statement &statement) { statement.bind(1, static_cast<qint64>(m_leftBehind.back())).bind(2, qint64{piecesAtOnce}); });
        const auto pieces = gone ? database.number("SELECT changes()") : Result<qint64>(gone.error());
        if (!pieces) {
            if (pieces.error().kind != ErrorKind::InUse)
                m_leftBehind.pop_back();
            return pieces.error();
        }
        if (*pieces < piecesAtOnce)
            m_leftBehind.pop_back();
    }
    return {};
}

Result<> Archiver::make(Database &database, const QString &archive, const QList<Archive> &before)
{
    const auto facts = checkSchema(database);
    if (!facts)
        return facts.error();
    auto made = Database::open(archive, Database::Mode::Create);
    if (!made)
        return made.error();
    if (auto done = createSchema(made.value(), {facts->clock, false}); !done)
        return done;
    if (auto done = writeArchives(made.value(), before); !done)
        return done;
    if (auto done = ran(made.value(), Statement::prepare(made.value(), "INSERT INTO meta(key, value) VALUES('archive of', ?)"),
                        [this](Statement &statement) { statement.bind(1, QFileInfo(m_readers.path()).fileName()); });
        !done)
        return done;
    return made->exec("PRAGMA journal_mode = DELETE");
}

Result<> Archiver::copy(Database &database, const Load &load, const QString &archive, const QList<Archive> &before)
{
    if (!QFileInfo::exists(archive)) {
        if (auto made = make(database, archive, before); !made) {
            removeCapture(archive);
            return made;
        }
    }
    const auto tables = tablesByBlock(database);
    if (!tables)
        return tables.error();
    if (auto attached = ran(database, Statement::prepare(database, "ATTACH ? AS archive"), [&](Statement &statement) { statement.bind(1, archive); }); !attached)
        return attached;
    const Result<> copied = [&]() -> Result<> {
        if (auto begun = database.exec("PRAGMA archive.synchronous = FULL; BEGIN"); !begun)
            return begun;
        for (const QString &table : *tables) {
            // An earlier attempt may have copied more than this one is about to take away here.
            const QByteArray clear = "DELETE FROM archive." + quoted(table) + " WHERE first >= ?";
            if (auto done = ran(database, Statement::prepare(database, clear.constData()),
                                [&](Statement &statement) { statement.bind(1, static_cast<qint64>(load.first)); });
                !done)
                return done;
            const QByteArray sql = "INSERT OR REPLACE INTO archive." + quoted(table) + " SELECT * FROM main." + quoted(table) + " WHERE first BETWEEN ? AND ?";
            if (auto done = ran(database, Statement::prepare(database, sql.constData()), [&](Statement &statement) {
                    statement.bind(1, static_cast<qint64>(load.first)).bind(2, static_cast<qint64>(load.last));
                });
                !done)
                return done;
        }
        for (const wire::PayloadKey payload : load.payloads) {
            if (auto done = ran(database, Statement::prepare(database, "INSERT OR REPLACE INTO archive.payload_chunk(payload, offset, checksum, encoding, bytes, data)"
                                                                       " SELECT payload, offset, checksum, encoding, bytes, data FROM main.payload_chunk WHERE payload = ?"),
                                [&](Statement &statement) { statement.bind(1, static_cast<qint64>(payload)); });
                !done)
                return done;
        }
        if (auto done = copyFacts(database, load); !done)
            return done;
        return database.exec("COMMIT");
    }();
    if (!copied)
        database.rollback();
    const Result<> detached = database.exec("DETACH archive");
    return copied ? detached : copied;
}

/// What is known of a connection goes along with each of its records that goes, and stays here as well.
Result<> Archiver::copyFacts(Database &database, const Load &load)
{
    for (const ConnectionId connection : load.connections) {
        auto done = ran(database, Statement::prepare(database, "INSERT OR REPLACE INTO archive.connection SELECT * FROM main.connection WHERE id = ?"),
                        [&](Statement &statement) { statement.bind(1, qint64{connection.value()}); });
        if (!done)
            return done;
        done = ran(database, Statement::prepare(database, "INSERT OR IGNORE INTO archive.tcp_sample SELECT * FROM main.tcp_sample"
                                                          " WHERE connection = ? AND time BETWEEN ? AND ?"),
                   [&](Statement &statement) { statement.bind(1, qint64{connection.value()}).bind(2, load.firstTime).bind(3, load.lastTime); });
        if (!done)
            return done;
    }
    return {};
}

Result<> Archiver::remove(Database &database, const Load &load, const QList<Archive> &archives)
{
    const auto tables = tablesByBlock(database);
    if (!tables)
        return tables.error();
    const Result<> removed = [&]() -> Result<> {
        if (auto begun = database.exec("BEGIN IMMEDIATE"); !begun)
            return begun;
        if (auto said = writeArchives(database, archives); !said)
            return said;
        for (const QString &table : *tables) {
            const QByteArray sql = "DELETE FROM main." + quoted(table) + " WHERE first BETWEEN ? AND ?";
            if (auto done = ran(database, Statement::prepare(database, sql.constData()), [&](Statement &statement) {
                    statement.bind(1, static_cast<qint64>(load.first)).bind(2, static_cast<qint64>(load.last));
                });
                !done)
                return done;
        }
        return database.exec("COMMIT");
    }();
    if (!removed)
        database.rollback();
    return removed;
}

} // namespace wsw::capture
