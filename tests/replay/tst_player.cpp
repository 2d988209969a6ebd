#include "replay/player.h"

#include "replay/playing.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

/// Scripts played over real sockets, through a workbench that records.
class TestPlayer final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void clientTakesTurnsWithAServer();
    void largeFragmentedAndCompressedMessagesAreWhole();
    void fragmentsAsRecorded();
    void serverTakesTurnsWithAClient();
    void furtherClientsAreTurnedAway();
    void theServerAgreesOnTheSameSubprotocol();
    void silenceIsWaitedThroughOrEnds_data();
    void silenceIsWaitedThroughOrEnds();
    void originalTimingIsNeverEarly();
    void fastSendsThousands();
    void pingsAndTheRecordedClose();
    void aConnectionThatEndsEarly();
    void nobodyListens();
    void thePortIsTaken();
    void textThatIsNoUtf8IsRefused();
    void recordedHeadersAreSent();
    void severalConnectionsAtOnce();
    void canBeCancelled();
    void outlivesTheWorkbench();
};

void TestPlayer::clientTakesTurnsWithAServer()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x81, "one", "abcd"));
    line->received(encode(0x81, "one"));
    line->sent(encode(0x81, "two", "abcd") + encode(0x82, "three", "abcd"));
    line->received(encode(0x81, "two") + encode(0x82, "three"));
    Bench bench;
    const EndpointId host = bench.host();
    Play play(bench, scriptOf(talk), to(bench.urlOf(host)));
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->error ? play.outcome->error->message : QString(), QString());
    QVERIFY(play.outcome->isAsRecorded());
    QCOMPARE(play.outcome->messages, quint64(3));
    QCOMPARE(play.outcome->bytes, quint64(11));
    QCOMPARE(play.outcome->answers, quint64(3));
    const ConnectionId client = clientOf(bench);
    QCOMPARE(play.player.progress().connection, client);
    QCOMPARE(play.outcome->played, (QList<std::pair<ConnectionId, ConnectionId>>{{line->id(), client}}));
    QCOMPARE(payloads(bench, client, Direction::Sent), (QList<QByteArray>{"one", "two", "three"}));
    QTRY_VERIFY(bench.isOver(client));
    QCOMPARE(bench.status(client).closeSent, std::optional<quint16>(1000));
    // By turns: nothing is said before the answer is there.
    QList<QByteArray> order;
    for (const capture::Record &record : bench.records(client)) {
        if (record.header.kind == wire::RecordKind::Frame && !wire::isControl(record.header.frame.opcode))
            order.append((record.header.direction == Direction::Sent ? ">" : "<") + record.payload);
    }
    QCOMPARE(order.first(3), (QList<QByteArray>{">one", "<one", ">two"}));
}

void TestPlayer::largeFragmentedAndCompressedMessagesAreWhole()
{
    Talk talk;
    const auto line = talk.open();
    QByteArray large;
    for (int i = 0; large.size() < 5 * 1024 * 1024 + 11; ++i)
        large += QByteArray::number(i * 7919);
    line->sent(encode(0x82, large, "abcd"));
    line->sent(encode(0x01, "Gr\xc3", "abcd") + encode(0x89, "", "abcd") + encode(0x80, "\xbc\xc3\x9f" "e", "abcd"));
    line->sent(encode(0x81, "", "abcd"));
    Script script = scriptOf(talk);
    script.parts.front().compressed = true;
    Bench bench;
    session::HostOptions hosting;
    hosting.compression = wire::DeflatePolicy();
    const EndpointId host = bench.host(hosting);
    Play play(bench, std::move(script), to(bench.urlOf(host), Timing::Fast));
    QVERIFY(play.ends());
    QVERIFY(play.outcome->isAsRecorded());
    const ConnectionId client = clientOf(bench);
    QVERIFY(bench.status(client).extensions.contains(u"permessage-deflate"_s));
    const QList<MeantMessage> sent = messagesOf(*bench.document, client, Direction::Sent);
    QCOMPARE(sent.size(), 3);
    QVERIFY(sent.at(0).payload == large && !sent.at(0).text);
    QVERIFY(sent.at(1).payload == "Gr\xc3\xbc\xc3\x9f" "e" && sent.at(1).text);
    QVERIFY(sent.at(2).payload.isEmpty() && sent.at(2).text);
}

