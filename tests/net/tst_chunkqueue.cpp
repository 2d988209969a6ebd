#include "net/chunkqueue.h"

#include "support/testmain.h"

#include <QRandomGenerator>
#include <QTest>

using namespace wsw;
using net::ChunkPool;
using net::ChunkQueue;

class TstChunkQueue final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void comesOutAsItWentIn_data();
    void comesOutAsItWentIn();
    void showsItsPieces();
    void dropsAcrossChunks();
    void findsAByte();
    void isEmptyAfterClearing();
    void reusesChunksOfAPool();
    void takesChunksThatFit();
};

void TstChunkQueue::comesOutAsItWentIn_data()
{
    QTest::addColumn<bool>("pooled");
    QTest::newRow("pool") << true;
    QTest::newRow("no pool") << false;
}

void TstChunkQueue::comesOutAsItWentIn()
{
    QFETCH(bool, pooled);
    ChunkPool pool;
    ChunkQueue queue(pooled ? &pool : nullptr);
    QRandomGenerator random(1);
    QByteArray in;
    QByteArray out;
    char next = 0;
    for (int step = 0; step < 3000; ++step) {
        QByteArray bytes(random.bounded(1 << random.bounded(1, 17)), Qt::Uninitialized);
        for (char &byte : bytes)
            byte = next++;
        queue.append(bytes);
        in += bytes;
        QByteArray part(random.bounded(1 << random.bounded(1, 18)), Qt::Uninitialized);
        const qsizetype expected = std::min(part.size(), queue.size());
        QCOMPARE(queue.read(part.data(), part.size()), expected);
        out += part.first(expected);
        QCOMPARE(queue.size(), in.size() - out.size());
        QCOMPARE(queue.isEmpty(), in.size() == out.size());
    }
    QByteArray rest(queue.size(), Qt::Uninitialized);
    QCOMPARE(queue.read(rest.data(), rest.size()), rest.size());
    QVERIFY(out + rest == in);
}

void TstChunkQueue::showsItsPieces()
{
    ChunkQueue queue;
    std::array<QByteArrayView, 3> pieces;
    QCOMPARE(queue.pieces(pieces), size_t(0));
    QByteArray all;
    for (int part = 0; part < 40; ++part) {
        const QByteArray bytes(10'000, char('a' + part));
        queue.append(bytes);
        all += bytes;
    }
    QCOMPARE(queue.pieces(pieces), size_t(3));
    const QByteArray shown = pieces[0].toByteArray() + pieces[1].toByteArray() + pieces[2].toByteArray();
    QVERIFY(shown.size() > 2 * qsizetype(ChunkPool::largeBytes));
    QVERIFY(all.startsWith(shown));
}

void TstChunkQueue::dropsAcrossChunks()
{
    ChunkQueue queue;
    const QByteArray bytes(300'000, 'x');
    queue.append(bytes);
    queue.append("end");
    queue.drop(0);
    queue.drop(299'999);
    QByteArray rest(16, '\0');
    QCOMPARE(queue.read(rest.data(), rest.size()), 4);
    QCOMPARE(rest.first(4), "xend");
}

void TstChunkQueue::findsAByte()
{
    ChunkQueue queue;
    QVERIFY(!queue.contains('\n'));
    queue.append(QByteArray(100'000, 'x'));
    QVERIFY(!queue.contains('\n'));
    queue.append("\n");
    QVERIFY(queue.contains('\n'));
    queue.drop(100'000);
    QVERIFY(queue.contains('\n'));
    queue.drop(1);
    QVERIFY(!queue.contains('\n'));
    queue.append("x");
    QVERIFY(!queue.contains('\n'));     // not even in what the chunk held before
}

void TstChunkQueue::isEmptyAfterClearing()
{
    ChunkQueue queue;
    queue.append(QByteArray(200'000, 'x'));
    queue.clear();
    QVERIFY(queue.isEmpty());
    queue.append("again");
    QCOMPARE(queue.size(), 5);
}

void TstChunkQueue::reusesChunksOfAPool()
{
    ChunkPool pool;
    const char *first = nullptr;
    for (int round = 0; round < 3; ++round) {
        ChunkQueue queue(&pool);
        queue.append("x");
        std::array<QByteArrayView, 1> pieces;
        QCOMPARE(queue.pieces(pieces), size_t(1));
        if (round == 0)
            first = pieces[0].data();
        QVERIFY(pieces[0].data() == first);
    }
}

void TstChunkQueue::takesChunksThatFit()
{
    ChunkPool pool;
    QCOMPARE(pool.take(1).capacity, ChunkPool::smallBytes);
    QCOMPARE(pool.take(ChunkPool::smallBytes).capacity, ChunkPool::smallBytes);
    QCOMPARE(pool.take(ChunkPool::smallBytes + 1).capacity, ChunkPool::largeBytes);
}

QTEST_GUILESS_MAIN(TstChunkQueue)
#include "tst_chunkqueue.moc"
