#include "loadgenerator.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

namespace wsw::bench {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A masked binary frame, legal by RFC 6455, 5.2.
QByteArray encodeFrame(qsizetype payloadBytes)
{
    QByteArray frame;
    frame.append('\x82');
    if (payloadBytes < 126) {
        frame.append(static_cast<char>(0x80 | payloadBytes));
    } else if (payloadBytes < 65536) {
        frame.append('\xfe');
        for (int shift = 8; shift >= 0; shift -= 8)
            frame.append(static_cast<char>((payloadBytes >> shift) & 0xff));
    } else {
        frame.append('\xff');
        for (int shift = 56; shift >= 0; shift -= 8)
            frame.append(static_cast<char>((payloadBytes >> shift) & 0xff));
    }
    constexpr std::array<char, 4> key{'\x1f', '\x0a', '\x04', '\x49'};
    frame.append(key.data(), 4);
    for (qsizetype i = 0; i < payloadBytes; ++i)
        frame.append(static_cast<char>(('a' + i % 26) ^ key[static_cast<size_t>(i % 4)]));
    return frame;
}

bool upgrade(int fd, quint16 port)
{
    const QByteArray request = "GET / HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port)
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
          "Sec-WebSocket-Version: 13\r\n\r\n";
    if (::send(fd, request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL) != request.size())
        return false;
    QByteArray head;
    char byte = 0;
    while (!head.endsWith("\r\n\r\n")) {
        if (::recv(fd, &byte, 1, 0) != 1)
            return false;
        head.append(byte);
    }
    return head.startsWith("HTTP/1.1 101");
}

} // namespace

struct LoadGenerator::Connection
{
    ~Connection() { ::close(fd); }

    int fd = -1;
    qsizetype toSend = 0;       ///< bytes of repeated m_frame still to be written ...
    qsizetype frameOffset = 0;  ///< ... and where in the frame the next one is
    std::array<unsigned char, 10> header{};
    int headerFill = 0;
    quint64 payloadLeft = 0;
    qint64 echoes = 0;          ///< whole frames read
    bool inPayload = false;
};

LoadGenerator::LoadGenerator(quint16 port)
    : m_port(port)
    , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    , m_readBuffer(256 * 1024)
{
}

LoadGenerator::~LoadGenerator()
{
    m_connections.clear();
    ::close(m_epoll);
}

bool LoadGenerator::open(int count)
{
    for (int i = 0; i < count; ++i) {
        auto connection = std::make_unique<Connection>();
        connection->fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(m_port);
        // One source address has some 28 000 ports; 127.0.0.1 is enough for what is measured here.
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr generic{};
        std::memcpy(&generic, &address, sizeof generic);
        if (::connect(connection->fd, &generic, sizeof address) != 0 || !upgrade(connection->fd, m_port)) {
            std::fprintf(stderr, "connection %d failed: %s\n", i, std::strerror(errno));
            return false;
        }
        const int on = 1;
        ::setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::fcntl(connection->fd, F_SETFL, O_NONBLOCK);
        m_connections.push_back(std::move(connection));
    }
    return true;
}

