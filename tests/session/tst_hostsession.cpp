#include "bench.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

using namespace wsw;
using namespace wsw::session;
using test::Bench;

/// Hosts, with QWebSocket clients and with sockets that say what the test says.
class tst_HostSession final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void echo();
    void prefix();
    void broadcast();
    void silent();
    void behaviourChangesWhileRunning();
    void subprotocolIsChosen();
    void everythingIsRecorded();
    void clientCloses();
    void hostCloses();
    void stopSays1001();
    void plainGetGetsAPage();
    void badRequests_data();
    void badRequests();
    void handshakeTimesOut();
    void badTextIsFailed();
    void legalFragmentsWithinCodePoints();
    void brokenFrames_data();
    void brokenFrames();
    void peerThatDoesNotAnswerClose();
    void peerThatCutsInAFrame();
    void portInUse();

private:
    struct Client
    {
        explicit Client(const QString &url, const QStringList &subprotocols = {})
        {
            QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [this](const QString &text) { texts.append(text); });
            QObject::connect(&socket, &QWebSocket::binaryMessageReceived, &socket, [this](const QByteArray &data) { binaries.append(data); });
            QWebSocketHandshakeOptions options;
            options.setSubprotocols(subprotocols);
            socket.open(QUrl(url), options);
        }
        [[nodiscard]] bool isOpen() { return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }); }
        QWebSocket socket;
        QStringList texts;
        QList<QByteArray> binaries;
    };
};

namespace {

const QByteArray upgradeRequest = "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const QByteArray key = "\x11\x22\x33\x44";

/// A socket that has done the handshake by hand.
std::unique_ptr<QTcpSocket> upgraded(quint16 port)
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    socket->write(upgradeRequest);
    if (!QTest::qWaitFor([&] { return socket->peek(4096).contains("\r\n\r\n"); }))
        qWarning("no answer to the upgrade");
    const QByteArray head = socket->readAll();
    if (!head.startsWith("HTTP/1.1 101") || !head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        qWarning("not upgraded");
    return socket;
}

} // namespace

void tst_HostSession::echo()
{
    Bench bench;
    const EndpointId host = bench.host();
    Client client(bench.urlOf(host));
    QVERIFY(client.isOpen());
    client.socket.sendTextMessage(QStringLiteral("grüß dich"));
    client.socket.sendBinaryMessage(QByteArray("\0\xff", 2));
    client.socket.sendTextMessage(QString());
    QTRY_COMPARE(client.texts, QStringList({QStringLiteral("grüß dich"), QString()}));
    QCOMPARE(client.binaries, QList<QByteArray>{QByteArray("\0\xff", 2)});
    QTRY_COMPARE(bench.endpoints.value(host).openConnections, 1);
    QCOMPARE(bench.endpoints.value(host).name, QStringLiteral("Echo server"));
}

void tst_HostSession::prefix()
{
    Bench bench;
    HostOptions options;
    options.behaviour = Behaviour::Prefix;
    Client client(bench.urlOf(bench.host(options)));
    QVERIFY(client.isOpen());
    client.socket.sendTextMessage(QStringLiteral("Hello server!"));
    client.socket.sendBinaryMessage("raw");
    QTRY_COMPARE(client.texts, QStringList{QStringLiteral("Echo: Hello server!")});
    QTRY_COMPARE(client.binaries, QList<QByteArray>{"raw"});
}

void tst_HostSession::broadcast()
{
    Bench bench;
    HostOptions options;
    options.behaviour = Behaviour::Broadcast;
    const QString url = bench.urlOf(bench.host(options));
    Client one(url), two(url), three(url);
    QVERIFY(one.isOpen() && two.isOpen() && three.isOpen());
    one.socket.sendTextMessage(QStringLiteral("to all"));
    three.socket.sendBinaryMessage("b");
    QTRY_COMPARE(two.texts, QStringList{QStringLiteral("to all")});
    QTRY_COMPARE(three.texts, QStringList{QStringLiteral("to all")});
    QTRY_COMPARE(one.binaries, QList<QByteArray>{"b"});
    QTRY_COMPARE(two.binaries, QList<QByteArray>{"b"});
    QVERIFY(one.texts.isEmpty());
    QVERIFY(three.binaries.isEmpty());
}

