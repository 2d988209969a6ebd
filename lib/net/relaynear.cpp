#include "net/relaynear.h"

namespace wsw::net {

SocketNear::SocketNear(const NearSocket::Addresses &addresses, RelayNearHandler &handler)
    : m_handler(handler), m_socket(new NearSocket(addresses, this))
{
}

SocketNear::~SocketNear()
{
    if (!m_socket)
        return;
    m_socket->setHandler(nullptr);
    // A socket that no QWebSocket has taken over has no parent and nobody else to delete it. QWebSocketServer may still be on
    // the call stack, so it goes with the event loop's next turn.
    if (!m_socket->parent())
        m_socket->deleteLater();
}

void SocketNear::write(QByteArrayView bytes)
{
    if (m_socket)
        m_socket->deliver(bytes);
}

qsizetype SocketNear::pendingBytes() const
{
    return m_socket ? m_socket->unreadBytes() : 0;
}

void SocketNear::close()
{
    if (m_socket)
        m_socket->endByPeer();
}

void SocketNear::nearWritten(QByteArrayView bytes)
{
    m_handler.nearBytes(bytes);
}

qint64 SocketNear::nearBytesToWrite() const
{
    return m_handler.farPending();
}

void SocketNear::nearClosed()
{
    m_socket.clear(); // from now on it is the speaker's alone
    m_handler.nearEnded();
}

StreamNear::StreamNear(std::unique_ptr<ByteStream> stream, RelayNearHandler &handler) : m_handler(handler), m_stream(std::move(stream))
{
    m_stream->setHandler(this);
}

StreamNear::~StreamNear()
{
    m_stream->setHandler(nullptr);
}

void StreamNear::write(QByteArrayView bytes)
{
    if (!m_over)
        m_stream->write(bytes);
}

qsizetype StreamNear::pendingBytes() const
{
    return m_over ? 0 : m_stream->pendingBytes();
}

void StreamNear::setReading(bool on)
{
    if (!m_over)
        m_stream->setReading(on);
}

void StreamNear::endWrite()
{
    if (!m_over)
        m_stream->closeWrite();
}

void StreamNear::close()
{
    if (!m_over)
        m_stream->close();
}

void StreamNear::bytesRead(QByteArrayView bytes, MonotonicNs)
{
    m_handler.nearBytes(bytes);
}

void StreamNear::drained()
{
    m_handler.nearDrained();
}

void StreamNear::readEnded()
{
    m_handler.nearReadEnded();
}

void StreamNear::ended(StreamEnd, const std::optional<Error> &)
{
    m_over = true;
    m_handler.nearEnded();
}

} // namespace wsw::net
