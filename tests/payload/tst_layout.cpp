#include "payload/reading.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::payload;

/// Payloads laid out, format by format: examples of their specifications, and what is broken.
class tst_Layout final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void laysOut_data();
    void laysOut();
    void whatIsNoneSaysWhere_data();
    void whatIsNoneSaysWhere();
    void depthIsBounded_data();
    void depthIsBounded();
    void everyCutIsRefused_data();
    void everyCutIsRefused();
    void largePayloadsAreRefused();
    void codeInsideCodeIsBounded();
    void indentsDoNotFillMemory_data();
    void indentsDoNotFillMemory();
    void whatXmlCouldUnfoldIsRefused();
    void everyFormatHasAName();
};

namespace {

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

} // namespace

void tst_Layout::laysOut_data()
{
    QTest::addColumn<Format>("format");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, Format format, const QByteArray &payload, const char *text) {
        QTest::newRow(name) << format << payload << QString::fromUtf8(text);
    };
    // msgpack.org's own example, and one value of each kind
    row("msgpack map", Format::MessagePack, hex("82a7636f6d70616374c3a6736368656d6100"), "{\n  \"compact\": true,\n  \"schema\": 0\n}");
    row("msgpack nil, negative, large", Format::MessagePack, hex("93c0ffcfffffffffffffffff"), "[\n  null,\n  -1,\n  18446744073709551615\n]");
    row("msgpack float and double", Format::MessagePack, hex("92ca3f000000cb3ff199999999999a"), "[\n  0.5,\n  1.1\n]");
    row("msgpack nan", Format::MessagePack, hex("92ca7fc00000caff800000"), "[\n  NaN,\n  -Infinity\n]");
    row("msgpack bytes", Format::MessagePack, hex("c403010203"), "h'010203'");
    row("msgpack extension", Format::MessagePack, hex("d6ff5a4af6a5"), "ext(-1, h'5a4af6a5')");
    row("msgpack text escapes", Format::MessagePack, hex("a4220a5c7f"), "\"\\\"\\n\\\\\\u007f\"");
    row("msgpack empty", Format::MessagePack, hex("9280 90"), "[\n  {},\n  []\n]");
    row("msgpack nested", Format::MessagePack, hex("81a1 61 9101"), "{\n  \"a\": [\n    1\n  ]\n}");
    row("msgpack number as key", Format::MessagePack, hex("82 01 a161 ff 02"), "{\n  1: \"a\",\n  -1: 2\n}");
    row("msgpack bytes, array, map, extension as keys", Format::MessagePack, hex("84 c40101 c0 92 01 a161 c0 81 c2 01 c0 d4 05 07 c0"),
        "{\n  h'01': null,\n  [1,\"a\"]: null,\n  {false: 1}: null,\n  ext(5, h'07'): null\n}");
    row("msgpack text that is no UTF-8", Format::MessagePack, hex("92a2c328 81a1ff01"), "[\n  str(h'c328'),\n  {\n    str(h'ff'): 1\n  }\n]");
    row("msgpack integers", Format::MessagePack, hex("98 d0 80 d1 8000 d2 80000000 d3 8000000000000000 cc ff cd ffff ce ffffffff e0"),
        "[\n  -128,\n  -32768,\n  -2147483648,\n  -9223372036854775808,\n  255,\n  65535,\n  4294967295,\n  -32\n]");
    row("msgpack long lengths", Format::MessagePack, hex("95 d90161 da000161 db0000000161 dc000101 de000101 02"),
        "[\n  \"a\",\n  \"a\",\n  \"a\",\n  [\n    1\n  ],\n  {\n    1: 2\n  }\n]");
    // RFC 8949, appendix A
    row("cbor integer", Format::Cbor, hex("1bffffffffffffffff"), "18446744073709551615");
    row("cbor text", Format::Cbor, hex("62c3bc"), "\"\xc3\xbc\"");
    row("cbor bytes", Format::Cbor, hex("4401020304"), "h'01020304'");
    row("cbor tag", Format::Cbor, hex("c11a514b67b0"), "1(1363896240)");
    row("cbor smallest", Format::Cbor, hex("3bffffffffffffffff"), "-18446744073709551616");
    row("cbor half, float, double", Format::Cbor, hex("83f93c00fa47c35000fb7ff0000000000000"), "[\n  1.0,\n  100000.0,\n  Infinity\n]");
    row("cbor map of numbers", Format::Cbor, hex("a201020304"), "{\n  1: 2,\n  3: 4\n}");
    row("cbor indefinite", Format::Cbor, hex("9f01820203ff"), "[\n  1,\n  [\n    2,\n    3\n  ]\n]");
    row("cbor chunks", Format::Cbor, hex("5f42010243030405ff"), "h'0102030405'");
    row("cbor array key", Format::Cbor, hex("a1820102f6"), "{\n  [1,2]: null\n}");
    row("cbor tag in array", Format::Cbor, hex("82c10102"), "[\n  1(1),\n  2\n]");
    row("cbor simple", Format::Cbor, hex("f0"), "simple(16)");
    row("cbor undefined", Format::Cbor, hex("f7"), "undefined");
    // bsonspec.org's example, and types that only BSON has
    row("bson text", Format::Bson, hex("160000000268656c6c6f0006000000776f726c640000"), "{\n  \"hello\": \"world\"\n}");
    row("bson object id", Format::Bson, hex("16000000075f6964005f0102030405060708090a0b00"),
        "{\n  \"_id\": {\n    \"$oid\": \"5f0102030405060708090a0b\"\n  }\n}");
    row("bson date", Format::Bson, hex("10000000 0964 00 0000000000000000 00"), "{\n  \"d\": {\n    \"$date\": \"1970-01-01T00:00:00Z\"\n  }\n}");
    row("bson zero in a text", Format::Bson, hex("10000000 026100 04000000 61006200 00"), "{\n  \"a\": \"a\\u0000b\"\n}");
    row("bson empty", Format::Bson, hex("0500000000"), "{}");
    // protobuf.dev, "Encoding"
    row("protobuf varint", Format::Protobuf, hex("089601"), "{\n  \"1\": 150\n}");
    row("protobuf text", Format::Protobuf, hex("120774657374696e67"), "{\n  \"2\": \"testing\"\n}");
    row("protobuf text with a byte order mark", Format::Protobuf, hex("1204efbbbf61"), "{\n  \"2\": \"\xef\xbb\xbf" "a\"\n}");
    row("msgpack text with a byte order mark", Format::MessagePack, hex("a4efbbbf61"), "\"\xef\xbb\xbf" "a\"");
    row("protobuf message", Format::Protobuf, hex("1a03089601"), "{\n  \"3\": {\n    \"1\": 150\n  }\n}");
    row("protobuf packed", Format::Protobuf, hex("3206038e029ea705"), "{\n  \"6\": h'038e029ea705'\n}");
    row("protobuf negative", Format::Protobuf, hex("08feffffffffffffffff01"), "{\n  \"1\": 18446744073709551614 (-2)\n}");
    row("protobuf fixed", Format::Protobuf, hex("0d0000803f 11000000000000f03f"), "{\n  \"1\": 1.0 (1065353216),\n  \"2\": 1.0 (4607182418800017408)\n}");
    row("protobuf group", Format::Protobuf, hex("0b 1001 0c"), "{\n  \"1\": {\n    \"2\": 1\n  }\n}");
    row("protobuf repeated", Format::Protobuf, hex("0801 0802"), "{\n  \"1\": 1,\n  \"1\": 2\n}");
    row("protobuf empty bytes", Format::Protobuf, hex("1200"), "{\n  \"2\": h''\n}");
    row("protobuf empty", Format::Protobuf, {}, "{}");
    row("xml", Format::Xml, "<a x=\"1\"><b>two  words</b><c/></a>", "<a x=\"1\">\n  <b>two  words</b>\n  <c/>\n</a>");
    row("xml declaration", Format::Xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?> <a/>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a/>");
    row("xml namespaces", Format::Xml, "<a xmlns='u' xmlns:p='u'><p:b p:c='d'></p:b></a>", "<a xmlns='u' xmlns:p='u'>\n  <p:b p:c='d'></p:b>\n</a>");
    row("xml mixed", Format::Xml, "<p><b>a</b> <i>b</i> c</p>", "<p><b>a</b> <i>b</i> c</p>");
    row("xml text deeper", Format::Xml, "<o><p>a <b>b</b></p><q/></o>", "<o>\n  <p>a <b>b</b></p>\n  <q/>\n</o>");
    row("xml comment and data", Format::Xml, "<a><!-- x --><![CDATA[<]]></a>", "<a><!-- x --><![CDATA[<]]></a>");
    row("xml other letters", Format::Xml, "<a>\xc3\xbc<b/></a>", "<a>\xc3\xbc<b/></a>");
    row("xml entities", Format::Xml, "<a>&lt;&amp;</a>", "<a>&lt;&amp;</a>");
    row("utf-16", Format::PlainText, hex("fffe48006900"), "Hi");
    row("utf-8", Format::PlainText, "Hi \xc3\xbc\n", "Hi \xc3\xbc\n");
}

