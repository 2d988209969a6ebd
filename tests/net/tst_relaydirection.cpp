#include "keptrecords.h"
#include "support/plainframe.h"
#include "support/splits.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "net/relaydirection.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;

/// One direction: what is recorded does not depend on how the bytes came.
class tst_RelayDirection final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void splitsMakeNoDifference();
    void timesOfFirstAndLastByte();
    void largePayloadsGoInChunks_data();
    void largePayloadsGoInChunks();
    void endInsideAPayload();
    void continuationsSayWhatTheyContinue();
    void recordedAsJudged();
    void bytesLostInsideAPayload();
    void bytesLostOverAnEnd();
    void endInsideAHeader();
    void endWithoutClose();
    void closeWithin();
    void besides();
    void compressedMessages();
    void gravestFinding();

private:
    static constexpr ConnectionId connection{7};
};

namespace {

void feed(RelayDirection &direction, QByteArrayView bytes, MonotonicNs time)
{
    direction.feed(bytes, time);
    RelayDirection::Step step;
    while (direction.next(step)) {}
}

QStringList texts(const test::KeptRecords &kept)
{
    QStringList lines;
    for (const auto &[record, payload, inflated] : kept.all) {
        lines.append(QStringLiteral("%1 %2 op%3 at %4 of message %5, flags %6: %7 %8")
                         .arg(int(record.kind))
                         .arg(QLatin1String(wire::violationInfo(record.violation).name))
                         .arg(int(record.header.opcode))
                         .arg(record.header.wireOffset)
                         .arg(record.message.value())
                         .arg(record.flags.toInt())
                         .arg(QString::fromLatin1(payload.toHex())));
    }
    return lines;
}

} // namespace

void tst_RelayDirection::splitsMakeNoDifference()
{
    const QByteArray stream = encode(0x01, "He", "abcd") + encode(0x89, "p", "wxyz") + encode(0x80, "llo", "efgh") + encode(0x81, "\xff", "ijkl")
        + encode(0xf3, "", "mnop") + encode(0x88, "\x03\xe8", "qrst") + encode(0x82, "late", "uvwx").left(7);
    const auto run = [](const test::Chunks &chunks) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayDirection direction(recorder, Direction::Received, Role::Client, 1000);
        for (const QByteArray &chunk : chunks)
            feed(direction, chunk, 1);
        direction.end(QStringLiteral("over"), 2, RelayDirection::MissingClose::Finding);
        return texts(kept);
    };
    QCOMPARE(run({stream}).size(), 8);
    QCOMPARE(test::splitDifference(stream, run), QString());
}

void tst_RelayDirection::timesOfFirstAndLastByte()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Server, 1000);
    const QByteArray stream = encode(0x81, "one") + encode(0x81, "two") + encode(0x81, "three");
    feed(direction, stream.left(1), 100);
    feed(direction, stream.mid(1, 8), 200); // the rest of the first, and four bytes of the second
    feed(direction, stream.mid(9), 300);
    QCOMPARE(kept.all.size(), size_t(3));
    const auto times = [&](size_t i) { return std::pair(kept.all[i].record.firstByteTime, kept.all[i].record.time); };
    QCOMPARE(times(0), std::pair(MonotonicNs(100), MonotonicNs(200)));
    QCOMPARE(times(1), std::pair(MonotonicNs(200), MonotonicNs(300)));
    QCOMPARE(times(2), std::pair(MonotonicNs(300), MonotonicNs(300)));
    QCOMPARE(kept.all[2].record.connection, connection);
    QCOMPARE(kept.all[2].record.message, MessageId(3));
}

void tst_RelayDirection::largePayloadsGoInChunks_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<bool>("chunked");
    QTest::newRow("at the limit") << limits::payloadChunkBytes << false;
    QTest::newRow("one past it") << limits::payloadChunkBytes + 1 << true;
    QTest::newRow("two and a half") << limits::payloadChunkBytes * 5 / 2 << true;
}

