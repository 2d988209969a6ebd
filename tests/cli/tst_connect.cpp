#include "support/program.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

class TestConnect final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase()
    {
        m_host = std::make_unique<Program>(wswPath(), QStringList{u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s,
                                                                  u"--subprotocol"_s, u"chat.v2"_s});
        QVERIFY(m_host->start());
        m_url = m_host->readJson().value(u"listening"_s).toString();
        QVERIFY(!m_url.isEmpty());
    }

    void cleanupTestCase() { m_host.reset(); }

    void linesAreMessages()
    {
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, m_url}, "one\n\nGrüße 🌍\nwithout an end");
        QCOMPARE(client->errors(), QByteArray());
        QCOMPARE(client->exitCode(), std::optional(0));
        QCOMPARE(client->restOfOutput(), QByteArray("one\n\nGrüße 🌍\nwithout an end\n"));
    }

    void manyLines()
    {
        QByteArray lines;
        for (int i = 0; i < 20'000; ++i)
            lines += "line number " + QByteArray::number(i) + '\n';
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, m_url, u"--wait"_s, u"30000"_s}, lines);
        QCOMPARE(client->exitCode(), std::optional(0));
        QVERIFY(client->restOfOutput() == lines);
    }

    void jsonTellsTheCourse()
    {
        Program client(wswPath(), {u"connect"_s, m_url, u"--json"_s, u"--subprotocol"_s, u"chat.v9"_s, u"--subprotocol"_s,
                                   u"chat.v2"_s});
        QVERIFY(client.start());
        const QJsonObject open = client.readJson();
        QCOMPARE(open.value(u"type"_s).toString(), u"open"_s);
        QCOMPARE(open.value(u"subprotocol"_s).toString(), u"chat.v2"_s);
        client.write("Hello\n");
        const QJsonObject message = client.readJson();
        QCOMPARE(message.value(u"type"_s).toString(), u"text"_s);
        QCOMPARE(message.value(u"payload"_s).toString(), u"Hello"_s);
        client.closeInput();
        const QJsonObject close = client.readJson();
        QCOMPARE(close.value(u"type"_s).toString(), u"close"_s);
        QCOMPARE(close.value(u"code"_s).toInt(), 1000);
        QCOMPARE(client.exitCode(), std::optional(0));
    }

    void sendsTheHeadersInTheirOrder()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"headers.wscapture"_s);
        const std::unique_ptr<Program> client = runToEnd(
            wswPath(), {u"connect"_s, m_url, u"--header"_s, u"X-Second: b"_s, u"--header"_s, u"X-First:a:b"_s, u"--origin"_s,
                        u"https://example.org"_s, u"--capture"_s, file});
        QCOMPARE(client->errors(), QByteArray());
        const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
        QVERIFY(document.ok());
        const QByteArray head = recordsOf(**document, (*document)->connections().at(0).id).at(0).payload;
        QVERIFY2(head.contains("\r\nX-Second: b\r\nX-First: a:b\r\n"), head);
        QVERIFY2(head.contains("\r\nOrigin: https://example.org\r\n"), head);
    }

    void aLineThatIsNotUtf8()
    {
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, m_url}, "good\nbad \xff\nfine\n");
        QCOMPARE(client->exitCode(), std::optional(1));
        QVERIFY2(client->errors().contains("not UTF-8"), client->errors());
        QCOMPARE(client->restOfOutput(), QByteArray("good\nfine\n"));
    }

    void echoAnswersUntilTheServerCloses()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--behaviour"_s, u"broadcast"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        Program mirror(wswPath(), {u"connect"_s, url, u"--echo"_s, u"--json"_s});
        QVERIFY(mirror.start());
        QCOMPARE(mirror.readJson().value(u"type"_s).toString(), u"open"_s);
        const std::unique_ptr<Program> speaker =
            runToEnd(wswPath(), {u"connect"_s, url, u"--wait"_s, u"10000"_s}, "there\nand back\n");
        QCOMPARE(speaker->restOfOutput(), QByteArray("there\nand back\n"));
        QVERIFY(mirror.isRunning());
        host.closeInput();
        QCOMPARE(host.exitCode(), std::optional(0));
        QCOMPARE(mirror.exitCode(), std::optional(0));
        QVERIFY2(mirror.restOfOutput().contains("\"code\":1001"), "the server said that it goes away");
    }

    void nobodyListens()
    {
        quint16 port = 0;
        {
            QTcpServer free;
            QVERIFY(free.listen(QHostAddress::LocalHost));
            port = free.serverPort();
        }
        expectNoConnection(u"ws://127.0.0.1:%1"_s.arg(port), "refused");
    }

    void nameDoesNotExist() { expectNoConnection(u"ws://no-such-name.invalid/"_s, "no-such-name.invalid"); }

    void serverIsNoWebSocketServer()
    {
        expectAnswer("HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\nnothing here", "404");
        expectAnswer("SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0");
        expectAnswer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
                     "ccept");
    }

    void noAnswerInTime()
    {
        QTcpServer mute;
        QVERIFY(mute.listen(QHostAddress::LocalHost));
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, u"ws://127.0.0.1:%1"_s.arg(mute.serverPort()), u"--timeout"_s, u"300"_s});
        QCOMPARE(client->exitCode(), std::optional(3));
        QVERIFY2(!client->errors().isEmpty(), client->errors());
    }

    /// A line of 16 MiB is sent, one byte more is refused, and what follows is sent again.
    void longestLine()
    {
        constexpr qsizetype limit = 16 * 1024 * 1024;
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, m_url, u"--wait"_s, u"60000"_s},
                     QByteArray(limit, 'a') + '\n' + QByteArray(limit + 1, 'b') + "\nshort\n" + QByteArray(limit + 1, 'c'));
        QCOMPARE(client->exitCode(), std::optional(1));
        QVERIFY(client->restOfOutput() == QByteArray(limit, 'a') + "\nshort\n");
        QVERIFY2(client->errors().count("longer than 16 MiB") == 2, client->errors());
    }

private:
    static void expectNoConnection(const QString &url, const QByteArray &said)
    {
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url});
        QCOMPARE(client->exitCode(), std::optional(3));
        QCOMPARE(client->restOfOutput(), QByteArray());
        QVERIFY2(client->errors().contains(said), client->errors());
    }

    static void expectAnswer(const QByteArray &answer, const QByteArray &said)
    {
        QTcpServer other;
        connect(&other, &QTcpServer::newConnection, &other, [&other, answer] {
            QTcpSocket *socket = other.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                socket->readAll();
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
        QVERIFY(other.listen(QHostAddress::LocalHost));
        Program client(wswPath(), {u"connect"_s, u"ws://127.0.0.1:%1"_s.arg(other.serverPort())});
        QVERIFY(client.start());
        QTRY_VERIFY_WITH_TIMEOUT(!client.isRunning(), 20'000);
        QCOMPARE(client.exitCode(), std::optional(3));
        QVERIFY2(client.errors().contains(said), client.errors());
    }

    std::unique_ptr<Program> m_host;
    QString m_url;
};

QTEST_GUILESS_MAIN(TestConnect)
#include "tst_connect.moc"
