#include "net/qtbytestream.h"

#include "net/addresstext.h"
#include "net/tcpinfo.h"
#include "net/tlsfacts.h"

#include <QPointer>
#include <QSslSocket>
#include <QTcpSocket>

#include <array>
#include <utility>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

namespace wsw::net {

namespace {

/// RST instead of FIN when the socket is closed.
void resetOnClose(qintptr descriptor)
{
#ifdef Q_OS_UNIX
    const linger now{1, 0};
    ::setsockopt(int(descriptor), SOL_SOCKET, SO_LINGER, &now, sizeof now);
#else
    Q_UNUSED(descriptor)
#endif
}

/// The same socket where it speaks TLS: a QSslSocket may carry plain TCP as well.
QSslSocket *encrypted(QTcpSocket &socket)
{
    auto *tls = qobject_cast<QSslSocket *>(&socket);
    return tls && tls->mode() != QSslSocket::UnencryptedMode ? tls : nullptr;
}

Error failure(const QTcpSocket &socket, bool tls)
{
    const QString words = socket.errorString();
    if (tls) {
        return {ErrorKind::Tls, QStringLiteral("TLS failed after its handshake: %1.").arg(words),
                QStringLiteral("\"Certificate required\" is a server's word for a client that has to show a certificate: name one, and its key. "
                               "Anything else the peer's log may explain."), {}};
    }
    return {ErrorKind::Io, QStringLiteral("The connection failed: %1.").arg(words),
            QStringLiteral("Check the network between here and the peer, then connect again."), {}};
}

} // namespace

QtByteStream::QtByteStream(std::unique_ptr<QTcpSocket> socket)
    : m_socket(std::move(socket)), m_tls(encrypted(*m_socket)),
      m_localAddress(addressText(m_socket->localAddress(), m_socket->localPort())),
      m_peerAddress(addressText(m_socket->peerAddress(), m_socket->peerPort()))
{
    m_socket->setParent(nullptr);
    m_socket->setReadBufferSize(readBufferBytes);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket.get(), &QTcpSocket::readyRead, this, &QtByteStream::onReadyRead);
    if (!m_tls)
        connect(m_socket.get(), &QTcpSocket::bytesWritten, this, &QtByteStream::countTaken);
    connect(m_socket.get(), &QTcpSocket::bytesWritten, this, &QtByteStream::onBytesWritten);
    connect(m_socket.get(), &QTcpSocket::errorOccurred, this, &QtByteStream::onError);
    connect(m_socket.get(), &QTcpSocket::disconnected, this, &QtByteStream::onDisconnected);
    if (m_tls) {
        connect(m_tls, &QSslSocket::encryptedBytesWritten, this, &QtByteStream::countTaken);
        connect(m_tls, &QSslSocket::encryptedBytesWritten, this, &QtByteStream::onBytesWritten);
    }
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        later(&QtByteStream::onDisconnected);
}

QtByteStream::~QtByteStream()
{
    m_socket->disconnect(this);
    if (!m_ended && !m_aborted)
        resetOnClose(m_socket->socketDescriptor());
    m_socket->abort();
    // We may be inside one of its signals.
    m_socket.release()->deleteLater();
}

void QtByteStream::write(QByteArrayView bytes)
{
    m_given += quint64(bytes.size());
    if (m_writing != Writing::On || m_aborted || m_ended || bytes.isEmpty())
        return;
    if (m_disconnected) {
        if (!std::exchange(m_outputLost, true))
            later(&QtByteStream::tellPeerEnd);
        return;
    }
    m_drainedDue = true;
    m_socket->write(bytes.data(), bytes.size());
}

qsizetype QtByteStream::pendingBytes() const
{
    if (m_disconnected || m_aborted)
        return 0;
    return qsizetype(m_socket->bytesToWrite() + (m_tls ? m_tls->encryptedBytesToWrite() : 0));
}

void QtByteStream::setReading(bool on)
{
    Q_ASSERT(m_handler || !on);
    m_reading = on;
    if (on && !std::exchange(m_readLater, true))
        later(&QtByteStream::readSome);
}

void QtByteStream::closeWrite()
{
#ifdef Q_OS_UNIX
    if (!m_tls) {
        if (m_writing == Writing::On) {
            m_writing = Writing::Ending;
            later(&QtByteStream::finishWriting);
        }
        return;
    }
#endif
    close();
}

void QtByteStream::close()
{
    if (m_writing == Writing::Closing)
        return;
    m_writing = Writing::Closing;
    later(&QtByteStream::startClosing);
}

void QtByteStream::abort()
{
    if (m_aborted || m_ended)
        return;
    m_aborted = true;
    resetOnClose(m_socket->socketDescriptor());
    m_socket->disconnect(this);
    m_socket->abort();
    later(&QtByteStream::tellAborted);
}

std::optional<TcpInfo> QtByteStream::tcpInfo() const
{
    return readTcpInfo(m_socket->socketDescriptor());
}

QJsonObject QtByteStream::tlsFacts() const
{
    return m_tls ? net::tlsFacts(*m_tls) : QJsonObject();
}

void QtByteStream::later(void (QtByteStream::*what)())
{
    QMetaObject::invokeMethod(this, what, Qt::QueuedConnection);
}

