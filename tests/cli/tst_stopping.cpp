#include "support/program.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include <QFileInfo>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

namespace {

constexpr int endOfInput = 0;

void stop(Program &program, int how)
{
    if (how == endOfInput)
        program.closeInput();
    else
        program.sendSignal(how);
}

} // namespace

/// However a verb is stopped, it exits with 0 and leaves a capture that is closed and whole.
class TestStopping final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void leavesAWholeCapture_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<int>("how");
        for (const QString &verb : {u"serve"_s, u"connect"_s, u"proxy"_s, u"echo"_s}) {
            QTest::addRow("%s, SIGINT", qPrintable(verb)) << verb << SIGINT;
            QTest::addRow("%s, SIGTERM", qPrintable(verb)) << verb << SIGTERM;
            if (verb != u"echo"_s)
                QTest::addRow("%s, end of input", qPrintable(verb)) << verb << endOfInput;
        }
    }

    void leavesAWholeCapture()
    {
        QFETCH(const QString, verb);
        QFETCH(const int, how);
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"stopped.wscapture"_s);

        const bool serving = verb == u"serve"_s;
        Program host(wswPath(), QStringList{u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s}
                                    + (serving ? QStringList{u"--capture"_s, file} : QStringList()));
        QVERIFY(host.start());
        QString url = host.readJson().value(u"listening"_s).toString();
        QVERIFY(!url.isEmpty());

        Program proxy(wswPath(), {u"proxy"_s, url, u"--port"_s, u"0"_s, u"--json"_s, u"--capture"_s, file});
        if (verb == u"proxy"_s) {
            QVERIFY(proxy.start());
            url = proxy.readJson().value(u"listening"_s).toString();
        }
        const bool recordsClient = verb == u"connect"_s || verb == u"echo"_s;
        Program client(wswPath(), QStringList{u"connect"_s, url, u"--json"_s}
                                      + (verb == u"echo"_s ? QStringList{u"--echo"_s} : QStringList())
                                      + (recordsClient ? QStringList{u"--capture"_s, file} : QStringList()));
        QVERIFY(client.start());
        QCOMPARE(client.readJson().value(u"type"_s).toString(), u"open"_s);
        if (verb != u"echo"_s) {
            client.write("Hello\n");
            QCOMPARE(client.readJson().value(u"payload"_s).toString(), u"Hello"_s);
        }

        Program &stopped = serving ? host : verb == u"proxy"_s ? proxy : client;
        stop(stopped, how);
        QCOMPARE(stopped.exitCode(), std::optional(0));
        QCOMPARE(stopped.errors(), QByteArray());

        QVERIFY2(!QFileInfo::exists(file + u"-wal"_s), "the capture was left open");
        const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
        QVERIFY(document.ok());
        QVERIFY(!(*document)->connections().isEmpty());
        int closes = 0;
        int ends = 0;
        for (const capture::ConnectionInfo &info : (*document)->connections()) {
            QVERIFY(info.closed > 0);
            for (const capture::Record &record : recordsOf(**document, info.id)) {
                closes += record.header.kind == wire::RecordKind::Frame && record.header.frame.opcode == wire::Opcode::Close;
                ends += record.header.kind == wire::RecordKind::End;
            }
        }
        QVERIFY2(closes >= 2, "both ends said Close");
        QVERIFY(ends >= 1);
    }

    void aSecondSignalEndsItAtOnce_data()
    {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("second");
        QTest::newRow("SIGINT twice") << SIGINT << SIGINT;
        QTest::newRow("SIGTERM twice") << SIGTERM << SIGTERM;
        QTest::newRow("SIGINT, SIGTERM") << SIGINT << SIGTERM;
    }

    /// The first signal asks politely and waits for the peer's Close, which does not come; the second is the system's own.
    void aSecondSignalEndsItAtOnce()
    {
        QFETCH(const int, first);
        QFETCH(const int, second);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const int port = host.readJson().value(u"port"_s).toInt();
        QVERIFY(port > 0);
        QTcpSocket peer;
        peer.connectToHost(QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(port));
        QVERIFY(peer.waitForConnected());
        peer.write("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        QByteArray answer;
        const auto comes = [&](const QByteArray &wanted) {
            while (!answer.contains(wanted) && peer.waitForReadyRead(10'000))
                answer += peer.readAll();
            return answer.contains(wanted);
        };
        QVERIFY(comes("\r\n\r\n"));
        host.sendSignal(first);
        QVERIFY(comes("\x88"));
        host.sendSignal(second);
        QCOMPARE(host.exitCode(10'000), std::nullopt);
        QVERIFY(!host.isRunning());
    }

    void connectingCanBeCancelled()
    {
        QTcpServer mute;
        QVERIFY(mute.listen(QHostAddress::LocalHost));
        Program client(wswPath(), {u"connect"_s, u"ws://127.0.0.1:%1"_s.arg(mute.serverPort()), u"--timeout"_s, u"60000"_s});
        QVERIFY(client.start());
        QVERIFY(mute.waitForNewConnection(10'000));
        client.sendSignal(SIGINT);
        QCOMPARE(client.exitCode(10'000), std::optional(3));
        QVERIFY2(client.errors().contains("cancelled"), client.errors());
    }

    void runsOnWithoutInput_data()
    {
        QTest::addColumn<QString>("input");
        // A service has /dev/null as its input, which is at its end from the start: that is no reason to stop.
        QTest::newRow("nothing") << u"</dev/null"_s;
        QTest::newRow("closed") << u"<&-"_s;
    }

    void runsOnWithoutInput()
    {
        QFETCH(const QString, input);
        Program shell(u"/bin/sh"_s, {u"-c"_s, u"exec \"$0\" serve --port 0 --json "_s + input, wswPath()});
        QVERIFY(shell.start());
        const QString url = shell.readJson().value(u"listening"_s).toString();
        QVERIFY(!url.isEmpty());
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url}, "still there?\n");
        QCOMPARE(client->restOfOutput(), QByteArray("still there?\n"));
        QVERIFY(shell.isRunning());
        shell.sendSignal(SIGTERM);
        QCOMPARE(shell.exitCode(), std::optional(0));
    }

    void stopsWhereTheInputHasEndedBefore_data()
    {
        QTest::addColumn<QString>("script");
        QTest::newRow("pipe") << u"true | \"$0\" serve --port 0"_s;
        QTest::newRow("pipe, long ago") << u"exec 3< <(true); wait $!; \"$0\" serve --port 0 <&3"_s;
        QTest::newRow("file") << u"\"$0\" serve --port 0 </etc/passwd"_s;
        QTest::newRow("proxy") << u"true | \"$0\" proxy ws://127.0.0.1:1 --port 0"_s;
    }

    void stopsWhereTheInputHasEndedBefore()
    {
        QFETCH(const QString, script);
        Program shell(u"/bin/bash"_s, {u"-c"_s, script, wswPath()});
        QVERIFY(shell.start());
        QCOMPARE(shell.exitCode(), std::optional(0));
        QCOMPARE(shell.errors(), QByteArray());
        QVERIFY2(shell.restOfOutput().contains("127.0.0.1"), "it listened before");
    }

    /// `wsw connect | head -1`: whoever reads has seen enough.
    void aReaderThatGoesAway()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        const std::unique_ptr<Program> shell = runToEnd(
            u"/bin/bash"_s,
            {u"-c"_s, u"(echo one; sleep 1; echo two; sleep 1; echo three) | \"$0\" connect \"$1\" | head -n 1; echo ${PIPESTATUS[1]}"_s, wswPath(), url});
        // Neither killed by a signal (141) nor read to the end of its input.
        QCOMPARE(shell->restOfOutput(), QByteArray("one\n0\n"));
    }
};

QTEST_GUILESS_MAIN(TestStopping)
#include "tst_stopping.moc"
