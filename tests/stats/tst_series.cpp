#include "stats/series.h"

#include "support/testmain.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace wsw::stats;

namespace {

qint64 highest(const std::vector<SeriesPoint> &points)
{
    return std::max_element(points.begin(), points.end(), [](auto &a, auto &b) { return a.value < b.value; })->value;
}

qint64 lowest(const std::vector<SeriesPoint> &points)
{
    return std::min_element(points.begin(), points.end(), [](auto &a, auto &b) { return a.value < b.value; })->value;
}

bool runsForward(const std::vector<SeriesPoint> &points)
{
    return std::is_sorted(points.begin(), points.end(), [](auto &a, auto &b) { return a.time < b.time; });
}

} // namespace

class TestSeries final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void keepsEveryPointUntilItIsFull()
    {
        Series series(100);
        for (int i = 0; i < 100; ++i)
            series.append(i, i * 3);
        QCOMPARE(series.points().size(), size_t{100});
        QVERIFY(!series.isCoarse());
        QCOMPARE(series.points()[42], (SeriesPoint{42, 126}));
    }

    void staysBoundedAndLosesNoPeak()
    {
        Series series(1000);
        QRandomGenerator random(7);
        constexpr int appended = 1'000'000;
        for (int i = 0; i < appended; ++i) {
            const qint64 value = i == 123'456 ? 9'999 : i == 777'777 ? -5 : random.bounded(1, 100);
            series.append(i, value);
            QVERIFY(series.points().size() <= 1000);
        }
        QVERIFY(series.isCoarse());
        QCOMPARE(series.appended(), static_cast<quint64>(appended));
        QCOMPARE(highest(series.points()), 9'999);
        QCOMPARE(lowest(series.points()), -5);
        QVERIFY(runsForward(series.points()));
        QVERIFY(series.points().front().time < 100'000);
        QVERIFY(series.points().back().time > 900'000);
    }

    void aTimeThatGoesBackIsMovedUp()
    {
        Series series;
        series.append(10, 1);
        series.append(5, 2);
        QCOMPARE(series.points()[1], (SeriesPoint{10, 2}));
    }

    void sampledTakesTheRangeWithItsEnds()
    {
        Series series;
        for (int i = 0; i < 50; ++i)
            series.append(i * 10, i);
        const auto part = series.sampled(100, 200, 1000);
        QCOMPARE(part.size(), size_t{11});
        QCOMPARE(part.front().time, 100);
        QCOMPARE(part.back().time, 200);
        QVERIFY(series.sampled(101, 109, 1000).empty());
        QVERIFY(series.sampled(200, 100, 1000).empty());
    }

    void thinningKeepsLowestAndHighestOfEverySlot()
    {
        std::vector<SeriesPoint> points;
        QRandomGenerator random(3);
        for (int i = 0; i < 10'000; ++i)
            points.push_back({i, random.bounded(1000)});
        points[5'003].value = 50'000;
        points[2'001].value = -50'000;
        for (const size_t wanted : {size_t{4}, size_t{5}, size_t{100}, size_t{999}}) {
            const auto few = thinned(points, wanted);
            QVERIFY(few.size() <= wanted);
            QVERIFY(few.size() >= wanted / 2);
            QCOMPARE(highest(few), 50'000);
            QCOMPARE(lowest(few), -50'000);
            QVERIFY(runsForward(few));
            for (const SeriesPoint &point : few)
                QCOMPARE(point, points[static_cast<size_t>(point.time)]);
        }
        // Slot by slot against brute force: 50 slots of 200 points.
        const auto few = thinned(points, 100);
        for (qint64 slot = 0; slot < 50; ++slot) {
            const auto width = 9'999.0 / 50;
            std::vector<SeriesPoint> all, kept;
            const auto in = [&](const SeriesPoint &point) {
                const auto start = static_cast<qint64>(width * static_cast<double>(slot));
                const auto end = static_cast<qint64>(width * static_cast<double>(slot + 1));
                return point.time >= start && (point.time < end || slot == 49);
            };
            std::copy_if(points.begin(), points.end(), std::back_inserter(all), in);
            std::copy_if(few.begin(), few.end(), std::back_inserter(kept), in);
            QCOMPARE(highest(kept), highest(all));
            QCOMPARE(lowest(kept), lowest(all));
        }
    }

    void fewPointsComeBackAsTheyAre()
    {
        const std::vector<SeriesPoint> points{{1, 2}, {3, 4}, {5, 6}};
        QCOMPARE(thinned(points, 4), points);
        QVERIFY(thinned({}, 4).empty());
    }

    void manyPointsAtOneMoment()
    {
        std::vector<SeriesPoint> points(100, SeriesPoint{5, 1});
        points[50].value = 9;
        const auto few = thinned(points, 10);
        QVERIFY(few.size() <= 10);
        QCOMPARE(highest(few), 9);
    }

    void spansOfMonthsDoNotOverflow()
    {
        constexpr qint64 day = 86'400 * wsw::nsPerSecond;
        std::vector<SeriesPoint> points;
        for (int i = 0; i < 1000; ++i)
            points.push_back({i * day, i});
        const auto few = thinned(points, 200);
        QVERIFY(few.size() > 100);
        QVERIFY(runsForward(few));
        QCOMPARE(few.back().value, 999);
    }

    void clearForgets()
    {
        Series series(8);
        for (int i = 0; i < 20; ++i)
            series.append(i, i);
        series.clear();
        QVERIFY(series.isEmpty());
        QVERIFY(!series.isCoarse());
        QCOMPARE(series.appended(), 0u);
    }
};

QTEST_GUILESS_MAIN(TestSeries)
#include "tst_series.moc"
