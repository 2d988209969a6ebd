#include "rawpeer.h"

#include <QCryptographicHash>
#include <QElapsedTimer>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace wsw::test {

namespace {

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void noDelay(int fd)
{
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

} // namespace

QByteArray RawFrame::encode(bool mask) const
{
    QByteArray out;
    out.append(static_cast<char>((fin ? 0x80 : 0) | (rsv << 4) | opcode));
    const auto size = payload.size();
    const int flag = mask ? 0x80 : 0;
    const int bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    out.append(static_cast<char>(flag | (bytes == 0 ? static_cast<int>(size) : bytes == 2 ? 126 : 127)));
    for (int i = bytes - 1; i >= 0; --i)
        out.append(static_cast<char>((size >> (8 * i)) & 0xff));
    if (!mask)
        return out + payload;
    const QByteArray key("\xa1\x00\x5c\xf3", 4);
    out.append(key);
    const auto start = out.size();
    out.append(payload);
    for (qsizetype i = 0; i < size; ++i)
        out[start + i] = static_cast<char>(out.at(start + i) ^ key.at(i % 4));
    return out;
}

RawPeer::RawPeer(RawPeer &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
    , m_end(other.m_end)
    , m_in(std::move(other.m_in))
{
}

RawPeer::~RawPeer()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

std::optional<RawPeer> RawPeer::connectTo(quint16 port)
{
    RawPeer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), End::Client);
    const auto address = loopback(port);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    if (::connect(peer.m_fd, &generic, sizeof address) != 0)
        return std::nullopt;
    noDelay(peer.m_fd);
    peer.send("GET /chat HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port)
              + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n");
    const auto head = peer.readHead();
    if (!head.startsWith("HTTP/1.1 101") || !head.contains("HSmrc0sMlYUkAGmm5OPpG2HaGWk="))
        return std::nullopt;
    return peer;
}

bool RawPeer::send(const QByteArray &bytes, qsizetype chop)
{
    for (qsizetype at = 0; at < bytes.size();) {
        const auto size = chop > 0 ? std::min(chop, bytes.size() - at) : bytes.size() - at;
        const auto written = ::send(m_fd, bytes.constData() + at, static_cast<size_t>(size), MSG_NOSIGNAL);
        if (written <= 0)
            return false;
        at += written;
    }
    return true;
}

bool RawPeer::send(const RawFrame &frame, qsizetype chop)
{
    return send(frame.encode(m_end == End::Client), chop);
}

bool RawPeer::fill(qsizetype bytes, int timeoutMs)
{
    QElapsedTimer clock;
    clock.start();
    while (m_in.size() < bytes) {
        pollfd ready{m_fd, POLLIN, 0};
        const auto left = timeoutMs - static_cast<int>(clock.elapsed());
        if (left <= 0 || ::poll(&ready, 1, left) <= 0)
            return false;
        char buffer[64 * 1024];
        const auto got = ::recv(m_fd, buffer, sizeof buffer, 0);
        if (got <= 0)
            return false;
        m_in.append(buffer, got);
    }
    return true;
}

QByteArray RawPeer::readHead()
{
    for (qsizetype want = 1; !m_in.contains("\r\n\r\n"); ++want) {
        if (!fill(std::max(want, m_in.size() + 1), 10'000))
            return {};
    }
    const auto end = m_in.indexOf("\r\n\r\n") + 4;
    const auto head = m_in.left(end);
    m_in.remove(0, end);
    return head;
}

std::optional<RawFrame> RawPeer::readFrame(int timeoutMs)
{
    if (!fill(2, timeoutMs))
        return std::nullopt;
    const auto byte = [this](qsizetype i) { return static_cast<quint8>(m_in.at(i)); };
    RawFrame frame;
    frame.fin = (byte(0) & 0x80) != 0;
    frame.rsv = (byte(0) >> 4) & 7;
    frame.opcode = byte(0) & 15;
    frame.masked = (byte(1) & 0x80) != 0;
    const int form = byte(1) & 0x7f;
    const qsizetype lengthBytes = form < 126 ? 0 : form == 126 ? 2 : 8;
    const qsizetype header = 2 + lengthBytes + (frame.masked ? 4 : 0);
    if (!fill(header, timeoutMs))
        return std::nullopt;
    qsizetype length = lengthBytes == 0 ? form : 0;
    for (qsizetype i = 0; i < lengthBytes; ++i)
        length = (length << 8) | byte(2 + i);
    if (!fill(header + length, timeoutMs))
        return std::nullopt;
    frame.payload = m_in.mid(header, length);
    if (frame.masked) {
        const auto key = m_in.mid(header - 4, 4);
        for (qsizetype i = 0; i < length; ++i)
            frame.payload[i] = static_cast<char>(frame.payload.at(i) ^ key.at(i % 4));
    }
    m_in.remove(0, header + length);
    return frame;
}

std::optional<RawFrame> RawPeer::readMessage(int timeoutMs)
{
    while (auto frame = readFrame(timeoutMs)) {
        if (frame->opcode >= 8)
            return frame;
        if (frame->opcode != 0)
            m_partial = *frame;
        else if (m_inMessage)
            m_partial.payload += frame->payload;
        m_inMessage = !frame->fin;
        if (frame->fin) {
            m_partial.fin = true;
            return std::exchange(m_partial, {});
        }
    }
    return std::nullopt;
}

bool RawPeer::readEnd(int timeoutMs)
{
    return !fill(1, timeoutMs) && m_in.isEmpty() && [this] {
        pollfd ready{m_fd, POLLIN, 0};
        char byte = 0;
        // The end of TCP is ready to be read; a time-out is not.
        return ::poll(&ready, 1, 0) > 0 && ::recv(m_fd, &byte, 1, MSG_PEEK) <= 0;
    }();
}

RawListener::RawListener()
    : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    auto address = loopback(0);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    if (::bind(m_fd, &generic, sizeof address) != 0 || ::listen(m_fd, 16) != 0)
        return;
    socklen_t size = sizeof generic;
    ::getsockname(m_fd, &generic, &size);
    std::memcpy(&address, &generic, sizeof address);
    m_port = ntohs(address.sin_port);
}

RawListener::~RawListener()
{
    ::close(m_fd);
}

std::optional<RawPeer> RawListener::accept(int timeoutMs)
{
    pollfd ready{m_fd, POLLIN, 0};
    if (::poll(&ready, 1, timeoutMs) <= 0)
        return std::nullopt;
    RawPeer peer(::accept(m_fd, nullptr, nullptr), RawPeer::End::Server);
    noDelay(peer.m_fd);
    const auto head = peer.readHead();
    const QByteArray name = "sec-websocket-key: ";
    const auto at = head.toLower().indexOf(name);
    if (at < 0)
        return std::nullopt;
    const auto key = head.mid(at + name.size(), 24);
    const auto accept = QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
    peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
              + accept + "\r\n\r\n");
    return peer;
}

} // namespace wsw::test
