#pragma once

#include <QtGlobal>

/// Every limit of the program, by name, with its reason. Tests go to each limit and one past it.
namespace wsw::limits {

/// A request or response head longer than this is refused: common servers refuse above 8 to 64 KiB.
inline constexpr qsizetype headBytes = 64 * 1024;
/// One header line; as headBytes.
inline constexpr qsizetype headLineBytes = 16 * 1024;
/// More header lines than any honest client sends.
inline constexpr qsizetype headLines = 256;
/// The body of an answer that is no upgrade is read up to this, to be shown.
inline constexpr qsizetype answerBodyBytes = 256 * 1024;

/// RFC 6455, 5.5: the payload of a control frame.
inline constexpr quint64 controlPayloadBytes = 125;
/// RFC 6455, 5.2: the most significant bit of a 64-bit length must be 0.
inline constexpr quint64 framePayloadBytes = (quint64{1} << 63) - 1;
/// Default for the largest frame that is accepted; a setting of each endpoint.
inline constexpr quint64 defaultFrameBytes = quint64{512} * 1024 * 1024;
/// Default for the largest message, all its frames together: a speaker gathers it whole, and fragments may go on without end.
inline constexpr quint64 messageBytes = defaultFrameBytes;

/// Default for what a compressed message may become: deflate can make a thousand bytes of one, a limit on frames is none here.
inline constexpr quint64 inflatedBytes = quint64{64} * 1024 * 1024;
/// A message over its limit is inflated on, for later ones may build on it, and thrown away, until it is so many times the limit: what
/// honest peers send is less, and a connection can waste no more than about a second with it.
inline constexpr quint64 inflatedDiscardFactor = 16;

/// Bytes of a connection with compression are inflated in pieces of this size, so that reading can stop in between: deflate makes at
/// most a thousand bytes of one.
inline constexpr qsizetype inflatePieceBytes = 16 * 1024;
/// A message that is compressed here goes on in another frame when so much of it has gone into one: whoever reads along with what is
/// sent has to inflate it again.
inline constexpr qsizetype deflatedFrameBytes = 16 * 1024 * 1024;

/// A payload longer than this is stored in pieces of this size, so that a block and its cache stay small.
inline constexpr qsizetype payloadChunkBytes = 1024 * 1024;
/// A block of packed records is closed at this size.
inline constexpr qsizetype blockBytes = 256 * 1024;
/// Records wait at most this long, in ms, before they are committed.
inline constexpr int commitIntervalMs = 100;
/// A file that cannot be read just now (too many open files, locked by another program) is tried again after this, in ms.
inline constexpr int readRetryMs = 500;
/// Bytes that may wait for the disk before the relays stop reading.
inline constexpr qsizetype writerQueueBytes = 16 * 1024 * 1024;

/// Bytes waiting to be written to a socket above which its source is no longer read, until all has been written.
inline constexpr qsizetype writeHighWater = 1024 * 1024;

/// Opening handshake of an accepted connection, in ms.
inline constexpr int handshakeTimeoutMs = 10'000;
/// Default for connect (name, TCP, TLS and upgrade together), in ms; a setting of each client.
inline constexpr int connectTimeoutMs = 15'000;
/// After our Close has been sent, the peer's Close is waited for this long, in ms.
inline constexpr int closeTimeoutMs = 5'000;

} // namespace wsw::limits
