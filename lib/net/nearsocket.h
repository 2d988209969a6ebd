#pragma once

#include "net/chunkqueue.h"

#include <QHostAddress>
#include <QTcpSocket>

namespace wsw::net {

/// Who stands behind a NearSocket (the relay). On the socket's thread.
class NearSocketHandler
{
public:
    virtual ~NearSocketHandler() = default;
    /// The speaker has written. Called from within its write(), so possibly from within NearSocket::deliver(). The view is valid
    /// during the call.
    virtual void nearWritten(QByteArrayView bytes) = 0;
    /// What the speaker shall see as bytesToWrite(): bytes that have not reached the far socket's kernel.
    [[nodiscard]] virtual qint64 nearBytesToWrite() const = 0;
    /// The speaker has closed or deleted the socket; the last call. Called from within its close(). After this, do not touch the
    /// socket again: it belongs to the speaker.
    virtual void nearClosed() = 0;
};

/// A QTcpSocket without a network, for QWebSocketServer::handleConnection(): what is delivered can be read from it, what is
/// written to it goes to the handler at once. The speaker owns it.
class NearSocket final : public QTcpSocket
{
    Q_OBJECT
public:
    /// How the connection looks to the speaker. @p handler is not owned.
    struct Addresses
    {
        QHostAddress peer;
        quint16 peerPort = 0;
        QHostAddress local;
        quint16 localPort = 0;
    };
    NearSocket(const Addresses &addresses, NearSocketHandler *handler, QObject *parent = nullptr);
    ~NearSocket() override;

    /// Null: what is written from now on is lost, and nearClosed() does not come.
    void setHandler(NearSocketHandler *handler) { m_handler = handler; }

    /// Hands @p bytes to the speaker: emits readyRead(); what it does not read at once is kept. The speaker may close or delete
    /// the socket meanwhile (check with a QPointer before the next call). Deliver a request's head alone, and what stands behind
    /// it only after QWebSocketServer::newConnection(): Qt 6.4 loses what it reads together with the head.
    void deliver(QByteArrayView bytes);
    /// The far side is over: the speaker sees the peer close. It may delete the socket meanwhile. nearClosed() does not come.
    void endByPeer();
    /// What was delivered and not yet read by the speaker, in bytes.
    [[nodiscard]] qsizetype unreadBytes() const;

    [[nodiscard]] qint64 bytesAvailable() const override;
    [[nodiscard]] qint64 bytesToWrite() const override;
    [[nodiscard]] bool canReadLine() const override;
    void close() override;
    void disconnectFromHost() override;
    void connectToHost(const QString &, quint16, OpenMode, NetworkLayerProtocol) override;
    void setReadBufferSize(qint64) override {}
    [[nodiscard]] qintptr socketDescriptor() const override { return -1; }
    void setSocketOption(SocketOption, const QVariant &) override {}
    [[nodiscard]] QVariant socketOption(SocketOption) override { return {}; }
    bool waitForConnected(int) override { return state() == ConnectedState; }
    bool waitForReadyRead(int) override { return false; }
    bool waitForBytesWritten(int) override { return false; }
    bool waitForDisconnected(int) override { return state() == UnconnectedState; }

protected:
    qint64 readData(char *to, qint64 max) override;
    qint64 skipData(qint64 max) override;
    qint64 writeData(const char *from, qint64 count) override;

private:
    void keepPassing();
    void shut();

    NearSocketHandler *m_handler;
    QByteArrayView m_passing;   ///< the rest of what deliver() was called with: read from without a copy
    ChunkQueue m_kept;          ///< what came before m_passing and was not read
    bool m_shut = false;
};

} // namespace wsw::net
