#include "stats/histogram.h"

#include "base/clock.h"
#include "support/testmain.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

using wsw::stats::Histogram;

namespace {

constexpr double allowedError = 1.0 / 1000;

/// The truth to compare with: sort everything and count (nearest rank).
qint64 bruteForce(std::vector<qint64> values, double percent)
{
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<size_t>(std::ceil(percent * static_cast<double>(values.size()) / 100.0 - 1e-9));
    return values[std::clamp<size_t>(rank, 1, values.size()) - 1];
}

} // namespace

class TestHistogram final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void emptyIsAllZero()
    {
        const Histogram histogram;
        QCOMPARE(histogram.count(), 0u);
        QCOMPARE(histogram.min(), 0);
        QCOMPARE(histogram.max(), 0);
        QCOMPARE(histogram.mean(), 0.0);
        QCOMPARE(histogram.percentile(50), 0);
        QVERIFY(histogram.buckets().empty());
    }

    void oneValueIsEveryPercentile()
    {
        Histogram histogram;
        histogram.record(354'217);
        for (const double percent : {0.0, 0.1, 50.0, 99.9, 100.0})
            QCOMPARE(histogram.percentile(percent), 354'217);
    }

    void percentilesAgreeWithASort_data()
    {
        QTest::addColumn<double>("exponent");
        QTest::newRow("nanoseconds") << 3.2;
        QTest::newRow("microseconds") << 6.0;
        QTest::newRow("minutes") << 11.0;
        QTest::newRow("up to the hour") << 12.556;
    }

    void percentilesAgreeWithASort()
    {
        QFETCH(double, exponent);
        QRandomGenerator random(42);
        Histogram histogram;
        std::vector<qint64> values;
        for (int i = 0; i < 20'000; ++i) {
            const auto value = static_cast<qint64>(std::pow(10.0, random.generateDouble() * exponent)) + 1;
            values.push_back(value);
            histogram.record(value);
        }
        for (const double percent : {0.0, 0.01, 1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0}) {
            const qint64 truth = bruteForce(values, percent);
            const qint64 found = histogram.percentile(percent);
            // "Not above": the answer may not be lower than the truth, and higher only by the error.
            QVERIFY2(found >= truth || percent == 0.0, qPrintable(QStringLiteral("p%1: %2 < %3").arg(percent).arg(found).arg(truth)));
            const double error = std::abs(static_cast<double>(found - truth)) / static_cast<double>(truth);
            QVERIFY2(error <= allowedError, qPrintable(QStringLiteral("p%1: %2 against %3").arg(percent).arg(found).arg(truth)));
        }
        QCOMPARE(histogram.min(), *std::min_element(values.begin(), values.end()));
        QCOMPARE(histogram.max(), *std::max_element(values.begin(), values.end()));
    }

    void everyBucketHoldsItsValueWithinTheError()
    {
        // Around every power of two, where the width of the buckets changes.
        for (int bit = 0; bit < 42; ++bit) {
            for (const qint64 offset : {-1, 0, 1}) {
                const qint64 value = (qint64{1} << bit) + offset;
                if (value < 1 || value > 3600 * wsw::nsPerSecond)
                    continue;
                Histogram histogram;
                histogram.record(value);
                const auto buckets = histogram.buckets();
                QCOMPARE(buckets.size(), size_t{1});
                QVERIFY(buckets[0].from <= value && value <= buckets[0].to);
                QVERIFY(static_cast<double>(buckets[0].to - buckets[0].from) <= allowedError * static_cast<double>(value));
            }
        }
    }

    void bucketsJoinWithoutGapOrOverlap()
    {
        Histogram histogram;
        for (qint64 value = 1; value <= 20'000; ++value)
            histogram.record(value);
        qint64 next = 1;
        quint64 counted = 0;
        for (const auto &bucket : histogram.buckets()) {
            QCOMPARE(bucket.from, next);
            next = bucket.to + 1;
            counted += bucket.count;
        }
        QCOMPARE(counted, 20'000u);
    }

    void limits()
    {
        constexpr qint64 hour = 3600 * wsw::nsPerSecond;
        Histogram histogram;
        histogram.record(hour);
        QCOMPARE(histogram.overflow(), 0u);
        histogram.record(hour + 1, 3);
        QCOMPARE(histogram.overflow(), 3u);
        QCOMPARE(histogram.max(), hour);
        histogram.record(0);
        histogram.record(-5);
        QCOMPARE(histogram.min(), 1);
        QCOMPARE(histogram.count(), 6u);
        histogram.record(7, 0);
        QCOMPARE(histogram.count(), 6u);
    }

    void ranksAreNotLostToRounding()
    {
        Histogram histogram;
        for (qint64 value = 1; value <= 1000; ++value)
            histogram.record(value);
        QCOMPARE(histogram.percentile(99.9), 999);
        QCOMPARE(histogram.percentile(99.0), 990);
        QCOMPARE(histogram.percentile(0.1), 1);
        QCOMPARE(histogram.percentile(50), 500);
    }

    void addIsAsIfAllHadBeenRecordedInOne()
    {
        Histogram one, two, both;
        for (qint64 i = 1; i < 500; ++i) {
            one.record(i * 17);
            both.record(i * 17);
            two.record(i * 90'001, 2);
            both.record(i * 90'001, 2);
        }
        one.add(two);
        QCOMPARE(one.count(), both.count());
        QCOMPARE(one.min(), both.min());
        QCOMPARE(one.max(), both.max());
        QCOMPARE(one.mean(), both.mean());
        for (const double percent : {1.0, 33.0, 50.0, 66.6, 99.0})
            QCOMPARE(one.percentile(percent), both.percentile(percent));
        one.add(Histogram());
        QCOMPARE(one.min(), both.min());
        one.clear();
        QCOMPARE(one.count(), 0u);
        QCOMPARE(one.max(), 0);
    }

    void meanIsExact()
    {
        Histogram histogram;
        histogram.record(1'000'000, 3);
        histogram.record(2'000'001);
        QCOMPARE(histogram.mean(), 5'000'001.0 / 4);
    }
};

QTEST_GUILESS_MAIN(TestHistogram)
#include "tst_histogram.moc"
