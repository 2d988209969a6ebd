#include "capture/salvage.h"

#include "capture/committer.h"
#include "capture/compression.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace wsw::capture {

namespace {

using Type = PageScan::Type;
using Value = PageScan::Value;

// The columns of the tables, see schema.cpp; the rowid stands in a column as null.
constexpr std::array blockTypes{Type::Null, Type::Integer, Type::Integer, Type::Integer, Type::Integer, Type::Integer};
constexpr std::array dataTypes{Type::Null, Type::Integer, Type::Blob};
constexpr std::array pieceTypes{Type::Null, Type::Integer, Type::Integer, Type::Integer, Type::Integer, Type::Integer, Type::Blob};
constexpr std::array metaTypes{Type::Text, Type::Integer};
constexpr std::array metaTextTypes{Type::Text, Type::Text};
constexpr std::array noteTypes{Type::Null, Type::Text};
constexpr std::array connectionTypes{Type::Null, Type::Text, Type::Text, Type::Text, Type::Text, Type::Text, Type::Text, Type::Text,
                                     Type::Text, Type::Integer, Type::Integer, Type::Text, Type::Text, Type::Text};

/// So many rows of one number are looked at: a row is written anew a few times at most, and each of one table is compared with each of another.
constexpr size_t mostVersions = 64;
/// Pieces whose rows are read between two looks at whether it is to go on.
constexpr size_t piecesPerLook = 64;

/// A number of a record can be shown as a row of a table.
constexpr qint64 highestNumber = std::numeric_limits<int>::max();

qint64 number(const Value &value)
{
    const auto *integer = std::get_if<qint64>(&value);
    return integer != nullptr ? *integer : 0;
}

QByteArrayView bytes(const Value &value)
{
    const auto *blob = std::get_if<QByteArray>(&value);
    return blob != nullptr ? QByteArrayView(*blob) : QByteArrayView();
}

bool isPlausible(qint64 count, qint64 bytes)
{
    return count > 0 && bytes <= largestRowBytes && count <= bytes / storedHeaderBytes;
}

/// How many whole records stand in @p unpacked one behind the other; 0 where they do not end with it.
quint32 recordsIn(const Unpacked &unpacked)
{
    const auto size = static_cast<quint64>(unpacked.size);
    quint32 count = 0;
    for (quint64 at = 0; at < size; ++count) {
        const quint32 record = recordFits(unpacked.bytes.get() + at, size - at);
        if (record == 0)
            return 0;
        at += record;
    }
    return count;
}

} // namespace

bool Salvage::look(const Progress &progress)
{
    m_progress = progress;
    return m_goesOn = m_scan.scan([this](const PageScan::Row &row) { take(row); }, progress);
}

void Salvage::sortPieces()
{
    const std::vector<PageScan::Place> places = std::exchange(m_pieces, {});
    for (size_t i = 0; i < places.size(); ++i) {
        if (i % piecesPerLook == 0 && !goesOn(i, places.size()))
            return;
        const PageScan::Place &place = places[i];
        if (const auto values = m_scan.values(place))
            m_ofPayload[static_cast<wire::PayloadKey>(number(values->at(1)))].push_back(place);
    }
}

void Salvage::take(const PageScan::Row &row)
{
    const auto is = [&row](const auto &types) { return std::equal(row.types.begin(), row.types.end(), types.begin(), types.end()); };
    const bool isNumber = row.number > 0 && row.number <= highestNumber;
    const auto add = [&row](auto &rows) {
        if (const auto number = static_cast<quint64>(row.number); rows.count(number) < mostVersions)
            rows.emplace(number, row.place);
    };
    if (isNumber && is(dataTypes))
        add(m_data);
    else if (isNumber && is(blockTypes))
        add(m_rows);
    else if (is(pieceTypes))
        m_pieces.push_back(row.place);
    else if (isNumber && row.types.size() >= connectionTypes.size()
             && std::equal(connectionTypes.begin(), connectionTypes.end(), row.types.begin()))
        m_connections.insert_or_assign(row.number, row.place);
    else if (isNumber && is(noteTypes))
        m_notes.insert_or_assign(row.number, row.place);
    else if (is(metaTypes) || is(metaTextTypes))
        m_meta.push_back(row.place);
}

std::vector<quint64> Salvage::firsts(quint64 from, quint64 to) const
{
    std::vector<quint64> found;
    for (auto it = m_data.lower_bound(from); it != m_data.end() && it->first < to; it = m_data.upper_bound(it->first))
        found.push_back(it->first);
    return found;
}

