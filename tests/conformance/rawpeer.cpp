#include "rawpeer.h"

#include <QCryptographicHash>
#include <QElapsedTimer>

#include <cerrno>
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

constexpr int headTimeoutMs = 10'000;
constexpr int writeTimeoutMs = 20'000;

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

QByteArray headerOf(const QByteArray &head, const QByteArray &name)
{
    const qsizetype at = head.toLower().indexOf("\r\n" + name.toLower() + ':');
    if (at < 0)
        return {};
    const qsizetype from = at + 3 + name.size();
    return head.mid(from, head.indexOf("\r\n", from) - from).trimmed();
}

} // namespace

RawPeer::RawPeer(RawPeer &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
    , m_end(other.m_end)
    , m_extensions(std::move(other.m_extensions))
    , m_in(std::move(other.m_in))
    , m_at(other.m_at)
{
}

RawPeer::~RawPeer()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

std::optional<RawPeer> RawPeer::connectTo(quint16 port, const QByteArray &extensions)
{
    RawPeer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), End::Client);
    const auto address = loopback(port);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    if (::connect(peer.m_fd, &generic, sizeof address) != 0)
        return std::nullopt;
    noDelay(peer.m_fd);
    QByteArray head = "GET /chat HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port)
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
          "Sec-WebSocket-Version: 13\r\n";
    if (!extensions.isEmpty())
        head += "Sec-WebSocket-Extensions: " + extensions + "\r\n";
    peer.send(head + "\r\n");
    const auto answer = peer.readHead();
    if (!answer.startsWith("HTTP/1.1 101") || headerOf(answer, "Sec-WebSocket-Accept") != "HSmrc0sMlYUkAGmm5OPpG2HaGWk=")
        return std::nullopt;
    peer.m_extensions = headerOf(answer, "Sec-WebSocket-Extensions");
    return peer;
}

bool RawPeer::send(const QByteArray &bytes, qsizetype chop)
{
    QElapsedTimer clock;
    clock.start();
    for (qsizetype at = 0; at < bytes.size();) {
        const auto size = chop > 0 ? std::min(chop, bytes.size() - at) : bytes.size() - at;
        const auto written = ::send(m_fd, bytes.constData() + at, static_cast<size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written > 0) {
            at += written;
            clock.restart();
            continue;
        }
        if (written == 0 || (errno != EAGAIN && errno != EINTR))
            return false;
        pollfd ready{m_fd, POLLIN | POLLOUT, 0};
        if (clock.elapsed() > writeTimeoutMs || ::poll(&ready, 1, writeTimeoutMs) <= 0)
            return false;
        if ((ready.revents & POLLIN) != 0 && !readOnce(MSG_DONTWAIT))
            return false;
    }
    return true;
}

bool RawPeer::send(const RawFrame &frame)
{
    return send(encode(frame, m_end));
}

bool RawPeer::readOnce(int flags)
{
    char buffer[64 * 1024];
    const auto got = ::recv(m_fd, buffer, sizeof buffer, flags);
    if (got > 0) {
        m_in.append(buffer, got);
        return true;
    }
    m_wasReset |= got < 0 && errno == ECONNRESET;
    return false;
}

bool RawPeer::fill(qsizetype bytes, int timeoutMs)
{
    QElapsedTimer clock;
    clock.start();
    while (m_in.size() - m_at < bytes) {
        pollfd ready{m_fd, POLLIN, 0};
        const auto left = timeoutMs - static_cast<int>(clock.elapsed());
        if (left <= 0 || ::poll(&ready, 1, left) <= 0 || !readOnce())
            return false;
    }
    return true;
}

void RawPeer::takeUp(qsizetype bytes)
{
    m_at += bytes;
    if (m_at == m_in.size()) {
        m_in.resize(0);
        m_at = 0;
    } else if (m_at > (qsizetype{1} << 20)) {
        m_in.remove(0, m_at);
        m_at = 0;
    }
}

QByteArray RawPeer::readHead()
{
    const QByteArray mark = "\r\n\r\n";
    while (!m_in.contains(mark)) {
        if (!fill(m_in.size() + 1, headTimeoutMs))
            return {};
    }
    const auto head = m_in.left(m_in.indexOf(mark) + mark.size());
    takeUp(head.size());
    return head;
}

