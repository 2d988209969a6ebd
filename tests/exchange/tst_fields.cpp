#include "exchange/jsonfields.h"

#include "support/testmain.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;

namespace {

QJsonObject recordToObject(const capture::Record &record, const ClockAnchor &clock)
{
    return QJsonDocument::fromJson(recordToJson(record, clock)).object();
}

} // namespace

/// What of a record becomes which field, seen through JSON.
class TestFields final : public QObject
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
        const QJsonObject object = recordToObject({header, "Grüße", {}}, clock);

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
        const QJsonObject object = recordToObject({}, {});
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
        QCOMPARE(isPlainText(payload), text);
        capture::Record record;
        record.payload = payload;
        const QJsonObject object = recordToObject(record, {});
        const QString value = object.value(u"payload"_s).toString();
        const QString encoding = object.value(u"encoding"_s).toString();
        QCOMPARE(encoding, text ? u"text"_s : u"base64"_s);
        QCOMPARE(encoding == u"text"_s ? value.toUtf8() : QByteArray::fromBase64(value.toLatin1()), payload);
    }

    void fieldsComeInTheOrderOfTheirNames()
    {
        /// Notes the names.
        struct Names final : FieldSink
        {
            QByteArrayList names;
            void number(const char *name, qint64) override { names += name; }
            void count(const char *name, quint64) override { names += name; }
            void boolean(const char *name, bool) override { names += name; }
            void text(const char *name, QByteArrayView) override { names += name; }
            void word(const char *name, QByteArrayView) override { names += name; }
            void base64(const char *name, QByteArrayView) override { names += name; }
            void nothing(const char *name) override { names += name; }
        };
        const auto inOrder = [](const QByteArrayList &names, std::span<const char *const> all) {
            size_t next = 0;
            for (const QByteArray &name : names) {
                while (next < all.size() && name != all[next])
                    ++next;
                if (next++ == all.size())
                    return false;
            }
            return !names.isEmpty();
        };
        capture::Record record;
        record.header.message = MessageId(1);
        record.header.rttNs = 1;
        record.header.frame.opcode = wire::Opcode::Close;
        record.header.flags = wire::RecordFlag::Compressed;
        record.inflated = "\x03\xe8";
        record.note = "see this";
        Names records;
        putRecord(records, record, {});
        QVERIFY2(inOrder(records.names, recordFieldNames()), records.names.join(' '));
        QCOMPARE(static_cast<size_t>(records.names.size()), recordFieldNames().size());
        Names messages;
        Message message;
        message.note = "see this";
        putMessage(messages, message, {});
        QVERIFY2(inOrder(messages.names, messageFieldNames()), messages.names.join(' '));
        QCOMPARE(static_cast<size_t>(messages.names.size()), messageFieldNames().size());
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
        const QJsonObject object = recordToObject(record, {});
        QCOMPARE(object.value(u"compressed"_s).toBool(), true);
        QCOMPARE(object.value(u"length"_s).toInteger(), 7);
        QCOMPARE(object.value(u"inflatedLength"_s).toInteger(), 5);
        QCOMPARE(object.value(u"payload"_s).toString(), u"Hello"_s);
        QCOMPARE(object.value(u"encoding"_s).toString(), u"text"_s);
        QCOMPARE(object.value(u"wirePayload"_s).toString(), u"8kjNyckHAA=="_s);

        record.header.frame.opcode = wire::Opcode::Binary;
        QCOMPARE(recordToObject(record, {}).value(u"payload"_s).toString(), u"SGVsbG8="_s);

        record.header.flags = {};
        const QJsonObject plain = recordToObject(record, {});
        QCOMPARE(plain.value(u"compressed"_s).toBool(true), false);
        QVERIFY(!plain.contains(u"inflatedLength"_s));
        QVERIFY(!plain.contains(u"wirePayload"_s));
        QCOMPARE(plain.value(u"payload"_s).toString(), u"8kjNyckHAA=="_s);
    }

    void closeHasCodeAndReason()
    {
        capture::RecordHeader header;
        header.frame.opcode = wire::Opcode::Close;
        const QJsonObject object = recordToObject({header, "\x0f\xa1" "bye", {}}, {});
        QCOMPARE(object.value(u"closeCode"_s).toInt(), 4001);
        QCOMPARE(object.value(u"closeReason"_s).toString(), u"bye"_s);
        QCOMPARE(object.value(u"encoding"_s).toString(), u"base64"_s);
    }

    void headsAreText()
    {
        capture::RecordHeader header;
        header.kind = wire::RecordKind::RequestHead;
        const QJsonObject object = recordToObject({header, "GET / HTTP/1.1\r\n\r\n", {}}, {});
        QCOMPARE(object.value(u"kind"_s).toString(), u"request"_s);
        QCOMPARE(object.value(u"length"_s).toInteger(), 18);
        QCOMPARE(object.value(u"payload"_s).toString(), u"GET / HTTP/1.1\r\n\r\n"_s);
        QVERIFY(!object.contains(u"opcode"_s));
    }
};

QTEST_GUILESS_MAIN(TestFields)
#include "tst_fields.moc"
