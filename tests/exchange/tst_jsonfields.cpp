#include "exchange/jsonfields.h"

#include "support/testmain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace wsw::exchange;

class TestJsonFields final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void everyCharacterComesBack()
    {
        QString text;
        for (char16_t unit = 0; unit < 0x300; ++unit)
            text += QChar(unit);
        text += QStringLiteral("🌍\u2028\uffff\ufeff");
        QByteArray line = "[";
        appendJsonString(line, text.toUtf8());
        line += ']';
        QVERIFY(!line.contains('\n'));
        QCOMPARE(QJsonDocument::fromJson(line).array().at(0).toString(), text);
    }

    void everySortOfField()
    {
        QByteArray line;
        JsonFields fields(line);
        fields.begin();
        fields.number("a", -5);
        fields.count("b", ~quint64{0});
        fields.boolean("c", true);
        fields.text("d", "x\"\n");
        fields.word("e", "w");
        fields.base64("f", QByteArrayView("\0\xff", 2));
        fields.nothing("g");
        fields.end();
        QCOMPARE(line, QByteArray("{\"a\":-5,\"b\":18446744073709551615,\"c\":true,\"d\":\"x\\\"\\n\",\"e\":\"w\",\"f\":\"AP8=\",\"g\":null}"));
        fields.begin();
        fields.end();
        QVERIFY(line.endsWith("}{}"));
    }
};

QTEST_GUILESS_MAIN(TestJsonFields)
#include "tst_jsonfields.moc"
