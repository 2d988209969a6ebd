#include "session/pairing.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::session;
using wire::Opcode;

/// Pings with pongs, messages with replies.
class tst_Pairing final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        test::failOnWarnings();
        m_now = 0;
    }
    void pingsByPayload();
    void aPongAnswersThePingsBefore();
    void maskedPayloads();
    void unasked();
    void alikePingsInOrder();
    void tooManyPings();
    void messagesInOrder();
    void fragmentsCountOnce();
    void controlFramesBetweenFragments();
    void tooManyMessages();
    void ignoredWhereNotAsked();
    void queueGrowsAndWraps();

private:
    /// One frame, 10 ns after the one before.
    Pairing::Trip frame(Pairing &pairing, Direction direction, Opcode opcode, QByteArrayView payload = {}, wire::Fin fin = wire::Fin::Yes)
    {
        m_now += 10;
        wire::TrafficRecord record;
        record.direction = direction;
        record.header = wire::legalHeader(opcode, fin, quint64(payload.size()), Role::Server, {});
        record.time = record.firstByteTime = m_now;
        record.payload = payload;
        return pairing.take(record);
    }
    static constexpr Direction out = Direction::Sent;
    static constexpr Direction in = Direction::Received;
    MonotonicNs m_now = 0;
};

void tst_Pairing::pingsByPayload()
{
    Pairing pairing(Pairing::Echo::Ignored);
    QCOMPARE(frame(pairing, out, Opcode::Ping, "a").ns, 0);
    QCOMPARE(frame(pairing, out, Opcode::Ping, "b").ns, 0);
    const Pairing::Trip trip = frame(pairing, in, Opcode::Pong, "a");
    QCOMPARE(trip.ns, 20);
    QCOMPARE(trip.sort, wire::RecordFlag::PingReply);
    QCOMPARE(frame(pairing, in, Opcode::Pong, "b").ns, 20);
    QCOMPARE(frame(pairing, in, Opcode::Pong, "b").ns, 0);
}

void tst_Pairing::aPongAnswersThePingsBefore()
{
    Pairing pairing(Pairing::Echo::Ignored);
    frame(pairing, out, Opcode::Ping, "1");
    frame(pairing, out, Opcode::Ping, "2");
    QCOMPARE(frame(pairing, in, Opcode::Pong, "2").ns, 10);
    QCOMPARE(frame(pairing, in, Opcode::Pong, "1").ns, 0);
}

void tst_Pairing::maskedPayloads()
{
    Pairing pairing(Pairing::Echo::Ignored);
    wire::TrafficRecord record;
    record.header = wire::legalHeader(Opcode::Ping, wire::Fin::Yes, 2, Role::Client, {1, 2, 3, 4});
    record.time = 5;
    const QByteArray masked = {"\x60\x60", 2}; // "ab" under 01 02
    record.payload = masked;
    QCOMPARE(pairing.take(record).ns, 0);
    m_now = 5;
    QCOMPARE(frame(pairing, in, Opcode::Pong, "ab").ns, 10);
}

void tst_Pairing::unasked()
{
    Pairing pairing(Pairing::Echo::Paired);
    QCOMPARE(frame(pairing, in, Opcode::Pong, "x").ns, 0);
    QCOMPARE(frame(pairing, in, Opcode::Text, "x").ns, 0);
    QCOMPARE(frame(pairing, in, Opcode::Ping, "x").ns, 0);
    QCOMPARE(frame(pairing, out, Opcode::Pong, "x").ns, 0);
    QCOMPARE(frame(pairing, in, Opcode::Pong, "x").ns, 0);
}

void tst_Pairing::alikePingsInOrder()
{
    Pairing pairing(Pairing::Echo::Ignored);
    frame(pairing, out, Opcode::Ping);
    frame(pairing, out, Opcode::Ping);
    QCOMPARE(frame(pairing, in, Opcode::Pong).ns, 20);
    QCOMPARE(frame(pairing, in, Opcode::Pong).ns, 20);
}

