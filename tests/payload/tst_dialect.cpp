#include "payload/dialect.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::payload;

/// Messages of application protocols in a few words.
class tst_Dialect final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void connectionsSayWhatIsSpoken_data();
    void connectionsSayWhatIsSpoken();
    void words_data();
    void words();
    void onlyWhatIsPlainIsRecognisedByItself_data();
    void onlyWhatIsPlainIsRecognisedByItself();
    void everyCutIsRead();
};

void tst_Dialect::connectionsSayWhatIsSpoken_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("dialect");
    const auto row = [](const char *subprotocol, const char *url, const char *dialect) {
        QTest::newRow(subprotocol[0] != 0 ? subprotocol : url) << QString::fromLatin1(url) << QString::fromLatin1(dialect);
    };
    row("v12.stomp", "ws://h/", "STOMP");
    row("graphql-transport-ws", "ws://h/", "GraphQL");
    row("graphql-ws", "ws://h/", "GraphQL");
    row("mqtt", "ws://h/", "MQTT");
    row("mqttv3.1", "ws://h/", "MQTT");
    row("wamp.2.json", "ws://h/", "WAMP");
    row("", "ws://h/socket.io/?EIO=4&transport=websocket", "Socket.IO");
    row("chat", "ws://h/chat", "");
}

void tst_Dialect::connectionsSayWhatIsSpoken()
{
    QFETCH(QString, url);
    QFETCH(QString, dialect);
    const QString tag = QString::fromLatin1(QTest::currentDataTag());
    const auto found = dialectOf(tag == url ? QString() : tag, url);
    QCOMPARE(found ? dialectName(*found) : QString(), dialect);
}

void tst_Dialect::words_data()
{
    QTest::addColumn<Dialect>("dialect");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("words");     // empty: no such message
    const auto row = [](Dialect dialect, const QByteArray &payload, const char *words) {
        QTest::newRow(payload.left(60).toPercentEncoding(" \"[]{}:,/#").constData()) << dialect << payload << QString::fromUtf8(words);
    };
    using enum Dialect;
    row(SocketIo, "0{\"sid\":\"a\",\"upgrades\":[]}", "open");
    row(SocketIo, "2", "ping");
    row(SocketIo, "3", "pong");
    row(SocketIo, "2probe", "ping");
    row(SocketIo, "5", "upgrade");
    row(SocketIo, "40", "connect");
    row(SocketIo, "40/admin,{\"token\":\"x\"}", "connect in /admin");
    row(SocketIo, "41/admin", "disconnect in /admin");
    row(SocketIo, "42[\"chat message\",\"hi\"]", "event chat message");
    row(SocketIo, "42/admin,7[\"a\\\"b\",{}]", "event a\"b in /admin #7");
    row(SocketIo, "437[1]", "ack #7");
    row(SocketIo, "44{\"message\":\"no\"}", "connect error");
    row(SocketIo, "451-[\"file\",{\"_placeholder\":true,\"num\":0}]", "binary event file");
    row(SocketIo, "42[\"cut off at its e", "event");
    row(SocketIo, "2000 things", "");
    row(SocketIo, "49", "");
    row(SocketIo, "hello", "");
    row(Stomp, QByteArray("CONNECT\naccept-version:1.2\nhost:h\n\n\0", 37), "CONNECT");
    row(Stomp, QByteArray("SEND\r\ndestination:/queue/a\r\n\r\nhi\0", 33), "SEND /queue/a");
    row(Stomp, QByteArray("ERROR\nmessage:no such queue\n\n\0", 30), "ERROR no such queue");
    row(Stomp, "SEND", "");
    row(Stomp, "SEND\nhelp", "");
    row(GraphQl, R"({"id":"1","type":"subscribe","payload":{"operationName":"News","query":"…"}})", "subscribe News #1");
    row(GraphQl, R"({"type":"connection_init"})", "connection_init");
    row(GraphQl, R"({"id":"1","type":"next","payload":{"data":{"a)", "next #1");
    row(GraphQl, R"({"kind":"type"})", "");
    row(GraphQl, R"({"payload":{"data":{"user":{"type":"ADMIN","id":"77"}}},"id":"1","type":"next"})", "next #1");
    row(GraphQl, R"({"type":"connection_init","payload":{"id":"x","type":"\"y"}})", "connection_init");
    row(SignalR, "{\"protocol\":\"json\",\"version\":1}\x1e", "handshake");
    row(SignalR, "{}\x1e", "handshake answer");
    row(SignalR, "{\"type\":1,\"target\":\"Send\",\"arguments\":[]}\x1e", "invocation Send");
    row(SignalR, "{\"type\":6}\x1e{\"type\":6}\x1e", "ping and 1 more");
    row(SignalR, "{\"type\":6}", "");
    row(SignalR, "{\"type\":1,\"target\":\"Send\",\"arguments\":[\"" + QByteArray(3000, 'x'), "invocation Send");
    row(SignalR, "{\"type\":1,\"invocationId\":\"1\",\"nonblocking\":false,\"target\":\"Get\",\"arguments\":[{\"target\":\"no\"}]}\x1e", "invocation Get");
    row(SignalR, "{\"type\":99}\x1e", "");
    row(SignalR, "{\"target\":\"Send\",\"arguments\":[{\"type\":4}],\"invocationId\":\"0\",\"type\":1}\x1e", "invocation Send");
    row(SignalR, "{\"target\":\"Send\",\"arguments\":[]}\x1e", "");
    row(SignalR, "[{\"type\":1}]\x1e", "");
    row(Wamp, R"([1,"realm1",{"roles":{}}])", "HELLO realm1");
    row(Wamp, R"([48,7814135,{},"com.add",[1,2]])", "CALL com.add");
    row(Wamp, "[50, 7814135, {}, [3]]", "RESULT");
    // Options and what is published come with names of their own.
    row(Wamp, R"([16,2,{"acknowledge":true,"a]\"[":"b"},"com.prices",[{"ACME":1}]])", "PUBLISH com.prices");
    row(Wamp, R"([2,7,{"roles":{"broker":{}}}])", "WELCOME");
    row(Wamp, R"([36,11,99,{},[{"ACME":1}],{"a":"b"}])", "EVENT");
    row(Wamp, "[99,1]", "");
    row(Wamp, "{}", "");
    row(Mqtt, QByteArray::fromHex("101000044d5154540402003c0004636c6964"), "CONNECT");
    row(Mqtt, QByteArray::fromHex("20020000"), "CONNACK");
    row(Mqtt, QByteArray::fromHex("330900 03 612f62 0001 6869"), "PUBLISH a/b, QoS 1, retained");
    row(Mqtt, QByteArray::fromHex("3080010003612f62") + QByteArray(123, 'x'), "PUBLISH a/b, QoS 0");
    row(Mqtt, QByteArray::fromHex("8208 0001 0003 612f62 00"), "SUBSCRIBE a/b");
    row(Mqtt, QByteArray::fromHex("8209 0001 00 0003 612f62 00"), "SUBSCRIBE a/b");
    row(Mqtt, QByteArray::fromHex("c000"), "PINGREQ");
    row(Mqtt, QByteArray::fromHex("c000 e000"), "PINGREQ and 1 more");
    row(Mqtt, QByteArray::fromHex("3005 0003 612f62 c000 e000"), "PUBLISH a/b, QoS 0 and 2 more");
    // Its topic would go on in the packet behind it.
    row(Mqtt, QByteArray::fromHex("3003 0005 61 3001 62"), "PUBLISH, QoS 0 and 1 more");
    row(Mqtt, QByteArray::fromHex("3004 0002 2532 c000"), "PUBLISH %2, QoS 0 and 1 more");
    row(Mqtt, QByteArray::fromHex("0000"), "");
    // A field of a packet that a client sends piece by piece.
    row(Mqtt, QByteArrayLiteral("MQTT"), "");
    row(Mqtt, QByteArrayLiteral("home/+/state"), "");
    row(Mqtt, QByteArrayLiteral("{\"on\":true}"), "");
    row(Mqtt, QByteArray::fromHex("10"), "");
    row(Mqtt, QByteArray::fromHex("8008 0001 0003 612f62 00"), "");
    row(Mqtt, QByteArray::fromHex("c001"), "");
    row(Mqtt, QByteArray::fromHex("30ffffffff01"), "");
}

