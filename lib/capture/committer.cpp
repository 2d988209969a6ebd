#include "capture/committer.h"

#include "base/clock.h"
#include "capture/blockcolumns.h"
#include "capture/schema.h"

#define XXH_INLINE_ALL
#include <sqlite3.h>
#include <xxhash.h>

#include <array>
#include <utility>

namespace wsw::capture {

quint32 checksum(quint64 number, QByteArrayView bytes) noexcept
{
    // Three times as fast as zlib's CRC-32, which took a third of the writer's time; 32 of its bits are as good as any other 32.
    return static_cast<quint32>(XXH3_64bits_withSeed(bytes.data(), static_cast<size_t>(bytes.size()), number));
}

Result<Committer> Committer::prepare(Database database)
{
    Committer committer(std::move(database));
    const std::array<std::pair<Statement *, const char *>, 5> wanted{{
        {&committer.m_block,
         "INSERT OR REPLACE INTO block(first, count, first_time, last_time, checksum, bytes) VALUES(?,?,?,?,?,?)"},
        {&committer.m_data, "INSERT OR REPLACE INTO block_data(first, encoding, data) VALUES(?,?,?)"},
        {&committer.m_shapes, "INSERT OR REPLACE INTO block_shapes(first, checksum, data) VALUES(?,?,?)"},
        {&committer.m_numbers, "INSERT OR REPLACE INTO block_numbers(first, checksum, data) VALUES(?,?,?)"},
        {&committer.m_chunk, "INSERT INTO payload_chunk(payload, offset, checksum, encoding, bytes, data) VALUES(?,?,?,?,?,?)"},
    }};
    for (const auto &[statement, sql] : wanted) {
        auto prepared = Statement::prepare(committer.m_database, sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(prepared).value();
    }
    auto facts = FactsWriter::prepare(committer.m_database);
    if (!facts)
        return facts.error();
    committer.m_facts = std::move(facts).value();
    committer.m_logPages = std::make_unique<int>(0);
    sqlite3_wal_hook(
        committer.m_database.handle(),
        [](void *pages, sqlite3 *, const char *, int inLog) {
            *static_cast<int *>(pages) = inLog;
            return SQLITE_OK;
        },
        committer.m_logPages.get());
    return committer;
}

Committer::Plan Committer::plan(const std::shared_ptr<LiveBlock> &live)
{
    Plan plan;
    plan.live = live;
    plan.sealed = live->sealed.load();  // before the extent: a sealed block's extent is final
    const Block &block = *live->block;
    const Block::Extent extent = block.extent();
    if (extent.count == live->committed)
        return plan;
    plan.hasRow = true;
    plan.from = live->rowOpen ? live->rowStart : live->committed;
    plan.to = extent.count;
    const uchar *end = block.at(0) + extent.bytes;
    plan.newBytes = end - block.at(live->committed);
    plan.row.first = block.first().value() + plan.from;
    plan.row.count = plan.to - plan.from;
    plan.row.bytes = static_cast<quint32>(end - block.at(plan.from));
    plan.row.firstTime = storedTime(block.at(plan.from));
    plan.row.lastTime = storedTime(block.at(plan.to - 1));
    return plan;
}

bool Committer::writeRow(const Plan &plan)
{
    const auto *data = reinterpret_cast<const char *>(plan.live->block->at(plan.from));
    const Compressed stored = m_blockCompressor.compress(QByteArrayView(data, static_cast<qsizetype>(plan.row.bytes)), m_haste);
    m_written += stored.bytes.size();
    const auto first = static_cast<qint64>(plan.row.first);
    m_block.bind(1, first).bind(2, qint64{plan.row.count}).bind(3, plan.row.firstTime).bind(4, plan.row.lastTime);
    m_block.bind(5, qint64{checksum(plan.row.first, stored.bytes)}).bind(6, qint64{plan.row.bytes});
    m_data.bind(1, first).bind(2, static_cast<qint64>(stored.encoding)).bind(3, stored.bytes);
    return m_block.run() && m_data.run() && writeColumns(plan);
}

bool Committer::writeColumns(const Plan &plan)
{
    if (plan.row.bytes < tailRowBytes && !plan.sealed && !m_everyRowIsFinal)
        return true;
    const BlockColumns::Packed columns = BlockColumns::pack(*plan.live->block, plan.from, plan.to);
    m_written += columns.shapes.size() + columns.numbers.size();
    const auto first = static_cast<qint64>(plan.row.first);
    m_shapes.bind(1, first).bind(2, qint64{checksum(plan.row.first, columns.shapes)}).bind(3, QByteArrayView(columns.shapes));
    m_numbers.bind(1, first).bind(2, qint64{checksum(plan.row.first, columns.numbers)}).bind(3, QByteArrayView(columns.numbers));
    return m_shapes.run() && m_numbers.run();
}

bool Committer::writeChunk(const PayloadChunk &chunk)
{
    const Compressed stored = m_chunkCompressor.compress(chunk.bytes, m_haste);
    m_written += stored.bytes.size();
    m_chunk.bind(1, static_cast<qint64>(chunk.payload)).bind(2, static_cast<qint64>(chunk.offset));
    m_chunk.bind(3, qint64{checksum(chunk.offset, stored.bytes)}).bind(4, static_cast<qint64>(stored.encoding));
    m_chunk.bind(5, qint64{chunk.bytes.size()}).bind(6, stored.bytes);
    return m_chunk.run();
}

Result<Committer::Done> Committer::commit(BlockIndex &index, PayloadQueue &payloads, Facts &facts)
{
    // First how far the blocks go, then the chunks: a record's chunks are queued before it is published, so none is missing.
    std::vector<Plan> plans;
    for (const auto &live : index.live())
        plans.push_back(plan(live));
    const std::vector<PayloadChunk> chunks = payloads.all();
    const Facts::Changes changes = facts.take();

    const auto failed = [&](const Error &error) {
        m_database.rollback();
        facts.putBack(changes);
        return error;
    };
    qint64 waiting = 0;
    for (const Plan &one : plans)
        waiting += one.newBytes;
    for (const PayloadChunk &chunk : chunks)
        waiting += chunk.bytes.size();
    m_haste = waiting > hasteBytes ? Haste::Yes : Haste::No;
    const MonotonicNs begin = monotonicNow();
    if (auto begun = m_database.exec("BEGIN IMMEDIATE"); !begun)
        return failed(m_database.error(QStringLiteral("write")));
    // Compressed here, each just before it is written: no lock is held that another thread of the program waits for.
    bool written = m_facts.write(m_database, changes);
    for (auto chunk = chunks.cbegin(); written && chunk != chunks.end(); ++chunk)
        written = writeChunk(*chunk);
    for (auto one = plans.cbegin(); written && one != plans.end(); ++one)
        written = !one->hasRow || writeRow(*one);
    if (!written || !m_database.exec("COMMIT"))
        return failed(m_database.error(QStringLiteral("write")));

    learnFrom(monotonicNow() - begin);

    Done done;
    std::vector<DirectoryEntry> rows;
    std::vector<std::shared_ptr<LiveBlock>> finished;
    for (const Plan &one : plans) {
        if (one.hasRow) {
            rows.push_back(one.row);
            one.live->committed = one.to;
            one.live->rowStart = one.from;
            one.live->rowOpen = one.row.bytes < tailRowBytes;
            done.lastRecord = one.row.end() - 1;
            done.bytes += one.newBytes;
        }
        if (one.sealed)
            finished.push_back(one.live);
    }
    for (const PayloadChunk &chunk : chunks)
        done.bytes += chunk.bytes.size();
    index.committed(rows);
    index.retire(finished);
    payloads.pop(chunks.size());
    return done;
}

void Committer::learnFrom(qint64 ns)
{
    const qint64 writing = ns - m_blockCompressor.takeSpent() - m_chunkCompressor.takeSpent();
    if (const qint64 written = std::exchange(m_written, 0); written >= Compressor::shortestTried) {
        // Each byte is written twice: now into the log, later, on another thread but the same cores, into the file.
        const double nsPerByte = 2 * static_cast<double>(writing) / static_cast<double>(written);
        m_blockCompressor.learnWriting(nsPerByte);
        m_chunkCompressor.learnWriting(nsPerByte);
    }
}

qint64 Committer::logBytes() const noexcept
{
    return qint64{*m_logPages} * pageBytes;
}

void Committer::finish()
{
    finishDatabase(m_database);
}

} // namespace wsw::capture
