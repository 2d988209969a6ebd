#include "keptrecords.h"
#include "support/splits.h"
#include "support/testmain.h"

#include "net/relayextensions.h"
#include "net/relayhandshake.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;
using Outcome = RelayHandshake::Outcome;
using Speaker = RelayDeflate::Speaker;

/// permessage-deflate in the heads: who offers, who answers, what each side gets to see, and what follows.
class tst_RelayExtensions final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void linesOfAHead();
    void hostAnswers_data();
    void hostAnswers();
    void hostThatRefusesAgreesToNothing();
    void clientOffers_data();
    void clientOffers();
    void proxies_data();
    void proxies();
    void splits();

private:
    static constexpr ConnectionId connection{1};
};

namespace {

const QByteArray key = "dGhlIHNhbXBsZSBub25jZQ==";
const QByteArray requestLines = "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
    + "\r\nSec-WebSocket-Version: 13\r\n";
const QByteArray responseLines = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

/// A head with one line of extensions, or none.
QByteArray with(const QByteArray &lines, const QByteArray &extensions)
{
    return lines + (extensions.isEmpty() ? QByteArray() : "Sec-WebSocket-Extensions: " + extensions + "\r\n") + "\r\n";
}

RelayHandshakeOptions options(RelayMode mode)
{
    RelayHandshakeOptions made;
    made.mode = mode;
    made.url = QStringLiteral("ws://example.org/");
    made.request.host = "example.org";
    made.request.target = "/chat";
    return made;
}

wire::Head head(wire::Head::Kind kind, const QByteArray &bytes)
{
    wire::HeadParser parser(kind);
    parser.feed(bytes);
    return parser.head();
}

QByteArray extensionsIn(wire::Head::Kind kind, const QByteArray &bytes)
{
    return head(kind, bytes).values(wire::extensionsName).join(" | ");
}

/// "server 15 takeover, client 10 no takeover, by the relay"; empty: not agreed.
QString text(const std::optional<RelayDeflate> &deflate)
{
    if (!deflate)
        return {};
    const auto side = [](const wire::DeflateSide &one) {
        return QStringLiteral("%1%2").arg(one.windowBits).arg(one.contextTakeover == wire::ContextTakeover::Yes ? QString() : QStringLiteral(" alone"));
    };
    return QStringLiteral("%1 / %2 by %3").arg(side(deflate->parameters.server), side(deflate->parameters.client),
                                               deflate->speaker == Speaker::Relay ? QStringLiteral("relay") : QStringLiteral("near side"));
}

} // namespace

void tst_RelayExtensions::linesOfAHead()
{
    const QByteArray lines = "GET / HTTP/1.1\r\nsec-websocket-extensions: a\r\nHost: h\nSec-WebSocket-Extensions: b,\r\n c\r\nX: y\r\n\r\n";
    const wire::Head request = head(wire::Head::Kind::Request, lines);
    const wire::ExtensionList list = wire::extensionsOf(request);
    QVERIFY(list.ok());
    QCOMPARE(list.extensions.size(), 3);
    QCOMPARE(list.extensions[2].name, QByteArray("c"));
    QCOMPARE(withoutExtensions(request), QByteArray("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"));
    const wire::Head without = head(wire::Head::Kind::Request, withoutExtensions(request));
    QCOMPARE(withoutExtensions(without), without.raw);
    QVERIFY(wire::extensionsOf(without).extensions.isEmpty());
    QCOMPARE(withExtensions(without.raw, "d"), QByteArray("GET / HTTP/1.1\r\nHost: h\nX: y\r\nSec-WebSocket-Extensions: d\r\n\r\n"));
    QCOMPARE(withExtensions("HTTP/1.1 101\nX: y\n\n", "d"), QByteArray("HTTP/1.1 101\nX: y\nSec-WebSocket-Extensions: d\r\n\n"));
}

