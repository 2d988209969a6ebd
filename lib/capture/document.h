#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "capture/compaction.h"
#include "capture/connectioninfo.h"
#include "capture/record.h"

#include <QList>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace wsw::capture {

class Sieve;
struct Sifted;

/// The capture document: one SQLite file of packed blocks, written by a thread of its own, readable while it grows.
/// Threads: recorder() from the network thread only; everything else from any thread unless said otherwise.
class Document final : public QObject
{
    Q_OBJECT
public:
    /// Makes a new document at @p path (which must not exist) and starts recording into it.
    [[nodiscard]] static Result<std::unique_ptr<Document>> create(const QString &path);
    /// The same for records whose times are those of another clock: what was recorded elsewhere.
    [[nodiscard]] static Result<std::unique_ptr<Document>> create(const QString &path, const ClockAnchor &clock);
    /// A document for work that was never saved, in the user's data folder; kept after a crash, see recoverable().
    [[nodiscard]] static Result<std::unique_ptr<Document>> createAutomatic();
    /// Opens an existing document for reading; a write-ahead log left by a killed program is recovered first.
    /// Errors: NotFound, Permission, NotACapture, NewerVersion, Damaged (what could be read is named in detail).
    [[nodiscard]] static Result<std::unique_ptr<Document>> open(const QString &path);
    /// Automatic captures of earlier runs that were never saved nor discarded, newest first.
    [[nodiscard]] static QStringList recoverable();
    ~Document() override;

    [[nodiscard]] QString path() const;
    [[nodiscard]] bool isAutomatic() const;     ///< never saved under a name of the user's
    [[nodiscard]] bool isRecording() const;
    [[nodiscard]] ClockAnchor clock() const;

    // Counters; lock-free. received >= stored always; shown is the window's own count.
    [[nodiscard]] quint64 received() const noexcept;   ///< records taken from the relays: rows that can be read
    [[nodiscard]] quint64 stored() const noexcept;     ///< records committed to the file: survive kill -9

    /// Where the relays report. Network thread only.
    [[nodiscard]] wire::TrafficSink &recorder();
    /// Called (on the writer thread) when the recorder, having said Hold, has room again. Must return at once and call nothing of the
    /// document's. It is not called any more once another, or none, has been set.
    void setResumeHandler(std::function<void()> handler);
    /// Commits what waits; returns when it is stored. Not from the GUI thread while traffic flows.
    [[nodiscard]] Result<> flush();

    /// A fresh number for a connection of this capture.
    [[nodiscard]] ConnectionId newConnectionId();
    /// Adds or replaces what is known of a connection (by id).
    void putConnection(const ConnectionInfo &info);
    void putTcpSample(const TcpSample &sample);
    [[nodiscard]] QList<ConnectionInfo> connections() const;
    [[nodiscard]] std::optional<ConnectionInfo> connection(ConnectionId id) const;
    /// What the user has noted, as it is now; never null.
    [[nodiscard]] std::shared_ptr<const Notes> notes() const;
    /// Notes @p note (UTF-8; without words: a mark) on @p record; nothing: takes it away. Stored with what is recorded; of a document that
    /// is not recording by storeNotes(). From the document's own thread; notesChanged() follows.
    void setNote(RecordId record, const std::optional<QByteArray> &note);
    /// Writes notes that wait into the file of a document that is not recording; does nothing otherwise. For workers. On an error they still
    /// wait, and saveAs() takes them along.
    [[nodiscard]] Result<> storeNotes();
    /// What has turned out to be damaged so far, in words; empty for a sound document.
    [[nodiscard]] QList<Error> damage() const;
    /// It came out of repairCapture(): what is missing in it was lost before, and repairing it again saves nothing more.
    [[nodiscard]] bool isRepaired() const;
    /// What should be known of an opened document that is sound, in words: where its oldest records are.
    [[nodiscard]] QStringList remarks() const;
    /// Samples of one connection with time >= @p from, oldest first.
    [[nodiscard]] QList<TcpSample> tcpSamples(ConnectionId connection, MonotonicNs from = 0) const;

