#pragma once

#include "wire/traffic.h"

#include <QByteArray>

namespace wsw::capture {

/// Whether a record could be read back as it was written.
enum class Integrity : quint8 {
    Intact,
    Lost,   ///< its block is damaged: only the number (and roughly the time) is known; kind, lengths and payload are empty
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
    MessageId message;
    quint64 inflatedLength = 0;
    qint64 rttNs = 0;
    quint64 payloadStored = 0;      ///< payload bytes that can be read (less than frame.length where Truncated)
    wire::PayloadKey payloadKey = 0;
};

/// A record that is being looked at in place, during a scan or inside a decoded block. Views live as long as the block.
struct RecordView
{
    RecordHeader header;
    QByteArrayView payload;         ///< unmasked; of a Chunked payload its first bytes (previewBytes at most)
};

/// A record of one's own.
struct Record
{
    RecordHeader header;
    QByteArray payload;             ///< unmasked; of a Chunked payload the first limits::payloadChunkBytes (peek(): previewBytes)
};

/// So much of a Chunked payload is kept beside its header as well, so that a list can show how it begins without reading.
inline constexpr qsizetype previewBytes = 4096;

} // namespace wsw::capture