void TestPlayer::fragmentsAsRecorded()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x01, "Gr\xc3", "abcd") + encode(0x00, "", "abcd") + encode(0x80, "\xbc\xc3\x9f" "e", "abcd"));
    line->received(encode(0x81, "Gr\xc3\xbc\xc3\x9f" "e"));
    line->sent(encode(0x82, "whole", "abcd"));
    line->received(encode(0x82, "whole"));
    Bench bench;
    PlayOptions options = to(bench.urlOf(bench.host()));
    options.recordedFragments = true;
    Play play(bench, scriptOf(talk), options);
    QVERIFY(play.ends());
    QVERIFY(play.outcome->isAsRecorded());
    QCOMPARE(play.outcome->messages, quint64(2));
    QStringList sent;
    for (const capture::Record &frame : bench.frames(clientOf(bench), Direction::Sent)) {
        if (wire::isData(frame.header.frame.opcode))
            sent += u"%1 %2 %3"_s.arg(frame.header.frame.firstByte(), 2, 16, QLatin1Char('0')).arg(frame.header.frame.masked ? u"masked"_s : u"plain"_s, QString::fromLatin1(frame.payload.toHex()));
    }
    QCOMPARE(sent, (QStringList{u"01 masked 4772c3"_s, u"00 masked "_s, u"80 masked bcc39f65"_s, u"82 masked 77686f6c65"_s}));
}

void TestPlayer::serverTakesTurnsWithAClient()
{
    Talk talk;
    const auto line = talk.open();
    line->received(encode(0x81, "hello"));
    line->sent(encode(0x81, "question", "abcd"));
    line->received(encode(0x81, "answer") + encode(0x82, "more"));
    Bench bench;
    Play play(bench, scriptOf(talk, {.side = Role::Server}), to({}));
    QTRY_COMPARE(play.player.progress().stage, PlayProgress::Stage::WaitingForClient);
    const EndpointId client = bench.client(play.player.progress().url);
    const ConnectionId connection = bench.connectionOf(client);
    QTRY_COMPARE(bench.payloadsOf(connection), QList<QByteArray>{"hello"});
    QVERIFY(play.player.progress().waitsForAnswer);
    bench.workbench->send(connection, {.kind = session::Outgoing::Kind::Text, .payload = "another question"});
    QVERIFY(play.ends());
    QVERIFY(play.outcome->isAsRecorded());
    QTRY_COMPARE(bench.payloadsOf(connection), (QList<QByteArray>{"hello", "answer", "more"}));
    QTRY_VERIFY(bench.isOver(connection));
    QCOMPARE(bench.status(connection).closeReceived, std::optional<quint16>(1000));
}

void TestPlayer::furtherClientsAreTurnedAway()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x81, "question", "abcd"));
    line->received(encode(0x81, "answer"));
    Bench bench;
    Play play(bench, scriptOf(talk, {.side = Role::Server}), to({}));
    QTRY_COMPARE(play.player.progress().stage, PlayProgress::Stage::WaitingForClient);
    const ConnectionId first = bench.connectionOf(bench.client(play.player.progress().url));
    const ConnectionId second = bench.connectionOf(bench.client(play.player.progress().url));
    QTRY_VERIFY(bench.isOver(second));
    QCOMPARE(bench.status(second).closeReceived, std::optional<quint16>(1013));
    QVERIFY(!bench.isOver(first));
    bench.workbench->send(first, {.kind = session::Outgoing::Kind::Text, .payload = "question"});
    QVERIFY(play.ends());
    QVERIFY(play.outcome->isAsRecorded());
    QCOMPARE(play.outcome->connections, quint64(1));
}

