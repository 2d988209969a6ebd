#include "net/epollbytestream.h"

#include "net/sockaddress.h"
#include "net/tcpinfo.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace wsw::net {

namespace {

/// A write of this size or more goes to the kernel at once when it can, without a copy into the queue.
constexpr qsizetype directBytes = 16 * 1024;
/// One stream's share of a turn; a long queue goes on in the next one.
constexpr qsizetype flushBytesPerTurn = 1024 * 1024;
constexpr size_t piecesAtOnce = 32;

/// Told by the kernel whether asked for or not, and again at every turn.
constexpr quint32 hangUp = EPOLLHUP | EPOLLERR;

template<class T>
void setOption(int descriptor, int level, int name, const T &value)
{
    // Each option here is an improvement, not a condition: a kernel that lacks it still carries the bytes.
    ::setsockopt(descriptor, level, name, &value, sizeof value);
}

/// RST instead of FIN when the descriptor is closed; what is queued in the kernel is dropped.
void resetOnClose(int descriptor)
{
    setOption(descriptor, SOL_SOCKET, SO_LINGER, linger{1, 0});
}

/// Why the kernel has hung up.
int pendingError(int descriptor)
{
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    return error != 0 ? error : ECONNRESET;
}

bool isReset(int error)
{
    return error == ECONNRESET || error == EPIPE || error == ECONNABORTED;
}

Error failure(int error)
{
    const QString words = QString::fromLocal8Bit(std::strerror(error));
    if (error == ETIMEDOUT)
        return {ErrorKind::TimedOut, QStringLiteral("The peer no longer answers: the system gave up sending to it."),
                QStringLiteral("Check the network between here and the peer."), words};
    return {ErrorKind::Io, QStringLiteral("The connection failed: %1.").arg(words),
            QStringLiteral("Check the network between here and the peer, then connect again."), {}};
}

} // namespace

EpollByteStream::EpollByteStream(EpollLoop &loop, int descriptor) : EpollSource(loop), m_lastStamp(monotonicNow()), m_descriptor(descriptor)
{
    setOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, 1);
}

EpollByteStream::~EpollByteStream()
{
    if (m_descriptor < 0)
        return;
    resetOnClose(m_descriptor);
    closeDescriptor();
}

void EpollByteStream::write(QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return;
    if (m_writing != Writing::On || m_aborted || m_ended || m_error != 0) {
        m_lost += quint64(bytes.size());
        return;
    }
    wakeAtTurnEnd();
    m_drainedDue = true;
    if (bytes.size() >= directBytes && !m_blocked) {
        flush(bytes);
        return;
    }
    queue(bytes);
}

void EpollByteStream::queue(QByteArrayView bytes)
{
    if (!m_out)
        m_out = std::make_unique<ChunkQueue>(&m_loop.chunks());
    m_out->append(bytes);
}

void EpollByteStream::dropQueue()
{
    m_lost += quint64(pendingBytes());
    m_out.reset();
}

void EpollByteStream::setReading(bool on)
{
    Q_ASSERT(m_handler || !on);
    m_reading = on;
    applyInterest();
}

void EpollByteStream::closeWrite()
{
    if (m_writing != Writing::On)
        return;
    m_writing = Writing::Ending;
    wakeAtTurnEnd();
}

void EpollByteStream::close()
{
    if (m_writing == Writing::Closing || m_ended)
        return;
    m_writing = Writing::Closing;
    applyInterest();
    wakeAtTurnEnd();
}

void EpollByteStream::abort()
{
    if (m_aborted || m_ended)
        return;
    m_aborted = true;
    dropQueue();
    resetOnClose(m_descriptor);
    closeDescriptor();
    wakeAtTurnEnd();
}

QString EpollByteStream::localAddress() const
{
    return SockAddress::localOf(m_descriptor).text();
}

QString EpollByteStream::peerAddress() const
{
    return SockAddress::peerOf(m_descriptor).text();
}

