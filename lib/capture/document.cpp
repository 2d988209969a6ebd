#include "capture/document.h"

#include "base/limits.h"
#include "capture/document_p.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cstring>

namespace wsw::capture {

namespace {

Record toRecord(const RecordView &view, qsizetype maxPayload)
{
    return {view.header, view.payload.first(std::min(view.payload.size(), maxPayload)).toByteArray()};
}

bool isChunked(const RecordHeader &header)
{
    return header.flags.testFlag(wire::RecordFlag::Chunked);
}

} // namespace

Document::Document(std::unique_ptr<Private> priv) : d(std::move(priv))
{
    d->q = this;
}

Document::~Document()
{
    d->loader.reset();
    d->readers.close();
    d->writer.reset();
    // Nothing was recorded in it: nobody will miss it.
    const bool empty = received() == 0 && d->facts.connections().isEmpty();
    if (isAutomatic() && (d->discarded || empty))
        removeCapture(path());
}

Result<std::unique_ptr<Document>> Document::create(const QString &path)
{
    auto priv = std::make_unique<Private>();
    Private &p = *priv;
    std::unique_ptr<Document> document(new Document(std::move(priv)));
    if (auto made = p.create(path, false); !made)
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
    if (auto made = p.create(place->path, true); !made)
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

QList<Error> Document::damage() const
{
    const std::lock_guard lock(d->mutex);
    return d->damage;
}

std::optional<Record> Document::peek(RecordId id, qsizetype maxPayload) const
{
    if (const auto block = d->index.find(id))
        return toRecord(block->view(id), maxPayload);
    if (const auto row = d->index.row(id))
        d->loader->want(*row);
    return std::nullopt;
}

Result<Record> Document::read(RecordId id) const
{
    const auto block = d->block(id);
    if (!block)
        return block.error();
    const RecordView view = (*block)->view(id);
    if (view.header.integrity == Integrity::Lost)
        return lostRecords(id.value(), 1, path(), QStringLiteral("the block that holds it is damaged"));
    if (!isChunked(view.header))
        return toRecord(view, view.payload.size());
    const quint64 wanted = std::min(view.header.payloadStored, quint64{limits::payloadChunkBytes});
    auto payload = d->chunkedPayload(view.header.payloadKey, 0, wanted);
    if (!payload)
        return payload.error();
    return Record{view.header, std::move(payload).value()};
}

Result<QByteArray> Document::readPayload(RecordId id, quint64 offset, qsizetype max) const
{
    const auto block = d->block(id);
    if (!block)
        return block.error();
    const RecordView view = (*block)->view(id);
    if (view.header.integrity == Integrity::Lost)
        return lostRecords(id.value(), 1, path(), QStringLiteral("the block that holds it is damaged"));
    const quint64 size = view.header.payloadStored;
    if (offset >= size || max <= 0)
        return QByteArray();
    const quint64 wanted = std::min(size - offset, static_cast<quint64>(max));
    if (isChunked(view.header))
        return d->chunkedPayload(view.header.payloadKey, offset, offset + wanted);
    return view.payload.sliced(static_cast<qsizetype>(offset), static_cast<qsizetype>(wanted)).toByteArray();
}

Result<> Document::scan(RecordId first, RecordId last, const std::function<bool(const RecordView &)> &visit) const
{
    std::optional<Error> damage;
    const quint64 end = std::min(last.value(), received());
    for (quint64 id = std::max(first.value(), quint64{1}); id <= end;) {
        std::shared_ptr<const Block> block = d->index.find(RecordId(id));
        if (!block) {
            const auto row = d->index.row(RecordId(id));
            if (!row) // between the two look-ups it has gone over from memory to the file, or from the file to the cache
                continue;
            auto reader = d->readers.acquire();
            if (!reader)
                return reader.error();
            auto read = (*reader)->block(*row);
            if (!read && read.error().kind != ErrorKind::Damaged)
                return read.error();
            if (!read && !damage)
                damage = read.error();
            block = read ? *read : Block::lost(RecordId(row->first), row->count, row->firstTime);
        }
        const quint64 blockEnd = block->first().value() + block->extent().count;
        for (; id < blockEnd && id <= end; ++id) {
            if (!visit(block->view(RecordId(id))))
                return damage ? Result<>(*damage) : Result<>();
        }
    }
    return damage ? Result<>(*damage) : Result<>();
}

Result<> Document::stopRecording()
{
    if (!isRecording())
        return {};
    if (auto stored = d->writer->flush(); !stored)
        return stored;
    d->readers.close();
    return d->writer->stop();
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

Document::Private::Private() = default;

Result<> Document::Private::create(const QString &path, bool isAutomatic)
{
    if (QFileInfo::exists(path)) {
        return Error{ErrorKind::InUse,
                     QStringLiteral("There is already a file \"%1\".").arg(QDir::toNativeSeparators(path)),
                     QStringLiteral("Choose another name, or remove it first."), {}};
    }
    auto database = Database::open(path, Database::Mode::Create);
    if (!database)
        return database.error();
    clock = ClockAnchor::take();
    automatic = isAutomatic;
    if (auto made = createSchema(database.value(), {clock, isAutomatic}); !made)
        return made;
    readers.setPath(QFileInfo(path).absoluteFilePath());
    writer = std::make_unique<Writer>(
        index, chunks, facts, pipeline,
        Writer::Events{[this](const Error &error) { Q_EMIT q->recordingFailed(error); },
                       [this] { Q_EMIT q->recordingResumed(); }});
    loader = std::make_unique<Loader>(
        readers, index,
        Loader::Events{[this] { Q_EMIT q->blocksLoaded(); }, [this](const Error &error) { reportDamage(error); }});
    return writer->start(std::move(database).value());
}

Result<> Document::Private::open(const QString &path)
{
    if (auto head = checkFileHead(path); !head)
        return head;
    readers.setPath(QFileInfo(path).absoluteFilePath());
    auto reader = readers.acquire();
    if (!reader)
        return reader.error();
    Database &database = (*reader)->database();
    const auto known = checkSchema(database);
    if (!known)
        return known.error();
    clock = known->clock;
    automatic = known->automatic;
    auto rows = Statement::prepare(
        database, "SELECT first, count, bytes, first_time, last_time FROM block ORDER BY first");
    if (!rows)
        return rows.error();
    std::vector<DirectoryEntry> directory;
    while (rows->step() == Statement::Step::Row) {
        directory.push_back({static_cast<quint64>(rows->number(0)), static_cast<quint32>(rows->number(1)),
                             static_cast<quint32>(rows->number(2)), rows->number(3), rows->number(4), false});
    }
    const quint64 count = directory.empty() ? 0 : directory.back().end() - 1;
    pipeline.received.store(count);
    pipeline.stored.store(count);
    index.setDirectory(std::move(directory));
    loader = std::make_unique<Loader>(
        readers, index,
        Loader::Events{[this] { Q_EMIT q->blocksLoaded(); }, [this](const Error &error) { reportDamage(error); }});
    return facts.load(database);
}

Result<std::shared_ptr<const Block>> Document::Private::block(RecordId id) const
{
    if (!id.isValid() || id.value() > pipeline.received.load(std::memory_order_acquire))
        return noSuchRecord(id);
    for (;;) {
        if (auto found = index.find(id))
            return found;
        const auto row = index.row(id);
        if (!row)   // it has gone over from memory to the file between the two look-ups
            continue;
        auto reader = readers.acquire();
        if (!reader)
            return reader.error();
        auto read = (*reader)->block(*row);
        if (read)
            index.putInCache(*read);
        return read;
    }
}

Result<QByteArray> Document::Private::chunkedPayload(wire::PayloadKey key, quint64 from, quint64 to) const
{
    QByteArray payload(static_cast<qsizetype>(to - from), Qt::Uninitialized);
    quint64 filled = 0;
    const auto take = [&](quint64 offset, QByteArrayView bytes) {
        const quint64 begin = std::max(offset, from);
        const quint64 end = std::min(offset + static_cast<quint64>(bytes.size()), to);
        if (begin >= end)
            return;
        std::memcpy(payload.data() + (begin - from), bytes.data() + (begin - offset), end - begin);
        filled += end - begin;
    };
    // First what waits, then the file: what is stored in between is then seen twice, but never missed.
    std::set<quint64> seen;
    for (const PayloadChunk &chunk : chunks.of(key)) {
        take(chunk.offset, chunk.bytes);
        seen.insert(chunk.offset);
    }
    if (filled < to - from) {
        auto reader = readers.acquire();
        if (!reader)
            return reader.error();
        const auto done = (*reader)->chunks(key, from, to, [&](quint64 offset, QByteArrayView bytes) {
            if (!seen.contains(offset))
                take(offset, bytes);
        });
        if (!done)
            return done.error();
    }
    if (filled < to - from) {
        return Error{ErrorKind::Damaged,
                     QStringLiteral("A payload in \"%1\" is not complete: a part of the file is missing.")
                         .arg(QDir::toNativeSeparators(readers.path())),
                     QStringLiteral("Restore the file from a copy if there is one."), {}};
    }
    return payload;
}

Error Document::Private::noSuchRecord(RecordId id) const
{
    return {ErrorKind::Usage, QStringLiteral("There is no frame %1.").arg(id.value()),
            QStringLiteral("Frames are numbered 1 to %1.").arg(pipeline.received.load()), {}};
}

void Document::Private::reportDamage(const Error &error) const
{
    {
        const std::lock_guard guard(mutex);
        const auto same = [&error](const Error &known) { return known.message == error.message; };
        if (std::any_of(damage.cbegin(), damage.cend(), same))
            return;
        damage.append(error);
    }
    Q_EMIT q->damageFound(error);
}

} // namespace wsw::capture
