#include "models/messageloader.h"

#include "base/limits.h"
#include "capture/document.h"

#include <QHash>

#include <algorithm>
#include <limits>

namespace wsw::desktop {

namespace {

using capture::RecordHeader;
using wire::Opcode;

/// Records looked through in one go, and in all, in each direction from the frame.
constexpr quint64 windowRecords = 4096;
constexpr quint64 reachRecords = 512 * 1024;

bool isDataFrame(const RecordHeader &header)
{
    return header.kind == wire::RecordKind::Frame && wire::isData(header.frame.opcode);
}

bool sameMessage(const RecordHeader &a, const RecordHeader &b)
{
    return isDataFrame(a) && a.connection == b.connection && a.direction == b.direction && a.message == b.message;
}

/// Bytes that a record took on the wire.
quint64 wireSizeOf(const RecordHeader &header)
{
    return header.kind == wire::RecordKind::Frame ? header.frame.wireSize() : header.payloadStored;
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
        if (auto forth = findEnd(); !forth)
            return forth;
        return m_sawDamage ? findGaps() : Result<>();
    }

    [[nodiscard]] const QList<RecordHeader> &frames() const { return m_frames; }
    /// Damaged records right behind frames()[index] among which other fragments may have been; .at is not set.
    [[nodiscard]] const LoadedMessage::Gap *gapBehind(qsizetype index) const
    {
        const auto it = m_gaps.constFind(index);
        return it == m_gaps.cend() ? nullptr : &*it;
    }
    [[nodiscard]] bool beginFound() const { return begins(m_frames.constFirst()); }
    [[nodiscard]] bool endFound() const { return m_frames.constLast().frame.fin; }
    [[nodiscard]] bool isDamagedBefore() const { return m_firstDamaged < m_frames.constFirst().id.value(); }
    [[nodiscard]] bool isDamagedBehind() const { return m_lastDamaged > m_frames.constLast().id.value(); }

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

    Result<> collect(quint64 first, quint64 last, QList<RecordHeader> &found)
    {
        return scan(first, last, [&](const RecordHeader &header) {
            if (sameMessage(header, m_frame))
                found.append(header);
        });
    }

    /// Between two fragments something is missing where damaged records lie between them and the second one does not begin on the wire
    /// where the one before it in its direction ended.
    Result<> findGaps()
    {
        quint64 expected = 0;       // offset on the wire of what comes next in this direction
        LoadedMessage::Gap damaged; // since then
        qsizetype index = -1;       // of the last fragment
        return scan(m_frames.constFirst().id.value(), m_frames.constLast().id.value(), [&](const RecordHeader &header) {
            if (header.integrity == capture::Integrity::Lost) {
                if (!damaged.first.isValid())
                    damaged.first = header.id;
                damaged.last = header.id;
                return;
            }
            if (header.connection != m_frame.connection || header.direction != m_frame.direction)
                return;
            const quint64 offset = header.frame.wireOffset;
            if (damaged.first.isValid() && offset != expected && index >= 0)
                addGap(index, damaged, offset > expected ? offset - expected : 0);
            damaged = {};
            expected = offset + wireSizeOf(header);
            if (sameMessage(header, m_frame))
                ++index;
        });
    }

    void addGap(qsizetype index, LoadedMessage::Gap gap, quint64 lostBytes)
    {
        const bool isFirst = !m_gaps.contains(index);
        LoadedMessage::Gap &known = m_gaps[index];
        gap.first = isFirst ? gap.first : known.first;
        gap.lostBytes = lostBytes + known.lostBytes;
        known = gap;
    }

    template<class Visit>
    Result<> scan(quint64 first, quint64 last, Visit visit)
    {
        auto done = m_document.scan(RecordId(first), RecordId(last), [&](const capture::RecordView &view) {
            if (view.header.integrity == capture::Integrity::Lost)
                noteDamage(view.header.id.value());
            visit(view.header);
            return !m_cancelled;
        });
        // What is damaged has been visited as such; nothing whole is claimed of it.
        return done || done.error().kind == ErrorKind::Damaged ? Result<>() : done;
    }

