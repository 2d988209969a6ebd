#include "support/testmain.h"

#include "capture/filter.h"
#include "capture/filterjson.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Filters on values inside JSON payloads.
class tst_FilterJson final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void matches_data();
    void matches();
    void whatIsNoJsonHasNoValues_data();
    void whatIsNoJsonHasNoValues();
    void aByteOrderMarkIsPassedOver();
    void inflatedDataAreMeant();
    void paths();
};

namespace {

RecordView text(QByteArrayView payload)
{
    RecordView view;
    view.header.id = RecordId(1);
    view.header.frame.opcode = wire::Opcode::Text;
    view.header.frame.length = view.header.payloadStored = static_cast<quint64>(payload.size());
    view.payload = payload;
    return view;
}

bool passes(const QString &filter, const RecordView &view)
{
    Filter::ParseError error;
    const auto parsed = Filter::parse(filter, &error);
    if (!parsed)
        qWarning("%s", qPrintable(error.message));
    return parsed && parsed->matches(view);
}

} // namespace

void tst_FilterJson::matches_data()
{
    QTest::addColumn<bool>("expected");
    const auto row = [](const char *filter, bool expected) { QTest::newRow(filter) << expected; };
    row("json.type == order", true);
    row("json./type == order", true);
    row("json.type == \"order\"", true);
    row("json.type != order", false);
    row("json.type", true);
    row("json.nothing", true);
    row("json.nothing == null", true);
    row("json.nothing == \"null\"", false);
    row("json.none", false);
    row("json.none != 5", false);           // what is not there matches no test
    row("!(json.none == 5)", true);
    row("json.user.id == 42", true);
    row("json.user.id == \"42\"", false);   // quotes: a text only
    row("json.user.code == 42", true);      // without: either
    row("json.user.code == \"42\"", true);
    row("json.user.id > 41.5", true);
    row("json.user.id >= 42", true);
    row("json.user.id < 42", false);
    row("json.user.id in {1, 42}", true);
    row("json.user.id in {1, x}", false);
    row("json.user.id contains 4", true);
    row("json.user.id matches ^4.$", true);
    row("json.user.big == 9007199254740993", true);
    row("json.user.big == 9007199254740992", false);
    row("json.user.half == 0.5", true);
    row("json.user.half < 1", true);
    row("json.user.half == x", false);
    row("json.user.name > 5", false);       // a number orders no texts
    row("json.user.name > \"5\"", true);
    row("json.user.code < 5", false);
    row("json.user.code > 5", false);
    row("json.user.largest == 9223372036854775807", true);
    row("json.user.largest > 5", true);
    row("json.user contains \"\"", false);
    row("json.user matches \".*\"", false);
    row("json.nothing contains null", true);
    row("json.list.01", false);
    row("json.list.+1", false);
    row("json.\"/two words\" == 5", true);
    row("json.user.half != x", true);
    row("json.user.ok == true", true);
    row("json.user.ok == false", false);
    row("json.user.ok == \"true\"", false);
    row("json.user.ok > false", false);
    row("json.user.name contains \"da L\"", true);
    row("json.user.name contains \"DA\"", false);
    row("json.user.name matches \"(?i)^ADA\"", true);
    row("json.user.name < B", true);
    row("json.user", true);
    row("json.user == 5", false);
    row("json.list.1 == b", true);
    row("json./list/1 == b", true);
    row("json.list.2", false);
    row("json.list.x", false);
    row("json.list.-1", false);
    row("json./a~1b == 1", true);
    row("json./m~0n == 2", true);
    row("json./a.b/c == 3", true);
    row("json./escaped == 4", true);        // its name is written with an escape
    row("json.type == order && json.user.id == 42", true);
}

void tst_FilterJson::matches()
{
    QFETCH(bool, expected);
    const QByteArray payload = R"( {"type": "order", "nothing": null, "user": {"id": 42, "code": "42", "big": 9007199254740993, "half": 0.5, "largest": 9223372036854775807,
        "ok": true, "name": "Ada Lovelace"}, "list": ["a", "b"], "a/b": 1, "m~n": 2, "a.b": {"c": 3}, "e\u0073caped": 4, "two words": 5})";
    QCOMPARE(passes(QString::fromUtf8(QTest::currentDataTag()), text(payload)), expected);
}

void tst_FilterJson::whatIsNoJsonHasNoValues_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArrayLiteral("id");
    QTest::newRow("cut") << QByteArrayLiteral("{\"id\": 1");
    QTest::newRow("not UTF-8") << QByteArrayLiteral("{\"id\": \"\xff\"");
    QTest::newRow("a number") << QByteArrayLiteral("1");
    QTest::newRow("another name") << QByteArrayLiteral("{\"ident\": 1}");
    QTest::newRow("deep") << QByteArray(100'000, '[');
}

void tst_FilterJson::whatIsNoJsonHasNoValues()
{
    QFETCH(QByteArray, payload);
    QVERIFY(!passes(QStringLiteral("json.id"), text(payload)));
    QVERIFY(!passes(QStringLiteral("json.id != 5"), text(payload)));
}

void tst_FilterJson::aByteOrderMarkIsPassedOver()
{
    QVERIFY(passes(QStringLiteral("json.id == 7"), text("\xef\xbb\xbf{\"id\": 7}")));
}

void tst_FilterJson::inflatedDataAreMeant()
{
    RecordView view = text("\x01\x02");
    view.header.flags = wire::RecordFlag::Compressed;
    view.inflated = "[{\"id\": 7}]";
    view.header.inflatedStored = 11;
    QVERIFY(passes(QStringLiteral("json.0.id == 7"), view));
}

void tst_FilterJson::paths()
{
    QCOMPARE(JsonPath::parse(u"a.0.b")->steps, QStringList({QStringLiteral("a"), QStringLiteral("0"), QStringLiteral("b")}));
    QCOMPARE(JsonPath::parse(u"/a/0")->steps, QStringList({QStringLiteral("a"), QStringLiteral("0")}));
    // An empty name is a name (RFC 6901, section 5).
    QCOMPARE(JsonPath::parse(u"/")->steps, QStringList({QString()}));
    QVERIFY(!JsonPath::parse(u""));
    QVERIFY(!JsonPath::parse(u"/~"));
}

QTEST_GUILESS_MAIN(tst_FilterJson)
#include "tst_filterjson.moc"
