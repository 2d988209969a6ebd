#include "net/sockaddress.h"

#include "net/addresstext.h"

#include <array>
#include <cstring>

#include <net/if.h>
#include <netinet/in.h>

namespace wsw::net {

namespace {

uint scopeOf(const QString &scopeId)
{
    bool isNumber = false;
    const uint number = scopeId.toUInt(&isNumber);
    return isNumber ? number : ::if_nametoindex(scopeId.toLocal8Bit().constData());
}

} // namespace

SockAddress::SockAddress(const QHostAddress &address, quint16 port)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        sockaddr_in ipv4{};
        ipv4.sin_family = AF_INET;
        ipv4.sin_port = htons(port);
        ipv4.sin_addr.s_addr = htonl(address.toIPv4Address());
        std::memcpy(&m_storage, &ipv4, sizeof ipv4);
        m_length = sizeof ipv4;
        return;
    }
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(&ipv6.sin6_addr, &bytes, sizeof bytes);
    if (!address.scopeId().isEmpty())
        ipv6.sin6_scope_id = scopeOf(address.scopeId());
    std::memcpy(&m_storage, &ipv6, sizeof ipv6);
    m_length = sizeof ipv6;
}

SockAddress SockAddress::localOf(int descriptor)
{
    SockAddress found;
    found.m_length = sizeof found.m_storage;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr *>(&found.m_storage), &found.m_length) != 0)
        return {};
    return found;
}

SockAddress SockAddress::peerOf(int descriptor)
{
    SockAddress found;
    found.m_length = sizeof found.m_storage;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&found.m_storage), &found.m_length) != 0)
        return {};
    return found;
}

QHostAddress SockAddress::address() const
{
    if (m_length == 0)
        return {};
    QHostAddress address(get());
    std::array<char, IF_NAMESIZE> scope{};
    if (family() == AF_INET6 && ::if_indextoname(reinterpret_cast<const sockaddr_in6 *>(&m_storage)->sin6_scope_id, scope.data()))
        address.setScopeId(QString::fromLocal8Bit(scope.data()));
    return address;
}

quint16 SockAddress::port() const
{
    if (family() == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6 *>(&m_storage)->sin6_port);
    if (family() == AF_INET)
        return ntohs(reinterpret_cast<const sockaddr_in *>(&m_storage)->sin_port);
    return 0;
}

QString SockAddress::text() const
{
    return m_length == 0 ? QString() : addressText(address(), port());
}

} // namespace wsw::net
