#include "payload/jsontext.h"

#include "support/testmain.h"

using namespace wsw::payload;

class JsonTextTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void layout_data();
    void layout();
    void anotherLayoutKeepsEveryTokenLetterForLetter();
    void layoutsAreBounded();
    void spansNameTheTokens();
};

void JsonTextTest::layout_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("pretty");    // null: no JSON
    QTest::newRow("object") << QByteArray(R"({"b":1,"a":[]})") << QStringLiteral("{\n  \"b\": 1,\n  \"a\": []\n}");
    QTest::newRow("spelling of numbers is kept") << QByteArray("[1.50,1e3,12345678901234567890]")
                                                 << QStringLiteral("[\n  1.50,\n  1e3,\n  12345678901234567890\n]");
    QTest::newRow("repeated names are kept") << QByteArray(R"({"a":1,"a":2})") << QStringLiteral("{\n  \"a\": 1,\n  \"a\": 2\n}");
    QTest::newRow("brackets and escapes in strings") << QByteArray(R"({"k":"a{b]\",:\u00e4"})") << QStringLiteral("{\n  \"k\": \"a{b]\\\",:\\u00e4\"\n}");
    QTest::newRow("laid out before") << QByteArray("{\n \"a\" :\t{ } }") << QStringLiteral("{\n  \"a\": {}\n}");
    QTest::newRow("empty array with space") << QByteArray("[ ]") << QStringLiteral("[]");
    QTest::newRow("cut off") << QByteArray(R"({"a":1)") << QString();
    QTest::newRow("text") << QByteArray("Hello server!") << QString();
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("trailing comma") << QByteArray("[1,]") << QString();
}

void JsonTextTest::layout()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, pretty);
    QCOMPARE(isJson(json), !pretty.isNull());
    if (!pretty.isNull())
        QCOMPARE(laidOutJson(QString::fromUtf8(json)), pretty);
}

void JsonTextTest::anotherLayoutKeepsEveryTokenLetterForLetter()
{
    const QString text = QStringLiteral("{\"z\":12345678901234567890,\"a\":[1.10,{}, [] ],\"s\":\"a, b: {\\\"c\\\"}\"}");
    const QString wanted = QStringLiteral("{\n  \"z\": 12345678901234567890,\n  \"a\": [\n    1.10,\n    {},\n    []\n  ],\n"
                                          "  \"s\": \"a, b: {\\\"c\\\"}\"\n}");
    QCOMPARE(laidOutJson(text), wanted);
    QCOMPARE(compactJson(wanted), QStringLiteral("{\"z\":12345678901234567890,\"a\":[1.10,{},[]],\"s\":\"a, b: {\\\"c\\\"}\"}"));
    QCOMPARE(laidOutJson(wanted), wanted);
    QCOMPARE(laidOutJson(QStringLiteral(" \"a b\" ")), QStringLiteral("\"a b\""));     // no object: any value may stand alone
}

void JsonTextTest::layoutsAreBounded()
{
    const QString json = QStringLiteral("[1,2]");
    const QString laidOut = QStringLiteral("[\n  1,\n  2\n]");
    QCOMPARE(laidOutJson(json, laidOut.size()), laidOut);
    QVERIFY(!laidOutJson(json, laidOut.size() - 1));
    const QString deep = QString(1000, u'[') + QStringLiteral("1,").repeated(500'000) + u'1' + QString(1000, u']');
    QVERIFY(!laidOutJson(deep, 1'000'000));
}

void JsonTextTest::spansNameTheTokens()
{
    const QString line = QStringLiteral(R"(  "k": "v\"", "n": -1.5, true])");
    QStringList found;
    for (const JsonSpan &span : jsonSpans(line))
        found.append(QString::number(static_cast<int>(span.token)) + line.mid(span.start, span.length));
    const QStringList expected{QStringLiteral("0\"k\""), QStringLiteral("4:"), QStringLiteral("1\"v\\\"\""), QStringLiteral("4,"),
                               QStringLiteral("0\"n\""), QStringLiteral("4:"), QStringLiteral("2-1.5"), QStringLiteral("4,"),
                               QStringLiteral("3true"), QStringLiteral("4]")};
    QCOMPARE(found, expected);
}

QTEST_GUILESS_MAIN(JsonTextTest)
#include "tst_jsontext.moc"