void tst_Layout::laysOut()
{
    QFETCH(Format, format);
    QFETCH(QByteArray, payload);
    QFETCH(QString, text);
    const auto laidOut = layOut(payload, format);
    QVERIFY2(laidOut.ok(), laidOut.ok() ? "" : qPrintable(laidOut.error().message));
    QCOMPARE(*laidOut, text);
}

void tst_Layout::whatIsNoneSaysWhere_data()
{
    QTest::addColumn<Format>("format");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *name, Format format, const QByteArray &payload, int offset) { QTest::newRow(name) << format << payload << offset; };
    row("msgpack rest", Format::MessagePack, hex("9101ff"), 2);
    row("msgpack reserved", Format::MessagePack, hex("91c1"), 1);
    row("msgpack length beyond the end", Format::MessagePack, hex("dbffffffff61"), 6);
    row("msgpack key cut off", Format::MessagePack, hex("81 cd01"), 3);
    row("msgpack text's length cut off", Format::MessagePack, hex("91 da00"), 3);
    row("cbor broken key", Format::Cbor, hex("a1820102"), 4);
    row("cbor rest", Format::Cbor, hex("0102"), 1);
    row("cbor length beyond the end", Format::Cbor, hex("5bffffffffffffffff01"), 0);
    row("msgpack nothing", Format::MessagePack, {}, 0);
    row("cbor nothing", Format::Cbor, {}, 0);
    row("bson nothing", Format::Bson, {}, 0);
    row("bson length", Format::Bson, hex("0600000000"), 0);
    row("bson text beyond the end", Format::Bson, hex("0d00000002610020000000 0000"), 7);
    row("protobuf field 0", Format::Protobuf, hex("0001"), 0);
    row("protobuf wire type 6", Format::Protobuf, hex("08010e01"), 2);
    row("protobuf end of no group", Format::Protobuf, hex("080114"), 2);
    row("protobuf long varint", Format::Protobuf, hex("08ffffffffffffffffff02"), 11);
    row("xml unclosed", Format::Xml, "<a><b></a>", 10);
    row("xml entity of its own", Format::Xml, "<a>&b;</a>", 6);
    row("text", Format::PlainText, hex("48ff"), 1);
    row("control character", Format::PlainText, hex("484801"), 2);
    row("utf-16 half a character", Format::PlainText, hex("fffe00d8"), 0);
}

