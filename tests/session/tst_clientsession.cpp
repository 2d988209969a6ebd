#include "bench.h"
#include "scriptedserver.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QSslSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <fcntl.h>
#include <sys/resource.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::ScriptedServer;

/// Clients, against a bare QWebSocketServer and against servers that say what the test says.
class tst_ClientSession final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void talksToAQWebSocketServer();
    void requestIsComposedFromTheOptions();
    void keepAliveUpgradeIsAccepted();
    void refusedAnswers_data();
    void refusedAnswers();
    void silence();
    void refused();
    void noDescriptorLeft();
    void cancelled();
    void badUrl();
    void framesBehindTheHead();
    void fragmentsAndOrder();
    void serverCloses();
    void weClose();
    void serverCuts();
    void serverBreaksARule();
    void keepAlivePings();
    void echoBack();
    void roundTripsAreMeasured();
    void manyAtOnce();
};

void tst_ClientSession::talksToAQWebSocketServer()
{
    QWebSocketServer server(QStringLiteral("bare"), QWebSocketServer::NonSecureMode);
    QVERIFY(server.listen(QHostAddress(QHostAddress::LocalHost)));
    std::unique_ptr<QWebSocket> peer;
    QStringList texts;
    QList<QByteArray> binaries;
    connect(&server, &QWebSocketServer::newConnection, this, [&] {
        peer.reset(server.nextPendingConnection());
        connect(peer.get(), &QWebSocket::textMessageReceived, this, [&](const QString &text) {
            texts.append(text);
            peer->sendTextMessage(text.toUpper());
        });
        connect(peer.get(), &QWebSocket::binaryMessageReceived, this, [&](const QByteArray &data) { binaries.append(data); });
    });
    Bench bench;
    const EndpointId client = bench.client(QStringLiteral("ws://127.0.0.1:%1/path?q=1").arg(server.serverPort()));
    QCOMPARE(bench.state(client), EndpointState::Open);
    QVERIFY(peer);
    QCOMPARE(peer->requestUrl().path(), QStringLiteral("/path"));
    const ConnectionId id = bench.connectionOf(client);
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "grüß dich"});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = QByteArray("\0\1", 2)});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = ""});
    QTRY_COMPARE(bench.payloadsOf(id), (QList<QByteArray>{QStringLiteral("GRÜSS DICH").toUtf8(), ""}));
    QCOMPARE(texts.first(), QStringLiteral("grüß dich"));
    QCOMPARE(binaries, QList<QByteArray>{QByteArray("\0\1", 2)});
    bench.workbench->stop(client);
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QTRY_COMPARE(int(peer->closeCode()), 1000);
    QCOMPARE(bench.status(id).stateText, QStringLiteral("closed 1000"));
    for (const capture::Record &record : bench.records(id))
        QCOMPARE(record.header.violation, wire::Violation::None);
    for (const capture::Record &record : bench.frames(id, Direction::Sent))
        QVERIFY(record.header.frame.masked);
    const auto info = bench.document->connection(id);
    QVERIFY(info && info->phases.contains(QStringLiteral("tcp")) && info->phases.value(QStringLiteral("upgrade")).toDouble() > 0);
}

