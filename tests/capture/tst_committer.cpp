#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/committer.h"
#include "capture/recorder.h"
#include "capture/schema.h"

#include <QTemporaryDir>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// What a transaction puts into the file: few rows, whole ones, each with its checksum.
class tst_Committer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void slowTrafficMakesFewRows();
    void fullBlocksAreOneRowEach();
    void nothingIsWrittenTwiceOrLeftOut();
    void rowsAreCompressedWhereItPays_data();
    void rowsAreCompressedWhereItPays();
    void checksumKnowsItsPlace();
};

namespace {

/// A recorder and a committer over a file, without threads.
struct Bench
{
    Bench()
    {
        auto database = Database::open(folder.filePath(QStringLiteral("a")), Database::Mode::Create);
        if (database && createSchema(database.value(), {})) {
            auto prepared = Committer::prepare(std::move(database).value());
            if (prepared)
                committer.emplace(std::move(prepared).value());
        }
    }
    Committer::Done commit()
    {
        const auto done = committer->commit(index, chunks, facts);
        return done ? *done : Committer::Done{};
    }
    void record(quint64 number, qsizetype bytes)
    {
        (void)recorder.record(test::sample(number, bytes).view());
        (void)commit();
    }

    QTemporaryDir folder;
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Facts facts;
    Recorder recorder{index, chunks, pipeline};
    std::optional<Committer> committer;
};

} // namespace

void tst_Committer::slowTrafficMakesFewRows()
{
    Bench bench;
    quint64 number = 0;
    for (int commit = 0; commit < 600; ++commit)
        bench.record(number++, 100);    // a transaction for each
    // 600 * 180 bytes in rows of 32 KiB and a little more.
    QCOMPARE(bench.committer->database().number("SELECT count(*) FROM block").value(), qint64{4});
    QCOMPARE(bench.committer->database().number("SELECT count(*) FROM block_data").value(), qint64{4});
    QCOMPARE(bench.committer->database().number("SELECT sum(count) FROM block").value(), qint64{600});
    QVERIFY(bench.committer->database().number("SELECT max(bytes) FROM block").value() < 33 * 1024);
    QCOMPARE(bench.index.rows(), size_t{4});
}

void tst_Committer::fullBlocksAreOneRowEach()
{
    Bench bench;
    for (quint64 number = 0; number < 4'000; ++number)
        (void)bench.recorder.record(test::sample(number, 100).view());
    const auto done = bench.commit();
    QCOMPARE(done.lastRecord, quint64{4'000});
    QCOMPARE(done.bytes, qint64{4'000 * 180});
    QCOMPARE(bench.committer->database().number("SELECT count(*) FROM block").value(), qint64{3});
    QCOMPARE(bench.index.live().size(), size_t{1});     // the others are done with
    QCOMPARE(bench.commit().lastRecord, quint64{0});    // nothing new
}

void tst_Committer::nothingIsWrittenTwiceOrLeftOut()
{
    Bench bench;
    quint64 number = 0;
    for (int round = 0; round < 60; ++round) {
        for (int i = 0; i < round * 7 % 200; ++i)
            (void)bench.recorder.record(test::sample(number++).view());
        (void)bench.commit();
    }
    auto rows = Statement::prepare(bench.committer->database(),
                                   "SELECT first, count, checksum, data, encoding, bytes FROM block JOIN block_data USING(first) ORDER BY first");
    QVERIFY(rows.ok());
    quint64 next = 0;
    while (rows->step() == Statement::Step::Row) {
        QCOMPARE(rows->number(0), static_cast<qint64>(next + 1));
        const QByteArrayView data = rows->bytes(3);
        QCOMPARE(qint64{checksum(next + 1, data)}, rows->number(2));
        const qint64 size = rows->number(5);
        auto bytes = std::make_unique<uchar[]>(static_cast<size_t>(size));
        QVERIFY(canHold(rows->number(4), size, data.size()));
        QVERIFY(decompress(static_cast<Encoding>(rows->number(4)), data, bytes.get(), size));
        const auto block = Block::fromBytes(RecordId(next + 1), static_cast<quint32>(rows->number(1)), std::move(bytes),
                                            static_cast<quint32>(size));
        QVERIFY(block);
        for (quint32 i = 0; i < block->extent().count; ++i, ++next) {
            const RecordView view = block->view(i);
            QCOMPARE(test::difference(view.header, view.payload, test::sample(next)), QString());
        }
    }
    QCOMPARE(next, number);
}

void tst_Committer::rowsAreCompressedWhereItPays_data()
{
    QTest::addColumn<test::Content>("content");
    QTest::addColumn<qint64>("compressed");
    QTest::newRow("noise") << test::Content::Noise << qint64{0};
    QTest::newRow("text") << test::Content::Text << qint64{1};
}

void tst_Committer::rowsAreCompressedWhereItPays()
{
    QFETCH(test::Content, content);
    QFETCH(qint64, compressed);
    Bench bench;
    for (quint64 number = 0; number < 1'000; ++number)
        (void)bench.recorder.record(test::sample(number, 2'000, content).view());
    (void)bench.recorder.record(test::sample(1'000, 3'000'000, content).view());     // in pieces
    QCOMPARE(bench.commit().lastRecord, quint64{1'001});

    Database &database = bench.committer->database();
    QVERIFY(database.number("SELECT count(*) FROM block_data").value() > 7);
    for (const char *sql : {"SELECT count(*) FROM block_data JOIN block USING(first) WHERE bytes >= 32768 AND encoding != %1",
                            "SELECT count(*) FROM payload_chunk WHERE bytes >= 32768 AND encoding != %1"}) {
        const QByteArray query = QString::fromLatin1(sql).arg(compressed).toLatin1();
        QCOMPARE(database.number(query.constData()).value(), qint64{0});
    }
    const qint64 raw = database.number("SELECT sum(bytes) FROM block").value()
        + database.number("SELECT sum(bytes) FROM payload_chunk").value();
    const qint64 stored = database.number("SELECT sum(length(data)) FROM block_data").value()
        + database.number("SELECT sum(length(data)) FROM payload_chunk").value();
    QVERIFY2(compressed != 0 ? stored < raw / 3 : stored == raw, qPrintable(QStringLiteral("%1 of %2").arg(stored).arg(raw)));
}

void tst_Committer::checksumKnowsItsPlace()
{
    QVERIFY(checksum(1, "abc") != checksum(2, "abc"));
    QVERIFY(checksum(1, "abc") != checksum(1, "abd"));
    QCOMPARE(checksum(1, "abc"), checksum(1, "abc"));
}

QTEST_GUILESS_MAIN(tst_Committer)
#include "tst_committer.moc"
