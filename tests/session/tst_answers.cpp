#include "bench.h"
#include "scriptedserver.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTest>

#include <sys/socket.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::ScriptedServer;

/// Answers that are no upgrade: read to their end, shown with their body, and explained. Over sockets, towards a client and through a proxy.
class tst_Answers final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void explained_data();
    void explained();
    void ends_data();
    void ends();
    void endlessBodiesAreBounded();
    void halfABody_data();
    void halfABody();
    void halfCloses_data();
    void halfCloses();
    void whatFollowsTheBodyIsRecorded();
    void interimAnswers();
    void proxiesPassThemWhole_data();
    void proxiesPassThemWhole();

private:
    /// The error of a client that was answered so, by a server that keeps the connection.
    static Error errorOf(Bench &bench, const ScriptedServer &server, int timeoutMs = 10'000)
    {
        ClientOptions options;
        options.url = server.url(QStringLiteral("/chat/room?x=1"));
        options.connectTimeoutMs = timeoutMs;
        const EndpointId client = bench.client(options);
        return bench.endpoints.value(client).error.value_or(Error{ErrorKind::Usage, QStringLiteral("no error"), {}, {}});
    }
    static QByteArray receivedBy(Bench &bench)
    {
        QByteArray bytes;
        for (const capture::Record &record : bench.records(bench.order.last())) {
            if (record.header.direction == Direction::Received && record.header.kind != wire::RecordKind::End)
                bytes += record.payload;
        }
        return bytes;
    }
    static QByteArray chunked(const QByteArray &bytes, qsizetype size)
    {
        QByteArray coded;
        for (qsizetype at = 0; at < bytes.size(); at += size)
            coded += QByteArray::number(std::min(size, bytes.size() - at), 16) + "\r\n" + bytes.mid(at, size) + "\r\n";
        return coded + "0\r\n\r\n";
    }
};

void tst_Answers::explained_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("remedy");
    const auto row = [](const char *name, const QByteArray &head, const char *message, const char *remedy) {
        QTest::newRow(name) << head << QString::fromUtf8(message) << QString::fromUtf8(remedy);
    };
    row("301, absolute", "301 Moved Permanently\r\nLocation: https://example.org/ws", "301 Moved Permanently", "Connect to wss://example.org/ws instead");
    row("302, http", "302 Found\r\nLocation: http://example.org:8080/ws?a=b", "302 Found", "Connect to ws://example.org:8080/ws?a=b instead");
    row("303, path", "303 See Other\r\nLocation: /login", "303 See Other", "/login instead; WebSocket clients do not follow redirections");
    row("307, relative", "307 Temporary Redirect\r\nLocation: lobby", "307 Temporary Redirect", "/chat/lobby instead");
    row("308, other host", "308 Permanent Redirect\r\nLocation: //example.org/ws", "308 Permanent Redirect", "Connect to ws://example.org/ws instead");
    row("302, nowhere", "302 Found", "302 Found", "Ask for the address where the endpoint has moved");
    row("401, login", "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"staff\"", "401 Unauthorized", "asks for a login (Basic realm=\"staff\")");
    row("403", "403 Forbidden", "403 Forbidden", "Authorization, a cookie or a token");
    row("404", "404 Not Found", "404 Not Found", "no endpoint there");
    row("407", "407 Proxy Authentication Required", "407 Proxy Authentication Required", "name it as the outgoing proxy");
    row("410", "410 Gone", "410 Gone", "no endpoint there");
    row("418", "418 I'm a teapot", "418 I'm a teapot", "Compare the request");
    row("426, versions", "426 Upgrade Required\r\nSec-WebSocket-Version: 8, 7", "426 Upgrade Required", "speaks version 8, 7 of the protocol; this program speaks 13");
    row("426, 13", "426 Upgrade Required\r\nSec-WebSocket-Version: 13", "426 Upgrade Required", "takes the Upgrade header away");
    row("429", "429 Too Many Requests", "429 Too Many Requests", "Wait a while");
    row("500", "500 Internal Server Error", "500 Internal Server Error", "server's log");
    row("502", "502 Bad Gateway", "502 Bad Gateway", "server's log");
    row("503", "503 Service Unavailable", "503 Service Unavailable", "Wait a while");
    row("200", "200 OK", "200 OK", "a web server answers here");
    row("no reason", "599 ", "answered 599 where", "server's log");
}

