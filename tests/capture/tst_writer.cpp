#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/recorder.h"
#include "capture/schema.h"
#include "capture/writer.h"

#include <QTemporaryDir>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// The thread that stores: in time, only when there is something, and in another file when told.
class tst_Writer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void storesWithoutBeingAsked();
    void sleepsWhenNothingWaits();
    void relocates();
    void failedRelocationChangesNothing();
    void stopStoresWhatWaits();
};

namespace {

struct Bench
{
    Bench()
    {
        auto database = freshDatabase("a");
        if (!database || !writer.start(std::move(database).value()))
            qFatal("cannot make a file for the test");
    }
    Result<Database> freshDatabase(const char *name) const
    {
        auto database = Database::open(folder.filePath(QLatin1String(name)), Database::Mode::Create);
        if (database) {
            if (auto made = createSchema(database.value(), {}); !made)
                return made.error();
        }
        return database;
    }
    qint64 rows(const char *name) const
    {
        auto database = Database::open(folder.filePath(QLatin1String(name)), Database::Mode::Read);
        const auto count = database ? database->number("SELECT count(*) FROM block") : Result<qint64>(-1);
        return count ? *count : -1;
    }

    QTemporaryDir folder;
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Facts facts;
    Recorder recorder{index, chunks, pipeline};
    Writer writer{index, chunks, facts, pipeline, {[](const Error &) {}, [] {}}};
};

} // namespace

void tst_Writer::storesWithoutBeingAsked()
{
    Bench bench;
    (void)bench.recorder.record(test::sample(1).view());
    QTRY_COMPARE(bench.pipeline.stored.load(), quint64{1});
    TcpSample sample;
    sample.connection = ConnectionId(1);
    bench.facts.put(sample);
    bench.pipeline.factsWait.store(true);
    bench.pipeline.nudge();
    QTRY_VERIFY(!bench.pipeline.factsWait.load());
}

void tst_Writer::sleepsWhenNothingWaits()
{
    Bench bench;
    for (quint64 number = 0; number < 20; ++number) {
        QTRY_VERIFY(bench.pipeline.asleep.load());
        (void)bench.recorder.record(test::sample(number).view());
        QTRY_COMPARE(bench.pipeline.stored.load(), number + 1);     // woken by the record alone
    }
}

void tst_Writer::relocates()
{
    Bench bench;
    (void)bench.recorder.record(test::sample(0).view());
    QVERIFY(bench.writer.flush().ok());
    const auto moved = bench.writer.relocate([&](Database &) { return bench.freshDatabase("b"); }, Writer::OldFile::Finish);
    QVERIFY(moved.ok());
    (void)bench.recorder.record(test::sample(1).view());
    QVERIFY(bench.writer.flush().ok());
    QVERIFY(bench.writer.stop().ok());
    QCOMPARE(bench.rows("a"), qint64{1});
    QCOMPARE(bench.rows("b"), qint64{1});   // the relocation here copies nothing
}

void tst_Writer::failedRelocationChangesNothing()
{
    Bench bench;
    const auto moved = bench.writer.relocate(
        [](Database &) -> Result<Database> { return Error{ErrorKind::Io, QStringLiteral("no"), {}, {}}; },
        Writer::OldFile::Abandon);
    QVERIFY(!moved.ok());
    QCOMPARE(moved.error().message, QStringLiteral("no"));
    (void)bench.recorder.record(test::sample(0).view());
    QVERIFY(bench.writer.flush().ok());
    QCOMPARE(bench.pipeline.stored.load(), quint64{1});
}

void tst_Writer::stopStoresWhatWaits()
{
    Bench bench;
    for (quint64 number = 0; number < 1'000; ++number)
        (void)bench.recorder.record(test::sample(number).view());
    QVERIFY(bench.writer.stop().ok());
    QVERIFY(!bench.writer.isRunning());
    QCOMPARE(bench.pipeline.stored.load(), quint64{1'000});
    QVERIFY(bench.writer.stop().ok());
    QVERIFY(bench.writer.flush().ok());
    const auto late = bench.writer.relocate([&](Database &) { return bench.freshDatabase("b"); }, Writer::OldFile::Finish);
    QVERIFY(!late.ok());
}

QTEST_GUILESS_MAIN(tst_Writer)
#include "tst_writer.moc"
