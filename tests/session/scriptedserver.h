#pragma once

#include <QCryptographicHash>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

namespace wsw::test {

/// A server that answers the first head that comes with what the test says, and keeps everything that it gets.
class ScriptedServer final : public QObject
{
public:
    /// @p answer: given the request head; may be empty for silence.
    explicit ScriptedServer(std::function<QByteArray(const QByteArray &request)> answer) : m_answer(std::move(answer))
    {
        connect(&m_server, &QTcpServer::newConnection, this, &ScriptedServer::accept);
        m_server.listen(QHostAddress(QHostAddress::LocalHost));
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] QString url(const QString &path = QStringLiteral("/")) const
    {
        return QStringLiteral("ws://127.0.0.1:%1%2").arg(port()).arg(path);
    }

    /// A correct 101 to @p request, with further lines ("Name: value\r\n").
    static QByteArray accept101(const QByteArray &request, const QByteArray &lines = {}, const QByteArray &connection = "Upgrade")
    {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: " + connection
            + "\r\nSec-WebSocket-Accept: " + acceptOf(request) + "\r\n" + lines + "\r\n";
    }
    static QByteArray acceptOf(const QByteArray &request)
    {
        const QByteArray key = valueOf(request, "Sec-WebSocket-Key");
        return QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
    }
    static QByteArray valueOf(const QByteArray &request, const QByteArray &name)
    {
        const qsizetype at = request.indexOf("\r\n" + name + ": ");
        if (at < 0)
            return {};
        const qsizetype begin = at + name.size() + 4;
        return request.mid(begin, request.indexOf("\r\n", begin) - begin);
    }

    QTcpSocket *socket = nullptr;   ///< the latest connection
    QByteArray request;
    QByteArray received;            ///< after the head
    bool closesAfterAnswer = false;

private:
    void accept()
    {
        socket = m_server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, this, [this, from = socket] { read(from); });
    }
    void read(QTcpSocket *from)
    {
        const bool headWasThere = request.contains("\r\n\r\n");
        if (headWasThere) {
            received += from->readAll();
            return;
        }
        request += from->readAll();
        const qsizetype end = request.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        received = request.mid(end + 4);
        request.truncate(end + 4);
        from->write(m_answer(request));
        if (closesAfterAnswer)
            from->disconnectFromHost();
    }

    std::function<QByteArray(const QByteArray &)> m_answer;
    QTcpServer m_server;
};

} // namespace wsw::test
