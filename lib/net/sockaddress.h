#pragma once

#include <QHostAddress>

#include <sys/socket.h>

namespace wsw::net {

/// A socket address of the system, IPv4 or IPv6. Unix only.
class SockAddress final
{
public:
    SockAddress() = default;
    SockAddress(const QHostAddress &address, quint16 port);
    /// The local or the peer's address of a socket; a null address where the system tells none.
    [[nodiscard]] static SockAddress localOf(int descriptor);
    [[nodiscard]] static SockAddress peerOf(int descriptor);

    [[nodiscard]] const sockaddr *get() const { return reinterpret_cast<const sockaddr *>(&m_storage); }
    [[nodiscard]] socklen_t length() const { return m_length; }
    [[nodiscard]] int family() const { return m_storage.ss_family; }
    [[nodiscard]] QHostAddress address() const;
    [[nodiscard]] quint16 port() const;
    /// As addressText(); empty for a null address.
    [[nodiscard]] QString text() const;

private:
    sockaddr_storage m_storage{};
    socklen_t m_length = 0;
};

} // namespace wsw::net
