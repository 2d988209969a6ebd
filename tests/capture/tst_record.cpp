#include "capture/samples.h"
#include "support/testmain.h"

#include "capture/block.h"

#include <QTest>

#include <cstring>

using namespace wsw;
using namespace wsw::capture;
using test::Sample;

/// The bytes of a stored record and of a block: every field comes back, and nothing but whole records is accepted.
class tst_Record final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyFieldRoundTrips();
    void headerStandsWhereTheFormatSays();
    void boundaries();
    void blockPublishesInOrder();
    void blockFromBytes();
    void brokenBlocksAreRefused_data();
    void brokenBlocksAreRefused();
    void lostBlockKeepsNumbers();
};

namespace {

/// Packs one sample as the recorder does, unmasked.
QByteArray pack(const Sample &sample)
{
    const qsizetype size = storedHeaderBytes + sample.plain.size();
    const StoredHeader header = packHeader(sample.view(), static_cast<quint32>(size));
    QByteArray bytes(reinterpret_cast<const char *>(&header), sizeof header);
    return bytes + sample.plain;
}

const uchar *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const uchar *>(bytes.constData());
}

std::shared_ptr<const Block> blockOf(const QByteArray &bytes, quint32 count)
{
    auto copy = std::make_unique<uchar[]>(static_cast<size_t>(bytes.size()));
    std::memcpy(copy.get(), bytes.constData(), static_cast<size_t>(bytes.size()));
    return Block::fromBytes(RecordId(10), count, std::move(copy), static_cast<quint32>(bytes.size()));
}

} // namespace

void tst_Record::everyFieldRoundTrips()
{
    for (quint64 number = 0; number < 5'000; ++number) {
        const Sample sample = test::sample(number);
        const QByteArray bytes = pack(sample);
        QCOMPARE(recordFits(raw(bytes), static_cast<quint64>(bytes.size())), static_cast<quint32>(bytes.size()));
        const RecordView view = unpackRecord(raw(bytes), RecordId(number + 1));
        QCOMPARE(view.header.id, RecordId(number + 1));
        const QString difference = test::difference(view.header, view.payload, sample);
        QVERIFY2(difference.isEmpty(), qPrintable(QStringLiteral("sample %1: %2").arg(number).arg(difference)));
        QCOMPARE(storedTime(raw(bytes)), sample.record.time);
    }
}

void tst_Record::headerStandsWhereTheFormatSays()
{
    Sample sample;
    sample.record.kind = wire::RecordKind::Frame;
    sample.record.direction = Direction::Received;
    sample.record.flags = wire::RecordFlag::Crafted | wire::RecordFlag::PingReply;
    sample.record.violation = wire::Violation::ReservedBit2Set;
    sample.record.connection = ConnectionId(0x01020304);
    sample.record.time = 1'000'000;
    sample.record.firstByteTime = 999'744;
    sample.record.message = MessageId(7);
    sample.record.inflatedLength = 9;
    sample.record.rttNs = 11;
    sample.record.header = {true, false, true, false, wire::Opcode::Binary, true, {0x37, 0xfa, 0x21, 0x3d},
                            wire::LengthForm::Bits16, 300, 0x0a0b};
    const QByteArray expected = QByteArray::fromHex(
        "50000000" "00" "03" "0101" "0200" "a2" "fe" "04030201"
        "40420f0000000000" "0001000000000000" "0b0a000000000000" "2c01000000000000"
        "37fa213d" "00000000" "0700000000000000" "0900000000000000" "0b00000000000000");
    QCOMPARE(pack(sample).toHex(' '), expected.toHex(' '));
}

void tst_Record::boundaries()
{
    const QByteArray bytes = pack(test::sample(1, 0));
    QCOMPARE(bytes.size(), storedHeaderBytes);
    QCOMPARE(recordFits(raw(bytes), storedHeaderBytes), quint32{storedHeaderBytes});
    QCOMPARE(recordFits(raw(bytes), storedHeaderBytes - 1), quint32{0});
    const QByteArray longer = pack(test::sample(2, 5));
    QCOMPARE(recordFits(raw(longer), storedHeaderBytes + 4), quint32{0});
}

void tst_Record::blockPublishesInOrder()
{
    Block block(RecordId(100), 4096);
    QCOMPARE(block.extent().count, quint32{0});
    QVERIFY(!block.contains(RecordId(100)));
    quint32 count = 0;
    for (;; ++count) {
        const QByteArray bytes = pack(test::sample(count, 50));
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

void tst_Record::blockFromBytes()
{
    const QByteArray bytes = pack(test::sample(1)) + pack(test::sample(2)) + pack(test::sample(3));
    const auto block = blockOf(bytes, 3);
    QVERIFY(block);
    QCOMPARE(block->extent().count, quint32{3});
    QCOMPARE(test::difference(block->view(2).header, block->view(2).payload, test::sample(3)), QString());
    QVERIFY(block->contains(RecordId(12)));
    QVERIFY(!block->contains(RecordId(13)));
}

void tst_Record::brokenBlocksAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint32>("count");
    const QByteArray two = pack(test::sample(1)) + pack(test::sample(2));
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

void tst_Record::brokenBlocksAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(quint32, count);
    QVERIFY(!blockOf(bytes, count));
}

void tst_Record::lostBlockKeepsNumbers()
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

QTEST_GUILESS_MAIN(tst_Record)
#include "tst_record.moc"