void tst_HostSession::silent()
{
    Bench bench;
    HostOptions options;
    options.behaviour = Behaviour::Silent;
    const EndpointId host = bench.host(options);
    bench.workbench->setMessagesWanted(host, true);
    Client client(bench.urlOf(host));
    QVERIFY(client.isOpen());
    client.socket.sendTextMessage(QStringLiteral("anybody?"));
    QTRY_COMPARE(bench.messages.size(), 1);
    QCOMPARE(bench.messages.first().payload, QByteArray("anybody?"));
    // What the host is told to say comes all the same.
    bench.workbench->sendToAll(host, {.kind = Outgoing::Kind::Text, .payload = "pushed"});
    QTRY_COMPARE(client.texts, QStringList{QStringLiteral("pushed")});
}

void tst_HostSession::behaviourChangesWhileRunning()
{
    Bench bench;
    const EndpointId host = bench.host();
    Client client(bench.urlOf(host));
    QVERIFY(client.isOpen());
    bench.workbench->setBehaviour(host, Behaviour::Prefix, QStringLiteral("> "));
    QTRY_COMPARE(bench.endpoints.value(host).name, QStringLiteral("Prefix server"));
    client.socket.sendTextMessage(QStringLiteral("a"));
    QTRY_COMPARE(client.texts, QStringList{QStringLiteral("> a")});
}

void tst_HostSession::subprotocolIsChosen()
{
    Bench bench;
    HostOptions options;
    options.subprotocols = {QStringLiteral("superchat"), QStringLiteral("chat")};
    const EndpointId host = bench.host(options);
    Client client(bench.urlOf(host), {QStringLiteral("other"), QStringLiteral("chat"), QStringLiteral("superchat")});
    QVERIFY(client.isOpen());
    QCOMPARE(client.socket.subprotocol(), QStringLiteral("superchat")); // the host's wish goes before the client's order
    QTRY_COMPARE(bench.status(bench.connectionOf(host)).subprotocol, QStringLiteral("superchat"));
    Client none(bench.urlOf(host), {QStringLiteral("unknown")});
    QVERIFY(none.isOpen());
    QCOMPARE(none.socket.subprotocol(), QString());
}

void tst_HostSession::everythingIsRecorded()
{
    Bench bench;
    const EndpointId host = bench.host();
    auto socket = upgraded(bench.portOf(host));
    const QByteArray text = test::encode(0x81, "Hello", key);
    const QByteArray ping = test::encode(0x89, "p", key);
    const QByteArray close = test::encode(0x88, QByteArray("\x03\xe8", 2) + "bye", key);
    socket->write(text + ping + close);
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const ConnectionId id = bench.connectionOf(host);
    const auto requests = bench.records(id, wire::RecordKind::RequestHead, Direction::Received);
    QCOMPARE(requests.size(), size_t(1));
    QCOMPARE(requests.front().payload, upgradeRequest);
    QCOMPARE(bench.records(id, wire::RecordKind::ResponseHead, Direction::Sent).size(), size_t(1));
    const auto received = bench.frames(id, Direction::Received);
    QCOMPARE(received.size(), size_t(3));
    QCOMPARE(received[0].payload, QByteArray("Hello"));
    QCOMPARE(received[0].header.frame.key, (wire::MaskingKey{0x11, 0x22, 0x33, 0x44}));
    QCOMPARE(received[0].header.frame.wireOffset, quint64(0));
    QCOMPARE(received[1].header.frame.wireOffset, quint64(text.size()));
    QCOMPARE(received[2].header.frame.wireOffset, quint64(text.size() + ping.size()));
    const auto sent = bench.frames(id, Direction::Sent);
    QCOMPARE(sent.size(), size_t(3));
    QCOMPARE(sent[0].payload, QByteArray("Hello"));
    QCOMPARE(sent[1].header.frame.opcode, wire::Opcode::Pong);
    QCOMPARE(sent[2].payload, QByteArray("\x03\xe8", 2) + "bye");
    for (const capture::Record &record : bench.records(id))
        QCOMPARE(record.header.violation, wire::Violation::None);
    // The socket has got exactly what was recorded as sent.
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(socket->readAll(), test::encode(0x81, "Hello") + test::encode(0x8a, "p") + test::encode(0x88, QByteArray("\x03\xe8", 2) + "bye"));
    const auto info = bench.document->connection(id);
    QVERIFY(info);
    QCOMPARE(info->closeText, QStringLiteral("closed 1000"));
    QVERIFY(info->url.endsWith(QStringLiteral("/chat")));
}

