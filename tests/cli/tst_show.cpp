#include "capture/document.h"
#include "desktop/recording.h"
#include "support/program.h"
#include "support/testmain.h"
#include "wire/deflate.h"
#include "wire/handshake.h"

#include <QJsonDocument>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <sqlite3.h>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// A capture that a real conversation left, printed.
class TestShow final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase()
    {
        m_file = m_folder.filePath(u"talk.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, url, u"--capture"_s, m_file}, "Hello server!\n" + QByteArray(200, 'x') + '\n');
        QCOMPARE(client->exitCode(), std::optional(0));
    }

    void oneObjectForEachRecord()
    {
        const QList<QJsonObject> objects = show({});
        QVERIFY(objects.size() >= 8);
        for (qsizetype i = 0; i < objects.size(); ++i) {
            QCOMPARE(objects.at(i).value(u"number"_s).toInteger(), i + 1);
            QVERIFY(i == 0 || objects.at(i).value(u"time"_s).toInteger() >= objects.at(i - 1).value(u"time"_s).toInteger());
            for (const QString &field : {u"time"_s, u"timeIso"_s, u"connection"_s, u"direction"_s, u"kind"_s, u"wireOffset"_s,
                                         u"violation"_s, u"crafted"_s, u"rtt"_s, u"payload"_s, u"encoding"_s})
                QVERIFY2(objects.at(i).contains(field), qPrintable(field));
        }
        QCOMPARE(objects.at(0).value(u"kind"_s).toString(), u"request"_s);
        QCOMPARE(objects.at(1).value(u"kind"_s).toString(), u"response"_s);
    }

    void protobufIsNamed()
    {
        const auto write = [this](const QString &name, const QByteArray &text) {
            QFile file(m_folder.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
        };
        const QString one = write(u"one.proto"_s, "syntax = \"proto3\";\npackage talk;\nmessage Reply { int32 number = 1; repeated string words = 2; }\n");
        const QString two = write(u"two.proto"_s, "syntax = \"proto3\";\nmessage A {}\nmessage B {}\n");
        const QString broken = write(u"broken.proto"_s, "syntax = \"proto3\";\nmessage A { int32 = 1; }\n");
        test::Recording recording;
        recording.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("082a 120161 1801"));
        recording.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("082a 1205"));
        recording.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "plain");
        QVERIFY(recording.document()->stopRecording().ok());
        const auto run = [&recording](const QStringList &more) { return runToEnd(wswPath(), QStringList{u"show"_s, recording.path()} + more); };

        const std::unique_ptr<Program> named = run({u"--proto"_s, one, u"--message"_s, u"talk.Reply"_s});
        const QList<QByteArray> lines = named->restOfOutput().trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY2(lines.at(0).endsWith("binary, FIN, 7 bytes: {\"number\": 42,\"words\": \"a\",(field 3): 1}"), lines.at(0).constData());
        QVERIFY2(lines.at(1).contains(": {\"number\": 42,(does not fit): h'1205'} (This is no talk.Reply from byte 2 on: "), lines.at(1).constData());
        QVERIFY2(lines.at(2).endsWith("text, FIN, 5 bytes: plain"), lines.at(2).constData());
        const std::unique_ptr<Program> json = run({u"--json"_s, u"--proto"_s, one});
        QCOMPARE(QJsonDocument::fromJson(json->restOfOutput().split('\n').at(0)).object().value(u"protobuf"_s).toString(),
                 u"{\"number\": 42,\"words\": \"a\",(field 3): 1}"_s);

        const auto refused = [&run](const QStringList &more) {
            const std::unique_ptr<Program> program = run(more);
            return program->exitCode() == 2 ? program->errors() : QByteArray("not refused");
        };
        QVERIFY(refused({u"--proto"_s, two}).contains("two.proto has 2 types of messages. Choose one with --message: A, B."));
        QVERIFY(refused({u"--proto"_s, two, u"--message"_s, u"C"_s}).contains("two.proto has no message C."));
        QVERIFY(refused({u"--proto"_s, broken}).contains("broken.proto, line 2, column 19: "));
        QVERIFY(refused({u"--message"_s, u"A"_s}).contains("no --proto says what it is"));
    }

    void whatIsKnownOfConnections()
    {
        const std::unique_ptr<Program> json = runToEnd(wswPath(), {u"show"_s, u"--connections"_s, u"--json"_s, m_file});
        const QList<QByteArray> lines = json->restOfOutput().trimmed().split('\n');
        QCOMPARE(lines.size(), 1);
        const QJsonObject connection = QJsonDocument::fromJson(lines.at(0)).object();
        QCOMPARE(connection.value(u"connection"_s).toInt(), 1);
        QCOMPARE(connection.value(u"role"_s).toString(), u"client"_s);
        QCOMPARE(connection.value(u"endpointId"_s).toInt(), 1);
        QCOMPARE(connection.value(u"endpointKind"_s).toString(), u"client"_s);
        const QString port = connection.value(u"peer"_s).toString().section(u':', -1);
        QCOMPARE(QUrl(connection.value(u"url"_s).toString()).port(), port.toInt());
        QVERIFY(connection.value(u"local"_s).toString().section(u':', -1).toInt() > 0);
        QVERIFY(connection.value(u"closed"_s).toString() > connection.value(u"opened"_s).toString());
        const QJsonObject phases = connection.value(u"phases"_s).toObject();
        QVERIFY(phases.value(u"tcp"_s).toInteger() > 0 && phases.value(u"upgrade"_s).toInteger() > 0);
        QVERIFY(!connection.value(u"ended"_s).toString().isEmpty());

        const std::unique_ptr<Program> text = runToEnd(wswPath(), {u"show"_s, u"--connections"_s, m_file});
        const QByteArray said = text->restOfOutput();
        QVERIFY2(said.startsWith("#1 "), said.constData());
        for (const QString &each : {u"here the client of "_s + connection.value(u"url"_s).toString(), u"endpoint: client 1"_s, u"opened: "_s + connection.value(u"opened"_s).toString(),
                                    u"closed: "_s + connection.value(u"closed"_s).toString(), u"upgrade "_s, u"ended: "_s + connection.value(u"ended"_s).toString()})
            QVERIFY2(said.contains(each.toUtf8()), qPrintable(each));

        const std::unique_ptr<Program> both = runToEnd(wswPath(), {u"show"_s, u"--connections"_s, u"--filter"_s, u"dir == sent"_s, m_file});
        QCOMPARE(both->exitCode(), std::optional(2));
        QVERIFY2(both->errors().contains("--filter"), both->errors().constData());
    }

    void everyBitOfAFrame()
    {
        const QList<QJsonObject> sent = show({u"dir == sent && opcode == text"_s});
        QCOMPARE(sent.size(), 2);
        const QJsonObject first = sent.at(0);
        QCOMPARE(first.value(u"direction"_s).toString(), u"sent"_s);
        QCOMPARE(first.value(u"kind"_s).toString(), u"frame"_s);
        QCOMPARE(first.value(u"fin"_s).toBool(), true);
        QCOMPARE(first.value(u"rsv"_s).toInt(-1), 0);
        QCOMPARE(first.value(u"opcode"_s).toInt(), 1);
        QCOMPARE(first.value(u"masked"_s).toBool(), true);
        QCOMPARE(first.value(u"mask"_s).toString().size(), 8);
        QCOMPARE(first.value(u"length"_s).toInt(), 13);
        QCOMPARE(first.value(u"lengthBits"_s).toInt(), 7);
        QCOMPARE(first.value(u"wireOffset"_s).toInt(-1), 0);
        QCOMPARE(first.value(u"payload"_s).toString(), u"Hello server!"_s);
        QCOMPARE(first.value(u"encoding"_s).toString(), u"text"_s);
        QCOMPARE(sent.at(1).value(u"wireOffset"_s).toInt(), 2 + 4 + 13);
        QCOMPARE(sent.at(1).value(u"lengthBits"_s).toInt(), 16);

        const QList<QJsonObject> received = show({u"dir == received && opcode == text"_s});
        QCOMPARE(received.size(), 2);
        QCOMPARE(received.at(0).value(u"masked"_s).toBool(true), false);
        QVERIFY(received.at(0).value(u"mask"_s).isNull());

        const QList<QJsonObject> closes = show({u"opcode == close"_s});
        QCOMPARE(closes.size(), 2);
        QCOMPARE(closes.at(0).value(u"closeCode"_s).toInt(), 1000);
    }

    void theAcceptValueIsRight()
    {
        const QList<QJsonObject> objects = show({});
        const auto head = [&objects](qsizetype index, wire::Head::Kind kind) {
            wire::HeadParser parser(kind);
            parser.feed(objects.at(index).value(u"payload"_s).toString().toUtf8());
            return parser.head();
        };
        const std::optional<QByteArray> key = head(0, wire::Head::Kind::Request).value("Sec-WebSocket-Key");
        QVERIFY(key);
        QCOMPARE(head(1, wire::Head::Kind::Response).value("Sec-WebSocket-Accept"), std::optional(wire::acceptValue(*key)));
    }

    void linesForPeople()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"show"_s, m_file});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        const QByteArray text = wsw->restOfOutput();
        QCOMPARE(text.count('\n'), show({}).size());
        QVERIFY2(text.contains(" -> text, FIN, masked ") && text.contains(", 13 bytes: Hello server!"), text);
    }

    void whatWasCompressedIsShownAsItWasMeant()
    {
        const QString whole = std::exchange(m_file, m_folder.filePath(u"packed.wscapture"_s));
        const QScopeGuard restore([&] { m_file = whole; });
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--compress"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        const QByteArray line = QByteArray("{\"symbol\":\"ACME\"}").repeated(20);
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, url, u"--compress"_s, u"--capture"_s, m_file}, line + '\n' + line + '\n');
        QCOMPARE(client->exitCode(), std::optional(0));

        const QList<QJsonObject> texts = show({u"deflate && text contains ACME && ratio < 50"_s});
        QCOMPARE(texts.size(), 4);  // both ways
        for (const QJsonObject &text : texts) {
            QCOMPARE(text.value(u"compressed"_s).toBool(), true);
            QCOMPARE(text.value(u"rsv1"_s).toBool(), true);
            QCOMPARE(text.value(u"payload"_s).toString().toUtf8(), line);
            QCOMPARE(text.value(u"inflatedLength"_s).toInteger(), line.size());
            const QByteArray onWire = QByteArray::fromBase64(text.value(u"wirePayload"_s).toString().toLatin1());
            QCOMPARE(onWire.size(), text.value(u"length"_s).toInteger());
            wire::Inflater inflater(wire::ContextTakeover::No);
            QByteArray inflated;
            if (text == texts.first()) {    // later ones build on it
                QCOMPARE(inflater.inflate(onWire, wire::MessagePart::Last, inflated), wire::Inflater::Status::Good);
                QCOMPARE(inflated, line);
            }
        }
        QVERIFY(show({u"wire.bytes contains 41434d45 && text contains ACME && number > %1"_s.arg(texts.first().value(u"number"_s).toInteger())}).isEmpty());
        const std::unique_ptr<Program> lines = runToEnd(wswPath(), {u"show"_s, m_file, u"--filter"_s, u"compressed"_s});
        const QByteArray shown = lines->restOfOutput();
        QVERIFY2(shown.contains("RSV1, masked ") && shown.contains("deflate, 340 bytes in "), shown.constData());
    }

    void wrongFilter()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"show"_s, m_file, u"--filter"_s, u"opcode == "_s});
        QCOMPARE(wsw->exitCode(), std::optional(2));
        QVERIFY2(wsw->errors().contains("opcode == \n"), wsw->errors());
        QVERIFY2(wsw->errors().contains("^"), wsw->errors());
    }

    void filesThatCannotBeShown_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("text") << QByteArray("this is no capture at all, just text that is long enough to be one").repeated(100);
        QTest::newRow("head of a database") << QByteArray("SQLite format 3\0", 16) + QByteArray(84, '\0');
    }

    void filesThatCannotBeShown()
    {
        QFETCH(const QByteArray, content);
        const QString name = m_folder.filePath(QString::fromLatin1(QTest::currentDataTag()) + u".wscapture"_s);
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        file.close();
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"show"_s, name});
        QVERIFY(wsw->exitCode() == std::optional(2) || wsw->exitCode() == std::optional(1));
        QCOMPARE(wsw->restOfOutput(), QByteArray());
        QVERIFY2(wsw->errors().startsWith("wsw: "), wsw->errors());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content);
    }

    void fileThatDoesNotExist()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"show"_s, u"/nowhere/at-all.wscapture"_s});
        QCOMPARE(wsw->exitCode(), std::optional(2));
        QVERIFY2(wsw->errors().contains("/nowhere/at-all.wscapture"), wsw->errors());
    }

    void truncatedFile()
    {
        QFile whole(m_file);
        QVERIFY(whole.open(QIODevice::ReadOnly));
        const QByteArray bytes = whole.readAll();
        const QString name = m_folder.filePath(u"third.wscapture"_s);
        QFile third(name);
        QVERIFY(third.open(QIODevice::WriteOnly) && third.write(bytes.left(bytes.size() / 3)) > 0);
        third.close();
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"show"_s, name});
        QVERIFY(wsw->exitCode().value_or(0) != 0);
        QVERIFY2(wsw->errors().startsWith("wsw: "), wsw->errors());
    }

    /// One of several blocks is altered: its records are shown as lost, all others as ever.
    void damagedBlock()
    {
        const QString name = m_folder.filePath(u"damaged.wscapture"_s);
        QVERIFY(QFile::copy(several(), name));
        const std::unique_ptr<Program> sound = runToEnd(wswPath(), {u"show"_s, name, u"--json"_s});
        QCOMPARE(sound->exitCode(), std::optional(0));
        const QList<QByteArray> before = sound->restOfOutput().split('\n');
        alterABlock(name);
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"show"_s, name, u"--json"_s});
        QCOMPARE(wsw->exitCode(), std::optional(1));
        const QByteArray errors = wsw->errors();
        QVERIFY2(errors.startsWith("wsw: ") && errors.count("wsw: ") == 1 && errors.contains("damaged"), errors);
        const QList<QByteArray> after = wsw->restOfOutput().split('\n');
        QCOMPARE(after.size(), before.size());
        int lost = 0;
        for (qsizetype i = 0; i + 1 < after.size(); ++i) {
            const QJsonObject object = QJsonDocument::fromJson(after.at(i)).object();
            QCOMPARE(object.value(u"number"_s).toInteger(), i + 1);
            if (object.value(u"lost"_s).toBool())
                ++lost;
            else
                QCOMPARE(after.at(i), before.at(i));
        }
        QVERIFY2(lost > 0 && lost < before.size() - 5, QByteArray::number(lost));

        const std::unique_ptr<Program> lines = runToEnd(wswPath(), {u"show"_s, name});
        QCOMPARE(lines->exitCode(), std::optional(1));
        QCOMPARE(lines->restOfOutput().count("  lost: "), lost);
    }