void tst_RelayDirection::largePayloadsGoInChunks()
{
    QFETCH(qsizetype, size);
    QFETCH(bool, chunked);
    QByteArray payload(size, 'x');
    for (qsizetype i = 0; i < size; i += 1000)
        payload[i] = char(i % 251);
    const QByteArray frame = encode(0x82, payload, "abcd");
    for (const qsizetype part : {frame.size(), qsizetype(100'000), limits::payloadChunkBytes}) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayDirection direction(recorder, Direction::Received, Role::Client, limits::defaultFrameBytes);
        for (qsizetype at = 0; at < frame.size(); at += part)
            feed(direction, QByteArrayView(frame).sliced(at, std::min(part, frame.size() - at)), 1);
        QCOMPARE(kept.all.size(), size_t(1));
        QCOMPARE(kept.all[0].record.flags.testFlag(wire::RecordFlag::Chunked), chunked);
        QVERIFY(kept.bytes(Direction::Received) == frame);
        QVERIFY(kept.inOrder);
        QVERIFY(kept.largestChunk <= limits::payloadChunkBytes);
    }
}

void tst_RelayDirection::continuationsSayWhatTheyContinue()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Client, 1000);
    feed(direction, encode(0x02, "b1", "abcd") + encode(0x00, "b2", "abcd") + encode(0x89, "p", "abcd") + encode(0x80, "b3", "abcd")
             + encode(0x01, "t1", "abcd") + encode(0x80, "t2", "abcd"), 1);
    QList<bool> binary;
    for (const auto &each : kept.all)
        binary.append(each.record.flags.testFlag(wire::RecordFlag::ContinuesBinary));
    QCOMPARE(binary, QList<bool>({false, true, false, true, false, false}));
}

void tst_RelayDirection::endInsideAPayload()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Server, 1000);
    feed(direction, encode(0x82, "0123456789").left(6), 1);
    direction.end(QStringLiteral("cut"), 2, RelayDirection::MissingClose::Finding);
    direction.end(QStringLiteral("again"), 3, RelayDirection::MissingClose::Finding);
    QCOMPARE(kept.all.size(), size_t(2));
    QVERIFY(kept.all[0].record.flags.testFlag(wire::RecordFlag::Truncated));
    QCOMPARE(kept.all[0].record.header.length, quint64(10));
    QCOMPARE(kept.all[0].payload, QByteArray("0123"));
    QCOMPARE(kept.all[0].record.violation, wire::Violation::EndInsideFrame);
    QCOMPARE(kept.all[1].record.kind, wire::RecordKind::End);
    QCOMPARE(kept.all[1].payload, QByteArray("cut"));
}

void tst_RelayDirection::recordedAsJudged()
{
    const QByteArray stream = encode(0x82, "0123456789", "abcd") + encode(0x81, "next", "efgh");
    // From just behind the header on.
    for (qsizetype cut = 6; cut < 16; ++cut) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayDirection direction(recorder, Direction::Received, Role::Client, 5);
        direction.recordAsJudged();     // nothing is under way
        QCOMPARE(kept.all.size(), size_t(0));
        feed(direction, stream.first(cut), 1);
        direction.recordAsJudged();
        direction.recordAsJudged();
        QCOMPARE(kept.all.size(), size_t(1));
        QCOMPARE(kept.all[0].record.violation, wire::Violation::FrameOverLimit);
        QVERIFY(kept.all[0].record.flags.testFlag(wire::RecordFlag::Truncated));
        QCOMPARE(kept.all[0].payload.size(), cut - 6);
        feed(direction, stream.sliced(cut), 2);
        QCOMPARE(kept.all.size(), size_t(3));
        QCOMPARE(kept.all[1].record.kind, wire::RecordKind::Raw);
        QCOMPARE(kept.all[1].record.header.wireOffset, quint64(cut));
        QCOMPARE(kept.all[2].record.header.wireOffset, quint64(16));
        QCOMPARE(kept.all[2].record.violation, wire::Violation::None);
        QCOMPARE(kept.bytes(Direction::Received), stream);
        // It is not recorded once more where it never ends.
        test::KeptRecords unfinished;
        RelayRecorder other(unfinished, connection);
        RelayDirection cutOff(other, Direction::Received, Role::Client, 5);
        feed(cutOff, stream.first(cut), 1);
        cutOff.recordAsJudged();
        cutOff.end(QStringLiteral("cut"), 2, RelayDirection::MissingClose::Excused);
        QCOMPARE(unfinished.all.size(), size_t(2));
        QCOMPARE(unfinished.bytes(Direction::Received), stream.first(cut));
    }
}

