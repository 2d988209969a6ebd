#include "replay/performance.h"

#include "replay/playing.h"
#include "session/scriptedserver.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

namespace {

session::HostOptions silent()
{
    session::HostOptions options;
    options.behaviour = session::Behaviour::Silent;
    return options;
}

} // namespace

/// What is counted as said, and when what is due; played through a Player.
class TestPerformance final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void whatAResetTakesAlongIsNotSaid()
    {
        Talk talk;
        const auto line = talk.open();
        const QByteArray kilobyte(1000, 'x');
        constexpr int many = 40'000;
        QByteArray bytes;
        for (int i = 0; i < many; ++i)
            bytes += encode(0x82, kilobyte, "abcd");
        line->sent(bytes);
        ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
        Bench bench;
        Play play(bench, scriptOf(talk), to(server.url(), Timing::Fast));
        QTRY_VERIFY(server.socket != nullptr);
        // It reads no more, so that much waits in many places; then it is gone.
        QTRY_VERIFY(server.received.size() > 10 * kilobyte.size());
        server.socket->disconnect();
        server.socket->setReadBufferSize(1);
        QTRY_VERIFY(bench.pressure.value(clientOf(bench)));
        server.socket->abort();
        QVERIFY(play.ends());
        QCOMPARE(play.outcome->end, PlayOutcome::End::Broken);
        QVERIFY(play.outcome->error);
        const auto written = static_cast<quint64>(bench.frames(clientOf(bench), Direction::Sent).size());
        QVERIFY(written < many);
        QCOMPARE(play.outcome->messages, written);
        QCOMPARE(play.outcome->bytes, written * static_cast<quint64>(kilobyte.size()));
        QCOMPARE(play.outcome->total, quint64(many));
    }

    void whatIsRefusedIsNotSaid()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "good", "abcd") + encode(0x81, "b\xff" "d", "abcd") + encode(0x81, "and more", "abcd"));
        line->sent(encode(0x88, "\x03\xed", "abcd"));     // 1005 must not be sent
        Bench bench;
        Play play(bench, scriptOf(talk, {.control = ControlFrames::Replayed}), to(bench.urlOf(bench.host(silent())), Timing::Fast));
        QVERIFY(play.ends());
        QCOMPARE(play.outcome->messages, quint64(2));
        QCOMPARE(play.outcome->bytes, quint64(12));
        QCOMPARE(play.outcome->refused, quint64(2));
        QTRY_VERIFY(bench.isOver(clientOf(bench)));
        QCOMPARE(bench.status(clientOf(bench)).closeSent, std::optional<quint16>(1000));
    }

    /// Of what is chosen, only the distances between what is chosen count.
    void chosenMessagesOfSeveralConnections()
    {
        Talk talk;
        const auto one = talk.open();
        one->sent(encode(0x81, "not chosen", "abcd"));
        one->sent(encode(0x81, "nor this", "abcd"), 3600 * nsPerSecond);
        const auto two = talk.open();
        two->sent(encode(0x81, "two", "abcd"));
        one->sent(encode(0x81, "one", "abcd"));
        ScriptRequest request;
        request.choice.filter = capture::Filter::parse(u"text == \"one\" || text == \"two\""_s, nullptr).value();
        Bench bench;
        const EndpointId host = bench.host(silent());
        Play play(bench, scriptOf(talk, request), to(bench.urlOf(host), Timing::Original));
        QVERIFY(play.ends());
        QCOMPARE(play.outcome->end, PlayOutcome::End::Done);
        QCOMPARE(play.outcome->connections, quint64(2));
    }

    void manyConnections_data()
    {
        QTest::addColumn<Timing>("timing");
        QTest::newRow("by turns") << Timing::Turns;
        QTest::newRow("original") << Timing::Original;
        QTest::newRow("fast") << Timing::Fast;
    }

    void manyConnections()
    {
        QFETCH(const Timing, timing);
        Talk talk;
        constexpr int many = 100;
        std::vector<std::unique_ptr<Talk::Line>> lines;
        for (int i = 0; i < many; ++i)
            lines.push_back(talk.open());
        for (const char *each : {"a", "b"}) {
            for (const auto &line : lines) {
                line->sent(encode(0x81, each, "abcd"), 1000);
                line->received(encode(0x81, each), 1000);
            }
        }
        Bench bench;
        const EndpointId host = bench.host();
        Play play(bench, scriptOf(talk), to(bench.urlOf(host), timing));
        QVERIFY(play.ends());
        QVERIFY(play.outcome->isAsRecorded());
        QCOMPARE(play.outcome->connections, quint64(many));
        QCOMPARE(play.outcome->messages, quint64(2 * many));
        for (const ConnectionId each : bench.connectionsOf(host))
            QCOMPARE(payloads(bench, each, Direction::Received), (QList<QByteArray>{"a", "b"}));
    }

    /// A server that took a minute in the recording may take its time again.
    void recordedSilenceIsWaitedThrough()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "one", "abcd"));
        line->received(encode(0x81, "One"), 60 * nsPerSecond);
        line->sent(encode(0x81, "two", "abcd"));
        Bench bench;
        const EndpointId host = bench.host(silent());
        PlayOptions options = to(bench.urlOf(host));
        options.waitMs = 10;
        Play play(bench, scriptOf(talk), options);
        QTRY_COMPARE(play.player.progress().messages, quint64(1));
        QTest::qWait(200);  // longer than the ten milliseconds, however fast or slow this is
        bench.workbench->send(bench.connectionOf(host), {.kind = session::Outgoing::Kind::Text, .payload = "One"});
        QVERIFY(play.ends());
        QCOMPARE(play.outcome->late, quint64(0));
        QVERIFY(play.outcome->isAsRecorded());
    }

    /// What comes after it has been given up is no answer to what was said since.
    void aLateAnswerTakesItsOwnPlace()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "one", "abcd"));
        line->received(encode(0x81, "One"));
        line->sent(encode(0x81, "two", "abcd"));
        line->received(encode(0x81, "Two"));
        line->sent(encode(0x81, "three", "abcd"));
        Bench bench;
        const EndpointId host = bench.host(silent());
        PlayOptions options = to(bench.urlOf(host));
        options.waitMs = 1'000;
        Play play(bench, scriptOf(talk), options);
        QTRY_COMPARE(play.player.progress().messages, quint64(2));  // One has been given up
        bench.workbench->send(bench.connectionOf(host), {.kind = session::Outgoing::Kind::Text, .payload = "One"});
        QVERIFY(play.ends());
        QCOMPARE(play.outcome->late, quint64(2));   // Two never came
        QCOMPARE(play.outcome->answers, quint64(1));
        QCOMPARE(play.outcome->messages, quint64(3));
    }
};

QTEST_GUILESS_MAIN(TestPerformance)
#include "tst_performance.moc"
