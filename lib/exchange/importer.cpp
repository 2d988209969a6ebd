#include "exchange/importer.h"

#include "capture/document.h"
#include "exchange/harimport.h"
#include "exchange/importsink.h"
#include "exchange/packetfile.h"
#include "exchange/packetimport.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

/// Whoever watches is told once in so many packets.
constexpr quint64 stepsPerReport = 4096;

Error importCancelled() { return {ErrorKind::Cancelled, u"The import was cancelled."_s, {}, {}}; }

void removeCapture(const QString &path)
{
    for (const QString &ending : {u""_s, u"-wal"_s, u"-shm"_s})
        QFile::remove(path + ending);
}

Result<ImportSummary> importPackets(QFile &file, capture::Document &document, const Progress &progress)
{
    Result<PacketFile> packets = PacketFile::open(file);
    if (!packets)
        return packets.error();
    ImportSummary summary;
    ImportSink sink(document);
    const QString endpoint = QFileInfo(file.fileName()).fileName();
    PacketImport import(sink, {[&document] { return document.newConnectionId(); },
                               [&](capture::ConnectionInfo info, bool over) {
                                   info.endpoint = endpoint;
                                   document.putConnection(info);
                                   summary.connections += over;
                                   if (over)
                                       sink.forget(info.id);
                               }});
    FilePacket packet;
    PacketFile::Read read;
    for (quint64 count = 1; (read = packets->next(packet)) == PacketFile::Read::Packet; ++count) {
        import.packet(packet.linkType, packet.bytes, packet.time);
        if (count % stepsPerReport != 0)
            continue;
        if (progress && !progress(static_cast<quint64>(file.pos()), static_cast<quint64>(file.size())))
            return importCancelled();
        if (const auto failure = sink.failure())
            return *failure;
    }
    import.end();
    if (read == PacketFile::Read::Damaged) {
        summary.damage += Error{ErrorKind::Damaged,
                                u"\"%1\" cannot be read to its end: %2."_s.arg(QDir::toNativeSeparators(file.fileName()), packets->problem()),
                                u"What stands before has been read."_s, {}};
    }
    summary.notes = import.notes();
    summary.records = sink.records();
    const Result<> stored = document.flush();
    return stored ? Result<ImportSummary>(summary) : Result<ImportSummary>(stored.error());
}

Result<ImportSummary> importHar(QFile &file, capture::Document &document, const Progress &progress)
{
    ImportSink sink(document);
    ImportSummary summary;
    const QString endpoint = QFileInfo(file.fileName()).fileName();
    quint64 asked = 0;
    HarImport import(sink, {[&document] { return document.newConnectionId(); },
                            [&](capture::ConnectionInfo info) {
                                info.endpoint = info.endpoint.isEmpty() ? endpoint : info.endpoint;
                                document.putConnection(info);
                            },
                            [&] {
                                return ++asked % stepsPerReport != 0
                                    || (!sink.failure() && (!progress || progress(static_cast<quint64>(file.pos()), static_cast<quint64>(file.size()))));
                            },
                            [&](const QByteArray &note) { document.setNote(RecordId(sink.records()), note); }});
    const Result<> read = import.read(file);
    if (const auto failure = sink.failure())
        return *failure;
    summary.connections = import.connections();
    summary.records = sink.records();
    summary.notes = import.notes();
    // What stood before has been read; where that is nothing, this was no HAR.
    if (!read && (read.error().kind != ErrorKind::NotACapture || summary.records == 0))
        return read.error();
    if (!read)
        summary.damage += read.error();
    const Result<> stored = document.flush();
    return stored ? Result<ImportSummary>(summary) : Result<ImportSummary>(stored.error());
}

/// JSON begins with a bracket.
bool looksLikeHar(QByteArrayView beginning)
{
    constexpr QByteArrayView mark = "\xef\xbb\xbf";
    QByteArray text = beginning.toByteArray();
    if (text.startsWith(mark))
        text.remove(0, mark.size());
    return text.trimmed().startsWith('{');
}

constexpr qint64 beginningBytes = 64;

Result<ImportSummary> importInto(QFile &file, const QString &path, const Progress &progress)
{
    // The clock of records is the one that the file has.
    Result<std::unique_ptr<capture::Document>> document = capture::Document::create(path, ClockAnchor{});
    if (!document)
        return document.error();
    const Result<ImportSummary> summary =
        looksLikeHar(file.peek(beginningBytes)) ? importHar(file, **document, progress) : importPackets(file, **document, progress);
    if (!summary)
        return summary;
    const Result<> stopped = (*document)->stopRecording();
    return stopped ? summary : Result<ImportSummary>(stopped.error());
}

} // namespace

bool canImport(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && (PacketFile::recognises(file.peek(4)) || looksLikeHar(file.peek(beginningBytes)));
}

Result<ImportSummary> importFile(const QString &from, const QString &to, Overwrite overwrite, const Progress &progress)
{
    const QString name = QDir::toNativeSeparators(from);
    QFile file(from);
    if (!file.exists())
        return Error{ErrorKind::NotFound, u"There is no file \"%1\"."_s.arg(name), u"Check the name."_s, {}};
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Permission, u"\"%1\" cannot be read: %2."_s.arg(name, file.errorString()), u"Check its permissions."_s, {}};
    if (!canImport(from)) {
        return Error{ErrorKind::NotACapture, u"\"%1\" is neither pcap nor pcapng nor HAR."_s.arg(name),
                     u"Only these are imported; a capture (*.wscapture) is simply opened."_s, {}};
    }
    if (overwrite == Overwrite::No && QFileInfo::exists(to)) {
        return Error{ErrorKind::InUse, u"There is already a file \"%1\"."_s.arg(QDir::toNativeSeparators(to)),
                     u"Choose another name, or ask for it to be replaced."_s, {}};
    }
    if (QFileInfo(from).canonicalFilePath() == QFileInfo(to).canonicalFilePath())
        return Error{ErrorKind::InUse, u"\"%1\" is the file that is read."_s.arg(QDir::toNativeSeparators(to)), u"Choose another name."_s, {}};
    const QString unfinished = to + u".part"_s;
    removeCapture(unfinished);
    Result<ImportSummary> summary = importInto(file, unfinished, progress);
    if (!summary) {
        removeCapture(unfinished);
        return summary;
    }
    removeCapture(to);
    if (!QFile::rename(unfinished, to)) {
        removeCapture(unfinished);
        return Error{ErrorKind::Io, u"\"%1\" could not be written."_s.arg(QDir::toNativeSeparators(to)), u"Choose another folder."_s, {}};
    }
    return summary;
}

} // namespace wsw::exchange
