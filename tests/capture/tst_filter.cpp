#include "support/testmain.h"

#include "capture/filter.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// The filter language: what each field, operator and literal means, and what is said of what is none.
class tst_Filter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void blankMatchesEverything();
    void matches_data();
    void matches();
    void compressed_data();
    void compressed();
    void errors_data();
    void errors();
    void deepNestingIsRefused();
    void knowsWhetherItReadsPayload();
    void completions_data();
    void completions();

private:
    /// A few quite different records, by name.
    [[nodiscard]] static RecordView named(const QByteArray &name);
};

namespace {

RecordView frame(quint64 number, wire::Opcode opcode, QByteArrayView payload)
{
    RecordView view;
    view.header.id = RecordId(number);
    view.header.connection = ConnectionId(7);
    view.header.frame.opcode = opcode;
    view.header.frame.length = view.header.payloadStored = static_cast<quint64>(payload.size());
    view.payload = payload;
    return view;
}

} // namespace

RecordView tst_Filter::named(const QByteArray &name)
{
    if (name == "hello") {
        RecordView view = frame(1, wire::Opcode::Text, "Hello server! 0x\xc3\x84");
        view.header.frame.masked = true;
        view.header.frame.key = {0x37, 0xfa, 0x21, 0x3d};
        view.header.message = MessageId(3);
        return view;
    }
    if (name == "reply") {
        RecordView view = frame(2, wire::Opcode::Binary, QByteArrayView("\x00\x01\xff\x0d\x0a", 5));
        view.header.direction = Direction::Received;
        view.header.frame.fin = false;
        view.header.frame.rsv2 = true;
        view.header.violation = wire::Violation::ReservedBit2Set;
        view.header.rttNs = 1'500'000;
        view.header.flags = wire::RecordFlag::Crafted | wire::RecordFlag::EchoReply;
        return view;
    }
    if (name == "close")
        return frame(3, wire::Opcode::Close, QByteArrayView("\x03\xe8" "bye", 5));
    if (name == "huge") {
        RecordView view = frame(4, wire::Opcode::Binary, "");
        view.header.frame.length = quint64{3} * 1024 * 1024 * 1024;
        view.header.frame.lengthForm = wire::LengthForm::Bits64;
        return view;
    }
    if (name == "reserved")
        return frame(5, static_cast<wire::Opcode>(0xb), "");
    RecordView head;
    head.header.id = RecordId(6);
    head.header.kind = wire::RecordKind::RequestHead;
    head.payload = "GET / HTTP/1.1\r\n";
    head.header.payloadStored = 16;
    if (name == "lost") {
        head.header.integrity = Integrity::Lost;
        head.payload = {};
    }
    return head;
}

void tst_Filter::blankMatchesEverything()
{
    QVERIFY(Filter().matchesEverything());
    for (const QString &text : {QString(), QStringLiteral(" \t ")}) {
        const auto filter = Filter::parse(text, nullptr);
        QVERIFY(filter.has_value());
        QVERIFY(filter->matchesEverything());
        QVERIFY(filter->matches(named("hello")));
        QCOMPARE(filter->text(), text);
    }
}

