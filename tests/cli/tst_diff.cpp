#include "support/program.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// `wsw diff` as a shell runs it.
class TestDiff final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--capture"_s, file(u"host")});
        QVERIFY(host.start());
        m_url = host.readJson().value(u"listening"_s).toString();
        record(u"left"_s, "hello\n{\"id\":1,\"price\":17}\nit is 10:04\nbye\n");
        record(u"right"_s, "hello\n{\"price\": 18, \"id\": 2}\nit is 12:30\none more\nbye\n");
        record(u"again"_s, "hello\n{\"price\": 17.0, \"id\": 1}\nit is 10:04\nbye\n");
        host.closeInput();
        QCOMPARE(host.exitCode(), std::optional(0));
    }

    void differences()
    {
        const auto wsw = diff({file(u"left"), file(u"right")});
        QCOMPARE(wsw->errors(), QByteArray());
        QCOMPARE(wsw->exitCode(), std::optional(1));
        const QByteArrayList lines = wsw->restOfOutput().trimmed().split('\n');
        // What an echoing server said differs in the same way as what the client said.
        QCOMPARE(lines.size(), 7);
        QVERIFY2(lines.at(0).startsWith("~ client  #") && lines.at(0).endsWith("  text  /id: 1 | 2, /price: 17 | 18"), lines.at(0));
        QVERIFY2(lines.join('\n').contains("+ server  #"), lines.join('\n'));
        QVERIFY2(lines.join('\n').contains("  text  one more"), lines.join('\n'));
        QCOMPARE(lines.last(), QByteArray("6 messages are equal, 4 messages are changed, 2 messages are only on the right."));
    }

    void equal_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("the same values") << QStringList{file(u"left"), file(u"again")};
        QTest::newRow("the same file") << QStringList{file(u"left"), file(u"left")};
        QTest::newRow("one end and the other") << QStringList{file(u"left"), file(u"host"), u"--right-connection"_s, u"1"_s};
        QTest::newRow("two connections of one file") << QStringList{file(u"host"), file(u"host"), u"--left-connection"_s, u"1"_s, u"--right-connection"_s, u"3"_s};
        QTest::newRow("but for what is ignored") << QStringList{file(u"left"), file(u"right"), u"--ignore"_s, u"\\d\\d:\\d\\d"_s, u"--ignore-json"_s, u"/id"_s,
                                                               u"--ignore-json"_s, u"/price"_s, u"--filter"_s, u"text contains \"i\""_s};
        QTest::newRow("but for control frames") << QStringList{file(u"left"), file(u"again"), u"--ignore-control"_s};
    }

    void equal()
    {
        QFETCH(const QStringList, words);
        const auto wsw = diff(words);
        QCOMPARE(wsw->errors(), QByteArray());
        const QByteArray said = wsw->restOfOutput();
        QVERIFY2(wsw->exitCode() == std::optional(0), said);
        QVERIFY2(said.startsWith("All ") && said.endsWith(" messages are equal.\n"), said);
    }

    void json()
    {
        const auto wsw = diff({file(u"left"), file(u"right"), u"--json"_s, u"--ignore-json"_s, u"/id"_s});
        const QJsonObject first = wsw->readJson();
        QCOMPARE(first.value(u"type"_s).toString(), u"changed"_s);
        QCOMPARE(first.value(u"speaker"_s).toString(), u"client"_s);
        QCOMPARE(first.value(u"difference"_s).toString(), u"/price: 17 | 18"_s);
        QCOMPARE(first.value(u"left"_s).toObject().value(u"payload"_s).toString(), u"{\"id\":1,\"price\":17}"_s);
        QCOMPARE(first.value(u"right"_s).toObject().value(u"payload"_s).toString(), u"{\"price\": 18, \"id\": 2}"_s);
        QJsonObject last;
        for (QJsonObject next = wsw->readJson(); !next.isEmpty(); next = wsw->readJson())
            last = next;
        QCOMPARE(last.value(u"type"_s).toString(), u"summary"_s);
        QCOMPARE(last.value(u"changed"_s).toInt(), 4);
        QCOMPARE(last.value(u"onlyRight"_s).toInt(), 2);
    }

    void aReplayIsWhatItReplays()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        const auto replay = runToEnd(wswPath(), {u"replay"_s, file(u"left"), url, u"--capture"_s, file(u"replayed")});
        QCOMPARE(replay->exitCode(), std::optional(0));
        const auto wsw = diff({file(u"left"), file(u"replayed")});
        QCOMPARE(wsw->exitCode(), std::optional(0));
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("one file") << QStringList{file(u"left")} << QByteArray("needs RIGHT");
        QTest::newRow("no such file") << QStringList{file(u"left"), file(u"nowhere")} << QByteArray("nowhere");
        QTest::newRow("several connections") << QStringList{file(u"left"), file(u"host")} << QByteArray("holds 3 connections: say with --right-connection");
        QTest::newRow("no such connection") << QStringList{file(u"left"), file(u"host"), u"--right-connection"_s, u"9"_s} << QByteArray("no connection \"9\"");
        QTest::newRow("pattern") << QStringList{file(u"left"), file(u"right"), u"--ignore"_s, u"(open"_s} << QByteArray("no regular expression");
        QTest::newRow("pointer") << QStringList{file(u"left"), file(u"right"), u"--ignore-json"_s, u"id"_s} << QByteArray("no JSON pointer");
        QTest::newRow("filter") << QStringList{file(u"left"), file(u"right"), u"--filter"_s, u"text =="_s} << QByteArray("text ==");
    }

    void saysWhatIsWrong()
    {
        QFETCH(const QStringList, words);
        QFETCH(const QByteArray, said);
        const auto wsw = diff(words);
        QCOMPARE(wsw->exitCode(), std::optional(2));
        QCOMPARE(wsw->restOfOutput(), QByteArray());
        QVERIFY2(wsw->errors().contains(said), wsw->errors());
    }

private:
    [[nodiscard]] QString file(QStringView name) const { return m_folder.filePath(name.toString() + u".wscapture"_s); }
    static std::unique_ptr<Program> diff(const QStringList &words) { return runToEnd(wswPath(), QStringList{u"diff"_s} + words); }
    void record(const QString &name, const QByteArray &lines)
    {
        const auto client = runToEnd(wswPath(), {u"connect"_s, m_url, u"--capture"_s, file(name)}, lines);
        QCOMPARE(client->exitCode(), std::optional(0));
    }

    QTemporaryDir m_folder;
    QString m_url;
};

QTEST_GUILESS_MAIN(TestDiff)
#include "tst_diff.moc"
