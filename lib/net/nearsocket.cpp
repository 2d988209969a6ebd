#include "net/nearsocket.h"

#include <QPointer>

#include <algorithm>
#include <cstring>

namespace wsw::net {

NearSocket::NearSocket(const Addresses &addresses, NearSocketHandler *handler, QObject *parent)
    : QTcpSocket(parent), m_handler(handler)
{
    setSocketState(ConnectedState);
    setPeerAddress(addresses.peer);
    setPeerName(addresses.peer.toString());
    setPeerPort(addresses.peerPort);
    setLocalAddress(addresses.local);
    setLocalPort(addresses.localPort);
    // Unbuffered: QIODevice asks readData() for exactly what is read, so that most bytes are copied once.
    setOpenMode(ReadWrite | Unbuffered);
}

NearSocket::~NearSocket()
{
    // ~QAbstractSocket would otherwise disconnect, which needs a socket engine.
    setSocketState(UnconnectedState);
    if (!std::exchange(m_shut, true) && m_handler)
        m_handler->nearClosed();
}

void NearSocket::deliver(QByteArrayView bytes)
{
    if (m_shut || bytes.isEmpty())
        return;
    keepPassing();
    m_passing = bytes;
    const QPointer<NearSocket> guard(this);
    Q_EMIT readyRead();
    if (guard)
        keepPassing();
}

void NearSocket::keepPassing()
{
    if (!m_passing.isEmpty())
        m_kept.append(std::exchange(m_passing, {}));
}

void NearSocket::endByPeer()
{
    if (m_shut)
        return;
    m_handler = nullptr;
    setSocketError(RemoteHostClosedError);
    setErrorString(QStringLiteral("The remote host closed the connection"));
    const QPointer<NearSocket> guard(this);
    Q_EMIT errorOccurred(RemoteHostClosedError);
    if (guard)
        shut();
}

qsizetype NearSocket::unreadBytes() const
{
    return qsizetype(QTcpSocket::bytesAvailable()) + m_kept.size() + m_passing.size();
}

qint64 NearSocket::bytesAvailable() const
{
    return unreadBytes();
}

qint64 NearSocket::bytesToWrite() const
{
    return m_handler ? m_handler->nearBytesToWrite() : 0;
}

bool NearSocket::canReadLine() const
{
    return QTcpSocket::canReadLine() || m_kept.contains('\n') || m_passing.contains('\n');
}

void NearSocket::close()
{
    const QPointer<NearSocket> guard(this);
    QIODevice::close();     // not QAbstractSocket's, which needs a socket engine
    if (guard)
        shut();
}

void NearSocket::disconnectFromHost()
{
    shut();
}

void NearSocket::connectToHost(const QString &, quint16, OpenMode, NetworkLayerProtocol)
{
    Q_ASSERT_X(false, "NearSocket", "is connected for all its life");
}

void NearSocket::shut()
{
    if (std::exchange(m_shut, true))
        return;
    const QPointer<NearSocket> guard(this);
    setSocketState(ClosingState);
    Q_EMIT stateChanged(ClosingState);
    if (!guard)
        return;
    setSocketState(UnconnectedState);
    if (NearSocketHandler *handler = std::exchange(m_handler, nullptr))
        handler->nearClosed();
    // The order in which QAbstractSocket tells it.
    Q_EMIT stateChanged(UnconnectedState);
    if (guard)
        Q_EMIT readChannelFinished();
    if (guard)
        Q_EMIT disconnected();
}

qint64 NearSocket::readData(char *to, qint64 max)
{
    const qsizetype kept = m_kept.read(to, qsizetype(max));
    const qsizetype passing = std::min(qsizetype(max) - kept, m_passing.size());
    if (passing > 0) {
        std::memcpy(to + kept, m_passing.data(), size_t(passing));
        m_passing = m_passing.sliced(passing);
    }
    return kept + passing == 0 && m_shut ? -1 : kept + passing;
}

qint64 NearSocket::skipData(qint64 max)
{
    const qsizetype kept = std::min(qsizetype(max), m_kept.size());
    m_kept.drop(kept);
    const qsizetype passing = std::min(qsizetype(max) - kept, m_passing.size());
    m_passing = m_passing.sliced(passing);
    return kept + passing;
}

qint64 NearSocket::writeData(const char *from, qint64 count)
{
    if (m_shut)
        return -1;
    if (m_handler && count > 0)
        m_handler->nearWritten(QByteArrayView(from, qsizetype(count)));
    return count;
}

} // namespace wsw::net