void tst_Layout::whatIsNoneSaysWhere()
{
    QFETCH(Format, format);
    QFETCH(QByteArray, payload);
    QFETCH(int, offset);
    const auto laidOut = layOut(payload, format);
    QVERIFY(!laidOut.ok());
    QCOMPARE(laidOut.error().message, QStringLiteral("This is no %1: byte %2 does not fit.").arg(formatName(format)).arg(offset));
    QVERIFY(!laidOut.error().remedy.isEmpty());
}

void tst_Layout::depthIsBounded_data()
{
    QTest::addColumn<Format>("format");
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("end");
    QTest::newRow("msgpack") << Format::MessagePack << hex("91") << QByteArray();
    QTest::newRow("msgpack keys") << Format::MessagePack << hex("81") << hex("c0");
    QTest::newRow("cbor arrays") << Format::Cbor << hex("81") << QByteArray();
    QTest::newRow("cbor tags") << Format::Cbor << hex("c1") << QByteArray();
    QTest::newRow("protobuf groups") << Format::Protobuf << hex("0b") << hex("0c");
    QTest::newRow("xml") << Format::Xml << QByteArrayLiteral("<a>") << QByteArrayLiteral("</a>");
}

void tst_Layout::depthIsBounded()
{
    QFETCH(Format, format);
    QFETCH(QByteArray, begin);
    QFETCH(QByteArray, end);
    const QByteArray inner = format == Format::Xml ? QByteArrayLiteral("x") : format == Format::Protobuf ? hex("0801") : hex("01");
    const auto nested = [&](int depth) { return layOut(begin.repeated(depth) + inner + end.repeated(depth), format); };
    QVERIFY(nested(mostDepth).ok());
    for (const int depth : {mostDepth + 1, 200'000}) {
        const auto laidOut = nested(depth);
        QVERIFY(!laidOut.ok());
        QVERIFY2(laidOut.error().message.contains(QStringLiteral("nested")), qPrintable(laidOut.error().message));
    }
}

void tst_Layout::everyCutIsRefused_data()
{
    QTest::addColumn<Format>("format");
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("msgpack") << Format::MessagePack << hex("83a7636f6d70616374c3a6736368656d6100a16192c403010203cb3ff199999999999a");
    QTest::newRow("cbor") << Format::Cbor << hex("a26161016162820203");
    QTest::newRow("bson") << Format::Bson << hex("160000000268656c6c6f0006000000776f726c640000");
    QTest::newRow("xml") << Format::Xml << QByteArrayLiteral("<a x=\"1\"><b>two words</b></a>");
}

void tst_Layout::everyCutIsRefused()
{
    QFETCH(Format, format);
    QFETCH(QByteArray, payload);
    QVERIFY(layOut(payload, format).ok());
    for (qsizetype size = 0; size < payload.size(); ++size)
        QVERIFY2(!layOut(payload.first(size), format).ok(), qPrintable(QString::number(size)));
}

void tst_Layout::largePayloadsAreRefused()
{
    for (const bool isText : {false, true}) {
        for (const Format format : formatsOf(isText))
            QCOMPARE(layOut(QByteArray(mostBytes + 1, 'a'), format).error().kind, ErrorKind::Limit);
    }
}

void tst_Layout::codeInsideCodeIsBounded()
{
    // BSON's code with a scope holds a document, which may hold code with a scope.
    const auto little = [](qsizetype value) {
        QByteArray bytes(4, 0);
        for (int i = 0; i < 4; ++i)
            bytes[i] = static_cast<char>(value >> (8 * i));
        return bytes;
    };
    // Written from the outside: each level adds 15 bytes in front and one behind.
    const auto nested = [&little](qsizetype depth) {
        QByteArray bytes;
        for (qsizetype inside = depth - 1; inside >= 0; --inside) {
            const qsizetype scope = 5 + inside * 16;
            bytes += little(scope + 16) + hex("0f00") + little(scope + 9) + little(1) + hex("00");
        }
        return bytes + hex("0500000000") + QByteArray(depth, 0);
    };
    QVERIFY(layOut(nested(50), Format::Bson).ok());
    const auto laidOut = layOut(nested(60'000), Format::Bson);
    QVERIFY(!laidOut.ok());
    QVERIFY2(laidOut.error().message.contains(QStringLiteral("nested")), qPrintable(laidOut.error().message));
}

void tst_Layout::indentsDoNotFillMemory_data()
{
    QTest::addColumn<Format>("format");
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("msgpack") << Format::MessagePack << hex("91").repeated(98) + hex("dd000ffff0") + hex("01").repeated(0xffff0);
    QTest::newRow("cbor") << Format::Cbor << hex("81").repeated(98) + hex("9a000ffff0") + hex("01").repeated(0xffff0);
    QTest::newRow("protobuf") << Format::Protobuf << hex("0b").repeated(98) + hex("0801").repeated(500'000) + hex("0c").repeated(98);
    QTest::newRow("xml") << Format::Xml << QByteArrayLiteral("<a>").repeated(98) + QByteArrayLiteral("<a/>").repeated(500'000) + QByteArrayLiteral("</a>").repeated(98);
}

void tst_Layout::indentsDoNotFillMemory()
{
    QFETCH(Format, format);
    QFETCH(QByteArray, payload);
    const auto laidOut = layOut(payload, format);
    QVERIFY(!laidOut.ok());
    QCOMPARE(laidOut.error().kind, ErrorKind::Limit);
    QVERIFY2(laidOut.error().message.contains(QStringLiteral("characters")), qPrintable(laidOut.error().message));
}

void tst_Layout::whatXmlCouldUnfoldIsRefused()
{
    const auto said = [](const QByteArray &payload) {
        const auto laidOut = layOut(payload, Format::Xml);
        return laidOut ? QString() : laidOut.error().message;
    };
    QVERIFY(said("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").contains(QStringLiteral("document type")));
    QByteArray attributes = "<a";
    for (int i = 0; i < 10'000; ++i)
        attributes += " a" + QByteArray::number(i) + "=''";
    QVERIFY(said(attributes + "/>").contains(QStringLiteral("tag of more than")));
}

void tst_Layout::everyFormatHasAName()
{
    QStringList names;
    for (const bool isText : {false, true}) {
        for (const Format format : formatsOf(isText))
            names.append(formatName(format));
    }
    QCOMPARE(names.size(), 6);
    QCOMPARE(names.removeDuplicates(), 0);
}

QTEST_GUILESS_MAIN(tst_Layout)
#include "tst_layout.moc"
