#include "lesson/explain.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::Verdict;
using wire::Opcode;
using wire::RecordKind;
using wire::Violation;

class FramesTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyKindAndOpcodeIsExplained();
    void titlesNameThePlaceInTheMessage_data();
    void titlesNameThePlaceInTheMessage();
    void closeSaysItsCodeAndReason();
    void everyViolationTellsItself();
    void flagsAreTold();
    void headsAreRead_data();
    void headsAreRead();
    void rawBytes_data();
    void rawBytes();
    void ends_data();
    void ends();
    void aLostRecordClaimsNothing();
};

namespace {

capture::Record recordOf(RecordKind kind, const QByteArray &payload)
{
    capture::Record record;
    record.header.id = RecordId(1);
    record.header.kind = kind;
    record.header.payloadStored = static_cast<quint64>(payload.size());
    record.payload = payload;
    return record;
}

} // namespace

void FramesTest::everyKindAndOpcodeIsExplained()
{
    for (const RecordKind kind : {RecordKind::RequestHead, RecordKind::ResponseHead, RecordKind::Body, RecordKind::Raw, RecordKind::End})
        test::verifyReadable(lesson::explainFrame(recordOf(kind, "x"), {}));
    for (int opcode = 0; opcode < 16; ++opcode) {
        const capture::Record record{test::frameRecord(static_cast<Opcode>(opcode), Role::Client), QByteArray("hello")};
        test::verifyReadable(lesson::explainFrame(record, {}));
    }
}

void FramesTest::titlesNameThePlaceInTheMessage_data()
{
    QTest::addColumn<int>("opcode");
    QTest::addColumn<bool>("fin");
    QTest::addColumn<QString>("title");
    QTest::newRow("whole text") << 1 << true << QStringLiteral("Whole text message");
    QTest::newRow("first of binary") << 2 << false << QStringLiteral("First piece of a binary message");
    QTest::newRow("further") << 0 << false << QStringLiteral("Further piece of a message");
    QTest::newRow("last") << 0 << true << QStringLiteral("Last piece of a message");
    QTest::newRow("ping") << 9 << true << QStringLiteral("Ping frame (0x9)");
    QTest::newRow("reserved") << 3 << true << QStringLiteral("Reserved data opcode (0x3)");
}

void FramesTest::titlesNameThePlaceInTheMessage()
{
    QFETCH(int, opcode);
    QFETCH(bool, fin);
    QFETCH(QString, title);
    capture::Record record{test::frameRecord(static_cast<Opcode>(opcode), Role::Client), QByteArray("hello")};
    record.header.frame.fin = fin;
    QCOMPARE(lesson::explainFrame(record, {}).title, title);
}

void FramesTest::closeSaysItsCodeAndReason()
{
    capture::Record record{test::frameRecord(Opcode::Close, Role::Client), QByteArray("\x03\xf1gone", 6)};
    const lesson::Explanation explained = lesson::explainFrame(record, {});
    QVERIFY(explained.text.contains(QStringLiteral("1009 Message Too Big")));
    QVERIFY(explained.text.contains(QStringLiteral("\u201cgone\u201d")));
    QCOMPARE(explained.verdict, Verdict::Right);

    record.payload = QByteArray("\x03\xf2", 2);     // 1010 is for clients
    QCOMPARE(lesson::explainFrame(record, {Role::Server, false}).verdict, Verdict::Unusual);
    record.payload.clear();
    QVERIFY(lesson::explainFrame(record, {}).text.contains(QStringLiteral("1005")));
}

void FramesTest::everyViolationTellsItself()
{
    for (int value = 1; value < static_cast<int>(Violation::Count); ++value) {
        capture::Record record{test::frameRecord(Opcode::Text, Role::Client), QByteArray("hello")};
        record.header.violation = static_cast<Violation>(value);
        const lesson::Explanation explained = lesson::explainFrame(record, {});
        QVERIFY(explained.verdict == Verdict::Wrong || explained.verdict == Verdict::Unusual);
        QCOMPARE(explained.judgement, QString::fromUtf8(wire::violationInfo(record.header.violation).sentence));
    }
}

void FramesTest::flagsAreTold()
{
    capture::Record record{test::frameRecord(Opcode::Text, Role::Client), QByteArray("hello")};
    QCOMPARE(lesson::explainFrame(record, {}).verdict, Verdict::Right);
    record.header.flags = wire::RecordFlag::Crafted;
    QCOMPARE(lesson::explainFrame(record, {}).verdict, Verdict::Unusual);
    record.header.flags = wire::RecordFlag::Truncated;
    QCOMPARE(lesson::explainFrame(record, {}).verdict, Verdict::Wrong);
    record.header.flags = wire::RecordFlag::Compressed;
    record.header.inflatedLength = 24;
    QVERIFY(lesson::explainFrame(record, {}).text.contains(QStringLiteral("5 bytes on the wire become 24")));
}

