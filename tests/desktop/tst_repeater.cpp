#include "panes/composer/repeater.h"

#include "support/testmain.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

using wsw::desktop::Repeater;

class TestRepeater final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void firstStepIsNowAndStepsAreNumbered()
    {
        Repeater repeater;
        QSignalSpy stepped(&repeater, &Repeater::stepped);
        QList<quint64> numbers;
        repeater.start(5, [&](quint64 number) {
            numbers.append(number);
            return number == 4 ? Repeater::Next::Stop : Repeater::Next::GoOn;
        });
        QCOMPARE(numbers, QList<quint64>{0});
        QTRY_VERIFY(!repeater.isRunning());
        QCOMPARE(numbers, (QList<quint64>{0, 1, 2, 3, 4}));
        QCOMPARE(stepped.count(), 5);
        QCOMPARE(repeater.count(), 5u);
    }

    void skippedBeatsAreGivenUpButTheStepIsNot()
    {
        Repeater repeater;
        QList<quint64> numbers;
        int held = 3;
        repeater.start(1, [&](quint64 number) {
            if (number == 2 && held > 0) {
                --held;
                QThread::msleep(5);
                return Repeater::Next::Skip;
            }
            numbers.append(number);
            return number == 4 ? Repeater::Next::Stop : Repeater::Next::GoOn;
        });
        QTRY_VERIFY(!repeater.isRunning());
        QCOMPARE(held, 0);
        QCOMPARE(numbers, (QList<quint64>{0, 1, 2, 3, 4}));
        QCOMPARE(repeater.count(), 5u);
    }

    void aBusyThreadLosesNoBeat()
    {
        Repeater repeater;
        QElapsedTimer clock;
        clock.start();
        repeater.start(10, [](quint64) { return Repeater::Next::GoOn; });
        QThread::msleep(205);
        QCOMPARE(repeater.count(), 1u);
        QCoreApplication::processEvents();
        // One beat for each 10 ms that have really passed, and the first.
        QVERIFY(repeater.count() >= 20);
        QVERIFY(repeater.count() <= static_cast<quint64>(clock.elapsed()) / 10 + 1);
    }

    void aLongPauseIsNotMadeUpForByAFlood()
    {
        Repeater repeater;
        QElapsedTimer clock;
        clock.start();
        repeater.start(1, [](quint64) { return Repeater::Next::GoOn; });
        QThread::msleep(2500);
        QCoreApplication::processEvents();
        // Of at least 2500 beats at most a second's are made up for.
        QVERIFY2(repeater.count() + 1000 < static_cast<quint64>(clock.elapsed()), qPrintable(QString::number(repeater.count())));
        const quint64 then = repeater.count();
        QTRY_VERIFY(repeater.count() > then);
    }

    void stopsAndSaysSo()
    {
        Repeater repeater;
        QSignalSpy stopped(&repeater, &Repeater::stopped);
        repeater.stop();
        QCOMPARE(stopped.count(), 0);
        repeater.start(1000, [](quint64) { return Repeater::Next::GoOn; });
        QVERIFY(repeater.isRunning());
        repeater.stop();
        QCOMPARE(stopped.count(), 1);
        QVERIFY(!repeater.isRunning());
        repeater.start(1000, [](quint64) { return Repeater::Next::Stop; });
        QVERIFY(!repeater.isRunning());
        QCOMPARE(repeater.count(), 1u);
    }
};

QTEST_GUILESS_MAIN(TestRepeater)
#include "tst_repeater.moc"
