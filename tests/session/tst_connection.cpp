#include "bench.h"
#include "scriptedserver.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTcpSocket>
#include <QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::ScriptedServer;

/// What is known of a connection, and what can be sent on it when it is about to end. Sending in general is tst_clientsession's.
class tst_Connection final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void theTargetIsPartOfTheUrl_data();
    void theTargetIsPartOfTheUrl();
    void theUpgradeIsMeasuredOnTheWire();
    void nothingIsSentBehindOurEnd();

private:
    static QByteArray requestFor(const QByteArray &target)
    {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost:9080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    }
    /// Asks the host for an upgrade, and waits for its answer.
    static void upgrade(QTcpSocket &socket, quint16 port, const QByteArray &target)
    {
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        socket.write(requestFor(target));
        if (!QTest::qWaitFor([&] { return socket.peek(4096).contains("\r\n\r\n"); }))
            qWarning("no answer to the upgrade");
        socket.readAll();
    }
};

void tst_Connection::theTargetIsPartOfTheUrl_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("path");
    QTest::newRow("origin form") << QByteArray("/chat?room=1") << QStringLiteral("/chat?room=1");
    QTest::newRow("absolute form") << QByteArray("http://localhost:9080/chat") << QString();
}

void tst_Connection::theTargetIsPartOfTheUrl()
{
    QFETCH(QByteArray, target);
    QFETCH(QString, path);
    Bench bench;
    const EndpointId host = bench.host();
    QTcpSocket socket;
    upgrade(socket, bench.portOf(host), target);
    QTRY_COMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Open);
    const auto info = bench.document->connection(bench.connectionOf(host));
    QVERIFY(info);
    QCOMPARE(info->url, QStringLiteral("ws://127.0.0.1:%1%2").arg(bench.portOf(host)).arg(path));
}

void tst_Connection::theUpgradeIsMeasuredOnTheWire()
{
    // From the request to the answer's last byte: what this program does by itself before and after is no part of it.
    ScriptedServer server([](const QByteArray &request) {
        return "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ScriptedServer::accept101(request);
    });
    Bench bench;
    const EndpointId client = bench.client(server.url());
    QCOMPARE(bench.state(client), EndpointState::Open);
    const ConnectionId id = bench.connectionOf(client);
    const auto requests = bench.records(id, wire::RecordKind::RequestHead, Direction::Sent);
    const auto answers = bench.records(id, wire::RecordKind::ResponseHead, Direction::Received);
    QCOMPARE(requests.size(), size_t(1));
    QCOMPARE(answers.size(), size_t(2));
    const auto upgradeNs = static_cast<qint64>(bench.document->connection(id)->phases.value(QStringLiteral("upgrade")).toInteger());
    QCOMPARE(upgradeNs, answers.back().header.time - requests.front().header.time);
}

void tst_Connection::nothingIsSentBehindOurEnd()
{
    Bench bench;
    const EndpointId host = bench.host();
    // A Qt socket would close at the host's end.
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(bench.portOf(host));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QCOMPARE(::connect(client, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    const auto write = [client](const QByteArray &bytes) { return ::send(client, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size(); };
    QVERIFY(write(requestFor("/")));
    QTRY_COMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Open);
    const ConnectionId id = bench.connectionOf(host);
    Outgoing crafted;
    crafted.kind = Outgoing::Kind::Frame;
    crafted.header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, 2, Role::Server, {});
    crafted.payload = "ok";
    bench.workbench->send(id, crafted);
    QTRY_COMPARE(bench.frames(id, Direction::Sent).size(), size_t(1));
    // Both Closes have passed, and the host has ended TCP; the client has not.
    QVERIFY(write(test::encode(0x88, "\x03\xe8", "abcd")));
    QTRY_COMPARE(bench.records(id, wire::RecordKind::End, Direction::Sent).size(), size_t(1));
    QVERIFY(!bench.isOver(id));
    const size_t before = bench.frames(id, Direction::Sent).size();
    bench.workbench->send(id, crafted);
    crafted.kind = Outgoing::Kind::RawBytes;
    bench.workbench->send(id, crafted);
    QTRY_COMPARE(bench.sendErrors.size(), 2);
    QVERIFY(bench.sendErrors.first().message.startsWith(QLatin1String("Nothing more can be sent")));
    QCOMPARE(bench.frames(id, Direction::Sent).size(), before);
    ::close(client);
}

QTEST_GUILESS_MAIN(tst_Connection)
#include "tst_connection.moc"
