#include "lesson/explain.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::FrameContext;
using lesson::HeaderPart;
using lesson::Verdict;
using wire::LengthForm;
using wire::Opcode;
using wire::Violation;

class FramePartsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyPartOfEveryFrameIsExplained();
    void maskBit_data();
    void maskBit();
    void maskingKey_data();
    void maskingKey();
    void fin_data();
    void fin();
    void rsv1_data();
    void rsv1();
    void spareBits();
    void lengthForms_data();
    void lengthForms();
    void opcodeFollowsTheJudge();
    void payloadFollowsTheJudge();
    void compressedPayload();
    void readsAsInThePicture();
};

namespace {

Verdict verdict(const capture::RecordHeader &record, HeaderPart part, Role sender = Role::Client, bool deflate = false)
{
    return lesson::explainPart(record, part, {sender, deflate}).verdict;
}

} // namespace

void FramePartsTest::everyPartOfEveryFrameIsExplained()
{
    for (int opcode = 0; opcode < 16; ++opcode) {
        for (int form = 0; form < 3; ++form) {
            for (int part = 0; part <= static_cast<int>(HeaderPart::Payload); ++part) {
                capture::RecordHeader record = test::frameRecord(static_cast<Opcode>(opcode), Role::Client);
                record.frame.lengthForm = static_cast<LengthForm>(form);
                const auto explained = lesson::explainPart(record, static_cast<HeaderPart>(part), {});
                test::verifyReadable(explained);
                QVERIFY(!explained.where.isEmpty());
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }
}

void FramePartsTest::maskBit_data()
{
    QTest::addColumn<bool>("fromClient");
    QTest::addColumn<bool>("masked");
    QTest::addColumn<Verdict>("expected");
    QTest::newRow("client masks") << true << true << Verdict::Right;
    QTest::newRow("client does not mask") << true << false << Verdict::Wrong;
    QTest::newRow("server masks") << false << true << Verdict::Wrong;
    QTest::newRow("server does not mask") << false << false << Verdict::Right;
}

void FramePartsTest::maskBit()
{
    QFETCH(bool, fromClient);
    QFETCH(bool, masked);
    QFETCH(Verdict, expected);
    const Role sender = fromClient ? Role::Client : Role::Server;
    capture::RecordHeader record = test::frameRecord(Opcode::Text, sender);
    record.frame.masked = masked;
    QCOMPARE(verdict(record, HeaderPart::Mask, sender), expected);
    QCOMPARE(verdict(record, HeaderPart::MaskingKey, sender), expected);
}

void FramePartsTest::maskingKey_data()
{
    QTest::addColumn<bool>("zero");
    QTest::addColumn<Verdict>("expected");
    QTest::newRow("random") << false << Verdict::Right;
    QTest::newRow("zero is a mask, but unusual") << true << Verdict::Unusual;
}

void FramePartsTest::maskingKey()
{
    QFETCH(bool, zero);
    QFETCH(Verdict, expected);
    capture::RecordHeader record = test::frameRecord(Opcode::Text, Role::Client);
    if (zero)
        record.frame.key = {};
    QCOMPARE(verdict(record, HeaderPart::MaskingKey), expected);
    QCOMPARE(verdict(record, HeaderPart::Mask), Verdict::Right);
}

void FramePartsTest::fin_data()
{
    QTest::addColumn<int>("opcode");
    QTest::addColumn<bool>("fin");
    QTest::addColumn<Verdict>("expected");
    for (const int opcode : {0, 1, 2}) {
        QTest::addRow("data %d, last", opcode) << opcode << true << Verdict::Right;
        QTest::addRow("data %d, more", opcode) << opcode << false << Verdict::Right;
    }
    for (const int opcode : {8, 9, 10}) {
        QTest::addRow("control %d, last", opcode) << opcode << true << Verdict::Right;
        QTest::addRow("control %d, more", opcode) << opcode << false << Verdict::Wrong;
    }
}

void FramePartsTest::fin()
{
    QFETCH(int, opcode);
    QFETCH(bool, fin);
    QFETCH(Verdict, expected);
    capture::RecordHeader record = test::frameRecord(static_cast<Opcode>(opcode), Role::Client);
    record.frame.fin = fin;
    QCOMPARE(verdict(record, HeaderPart::Fin), expected);
}

void FramePartsTest::rsv1_data()
{
    QTest::addColumn<int>("opcode");
    QTest::addColumn<bool>("set");
    QTest::addColumn<bool>("deflate");
    QTest::addColumn<Verdict>("expected");
    // RFC 6455, 5.2 without the extension; RFC 7692, 6 with it.
    QTest::newRow("clear, none agreed") << 1 << false << false << Verdict::Right;
    QTest::newRow("set, none agreed") << 1 << true << false << Verdict::Wrong;
    QTest::newRow("compressed text") << 1 << true << true << Verdict::Right;
    QTest::newRow("compressed binary") << 2 << true << true << Verdict::Right;
    QTest::newRow("plain text though agreed") << 1 << false << true << Verdict::Right;
    QTest::newRow("set on a continuation") << 0 << true << true << Verdict::Wrong;
    QTest::newRow("clear on a continuation") << 0 << false << true << Verdict::Right;
    QTest::newRow("set on a ping") << 9 << true << true << Verdict::Wrong;
    QTest::newRow("clear on a ping") << 9 << false << true << Verdict::Right;
}

void FramePartsTest::rsv1()
{
    QFETCH(int, opcode);
    QFETCH(bool, set);
    QFETCH(bool, deflate);
    QFETCH(Verdict, expected);
    capture::RecordHeader record = test::frameRecord(static_cast<Opcode>(opcode), Role::Client);
    record.frame.rsv1 = set;
    QCOMPARE(verdict(record, HeaderPart::Rsv1, Role::Client, deflate), expected);
}

void FramePartsTest::spareBits()
{
    capture::RecordHeader record = test::frameRecord(Opcode::Text, Role::Client);
    QCOMPARE(verdict(record, HeaderPart::Rsv2), Verdict::Right);
    QCOMPARE(verdict(record, HeaderPart::Rsv3), Verdict::Right);
    record.frame.rsv2 = true;
    QCOMPARE(verdict(record, HeaderPart::Rsv2), Verdict::Wrong);
    QCOMPARE(verdict(record, HeaderPart::Rsv3), Verdict::Right);
    record.frame.rsv3 = true;
    QCOMPARE(verdict(record, HeaderPart::Rsv3), Verdict::Wrong);
}

void FramePartsTest::lengthForms_data()
{
    QTest::addColumn<int>("opcode");
    QTest::addColumn<quint64>("length");
    QTest::addColumn<int>("form");
    QTest::addColumn<Verdict>("expected");
    QTest::newRow("125 in seven bits") << 1 << quint64{125} << 0 << Verdict::Right;
    QTest::newRow("125 in sixteen") << 1 << quint64{125} << 1 << Verdict::Wrong;
    QTest::newRow("126 in sixteen") << 1 << quint64{126} << 1 << Verdict::Right;
    QTest::newRow("126 in sixty-four") << 1 << quint64{126} << 2 << Verdict::Wrong;
    QTest::newRow("65535 in sixteen") << 1 << quint64{65535} << 1 << Verdict::Right;
    QTest::newRow("65535 in sixty-four") << 1 << quint64{65535} << 2 << Verdict::Wrong;
    QTest::newRow("65536 in sixty-four") << 1 << quint64{65536} << 2 << Verdict::Right;
    QTest::newRow("high bit") << 1 << (quint64{1} << 63) << 2 << Verdict::Wrong;
    QTest::newRow("longest") << 1 << (quint64{1} << 63) - 1 << 2 << Verdict::Right;
    QTest::newRow("ping of 125") << 9 << quint64{125} << 0 << Verdict::Right;
    QTest::newRow("ping of 126") << 9 << quint64{126} << 1 << Verdict::Wrong;
    QTest::newRow("ping of 5 in sixteen") << 9 << quint64{5} << 1 << Verdict::Wrong;
}

void FramePartsTest::lengthForms()
{
    QFETCH(int, opcode);
    QFETCH(quint64, length);
    QFETCH(int, form);
    QFETCH(Verdict, expected);
    capture::RecordHeader record = test::frameRecord(static_cast<Opcode>(opcode), Role::Client, length);
    record.frame.lengthForm = static_cast<LengthForm>(form);
    QCOMPARE(verdict(record, HeaderPart::Length), expected);
    if (form > 0)
        QCOMPARE(verdict(record, HeaderPart::ExtendedLength), expected);
    else
        QCOMPARE(verdict(record, HeaderPart::ExtendedLength), Verdict::Info);
}

void FramePartsTest::opcodeFollowsTheJudge()
{
    capture::RecordHeader record = test::frameRecord(Opcode::Continuation, Role::Client);
    QCOMPARE(verdict(record, HeaderPart::Opcode), Verdict::Right);
    for (const Violation violation : {Violation::ContinuationWithoutStart, Violation::DataFrameInsideMessage, Violation::FrameAfterClose}) {
        record.violation = violation;
        QCOMPARE(verdict(record, HeaderPart::Opcode), Verdict::Wrong);
    }
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
        QCOMPARE(verdict(test::frameRecord(static_cast<Opcode>(opcode), Role::Client), HeaderPart::Opcode), Verdict::Wrong);
}

void FramePartsTest::payloadFollowsTheJudge()
{
    capture::RecordHeader record = test::frameRecord(Opcode::Text, Role::Client);
    QCOMPARE(verdict(record, HeaderPart::Payload), Verdict::Right);
    record.violation = Violation::ReservedBit2Set;
    QCOMPARE(verdict(record, HeaderPart::Payload), Verdict::Right);
    for (const Violation violation : {Violation::TextNotUtf8, Violation::TextEndsInSequence, Violation::ClosePayloadOneByte,
                                      Violation::CloseReasonNotUtf8, Violation::CloseCodeReserved, Violation::CloseCodeUnregistered,
                                      Violation::CloseCodeOutOfRange, Violation::MessageOverLimit}) {
        record.violation = violation;
        QCOMPARE(verdict(record, HeaderPart::Payload), Verdict::Wrong);
    }
    record.violation = Violation::None;
    record.flags |= wire::RecordFlag::Truncated;
    QCOMPARE(verdict(record, HeaderPart::Payload), Verdict::Wrong);
}

void FramePartsTest::readsAsInThePicture()
{
    const lesson::Explanation key = lesson::explainPart(test::frameRecord(Opcode::Text, Role::Client, 13), HeaderPart::MaskingKey, {});
    QCOMPARE(key.title, QStringLiteral("Masking key"));
    QCOMPARE(key.where, QStringLiteral("bytes 2 to 5"));
    QCOMPARE(key.text, QStringLiteral("A fresh random number for each frame. Every payload byte is XORed with one key byte in turn, "
                                      "so that no program on the path can be fed bytes an attacker chose."));
    QCOMPARE(key.verdict, Verdict::Right);
    QCOMPARE(key.judgement, QStringLiteral("a client must mask."));
    QCOMPARE(key.reference, QStringLiteral("RFC 6455, section 5.3"));
}

void FramePartsTest::compressedPayload()
{
    capture::RecordHeader record = test::frameRecord(Opcode::Text, Role::Client, 19);
    record.frame.rsv1 = true;
    record.flags = wire::RecordFlag::Compressed;
    record.inflatedLength = 24;
    const auto text = [&record](const FrameContext &context) {
        const auto explained = lesson::explainPart(record, HeaderPart::Payload, context);
        test::verifyReadable(explained);
        return explained.text;
    };
    QVERIFY(text({Role::Client, true}).contains(QStringLiteral("19 of them become 24.")));
    QVERIFY(text({Role::Client, true, wire::DeflateSide{wire::ContextTakeover::Yes, 12}}).contains(QStringLiteral("earlier messages, up to 4 KiB")));
    QVERIFY(text({Role::Client, true, wire::DeflateSide{wire::ContextTakeover::No, 15}}).contains(QStringLiteral("stands alone")));
    QCOMPARE(verdict(record, HeaderPart::Payload, Role::Client, true), Verdict::Right);
    record.violation = Violation::CompressedDataDamaged;
    QCOMPARE(verdict(record, HeaderPart::Payload, Role::Client, true), Verdict::Wrong);
    record.violation = Violation::InflatedOverLimit;
    QCOMPARE(verdict(record, HeaderPart::Payload, Role::Client, true), Verdict::Wrong);
    record.flags = {};
    record.violation = Violation::None;
    QVERIFY(!text({Role::Client, true, wire::DeflateSide{}}).contains(QStringLiteral("deflate")));
}

QTEST_GUILESS_MAIN(FramePartsTest)
#include "tst_frameparts.moc"