void tst_Pairing::tooManyPings()
{
    Pairing pairing(Pairing::Echo::Ignored);
    for (size_t i = 0; i <= Pairing::maxPings; ++i)
        frame(pairing, out, Opcode::Ping, QByteArray::number(int(i)));
    QCOMPARE(frame(pairing, in, Opcode::Pong, "0").ns, 0); // forgotten
    QVERIFY(frame(pairing, in, Opcode::Pong, "1").ns > 0);
}

void tst_Pairing::messagesInOrder()
{
    Pairing pairing(Pairing::Echo::Paired);
    frame(pairing, out, Opcode::Text, "a");
    frame(pairing, out, Opcode::Binary, "b");
    const Pairing::Trip trip = frame(pairing, in, Opcode::Text, "whatever");
    QCOMPARE(trip.ns, 20);
    QCOMPARE(trip.sort, wire::RecordFlag::EchoReply);
    QCOMPARE(frame(pairing, in, Opcode::Text, "else").ns, 20);
    QCOMPARE(frame(pairing, in, Opcode::Text, "more").ns, 0);
}

void tst_Pairing::fragmentsCountOnce()
{
    Pairing pairing(Pairing::Echo::Paired);
    frame(pairing, out, Opcode::Text, "a", wire::Fin::No);
    frame(pairing, out, Opcode::Continuation, "b", wire::Fin::No);
    frame(pairing, out, Opcode::Continuation, "c");
    QCOMPARE(frame(pairing, in, Opcode::Text, "a", wire::Fin::No).ns, 0);
    QCOMPARE(frame(pairing, in, Opcode::Continuation, "b").ns, 40); // from the first frame's begin to the last frame's end
    QCOMPARE(frame(pairing, in, Opcode::Text, "c").ns, 0);
}

void tst_Pairing::controlFramesBetweenFragments()
{
    Pairing pairing(Pairing::Echo::Paired);
    frame(pairing, out, Opcode::Text, "a", wire::Fin::No);
    frame(pairing, out, Opcode::Ping, "p");
    frame(pairing, out, Opcode::Continuation, "b");
    QCOMPARE(frame(pairing, in, Opcode::Pong, "p").sort, wire::RecordFlag::PingReply);
    QCOMPARE(frame(pairing, in, Opcode::Text, "r").ns, 40);
}

void tst_Pairing::tooManyMessages()
{
    Pairing pairing(Pairing::Echo::Paired);
    constexpr int beyond = 3;
    for (size_t i = 0; i < Pairing::maxMessages + beyond; ++i)
        frame(pairing, out, Opcode::Text);
    for (size_t i = 0; i < Pairing::maxMessages; ++i)
        QVERIFY(frame(pairing, in, Opcode::Text).ns > 0);
    frame(pairing, out, Opcode::Text); // behind those that are not timed: not timed either
    for (int i = 0; i < beyond + 1; ++i)
        QCOMPARE(frame(pairing, in, Opcode::Text).ns, 0);
    frame(pairing, out, Opcode::Text);
    QCOMPARE(frame(pairing, in, Opcode::Text).ns, 10); // the right pair again
}

void tst_Pairing::ignoredWhereNotAsked()
{
    Pairing pairing(Pairing::Echo::Ignored);
    frame(pairing, out, Opcode::Text);
    QCOMPARE(frame(pairing, in, Opcode::Text).ns, 0);
}

void tst_Pairing::queueGrowsAndWraps()
{
    BoundedQueue<int, 10> queue;
    int pushed = 0;
    int dropped = 0;
    for (int round = 0; round < 20; ++round) {
        while (!queue.isFull())
            queue.push(pushed++);
        QCOMPARE(queue.size(), size_t(10));
        for (size_t i = 0; i < queue.size(); ++i)
            QCOMPARE(queue.at(i), dropped + int(i));
        queue.drop(7);
        dropped += 7;
    }
}

QTEST_GUILESS_MAIN(tst_Pairing)
#include "tst_pairing.moc"
