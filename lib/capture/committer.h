#pragma once

#include "capture/blockindex.h"
#include "capture/compression.h"
#include "capture/payloadqueue.h"
#include "capture/facts.h"

namespace wsw::capture {

/// Puts all that waits into the file, in one transaction. Writer thread only.
class Committer final
{
public:
    /// A row shorter than this is replaced by a longer one at the next commit; a longer one is left alone. So slow traffic
    /// makes neither a row a frame nor much rewriting.
    static constexpr quint32 tailRowBytes = 32 * 1024;
    static_assert(tailRowBytes <= Compressor::shortestTried, "a row that is going to be replaced is not compressed");

    /// With more than this waiting at once the writer is behind the relays.
    static constexpr qint64 hasteBytes = 2 * 1024 * 1024;

    struct Done
    {
        quint64 lastRecord = 0;     ///< the highest number in the file; 0: none in this transaction
        qint64 bytes = 0;           ///< of records and chunks that have become stored
    };

    [[nodiscard]] static Result<Committer> prepare(Database database);

    /// All or nothing: on an error everything still waits where it was.
    [[nodiscard]] Result<Done> commit(BlockIndex &index, PayloadQueue &chunks, Facts &facts);
    [[nodiscard]] Database &database() noexcept { return m_database; }
    /// Length of the write-ahead log: what has been written since it was last begun anew.
    [[nodiscard]] qint64 logBytes() const noexcept;
    /// Every row that is written stays as it is: all of them are tried to be compressed (see Compressor::tryEveryRow()) and have their columns.
    void everyRowIsFinal() noexcept
    {
        m_everyRowIsFinal = true;
        m_blockCompressor.tryEveryRow();
        m_chunkCompressor.tryEveryRow();
    }
    /// See finishDatabase().
    void finish();

private:
    /// What one live block adds to the file.
    struct Plan
    {
        std::shared_ptr<LiveBlock> live;
        bool sealed = false;
        bool hasRow = false;
        quint32 from = 0;           ///< index of the row's first record
        quint32 to = 0;             ///< index past its last one
        qint64 newBytes = 0;
        DirectoryEntry row;
    };

    explicit Committer(Database database) : m_database(std::move(database)) {}
    [[nodiscard]] static Plan plan(const std::shared_ptr<LiveBlock> &live);
    [[nodiscard]] bool writeRow(const Plan &plan);
    /// BlockColumns of a row that will not be replaced any more.
    [[nodiscard]] bool writeColumns(const Plan &plan);
    [[nodiscard]] bool writeChunk(const PayloadChunk &chunk);
    /// Tells the compressors what writing costs, after a transaction that took @p ns.
    void learnFrom(qint64 ns);

    Database m_database;
    Statement m_block;
    Statement m_data;
    Statement m_shapes;
    Statement m_numbers;
    Statement m_chunk;
    FactsWriter m_facts;
    Compressor m_blockCompressor;
    Compressor m_chunkCompressor;
    Haste m_haste = Haste::No;
    bool m_everyRowIsFinal = false;
    qint64 m_written = 0;               ///< bytes of rows in this transaction, as stored
    std::unique_ptr<int> m_logPages;    ///< set by SQLite at each commit
};

/// The checksum in tables block and payload_chunk: the low half of XXH3 (64 bits) of @p bytes as they are stored, seeded with the
/// number under which they are filed, so that a row that has strayed is found as well.
[[nodiscard]] quint32 checksum(quint64 number, QByteArrayView bytes) noexcept;

} // namespace wsw::capture