void tst_RelayDirection::bytesLostInsideAPayload()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Server, 1000);
    // The end of the first is lost, then the middle of the second.
    feed(direction, encode(0x81, "0123456789").left(6), 1);
    QVERIFY(direction.lose(6, 2));
    feed(direction, encode(0x81, "0123456789").left(6), 3);
    QVERIFY(direction.lose(3, 4));
    feed(direction, "789" + encode(0x81, "\xff"), 5);
    QCOMPARE(kept.all.size(), size_t(3));
    for (const size_t i : {0, 1}) {
        QVERIFY(kept.all[i].record.flags.testFlag(wire::RecordFlag::Truncated));
        QCOMPARE(kept.all[i].record.header.length, quint64(10));
        QCOMPARE(kept.all[i].payload, QByteArray("0123"));
        QCOMPARE(kept.all[i].record.violation, wire::Violation::None);
    }
    QCOMPARE(kept.all[2].record.header.wireOffset, quint64(24));
    QVERIFY(!kept.all[2].record.flags.testFlag(wire::RecordFlag::Truncated));
    QCOMPARE(kept.all[2].record.violation, wire::Violation::TextNotUtf8);
}

void tst_RelayDirection::bytesLostOverAnEnd()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Server, 1000);
    feed(direction, encode(0x01, "0123456789").left(6), 1);
    QVERIFY(!direction.lose(7, 2));
    QVERIFY(!direction.hasTrack());
    direction.raw("what", 3, {});
    direction.resume();
    QVERIFY(direction.hasTrack());
    feed(direction, encode(0x80, "end of something"), 4);
    direction.end(QStringLiteral("over"), 5, RelayDirection::MissingClose::Finding);
    QCOMPARE(kept.all.size(), size_t(4));
    QVERIFY(kept.all[0].record.flags.testFlag(wire::RecordFlag::Truncated));
    QCOMPARE(kept.all[1].payload, QByteArray("what"));
    QCOMPARE(kept.all[1].record.header.wireOffset, quint64(13));
    QCOMPARE(kept.all[2].payload, QByteArray("end of something"));
    QCOMPARE(kept.all[2].record.header.wireOffset, quint64(17));
    QCOMPARE(kept.all[2].record.violation, wire::Violation::None);
    QCOMPARE(kept.all[3].record.violation, wire::Violation::None);
}

void tst_RelayDirection::endInsideAHeader()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Server, 1000);
    const QByteArray stream = encode(0x81, "a") + "\x82\x7e\x01";
    feed(direction, stream, 1);
    direction.end(QStringLiteral("cut"), 2, RelayDirection::MissingClose::Finding);
    QCOMPARE(kept.bytes(Direction::Received), stream);
    QCOMPARE(kept.all[1].record.kind, wire::RecordKind::Raw);
    QCOMPARE(kept.all[1].record.header.wireOffset, quint64(3));
    QVERIFY(kept.all[1].record.flags.testFlag(wire::RecordFlag::Truncated));
}

void tst_RelayDirection::endWithoutClose()
{
    const auto violation = [](const QByteArray &stream, RelayDirection::MissingClose missing) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayDirection direction(recorder, Direction::Received, Role::Server, 1000);
        feed(direction, stream, 1);
        direction.end(QStringLiteral("over"), 2, missing);
        return kept.all.back().record.violation;
    };
    QCOMPARE(violation({}, RelayDirection::MissingClose::Finding), wire::Violation::EndWithoutClose);
    QCOMPARE(violation({}, RelayDirection::MissingClose::Excused), wire::Violation::None);
    QCOMPARE(violation(encode(0x88, ""), RelayDirection::MissingClose::Finding), wire::Violation::None);
}