void tst_ClientSession::requestIsComposedFromTheOptions()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request, "Sec-WebSocket-Protocol: b\r\n"); });
    Bench bench;
    ClientOptions options;
    options.url = server.url(QStringLiteral("/a b").replace(QLatin1Char(' '), QStringLiteral("%20")));
    options.headers = {{"X-First", "1"}, {"Authorization", "Bearer t"}, {"x-FIRST", "2"}};
    options.origin = QStringLiteral("https://example.org");
    options.subprotocols = {QStringLiteral("a"), QStringLiteral("b")};
    const EndpointId client = bench.client(options);
    QCOMPARE(bench.state(client), EndpointState::Open);
    QVERIFY(server.request.startsWith("GET /a%20b HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(server.port()) + "\r\n"));
    QCOMPARE(ScriptedServer::valueOf(server.request, "Origin"), QByteArray("https://example.org"));
    QCOMPARE(ScriptedServer::valueOf(server.request, "Sec-WebSocket-Protocol"), QByteArray("a, b"));
    const qsizetype first = server.request.indexOf("X-First: 1");
    const qsizetype second = server.request.indexOf("Authorization: Bearer t");
    const qsizetype third = server.request.indexOf("x-FIRST: 2");
    QVERIFY(first > 0 && first < second && second < third);
    const ConnectionId id = bench.connectionOf(client);
    QCOMPARE(bench.status(id).subprotocol, QStringLiteral("b"));
    QCOMPARE(bench.records(id, wire::RecordKind::RequestHead, Direction::Sent).front().payload, server.request);
    bench.workbench->abort(id);
    QTRY_VERIFY(bench.isOver(id));
}

void tst_ClientSession::keepAliveUpgradeIsAccepted()
{
    // Legal, and refused by QWebSocket itself.
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request, {}, "keep-alive, Upgrade"); });
    Bench bench;
    const EndpointId client = bench.client(server.url());
    QCOMPARE(bench.state(client), EndpointState::Open);
    bench.workbench->send(bench.connectionOf(client), {.kind = Outgoing::Kind::Text, .payload = "x"});
    QTRY_COMPARE(server.received.size(), 7);
    bench.workbench->abort(bench.connectionOf(client));
    QTRY_VERIFY(bench.isOver(bench.connectionOf(client)));
}