void tst_HostSession::clientCloses()
{
    Bench bench;
    const EndpointId host = bench.host();
    Client client(bench.urlOf(host));
    QVERIFY(client.isOpen());
    client.socket.close(QWebSocketProtocol::CloseCodePolicyViolated, QStringLiteral("done"));
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const ConnectionStatus status = bench.status(bench.connectionOf(host));
    QCOMPARE(status.state, EndpointState::Closed);
    QCOMPARE(status.closeReceived, std::optional<quint16>(1008));
    QCOMPARE(status.closeSent, std::optional<quint16>(1008));
    QCOMPARE(status.stateText, QStringLiteral("closed 1008"));
    QTRY_COMPARE(bench.endpoints.value(host).openConnections, 0);
}

void tst_HostSession::hostCloses()
{
    Bench bench;
    const EndpointId host = bench.host();
    Client client(bench.urlOf(host));
    QVERIFY(client.isOpen());
    QTRY_COMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Open);
    bench.workbench->send(bench.connectionOf(host), {.kind = Outgoing::Kind::Close, .closeCode = 4002, .reason = QStringLiteral("enough")});
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    QCOMPARE(int(client.socket.closeCode()), 4002);
    QCOMPARE(client.socket.closeReason(), QStringLiteral("enough"));
    QCOMPARE(bench.status(bench.connectionOf(host)).stateText, QStringLiteral("closed 4002"));
    QCOMPARE(bench.frames(bench.connectionOf(host), Direction::Sent).size(), size_t(1)); // answered once
}

void tst_HostSession::stopSays1001()
{
    Bench bench;
    const EndpointId host = bench.host();
    Client client(bench.urlOf(host));
    QVERIFY(client.isOpen());
    bench.workbench->stop(host);
    QTRY_COMPARE(bench.state(host), EndpointState::Closed);
    QTRY_COMPARE(int(client.socket.closeCode()), 1001);
    QVERIFY(bench.workbench->isIdle());
    QTcpSocket late;
    late.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.portOf(host));
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
}

void tst_HostSession::plainGetGetsAPage()
{
    Bench bench;
    const EndpointId host = bench.host();
    QTcpSocket browser;
    browser.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.portOf(host));
    browser.write("GET /<x> HTTP/1.1\r\nHost: example.org\r\n\r\n");
    QTRY_COMPARE(browser.state(), QAbstractSocket::UnconnectedState);
    const QByteArray answer = browser.readAll();
    QVERIFY(answer.startsWith("HTTP/1.1 426 Upgrade Required\r\n"));
    QVERIFY(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"));
    QVERIFY(answer.contains("text/html"));
    QVERIFY(answer.contains("This is a WebSocket endpoint"));
    QVERIFY(answer.contains("example.org/&lt;x&gt;"));
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const ConnectionId id = bench.connectionOf(host);
    const auto body = bench.records(id, wire::RecordKind::Body, Direction::Sent);
    QCOMPARE(body.size(), size_t(1));
    QVERIFY(answer.endsWith(body.front().payload));
    QVERIFY(bench.status(id).stateText.startsWith(QStringLiteral("answered 426")));
    QCOMPARE(bench.status(id).state, EndpointState::Closed);
}

void tst_HostSession::badRequests_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("post") << upgradeRequest.mid(0).replace("GET", "POST") << QByteArray("405 Method Not Allowed") << QByteArray("Allow: GET");
    QTest::newRow("version 8") << upgradeRequest.mid(0).replace("Version: 13", "Version: 8") << QByteArray("426 Upgrade Required")
                               << QByteArray("Sec-WebSocket-Version: 13");
    QTest::newRow("no key") << upgradeRequest.mid(0).replace("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")
                            << QByteArray("400 Bad Request") << QByteArray("Sec-WebSocket-Key header is missing");
    QTest::newRow("short key") << upgradeRequest.mid(0).replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhl") << QByteArray("400 Bad Request")
                               << QByteArray("16 bytes");
    QTest::newRow("no host") << upgradeRequest.mid(0).replace("Host: localhost\r\n", "") << QByteArray("400 Bad Request") << QByteArray("Host");
    QTest::newRow("no http") << QByteArray("\x16\x03\x01\x02rubbish") << QByteArray("400 Bad Request") << QByteArray("TLS");
    QTest::newRow("huge") << QByteArray("GET / HTTP/1.1\r\nX: " + QByteArray(20'000, 'a')) << QByteArray("431 Request Header Fields Too Large")
                          << QByteArray("longer than");
}

void tst_HostSession::badRequests()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, says);
    Bench bench;
    const EndpointId host = bench.host();
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.portOf(host));
    socket.write(request);
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    const QByteArray answer = socket.readAll();
    QVERIFY2(answer.startsWith("HTTP/1.1 " + status), answer.constData());
    QVERIFY2(answer.contains(says), answer.constData());
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const auto records = bench.records(bench.connectionOf(host));
    QVERIFY(!records.empty());
    QVERIFY(records.front().header.violation != wire::Violation::None);
    QByteArray received;
    for (const capture::Record &record : records) {
        if (record.header.direction == Direction::Received && record.header.kind != wire::RecordKind::End)
            received += record.payload;
    }
    QCOMPARE(received, request);
    // The host goes on.
    Client client(bench.urlOf(host));
    QVERIFY(client.isOpen());
}

