#include "exchange/tcppacket.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw::exchange;

namespace {

/// Whoever receives a packet adds up what is checked, the checksum included, and gets nothing but ones (RFC 1071).
int folded(const QByteArray &bytes)
{
    unsigned sum = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        sum += static_cast<unsigned>(static_cast<uchar>(bytes[i])) << (i % 2 == 0 ? 8 : 0);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<int>(sum);
}

} // namespace

class TestTcpPacket final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void addresses()
    {
        TcpEnd end;
        QVERIFY(end.read(u"10.1.2.3:65535"_s));
        QVERIFY(end.isIPv4);
        QCOMPARE(end.port, quint16{65535});
        QVERIFY(end.read(u"[fe80::1%eth0]:80"_s));
        QVERIFY(!end.isIPv4);
        QCOMPARE(end.address[15], uchar{1});
        QVERIFY(end.read(u"[::ffff:1.2.3.4]:1"_s));
        QVERIFY(end.isIPv4);
        for (const QString &text : {u""_s, u"localhost:80"_s, u"1.2.3:x:9"_s})
            QVERIFY2(!end.read(text), qPrintable(text));
    }

    void ipv4()
    {
        const QByteArray packet = made(u"10.1.2.3:1000"_s, u"10.1.2.4:80"_s, "odd");
        QCOMPARE(packet.size(), 43);
        QCOMPARE(packet.left(2).toHex(), QByteArray("4500"));
        QCOMPARE(packet.mid(2, 2).toHex(), QByteArray("002b"));
        QCOMPARE(packet.mid(12, 8).toHex(), QByteArray("0a0102030a010204"));
        QCOMPARE(folded(packet.left(20)), 0xffff);
        QCOMPARE(folded(packet.mid(12, 8) + QByteArray::fromHex("00060017") + packet.mid(20)), 0xffff);
        QCOMPARE(packet.mid(20, 14).toHex(), QByteArray("03e8" "0050" "00000007" "00000009" "50" "18"));
        QCOMPARE(packet.mid(40), QByteArray("odd"));
    }

    void ipv6()
    {
        const QByteArray packet = made(u"[2001:db8::1]:1000"_s, u"[2001:db8::2]:80"_s, "even");
        QCOMPARE(packet.size(), 64);
        QCOMPARE(packet.left(8).toHex(), QByteArray("6000000000180640"));
        QCOMPARE(folded(packet.mid(8, 32) + QByteArray::fromHex("0000001800000006") + packet.mid(40)), 0xffff);
    }

    void bothVersionsTogether() { QCOMPARE(made(u"10.1.2.3:1000"_s, u"[2001:db8::2]:80"_s, "").size(), 60); }

private:
    static QByteArray made(const QString &from, const QString &to, QByteArrayView payload)
    {
        TcpEnd source;
        TcpEnd destination;
        if (!source.read(from) || !destination.read(to))
            return {};
        QByteArray packet;
        appendPacket(packet, source, destination, {7, 9, TcpFlag::psh | TcpFlag::ack, {}, payload}, 1);
        return packet;
    }
};

QTEST_GUILESS_MAIN(TestTcpPacket)
#include "tst_tcppacket.moc"