void tst_ClientSession::refusedAnswers_data()
{
    QTest::addColumn<QByteArray>("answer"); // KEY is replaced by the right accept value
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("remedy");
    QTest::addColumn<QString>("detail");
    QTest::newRow("401") << QByteArray("HTTP/1.1 401 Unauthorized\r\nContent-Length: 13\r\n\r\ntoken missing") << QStringLiteral("401 Unauthorized")
                         << QStringLiteral("Authorization") << QStringLiteral("token missing");
    QTest::newRow("chunked") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
                             << QStringLiteral("200 OK") << QStringLiteral("web server") << QStringLiteral("hello world");
    QTest::newRow("moved") << QByteArray("HTTP/1.1 301 Moved\r\nLocation: https://example.org/ws\r\nContent-Length: 0\r\n\r\n") << QStringLiteral("301 Moved")
                           << QStringLiteral("wss://example.org/ws") << QString();
    QTest::newRow("wrong accept") << QByteArray("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                                "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
                                  << QStringLiteral("Sec-WebSocket-Accept is not the value") << QStringLiteral("SHA-1") << QString();
    QTest::newRow("no accept") << QByteArray("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                               << QStringLiteral("Sec-WebSocket-Accept header is missing") << QStringLiteral("server") << QString();
    QTest::newRow("subprotocol") << QByteArray("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: KEY\r\n"
                                               "Sec-WebSocket-Protocol: nobody\r\n\r\n")
                                 << QStringLiteral("subprotocol that the client had not offered") << QStringLiteral("Offer") << QString();
    QTest::newRow("garbage") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << QStringLiteral("is no HTTP") << QStringLiteral("wss://")
                             << QStringLiteral("SSH-2.0");
    QTest::newRow("oversized") << QByteArray("HTTP/1.1 101 X\r\nX: " + QByteArray(100'000, 'a')) << QStringLiteral("larger than the limit")
                               << QStringLiteral("64 KiB") << QString();
    QTest::newRow("cut") << QByteArray("HTTP/1.1 101 Swit") << QStringLiteral("ended inside the head") << QStringLiteral("log")
                         << QStringLiteral("HTTP/1.1 101 Swit");
    QTest::newRow("nothing") << QByteArray() << QStringLiteral("closed the connection without an answer") << QStringLiteral("TLS") << QString();
}

void tst_ClientSession::refusedAnswers()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, message);
    QFETCH(QString, remedy);
    QFETCH(QString, detail);
    ScriptedServer server([&](const QByteArray &request) { return answer.replace("KEY", ScriptedServer::acceptOf(request)); });
    server.closesAfterAnswer = true;
    Bench bench;
    const EndpointId client = bench.client(server.url());
    QTRY_COMPARE(bench.state(client), EndpointState::Failed);
    const Error error = bench.endpoints.value(client).error.value();
    QVERIFY2(error.message.contains(message), qPrintable(error.message));
    QVERIFY2(error.remedy.contains(remedy), qPrintable(error.remedy));
    QVERIFY2(error.detail.contains(detail), qPrintable(error.detail));
    QVERIFY(!bench.endpoints.value(client).stateText.isEmpty());
    QVERIFY(bench.workbench->isIdle());
    // Every byte that came is in the document.
    QByteArray received;
    QTRY_VERIFY(bench.isOver(bench.connectionOf(client)));
    for (const capture::Record &record : bench.records(bench.connectionOf(client))) {
        if (record.header.direction == Direction::Received && record.header.kind != wire::RecordKind::End)
            received += record.payload;
    }
    // Of an endless head no more is read than it takes to see that.
    if (answer.size() > 65'536)
        QVERIFY(received.size() > 16'384 && answer.startsWith(received));
    else
        QCOMPARE(received, answer);
}

void tst_ClientSession::silence()
{
    ScriptedServer server([](const QByteArray &) { return QByteArray(); });
    Bench bench;
    ClientOptions options;
    options.url = server.url();
    options.connectTimeoutMs = 100;
    const EndpointId client = bench.client(options);
    QTRY_COMPARE(bench.state(client), EndpointState::Failed);
    const Error error = bench.endpoints.value(client).error.value();
    QCOMPARE(error.kind, ErrorKind::TimedOut);
    QVERIFY(error.message.contains(QStringLiteral("sent no answer")));
}

void tst_ClientSession::refused()
{
    quint16 port = 0;
    {
        QTcpServer gone;
        QVERIFY(gone.listen(QHostAddress(QHostAddress::LocalHost)));
        port = gone.serverPort();
    }
    Bench bench;
    const EndpointId client = bench.client(QStringLiteral("ws://127.0.0.1:%1/").arg(port));
    QCOMPARE(bench.state(client), EndpointState::Failed);
    QCOMPARE(bench.endpoints.value(client).error->kind, ErrorKind::Refused);
    QVERIFY(bench.workbench->isIdle());
}

void tst_ClientSession::noDescriptorLeft()
{
    // However few descriptors are left: a client says what is missing, and does not stay "connecting".
    Bench bench;
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress(QHostAddress::LocalHost)));
    server.pauseAccepting(); // the kernel connects; an accepted socket would take a descriptor
    ClientOptions options;
    options.url = QStringLiteral("ws://127.0.0.1:%1/").arg(server.serverPort());
    options.connectTimeoutMs = 60'000;
    // What is opened once has been opened: the network thread's own descriptors, and Qt's TLS plugin.
    bench.client(bench.urlOf(bench.host()));
    QVERIFY(QSslSocket::supportsSsl());
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    QStringList said;
    for (int left = 0; left <= 2; ++left) {
        // The lowest numbers are given out first.
        rlim_t limit = 0;
        for (int unused = 0; unused <= left; ++limit)
            unused += ::fcntl(int(limit), F_GETFD) < 0 ? 1 : 0;
        rlimit few = before;
        few.rlim_cur = limit - 1;
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &few), 0);
        const EndpointId client = bench.client(options);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
        QCOMPARE(bench.state(client), EndpointState::Failed);
        QVERIFY(bench.endpoints.value(client).error);
        said.append(bench.endpoints.value(client).error->message);
    }
    QVERIFY2(said.last().startsWith(QStringLiteral("The connection inside this program")), qPrintable(said.join(u'\n')));
}

