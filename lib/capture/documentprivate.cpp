#include "capture/document_p.h"

#include "capture/directory.h"
#include "capture/savecopy.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <thread>
#include <utility>

namespace wsw::capture {

Document::Private::Private()
{
    readers.setExchangedHandler([this] { return readExchangedFile(); });
}

Result<> Document::Private::create(const QString &path, bool isAutomatic, const ClockAnchor &anchor)
{
    if (QFileInfo::exists(path)) {
        return Error{ErrorKind::InUse,
                     QStringLiteral("There is already a file \"%1\".").arg(QDir::toNativeSeparators(path)),
                     QStringLiteral("Choose another name, or remove it first."), {}};
    }
    auto started = startRecording(path, isAutomatic, anchor);
    if (!started) {
        writer.reset();
        removeCapture(path);
    }
    return started;
}

Result<> Document::Private::startRecording(const QString &path, bool isAutomatic, const ClockAnchor &anchor)
{
    auto database = Database::open(path, Database::Mode::Create);
    if (!database)
        return database.error();
    clock = anchor;
    automatic = isAutomatic;
    if (auto made = createSchema(database.value(), {clock, isAutomatic}); !made)
        return made;
    readers.setPath(QFileInfo(path).absoluteFilePath());
    startLoader();
    writer = std::make_unique<Writer>(
        index, chunks, facts, pipeline,
        Writer::Events{[this](const Error &error) { Q_EMIT q->recordingFailed(error); },
                       [this] { Q_EMIT q->recordingResumed(); }});
    auto started = writer->start(std::move(database).value());
    if (started) {
        archiver = std::make_unique<Archiver>(
            readers, index, pipeline, saving,
            Archiver::Events{[this](const QString &archive, quint64 first, quint64 last) { Q_EMIT q->archived(archive, first, last); },
                             [this](const Error &error) { Q_EMIT q->archivingFailed(error); }});
    }
    return started;
}

void Document::Private::startLoader()
{
    loader = std::make_unique<Loader>(
        readers, index,
        Loader::Events{[this] {
                           readingFails.store(false);
                           Q_EMIT q->blocksLoaded();
                       },
                       [this](const Error &error) { reportUnreadable(error); }});
}

Result<> Document::Private::open(const QString &path)
{
    const auto version = checkFileHead(path);
    if (!version)
        return version.error();
    const QString name = QFileInfo(path).absoluteFilePath();
    lock = lockAutomatic(name);
    recoverFile(name);
    if (*version < schemaVersion) {
        if (auto done = convertFile(name, *version); !done && *version < readableVersion)
            return done;
    }
    readers.setPath(name);
    auto database = openForReading(name);
    if (!database)
        return database.error();
    const auto known = checkSchema(database.value());
    if (!known)
        return known.error();
    clock = known->clock;
    automatic = known->automatic;
    Directory directory = readDirectory(database.value());
    repaired = directory.repaired;
    const QList<Archive> archives = readArchives(database.value());
    damage = directory.damage + fillFromArchives(directory.rows, archives, name, clock);
    readers.setArchives(archivePaths(archives, name));
    // The tables are there, but not as they must be. The file that this one opens is the one whose directory has been read.
    if (auto reader = readers.acquire(); !reader)
        return damagedCapture(name, QStringLiteral("its tables cannot be read"));
    for (const Archive &archive : archives) {
        if (archive.last >= archive.first)
            remarks.append(QStringLiteral("Frames %1 to %2 are in the archive \"%3\".").arg(archive.first).arg(archive.last).arg(archive.file));
    }
    if (!archives.isEmpty() && archives.last().moving > archives.last().last)
        remarks.append(interruptedArchiving(archives.last(), name));
    if (auto loaded = facts.load(database.value()); !loaded)
        damage.append(loaded.error());
    const quint64 count = directory.rows.empty() ? 0 : directory.rows.back().end() - 1;
    pipeline.received.store(count);
    pipeline.stored.store(count);
    index.setDirectory(std::move(directory.rows));
    startLoader();
    return {};
}

Result<> Document::Private::convertFile(const QString &path, qint64 version)
{
    auto database = Database::open(path, Database::Mode::Write);
    return database ? convertSchema(database.value(), version) : Result<>(database.error());
}

Result<> Document::Private::moveRecording(SaveCopy &copy, const QString &target)
{
    // What has come while the bulk was copied, so that little is left for the writer, who must not be kept long.
    {
        auto source = Database::open(readers.path(), Database::Mode::Write);
        if (!source)
            return source.error();
        if (auto done = copy.catchUp(source.value()); !done)
            return done;
    }
    const auto oldFile = q->isAutomatic() ? Writer::OldFile::Abandon : Writer::OldFile::Finish;
    return writer->relocate(
        [&](Database &now) -> Result<Database> {
            if (auto done = copy.catchUp(now); !done)
                return done.error();
            if (auto done = copy.makeReadyForRecording(); !done)
                return done.error();
            if (auto done = copy.putInPlace(); !done)
                return done.error();
            auto moved = Database::open(target, Database::Mode::Write);
            if (!moved)
                return moved;
            if (auto done = prepareForWriting(moved.value()); !done)
                return done.error();
            readers.setPath(target);    // before the old file is finished, which needs it to be closed elsewhere
            return moved;
        },
        oldFile);
}

Result<> Document::Private::exchangeFile(const std::function<Result<>()> &place)
{
    const std::lock_guard oneAtATime(exchanging);
    index.beginChange();
    auto done = place();
    if (done) {
        auto rows = readRowsAgain();
        if (rows)
            goOnWith(std::move(rows).value());
        else
            done = rows.error();
    }
    index.endChange();
    return done;
}

Result<> Document::Private::readExchangedFile()
{
    if (q->isRecording()) {
        return Error{ErrorKind::InUse,
                     QStringLiteral("Another program has put another file in place of \"%1\" or one of its archives.").arg(QDir::toNativeSeparators(readers.path())),
                     QStringLiteral("Open the capture again when it is not recorded any more."), {}};
    }
    const std::lock_guard oneAtATime(exchanging);
    auto rows = readRowsAgain();
    if (!rows) // nothing changes then: whoever looks again finds the same
        return rows.error();
    index.beginChange();
    goOnWith(std::move(rows).value());
    index.endChange();
    return {};
}

Result<std::vector<DirectoryEntry>> Document::Private::readRowsAgain() const
{
    auto database = openForReading(readers.path());
    if (!database)
        return database.error();
    const auto known = checkSchema(database.value());
    Directory directory = readDirectory(database.value());
    const quint64 count = directory.rows.empty() ? 0 : directory.rows.back().end() - 1;
    if (!known || known->clock.monotonic != clock.monotonic || known->clock.wall != clock.wall || count != pipeline.received.load()) {
        return Error{ErrorKind::InUse, QStringLiteral("In place of \"%1\" there is another capture now.").arg(QDir::toNativeSeparators(readers.path())),
                     QStringLiteral("Open it again to see that one."), {}};
    }
    (void)fillFromArchives(directory.rows, readArchives(database.value()), readers.path(), clock);
    return std::move(directory.rows);
}

void Document::Private::goOnWith(std::vector<DirectoryEntry> rows)
{
    readers.close();
    readers.forgetFiles();
    index.setDirectory(std::move(rows));
}

void Document::Private::settleAt(const QString &before, const QStringList &archivesBefore)
{
    // The disk is touched when nobody can wait for the mutex any more.
    std::unique_ptr<QLockFile> ours;
    bool wasAutomatic = false;
    {
        const std::lock_guard guard(mutex);
        wasAutomatic = std::exchange(automatic, false);
        ours = std::move(lock);
    }
    if (!wasAutomatic || !ours)
        return;
    removeCapture(before);
    for (const QString &archive : archivesBefore)
        removeCapture(archive);
}

Result<std::shared_ptr<const Block>> Document::Private::block(RecordId id) const
{
    if (!id.isValid() || id.value() > pipeline.received.load(std::memory_order_acquire))
        return noSuchRecord(id);
    for (;;) {
        if (auto found = index.find(id))
            return found;
        const quint64 layout = index.layout();
        const auto row = index.row(id);
        if (!row)   // it has gone over from memory to the file between the two look-ups
            continue;
        auto read = readers.block(*row);
        if (!read && index.hasChanged(layout)) {
            std::this_thread::yield();
            continue;
        }
        if (read)
            index.putInCache(*read, layout);
        else if (read.error().kind == ErrorKind::Damaged)
            index.setDamaged(row->first, layout);
        return read;
    }
}

Result<QByteArray> Document::Private::chunkedPayload(RecordId id, wire::PayloadKey key, quint64 from, quint64 to) const
{
    for (;;) {
        const quint64 layout = index.layout();
        auto payload = storedPayload(id, key, from, to);
        const bool isWhole = payload && static_cast<quint64>(payload->size()) == to - from;
        if (isWhole || (!payload && payload.error().kind != ErrorKind::Damaged))
            return payload;
        // Its pieces may have gone elsewhere between the two look-ups.
        if (index.hasChanged(layout)) {
            std::this_thread::yield();
            continue;
        }
        if (!payload)
            return payload;
        return Error{ErrorKind::Damaged,
                     QStringLiteral("A payload in \"%1\" is not complete: a part of the file is missing.")
                         .arg(QDir::toNativeSeparators(readers.path())),
                     QStringLiteral("Restore the file from a copy if there is one."), {}};
    }
}

Result<QByteArray> Document::Private::storedPayload(RecordId id, wire::PayloadKey key, quint64 from, quint64 to) const
{
    const auto row = index.row(id);
    // Its pieces have gone where its record has gone.
    const quint16 archive = row ? row->archive : 0;
    // It grows by what there is: a file may claim any length. Of what overlaps, only what leads on is taken.
    QByteArray payload;
    const auto take = [&](quint64 offset, QByteArrayView bytes) {
        const quint64 at = from + static_cast<quint64>(payload.size());
        const quint64 end = std::min(offset + static_cast<quint64>(bytes.size()), to);
        if (offset <= at && at < end)
            payload += bytes.sliced(static_cast<qsizetype>(at - offset), static_cast<qsizetype>(end - at));
    };
    // First what waits, then the file: what is stored in between is then seen twice, but never missed.
    const std::vector<PayloadChunk> waiting = chunks.of(key);
    const auto takeWaiting = [&] {
        for (const PayloadChunk &chunk : waiting)
            take(chunk.offset, chunk.bytes);
    };
    takeWaiting();
    if (static_cast<quint64>(payload.size()) < to - from) {
        auto reader = readers.acquire(archive);
        if (!reader)
            return reader.error();
        const auto done = (*reader)->chunks(key, from, to, [&](quint64 offset, QByteArrayView bytes) {
            take(offset, bytes);
            takeWaiting();
        });
        if (!done)
            return done.error();
    }
    return payload;
}

Result<QByteArray> Document::Private::payload(const RecordView &view, PayloadForm form, quint64 from, quint64 to) const
{
    const bool inflated = view.header.isInflated(form);
    const wire::RecordFlag chunked = inflated ? wire::RecordFlag::InflatedChunked : wire::RecordFlag::Chunked;
    if (from < to && view.header.flags.testFlag(chunked))
        return chunkedPayload(view.header.id, inflated ? view.header.inflatedKey : view.header.payloadKey, from, to);
    return view.bytes(form).sliced(static_cast<qsizetype>(from), static_cast<qsizetype>(to - from)).toByteArray();
}

Result<> Document::Private::storeFacts()
{
    const std::lock_guard oneAtATime(storing);
    const Facts::Changes changes = facts.take();
    if (changes.isEmpty())
        return {};
    const auto failed = [&](const Error &error) {
        facts.putBack(changes);
        return error;
    };
    auto database = Database::open(readers.path(), Database::Mode::Write);
    if (!database)
        return failed(database.error());
    // Where nothing is recorded only notes change.
    if (!database->exec("BEGIN IMMEDIATE") || !FactsWriter::writeNotes(database.value(), changes) || !database->exec("COMMIT")) {
        const Error error = database->error(QStringLiteral("write"));
        database->rollback();
        return failed(error);
    }
    return {};
}

std::optional<QByteArray> Document::Private::noteOf(RecordId id) const
{
    const std::shared_ptr<const Notes> notes = facts.notes();
    const QByteArray *note = noteOn(id, *notes);
    return note != nullptr ? std::optional(*note) : std::nullopt;
}

void Document::Private::addTiming(RecordHeader &header) const
{
    if (header.integrity == Integrity::Lost)
        return;
    MonotonicNs first = firstTime.load(std::memory_order_relaxed);
    if (first == 0) {
        first = index.firstTime().value_or(header.time);
        firstTime.store(first, std::memory_order_relaxed);
    }
    header.timing.wall = clock.toWall(header.time);
    header.timing.sinceFirst = header.time - first;
    if (header.timing.sinceBefore < 0) {
        if (const auto before = index.timeBefore(header.id))
            header.timing.sinceBefore = header.time - *before;
    }
}

Result<std::shared_ptr<const Block>> Document::Private::readOrLost(const DirectoryEntry &row, quint64 layout, std::optional<Error> &lost) const
{
    return orLost(readers.block(row), row, layout, lost);
}

Result<std::shared_ptr<const Block>> Document::Private::orLost(Result<std::shared_ptr<const Block>> read, const DirectoryEntry &row, quint64 layout,
                                                               std::optional<Error> &lost) const
{
    if (!read && index.hasChanged(layout))
        return std::shared_ptr<const Block>();
    if (!read && read.error().kind != ErrorKind::Damaged)
        return read.error();
    readingFails.store(false);
    if (read)
        return read;
    index.setDamaged(row.first, layout);
    reportUnreadable(read.error());
    if (!lost)
        lost = read.error();
    return Block::lost(RecordId(row.first), row.count, row.firstTime);
}

Error Document::Private::noSuchRecord(RecordId id) const
{
    return {ErrorKind::Usage, QStringLiteral("There is no frame %1.").arg(id.value()),
            QStringLiteral("Frames are numbered 1 to %1.").arg(pipeline.received.load()), {}};
}

void Document::Private::reportUnreadable(const Error &error) const
{
    if (error.kind == ErrorKind::Damaged)
        reportDamage(error);
    else if (!readingFails.exchange(true))
        Q_EMIT q->readingFailed(error);
}

void Document::Private::reportDamage(const Error &error) const
{
    {
        const std::lock_guard guard(mutex);
        const auto same = [&error](const Error &known) { return known.message == error.message; };
        if (std::any_of(damage.cbegin(), damage.cend(), same))
            return;
        const qsizetype told = damage.size();
        addDamage(damage, error);
        if (damage.size() == told)
            return;
    }
    Q_EMIT q->damageFound(error);
}

} // namespace wsw::capture
