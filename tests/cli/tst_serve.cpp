#include "support/certificate.h"
#include "support/program.h"
#include "support/testmain.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

class TestServe final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void behaviours_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("echo") << QStringList{} << QByteArray("Hello\n");
        QTest::newRow("prefix") << QStringList{u"--behaviour"_s, u"prefix"_s} << QByteArray("Echo: Hello\n");
        QTest::newRow("own prefix") << QStringList{u"--prefix"_s, u"You said "_s} << QByteArray("You said Hello\n");
        QTest::newRow("silent") << QStringList{u"--behaviour"_s, u"silent"_s} << QByteArray();
    }

    void behaviours()
    {
        QFETCH(const QStringList, options);
        QFETCH(const QByteArray, answer);
        Program host(wswPath(), QStringList{u"serve"_s, u"--port"_s, u"0"_s} + options);
        const QString url = start(host);
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, url, u"--wait"_s, answer.isEmpty() ? u"200"_s : u"10000"_s}, "Hello\n");
        QCOMPARE(client->errors(), QByteArray());
        QCOMPARE(client->exitCode(), std::optional(0));
        QCOMPARE(client->restOfOutput(), answer);
    }

    void broadcastsToTheOthers()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--behaviour"_s, u"broadcast"_s});
        const QString url = start(host);
        Program listener(wswPath(), {u"connect"_s, url, u"--json"_s});
        QVERIFY(listener.start());
        QCOMPARE(listener.readJson().value(u"type"_s).toString(), u"open"_s);
        Program speaker(wswPath(), {u"connect"_s, url, u"--json"_s, u"--wait"_s, u"100"_s});
        QVERIFY(speaker.start());
        QCOMPARE(speaker.readJson().value(u"type"_s).toString(), u"open"_s);
        speaker.write("to all\n");
        QCOMPARE(listener.readJson().value(u"payload"_s).toString(), u"to all"_s);
        speaker.closeInput();
        QCOMPARE(speaker.exitCode(), std::optional(0));
        QVERIFY(!speaker.restOfOutput().contains("to all"));
    }

    void saysWhereAsJson()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QJsonObject said = host.readJson();
        QVERIFY(said.value(u"port"_s).toInt() > 0);
        QCOMPARE(said.value(u"listening"_s).toString(), u"ws://127.0.0.1:%1"_s.arg(said.value(u"port"_s).toInt()));
    }

    void saysOnceWhyNobodyCanBeTaken()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("UBSan looks at memory through a pipe, and takes every object for a broken one where none can be made");