    /// The record if it is in memory; otherwise nothing, the block is fetched in the background and blocksLoaded() follows.
    /// Never waits: for painting. At most @p maxPayload bytes of the payload, and of what it was inflated to, are copied; of
    /// chunked ones previewBytes.
    [[nodiscard]] std::optional<Record> peek(RecordId id, qsizetype maxPayload = limits::payloadChunkBytes) const;
    /// The record, from disk if need be. For workers, tests and the command line.
    [[nodiscard]] Result<Record> read(RecordId id) const;
    /// Payload bytes [offset, offset + max) of a record in the given form, also of a chunked one; shorter at its end.
    [[nodiscard]] Result<QByteArray> readPayload(RecordId id, quint64 offset, qsizetype max,
                                                 PayloadForm form = PayloadForm::Wire) const;
    /// Calls @p visit for records first..last (numbers included, clipped to received()) in order until it returns false.
    /// A damaged record is visited as well, Integrity::Lost, so that numbers never shift; when all have been visited the
    /// error says which were lost. Any other error: it could not go on after what it has visited. Both are told by the signals as well.
    /// For workers and the command line.
    [[nodiscard]] Result<> scan(RecordId first, RecordId last, const std::function<bool(const RecordView &)> &visit) const;

    /// Lets @p sieve judge records first..last (numbers included, clipped to received()), reading as little of each as it asks for, and
    /// tells @p take of them, block by block and now and then within one, until it returns false or a record cannot be judged. Errors as
    /// of scan(); a record whose block is damaged may still be judged by what is kept of its header elsewhere.
    [[nodiscard]] Result<> sift(Sieve &sieve, RecordId first, RecordId last, const std::function<bool(const Sifted &)> &take) const;

    /// Copies everything to @p path (replacing it only when complete) and goes on recording there; this document's path() is
    /// then @p path. For a worker thread: takes as long as the disk takes.
    [[nodiscard]] Result<> saveAs(const QString &path);
    /// Stores what waits and stops recording; reading goes on working.
    [[nodiscard]] Result<> stopRecording();
    /// Keeps the file below @p bytes (at least 1 MiB; 0: of any size, as it is at first): the oldest whole blocks go to archives beside it. They stay
    /// readable here, under their numbers, as long as the archives lie there. Does nothing where nothing is recorded.
    void setSizeLimit(qint64 bytes);
    [[nodiscard]] qint64 sizeLimit() const;
    /// The archives, oldest first; some may not be found.
    [[nodiscard]] QStringList archives() const;
    /// Writes the file anew, as small as it can be; see compactCapture(). Not while it is recorded. For a worker.
    [[nodiscard]] Result<CompactionReport> compact(const Progress &progress = {});
    /// Deletes an automatic document's file, with its archives, when this object is destroyed.
    void discard();

Q_SIGNALS:
    void blocksLoaded();
    /// The file cannot be written (disk full, gone): recorder() says Hold until retry() succeeds; nothing stored is lost.
    void recordingFailed(const wsw::Error &error);
    void recordingResumed();
    void connectionsChanged();
    void notesChanged(wsw::RecordId record);
    /// Records @p first to @p last were over the limit of size and are in @p archive now.
    void archived(const QString &archive, quint64 first, quint64 last);
    /// Nothing can be moved to an archive just now; recording goes on, over the limit of size. Once until it can be.
    void archivingFailed(const wsw::Error &error);
    /// The file cannot be read just now (too many open files, locked, gone); it is tried again. Once until it can be.
    void readingFailed(const wsw::Error &error);
    /// A part of the file cannot be read: which records are lost. Once for each part; see also damage().
    void damageFound(const wsw::Error &error);

public Q_SLOTS:
    /// Tries to write again after recordingFailed().
    void retry();

private:
    class Private;
    explicit Document(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace wsw::capture
