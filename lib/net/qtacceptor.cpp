#include "net/qtacceptor.h"

#include <QTimer>

namespace wsw::net {

QtAcceptor::QtAcceptor(Accepted accepted) : m_accepted(std::move(accepted))
{
    connect(this, &QTcpServer::newConnection, this, &QtAcceptor::handOver);
    connect(this, &QTcpServer::acceptError, this, &QtAcceptor::onAcceptError);
}

std::optional<Acceptor::Failure> QtAcceptor::listen(const QHostAddress &address, quint16 port)
{
    if (QTcpServer::listen(address, port))
        return std::nullopt;
    switch (serverError()) {
    case QAbstractSocket::AddressInUseError: return Failure{BindFailure::InUse, errorString()};
    case QAbstractSocket::SocketAccessError: return Failure{BindFailure::Permission, errorString()};
    case QAbstractSocket::SocketAddressNotAvailableError: return Failure{BindFailure::NotLocal, errorString()};
    default: return Failure{BindFailure::Other, errorString()};
    }
}

void QtAcceptor::incomingConnection(qintptr descriptor)
{
    // Handed over in newConnection(), which follows: there, not here, QTcpServer expects to be deleted.
    m_waiting = descriptor;
}

void QtAcceptor::handOver()
{
    const qintptr descriptor = std::exchange(m_waiting, -1);
    if (descriptor < 0)
        return;
    m_hasTaken = true;
    // A copy: the call may delete this object and what it holds.
    const Accepted accepted = m_accepted;
    accepted(descriptor, {});
}

void QtAcceptor::onAcceptError()
{
    pauseAccepting();
    QTimer::singleShot(acceptRestMs, this, [this] { resumeAccepting(); });
    // Qt (6.4) keeps its first error, and tells of it again behind each connection that it takes. A true one comes again after the rest.
    if (std::exchange(m_hasTaken, false))
        return;
    const Accepted accepted = m_accepted;
    accepted(-1, errorString());
}

} // namespace wsw::net
