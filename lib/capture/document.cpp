#include "capture/document.h"

#include "base/limits.h"
#include "capture/document_p.h"
#include "capture/savecopy.h"

#include <QFileInfo>

#include <algorithm>
#include <thread>

namespace wsw::capture {

namespace {

QByteArray beginning(QByteArrayView bytes, qsizetype max)
{
    return bytes.first(std::min(bytes.size(), max)).toByteArray();
}

} // namespace

Document::Document(std::unique_ptr<Private> priv) : d(std::move(priv))
{
    d->q = this;
}

Document::~Document()
{
    if (d->archiver && d->discarded)
        d->archiver->setLimit(0);
    d->archiver.reset();
    d->loader.reset();
    d->readers.close();
    d->writer.reset();
    // Nothing was recorded in it: nobody will miss it.
    const bool empty = received() == 0 && d->facts.connections().isEmpty();
    if (isAutomatic() && d->lock && !path().isEmpty() && (d->discarded || empty)) {
        removeCapture(path());
        for (const QString &archive : archives())
            removeCapture(archive);
    }
}

Result<std::unique_ptr<Document>> Document::create(const QString &path)
{
    return create(path, ClockAnchor::take());
}

Result<std::unique_ptr<Document>> Document::create(const QString &path, const ClockAnchor &clock)
{
    auto priv = std::make_unique<Private>();
    Private &p = *priv;
    std::unique_ptr<Document> document(new Document(std::move(priv)));
    if (auto made = p.create(path, false, clock); !made)
        return made.error();
    return document;
}

Result<std::unique_ptr<Document>> Document::createAutomatic()
{
    auto place = newAutomaticPlace();
    if (!place)
        return place.error();
    auto priv = std::make_unique<Private>();
    Private &p = *priv;
    p.lock = std::move(place->lock);
    std::unique_ptr<Document> document(new Document(std::move(priv)));
    if (auto made = p.create(place->path, true, ClockAnchor::take()); !made)
        return made.error();
    return document;
}

Result<std::unique_ptr<Document>> Document::open(const QString &path)
{
    auto priv = std::make_unique<Private>();
    Private &p = *priv;
    std::unique_ptr<Document> document(new Document(std::move(priv)));
    if (auto opened = p.open(path); !opened)
        return opened.error();
    return document;
}

QStringList Document::recoverable()
{
    return recoverableCaptures();
}

QString Document::path() const
{
    return d->readers.path();
}

bool Document::isAutomatic() const
{
    const std::lock_guard lock(d->mutex);
    return d->automatic;
}

bool Document::isRecording() const
{
    return d->writer && d->writer->isRunning();
}

ClockAnchor Document::clock() const
{
    return d->clock;
}

quint64 Document::received() const noexcept
{
    return d->pipeline.received.load(std::memory_order_acquire);
}

quint64 Document::stored() const noexcept
{
    return d->pipeline.stored.load();
}

wire::TrafficSink &Document::recorder()
{
    return d->recorder;
}

void Document::setResumeHandler(std::function<void()> handler)
{
    if (d->writer)
        d->writer->setResumeHandler(std::move(handler));
}

Result<> Document::flush()
{
    return d->writer ? d->writer->flush() : Result<>();
}

ConnectionId Document::newConnectionId()
{
    return d->facts.newConnectionId();
}

void Document::putConnection(const ConnectionInfo &info)
{
    d->facts.put(info);
    d->pipeline.factsWait.store(true);
    d->pipeline.nudge();
    Q_EMIT connectionsChanged();
}

void Document::putTcpSample(const TcpSample &sample)
{
    d->facts.put(sample);
    d->pipeline.factsWait.store(true);
    d->pipeline.nudge();
}

QList<ConnectionInfo> Document::connections() const
{
    return d->facts.connections();
}

std::optional<ConnectionInfo> Document::connection(ConnectionId id) const
{
    return d->facts.connection(id);
}

QList<TcpSample> Document::tcpSamples(ConnectionId connection, MonotonicNs from) const
{
    return d->facts.samples(connection, from);
}

std::shared_ptr<const Notes> Document::notes() const
{
    return d->facts.notes();
}

void Document::setNote(RecordId record, const std::optional<QByteArray> &note)
{
    d->facts.putNote(record, note);
    if (isRecording()) {
        d->pipeline.factsWait.store(true);
        d->pipeline.nudge();
    }
    Q_EMIT notesChanged(record);
}

Result<> Document::storeNotes()
{
    if (isRecording())  // the writer does, and nobody has to wait for what holds the file
        return {};
    // Not while the file is being written anew, or copied to go on elsewhere.
    const std::lock_guard oneAtATime(d->saving);
    return isRecording() ? Result<>() : d->storeFacts();
}

QList<Error> Document::damage() const
{
    const std::lock_guard lock(d->mutex);
    return d->damage;
}

bool Document::isRepaired() const
{
    return d->repaired;
}

QStringList Document::remarks() const
{
    return d->remarks;
}

std::optional<Record> Document::peek(RecordId id, qsizetype maxPayload) const
{
    if (const auto block = d->index.find(id)) {
        RecordView view = block->view(id);
        d->addTiming(view.header);
        return Record{view.header, beginning(view.payload, maxPayload), beginning(view.inflated, maxPayload), d->noteOf(id)};
    }
    if (const auto row = d->index.row(id))
        d->loader->want(*row);
    return std::nullopt;
}

Result<Record> Document::read(RecordId id) const
{
    const auto block = d->block(id);
    if (!block)
        return block.error();
    RecordView view = (*block)->view(id);
    if (view.header.integrity == Integrity::Lost)
        return lostRecords(id.value(), 1, path(), QStringLiteral("the block that holds it is damaged"));
    d->addTiming(view.header);
    constexpr quint64 most{limits::payloadChunkBytes};
    auto payload = d->payload(view, PayloadForm::Wire, 0, std::min(view.header.payloadStored, most));
    if (!payload)
        return payload.error();
    auto inflated = d->payload(view, PayloadForm::Inflated, 0, std::min(view.header.inflatedStored, most));
    if (!inflated)
        return inflated.error();
    return Record{view.header, std::move(payload).value(), std::move(inflated).value(), d->noteOf(id)};
}

Result<QByteArray> Document::readPayload(RecordId id, quint64 offset, qsizetype max, PayloadForm form) const
{
    const auto block = d->block(id);
    if (!block)
        return block.error();
    const RecordView view = (*block)->view(id);
    if (view.header.integrity == Integrity::Lost)
        return lostRecords(id.value(), 1, path(), QStringLiteral("the block that holds it is damaged"));
    const quint64 size = view.header.stored(form);
    if (offset >= size || max <= 0)
        return QByteArray();
    auto payload = d->payload(view, form, offset, offset + std::min(size - offset, static_cast<quint64>(max)));
    if (!payload)
        d->reportUnreadable(payload.error());
    return payload;
}

Result<> Document::scan(RecordId first, RecordId last, const std::function<bool(const RecordView &)> &visit) const
{
    std::optional<Error> damage;
    const std::shared_ptr<const Notes> notes = this->notes();
    const quint64 end = std::min(last.value(), received());
    for (quint64 id = std::max(first.value(), quint64{1}); id <= end;) {
        const quint64 layout = d->index.layout();
        std::shared_ptr<const Block> block = d->index.find(RecordId(id));
        if (!block) {
            const auto row = d->index.row(RecordId(id));
            if (!row) // between the two look-ups it has gone over from memory to the file, or from the file to the cache
                continue;
            auto read = d->readOrLost(*row, layout, damage);
            if (!read) {
                d->reportUnreadable(read.error());
                return read.error();
            }
            block = *read;
            if (!block) { // it is being moved
                std::this_thread::yield();
                continue;
            }
        }
        const quint64 blockEnd = block->first().value() + block->extent().count;
        for (; id < blockEnd && id <= end; ++id) {
            RecordView view = block->view(RecordId(id));
            d->addTiming(view.header);
            if (!notes->empty())
                view.note = noteOn(view.header.id, *notes);
            if (!visit(view))
                return damage ? Result<>(*damage) : Result<>();
        }
    }
    return damage ? Result<>(*damage) : Result<>();
}

Result<> Document::sift(Sieve &sieve, RecordId first, RecordId last, const std::function<bool(const Sifted &)> &take) const
{
    return d->sift(sieve, std::max(first.value(), quint64{1}), std::min(last.value(), received()), take);
}

Result<> Document::saveAs(const QString &path)
{
    const std::lock_guard oneAtATime(d->saving);
    const QString target = QFileInfo(path).absoluteFilePath();
    const QString before = this->path();
    if (target == before)
        return flush();
    SaveCopy copy(target);
    if (auto copied = copy.copyFrom(before); !copied)
        return copied;
    const auto archives = copy.bringArchives(before);
    if (!archives)
        return archives.error();
    const QStringList archivesBefore = d->readers.archives();
    const auto readThere = [&] {
        d->readers.setPath(target);
        d->readers.setArchives(*archives);
    };
    const auto place = [&]() -> Result<> {
        if (auto placed = copy.putInPlace(); !placed)
            return placed;
        readThere();
        return {};
    };
    // Of a file that is not recorded the rows are read again: another program may have compacted it before it was copied.
    if (auto moved = isRecording() ? d->moveRecording(copy, target) : d->exchangeFile(place); !moved)
        return moved;
    if (isRecording())
        readThere();
    d->settleAt(before, archivesBefore);
    return isRecording() ? Result<>() : d->storeFacts();
}

Result<> Document::stopRecording()
{
    if (!isRecording())
        return {};
    if (auto stored = d->writer->flush(); !stored)
        return stored;
    d->archiver->stop();    // looks a last time
    d->readers.close();
    return d->writer->stop();
}

void Document::setSizeLimit(qint64 bytes)
{
    if (d->archiver)
        d->archiver->setLimit(bytes);
}

qint64 Document::sizeLimit() const
{
    return d->archiver ? d->archiver->limit() : 0;
}

QStringList Document::archives() const
{
    return d->readers.archives();
}

Result<CompactionReport> Document::compact(const Progress &progress)
{
    const std::lock_guard oneAtATime(d->saving);
    if (isRecording()) {
        return Error{ErrorKind::InUse, QStringLiteral("The capture is being recorded."),
                     QStringLiteral("Have the compacted capture written under another name."), {}};
    }
    d->readers.close(); // those that wait keep others from making one plain file of it
    return compactCapture(path(), path(), progress, [this](const auto &place) { return d->exchangeFile(place); });
}

void Document::discard()
{
    const std::lock_guard lock(d->mutex);
    d->discarded = true;
}

void Document::retry()
{
    if (d->writer)
        d->writer->retry();
}

} // namespace wsw::capture
