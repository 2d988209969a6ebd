#include "rawload.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wsw::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

double secondsSince(SteadyClock::time_point start)
{
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

} // namespace

RawLoad::RawLoad(quint16 port)
    : m_port(port), m_epoll(::epoll_create1(EPOLL_CLOEXEC)), m_bytes(256 * 1024, 'x'), m_buffer(256 * 1024)
{
}

RawLoad::~RawLoad()
{
    for (const Connection &connection : m_connections)
        ::close(connection.descriptor);
    ::close(m_epoll);
}

bool RawLoad::open(int count)
{
    for (int opened = 0; opened < count; ++opened) {
        Connection connection;
        connection.descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(m_port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_connections.push_back(connection);
        if (::connect(connection.descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            return false;
        // One byte there and back: only then has the server really accepted it.
        char byte = 'x';
        if (::send(connection.descriptor, &byte, 1, MSG_NOSIGNAL) != 1 || ::recv(connection.descriptor, &byte, 1, 0) != 1)
            return false;
        const int on = 1;
        ::setsockopt(connection.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::fcntl(connection.descriptor, F_SETFL, O_NONBLOCK);
    }
    return true;
}

bool RawLoad::send(Connection &connection)
{
    while (connection.toSend > 0) {
        const auto size = size_t(std::min(connection.toSend, m_bytes.size()));
        const ssize_t sent = ::send(connection.descriptor, m_bytes.constData(), size, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN;
        connection.toSend -= sent;
    }
    return true;
}

bool RawLoad::begin(int count, qsizetype bytesEach)
{
    for (int at = 0; at < count; ++at) {
        Connection &connection = m_connections[size_t(at)];
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.ptr = &connection;
        ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, connection.descriptor, &event);
        connection.toSend = bytesEach;
        connection.toRead = bytesEach;
        if (!send(connection))
            return false;
    }
    return true;
}

void RawLoad::endAll(int count)
{
    for (int at = 0; at < count; ++at)
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, m_connections[size_t(at)].descriptor, nullptr);
}

double RawLoad::run(int count, int depth, qsizetype bytes, double seconds)
{
    if (!begin(count, bytes * depth))
        return -1;
    const auto start = SteadyClock::now();
    qint64 echoed = 0;
    qint64 inFlight = qint64(count) * depth * bytes;
    double elapsed = 0;
    while (inFlight > 0) {
        std::array<epoll_event, 256> events;
        const int ready = ::epoll_wait(m_epoll, events.data(), int(events.size()), 10'000);
        if (ready <= 0)
            return -1;
        if (elapsed == 0 && secondsSince(start) >= seconds)
            elapsed = secondsSince(start);
        for (int at = 0; at < ready; ++at) {
            auto &connection = *static_cast<Connection *>(events[size_t(at)].data.ptr);
            ssize_t got = 0;
            while ((got = ::recv(connection.descriptor, m_buffer.data(), m_buffer.size(), 0)) > 0) {
                inFlight -= got;
                connection.toRead -= got;
                if (elapsed == 0) {
                    // Whole messages are answered by as many new ones.
                    const qsizetype whole = (bytes * depth - connection.toRead) / bytes * bytes;
                    echoed += whole;
                    connection.toRead += whole;
                    connection.toSend += whole;
                    inFlight += whole;
                }
                if (got < ssize_t(m_buffer.size()))
                    break;
            }
            if (got == 0 || !send(connection))
                return -1;
        }
    }
    endAll(count);
    return double(echoed) / double(bytes) / elapsed;
}

} // namespace wsw::bench
