#include "capture/packed.h"
#include "support/testmain.h"

#include <QTest>
#include <QtEndian>

using namespace wsw;
using namespace wsw::capture;
using test::Sample;

/// The bytes of a stored record: every field comes back.
class tst_StoredRecord final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyFieldRoundTrips_data();
    void everyFieldRoundTrips();
    void headerStandsWhereTheFormatSays();
    void boundaries();
    void chunkedInflatedBytes();
    void inflatedBytesMustFit();
};

namespace {

const uchar *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const uchar *>(bytes.constData());
}

} // namespace

void tst_StoredRecord::everyFieldRoundTrips_data()
{
    QTest::addColumn<test::Content>("content");
    QTest::newRow("plain") << test::Content::Noise;
    QTest::newRow("inflated") << test::Content::Inflated;
}

void tst_StoredRecord::everyFieldRoundTrips()
{
    QFETCH(test::Content, content);
    for (quint64 number = 0; number < 5'000; ++number) {
        const Sample sample = test::sample(number, -1, content);
        const QByteArray bytes = test::pack(sample);
        QCOMPARE(recordFits(raw(bytes), static_cast<quint64>(bytes.size())), static_cast<quint32>(bytes.size()));
        const RecordView view = unpackRecord(raw(bytes), RecordId(number + 1));
        QCOMPARE(view.header.id, RecordId(number + 1));
        const QString difference = test::difference(view.header, view.payload, sample, view.inflated);
        QVERIFY2(difference.isEmpty(), qPrintable(QStringLiteral("sample %1: %2").arg(number).arg(difference)));
        QCOMPARE(storedTime(raw(bytes)), sample.record.time);
    }
}

void tst_StoredRecord::headerStandsWhereTheFormatSays()
{
    Sample sample;
    sample.record.kind = wire::RecordKind::Frame;
    sample.record.direction = Direction::Received;
    sample.record.flags = wire::RecordFlag::Crafted | wire::RecordFlag::PingReply;
    sample.record.violation = wire::Violation::ReservedBit2Set;
    sample.record.connection = ConnectionId(0x01020304);
    sample.record.time = 1'000'000;
    sample.record.firstByteTime = 999'744;
    sample.record.message = MessageId(7);
    sample.record.inflatedLength = 9;
    sample.record.rttNs = 11;
    sample.record.header = {true, false, true, false, wire::Opcode::Binary, true, {0x37, 0xfa, 0x21, 0x3d},
                            wire::LengthForm::Bits16, 300, 0x0a0b};
    const QByteArray expected = QByteArray::fromHex(
        "50000000" "00" "03" "0101" "0200" "a2" "fe" "04030201"
        "40420f0000000000" "0001000000000000" "0b0a000000000000" "2c01000000000000"
        "37fa213d" "00000000" "0700000000000000" "0900000000000000" "0b00000000000000");
    QCOMPARE(test::pack(sample).toHex(' '), expected.toHex(' '));
}

void tst_StoredRecord::boundaries()
{
    const QByteArray bytes = test::pack(test::sample(1, 0));
    QCOMPARE(bytes.size(), storedHeaderBytes);
    QCOMPARE(recordFits(raw(bytes), storedHeaderBytes), quint32{storedHeaderBytes});
    QCOMPARE(recordFits(raw(bytes), storedHeaderBytes - 1), quint32{0});
    const QByteArray longer = test::pack(test::sample(2, 5));
    QCOMPARE(recordFits(raw(longer), storedHeaderBytes + 4), quint32{0});
}

void tst_StoredRecord::chunkedInflatedBytes()
{
    Sample sample = test::sample(1, 9);
    sample.record.flags |= wire::RecordFlag::Compressed | wire::RecordFlag::InflatedChunked;
    const StoredChunkedPayload chunked{4711, 2'000'000};
    sample.inflated = QByteArray(reinterpret_cast<const char *>(&chunked), sizeof chunked) + "how it begins";
    const QByteArray bytes = test::pack(sample);
    QCOMPARE(recordFits(raw(bytes), static_cast<quint64>(bytes.size())), static_cast<quint32>(bytes.size()));
    const RecordView view = unpackRecord(raw(bytes), RecordId(1));
    QCOMPARE(view.payload, QByteArrayView(sample.plain));
    QCOMPARE(view.inflated, QByteArrayView("how it begins"));
    QCOMPARE(view.header.inflatedKey, wire::PayloadKey{4711});
    QCOMPARE(view.header.inflatedStored, quint64{2'000'000});
    QCOMPARE(view.header.payloadStored, quint64{9});
}

void tst_StoredRecord::inflatedBytesMustFit()
{
    struct Row { wire::RecordFlags flags; qsizetype payload; quint32 inflated; bool fits; };
    using enum wire::RecordFlag;
    for (const Row &row : {Row{Compressed, 5, 5, true}, Row{Compressed, 5, 6, false}, Row{Compressed, 5, 0xffffffffu, false},
                           Row{Compressed, 0, 1, false}, Row{Compressed | InflatedChunked, 16, 16, true},
                           Row{Compressed | InflatedChunked, 20, 15, false}, Row{Compressed | InflatedChunked, 15, 16, false},
                           Row{Compressed | InflatedChunked, 0, 0, true}, Row{Compressed | Chunked, 16, 0, true},
                           Row{Compressed | Chunked, 16, 1, false}, Row{Compressed | Chunked, 17, 1, true},
                           Row{Compressed | Chunked | InflatedChunked, 32, 16, true},
                           Row{Compressed | Chunked | InflatedChunked, 31, 16, false}}) {
        Sample sample = test::sample(1, row.payload);
        sample.record.flags = row.flags;
        QByteArray bytes = test::pack(sample);
        qToLittleEndian(row.inflated, bytes.data() + offsetof(StoredHeader, inflatedBytes));
        const quint32 fits = recordFits(raw(bytes), static_cast<quint64>(bytes.size()));
        QCOMPARE(fits, row.fits ? static_cast<quint32>(bytes.size()) : quint32{0});
    }
}

QTEST_GUILESS_MAIN(tst_StoredRecord)
#include "tst_storedrecord.moc"
