#include "recordtext.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::cli;

class TestRecordText final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void summarizesAFrame()
    {
        capture::RecordHeader header;
        header.frame = {.opcode = wire::Opcode::Text, .masked = true, .key = {0x37, 0xfa, 0x21, 0x3d}, .length = 13};
        QCOMPARE(recordSummary(header, "Hello server!"), u"text, FIN, masked 37fa213d, 13 bytes: Hello server!"_s);
        header.frame.fin = false;
        header.frame.masked = false;
        header.frame.rsv3 = true;
        header.frame.length = 1;
        header.flags = wire::RecordFlag::Crafted;
        header.violation = wire::Violation::ReservedBit3Set;
        QCOMPARE(recordSummary(header, "H"),
                 u"text, not the last, RSV3, 1 byte, crafted, violation %1: H"_s.arg(
                     QLatin1String(wire::violationInfo(wire::Violation::ReservedBit3Set).name)));
    }

    void saysWhatWasCompressed()
    {
        capture::RecordHeader header;
        header.frame = {.rsv1 = true, .opcode = wire::Opcode::Text, .length = 19};
        header.flags = wire::RecordFlag::Compressed;
        header.inflatedLength = 24;
        QCOMPARE(recordSummary(header, "{\"symbol\":\"ACME\"}"), u"text, FIN, RSV1, deflate, 24 bytes in 19 bytes: {\"symbol\":\"ACME\"}"_s);
    }

    void saysWhatIsLost()
    {
        capture::RecordHeader header;
        header.integrity = capture::Integrity::Lost;
        QCOMPARE(recordSummary(header, {}), u"lost: this part of the file is damaged"_s);
    }

    void summarizesAClose()
    {
        capture::RecordHeader header;
        header.frame.opcode = wire::Opcode::Close;
        header.frame.length = 5;
        QVERIFY(recordSummary(header, "\x03\xe8" "bye").endsWith(u"1000 Normal Closure: bye"_s));
        header.frame.length = 0;
        QVERIFY(recordSummary(header, {}).endsWith(u"no code"_s));
    }

    void payloadsCannotPlayWithTheTerminal()
    {
        capture::RecordHeader header;
        const QString text = recordSummary(header, "a\x1b[2Jb\nc");
        QVERIFY2(text.endsWith(u"a\\u001b[2Jb\\nc"_s), qPrintable(text));
        QVERIFY(recordSummary(header, "a\u202eb").endsWith(u"a\\u202eb"_s));
        QVERIFY(recordSummary(header, "\xff\x01").endsWith(u": ff 01"_s));
        QVERIFY(recordSummary(header, QByteArray(1000, 'x')).endsWith(u"xx ..."_s));
    }

    void aTextThatIsCutForShowIsStillText()
    {
        capture::RecordHeader header;
        const QString text = recordSummary(header, QByteArray("ä").repeated(100).prepend('x'));
        QVERIFY2(text.contains(u": xää"_s) && text.endsWith(u"ä ..."_s), qPrintable(text));
    }

    void summarizesBytesWithoutALineEnd()
    {
        capture::RecordHeader header;
        header.kind = wire::RecordKind::Body;
        QVERIFY2(recordSummary(header, "<h1>Welcome").endsWith(u": <h1>Welcome"_s), qPrintable(recordSummary(header, "<h1>Welcome")));
    }

    void summarizesAHead()
    {
        capture::RecordHeader header;
        header.kind = wire::RecordKind::RequestHead;
        QCOMPARE(recordSummary(header, "GET /chat HTTP/1.1\r\nHost: a\r\n\r\n"), u"request, 31 bytes: GET /chat HTTP/1.1"_s);
        header.kind = wire::RecordKind::End;
        QCOMPARE(recordSummary(header, "closed by the peer"), u"end: closed by the peer"_s);
    }
};

QTEST_GUILESS_MAIN(TestRecordText)
#include "tst_recordtext.moc"
