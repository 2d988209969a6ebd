#pragma once

#include "net/bytestream.h"

#include <QAbstractSocket>
#include <QObject>

#include <memory>

class QSslSocket;
class QTcpSocket;

namespace wsw::net {

/// TCP or TLS over Qt's sockets; every platform. Qt does not tell a reset from a close: both end as PeerClosed. After the peer's
/// end Qt closes both directions, so readEnded() is followed by ended() at once.
class QtByteStream final : public QObject, public ByteStream
{
    Q_OBJECT
public:
    /// Takes over @p socket: connected, and encrypted where it is a QSslSocket. What it has already buffered is handed over first.
    explicit QtByteStream(std::unique_ptr<QTcpSocket> socket);
    /// Cuts the connection unless it has ended; no more calls.
    ~QtByteStream() override;

    void setHandler(ByteStreamHandler *handler) override { m_handler = handler; }
    void write(QByteArrayView bytes) override;
    [[nodiscard]] qsizetype pendingBytes() const override;
    [[nodiscard]] quint64 lostBytes() const override { return m_given > m_taken ? m_given - m_taken : 0; }
    void setReading(bool on) override;
    void closeWrite() override;
    void close() override;
    void abort() override;

    [[nodiscard]] QString localAddress() const override { return m_localAddress; }
    [[nodiscard]] QString peerAddress() const override { return m_peerAddress; }
    [[nodiscard]] std::optional<TcpInfo> tcpInfo() const override;
    [[nodiscard]] QJsonObject tlsFacts() const override;

    /// Bytes that Qt may hold for us while reading is off; the rest stays in the kernel.
    static constexpr qint64 readBufferBytes = 64 * 1024;

private:
    /// What has been asked of the write side: each includes those before it.
    enum class Writing : quint8 { On, Ending, Ended, Closing };

    void onReadyRead();
    void onBytesWritten();
    void countTaken(qint64 bytes);
    void onError(QAbstractSocket::SocketError error);
    void onDisconnected();

    /// Calls to the handler are made from the event loop only.
    void later(void (QtByteStream::*what)());
    /// Also while closing and once what was written is lost, whatever was asked for: the end is behind what can still be read.
    [[nodiscard]] bool isReading() const noexcept { return m_reading || m_outputLost || m_writing == Writing::Closing; }
    void handOn(QByteArrayView bytes);
    void readSome();
    void finishWriting();
    void startClosing();
    void closeAfterReading();
    void tellDrained();
    void tellAborted();
    void tellPeerEnd();
    void end(StreamEnd how, const std::optional<Error> &error = {});

    ByteStreamHandler *m_handler = nullptr;
    std::unique_ptr<QTcpSocket> m_socket;
    QSslSocket *m_tls = nullptr;            ///< the same socket, where it is encrypted
    QString m_localAddress;                 ///< kept: Qt forgets them when the connection ends
    QString m_peerAddress;
    QByteArray m_rescued;                   ///< read before Qt threw it away with the connection
    quint64 m_given = 0;                    ///< to write()
    quint64 m_taken = 0;                    ///< by the kernel; with TLS encrypted, which is more than it was
    std::optional<Error> m_error;           ///< why the connection has failed, to be told once the rest has been read
    Writing m_writing = Writing::On;
    bool m_reading = false;
    bool m_readLater = false;               ///< readSome() is on its way
    bool m_readEnded = false;
    bool m_disconnected = false;
    bool m_aborted = false;
    bool m_drainedDue = false;
    bool m_outputLost = false;              ///< disconnected while something was to be written
    bool m_ended = false;
};

} // namespace wsw::net
