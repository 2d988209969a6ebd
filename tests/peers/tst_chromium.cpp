#include "peers.h"

#include "capture/document.h"
#include "support/recorded.h"
#include "support/testmain.h"
#include "wire/head.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// The example's JavaScript client, as it is, in headless Chromium against `wsw serve` on the port that it names.
class TestChromium final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }
    void exampleClient();
};

void TestChromium::exampleClient()
{
    const QTemporaryDir folder;
    const QString script =
        extractExample(u"const socket = new WebSocket(\"ws://localhost:8765\");"_s, u"End of the example."_s, folder.path(), u"client.js"_s);
    QVERIFY(!script.isEmpty());
    const QString file = folder.filePath(u"browser.wscapture"_s);
    Program host(wswPath(), {u"serve"_s, u"--address"_s, u"localhost"_s, u"--prefix"_s, u"Echo: "_s, u"--capture"_s, file});
    QVERIFY(host.start());
    const std::optional<QByteArray> listening = host.readLine();
    QVERIFY2(listening, host.errors());

    const std::unique_ptr<Program> browser = startPeer(u"chromium.mjs"_s, {script, u"Message received"_s});
    const QJsonObject account = browser->readJson(100'000);
    QVERIFY2(!account.isEmpty(), browser->errors());
    host.sendSignal(SIGINT);
    QCOMPARE(host.exitCode(), std::optional(0));

    QCOMPARE(account.value(u"status"_s).toInt(), 101);
    QCOMPARE(account.value(u"console"_s).toArray().at(0).toString(), u"Message received: Echo: Hello server!"_s);

    const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
    QVERIFY(document.ok());
    QCOMPARE((*document)->connections().size(), 1);
    const ConnectionId connection = (*document)->connections().at(0).id;

    // Chromium tells of data frames only, in the order in which they crossed.
    QList<capture::Record> recorded;
    QList<capture::Record> closes;
    for (const capture::Record &record : recordsOf(**document, connection)) {
        if (record.header.kind != wire::RecordKind::Frame)
            continue;
        QCOMPARE(record.header.violation, wire::Violation::None);
        (wire::isControl(record.header.frame.opcode) ? closes : recorded).append(record);
    }
    const QJsonArray frames = account.value(u"frames"_s).toArray();
    QCOMPARE(recorded.size(), frames.size());
    QCOMPARE(frames.size(), 2);
    for (qsizetype i = 0; i < recorded.size(); ++i) {
        const capture::Record &ours = recorded.at(i);
        const QJsonObject theirs = frames.at(i).toObject();
        const bool sentByThem = theirs.value(u"direction"_s).toString() == u"sent"_s;
        QCOMPARE(ours.header.direction, sentByThem ? Direction::Received : Direction::Sent);
        QCOMPARE(static_cast<int>(ours.header.frame.opcode), theirs.value(u"opcode"_s).toInt());
        QCOMPARE(ours.header.frame.masked, theirs.value(u"masked"_s).toBool());
        QCOMPARE(ours.payload, fromBase64(theirs.value(u"payload"_s)));
    }
    QCOMPARE(closes.size(), 2);
    QCOMPARE(closes.at(0).header.direction, Direction::Received);
    QCOMPARE(closes.at(0).payload, QByteArray("\x03\xe8seen"));

    // The request, line by line.
    const QList<capture::Record> records = recordsOf(**document, connection);
    QCOMPARE(records.at(0).header.kind, wire::RecordKind::RequestHead);
    wire::HeadParser parser(wire::Head::Kind::Request);
    parser.feed(records.at(0).payload);
    QCOMPARE(parser.status(), wire::HeadStatus::Complete);
    const QJsonObject request = account.value(u"request"_s).toObject();
    QVERIFY(request.size() >= 8);
    for (auto line = request.begin(); line != request.end(); ++line)
        QCOMPARE(parser.head().value(line.key().toLatin1()), std::optional(line.value().toString().toUtf8()));
}

QTEST_GUILESS_MAIN(TestChromium)
#include "tst_chromium.moc"
