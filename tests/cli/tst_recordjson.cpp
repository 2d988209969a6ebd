#include "recordjson.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::cli;

class TestRecordJson final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void everyBitOfAFrame()
    {
        capture::RecordHeader header;
        header.id = RecordId(7);
        header.connection = ConnectionId(3);
        header.direction = Direction::Received;
        header.time = 1'250;
        header.message = MessageId(2);
        header.violation = wire::Violation::ReservedBit2Set;
        header.flags = wire::RecordFlag::Crafted | wire::RecordFlag::PingReply;
        header.rttNs = 4'711;
        header.frame = {.fin = false, .rsv1 = true, .rsv2 = false, .rsv3 = true, .opcode = wire::Opcode::Text, .masked = true,
                        .key = {0x37, 0xfa, 0x21, 0x3d}, .lengthForm = wire::LengthForm::Bits16, .length = 5, .wireOffset = 99};
        const ClockAnchor clock{.monotonic = 1'000, .wall = 1'700'000'000'123'456'789};
        const QJsonObject object = recordToJson({header, "Grüße", {}}, clock);

        QCOMPARE(object.value(u"number"_s).toInteger(), 7);
        QCOMPARE(object.value(u"connection"_s).toInteger(), 3);
        QCOMPARE(object.value(u"message"_s).toInteger(), 2);
        QCOMPARE(object.value(u"time"_s).toInteger(), 1'700'000'000'123'457'039);
        QCOMPARE(object.value(u"timeIso"_s).toString(), u"2023-11-14T22:13:20.123457039Z"_s);
        QCOMPARE(object.value(u"direction"_s).toString(), u"received"_s);
        QCOMPARE(object.value(u"kind"_s).toString(), u"frame"_s);
        QCOMPARE(object.value(u"fin"_s).toBool(true), false);
        QCOMPARE(object.value(u"rsv"_s).toInt(), 5);
        QCOMPARE(object.value(u"rsv1"_s).toBool(), true);
        QCOMPARE(object.value(u"rsv2"_s).toBool(true), false);
        QCOMPARE(object.value(u"rsv3"_s).toBool(), true);
        QCOMPARE(object.value(u"opcode"_s).toInt(), 1);
        QCOMPARE(object.value(u"opcodeName"_s).toString(), u"text"_s);
        QCOMPARE(object.value(u"masked"_s).toBool(), true);
        QCOMPARE(object.value(u"mask"_s).toString(), u"37fa213d"_s);
        QCOMPARE(object.value(u"lengthBits"_s).toInt(), 16);
        QCOMPARE(object.value(u"length"_s).toInteger(), 5);
        QCOMPARE(object.value(u"wireOffset"_s).toInteger(), 99);
        QCOMPARE(object.value(u"violation"_s).toString(),
                 QLatin1String(wire::violationInfo(wire::Violation::ReservedBit2Set).name));
        QCOMPARE(object.value(u"crafted"_s).toBool(), true);
        QCOMPARE(object.value(u"rtt"_s).toInteger(), 4'711);
        QCOMPARE(object.value(u"rttKind"_s).toString(), u"ping"_s);
        QCOMPARE(object.value(u"payload"_s).toString(), u"Grüße"_s);
        QCOMPARE(object.value(u"encoding"_s).toString(), u"text"_s);
    }

    void whatIsAbsentIsNull()
    {
        const QJsonObject object = recordToJson({}, {});
        QVERIFY(object.value(u"mask"_s).isNull());
        QVERIFY(object.value(u"violation"_s).isNull());
        QVERIFY(object.value(u"rtt"_s).isNull());
        QVERIFY(!object.contains(u"closeCode"_s));
    }

    void textOnlyWhereItGivesBackTheSameBytes_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<bool>("text");
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("zero byte") << QByteArray("a\0b", 3) << true;
        QTest::newRow("controls") << QByteArray("\r\n\t\x1b") << true;
        QTest::newRow("beyond the basic plane") << QByteArray("🌍") << true;
        QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbfx") << false;
        QTest::newRow("cut in a sequence") << QByteArray("Gr\xc3") << false;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << false;
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe") << false;
    }

    void textOnlyWhereItGivesBackTheSameBytes()
    {
        QFETCH(const QByteArray, payload);
        QFETCH(const bool, text);
        QJsonObject object;
        putPayload(object, payload, PayloadEncoding::TextIfPossible);
        const QString value = object.value(u"payload"_s).toString();
        const QString encoding = object.value(u"encoding"_s).toString();
        const QByteArray back = encoding == u"text"_s ? value.toUtf8() : QByteArray::fromBase64(value.toLatin1());
        QCOMPARE(back, payload);
        if (!text)
            QCOMPARE(encoding, u"base64"_s);
    }

    void compressedHasBothPayloads()
    {
        capture::Record record;
        record.header.frame.opcode = wire::Opcode::Text;
        record.header.frame.rsv1 = true;
        record.header.frame.length = 7;
        record.header.flags = wire::RecordFlag::Compressed;
        record.header.inflatedLength = 5;
        record.payload = QByteArray::fromHex("f248cdc9c90700");  // RFC 7692, 7.2.3.1
        record.inflated = "Hello";
        const QJsonObject object = recordToJson(record, {});
        QCOMPARE(object.value(u"compressed"_s).toBool(), true);
        QCOMPARE(object.value(u"length"_s).toInteger(), 7);
        QCOMPARE(object.value(u"inflatedLength"_s).toInteger(), 5);
        QCOMPARE(object.value(u"payload"_s).toString(), u"Hello"_s);
        QCOMPARE(object.value(u"encoding"_s).toString(), u"text"_s);
        QCOMPARE(object.value(u"wirePayload"_s).toString(), u"8kjNyckHAA=="_s);

        record.header.frame.opcode = wire::Opcode::Binary;
        QCOMPARE(recordToJson(record, {}).value(u"payload"_s).toString(), u"SGVsbG8="_s);

        record.header.flags = {};
        const QJsonObject plain = recordToJson(record, {});
        QCOMPARE(plain.value(u"compressed"_s).toBool(true), false);
        QVERIFY(!plain.contains(u"inflatedLength"_s));
        QVERIFY(!plain.contains(u"wirePayload"_s));
        QCOMPARE(plain.value(u"payload"_s).toString(), u"8kjNyckHAA=="_s);
    }

    void closeHasCodeAndReason()
    {
        capture::RecordHeader header;
        header.frame.opcode = wire::Opcode::Close;
        const QJsonObject object = recordToJson({header, "\x0f\xa1" "bye", {}}, {});
        QCOMPARE(object.value(u"closeCode"_s).toInt(), 4001);
        QCOMPARE(object.value(u"closeReason"_s).toString(), u"bye"_s);
        QCOMPARE(object.value(u"encoding"_s).toString(), u"base64"_s);
    }

    void headsAreText()
    {
        capture::RecordHeader header;
        header.kind = wire::RecordKind::RequestHead;
        const QJsonObject object = recordToJson({header, "GET / HTTP/1.1\r\n\r\n", {}}, {});
        QCOMPARE(object.value(u"kind"_s).toString(), u"request"_s);
        QCOMPARE(object.value(u"length"_s).toInteger(), 18);
        QCOMPARE(object.value(u"payload"_s).toString(), u"GET / HTTP/1.1\r\n\r\n"_s);
        QVERIFY(!object.contains(u"opcode"_s));
    }
};

QTEST_GUILESS_MAIN(TestRecordJson)
#include "tst_recordjson.moc"
