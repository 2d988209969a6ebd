#pragma once

#include "capture/archiver.h"
#include "capture/automatic.h"
#include "capture/payloadqueue.h"
#include "capture/document.h"
#include "capture/facts.h"
#include "capture/loader.h"
#include "capture/recorder.h"
#include "capture/schema.h"
#include "capture/writer.h"

namespace wsw::capture {

class SaveCopy;

/// What a document is made of, in the order in which it must be taken apart from below.
class Document::Private
{
public:
    Private();
    /// Writes a new file at @p path and starts the writer.
    [[nodiscard]] Result<> create(const QString &path, bool automatic, const ClockAnchor &anchor);
    /// Reads directory and facts of an existing file.
    [[nodiscard]] Result<> open(const QString &path);

    /// Moves recording over to the file that @p copy becomes.
    [[nodiscard]] Result<> moveRecording(SaveCopy &copy, const QString &target);
    /// The document has the user's own name from now on; an automatic file of before is removed, with its archives.
    void settleAt(const QString &before, const QStringList &archivesBefore);
    /// Has @p place put another file with the same records in place of ours, and goes on reading there.
    [[nodiscard]] Result<> exchangeFile(const std::function<Result<>()> &place);
    /// Another program has done that.
    [[nodiscard]] Result<> readExchangedFile();
    /// After the file has been written anew: its rows are others. Error: it is another capture.
    [[nodiscard]] Result<std::vector<DirectoryEntry>> readRowsAgain() const;
    void goOnWith(std::vector<DirectoryEntry> rows);

    [[nodiscard]] Result<std::shared_ptr<const Block>> block(RecordId id) const;
    [[nodiscard]] Result<QByteArray> chunkedPayload(RecordId id, wire::PayloadKey key, quint64 from, quint64 to) const;
    /// As much of that as is found, without a gap.
    [[nodiscard]] Result<QByteArray> storedPayload(RecordId id, wire::PayloadKey key, quint64 from, quint64 to) const;
    /// Bytes [@p from, @p to) of a record that is seen through @p view; @p to is at most what is stored of that form.
    [[nodiscard]] Result<QByteArray> payload(const RecordView &view, PayloadForm form, quint64 from, quint64 to) const;
    /// The block of @p row; of a damaged one what stands for it, and @p lost is the first of such errors; null where the row may have been
    /// moved since the index had @p layout. Other errors: it may be read later.
    [[nodiscard]] Result<std::shared_ptr<const Block>> readOrLost(const DirectoryEntry &row, quint64 layout, std::optional<Error> &lost) const;
    /// The same of what @p reader has read.
    [[nodiscard]] Result<std::shared_ptr<const Block>> orLost(Result<std::shared_ptr<const Block>> read, const DirectoryEntry &row, quint64 layout,
                                                              std::optional<Error> &lost) const;
    /// See Document::sift().
    using Taker = std::function<bool(const Sifted &)>;
    [[nodiscard]] Result<> sift(Sieve &sieve, quint64 first, quint64 last, const Taker &take) const;
    [[nodiscard]] Result<> siftBlocks(Sieve &sieve, quint64 first, quint64 last, const Taker &take) const;
    /// Records @p from to @p last as far as they are in @p rows, or as may be at once. Where to go on; 0: it is not to go on.
    [[nodiscard]] Result<quint64> siftRows(Sieve &sieve, const std::vector<DirectoryEntry> &rows, quint64 layout, quint64 from, quint64 last, const Taker &take,
                                           std::optional<Error> &lost) const;
    /// The same of one row that cannot be read, or only by itself.
    [[nodiscard]] Result<quint64> siftUnreadable(Sieve &sieve, const DirectoryEntry &row, quint64 layout, quint64 from, quint64 last, const Taker &take,
                                                 std::optional<Error> &lost) const;
    /// Records @p from to @p to of one row of the file. False: it is not to go on.
    [[nodiscard]] Result<bool> siftRow(Sieve &sieve, Reader &reader, const DirectoryEntry &row, quint64 layout, quint64 from, quint64 to, const Taker &take,
                                       std::optional<Error> &lost) const;
    /// Writes notes that have changed, where no writer does.
    [[nodiscard]] Result<> storeFacts();
    [[nodiscard]] std::optional<QByteArray> noteOf(RecordId id) const;
    /// Adds to a record as its block tells it where it stands in the capture's time.
    void addTiming(RecordHeader &header) const;
    [[nodiscard]] Error noSuchRecord(RecordId id) const;
    /// Tells what could not be read: damage for good, anything else as what may pass.
    void reportUnreadable(const Error &error) const;
    void reportDamage(const Error &error) const;

    [[nodiscard]] Result<> startRecording(const QString &path, bool automatic, const ClockAnchor &anchor);
    void startLoader();
    [[nodiscard]] static Result<> convertFile(const QString &path, qint64 version);

    Document *q = nullptr;
    ClockAnchor clock;
    mutable std::mutex mutex;               ///< of the three below
    bool automatic = false;
    bool discarded = false;
    mutable QList<Error> damage;
    bool repaired = false;                  ///< of an opened one, as the next
    QStringList remarks;                    ///< of an opened one; never changed after
    mutable std::atomic<bool> readingFails{false};
    mutable std::atomic<MonotonicNs> firstTime{0};  ///< of the first record, once it has been asked for
    std::unique_ptr<QLockFile> lock;        ///< of an automatic file: held, it is ours to remove
    std::mutex storing;                     ///< one storeFacts() at a time
    std::mutex saving;                      ///< one saveAs() at a time
    std::mutex exchanging;                  ///< one readRowsAgain() at a time

    Pipeline pipeline;
    mutable BlockIndex index;
    PayloadQueue chunks;
    Facts facts;
    mutable ReaderPool readers;
    Recorder recorder{index, chunks, pipeline};
    std::unique_ptr<Writer> writer;
    std::unique_ptr<Loader> loader;
    std::unique_ptr<Archiver> archiver;     ///< while it is recorded
};

} // namespace wsw::capture