bool LoadGenerator::flush(Connection &connection)
{
    // Small frames are written many at a time: the batch is the frame repeated.
    static thread_local QByteArray batch;
    while (connection.toSend > 0) {
        const char *from = m_frame.constData() + connection.frameOffset;
        qsizetype size = std::min(m_frame.size() - connection.frameOffset, connection.toSend);
        if (connection.frameOffset == 0 && connection.toSend > m_frame.size() && m_frame.size() < 16 * 1024) {
            const auto frames = std::min<qsizetype>(connection.toSend / m_frame.size(), 64 * 1024 / m_frame.size());
            batch.clear();
            for (qsizetype i = 0; i < frames; ++i)
                batch.append(m_frame);
            from = batch.constData();
            size = batch.size();
        }
        const auto written = ::send(connection.fd, from, static_cast<size_t>(size), MSG_NOSIGNAL);
        if (written < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        connection.toSend -= written;
        connection.frameOffset = (connection.frameOffset + written) % m_frame.size();
    }
    return true;
}

bool LoadGenerator::pump(Connection &connection)
{
    const auto got = ::recv(connection.fd, m_readBuffer.data(), m_readBuffer.size(), 0);
    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    const char *at = m_readBuffer.data();
    const char *const end = at + got;
    while (at < end) {
        if (connection.inPayload) {
            const auto take = std::min<quint64>(connection.payloadLeft, static_cast<quint64>(end - at));
            connection.payloadLeft -= take;
            at += take;
        } else {
            connection.header[static_cast<size_t>(connection.headerFill++)] = static_cast<unsigned char>(*at++);
            if (connection.headerFill < 2)
                continue;
            const int form = connection.header[1] & 0x7f;
            const int size = form < 126 ? 2 : form == 126 ? 4 : 10;
            if (connection.headerFill < size)
                continue;
            quint64 length = size == 2 ? static_cast<quint64>(form) : 0;
            for (int i = 2; i < size; ++i)
                length = (length << 8) | connection.header[static_cast<size_t>(i)];
            connection.payloadLeft = length;
            connection.inPayload = true;
            connection.headerFill = 0;
        }
        if (connection.inPayload && connection.payloadLeft == 0) {
            connection.inPayload = false;
            ++connection.echoes;
        }
    }
    return true;
}

double LoadGenerator::run(int from, int count, int depth, qsizetype payloadBytes, double seconds)
{
    m_frame = encodeFrame(payloadBytes);
    for (int i = from; i < from + count; ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = m_connections[static_cast<size_t>(i)].get();
        ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_connections[static_cast<size_t>(i)]->fd, &event);
        m_connections[static_cast<size_t>(i)]->toSend = depth * m_frame.size();
        if (!flush(*m_connections[static_cast<size_t>(i)]))
            return -1;
    }
    const auto start = Clock::now();
    qint64 total = 0;
    qint64 inFlight = qint64{depth} * count;
    double elapsed = 0;
    bool sending = true;
    while (inFlight > 0) {
        std::array<epoll_event, 256> events{};
        const int ready = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), 10'000);
        if (ready <= 0)
            return -1;
        for (int i = 0; i < ready; ++i) {
            auto &connection = *static_cast<Connection *>(events[static_cast<size_t>(i)].data.ptr);
            const auto before = connection.echoes;
            if (!pump(connection))
                return -1;
            const auto echoed = connection.echoes - before;
            inFlight -= echoed;
            if (sending) {
                total += echoed;
                inFlight += echoed;
                connection.toSend += echoed * m_frame.size();
            }
            if (!flush(connection))
                return -1;
            // What the kernel would not take is written when it has room again.
            epoll_event event{};
            event.events = connection.toSend > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN;
            event.data.ptr = &connection;
            if (connection.toSend > 0 || (events[static_cast<size_t>(i)].events & EPOLLOUT) != 0)
                ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, connection.fd, &event);
        }
        if (sending && secondsSince(start) >= seconds) {
            elapsed = secondsSince(start);
            sending = false;
        }
    }
    for (int i = from; i < from + count; ++i)
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, m_connections[static_cast<size_t>(i)]->fd, nullptr);
    return static_cast<double>(total) / elapsed;
}

qint64 LoadGenerator::flood(qint64 total, double perSecond, qsizetype payloadBytes)
{
    m_frame = encodeFrame(payloadBytes);
    auto &connection = *m_connections.front();
    const auto start = Clock::now();
    qint64 queued = 0;
    while (queued < total || connection.toSend > 0) {
        const auto due = std::min(total, static_cast<qint64>(secondsSince(start) * perSecond));
        if (due > queued) {
            connection.toSend += (due - queued) * m_frame.size();
            queued = due;
        }
        const auto before = connection.toSend;
        if (!flush(connection) || !pump(connection))
            break;
        if (connection.toSend == before)
            ::usleep(500);
    }
    return queued - connection.toSend / m_frame.size();
}

} // namespace wsw::bench