std::optional<TcpInfo> EpollByteStream::tcpInfo() const
{
    return readTcpInfo(m_descriptor);
}

void EpollByteStream::ready(quint32 events)
{
    if (m_ended || m_aborted)
        return;
    if (events & EPOLLOUT) {
        m_blocked = false;
        wakeAtTurnEnd();
    }
    if (m_writing == Writing::Closing) {
        if ((events & hangUp) && m_out)
            m_error = ECONNRESET;
        readWhileClosing();
        return;
    }
    if (isReading()) {
        if (events & ~quint32{EPOLLOUT})
            readSome();
        return;
    }
    if (!(events & hangUp))
        return;
    if (m_readEnded) {
        endBroken(m_error != 0 ? m_error : pendingError(m_descriptor));
        return;
    }
    if (m_out) {
        // What waits can never be written. Whoever waits for drained() must hear of the end, so the rest is read although reading is off.
        m_error = pendingError(m_descriptor);
        dropQueue();
        m_blocked = false;
        applyInterest();
        return;
    }
    // Reading is off, but the kernel would tell of this again and again. What it still holds is read when reading is on again,
    // and then the end is found.
    m_parked = true;
    applyInterest();
}

ssize_t EpollByteStream::receive()
{
    iovec into{m_loop.readBuffer(), EpollLoop::readBufferBytes};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control;
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(m_descriptor, &message, MSG_DONTWAIT);
    if (count < 0)
        return -errno;
    if (count > 0 && m_handler) {
        const MonotonicNs stamp = stampOf(message);
        m_handler->bytesRead(QByteArrayView(m_loop.readBuffer(), qsizetype(count)), stamp);
    }
    return count;
}

void EpollByteStream::readSome()
{
    const ssize_t count = receive();
    if (count == 0)
        peerEnded();
    else if (count < 0 && count != -EAGAIN && count != -EINTR)
        endBroken(m_error != 0 ? m_error : int(-count));
}

MonotonicNs EpollByteStream::stampOf(msghdr &message)
{
    const MonotonicNs now = monotonicNow();
    const cmsghdr *part = CMSG_FIRSTHDR(&message);
    if (!part || part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS)
        return m_lastStamp = now;
    // The stamp is of the last segment of what was read, on the wall clock: off when somebody has set that clock meanwhile.
    timespec arrived;
    std::memcpy(&arrived, CMSG_DATA(part), sizeof arrived);
    const MonotonicNs stamp = arrived.tv_sec * nsPerSecond + arrived.tv_nsec - m_loop.realtimeOffset();
    return m_lastStamp = std::clamp(stamp, std::min(m_lastStamp, now), now);
}

void EpollByteStream::readWhileClosing()
{
    const ssize_t count = receive();
    if (count > 0 || count == -EAGAIN || count == -EINTR)
        return;
    if (count == 0)
        m_readEnded = true;
    else
        m_error = int(-count);
    wakeAtTurnEnd();
    applyInterest();
}

void EpollByteStream::closeAfterReading()
{
    // What has come is on record before the end. And closing with bytes unread would send RST, which may overtake what the peer has
    // not read yet.
    const EpollLoop::Guard guard(this);
    for (qint64 left = lastReadBytes; left > 0 && !m_readEnded;) {
        const ssize_t count = receive();
        if (count <= 0 || guard.gone() || m_aborted)
            break;
        left -= count;
    }
    if (!guard.gone() && !m_aborted)
        end(StreamEnd::LocalClosed);
}

void EpollByteStream::peerEnded()
{
    if (m_error != 0) {
        endBroken(m_error);
        return;
    }
    m_readEnded = true;
    applyInterest();
    const EpollLoop::Guard guard(this);
    if (m_handler)
        m_handler->readEnded();
    if (!guard.gone() && !m_aborted && !m_ended && m_writing == Writing::Ended)
        end(StreamEnd::PeerClosed);
}

