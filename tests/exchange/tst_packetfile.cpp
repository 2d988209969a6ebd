#include "exchange/packetfile.h"

#include "exchange/pcapngblocks.h"
#include "support/testmain.h"

#include <QBuffer>
#include <QTest>

using namespace wsw;
using namespace wsw::exchange;

namespace {

/// Everything in a file, in a line: "link time bytes;", and the problem.
QByteArray heard(const QByteArray &bytes)
{
    QBuffer buffer;
    buffer.setData(bytes);
    buffer.open(QIODevice::ReadOnly);
    Result<PacketFile> file = PacketFile::open(buffer);
    if (!file)
        return "none";
    QByteArray line;
    FilePacket packet;
    PacketFile::Read read;
    while ((read = file->next(packet)) == PacketFile::Read::Packet)
        line += QByteArray::number(packet.linkType) + ' ' + QByteArray::number(packet.time) + ' ' + packet.bytes.toByteArray() + ';';
    if (file->next(packet) != PacketFile::Read::End)
        return "goes on after the end";
    return read == PacketFile::Read::End ? line : line + file->problem().toLatin1();
}

QByteArray hex(const char *text) { return QByteArray::fromHex(text); }

} // namespace

class TestPacketFile final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void classic()
    {
        const QByteArray little = hex("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000");
        const QByteArray packet = hex("01000000 02000000 03000000 03000000") + "abc";
        QCOMPARE(heard(little), QByteArray());
        QCOMPARE(heard(little + packet + packet), QByteArray("1 1000002000 abc;1 1000002000 abc;"));
        const QByteArray nano = hex("4d3cb2a1 0200 0400 00000000 00000000 ffff0000 65000000");
        QCOMPARE(heard(nano + packet), QByteArray("101 1000000002 abc;"));
        const QByteArray big = hex("a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000071");
        QCOMPARE(heard(big + hex("00000001 00000002 00000003 00000003") + "abc"), QByteArray("113 1000002000 abc;"));
        QCOMPARE(heard(little + packet + packet.left(17)), QByteArray("1 1000002000 abc;it ends within a packet"));
        QCOMPARE(heard(little + hex("01000000 02000000 ffffffff 03000000")), QByteArray("a packet says that it has 4294967295 bytes"));
        QCOMPARE(heard(little.left(20)), QByteArray("none"));
    }

    void ours()
    {
        QByteArray file;
        appendPcapngHead(file, "a", "b");
        appendPcapngPacket(file, 1'700'000'000'123'456'789, Direction::Sent, "abcde", "comment");
        const QByteArray packet = "101 1700000000123456789 abcde;";
        QCOMPARE(heard(file), packet);
        QCOMPARE(heard(file + file), packet + packet);      // a second section
        QCOMPARE(heard(file + hex("00001234 0c000000 0c000000")), packet);  // a block for others
        for (qsizetype size = 4; size < file.size(); ++size)
            (void)heard(file.left(size));
        QCOMPARE(heard(file.chopped(1)), QByteArray("it ends within a block"));
    }

    void otherWritersOfPcapng()
    {
        const QByteArray section = hex("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c");
        // Ethernet; units of 2^-10 s; times are 5 s later.
        const QByteArray interface = hex("00000001 0000002c 0001 0000 00000000 0009 0001 8a000000 000e 0008 0000000000000005 0000 0000 0000002c");
        const QByteArray packet = hex("00000006 00000024 00000000 00000000 00000e00 00000002 00000002 61620000 00000024");
        const QByteArray simple = hex("00000003 00000014 00000002 61620000 00000014");
        const QByteArray old = hex("00000002 00000024 0000 0000 00000000 00000400 00000002 00000002 61620000 00000024");
        QCOMPARE(heard(section + interface + packet), QByteArray("1 8500000000 ab;"));
        QCOMPARE(heard(section + interface + simple + old), QByteArray("1 0 ab;1 6000000000 ab;"));
        QCOMPARE(heard(section + packet), QByteArray("a packet does not fit into its block"));     // no interface
    }

    void whatIsNone()
    {
        for (const QByteArray &bytes : {QByteArray(), QByteArray("{\"log\":{}}"), QByteArray("SQLite format 3"), QByteArray("\x0a\x0d", 2)})
            QCOMPARE(heard(bytes), QByteArray("none"));
    }

    void lengthsThatLie()
    {
        const QByteArray section = hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000");
        QCOMPARE(heard(section), QByteArray());
        for (const char *block : {"06000000 00000000", "06000000 08000000", "06000000 0d000000", "06000000 ffffffff", "06000000 fcffffff"})
            QVERIFY2(heard(section + hex(block)).startsWith("a block says that it has"), heard(section + hex(block)));
        QCOMPARE(heard(section + hex("05000000 10000000 00000000 14000000")), QByteArray("a block has two lengths"));
        QCOMPARE(heard(hex("0a0d0d0a 1c000000 00000000")), QByteArray("a section has no byte order"));
    }
};

QTEST_GUILESS_MAIN(TestPacketFile)
#include "tst_packetfile.moc"
