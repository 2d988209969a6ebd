#include "capture/packed.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;
using test::Sample;

/// The bytes of a stored record: every field comes back.
class tst_StoredRecord final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyFieldRoundTrips();
    void headerStandsWhereTheFormatSays();
    void boundaries();
};

namespace {

const uchar *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const uchar *>(bytes.constData());
}

} // namespace

void tst_StoredRecord::everyFieldRoundTrips()
{
    for (quint64 number = 0; number < 5'000; ++number) {
        const Sample sample = test::sample(number);
        const QByteArray bytes = test::pack(sample);
        QCOMPARE(recordFits(raw(bytes), static_cast<quint64>(bytes.size())), static_cast<quint32>(bytes.size()));
        const RecordView view = unpackRecord(raw(bytes), RecordId(number + 1));
        QCOMPARE(view.header.id, RecordId(number + 1));
        const QString difference = test::difference(view.header, view.payload, sample);
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

QTEST_GUILESS_MAIN(tst_StoredRecord)
#include "tst_storedrecord.moc"