void TestPlayer::theServerAgreesOnTheSameSubprotocol()
{
    Talk talk;
    const auto line = talk.open(u"ws://127.0.0.1:8765/chat"_s, Talk::Deflate::No, "Sec-WebSocket-Protocol: v2, v1\r\n");
    capture::ConnectionInfo info = talk.document().connection(line->id()).value();
    info.subprotocol = u"v1"_s;
    talk.document().putConnection(info);
    line->received(encode(0x81, "hello"));
    Bench bench;
    Play play(bench, scriptOf(talk, {.side = Role::Server}), to({}));
    QTRY_COMPARE(play.player.progress().stage, PlayProgress::Stage::WaitingForClient);
    session::ClientOptions options;
    options.url = play.player.progress().url;
    options.subprotocols = {u"v2"_s, u"v1"_s};
    const EndpointId client = bench.client(options);
    QVERIFY(play.ends());
    QCOMPARE(bench.status(bench.connectionOf(client)).subprotocol, u"v1"_s);
}

void TestPlayer::silenceIsWaitedThroughOrEnds_data()
{
    QTest::addColumn<bool>("goesOn");
    QTest::addColumn<int>("sent");
    QTest::addColumn<int>("late");
    QTest::newRow("goes on") << true << 2 << 2;
    QTest::newRow("ends") << false << 1 << 1;
}

void TestPlayer::silenceIsWaitedThroughOrEnds()
{
    QFETCH(const bool, goesOn);
    QFETCH(const int, sent);
    QFETCH(const int, late);
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x81, "one", "abcd"));
    line->received(encode(0x81, "one"));
    line->sent(encode(0x81, "two", "abcd"));
    line->received(encode(0x81, "two"));
    Bench bench;
    session::HostOptions silent;
    silent.behaviour = session::Behaviour::Silent;
    const EndpointId host = bench.host(silent);
    PlayOptions options = to(bench.urlOf(host));
    options.waitMs = 30;
    options.whenLate = goesOn ? WhenLate::GoOn : WhenLate::End;
    Play play(bench, scriptOf(talk), options);
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->messages, static_cast<quint64>(sent));
    QCOMPARE(play.outcome->late, static_cast<quint64>(late));
    QVERIFY(!play.outcome->isAsRecorded());
    QCOMPARE(play.outcome->end, goesOn ? PlayOutcome::End::Done : PlayOutcome::End::Broken);
    QCOMPARE(play.outcome->error.has_value(), !goesOn);
    QTRY_VERIFY(bench.isOver(clientOf(bench)));
}

void TestPlayer::originalTimingIsNeverEarly()
{
    Talk talk;
    const auto line = talk.open();
    constexpr qint64 pause = 200 * nsPerMs;
    for (const char *each : {"one", "two", "three"})
        line->sent(encode(0x81, each, "abcd"), pause);
    Bench bench;
    const EndpointId host = bench.host();
    PlayOptions options = to(bench.urlOf(host), Timing::Original);
    options.speed = 4;
    Play play(bench, scriptOf(talk), options);
    QVERIFY(play.ends());
    const ConnectionId client = clientOf(bench);
    const std::vector<capture::Record> heads = bench.records(client, wire::RecordKind::ResponseHead, Direction::Received);
    QCOMPARE(heads.size(), size_t(1));
    qint64 number = 0;
    for (const capture::Record &frame : bench.frames(client, Direction::Sent)) {
        if (wire::isData(frame.header.frame.opcode))
            QVERIFY(frame.header.time - heads.front().header.time >= ++number * pause / 4);
    }
    QCOMPARE(number, 3);
}

