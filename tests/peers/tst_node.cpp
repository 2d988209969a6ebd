#include "peers.h"

#include "support/recorded.h"
#include "support/testmain.h"
#include "support/workbenchrun.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// Node.js' ws, both ways; recorded bytes against the peer's own account.
class TestNode final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void server();
    void client();
    void clientAndServerThroughProxy();

private:
    static void compareWithPeer(const capture::Document &document, ConnectionId connection, const QJsonObject &account);
};

void TestNode::compareWithPeer(const capture::Document &document, ConnectionId connection, const QJsonObject &account)
{
    const PeerBytes peer = bytesOf(account);
    QVERIFY(!peer.sent.isEmpty() && !peer.received.isEmpty());
    WSW_COMPARE_BYTES(recordedBytes(document, connection, Direction::Received), peer.sent);
    WSW_COMPARE_BYTES(recordedBytes(document, connection, Direction::Sent), peer.received);
}

void TestNode::server()
{
    WorkbenchRun run;
    const std::unique_ptr<Program> peer = startPeer(u"node_server.mjs"_s);
    session::ClientOptions options;
    options.url = u"ws://127.0.0.1:%1/"_s.arg(readyPort(*peer));
    const ConnectionId connection = run.connectTo(options).id;
    QVERIFY(connection.isValid());

    using Kind = session::Outgoing::Kind;
    const QList<session::Outgoing> messages{
        {.kind = Kind::Text, .payload = "Hello server!"},
        {.kind = Kind::Binary, .payload = QByteArray(70'000, '\7')},
        {.kind = Kind::Text, .payload = "Grüße, 世界 🌍, in pieces", .fragmentBytes = 3},
    };
    QList<WorkbenchRun::Message> wanted;
    for (const session::Outgoing &message : messages) {
        run.workbench().send(connection, message);
        wanted.append({message.kind == Kind::Text, message.payload});
    }
    run.workbench().send(connection, {.kind = Kind::Ping, .payload = "are you there?"});
    QTRY_VERIFY_WITH_TIMEOUT(run.messages(connection) == wanted, 20'000);
    run.workbench().send(connection, {.kind = Kind::Close, .closeCode = 4001, .reason = u"that was all"_s});
    QTRY_COMPARE_WITH_TIMEOUT(run.connection(connection).state, session::EndpointState::Closed, 10'000);
    QVERIFY(run.finish());

    const QJsonObject account = peer->readJson();
    QCOMPARE(account.value(u"closeCode"_s).toInt(), 4001);
    QCOMPARE(account.value(u"closeReason"_s).toString(), u"that was all"_s);
    compareWithPeer(run.document(), connection, account);
}

void TestNode::client()
{
    WorkbenchRun run;
    session::HostOptions options;
    options.port = 0;
    const session::EndpointInfo host = run.host(options);
    QCOMPARE(host.state, session::EndpointState::Listening);
    const std::unique_ptr<Program> peer = startPeer(u"node_client.mjs"_s, {u"ws://127.0.0.1:%1/"_s.arg(host.port)});
    const QJsonObject account = peer->readJson(60'000);
    QVERIFY2(!account.isEmpty(), peer->errors());
    QCOMPARE(account.value(u"replies"_s).toInt(), 7);
    QCOMPARE(account.value(u"closeCode"_s).toInt(), 4001);
    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).size(), 1, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).at(0).state, session::EndpointState::Closed, 10'000);
    const QList<session::ConnectionStatus> connections = run.connectionsOf(host.id);
    QVERIFY(run.finish());
    compareWithPeer(run.document(), connections.at(0).id, account);
}

/// Two strangers with `wsw proxy` between them: each says what it sent, and the other received just that.
void TestNode::clientAndServerThroughProxy()
{
    const QTemporaryDir folder;
    const std::unique_ptr<Program> server = startPeer(u"node_server.mjs"_s);
    const QString file = folder.filePath(u"between.wscapture"_s);
    Program proxy(wswPath(), {u"proxy"_s, u"ws://127.0.0.1:%1/"_s.arg(readyPort(*server)), u"--port"_s, u"0"_s, u"--json"_s,
                              u"--capture"_s, file});
    QVERIFY(proxy.start());
    const int port = proxy.readJson().value(u"port"_s).toInt();
    QVERIFY2(port != 0, proxy.errors());
    const std::unique_ptr<Program> client = startPeer(u"node_client.mjs"_s, {u"ws://127.0.0.1:%1/"_s.arg(port)});
    const QJsonObject clientAccount = client->readJson(60'000);
    QVERIFY2(!clientAccount.isEmpty(), client->errors());
    const QJsonObject serverAccount = server->readJson();
    proxy.closeInput();
    QCOMPARE(proxy.exitCode(), std::optional(0));

    const PeerBytes atClient = bytesOf(clientAccount);
    const PeerBytes atServer = bytesOf(serverAccount);
    const auto frames = [](const QByteArray &bytes) { return bytes.mid(bytes.indexOf("\r\n\r\n") + 4); };
    WSW_COMPARE_BYTES(frames(atServer.received), frames(atClient.sent));
    WSW_COMPARE_BYTES(frames(atClient.received), frames(atServer.sent));

    const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
    QVERIFY(document.ok());
    int compared = 0;
    for (const capture::ConnectionInfo &info : (*document)->connections()) {
        const PeerBytes &peer = info.localRole == Role::Client ? atServer : atClient;
        WSW_COMPARE_BYTES(recordedBytes(**document, info.id, Direction::Received), peer.sent);
        WSW_COMPARE_BYTES(recordedBytes(**document, info.id, Direction::Sent), peer.received);
        ++compared;
    }
    QVERIFY(compared >= 1);
}

QTEST_GUILESS_MAIN(TestNode)
#include "tst_node.moc"
