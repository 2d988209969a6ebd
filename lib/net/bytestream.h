#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>

#include <optional>

namespace wsw::net {

/// What a stream reads at most when it is closed: more than a kernel holds, and an end even where the peer writes without one.
inline constexpr qint64 lastReadBytes = 16 * 1024 * 1024;

/// How a byte stream ended, seen from here.
enum class StreamEnd : quint8 {
    PeerClosed,     ///< the peer's FIN, everything before it was read
    LocalClosed,    ///< close() on our side, everything was written
    Reset,          ///< RST from the peer
    Aborted,        ///< abort() on our side
    Failed,         ///< another error; see the Error
};

/// Who hears from a ByteStream. All calls come on the stream's thread, never from within a call into the stream.
class ByteStreamHandler
{
public:
    virtual ~ByteStreamHandler() = default;
    /// Bytes have come. @p time: when the kernel got them where it says so, else when they were read. The view is valid during the call.
    virtual void bytesRead(QByteArrayView bytes, MonotonicNs time) = 0;
    /// Everything written so far has been handed to the kernel after pendingBytes() had been above zero.
    virtual void drained() = 0;
    /// The peer sends no more (FIN). Writing may go on. At most once, before ended().
    virtual void readEnded() = 0;
    /// It is over; the last call. @p error where Failed.
    virtual void ended(StreamEnd end, const std::optional<Error> &error) = 0;
};

/// What the kernel says of a TCP connection (TCP_INFO), where it does.
struct TcpInfo
{
    qint64 rttNs = 0;
    qint64 rttVarNs = 0;
    quint32 retransmits = 0;
};

/// An established, two-way byte stream: TCP or TLS over TCP. One thread (the network thread); starts with reading off.
class ByteStream
{
public:
    virtual ~ByteStream() = default;
    /// Must be set before reading is turned on. Not owned; must outlive the stream or be replaced by nullptr.
    virtual void setHandler(ByteStreamHandler *handler) = 0;
    /// Queues @p bytes; they leave in order, gathered, at the latest at the end of this turn of the event loop. No limit: the
    /// caller watches pendingBytes() and limits::writeHighWater.
    virtual void write(QByteArrayView bytes) = 0;
    [[nodiscard]] virtual qsizetype pendingBytes() const = 0;
    /// Once ended(): how much of what was given to write() has never been handed to the kernel. Over TLS at least so much.
    [[nodiscard]] virtual quint64 lostBytes() const = 0;
    /// Off: bytes stay in the kernel and TCP slows the peer down. Only when what is written can no longer leave (the connection is
    /// broken) is the rest handed on, and ended() told, although reading is off.
    virtual void setReading(bool on) = 0;
    /// Writes what is queued, then FIN; reading goes on until the peer's FIN. Where a half-close is not possible (TLS) as close().
    virtual void closeWrite() = 0;
    /// Writes what is queued, then closes; ended(LocalClosed) follows. What has come until then is handed on before it, reading or not,
    /// but no readEnded() any more. What the peer sends later is not waited for: see closeWrite().
    virtual void close() = 0;
    /// Closes at once with RST where possible; what is queued is lost; ended(Aborted) follows.
    virtual void abort() = 0;

    [[nodiscard]] virtual QString localAddress() const = 0;    ///< "127.0.0.1:8765", "[::1]:8765"
    [[nodiscard]] virtual QString peerAddress() const = 0;
    [[nodiscard]] virtual std::optional<TcpInfo> tcpInfo() const = 0;
    /// TLS facts (protocol, cipher, server name, ALPN, chain with subject, issuer, validity, fingerprint); empty for plain TCP.
    [[nodiscard]] virtual QJsonObject tlsFacts() const { return {}; }
};

} // namespace wsw::net
