#include "bench.h"
#include "scriptedserver.h"
#include "support/fulllistener.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::ScriptedServer;

/// Proxies: a third program's client on one side, a server on the other, and everything between them as it was.
class tst_ProxySession final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void twoQWebSockets();
    void bytesPassAsTheyCame();
    void hostAndHeadersAreReplaced();
    void pathOfTheTargetWins();
    void otherAnswersPass();
    void targetIsUnreachable();
    void unreachableWithoutARequest();
    void stoppedWhileDialling();
    void noRequest();
    void injection();
    void stopClosesBothSides();
    void programLeaves();

private:
    EndpointId proxy(Bench &bench, const QString &target, const wire::HeaderList &headers = {})
    {
        ProxyOptions options;
        options.port = 0;
        options.target.url = target;
        options.target.headers = headers;
        options.target.closeTimeoutMs = 300;
        const EndpointId id = bench.workbench->startProxy(options);
        if (!QTest::qWaitFor([&] { return bench.state(id) == EndpointState::Listening; }))
            qWarning("the proxy does not listen");
        return id;
    }
    /// Nobody listens there.
    static quint16 deadPort()
    {
        QTcpServer gone;
        return gone.listen(QHostAddress(QHostAddress::LocalHost)) ? gone.serverPort() : quint16{1};
    }
    /// A third program's connection to @p proxy; sends a request at once.
    static std::unique_ptr<QTcpSocket> program(quint16 port, const QByteArray &extra = {})
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        socket->write("GET /own?q HTTP/1.1\r\nHost: proxy.example:9000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Odd:   spaced  \r\nSec-WebSocket-Version: 13\r\n\r\n"
                      + extra);
        return socket;
    }
};

void tst_ProxySession::twoQWebSockets()
{
    QWebSocketServer server(QStringLiteral("bare"), QWebSocketServer::NonSecureMode);
    QVERIFY(server.listen(QHostAddress(QHostAddress::LocalHost)));
    connect(&server, &QWebSocketServer::newConnection, this, [&] {
        QWebSocket *peer = server.nextPendingConnection();
        connect(peer, &QWebSocket::textMessageReceived, peer, &QWebSocket::sendTextMessage);
        connect(peer, &QWebSocket::disconnected, peer, &QObject::deleteLater);
    });
    Bench bench;
    const EndpointId id = proxy(bench, QStringLiteral("ws://127.0.0.1:%1/").arg(server.serverPort()));
    QWebSocket client;
    QStringList texts;
    connect(&client, &QWebSocket::textMessageReceived, this, [&](const QString &text) { texts.append(text); });
    client.open(QUrl(bench.urlOf(id)));
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    client.sendTextMessage(QStringLiteral("through"));
    QTRY_COMPARE(texts, QStringList{QStringLiteral("through")});
    client.close();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(id)));
    const ConnectionStatus status = bench.status(bench.connectionOf(id));
    QCOMPARE(status.localRole, Role::Client);
    QCOMPARE(status.closeSent, std::optional<quint16>(1000));
    QCOMPARE(bench.frames(status.id, Direction::Sent).front().payload, QByteArray("through"));
    for (const capture::Record &record : bench.records(status.id))
        QVERIFY(record.header.violation == wire::Violation::None || record.header.violation == wire::Violation::EndWithoutClose);
}

void tst_ProxySession::bytesPassAsTheyCame()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request, "X-Kept: Yes\r\n"); });
    Bench bench;
    const EndpointId id = proxy(bench, server.url());
    auto socket = program(bench.portOf(id));
    QTRY_VERIFY(socket->peek(4096).endsWith("\r\n\r\n"));
    QCOMPARE(socket->readAll(), ScriptedServer::accept101(server.request, "X-Kept: Yes\r\n"));
    // Lawful or not: a proxy passes it, and says what it thinks of it in the log.
    const QByteArray odd = test::encode(0xf3, "reserved", "abcd") + test::encode(0x81, "not masked") + test::encode(0x81, "\xff\xfe", "wxyz");
    socket->write(odd);
    QTRY_COMPARE(server.received, odd);
    const QByteArray back = test::encode(0x81, "masked", "abcd") + test::encode(0x01, "\xe2") + test::encode(0x80, "\x82\xac");
    server.socket->write(back);
    QTRY_COMPARE(socket->bytesAvailable(), back.size());
    QCOMPARE(socket->readAll(), back);
    const ConnectionId connection = bench.connectionOf(id);
    QTRY_COMPARE(bench.frames(connection, Direction::Sent).size(), size_t(3));
    QCOMPARE(bench.frames(connection, Direction::Sent)[1].header.violation, wire::Violation::ClientFrameNotMasked);
    QCOMPARE(bench.frames(connection, Direction::Received)[0].header.violation, wire::Violation::ServerFrameMasked);
    socket->abort();
    QTRY_VERIFY(bench.isOver(connection));
}

