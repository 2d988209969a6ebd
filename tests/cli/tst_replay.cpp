#include "support/program.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// `wsw replay` as a shell runs it; other people's programs are on the other side in tst_replaypeers.
class TestReplay final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase()
    {
        m_host = std::make_unique<Program>(wswPath(), QStringList{u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(m_host->start());
        m_url = m_host->readJson().value(u"listening"_s).toString();
        const auto client = runToEnd(wswPath(), {u"connect"_s, m_url, u"--capture"_s, file()}, "one\ntwo\nthree\n");
        QCOMPARE(client->exitCode(), std::optional(0));
    }

    void cleanupTestCase() { m_host.reset(); }

    void toWhereItWent()
    {
        const auto wsw = runToEnd(wswPath(), {u"replay"_s, file()});
        QCOMPARE(wsw->errors(), QByteArray());
        QCOMPARE(wsw->exitCode(), std::optional(0));
        QCOMPARE(wsw->restOfOutput(), QByteArray("Replayed 3 messages (11 bytes) on 1 connection. 3 answers came, as recorded.\n"));
    }

    void whatAFilterChooses()
    {
        const QString kept = m_folder.filePath(u"filtered.wscapture"_s);
        const auto wsw = runToEnd(wswPath(), {u"replay"_s, file(), m_url, u"--filter"_s, u"text == \"two\""_s, u"--json"_s, u"--capture"_s, kept});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        const QJsonObject result = wsw->readJson();
        QCOMPARE(result.value(u"messages"_s).toInt(), 1);
        QCOMPARE(result.value(u"of"_s).toInt(), 1);
        QCOMPARE(result.value(u"end"_s).toString(), u"done"_s);
        const auto document = capture::Document::open(kept);
        QVERIFY(document.ok());
        const QList<MeantMessage> sent = messagesOf(**document, (*document)->connections().at(0).id, Direction::Sent);
        QCOMPARE(sent.size(), 1);
        QCOMPARE(sent.at(0).payload, QByteArray("two"));
    }

    void fewerAnswersFail()
    {
        Program silent(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--behaviour"_s, u"silent"_s});
        QVERIFY(silent.start());
        const QString url = silent.readJson().value(u"listening"_s).toString();
        const auto goesOn = runToEnd(wswPath(), {u"replay"_s, file(), url, u"--wait"_s, u"20"_s});
        QCOMPARE(goesOn->exitCode(), std::optional(1));
        const QByteArray said = goesOn->restOfOutput();
        QVERIFY2(said.startsWith("Replayed 3 messages") && said.contains("0 answers came, 3 were recorded."), said);
        const auto ends = runToEnd(wswPath(), {u"replay"_s, file(), url, u"--wait"_s, u"20"_s, u"--give-up"_s});
        QCOMPARE(ends->exitCode(), std::optional(1));
        QVERIFY(ends->errors().contains("No answer came within ") && ends->errors().contains(" after message "));
    }

    void nobodyListens()
    {
        const auto wsw = runToEnd(wswPath(), {u"replay"_s, file(), u"ws://127.0.0.1:1"_s});
        QCOMPARE(wsw->exitCode(), std::optional(3));
        QCOMPARE(wsw->restOfOutput(), QByteArray("Nothing was replayed.\n"));
    }

    void listensAndPlaysTheServer()
    {
        Program wsw(wswPath(), {u"replay"_s, file(), u"--side"_s, u"server"_s, u"--port"_s, u"0"_s});
        QVERIFY(wsw.start());
        const QByteArray listening = wsw.readLine().value_or(QByteArray());
        QVERIFY(listening.startsWith("listening on ws://127.0.0.1:"));
        const auto client = runToEnd(wswPath(), {u"connect"_s, QString::fromLatin1(listening.mid(13)), u"--wait"_s, u"20000"_s}, "uno\ndue\ntre\n");
        QCOMPARE(client->exitCode(), std::optional(0));
        QCOMPARE(client->restOfOutput(), QByteArray("one\ntwo\nthree\n"));
        QCOMPARE(wsw.exitCode(), std::optional(0));
        QVERIFY(wsw.restOfOutput().startsWith("Replayed 3 messages (11 bytes) on 1 connection. 3 answers came"));
    }

    void isStoppedInGoodOrder()
    {
        Program wsw(wswPath(), {u"replay"_s, file(), u"--side"_s, u"server"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(wsw.start());
        QVERIFY(!wsw.readJson().isEmpty());
        wsw.sendSignal(SIGINT);
        QCOMPARE(wsw.readJson().value(u"end"_s).toString(), u"cancelled"_s);
        QCOMPARE(wsw.exitCode(), std::optional(1));
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("side") << QStringList{u"--side"_s, u"middle"_s} << QByteArray("one of client and server");
        QTest::newRow("timing") << QStringList{u"--timing"_s, u"slow"_s} << QByteArray("one of turns, original and fast");
        QTest::newRow("too slow") << QStringList{u"--speed"_s, u"0.05"_s} << QByteArray("from 0.1 to 100");
        QTest::newRow("too fast") << QStringList{u"--speed"_s, u"101"_s} << QByteArray("--timing fast");
        QTest::newRow("speed of turns") << QStringList{u"--speed"_s, u"2"_s, u"--timing"_s, u"turns"_s} << QByteArray("do not go together");
        QTest::newRow("port of a client") << QStringList{u"--port"_s, u"1"_s} << QByteArray("--side server");
        QTest::newRow("URL of a server") << QStringList{u"ws://localhost"_s, u"--side"_s, u"server"_s} << QByteArray("connects to nobody");
        QTest::newRow("header of a server") << QStringList{u"--side"_s, u"server"_s, u"--header"_s, u"A: b"_s} << QByteArray("--header says how a client connects");
        QTest::newRow("proxy of a server") << QStringList{u"--side"_s, u"server"_s, u"--via"_s, u"http://localhost:1"_s} << QByteArray("--via says how a client connects");
        QTest::newRow("checks of a server") << QStringList{u"--side"_s, u"server"_s, u"--insecure"_s} << QByteArray("--insecure says how a client connects");
        QTest::newRow("connection") << QStringList{u"--connection"_s, u"7"_s} << QByteArray("no connection \"7\"");
        QTest::newRow("filter") << QStringList{u"--filter"_s, u"text =="_s} << QByteArray("text ==");
        QTest::newRow("nothing left") << QStringList{u"--filter"_s, u"text == \"four\""_s} << QByteArray("nothing to replay");
        QTest::newRow("URL") << QStringList{u"http://localhost"_s} << QByteArray("ws://");
        QTest::newRow("two URLs") << QStringList{u"ws://localhost"_s, u"ws://localhost"_s} << QByteArray("has no use for");
    }

    void saysWhatIsWrong()
    {
        QFETCH(const QStringList, words);
        QFETCH(const QByteArray, said);
        const auto wsw = runToEnd(wswPath(), QStringList{u"replay"_s, file()} + words);
        QCOMPARE(wsw->exitCode(), std::optional(2));
        QCOMPARE(wsw->restOfOutput(), QByteArray());
        QVERIFY2(wsw->errors().contains(said), wsw->errors());
    }

    void aFileIsNeeded()
    {
        const auto none = runToEnd(wswPath(), {u"replay"_s});
        QCOMPARE(none->exitCode(), std::optional(2));
        QVERIFY(none->errors().contains("needs FILE"));
        QCOMPARE(runToEnd(wswPath(), {u"replay"_s, u"/nowhere.wscapture"_s})->exitCode(), std::optional(2));
    }

private:
    [[nodiscard]] QString file() const { return m_folder.filePath(u"talk.wscapture"_s); }

    QTemporaryDir m_folder;
    std::unique_ptr<Program> m_host;
    QString m_url;
};

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