void tst_RelayExtensions::hostAnswers_data()
{
    QTest::addColumn<bool>("wanted");
    QTest::addColumn<wire::DeflatePolicy>("policy");
    QTest::addColumn<QByteArray>("offered");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("agreed");
    const wire::DeflatePolicy plain;
    const wire::DeflatePolicy small{{wire::ContextTakeover::No, 10}, {wire::ContextTakeover::Yes, 11}};
    QTest::newRow("not wanted") << false << plain << QByteArray("permessage-deflate") << QByteArray() << QString();
    QTest::newRow("not offered") << true << plain << QByteArray() << QByteArray() << QString();
    QTest::newRow("offered") << true << plain << QByteArray("permessage-deflate") << QByteArray("permessage-deflate") << QStringLiteral("15 / 15 by relay");
    QTest::newRow("as browsers do") << true << plain << QByteArray("permessage-deflate; client_max_window_bits") << QByteArray("permessage-deflate")
                                    << QStringLiteral("15 / 15 by relay");
    QTest::newRow("policy") << true << small << QByteArray("permessage-deflate; client_max_window_bits")
                            << QByteArray("permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11")
                            << QStringLiteral("10 alone / 11 by relay");
    QTest::newRow("the second offer") << true << plain << QByteArray("permessage-deflate; server_max_window_bits=8, permessage-deflate; client_no_context_takeover")
                                      << QByteArray("permessage-deflate; client_no_context_takeover") << QStringLiteral("15 / 15 alone by relay");
    QTest::newRow("another extension") << true << plain << QByteArray("x-webkit-deflate-frame") << QByteArray() << QString();
}

void tst_RelayExtensions::hostAnswers()
{
    QFETCH(bool, wanted);
    QFETCH(wire::DeflatePolicy, policy);
    QFETCH(QByteArray, offered);
    QFETCH(QByteArray, answer);
    QFETCH(QString, agreed);
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshakeOptions host = options(RelayMode::Host);
    if (wanted)
        host.deflatePolicy = policy;
    RelayHandshake handshake(host, recorder);
    const RelayHandshake::Step asked = handshake.farBytes(with(requestLines, offered), 1);
    QCOMPARE(asked.outcome, Outcome::NearWanted);
    QVERIFY(!asked.toNear.contains("Extensions")); // the speaker knows nothing of it
    const RelayHandshake::Step answered = handshake.nearBytes(with(responseLines, {}), 2);
    QCOMPARE(answered.outcome, Outcome::Open);
    QCOMPARE(answered.toFar, with(responseLines, answer));
    QCOMPARE(kept.bytes(Direction::Sent), answered.toFar);
    QCOMPARE(handshake.extensions(), answer);
    QCOMPARE(text(handshake.deflate()), agreed);
    QCOMPARE(kept.of(wire::RecordKind::ResponseHead, Direction::Sent).front().record.violation, wire::Violation::None);
}

void tst_RelayExtensions::hostThatRefusesAgreesToNothing()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshakeOptions host = options(RelayMode::Host);
    host.deflatePolicy = wire::DeflatePolicy{};
    RelayHandshake handshake(host, recorder);
    std::ignore = handshake.farBytes(with(requestLines, "permessage-deflate"), 1);
    const QByteArray refusal = "HTTP/1.1 403 Forbidden\r\n\r\n";
    QCOMPARE(handshake.nearBytes(refusal, 2).toFar, refusal);
}

