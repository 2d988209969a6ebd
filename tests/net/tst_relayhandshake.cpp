#include "keptrecords.h"
#include "support/splits.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "net/relayanswers.h"
#include "net/relayerrors.h"
#include "net/relayhandshake.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;
using Outcome = RelayHandshake::Outcome;

/// Heads, as dialogues: bytes in from either side, bytes out to either side, and what follows.
class tst_RelayHandshake final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void hostDialogueAtEverySplit();
    void hostGivesTheSpeakerAPlainRequest();
    void clientDialogueAtEverySplit();
    void rawBegins();
    void proxyPassesHeads();
    void framesBehindTheHeads();
    void unexpectedAnswers_data();
    void unexpectedAnswers();
    void bodyUpToItsLimit();
    void everyByteIsRecorded();
    void excerptsArePrintable();
    void badGateway();
    void pageOfAnEndpoint_data();
    void pageOfAnEndpoint();

private:
    static constexpr ConnectionId connection{1};
};

namespace {

const QByteArray key = "dGhlIHNhbXBsZSBub25jZQ==";
const QByteArray acceptLine = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
const QByteArray request = "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: "
    + key + "\r\nSec-WebSocket-Protocol: one, two\r\nSec-WebSocket-Version: 13\r\nCookie: a=b\r\n\r\n";
const QByteArray response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + acceptLine + "\r\n";

QString outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::NeedMore:
        return QStringLiteral("more");
    case Outcome::NearWanted:
        return QStringLiteral("near wanted");
    case Outcome::Open:
        return QStringLiteral("open");
    case Outcome::Refused:
        return QStringLiteral("refused");
    case Outcome::Failed:
        return QStringLiteral("failed");
    }
    return {};
}

QStringList said(const RelayHandshake::Step &step)
{
    QStringList lines;
    if (!step.toFar.isEmpty())
        lines += QStringLiteral("<< far ") + QString::fromLatin1(step.toFar.left(step.toFar.indexOf('\r')));
    if (!step.toNear.isEmpty())
        lines += QStringLiteral("<< near ") + QString::fromLatin1(step.toNear.left(step.toNear.indexOf('\r')));
    if (step.outcome != Outcome::NeedMore)
        lines += outcomeName(step.outcome);
    return lines;
}

RelayHandshakeOptions options(RelayMode mode)
{
    RelayHandshakeOptions made;
    made.mode = mode;
    made.url = QStringLiteral("ws://example.org/");
    made.request.host = "example.org";
    return made;
}

} // namespace

void tst_RelayHandshake::hostDialogueAtEverySplit()
{
    const auto run = [](const test::Chunks &chunks) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayHandshake handshake(options(RelayMode::Host), recorder);
        QStringList lines;
        for (const QByteArray &chunk : chunks)
            lines += said(handshake.farBytes(chunk, 1));
        for (const char byte : response)
            lines += said(handshake.nearBytes(QByteArrayView(&byte, 1), 2));
        lines += QString::fromLatin1(kept.bytes(Direction::Received) + kept.bytes(Direction::Sent));
        return lines;
    };
    QCOMPARE(run({request}), (QStringList{QStringLiteral("<< near GET /chat HTTP/1.1"), QStringLiteral("near wanted"),
                                          QStringLiteral("<< far HTTP/1.1 101 Switching Protocols"), QStringLiteral("open"),
                                          QString::fromLatin1(request + response)}));
    QCOMPARE(test::splitDifference(request, run), QString());
}

void tst_RelayHandshake::hostGivesTheSpeakerAPlainRequest()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshakeOptions host = options(RelayMode::Host);
    host.subprotocols = {"three", "two", "one"};
    RelayHandshake handshake(host, recorder);
    const RelayHandshake::Step step = handshake.farBytes(request, 1);
    QVERIFY(step.toNear.contains("\r\nConnection: Upgrade\r\n"));
    QVERIFY(step.toNear.contains("\r\nSec-WebSocket-Protocol: two\r\n")); // the host's first that was offered
    QVERIFY(step.toNear.contains("\r\nSec-WebSocket-Key: " + key + "\r\n"));
    QVERIFY(!step.toNear.contains("Cookie"));
}