void tst_RelayDirection::closeWithin()
{
    const QByteArray before = encode(0x81, "a", "abcd") + encode(0x02, QByteArray(300, '\x88'), "abcd") + encode(0x80, "\x88\x80", "abcd");
    const QByteArray stream = before + encode(0x88, "\x03\xe8", "abcd");
    // Wherever the stream was cut, the Close is found where it begins, as long as its first byte is still to come.
    for (qsizetype cut = 0; cut < stream.size(); ++cut) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, connection);
        RelayDirection direction(recorder, Direction::Sent, Role::Client, 1000);
        feed(direction, stream.first(cut), 1);
        const qsizetype expected = cut <= before.size() ? before.size() - cut : -1;
        QCOMPARE(direction.closeWithin(stream.sliced(cut)), expected);
        QCOMPARE(direction.wireOffset(), static_cast<quint64>(cut)); // nothing has been taken
    }
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    QCOMPARE(RelayDirection(recorder, Direction::Sent, Role::Client, 1000).closeWithin(before), qsizetype(-1));
}

void tst_RelayDirection::besides()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Sent, Role::Client, 1000);
    feed(direction, encode(0x81, "a", "abcd"), 1);
    wire::FrameHeader header = wire::legalHeader(wire::Opcode::Ping, wire::Fin::No, 3, Role::Client, {1, 2, 3, 4});
    direction.besides(header, wire::serializeFrame(header, "abc"), 2, wire::RecordFlag::Crafted);
    direction.raw("raw", 3, wire::RecordFlag::Crafted);
    feed(direction, encode(0x81, "b", "abcd"), 4);
    QCOMPARE(kept.all.size(), size_t(4));
    QCOMPARE(kept.all[1].record.violation, wire::Violation::ControlFrameFragmented);
    QCOMPARE(kept.all[1].record.header.wireOffset, quint64(7));
    QCOMPARE(kept.all[1].record.time, 2);
    QCOMPARE(kept.all[2].record.header.wireOffset, quint64(16));
    QCOMPARE(kept.all[3].record.header.wireOffset, quint64(19));
    QCOMPARE(direction.wireOffset(), quint64(26));
}

void tst_RelayDirection::compressedMessages()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Server, 1000);
    direction.expectCompression(wire::ContextTakeover::Yes, limits::inflatedBytes);
    const QByteArray packed = QByteArray::fromHex("f248cdc9c90700"); // RFC 7692, 7.2.3.1: "Hello"
    feed(direction, encode(0x41, packed.left(3)) + encode(0x8a, "") + encode(0x80, packed.mid(3)) + encode(0x81, "z"), 1);
    const auto compressed = [&](size_t i) { return kept.all[i].record.flags.testFlag(wire::RecordFlag::Compressed); };
    QVERIFY(compressed(0) && !compressed(1) && compressed(2) && !compressed(3));
    QCOMPARE(kept.all[0].inflated + kept.all[2].inflated, QByteArray("Hello"));
    QCOMPARE(kept.all[0].record.inflatedLength + kept.all[2].record.inflatedLength, quint64(5));
    QCOMPARE(kept.all[3].record.inflatedLength, quint64(1));
    QVERIFY(kept.all[3].inflated.isEmpty());
    for (const test::KeptRecords::Kept &one : kept.all)
        QCOMPARE(one.record.violation, wire::Violation::None);
}

void tst_RelayDirection::gravestFinding()
{
    QCOMPARE(graver(wire::Violation::None, wire::Violation::EndWithoutClose), wire::Violation::EndWithoutClose);
    QCOMPARE(graver(wire::Violation::EndWithoutClose, wire::Violation::ReservedOpcode), wire::Violation::ReservedOpcode);
    QCOMPARE(graver(wire::Violation::ReservedOpcode, wire::Violation::EndWithoutClose), wire::Violation::ReservedOpcode);
    QCOMPARE(graver(wire::Violation::ReservedOpcode, wire::Violation::ReservedBit1Set), wire::Violation::ReservedOpcode);
    QCOMPARE(gravest({}), wire::Violation::None);
}

QTEST_GUILESS_MAIN(tst_RelayDirection)
#include "tst_relaydirection.moc"
