#include "models/messageloader.h"

#include "capture/document.h"
#include "models/jsontext.h"

#include <algorithm>

namespace wsw::desktop {

namespace {

using capture::RecordHeader;
using wire::Opcode;

/// Records looked through in one go, and in all, in each direction from the frame.
constexpr quint64 windowRecords = 4096;
constexpr quint64 reachRecords = 512 * 1024;
/// Laying out more than this as JSON helps nobody and takes long.
constexpr qsizetype jsonBytes = 8 * 1024 * 1024;

bool isDataFrame(const RecordHeader &header)
{
    return header.kind == wire::RecordKind::Frame && !wire::isControl(header.frame.opcode);
}

bool sameMessage(const RecordHeader &a, const RecordHeader &b)
{
    return isDataFrame(a) && a.connection == b.connection && a.direction == b.direction && a.message == b.message;
}

/// Finds the frames of one message around one of them.
class MessageFrames final
{
public:
    MessageFrames(const capture::Document &document, const RecordHeader &frame, const std::atomic_bool &cancelled)
        : m_document(document), m_frame(frame), m_cancelled(cancelled), m_frames{frame}
    {
    }

    Result<> find()
    {
        if (auto back = findBegin(); !back)
            return back;
        return findEnd();
    }

    [[nodiscard]] const QList<RecordHeader> &frames() const { return m_frames; }
    [[nodiscard]] bool beginFound() const { return begins(m_frames.constFirst()); }
    [[nodiscard]] bool endFound() const { return m_frames.constLast().frame.fin; }

private:
    static bool begins(const RecordHeader &header) { return header.frame.opcode != Opcode::Continuation; }

    Result<> findBegin()
    {
        quint64 before = m_frame.id.value();
        const quint64 stop = before > reachRecords ? before - reachRecords : 1;
        while (!beginFound() && before > stop && !m_cancelled) {
            const quint64 first = before > windowRecords ? std::max(before - windowRecords, stop) : stop;
            QList<RecordHeader> found;
            if (auto done = collect(first, before - 1, found); !done)
                return done;
            m_frames = found + m_frames;
            before = first;
        }
        return {};
    }

    Result<> findEnd()
    {
        quint64 next = m_frame.id.value() + 1;
        const quint64 stop = std::min(m_document.received(), next + reachRecords);
        while (!endFound() && next <= stop && !m_cancelled) {
            const quint64 last = std::min(next + windowRecords - 1, stop);
            QList<RecordHeader> found;
            if (auto done = collect(next, last, found); !done)
                return done;
            m_frames += found;
            next = last + 1;
        }
        return {};
    }

    Result<> collect(quint64 first, quint64 last, QList<RecordHeader> &found) const
    {
        auto done = m_document.scan(RecordId(first), RecordId(last), [&](const capture::RecordView &view) {
            if (sameMessage(view.header, m_frame))
                found.append(view.header);
            return !m_cancelled;
        });
        // A damaged part may have held other fragments: those that were found are shown, and no whole message is claimed without its ends.
        return done || done.error().kind == ErrorKind::Damaged ? Result<>() : done;
    }

    const capture::Document &m_document;
    const RecordHeader m_frame;
    const std::atomic_bool &m_cancelled;
    QList<RecordHeader> m_frames;
};

LoadedMessage::Content contentOf(const RecordHeader &first)
{
    if (first.flags.testFlag(wire::RecordFlag::Compressed))
        return LoadedMessage::Content::Compressed;
    return first.frame.opcode == Opcode::Text ? LoadedMessage::Content::Text : LoadedMessage::Content::Binary;
}

Result<> readPayloads(const capture::Document &document, const QList<RecordHeader> &frames, quint64 maxBytes, LoadedMessage &message,
                      const std::atomic_bool &cancelled)
{
    for (const RecordHeader &frame : frames) {
        if (cancelled)
            break;
        message.totalBytes += frame.payloadStored;
        const quint64 room = maxBytes - std::min(maxBytes, static_cast<quint64>(message.bytes.size()));
        if (room == 0 || frame.payloadStored == 0)
            continue;
        auto bytes = document.readPayload(frame.id, 0, static_cast<qsizetype>(std::min(room, frame.payloadStored)));
        if (!bytes)
            return bytes.error();
        message.bytes += *bytes;
    }
    return {};
}

} // namespace

Result<LoadedMessage> loadMessage(const capture::Document &document, const capture::RecordHeader &frame, quint64 maxBytes,
                                  const std::atomic_bool &cancelled)
{
    LoadedMessage message;
    MessageFrames frames(document, frame, cancelled);
    // Control frames, other records and continuations of nothing stand alone.
    if (isDataFrame(frame) && frame.message.isValid()) {
        if (auto found = frames.find(); !found)
            return found.error();
        message.beginFound = frames.beginFound();
        message.endFound = frames.endFound();
    }
    message.frames = frames.frames().size();
    const auto own = std::ranges::find(frames.frames(), frame.id, &RecordHeader::id);
    message.position = own - frames.frames().cbegin();
    message.content = contentOf(frames.frames().constFirst());
    if (auto read = readPayloads(document, frames.frames(), maxBytes, message, cancelled); !read)
        return read.error();
    if (message.content == LoadedMessage::Content::Text && message.isWhole() && message.bytes.size() <= jsonBytes && !cancelled)
        message.json = prettyJson(message.bytes);
    return message;
}

} // namespace wsw::desktop
