#include "bench.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>

#include <sys/socket.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;

/// Peers that take nothing any more and then reset the connection: nobody else may suffer for them.
class tst_DeadPeers final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void echoToOneThatFloodsAndResets();
    void roomGoesOnWithoutADeadReceiver();
    void aFrameOfAGigabyteIsInTheLogAtOnce();

private:
    struct Client
    {
        explicit Client(const QString &url)
        {
            QObject::connect(&socket, &QWebSocket::binaryMessageReceived, &socket, [this](const QByteArray &data) { messages.append(data); });
            socket.open(QUrl(url));
        }
        [[nodiscard]] bool isOpen() { return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }); }
        QWebSocket socket;
        QList<QByteArray> messages;
    };
};

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;

/// Has done the handshake, and reads nothing any more.
std::unique_ptr<QTcpSocket> deaf(quint16 port)
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    socket->write("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    if (!QTest::qWaitFor([&] { return socket->peek(4096).contains("\r\n\r\n"); }))
        qWarning("no answer to the upgrade");
    socket->setReadBufferSize(1);
    return socket;
}

/// RST; what is on its way is lost.
void reset(QTcpSocket &socket)
{
    const linger now{1, 0};
    ::setsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket.abort();
}

} // namespace

void tst_DeadPeers::echoToOneThatFloodsAndResets()
{
    Bench bench;
    const EndpointId host = bench.host();
    const auto flood = deaf(bench.portOf(host));
    QTRY_VERIFY(bench.connectionOf(host).isValid());
    const ConnectionId id = bench.connectionOf(host);
    const QByteArray frame = test::encode(0x82, QByteArray(mebibyte, 'f'), "abcd");
    for (int number = 0; number < 64; ++number)
        flood->write(frame);
    QTRY_VERIFY(bench.pressure.value(id));
    // The host reads no more: what the peer has left stays with it.
    qint64 stuck = -1;
    while (std::exchange(stuck, flood->bytesToWrite()) != flood->bytesToWrite())
        QTest::qWait(100);
    QVERIFY(stuck > 0);
    reset(*flood);
    QTRY_VERIFY(bench.isOver(id));
    QTRY_COMPARE(bench.endpoints.value(host).openConnections, 0);
    QVERIFY(!bench.pressure.value(id));
    Client other(bench.urlOf(host));
    QVERIFY(other.isOpen());
    other.socket.sendBinaryMessage("still there?");
    QTRY_COMPARE(other.messages, QList<QByteArray>{"still there?"});
}

void tst_DeadPeers::roomGoesOnWithoutADeadReceiver()
{
    Bench bench;
    HostOptions options;
    options.behaviour = Behaviour::Broadcast;
    const EndpointId host = bench.host(options);
    const auto slow = deaf(bench.portOf(host));
    QTRY_VERIFY(bench.connectionOf(host).isValid());
    const ConnectionId id = bench.connectionOf(host);
    Client speaker(bench.urlOf(host));
    Client listener(bench.urlOf(host));
    QVERIFY(speaker.isOpen() && listener.isOpen());
    constexpr int messages = 48;
    for (int number = 0; number < messages; ++number)
        speaker.socket.sendBinaryMessage(QByteArray(mebibyte, char('a' + number % 26)));
    QTRY_VERIFY_WITH_TIMEOUT(bench.pressure.value(id), 20'000);
    qsizetype heard = -1;
    while (std::exchange(heard, listener.messages.size()) != listener.messages.size())
        QTest::qWait(100);
    QVERIFY(heard < messages); // the room waits for the slowest
    reset(*slow);
    QTRY_COMPARE_WITH_TIMEOUT(listener.messages.size(), messages, 30'000);
    for (int number = 0; number < messages; ++number)
        QCOMPARE(listener.messages.at(number), QByteArray(mebibyte, char('a' + number % 26)));
    QTRY_VERIFY(bench.isOver(id));
}

void tst_DeadPeers::aFrameOfAGigabyteIsInTheLogAtOnce()
{
    Bench bench;
    const EndpointId host = bench.host();
    const auto socket = deaf(bench.portOf(host));
    QTRY_VERIFY(bench.connectionOf(host).isValid());
    const ConnectionId id = bench.connectionOf(host);
    // Its header and some of it, and then nothing for a long time: TCP stays open.
    const QByteArray header("\x82\xff\x00\x00\x00\x00\x40\x00\x00\x00" "abcd", 14);
    socket->write(header + "0123");
    QTRY_VERIFY(bench.status(id).closeSent);
    QCOMPARE(*bench.status(id).closeSent, quint16(1009));
    QCOMPARE(bench.frames(id, Direction::Received).size(), size_t(1));
    QVERIFY(!bench.isOver(id));
    const auto frame = bench.frames(id, Direction::Received).front();
    QCOMPARE(frame.header.violation, wire::Violation::FrameOverLimit);
    QCOMPARE(frame.header.frame.length, quint64(1) << 30);
    QVERIFY(frame.header.flags.testFlag(wire::RecordFlag::Truncated));
    QCOMPARE(frame.payload.size(), 4);
    // What still comes of it is kept as well.
    socket->write("456789");
    QTRY_COMPARE(bench.records(id, wire::RecordKind::Raw, Direction::Received).size(), size_t(1));
    QCOMPARE(bench.records(id, wire::RecordKind::Raw, Direction::Received).front().payload, QByteArray("456789"));
    QVERIFY(!bench.isOver(id));
    reset(*socket);
    QTRY_VERIFY(bench.isOver(id));
    QCOMPARE(bench.frames(id, Direction::Received).size(), size_t(1));
}

QTEST_GUILESS_MAIN(tst_DeadPeers)
#include "tst_deadpeers.moc"