void QtByteStream::onReadyRead()
{
    // Qt may emit this from within a call of ours (QSslSocket does); the handler must not hear of it there.
    if (isReading() && !std::exchange(m_readLater, true))
        later(&QtByteStream::readSome);
}

void QtByteStream::handOn(QByteArrayView bytes)
{
    const MonotonicNs now = monotonicNow();
    if (m_handler)
        m_handler->bytesRead(bytes, now);
}

void QtByteStream::readSome()
{
    m_readLater = false;
    std::array<char, size_t(readBufferBytes)> buffer;
    const QPointer<QtByteStream> guard(this);
    const auto mayRead = [this] { return isReading() && !m_aborted && !m_ended; };
    if (mayRead() && !m_rescued.isEmpty()) {
        const QByteArray rescued = std::exchange(m_rescued, {});
        handOn(rescued);
        if (!guard)
            return;
    }
    while (mayRead() && m_socket->bytesAvailable() > 0) {
        const qint64 count = m_socket->read(buffer.data(), readBufferBytes);
        if (count <= 0)
            break;
        handOn(QByteArrayView(buffer.data(), qsizetype(count)));
        if (!guard)
            return;
    }
    if (m_disconnected)
        tellPeerEnd();
}

void QtByteStream::countTaken(qint64 bytes)
{
    m_taken += quint64(bytes);
}

void QtByteStream::onBytesWritten()
{
    if (!m_drainedDue || pendingBytes() > 0)
        return;
    m_drainedDue = false;
    later(&QtByteStream::tellDrained);
}

void QtByteStream::tellDrained()
{
    if (m_aborted || m_ended || m_drainedDue)
        return;
    if (pendingBytes() > 0) {
        // QSslSocket says bytesWritten() while the encrypted bytes are on their way from OpenSSL to the plain socket, in neither count.
        m_drainedDue = true;
        return;
    }
    const QPointer<QtByteStream> guard(this);
    if (m_handler)
        m_handler->drained();
    if (guard)
        finishWriting();
}

void QtByteStream::finishWriting()
{
    if (pendingBytes() > 0 || m_disconnected || m_aborted || m_ended)
        return;
    if (m_writing == Writing::Closing) {
        if (m_socket->state() == QAbstractSocket::ConnectedState)
            closeAfterReading();
        return;
    }
#ifdef Q_OS_UNIX
    if (m_writing == Writing::Ending) {
        m_writing = Writing::Ended;
        ::shutdown(int(m_socket->socketDescriptor()), SHUT_WR);
    }
#endif
}

void QtByteStream::startClosing()
{
    if (m_disconnected)
        tellPeerEnd();
    else
        finishWriting();    // where something is queued, tellDrained() comes back to this
}

void QtByteStream::closeAfterReading()
{
    // disconnectFromHost() reads no more. What has come is on record before it; and closing with bytes unread would send RST.
    const QPointer<QtByteStream> guard(this);
    m_socket->setReadBufferSize(0);
    qint64 left = lastReadBytes;
    do {
        left -= m_socket->bytesAvailable();
        readSome();
        if (!guard || m_aborted || m_ended)
            return;
    } while (!m_disconnected && left > 0 && m_socket->waitForReadyRead(0));
    if (!m_disconnected)
        m_socket->disconnectFromHost();
}

void QtByteStream::tellAborted()
{
    if (!m_ended)
        end(StreamEnd::Aborted);
}

void QtByteStream::onError(QAbstractSocket::SocketError error)
{
    // After any other error than these Qt closes the device, and what it had buffered is gone.
    const bool keepsBuffer = error == QAbstractSocket::RemoteHostClosedError || error == QAbstractSocket::SocketTimeoutError;
    if (!keepsBuffer && !m_disconnected)
        m_rescued += m_socket->readAll();
    if (!keepsBuffer && !m_error)
        m_error = failure(*m_socket, m_tls != nullptr);
}

void QtByteStream::onDisconnected()
{
    m_disconnected = true;
    m_outputLost = m_drainedDue || m_outputLost;
    later(&QtByteStream::tellPeerEnd);
}

void QtByteStream::tellPeerEnd()
{
    if (m_aborted || m_ended)
        return;
    // What came before the end is told before it; while reading is off, both wait.
    if (m_socket->bytesAvailable() > 0 || !m_rescued.isEmpty()) {
        if (isReading() && !std::exchange(m_readLater, true))
            later(&QtByteStream::readSome);
        return;
    }
    if (m_writing == Writing::Closing) {
        end(StreamEnd::LocalClosed);
        return;
    }
    if (!isReading())
        return;
    if (m_error) {
        end(StreamEnd::Failed, m_error);
        return;
    }
    const QPointer<QtByteStream> guard(this);
    if (!std::exchange(m_readEnded, true) && m_handler)
        m_handler->readEnded();
    if (guard && !m_aborted && !m_ended)
        end(StreamEnd::PeerClosed);
}

void QtByteStream::end(StreamEnd how, const std::optional<Error> &error)
{
    m_ended = true;
    if (m_handler)
        m_handler->ended(how, error);
}

} // namespace wsw::net
