#pragma once

#include "net/bytestream.h"
#include "net/nearsocket.h"

#include <QPointer>

#include <memory>

namespace wsw::net {

/// Who hears from the near side (the relay).
class RelayNearHandler
{
public:
    virtual ~RelayNearHandler() = default;
    /// The near side has written; possibly from within RelayNear::write(). The view is valid during the call.
    virtual void nearBytes(QByteArrayView bytes) = 0;
    /// What was written to the near side has been taken.
    virtual void nearDrained() = 0;
    /// The near side writes no more, but still reads.
    virtual void nearReadEnded() = 0;
    /// The near side is gone; the last call.
    virtual void nearEnded() = 0;
    /// Bytes from the near side that have not reached the far socket's kernel.
    [[nodiscard]] virtual qsizetype farPending() const = 0;
};

/// The near side of a relay as the relay sees it: a socket in memory or a byte stream. Network thread.
class RelayNear
{
public:
    virtual ~RelayNear() = default;
    virtual void write(QByteArrayView bytes) = 0;
    /// Written to the near side and not yet taken by it.
    [[nodiscard]] virtual qsizetype pendingBytes() const = 0;
    virtual void setReading(bool on) = 0;
    /// The far side has said its last byte: the near side sees the end of the stream, after all that was written.
    virtual void endWrite() = 0;
    /// It is over: closes the near side after what was written.
    virtual void close() = 0;
};

/// The in-memory socket of a hosted connection. Its speaker owns it and may delete it in any call.
class SocketNear final : public RelayNear, private NearSocketHandler
{
public:
    SocketNear(const NearSocket::Addresses &addresses, RelayNearHandler &handler);
    ~SocketNear() override;

    /// The socket for QWebSocketServer::handleConnection(), which takes it over; until then it belongs to this.
    [[nodiscard]] NearSocket *socket() const { return m_socket; }

    void write(QByteArrayView bytes) override;
    [[nodiscard]] qsizetype pendingBytes() const override;
    /// A speaker cannot be made to wait; what it is given to answer can (see Relay).
    void setReading(bool) override {}
    void endWrite() override { close(); }
    void close() override;

private:
    void nearWritten(QByteArrayView bytes) override;
    [[nodiscard]] qint64 nearBytesToWrite() const override;
    void nearClosed() override;

    RelayNearHandler &m_handler;
    QPointer<NearSocket> m_socket;
};

/// A byte stream as near side: the loopback connection of a QWebSocket client, or a third program.
class StreamNear final : public RelayNear, private ByteStreamHandler
{
public:
    StreamNear(std::unique_ptr<ByteStream> stream, RelayNearHandler &handler);
    ~StreamNear() override;

    void write(QByteArrayView bytes) override;
    [[nodiscard]] qsizetype pendingBytes() const override;
    void setReading(bool on) override;
    void endWrite() override;
    void close() override;

private:
    void bytesRead(QByteArrayView bytes, MonotonicNs time) override;
    void drained() override;
    void readEnded() override;
    void ended(StreamEnd end, const std::optional<Error> &error) override;

    RelayNearHandler &m_handler;
    std::unique_ptr<ByteStream> m_stream;
    bool m_over = false;
};

} // namespace wsw::net
