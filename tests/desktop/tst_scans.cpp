#include "scans.h"

#include "support/blockedpool.h"
#include "support/testmain.h"

#include <QTest>
#include <QThread>

#include <optional>

using namespace wsw;
using namespace wsw::desktop;

namespace {

/// Reads on until it is told to stop.
bool readOn(const std::atomic_bool &cancelled)
{
    while (!cancelled)
        QThread::yieldCurrentThread();
    return true;
}

} // namespace

class TestScans final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void worksInAWorkerAndAnswersHere()
    {
        Scans scans;
        QThread *worked = nullptr;
        QThread *answered = nullptr;
        scans.run(
            this, [](const std::atomic_bool &) { return QThread::currentThread(); },
            [&](QThread *worker) {
                worked = worker;
                answered = QThread::currentThread();
            });
        QTRY_COMPARE(answered, QThread::currentThread());
        QVERIFY(worked != answered);
    }

    void doesNotWaitForTheGlobalPool()
    {
        const test::BlockedPool blocked(QThreadPool::globalInstance());
        Scans scans;
        int answer = 0;
        scans.run(this, [](const std::atomic_bool &) { return 7; }, [&](int result) { answer = result; });
        QTRY_COMPARE(answer, 7);
    }

    void cancelStopsWhatRunsAndNotWhatFollows()
    {
        Scans scans;
        bool stopped = false;
        std::optional<bool> later;
        scans.run(this, readOn, [&](bool) { stopped = true; });
        scans.cancel();
        scans.run(this, [](const std::atomic_bool &cancelled) { return cancelled.load(); }, [&](bool cancelled) { later = cancelled; });
        QTRY_VERIFY(stopped);
        QTRY_VERIFY(later.has_value());
        QCOMPARE(*later, false);
    }

    void atTheEndNothingIsBegunAnyMore()
    {
        Scans scans;
        int stopped = 0;
        scans.run(this, readOn, [&](bool) { ++stopped; });
        scans.end();
        scans.run(this, readOn, [&](bool) { ++stopped; });
        QTRY_COMPARE(stopped, 2);
        scans.cancel();
        std::optional<bool> later;
        scans.run(this, [](const std::atomic_bool &cancelled) { return cancelled.load(); }, [&](bool cancelled) { later = cancelled; });
        QTRY_VERIFY(later.has_value());
        QCOMPARE(*later, false);
    }

    void anotherCaptureStopsOnlyWhatBelongsToTheLast()
    {
        Scans scans;
        bool stopped = false;
        bool ended = false;
        scans.run(this, readOn, [&](bool) { stopped = true; });
        scans.runOn(this, readOn, [&](bool) { ended = true; });
        scans.cancel();
        QTRY_VERIFY(stopped);
        QVERIFY(!ended);
        scans.end();
        QTRY_VERIFY(ended);
    }

    void whoeverIsGoneIsNotAnswered()
    {
        Scans scans;
        auto asker = std::make_unique<QObject>();
        bool askerAnswered = false;
        bool otherAnswered = false;
        scans.run(asker.get(), readOn, [&](bool) { askerAnswered = true; });
        asker.reset();
        scans.cancel();
        scans.pool()->waitForDone();
        scans.run(this, [](const std::atomic_bool &) { return true; }, [&](bool) { otherAnswered = true; });
        QTRY_VERIFY(otherAnswered);
        QVERIFY(!askerAnswered);
    }

    void stopsEverythingBeforeItGoes()
    {
        const auto held = std::make_shared<int>();
        {
            Scans scans;
            for (int i = 0; i < 10; ++i)    // more than run side by side
                scans.run(this, [held](const std::atomic_bool &cancelled) { return readOn(cancelled); }, [held](bool) {});
        }
        QCOMPARE(held.use_count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestScans)
#include "tst_scans.moc"
