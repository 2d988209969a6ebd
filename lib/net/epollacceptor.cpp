#include "net/epollacceptor.h"

#include "net/plainstream.h"
#include "net/sockaddress.h"

#include <QTimer>

#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace wsw::net {

namespace {

/// Connections taken at one turn, so that a flood of them leaves time for the ones that stand.
constexpr int acceptsPerTurn = 64;

BindFailure bindFailureOf(int error)
{
    switch (error) {
    case EADDRINUSE: return BindFailure::InUse;
    case EACCES: return BindFailure::Permission;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: return BindFailure::NotLocal;
    default: return BindFailure::Other;
    }
}

} // namespace

EpollAcceptor::EpollAcceptor(EpollLoop &loop, Accepted accepted) : EpollSource(loop), m_accepted(std::move(accepted))
{
    m_restTimer.setSingleShot(true);
    m_restTimer.setInterval(acceptRestMs);
    QObject::connect(&m_restTimer, &QTimer::timeout, &m_restTimer, [this] { watch(m_descriptor, EPOLLIN); });
}

EpollAcceptor::~EpollAcceptor()
{
    if (m_descriptor < 0)
        return;
    unwatch(m_descriptor);
    closeDescriptor(m_descriptor);
}

std::optional<Acceptor::Failure> EpollAcceptor::listen(const QHostAddress &address, quint16 port)
{
    const SockAddress wanted(address, port);
    m_descriptor = ::socket(wanted.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (m_descriptor < 0)
        return fail();
    const int on = 1;
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // "::" means every address of the machine, IPv4 too; any other IPv6 address means itself.
    const int onlyIPv6 = address == QHostAddress(QHostAddress::AnyIPv6) ? 0 : 1;
    if (wanted.family() == AF_INET6)
        ::setsockopt(m_descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &onlyIPv6, sizeof onlyIPv6);
    if (::bind(m_descriptor, wanted.get(), wanted.length()) != 0 || ::listen(m_descriptor, SOMAXCONN) != 0
        || !watch(m_descriptor, EPOLLIN))
        return fail();
    const SockAddress real = SockAddress::localOf(m_descriptor);
    m_address = real.address();
    m_port = real.port();
    return std::nullopt;
}

std::optional<Acceptor::Failure> EpollAcceptor::fail()
{
    const int error = errno;
    if (m_descriptor >= 0)
        closeDescriptor(std::exchange(m_descriptor, -1));
    return Failure{bindFailureOf(error), QString::fromLocal8Bit(std::strerror(error))};
}

void EpollAcceptor::ready(quint32)
{
    const EpollLoop::Guard guard(this);
    for (int count = 0; count < acceptsPerTurn && !guard.gone(); ++count) {
        const int descriptor = ::accept4(m_descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            // A copy: the call may delete this object and what it holds.
            const Accepted accepted = m_accepted;
            accepted(descriptor, {});
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            rest(errno);
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return;
        }
    }
}

void EpollAcceptor::rest(int error)
{
    unwatch(m_descriptor);
    m_restTimer.start();
    const Accepted accepted = m_accepted;
    accepted(-1, QString::fromLocal8Bit(std::strerror(error)));
}

} // namespace wsw::net
