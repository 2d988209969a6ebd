#include "net/nearsocket.h"

#include "support/testmain.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>
#include <QTcpServer>
#include <QWebSocket>
#include <QWebSocketServer>

#include <functional>

using namespace wsw;
using net::NearSocket;

namespace {

/// Stands in for the relay.
class Behind final : public net::NearSocketHandler
{
public:
    void nearWritten(QByteArrayView bytes) override
    {
        QVERIFY(!closed);
        written += bytes;
        if (onWritten)
            onWritten(bytes);
    }
    [[nodiscard]] qint64 nearBytesToWrite() const override { return toWrite; }
    void nearClosed() override
    {
        QVERIFY(!closed);
        closed = true;
    }
    QByteArray written;
    qint64 toWrite = 0;
    bool closed = false;
    std::function<void(QByteArrayView)> onWritten;
};

const NearSocket::Addresses addresses{QHostAddress(QStringLiteral("192.0.2.7")), 4711, QHostAddress(QHostAddress::LocalHost), 8765};

const QByteArray upgradeRequest = "GET /chat HTTP/1.1\r\n"
                                  "Host: localhost:8765\r\n"
                                  "Upgrade: websocket\r\n"
                                  "Connection: Upgrade\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                  "Sec-WebSocket-Version: 13\r\n\r\n";

/// "Hello" as in RFC 6455, 5.7: masked with 37 fa 21 3d.
const QByteArray maskedHello = QByteArray::fromHex("818537fa213d7f9f4d5158");
const QByteArray unmaskedHello = QByteArray::fromHex("810548656c6c6f");
/// Close 1000, masked with 37 fa 21 3d.
const QByteArray maskedClose = QByteArray::fromHex("888237fa213d3412");

/// A NearSocket whose speaker is a QWebSocket from a real QWebSocketServer.
struct Speaker
{
    explicit Speaker(Behind &behind)
    {
        near = new NearSocket(addresses, &behind);
        server.handleConnection(near);
        near->deliver(upgradeRequest);
        if (QTest::qWaitFor([this] { return server.hasPendingConnections(); }))
            socket.reset(server.nextPendingConnection());
        behind.written.clear();
    }
    QWebSocketServer server{QStringLiteral("near"), QWebSocketServer::NonSecureMode};
    QPointer<NearSocket> near;
    std::unique_ptr<QWebSocket> socket;
};

} // namespace

class TstNearSocket final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void looksConnected();
    void givesWhatWasDelivered();
    void peeksAndReadsLines();
    void keepsTheOrderWhenDeliveringInsideReadyRead();
    void passesWritesOn();
    void tellsTheEndOfThePeer();
    void tellsWhenTheSpeakerCloses_data();
    void tellsWhenTheSpeakerCloses();
    void canBeDeletedInsideReadyRead();

    void answersAHandshake();
    void answersAHandshakeInPieces();
    void carriesMessages();
    void carriesMessagesBehindTheHandshake();
    void carriesALongMessageInPieces();
    void carriesALongAnswer();
    void closesWhenTheSpeakerDoes();
    void closesWhenThePeerAsks();
    void disconnectsTheSpeakerWhenThePeerIsCut();
    void survivesTheSpeakersDeletionInAMessage();
    void refusesAWrongRequest();
    void reportsBytesToWrite();
};

void TstNearSocket::looksConnected()
{
    Behind behind;
    NearSocket socket(addresses, &behind);
    QCOMPARE(socket.state(), QAbstractSocket::ConnectedState);
    QCOMPARE(socket.peerAddress().toString(), QStringLiteral("192.0.2.7"));
    QCOMPARE(socket.peerPort(), quint16(4711));
    QCOMPARE(socket.localPort(), quint16(8765));
    QVERIFY(socket.isOpen() && socket.isReadable() && socket.isWritable());
    QCOMPARE(socket.bytesAvailable(), 0);
    QCOMPARE(socket.socketDescriptor(), -1);
    QVERIFY(!socket.flush());
    behind.toWrite = 17;
    QCOMPARE(socket.bytesToWrite(), 17);
}

