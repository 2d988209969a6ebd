#include "wire/framejudge.h"

#include "support/judging.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <limits>

using namespace wsw;
using namespace wsw::wire;
using namespace wsw::test;

namespace {

const QByteArray key = QByteArray::fromHex("37fa213d");
constexpr quint64 limit = 1000;

QByteArray closePayload(int code, const QByteArray &reason = {})
{
    return QByteArray(1, static_cast<char>(code >> 8)) + static_cast<char>(code & 0xff) + reason;
}

Judged judged(const QByteArray &wire, Role sender, StreamEnds ends = StreamEnds::No)
{
    FrameJudge judge(sender, limit);
    return judgeStream(judge, {wire}, ends);
}

QStringList fromClient(const Chunks &chunks)
{
    FrameJudge judge(Role::Client, limit);
    return judgeStream(judge, chunks, StreamEnds::Yes).texts();
}

} // namespace

class FrameJudgeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void lawfulConversation();
    void everySplit();
    void textCutInsideASequence();
    void textOffsetsCountWithinTheFrame();
    void textIsFoundBadOnce();
    void messagesAreNumbered();
    void abandonedMessageIsReplaced();
    void strayContinuationIsNoText();
    void controlSizeLimit();
    void frameSizeLimit();
    void lengthOf63Bits();
    void messageSizeLimit();
    void agreedCompression();
    void inflatedText();
    void closeCodes_data();
    void closeCodes();
    void firstCloseCounts();
    void closeReasonCutInTwo();
    void pingAfterCloseIsLawful();
    void ends();
    void severalFindingsOfOneFrame();
};

void FrameJudgeTest::lawfulConversation()
{
    const QByteArray client = encode(0x81, "Hello server!", key) + encode(0x01, "in ", key) + encode(0x89, "now?", key)
        + encode(0x80, "parts", key) + encode(0x82, QByteArray(300, '\xff'), key) + encode(0x8a, "", key)
        + encode(0x88, closePayload(1000, "bye"), key);
    QCOMPARE(judged(client, Role::Client, StreamEnds::Yes).texts(), QStringList{QStringLiteral("7 frames")});
    const QByteArray server = encode(0x81, "Echo: Hello server!") + encode(0x8a, "now?") + encode(0x88, "");
    QCOMPARE(judged(server, Role::Server, StreamEnds::Yes).texts(), QStringList{QStringLiteral("3 frames")});
}

void FrameJudgeTest::everySplit()
{
    const QByteArray wire = encode(0x01, "ab\xc3", key) + encode(0xb9, "", key) + encode(0x80, "\xa9 \xff", key)
        + encode(0x83, "x", key) + encode(0x81, "not masked \xe4") + encode(0x80, "stray", key)
        + encode(0x88, closePayload(1005, "\xf0\x9f"), key) + encode(0x81, "late", key) + encode(0x81, "cut", key).chopped(1);
    QCOMPARE(splitDifference(wire, fromClient), QString());
    QCOMPARE(fromClient({wire}).size(), 13);
}

void FrameJudgeTest::textCutInsideASequence()
{
    // RFC 6455, 5.4 allows a fragment to end anywhere; control frames between change nothing.
    const QByteArray wire = encode(0x01, "\xf0\x9f", key) + encode(0x89, "\xff", key) + encode(0x00, "\x8e", key) + encode(0x80, "\x89", key);
    FrameJudge judge(Role::Client, limit);
    QVERIFY(judgeStream(judge, {wire.first(8)}).rows.empty());
    QCOMPARE(judge.openTextBytes(), 2);
    FrameJudge whole(Role::Client, limit);
    QVERIFY(judgeStream(whole, {wire}).rows.empty());
    QCOMPARE(whole.openTextBytes(), 0);
}