void tst_Dialect::words()
{
    QFETCH(Dialect, dialect);
    QFETCH(QByteArray, payload);
    QFETCH(QString, words);
    const auto saying = sayingOf(payload, dialect != Dialect::Mqtt, dialect);
    QCOMPARE(saying.has_value(), !words.isEmpty());
    if (saying) {
        QCOMPARE(saying->words, words);
        QCOMPARE(saying->dialect, dialect);
        QVERIFY(!sayingOf(payload, dialect == Dialect::Mqtt, dialect));
    }
}

void tst_Dialect::onlyWhatIsPlainIsRecognisedByItself_data()
{
    QTest::addColumn<bool>("isPlain");
    const auto row = [](const char *payload, bool isPlain) { QTest::newRow(payload) << isPlain; };
    row("42[\"chat\",\"hi\"]", true);
    row("42/admin,7[\"chat\"]", true);
    row("CONNECT\naccept-version:1.2\n\n", true);
    row("{\"type\":6}\x1e", true);
    row("2", false);
    row("40", false);
    row("42", false);
    row("42[1,2]", false);
    row("[1,\"realm1\",{}]", false);
    row("{\"type\":\"subscribe\"}", false);
    row("Hello server!", false);
}

void tst_Dialect::onlyWhatIsPlainIsRecognisedByItself()
{
    QFETCH(bool, isPlain);
    QCOMPARE(sayingOf(QTest::currentDataTag(), true, std::nullopt).has_value(), isPlain);
}

void tst_Dialect::everyCutIsRead()
{
    const QByteArrayList payloads{"42/admin,7[\"chat\\\"\",\"hi\"]", "SEND\ndestination:/queue/a\n\nhi", "{\"type\":1,\"target\":\"Send\"}\x1e",
                                  "[48,7814135,{},\"com.add\",[1,2]]", R"({"id":"1","type":"subscribe"})", QByteArray::fromHex("33090003612f6200016869")};
    for (const QByteArray &payload : payloads) {
        for (qsizetype size = 0; size <= payload.size(); ++size) {
            for (const auto dialect : {Dialect::SocketIo, Dialect::Stomp, Dialect::GraphQl, Dialect::SignalR, Dialect::Mqtt, Dialect::Wamp})
                (void)sayingOf(payload.first(size), dialect != Dialect::Mqtt, dialect);
        }
    }
    const QByteArray publish = QByteArray::fromHex("33090003612f62000168");
    QVERIFY(!sayingOf(publish, false, Dialect::Mqtt));
    QCOMPARE(sayingOf(publish, false, Dialect::Mqtt, Extent::Beginning)->words, QStringLiteral("PUBLISH a/b, QoS 1, retained"));
    QCOMPARE(sayingOf(QByteArray::fromHex("c000") + publish, false, Dialect::Mqtt, Extent::Beginning)->words, QStringLiteral("PINGREQ and more"));
    QVERIFY(sayingOf(payloads.constFirst(), true, Dialect::SocketIo));
}

QTEST_GUILESS_MAIN(tst_Dialect)
#include "tst_dialect.moc"