void tst_ClientSession::cancelled()
{
    ScriptedServer server([](const QByteArray &) { return QByteArray(); });
    Bench bench;
    ClientOptions options;
    options.url = server.url();
    const EndpointId client = bench.workbench->connectClient(options);
    QTRY_VERIFY(!server.request.isEmpty());
    QCOMPARE(bench.state(client), EndpointState::Connecting);
    bench.workbench->stop(client);
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QCOMPARE(bench.endpoints.value(client).stateText, QStringLiteral("cancelled"));
    QVERIFY(!bench.endpoints.value(client).error);
}

void tst_ClientSession::badUrl()
{
    Bench bench;
    const EndpointId client = bench.client(QStringLiteral("http://localhost/"));
    QCOMPARE(bench.state(client), EndpointState::Failed);
    QCOMPARE(bench.endpoints.value(client).error->kind, ErrorKind::Usage);
}

void tst_ClientSession::framesBehindTheHead()
{
    ScriptedServer server([](const QByteArray &request) {
        return ScriptedServer::accept101(request) + test::encode(0x81, "early") + test::encode(0x82, "bird");
    });
    Bench bench;
    const EndpointId client = bench.client(server.url());
    QTRY_COMPARE(bench.payloadsOf(bench.connectionOf(client)), (QList<QByteArray>{"early", "bird"}));
    bench.workbench->abort(bench.connectionOf(client));
    QTRY_VERIFY(bench.isOver(bench.connectionOf(client)));
}

void tst_ClientSession::fragmentsAndOrder()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    const EndpointId client = bench.client(server.url());
    const ConnectionId id = bench.connectionOf(client);
    wire::FrameHeader odd;
    odd.rsv2 = true;
    odd.opcode = wire::Opcode(0x3);
    odd.length = 1;
    // What the speaker says takes a longer way than what is injected; the order is the user's all the same.
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "abcde", .fragmentBytes = 2});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Ping, .payload = "p"});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = "b"});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Frame, .payload = "f", .header = odd});
    bench.workbench->send(id, {.kind = Outgoing::Kind::RawBytes, .payload = "\x8a"});
    bench.workbench->send(id, {.kind = Outgoing::Kind::RawBytes, .payload = QByteArray(1, '\0')});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "z"});
    QTRY_COMPARE(bench.records(id).size(), size_t(2 + 3 + 1 + 1 + 1 + 2 + 1));
    QStringList said;
    quint64 offset = 0;
    for (const capture::Record &record : bench.records(id)) {
        if (record.header.kind != wire::RecordKind::Frame && record.header.kind != wire::RecordKind::Raw)
            continue;
        const bool frame = record.header.kind == wire::RecordKind::Frame;
        said += QStringLiteral("%1%2%3:%4")
                    .arg(frame ? QString::number(int(record.header.frame.opcode), 16) : QStringLiteral("raw"),
                         frame && record.header.frame.fin ? QStringLiteral("F") : QString(),
                         record.header.flags.testFlag(wire::RecordFlag::Crafted) ? QStringLiteral("!") : QString(),
                         QString::fromLatin1(record.payload.toPercentEncoding()));
        QCOMPARE(record.header.frame.wireOffset, offset);
        offset += frame ? record.header.frame.wireSize() : quint64(record.payload.size());
    }
    QCOMPARE(said, (QStringList{QStringLiteral("1:ab"), QStringLiteral("0:cd"), QStringLiteral("0F:e"), QStringLiteral("9F:p"), QStringLiteral("2F:b"),
                                QStringLiteral("3F!:f"), QStringLiteral("raw!:%8A"), QStringLiteral("raw!:%00"), QStringLiteral("1F:z")}));
    QTRY_COMPARE(quint64(server.received.size()), offset);
    QVERIFY(server.received.contains(QByteArray("\xa3\x01"
                                                "f\x8a\0",
                                                5)));
    bench.workbench->abort(id);
    QTRY_VERIFY(bench.isOver(id));
}