void tst_RelayExtensions::clientOffers_data()
{
    QTest::addColumn<RelayMode>("mode");
    QTest::addColumn<QByteArray>("ownHeader");
    QTest::addColumn<bool>("offers");
    QTest::addColumn<QByteArray>("requested");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<Outcome>("outcome");
    QTest::addColumn<QString>("agreed");
    QTest::addColumn<wire::Violation>("found");
    const QByteArray offer = "permessage-deflate; client_max_window_bits=12";
    using wire::Violation;
    for (const RelayMode mode : {RelayMode::Client, RelayMode::Raw}) {
        const auto name = [mode](const char *row) { return QByteArray(mode == RelayMode::Client ? "client: " : "raw: ") + row; };
        const auto row = [&](const char *what, const QByteArray &ownHeader, bool offers, const QByteArray &requested, const QByteArray &answer,
                             Outcome outcome, const QString &agreed, Violation found = Violation::None) {
            QTest::newRow(name(what).constData()) << mode << ownHeader << offers << requested << answer << outcome << agreed << found;
        };
        row("nothing wanted", {}, false, {}, {}, Outcome::Open, {});
        row("declined", {}, true, offer, {}, Outcome::Open, {});
        row("agreed", {}, true, offer, "permessage-deflate", Outcome::Open, QStringLiteral("15 / 12 by relay"));
        row("agreed to less", {}, true, offer, "permessage-deflate; client_max_window_bits=10; server_no_context_takeover", Outcome::Open,
            QStringLiteral("15 alone / 10 by relay"));
        row("more than offered", {}, true, offer, "permessage-deflate; client_max_window_bits=13", Outcome::Failed, {}, Violation::DeflateAnswerWrong);
        row("unknown parameter", {}, true, offer, "permessage-deflate; x", Outcome::Failed, {}, Violation::DeflateAnswerWrong);
        row("twice", {}, true, offer, "permessage-deflate, permessage-deflate", Outcome::Failed, {}, Violation::DeflateAnswerWrong);
        row("malformed", {}, true, offer, "permessage-deflate;", Outcome::Failed, {}, Violation::ExtensionMalformed);
        row("window of 8 bits", {}, true, offer, "permessage-deflate; client_max_window_bits=8", Outcome::Failed, {});
        row("not offered", {}, false, {}, "permessage-deflate", Outcome::Failed, {}, Violation::ExtensionNotOffered);
        // The user's own line wins, and is read as it stands.
        row("own header", "permessage-deflate; server_max_window_bits=9", true, "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=9", Outcome::Open, QStringLiteral("9 / 15 by relay"));
        row("own header alone", "permessage-deflate", false, "permessage-deflate", "permessage-deflate", Outcome::Open, QStringLiteral("15 / 15 by relay"));
        row("own header, answer beyond it", "permessage-deflate", true, "permessage-deflate", "permessage-deflate; client_max_window_bits=12", Outcome::Failed,
            {}, Violation::DeflateAnswerWrong);
        row("foreign extension", "x-other", true, "x-other", "x-other", mode == RelayMode::Client ? Outcome::Failed : Outcome::Open, {});
    }
}

void tst_RelayExtensions::clientOffers()
{
    QFETCH(RelayMode, mode);
    QFETCH(QByteArray, ownHeader);
    QFETCH(bool, offers);
    QFETCH(QByteArray, requested);
    QFETCH(QByteArray, answer);
    QFETCH(Outcome, outcome);
    QFETCH(QString, agreed);
    QFETCH(wire::Violation, found);
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshakeOptions client = options(mode);
    if (offers)
        client.deflateOffer = wire::DeflateOffer{.clientWindowBits = 12};
    if (!ownHeader.isEmpty())
        client.request.extra = {{"sec-websocket-extensions", ownHeader}};
    client.request.key = key;
    RelayHandshake handshake(client, recorder);
    const RelayHandshake::Step asked = mode == RelayMode::Client ? handshake.nearBytes(with(requestLines, {}), 1) : handshake.start(1);
    QCOMPARE(extensionsIn(wire::Head::Kind::Request, asked.toFar), requested);
    QCOMPARE(kept.bytes(Direction::Sent), asked.toFar);
    const RelayHandshake::Step answered = handshake.farBytes(with(responseLines, answer), 2);
    QCOMPARE(answered.outcome, outcome);
    QVERIFY(!answered.toNear.contains("Extensions"));
    QCOMPARE(text(handshake.deflate()), agreed);
    QCOMPARE(kept.of(wire::RecordKind::ResponseHead, Direction::Received).front().record.violation, found);
    QCOMPARE(handshake.error().has_value(), outcome == Outcome::Failed);
}

