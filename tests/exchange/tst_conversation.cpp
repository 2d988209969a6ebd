#include "exchange/conversation.h"

#include "net/keptrecords.h"
#include "support/plainframe.h"
#include "support/testmain.h"
#include "wire/handshake.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;
using Side = Conversation::Side;

class TestConversation final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void readsWhatBothSay()
    {
        KeptRecords kept;
        Conversation talk(kept, [] { return ConnectionId(7); });
        const QByteArray head = request();
        talk.bytes(Side::Client, head.left(10), 1);
        QCOMPARE(talk.kind(), Conversation::Kind::Undecided);
        talk.bytes(Side::Client, head.mid(10), 2);
        QCOMPARE(talk.kind(), Conversation::Kind::WebSocket);
        QCOMPARE(talk.info().url, u"ws://example.org/chat"_s);
        talk.bytes(Side::Server, "HTTP/1.1 103 Early Hints\r\n\r\n" + answer() + encode(0x81, "at once"), 3);
        talk.bytes(Side::Client, encode(0x81, "hello", "abcd"), 4);
        talk.end(Side::Server, u"over"_s, 5, net::RelayDirection::MissingClose::Finding);
        QCOMPARE(words(kept), (QStringList{u"request"_s, u"response"_s, u"response"_s, u"< at once"_s, u"> hello"_s, u"end < end-without-close"_s}));
        QCOMPARE(kept.all.front().record.connection, ConnectionId(7));
        QCOMPARE(kept.all.front().record.firstByteTime, 1);
        QCOMPARE(kept.all.front().record.time, 2);
    }

    void othersAreLeftOut()
    {
        KeptRecords kept;
        for (const QByteArray &first : {QByteArray("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), QByteArray("SSH-2.0-x\r\n"), QByteArray("\x16\x03\x01")}) {
            Conversation talk(kept, [] { return ConnectionId(1); });
            talk.bytes(Side::Client, first, 1);
            talk.end(Side::Client, {}, 2, net::RelayDirection::MissingClose::Finding);
            QVERIFY(talk.kind() != Conversation::Kind::WebSocket);
        }
        Conversation talk(kept, [] { return ConnectionId(1); });
        talk.bytes(Side::Server, "220 mail", 1);
        QCOMPARE(talk.kind(), Conversation::Kind::Other);
        QVERIFY(kept.all.empty());
    }

    void refused()
    {
        KeptRecords kept;
        Conversation talk(kept, [] { return ConnectionId(1); });
        talk.bytes(Side::Client, request(), 1);
        talk.bytes(Side::Server, "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno!", 2);
        QCOMPARE(words(kept), (QStringList{u"request"_s, u"response status-not-101"_s, u"body no!"_s}));
    }

    void aGapWithinAFrame()
    {
        KeptRecords kept;
        Conversation talk(kept, [] { return ConnectionId(1); });
        open(talk);
        const QByteArray large = encode(0x81, QByteArray(1000, 'x'));
        talk.bytes(Side::Server, large.left(300), 1);
        talk.gap(Side::Server, 500, 2);
        talk.bytes(Side::Server, large.mid(800) + encode(0x81, "next"), 3);
        QCOMPARE(kept.all.size(), size_t{4});
        QCOMPARE(kept.all.at(2).payload, QByteArray(296, 'x'));
        QVERIFY(kept.all.at(2).record.flags.testFlag(wire::RecordFlag::Truncated));
        QCOMPARE(kept.all.at(2).record.violation, wire::Violation::None);
        QCOMPARE(kept.all.at(3).payload, QByteArray("next"));
        QCOMPARE(kept.all.at(3).record.header.wireOffset, quint64{1004});
    }

    void aGapOverTheEndOfAFrame()
    {
        KeptRecords kept;
        Conversation talk(kept, [] { return ConnectionId(1); });
        open(talk);
        talk.bytes(Side::Server, encode(0x01, QByteArray(100, 'x')).left(50), 1);
        talk.gap(Side::Server, 200, 2);
        talk.bytes(Side::Server, "the rest of something that was text", 3);
        talk.bytes(Side::Server, encode(0x80, "end") + encode(0x81, "\xff"), 4);
        talk.end(Side::Server, u"over"_s, 5, net::RelayDirection::MissingClose::Finding);
        QCOMPARE(kept.all.at(2).payload, QByteArray(48, 'x'));
        QVERIFY(kept.all.at(2).record.flags.testFlag(wire::RecordFlag::Truncated));
        QCOMPARE(kept.all.at(3).record.kind, wire::RecordKind::Raw);
        QCOMPARE(kept.all.at(4).payload, QByteArray("end"));
        QCOMPARE(kept.all.at(4).record.violation, wire::Violation::None);   // its start may be among what is lost
        QCOMPARE(kept.all.at(5).record.violation, wire::Violation::TextNotUtf8);
        QCOMPARE(kept.all.back().record.violation, wire::Violation::None);  // and so may be the Close
    }

private:
    static QByteArray request()
    {
        wire::RequestOptions options;
        options.target = "/chat";
        options.host = "example.org";
        options.key = "dGhlIHNhbXBsZSBub25jZQ==";
        return wire::composeRequest(options);
    }
    static QByteArray answer() { return wire::composeResponse({"dGhlIHNhbXBsZSBub25jZQ==", {}, {}, {}}); }
    static void open(Conversation &talk)
    {
        talk.bytes(Side::Client, request(), 1);
        talk.bytes(Side::Server, answer(), 1);
    }
    static QStringList words(const KeptRecords &kept)
    {
        QStringList lines;
        for (const KeptRecords::Kept &one : kept.all) {
            const QString arrow = one.record.direction == Direction::Sent ? u"> "_s : u"< "_s;
            QByteArray payload = one.payload;
            if (one.record.header.masked)
                wire::applyMask(reinterpret_cast<const uchar *>(payload.constData()), reinterpret_cast<uchar *>(payload.data()), payload.size(), one.record.header.key);
            QString line;
            switch (one.record.kind) {
            case wire::RecordKind::Frame: line = arrow + QString::fromUtf8(payload); break;
            case wire::RecordKind::RequestHead: line = u"request"_s; break;
            case wire::RecordKind::ResponseHead: line = u"response"_s; break;
            case wire::RecordKind::Body: line = u"body "_s + QString::fromUtf8(payload); break;
            case wire::RecordKind::Raw: line = u"raw "_s + QString::fromUtf8(payload); break;
            case wire::RecordKind::End: line = u"end "_s + arrow.left(1); break;
            }
            if (one.record.violation != wire::Violation::None)
                line += u' ' + QLatin1String(wire::violationInfo(one.record.violation).name);
            lines += line;
        }
        return lines;
    }
};

QTEST_GUILESS_MAIN(TestConversation)
#include "tst_conversation.moc"