void tst_RelayHandshake::clientDialogueAtEverySplit()
{
    const auto run = [](const test::Chunks &chunks) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayHandshake handshake(options(RelayMode::Client), recorder);
        QStringList lines = said(handshake.nearBytes(request, 1));
        for (const QByteArray &chunk : chunks)
            lines += said(handshake.farBytes(chunk, 2));
        return lines;
    };
    QCOMPARE(run({response}), (QStringList{QStringLiteral("<< far GET / HTTP/1.1"), QStringLiteral("<< near HTTP/1.1 101 Switching Protocols"),
                                           QStringLiteral("open")}));
    QCOMPARE(test::splitDifference(response, run), QString());
}

void tst_RelayHandshake::rawBegins()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshake handshake(options(RelayMode::Raw), recorder);
    const RelayHandshake::Step first = handshake.start(1);
    QVERIFY(first.toFar.startsWith("GET / HTTP/1.1\r\nHost: example.org\r\n"));
    const QByteArray ownKey = *handshake.request().value("Sec-WebSocket-Key");
    QVERIFY(wire::isValidKey(ownKey));
    const RelayHandshake::Step answer = handshake.farBytes(QByteArray(response).replace(acceptLine, "Sec-WebSocket-Accept: " + wire::acceptValue(ownKey) + "\r\n"), 2);
    QCOMPARE(answer.outcome, Outcome::Open);
    QVERIFY(answer.toNear.isEmpty());
}

void tst_RelayHandshake::proxyPassesHeads()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshakeOptions proxy = options(RelayMode::Proxy);
    proxy.request.host = "target:1";
    proxy.request.extra = {{"cookie", "new"}, {"X-More", "1"}};
    RelayHandshake handshake(proxy, recorder);
    const RelayHandshake::Step step = handshake.nearBytes(request, 1);
    const QByteArray due = QByteArray(request).replace("Host: example.org", "Host: target:1").replace("Cookie: a=b\r\n\r\n", "cookie: new\r\nX-More: 1\r\n\r\n");
    QCOMPARE(step.toFar, due);
    QCOMPARE(kept.bytes(Direction::Sent), due);
    // Nothing more is taken before the answer.
    QCOMPARE(handshake.nearBytes("early", 1).taken, qsizetype(0));
    const RelayHandshake::Step back = handshake.farBytes(response, 2);
    QCOMPARE(back.toNear, response);
    QCOMPARE(back.outcome, Outcome::Open);
}

void tst_RelayHandshake::framesBehindTheHeads()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshake handshake(options(RelayMode::Client), recorder);
    (void)handshake.nearBytes(request, 1);
    QCOMPARE(handshake.farBytes(response + "\x81\x01x", 2).taken, response.size());
    QCOMPARE(kept.bytes(Direction::Received), response);
}

void tst_RelayHandshake::unexpectedAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("shortText");
    QTest::addColumn<QString>("remedy");
    QTest::newRow("426, other version") << QByteArray("HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\nContent-Length: 0\r\n\r\n")
                                        << QStringLiteral("426 Upgrade Required") << QStringLiteral("version 8");
    QTest::newRow("503") << QByteArray("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") << QStringLiteral("503 Busy") << QStringLiteral("again");
    QTest::newRow("500") << QByteArray("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n") << QStringLiteral("500 X") << QStringLiteral("log");
    QTest::newRow("204") << QByteArray("HTTP/1.1 204 None\r\n\r\n") << QStringLiteral("204 None") << QStringLiteral("web server");
    QTest::newRow("extension") << QByteArray(response).replace(acceptLine, acceptLine + "Sec-WebSocket-Extensions: permessage-deflate\r\n")
                               << QStringLiteral("the answer is not valid") << QStringLiteral("extensions");
}

