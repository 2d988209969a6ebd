#include "peers.h"

#include "payload/dialect.h"
#include "payload/envelope.h"
#include "support/testmain.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::payload;
using namespace wsw::test;

namespace {

/// Long names made at random are not part of what is compared.
QString withoutRandom(QString words)
{
    static const QRegularExpression number(u" #[0-9a-f-]{36}$"_s);
    return words.replace(number, u" #..."_s);
}

} // namespace

/// Conversations of other people's libraries, message by message: each is called what it is.
class TestDialectPeers final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void everyMessageIsCalledWhatItIs_data()
    {
        QTest::addColumn<QString>("library");
        QTest::addColumn<std::optional<Dialect>>("known");      // by subprotocol or URL
        QTest::addColumn<QStringList>("said");                  // in front: who
        QTest::addColumn<int>("withJson");                      // how many have JSON inside something else
        QTest::newRow("Socket.IO") << u"socket.io"_s << std::optional(Dialect::SocketIo)
            << QStringList{u"< open"_s, u"> connect"_s, u"< connect"_s, u"> event sum #0"_s, u"< ack #0"_s, u"> connect in /rooms"_s, u"< connect in /rooms"_s,
                           u"> binary event chat in /rooms"_s, u"> -"_s, u"< binary event chat in /rooms"_s, u"< -"_s, u"> disconnect in /rooms"_s, u"> disconnect"_s} << 7;
        QTest::newRow("GraphQL") << u"graphql-ws"_s << std::optional(Dialect::GraphQl)
            << QStringList{u"> connection_init"_s, u"< connection_ack"_s, u"> subscribe Hello #..."_s, u"< next #..."_s, u"< complete #..."_s,
                           u"> subscribe Greet #..."_s, u"< next #..."_s, u"< next #..."_s, u"< complete #..."_s} << 0;
        // The client sends each field of a packet as a message of its own: only its PINGREQ or DISCONNECT could be whole ones.
        QTest::newRow("MQTT") << u"mqtt"_s << std::optional(Dialect::Mqtt)
            << QStringList{u"< CONNACK"_s, u"< SUBACK"_s, u"< PUBACK"_s, u"< PUBLISH home/lamp/state, QoS 0"_s, u"< PUBLISH home/lamp/name, QoS 0, retained"_s, u"< UNSUBACK"_s,
                           u"< CONNACK"_s, u"< SUBACK"_s, u"< PUBACK"_s, u"< PUBLISH home/lamp/state, QoS 0"_s, u"< PUBLISH home/lamp/name, QoS 0, retained"_s, u"< UNSUBACK"_s} << 2;
        QTest::newRow("STOMP") << u"stompjs"_s << std::optional(Dialect::Stomp)
            << QStringList{u"> CONNECT"_s, u"< CONNECTED"_s, u"> SUBSCRIBE /topic/prices"_s, u"> SEND /topic/prices"_s, u"< MESSAGE /topic/prices"_s, u"> ACK"_s,
                           u"> DISCONNECT"_s, u"< RECEIPT"_s} << 2;
        QTest::newRow("WAMP") << u"wamp"_s << std::optional(Dialect::Wamp)
            << QStringList{u"> HELLO realm1"_s, u"< WELCOME"_s, u"> SUBSCRIBE com.example.prices"_s, u"< SUBSCRIBED"_s, u"> PUBLISH com.example.prices"_s, u"< EVENT"_s,
                           u"< PUBLISHED"_s, u"> REGISTER com.example.add"_s, u"< REGISTERED"_s, u"> CALL com.example.add"_s, u"< INVOCATION"_s, u"> YIELD"_s, u"< RESULT"_s,
                           u"> CALL com.example.none"_s, u"< ERROR wamp.error.no_such_procedure"_s, u"> UNREGISTER"_s, u"< UNREGISTERED"_s, u"> UNSUBSCRIBE"_s,
                           u"< UNSUBSCRIBED"_s, u"> GOODBYE wamp.close.normal"_s, u"< GOODBYE wamp.close.goodbye_and_out"_s} << 0;
        QTest::newRow("SignalR") << u"signalr"_s << std::optional<Dialect>()
            << QStringList{u"> handshake"_s, u"< handshake answer and 1 more"_s, u"> ping"_s, u"> invocation Send"_s, u"< invocation Receive and 1 more"_s,
                           u"> invocation Note"_s, u"> stream invocation Count"_s, u"< stream item and 1 more"_s, u"> close"_s} << 9;
    }

    void everyMessageIsCalledWhatItIs()
    {
        QFETCH(QString, library);
        QFETCH(QStringList, said);
        QFETCH(std::optional<Dialect>, known);
        const std::unique_ptr<Program> peer = startPeer(u"dialects.mjs"_s, {library});
        QStringList have;
        int withJson = 0;
        bool isDone = false;
        while (const auto line = peer->readLine()) {
            const QJsonObject message = QJsonDocument::fromJson(*line).object();
            isDone = message.value(u"done"_s).toBool();
            if (isDone)
                break;
            const QByteArray payload = fromBase64(message.value(u"payload"_s));
            const bool isText = message.value(u"text"_s).toBool();
            const bool isSent = message.value(u"sent"_s).toBool();
            const auto dialect = dialectOf(message.value(u"subprotocol"_s).toString(), message.value(u"url"_s).toString());
            QVERIFY(dialect == known);
            const auto saying = sayingOf(payload, isText, dialect);
            withJson += saying && !jsonPartsOf(payload, saying->dialect).isEmpty() ? 1 : 0;
            // A piece of an MQTT packet says nothing.
            if (!saying && dialect == Dialect::Mqtt && isSent)
                continue;
            have.append((isSent ? u"> "_s : u"< "_s) + (saying ? withoutRandom(saying->words) : u"-"_s));
        }
        QVERIFY2(isDone, peer->errors().constData());
        // Both sides speak at once: who was first is a matter of luck, what each says is not.
        for (const QChar side : {u'>', u'<'}) {
            const auto of = [side](const QStringList &all) { return all.filter(QRegularExpression(u"^"_s + side)); };
            QCOMPARE(of(have), of(said));
        }
        QTEST(withJson, "withJson");
    }
};

QTEST_GUILESS_MAIN(TestDialectPeers)
#include "tst_dialectpeers.moc"
