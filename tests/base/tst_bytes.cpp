#include "base/bytes.h"

#include "support/testmain.h"

#include <QByteArray>
#include <QTest>

using namespace wsw;

class TestBytes final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void emptied()
    {
        QByteArray small(1000, 'x');
        const qsizetype kept = small.capacity();
        emptyBuffer(small);
        QVERIFY(small.isEmpty());
        QCOMPARE(small.capacity(), kept);
        QByteArray large(2000, 'x');
        emptyBuffer(large, 1000);
        QVERIFY(large.isEmpty());
        QCOMPARE(large.capacity(), 0);
    }

    void networkOrder()
    {
        const uchar bytes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xf8};
        QCOMPARE(readBigEndian<quint8>(bytes), quint8(0x01));
        QCOMPARE(readBigEndian<quint16>(bytes), quint16(0x0102));
        QCOMPARE(readBigEndian<quint32>(bytes), quint32(0x01020304));
        QCOMPARE(readBigEndian<quint64>(bytes), quint64(0x01020304050607f8));

        uchar written[8] = {};
        writeBigEndian<quint64>(0x01020304050607f8, written);
        QVERIFY(std::equal(std::begin(bytes), std::end(bytes), written));
        uchar two[3] = {0xaa, 0xaa, 0xaa};
        writeBigEndian<quint16>(0xbeef, two);
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(two), 3), QByteArray("\xbe\xef\xaa"));
    }

    void littleEndian()
    {
        uchar bytes[8] = {};
        writeLittleEndian<quint32>(0x01020304, bytes);
        QCOMPARE(bytes[0], uchar(0x04));
        QCOMPARE(bytes[3], uchar(0x01));
        QCOMPARE(bytes[4], uchar(0x00));
        QCOMPARE(readLittleEndian<quint32>(bytes), quint32(0x01020304));
        writeLittleEndian<qint64>(-2, bytes);
        QCOMPARE(readLittleEndian<qint64>(bytes), qint64(-2));
    }

    void readsAtAnyAddress()
    {
        const uchar bytes[] = {0xff, 0x78, 0x56, 0x34, 0x12};
        QCOMPARE(readLittleEndian<quint32>(bytes + 1), quint32(0x12345678));
        QCOMPARE(readBigEndian<quint32>(bytes + 1), quint32(0x78563412));
    }
};

QTEST_GUILESS_MAIN(TestBytes)
#include "tst_bytes.moc"
