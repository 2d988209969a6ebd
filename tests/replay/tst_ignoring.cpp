#include "replay/ignoring.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

Q_DECLARE_METATYPE(wsw::replay::MessageKind)

/// Which messages are the same once something is ignored, and how those that are not are told apart.
class TestIgnoring final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void sameOrNot_data()
    {
        QTest::addColumn<QStringList>("patterns");
        QTest::addColumn<QStringList>("pointers");
        QTest::addColumn<QByteArray>("left");
        QTest::addColumn<QByteArray>("right");
        QTest::addColumn<bool>("same");
        const auto row = [](const char *name, const QStringList &patterns, const QStringList &pointers, const char *left, const char *right, bool same) {
            QTest::newRow(name) << patterns << pointers << QByteArray(left) << QByteArray(right) << same;
        };
        row("nothing", {}, {}, "tick 1", "tick 1", true);
        row("nothing ignored", {}, {}, "tick 1", "tick 2", false);
        row("a pattern", {u"\\d+"_s}, {}, "tick 1 of 10", "tick 2 of 11", true);
        row("a pattern beside it", {u"\\d+"_s}, {}, "tick 1", "tock 1", false);
        row("a pattern that one lacks", {u"\\d+"_s}, {}, "tick 1", "tick ", false);
        row("two patterns", {u"\\d+"_s, u"[a-f]+"_s}, {}, "x1abc", "x2def", true);
        row("an empty match", {u"x*"_s}, {}, "abc", "abd", false);
        row("a pattern in JSON's string", {u"[0-9a-f]{8}"_s}, {}, R"({"id":"deadbeef","a":1,"b":2})", R"({"b":2.0,"a":1,"id":"12345678"})", true);
        row("a pattern over a number", {u"\\d{3,}"_s}, {}, R"({"at":1234,"b":1})", R"({"b":1, "at":99999})", true);
        row("a pattern over a member", {u"\"at\":\\s*\\d+"_s}, {}, R"({"at":1,"b":1})", R"({"b":1, "at": 2})", true);
        row("a pattern over a value, other values count", {u"\\d{3,}"_s}, {}, R"({"at":1234,"b":1})", R"({"at":1234,"b":2})", false);
        row("0 is not what was masked", {u"\\d{3,}"_s}, {}, R"({"at":1234})", R"({"at":0})", false);
        row("a pattern that breaks JSON", {u"\\{\"at\""_s}, {}, R"({"at":1})", R"({"at":2})", false);
        row("a pointer", {}, {u"/at"_s}, R"({"at":1,"b":[1]})", R"({"b":[1],"at":"never"})", true);
        row("a pointer to what one lacks", {}, {u"/at"_s}, R"({"at":1,"b":[1]})", R"({"b":[1]})", true);
        row("a pointer beside it", {}, {u"/at"_s}, R"({"at":1,"b":[1]})", R"({"at":1,"b":[2]})", false);
        row("pattern and pointer", {u"\\d{3,}"_s}, {u"/x"_s}, R"({"at":1234,"x":1})", R"({"at":5678,"x":2})", true);
        row("no UTF-8", {u"\\d"_s}, {}, "\xff" "1", "\xff" "2", false);
        row("a byte order mark counts", {u"\\d"_s}, {}, "\xef\xbb\xbf" "1", "2", false);
    }

    void sameOrNot()
    {
        QFETCH(const QStringList, patterns);
        QFETCH(const QStringList, pointers);
        QFETCH(const QByteArray, left);
        QFETCH(const QByteArray, right);
        QFETCH(const bool, same);
        const Result<Ignoring> ignoring = Ignoring::make(patterns, pointers);
        QVERIFY(ignoring.ok());
        constexpr auto kind = MessageKind::Text;
        QCOMPARE(ignoring->of(kind, left).whole == ignoring->of(kind, right).whole, same);
        QCOMPARE(ignoring->difference(kind, left, kind, right).isEmpty(), same);
        QVERIFY(ignoring->of(MessageKind::Binary, left).whole != ignoring->of(kind, left).whole);
    }

    void closeReasons()
    {
        const Ignoring ignoring = Ignoring::make({u"\\d+"_s}, {}).value();
        const auto whole = [&ignoring](const QByteArray &payload) { return ignoring.of(MessageKind::Close, payload).whole; };
        QCOMPARE(whole("\x03\xe8 gone at 10"), whole("\x03\xe8 gone at 11"));
        QVERIFY(whole("\x03\xe8 gone at 10") != whole("\x03\xe9 gone at 10"));
        QCOMPARE(whole(""), whole(""));
        QVERIFY(whole("1") != whole("2"));      // no code and no reason: bytes as they are
    }

    void shapes()
    {
        const Ignoring none;
        const auto shape = [&none](MessageKind kind, const QByteArray &payload) { return none.of(kind, payload).shape; };
        constexpr auto text = MessageKind::Text;
        QCOMPARE(shape(text, "tick 1"), shape(text, "tick 250"));
        QVERIFY(shape(text, "tick 1") != shape(text, "tock 1"));
        QCOMPARE(shape(text, R"({"a":1})"), shape(text, R"({"a":2})"));
        QCOMPARE(shape(MessageKind::Binary, "\x01\x02\x03"), shape(MessageKind::Binary, "\x01\x02\x04\x05"));
        QVERIFY(shape(MessageKind::Ping, "1") != shape(MessageKind::Pong, "1"));
    }

    void differences_data()
    {
        QTest::addColumn<MessageKind>("leftKind");
        QTest::addColumn<QByteArray>("left");
        QTest::addColumn<MessageKind>("rightKind");
        QTest::addColumn<QByteArray>("right");
        QTest::addColumn<QString>("said");
        constexpr auto text = MessageKind::Text;
        constexpr auto binary = MessageKind::Binary;
        const auto row = [](const char *name, MessageKind leftKind, const QByteArray &left, MessageKind rightKind, const QByteArray &right, const QString &said) {
            QTest::newRow(name) << leftKind << left << rightKind << right << said;
        };
        row("kinds", text, "a", binary, "a", u"text | binary"_s);
        row("a value", text, R"({"price":17,"n":1})", text, R"({"n":1,"price":18})", u"/price: 17 | 18"_s);
        row("a type", text, R"({"a":1})", text, R"({"a":"1"})", u"/a: 1 | \"1\""_s);
        row("a member", text, R"({"a":{"b/c":1}})", text, R"({"a":{}})", u"/a/b~1c: 1 | nothing"_s);
        row("an element", text, "[1]", text, "[1,[2]]", u"/1: nothing | […]"_s);
        row("a name like a placeholder", text, R"({"%1":[1],"%2":{"a":1}})", text, R"({"%1":[2],"%2":{"a":2}})", u"/%1/0: 1 | 2, /%2/a: 1 | 2"_s);
        row("many", text, "[1,2,3,4,5]", text, "[6,7,8,9,0]", u"/0: 1 | 6, /1: 2 | 7, /2: 3 | 8, and 2 more"_s);
        row("text", text, "one and the same", text, "one and the other", u"from character 13: \"…and the same\" | \"…and the other\""_s);
        row("text that ends", text, "ab", text, "abc", u"from character 3: \"ab\" | \"abc\""_s);
        row("control characters", text, "a\x1b[2J", text, "a\n", u"from character 2: \"a\\u001b[2J\" | \"a\\n\""_s);
        row("bytes", binary, "\x01\x02\x03", binary, "\x01\x02", u"from byte 3: 03 | nothing"_s);
        row("one is JSON", text, "{}", text, "{", u"from character 2: \"{}\" | \"{\""_s);
    }

    void differences()
    {
        QFETCH(const MessageKind, leftKind);
        QFETCH(const QByteArray, left);
        QFETCH(const MessageKind, rightKind);
        QFETCH(const QByteArray, right);
        QFETCH(const QString, said);
        QCOMPARE(Ignoring().difference(leftKind, left, rightKind, right), said);
        QCOMPARE(Ignoring().difference(leftKind, left, leftKind, left), QString());
    }

    void saysWhatIsWrong()
    {
        const Result<Ignoring> pattern = Ignoring::make({u"fine"_s, u"(open"_s}, {});
        QVERIFY(!pattern.ok());
        QCOMPARE(pattern.error().kind, ErrorKind::Usage);
        QVERIFY(pattern.error().message.contains(u"(open"_s));
        const Result<Ignoring> pointer = Ignoring::make({}, {u"user.id"_s});
        QVERIFY(!pointer.ok());
        QVERIFY(pointer.error().message.contains(u"user.id"_s));
    }
};

QTEST_GUILESS_MAIN(TestIgnoring)
#include "tst_ignoring.moc"