void TestPlayer::fastSendsThousands()
{
    Talk talk;
    const auto line = talk.open();
    QList<QByteArray> all;
    QByteArray bytes;
    for (int i = 0; i < 40'000; ++i) {
        all.append(QByteArray::number(i));
        bytes += encode(0x81, all.last(), "abcd");
    }
    line->sent(bytes);
    Bench bench;
    session::HostOptions silent;
    silent.behaviour = session::Behaviour::Silent;
    const EndpointId host = bench.host(silent);
    Play play(bench, scriptOf(talk), to(bench.urlOf(host), Timing::Fast));
    QVERIFY(play.ends());
    QVERIFY(play.outcome->isAsRecorded());
    const QList<ConnectionId> hosted = bench.connectionsOf(host);
    QCOMPARE(hosted.size(), 1);
    QTRY_VERIFY(bench.isOver(hosted.first()));
    QVERIFY(payloads(bench, hosted.first(), Direction::Received) == all);
}

void TestPlayer::pingsAndTheRecordedClose()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x89, "beat", "abcd"));
    line->received(encode(0x8a, "beat"));
    line->sent(encode(0x88, "\x0f\xa1" "that was all", "abcd"));
    Bench bench;
    const EndpointId host = bench.host();
    Play play(bench, scriptOf(talk, {.control = ControlFrames::Replayed}), to(bench.urlOf(host)));
    QVERIFY(play.ends());
    QVERIFY(play.outcome->isAsRecorded());
    const ConnectionId client = clientOf(bench);
    QTRY_VERIFY(bench.isOver(client));
    QCOMPARE(bench.status(client).closeSent, std::optional<quint16>(4001));
    const std::vector<capture::Record> sent = bench.frames(client, Direction::Sent);
    QCOMPARE(sent.size(), size_t(2));
    QCOMPARE(sent.at(0).header.frame.opcode, wire::Opcode::Ping);
    QCOMPARE(sent.at(0).payload, QByteArray("beat"));
    QCOMPARE(sent.at(1).payload, QByteArray("\x0f\xa1" "that was all"));
}

void TestPlayer::aConnectionThatEndsEarly()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x81, "one", "abcd"));
    line->received(encode(0x81, "one") + encode(0x81, "and one more, which never comes"));
    line->sent(encode(0x81, "two", "abcd"));
    Bench bench;
    const EndpointId host = bench.host();
    Play play(bench, scriptOf(talk), to(bench.urlOf(host)));
    QTRY_COMPARE(play.player.progress().answers, quint64(1));
    bench.workbench->send(bench.connectionOf(host), {.kind = session::Outgoing::Kind::Close, .closeCode = 1001});
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->end, PlayOutcome::End::Broken);
    QVERIFY(play.outcome->error);
    QVERIFY2(play.outcome->error->message.contains(u"ended after 1 of 2 messages"_s), qPrintable(play.outcome->error->message));
}

void TestPlayer::nobodyListens()
{
    Talk talk;
    talk.open(u"ws://127.0.0.1:1/"_s)->sent(encode(0x81, "one", "abcd"));
    Bench bench;
    Play play(bench, scriptOf(talk), to({}));  // where the recording went
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->end, PlayOutcome::End::NotStarted);
    QVERIFY(play.outcome->error);
    QCOMPARE(play.outcome->error->kind, ErrorKind::Refused);
    QCOMPARE(play.outcome->url, u"ws://127.0.0.1:1/"_s);
}

void TestPlayer::thePortIsTaken()
{
    Talk talk;
    talk.open()->received(encode(0x81, "hello"));
    Bench bench;
    PlayOptions options = to({});
    options.host.port = bench.portOf(bench.host());
    Play play(bench, scriptOf(talk, {.side = Role::Server}), options);
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->end, PlayOutcome::End::NotStarted);
    QVERIFY(play.outcome->error);
    QCOMPARE(play.outcome->error->kind, ErrorKind::InUse);
}

void TestPlayer::textThatIsNoUtf8IsRefused()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x81, "good", "abcd"));
    line->sent(encode(0x81, "b\xff" "d", "abcd"));
    Bench bench;
    const EndpointId host = bench.host();
    Play play(bench, scriptOf(talk), to(bench.urlOf(host), Timing::Fast));
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->messages, quint64(1));
    QCOMPARE(play.outcome->refused, quint64(1));
    QVERIFY(play.outcome->error && play.outcome->error->message.contains(u"UTF-8"_s));
    QVERIFY(!play.outcome->isAsRecorded());
}

