#include "models/recordtext.h"

#include "recording.h"
#include "support/testmain.h"

using namespace wsw;
using namespace wsw::desktop;
using capture::Record;
using wire::Opcode;
using wire::RecordFlag;
using wire::RecordKind;

class TestRowText final : public QObject
{
    Q_OBJECT

    static Record frame(Opcode opcode, const QByteArray &payload, Direction direction = Direction::Sent, wire::Fin fin = wire::Fin::Yes)
    {
        Record record;
        record.header.direction = direction;
        record.header.frame.opcode = opcode;
        record.header.frame.fin = fin == wire::Fin::Yes;
        record.header.frame.length = static_cast<quint64>(payload.size());
        record.header.inflatedLength = record.header.frame.length;
        record.payload = payload;
        return record;
    }

    static Record other(RecordKind kind, const QByteArray &payload)
    {
        Record record;
        record.header.kind = kind;
        record.header.payloadStored = static_cast<quint64>(payload.size());
        record.payload = payload;
        return record;
    }

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void names_data()
    {
        QTest::addColumn<Record>("record");
        QTest::addColumn<QString>("name");
        QTest::newRow("text") << frame(Opcode::Text, "a") << QStringLiteral("text");
        QTest::newRow("first") << frame(Opcode::Text, "a", Direction::Sent, wire::Fin::No) << QStringLiteral("text · first");
        QTest::newRow("middle") << frame(Opcode::Continuation, "a", Direction::Sent, wire::Fin::No) << QStringLiteral("continuation");
        QTest::newRow("last") << frame(Opcode::Continuation, "a") << QStringLiteral("continuation · last");
        QTest::newRow("ping") << frame(Opcode::Ping, "a") << QStringLiteral("ping");
        QTest::newRow("split ping") << frame(Opcode::Ping, "a", Direction::Sent, wire::Fin::No) << QStringLiteral("ping · not final");
        QTest::newRow("request") << other(RecordKind::RequestHead, "GET / HTTP/1.1\r\n\r\n") << QStringLiteral("upgrade request");
        QTest::newRow("101") << other(RecordKind::ResponseHead, "HTTP/1.1 101 Switching Protocols\r\n\r\n") << QStringLiteral("101 switching");
        QTest::newRow("404") << other(RecordKind::ResponseHead, "HTTP/1.1 404 Not Found\r\n\r\n") << QStringLiteral("404 Not Found");
        QTest::newRow("end") << other(RecordKind::End, "peer closed first") << QStringLiteral("TCP end");
        Record crafted = frame(Opcode::Text, "a");
        crafted.header.flags = RecordFlag::Crafted;
        QTest::newRow("crafted") << crafted << QStringLiteral("text · crafted");
        Record cut = frame(Opcode::Binary, "a", Direction::Received);
        cut.header.flags = RecordFlag::Truncated;
        QTest::newRow("truncated") << cut << QStringLiteral("binary · truncated");
        Record lost = frame(Opcode::Text, "a");
        lost.header.integrity = capture::Integrity::Lost;
        QTest::newRow("lost") << lost << QStringLiteral("lost");
    }

    void names()
    {
        QFETCH(Record, record);
        QTEST(frameName(record), "name");
    }

    void meanings()
    {
        QCOMPARE(meaningOf(frame(Opcode::Text, "a")), Meaning::Sent);
        QCOMPARE(meaningOf(frame(Opcode::Text, "a", Direction::Received)), Meaning::Received);
        QCOMPARE(meaningOf(frame(Opcode::Pong, "a")), Meaning::Control);
        QCOMPARE(meaningOf(frame(Opcode::Close, "\x03\xe8")), Meaning::Control);
        QCOMPARE(meaningOf(frame(Opcode::Close, "\x03\xea")), Meaning::Violation); // 1002: the other end says that we broke a rule
        QCOMPARE(meaningOf(frame(Opcode::Close, "\x0f\xa1")), Meaning::Control);   // 4001: private use
        QCOMPARE(meaningOf(other(RecordKind::RequestHead, "GET")), Meaning::Neutral);
        QCOMPARE(meaningOf(other(RecordKind::Raw, "what?")), Meaning::Violation);
        Record both = frame(Opcode::Text, "a");
        both.header.violation = wire::Violation::ReservedBit2Set;
        QCOMPARE(meaningOf(both), Meaning::Violation);
        both.header.flags = RecordFlag::Crafted;
        QCOMPARE(meaningOf(both), Meaning::Crafted);
    }

    void glyphsSayDirectionAndMeaning()
    {
        QCOMPARE(glyphsOf(frame(Opcode::Ping, "a", Direction::Received)), (QList{LogGlyph::Control, LogGlyph::Received}));
        QCOMPARE(glyphsOf(frame(Opcode::Text, "a")), QList{LogGlyph::Sent});
        QCOMPARE(glyphWords(glyphsOf(frame(Opcode::Ping, "a", Direction::Received))), QStringLiteral("received, control"));
    }

