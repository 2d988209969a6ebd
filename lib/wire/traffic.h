#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "wire/frame.h"
#include "wire/violation.h"

#include <QFlags>

namespace wsw::wire {

/// What one record of a conversation is.
enum class RecordKind : quint8 {
    Frame = 0,          ///< one WebSocket frame
    RequestHead = 1,    ///< the client's opening head; payload = its raw bytes
    ResponseHead = 2,   ///< the server's head; payload = its raw bytes
    Body = 3,           ///< body bytes of an answer that is no upgrade
    Raw = 4,            ///< bytes that are no HTTP head where one was due, or raw bytes written by hand
    End = 5,            ///< TCP ended in this direction; payload = a short UTF-8 text saying how
};

/// What the text of an End record holds where TCP was cut with RST, from here ...
inline constexpr QByteArrayView cutHereText("cut here");
/// ... or by the peer.
inline constexpr QByteArrayView resetText("reset");

enum class RecordFlag : quint16 {
    Crafted = 0x01,     ///< composed by the user below the level of the speaker
    Held = 0x02,        ///< was held by a stage
    Edited = 0x04,      ///< was edited by a stage
    Truncated = 0x08,   ///< the connection ended inside, or was failed for the length declared; payload is what had come
    Chunked = 0x10,     ///< payload over limits::payloadChunkBytes, stored in chunks
    Compressed = 0x20,  ///< part of a message that permessage-deflate compressed
    NotMinimal = 0x40,  ///< the length form is not the shortest
    EchoReply = 0x80,   ///< rttNs is an echo round trip (a message and its reply)
    PingReply = 0x100,  ///< rttNs is a ping round trip
    InflatedChunked = 0x200,    ///< what it has become is over limits::payloadChunkBytes, stored in chunks
    ContinuesBinary = 0x400,    ///< a continuation frame of a binary message; its own header does not say so
};
Q_DECLARE_FLAGS(RecordFlags, RecordFlag)
Q_DECLARE_OPERATORS_FOR_FLAGS(RecordFlags)

/// Names the chunks of one large payload until its record is written; unique within a capture.
using PayloadKey = quint64;

/// One record on its way from the relay to whoever keeps it. Views are valid during the call only.
struct TrafficRecord
{
    RecordKind kind = RecordKind::Frame;
    Direction direction = Direction::Sent;
    RecordFlags flags;
    ConnectionId connection;
    FrameHeader header;             ///< RecordKind::Frame only; .wireOffset holds for every kind
    MonotonicNs time = 0;           ///< when the socket gave (or took) the last byte
    MonotonicNs firstByteTime = 0;  ///< when it gave the first byte; equal to time where it came in one piece
    MessageId message;              ///< data frames: the message; otherwise not valid
    quint64 inflatedLength = 0;     ///< plain bytes that this frame has given; equal to header.length where not compressed
    qint64 rttNs = 0;               ///< 0: none; otherwise see EchoReply and PingReply
    Violation violation = Violation::None;  ///< the gravest finding, None for lawful ones
    QByteArrayView payload;         ///< as on the wire, masked where header.masked; empty where Chunked
    PayloadKey payloadKey = 0;      ///< Chunked only
    QByteArrayView inflated;        ///< Compressed only: what this frame's payload has become; empty where InflatedChunked
    PayloadKey inflatedKey = 0;     ///< InflatedChunked only: its chunks are plain bytes, not masked
};

/// Where the relay reports what crossed the far side. All calls come from the network thread.
class TrafficSink
{
public:
    /// Hold: the sink's queue is full; the caller must stop reading its sockets until told to go on.
    enum class Pressure : quint8 { Go, Hold };

    virtual ~TrafficSink() = default;
    /// Keeps one record. Never refuses and never loses: Hold asks for no more, it does not say that this one was dropped.
    virtual Pressure record(const TrafficRecord &record) = 0;
    /// A fresh key for the chunks of a large payload.
    [[nodiscard]] virtual PayloadKey newPayloadKey() = 0;
    /// Keeps a piece of a large payload; @p offset is its place in the payload; bytes are as on the wire, unmasked here with
    /// @p key where @p masked.
    virtual Pressure chunk(PayloadKey payload, quint64 offset, QByteArrayView bytes, bool masked, MaskingKey key) = 0;
};

} // namespace wsw::wire