void TestPlayer::recordedHeadersAreSent()
{
    Talk talk;
    const auto line = talk.open(u"ws://127.0.0.1:8765/chat"_s, Talk::Deflate::No, "Authorization: Bearer x\r\nSec-WebSocket-Protocol: v2\r\n");
    line->sent(encode(0x81, "one", "abcd"));
    for (const bool wanted : {false, true}) {
        Bench bench;
        session::HostOptions hosting;
        hosting.subprotocols = {u"v2"_s};
        const EndpointId host = bench.host(hosting);
        PlayOptions options = to(bench.urlOf(host));
        options.recordedHeaders = wanted;
        Play play(bench, scriptOf(talk), options);
        QVERIFY(play.ends());
        const ConnectionId client = clientOf(bench);
        QCOMPARE(bench.status(client).subprotocol, u"v2"_s);
        const auto heads = bench.records(client, wire::RecordKind::RequestHead, Direction::Sent);
        QCOMPARE(heads.size(), size_t(1));
        QCOMPARE(heads.front().payload.contains("Authorization: Bearer x\r\n"), wanted);
    }
}

void TestPlayer::severalConnectionsAtOnce()
{
    Talk talk;
    const auto one = talk.open();
    const auto two = talk.open();
    for (const char *each : {"a", "b", "c"}) {
        one->sent(encode(0x81, QByteArray("one ") + each, "abcd"));
        two->sent(encode(0x81, QByteArray("two ") + each, "abcd"));
        one->received(encode(0x81, each));
        two->received(encode(0x81, each));
    }
    Bench bench;
    const EndpointId host = bench.host();
    Play play(bench, scriptOf(talk), to(bench.urlOf(host)));
    QVERIFY(play.ends());
    QVERIFY(play.outcome->isAsRecorded());
    QCOMPARE(play.outcome->connections, quint64(2));
    QList<QList<QByteArray>> heard;
    for (const ConnectionId each : bench.connectionsOf(host))
        heard.append(payloads(bench, each, Direction::Received));
    std::ranges::sort(heard);
    QCOMPARE(heard, (QList<QList<QByteArray>>{{"one a", "one b", "one c"}, {"two a", "two b", "two c"}}));
}

void TestPlayer::canBeCancelled()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x81, "one", "abcd"));
    line->sent(encode(0x81, "in an hour", "abcd"), 3600 * nsPerSecond);
    Bench bench;
    const EndpointId host = bench.host();
    Play play(bench, scriptOf(talk), to(bench.urlOf(host), Timing::Original));
    QTRY_COMPARE(play.player.progress().messages, quint64(1));
    play.player.cancel();
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->end, PlayOutcome::End::Cancelled);
    QCOMPARE(play.outcome->messages, quint64(1));
    QTRY_VERIFY(bench.isOver(clientOf(bench)));
    QCOMPARE(bench.status(clientOf(bench)).closeSent, std::optional<quint16>(1000));
}

void TestPlayer::outlivesTheWorkbench()
{
    Talk talk;
    const auto line = talk.open();
    line->sent(encode(0x81, "one", "abcd"));
    line->received(encode(0x81, "one"));
    Bench bench;
    session::HostOptions silent;
    silent.behaviour = session::Behaviour::Silent;
    const EndpointId host = bench.host(silent);
    Play play(bench, scriptOf(talk), to(bench.urlOf(host)));
    QTRY_COMPARE(play.player.progress().messages, quint64(1));
    play.player.letGo();
    bench.workbench.reset();
    QVERIFY(play.ends());
    QCOMPARE(play.outcome->end, PlayOutcome::End::Cancelled);
}

QTEST_GUILESS_MAIN(TestPlayer)
#include "tst_player.moc"
