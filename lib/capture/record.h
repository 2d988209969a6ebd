#pragma once

#include "wire/closecode.h"
#include "wire/traffic.h"

#include <QByteArray>

#include <map>
#include <optional>

namespace wsw::capture {

/// Whether a record could be read back as it was written.
enum class Integrity : quint8 {
    Intact,
    Lost,   ///< its block is damaged: only the number (and roughly the time) is known; kind, lengths and payload are empty
};

/// Which bytes of a record.
enum class PayloadForm : quint8 {
    Wire,       ///< as they crossed the wire, unmasked: of a compressed message the deflate data
    Inflated,   ///< what permessage-deflate made of them; nothing where the message was not compressed
    Meant,      ///< what the sender meant: Inflated of a compressed message, Wire of every other
};

/// How much of a record is known: each step knows what the ones before it know as well.
enum class Known : quint8 {
    Shape,      ///< kind, direction, bits of the header, length form, connection, flags and violation; no number but these
    Sizes,      ///< all lengths
    Numbers,    ///< all of the header that a filter can ask for but times: number, masking key, message, round trip
    Times,      ///< the same with times
    Everything, ///< the whole record: its payload as well
};

/// What a filter says of a record.
enum class Verdict : quint8 {
    NoMatch,
    Match,
    Open,   ///< too little of it is known
};

/// Where a record stands in time beside the others of its capture. Documents tell it of what they hand out, of intact records.
struct Timing
{
    WallNs wall = 0;
    MonotonicNs sinceFirst = 0;     ///< since the capture's first record
    MonotonicNs sinceBefore = -1;   ///< since the record before it; negative: there is none, or its time is not known
};

/// The fixed part of a stored record (one row of the log). See lib/capture/README.md for its bytes.
struct RecordHeader
{
    RecordId id;                    ///< number in the log, from 1, without gaps
    Integrity integrity = Integrity::Intact;
    wire::RecordKind kind = wire::RecordKind::Frame;
    Direction direction = Direction::Sent;
    wire::RecordFlags flags;
    wire::Violation violation = wire::Violation::None;
    ConnectionId connection;
    wire::FrameHeader frame;        ///< kind Frame only; .wireOffset holds for every kind
    MonotonicNs time = 0;           ///< last byte
    MonotonicNs firstByteTime = 0;
    Timing timing;
    MessageId message;
    quint64 inflatedLength = 0;     ///< plain bytes that this frame's payload became
    qint64 rttNs = 0;
    quint64 payloadStored = 0;      ///< payload bytes that can be read (less than frame.length where Truncated)
    wire::PayloadKey payloadKey = 0;
    quint64 inflatedStored = 0;     ///< inflated bytes that can be read
    wire::PayloadKey inflatedKey = 0;

    /// Part of a message that permessage-deflate compressed.
    [[nodiscard]] bool isCompressed() const noexcept { return flags.testFlag(wire::RecordFlag::Compressed); }
    /// Does @p form stand for the inflated bytes here?
    [[nodiscard]] bool isInflated(PayloadForm form) const noexcept
    {
        return form == PayloadForm::Inflated || (form == PayloadForm::Meant && isCompressed());
    }
    /// How many bytes of that form can be read.
    [[nodiscard]] quint64 stored(PayloadForm form) const noexcept { return isInflated(form) ? inflatedStored : payloadStored; }
};

/// A record that is being looked at in place, during a scan or inside a decoded block. Views live as long as the block.
struct RecordView
{
    RecordHeader header;
    QByteArrayView payload;         ///< unmasked; of a Chunked payload its first bytes (previewBytes at most)
    QByteArrayView inflated{};      ///< compressed messages only; where InflatedChunked its first bytes
    const QByteArray *note = nullptr;   ///< what the user has noted on it, UTF-8, without words where it is only marked; null: nothing

    [[nodiscard]] QByteArrayView bytes(PayloadForm form) const noexcept { return header.isInflated(form) ? inflated : payload; }
};

/// A record of one's own.
struct Record
{
    RecordHeader header;
    QByteArray payload;             ///< unmasked; of a Chunked payload the first limits::payloadChunkBytes (peek(): previewBytes)
    QByteArray inflated{};          ///< compressed messages only; where InflatedChunked cut as payload
    std::optional<QByteArray> note{};   ///< as RecordView::note

    [[nodiscard]] const QByteArray &bytes(PayloadForm form) const noexcept { return header.isInflated(form) ? inflated : payload; }
};

/// A view of @p record, which must live as long.
[[nodiscard]] inline RecordView viewOf(const Record &record) noexcept
{
    return {record.header, record.payload, record.inflated, record.note ? &*record.note : nullptr};
}

/// What the user has noted on records, UTF-8; without words: a mark.
using Notes = std::map<RecordId, QByteArray>;

/// The note on @p record; null: there is none.
[[nodiscard]] inline const QByteArray *noteOn(RecordId record, const Notes &notes)
{
    const auto found = notes.find(record);
    return found != notes.end() ? &found->second : nullptr;
}

/// The code of a Close frame that carries one.
[[nodiscard]] inline std::optional<quint16> closeCodeOf(const RecordHeader &header, QByteArrayView payload) noexcept
{
    const bool isClose = header.kind == wire::RecordKind::Frame && header.frame.opcode == wire::Opcode::Close;
    return isClose ? wire::closeCodeIn(payload) : std::nullopt;
}

/// So much of a Chunked payload is kept beside its header as well, so that a list can show how it begins without reading.
inline constexpr qsizetype previewBytes = 4096;

} // namespace wsw::capture
