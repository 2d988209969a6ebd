#include "support/program.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

class TestMeasure final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void measures_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("count");
        QTest::newRow("ping") << QStringList{u"--count"_s, u"50"_s} << u"ping"_s << 50;
        QTest::newRow("empty ping") << QStringList{u"--ping"_s, u"--size"_s, u"0"_s, u"--count"_s, u"5"_s} << u"ping"_s << 5;
        QTest::newRow("echo") << QStringList{u"--echo"_s, u"--count"_s, u"201"_s, u"--connections"_s, u"4"_s} << u"echo"_s << 201;
        QTest::newRow("large echo") << QStringList{u"--echo"_s, u"--count"_s, u"3"_s, u"--size"_s, u"2000000"_s} << u"echo"_s << 3;
        QTest::newRow("open loop") << QStringList{u"--echo"_s, u"--count"_s, u"500"_s, u"--rate"_s, u"1000"_s, u"--connections"_s, u"3"_s}
                                   << u"echo"_s << 500;
        QTest::newRow("open loop of pings") << QStringList{u"--count"_s, u"100"_s, u"--rate"_s, u"500"_s} << u"ping"_s << 100;
    }

    void measures()
    {
        QFETCH(const QStringList, options);
        QFETCH(const QString, kind);
        QFETCH(const int, count);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--prefix"_s, u"Echo: "_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        Program wsw(wswPath(), QStringList{u"measure"_s, url, u"--json"_s} + options);
        QVERIFY(wsw.start());
        const QJsonObject result = wsw.readJson(60'000);
        QVERIFY2(!result.isEmpty(), wsw.errors());
        QCOMPARE(wsw.exitCode(), std::optional(0));
        QCOMPARE(result.value(u"kind"_s).toString(), kind);
        QCOMPARE(result.value(u"sent"_s).toInt(), count);
        QCOMPARE(result.value(u"answered"_s).toInt(), count);
        QCOMPARE(result.value(u"lost"_s).toInt(-1), 0);
        double before = 1;
        for (const QString &name : {u"min"_s, u"p50"_s, u"p90"_s, u"p99"_s, u"p99.9"_s, u"max"_s}) {
            const double value = result.value(name).toDouble();
            QVERIFY2(value >= before, qPrintable(name));
            before = value;
        }
        QCOMPARE(result.value(u"measuredFrom"_s).toString(),
                 options.contains(u"--rate"_s) ? u"intended send time"_s : u"send time"_s);
    }

    void aSilentServerLosesAll()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--behaviour"_s, u"silent"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        Program wsw(wswPath(), {u"measure"_s, url, u"--json"_s, u"--echo"_s, u"--count"_s, u"3"_s, u"--wait"_s, u"300"_s});
        QVERIFY(wsw.start());
        const QJsonObject result = wsw.readJson();
        QCOMPARE(wsw.exitCode(), std::optional(1));
        QCOMPARE(result.value(u"answered"_s).toInt(-1), 0);
        QCOMPARE(result.value(u"lost"_s).toInt(), 1);
    }

    void aServerThatGoesAway()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"host.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--behaviour"_s, u"silent"_s, u"--capture"_s, file});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        Program wsw(wswPath(), {u"measure"_s, url, u"--count"_s, u"1000000"_s});
        QVERIFY(wsw.start());
        QTRY_VERIFY_WITH_TIMEOUT(framesSent(file) >= 2, 20'000);
        host.closeInput();
        QCOMPARE(wsw.exitCode(), std::optional(1));
        QVERIFY2(wsw.errors().startsWith("wsw: "), wsw.errors());
        QVERIFY(wsw.restOfOutput().contains("p99"));
    }

    void nobodyListens()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"measure"_s, u"ws://127.0.0.1:1"_s, u"--connections"_s, u"2"_s});
        QCOMPARE(wsw->exitCode(), std::optional(3));
        QCOMPARE(wsw->restOfOutput(), QByteArray());
    }

    void interruptedSaysWhatItHas()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"host.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--capture"_s, file});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        Program wsw(wswPath(), {u"measure"_s, url, u"--json"_s, u"--echo"_s, u"--rate"_s, u"10"_s, u"--count"_s, u"100000"_s});
        QVERIFY(wsw.start());
        // When the host has answered the third, the first answer came long ago.
        QTRY_VERIFY_WITH_TIMEOUT(framesSent(file) >= 3, 20'000);
        wsw.sendSignal(SIGINT);
        const QJsonObject result = wsw.readJson();
        QVERIFY(result.value(u"answered"_s).toInt() > 0);
        QVERIFY(wsw.exitCode().has_value());
    }

private:
    /// So many frames the program that records into @p file has sent and stored.
    static qsizetype framesSent(const QString &file)
    {
        const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
        qsizetype count = 0;
        if (document) {
            for (const capture::ConnectionInfo &info : (*document)->connections())
                count += framesOf(**document, info.id, Direction::Sent).size();
        }
        return count;
    }
};

QTEST_GUILESS_MAIN(TestMeasure)
#include "tst_measure.moc"
