#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/blockindex.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Which block holds which record: in memory, in the file, in the cache, and how much of it.
class tst_BlockIndex final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void liveBlocksAreFound();
    void committedRowsAreAddedOrReplaced();
    void retiredBlocksGoToTheCache();
    void cacheIsBoundedAndForgetsTheOldest();
    void whatIsOfAnEarlierLayoutIsDropped();
};

namespace {

void append(Block &block, int records)
{
    for (; records > 0; --records) {
        const QByteArray bytes = test::pack(test::sample(1, 10));
        std::memcpy(block.tail(), bytes.constData(), static_cast<size_t>(bytes.size()));
        block.publish(static_cast<quint32>(bytes.size()));
    }
}

} // namespace

void tst_BlockIndex::liveBlocksAreFound()
{
    BlockIndex index;
    QVERIFY(!index.find(RecordId(1)));
    const auto first = index.openBlock(RecordId(1), 4096);
    append(*first, 3);
    const auto second = index.openBlock(RecordId(4), 4096);
    append(*second, 1);
    QCOMPARE(index.find(RecordId(3)), std::shared_ptr<const Block>(first));
    QCOMPARE(index.find(RecordId(4)), std::shared_ptr<const Block>(second));
    QVERIFY(!index.find(RecordId(5)));  // not published yet
    const auto live = index.live();
    QCOMPARE(live.size(), size_t{2});
    QVERIFY(live[0]->sealed.load());
    QVERIFY(!live[1]->sealed.load());
}

void tst_BlockIndex::committedRowsAreAddedOrReplaced()
{
    BlockIndex index;
    index.committed({{1, 5, 500, 0, 0, false}});
    index.committed({{1, 9, 900, 0, 0, false}, {10, 1, 100, 0, 0, false}});
    QCOMPARE(index.rows(), size_t{2});
    QCOMPARE(index.row(RecordId(9))->first, quint64{1});
    QCOMPARE(index.row(RecordId(10))->first, quint64{10});
    QVERIFY(!index.row(RecordId(11)).has_value());
    QVERIFY(!index.row(RecordId()).has_value());
}

void tst_BlockIndex::retiredBlocksGoToTheCache()
{
    BlockIndex index;
    append(*index.openBlock(RecordId(1), 4096), 3);
    append(*index.openBlock(RecordId(4), 4096), 1);
    index.retire({index.live().front()});
    QCOMPARE(index.live().size(), size_t{1});
    QVERIFY(index.find(RecordId(2)));
    QVERIFY(index.find(RecordId(4)));
}

void tst_BlockIndex::cacheIsBoundedAndForgetsTheOldest()
{
    BlockIndex index;
    static constexpr qsizetype size = 1024 * 1024;
    constexpr quint64 count = BlockIndex::cacheBytes / size;
    const auto put = [&index](quint64 id) {
        auto block = std::make_shared<Block>(RecordId(id), size);
        append(*block, 1);
        index.putInCache(block, index.layout());
    };
    for (quint64 id = 1; id < count; ++id)
        put(id);
    QVERIFY(index.find(RecordId(1)));   // used: it is no longer the oldest
    for (quint64 id = count; id < count + 3; ++id)
        put(id);
    QVERIFY(index.find(RecordId(1)));
    QVERIFY(!index.find(RecordId(2)));
    QVERIFY(index.find(RecordId(count + 2)));
    put(1);     // twice is once
    QVERIFY(index.find(RecordId(1)));
}

void tst_BlockIndex::whatIsOfAnEarlierLayoutIsDropped()
{
    BlockIndex index;
    index.setDirectory({{1, 5, 500, 0, 0, false}, {6, 5, 500, 0, 0, false}});
    const quint64 before = index.layout();
    const auto block = std::make_shared<Block>(RecordId(1), 4096);
    append(*block, 5);
    index.beginChange();
    index.putInCache(block, index.layout());    // nor while it changes
    index.setDirectory({{1, 10, 1'000, 0, 0, false}});
    index.endChange();
    index.putInCache(block, before);
    index.setDamaged(1, before);
    QVERIFY(!index.find(RecordId(1)));
    QVERIFY(!index.row(RecordId(1))->damaged);
    index.putInCache(block, index.layout());
    index.setDamaged(1, index.layout());
    QVERIFY(index.find(RecordId(1)));
    QVERIFY(index.row(RecordId(7))->damaged);
}

QTEST_GUILESS_MAIN(tst_BlockIndex)
#include "tst_blockindex.moc"