void tst_ProxySession::hostAndHeadersAreReplaced()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    const EndpointId id = proxy(bench, server.url(), {{"Origin", "https://a"}, {"X-ODD", "replaced"}});
    auto socket = program(bench.portOf(id));
    QTRY_VERIFY(!server.request.isEmpty());
    QCOMPARE(server.request, "GET /own?q HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(server.port())
                 + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "X-ODD: replaced\r\nSec-WebSocket-Version: 13\r\nOrigin: https://a\r\n\r\n");
    QTRY_COMPARE(bench.records(bench.connectionOf(id), wire::RecordKind::RequestHead, Direction::Sent).size(), size_t(1));
    QCOMPARE(bench.records(bench.connectionOf(id), wire::RecordKind::RequestHead, Direction::Sent).front().payload, server.request);
}

void tst_ProxySession::pathOfTheTargetWins()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    auto socket = program(bench.portOf(proxy(bench, server.url(QStringLiteral("/fixed?x=1")))));
    QTRY_VERIFY(server.request.startsWith("GET /fixed?x=1 HTTP/1.1\r\n"));
}

void tst_ProxySession::otherAnswersPass()
{
    const QByteArray answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope";
    ScriptedServer server([&](const QByteArray &) { return answer; });
    Bench bench;
    const EndpointId id = proxy(bench, server.url());
    auto socket = program(bench.portOf(id));
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(socket->readAll(), answer);
    QTRY_VERIFY(bench.isOver(bench.connectionOf(id)));
    QCOMPARE(bench.status(bench.connectionOf(id)).stateText, QStringLiteral("403 Forbidden"));
    QCOMPARE(bench.state(id), EndpointState::Listening);
}

void tst_ProxySession::targetIsUnreachable()
{
    Bench bench;
    const EndpointId id = proxy(bench, QStringLiteral("ws://127.0.0.1:%1/").arg(deadPort()));
    auto socket = program(bench.portOf(id), "early");
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    const QByteArray answer = socket->readAll();
    QVERIFY(answer.startsWith("HTTP/1.1 502 Bad Gateway\r\n"));
    QTRY_VERIFY(bench.isOver(bench.connectionOf(id)));
    const ConnectionStatus status = bench.status(bench.connectionOf(id));
    QCOMPARE(status.state, EndpointState::Failed);
    QCOMPARE(status.error->kind, ErrorKind::Refused);
    QCOMPARE(bench.connectionsOf(id).size(), 1);
    QCOMPARE(bench.state(id), EndpointState::Listening);

    // Nothing crossed the far side. What is on record crossed the near one, where we are the server; it says so and why.
    QCOMPARE(status.localRole, Role::Server);
    QCOMPARE(status.name, QStringLiteral("connection 1, not passed on"));
    QVERIFY(status.peer.startsWith(QStringLiteral("127.0.0.1:")));
    const auto info = bench.document->connection(status.id);
    QCOMPARE(info->url, bench.endpoints.value(id).url);
    QVERIFY(info->closeText.startsWith(QStringLiteral("answered 502: 127.0.0.1:")) && info->closeText.contains(QStringLiteral("refused the connection")));
    QCOMPARE(info->phases.value(QStringLiteral("failed")).toString(), QStringLiteral("tcp"));
    QVERIFY(info->phases.value(QStringLiteral("tcp")).toInteger() > 0);
    using wire::RecordKind;
    const auto requests = bench.records(status.id, RecordKind::RequestHead, Direction::Received);
    QCOMPARE(requests.size(), size_t(1));
    QVERIFY(requests.front().payload.startsWith("GET /own?q HTTP/1.1\r\nHost: proxy.example:9000\r\n"));
    QCOMPARE(bench.records(status.id, RecordKind::Raw, Direction::Received).front().payload, QByteArray("early"));
    QCOMPARE(bench.records(status.id, RecordKind::ResponseHead, Direction::Sent).front().payload
                 + bench.records(status.id, RecordKind::Body, Direction::Sent).front().payload, answer);
    QCOMPARE(bench.records(status.id, RecordKind::End, Direction::Received).size(), size_t(1));
}

void tst_ProxySession::unreachableWithoutARequest()
{
    Bench bench;
    const EndpointId id = proxy(bench, QStringLiteral("ws://127.0.0.1:%1/").arg(deadPort()));
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.portOf(id));
    socket.write("GET /half");
    QTRY_COMPARE(bench.connectionsOf(id).size(), 1);
    socket.disconnectFromHost();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(id)));
    const ConnectionStatus status = bench.status(bench.connectionOf(id));
    QCOMPARE(status.stateText, QStringLiteral("cut inside the request"));
    QCOMPARE(status.error->kind, ErrorKind::Refused); // why nothing was passed on
    QCOMPARE(bench.records(status.id, wire::RecordKind::Raw, Direction::Received).front().payload, QByteArray("GET /half"));
}

