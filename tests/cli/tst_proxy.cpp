#include "support/program.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

class TestProxy final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void passesOnAndRecords()
    {
        const QTemporaryDir folder;
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--prefix"_s, u"Echo: "_s, u"--json"_s});
        QVERIFY(host.start());
        const QString target = host.readJson().value(u"listening"_s).toString();
        const QString file = folder.filePath(u"between.wscapture"_s);
        Program proxy(wswPath(), {u"proxy"_s, target, u"--port"_s, u"0"_s, u"--capture"_s, file});
        QVERIFY(proxy.start());
        const std::optional<QByteArray> line = proxy.readLine();
        QVERIFY2(line, proxy.errors());
        QVERIFY2(line->startsWith("listening on ws://127.0.0.1:") && line->endsWith(", passing on to " + target.toUtf8()), *line);
        const QString url = QString::fromUtf8(line->mid(13, line->indexOf(',') - 13));

        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url}, "Hello server!\n");
        QCOMPARE(client->errors(), QByteArray());
        QCOMPARE(client->restOfOutput(), QByteArray("Echo: Hello server!\n"));
        proxy.closeInput();
        QCOMPARE(proxy.exitCode(), std::optional(0));

        const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
        QVERIFY(document.ok());
        bool seen = false;
        for (const capture::ConnectionInfo &info : (*document)->connections()) {
            for (const capture::Record &frame : framesOf(**document, info.id, Direction::Received))
                seen = seen || frame.payload == "Echo: Hello server!";
        }
        QVERIFY(seen);
    }

    void nobodyBehindIt()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString target = host.readJson().value(u"listening"_s).toString();
        Program proxy(wswPath(), {u"proxy"_s, target, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(proxy.start());
        const QString url = proxy.readJson().value(u"listening"_s).toString();
        host.closeInput();
        QCOMPARE(host.exitCode(), std::optional(0));

        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url}, "Hello\n");
        QCOMPARE(client->exitCode(), std::optional(3));
        QVERIFY2(!client->errors().isEmpty(), "why there is no connection");
        QVERIFY(proxy.isRunning());
    }
};

QTEST_GUILESS_MAIN(TestProxy)
#include "tst_proxy.moc"
