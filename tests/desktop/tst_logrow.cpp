#include "models/logrow.h"
#include "models/valuefilter.h"

#include "capture/filter.h"
#include "support/testmain.h"

#include <QDateTime>

using namespace wsw;
using namespace wsw::desktop;
using capture::Record;
using wire::RecordFlag;
using wire::RecordKind;

namespace {

Record textFrame()
{
    Record record;
    record.header.id = RecordId(12);
    record.header.connection = ConnectionId(3);
    record.header.direction = Direction::Received;
    record.header.message = MessageId(5);
    record.header.timing = {1'772'338'747'211'604'999, 5'000'000, 7'999};
    record.header.rttNs = 354'999;
    record.header.flags = RecordFlag::Compressed;
    record.header.frame = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, 5, Role::Client, {0x1f, 0x8a, 0x04, 0xc9});
    record.header.frame.rsv1 = true;
    record.header.inflatedLength = 10;
    record.payload = "\xf2\x48\x04\x02\x00";
    record.inflated = "say \"hi\\\"!";
    record.header.payloadStored = 5;
    record.header.inflatedStored = 10;
    return record;
}

/// In everything that a column shows another than textFrame().
Record otherFrame()
{
    Record record;
    record.header.id = RecordId(13);
    record.header.connection = ConnectionId(4);
    record.header.direction = Direction::Sent;
    record.header.violation = wire::Violation::ReservedBit3Set;
    record.header.frame = wire::legalHeader(wire::Opcode::Binary, wire::Fin::No, 700, Role::Server, {});
    record.header.frame.rsv3 = true;
    record.header.message = MessageId(6);
    record.header.timing = {1'772'338'747'211'603'999, 4'000'000, 6'999};
    record.header.inflatedLength = 700;
    record.header.rttNs = 1000;
    record.payload = QByteArray(700, '\0');
    record.header.payloadStored = 700;
    return record;
}

Record head()
{
    Record record;
    record.header.id = RecordId(1);
    record.header.kind = RecordKind::RequestHead;
    record.payload = "GET / HTTP/1.1\r\n\r\n";
    record.header.payloadStored = 18;
    return record;
}

bool passes(const QString &filter, const Record &record)
{
    capture::Filter::ParseError error;
    const auto parsed = capture::Filter::parse(filter, &error);
    if (!parsed)
        qFatal("%s cannot be read", qPrintable(filter));
    return parsed->matches({record.header, record.payload, record.inflated});
}

} // namespace

/// The cells of a row, and the filters that a click on one of them offers.
class TestLogRow final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void headerFieldsOfAFrame()
    {
        const LogRow row = formatRow(textFrame(), {}, std::nullopt);
        QCOMPARE(row.text[LogRow::Connection], QStringLiteral("3"));
        QCOMPARE(row.text[LogRow::Opcode], QStringLiteral("0x1"));
        QCOMPARE(row.text[LogRow::Fin], QStringLiteral("1"));
        QCOMPARE(row.text[LogRow::Rsv], QStringLiteral("100"));
        QCOMPARE(row.text[LogRow::Mask], QStringLiteral("1f8a04c9"));
        QCOMPARE(row.text[LogRow::WireLength], QStringLiteral("11"));
        QCOMPARE(row.text[LogRow::Ratio], QStringLiteral("50 %"));
        QCOMPARE(row.text[LogRow::Message], QStringLiteral("5"));
        QCOMPARE(row.text[LogRow::Violation], QString());
        const LogRow said = formatRow(textFrame(), {}, std::nullopt, payload::Saying{payload::Dialect::SocketIo, QStringLiteral("event chat")});
        QCOMPARE(said.text[LogRow::Preview], QStringLiteral("event chat · ") + row.text[LogRow::Preview]);
        const LogRow other = formatRow(otherFrame(), {}, std::nullopt);
        QCOMPARE(other.text[LogRow::Fin], QStringLiteral("0"));
        QCOMPARE(other.text[LogRow::Rsv], QStringLiteral("001"));
        QCOMPARE(other.text[LogRow::Mask], QString());
        QCOMPARE(other.text[LogRow::WireLength], QStringLiteral("704"));
        QCOMPARE(other.text[LogRow::Ratio], QString());
        QCOMPARE(other.text[LogRow::Violation], QStringLiteral("rsv3-set"));
    }

