#include "keptrecords.h"
#include "standingrelay.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include "wire/deflate.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;
using test::KeptRecords;
using test::StreamKind;
using wire::Violation;

/// A relay that compresses for a program which does not, over real sockets: what each side gets, and what happens when nobody reads.
class tst_RelayCompression final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void eachSideGetsItsOwn();
    void aFloodWaitsForItsReader();
    void aFullSinkStopsInflating();
    void whatWaitsIsRecordedAtTheEnd();
    void whatCannotBeInflatedFailsBothSides_data();
    void whatCannotBeInflatedFailsBothSides();
    void otherBreachesPass();
    void injectedMessagesWaitForTheirPlace();
    void idleConnectionsStaySmall();
};

namespace {

class Standing
{
public:
    explicit Standing(wire::TrafficSink &sink, StreamKind kind = StreamKind::Epoll)
        : both(kind, sink, test::PeerSort::Socket, test::StandingRelay::Compression::Agreed)
    {
    }
    /// A message of the server's, compressed in one frame.
    QByteArray packed(const QByteArray &plain, int opcode = 2)
    {
        return encode(0xc0 | opcode, m_deflater.compress(plain, wire::MessagePart::Last));
    }
    test::StandingRelay both;

private:
    wire::Deflater m_deflater{wire::DeflateSide{}};
};

/// Keeps nothing but counts.
class CountingSink final : public wire::TrafficSink
{
public:
    Pressure record(const wire::TrafficRecord &record) override
    {
        plain += quint64(record.inflated.size());
        return Pressure::Go;
    }
    wire::PayloadKey newPayloadKey() override { return ++m_keys; }
    Pressure chunk(wire::PayloadKey, quint64, QByteArrayView bytes, bool, wire::MaskingKey) override
    {
        plain += quint64(bytes.size());
        return Pressure::Go;
    }
    quint64 plain = 0;

private:
    wire::PayloadKey m_keys = 0;
};

/// The payloads of all frames, one behind the other: where a message was inflated in pieces, it comes in fragments.
QByteArray payloads(const QByteArray &bytes)
{
    QByteArray all;
    wire::FrameParser parser;
    parser.feed(bytes);
    for (wire::FramePiece piece; parser.next(piece);)
        all += piece.payload;
    return all;
}

/// Waits until @p value stays the same for a while.
template<class Value>
bool comesToRest(Value value)
{
    auto before = value();
    for (int still = 0, tries = 0; still < 3 && tries < 200; ++tries) {
        QTest::qWait(50);
        const auto now = value();
        still = now == before ? still + 1 : 0;
        before = now;
        if (still == 3)
            return true;
    }
    return false;
}

} // namespace

void tst_RelayCompression::eachSideGetsItsOwn()
{
    for (const StreamKind kind : {StreamKind::Epoll, StreamKind::Qt, StreamKind::QtTls}) {
        KeptRecords sink;
        Standing standing(sink, kind);
        auto &program = standing.both.program;
        auto &server = standing.both.server;
        program.peer->write(encode(0x81, "Hello", "abcd") + encode(0x89, "p", "abcd"));
        QTRY_COMPARE(sink.of(wire::RecordKind::Frame, Direction::Sent).size(), size_t(2));
        QTRY_COMPARE(server.received().size(), 2 + 4 + 7 + 7);
        const auto sent = sink.of(wire::RecordKind::Frame, Direction::Sent);
        QCOMPARE(sent[0].inflated, QByteArray("Hello"));
        QVERIFY(sent[0].record.header.masked && sent[0].record.header.rsv1);
        QVERIFY(sink.bytes(Direction::Sent).endsWith(server.received()));
        QCOMPARE(standing.both.relay->spoken(), quint64(1));
        server.peer->write(standing.packed("Hello back", 1) + encode(0x8a, "p") + encode(0x81, "plain"));
        QTRY_COMPARE(program.received(), encode(0x81, "Hello back") + encode(0x8a, "p") + encode(0x81, "plain"));
        QCOMPARE(sink.of(wire::RecordKind::Frame, Direction::Received)[0].inflated, QByteArray("Hello back"));
    }
}