void tst_HostSession::handshakeTimesOut()
{
    Bench bench;
    HostOptions options;
    options.handshakeTimeoutMs = 50;
    const EndpointId host = bench.host(options);
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.portOf(host));
    socket.write("GET / HT");
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(socket.readAll().startsWith("HTTP/1.1 408 Request Timeout"));
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const auto raw = bench.records(bench.connectionOf(host), wire::RecordKind::Raw, Direction::Received);
    QCOMPARE(raw.size(), size_t(1));
    QCOMPARE(raw.front().payload, QByteArray("GET / HT"));
}

void tst_HostSession::badTextIsFailed()
{
    Bench bench;
    const EndpointId host = bench.host();
    auto socket = upgraded(bench.portOf(host));
    // The frame is not complete, but its second byte is bad: no need to wait for the rest.
    socket->write(test::encode(0x81, "a\xc0" + QByteArray(50, 'x'), key).left(20));
    QTRY_COMPARE_WITH_TIMEOUT(socket->bytesAvailable() > 4, true, 2'000);
    const QByteArray close = socket->readAll();
    QCOMPARE(close.left(1), QByteArray("\x88"));
    QCOMPARE(close.mid(2, 2), QByteArray("\x03\xef")); // 1007
    socket->write(test::encode(0x88, "\x03\xef", key));
    socket->disconnectFromHost();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    QCOMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Failed);
    QVERIFY(bench.status(bench.connectionOf(host)).error);
    const auto frames = bench.frames(bench.connectionOf(host), Direction::Received);
    QVERIFY(!frames.empty());
    QCOMPARE(frames.front().header.violation, wire::Violation::TextNotUtf8);
}

void tst_HostSession::legalFragmentsWithinCodePoints()
{
    Bench bench;
    const EndpointId host = bench.host();
    auto socket = upgraded(bench.portOf(host));
    const QByteArray euro = "\xe2\x82\xac";
    socket->write(test::encode(0x01, "1" + euro.left(1), key) + test::encode(0x00, euro.mid(1, 1), key) + test::encode(0x89, "p", key)
                  + test::encode(0x80, euro.mid(2) + "2", key));
    const QByteArray due = test::encode(0x8a, "p") + test::encode(0x81, "1" + euro + "2");
    QTRY_COMPARE(socket->bytesAvailable(), due.size());
    QCOMPARE(socket->readAll(), due);
    const auto frames = bench.frames(bench.connectionOf(host), Direction::Received);
    QCOMPARE(frames.size(), size_t(4)); // recorded as they came, not as they were handed on
    QCOMPARE(frames[1].payload, euro.mid(1, 1));
}

void tst_HostSession::brokenFrames_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<wire::Violation>("violation");
    QTest::addColumn<quint16>("code");
    QTest::newRow("rsv1") << test::encode(0xc1, "a", key) << wire::Violation::ReservedBit1Set << quint16(1002);
    QTest::newRow("opcode 3") << test::encode(0x83, "a", key) << wire::Violation::ReservedOpcode << quint16(1002);
    QTest::newRow("not masked") << test::encode(0x81, "a") << wire::Violation::ClientFrameNotMasked << quint16(1002);
    QTest::newRow("continuation") << test::encode(0x80, "a", key) << wire::Violation::ContinuationWithoutStart << quint16(1002);
    QTest::newRow("long ping") << test::encode(0x89, QByteArray(126, 'p'), key) << wire::Violation::ControlFrameTooLong << quint16(1002);
    QTest::newRow("ping in parts") << test::encode(0x09, "p", key) << wire::Violation::ControlFrameFragmented << quint16(1002);
    QTest::newRow("close 1005") << test::encode(0x88, "\x03\xed", key) << wire::Violation::CloseCodeReserved << quint16(1002);
    QTest::newRow("close, 1 byte") << test::encode(0x88, "\x03", key) << wire::Violation::ClosePayloadOneByte << quint16(1002);
    QTest::newRow("over the limit") << test::encode(0x82, QByteArray(1001, 'x'), key) << wire::Violation::FrameOverLimit << quint16(1009);
    QTest::newRow("message over the limit") << test::encode(0x02, QByteArray(1000, 'x'), key) + test::encode(0x00, QByteArray(501, 'x'), key)
                                            << wire::Violation::MessageOverLimit << quint16(1009);
}