private:
    /// A capture of several blocks.
    QString several() const
    {
        const QString name = m_folder.filePath(u"several.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        if (!host.start())
            return {};
        const QString url = host.readJson().value(u"listening"_s).toString();
        const QByteArray line = QByteArray(40'000, 'x') + '\n';
        (void)runToEnd(wswPath(), {u"connect"_s, url, u"--capture"_s, name}, line.repeated(30));
        return name;
    }

    /// Turns the bytes of the second block into zeros.
    static void alterABlock(const QString &name)
    {
        sqlite3 *database = nullptr;
        QCOMPARE(sqlite3_open(QFile::encodeName(name).constData(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database,
                              "UPDATE block_data SET data = zeroblob(length(data))"
                              " WHERE first = (SELECT first FROM block_data ORDER BY first LIMIT 1 OFFSET 1)",
                              nullptr, nullptr, nullptr),
                 SQLITE_OK);
        QCOMPARE(sqlite3_changes(database), 1);
        sqlite3_close(database);
    }

    /// What `wsw show --json` prints with this filter.
    QList<QJsonObject> show(const QStringList &filter) const
    {
        QStringList words{u"show"_s, m_file, u"--json"_s};
        if (!filter.isEmpty())
            words += QStringList{u"--filter"_s} + filter;
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), words);
        if (wsw->exitCode() != 0)
            QTest::qFail(wsw->errors(), __FILE__, __LINE__);
        QList<QJsonObject> objects;
        for (const QByteArray &line : wsw->restOfOutput().split('\n')) {
            if (!line.isEmpty())
                objects.append(QJsonDocument::fromJson(line).object());
        }
        return objects;
    }

    QTemporaryDir m_folder;
    QString m_file;
};

QTEST_GUILESS_MAIN(TestShow)
#include "tst_show.moc"
