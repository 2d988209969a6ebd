#include "stats/throughput.h"

#include "support/testmain.h"

#include <QTest>

#include <cmath>

using wsw::stats::Throughput;
using wsw::nsPerMs;
using wsw::nsPerSecond;

class TestThroughput final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void nothingIsZero()
    {
        const Throughput throughput;
        QCOMPARE(throughput.rate(5 * nsPerSecond).eventsPerSecond, 0.0);
        QCOMPARE(throughput.rate(0).bytesPerSecond, 0.0);
    }

    void aSteadyStreamShowsItsRate()
    {
        Throughput throughput;
        for (qint64 ms = 0; ms < 10'000; ++ms) {
            throughput.add(ms * nsPerMs, 2, 100);
            if (ms > 1000) {
                // Truth: 2000 events a second; a slot's edge may hold one event more or less.
                const auto rate = throughput.rate(ms * nsPerMs);
                QVERIFY2(std::abs(rate.eventsPerSecond - 2000) <= 5, qPrintable(QString::number(rate.eventsPerSecond)));
                QVERIFY(std::abs(rate.bytesPerSecond - 100'000) <= 250);
            }
        }
        QCOMPARE(throughput.totalEvents(), 20'000u);
        QCOMPARE(throughput.totalBytes(), 1'000'000u);
    }

    void whatHasLeftTheWindowCountsNoMore()
    {
        Throughput throughput(nsPerSecond, 10);
        throughput.add(100 * nsPerSecond, 1000, 1000);
        QVERIFY(throughput.rate(100 * nsPerSecond + 500 * nsPerMs).eventsPerSecond >= 1000);
        QCOMPARE(throughput.rate(100 * nsPerSecond + 1000 * nsPerMs).eventsPerSecond, 0.0);
        QCOMPARE(throughput.rate(200 * nsPerSecond).eventsPerSecond, 0.0);
        QCOMPARE(throughput.totalEvents(), 1000u);
    }

    void theFirstEventIsNoInfiniteRate()
    {
        Throughput throughput(nsPerSecond, 20);
        throughput.add(7 * nsPerSecond, 1, 10);
        QCOMPARE(throughput.rate(7 * nsPerSecond).eventsPerSecond, 20.0);
    }

    void aLateEventDoesNotDisturbTheWindow()
    {
        Throughput throughput(nsPerSecond, 10);
        throughput.add(50 * nsPerSecond, 10, 0);
        throughput.add(10 * nsPerSecond, 500, 0);
        QVERIFY(throughput.rate(50 * nsPerSecond).eventsPerSecond <= 100.0);
        QCOMPARE(throughput.totalEvents(), 510u);
    }

    void aSlotIsReusedCleanly()
    {
        Throughput throughput(nsPerSecond, 10);
        throughput.add(0, 5, 0);
        throughput.add(nsPerSecond, 7, 0);  // the same place in the ring, one turn later
        const auto rate = throughput.rate(nsPerSecond + 50 * nsPerMs);
        QVERIFY(std::abs(rate.eventsPerSecond - 7 / 0.95) < 0.01);
    }
};

QTEST_GUILESS_MAIN(TestThroughput)
#include "tst_throughput.moc"
