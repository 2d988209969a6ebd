#include "lesson/framelayout.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::HeaderPart;
using wire::LengthForm;

class FrameLayoutTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void fieldsFillTheHeader_data();
    void fieldsFillTheHeader();
    void valuesAreThoseOnTheWire();
    void places_data();
    void places();
    void bytesBelongToParts();
    void aPayloadOfTheLargestLengthHasAPlace();
};

void FrameLayoutTest::fieldsFillTheHeader_data()
{
    QTest::addColumn<int>("form");
    QTest::addColumn<bool>("masked");
    for (const int form : {0, 1, 2}) {
        QTest::addRow("form %d, masked", form) << form << true;
        QTest::addRow("form %d, bare", form) << form << false;
    }
}

void FrameLayoutTest::fieldsFillTheHeader()
{
    QFETCH(int, form);
    QFETCH(bool, masked);
    wire::FrameHeader header;
    header.lengthForm = static_cast<LengthForm>(form);
    header.masked = masked;
    int next = 0;
    for (const lesson::HeaderField &field : lesson::headerFields(header)) {
        QCOMPARE(field.firstBit, next);
        next += field.bitCount;
    }
    QCOMPARE(next, header.headerSize() * 8);
}

void FrameLayoutTest::valuesAreThoseOnTheWire()
{
    // 81 8d 1f 8a 04 c9: the frame of the picture in every introduction.
    wire::FrameHeader header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, 13, Role::Client, {0x1f, 0x8a, 0x04, 0xc9});
    QCOMPARE(lesson::partValue(header, HeaderPart::Fin), QStringLiteral("1"));
    QCOMPARE(lesson::partValue(header, HeaderPart::Rsv1), QStringLiteral("0"));
    QCOMPARE(lesson::partValue(header, HeaderPart::Opcode), QStringLiteral("0001"));
    QCOMPARE(lesson::partMeaning(header, HeaderPart::Opcode), QStringLiteral("text"));
    QCOMPARE(lesson::partValue(header, HeaderPart::Mask), QStringLiteral("1"));
    QCOMPARE(lesson::partValue(header, HeaderPart::Length), QStringLiteral("0001101"));
    QCOMPARE(lesson::partMeaning(header, HeaderPart::Length), QStringLiteral("13 bytes"));
    QCOMPARE(lesson::partValue(header, HeaderPart::MaskingKey), QStringLiteral("1f 8a 04 c9"));
    QVERIFY(lesson::partValue(header, HeaderPart::ExtendedLength).isEmpty());

    header = wire::legalHeader(wire::Opcode::Binary, wire::Fin::No, 300, Role::Server, {});
    QCOMPARE(lesson::partValue(header, HeaderPart::Length), QStringLiteral("1111110"));
    QCOMPARE(lesson::partValue(header, HeaderPart::ExtendedLength), QStringLiteral("01 2c"));
    QVERIFY(!lesson::hasPart(header, HeaderPart::MaskingKey));
}

void FrameLayoutTest::places_data()
{
    QTest::addColumn<quint64>("length");
    QTest::addColumn<HeaderPart>("part");
    QTest::addColumn<QString>("where");
    QTest::newRow("fin") << quint64{13} << HeaderPart::Fin << QStringLiteral("byte 0, bit 0");
    QTest::newRow("opcode") << quint64{13} << HeaderPart::Opcode << QStringLiteral("byte 0, bits 4 to 7");
    QTest::newRow("mask") << quint64{13} << HeaderPart::Mask << QStringLiteral("byte 1, bit 0");
    QTest::newRow("length") << quint64{13} << HeaderPart::Length << QStringLiteral("byte 1, bits 1 to 7");
    QTest::newRow("key") << quint64{13} << HeaderPart::MaskingKey << QStringLiteral("bytes 2 to 5");
    QTest::newRow("key after 16") << quint64{300} << HeaderPart::MaskingKey << QStringLiteral("bytes 4 to 7");
    QTest::newRow("key after 64") << quint64{70'000} << HeaderPart::MaskingKey << QStringLiteral("bytes 10 to 13");
    QTest::newRow("extended") << quint64{300} << HeaderPart::ExtendedLength << QStringLiteral("bytes 2 to 3");
    QTest::newRow("no extended") << quint64{13} << HeaderPart::ExtendedLength << QString();
    QTest::newRow("payload") << quint64{13} << HeaderPart::Payload << QStringLiteral("bytes 6 to 18");
    QTest::newRow("payload of one") << quint64{1} << HeaderPart::Payload << QStringLiteral("byte 6");
    QTest::newRow("no payload") << quint64{0} << HeaderPart::Payload << QString();
}

void FrameLayoutTest::places()
{
    QFETCH(quint64, length);
    QFETCH(HeaderPart, part);
    QFETCH(QString, where);
    const wire::FrameHeader header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, length, Role::Client, {1, 2, 3, 4});
    QCOMPARE(lesson::partWhere(header, part), where);
}

void FrameLayoutTest::bytesBelongToParts()
{
    const wire::FrameHeader header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, 300, Role::Client, {1, 2, 3, 4});
    QCOMPARE(lesson::partAtByte(header, 0), HeaderPart::Fin);
    QCOMPARE(lesson::partAtByte(header, 1), HeaderPart::Mask);
    QCOMPARE(lesson::partAtByte(header, 2), HeaderPart::ExtendedLength);
    QCOMPARE(lesson::partAtByte(header, 3), HeaderPart::ExtendedLength);
    QCOMPARE(lesson::partAtByte(header, 4), HeaderPart::MaskingKey);
    QCOMPARE(lesson::partAtByte(header, 7), HeaderPart::MaskingKey);
    QCOMPARE(lesson::partAtByte(header, 8), HeaderPart::Payload);
}

void FrameLayoutTest::aPayloadOfTheLargestLengthHasAPlace()
{
    wire::FrameHeader header;
    header.lengthForm = LengthForm::Bits64;
    header.length = (quint64{1} << 63) - 1;
    QCOMPARE(lesson::partWhere(header, HeaderPart::Payload), QStringLiteral("bytes 10 to 9223372036854775816"));
}

QTEST_GUILESS_MAIN(FrameLayoutTest)
#include "tst_framelayout.moc"
