#include "exchange/exporter.h"

#include "exchange/packets.h"
#include "exchange/talks.h"
#include "exchange/tcpstory.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QBuffer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

/// What Wireshark reads in it is tests/peers/tst_tshark's.
class TestPcapngWriter final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void everyByteAtItsPlaceAndTime()
    {
        Talk talk;
        const auto line = talk.open();
        const QByteArray large(100'000, 'x');
        line->sent(encode(0x82, large, "abcd"));
        line->received(encode(0x81, "hello"));
        line->sent(encode(0x81, "x", "abcd"));
        line->end();
        const QList<WrittenPacket> packets = exported(talk);
        QByteArray sent;
        QByteArray received;
        quint32 nextSent = 1;
        quint32 nextReceived = 1;
        for (const WrittenPacket &packet : packets) {
            if (packet.payload.isEmpty())
                continue;
            const bool fromUs = packet.to == 8765;
            QCOMPARE(packet.sequence, fromUs ? nextSent : nextReceived);
            QCOMPARE(packet.acknowledged, fromUs ? nextReceived : nextSent);
            QVERIFY(packet.payload.size() <= 1460);
            (fromUs ? sent : received) += packet.payload;
            (fromUs ? nextSent : nextReceived) += static_cast<quint32>(packet.payload.size());
        }
        QVERIFY(sent.startsWith("GET /chat HTTP/1.1\r\n"));
        QVERIFY(sent.endsWith("\r\n\r\n" + encode(0x82, large, "abcd") + encode(0x81, "x", "abcd")));
        QVERIFY(received.endsWith("\r\n\r\n" + encode(0x81, "hello")));
        const capture::Record last = *talk.document().read(RecordId(5));
        const auto packet = std::find_if(packets.begin(), packets.end(), [](const WrittenPacket &one) { return one.payload.size() == 7 && one.to == 8765; });
        QVERIFY(packet != packets.end());
        QCOMPARE(packet->time, talk.document().clock().toWall(last.header.time));
    }

    void endsAsRecorded()
    {
        Talk talk;
        talk.open()->end();
        talk.open()->end(u"reset by the peer"_s, u"reset by the peer"_s);
        talk.open()->end(u"cut here"_s, u"cut here"_s);
        QStringList flags;
        for (const WrittenPacket &packet : exported(talk)) {
            if ((packet.flags & (TcpFlag::fin | TcpFlag::rst)) != 0)
                flags += (packet.to == 8765 ? u">%1"_s : u"<%1"_s).arg(packet.flags);
        }
        QCOMPARE(flags, (QStringList{u"<17"_s, u">17"_s, u"<20"_s, u">20"_s}));
    }

    void tlsIsMarked()
    {
        Talk talk;
        const auto line = talk.open(u"wss://[::1]:443/"_s);
        line->sent(encode(0x81, "x", "abcd"));
        const QList<WrittenPacket> packets = exported(talk);
        QCOMPARE(packets.at(0).to, plainTextPort);
        QVERIFY2(packets.at(0).comment.contains("Plain text of TLS: the server's port was 443"), packets.at(0).comment);
    }

    void aFilterChoosesWholeConnections()
    {
        Talk talk;
        const auto one = talk.open();
        const auto two = talk.open();
        one->sent(encode(0x81, "here", "abcd"));
        two->sent(encode(0x81, "there", "abcd"));
        two->sent(encode(0x89, "", "abcd"));
        ExportOptions options;
        options.format = Format::Pcapng;
        options.filter = *capture::Filter::parse(u"opcode == ping"_s, nullptr);
        QBuffer buffer;
        QVERIFY(buffer.open(QIODevice::WriteOnly));
        const Result<ExportSummary> summary = exportCapture(talk.document(), buffer, options);
        QVERIFY(summary.ok());
        QCOMPARE(summary->notes, (QStringList{u"pcapng holds whole connections: 1 of 2, those in which something matches."_s}));
        const QList<WrittenPacket> packets = packetsOf(buffer.data());
        QCOMPARE(packets.size(), 3 + 2 + 2);
        for (const WrittenPacket &packet : packets)
            QVERIFY(packet.from == 40'002 || packet.to == 40'002);
    }

    void remarksAreComments()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0xa1, "x", "abcd"));
        QVERIFY2(exported(talk).last().comment.contains("violation rsv2-set"), exported(talk).last().comment);
    }

    void notesAreComments()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "x", "abcd"));
        line->sent(encode(0x81, "y", "abcd"));
        talk.document().setNote(RecordId(3), "see \xc3\xbc");
        talk.document().setNote(RecordId(4), "");
        const QList<WrittenPacket> packets = exported(talk);
        QCOMPARE(packets.at(packets.size() - 2).comment, QByteArray("Record 3: note: see \xc3\xbc"));
        QCOMPARE(packets.last().comment, QByteArray("Record 4: marked"));
    }

private:
    static QList<WrittenPacket> exported(Talk &talk)
    {
        ExportOptions options;
        options.format = Format::Pcapng;
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        const Result<ExportSummary> summary = exportCapture(talk.document(), buffer, options);
        if (!summary)
            QTest::qFail(qPrintable(summary.error().message), __FILE__, __LINE__);
        const QList<WrittenPacket> packets = packetsOf(buffer.data());
        if (summary && static_cast<quint64>(packets.size()) != summary->written)
            QTest::qFail("the summary counts otherwise", __FILE__, __LINE__);
        return packets;
    }
};

QTEST_GUILESS_MAIN(TestPcapngWriter)
#include "tst_pcapngwriter.moc"