void tst_Answers::explained()
{
    QFETCH(QByteArray, head);
    QFETCH(QString, message);
    QFETCH(QString, remedy);
    const QByteArray answer = "HTTP/1.1 " + head + "\r\nContent-Type: text/plain\r\nContent-Length: 22\r\n\r\nWhy: see in the house.";
    ScriptedServer server([&](const QByteArray &) { return answer; });
    Bench bench;
    const Error error = errorOf(bench, server);
    QVERIFY2(error.message.contains(message), qPrintable(error.message));
    QVERIFY2(error.remedy.contains(remedy), qPrintable(error.remedy));
    QVERIFY2(error.detail.contains(QStringLiteral("Why: see in the house")), qPrintable(error.detail));
    QVERIFY2(error.detail.contains(QStringLiteral("HTTP/1.1 ")), qPrintable(error.detail));
    QCOMPARE(receivedBy(bench), answer);
}

void tst_Answers::ends_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("closes");
    QTest::newRow("length") << QByteArray("Content-Length: 11\r\n") << QByteArray("hello world") << false;
    QTest::newRow("chunks") << QByteArray("Transfer-Encoding: chunked\r\n") << QByteArray("5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\n") << false;
    QTest::newRow("end of TCP") << QByteArray() << QByteArray("hello world") << true;
    QTest::newRow("end of TCP before the length") << QByteArray("Content-Length: 100\r\n") << QByteArray("hello world") << true;
    QTest::newRow("end of TCP inside a chunk") << QByteArray("Transfer-Encoding: chunked\r\n") << QByteArray("ff\r\nhello world") << true;
}

void tst_Answers::ends()
{
    QFETCH(QByteArray, lines);
    QFETCH(QByteArray, body);
    QFETCH(bool, closes);
    const QByteArray answer = "HTTP/1.1 403 No\r\n" + lines + "\r\n" + body;
    ScriptedServer server([&](const QByteArray &) { return answer; });
    server.closesAfterAnswer = closes;
    Bench bench;
    const Error error = errorOf(bench, server);
    QVERIFY2(error.detail.endsWith(QStringLiteral("hello world")), qPrintable(error.detail));
    QCOMPARE(bench.status(bench.order.last()).stateText, QStringLiteral("403 No"));
    QCOMPARE(receivedBy(bench), answer);
    const auto bodies = bench.records(bench.order.last(), wire::RecordKind::Body, Direction::Received);
    QVERIFY(!bodies.empty());
}

void tst_Answers::endlessBodiesAreBounded()
{
    const QByteArray answer = "HTTP/1.1 200 OK\r\n\r\n" + QByteArray(4 * limits::answerBodyBytes, 'x');
    ScriptedServer server([&](const QByteArray &) { return answer; });
    Bench bench;
    const Error error = errorOf(bench, server);
    QVERIFY(error.message.contains(QStringLiteral("200 OK")));
    // Enough has come to see what it is: the connection is ended. What was on its way is on record all the same.
    const QByteArray received = receivedBy(bench);
    QVERIFY(received.size() >= limits::answerBodyBytes);
    QVERIFY(answer.startsWith(received));
}

void tst_Answers::halfABody_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::newRow("length") << QByteArray("Content-Length: 100\r\n");
    QTest::newRow("chunks") << QByteArray("Transfer-Encoding: chunked\r\n");
    QTest::newRow("until the end") << QByteArray();
}

void tst_Answers::halfABody()
{
    // The rest does not come: what has come is shown when the time is up.
    QFETCH(QByteArray, lines);
    const QByteArray body = lines.contains("chunked") ? QByteArray("64\r\nonly a part") : QByteArray("only a part");
    ScriptedServer server([&](const QByteArray &) { return "HTTP/1.1 503 Later\r\n" + lines + "\r\n" + body; });
    Bench bench;
    const Error error = errorOf(bench, server, 300);
    QVERIFY2(error.message.contains(QStringLiteral("503 Later")), qPrintable(error.message));
    QVERIFY2(error.detail.endsWith(QStringLiteral("only a part")), qPrintable(error.detail));
}

void tst_Answers::halfCloses_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("message");
    QTest::newRow("nothing") << QByteArray() << QStringLiteral("closed the connection without an answer");
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 403 N") << QStringLiteral("ended inside the head");
    QTest::newRow("half a body") << QByteArray("HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nhal") << QStringLiteral("403 No");
    QTest::newRow("all of it") << QByteArray("HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nall") << QStringLiteral("403 No");
    QTest::newRow("101") << QByteArray("KEY") << QString();
}