    void previews_data()
    {
        QTest::addColumn<Record>("record");
        QTest::addColumn<QString>("text");
        QTest::newRow("text") << frame(Opcode::Text, "Hello server!") << QStringLiteral("Hello server!");
        QTest::newRow("lines") << frame(Opcode::Text, "a\nb\tc\r\x1b[") << QStringLiteral("a↵b⇥c\\r\\x1b[");
        QTest::newRow("turned round") << frame(Opcode::Text, "bat\u202enil\u2066\u2028") << QStringLiteral("bat\\u202enil\\u2066\\u2028");
        QTest::newRow("emoji of several") << frame(Opcode::Text, "\U0001f468\u200d\U0001f469") << QStringLiteral("\U0001f468\u200d\U0001f469");
        QTest::newRow("binary") << frame(Opcode::Binary, QByteArray("\x00\xff", 2)) << QStringLiteral("00 ff");
        QTest::newRow("ping") << frame(Opcode::Ping, "p100") << QStringLiteral("70 31 30 30");
        QTest::newRow("close") << frame(Opcode::Close, "\x03\xea" "RSV2") << QStringLiteral("1002 RSV2");
        QTest::newRow("empty close") << frame(Opcode::Close, "") << QStringLiteral("no code");
        QTest::newRow("one byte") << frame(Opcode::Close, "\x03") << QStringLiteral("03");
        QTest::newRow("text continuation") << frame(Opcode::Continuation, "bol\"") << QStringLiteral("bol\"");
        QTest::newRow("binary continuation") << frame(Opcode::Continuation, "\xff\xfe") << QStringLiteral("ff fe");
        QTest::newRow("request") << other(RecordKind::RequestHead, "GET /chat HTTP/1.1\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n")
                                 << QStringLiteral("GET /chat HTTP/1.1 · key x3JJHMbDL1EzLkh9GBhXDw==");
        QTest::newRow("response") << other(RecordKind::ResponseHead, "HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: HSmrc0sM=\r\n\r\n")
                                  << QStringLiteral("accept HSmrc0sM=");
        QTest::newRow("refusal") << other(RecordKind::ResponseHead, "HTTP/1.1 401 Unauthorized\r\n\r\n") << QStringLiteral("HTTP/1.1 401 Unauthorized");
        QTest::newRow("garbage") << other(RecordKind::ResponseHead, "hm") << QStringLiteral("hm");
        QTest::newRow("end") << other(RecordKind::End, "peer closed first") << QStringLiteral("peer closed first");
        const auto packed = [](Opcode opcode, const QByteArray &inflated) {
            Record record = frame(opcode, QByteArray::fromHex("f248cdc9c90700"));
            record.header.flags = RecordFlag::Compressed;
            record.inflated = inflated;
            return record;
        };
        QTest::newRow("compressed text") << packed(Opcode::Text, "{\"a\":1}") << QStringLiteral("{\"a\":1}");
        QTest::newRow("compressed binary") << packed(Opcode::Binary, "\x01\x02") << QStringLiteral("01 02");
        Record bytes = frame(Opcode::Continuation, "bol\"");
        bytes.header.flags = RecordFlag::ContinuesBinary;
        QTest::newRow("binary continuation that reads as text") << bytes << QStringLiteral("62 6f 6c 22");
        QTest::newRow("compressed continuation") << packed(Opcode::Continuation, "bol\"") << QStringLiteral("bol\"");
        Record damaged = packed(Opcode::Text, "so far");
        damaged.header.violation = wire::Violation::CompressedDataDamaged;
        QTest::newRow("compressed and damaged") << damaged
            << QStringLiteral("A message is marked as compressed, but its data cannot be inflated · so far");
    }

    void previews()
    {
        QFETCH(Record, record);
        QTEST(previewText(record), "text");
    }

    void previewsStayShort()
    {
        QVERIFY(previewText(frame(Opcode::Text, QByteArray(1'000'000, 'x'))).size() <= 300);
        QVERIFY(previewText(frame(Opcode::Binary, QByteArray(1'000'000, 'x'))).size() <= 300);
    }

    void lengths()
    {
        QCOMPARE(lengthText(frame(Opcode::Text, QByteArray(1234, 'x')).header), QStringLiteral("1\u00a0234"));
        QCOMPARE(lengthText(other(RecordKind::End, "gone").header), QString());
        Record packed = frame(Opcode::Text, QByteArray(24, 'x'));
        packed.header.flags = RecordFlag::Compressed;
        packed.header.inflatedLength = 1900;
        QCOMPARE(lengthText(packed.header), QStringLiteral("1\u00a0900→24"));
    }

    void numbersAreGrouped()
    {
        QCOMPARE(groupedNumber(0), QStringLiteral("0"));
        QCOMPARE(groupedNumber(999), QStringLiteral("999"));
        QCOMPARE(groupedNumber(1000), QStringLiteral("1\u00a0000"));
        QCOMPARE(groupedNumber(1234567), QStringLiteral("1\u00a0234\u00a0567"));
    }

    void timesHaveMicroseconds()
    {
        const QDateTime moment(QDate(2025, 4, 21), QTime(10, 4, 7, 211));
        QCOMPARE(timeText(moment.toMSecsSinceEpoch() * nsPerMs + 604 * nsPerUs), QStringLiteral("10:04:07.211 604"));
        QCOMPARE(timeText(moment.toMSecsSinceEpoch() * nsPerMs + 4 * nsPerUs), QStringLiteral("10:04:07.211 004"));
    }
};

QTEST_MAIN(TestRowText)
#include "tst_rowtext.moc"