void tst_Filter::matches_data()
{
    QTest::addColumn<QByteArrayList>("which");
    const auto row = [](const char *filter, std::initializer_list<QByteArray> which) {
        QTest::newRow(filter) << QByteArrayList(which);
    };
    // every field
    row("number == 2", {"reply"});
    row("conn == 7", {"hello", "reply", "close", "huge", "reserved"});
    row("dir == sent", {"hello", "close", "huge", "reserved", "head"});
    row("dir == received", {"reply"});
    row("dir != sent", {"reply"});
    row("kind == frame", {"hello", "reply", "close", "huge", "reserved"});
    row("kind == request", {"head"});
    row("kind == lost", {"lost"});
    row("opcode == text", {"hello"});
    row("opcode == close", {"close"});
    row("opcode == 0xb", {"reserved"});
    row("opcode != binary", {"hello", "close", "reserved"});    // a head has no opcode
    row("fin", {"hello", "close", "huge", "reserved"});
    row("!fin", {"reply", "head", "lost"});
    row("fin == false", {"reply"});
    row("fin != true", {"reply"});      // a comparison with what is not there is false, whichever it is
    row("!(fin == true)", {"reply", "head", "lost"});
    row("kind == frame && !fin", {"reply"});
    row("!(dir == sent)", {"reply", "lost"});
    row("length >= 0", {"hello", "reply", "close", "huge", "reserved", "head"});
    row("rsv2 == 1", {"reply"});
    row("rsv1 or rsv3", {});
    row("masked", {"hello"});
    row("mask == 37fa213d", {"hello"});
    row("mask == 0x37FA213D", {"hello"});
    row("mask", {"hello"});
    row("length == 5", {"reply", "close"});
    row("length > 2.5GiB", {"huge"});
    row("length <= 3GiB && length >= 3GiB", {"huge"});
    row("length < 1KiB", {"hello", "reply", "close", "reserved", "head"});
    row("length in {16, 17}", {"head"});
    row("wire.length == 7", {"reply", "close"});
    row("wire.length > 3GiB", {"huge"});
    row("rtt", {"reply"});
    row("rtt == 1.5ms", {"reply"});
    row("rtt > 1499us", {"reply"});
    row("rtt < 2s", {"reply"});
    row("rtt > 1500000ns", {});
    row("violation", {"reply"});
    row("violation == rsv2-set", {"reply"});
    row("violation == rsv1-set", {});
    row("crafted", {"reply"});
    row("crafted == false", {"hello", "close", "huge", "reserved", "head"});
    row("close.code == 1000", {"close"});
    row("close.code in {1001, 1000}", {"close"});
    row("close.reason == bye", {"close"});
    row("close.reason != ade", {"close"});     // what is no Close has no reason
    row("close.reason contains y", {"close"});
    row("close.reason matches ^b", {"close"});
    row("close.reason in {bye, hello}", {"close"});
    row("close.reason", {"close"});
    row("message == 3", {"hello"});
    row("message", {"hello"});
    // payloads
    row("hello", {"hello"});
    row("HELLO", {"hello"});
    row("\"server!\"", {"hello"});
    row("'hello SERVER'", {"hello"});
    row("\xc3\xa4", {"hello"});     // an umlaut in the other case
    row("http/1.1", {"head"});
    row("text contains Hello", {"hello"});
    row("text contains hello", {});
    row("text contains \"GET /\"", {"head"});
    row("text == \"GET / HTTP/1.1\\r\\n\"", {"head"});
    row("text != 'x' and kind == request", {"head"});
    row("text matches \"^Hello\\s+\\w+!\"", {"hello"});
    row("text matches '(?i)HELLO|get'", {"hello", "head"});
    row("text in {\"a\", \"GET / HTTP/1.1\\r\\n\"}", {"head"});
    row("bytes contains 0d0a", {"reply", "head"});
    row("bytes contains \"01 ff\"", {"reply"});
    row("bytes == 0001ff0d0a", {"reply"});
    row("bytes == 0x0001FF0D0A", {"reply"});
    // binding and spelling
    row("dir == received || opcode == text && fin", {"hello", "reply"});
    row("(dir == received || opcode == text) && fin", {"hello"});
    row("not fin and kind == frame", {"reply"});
    row("! ! masked", {"hello"});
    row("!(opcode == text or opcode == binary) and kind == frame", {"close", "reserved"});
    row("opcode in {text,binary}&&dir==sent", {"hello", "huge"});
}

void tst_Filter::matches()
{
    QFETCH(QByteArrayList, which);
    Filter::ParseError error;
    const auto filter = Filter::parse(QString::fromUtf8(QTest::currentDataTag()), &error);
    QVERIFY2(filter.has_value(), qPrintable(error.message));
    QVERIFY(!filter->matchesEverything());
    QByteArrayList found;
    for (const char *name : {"hello", "reply", "close", "huge", "reserved", "head", "lost"}) {
        if (filter->matches(named(name)))
            found.append(name);
    }
    QCOMPARE(found, which);
}

