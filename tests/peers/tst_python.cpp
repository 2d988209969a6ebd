#include "peers.h"

#include "support/certificate.h"
#include "support/recorded.h"
#include "support/testmain.h"
#include "support/workbenchrun.h"

#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// Python's websockets, both ways, plain and with TLS; recorded bytes against the peer's own account.
class TestPython final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void exampleServer();
    void exampleServerOverWsw();
    void echoServer_data();
    void echoServer();
    void serverCloses();
    void client_data();
    void client();

private:
    static void compareWithPeer(const capture::Document &document, ConnectionId connection, const QJsonObject &account);
};

void TestPython::compareWithPeer(const capture::Document &document, ConnectionId connection, const QJsonObject &account)
{
    const PeerBytes peer = bytesOf(account);
    QVERIFY(!peer.sent.isEmpty() && !peer.received.isEmpty());
    WSW_COMPARE_BYTES(recordedBytes(document, connection, Direction::Received), peer.sent);
    WSW_COMPARE_BYTES(recordedBytes(document, connection, Direction::Sent), peer.received);
}

void TestPython::exampleServer()
{
    WorkbenchRun run;
    const QString script = extractExample(u"import asyncio"_s, u"JavaScript Client:"_s, run.path({}), u"server.py"_s);
    QVERIFY(!script.isEmpty());
    const std::unique_ptr<Program> peer = startPeer(u"run_example_server.py"_s, {script});
    QCOMPARE(readyPort(*peer), quint16(8765));

    session::ClientOptions options;
    options.url = u"ws://localhost:8765"_s;
    const ConnectionId connection = run.connectTo(options).id;
    QVERIFY(connection.isValid());
    run.workbench().send(connection, {.kind = session::Outgoing::Kind::Text, .payload = "Hello server!"});
    const QList<WorkbenchRun::Message> replies{{true, "Echo: Hello server!"}};
    QTRY_COMPARE_WITH_TIMEOUT(run.messages(connection), replies, 10'000);
    run.workbench().send(connection, {.kind = session::Outgoing::Kind::Ping, .payload = "are you there?"});
    run.workbench().send(connection, {.kind = session::Outgoing::Kind::Close, .closeCode = 1000, .reason = u"bye"_s});
    QTRY_COMPARE_WITH_TIMEOUT(run.connection(connection).state, session::EndpointState::Closed, 10'000);
    QCOMPARE(run.connection(connection).closeReceived, std::optional<quint16>(1000));
    QVERIFY(run.finish());

    peer->sendSignal(SIGTERM);
    compareWithPeer(run.document(), connection, peer->readJson());
    if (QTest::currentTestFailed())
        return;
    const QList<capture::Record> received = framesOf(run.document(), connection, Direction::Received);
    QCOMPARE(received.size(), 3);
    QCOMPARE(received.at(0).header.frame.opcode, wire::Opcode::Text);
    QCOMPARE(received.at(0).payload, QByteArray("Echo: Hello server!"));
    QCOMPARE(received.at(1).header.frame.opcode, wire::Opcode::Pong);
    QVERIFY(received.at(1).header.rttNs > 0);
    QCOMPARE(received.at(2).header.frame.opcode, wire::Opcode::Close);
    for (const capture::Record &record : recordsOf(run.document(), connection))
        QCOMPARE(record.header.violation, wire::Violation::None);
}

void TestPython::exampleServerOverWsw()
{
    const QTemporaryDir folder;
    const QString script = extractExample(u"import asyncio"_s, u"JavaScript Client:"_s, folder.path(), u"server.py"_s);
    const std::unique_ptr<Program> peer = startPeer(u"run_example_server.py"_s, {script});
    QCOMPARE(readyPort(*peer), quint16(8765));

    const QString file = folder.filePath(u"talk.wscapture"_s);
    const std::unique_ptr<Program> wsw =
        runToEnd(wswPath(), {u"connect"_s, u"ws://localhost:8765"_s, u"--capture"_s, file}, "Hello server!\nand again\n");
    QCOMPARE(wsw->errors(), QByteArray());
    QCOMPARE(wsw->exitCode(), std::optional(0));
    QCOMPARE(wsw->restOfOutput(), QByteArray("Echo: Hello server!\nEcho: and again\n"));

    peer->sendSignal(SIGTERM);
    const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
    QVERIFY(document.ok());
    QCOMPARE((*document)->connections().size(), 1);
    compareWithPeer(**document, (*document)->connections().at(0).id, peer->readJson());
}

void TestPython::echoServer_data()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("ws") << false;
    QTest::newRow("wss") << true;
}

void TestPython::echoServer()
{
    QFETCH(const bool, tls);
    WorkbenchRun run;
    QStringList arguments;
    session::ClientOptions options;
    if (tls) {
        const Certificate certificate = makeCertificate(run.path({}));
        QVERIFY(!certificate.certificateFile.isEmpty());
        arguments = {u"--tls"_s, certificate.certificateFile, certificate.keyFile};
        options.tls.authorityFile = certificate.certificateFile;
    }
    const std::unique_ptr<Program> peer = startPeer(u"python_server.py"_s, arguments);
    const quint16 port = readyPort(*peer);
    options.url = u"%1://127.0.0.1:%2/some/path?with=query"_s.arg(tls ? u"wss"_s : u"ws"_s).arg(port);
    options.headers = {{"X-Of-Ours", "one"}, {"X-Of-Ours", "two"}};
    const ConnectionId connection = run.connectTo(options).id;
    QVERIFY(connection.isValid());

    using Kind = session::Outgoing::Kind;
    QByteArray allBytes;
    for (int i = 0; i < 256; ++i)
        allBytes.append(static_cast<char>(i));
    const QList<session::Outgoing> messages{
        {.kind = Kind::Text, .payload = "Hello server!"},
        {.kind = Kind::Text, .payload = {}},
        {.kind = Kind::Text, .payload = "Grüße, 世界 🌍"},
        {.kind = Kind::Text, .payload = QByteArray(126, 'x')},
        {.kind = Kind::Binary, .payload = allBytes},
        {.kind = Kind::Binary, .payload = QByteArray(70'000, '\0')},
        {.kind = Kind::Text, .payload = "cut into frames of five bytes, 世界", .fragmentBytes = 5},
        {.kind = Kind::Binary, .payload = QByteArray(3 * 1024 * 1024, 'b')},
    };
    QList<WorkbenchRun::Message> wanted;
    for (const session::Outgoing &message : messages) {
        run.workbench().send(connection, message);
        wanted.append({message.kind == Kind::Text, message.payload});
    }
    run.workbench().send(connection, {.kind = Kind::Ping, .payload = QByteArray(125, 'p')});
    QTRY_VERIFY_WITH_TIMEOUT(run.messages(connection) == wanted, 30'000);
    run.workbench().send(connection, {.kind = Kind::Close, .closeCode = 4001, .reason = u"that was all"_s});
    QTRY_COMPARE_WITH_TIMEOUT(run.connection(connection).state, session::EndpointState::Closed, 10'000);
    QVERIFY(run.finish());

    const QJsonObject account = peer->readJson();
    QCOMPARE(account.value(u"messages"_s).toArray().size(), messages.size());
    compareWithPeer(run.document(), connection, account);
}

void TestPython::serverCloses()
{
    WorkbenchRun run;
    const std::unique_ptr<Program> peer = startPeer(u"python_server.py"_s, {u"--close"_s, u"4005"_s, u"enough"_s});
    session::ClientOptions options;
    options.url = u"ws://127.0.0.1:%1"_s.arg(readyPort(*peer));
    const ConnectionId connection = run.connectTo(options).id;
    QVERIFY(connection.isValid());
    run.workbench().send(connection, {.kind = session::Outgoing::Kind::Text, .payload = "one"});
    QTRY_COMPARE_WITH_TIMEOUT(run.connection(connection).state, session::EndpointState::Closed, 10'000);
    QCOMPARE(run.connection(connection).closeReceived, std::optional<quint16>(4005));
    QVERIFY(run.finish());
    compareWithPeer(run.document(), connection, peer->readJson());
}

void TestPython::client_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QString>("address");
    QTest::newRow("ws") << false << u"127.0.0.1"_s;
    QTest::newRow("wss") << true << u"127.0.0.1"_s;
}

void TestPython::client()
{
    QFETCH(const bool, tls);
    QFETCH(const QString, address);
    WorkbenchRun run;
    session::HostOptions options;
    options.address = address;
    options.port = 0;
    options.behaviour = session::Behaviour::Prefix;
    QStringList arguments;
    if (tls) {
        const Certificate certificate = makeCertificate(run.path({}));
        QVERIFY(!certificate.certificateFile.isEmpty());
        options.tls = session::TlsServerOptions{certificate.certificateFile, certificate.keyFile};
        arguments = {u"--authority"_s, certificate.certificateFile};
    }
    const session::EndpointInfo host = run.host(options);
    QCOMPARE(host.state, session::EndpointState::Listening);
    const QString url = u"%1://%2:%3"_s.arg(tls ? u"wss"_s : u"ws"_s, address).arg(host.port);
    const std::unique_ptr<Program> peer = startPeer(u"python_client.py"_s, QStringList{url, u"--prefix"_s, u"Echo: "_s} + arguments);
    const QJsonObject account = peer->readJson(60'000);
    QVERIFY2(!account.isEmpty(), peer->errors());
    QCOMPARE(account.value(u"replies"_s).toInt(), 9);
    QCOMPARE(account.value(u"closeCode"_s).toInt(), 4001);
    QCOMPARE(peer->exitCode(), std::optional(0));

    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).size(), 1, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).at(0).state, session::EndpointState::Closed, 10'000);
    const QList<session::ConnectionStatus> connections = run.connectionsOf(host.id);
    QCOMPARE(connections.at(0).closeReceived, std::optional<quint16>(4001));
    QVERIFY(run.finish());
    compareWithPeer(run.document(), connections.at(0).id, account);
}

QTEST_GUILESS_MAIN(TestPython)
#include "tst_python.moc"
