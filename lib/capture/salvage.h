#pragma once

#include "capture/block.h"
#include "capture/database.h"
#include "capture/pagescan.h"
#include "capture/payloadqueue.h"

#include <map>
#include <vector>

namespace wsw::capture {

/// What can be found of a capture in the pages of its file, whatever has become of its tables: blocks and pieces of payloads, each checked
/// before it is given out, and what was known of connections. One thread.
class Salvage final
{
public:
    /// A block that was found.
    struct Found
    {
        std::shared_ptr<const Block> block;
        bool checked = false;   ///< its checksum was found as well, and matches; otherwise it only holds together
    };

    explicit Salvage(PageScan scan) : m_scan(std::move(scan)) {}
    /// Looks through the whole file; false where @p progress, which is kept, has stopped it. Before anything else.
    [[nodiscard]] bool look(const Progress &progress);

    /// The numbers of first records of blocks from @p from on and before @p to, ascending.
    [[nodiscard]] std::vector<quint64> firsts(quint64 from, quint64 to) const;
    /// The longest sound version of the block that begins with record @p first; nothing where there is none.
    [[nodiscard]] std::optional<Found> block(quint64 first);
    /// Of the block that begins with record @p first something was found: how many records it is said to have had; 0: nobody says.
    [[nodiscard]] quint32 countOf(quint64 first);
    /// Calls @p take with each sound piece of @p payload that begins at an offset that @p wanted agrees to; in no order, and some twice.
    void pieces(wire::PayloadKey payload, const std::function<bool(quint64)> &wanted, const std::function<void(quint64, QByteArray)> &take);
    /// Rows of table connection, the number first, as many columns as there were.
    [[nodiscard]] std::vector<QList<PageScan::Value>> connections();
    /// Adds to the capture @p to those that it does not have.
    [[nodiscard]] Result<> addConnections(Database &to);
    /// A number from table meta.
    [[nodiscard]] std::optional<qint64> metaNumber(QByteArrayView key);
    /// All texts from table meta under @p key: what is there, and what was there before.
    [[nodiscard]] QList<QByteArray> metaTexts(QByteArrayView key);
    /// What the user has noted, by number of the record, UTF-8.
    [[nodiscard]] std::map<qint64, QByteArray> notes();
    /// Adds to the capture @p to those that it does not have.
    [[nodiscard]] Result<> addNotes(Database &to);
    /// The progress that look() was given has stopped it meanwhile: what is given out may lack something.
    [[nodiscard]] bool isStopped() const noexcept { return !m_goesOn; }
    /// Does anything look as if it came from a capture?
    [[nodiscard]] bool isEmpty() const noexcept { return m_data.empty() && m_connections.empty(); }

private:
    void take(const PageScan::Row &row);
    void sortPieces();
    [[nodiscard]] bool goesOn(quint64 done, quint64 total) { return m_goesOn = m_goesOn && (!m_progress || m_progress(done, total)); }

    PageScan m_scan;
    std::multimap<quint64, PageScan::Place> m_data;     ///< of table block_data, by first record
    std::multimap<quint64, PageScan::Place> m_rows;     ///< what may be of table block
    std::vector<PageScan::Place> m_pieces;              ///< of table payload_chunk, until they are sorted
    std::map<wire::PayloadKey, std::vector<PageScan::Place>> m_ofPayload;
    std::map<qint64, PageScan::Place> m_connections;
    std::map<qint64, PageScan::Place> m_notes;
    std::vector<PageScan::Place> m_meta;
    Progress m_progress;
    bool m_goesOn = true;
};

} // namespace wsw::capture
