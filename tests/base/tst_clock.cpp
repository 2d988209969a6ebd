#include "base/clock.h"

#include "support/testmain.h"

#include <QDateTime>
#include <QTest>

using namespace wsw;

class TestClock final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void monotonicNeverGoesBack()
    {
        MonotonicNs last = monotonicNow();
        for (int i = 0; i < 10'000; ++i) {
            const MonotonicNs now = monotonicNow();
            QVERIFY(now >= last);
            last = now;
        }
    }

    void wallIsTheTimeOfDay()
    {
        const qint64 before = QDateTime::currentMSecsSinceEpoch();
        const WallNs now = wallNow();
        const qint64 after = QDateTime::currentMSecsSinceEpoch();
        QVERIFY(now / nsPerMs >= before - 1);
        QVERIFY(now / nsPerMs <= after + 1);
    }

    void anchorShiftsByTheSameDifference()
    {
        const ClockAnchor anchor{.monotonic = 1'000, .wall = 1'700'000'000'000'000'000};
        QCOMPARE(anchor.toWall(1'000), WallNs(1'700'000'000'000'000'000));
        QCOMPARE(anchor.toWall(1'250), WallNs(1'700'000'000'000'000'250));
        QCOMPARE(anchor.toWall(400), WallNs(1'699'999'999'999'999'400));
    }

    void anchorPairsBothClocks()
    {
        const ClockAnchor anchor = ClockAnchor::take();
        const WallNs wall = wallNow();
        const WallNs shown = anchor.toWall(monotonicNow());
        QVERIFY(qAbs(shown - wall) < nsPerSecond);
    }
};

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