void TstNearSocket::givesWhatWasDelivered()
{
    Behind behind;
    NearSocket socket(addresses, &behind);
    QSignalSpy ready(&socket, &QIODevice::readyRead);
    socket.deliver("abc");
    socket.deliver("def");
    QCOMPARE(ready.size(), 2);
    QCOMPARE(socket.bytesAvailable(), 6);
    QCOMPARE(socket.read(2), "ab");
    QCOMPARE(socket.read(3), "cde");
    QCOMPARE(socket.unreadBytes(), 1);
    QCOMPARE(socket.readAll(), "f");
    QCOMPARE(socket.read(10), "");

    // Read at once: without a copy, and nothing stays.
    QByteArray all;
    connect(&socket, &QIODevice::readyRead, this, [&] { all += socket.readAll(); });
    const QByteArray much(3'000'000, 'x');
    socket.deliver(much);
    QVERIFY(all == much);
    QCOMPARE(socket.unreadBytes(), 0);
}

void TstNearSocket::peeksAndReadsLines()
{
    Behind behind;
    NearSocket socket(addresses, &behind);
    socket.deliver("first\nsec");
    QVERIFY(socket.canReadLine());
    QCOMPARE(socket.peek(3), "fir");
    QCOMPARE(socket.bytesAvailable(), 9);
    QCOMPARE(socket.peek(100), "first\nsec");
    QCOMPARE(socket.readLine(), "first\n");
    QVERIFY(!socket.canReadLine());
    socket.deliver("ond\n");
    QVERIFY(socket.canReadLine());
    QCOMPARE(socket.skip(2), 2);
    QCOMPARE(socket.bytesAvailable(), 5);
    QCOMPARE(socket.readAll(), "cond\n");
}

void TstNearSocket::keepsTheOrderWhenDeliveringInsideReadyRead()
{
    Behind behind;
    NearSocket socket(addresses, &behind);
    QByteArray all;
    bool again = true;
    connect(&socket, &QIODevice::readyRead, this, [&] {
        if (std::exchange(again, false)) {
            all += socket.read(1);
            socket.deliver("XYZ");
        }
        all += socket.readAll();
    });
    socket.deliver("abc");
    QCOMPARE(all, "abcXYZ");
}

void TstNearSocket::passesWritesOn()
{
    Behind behind;
    NearSocket socket(addresses, &behind);
    QCOMPARE(socket.write("abc"), 3);
    QCOMPARE(socket.write(QByteArray(1'000'000, 'x')), 1'000'000);
    QCOMPARE(behind.written.size(), 1'000'003);
    socket.setHandler(nullptr);
    QCOMPARE(socket.write("lost"), 4);
    QCOMPARE(behind.written.size(), 1'000'003);
}

void TstNearSocket::tellsTheEndOfThePeer()
{
    Behind behind;
    NearSocket socket(addresses, &behind);
    QSignalSpy disconnected(&socket, &QAbstractSocket::disconnected);
    socket.deliver("last words");
    socket.endByPeer();
    socket.endByPeer();
    QCOMPARE(disconnected.size(), 1);
    QCOMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(socket.error(), QAbstractSocket::RemoteHostClosedError);
    QCOMPARE(socket.readAll(), "last words");
    QCOMPARE(socket.write("late"), -1);
    socket.deliver("later");
    QCOMPARE(socket.bytesAvailable(), 0);
    QVERIFY(!behind.closed);
}

void TstNearSocket::tellsWhenTheSpeakerCloses_data()
{
    QTest::addColumn<int>("how");
    QTest::newRow("close") << 0;
    QTest::newRow("disconnectFromHost") << 1;
    QTest::newRow("abort") << 2;
    QTest::newRow("deletion") << 3;
}

