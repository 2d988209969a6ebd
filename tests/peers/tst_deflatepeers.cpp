#include "peers.h"

#include "support/recorded.h"
#include "support/testmain.h"
#include "support/workbenchrun.h"

#include <QFile>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;
using wire::ContextTakeover;

/// permessage-deflate with other people's programs, both ways, contexts on and off, windows of several sizes: the bytes of the wire
/// against the peer's own account of them, and what they were found to mean against what the peer says it sent.
class TestDeflatePeers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void servers_data() { rows(); }
    void servers();
    void clients_data() { rows(); }
    void clients();
    void chromium_data();
    void chromium();

private:
    static void rows();
    static void compareWithPeer(const capture::Document &document, ConnectionId connection, const QJsonObject &account);
    static void compareMessages(const QList<MeantMessage> &recorded, const QJsonArray &said);
};

namespace {

QString parameters(const QString &peer, const wire::DeflateParameters &wanted)
{
    QJsonObject object;
    const bool python = peer.endsWith(u".py"_s);
    const auto put = [&](const wire::DeflateSide &side, const QString &snake, const QString &camel) {
        if (side.contextTakeover == ContextTakeover::No)
            object.insert(python ? snake + u"_no_context_takeover"_s : camel + u"NoContextTakeover"_s, true);
        if (side.windowBits < wire::greatestWindowBits)
            object.insert(python ? snake + u"_max_window_bits"_s : camel + u"MaxWindowBits"_s, side.windowBits);
    };
    put(wanted.server, u"server"_s, u"server"_s);
    put(wanted.client, u"client"_s, u"client"_s);
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// Messages of many sizes, some in fragments, some not compressed.
QList<session::Outgoing> messages()
{
    using Kind = session::Outgoing::Kind;
    QByteArray words;
    for (int i = 0; i < 4000; ++i)
        words += "{\"number\": " + QByteArray::number(i) + ", \"name\": \"Gr\xc3\xbc\xc3\x9f" "e\"}\n";
    QRandomGenerator random(11);
    QList<session::Outgoing> all;
    for (const qsizetype size : {0, 1, 16, 125, 126, 1000, 65'535, 65'536, 131'072}) {
        QByteArray text = words.left(size);
        while (text.endsWith('\xc3'))
            text.chop(1);
        QByteArray noise(size, '\0');
        for (qsizetype i = size / 2; i < size; ++i)
            noise[i] = char(random.bounded(256));
        all.append({.kind = Kind::Text, .payload = text});
        all.append({.kind = Kind::Binary, .payload = noise});
        all.append({.kind = Kind::Text, .payload = text, .fragmentBytes = std::max<qsizetype>(1, size / 30)});
        all.append({.kind = Kind::Binary, .payload = noise, .compress = session::Outgoing::Compress::Never});
        all.append({.kind = Kind::Ping, .payload = QByteArray::number(size)});
    }
    return all;
}

} // namespace

void TestDeflatePeers::rows()
{
    QTest::addColumn<QString>("peer");
    QTest::addColumn<wire::DeflateParameters>("wanted");
    for (const QString &peer : {u"python_deflate.py"_s, u"node_deflate.mjs"_s}) {
        for (const ContextTakeover server : {ContextTakeover::Yes, ContextTakeover::No}) {
            for (const ContextTakeover client : {ContextTakeover::Yes, ContextTakeover::No}) {
                for (const auto &[serverBits, clientBits] : {std::pair(15, 15), std::pair(9, 12), std::pair(11, 9)}) {
                    QTest::addRow("%s, server %d%s, client %d%s", peer.startsWith(u'p') ? "python" : "node", serverBits,
                                  server == ContextTakeover::No ? " alone" : "", clientBits, client == ContextTakeover::No ? " alone" : "")
                        << peer << wire::DeflateParameters{{server, serverBits}, {client, clientBits}};
                }
            }
        }
    }
}

void TestDeflatePeers::compareMessages(const QList<MeantMessage> &recorded, const QJsonArray &said)
{
    QCOMPARE(recorded.size(), said.size());
    for (qsizetype i = 0; i < recorded.size(); ++i) {
        const QJsonObject one = said.at(i).toObject();
        QCOMPARE(recorded.at(i).text, one.value(u"text"_s).toBool());
        WSW_COMPARE_BYTES(recorded.at(i).payload, fromBase64(one.value(u"payload"_s)));
    }
}

void TestDeflatePeers::compareWithPeer(const capture::Document &document, ConnectionId connection, const QJsonObject &account)
{
    const PeerBytes peer = bytesOf(account);
    QVERIFY(!peer.sent.isEmpty() && !peer.received.isEmpty());
    WSW_COMPARE_BYTES(recordedBytes(document, connection, Direction::Received), peer.sent);
    WSW_COMPARE_BYTES(recordedBytes(document, connection, Direction::Sent), peer.received);
    compareMessages(messagesOf(document, connection, Direction::Received), account.value(u"sent"_s).toArray());
    compareMessages(messagesOf(document, connection, Direction::Sent), account.value(u"received"_s).toArray());
    for (const capture::Record &record : recordsOf(document, connection))
        QCOMPARE(record.header.violation, wire::Violation::None);
}

void TestDeflatePeers::servers()
{
    QFETCH(const QString, peer);
    QFETCH(const wire::DeflateParameters, wanted);
    WorkbenchRun run;
    const std::unique_ptr<Program> server = startPeer(peer, {parameters(peer, wanted)});
    session::ClientOptions options;
    options.url = u"ws://127.0.0.1:%1/"_s.arg(readyPort(*server));
    options.compression = wire::DeflateOffer{.clientWindowBits = wire::greatestWindowBits};
    const ConnectionId connection = run.connectTo(options).id;
    QVERIFY(connection.isValid());
    QList<WorkbenchRun::Message> replies;
    for (const session::Outgoing &message : messages()) {
        run.workbench().send(connection, message);
        if (message.kind != session::Outgoing::Kind::Ping)
            replies.append({message.kind == session::Outgoing::Kind::Text, message.payload});
    }
    QTRY_VERIFY_WITH_TIMEOUT(run.messages(connection).size() == replies.size(), 30'000);
    QVERIFY(run.messages(connection) == replies);
    run.workbench().send(connection, {.kind = session::Outgoing::Kind::Close, .closeCode = 1000});
    QTRY_COMPARE_WITH_TIMEOUT(run.connection(connection).state, session::EndpointState::Closed, 10'000);
    const QString agreed = run.connection(connection).extensions;
    QVERIFY(run.finish());

    const QJsonObject account = server->readJson();
    compareWithPeer(run.document(), connection, account);
    if (QTest::currentTestFailed())
        return;
    QVERIFY2(agreed.startsWith(u"permessage-deflate"_s), qPrintable(agreed));
    QCOMPARE(agreed.contains(u"server_no_context_takeover"_s), wanted.server.contextTakeover == ContextTakeover::No);
    QCOMPARE(agreed.contains(u"client_max_window_bits=%1"_s.arg(wanted.client.windowBits)), wanted.client.windowBits < wire::greatestWindowBits);
    const QList<session::Outgoing> sent = messages();
    qsizetype i = 0;
    for (const MeantMessage &message : messagesOf(run.document(), connection, Direction::Sent)) {
        while (sent.at(i).kind == session::Outgoing::Kind::Ping)
            ++i;
        QCOMPARE(message.compressed, sent.at(i++).compress == session::Outgoing::Compress::Auto);
    }
}

void TestDeflatePeers::clients()
{
    QFETCH(const QString, peer);
    QFETCH(const wire::DeflateParameters, wanted);
    WorkbenchRun run;
    session::HostOptions options;
    options.port = 0;
    options.compression = wire::DeflatePolicy{};
    const session::EndpointInfo host = run.host(options);
    QCOMPARE(host.state, session::EndpointState::Listening);
    const std::unique_ptr<Program> client = startPeer(peer, {parameters(peer, wanted), u"ws://127.0.0.1:%1/"_s.arg(host.port)});
    const QJsonObject account = client->readJson(60'000);
    QVERIFY2(!account.isEmpty(), client->errors());
    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).size(), 1, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).at(0).state, session::EndpointState::Closed, 10'000);
    const session::ConnectionStatus connection = run.connectionsOf(host.id).at(0);
    QCOMPARE(connection.closeReceived, std::optional<quint16>(4001));
    QVERIFY(run.finish());
    compareWithPeer(run.document(), connection.id, account);
    if (QTest::currentTestFailed())
        return;
    QVERIFY2(connection.extensions.startsWith(u"permessage-deflate"_s), qPrintable(connection.extensions));
    QCOMPARE(connection.extensions.contains(u"server_no_context_takeover"_s), wanted.server.contextTakeover == ContextTakeover::No);
    QCOMPARE(connection.extensions.contains(u"server_max_window_bits=%1"_s.arg(wanted.server.windowBits)),
             wanted.server.windowBits < wire::greatestWindowBits);
    for (const MeantMessage &message : messagesOf(run.document(), connection.id, Direction::Sent))
        QVERIFY(message.compressed);
}

void TestDeflatePeers::chromium_data()
{
    QTest::addColumn<wire::DeflateParameters>("policy");
    QTest::addColumn<QString>("agreed");
    QTest::newRow("contexts") << wire::DeflateParameters{} << u"permessage-deflate"_s;
    QTest::newRow("no contexts, small windows")
        << wire::DeflateParameters{{ContextTakeover::No, 9}, {ContextTakeover::No, 10}}
        << u"permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=10"_s;
}

void TestDeflatePeers::chromium()
{
    QFETCH(const wire::DeflateParameters, policy);
    QFETCH(const QString, agreed);
    WorkbenchRun run;
    session::HostOptions options;
    options.port = 0;
    options.compression = policy;
    const session::EndpointInfo host = run.host(options);
    QCOMPARE(host.state, session::EndpointState::Listening);
    QFile page(QFINDTESTDATA("chromium_deflate.js"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    QFile script(run.path(u"page.js"_s));
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write("const PORT = " + QByteArray::number(host.port) + ";\n" + page.readAll());
    script.close();

    const std::unique_ptr<Program> browser = startPeer(u"chromium.mjs"_s, {script.fileName(), u"done"_s});
    const QJsonObject account = browser->readJson(100'000);
    QVERIFY2(!account.isEmpty(), browser->errors());
    QCOMPARE(account.value(u"console"_s).toArray().at(0).toString(), u"done: "_s + agreed);
    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).size(), 1, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(run.connectionsOf(host.id).at(0).state, session::EndpointState::Closed, 10'000);
    const session::ConnectionStatus connection = run.connectionsOf(host.id).at(0);
    QCOMPARE(connection.extensions, agreed);
    QVERIFY(run.finish());

    // Chromium tells of messages as its page sees them, in order.
    QJsonArray sent;
    QJsonArray received;
    for (const QJsonValue &value : account.value(u"frames"_s).toArray()) {
        const QJsonObject frame = value.toObject();
        QJsonArray &way = frame.value(u"direction"_s).toString() == u"sent"_s ? sent : received;
        way.append(QJsonObject{{u"text"_s, frame.value(u"opcode"_s).toInt() == 1}, {u"payload"_s, frame.value(u"payload"_s)}});
    }
    QCOMPARE(sent.size(), 16);
    compareMessages(messagesOf(run.document(), connection.id, Direction::Received), sent);
    compareMessages(messagesOf(run.document(), connection.id, Direction::Sent), received);
    for (const capture::Record &record : recordsOf(run.document(), connection.id))
        QCOMPARE(record.header.violation, wire::Violation::None);
    for (const MeantMessage &message : messagesOf(run.document(), connection.id, Direction::Received))
        QVERIFY(message.compressed || message.payload.isEmpty());
}

QTEST_GUILESS_MAIN(TestDeflatePeers)
#include "tst_deflatepeers.moc"