void tst_Filter::compressed_data()
{
    QTest::addColumn<bool>("packed");
    QTest::addColumn<bool>("plain");
    const auto row = [](const char *filter, bool packed, bool plain) { QTest::newRow(filter) << packed << plain; };
    row("compressed", true, false);
    row("deflate", true, false);
    row("deflate == false", false, true);
    row("length == 7", true, true);
    row("wire.length == 9", true, true);
    row("plain.length == 14", true, false);
    row("plain.length == 7", false, true);
    row("ratio", true, false);
    row("ratio == 50%", true, false);
    row("ratio <= 50", true, false);
    row("ratio < 50", false, false);
    row("ratio >= 0", true, false);
    row("hello", true, false);
    row("HELLOHELLO", true, false);
    row("text contains Hello", true, false);
    row("text contains garbage", false, true);
    row("text == 'HelloHello\xc3\xa4\n!'", true, false);
    row("text in {garbage}", false, true);
    row("text matches \"^(Hello)+\"", true, false);
    row("\xc3\x84", true, false);      // an umlaut in the other case
    row("bytes contains 48656c6c6f", true, false);
    row("bytes contains f248cdc9", false, false);
    row("wire.bytes contains f248cdc9", true, false);
    row("wire.bytes == f248cdc9c90700", true, false);
    row("wire.bytes in {67617262616765}", false, true);
    row("text", true, true);
}

void tst_Filter::compressed()
{
    QFETCH(bool, packed);
    QFETCH(bool, plain);
    RecordView view = frame(1, wire::Opcode::Text, QByteArrayView("\xf2\x48\xcd\xc9\xc9\x07\x00", 7));
    view.header.flags = wire::RecordFlag::Compressed;
    view.inflated = "HelloHello\xc3\xa4\n!";
    view.header.inflatedLength = view.header.inflatedStored = 14;
    Filter::ParseError error;
    const auto filter = Filter::parse(QString::fromUtf8(QTest::currentDataTag()), &error);
    QVERIFY2(filter.has_value(), qPrintable(error.message));
    QCOMPARE(filter->matches(view), packed);
    QCOMPARE(filter->matches(frame(2, wire::Opcode::Text, "garbage")), plain);
}

void tst_Filter::errors_data()
{
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *filter, int position, int length, const char *says) {
        QTest::newRow(filter) << position << length << QString::fromLatin1(says);
    };
    row("lenght > 5", 0, 6, "did you mean \"length\"");
    row("opcod == text", 0, 5, "did you mean \"opcode\"");
    row("nonsensical == 5", 0, 11, "There is no field");
    row("opcode == txt", 10, 3, "text, binary, ping");
    row("opcode == 16", 10, 2, "number up to 15");
    row("time > 25:00", 7, 5, "a time of day, as 10:04:07.5");
    row("time in {10:04}", 5, 2, "compare it with <");
    row("delta > 5", 8, 1, "a time with its unit");
    row("dir == both", 7, 4, "sent or received");
    row("dir < sent", 4, 1, "no order");
    row("length == lots", 10, 4, "1.5KiB");
    row("length == 5ms", 10, 3, "1.5KiB");
    row("rtt > 5", 6, 1, "with its unit");
    row("mask == 12", 8, 2, "eight hexadecimal digits");
    row("fin == maybe", 7, 5, "true or false");
    row("violation == bad", 13, 3, "name of a rule");
    row("bytes contains xyz", 15, 3, "hexadecimal");
    row("wire.bytes contains xyz", 20, 3, "\"wire.bytes\"; it must be bytes in hexadecimal");
    row("ratio < 2KiB", 8, 4, "percent");
    row("bytes contains 123", 15, 3, "hexadecimal");
    row("bytes matches x", 6, 7, "regular expression");
    row("length contains 5", 7, 8, "compare \"length\" with ==");
    row("length matches 5", 7, 7, "close.reason");
    row("text matches \"(\"", 13, 3, "regular expression is wrong");
    row("opcode = text", 7, 1, "write \"==\"");
    row("fin & masked", 4, 1, "&&");
    row("fin | masked", 4, 1, "||");
    row("hello world", 6, 5, "Expected && or ||");
    row("(fin", 0, 1, "not closed");
    row("(fin masked)", 5, 6, "closing bracket");
    row("fin)", 3, 1, "closes nothing");
    row("fin &&", 6, 0, "missing");
    row("fin && )", 7, 1, "in place of");
    row("opcode ==", 9, 0, "A value is missing");
    row("opcode == )", 10, 1, "text, binary");
    row("opcode in 5", 10, 1, "Expected {");
    row("opcode in {text", 15, 0, "comma or }");
    row("opcode in {}", 11, 1, "text, binary");
    row("\"open", 0, 5, "not closed");
    row("json. == 5", 0, 5, "json.user.id");
    row("json.a..b == 5", 0, 9, "json.user.id");
    row("json./a~2 == 5", 0, 9, "json./user/id");
    row("json.a ==", 9, 0, "true, false, null");
    row("json.a in 5", 10, 1, "Expected {");
    row("json.a in {5", 12, 0, "comma or }");
    row("json.a matches \"(\"", 15, 3, "regular expression is wrong");
    row("text == \"open", 8, 5, "not closed");
}

