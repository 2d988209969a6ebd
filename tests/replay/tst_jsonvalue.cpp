#include "replay/jsonvalue.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

namespace {

QByteArray canonical(const QByteArray &json)
{
    const auto value = parseJson(json);
    QByteArray text;
    if (value)
        appendCanonical(text, *value);
    return text;
}

QByteArray shape(const QByteArray &json)
{
    QByteArray text;
    appendShape(text, parseJson(json).value());
    return text;
}

} // namespace

/// JSON as values: what is the same however it is written, and what is not.
class TestJsonValue final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void sameOrNot_data()
    {
        QTest::addColumn<QByteArray>("one");
        QTest::addColumn<QByteArray>("other");
        QTest::addColumn<bool>("same");
        const auto row = [](const char *name, const char *one, const char *other, bool same) {
            QTest::newRow(name) << QByteArray(one) << QByteArray(other) << same;
        };
        row("white space", "{\"a\":[1,2]}", "{ \"a\" : [ 1,\n2 ] }", true);
        row("order of members", "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}", "{\"b\":{\"d\":3,\"c\":2},\"a\":1}", true);
        row("order of elements", "[1,2]", "[2,1]", false);
        row("escapes", "[\"\\u0041\\/\"]", "[\"A/\"]", true);
        row("1.0 and 1", "[1.0]", "[1]", true);
        row("1e2 and 100", "[1e2]", "[100.0]", true);
        row("0 and -0.0", "[0]", "[-0.0]", true);
        row("1 and -1", "[1]", "[-1]", false);
        row("15e-1 and 1.50", "[15e-1]", "[1.50]", true);
        row("digits beyond a double", "[12345678901234567890123]", "[12345678901234567890124]", false);
        row("digits beyond 53 bits", "[9007199254740993]", "[9007199254740992]", false);
        row("a number and its text", "[1]", "[\"1\"]", false);
        row("null and nothing", "{\"a\":null}", "{}", false);
        row("true and text", "[true]", "[\"true\"]", false);
        row("a quote in a name", "{\"a\\\":1,\\\"b\":2}", "{\"a\":1,\"b\":2}", false);
        row("one more", "[1]", "[1,1]", false);
        row("a member twice", "{\"a\":1,\"a\":2}", "{\"a\":2,\"a\":1}", false);
    }

    void sameOrNot()
    {
        QFETCH(const QByteArray, one);
        QFETCH(const QByteArray, other);
        QFETCH(const bool, same);
        QVERIFY(!canonical(one).isEmpty() && !canonical(other).isEmpty());
        QCOMPARE(canonical(one) == canonical(other), same);
    }

    void noStructure_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::newRow("a number") << QByteArray("17");
        QTest::newRow("a text") << QByteArray("\"a\"");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("spaces") << QByteArray("  ");
        QTest::newRow("words") << QByteArray("hello {}");
        QTest::newRow("cut off") << QByteArray("{\"a\":");
        QTest::newRow("two") << QByteArray("{}{}");
        QTest::newRow("no UTF-8") << QByteArray("[\"\xff\"]");
        QTest::newRow("a level too much") << QByteArray(mostJsonLevels + 1, '[') + QByteArray(mostJsonLevels + 1, ']');
        QTest::newRow("a value too much") << QByteArray("[0") + QByteArray(",0").repeated(qsizetype(mostJsonValues)) + "]";
        QTest::newRow("a byte too much") << QByteArray("[") + QByteArray(mostJsonBytes - 1, ' ') + "]";
    }

    void noStructure()
    {
        QFETCH(const QByteArray, payload);
        QVERIFY(!parseJson(payload));
    }

    void limitsAreReached()
    {
        QVERIFY(parseJson(QByteArray("[0") + QByteArray(",0").repeated(qsizetype(mostJsonValues) - 1) + "]"));
        QVERIFY(parseJson(QByteArray(mostJsonLevels, '[') + QByteArray(mostJsonLevels, ']')));
        QVERIFY(parseJson(QByteArray("[") + QByteArray(mostJsonBytes - 2, ' ') + "]"));
    }

    void pointers_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QByteArray>("left");
        const auto row = [](const char *pointer, const char *left) { QTest::newRow(pointer) << QString::fromLatin1(pointer) << canonical(left); };
        row("/a", "{\"b\":[{\"id\":1,\"v\":2},{\"id\":3,\"v\":4}],\"c/d\":5,\"e~\":6}");
        row("/b/0", "{\"a\":0,\"b\":[null,{\"id\":3,\"v\":4}],\"c/d\":5,\"e~\":6}");
        row("/b/1/id", "{\"a\":0,\"b\":[{\"id\":1,\"v\":2},{\"v\":4}],\"c/d\":5,\"e~\":6}");
        row("/b/*/id", "{\"a\":0,\"b\":[{\"v\":2},{\"v\":4}],\"c/d\":5,\"e~\":6}");
        row("/c~1d", "{\"a\":0,\"b\":[{\"id\":1,\"v\":2},{\"id\":3,\"v\":4}],\"e~\":6}");
        row("/e~0", "{\"a\":0,\"b\":[{\"id\":1,\"v\":2},{\"id\":3,\"v\":4}],\"c/d\":5}");
        row("/*", "{}");
        row("/nowhere/x", "{\"a\":0,\"b\":[{\"id\":1,\"v\":2},{\"id\":3,\"v\":4}],\"c/d\":5,\"e~\":6}");
    }

    void pointers()
    {
        QFETCH(const QString, pointer);
        QFETCH(const QByteArray, left);
        auto value = parseJson("{\"a\":0,\"b\":[{\"id\":1,\"v\":2},{\"id\":3,\"v\":4}],\"c/d\":5,\"e~\":6}");
        const auto steps = parsePointer(pointer);
        QVERIFY(value && steps);
        forget(*value, *steps);
        QByteArray text;
        appendCanonical(text, *value);
        QCOMPARE(text, left);
    }

    void membersOfOneNameGoTogether()
    {
        // A hundred thousand of them: in one pass, or this takes minutes.
        auto value = parseJson("{\"z\":1" + QByteArray(",\"a\":0").repeated(100'000) + ",\"b\":2}");
        QVERIFY(value);
        forget(*value, {QStringLiteral("a")});
        QByteArray text;
        appendCanonical(text, *value);
        QCOMPARE(text, canonical("{\"b\":2,\"z\":1}"));
    }

    void wrongPointers()
    {
        for (const char *wrong : {"", "a", "a/b", "/a~", "/a~2", "/~b"})
            QVERIFY2(!parsePointer(QString::fromLatin1(wrong)), wrong);
    }

    void shapes()
    {
        QCOMPARE(shape("{\"a\":1,\"b\":[\"x\"]}"), shape("{\"b\":[\"y\",\"z\"],\"a\":17}"));
        QVERIFY(shape("{\"a\":1}") != shape("{\"a\":\"1\"}"));
        QVERIFY(shape("{\"a\":1}") != shape("{\"b\":1}"));
        QVERIFY(shape("[]") != shape("[1]"));
    }

    void shortTexts()
    {
        const auto of = [](const QByteArray &json) { return shortText(parseJson(json)->children.at(0)); };
        QCOMPARE(of("[1.50]"), QStringLiteral("1.50"));
        QCOMPARE(of("[null]"), QStringLiteral("null"));
        QCOMPARE(of("[[]]"), QStringLiteral("[]"));
        QCOMPARE(of("[{\"a\":1}]"), QStringLiteral("{…}"));
        QCOMPARE(of("[\"a\\nb\\u001b\"]"), QStringLiteral("\"a\\nb\\u001b\""));
        QCOMPARE(of("[\"" + QByteArray(100, 'x') + "\"]"), u'"' + QString(40, u'x') + QStringLiteral("…\""));
    }
};

QTEST_GUILESS_MAIN(TestJsonValue)
#include "tst_jsonvalue.moc"