std::optional<Salvage::Found> Salvage::block(quint64 first)
{
    struct Said
    {
        qint64 count;
        qint64 checksum;
        qint64 bytes;
    };
    std::vector<Said> said;
    for (auto [it, end] = m_rows.equal_range(first); it != end; ++it) {
        // Samples of TCP look the same, but hardly say what could be true of a block.
        if (const auto row = m_scan.values(it->second); row && isPlausible(number(row->at(1)), number(row->at(5))))
            said.push_back({number(row->at(1)), number(row->at(4)), number(row->at(5))});
    }
    std::optional<Found> best;
    const auto consider = [&](Unpacked unpacked, qint64 count, bool checked) {
        if (!unpacked.bytes || count <= 0 || count > unpacked.size / storedHeaderBytes)
            return;
        auto block = Block::fromBytes(RecordId(first), static_cast<quint32>(count), std::move(unpacked.bytes), static_cast<quint32>(unpacked.size));
        if (block && (!best || (checked && !best->checked) || block->extent().count > best->block->extent().count))
            best = Found{std::move(block), checked};
    };
    for (auto [it, end] = m_data.equal_range(first); it != end; ++it) {
        const auto row = m_scan.values(it->second);
        if (!row)
            continue;
        const qint64 encoding = number(row->at(1));
        const QByteArrayView data = bytes(row->at(2));
        const qint64 sum = checksum(first, data);
        for (const Said &one : said) {
            if (one.checksum == sum)
                consider(unpackRow(encoding, one.bytes, data), one.count, true);
        }
        // Where a checksum is there and does not match, nothing of the block is to be trusted.
        if (said.empty()) {
            Unpacked unpacked = unpackRow(encoding, data);
            const quint32 count = unpacked.bytes ? recordsIn(unpacked) : 0;
            consider(std::move(unpacked), count, false);
        }
    }
    return best;
}

quint32 Salvage::countOf(quint64 first)
{
    for (auto [it, end] = m_rows.equal_range(first); it != end; ++it) {
        const auto row = m_scan.values(it->second);
        const qint64 count = row ? number(row->at(1)) : 0;
        if (row && isPlausible(count, number(row->at(5))))
            return static_cast<quint32>(count);
    }
    return 0;
}

void Salvage::pieces(wire::PayloadKey payload, const std::function<bool(quint64)> &wanted,
                     const std::function<void(quint64, QByteArray)> &take)
{
    sortPieces();
    const auto places = m_ofPayload.find(payload);
    if (places == m_ofPayload.end())
        return;
    size_t looked = 0;
    for (const PageScan::Place &place : places->second) {
        if (looked++ % piecesPerLook == 0 && !goesOn(looked, places->second.size()))
            return;
        const auto row = m_scan.values(place);
        const auto offset = row ? static_cast<quint64>(number(row->at(2))) : 0;
        if (!row || !wanted(offset) || checksum(offset, bytes(row->at(6))) != number(row->at(3)))
            continue;
        const Unpacked piece = unpackRow(number(row->at(4)), number(row->at(5)), bytes(row->at(6)));
        if (piece.bytes)
            take(offset, QByteArray(reinterpret_cast<const char *>(piece.bytes.get()), piece.size));
    }
}

std::vector<QList<PageScan::Value>> Salvage::connections()
{
    std::vector<QList<Value>> found;
    for (const auto &[id, place] : m_connections) {
        auto row = m_scan.values(place);
        const QByteArrayView role = row ? bytes(row->at(1)) : QByteArrayView();
        if (role != "client" && role != "server")
            continue;
        row->front() = id;
        found.push_back(std::move(*row));
    }
    return found;
}

std::optional<qint64> Salvage::metaNumber(QByteArrayView key)
{
    for (const PageScan::Place &place : m_meta) {
        const auto row = m_scan.values(place);
        if (row && bytes(row->at(0)) == key && std::holds_alternative<qint64>(row->at(1)))
            return number(row->at(1));
    }
    return std::nullopt;
}

QList<QByteArray> Salvage::metaTexts(QByteArrayView key)
{
    QList<QByteArray> texts;
    for (const PageScan::Place &place : m_meta) {
        const auto row = m_scan.values(place);
        if (row && bytes(row->at(0)) == key && std::holds_alternative<QByteArray>(row->at(1)))
            texts.append(std::get<QByteArray>(row->at(1)));
    }
    return texts;
}

std::map<qint64, QByteArray> Salvage::notes()
{
    std::map<qint64, QByteArray> notes;
    for (const auto &[record, place] : m_notes) {
        if (const auto row = m_scan.values(place))
            notes.emplace(record, bytes(row->at(1)).toByteArray());
    }
    return notes;
}

Result<> Salvage::addConnections(Database &to)
{
    constexpr auto columns = static_cast<int>(connectionTypes.size());
    auto put = Statement::prepare(to, "INSERT OR IGNORE INTO connection(id, local_role, endpoint, name, url, local_address, peer_address,"
                                      " subprotocol, extensions, opened, closed, close_text, tls, phases) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!put)
        return put.error();
    for (const auto &row : connections()) {
        for (int i = 0; i < columns; ++i) {
            if (const auto *integer = std::get_if<qint64>(&row.at(i)))
                put->bind(i + 1, *integer);
            else
                put->bind(i + 1, QString::fromUtf8(std::get<QByteArray>(row.at(i))));
        }
        if (!put->run())
            return to.error(QStringLiteral("write"));
    }
    return {};
}

Result<> Salvage::addNotes(Database &to)
{
    auto put = Statement::prepare(to, "INSERT OR IGNORE INTO note(record, text) VALUES(?, ?)");
    if (!put)
        return put.error();
    for (const auto &[record, text] : notes()) {
        if (!put->bind(1, record).bind(2, QString::fromUtf8(text)).run())
            return to.error(QStringLiteral("write"));
    }
    return {};
}

} // namespace wsw::capture
