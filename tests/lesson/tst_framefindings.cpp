#include "lesson/framefindings.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using wire::Opcode;
using wire::Violation;

class FrameFindingsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void aLawfulFrameHasNone();
    void everyBreachOfOneFrameIsFound();
    void theBrokenPartSaysSo();
    void textIsJudgedBehindItsMask();
    void historyIsTakenFromTheRecord();
    void otherRecordsGiveWhatTheyHold();
    void theFirstBrokenPartIsFound();
};

namespace {

capture::Record recordOf(Opcode opcode, const QByteArray &payload)
{
    return {test::frameRecord(opcode, Role::Client, static_cast<quint64>(payload.size())), payload};
}

std::vector<Violation> violationsOf(const wire::Findings &findings)
{
    std::vector<Violation> result;
    for (const wire::Finding &finding : findings)
        result.push_back(finding.violation);
    return result;
}

} // namespace

void FrameFindingsTest::aLawfulFrameHasNone()
{
    for (const Opcode opcode : {Opcode::Text, Opcode::Binary, Opcode::Ping, Opcode::Pong, Opcode::Continuation})
        QVERIFY(lesson::frameFindings(recordOf(opcode, "hello"), {}).empty());
}

void FrameFindingsTest::everyBreachOfOneFrameIsFound()
{
    capture::Record record = recordOf(Opcode::Ping, "hello");
    record.header.frame.fin = false;
    record.header.frame.rsv2 = true;
    record.header.frame.masked = false;
    record.header.violation = Violation::ReservedBit2Set;
    const auto found = violationsOf(lesson::frameFindings(record, {}));
    for (const Violation expected : {Violation::ReservedBit2Set, Violation::ControlFrameFragmented, Violation::ClientFrameNotMasked})
        QCOMPARE(std::count(found.begin(), found.end(), expected), 1);
    QCOMPARE(found.size(), size_t{3});
}

void FrameFindingsTest::theFirstBrokenPartIsFound()
{
    capture::Record record = recordOf(Opcode::Text, "hello");
    QVERIFY(!lesson::brokenPart(record.header, {}));
    record.header.violation = Violation::MessageOverLimit;
    QCOMPARE(lesson::brokenPart(record.header, {}), lesson::HeaderPart::Payload);
    record.header.violation = Violation::TextNotUtf8;
    QCOMPARE(lesson::brokenPart(record.header, {}), lesson::HeaderPart::Payload);
    record.header.violation = Violation::ContinuationWithoutStart;
    QCOMPARE(lesson::brokenPart(record.header, {}), lesson::HeaderPart::Opcode);
    record.header.frame.rsv3 = true;
    QCOMPARE(lesson::brokenPart(record.header, {}), lesson::HeaderPart::Rsv3);
    // A masking key of 0 is unusual, no more.
    record = recordOf(Opcode::Text, "hello");
    record.header.frame.key = {};
    QVERIFY(!lesson::brokenPart(record.header, {}));
    // A frame without a payload has one part less.
    record = recordOf(Opcode::Continuation, {});
    record.header.violation = Violation::TextEndsInSequence;
    QCOMPARE(lesson::brokenPart(record.header, {}), lesson::HeaderPart::Opcode);
}

void FrameFindingsTest::theBrokenPartSaysSo()
{
    // What no bit of the header shows; the same verdict wherever the finding is told.
    for (const Violation violation : {Violation::ContinuationWithoutStart, Violation::DataFrameInsideMessage, Violation::FrameAfterClose,
                                      Violation::FrameOverLimit, Violation::MessageOverLimit, Violation::InflatedOverLimit,
                                      Violation::CompressedDataDamaged, Violation::TextNotUtf8, Violation::TextEndsInSequence,
                                      Violation::ClosePayloadOneByte, Violation::CloseCodeReserved, Violation::CloseCodeUnregistered,
                                      Violation::CloseCodeOutOfRange, Violation::CloseReasonNotUtf8, Violation::EndInsideFrame}) {
        for (const char *payload : {"hello", ""}) {
            capture::Record record = recordOf(Opcode::Text, payload);
            record.header.violation = violation;
            const auto part = lesson::brokenPart(record.header, {});
            const char *name = wire::violationInfo(violation).name;
            QVERIFY2(part, name);
            QVERIFY2(lesson::explainPart(record.header, *part, {}).verdict == lesson::explainViolation(violation).verdict, name);
            QVERIFY2(lesson::explainFrame(record, {}).verdict == lesson::explainViolation(violation).verdict, name);
        }
    }
}

void FrameFindingsTest::textIsJudgedBehindItsMask()
{
    QVERIFY(lesson::frameFindings(recordOf(Opcode::Text, "gr\xc3\xbc\xc3\x9f"), {}).empty());
    const auto found = violationsOf(lesson::frameFindings(recordOf(Opcode::Text, "gr\xff"), {}));
    QCOMPARE(found, std::vector{Violation::TextNotUtf8});
}

void FrameFindingsTest::historyIsTakenFromTheRecord()
{
    capture::Record record = recordOf(Opcode::Continuation, "hello");
    QVERIFY(lesson::frameFindings(record, {}).empty());
    record.header.violation = Violation::ContinuationWithoutStart;
    QCOMPARE(violationsOf(lesson::frameFindings(record, {})), std::vector{Violation::ContinuationWithoutStart});
}

void FrameFindingsTest::otherRecordsGiveWhatTheyHold()
{
    capture::Record end;
    end.header.kind = wire::RecordKind::End;
    QVERIFY(lesson::frameFindings(end, {}).empty());
    end.header.violation = Violation::EndWithoutClose;
    QCOMPARE(violationsOf(lesson::frameFindings(end, {})), std::vector{Violation::EndWithoutClose});
}

QTEST_GUILESS_MAIN(FrameFindingsTest)
#include "tst_framefindings.moc"
