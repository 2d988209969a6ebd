#include "net/qtconnector.h"

#include "net/qtbytestream.h"

#include <QNetworkProxy>
#include <QSslSocket>

namespace wsw::net {

namespace {

ConnectFailure::Why whyOf(QAbstractSocket::SocketError error)
{
    using Why = ConnectFailure::Why;
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError: return Why::Refused;
    case QAbstractSocket::SocketTimeoutError: return Why::TimedOut;
    case QAbstractSocket::NetworkError: return Why::Unreachable;
    default: return Why::Other;
    }
}

} // namespace

QtConnector::QtConnector(Done done) : m_done(std::move(done)), m_socket(std::make_unique<QSslSocket>())
{
    connect(m_socket.get(), &QAbstractSocket::connected, this, &QtConnector::onConnected);
    connect(m_socket.get(), &QAbstractSocket::errorOccurred, this, &QtConnector::onError);
}

QtConnector::~QtConnector()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();  // we may be inside one of its signals
}

void QtConnector::start(const QHostAddress &address, quint16 port)
{
    m_socket->setProxy(QNetworkProxy::NoProxy);
    m_socket->connectToHost(address, port);
}

std::unique_ptr<ByteStream> QtConnector::takeStream()
{
    return std::make_unique<QtByteStream>(std::move(m_socket));
}

std::unique_ptr<QSslSocket> QtConnector::takeTlsSocket()
{
    return std::move(m_socket);
}

void QtConnector::onConnected()
{
    finish(std::nullopt);
}

void QtConnector::onError(QAbstractSocket::SocketError error)
{
    finish(ConnectFailure{whyOf(error), m_socket->errorString()});
}

void QtConnector::finish(const std::optional<ConnectFailure> &failure)
{
    if (std::exchange(m_finished, true))
        return;
    m_socket->disconnect(this);
    // Qt may fail from within connectToHost(); and who gets the socket may delete it, which its own signal would not survive.
    QMetaObject::invokeMethod(this, [this, failure] {
        const Done done = std::move(m_done);
        done(*this, failure);
    }, Qt::QueuedConnection);
}

} // namespace wsw::net
