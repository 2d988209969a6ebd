#include "peers.h"

#include "support/recorded.h"
#include "support/testmain.h"
#include "support/workbenchrun.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// `wsw replay` against Python's websockets, on either side: what came there, byte for byte, against what was recorded.
class TestReplayPeers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase();
    void client_data();
    void client();
    void server_data();
    void server();

private:
    /// A conversation with a host that sends all back, in which both sides said messages().
    static QList<session::Outgoing> messages();
    static void compare(const QJsonArray &heard);

    std::unique_ptr<WorkbenchRun> m_run;
    QString m_file;
};

QList<session::Outgoing> TestReplayPeers::messages()
{
    using Kind = session::Outgoing::Kind;
    QByteArray allBytes;
    for (int i = 0; i < 256; ++i)
        allBytes.append(static_cast<char>(i));
    QByteArray large;
    for (int i = 0; large.size() < 3 * 1024 * 1024; ++i)
        large += QByteArray::number(i * 7919) + ' ';
    return {
        {.kind = Kind::Text, .payload = "Hello server!"},
        {.kind = Kind::Text, .payload = {}},
        {.kind = Kind::Text, .payload = "Grüße, 世界 🌍"},
        {.kind = Kind::Text, .payload = "\xef\xbb\xbf" "after a byte order mark"},
        {.kind = Kind::Binary, .payload = allBytes},
        {.kind = Kind::Text, .payload = "cut into frames of five bytes, 世界", .fragmentBytes = 5},
        {.kind = Kind::Text, .payload = large},
        {.kind = Kind::Binary, .payload = {}},
    };
}

void TestReplayPeers::initTestCase()
{
    m_run = std::make_unique<WorkbenchRun>();
    session::HostOptions hosting;
    hosting.port = 0;
    hosting.compression = wire::DeflatePolicy();
    const session::EndpointInfo host = m_run->host(hosting);
    session::ClientOptions options;
    options.url = u"ws://127.0.0.1:%1/chat?room=1"_s.arg(host.port);
    options.compression = wire::DeflateOffer();
    const ConnectionId client = m_run->connectTo(options).id;
    QVERIFY(client.isValid());
    qsizetype replies = 0;
    for (const session::Outgoing &message : messages()) {
        m_run->workbench().send(client, message);
        m_run->workbench().send(client, {.kind = session::Outgoing::Kind::Ping, .payload = "beat"});
        ++replies;
        QTRY_COMPARE_WITH_TIMEOUT(m_run->messages(client).size(), replies, 20'000);
    }
    m_run->workbench().send(client, {.kind = session::Outgoing::Kind::Close, .closeCode = 4001, .reason = u"that was all"_s});
    QTRY_COMPARE_WITH_TIMEOUT(m_run->connection(client).state, session::EndpointState::Closed, 10'000);
    QVERIFY(m_run->finish());
    m_file = m_run->document().path();
}

void TestReplayPeers::compare(const QJsonArray &heard)
{
    const QList<session::Outgoing> said = messages();
    QCOMPARE(heard.size(), said.size());
    for (qsizetype i = 0; i < said.size(); ++i) {
        QCOMPARE(heard.at(i).toObject().value(u"text"_s).toBool(), said.at(i).kind == session::Outgoing::Kind::Text);
        WSW_COMPARE_BYTES(fromBase64(heard.at(i).toObject().value(u"payload"_s)), said.at(i).payload);
    }
}

void TestReplayPeers::client_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("connection");
    QTest::addColumn<QByteArray>("closed");
    // The client's connection and the host's are in the capture: either tells what the client said.
    const QByteArray normal("\x03\xe8");
    QTest::newRow("turns") << QStringList{} << 1 << normal;
    QTest::newRow("the host's recording") << QStringList{} << 2 << normal;
    QTest::newRow("fast") << QStringList{u"--timing"_s, u"fast"_s} << 1 << normal;
    QTest::newRow("original") << QStringList{u"--speed"_s, u"100"_s} << 1 << normal;
    QTest::newRow("with control frames") << QStringList{u"--control"_s} << 1 << QByteArray("\x0f\xa1" "that was all");
}

void TestReplayPeers::client()
{
    QFETCH(const QStringList, options);
    QFETCH(const int, connection);
    QFETCH(const QByteArray, closed);
    const std::unique_ptr<Program> peer = startPeer(u"python_server.py"_s);
    const QString url = u"ws://127.0.0.1:%1/chat"_s.arg(readyPort(*peer));
    const QString file = m_run->path(u"client-%1.wscapture"_s.arg(QLatin1String(QTest::currentDataTag())));
    const auto wsw = runToEnd(wswPath(), QStringList{u"replay"_s, m_file, url, u"--connection"_s, QString::number(connection), u"--capture"_s, file} + options);
    QCOMPARE(wsw->errors(), QByteArray());
    QCOMPARE(wsw->exitCode(), std::optional(0));
    QVERIFY(wsw->restOfOutput().contains("8 answers came, as recorded."));
    const QJsonObject account = peer->readJson();
    compare(account.value(u"messages"_s).toArray());
    if (QTest::currentTestFailed())
        return;
    // The replay is recorded like all else: every byte as the peer took and gave it.
    const auto document = capture::Document::open(file);
    QVERIFY(document.ok());
    const ConnectionId replayed = (*document)->connections().at(0).id;
    WSW_COMPARE_BYTES(recordedBytes(**document, replayed, Direction::Sent), bytesOf(account).received);
    WSW_COMPARE_BYTES(recordedBytes(**document, replayed, Direction::Received), bytesOf(account).sent);
    const QList<capture::Record> frames = framesOf(**document, replayed, Direction::Sent);
    QCOMPARE(frames.last().payload, closed);
    const auto isPing = [](const capture::Record &frame) { return frame.header.frame.opcode == wire::Opcode::Ping; };
    QCOMPARE(std::count_if(frames.begin(), frames.end(), isPing), options.contains(u"--control"_s) ? messages().size() : 0);
}

void TestReplayPeers::server_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("turns") << QStringList{u"--timing"_s, u"turns"_s};
    QTest::newRow("original") << QStringList{u"--timing"_s, u"original"_s, u"--speed"_s, u"50"_s};
}

void TestReplayPeers::server()
{
    QFETCH(const QStringList, options);
    Program wsw(wswPath(), QStringList{u"replay"_s, m_file, u"--side"_s, u"server"_s, u"--port"_s, u"0"_s, u"--connection"_s, u"1"_s, u"--json"_s} + options);
    QVERIFY(wsw.start());
    const QString url = wsw.readJson().value(u"listening"_s).toString();
    QVERIFY2(!url.isEmpty(), wsw.errors());
    QStringList words;
    for (qsizetype i = 0; i < messages().size(); ++i)
        words += u"turn %1"_s.arg(i);
    const std::unique_ptr<Program> peer = startPeer(u"python_listener.py"_s, QStringList{url} + words);
    const QJsonObject account = peer->readJson(60'000);
    compare(account.value(u"messages"_s).toArray());
    if (QTest::currentTestFailed())
        return;
    QCOMPARE(account.value(u"closeCode"_s).toInt(), 1000);
    const QJsonObject result = wsw.readJson();
    QCOMPARE(wsw.exitCode(), std::optional(0));
    QCOMPARE(result.value(u"messages"_s).toInt(), messages().size());
    QCOMPARE(result.value(u"answers"_s).toInt(), messages().size());
}

QTEST_GUILESS_MAIN(TestReplayPeers)
#include "tst_replaypeers.moc"
