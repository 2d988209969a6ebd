#include "capture/compaction.h"

#include "capture/directory.h"
#include "capture/reader.h"
#include "capture/rewriter.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QSet>

#include <optional>

namespace wsw::capture {

namespace {

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

/// One capture on its way from one file into another.
class Compaction final
{
public:
    Compaction(QString from, QString to, const Progress &progress) : m_from(std::move(from)), m_to(std::move(to)), m_progress(progress) {}

    Result<CompactionReport> run()
    {
        m_report.bytesBefore = bytesOf(m_from);
        auto reader = Reader::open(m_from);
        if (!reader)
            return reader.error();
        m_reader.emplace(std::move(reader).value());
        // Others may go on writing: all that is read is of this moment.
        if (auto begun = database().exec("BEGIN"); !begun)
            return begun.error();
        for (const auto step : {&Compaction::begin, &Compaction::copyBlocks, &Compaction::copyRest, &Compaction::readBack}) {
            if (auto done = (this->*step)(); !done)
                return done.error();
        }
        m_reader.reset();
        if (auto placed = m_rewriter->putInPlace(); !placed)
            return placed.error();
        m_report.bytesAfter = bytesOf(m_to);
        return m_report;
    }

private:
    Database &database() { return m_reader->database(); }

    Result<> begin()
    {
        const auto facts = checkSchema(database());
        if (!facts)
            return facts.error();
        m_directory = readDirectory(database());
        if (!m_directory.damage.isEmpty())
            return needsRepair(m_directory.damage.first());
        const bool inPlace = QFileInfo(m_from) == QFileInfo(m_to);
        auto rewriter = Rewriter::begin(m_to, {facts->clock, inPlace && facts->automatic});
        if (!rewriter)
            return rewriter.error();
        m_rewriter = std::move(rewriter).value();
        return {};
    }

    Result<> copyBlocks()
    {
        quint64 done = 0;
        for (const DirectoryEntry &row : m_directory.rows) {
            if (m_progress && !m_progress(done++, m_directory.rows.size() * 2))
                return cancelled();
            if (row.archive != 0)   // it lies in another file, and stays there
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
        const auto pieces = database().number("SELECT count(*) FROM payload_chunk");
        if (!pieces)
            return needsRepair(pieces.error());
        m_report.strayPieces = static_cast<quint64>(*pieces) - m_rewriter->pieces();
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

    /// Nothing is replaced by what has not been read.
    Result<> readBack()
    {
        auto reader = Reader::open(m_rewriter->path());
        if (!reader)
            return m_rewriter->failed(reader.error());
        const Directory written = readDirectory(reader->database());
        quint64 records = 0;
        for (const DirectoryEntry &row : written.rows) {
            if (m_progress && !m_progress(m_directory.rows.size() + m_report.rowsAfter, m_directory.rows.size() * 2))
                return cancelled();
            if (row.archive != 0)
                continue;
            if (const auto block = reader->block(row); !block)
                return m_rewriter->failed(block.error());
            records += row.count;
            ++m_report.rowsAfter;
        }
        if (records == m_report.records && written.damage.isEmpty())
            return {};
        return Error{ErrorKind::Io, QStringLiteral("What was written for \"%1\" does not read back.").arg(QDir::toNativeSeparators(m_to)),
                     QStringLiteral("Check the disk; the capture is as it was."), {}};
    }

    const QString m_from;
    const QString m_to;
    const Progress &m_progress;
    CompactionReport m_report;
    std::optional<Reader> m_reader;
    Directory m_directory;
    std::unique_ptr<Rewriter> m_rewriter;
    QSet<wire::PayloadKey> m_copied;
};

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
    return words;
}

Result<CompactionReport> compactCapture(const QString &from, const QString &to, const Progress &progress)
{
    if (const auto version = checkFileHead(from); !version)
        return version.error();
    const bool inPlace = QFileInfo(from) == QFileInfo(to);
    const qint64 before = bytesOf(from);
    if (inPlace) {
        if (auto sealed = seal(from); !sealed)
            return sealed.error();
    }
    auto report = Compaction(from, to, progress).run();
    if (report)
        report.value().bytesBefore = before;
    return report;
}

} // namespace wsw::capture
