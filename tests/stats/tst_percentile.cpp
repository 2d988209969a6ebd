#include "stats/percentile.h"

#include "support/testmain.h"

#include <QTest>

#include <numeric>

using namespace wsw::stats;

class TestPercentile final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void summaryOfAThousand()
    {
        Histogram histogram;
        for (qint64 value = 1; value <= 1000; ++value)
            histogram.record(value);
        const Summary summary = summarize(histogram);
        QCOMPARE(summary.count, 1000u);
        QCOMPARE(summary.min, 1);
        QCOMPARE(summary.p50, 500);
        QCOMPARE(summary.p90, 900);
        QCOMPARE(summary.p99, 990);
        QCOMPARE(summary.p999, 999);
        QCOMPARE(summary.max, 1000);
        QCOMPARE(summary.mean, 500.5);
        QCOMPARE(summarize(Histogram()).p99, 0);
    }

    void percentileOfSortedValues()
    {
        std::vector<qint64> values(10);
        std::iota(values.begin(), values.end(), 1);
        QCOMPARE(percentileOf(values, 0), 1);
        QCOMPARE(percentileOf(values, 10), 1);
        QCOMPARE(percentileOf(values, 10.1), 2);
        QCOMPARE(percentileOf(values, 50), 5);
        QCOMPARE(percentileOf(values, 100), 10);
        QCOMPARE(percentileOf({}, 50), 0);
    }

    void medians()
    {
        QCOMPARE(medianOf({}), 0.0);
        QCOMPARE(medianOf({3}), 3.0);
        QCOMPARE(medianOf({9, 1, 5}), 5.0);
        QCOMPARE(medianOf({9, 1, 5, 6}), 5.5);
    }

    void theCurveClimbsToTheMaximum()
    {
        Histogram histogram;
        for (qint64 value = 1; value <= 1024; ++value)
            histogram.record(value * 1000);
        const auto curve = percentileCurve(histogram, 1);
        // 0, 50, 75 ... up to the last halving that leaves one value beyond, then 100.
        QCOMPARE(curve.size(), size_t{12});
        QCOMPARE(curve[0].percent, 0.0);
        QCOMPARE(curve[1].percent, 50.0);
        QCOMPARE(curve[2].percent, 75.0);
        QCOMPARE(curve.back().percent, 100.0);
        QCOMPARE(curve.back().value, histogram.max());
        for (size_t i = 1; i < curve.size(); ++i) {
            QVERIFY(curve[i].percent > curve[i - 1].percent);
            QVERIFY(curve[i].value >= curve[i - 1].value);
        }
        QVERIFY(percentileCurve(Histogram()).empty());
    }
};

QTEST_GUILESS_MAIN(TestPercentile)
#include "tst_percentile.moc"
