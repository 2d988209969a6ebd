#include "stats/durationtext.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw::stats;

class TestDurationText final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void durations_data()
    {
        QTest::addColumn<qint64>("ns");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << qint64{0} << QStringLiteral("0 ns");
        QTest::newRow("ns") << qint64{640} << QStringLiteral("640 ns");
        QTest::newRow("one us") << qint64{1'000} << QStringLiteral("1.00 µs");
        QTest::newRow("us") << qint64{354'217} << QStringLiteral("354 µs");
        QTest::newRow("rounds up to the next unit") << qint64{999'600} << QStringLiteral("1.00 ms");
        QTest::newRow("stays in its unit") << qint64{999'400} << QStringLiteral("999 µs");
        QTest::newRow("ms") << qint64{1'100'000} << QStringLiteral("1.10 ms");
        QTest::newRow("tens of ms") << qint64{46'240'000} << QStringLiteral("46.2 ms");
        QTest::newRow("s") << qint64{2'304'000'000} << QStringLiteral("2.30 s");
        QTest::newRow("negative") << qint64{-46'000} << QStringLiteral("−46.0 µs");
    }

    void durations()
    {
        QFETCH(qint64, ns);
        QFETCH(QString, text);
        QCOMPARE(durationText(ns), text);
    }

    void ticks()
    {
        QCOMPARE(durationTick(0), QStringLiteral("0"));
        QCOMPARE(durationTick(400'000), QStringLiteral("400 µs"));
        QCOMPARE(durationTick(1'200'000), QStringLiteral("1.2 ms"));
        QCOMPARE(durationTick(2e9), QStringLiteral("2 s"));
        QCOMPARE(durationTick(10), QStringLiteral("10 ns"));
    }

    void sizes()
    {
        QCOMPARE(sizeText(0), QStringLiteral("0 bytes"));
        QCOMPARE(sizeText(1), QStringLiteral("1 byte"));
        QCOMPARE(sizeText(1023), QStringLiteral("1023 bytes"));
        QCOMPARE(sizeText(1536), QStringLiteral("1.50 KiB"));
        QCOMPARE(sizeText(3 * 1024 * 1024), QStringLiteral("3.00 MiB"));
    }
};

QTEST_GUILESS_MAIN(TestDurationText)
#include "tst_durationtext.moc"
