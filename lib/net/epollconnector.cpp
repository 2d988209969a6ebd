#include "net/epollconnector.h"

#include "net/plainstream.h"
#include "net/sockaddress.h"

#include <QSslSocket>

#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/epoll.h>

namespace wsw::net {

namespace {

ConnectFailure connectFailureOf(int error)
{
    using Why = ConnectFailure::Why;
    const QString words = QString::fromLocal8Bit(std::strerror(error));
    switch (error) {
    case ECONNREFUSED: return {Why::Refused, words};
    case ETIMEDOUT: return {Why::TimedOut, words};
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case ENETDOWN: return {Why::Unreachable, words};
    default: return {Why::Other, words};
    }
}

} // namespace

EpollConnector::EpollConnector(EpollLoop &loop, Done done) : EpollSource(loop), m_done(std::move(done)) {}

EpollConnector::~EpollConnector()
{
    if (m_descriptor < 0)
        return;
    unwatch(m_descriptor);
    closeDescriptor(m_descriptor);
}

void EpollConnector::start(const QHostAddress &address, quint16 port)
{
    const SockAddress to(address, port);
    m_descriptor = ::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    const bool begun = m_descriptor >= 0
                       && (::connect(m_descriptor, to.get(), to.length()) == 0 || errno == EINPROGRESS)
                       && watch(m_descriptor, EPOLLOUT);
    if (begun)
        return;
    m_startError = errno;
    wakeAtTurnEnd();
}

std::unique_ptr<ByteStream> EpollConnector::takeStream()
{
    return makePlainStream(&m_loop, std::exchange(m_descriptor, -1));
}

std::unique_ptr<QSslSocket> EpollConnector::takeTlsSocket()
{
    auto socket = std::make_unique<QSslSocket>();
    const int descriptor = std::exchange(m_descriptor, -1);
    if (socket->setSocketDescriptor(descriptor))
        return socket;
    closeDescriptor(descriptor);
    return nullptr;
}

void EpollConnector::ready(quint32)
{
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    finish(error);
}

void EpollConnector::turnEnded()
{
    finish(m_startError);
}

void EpollConnector::finish(int error)
{
    if (m_descriptor >= 0)
        unwatch(m_descriptor);
    const Done done = std::move(m_done);
    if (error != 0)
        done(*this, connectFailureOf(error));
    else
        done(*this, std::nullopt);
}

} // namespace wsw::net
