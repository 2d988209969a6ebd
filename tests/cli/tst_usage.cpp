#include "support/program.h"
#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// Help, and the sentences for a command line that is wrong.
class TestUsage final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void helpOfEveryVerb_data()
    {
        QTest::addColumn<QString>("verb");
        for (const QString &verb : {u"serve"_s, u"connect"_s, u"proxy"_s, u"show"_s, u"export"_s, u"import"_s, u"compact"_s, u"repair"_s, u"replay"_s, u"diff"_s, u"measure"_s, u"demo"_s})
            QTest::newRow(qPrintable(verb)) << verb;
    }

    void helpOfEveryVerb()
    {
        QFETCH(const QString, verb);
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {verb, u"--help"_s});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        QCOMPARE(wsw->errors(), QByteArray());
        const QByteArray help = wsw->restOfOutput();
        QVERIFY(help.startsWith("Usage: wsw " + verb.toUtf8()));
        const QStringList onFiles{u"show"_s, u"export"_s, u"import"_s, u"compact"_s, u"repair"_s, u"diff"_s};
        QVERIFY(help.contains("--capture FILE") || onFiles.contains(verb));
        const QByteArray overview = runToEnd(wswPath(), {u"--help"_s})->restOfOutput();
        QVERIFY(overview.contains("\n  " + verb.toUtf8()));
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("no verb") << QStringList{} << QByteArray("A verb is missing");
        QTest::newRow("unknown verb") << QStringList{u"listen"_s} << QByteArray("no verb \"listen\"");
        QTest::newRow("unknown option") << QStringList{u"serve"_s, u"--prot"_s, u"1"_s} << QByteArray("no option --prot");
        QTest::newRow("port") << QStringList{u"serve"_s, u"--port"_s, u"65536"_s} << QByteArray("from 0 to 65535");
        QTest::newRow("prefix without its behaviour") << QStringList{u"serve"_s, u"--behaviour"_s, u"echo"_s, u"--prefix"_s, u"a"_s} << QByteArray("do not go together");
        QTest::newRow("behaviour") << QStringList{u"serve"_s, u"--behaviour"_s, u"shout"_s} << QByteArray("prefix, broadcast and silent");
        QTest::newRow("no URL") << QStringList{u"connect"_s} << QByteArray("needs URL");
        QTest::newRow("http") << QStringList{u"connect"_s, u"http://localhost"_s} << QByteArray("ws://");
        QTest::newRow("fragment") << QStringList{u"connect"_s, u"ws://localhost/#top"_s} << QByteArray("#");
        QTest::newRow("URL port") << QStringList{u"connect"_s, u"ws://localhost:99999/"_s} << QByteArray("99999");
        QTest::newRow("header") << QStringList{u"connect"_s, u"ws://localhost"_s, u"--header"_s, u"Authorization"_s}
                                << QByteArray("no name before a colon");
        QTest::newRow("two kinds") << QStringList{u"measure"_s, u"ws://localhost"_s, u"--ping"_s, u"--echo"_s}
                                   << QByteArray("two measurements");
        QTest::newRow("long ping") << QStringList{u"measure"_s, u"ws://localhost"_s, u"--size"_s, u"126"_s}
                                   << QByteArray("from 0 to 125");
        QTest::newRow("window bits") << QStringList{u"serve"_s, u"--compress"_s, u"--server-max-window-bits"_s, u"8"_s} << QByteArray("from 9 to 15");
        QTest::newRow("level") << QStringList{u"connect"_s, u"ws://localhost"_s, u"--compress"_s, u"--compression-level"_s, u"10"_s}
                               << QByteArray("from 1 to 9");
        QTest::newRow("parameter alone") << QStringList{u"proxy"_s, u"ws://localhost"_s, u"--client-no-context-takeover"_s}
                                         << QByteArray("--compress is not given");
        QTest::newRow("nothing to compress with") << QStringList{u"measure"_s, u"ws://localhost"_s, u"--compress"_s} << QByteArray("no option --compress");
    }

    void saysWhatIsWrong()
    {
        QFETCH(const QStringList, words);
        QFETCH(const QByteArray, said);
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), words);
        QCOMPARE(wsw->exitCode(), std::optional(2));
        QCOMPARE(wsw->restOfOutput(), QByteArray());
        QVERIFY2(wsw->errors().startsWith("wsw: "), wsw->errors());
        QVERIFY2(wsw->errors().contains(said), wsw->errors());
    }

    void tellsItsVersion()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"--version"_s});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        QVERIFY(wsw->restOfOutput().startsWith("wsw "));
    }
};

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