void FramesTest::headsAreRead_data()
{
    QTest::addColumn<bool>("request");
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<Verdict>("expected");
    QTest::newRow("upgrade") << true << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << Verdict::Right;
    QTest::newRow("post") << true << QByteArray("POST / HTTP/1.1\r\nHost: a\r\n\r\n") << Verdict::Wrong;
    QTest::newRow("cut") << true << QByteArray("GET / HTTP/1.1\r\nHo") << Verdict::Wrong;
    QTest::newRow("switch") << false << QByteArray("HTTP/1.1 101 Switching Protocols\r\n\r\n") << Verdict::Right;
    QTest::newRow("refusal") << false << QByteArray("HTTP/1.1 404 Not Found\r\n\r\n") << Verdict::Unusual;
    QTest::newRow("no HTTP") << false << QByteArray("SSH-2.0-OpenSSH\r\n\r\n") << Verdict::Wrong;
}

void FramesTest::headsAreRead()
{
    QFETCH(bool, request);
    QFETCH(QByteArray, head);
    QFETCH(Verdict, expected);
    QCOMPARE(lesson::explainFrame(recordOf(request ? RecordKind::RequestHead : RecordKind::ResponseHead, head), {}).verdict, expected);
}

void FramesTest::rawBytes_data()
{
    QTest::addColumn<Violation>("violation");
    QTest::addColumn<wire::RecordFlags>("flags");
    QTest::addColumn<Verdict>("expected");
    QTest::addColumn<QString>("says");
    using Flag = wire::RecordFlag;
    const auto row = [](const char *name, Violation violation, wire::RecordFlags flags, Verdict expected, const char *says) {
        QTest::newRow(name) << violation << flags << expected << QString::fromLatin1(says);
    };
    row("cut inside a frame header", Violation::EndInsideFrame, Flag::Truncated, Verdict::Wrong, "Beginning of a frame header");
    row("cut inside a head", Violation::None, Flag::Truncated, Verdict::Wrong, "Beginning of an HTTP head");
    row("no HTTP", Violation::HeadMalformed, {}, Verdict::Wrong, "HTTP head was due");
    row("head too large", Violation::HeadTooLarge, {}, Verdict::Wrong, "HTTP head was due");
    row("written by hand", Violation::None, Flag::Crafted, Verdict::Unusual, "by hand");
    row("after a refused handshake", Violation::None, {}, Verdict::Info, "handshake before them opened no connection");
}

void FramesTest::rawBytes()
{
    QFETCH(Violation, violation);
    QFETCH(wire::RecordFlags, flags);
    QFETCH(Verdict, expected);
    QFETCH(QString, says);
    capture::Record record = recordOf(RecordKind::Raw, QByteArray("\x81\xfe\x00", 3));
    record.header.violation = violation;
    record.header.flags = flags;
    const lesson::Explanation explained = lesson::explainFrame(record, {});
    test::verifyReadable(explained);
    QCOMPARE(explained.verdict, expected);
    QVERIFY2((explained.title + explained.text).contains(says), qPrintable(explained.text));
    if (violation != Violation::None)
        QCOMPARE(explained.judgement, lesson::explainViolation(violation).judgement);
}

void FramesTest::ends_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<int>("violation");
    QTest::addColumn<Verdict>("expected");
    QTest::newRow("in order") << QByteArray("peer closed first") << 0 << Verdict::Right;
    QTest::newRow("without a word") << QByteArray() << 0 << Verdict::Right;
    QTest::newRow("reset") << QByteArray("connection reset by peer") << 0 << Verdict::Unusual;
    QTest::newRow("cut from here") << QByteArray("cut here") << 0 << Verdict::Unusual;
    QTest::newRow("no Close") << QByteArray("peer closed") << static_cast<int>(Violation::EndWithoutClose) << Verdict::Unusual;
    QTest::newRow("cut") << QByteArray("cut") << static_cast<int>(Violation::EndInsideFrame) << Verdict::Wrong;
}

void FramesTest::ends()
{
    QFETCH(QByteArray, how);
    QFETCH(int, violation);
    QFETCH(Verdict, expected);
    capture::Record end = recordOf(RecordKind::End, how);
    end.header.violation = static_cast<Violation>(violation);
    const lesson::Explanation explained = lesson::explainEnd(end);
    test::verifyReadable(explained);
    QCOMPARE(explained.verdict, expected);
    QVERIFY(explained.text.contains(QString::fromUtf8(how)));
}

void FramesTest::aLostRecordClaimsNothing()
{
    capture::Record lost = recordOf(RecordKind::Frame, {});
    lost.header.integrity = capture::Integrity::Lost;
    const lesson::Explanation explained = lesson::explainFrame(lost, {});
    test::verifyReadable(explained);
    QCOMPARE(explained.title, QStringLiteral("Lost record"));
}

QTEST_GUILESS_MAIN(FramesTest)
#include "tst_frames.moc"
