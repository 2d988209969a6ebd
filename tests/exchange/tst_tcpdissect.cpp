#include "exchange/tcpdissect.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw::exchange;

class TestTcpDissect final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void everyLink_data()
    {
        QTest::addColumn<quint32>("link");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<bool>("v6");
        const QByteArray addresses(12, 'e');
        for (const bool v6 : {false, true}) {
            const QByteArray type = QByteArray::fromHex(v6 ? "86dd" : "0800");
            const auto row = [v6](const char *name, quint32 link, const QByteArray &before) {
                QTest::addRow("%s, IPv%d", name, v6 ? 6 : 4) << link << before << v6;
            };
            row("raw", 101, {});
            row("raw of BSD", 12, {});
            row("null", 0, QByteArray::fromHex("02000000"));
            row("loop", 108, QByteArray::fromHex("00000002"));
            row("Ethernet", 1, addresses + type);
            row("one tag", 1, addresses + QByteArray::fromHex("81000005") + type);
            row("two tags", 1, addresses + QByteArray::fromHex("88a8000581000006") + type);
            row("cooked", 113, QByteArray(14, 'c') + type);
            row("cooked 2", 276, type + QByteArray(18, 'c'));
        }
    }

    void everyLink()
    {
        QFETCH(const quint32, link);
        QFETCH(const QByteArray, before);
        QFETCH(const bool, v6);
        TcpEnd source;
        TcpEnd destination;
        QVERIFY(source.read(v6 ? u"[2001:db8::1]:1000"_s : u"10.0.0.1:1000"_s) && destination.read(v6 ? u"[2001:db8::2]:80"_s : u"10.0.0.2:80"_s));
        QByteArray bytes = before;
        appendPacket(bytes, source, destination, {7, 9, TcpFlag::psh | TcpFlag::ack, QByteArrayView("\1\1\1\1"), "payload"}, 1);
        const qsizetype captured = bytes.size();
        const QByteArray padded = bytes + "padding";
        const std::optional<TcpPacket> packet = dissectTcp(link, padded);
        QVERIFY(knowsLinkType(link) && packet);
        QCOMPARE(packet->source, source);
        QCOMPARE(packet->destination, destination);
        QCOMPARE(packet->sequence, 7u);
        QCOMPARE(packet->acknowledged, 9u);
        QCOMPARE(packet->flags, quint8{TcpFlag::psh | TcpFlag::ack});
        QCOMPARE(packet->payload.toByteArray(), QByteArray("payload"));
        // Cut anywhere: less payload, or nothing; never what is not there (the sanitizers watch).
        for (qsizetype size = 0; size < captured; ++size) {
            const QByteArray cut(bytes.constData(), size);
            const std::optional<TcpPacket> part = dissectTcp(link, cut);
            QCOMPARE(part.has_value(), size >= captured - 7);
            QVERIFY(!part || QByteArray("payload").startsWith(part->payload));
        }
    }

    void whatIsNone()
    {
        TcpEnd one;
        QVERIFY(one.read(u"10.0.0.1:1"_s));
        QByteArray good;
        appendPacket(good, one, one, {}, 1);
        QVERIFY(dissectTcp(101, good));
        const auto changed = [&good](qsizetype at, int value) {
            QByteArray bytes = good;
            bytes[at] = static_cast<char>(value);
            return dissectTcp(101, bytes).has_value();
        };
        QVERIFY(!changed(0, 0x55));     // version 5
        QVERIFY(!changed(0, 0x44));     // a header of 16 bytes
        QVERIFY(!changed(9, 17));       // UDP
        QVERIFY(!changed(6, 0x20));     // more fragments
        QVERIFY(!changed(7, 1));        // a later fragment
        QVERIFY(!changed(32, 0x40));    // a TCP header of 16 bytes
        QVERIFY(!changed(32, 0xf0));    // of more than there is
        QVERIFY(!dissectTcp(147, good));
        QVERIFY(!knowsLinkType(147));
    }

    void extensionHeaders()
    {
        TcpEnd one;
        QVERIFY(one.read(u"[::1]:1"_s));
        QByteArray plain;
        appendPacket(plain, one, one, {1, 2, TcpFlag::ack, {}, "x"}, 1);
        // Hop-by-hop options, then a fragment header of something whole, then TCP.
        QByteArray bytes = plain.left(40) + QByteArray::fromHex("2c00010400000000" "0600000000000001") + plain.mid(40);
        bytes[6] = 0;
        bytes[5] = static_cast<char>(bytes[5] + 16);
        const std::optional<TcpPacket> packet = dissectTcp(101, bytes);
        QVERIFY(packet);
        QCOMPARE(packet->payload.toByteArray(), QByteArray("x"));
        bytes[51] = 1;  // more fragments follow
        QVERIFY(!dissectTcp(101, bytes));
    }
};

QTEST_GUILESS_MAIN(TestTcpDissect)
#include "tst_tcpdissect.moc"
