#pragma once

#include <QtGlobal>

#include <array>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wsw::test {

/// A listening socket that nobody accepts from and whose queue is full: further connections are not answered.
class FullListener final
{
public:
    FullListener()
    {
        m_server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto *any = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_server, any, length) != 0 || ::listen(m_server, 0) != 0 || ::getsockname(m_server, any, &length) != 0)
            return;
        port = ntohs(address.sin_port);
        for (int &client : m_clients) {
            client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            ::connect(client, any, length);
        }
    }
    ~FullListener()
    {
        ::close(m_server);
        for (const int client : m_clients)
            ::close(client);
    }
    FullListener(const FullListener &) = delete;
    FullListener &operator=(const FullListener &) = delete;

    quint16 port = 0;

private:
    int m_server = -1;
    std::array<int, 4> m_clients{};
};

} // namespace wsw::test