void tst_ClientSession::serverCloses()
{
    ScriptedServer server([](const QByteArray &request) {
        return ScriptedServer::accept101(request) + test::encode(0x81, "last words") + test::encode(0x88, QByteArray("\x0f\xa1") + "why");
    });
    Bench bench;
    ClientOptions options;
    options.url = server.url();
    const EndpointId client = bench.workbench->connectClient(options);
    bench.workbench->setMessagesWanted(client, true);
    // The client waits for the server to end TCP first (RFC 6455, 7.1.1).
    QTRY_COMPARE(server.received.size(), 6 + 5);
    QTRY_COMPARE(bench.state(client), EndpointState::Closing);
    const ConnectionId id = bench.connectionOf(client);
    QCOMPARE(bench.payloadsOf(id), QList<QByteArray>{"last words"});
    server.socket->disconnectFromHost();
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QCOMPARE(bench.status(id).closeReceived, std::optional<quint16>(4001));
    QCOMPARE(bench.status(id).closeSent, std::optional<quint16>(4001));
    QCOMPARE(bench.frames(id, Direction::Sent).size(), size_t(1));
}

void tst_ClientSession::weClose()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    ClientOptions options;
    options.url = server.url();
    options.closeTimeoutMs = 200;
    const EndpointId client = bench.client(options);
    const ConnectionId id = bench.connectionOf(client);
    bench.workbench->send(id, {.kind = Outgoing::Kind::Close, .closeCode = 1005});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Close, .closeCode = 1000, .reason = QString(124, QLatin1Char('x'))});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Ping, .payload = QByteArray(126, 'p')});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "\xff"});
    QTRY_COMPARE(bench.sendErrors.size(), 4);
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "before"});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Close, .closeCode = 0});
    // What the server had still to say is heard before its Close.
    QTRY_COMPARE(server.received.size(), 12 + 6);
    QVERIFY(server.received.endsWith(server.received.right(4))); // an empty Close: two header bytes and the key
    QCOMPARE(quint8(server.received.at(12)), quint8(0x88));
    QCOMPARE(quint8(server.received.at(13)), quint8(0x80));
    server.socket->write(test::encode(0x81, "still") + test::encode(0x88, ""));
    QTRY_COMPARE(bench.payloadsOf(id), QList<QByteArray>{"still"});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "too late"});
    QTRY_COMPARE(bench.sendErrors.size(), 5);
    server.socket->disconnectFromHost();
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QCOMPARE(bench.status(id).stateText, QStringLiteral("closed 1005"));
    QCOMPARE(bench.frames(id, Direction::Sent).size(), size_t(2));
}

void tst_ClientSession::serverCuts()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request) + test::encode(0x81, "abc").left(3); });
    server.closesAfterAnswer = true;
    Bench bench;
    const EndpointId client = bench.client(server.url());
    QTRY_COMPARE(bench.state(client), EndpointState::Failed);
    const EndpointInfo info = bench.endpoints.value(client);
    QVERIFY2(info.error->message.contains(QStringLiteral("cut inside a frame")), qPrintable(info.error->message));
    QCOMPARE(info.stateText, QStringLiteral("cut inside a frame"));
    const auto frames = bench.frames(bench.connectionOf(client), Direction::Received);
    QCOMPARE(frames.size(), size_t(1));
    QCOMPARE(frames.front().payload, QByteArray("a"));
}

void tst_ClientSession::serverBreaksARule()
{
    ScriptedServer server([](const QByteArray &request) {
        return ScriptedServer::accept101(request) + test::encode(0x81, "good") + test::encode(0x81, "masked", "abcd");
    });
    Bench bench;
    const EndpointId client = bench.client(server.url());
    const ConnectionId id = bench.connectionOf(client);
    QTRY_COMPARE(bench.status(id).closeSent, std::optional<quint16>(1002));
    QCOMPARE(bench.payloadsOf(id), QList<QByteArray>{"good"});
    server.socket->disconnectFromHost();
    QTRY_COMPARE(bench.state(client), EndpointState::Failed);
    QVERIFY(bench.endpoints.value(client).error->message.contains(QStringLiteral("masked")));
}