void tst_HostSession::brokenFrames()
{
    QFETCH(QByteArray, bytes);
    QFETCH(wire::Violation, violation);
    QFETCH(quint16, code);
    Bench bench;
    HostOptions options;
    options.maxFrameBytes = 1000;
    options.maxMessageBytes = 1500;
    const EndpointId host = bench.host(options);
    auto socket = upgraded(bench.portOf(host));
    // The message before the broken frame is answered all the same.
    socket->write(test::encode(0x81, "good", key) + bytes);
    QTRY_VERIFY(bench.status(bench.connectionOf(host)).closeSent);
    QCOMPARE(*bench.status(bench.connectionOf(host)).closeSent, code);
    QTRY_VERIFY(socket->bytesAvailable() > 6);
    QVERIFY(socket->readAll().startsWith(test::encode(0x81, "good")));
    socket->disconnectFromHost();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const auto frames = bench.frames(bench.connectionOf(host), Direction::Received);
    QCOMPARE(frames.back().header.violation, violation);
    QCOMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Failed);
}

void tst_HostSession::peerThatDoesNotAnswerClose()
{
    Bench bench;
    HostOptions options;
    options.closeTimeoutMs = 50;
    const EndpointId host = bench.host(options);
    auto socket = upgraded(bench.portOf(host));
    QTRY_COMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Open);
    bench.workbench->send(bench.connectionOf(host), {.kind = Outgoing::Kind::Close, .closeCode = 1000});
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const ConnectionStatus status = bench.status(bench.connectionOf(host));
    QCOMPARE(status.stateText, QStringLiteral("peer did not answer our Close within 0.05 s"));
    QVERIFY(status.error);
    QCOMPARE(status.error->kind, ErrorKind::TimedOut);
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
}

void tst_HostSession::peerThatCutsInAFrame()
{
    Bench bench;
    const EndpointId host = bench.host();
    auto socket = upgraded(bench.portOf(host));
    socket->write(test::encode(0x82, QByteArray(100, 'x'), key).left(30));
    QTRY_COMPARE(socket->bytesToWrite(), 0);
    socket->disconnectFromHost();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
    const ConnectionStatus status = bench.status(bench.connectionOf(host));
    QCOMPARE(status.state, EndpointState::Failed);
    QCOMPARE(status.stateText, QStringLiteral("cut inside a frame"));
    const auto frames = bench.frames(bench.connectionOf(host), Direction::Received);
    QCOMPARE(frames.size(), size_t(1));
    QVERIFY(frames.front().header.flags.testFlag(wire::RecordFlag::Truncated));
    QCOMPARE(frames.front().header.violation, wire::Violation::EndInsideFrame);
    QCOMPARE(frames.front().payload, QByteArray(24, 'x'));
}

void tst_HostSession::portInUse()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress(QHostAddress::LocalHost)));
    Bench bench;
    HostOptions options;
    options.port = other.serverPort();
    const EndpointId host = bench.workbench->startHost(options);
    QTRY_COMPARE(bench.state(host), EndpointState::Failed);
    const EndpointInfo info = bench.endpoints.value(host);
    QVERIFY(info.error);
    QCOMPARE(info.error->kind, ErrorKind::InUse);
    QVERIFY(info.nextFreePort > other.serverPort());
    QVERIFY(bench.workbench->isIdle());
    bench.workbench->restart(host, info.nextFreePort);
    QTRY_COMPARE(bench.state(host), EndpointState::Listening);
    QCOMPARE(bench.portOf(host), info.nextFreePort);
}

QTEST_GUILESS_MAIN(tst_HostSession)
#include "tst_hostsession.moc"