    void whatIsNoFrameHasNoneOfThem()
    {
        const LogRow row = formatRow(head(), {}, std::nullopt);
        for (const LogRow::Column column : {LogRow::Opcode, LogRow::Fin, LogRow::Rsv, LogRow::Mask, LogRow::Ratio, LogRow::Message})
            QCOMPARE(row.text[column], QString());
        QCOMPARE(row.text[LogRow::WireLength], QStringLiteral("18"));
        Record lost = textFrame();
        lost.header.integrity = capture::Integrity::Lost;
        QCOMPARE(formatRow(lost, {}, std::nullopt).text[LogRow::Connection], QString());
    }

    void aNoteIsOneLineOfSomeLength()
    {
        Record noted = textFrame();
        noted.note = QByteArray("first\nsecond\t") + QByteArray(100'000, 'x');
        const LogRow row = formatRow(noted, {}, std::nullopt);
        QVERIFY(row.isMarked);
        QCOMPARE(row.text[LogRow::Note].size(), noteChars);
        QVERIFY(row.text[LogRow::Note].startsWith(QStringLiteral("first↵second⇥x")));
    }

    void everyColumnIsNamed()
    {
        for (int column = 0; column < LogRow::ColumnCount; ++column) {
            const auto each = static_cast<LogRow::Column>(column);
            QCOMPARE(columnTitle(each).isEmpty(), each == LogRow::Glyph);
            QVERIFY(!columnHint(each).isEmpty() && !columnHint(each).endsWith(u'.'));
        }
    }

    void aFilterOnAValueLetsPassWhatHasIt_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("filter");
        const auto row = [](const char *name, LogRow::Column column, const char *filter) {
            QTest::newRow(name) << static_cast<int>(column) << QString::fromLatin1(filter);
        };
        row("number", LogRow::Number, "number == 12");
        const QString second = QDateTime::fromMSecsSinceEpoch(1'772'338'747'000).toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss"));
        row("time", LogRow::Time, qPrintable(QStringLiteral("time >= %1.211604").arg(second)));
        row("delta", LogRow::Delta, "delta >= 7us");
        row("glyph", LogRow::Glyph, "dir == received");
        row("frame", LogRow::Frame, "opcode == text");
        row("length", LogRow::Length, "length == 5");
        row("round trip", LogRow::Rtt, "rtt >= 354us");
        row("connection", LogRow::Connection, "conn == 3");
        row("opcode", LogRow::Opcode, "opcode == text");
        row("fin", LogRow::Fin, "fin == true");
        row("rsv", LogRow::Rsv, "rsv1 == true && rsv2 == false && rsv3 == false");
        row("mask", LogRow::Mask, "masked == true");
        row("on the wire", LogRow::WireLength, "wire.length == 11");
        row("ratio", LogRow::Ratio, "compressed");
        row("message", LogRow::Message, "message == 5");
        row("preview", LogRow::Preview, "text == \"say \\\"hi\\\\\\\"!\"");
    }

    void aFilterOnAValueLetsPassWhatHasIt()
    {
        QFETCH(int, column);
        const QString filter = filterOnValue(textFrame(), static_cast<LogRow::Column>(column));
        QTEST(filter, "filter");
        QVERIFY(passes(filter, textFrame()));
        QVERIFY(!passes(filter, otherFrame()));
        QVERIFY(!passes(QStringLiteral("!(%1)").arg(filter), textFrame()));
    }

    void whatCannotBeFilteredForOffersNothing()
    {
        QCOMPARE(filterOnValue(textFrame(), LogRow::Violation), QString());
        QCOMPARE(filterOnValue(head(), LogRow::Delta), QString());
        QCOMPARE(filterOnValue(otherFrame(), LogRow::Preview), QString());
        QCOMPARE(filterOnValue(head(), LogRow::Length), QString());
        QCOMPARE(filterOnValue(head(), LogRow::Frame), QStringLiteral("kind == request"));
        QVERIFY(passes(filterOnValue(head(), LogRow::Frame), head()));
        QVERIFY(!passes(filterOnValue(head(), LogRow::Frame), textFrame()));
        QCOMPARE(filterOnValue(otherFrame(), LogRow::Violation), QStringLiteral("violation == rsv3-set"));
        QVERIFY(passes(QStringLiteral("violation == rsv3-set"), otherFrame()));
        Record reserved = textFrame();
        reserved.header.frame.opcode = static_cast<wire::Opcode>(0xb);
        QVERIFY(passes(filterOnValue(reserved, LogRow::Frame), reserved));
        QVERIFY(!passes(filterOnValue(reserved, LogRow::Frame), textFrame()));
    }
};

QTEST_GUILESS_MAIN(TestLogRow)
#include "tst_logrow.moc"