void TstNearSocket::tellsWhenTheSpeakerCloses()
{
    QFETCH(int, how);
    Behind behind;
    auto socket = std::make_unique<NearSocket>(addresses, &behind);
    QSignalSpy disconnected(socket.get(), &QAbstractSocket::disconnected);
    if (how == 0)
        socket->close();
    else if (how == 1)
        socket->disconnectFromHost();
    else if (how == 2)
        socket->abort();
    else
        socket.reset();
    QVERIFY(behind.closed);
    QCOMPARE(disconnected.size(), how == 3 ? 0 : 1);
}

void TstNearSocket::canBeDeletedInsideReadyRead()
{
    Behind behind;
    auto *socket = new NearSocket(addresses, &behind);
    connect(socket, &QIODevice::readyRead, this, [&] { delete socket; });
    socket->deliver("bytes that nobody reads");
    QVERIFY(behind.closed);
}

void TstNearSocket::answersAHandshake()
{
    Behind behind;
    QWebSocketServer server(QStringLiteral("near"), QWebSocketServer::NonSecureMode);
    auto *near = new NearSocket(addresses, &behind);
    server.handleConnection(near);
    near->deliver(upgradeRequest);
    QTRY_VERIFY(server.hasPendingConnections());
    const std::unique_ptr<QWebSocket> socket(server.nextPendingConnection());
    QVERIFY(behind.written.startsWith("HTTP/1.1 101 Switching Protocols\r\n"));
    QVERIFY(behind.written.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    QCOMPARE(socket->peerAddress().toString(), QStringLiteral("192.0.2.7"));
    QCOMPARE(socket->peerPort(), quint16(4711));
    QCOMPARE(socket->requestUrl().path(), QStringLiteral("/chat"));
}

void TstNearSocket::answersAHandshakeInPieces()
{
    Behind behind;
    QWebSocketServer server(QStringLiteral("near"), QWebSocketServer::NonSecureMode);
    auto *near = new NearSocket(addresses, &behind);
    server.handleConnection(near);
    for (const char byte : upgradeRequest) {
        near->deliver(QByteArrayView(&byte, 1));
        QTest::qWait(0);
    }
    QTRY_VERIFY(server.hasPendingConnections());
}

void TstNearSocket::carriesMessages()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    QStringList texts;
    connect(speaker.socket.get(), &QWebSocket::textMessageReceived, this, [&](const QString &text) {
        texts.append(text);
        speaker.socket->sendTextMessage(text);
    });
    speaker.near->deliver(maskedHello);
    speaker.near->deliver(maskedHello + maskedHello);
    QCOMPARE(texts, QStringList(3, QStringLiteral("Hello")));
    QCOMPARE(behind.written, unmaskedHello + unmaskedHello + unmaskedHello);
    QCOMPARE(speaker.near->unreadBytes(), 0);
}

void TstNearSocket::carriesMessagesBehindTheHandshake()
{
    // A client may send its first frame with its request. QWebSocketServer (6.4) loses what stands behind the request when it
    // reads it, so that must be delivered after newConnection().
    Behind behind;
    QWebSocketServer server(QStringLiteral("near"), QWebSocketServer::NonSecureMode);
    auto *near = new NearSocket(addresses, &behind);
    QStringList texts;
    std::unique_ptr<QWebSocket> socket;
    connect(&server, &QWebSocketServer::newConnection, this, [&] {
        socket.reset(server.nextPendingConnection());
        connect(socket.get(), &QWebSocket::textMessageReceived, this, [&](const QString &text) { texts.append(text); });
        near->deliver(maskedHello);
    });
    server.handleConnection(near);
    near->deliver(upgradeRequest);
    QTRY_COMPARE(texts.size(), 1);
    near->deliver(maskedHello);
    QTRY_COMPARE(texts.size(), 2);
}

