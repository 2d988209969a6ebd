#include "wire/head.h"

#include "support/testmain.h"

using namespace wsw::wire;

namespace {

Head headOf(const QList<std::pair<QByteArray, QByteArray>> &lines)
{
    Head head;
    for (const auto &[name, value] : lines)
        head.fields.append({name, value, 0, 0});
    return head;
}

} // namespace

class HeadTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void valuesByName();
    void list_data();
    void list();
    void listsOverSeveralLines();
    void tokens();
};

void HeadTest::valuesByName()
{
    const Head head = headOf({{"Host", "example.com"}, {"Cookie", "a=1"}, {"cookie", "b=2"}, {"X-Empty", ""}});
    QCOMPARE(head.value("host"), std::optional<QByteArray>("example.com"));
    QCOMPARE(head.value("COOKIE"), std::optional<QByteArray>("a=1"));
    QCOMPARE(head.values("Cookie"), (QList<QByteArray>{"a=1", "b=2"}));
    QVERIFY(head.value("X-Empty").has_value());
    QVERIFY(head.value("X-Empty")->isEmpty());
    QVERIFY(!head.value("Hos").has_value());
    QVERIFY(head.values("Hostname").isEmpty());
}

void HeadTest::list_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QList<QByteArray>>("expected");
    using List = QList<QByteArray>;
    QTest::newRow("one") << QByteArray("Upgrade") << List{"Upgrade"};
    QTest::newRow("two") << QByteArray("keep-alive, Upgrade") << List{"keep-alive", "Upgrade"};
    QTest::newRow("no spaces") << QByteArray("a,b,c") << List{"a", "b", "c"};
    QTest::newRow("tabs") << QByteArray("a\t,\tb") << List{"a", "b"};
    QTest::newRow("empty members") << QByteArray(", a ,, b,") << List{"a", "b"};
    QTest::newRow("empty") << QByteArray("") << List{};
    QTest::newRow("quoted comma") << QByteArray(R"(x; p="a, b", y)") << List{R"(x; p="a, b")", "y"};
    QTest::newRow("escaped quote") << QByteArray(R"(x; p="a\", b", y)") << List{R"(x; p="a\", b")", "y"};
    QTest::newRow("quote never closed") << QByteArray(R"(a, x; p="b, c)") << List{"a", R"(x; p="b, c)"};
}

void HeadTest::list()
{
    QFETCH(QByteArray, value);
    QFETCH(QList<QByteArray>, expected);
    QCOMPARE(headOf({{"Name", value}}).list("name"), expected);
}

void HeadTest::listsOverSeveralLines()
{
    const Head head = headOf({{"Sec-WebSocket-Protocol", "chat, superchat"}, {"Host", "h"}, {"sec-websocket-protocol", "mqtt"}});
    QCOMPARE(head.list("Sec-WebSocket-Protocol"), (QList<QByteArray>{"chat", "superchat", "mqtt"}));
}

void HeadTest::tokens()
{
    const Head head = headOf({{"Connection", "keep-alive, UPGRADE"}});
    QVERIFY(head.hasToken("connection", "Upgrade"));
    QVERIFY(head.hasToken("Connection", "keep-alive"));
    QVERIFY(!head.hasToken("Connection", "Up"));
    QVERIFY(!head.hasToken("Upgrade", "Upgrade"));
}

QTEST_GUILESS_MAIN(HeadTest)
#include "tst_head.moc"