void EpollByteStream::turnEnded()
{
    if (m_ended)
        return;
    if (m_aborted) {
        end(StreamEnd::Aborted);
        return;
    }
    if (m_out && !m_blocked)
        flush({});
    if (m_error != 0 && (m_writing == Writing::Closing || m_readEnded)) {
        endBroken(m_error);
        return;
    }
    applyInterest();
    if (m_out || m_error != 0)
        return;
    if (std::exchange(m_drainedDue, false) && m_handler) {
        const EpollLoop::Guard guard(this);
        m_handler->drained();
        if (guard.gone() || m_aborted || m_out)
            return;
    }
    finishWriting();
}

void EpollByteStream::flush(QByteArrayView more)
{
    qsizetype budget = flushBytesPerTurn;
    while (m_out || !more.isEmpty()) {
        std::array<QByteArrayView, piecesAtOnce> views;
        size_t count = m_out ? m_out->pieces(views) : 0;
        if (count < piecesAtOnce && !more.isEmpty())
            views[count++] = more;
        const qsizetype sent = send({views.data(), count});
        if (sent < 0) {
            m_lost += quint64(more.size());
            return;
        }
        const qsizetype fromQueue = std::min(sent, pendingBytes());
        if (m_out)
            m_out->drop(fromQueue);
        if (m_out && m_out->isEmpty())
            m_out.reset();
        more = more.sliced(sent - fromQueue);
        budget -= sent;
        if (m_blocked || budget <= 0)
            break;
    }
    if (!more.isEmpty())
        queue(more);
    // Where only the turn's share is used up, the kernel says at once that there is room, in the next turn.
    m_blocked = m_out != nullptr;
}

qsizetype EpollByteStream::send(std::span<const QByteArrayView> views)
{
    std::array<iovec, piecesAtOnce> pieces;
    qsizetype total = 0;
    for (size_t at = 0; at < views.size(); ++at) {
        pieces[at] = {const_cast<char *>(views[at].data()), size_t(views[at].size())};
        total += views[at].size();
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = views.size();
    ssize_t sent;
    do {
        sent = ::sendmsg(m_descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0 && errno != EAGAIN) {
        m_error = errno;
        dropQueue();
        m_blocked = false;
        return -1;
    }
    m_blocked = sent < total;
    return std::max<qsizetype>(sent, 0);
}

void EpollByteStream::finishWriting()
{
    if (m_writing == Writing::Ending) {
        ::shutdown(m_descriptor, SHUT_WR);
        m_writing = Writing::Ended;
        if (m_readEnded)
            end(StreamEnd::PeerClosed);
    } else if (m_writing == Writing::Closing) {
        closeAfterReading();
    }
}

void EpollByteStream::endBroken(int error)
{
    if (isReset(error))
        end(StreamEnd::Reset);
    else
        end(StreamEnd::Failed, failure(error));
}

void EpollByteStream::applyInterest()
{
    if (m_descriptor < 0 || m_ended)
        return;
    const bool wantsBytes = isReading() || (m_writing == Writing::Closing && !m_readEnded);
    if (wantsBytes)
        m_parked = false;
    const quint32 interest = (wantsBytes ? quint32{EPOLLIN} : 0) | (m_blocked ? quint32{EPOLLOUT} : 0);
    if (m_parked) {
        unwatch(m_descriptor);
        return;
    }
    // Not in the set before reading is first turned on: nothing is to be told yet.
    if (isWatched() ? interest == m_interest : interest == 0)
        return;
    if (!watch(m_descriptor, interest)) {
        m_error = errno;
        m_writing = Writing::Closing;
        wakeAtTurnEnd();
        return;
    }
    m_interest = interest;
}

void EpollByteStream::end(StreamEnd how, std::optional<Error> error)
{
    m_ended = true;
    dropQueue();
    closeDescriptor();
    if (m_handler)
        m_handler->ended(how, error);
}

void EpollByteStream::closeDescriptor()
{
    if (m_descriptor < 0)
        return;
    unwatch(m_descriptor);
    ::close(m_descriptor);
    m_descriptor = -1;
}

} // namespace wsw::net
