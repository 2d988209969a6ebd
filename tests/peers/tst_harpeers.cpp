#include "peers.h"

#include "exchange/importer.h"
#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

/// HAR as others write it and judge it.
class TestHarPeers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void oursIsValid()
    {
        Talk talk;
        for (const QString &url : {u"ws://127.0.0.1:8765/chat?room=1"_s, u"wss://[::1]:443/"_s}) {
            const auto line = talk.open(url);
            line->sent(encode(0x81, "Hello", "abcd"));
            line->received(encode(0x82, QByteArray("\0\xff", 2)));
            line->received(encode(0x88, "\x03\xe8"));
            line->end();
        }
        ExportOptions options;
        options.format = Format::Har;
        const QString file = talk.path(u"talk.har"_s);
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());
        const std::unique_ptr<Program> judge = startPeer(u"har_check.mjs"_s, {file});
        QCOMPARE(judge->readLine().value_or("nothing: " + judge->errors()), QByteArray("[]"));
    }

    /// What Chromium's DevTools export of a conversation with `wsw serve` says the same as what was recorded there.
    void chromiumsIsRead()
    {
        const QTemporaryDir folder;
        const auto path = [&folder](const char *name) { return folder.filePath(QLatin1String(name)); };
        QFile script(path("client.js"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("const socket = new WebSocket('ws://localhost:8765/chat?room=1', ['chat']);\n"
                     "socket.binaryType = 'arraybuffer';\nlet count = 0;\n"
                     "socket.onopen = () => { socket.send('Gr\\u00fc\\u00dfe \\u{1f30d}'); socket.send(new Uint8Array([0, 255, 1]));\n"
                     "  socket.send('x'.repeat(70000)); socket.send(''); };\n"
                     "socket.onmessage = () => { if (++count === 4) console.log('all there'); };\n");
        script.close();
        Program host(wswPath(), {u"serve"_s, u"--address"_s, u"localhost"_s, u"--subprotocol"_s, u"chat"_s, u"--compress"_s, u"--capture"_s, path("host.wscapture")});
        QVERIFY(host.start());
        QVERIFY2(host.readLine(), host.errors());
        const std::unique_ptr<Program> browser = startPeer(u"chromium.mjs"_s, {script.fileName(), u"all there"_s, path("own.har")});
        QVERIFY2(!browser->readJson(100'000).isEmpty(), browser->errors());
        host.sendSignal(SIGINT);
        QCOMPARE(host.exitCode(), std::optional(0));

        const Result<ImportSummary> summary = importFile(path("own.har"), path("own.wscapture"), Overwrite::No);
        QVERIFY2(summary.ok(), summary ? "" : qPrintable(summary.error().message));
        QCOMPARE(summary->connections, quint64{1});
        QCOMPARE(summary->damage.size(), 0);
        const auto own = capture::Document::open(path("own.wscapture"));
        const auto recorded = capture::Document::open(path("host.wscapture"));
        QVERIFY(own.ok() && recorded.ok());
        const ConnectionId id = (*own)->connections().at(0).id;
        const ConnectionId there = (*recorded)->connections().at(0).id;
        QCOMPARE((*own)->connection(id)->url, u"ws://localhost:8765/chat?room=1"_s);
        for (const Direction direction : {Direction::Sent, Direction::Received}) {
            const QList<MeantMessage> ours = messagesOf(**own, id, direction);
            const QList<MeantMessage> theirs = messagesOf(**recorded, there, other(direction));
            QCOMPARE(ours.size(), 4);
            QCOMPARE(theirs.size(), 4);
            for (qsizetype i = 0; i < ours.size(); ++i) {
                QCOMPARE(ours.at(i).text, theirs.at(i).text);
                QVERIFY(ours.at(i).payload == theirs.at(i).payload);
            }
        }
        // The request, line by line in whatever order.
        const auto lines = [](const QByteArray &head) {
            QByteArrayList all = head.split('\n');
            std::ranges::sort(all);
            return all;
        };
        QCOMPARE(lines(recordsOf(**own, id).at(0).payload), lines(recordsOf(**recorded, there).at(0).payload));
    }
};

QTEST_GUILESS_MAIN(TestHarPeers)
#include "tst_harpeers.moc"
