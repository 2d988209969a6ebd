#include "stats/roundtrips.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw::stats;

class TestRoundTrips final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void kindsAreNeverMixed()
    {
        RoundTrips trips;
        QVERIFY(trips.isEmpty());
        trips.record(RoundTripKind::Echo, 1, 354'000);
        trips.record(RoundTripKind::Ping, 2, 181'000);
        trips.record(RoundTripKind::Ping, 3, 190'000);
        trips.record(RoundTripKind::Tcp, 4, 46'000);
        QVERIFY(!trips.isEmpty());
        QCOMPARE(trips.histogram(RoundTripKind::Echo).count(), 1u);
        QCOMPARE(trips.histogram(RoundTripKind::Ping).count(), 2u);
        QCOMPARE(trips.histogram(RoundTripKind::Tcp).count(), 1u);
        QCOMPARE(trips.histogram(RoundTripKind::Echo).max(), 354'000);
        QCOMPARE(trips.series(RoundTripKind::Ping).points()[1], (SeriesPoint{3, 190'000}));
        trips.clear();
        QVERIFY(trips.isEmpty());
    }

    void zeroIsNoMeasurement()
    {
        RoundTrips trips;
        trips.record(RoundTripKind::Tcp, 1, 0);
        trips.record(RoundTripKind::Tcp, 1, -1);
        QVERIFY(trips.isEmpty());
        QCOMPARE(trips.histogram(RoundTripKind::Tcp).count(), 0u);
        trips.record(RoundTripKind::Tcp, 1, 1);
        QVERIFY(!trips.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRoundTrips)
#include "tst_roundtrips.moc"
