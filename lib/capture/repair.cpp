#include "capture/repair.h"

#include "base/bytes.h"
#include "capture/archives.h"
#include "capture/automatic.h"
#include "capture/directory.h"
#include "capture/reader.h"
#include "capture/rewriter.h"
#include "capture/salvage.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace wsw::capture {

namespace {

/// A record can be shown as a row of a table; what claims to be behind it is nonsense.
constexpr quint64 highestNumber = std::numeric_limits<int>::max();
constexpr quint64 longestUncheckedGap = 1 << 20;
/// So many records with incomplete payloads are named.
constexpr qsizetype namedRecords = 100;

Error cancelled()
{
    return {ErrorKind::Cancelled, QStringLiteral("Repairing was stopped; nothing was written."), {}, {}};
}

/// The file to read: itself, or, where a log or a rollback journal lies beside it which SQLite would bring in, a copy of both that goes with
/// this object.
class Source final
{
public:
    ~Source()
    {
        if (!m_copy.isEmpty())
            removeCapture(m_copy);
    }
    Result<> prepare(const QString &from, const QString &to)
    {
        m_path = from;
        removeLeftOver(to, QStringLiteral(".reading-"));
        QStringList beside;
        for (const QString &suffix : {QStringLiteral("-wal"), QStringLiteral("-journal")}) {
            if (QFileInfo(from + suffix).size() > 0)
                beside.append(suffix);
        }
        if (beside.isEmpty())
            return {};
        m_copy = QStringLiteral("%1.reading-%2").arg(to).arg(QCoreApplication::applicationPid());
        removeCapture(m_copy);
        const bool copied = QFile::copy(from, m_copy)
            && std::all_of(beside.cbegin(), beside.cend(), [&](const QString &suffix) { return QFile::copy(from + suffix, m_copy + suffix); });
        if (!copied) {
            return Error{ErrorKind::Io, QStringLiteral("\"%1\" cannot be copied beside \"%2\" to be read with its log.")
                                            .arg(QDir::toNativeSeparators(from), QDir::toNativeSeparators(to)),
                         QStringLiteral("Make room on the disk, or choose another one."), {}};
        }
        QFile::setPermissions(m_copy, QFile::ReadOwner | QFile::WriteOwner);
        // Where that works; otherwise what is in the file itself is read.
        recoverFile(m_copy);
        m_path = m_copy;
        return {};
    }
    [[nodiscard]] const QString &path() const { return m_path; }

private:
    QString m_path;
    QString m_copy;
};

/// Which pieces of a payload are in the new file.
struct Pieces
{
    bool read = false;                  ///< what the tables lead to
    bool searched = false;              ///< what lies in pages
    std::map<quint64, quint64> ends;    ///< by offset
    Result<> added;

    void take(Rewriter &rewriter, wire::PayloadKey key, quint64 offset, QByteArray bytes)
    {
        if (added && ends.emplace(offset, offset + static_cast<quint64>(bytes.size())).second)
            added = rewriter.add({key, offset, std::move(bytes)});
    }
    /// How far it goes without a gap.
    [[nodiscard]] quint64 end() const
    {
        quint64 reached = 0;
        for (auto piece = ends.begin(); piece != ends.end() && piece->first <= reached; ++piece)
            reached = std::max(reached, piece->second);
        return reached;
    }
};

/// One capture on its way out of a damaged file.
class Repair final
{
public:
    Repair(QString original, QString from, QString to, const Progress &progress)
        : m_original(std::move(original)), m_from(std::move(from)), m_to(std::move(to)), m_progress(progress)
    {
    }

    Result<RepairReport> run()
    {
        openTables();
        for (const auto step : {&Repair::lookIfBroken, &Repair::begin, &Repair::saveBlocks, &Repair::saveTables, &Repair::finish}) {
            if (auto done = (this->*step)(); !done)
                return done.error();
        }
        return m_report;
    }

private:
    void openTables();
    Result<> lookIfBroken();
    Result<> look();
    Result<> begin();
    [[nodiscard]] ClockAnchor clock();
    Result<> saveBlocks();
    Result<> saveTables();
    Result<> finish();

    Result<> saveRange(quint64 from, quint64 to, const QString &why);
    Result<> saveBlock(const Block &block);
    Result<> savePayloads(const RecordHeader &header);
    Result<> savePayload(wire::PayloadKey key, quint64 stored, RecordId record);
    void readPieces(wire::PayloadKey key, Pieces &pieces);
    void findArchives();
    void lose(quint64 from, quint64 to, const QString &why);
    void loseHere(quint64 from, quint64 to, const QString &why);
    [[nodiscard]] bool goesOn(quint64 done, quint64 total) const { return !m_progress || m_progress(done, total); }
    [[nodiscard]] bool isCutOff() const;