#endif
        // sh sets the limit and becomes wsw: one client too many for the descriptors that are left.
        constexpr int limit = 40;
        Program host(u"/bin/sh"_s, {u"-c"_s, u"ulimit -n %1; exec \"$0\" \"$@\""_s.arg(limit), wswPath(), u"serve"_s, u"--port"_s, u"0"_s});
        const QString url = start(host);
        const auto port = static_cast<quint16>(QUrl(url).port());
        const auto said = [&host] { return host.errors().count("no more descriptors"); };
        std::vector<std::unique_ptr<QTcpSocket>> clients;
        const auto crowd = [&] {
            for (int i = 0; i < limit; ++i) {
                clients.push_back(std::make_unique<QTcpSocket>());
                clients.back()->connectToHost(u"127.0.0.1"_s, port);
                if (!clients.back()->waitForConnected())
                    return false;
            }
            return true;
        };
        QVERIFY(crowd());
        QTRY_VERIFY2(said() == 1, host.errors().constData());
        QVERIFY2(host.errors().contains("ulimit -n"), host.errors().constData());
        // It can take them again, and then cannot once more: that has been said.
        clients.clear();
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url}, "Hello\n");
        QCOMPARE(client->restOfOutput(), QByteArray("Hello\n"));
        QVERIFY(crowd());
        QTest::qWait(300); // for the second stall to come
        QCOMPARE(said(), 1);
        QVERIFY(host.isRunning());
    }

    void lenient_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("strict") << QStringList{} << QByteArray("\x88");
        QTest::newRow("lenient") << QStringList{u"--lenient"_s} << QByteArray("\x81\x05Hello");
    }

    void lenient()
    {
        QFETCH(const QStringList, options);
        QFETCH(const QByteArray, answer);
        Program host(wswPath(), QStringList{u"serve"_s, u"--port"_s, u"0"_s} + options);
        const QUrl url(start(host));
        QTcpSocket client;
        client.connectToHost(url.host(), quint16(url.port()));
        client.write("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
                     "\x81\x05Hello"); // not masked
        QByteArray received;
        QTRY_VERIFY2((received += client.readAll(), received.mid(received.indexOf("\r\n\r\n") + 4).startsWith(answer)), received);
    }

    void servesTls()
    {
        const QTemporaryDir folder;
        const Certificate certificate = makeCertificate(folder.path());
        QVERIFY(!certificate.certificateFile.isEmpty());
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--tls"_s, certificate.certificateFile, certificate.keyFile});
        const QString url = start(host);
        QVERIFY2(url.startsWith(u"wss://127.0.0.1:"_s), qPrintable(url));
        const std::unique_ptr<Program> trusting =
            runToEnd(wswPath(), {u"connect"_s, url, u"--authority"_s, certificate.certificateFile}, "Hello\n");
        QCOMPARE(trusting->errors(), QByteArray());
        QCOMPARE(trusting->restOfOutput(), QByteArray("Hello\n"));
        const std::unique_ptr<Program> careless = runToEnd(wswPath(), {u"connect"_s, url, u"--insecure"_s}, "Hello\n");
        QCOMPARE(careless->restOfOutput(), QByteArray("Hello\n"));
        const std::unique_ptr<Program> wary = runToEnd(wswPath(), {u"connect"_s, url}, "Hello\n");
        QCOMPARE(wary->exitCode(), std::optional(3));
        QVERIFY2(wary->errors().contains("certificate"), wary->errors());
    }

    void portInUse()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        const QString port = QString::number(other.serverPort());
        const std::unique_ptr<Program> host = runToEnd(wswPath(), {u"serve"_s, u"--port"_s, port});
        QCOMPARE(host->exitCode(), std::optional(3));
        QCOMPARE(host->restOfOutput(), QByteArray());
        QVERIFY2(host->errors().contains(port.toUtf8()), host->errors());
        QVERIFY2(host->errors().contains("is free: `wsw serve --port "), host->errors());
    }

    /// A command that failed can be given again: it leaves no empty capture in its own way.
    void aFailureLeavesNoCapture()
    {
        const QTemporaryDir folder;
        const QString capture = folder.filePath(u"talk.wscapture"_s);
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        const std::unique_ptr<Program> failed =
            runToEnd(wswPath(), {u"serve"_s, u"--port"_s, QString::number(other.serverPort()), u"--capture"_s, capture});
        QCOMPARE(failed->exitCode(), std::optional(3));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList());
        // One in which nothing came, but that went well, stays.
        const std::unique_ptr<Program> idle = runToEnd(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--capture"_s, capture});
        QCOMPARE(idle->exitCode(), std::optional(0));
        QVERIFY(QFile::exists(capture));
    }

    void captureThatExists()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"mine.wscapture"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("dear") == 4);
        file.close();
        const std::unique_ptr<Program> host = runToEnd(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--capture"_s, file.fileName()});
        QCOMPARE(host->exitCode(), std::optional(2));
        QVERIFY2(host->errors().contains("mine.wscapture"), host->errors());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("dear"));
    }

private:
    /// Starts it; the URL that it says it listens on.
    static QString start(Program &host)
    {
        const QByteArray prefix = "listening on ";
        const std::optional<QByteArray> line = host.start() ? host.readLine() : std::nullopt;
        if (!line || !line->startsWith(prefix)) {
            QTest::qFail("it does not say where it listens: " + host.errors(), __FILE__, __LINE__);
            return {};
        }
        return QString::fromUtf8(line->mid(prefix.size()));
    }
};

QTEST_GUILESS_MAIN(TestServe)
#include "tst_serve.moc"