void tst_RelayHandshake::unexpectedAnswers()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, shortText);
    QFETCH(QString, remedy);
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshake handshake(options(RelayMode::Client), recorder);
    (void)handshake.nearBytes(request, 1);
    QCOMPARE(handshake.farBytes(answer, 2).outcome, Outcome::Failed);
    QCOMPARE(handshake.shortText(), shortText);
    QVERIFY2(handshake.error()->remedy.contains(remedy), qPrintable(handshake.error()->remedy));
    QCOMPARE(kept.bytes(Direction::Received), answer);
}

void tst_RelayHandshake::bodyUpToItsLimit()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshake handshake(options(RelayMode::Client), recorder);
    (void)handshake.nearBytes(request, 1);
    QCOMPARE(handshake.farBytes("HTTP/1.1 200 OK\r\n\r\n", 2).outcome, Outcome::NeedMore); // until the end of the stream
    QCOMPARE(handshake.farBytes(QByteArray(limits::answerBodyBytes - 1, 'x'), 3).outcome, Outcome::NeedMore);
    QCOMPARE(handshake.farBytes("x", 4).outcome, Outcome::Failed);
}

void tst_RelayHandshake::everyByteIsRecorded()
{
    const QByteArray garbage = "HTTP/1.1 abc and more than that\r\n\r\n\x81\x01x";
    for (const qsizetype cut : {qsizetype(1), qsizetype(12), garbage.size() - 1}) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayHandshake handshake(options(RelayMode::Client), recorder);
        (void)handshake.nearBytes(request, 1);
        Outcome outcome = handshake.farBytes(garbage.left(cut), 2).outcome;
        if (outcome == Outcome::NeedMore)
            outcome = handshake.farBytes(garbage.mid(cut), 3).outcome;
        QCOMPARE(outcome, Outcome::Failed);
        QVERIFY(garbage.startsWith(kept.bytes(Direction::Received)));
        QCOMPARE(kept.of(wire::RecordKind::Raw, Direction::Received).front().record.violation, wire::Violation::HeadMalformed);
    }
}

void tst_RelayHandshake::excerptsArePrintable()
{
    QCOMPARE(excerpt(QByteArray("a\0b\x1b[31m\r\n\tc", 12), 100), QStringLiteral("a\u00b7b\u00b7[31m \n\tc"));
    QCOMPARE(excerpt("abcdef", 3), QStringLiteral("abc..."));
}

void tst_RelayHandshake::badGateway()
{
    const RelayAnswer answer = answerBadGateway({ErrorKind::Refused, QStringLiteral("Nobody listens."), QStringLiteral("Start it."), {}});
    QVERIFY(answer.bytes.startsWith("HTTP/1.1 502 Bad Gateway\r\n"));
    QVERIFY(answer.bytes.endsWith("\r\n\r\nNobody listens.\nStart it.\n"));
    QCOMPARE(answer.text, QStringLiteral("answered 502: Nobody listens."));
}

void tst_RelayHandshake::pageOfAnEndpoint_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("plain") << QStringLiteral("ws://127.0.0.1:80") << QByteArray("<pre>wsw connect ws://example.org/chat</pre>");
    QTest::newRow("with TLS") << QStringLiteral("wss://127.0.0.1:443") << QByteArray("<pre>wsw connect wss://example.org/chat</pre>");
}

void tst_RelayHandshake::pageOfAnEndpoint()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, line);
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayHandshakeOptions host = options(RelayMode::Host);
    host.url = url;
    RelayHandshake handshake(host, recorder);
    const RelayHandshake::Step step = handshake.farBytes("GET /chat HTTP/1.1\r\nHost: example.org\r\n\r\n", 1);
    QVERIFY2(step.toFar.contains(line), step.toFar.constData());
    QVERIFY(step.toFar.contains("WebSocket(\"" + line.mid(17, line.size() - 23) + "\")"));
}

QTEST_GUILESS_MAIN(tst_RelayHandshake)
#include "tst_relayhandshake.moc"
