#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/block.h"

#include <QTest>

#include <cstring>
#include <thread>

using namespace wsw;
using namespace wsw::capture;

/// A block: what is published can be read, and nothing but whole records is accepted.
class tst_Block final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void publishesInOrder();
    void readWhileItGrows();
    void fromBytes();
    void brokenOnesAreRefused_data();
    void brokenOnesAreRefused();
    void lostOneKeepsNumbers();
};

namespace {

std::shared_ptr<const Block> blockOf(const QByteArray &bytes, quint32 count)
{
    auto copy = std::make_unique<uchar[]>(static_cast<size_t>(bytes.size()));
    std::memcpy(copy.get(), bytes.constData(), static_cast<size_t>(bytes.size()));
    return Block::fromBytes(RecordId(10), count, std::move(copy), static_cast<quint32>(bytes.size()));
}

} // namespace

void tst_Block::publishesInOrder()
{
    Block block(RecordId(100), 4096);
    QCOMPARE(block.extent().count, quint32{0});
    QVERIFY(!block.contains(RecordId(100)));
    quint32 count = 0;
    for (;; ++count) {
        const QByteArray bytes = test::pack(test::sample(count, 50));
        if (!block.fits(bytes.size()))
            break;
        std::memcpy(block.tail(), bytes.constData(), static_cast<size_t>(bytes.size()));
        QVERIFY(!block.contains(RecordId(100 + count)));
        block.publish(static_cast<quint32>(bytes.size()));
        QVERIFY(block.contains(RecordId(100 + count)));
    }
    QCOMPARE(count, quint32{4096 / (storedHeaderBytes + 50)});
    QVERIFY(!block.contains(RecordId(99)));
    for (quint32 i = 0; i < count; ++i) {
        const RecordView view = block.view(i);
        QCOMPARE(view.header.id, RecordId(100 + i));
        QCOMPARE(test::difference(view.header, view.payload, test::sample(i, 50)), QString());
    }
}

void tst_Block::fromBytes()
{
    const QByteArray bytes = test::pack(test::sample(1)) + test::pack(test::sample(2)) + test::pack(test::sample(3));
    const auto block = blockOf(bytes, 3);
    QVERIFY(block);
    QCOMPARE(block->extent().count, quint32{3});
    QCOMPARE(test::difference(block->view(2).header, block->view(2).payload, test::sample(3)), QString());
    QVERIFY(block->contains(RecordId(12)));
    QVERIFY(!block->contains(RecordId(13)));
}

void tst_Block::brokenOnesAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint32>("count");
    const QByteArray two = test::pack(test::sample(1)) + test::pack(test::sample(2));
    QByteArray tooLong = two;
    tooLong[0] = static_cast<char>(tooLong[0] + 1);
    QByteArray zeroSize = two;
    std::memset(zeroSize.data(), 0, 4);
    QByteArray hugeSize = two;
    std::memset(hugeSize.data(), 0xff, 4);
    QTest::newRow("one record too few") << two << quint32{1};
    QTest::newRow("one record too many") << two << quint32{3};
    QTest::newRow("far too many") << two << quint32{0xffffffff};
    QTest::newRow("cut") << two.chopped(1) << quint32{2};
    QTest::newRow("longer than told") << (two + '\0') << quint32{2};
    QTest::newRow("size off by one") << tooLong << quint32{2};
    QTest::newRow("size zero") << zeroSize << quint32{2};
    QTest::newRow("size huge") << hugeSize << quint32{2};
}

void tst_Block::brokenOnesAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(quint32, count);
    QVERIFY(!blockOf(bytes, count));
}

void tst_Block::lostOneKeepsNumbers()
{
    const auto block = Block::lost(RecordId(5), 3, 77);
    QVERIFY(block->isLost());
    QVERIFY(block->contains(RecordId(7)));
    QVERIFY(!block->contains(RecordId(8)));
    const RecordView view = block->view(RecordId(6));
    QCOMPARE(view.header.id, RecordId(6));
    QCOMPARE(view.header.integrity, Integrity::Lost);
    QCOMPARE(view.header.time, MonotonicNs{77});
    QVERIFY(view.payload.isEmpty());
}

void tst_Block::readWhileItGrows()
{
    // Another thread sees whole records only. Under ThreadSanitizer this shows that no lock is needed.
    constexpr quint32 count = 2'000;
    Block block(RecordId(1), count * (storedHeaderBytes + 40));
    QString wrong;
    std::thread reader([&] {
        for (quint32 seen = 0; seen < count && wrong.isEmpty();) {
            const quint32 now = block.extent().count;
            for (; seen < now && wrong.isEmpty(); ++seen) {
                const RecordView view = block.view(seen);
                wrong = test::difference(view.header, view.payload, test::sample(seen, 40));
            }
        }
    });
    for (quint32 i = 0; i < count; ++i) {
        const QByteArray bytes = test::pack(test::sample(i, 40));
        std::memcpy(block.tail(), bytes.constData(), static_cast<size_t>(bytes.size()));
        block.publish(static_cast<quint32>(bytes.size()));
    }
    reader.join();
    QCOMPARE(wrong, QString());
}

QTEST_GUILESS_MAIN(tst_Block)
#include "tst_block.moc"
