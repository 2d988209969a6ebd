#pragma once

#include "capture/automatic.h"
#include "capture/chunkqueue.h"
#include "capture/document.h"
#include "capture/facts.h"
#include "capture/loader.h"
#include "capture/recorder.h"
#include "capture/schema.h"
#include "capture/writer.h"

#include <set>

namespace wsw::capture {

/// What a document is made of, in the order in which it must be taken apart from below.
class Document::Private
{
public:
    Private();
    /// Writes a new file at @p path and starts the writer.
    [[nodiscard]] Result<> create(const QString &path, bool automatic);
    /// Reads directory and facts of an existing file.
    [[nodiscard]] Result<> open(const QString &path);

    [[nodiscard]] Result<std::shared_ptr<const Block>> block(RecordId id) const;
    [[nodiscard]] Result<QByteArray> chunkedPayload(wire::PayloadKey key, quint64 from, quint64 to) const;
    [[nodiscard]] Error noSuchRecord(RecordId id) const;
    void reportDamage(const Error &error) const;

    Document *q = nullptr;
    ClockAnchor clock;
    mutable std::mutex mutex;               ///< of the three below
    bool automatic = false;
    bool discarded = false;
    mutable QList<Error> damage;
    std::unique_ptr<QLockFile> lock;

    Pipeline pipeline;
    mutable BlockIndex index;
    ChunkQueue chunks;
    Facts facts;
    mutable ReaderPool readers;
    Recorder recorder{index, chunks, pipeline};
    std::unique_ptr<Writer> writer;
    std::unique_ptr<Loader> loader;
};

} // namespace wsw::capture
