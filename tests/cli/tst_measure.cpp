#include "support/program.h"
#include "support/testmain.h"

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
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--behaviour"_s, u"silent"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        Program wsw(wswPath(), {u"measure"_s, url, u"--count"_s, u"1000000"_s});
        QVERIFY(wsw.start());
        QTest::qWait(500);
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
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        Program wsw(wswPath(), {u"measure"_s, url, u"--json"_s, u"--echo"_s, u"--rate"_s, u"10"_s, u"--count"_s, u"100000"_s});
        QVERIFY(wsw.start());
        QTest::qWait(1000);
        wsw.sendSignal(SIGINT);
        const QJsonObject result = wsw.readJson();
        QVERIFY(result.value(u"answered"_s).toInt() > 0);
        QVERIFY(wsw.exitCode().has_value());
    }
};

QTEST_GUILESS_MAIN(TestMeasure)
#include "tst_measure.moc"