    const QString m_original;
    const QString m_from;
    const QString m_to;
    const Progress &m_progress;
    RepairReport m_report;
    std::optional<Database> m_tables;       ///< nothing where it is no database any more
    std::optional<Reader> m_reader;         ///< nothing where the tables of blocks cannot be used at all
    std::optional<CaptureFacts> m_facts;
    Directory m_directory;
    QList<Archive> m_archives;
    bool m_archivesAreFound = false;        ///< in pages, not in the table
    std::optional<Salvage> m_salvage;       ///< once something was missing
    std::unique_ptr<Rewriter> m_rewriter;
    quint64 m_next = 1;                     ///< number of the record that is due
    std::map<wire::PayloadKey, Pieces> m_pieces;
};

void Repair::openTables()
{
    auto tables = openUntouched(m_from);
    if (!tables)
        return;
    m_tables.emplace(std::move(tables).value());
    if (const auto facts = checkSchema(*m_tables))
        m_facts = *facts;
    auto again = openUntouched(m_from);
    auto reader = again ? Reader::over(std::move(again).value()) : Result<Reader>(again.error());
    if (!reader)
        return;
    m_reader.emplace(std::move(reader).value());
    m_directory = readDirectory(*m_tables);
}

bool Repair::isCutOff() const
{
    QFile file(m_from);
    if (!file.open(QIODevice::ReadOnly))
        return true;
    const QByteArray head = file.read(100);
    if (head.size() < 100)
        return true;
    const auto *at = reinterpret_cast<const uchar *>(head.constData());
    const quint64 page = readBigEndian<quint16>(at + 16) == 1 ? 65536 : readBigEndian<quint16>(at + 16);
    return page * readBigEndian<quint32>(at + 28) > static_cast<quint64>(file.size());
}

Result<> Repair::lookIfBroken()
{
    m_report.endUnknown = isCutOff() || !m_reader || !m_directory.whole;
    if (m_report.endUnknown || !m_facts || !m_directory.damage.isEmpty() || hasStrayBlocks(*m_tables, m_directory)) {
        if (auto looked = look(); !looked)
            return looked;
    }
    findArchives();
    if (m_directory.rows.empty() && m_salvage && m_salvage->isEmpty()) {
        return Error{ErrorKind::NotACapture, QStringLiteral("Nothing of a capture was found in \"%1\".").arg(QDir::toNativeSeparators(m_original)),
                     QStringLiteral("Choose a file that was saved by this program (its name ends in .wscapture)."), {}};
    }
    return {};
}

/// What the capture says of its archives, or, where that cannot be read, has said: the longest list that is found.
void Repair::findArchives()
{
    if (m_tables)
        m_archives = readArchives(*m_tables);
    if (!m_archives.isEmpty() || !m_salvage)
        return;
    for (const QByteArray &json : m_salvage->metaTexts("archives")) {
        const QList<Archive> found = archivesIn(json);
        if (!found.isEmpty() && (m_archives.isEmpty() || found.last().last > m_archives.last().last))
            m_archives = found;
    }
    m_archivesAreFound = !m_archives.isEmpty();
}

Result<> Repair::look()
{
    if (m_salvage)
        return {};
    auto scan = PageScan::open(m_from);
    if (!scan)
        return scan.error();
    m_salvage.emplace(std::move(scan).value());
    bool whole = m_salvage->look(m_progress);
    if (whole && m_salvage->isEmpty()) {
        // The head may say nonsense of the pages' size.
        if (auto usual = PageScan::open(m_from, pageBytes)) {
            m_salvage.emplace(std::move(usual).value());
            whole = m_salvage->look(m_progress);
        }
    }
    return whole ? Result<>() : Result<>(cancelled());
}

ClockAnchor Repair::clock()
{
    if (m_facts)
        return m_facts->clock;
    const auto monotonic = m_salvage->metaNumber("clock_monotonic");
    const auto wall = m_salvage->metaNumber("clock_wall");
    if (monotonic && wall)
        return {*monotonic, *wall};
    m_report.otherLosses += QStringLiteral("When it was recorded is not known any more: the times of day are wrong, differences between them are right.");
    return {};
}

Result<> Repair::begin()
{
    auto rewriter = Rewriter::begin(m_to, {clock(), false});
    if (!rewriter)
        return rewriter.error();
    m_rewriter = std::move(rewriter).value();
    return {};
}

Result<> Repair::saveBlocks()
{
    const quint64 total = m_directory.rows.size() + 1;
    quint64 done = 0;
    for (const DirectoryEntry &row : m_directory.rows) {
        if (!goesOn(done++, total))
            return cancelled();
        if (row.end() <= m_next)
            continue;
        if (row.archive != 0) { // it lies in another file, and stays there
            m_report.archived += row.end() - std::max(m_next, row.first);
            m_next = row.end();
            continue;
        }
        const auto block = m_reader->block(row);
        if (!block && block.error().kind != ErrorKind::Damaged)
            return block.error();
        auto saved = block ? saveBlock(**block)
                           : saveRange(row.first, row.end(), row.lost ? QStringLiteral("that part of the file is missing")
                                                                      : QStringLiteral("the block that holds them is damaged"));
        if (!saved)
            return saved;
    }
    if (m_salvage) {
        if (auto saved = saveRange(m_next, highestNumber, {}); !saved)
            return saved;
    }
    if (!m_archives.isEmpty())
        lose(m_next, m_archives.last().last + 1, QStringLiteral("that part of the file is missing"));
    return {};
}

/// Saves what lies in the pages of the records @p from to @p to - 1, to which no table leads. What is between is lost.
Result<> Repair::saveRange(quint64 from, quint64 to, const QString &why)
{
    if (auto looked = look(); !looked)
        return looked;
    m_next = std::max(m_next, from);
    for (const quint64 first : m_salvage->firsts(m_next, to)) {
        if (!goesOn(m_report.saved, m_report.saved + 1))
            return cancelled();
        const auto found = m_salvage->block(first);
        if (m_salvage->isStopped())
            return cancelled();
        // Far behind everything else only what is certain counts: whatever is taken makes all before it lost.
        const quint64 due = std::max(m_next, m_archives.isEmpty() ? 0 : std::min(m_archives.last().last + 1, first));
        const bool isStray = found && !found->checked && first > due && first - due > longestUncheckedGap;
        if (!found || first < m_next || isStray) {
            const quint64 end = first + m_salvage->countOf(first);
            if (why.isEmpty() && end > m_next && end - m_next <= longestUncheckedGap) {
                lose(m_next, first, QStringLiteral("that part of the file is missing"));
                lose(first, end, QStringLiteral("the block that holds them is damaged"));
            }
            continue;
        }
        lose(m_next, first, why.isEmpty() ? QStringLiteral("that part of the file is missing") : why);
        const quint32 count = found->block->extent().count;
        m_report.found += count;
        m_report.unchecked += found->checked ? 0 : count;
        if (auto saved = saveBlock(*found->block); !saved)
            return saved;
    }
    if (!why.isEmpty())
        lose(m_next, to, why);
    return {};
}

/// The records up to @p to - 1 are not here: those that lie in archives stay there, the others are lost.
void Repair::lose(quint64 from, quint64 to, const QString &why)
{
    for (const Archive &archive : std::as_const(m_archives)) {
        const quint64 first = std::max({archive.first, from, m_next});
        const quint64 end = std::min(archive.last + 1, to);
        if (first >= end)
            continue;
        loseHere(from, first, why);
        m_report.archived += end - first;
        m_next = end;
    }
    loseHere(from, to, why);
}

void Repair::loseHere(quint64 from, quint64 to, const QString &why)
{
    from = std::max(from, m_next);
    if (from >= to)
        return;
    m_next = to;
    m_report.lostRecords += to - from;
    if (!m_report.lost.isEmpty() && m_report.lost.last().last + 1 == from && m_report.lost.last().why == why)
        m_report.lost.last().last = to - 1;
    else
        m_report.lost.append({from, to - 1, why});
}

Result<> Repair::saveBlock(const Block &block)
{
    const quint64 first = block.first().value();
    const quint32 count = block.extent().count;
    const auto from = static_cast<quint32>(m_next > first ? m_next - first : 0);
    if (from >= count)
        return {};
    lose(m_next, first, QStringLiteral("that part of the file is missing"));
    for (quint32 i = from; i < count; ++i) {
        if (auto saved = savePayloads(block.view(i).header); !saved)
            return saved;
    }
    m_next = first + count;
    m_report.saved += count - from;
    return m_rewriter->add(block, from);
}

Result<> Repair::savePayloads(const RecordHeader &header)
{
    if (header.flags.testFlag(wire::RecordFlag::Chunked)) {
        if (auto saved = savePayload(header.payloadKey, header.payloadStored, header.id); !saved)
            return saved;
    }
    if (header.flags.testFlag(wire::RecordFlag::InflatedChunked) && header.inflatedStored > 0)
        return savePayload(header.inflatedKey, header.inflatedStored, header.id);
    return {};
}

Result<> Repair::savePayload(wire::PayloadKey key, quint64 stored, RecordId record)
{
    Pieces &pieces = m_pieces[key];
    if (!std::exchange(pieces.read, true))
        readPieces(key, pieces);
    if (pieces.end() < stored && !std::exchange(pieces.searched, true)) {
        if (auto looked = look(); !looked)
            return looked;
        m_salvage->pieces(key, [&](quint64 offset) { return !pieces.ends.contains(offset); },
                          [&](quint64 offset, QByteArray bytes) { pieces.take(*m_rewriter, key, offset, std::move(bytes)); });
        if (m_salvage->isStopped())
            return cancelled();
    }
    if (pieces.end() < stored) {
        ++m_report.incompletePayloads;
        if (m_report.incomplete.size() < namedRecords)
            m_report.incomplete.append(record.value());
    }
    return pieces.added;
}

/// Every sound piece that the table leads to.
void Repair::readPieces(wire::PayloadKey key, Pieces &pieces)
{
    if (!m_reader)
        return;
    auto rows = Statement::prepare(m_reader->database(),
                                   "SELECT offset, checksum, encoding, bytes, data FROM payload_chunk WHERE payload = ? ORDER BY offset");
    if (!rows)
        return;
    rows->bind(1, static_cast<qint64>(key));
    for (std::optional<quint64> last; rows->step() == Statement::Step::Row;) {
        const auto offset = static_cast<quint64>(rows->number(0));
        if (last && offset <= *last)    // a tree that leads in a circle
            break;
        last = offset;
        if (checksum(offset, rows->bytes(4)) != rows->number(1))
            continue;
        const Unpacked piece = unpackRow(rows->number(2), rows->number(3), rows->bytes(4));
        if (piece.bytes)
            pieces.take(*m_rewriter, key, offset, QByteArray(reinterpret_cast<const char *>(piece.bytes.get()), piece.size));
    }
}

Result<> Repair::saveTables()
{
    if (m_tables) {
        for (const char *key : metaToKeep)
            (void)m_rewriter->takeMeta(*m_tables, key).ok();
        for (const Rewriter::Unread &wrong : m_rewriter->addTables(*m_tables)) {
            if (wrong.error.kind == ErrorKind::DiskFull)
                return wrong.error;
            m_report.addUnread(wrong.table);
        }
    }
    if (m_archivesAreFound) {
        if (auto said = writeArchives(m_rewriter->database(), m_archives); !said)
            return said;
    }
    if (m_salvage) {
        if (auto saved = m_salvage->addConnections(m_rewriter->database()); !saved)
            return saved;
        // Only where the table does not tell all of them: pages also hold what the user has taken away.
        const auto hasNotes = m_tables ? m_tables->number("SELECT count(*) FROM sqlite_schema WHERE name = 'note'") : Result<qint64>(0);
        const bool areCopied = hasNotes && *hasNotes != 0 && m_rewriter->copied().contains(QStringLiteral("note"));
        if (auto saved = areCopied ? Result<>() : m_salvage->addNotes(m_rewriter->database()); !saved)
            return saved;
    }
    const auto count = m_rewriter->database().number("SELECT count(*) FROM connection");
    m_report.connections = count ? static_cast<qsizetype>(*count) : 0;
    return {};
}

Result<> Repair::finish()
{
    // So that whoever opens it learns that there is no more to be had.
    if (auto said = m_rewriter->setMeta(QStringLiteral("repaired"), QDateTime::currentDateTimeUtc().toString(Qt::ISODate)); !said)
        return said;
    if (auto done = m_rewriter->finish(); !done)
        return done;
    return m_rewriter->putInPlace();
}

} // namespace

Result<RepairReport> repairCapture(const QString &from, const QString &to, const Progress &progress)
{
    const QString name = QDir::toNativeSeparators(from);
    if (!QFileInfo(from).isFile()) {
        return Error{ErrorKind::NotFound, QStringLiteral("There is no file \"%1\".").arg(name), QStringLiteral("Check the name and the folder."), {}};
    }
    if (QFileInfo(from) == QFileInfo(to)) {
        return Error{ErrorKind::Usage, QStringLiteral("\"%1\" itself is not changed: what can be saved of it goes into another file.").arg(name),
                     QStringLiteral("Give another name."), {}};
    }
    Source source;
    if (auto prepared = source.prepare(from, to); !prepared)
        return prepared.error();
    return Repair(from, source.path(), to, progress).run();
}

} // namespace wsw::capture
