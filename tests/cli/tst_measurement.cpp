#include "measurement.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::cli;

namespace {

capture::RecordHeader frame(quint32 connection, Direction direction, wire::Opcode opcode, MonotonicNs time)
{
    capture::RecordHeader header;
    header.connection = ConnectionId(connection);
    header.direction = direction;
    header.frame.opcode = opcode;
    header.time = time;
    return header;
}

const QList<ConnectionId> twoConnections{ConnectionId(1), ConnectionId(2)};

} // namespace

class TestMeasurement final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void sharesOutTheCount()
    {
        const Measurement measurement({.count = 5, .connections = 2}, twoConnections);
        QCOMPARE(measurement.share(0), quint64(3));
        QCOMPARE(measurement.share(1), quint64(2));
    }

    void payloadsHaveTheirSizeAndDiffer_data()
    {
        QTest::addColumn<qsizetype>("size");
        for (const qsizetype size : {0, 1, 12, 13, 125, 1000})
            QTest::addRow("%d", int(size)) << size;
    }

    void payloadsHaveTheirSizeAndDiffer()
    {
        QFETCH(const qsizetype, size);
        const Measurement measurement({.size = size}, twoConnections);
        QCOMPARE(measurement.payload(7).size(), size);
        if (size > 0)
            QVERIFY(measurement.payload(7) != measurement.payload(8));
    }

    void closedLoopCountsFromTheWriting()
    {
        Measurement measurement({.kind = MeasureKind::Echo, .count = 1}, {ConnectionId(1)});
        const QByteArray sent = measurement.payload(0);
        QVERIFY(!measurement.take({frame(1, Direction::Sent, wire::Opcode::Text, 1'000), sent}));
        const QByteArray reply = "Echo: " + sent;
        QCOMPARE(measurement.take({frame(1, Direction::Received, wire::Opcode::Text, 5'000), reply}), std::optional<qsizetype>(0));
        QCOMPARE(measurement.roundTrips().max(), 4'000);
        QVERIFY(measurement.isComplete());
        QCOMPARE(measurement.duration(), 4'000);
    }

    /// The server stalls for 10 ms: all that was due meanwhile waited, and says so, though it was written late itself.
    void openLoopCountsFromTheIntendedTime()
    {
        Measurement measurement({.kind = MeasureKind::Echo, .count = 4, .rate = 1000}, {ConnectionId(1)});
        measurement.setStart(nsPerSecond);
        for (quint64 n = 0; n < 4; ++n)
            QCOMPARE(measurement.intended(0, n), nsPerSecond + qint64(n) * nsPerMs);
        const MonotonicNs stalled = nsPerSecond + 10 * nsPerMs;
        for (quint64 n = 0; n < 4; ++n)
            (void)measurement.take({frame(1, Direction::Sent, wire::Opcode::Text, stalled), measurement.payload(n)});
        for (quint64 n = 0; n < 4; ++n)
            QVERIFY(measurement.take({frame(1, Direction::Received, wire::Opcode::Text, stalled + 1), measurement.payload(n)}));
        QCOMPARE(measurement.roundTrips().max(), 10 * nsPerMs + 1);
        QCOMPARE(measurement.roundTrips().min(), 7 * nsPerMs + 1);
        QCOMPARE(measurement.lateness().max(), 10 * nsPerMs);
    }

    void intendedTimesAlternateBetweenConnections()
    {
        Measurement measurement({.connections = 2, .rate = 1000}, twoConnections);
        QCOMPARE(measurement.intended(1, 0), nsPerMs);
        QCOMPARE(measurement.intended(0, 1), 2 * nsPerMs);
        QCOMPARE(measurement.intended(1, 1), 3 * nsPerMs);
    }

    void strangersDoNotCount()
    {
        Measurement measurement({.kind = MeasureKind::Echo, .count = 1}, {ConnectionId(1)});
        (void)measurement.take({frame(1, Direction::Sent, wire::Opcode::Text, 1), measurement.payload(0)});
        QVERIFY(!measurement.take({frame(1, Direction::Received, wire::Opcode::Text, 2), "welcome"}));
        QVERIFY(!measurement.take({frame(9, Direction::Received, wire::Opcode::Text, 2), measurement.payload(0)}));
        QVERIFY(!measurement.take({frame(1, Direction::Received, wire::Opcode::Pong, 2), measurement.payload(0)}));
        QCOMPARE(measurement.others(), quint64(1));
        QCOMPARE(measurement.answered(), quint64(0));
        QVERIFY(!measurement.isComplete());
    }

    /// RFC 6455, 5.5.3: an endpoint may answer only the most recent of several Pings.
    void aPongMayPassOverPings()
    {
        Measurement measurement({.kind = MeasureKind::Ping, .count = 3}, {ConnectionId(1)});
        for (quint64 n = 0; n < 3; ++n)
            (void)measurement.take({frame(1, Direction::Sent, wire::Opcode::Ping, qint64(n)), measurement.payload(n)});
        const QByteArray last = measurement.payload(2);
        QVERIFY(measurement.take({frame(1, Direction::Received, wire::Opcode::Pong, 100), last}));
        QCOMPARE(measurement.answered(), quint64(1));
        QCOMPARE(measurement.sent(), quint64(3));
        QVERIFY(measurement.isComplete());
        QCOMPARE(measurement.roundTrips().max(), 98);
    }

    void aFragmentedReplyCountsAtItsEnd()
    {
        Measurement measurement({.kind = MeasureKind::Echo, .count = 1}, {ConnectionId(1)});
        (void)measurement.take({frame(1, Direction::Sent, wire::Opcode::Text, 1), measurement.payload(0)});
        capture::RecordHeader first = frame(1, Direction::Received, wire::Opcode::Text, 5);
        first.frame.fin = false;
        QVERIFY(!measurement.take({first, "0000"}));
        QVERIFY(measurement.take({frame(1, Direction::Received, wire::Opcode::Continuation, 9), "rest"}));
        QCOMPARE(measurement.roundTrips().max(), 8);
    }
};

QTEST_GUILESS_MAIN(TestMeasurement)
#include "tst_measurement.moc"