void FrameJudgeTest::textOffsetsCountWithinTheFrame()
{
    const Judged found = judged(encode(0x01, QByteArray(500, 'a'), key) + encode(0x80, QByteArray(5, 'b') + '\xff', key), Role::Client);
    QCOMPARE(found.rows.size(), size_t{1});
    QCOMPARE(found.rows[0].frame, 2);
    QCOMPARE(found.rows[0].finding.violation, Violation::TextNotUtf8);
    QCOMPARE(found.rows[0].finding.offset, 5);
    // Beyond the buffer in which payloads are unmasked.
    FrameJudge judge(Role::Client, 100'000);
    const Judged later = judgeStream(judge, {encode(0x81, QByteArray(70'000, 'a') + '\xff', key)});
    QCOMPARE(later.rows.size(), size_t{1});
    QCOMPARE(later.rows[0].finding.offset, 70'000);
}

void FrameJudgeTest::textIsFoundBadOnce()
{
    const Judged found = judged(encode(0x01, "\xff\xff", key) + encode(0x00, "\xff", key) + encode(0x80, "\xc3", key)
                                    + encode(0x81, "\xff", key), Role::Client);
    QCOMPARE(found.rows.size(), size_t{2});
    QCOMPARE(found.rows[0].frame, 1);
    QCOMPARE(found.rows[1].frame, 4);
}

void FrameJudgeTest::messagesAreNumbered()
{
    FrameJudge judge(Role::Server, limit);
    QCOMPARE(judge.messageNumber(), quint64{0});
    const auto feed = [&judge](const QByteArray &frame) { QVERIFY(judgeStream(judge, {frame}).rows.empty()); };
    feed(encode(0x89, ""));
    QCOMPARE(judge.messageNumber(), quint64{0});
    feed(encode(0x01, "a"));
    QCOMPARE(judge.messageNumber(), quint64{1});
    QVERIFY(judge.messageOpen());
    feed(encode(0x8a, ""));
    feed(encode(0x80, "b"));
    QCOMPARE(judge.messageNumber(), quint64{1});
    QCOMPARE(judge.messageOpcode(), Opcode::Text);
    QVERIFY(!judge.messageOpen());
    feed(encode(0x82, "c"));
    QCOMPARE(judge.messageNumber(), quint64{2});
    QCOMPARE(judge.messageOpcode(), Opcode::Binary);
}

void FrameJudgeTest::abandonedMessageIsReplaced()
{
    FrameJudge judge(Role::Server, limit);
    const Judged found = judgeStream(judge, {encode(0x01, "\xc3") + encode(0x81, "new") + encode(0x80, "old")});
    QCOMPARE(found.rows.size(), size_t{2});
    QCOMPARE(found.rows[0].finding.violation, Violation::DataFrameInsideMessage);
    QCOMPARE(found.rows[1].finding.violation, Violation::ContinuationWithoutStart);
    QCOMPARE(judge.messageNumber(), quint64{3});
}

void FrameJudgeTest::strayContinuationIsNoText()
{
    FrameJudge judge(Role::Server, limit);
    const Judged found = judgeStream(judge, {encode(0x81, "text") + encode(0x00, "\xff") + encode(0x80, "\xff")});
    QCOMPARE(found.rows.size(), size_t{2});
    for (const Judged::Row &row : found.rows)
        QCOMPARE(row.finding.violation, Violation::ContinuationWithoutStart);
    QVERIFY(!judge.messageOpen());
    QCOMPARE(judge.messageOpcode(), Opcode::Continuation);
}

void FrameJudgeTest::controlSizeLimit()
{
    QVERIFY(judged(encode(0x89, QByteArray(125, 'p')), Role::Server).rows.empty());
    const Findings found = judged(encode(0x89, QByteArray(126, 'p')), Role::Server).findings();
    QCOMPARE(found.size(), size_t{1});
    QCOMPARE(found[0].violation, Violation::ControlFrameTooLong);
}

void FrameJudgeTest::frameSizeLimit()
{
    QVERIFY(judged(encode(0x82, QByteArray(1000, 'p')), Role::Server).rows.empty());
    // The header is enough: nobody waits for the payload of a frame that will be refused.
    const Findings found = judged(encode(0x82, QByteArray(1001, 'p')).first(4), Role::Server).findings();
    QCOMPARE(found.size(), size_t{1});
    QCOMPARE(found[0].violation, Violation::FrameOverLimit);
    QCOMPARE(found[0].note, QStringLiteral("1001 bytes, the limit is 1000"));
}

void FrameJudgeTest::lengthOf63Bits()
{
    const auto found = [](const QByteArray &header) {
        FrameJudge judge(Role::Server, std::numeric_limits<quint64>::max(), std::numeric_limits<quint64>::max());
        return judgeStream(judge, {header}).findings();
    };
    QVERIFY(found(QByteArray::fromHex("827f7fffffffffffffff")).empty());
    const Findings past = found(QByteArray::fromHex("827f8000000000000000"));
    QCOMPARE(past.size(), size_t{1});
    QCOMPARE(past[0].violation, Violation::LengthHighBitSet);
}

void FrameJudgeTest::messageSizeLimit()
{
    const auto found = [](const QByteArray &stream) {
        FrameJudge judge(Role::Server, 1000, 1500);
        return judgeStream(judge, {stream}).findings();
    };
    const QByteArray thousand = encode(0x02, QByteArray(1000, 'p'));
    const QByteArray ping = encode(0x89, QByteArray(125, 'p'));
    // Control frames within a message do not count, and the next message begins anew.
    const QByteArray atLimit = thousand + ping + encode(0x00, QByteArray(500, 'p')) + encode(0x80, "");
    QVERIFY(found(atLimit + atLimit).empty());
    // The header that goes past it is enough, and is said once.
    const Findings past = found(thousand + encode(0x00, QByteArray(500, 'p')) + encode(0x00, "p") + encode(0x00, "p"));
    QCOMPARE(past.size(), size_t{1});
    QCOMPARE(past[0].violation, Violation::MessageOverLimit);
    QCOMPARE(past[0].note, QStringLiteral("1501 bytes so far, the limit is 1500"));
    QCOMPARE(found(thousand + encode(0x00, QByteArray(501, 'p')).first(4)).size(), size_t{1});
    // A frame that is too long by itself is said to be that.
    const Findings frame = found(thousand + encode(0x80, QByteArray(1001, 'p')));
    QCOMPARE(frame.size(), size_t{1});
    QCOMPARE(frame[0].violation, Violation::FrameOverLimit);
}

void FrameJudgeTest::agreedCompression()
{
    FrameJudge judge(Role::Server, limit);
    judge.allowRsv1(true);
    QVERIFY(judgeStream(judge, {encode(0x41, "\xff\xff") + encode(0x80, "\xff")}).rows.empty());
    QVERIFY(judge.messageCompressed());
    // A message that is not compressed is still judged as text.
    QCOMPARE(judgeStream(judge, {encode(0x81, "\xff")}).rows.size(), size_t{1});
    QVERIFY(!judge.messageCompressed());
    // RFC 7692, 6: on the first frame of a message only, and never on a control frame.
    for (const QByteArray &wire : {encode(0x01, "a") + encode(0xc0, "b"), encode(0xc9, "")}) {
        const Findings found = judgeStream(judge, {wire}).findings();
        QCOMPARE(found.size(), size_t{1});
        QCOMPARE(found[0].violation, Violation::ReservedBit1Set);
    }
}

void FrameJudgeTest::inflatedText()
{
    // What the payload is on the wire does not matter; what it has become is given by whoever inflates it.
    FrameJudge judge(Role::Server, limit);
    judge.allowRsv1(true);
    QVERIFY(judgeStream(judge, {encode(0x41, "\xff\xff")}).rows.empty());
    QVERIFY(judge.judgeInflated("Gr\xc3", 0, false).empty());
    QCOMPARE(judge.openTextBytes(), 1);
    QVERIFY(judge.judgeInflated("\xbc\xc3", 3, false).empty());
    const Findings ends = judge.judgeInflated("", 5, true);
    QCOMPARE(ends, (Findings{{Violation::TextEndsInSequence, 5, QStringLiteral("1 byte of an unfinished character at the end")}}));

    // The next message begins anew; its first bad byte is found once, at its place in the frame.
    QVERIFY(judgeStream(judge, {encode(0x80, "")}).rows.empty());
    QVERIFY(judgeStream(judge, {encode(0xc1, "x")}).rows.empty());
    QVERIFY(judge.judgeInflated("ab", 0, false).empty());
    QCOMPARE(judge.judgeInflated("c\xff" "d", 2, false), (Findings{{Violation::TextNotUtf8, 3, QStringLiteral("byte 0xff")}}));
    QVERIFY(judge.judgeInflated("\xff", 5, true).empty());
    QVERIFY(judgeStream(judge, {encode(0xc2, "x")}).rows.empty());
    QVERIFY(judge.judgeInflated("\xff", 0, true).empty()); // binary
}

void FrameJudgeTest::closeCodes_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<Violation>("expected");
    const auto row = [](int code, Violation expected) { QTest::addRow("%d", code) << code << expected; };
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999})
        row(code, Violation::None);
    for (const int code : {1004, 1005, 1006, 1015})
        row(code, Violation::CloseCodeReserved);
    for (const int code : {1016, 1100, 2000, 2999})
        row(code, Violation::CloseCodeUnregistered);
    for (const int code : {0, 1, 999, 5000, 65535})
        row(code, Violation::CloseCodeOutOfRange);
}

void FrameJudgeTest::closeCodes()
{
    QFETCH(int, code);
    QFETCH(Violation, expected);
    FrameJudge judge(Role::Client, limit);
    const Findings found = judgeStream(judge, {encode(0x88, closePayload(code, "r\xc3\xa9" "ason"), key)}).findings();
    QCOMPARE(found.empty() ? Violation::None : found[0].violation, expected);
    QVERIFY(found.size() <= 1);
    QVERIFY(judge.closeSeen());
    QCOMPARE(judge.closeCode(), static_cast<quint16>(code));
    QCOMPARE(judge.closeReason(), QByteArray("r\xc3\xa9" "ason"));
}

void FrameJudgeTest::firstCloseCounts()
{
    FrameJudge judge(Role::Server, limit);
    QVERIFY(judgeStream(judge, {encode(0x88, "")}).rows.empty());
    QCOMPARE(judge.closeCode(), quint16{1005});
    QCOMPARE(judge.closeReason(), QByteArray());
    QVERIFY(judgeStream(judge, {encode(0x88, closePayload(1001, "again"))}).rows.empty());
    QCOMPARE(judge.closeCode(), quint16{1005});
}

void FrameJudgeTest::closeReasonCutInTwo()
{
    const Findings found = judged(encode(0x88, closePayload(1000, "\xe4\xb8"), key), Role::Client).findings();
    QCOMPARE(found.size(), size_t{1});
    QCOMPARE(found[0].violation, Violation::CloseReasonNotUtf8);
    QCOMPARE(found[0].offset, 4);
}

void FrameJudgeTest::pingAfterCloseIsLawful()
{
    QVERIFY(judged(encode(0x88, "") + encode(0x89, "") + encode(0x8a, ""), Role::Server).rows.empty());
}

void FrameJudgeTest::ends()
{
    const auto last = [](const QByteArray &wire) {
        const Findings found = judged(wire, Role::Server, StreamEnds::Yes).findings();
        return found.size() == 1 ? found[0].violation : Violation::None;
    };
    QCOMPARE(last({}), Violation::EndWithoutClose);
    QCOMPARE(last(encode(0x81, "a")), Violation::EndWithoutClose);
    QCOMPARE(last(encode(0x81, "a").chopped(1)), Violation::EndInsideFrame);
    QCOMPARE(last(encode(0x81, "a").first(1)), Violation::EndInsideFrame);
    QVERIFY(judged(encode(0x88, ""), Role::Server, StreamEnds::Yes).rows.empty());
    QCOMPARE(last(encode(0x88, "") + encode(0x89, "ping").chopped(2)), Violation::EndInsideFrame);
}

void FrameJudgeTest::severalFindingsOfOneFrame()
{
    PlainFrame plain;
    plain.first = 0x7b; // FIN 0, RSV1-3, opcode 0xb
    plain.extendedBytes = 8;
    plain.payload = "x";
    const Findings found = judged(encode(plain), Role::Client).findings();
    std::vector<Violation> violations;
    for (const Finding &finding : found)
        violations.push_back(finding.violation);
    const std::vector<Violation> expected{Violation::ReservedBit1Set, Violation::ReservedBit2Set, Violation::ReservedBit3Set,
                                          Violation::ReservedOpcode, Violation::ClientFrameNotMasked,
                                          Violation::LengthNotMinimal, Violation::ControlFrameFragmented};
    QCOMPARE(violations, expected);
}

QTEST_GUILESS_MAIN(FrameJudgeTest)
#include "tst_framejudge.moc"