void TstNearSocket::carriesALongMessageInPieces()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    QByteArray received;
    connect(speaker.socket.get(), &QWebSocket::binaryMessageReceived, this, [&](const QByteArray &bytes) { received = bytes; });
    // 1 MiB, masked with 01 01 01 01 (Qt takes the key 0 for none).
    constexpr int size = 1024 * 1024;
    const QByteArray frame = QByteArray::fromHex("82ff000000000010000001010101") + QByteArray(size, 'x');
    for (qsizetype at = 0; at < frame.size(); at += 50'000)
        speaker.near->deliver(QByteArrayView(frame).sliced(at, std::min<qsizetype>(50'000, frame.size() - at)));
    QCOMPARE(received.size(), size);
    QVERIFY(received == QByteArray(size, 'y'));
    QCOMPARE(speaker.near->unreadBytes(), 0);
}

void TstNearSocket::carriesALongAnswer()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    speaker.socket->setOutgoingFrameSize(quint64(16) * 1024 * 1024);
    speaker.socket->sendBinaryMessage(QByteArray(5'000'000, 'z'));
    QCOMPARE(behind.written.size(), 5'000'000 + 10);
    QVERIFY(behind.written.endsWith(QByteArray(5'000'000, 'z')));
}

void TstNearSocket::closesWhenTheSpeakerDoes()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    QSignalSpy disconnected(speaker.socket.get(), &QWebSocket::disconnected);
    speaker.socket->close(QWebSocketProtocol::CloseCodeGoingAway, QStringLiteral("bye"));
    QCOMPARE(behind.written, QByteArray::fromHex("880503e9") + "bye");
    QVERIFY(behind.closed);
    QTRY_COMPARE(disconnected.size(), 1);
    QCOMPARE(speaker.socket->state(), QAbstractSocket::UnconnectedState);
}

void TstNearSocket::closesWhenThePeerAsks()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    QSignalSpy disconnected(speaker.socket.get(), &QWebSocket::disconnected);
    speaker.near->deliver(maskedClose);
    QCOMPARE(behind.written.first(4), QByteArray::fromHex("880203e8"));
    QVERIFY(behind.closed);
    QTRY_COMPARE(disconnected.size(), 1);
    QCOMPARE(speaker.socket->closeCode(), QWebSocketProtocol::CloseCodeNormal);
}

void TstNearSocket::disconnectsTheSpeakerWhenThePeerIsCut()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    QSignalSpy disconnected(speaker.socket.get(), &QWebSocket::disconnected);
    speaker.near->endByPeer();
    QTRY_COMPARE(disconnected.size(), 1);
    QCOMPARE(speaker.socket->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!behind.closed);
}

void TstNearSocket::survivesTheSpeakersDeletionInAMessage()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    // As an application does it: QWebSocket itself does not survive being deleted at once.
    connect(speaker.socket.get(), &QWebSocket::textMessageReceived, this, [&] { speaker.socket.release()->deleteLater(); });
    speaker.near->deliver(maskedHello);
    QTRY_VERIFY(!speaker.near);
    QVERIFY(behind.closed);
}

void TstNearSocket::refusesAWrongRequest()
{
    Behind behind;
    QWebSocketServer server(QStringLiteral("near"), QWebSocketServer::NonSecureMode);
    const QPointer<NearSocket> near = new NearSocket(addresses, &behind);
    server.handleConnection(near);
    near->deliver("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QTRY_VERIFY(behind.closed);
    QTRY_VERIFY(!near);     // the server deletes what it refused
}

void TstNearSocket::reportsBytesToWrite()
{
    Behind behind;
    Speaker speaker(behind);
    QVERIFY(speaker.socket);
    behind.toWrite = 42;
    QCOMPARE(speaker.socket->bytesToWrite(), 42);
}

QTEST_GUILESS_MAIN(TstNearSocket)
#include "tst_nearsocket.moc"
