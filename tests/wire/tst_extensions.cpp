#include "wire/extensions.h"

#include "support/testmain.h"

using namespace wsw::wire;

class ExtensionsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void good_data();
    void good();
    void bad_data();
    void bad();
    void whatCameBeforeTheFaultIsKept();
    void linesOfAHeadAreOneValue();
    void roundTrip();
};

void ExtensionsTest::good_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QList<Extension>>("expected");
    using List = QList<Extension>;
    QTest::newRow("one") << QByteArray("foo") << List{{"foo", {}}};
    QTest::newRow("RFC 6455, 9.1: foo") << QByteArray("foo, bar; baz=2") << List{{"foo", {}}, {"bar", {{"baz", "2"}}}};
    QTest::newRow("parameters") << QByteArray("a; b; c=d") << List{{"a", {{"b", std::nullopt}, {"c", "d"}}}};
    QTest::newRow("quoted") << QByteArray("a; b=\"c\"") << List{{"a", {{"b", "c"}}}};
    QTest::newRow("quoted with escapes") << QByteArray("a; b=\"\\1\\0\"") << List{{"a", {{"b", "10"}}}};
    QTest::newRow("white space everywhere") << QByteArray("\t a ;\tb = c , d ") << List{{"a", {{"b", "c"}}}, {"d", {}}};
    QTest::newRow("none") << QByteArray("a;b=c,d") << List{{"a", {{"b", "c"}}}, {"d", {}}};
    QTest::newRow("empty members") << QByteArray(", a,, b ,") << List{{"a", {}}, {"b", {}}};
    QTest::newRow("repeats are kept") << QByteArray("a; b=1; b=2, a") << List{{"a", {{"b", "1"}, {"b", "2"}}}, {"a", {}}};
    QTest::newRow("browsers") << QByteArray("permessage-deflate; client_max_window_bits")
                              << List{{"permessage-deflate", {{"client_max_window_bits", std::nullopt}}}};
}

void ExtensionsTest::good()
{
    QFETCH(QByteArray, value);
    QFETCH(QList<Extension>, expected);
    const ExtensionList list = parseExtensions(value);
    QCOMPARE(list.problem, QString());
    QCOMPARE(list.extensions, expected);
}

void ExtensionsTest::bad_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("offset");
    QTest::newRow("empty") << QByteArray("") << 0;
    QTest::newRow("commas only") << QByteArray(" , ,") << 4;
    QTest::newRow("no name") << QByteArray("; a") << 0;
    QTest::newRow("no parameter name") << QByteArray("a; =b") << 3;
    QTest::newRow("empty parameter") << QByteArray("a;; b") << 2;
    QTest::newRow("semicolon at the end") << QByteArray("a;") << 2;
    QTest::newRow("no value") << QByteArray("a; b=") << 5;
    QTest::newRow("no value, then more") << QByteArray("a; b=, c") << 5;
    QTest::newRow("two words") << QByteArray("a b") << 2;
    QTest::newRow("two values") << QByteArray("a; b=c d") << 7;
    QTest::newRow("not closed") << QByteArray("a; b=\"c") << 7;
    QTest::newRow("escape at the end") << QByteArray("a; b=\"c\\") << 8;
    QTest::newRow("quoted, but empty") << QByteArray("a; b=\"\"") << 6;
    QTest::newRow("quoted, but no token") << QByteArray("a; b=\"c d\"") << 7;
    QTest::newRow("quoted comma") << QByteArray("a; b=\"c,d\"") << 7;
    QTest::newRow("after the quotes") << QByteArray("a; b=\"c\"d") << 8;
    QTest::newRow("control character") << QByteArray("a\x01") << 1;
    QTest::newRow("byte above ASCII") << QByteArray("caf\xe9") << 3;
    QTest::newRow("quoted name") << QByteArray("\"a\"") << 0;
}

void ExtensionsTest::bad()
{
    QFETCH(QByteArray, value);
    QFETCH(int, offset);
    const ExtensionList list = parseExtensions(value);
    QVERIFY(!list.ok());
    QVERIFY(list.problem.endsWith(u'.'));
    QCOMPARE(list.problemOffset, offset);
}

void ExtensionsTest::whatCameBeforeTheFaultIsKept()
{
    const ExtensionList list = parseExtensions("a; b=1, c; =");
    QVERIFY(!list.ok());
    QCOMPARE(list.extensions, (QList<Extension>{{"a", {{"b", "1"}}}}));
}

void ExtensionsTest::linesOfAHeadAreOneValue()
{
    const auto read = [](const QByteArray &lines) {
        HeadParser parser(Head::Kind::Request);
        parser.feed("GET / HTTP/1.1\r\n" + lines + "\r\n");
        return extensionsOf(parser.head());
    };
    const ExtensionList list = read("sec-websocket-extensions: a;x=1\r\nHost: h\r\nSec-WebSocket-Extensions: b\r\n");
    QVERIFY(list.ok());
    QCOMPARE(list.extensions, (QList<Extension>{{"a", {{"x", "1"}}}, {"b", {}}}));
    QVERIFY(read("Host: h\r\n").ok() && read("Host: h\r\n").extensions.isEmpty());
    QVERIFY(!read("Sec-WebSocket-Extensions:\r\n").ok());
}

void ExtensionsTest::roundTrip()
{
    const Extension extension{"name", {{"bare", std::nullopt}, {"value", "10"}}};
    const QByteArray text = composeExtension(extension);
    QCOMPARE(text, QByteArray("name; bare; value=10"));
    QCOMPARE(parseExtensions(text).extensions, QList<Extension>{extension});
    // What is no token is written quoted, as a tester may want it, though no receiver may take it.
    QCOMPARE(composeExtension({"x", {{"y", "a \"b\" \\"}}}), QByteArray("x; y=\"a \\\"b\\\" \\\\\""));
}

QTEST_GUILESS_MAIN(ExtensionsTest)
#include "tst_extensions.moc"