std::optional<RawFrame> RawPeer::readFrame(int timeoutMs)
{
    if (!fill(2, timeoutMs))
        return std::nullopt;
    const auto byte = [this](qsizetype i) { return static_cast<quint8>(m_in.at(m_at + i)); };
    RawFrame frame;
    frame.fin = (byte(0) & 0x80) != 0;
    frame.rsv = (byte(0) >> 4) & 7;
    frame.opcode = byte(0) & 15;
    const bool masked = (byte(1) & 0x80) != 0;
    const int form = byte(1) & 0x7f;
    const int lengthBytes = form < 126 ? 0 : form == 126 ? 2 : 8;
    const qsizetype header = 2 + lengthBytes + (masked ? 4 : 0);
    if (!fill(header, timeoutMs))
        return std::nullopt;
    qsizetype length = lengthBytes == 0 ? form : 0;
    for (qsizetype i = 0; i < lengthBytes; ++i)
        length = (length << 8) | byte(2 + i);
    if (!fill(header + length, timeoutMs))
        return std::nullopt;
    frame.payload = m_in.mid(m_at + header, length);
    if (masked) {
        const auto key = m_in.mid(m_at + header - 4, 4);
        char *payload = frame.payload.data();
        for (qsizetype i = 0; i < length; ++i)
            payload[i] = static_cast<char>(payload[i] ^ key.at(i % 4));
        m_sameKeys = key == m_lastKey ? m_sameKeys + 1 : 0;
        m_lastKey = key;
    }
    takeUp(header + length);
    check(frame, masked, lengthBytes);
    return frame;
}

void RawPeer::check(const RawFrame &frame, bool masked, int lengthBytes)
{
    if (!m_fault.isEmpty())
        return;
    const qsizetype size = frame.payload.size();
    constexpr int keysAlike = 2; // that three fresh keys in a row are the same does not happen
    if (masked == (m_end == End::Client))
        m_fault = masked ? QStringLiteral("a server's frame is masked") : QStringLiteral("a client's frame is not masked");
    else if (m_sameKeys >= keysAlike)
        m_fault = QStringLiteral("the masking key is always the same");
    else if (lengthBytes != (size < 126 ? 0 : size < 65536 ? 2 : 8))
        m_fault = QStringLiteral("a length of %1 is written with %2 bytes").arg(size).arg(lengthBytes);
    else if ((frame.opcode >= 3 && frame.opcode <= 7) || frame.opcode > 10)
        m_fault = QStringLiteral("opcode %1 is reserved").arg(frame.opcode);
    else if (frame.opcode >= 8 && (!frame.fin || size > 125))
        m_fault = QStringLiteral("a control frame is fragmented or too long");
    else if (frame.opcode == 0 && frame.rsv != 0)
        m_fault = QStringLiteral("a continuation has RSV bits"); // RFC 7692, 6: RSV1 belongs to the first frame
    else if (frame.opcode < 8 && (frame.opcode == 0) != m_inMessage)
        m_fault = m_inMessage ? QStringLiteral("a message begins inside another") : QStringLiteral("a continuation continues nothing");
}

std::optional<RawFrame> RawPeer::readMessage(int timeoutMs)
{
    while (auto frame = readFrame(timeoutMs)) {
        if (frame->opcode >= 8)
            return frame;
        if (frame->opcode != 0)
            m_partial = *frame;
        else
            m_partial.payload += frame->payload;
        m_inMessage = !frame->fin;
        if (frame->fin) {
            m_partial.fin = true;
            return std::exchange(m_partial, {});
        }
    }
    return std::nullopt;
}

RawPeer::Ended RawPeer::readEnd(int timeoutMs)
{
    if (m_in.size() > m_at || fill(1, timeoutMs))
        return Ended::MoreBytes;
    if (m_wasReset)
        return Ended::Reset;
    pollfd ready{m_fd, POLLIN, 0};
    char byte = 0;
    // The end of TCP is ready to be read; a time-out is not.
    return ::poll(&ready, 1, 0) > 0 && ::recv(m_fd, &byte, 1, MSG_PEEK) == 0 ? Ended::InOrder : Ended::Not;
}

bool RawPeer::isQuiet(int timeoutMs) const
{
    pollfd ready{m_fd, POLLIN, 0};
    return m_in.size() == m_at && ::poll(&ready, 1, timeoutMs) == 0;
}

void RawPeer::finish()
{
    ::shutdown(m_fd, SHUT_WR);
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

std::optional<RawPeer> RawListener::accept(const QByteArray &extensions, int timeoutMs)
{
    pollfd ready{m_fd, POLLIN, 0};
    if (::poll(&ready, 1, timeoutMs) <= 0)
        return std::nullopt;
    RawPeer peer(::accept4(m_fd, nullptr, nullptr, SOCK_CLOEXEC), End::Server);
    noDelay(peer.m_fd);
    const auto head = peer.readHead();
    const QByteArray key = headerOf(head, "Sec-WebSocket-Key");
    if (key.isEmpty())
        return std::nullopt;
    peer.m_extensions = headerOf(head, "Sec-WebSocket-Extensions");
    const auto accept = QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
    QByteArray answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n";
    if (!extensions.isEmpty())
        answer += "Sec-WebSocket-Extensions: " + extensions + "\r\n";
    peer.send(answer + "\r\n");
    return peer;
}

} // namespace wsw::test
