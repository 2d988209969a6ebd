#include "exchange/packetimport.h"

#include "net/keptrecords.h"
#include "support/plainframe.h"
#include "support/testmain.h"
#include "wire/handshake.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

class TestPacketImport final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void leftOutIsSaid()
    {
        Import import;
        import.packet(1, 80, 0, TcpFlag::syn, {});
        import.packet(1, 80, 1, TcpFlag::ack, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        import.packet(2, 443, 1, TcpFlag::ack, "\x16\x03\x01 hello");
        import.packet(3, 22, 1, TcpFlag::ack, "SSH-2.0");
        import.import.packet(147, "?", 1);
        import.import.end();
        QVERIFY(import.kept.all.empty());
        const QString notes = import.import.notes().join(u'\n');
        QVERIFY2(notes.contains(u"1 of 5 packets"_s) && notes.contains(u"A connection was encrypted with TLS"_s)
                     && notes.contains(u"2 TCP connections are left out in which no WebSocket"_s), qPrintable(notes));
    }

    void thePortsAgain()
    {
        Import import;
        for (int round = 0; round < 3; ++round) {
            import.packet(1, 80, 1000u * round, TcpFlag::syn, {});
            import.packet(1, 80, 1000u * round + 1, TcpFlag::ack, request());
        }
        import.import.end();
        QCOMPARE(import.connections, 3);
        QCOMPARE(import.kept.of(wire::RecordKind::RequestHead, Direction::Sent).size(), size_t{3});
    }

    void notMoreAtOnceThanCanBeHeld()
    {
        Import import;
        for (quint32 i = 0; i < PacketImport::mostFlows + 100; ++i)
            import.packet(static_cast<quint16>(i % 60'000), static_cast<quint16>(80 + i / 60'000), 0, TcpFlag::syn, {});
        import.import.end();
        QVERIFY(import.import.notes().join(u'\n').contains(u"were given up"_s));
    }

    void noise()
    {
        Import import;
        quint32 state = 1;
        for (int i = 0; i < 20'000; ++i) {
            QByteArray payload;
            for (int size = i % 40; size > 0; --size)
                payload += static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
            import.packet(static_cast<quint16>(i % 7), 80, state >> 8, static_cast<quint8>(state >> 16), i % 50 == 0 ? request() : payload);
        }
        import.import.end();
    }

private:
    struct Import
    {
        KeptRecords kept;
        quint32 ids = 0;
        int connections = 0;
        PacketImport import{kept, {[this] { return ConnectionId(++ids); }, [this](const capture::ConnectionInfo &, bool over) { connections += over; }}};
        void packet(quint16 from, quint16 to, quint32 sequence, quint8 flags, const QByteArray &payload)
        {
            TcpEnd source;
            TcpEnd destination;
            (void)source.read(u"10.0.0.1"_s);
            (void)destination.read(u"10.0.0.2"_s);
            source.port = from;
            destination.port = to;
            QByteArray bytes;
            appendPacket(bytes, source, destination, {sequence, 1, flags, {}, payload}, 1);
            import.packet(101, bytes, 1);
        }
    };

    static QByteArray request()
    {
        wire::RequestOptions options;
        options.host = "example.org";
        options.key = "dGhlIHNhbXBsZSBub25jZQ==";
        return wire::composeRequest(options);
    }
};

QTEST_GUILESS_MAIN(TestPacketImport)
#include "tst_packetimport.moc"
