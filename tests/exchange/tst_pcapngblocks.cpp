#include "exchange/pcapngblocks.h"

#include "base/bytes.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::exchange;

class TestPcapngBlocks final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void lengthsAtBothEnds()
    {
        QByteArray file;
        appendPcapngHead(file, "a program", QByteArray("ä").repeated(5'000));
        for (int size = 0; size < 9; ++size)
            appendPcapngPacket(file, 1'700'000'000'123'456'789, Direction::Sent, QByteArray(size, 'p'), QByteArray(size, 'c'));
        QList<quint32> types;
        for (qsizetype at = 0; at < file.size();) {
            const auto *block = reinterpret_cast<const uchar *>(file.constData()) + at;
            const auto size = readLittleEndian<quint32>(block + 4);
            QVERIFY(size % 4 == 0 && size >= 12 && at + size <= file.size());
            QCOMPARE(readLittleEndian<quint32>(block + size - 4), size);
            types += readLittleEndian<quint32>(block);
            at += size;
        }
        QCOMPARE(types.size(), 11);
        QCOMPARE(types.at(0), 0x0a0d0d0au);
        QCOMPARE(types.at(1), 1u);
        QCOMPARE(types.at(2), 6u);
    }

    void aPacketByteByByte()
    {
        QByteArray block;
        appendPcapngPacket(block, 0x0102030405060708, Direction::Received, "abcde", "hi");
        QCOMPARE(block.toHex(' ').toUpper(),
                 QByteArray("06 00 00 00 3C 00 00 00 00 00 00 00 04 03 02 01 08 07 06 05 05 00 00 00 05 00 00 00 61 62 63 64 65 00 00 00 "
                            "02 00 04 00 01 00 00 00 01 00 02 00 68 69 00 00 00 00 00 00 3C 00 00 00"));
    }
};

QTEST_GUILESS_MAIN(TestPcapngBlocks)
#include "tst_pcapngblocks.moc"
