#include "capture/rewriter.h"

#include "base/limits.h"
#include "capture/tablecopy.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace wsw::capture {

namespace {

/// Below what the committer takes for haste, so that every row is compressed which gets shorter by it.
constexpr qint64 commitBytes = Committer::hasteBytes / 2;

/// What add() and takeMeta() fill; every other table is copied row by row.
constexpr std::array ownTables{"meta", "block", "block_data", "block_shapes", "block_numbers", "payload_chunk"};

bool isOwn(const QString &table)
{
    return std::any_of(ownTables.begin(), ownTables.end(), [&table](const char *own) { return table == QLatin1String(own); });
}

/// What is written along with each block has rows already.
bool isFilled(Database &database, const QString &table)
{
    const auto some = database.number(QStringLiteral("SELECT EXISTS (SELECT 1 FROM \"%1\")").arg(table).toUtf8().constData(), 1);
    return !some || *some != 0;
}

} // namespace

Result<std::unique_ptr<Rewriter>> Rewriter::begin(const QString &target, const CaptureFacts &facts)
{
    std::unique_ptr<Rewriter> rewriter(new Rewriter(target));
    if (auto opened = rewriter->openFile(facts); !opened)
        return rewriter->failed(opened.error());
    return rewriter;
}

Rewriter::~Rewriter()
{
    m_committer.reset();
}

Result<> Rewriter::openFile(const CaptureFacts &facts)
{
    auto database = Database::open(path(), Database::Mode::Create);
    if (!database)
        return database.error();
    if (auto made = createSchema(database.value(), facts); !made)
        return made;
    // Nobody needs half a file: no journal, and one sync at the end.
    if (auto done = database->exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"); !done)
        return done;
    auto committer = Committer::prepare(std::move(database).value());
    if (!committer)
        return committer.error();
    m_committer.emplace(std::move(committer).value());
    m_committer->everyRowIsFinal();
    return {};
}

Result<> Rewriter::add(const Block &block, quint32 from)
{
    Q_ASSERT(block.first().value() + from >= m_next);
    const quint32 count = block.extent().count;
    for (quint32 i = from; i < count; ++i) {
        const uchar *at = block.at(i);
        const auto size = static_cast<qsizetype>(block.at(i + 1) - at);
        const quint64 number = block.first().value() + i;
        if (!m_block || number != m_next || !m_block->fits(size)) {
            m_block = m_index.openBlock(RecordId(number), std::max(size, limits::blockBytes));
            // Only now: all blocks but this empty one are sealed, and none becomes two rows.
            if (m_waiting >= commitBytes) {
                if (auto done = commit(); !done)
                    return done;
            }
        }
        std::memcpy(m_block->tail(), at, static_cast<size_t>(size));
        m_block->publish(static_cast<quint32>(size));
        m_next = number + 1;
        m_waiting += size;
        ++m_records;
    }
    return {};
}

Result<> Rewriter::add(PayloadChunk chunk)
{
    m_waiting += chunk.bytes.size();
    ++m_pieces;
    m_chunks.push(std::move(chunk));
    if (m_waiting < commitBytes)
        return {};
    m_block.reset();    // the open block becomes a row here, and the next record begins another
    return commit();
}

QList<Rewriter::Unread> Rewriter::addTables(Database &source)
{
    const auto tables = tablesOf(database());
    if (!tables)
        return {{{}, failed(tables.error())}};
    QList<Unread> wrong;
    for (const QString &table : *tables) {
        if (isOwn(table) || isFilled(database(), table))
            continue;
        if (auto begun = database().exec("BEGIN IMMEDIATE"); !begun)
            return {{table, failed(begun.error())}};
        const auto copied = copyTable(source, database(), table);
        if (copied)
            m_copied.insert(table, *copied);
        else
            wrong.append({table, failed(copied.error())});
        if (auto done = database().exec("COMMIT"); !done) {
            database().rollback();
            return {{table, failed(done.error())}};
        }
    }
    return wrong;
}

Result<> Rewriter::takeMeta(Database &source, const char *key)
{
    auto find = Statement::prepare(source, "SELECT value FROM meta WHERE key = ?");
    if (!find)
        return find.error();
    find->bind(1, QString::fromLatin1(key));
    if (find->step() != Statement::Step::Row)
        return {};
    auto put = Statement::prepare(database(), "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)");
    if (!put || !put->bind(1, QString::fromLatin1(key)).bind(2, find.value(), 0).run())
        return failed(database().error(QStringLiteral("write")));
    return {};
}

Result<> Rewriter::setMeta(const QString &key, const QString &value)
{
    auto put = Statement::prepare(database(), "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)");
    if (!put || !put->bind(1, key).bind(2, value).run())
        return failed(database().error(QStringLiteral("write")));
    return {};
}

Result<> Rewriter::commit()
{
    m_waiting = 0;
    const auto done = m_committer->commit(m_index, m_chunks, m_facts);
    return done ? Result<>() : Result<>(failed(done.error()));
}

Result<> Rewriter::finish()
{
    if (auto done = commit(); !done)
        return done;
    // The last transaction is the one that syncs.
    auto synced = database().exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                                  "UPDATE meta SET value = value WHERE key = 'automatic'");
    const Result<> result = synced ? Result<>() : Result<>(failed(synced.error()));
    m_block.reset();
    m_committer.reset();
    return result;
}

} // namespace wsw::capture