void tst_ClientSession::keepAlivePings()
{
    Bench bench;
    ClientOptions options;
    options.url = bench.urlOf(bench.host());
    options.pingIntervalMs = 20;
    const EndpointId client = bench.client(options);
    const ConnectionId id = bench.connectionOf(client);
    QTRY_VERIFY(bench.frames(id, Direction::Received).size() >= 3);
    for (const capture::Record &pong : bench.frames(id, Direction::Received)) {
        QCOMPARE(pong.header.frame.opcode, wire::Opcode::Pong);
        QVERIFY(pong.header.flags.testFlag(wire::RecordFlag::PingReply));
        QVERIFY(pong.header.rttNs > 0);
    }
}

void tst_ClientSession::echoBack()
{
    Bench bench;
    HostOptions silent;
    silent.behaviour = Behaviour::Silent;
    const EndpointId host = bench.host(silent);
    bench.workbench->setMessagesWanted(host, true);
    const EndpointId client = bench.client(bench.urlOf(host));
    bench.workbench->setEchoBack(client, true);
    bench.workbench->sendToAll(host, {.kind = Outgoing::Kind::Text, .payload = "ping-pong"});
    bench.workbench->sendToAll(host, {.kind = Outgoing::Kind::Binary, .payload = "\x01"});
    QTRY_COMPARE(bench.payloadsOf(bench.connectionOf(host)), (QList<QByteArray>{"ping-pong", "\x01"}));
}

void tst_ClientSession::roundTripsAreMeasured()
{
    Bench bench;
    const EndpointId client = bench.client(bench.urlOf(bench.host()));
    const ConnectionId id = bench.connectionOf(client);
    for (int i = 0; i < 10; ++i)
        bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = QByteArray::number(i)});
    QTRY_COMPARE(bench.frames(id, Direction::Received).size(), size_t(10));
    const auto sent = bench.frames(id, Direction::Sent);
    const auto received = bench.frames(id, Direction::Received);
    for (size_t i = 0; i < 10; ++i) {
        QVERIFY(received[i].header.flags.testFlag(wire::RecordFlag::EchoReply));
        QCOMPARE(received[i].header.rttNs, received[i].header.time - sent[i].header.firstByteTime);
        QVERIFY(received[i].header.rttNs > 0);
    }
    QTRY_COMPARE(bench.status(id).framesReceived, quint64(10));
    QTRY_VERIFY_WITH_TIMEOUT(!bench.document->tcpSamples(id).isEmpty(), 5'000);
}

void tst_ClientSession::manyAtOnce()
{
    Bench bench;
    const QString url = bench.urlOf(bench.host());
    QList<EndpointId> clients;
    constexpr int count = 50;
    for (int i = 0; i < count; ++i) {
        ClientOptions options;
        options.url = url;
        clients.append(bench.workbench->connectClient(options));
        bench.workbench->setMessagesWanted(clients.last(), true);
    }
    const auto allOpen = [&] {
        return std::all_of(clients.begin(), clients.end(), [&](EndpointId id) { return bench.state(id) == EndpointState::Open; });
    };
    QTRY_VERIFY(allOpen());
    for (const EndpointId client : clients)
        bench.workbench->send(bench.connectionOf(client), {.kind = Outgoing::Kind::Text, .payload = QByteArray::number(client.value())});
    QTRY_COMPARE(bench.messages.size(), count);
    for (const EndpointId client : clients)
        QCOMPARE(bench.payloadsOf(bench.connectionOf(client)), QList<QByteArray>{QByteArray::number(client.value())});
}

QTEST_GUILESS_MAIN(tst_ClientSession)
#include "tst_clientsession.moc"
