#include "payload/envelope.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::payload;

/// JSON inside messages that say something else around it.
class tst_Envelope final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void findsJson_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QList<QByteArray>>("parts");
        const auto row = [](const char *name, Dialect dialect, const QByteArray &payload, const QList<QByteArray> &parts) {
            QTest::newRow(name) << dialect << payload << parts;
        };
        row("event", Dialect::SocketIo, R"(42["chat",{"a":1}])", {R"(["chat",{"a":1}])"});
        row("event in a namespace", Dialect::SocketIo, R"(42/room,17["chat"])", {R"(["chat"])"});
        row("binary event", Dialect::SocketIo, R"(451-["file",{"_placeholder":true,"num":0}])", {R"(["file",{"_placeholder":true,"num":0}])"});
        row("open", Dialect::SocketIo, R"(0{"sid":"x"})", {R"({"sid":"x"})"});
        row("connect", Dialect::SocketIo, R"(40{"sid":"x"})", {R"({"sid":"x"})"});
        row("ping", Dialect::SocketIo, "2", {});
        row("cut off", Dialect::SocketIo, R"(42["chat")", {});
        row("a digit and JSON", Dialect::SocketIo, R"(7["chat"])", {});
        row("one", Dialect::SignalR, "{\"type\":6}\x1e", {"{\"type\":6}"});
        row("two", Dialect::SignalR, "{\"type\":6}\x1e{\"type\":1}\x1e", {"{\"type\":6}", "{\"type\":1}"});
        row("no separator", Dialect::SignalR, "{\"type\":6}", {});
        row("stomp", Dialect::Stomp, QByteArray("SEND\ndestination:/a\n\n{\"a\":1}\0", 29), {"{\"a\":1}"});
        row("stomp with returns", Dialect::Stomp, QByteArray("SEND\r\na:b\r\n\r\n[1]\0\n", 18), {"[1]"});
        row("stomp text", Dialect::Stomp, QByteArray("SEND\na:b\n\nhello\0", 16), {});
        row("stomp without a body", Dialect::Stomp, QByteArray("ACK\nid:1\n\n\0", 11), {});
        row("publish", Dialect::Mqtt, QByteArray("\x30\x0b\0\3a/b[1,22]", 13), {"[1,22]"});
        row("publish with a number", Dialect::Mqtt, QByteArray("\x32\x0a\0\3a/b\0\7[1]", 12), {"[1]"});
        row("publish with properties", Dialect::Mqtt, QByteArray("\x30\x0b\0\3a/b\2\1\1[1]", 13), {"[1]"});
        row("publish text", Dialect::Mqtt, QByteArray("\x30\x08\0\3a/bon!", 10), {});
        row("publish cut off", Dialect::Mqtt, QByteArray("\x30\x0c\0\3a/b[1,2]", 12), {});
        row("publish with a long topic", Dialect::Mqtt, QByteArray("\x30\x03\xff\xff" "a", 5), {});
        row("subscribe", Dialect::Mqtt, QByteArray("\x82\x08\0\1\0\3a/b\0", 10), {});
        row("GraphQL", Dialect::GraphQl, R"({"type":"ping"})", {});
        row("empty", Dialect::Mqtt, {}, {});
    }

    void findsJson()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QByteArray, payload);
        QFETCH(QList<QByteArray>, parts);
        QList<QByteArray> found;
        const QList<JsonPart> places = jsonPartsOf(payload, dialect);
        for (const JsonPart &part : places)
            found.append(payload.mid(part.at, part.size));
        QCOMPARE(found, parts);
    }

    void laysOutOnlyTheJson()
    {
        const QByteArray event = R"(42/room,["chat",{ "a": "x  y" }])";
        QCOMPARE(laidOutEnvelope(event, jsonPartsOf(event, Dialect::SocketIo)).value(), u"42/room,[\n  \"chat\",\n  {\n    \"a\": \"x  y\"\n  }\n]"_s);
        const QByteArray two = "{\"type\":6}\x1e{\"type\":1}\x1e";
        QCOMPARE(laidOutEnvelope(two, jsonPartsOf(two, Dialect::SignalR)).value(), u"{\n  \"type\": 6\n}\x1e\n{\n  \"type\": 1\n}\x1e"_s);
        const QByteArray stomp("SEND\n\n[1]\0", 10);
        QCOMPARE(laidOutEnvelope(stomp, jsonPartsOf(stomp, Dialect::Stomp)).value(), QString::fromUtf8(QByteArray("SEND\n\n[\n  1\n]\0", 14)));
        QCOMPARE(laidOutEnvelope("2", {}).value(), u"2"_s);
    }

    void layoutsAreBounded()
    {
        // Few bytes, and so deep that their indents would be gigabytes.
        const QByteArray deep = QByteArray(1000, '[') + QByteArray("1,").repeated(100'000) + '1' + QByteArray(1000, ']');
        const QByteArray event = "42" + deep;
        QVERIFY(!laidOutEnvelope(event, {{2, deep.size()}}).has_value());
        // Each of these could be laid out, all of them are too many.
        const QByteArray part = '[' + QByteArray("1,").repeated(500'000) + "1]\x1e";
        QList<JsonPart> parts;
        for (qsizetype i = 0; i < 4; ++i)
            parts.append({i * part.size(), part.size() - 1});
        QVERIFY(laidOutEnvelope(part, {parts.constFirst()}).has_value());
        QVERIFY(!laidOutEnvelope(part.repeated(4), parts).has_value());
    }
};

QTEST_GUILESS_MAIN(tst_Envelope)
#include "tst_envelope.moc"
