#include "support/program.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include "wire/head.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// --compress and its parameters, with `wsw` at both ends and in the middle.
class TestCompress final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void parameters_data()
    {
        QTest::addColumn<QStringList>("hostOptions");
        QTest::addColumn<QStringList>("clientOptions");
        QTest::addColumn<QByteArray>("offered");
        QTest::addColumn<QByteArray>("agreed");
        const QByteArray deflate = "permessage-deflate";
        QTest::newRow("neither") << QStringList{} << QStringList{} << QByteArray() << QByteArray();
        QTest::newRow("host alone") << QStringList{u"--compress"_s} << QStringList{} << QByteArray() << QByteArray();
        QTest::newRow("client alone") << QStringList{} << QStringList{u"--compress"_s} << deflate + "; client_max_window_bits" << QByteArray();
        QTest::newRow("both") << QStringList{u"--compress"_s} << QStringList{u"--compress"_s} << deflate + "; client_max_window_bits" << deflate;
        QTest::newRow("host's parameters")
            << QStringList{u"--compress"_s, u"--server-max-window-bits"_s, u"9"_s, u"--client-max-window-bits"_s, u"10"_s, u"--client-no-context-takeover"_s,
                           u"--compression-level"_s, u"9"_s}
            << QStringList{u"--compress"_s} << deflate + "; client_max_window_bits"
            << deflate + "; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=10";
        QTest::newRow("client's parameters")
            << QStringList{u"--compress"_s}
            << QStringList{u"--compress"_s, u"--server-max-window-bits=12"_s, u"--client-max-window-bits=11"_s, u"--server-no-context-takeover"_s,
                           u"--compression-level=1"_s}
            << deflate + "; server_no_context_takeover; server_max_window_bits=12; client_max_window_bits=11"
            << deflate + "; server_no_context_takeover; server_max_window_bits=12";
    }

    void parameters()
    {
        QFETCH(const QStringList, hostOptions);
        QFETCH(const QStringList, clientOptions);
        QFETCH(const QByteArray, offered);
        QFETCH(const QByteArray, agreed);
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"compressed.wscapture"_s);
        Program host(wswPath(), QStringList{u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s} + hostOptions);
        const QString url = start(host);
        const QByteArray lines = QByteArray("many words, many words, many words\n").repeated(20);
        const std::unique_ptr<Program> client = runToEnd(
            wswPath(), QStringList{u"connect"_s, url, u"--wait"_s, u"20000"_s, u"--capture"_s, file} + clientOptions, lines);
        QCOMPARE(client->errors(), QByteArray());
        QCOMPARE(client->exitCode(), std::optional(0));
        QCOMPARE(client->restOfOutput(), lines);

        const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
        QVERIFY(document.ok());
        const ConnectionId id = (*document)->connections().at(0).id;
        QCOMPARE((*document)->connections().at(0).extensions.toLatin1(), agreed);
        const QList<capture::Record> records = recordsOf(**document, id);
        wire::HeadParser request(wire::Head::Kind::Request);
        request.feed(records.at(0).payload);
        QCOMPARE(request.head().value("Sec-WebSocket-Extensions").value_or(QByteArray()), offered);
        for (const Direction way : {Direction::Sent, Direction::Received}) {
            int messages = 0;
            for (const capture::Record &frame : framesOf(**document, id, way)) {
                QCOMPARE(frame.header.violation, wire::Violation::None);
                if (wire::isControl(frame.header.frame.opcode))
                    continue;
                ++messages;
                QCOMPARE(frame.header.flags.testFlag(wire::RecordFlag::Compressed), !agreed.isEmpty());
                QCOMPARE(frame.header.inflatedLength, quint64(34));
            }
            QCOMPARE(messages, 20);
        }
    }

    /// Far more than may wait, and nearly nothing of it on the wire: the pace is set by what was said, not by what it became.
    void muchThatPacksWell()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--compress"_s});
        const QString url = start(host);
        const QByteArray lines = (QByteArray(1'000'000, 'x') + '\n').repeated(20);
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url, u"--compress"_s, u"--wait"_s, u"30000"_s}, lines);
        QCOMPARE(client->errors(), QByteArray());
        QVERIFY(client->restOfOutput() == lines);
    }

    void echoClient()
    {
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--behaviour"_s, u"broadcast"_s, u"--json"_s, u"--compress"_s});
        const QString url = start(host);
        Program mirror(wswPath(), {u"connect"_s, url, u"--echo"_s, u"--json"_s, u"--compress"_s});
        QVERIFY(mirror.start());
        QCOMPARE(mirror.readJson().value(u"type"_s).toString(), u"open"_s);
        const std::unique_ptr<Program> speaker =
            runToEnd(wswPath(), {u"connect"_s, url, u"--wait"_s, u"10000"_s, u"--compress"_s}, "there\nand back\n");
        QCOMPARE(speaker->restOfOutput(), QByteArray("there\nand back\n"));
        host.closeInput();
        QCOMPARE(host.exitCode(), std::optional(0));
        QCOMPARE(mirror.exitCode(), std::optional(0));
    }

    void proxyForAClientThatDoesNot()
    {
        const QTemporaryDir folder;
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--compress"_s});
        const QString target = start(host);
        const QString file = folder.filePath(u"between.wscapture"_s);
        Program proxy(wswPath(), {u"proxy"_s, target, u"--port"_s, u"0"_s, u"--json"_s, u"--capture"_s, file, u"--compress"_s,
                                  u"--client-max-window-bits"_s, u"12"_s});
        const QString url = start(proxy);
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url}, "Hello server!\n");
        QCOMPARE(client->errors(), QByteArray());
        QCOMPARE(client->restOfOutput(), QByteArray("Hello server!\n"));
        proxy.closeInput();
        QCOMPARE(proxy.exitCode(), std::optional(0));
        const Result<std::unique_ptr<capture::Document>> document = capture::Document::open(file);
        QVERIFY(document.ok());
        const capture::ConnectionInfo info = (*document)->connections().at(0);
        QCOMPARE(info.extensions, u"permessage-deflate"_s);
        const QList<capture::Record> sent = framesOf(**document, info.id, Direction::Sent);
        QVERIFY(sent.at(0).header.flags.testFlag(wire::RecordFlag::Compressed));
        QCOMPARE(sent.at(0).header.inflatedLength, quint64(13));
    }

private:
    static QString start(Program &program)
    {
        if (!program.start())
            qWarning("it does not start");
        return program.readJson().value(u"listening"_s).toString();
    }
};

QTEST_GUILESS_MAIN(TestCompress)
#include "tst_compress.moc"
