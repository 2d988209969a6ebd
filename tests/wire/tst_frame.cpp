#include "wire/frame.h"

#include "support/plainframe.h"
#include "support/testmain.h"

using namespace wsw;
using namespace wsw::wire;

namespace {

constexpr MaskingKey rfcKey{0x37, 0xfa, 0x21, 0x3d}; // RFC 6455, 5.7

QByteArray bytesOf(const MaskingKey &key)
{
    return QByteArray(reinterpret_cast<const char *>(key.data()), 4);
}

} // namespace

class FrameTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void opcodes();
    void rfcExamples_data();
    void rfcExamples();
    void everyHeader();
    void lengthForms_data();
    void lengthForms();
    void falseLengthIsWrittenAsDeclared();
    void legalHeaders();
};

void FrameTest::opcodes()
{
    const QStringList names{
        QStringLiteral("continuation"), QStringLiteral("text"), QStringLiteral("binary"), QStringLiteral("reserved 0x3"),
        QStringLiteral("reserved 0x4"), QStringLiteral("reserved 0x5"), QStringLiteral("reserved 0x6"),
        QStringLiteral("reserved 0x7"), QStringLiteral("close"), QStringLiteral("ping"), QStringLiteral("pong"),
        QStringLiteral("reserved 0xb"), QStringLiteral("reserved 0xc"), QStringLiteral("reserved 0xd"),
        QStringLiteral("reserved 0xe"), QStringLiteral("reserved 0xf")};
    for (int value = 0; value < 16; ++value) {
        const auto opcode = static_cast<Opcode>(value);
        QCOMPARE(opcodeName(opcode), names[value]);
        QCOMPARE(isReserved(opcode), names[value].startsWith(QLatin1String("reserved")));
        QCOMPARE(isControl(opcode), value >= 8);
        QCOMPARE(isData(opcode), value <= 2);
    }
}

void FrameTest::rfcExamples_data()
{
    QTest::addColumn<FrameHeader>("header");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("wire");
    const auto row = [](const char *name, const FrameHeader &header, const QByteArray &payload, const QByteArray &hex) {
        QTest::newRow(name) << header << payload << QByteArray::fromHex(hex);
    };
    row("unmasked text", legalHeader(Opcode::Text, Fin::Yes, 5, Role::Server, rfcKey), "Hello", "810548656c6c6f");
    row("masked text", legalHeader(Opcode::Text, Fin::Yes, 5, Role::Client, rfcKey), "Hello", "818537fa213d7f9f4d5158");
    row("first fragment", legalHeader(Opcode::Text, Fin::No, 3, Role::Server, rfcKey), "Hel", "010348656c");
    row("last fragment", legalHeader(Opcode::Continuation, Fin::Yes, 2, Role::Server, rfcKey), "lo", "80026c6f");
    row("ping", legalHeader(Opcode::Ping, Fin::Yes, 5, Role::Server, rfcKey), "Hello", "890548656c6c6f");
    row("masked pong", legalHeader(Opcode::Pong, Fin::Yes, 5, Role::Client, rfcKey), "Hello", "8a8537fa213d7f9f4d5158");
    const QByteArray binary256(256, 'b');
    row("256 bytes", legalHeader(Opcode::Binary, Fin::Yes, 256, Role::Server, rfcKey), binary256,
        "827e0100" + binary256.toHex());
    const QByteArray binary64k(65536, 'k');
    row("64 KiB", legalHeader(Opcode::Binary, Fin::Yes, 65536, Role::Server, rfcKey), binary64k,
        "827f0000000000010000" + binary64k.toHex());
}

void FrameTest::rfcExamples()
{
    QFETCH(FrameHeader, header);
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, wire);
    QCOMPARE(serializeFrame(header, payload), wire);
    QCOMPARE(serializeHeader(header), wire.first(header.headerSize()));
    QCOMPARE(header.wireSize(), static_cast<quint64>(wire.size()));
}

void FrameTest::everyHeader()
{
    for (int first = 0; first < 256; ++first) {
        for (const bool masked : {false, true}) {
            for (const LengthForm form : {LengthForm::Bits7, LengthForm::Bits16, LengthForm::Bits64}) {
                FrameHeader header;
                header.fin = (first & 0x80) != 0;
                header.rsv1 = (first & 0x40) != 0;
                header.rsv2 = (first & 0x20) != 0;
                header.rsv3 = (first & 0x10) != 0;
                header.opcode = static_cast<Opcode>(first & 0x0f);
                header.masked = masked;
                header.key = rfcKey;
                header.lengthForm = form;
                header.length = 7;
                test::PlainFrame plain;
                plain.first = first;
                plain.masked = masked;
                plain.key = bytesOf(rfcKey);
                plain.extendedBytes = form == LengthForm::Bits64 ? 8 : form == LengthForm::Bits16 ? 2 : 0;
                plain.payload = "payload";
                const QByteArray expected = test::encode(plain);
                QCOMPARE(serializeFrame(header, plain.payload), expected);
                QCOMPARE(header.headerSize(), static_cast<int>(expected.size() - plain.payload.size()));
            }
        }
    }
}

void FrameTest::lengthForms_data()
{
    QTest::addColumn<quint64>("length");
    QTest::addColumn<LengthForm>("form");
    QTest::newRow("0") << quint64{0} << LengthForm::Bits7;
    QTest::newRow("125") << quint64{125} << LengthForm::Bits7;
    QTest::newRow("126") << quint64{126} << LengthForm::Bits16;
    QTest::newRow("65535") << quint64{65535} << LengthForm::Bits16;
    QTest::newRow("65536") << quint64{65536} << LengthForm::Bits64;
    QTest::newRow("2^63-1") << (quint64{1} << 63) - 1 << LengthForm::Bits64;
}

void FrameTest::lengthForms()
{
    QFETCH(quint64, length);
    QFETCH(LengthForm, form);
    QCOMPARE(minimalLengthForm(length), form);
    const FrameHeader header = legalHeader(Opcode::Binary, Fin::Yes, length, Role::Server, {});
    QCOMPARE(header.lengthForm, form);
    QCOMPARE(header.length, length);
}

void FrameTest::falseLengthIsWrittenAsDeclared()
{
    FrameHeader header = legalHeader(Opcode::Text, Fin::Yes, 100, Role::Server, {});
    QCOMPARE(serializeFrame(header, "two").toHex(), QByteArray("8164") + QByteArray("two").toHex());
    header.lengthForm = LengthForm::Bits64;
    header.length = ~quint64{0};
    QCOMPARE(serializeFrame(header, "").toHex(), QByteArray("817fffffffffffffffff"));
}

void FrameTest::legalHeaders()
{
    const FrameHeader client = legalHeader(Opcode::Text, Fin::No, 3, Role::Client, rfcKey);
    QVERIFY(client.masked);
    QVERIFY(!client.fin);
    QCOMPARE(client.key, rfcKey);
    const FrameHeader server = legalHeader(Opcode::Text, Fin::Yes, 3, Role::Server, rfcKey);
    QVERIFY(!server.masked);
    QVERIFY(server.fin);
    QCOMPARE(server.key, MaskingKey{});
    // A key of four zeros is a key: the MASK bit says whether a frame is masked.
    const FrameHeader zeroKey = legalHeader(Opcode::Text, Fin::Yes, 2, Role::Client, {});
    QCOMPARE(serializeFrame(zeroKey, "hi").toHex(), QByteArray("8182000000006869"));
}

QTEST_GUILESS_MAIN(FrameTest)
#include "tst_frame.moc"