void tst_ProxySession::stoppedWhileDialling()
{
    const test::FullListener target; // takes no more connections, and says nothing
    Bench bench;
    const EndpointId id = proxy(bench, QStringLiteral("ws://127.0.0.1:%1/").arg(target.port));
    auto socket = program(bench.portOf(id));
    QTRY_COMPARE(socket->state(), QAbstractSocket::ConnectedState);
    QTRY_COMPARE(socket->bytesToWrite(), 0);
    QTest::qWait(50);
    QVERIFY(bench.connectionsOf(id).isEmpty());
    bench.workbench->stop(id);
    QTRY_COMPARE(bench.state(id), EndpointState::Closed);
    QCOMPARE(socket->error(), QAbstractSocket::RemoteHostClosedError);
    const ConnectionId connection = bench.connectionOf(id);
    QCOMPARE(bench.status(connection).state, EndpointState::Closed);
    QCOMPARE(bench.status(connection).stateText, QStringLiteral("cancelled"));
    QVERIFY(bench.records(connection, wire::RecordKind::Raw, Direction::Received).front().payload.startsWith("GET /own?q HTTP/1.1\r\n"));
}

void tst_ProxySession::noRequest()
{
    ScriptedServer server([](const QByteArray &) { return QByteArray(); });
    Bench bench;
    const EndpointId id = proxy(bench, server.url());
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.portOf(id));
    socket.write("what is this\r\n\r\n");
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(socket.readAll().startsWith("HTTP/1.1 400 Bad Request\r\n"));
    QVERIFY(server.request.isEmpty());
}

void tst_ProxySession::injection()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    const EndpointId id = proxy(bench, server.url());
    auto socket = program(bench.portOf(id));
    QTRY_VERIFY(socket->peek(4096).endsWith("\r\n\r\n"));
    const ConnectionId connection = bench.connectionOf(id);
    const QByteArray frame = test::encode(0x82, QByteArray(1000, 'x'), "abcd");
    // Within the program's frame there is no place for another one.
    socket->write(frame.left(500));
    QTRY_COMPARE(server.received.size(), 500);
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Ping, .payload = "mine"});
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = "also"});
    socket->write(frame.mid(500) + test::encode(0x81, "next", "wxyz"));
    QTRY_COMPARE(server.received.size(), frame.size() + (6 + 4) + (6 + 4) + (6 + 4));
    QVERIFY(server.received.startsWith(frame));
    QVERIFY(server.received.endsWith(test::encode(0x81, "next", "wxyz")));
    const auto sent = bench.frames(connection, Direction::Sent);
    QCOMPARE(sent.size(), size_t(4));
    QCOMPARE(sent[1].payload, QByteArray("mine"));
    QCOMPARE(sent[2].payload, QByteArray("also"));
    QVERIFY(sent[2].header.flags.testFlag(wire::RecordFlag::Crafted));
    QCOMPARE(sent[3].header.frame.wireOffset, quint64(frame.size() + 20));
    QVERIFY(sent[1].header.frame.masked);
    // The answers are for the program all the same.
    server.socket->write(test::encode(0x8a, "mine"));
    QTRY_VERIFY(socket->peek(4096).endsWith(test::encode(0x8a, "mine")));
}

void tst_ProxySession::stopClosesBothSides()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    const EndpointId id = proxy(bench, server.url());
    auto socket = program(bench.portOf(id));
    QTRY_VERIFY(socket->peek(4096).endsWith("\r\n\r\n"));
    bench.workbench->stop(id);
    QTRY_COMPARE(server.received.size(), 8);
    server.socket->write(test::encode(0x88, "\x03\xe9"));
    server.socket->disconnectFromHost();
    QTRY_COMPARE(bench.state(id), EndpointState::Closed);
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(socket->readAll().endsWith(test::encode(0x88, "\x03\xe9")));
    QCOMPARE(bench.status(bench.connectionOf(id)).stateText, QStringLiteral("closed 1001"));
}

void tst_ProxySession::programLeaves()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    const EndpointId id = proxy(bench, server.url());
    auto socket = program(bench.portOf(id));
    QTRY_VERIFY(socket->peek(4096).endsWith("\r\n\r\n"));
    socket->disconnectFromHost();
    QTRY_COMPARE(server.socket->state(), QAbstractSocket::UnconnectedState);
    QTRY_VERIFY(bench.isOver(bench.connectionOf(id)));
}

QTEST_GUILESS_MAIN(tst_ProxySession)
#include "tst_proxysession.moc"