void tst_RelayCompression::aFloodWaitsForItsReader()
{
    CountingSink sink;
    Standing standing(sink);
    auto &program = *standing.both.program.peer;
    program.setReadBufferSize(1); // reads no more
    constexpr qsizetype size = 30'000'000;
    constexpr int count = 8;
    QByteArray flood;
    for (int i = 0; i < count; ++i)
        flood += standing.packed(QByteArray(size, 'x'));
    QVERIFY(flood.size() < 300'000); // all of it may come with one read
    standing.both.server.peer->write(flood);
    QVERIFY(comesToRest([&] { return sink.plain; }));
    QVERIFY(sink.plain > 0);
    QVERIFY2(sink.plain < 60'000'000, QByteArray::number(sink.plain));
    program.setReadBufferSize(0);
    qint64 arrived = 0;
    QTRY_VERIFY_WITH_TIMEOUT((arrived += program.readAll().size()) >= size * count, 60'000);
    QCOMPARE(sink.plain, quint64(size) * count);
}

void tst_RelayCompression::aFullSinkStopsInflating()
{
    KeptRecords sink;
    Standing standing(sink);
    QByteArray stream;
    QByteArray plain;
    for (int i = 0; i < 400; ++i) {
        const QByteArray noise = test::randomBytes(200, quint32(i));
        stream += standing.packed(noise);
        plain += noise;
    }
    QVERIFY(stream.size() > 4 * limits::inflatePieceBytes);
    sink.pressure = wire::TrafficSink::Pressure::Hold;
    standing.both.server.peer->write(stream);
    const auto kept = [&] { return sink.of(wire::RecordKind::Frame, Direction::Received).size(); };
    QVERIFY(comesToRest(kept));
    QVERIFY(kept() > 0 && kept() < 200);
    QCOMPARE(standing.both.observer.pressure, QList<bool>{true});
    // Still full: a little is taken, and the rest waits again.
    const size_t before = kept();
    standing.both.relay->resumeRecording();
    QVERIFY(comesToRest(kept));
    QVERIFY(kept() > before && kept() < 300);
    sink.pressure = wire::TrafficSink::Pressure::Go;
    standing.both.relay->resumeRecording();
    QTRY_COMPARE(kept(), size_t(400));
    QTRY_VERIFY(payloads(standing.both.program.received()) == plain);
}

void tst_RelayCompression::whatWaitsIsRecordedAtTheEnd()
{
    KeptRecords sink;
    Standing standing(sink);
    QByteArray stream;
    for (int i = 0; i < 400; ++i)
        stream += standing.packed(test::randomBytes(200, quint32(i)));
    sink.pressure = wire::TrafficSink::Pressure::Hold;
    standing.both.server.peer->write(stream);
    const auto kept = [&] { return sink.of(wire::RecordKind::Frame, Direction::Received).size(); };
    QVERIFY(comesToRest(kept));
    QVERIFY(kept() < 200);
    standing.both.relay->abort();
    QTRY_COMPARE(standing.both.observer.endings, 1);
    QVERIFY(sink.bytes(Direction::Received).endsWith(stream.last(1000)) || stream.startsWith(sink.bytes(Direction::Received).last(1000)));
    QCOMPARE(sink.of(wire::RecordKind::End, Direction::Received).size(), size_t(1));
    // What had been read is there to the last byte, in its order.
    const auto frames = sink.of(wire::RecordKind::Frame, Direction::Received);
    QVERIFY(frames.size() > 200);
    for (size_t i = 0; i + 1 < frames.size(); ++i)
        QCOMPARE(frames[i].inflated, test::randomBytes(200, quint32(i)));
}

void tst_RelayCompression::whatCannotBeInflatedFailsBothSides_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<Violation>("found");
    QTest::addColumn<QByteArray>("code");
    wire::Deflater deflater{wire::DeflateSide{}};
    QTest::newRow("damaged") << QByteArray("\xff\xff\xff") << Violation::CompressedDataDamaged << QByteArray("\x03\xef");
    QTest::newRow("too large") << deflater.compress(QByteArray(qsizetype(limits::inflatedBytes) + 1, 'x'), wire::MessagePart::Last)
                               << Violation::InflatedOverLimit << QByteArray("\x03\xf1");
}

void tst_RelayCompression::whatCannotBeInflatedFailsBothSides()
{
    QFETCH(QByteArray, payload);
    QFETCH(Violation, found);
    QFETCH(QByteArray, code);
    KeptRecords sink;
    Standing standing(sink);
    auto &program = standing.both.program;
    auto &server = standing.both.server;
    server.peer->write(encode(0xc2, payload));
    QTRY_VERIFY_WITH_TIMEOUT((program.received(), program.peer->state() == QAbstractSocket::UnconnectedState), 20'000);
    // The program hears why, in a Close of its own; what had been passed of the message before is fragments.
    const QByteArray sentence = wire::violationInfo(found).sentence;
    QVERIFY(program.received().endsWith(encode(0x88, code + sentence)));
    QTRY_COMPARE(standing.both.observer.endings, 1);
    QCOMPARE(sink.of(wire::RecordKind::Frame, Direction::Received)[0].record.violation, found);
    const auto sent = sink.of(wire::RecordKind::Frame, Direction::Sent);
    QCOMPARE(sent.size(), size_t(1));
    QCOMPARE(sent[0].record.header.opcode, wire::Opcode::Close);
    QTRY_VERIFY(server.received().size() > 6);
}

void tst_RelayCompression::otherBreachesPass()
{
    // Between two programs the relay judges nothing that it can pass on.
    KeptRecords sink;
    Standing standing(sink);
    standing.both.server.peer->write(standing.packed("bad \xff text", 1) + encode(0xa1, "RSV2") + encode(0x83, "reserved") + standing.packed("good", 1));
    QTRY_COMPARE(standing.both.program.received(), encode(0x81, "bad \xff text") + encode(0xa1, "RSV2") + encode(0x83, "reserved") + encode(0x81, "good"));
    QCOMPARE(sink.of(wire::RecordKind::Frame, Direction::Received)[0].record.violation, Violation::TextNotUtf8);
    QCOMPARE(standing.both.relay->state(), RelayState::Open);
}

void tst_RelayCompression::injectedMessagesWaitForTheirPlace()
{
    KeptRecords sink;
    Standing standing(sink);
    standing.both.program.peer->write(encode(0x01, "one ", "abcd"));
    QTRY_COMPARE(sink.of(wire::RecordKind::Frame, Direction::Sent).size(), size_t(1));
    standing.both.relay->injectMessage(wire::Opcode::Text, "between", 0, Relay::Marking::Crafted);
    QCOMPARE(sink.of(wire::RecordKind::Frame, Direction::Sent).size(), size_t(1)); // not within a message that is being compressed
    standing.both.program.peer->write(encode(0x80, "message", "abcd") + encode(0x81, "after", "abcd"));
    QTRY_COMPARE(sink.of(wire::RecordKind::Frame, Direction::Sent).size(), size_t(4));
    QStringList texts;
    for (const auto &one : sink.of(wire::RecordKind::Frame, Direction::Sent))
        texts += QString::fromLatin1(one.inflated) + (one.record.flags.testFlag(wire::RecordFlag::Crafted) ? QStringLiteral(", crafted") : QString());
    QCOMPARE(texts, (QStringList{QStringLiteral("one "), QStringLiteral("message"), QStringLiteral("between, crafted"), QStringLiteral("after")}));
    QCOMPARE(standing.both.relay->spoken(), quint64(2));
}

void tst_RelayCompression::idleConnectionsStaySmall()
{
    // What compression needs is made when it is agreed on, and most of it with the first message.
    QVERIFY2(sizeof(Relay) <= 1400, QByteArray::number(qsizetype(sizeof(Relay))));
    KeptRecords sink;
    const test::StandingRelay plain(StreamKind::Epoll, sink);
    QVERIFY(!plain.relay->compresses());
    const Standing standing(sink);
    QVERIFY(standing.both.relay->compresses());
}

QTEST_GUILESS_MAIN(tst_RelayCompression)
#include "tst_relaycompression.moc"
