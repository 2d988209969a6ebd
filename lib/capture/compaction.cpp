#include "capture/compaction.h"

#include "capture/archives.h"
#include "capture/committer.h"
#include "capture/compression.h"
#include "capture/directory.h"
#include "capture/reader.h"
#include "capture/rewriter.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QSet>

#include <algorithm>
#include <optional>
#include <utility>

namespace wsw::capture {

namespace {

/// Pieces that are counted between two looks at whether it is to go on.
constexpr quint64 piecesPerLook = 1'000;
/// A payload is shorter than this (limits::framePayloadBytes).
constexpr quint64 wholePayload = quint64{1} << 62;

QString count(quint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

QString size(qint64 bytes)
{
    return QLocale(QLocale::English).formattedDataSize(bytes);
}

qint64 bytesOf(const QString &path)
{
    return QFileInfo(path).size() + QFileInfo(path + QStringLiteral("-wal")).size();
}

Error cancelled()
{
    return {ErrorKind::Cancelled, QStringLiteral("Compacting was stopped; the capture is as it was."), {}, {}};
}

Error needsRepair(const Error &damage)
{
    Error error = damage;
    error.kind = ErrorKind::Damaged;
    error.remedy = QStringLiteral("Repair the capture first; then what can be saved of it can be compacted.");
    return error;
}

/// Makes one plain file of a capture that nobody has open for writing; InUse where someone has.
Result<> seal(const QString &path)
{
    const QString name = QDir::toNativeSeparators(path);
    if (!QFileInfo(path).isWritable()) {
        return Error{ErrorKind::Permission, QStringLiteral("\"%1\" cannot be written to.").arg(name),
                     QStringLiteral("Have the compacted capture written under another name."), {}};
    }
    {
        auto database = Database::open(path, Database::Mode::Write);
        if (!database)
            return database.error();
        finishDatabase(database.value());
    }
    if (QFileInfo::exists(path + QStringLiteral("-wal"))) {
        return Error{ErrorKind::InUse, QStringLiteral("\"%1\" is being recorded, or read by another program.").arg(name),
                     QStringLiteral("Compact it when it is closed there, or have the compacted capture written under another name."), {}};
    }
    return {};
}

/// Gaps of which it was known when the capture was repaired are no damage: there is nothing more to be had.
bool isSound(const Directory &directory)
{
    return directory.damage.isEmpty() || (directory.repaired && directory.whole);
}

/// Is the row in this file, and not lost long since?
bool isHere(const DirectoryEntry &row)
{
    return row.archive == 0 && !row.lost;
}

/// One capture on its way from one file into another.
class Compaction final
{
public:
    Compaction(QString from, QString to, const Progress &progress)
        : m_from(std::move(from)), m_to(std::move(to)), m_inPlace(QFileInfo(m_from) == QFileInfo(m_to)), m_progress(progress)
    {
    }

    Result<CompactionReport> run(const Placing &placing)
    {
        if (m_inPlace) {
            if (auto sealed = seal(m_from); !sealed)
                return sealed.error();
        }
        auto reader = Reader::open(m_from);
        if (!reader)
            return reader.error();
        m_reader.emplace(std::move(reader).value());
        // Others may go on writing: all that is read is of this moment.
        if (auto begun = database().exec("BEGIN"); !begun)
            return begun.error();
        for (const auto step : {&Compaction::begin, &Compaction::copyBlocks, &Compaction::copyRest, &Compaction::copyArchives, &Compaction::readBack}) {
            if (auto done = (this->*step)(); !done)
                return done.error();
        }
        m_reader.reset();
        const auto place = [this] { return m_rewriter->putInPlace(); };
        if (auto placed = placing ? placing(place) : place(); !placed)
            return placed.error();
        m_report.bytesAfter = bytesOf(m_to);
        return m_report;
    }

private:
    Database &database() { return m_reader->database(); }
    [[nodiscard]] bool goesOn(quint64 done) const
    {
        const quint64 total = m_directory.rows.size() * 2;
        return !m_progress || m_progress(std::min(done, total), total);
    }

    Result<> begin()
    {
        const auto facts = checkSchema(database());
        if (!facts)
            return facts.error();
        m_directory = readDirectory(database());
        if (!isSound(m_directory))
            return needsRepair(m_directory.damage.first());
        // Among what was lost long since there may be something that has been lost since, and that repairing finds.
        if (!m_directory.damage.isEmpty() && hasStrayBlocks(database(), m_directory))
            return needsRepair(m_directory.damage.first());
        auto rewriter = Rewriter::begin(m_to, {facts->clock, m_inPlace && facts->automatic});
        if (!rewriter)
            return rewriter.error();
        m_rewriter = std::move(rewriter).value();
        // Who may read the capture may read it afterwards, and nobody else meanwhile.
        if (m_inPlace)
            QFile::setPermissions(m_rewriter->path(), QFile::permissions(m_from));
        return {};
    }

    Result<> copyBlocks()
    {
        quint64 done = 0;
        for (const DirectoryEntry &row : m_directory.rows) {
            if (!goesOn(done++))
                return cancelled();
            if (row.archive != 0)
                m_report.archived += row.count;
            if (!isHere(row))
                continue;
            const auto block = m_reader->block(row);
            if (!block)
                return block.error().kind == ErrorKind::Damaged ? needsRepair(block.error()) : block.error();
            ++m_report.rowsBefore;
            for (quint32 i = 0; i < row.count; ++i) {
                if (auto copied = copyPayloads((*block)->view(i).header); !copied)
                    return copied;
            }
            if (auto added = m_rewriter->add(**block); !added)
                return added;
        }
        m_report.records = m_rewriter->records();
        return {};
    }

    Result<> copyPayloads(const RecordHeader &header)
    {
        for (const auto &[flag, key] : {std::pair(wire::RecordFlag::Chunked, header.payloadKey),
                                        std::pair(wire::RecordFlag::InflatedChunked, header.inflatedKey)}) {
            if (!header.flags.testFlag(flag) || m_copied.contains(key))
                continue;
            m_copied.insert(key);
            Result<> added;
            const auto read = m_reader->chunks(key, 0, wholePayload, [&, piece = key](quint64 offset, QByteArrayView bytes) {
                if (added)
                    added = m_rewriter->add({piece, offset, bytes.toByteArray()});
            });
            if (!read)
                return read.error().kind == ErrorKind::Damaged ? needsRepair(read.error()) : read.error();
            if (!added)
                return added;
        }
        return {};
    }

    Result<> copyRest()
    {
        const auto pieces = countPieces();
        if (!pieces)
            return pieces.error();
        m_report.strayPieces = *pieces - m_rewriter->pieces();
        for (const char *key : metaToKeep) {
            if (auto taken = m_rewriter->takeMeta(database(), key); !taken)
                return taken;
        }
        if (const auto wrong = m_rewriter->addTables(database()); !wrong.isEmpty()) {
            const Error &error = wrong.first().error;
            return error.kind == ErrorKind::Damaged ? needsRepair(error) : error;
        }
        return m_rewriter->finish();
    }

    /// One by one, not by count(): of a tree that leads in a circle there is no end to be waited for.
    Result<quint64> countPieces()
    {
        auto rows = Statement::prepare(database(), "SELECT payload, offset FROM payload_chunk ORDER BY payload, offset");
        if (!rows)
            return needsRepair(rows.error());
        quint64 pieces = 0;
        std::optional<std::pair<qint64, qint64>> last;
        for (Statement::Step step = rows->step(); step != Statement::Step::Done; step = rows->step()) {
            const std::pair here(rows->number(0), rows->number(1));
            if (step == Statement::Step::Failed || (last && here <= *last))
                return needsRepair(damagedCapture(m_from, QStringLiteral("the list of pieces of payloads cannot be read")));
            last = here;
            ++pieces;
            if (pieces % piecesPerLook == 0 && !goesOn(m_directory.rows.size()))
                return cancelled();
        }
        return pieces;
    }

    /// In place they stay where they are.
    Result<> copyArchives()
    {
        if (m_inPlace)
            return {};
        for (const QString &place : archivePaths(readArchives(database()), m_from)) {
            if (!QFileInfo::exists(place))
                m_report.missing.append(QFileInfo(place).fileName());
        }
        const auto brought = m_rewriter->bringArchives(m_from);
        if (!brought)
            return m_rewriter->failed(brought.error());
        for (const QString &place : *brought) {
            if (const QString name = QFileInfo(place).fileName(); !m_report.missing.contains(name))
                m_report.archives.append(name);
        }
        return {};
    }

    /// Nothing is replaced by what has not been read.
    Result<> readBack()
    {
        auto reader = Reader::open(m_rewriter->path());
        if (!reader)
            return m_rewriter->failed(reader.error());
        const Directory written = readDirectory(reader->database());
        quint64 records = 0;
        for (const DirectoryEntry &row : written.rows) {
            if (!goesOn(m_directory.rows.size() + m_report.rowsAfter))
                return cancelled();
            if (!isHere(row))
                continue;
            if (const auto block = reader->block(row); !block)
                return m_rewriter->failed(block.error());
            records += row.count;
            ++m_report.rowsAfter;
        }
        if (records != m_report.records || !isSound(written))
            return doesNotReadBack();
        if (auto pieces = readPiecesBack(reader->database()); !pieces)
            return pieces;
        for (auto table = m_rewriter->copied().cbegin(); table != m_rewriter->copied().cend(); ++table) {
            const QByteArray sql = QStringLiteral("SELECT count(*) FROM \"%1\"").arg(table.key()).toUtf8();
            if (const auto rows = reader->database().number(sql.constData()); !rows || static_cast<quint64>(*rows) != table.value())
                return doesNotReadBack();
        }
        return {};
    }

    Result<> readPiecesBack(Database &written)
    {
        auto rows = Statement::prepare(written, "SELECT offset, checksum, encoding, bytes, data FROM payload_chunk ORDER BY id");
        if (!rows)
            return m_rewriter->failed(rows.error());
        quint64 pieces = 0;
        for (; rows->step() == Statement::Step::Row; ++pieces) {
            const QByteArrayView data = rows->bytes(4);
            const bool isSame = checksum(static_cast<quint64>(rows->number(0)), data) == rows->number(1);
            if (!isSame || !unpackRow(rows->number(2), rows->number(3), data).bytes)
                return doesNotReadBack();
            if (!goesOn(m_directory.rows.size() * 2))
                return cancelled();
        }
        return pieces == m_rewriter->pieces() ? Result<>() : Result<>(doesNotReadBack());
    }

    [[nodiscard]] Error doesNotReadBack() const
    {
        return {ErrorKind::Io, QStringLiteral("What was written for \"%1\" does not read back.").arg(QDir::toNativeSeparators(m_to)),
                QStringLiteral("Check the disk; the capture is as it was."), {}};
    }

    const QString m_from;
    const QString m_to;
    const bool m_inPlace;
    const Progress &m_progress;
    CompactionReport m_report;
    std::optional<Reader> m_reader;
    Directory m_directory;
    std::unique_ptr<Rewriter> m_rewriter;
    QSet<wire::PayloadKey> m_copied;
};

/// The file itself, where a link leads to it: it is what is written anew.
QString fileAt(const QString &path)
{
    const QString canonical = QFileInfo(path).canonicalFilePath();
    return canonical.isEmpty() ? path : canonical;
}

} // namespace

QStringList CompactionReport::words() const
{
    QStringList words;
    words += records == 1 ? QStringLiteral("1 frame is kept.") : QStringLiteral("All %1 frames are kept.").arg(count(records));
    words += QStringLiteral("%1 before, %2 now; %3 blocks before, %4 now.")
                 .arg(size(bytesBefore), size(bytesAfter), count(rowsBefore), count(rowsAfter));
    if (strayPieces != 0) {
        words += strayPieces == 1 ? QStringLiteral("1 piece of a payload to which no frame belongs is left out.")
                                  : QStringLiteral("%1 pieces of payloads to which no frame belongs are left out.").arg(count(strayPieces));
    }
    if (archived != 0 && archives.isEmpty() && missing.isEmpty())
        words += QStringLiteral("%1 further frames are in archives, which stay as they are: keep them beside it.").arg(count(archived));
    else if (archived != 0)
        words += QStringLiteral("%1 further frames are in archives.").arg(count(archived));
    if (!archives.isEmpty())
        words += QStringLiteral("Copied along, to be kept beside it: %1.").arg(archives.join(QStringLiteral(", ")));
    if (!missing.isEmpty())
        words += QStringLiteral("Not found, and not copied: %1. Put it beside the new capture to see its frames.").arg(missing.join(QStringLiteral(", ")));
    return words;
}

Result<CompactionReport> compactCapture(const QString &from, const QString &to, const Progress &progress, const Placing &placing)
{
    if (const auto version = checkFileHead(from); !version)
        return version.error();
    const qint64 before = bytesOf(from);
    recoverFile(from);
    auto report = Compaction(fileAt(from), fileAt(to), progress).run(placing);
    if (report)
        report.value().bytesBefore = before;
    return report;
}

} // namespace wsw::capture