void tst_Filter::errors()
{
    QFETCH(int, position);
    QFETCH(int, length);
    QFETCH(QString, says);
    Filter::ParseError error;
    QVERIFY(!Filter::parse(QString::fromUtf8(QTest::currentDataTag()), &error).has_value());
    QVERIFY2(error.message.contains(says), qPrintable(error.message));
    QCOMPARE(error.position, position);
    QCOMPARE(error.length, length);
    QVERIFY(!Filter::parse(QString::fromUtf8(QTest::currentDataTag()), nullptr).has_value());
}

void tst_Filter::deepNestingIsRefused()
{
    const auto nested = [](qsizetype depth) {
        return QString(depth, u'(') + QStringLiteral("fin") + QString(depth, u')');
    };
    QVERIFY(Filter::parse(nested(200), nullptr).has_value());
    Filter::ParseError error;
    QVERIFY(!Filter::parse(nested(201), &error).has_value());
    QVERIFY(error.message.contains(QStringLiteral("too deeply")));
    QVERIFY(!Filter::parse(QString(100'000, u'!'), &error).has_value());
}

void tst_Filter::knowsWhetherItReadsPayload()
{
    QVERIFY(!Filter().readsPayload());
    QVERIFY(!Filter::parse(QStringLiteral("fin && close.code == 1000"), nullptr)->readsPayload());
    QVERIFY(Filter::parse(QStringLiteral("fin && !(dir == sent or hello)"), nullptr)->readsPayload());
}

void tst_Filter::completions_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QStringList>("offered");
    QTest::addColumn<QStringList>("notOffered");
    const auto row = [](const char *before, const char *offered, const char *notOffered) {
        QTest::newRow(before) << QString::fromLatin1(before) << QString::fromLatin1(offered).split(u' ')
                              << QString::fromLatin1(notOffered).split(u' ');
    };
    row("", "opcode close.code violation not", "ping rsv2-set and contains");
    row("dir == sent && ", "opcode", "received and");
    row("!(", "opcode", "received and");
    row("kind == ", "frame end lost", "end-inside-frame opcode and");
    row("kind in {request, ", "response", "opcode");
    row("kind in {request} ", "and ||", "response opcode");
    row("violation == ", "rsv2-set end-inside-frame", "end ping");
    row("fin != ", "true false", "ping");
    row("opcode ", "== in and &&", "contains < ping");
    row("text ", "contains matches", "<");
    row("bytes ", "contains", "matches");
    row("rtt ", "< >=", "contains");
    row("fin and ", "json. close.reason", "==");
    row("json.user.id ", "== < contains matches in", "json.");
    row("json.user.ok == ", "true false null", "opcode");
    row("opcode == ping ", "and or && ||", "pong opcode ==");
    row("text contains \"a\" or ", "dir", "and");
    row("text contains fin ", "and", "== opcode");
    row("hello ", "and", "opcode");
}

void tst_Filter::completions()
{
    QFETCH(QString, before);
    QFETCH(QStringList, offered);
    QFETCH(QStringList, notOffered);
    const QStringList words = Filter::completions(before);
    for (const QString &word : offered)
        QVERIFY2(words.contains(word), qPrintable(word));
    for (const QString &word : notOffered)
        QVERIFY2(!words.contains(word), qPrintable(word));
    QCOMPARE(words.size(), QSet<QString>(words.begin(), words.end()).size());
}

QTEST_GUILESS_MAIN(tst_Filter)
#include "tst_filter.moc"