void tst_Answers::halfCloses()
{
    // FIN from the server, which goes on reading.
    QFETCH(QByteArray, answer);
    QFETCH(QString, message);
    ScriptedServer server([&](const QByteArray &request) { return answer == "KEY" ? ScriptedServer::accept101(request) : answer; });
    Bench bench;
    ClientOptions options;
    options.url = server.url();
    const EndpointId client = bench.workbench->connectClient(options);
    QTRY_VERIFY(server.request.endsWith("\r\n\r\n"));
    QTRY_COMPARE(server.socket->bytesToWrite(), 0);
    ::shutdown(int(server.socket->socketDescriptor()), SHUT_WR);
    QTRY_VERIFY(bench.state(client) == EndpointState::Failed || bench.state(client) == EndpointState::Closed);
    QTRY_COMPARE(server.socket->state(), QAbstractSocket::UnconnectedState); // and we have ended our half
    if (message.isEmpty()) {
        QCOMPARE(bench.status(bench.order.last()).stateText, QStringLiteral("peer ended TCP without a Close"));
        return;
    }
    const QString said = bench.endpoints.value(client).error.value().message;
    QVERIFY2(said.contains(message), qPrintable(said));
    QCOMPARE(receivedBy(bench), answer);
}

void tst_Answers::whatFollowsTheBodyIsRecorded()
{
    const QByteArray answer = "HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nnope";
    ScriptedServer server([&](const QByteArray &) { return answer + "and more"; });
    Bench bench;
    ClientOptions options;
    options.url = server.url();
    const EndpointId client = bench.workbench->connectClient(options);
    QTRY_VERIFY(!bench.order.isEmpty() && bench.status(bench.order.last()).stateText == QStringLiteral("403 No"));
    QTRY_COMPARE(bench.state(client), EndpointState::Failed);
    QCOMPARE(bench.records(bench.order.last(), wire::RecordKind::Body, Direction::Received).front().payload, QByteArray("nope"));
    QCOMPARE(bench.records(bench.order.last(), wire::RecordKind::Raw, Direction::Received).front().payload, QByteArray("and more"));
}

void tst_Answers::interimAnswers()
{
    // RFC 9110, 15.2: not the answer yet, however many come.
    const QByteArray hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    ScriptedServer server([&](const QByteArray &request) {
        return "HTTP/1.1 100 Continue\r\n\r\n" + hints + ScriptedServer::accept101(request) + test::encode(0x81, "here");
    });
    Bench bench;
    const EndpointId client = bench.client(server.url());
    QCOMPARE(bench.state(client), EndpointState::Open);
    QTRY_COMPARE(bench.payloadsOf(bench.connectionOf(client)), QList<QByteArray>{"here"});
    const auto heads = bench.records(bench.connectionOf(client), wire::RecordKind::ResponseHead, Direction::Received);
    QCOMPARE(heads.size(), size_t(3));
    QCOMPARE(heads[1].payload, hints);
    for (const capture::Record &head : heads)
        QCOMPARE(head.header.violation, wire::Violation::None);
}

void tst_Answers::proxiesPassThemWhole_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("closes");
    const QByteArray page = QByteArray("<p>line ").repeated(400'000 / 8); // more than is kept for a person
    const QByteArray length = "Content-Length: " + QByteArray::number(page.size()) + "\r\n\r\n";
    QTest::newRow("length") << "HTTP/1.1 404 Not Found\r\n" + length + page << false;
    QTest::newRow("chunks") << "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(page, 1000) << false;
    QTest::newRow("end of TCP") << "HTTP/1.1 404 Not Found\r\n\r\n" + page << true;
    QTest::newRow("interim first") << QByteArray("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 401 Login\r\nContent-Length: 2\r\n\r\nno") << false;
}

void tst_Answers::proxiesPassThemWhole()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, closes);
    ScriptedServer server([&](const QByteArray &) { return answer; });
    server.closesAfterAnswer = closes;
    Bench bench;
    ProxyOptions options;
    options.port = 0;
    options.target.url = server.url();
    const EndpointId proxy = bench.workbench->startProxy(options);
    QTRY_COMPARE(bench.state(proxy), EndpointState::Listening);
    QTcpSocket program;
    program.connectToHost(QHostAddress(QHostAddress::LocalHost), bench.portOf(proxy));
    program.write("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    QTRY_COMPARE(program.state(), QAbstractSocket::UnconnectedState);
    const QByteArray got = program.readAll();
    QCOMPARE(got.size(), answer.size());
    QVERIFY(got == answer);
    QTRY_VERIFY(bench.isOver(bench.connectionOf(proxy)));
    QVERIFY(receivedBy(bench) == answer);
}

QTEST_GUILESS_MAIN(tst_Answers)
#include "tst_answers.moc"