    void noteDamage(quint64 id)
    {
        m_sawDamage = true;
        m_firstDamaged = std::min(m_firstDamaged, id);
        m_lastDamaged = std::max(m_lastDamaged, id);
    }

    const capture::Document &m_document;
    const RecordHeader m_frame;
    const std::atomic_bool &m_cancelled;
    QList<RecordHeader> m_frames;
    QHash<qsizetype, LoadedMessage::Gap> m_gaps;
    bool m_sawDamage = false;
    quint64 m_firstDamaged = std::numeric_limits<quint64>::max();
    quint64 m_lastDamaged = 0;
};

LoadedMessage::Content contentOf(const RecordHeader &first)
{
    return first.frame.opcode == Opcode::Text ? LoadedMessage::Content::Text : LoadedMessage::Content::Binary;
}

/// Adds @p count bytes of a payload, piece by piece where it is damaged: what can be read is kept, the rest becomes gaps.
Result<> readPayload(const capture::Document &document, const RecordHeader &frame, quint64 count, LoadedMessage &message)
{
    constexpr auto form = capture::PayloadForm::Meant;
    auto bytes = document.readPayload(frame.id, 0, static_cast<qsizetype>(count), form);
    if (bytes) {
        message.bytes += *bytes;
        return {};
    }
    if (bytes.error().kind != ErrorKind::Damaged)
        return bytes.error();
    for (quint64 offset = 0; offset < count;) {
        const quint64 size = std::min(count - offset, static_cast<quint64>(limits::payloadChunkBytes));
        const auto piece = document.readPayload(frame.id, offset, static_cast<qsizetype>(size), form);
        if (piece)
            message.bytes += *piece;
        else if (piece.error().kind == ErrorKind::Damaged)
            message.gaps.append({message.bytes.size(), LoadedMessage::Gap::Of::Payload, size, frame.id, frame.id});
        else
            return piece.error();
        offset += size;
    }
    return {};
}

Result<> readPayloads(const capture::Document &document, const MessageFrames &frames, quint64 maxBytes, LoadedMessage &message,
                      const std::atomic_bool &cancelled)
{
    for (qsizetype i = 0; i < frames.frames().size() && !cancelled; ++i) {
        const RecordHeader &frame = frames.frames().at(i);
        const quint64 stored = frame.stored(capture::PayloadForm::Meant);
        message.totalBytes += stored;
        message.wireBytes += frame.payloadStored;
        const quint64 room = maxBytes - std::min(maxBytes, static_cast<quint64>(message.bytes.size()));
        if (room > 0 && stored > 0) {
            if (auto read = readPayload(document, frame, std::min(room, stored), message); !read)
                return read;
        }
        if (const LoadedMessage::Gap *gap = frames.gapBehind(i)) {
            message.gaps.append(*gap);
            message.gaps.last().at = message.bytes.size();
        }
    }
    return {};
}

} // namespace

quint64 LoadedMessage::lostPayload() const noexcept
{
    quint64 lost = 0;
    for (const Gap &gap : gaps)
        lost += gap.of == Gap::Of::Payload ? gap.lostBytes : 0;
    return lost;
}

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
        message.beginDamaged = !message.beginFound && frames.isDamagedBefore();
        message.endDamaged = !message.endFound && frames.isDamagedBehind();
    }
    message.frames = frames.frames().size();
    const auto own = std::ranges::find(frames.frames(), frame.id, &RecordHeader::id);
    message.position = own - frames.frames().cbegin();
    message.content = contentOf(frames.frames().constFirst());
    message.compressed = frame.isCompressed();
    if (auto read = readPayloads(document, frames, maxBytes, message, cancelled); !read)
        return read.error();
    return message;
}

} // namespace wsw::desktop