void tst_RelayExtensions::proxies_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("ownHeader");
    QTest::addColumn<bool>("offers");
    QTest::addColumn<QByteArray>("passedOn");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("toProgram");
    QTest::addColumn<Outcome>("outcome");
    QTest::addColumn<QString>("agreed");
    const QByteArray deflate = "permessage-deflate";
    const QByteArray none;
    const QString no;
    QTest::newRow("nobody") << none << none << false << none << none << none << Outcome::Open << no;
    QTest::newRow("the program's own, agreed") << deflate << none << false << deflate << deflate << deflate << Outcome::Open << QStringLiteral("15 / 15 by near side");
    QTest::newRow("the program's own, although the proxy would") << deflate << none << true << deflate << deflate << deflate << Outcome::Open
                                                                 << QStringLiteral("15 / 15 by near side");
    QTest::newRow("the program's own, declined") << deflate << none << true << deflate << none << none << Outcome::Open << no;
    QTest::newRow("another of the program's own") << QByteArray("x-other") << none << true << QByteArray("x-other") << QByteArray("x-other")
                                                  << QByteArray("x-other") << Outcome::Open << no;
    QTest::newRow("with 8 bits") << deflate + "; client_max_window_bits" << none << false << deflate + "; client_max_window_bits"
                                 << deflate + "; client_max_window_bits=8" << deflate + "; client_max_window_bits=8" << Outcome::Open
                                 << QStringLiteral("15 / 8 by near side");
    QTest::newRow("a wrong answer passes") << deflate << none << false << deflate << deflate + "; x" << deflate + "; x" << Outcome::Open
                                           << QStringLiteral("15 / 15 by near side");
    QTest::newRow("the proxy's, agreed") << none << none << true << deflate << deflate + "; server_no_context_takeover" << none << Outcome::Open
                                         << QStringLiteral("15 alone / 15 by relay");
    QTest::newRow("the proxy's, declined") << none << none << true << deflate << none << none << Outcome::Open << no;
    QTest::newRow("the proxy's, wrong answer") << none << none << true << deflate << deflate + "; x" << none << Outcome::Failed << no;
    QTest::newRow("the proxy's, malformed answer") << none << none << true << deflate << deflate + ";" << none << Outcome::Failed << no;
    QTest::newRow("the user's header") << none << deflate + "; server_max_window_bits=10" << true << deflate + "; server_max_window_bits=10"
                                       << deflate + "; server_max_window_bits=10" << none << Outcome::Open << QStringLiteral("10 / 15 by relay");
}

void tst_RelayExtensions::proxies()
{
    QFETCH(QByteArray, asked);
    QFETCH(QByteArray, ownHeader);
    QFETCH(bool, offers);
    QFETCH(QByteArray, passedOn);
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, toProgram);
    QFETCH(Outcome, outcome);
    QFETCH(QString, agreed);
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshakeOptions proxy = options(RelayMode::Proxy);
    proxy.request.target = "/";
    if (offers)
        proxy.deflateOffer = wire::DeflateOffer{};
    if (!ownHeader.isEmpty())
        proxy.request.extra = {{"Sec-WebSocket-Extensions", ownHeader}};
    RelayHandshake handshake(proxy, recorder);
    const RelayHandshake::Step request = handshake.nearBytes(with(requestLines, asked), 1);
    QCOMPARE(request.toFar, with(requestLines, passedOn));
    QCOMPARE(kept.bytes(Direction::Sent), request.toFar);
    const RelayHandshake::Step response = handshake.farBytes(with(responseLines, answer), 2);
    QCOMPARE(response.outcome, outcome);
    QCOMPARE(kept.bytes(Direction::Received), with(responseLines, answer));
    QCOMPARE(text(handshake.deflate()), agreed);
    if (outcome == Outcome::Open)
        QCOMPARE(response.toNear, with(responseLines, toProgram));
    else
        QVERIFY(response.toNear.startsWith("HTTP/1.1 502 "));
}

void tst_RelayExtensions::splits()
{
    const QByteArray answer = with(responseLines, "permessage-deflate");
    const auto run = [&](const test::Chunks &chunks) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayHandshakeOptions host = options(RelayMode::Host);
        host.deflatePolicy = wire::DeflatePolicy{};
        RelayHandshake handshake(host, recorder);
        for (const QByteArray &chunk : chunks)
            std::ignore = handshake.farBytes(chunk, 1);
        QByteArray out;
        for (const char byte : with(responseLines, {}))
            out += handshake.nearBytes(QByteArrayView(&byte, 1), 2).toFar;
        return QStringList{QString::fromLatin1(out), text(handshake.deflate())};
    };
    const QByteArray stream = with(requestLines, "permessage-deflate");
    QCOMPARE(run({stream}), (QStringList{QString::fromLatin1(answer), QStringLiteral("15 / 15 by relay")}));
    QCOMPARE(test::splitDifference(stream, run), QString());
}

QTEST_GUILESS_MAIN(tst_RelayExtensions)
#include "tst_relayextensions.moc"
