#include "session/connectiontap.h"
#include "support/testmain.h"

#include <QTest>

#include <vector>

using namespace wsw;
using namespace wsw::session;

/// Counts, flags, and what goes through to the document.
class tst_ConnectionTap final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void counts();
    void countsWhatCameInChunks();
    void tellsOnceUntilCounted();
    void addsRoundTrips();
    void passesPressure();
};

namespace {

class Kept final : public wire::TrafficSink
{
public:
    Pressure record(const wire::TrafficRecord &record) override
    {
        records.push_back(record);
        return pressure;
    }
    wire::PayloadKey newPayloadKey() override { return 7; }
    Pressure chunk(wire::PayloadKey, quint64, QByteArrayView, bool, wire::MaskingKey) override
    {
        ++chunks;
        return pressure;
    }
    std::vector<wire::TrafficRecord> records;
    int chunks = 0;
    Pressure pressure = Pressure::Go;
};

class Told final : public ConnectionTap::Listener
{
public:
    void tapMoved() override { ++times; }
    int times = 0;
};

wire::TrafficRecord frame(Direction direction, wire::Opcode opcode, QByteArrayView payload, MonotonicNs time)
{
    wire::TrafficRecord record;
    record.direction = direction;
    record.header = wire::legalHeader(opcode, wire::Fin::Yes, quint64(payload.size()), Role::Server, {});
    record.payload = payload;
    record.time = record.firstByteTime = time;
    return record;
}

} // namespace

void tst_ConnectionTap::counts()
{
    Kept kept;
    Told told;
    ConnectionTap tap(kept, Pairing::Echo::Ignored, told);
    wire::TrafficRecord head;
    head.kind = wire::RecordKind::RequestHead;
    head.direction = Direction::Received;
    head.payload = "GET / HTTP/1.1";
    (void)tap.record(head);
    (void)tap.record(frame(Direction::Received, wire::Opcode::Text, "hello", 1));
    (void)tap.record(frame(Direction::Sent, wire::Opcode::Text, "hello", 2));
    wire::TrafficRecord large = frame(Direction::Sent, wire::Opcode::Binary, {}, 3);
    large.header.length = 2'000'000;
    large.header.lengthForm = wire::LengthForm::Bits64;
    large.flags = wire::RecordFlag::Chunked;
    large.payloadKey = 1;
    const QByteArray half(1'000'000, 'x');
    (void)tap.chunk(1, 0, half, false, {});
    (void)tap.chunk(1, 1'000'000, half, false, {});
    (void)tap.record(large);
    wire::TrafficRecord packed = frame(Direction::Received, wire::Opcode::Text, "packed", 4);
    packed.flags = wire::RecordFlag::Compressed;
    packed.inflatedLength = 1000;
    (void)tap.record(packed);
    wire::TrafficRecord end;
    end.kind = wire::RecordKind::End;
    end.payload = "the peer sent its FIN";
    (void)tap.record(end);
    QCOMPARE(tap.counts().framesReceived, quint64(2));
    QCOMPARE(tap.counts().framesSent, quint64(2));
    QCOMPARE(tap.counts().bytesReceived, quint64(14 + 2 + 5 + 2 + 6));
    QCOMPARE(tap.counts().plainReceived, quint64(14 + 2 + 5 + 2 + 1000));
    QCOMPARE(tap.counts().bytesSent, quint64(2 + 5 + 10 + 2'000'000));
    QCOMPARE(tap.counts().plainSent, tap.counts().bytesSent);
    QCOMPARE(kept.records.size(), size_t(6));
    QCOMPARE(tap.newPayloadKey(), wire::PayloadKey(7));
}

void tst_ConnectionTap::countsWhatCameInChunks()
{
    Kept kept;
    Told told;
    ConnectionTap tap(kept, Pairing::Echo::Ignored, told);
    const QByteArray piece(1'000'000, 'x');
    // A frame that is cut off: its header promises more than came. And another in the other direction, meanwhile.
    wire::TrafficRecord cut = frame(Direction::Received, wire::Opcode::Binary, {}, 1);
    cut.header.length = 5'000'000;
    cut.header.lengthForm = wire::LengthForm::Bits64;
    cut.flags = wire::RecordFlags(wire::RecordFlag::Chunked) | wire::RecordFlag::Truncated;
    cut.payloadKey = 1;
    wire::TrafficRecord lying = cut;
    lying.direction = Direction::Sent;
    lying.flags = wire::RecordFlags(wire::RecordFlag::Chunked) | wire::RecordFlag::Crafted;
    lying.payloadKey = 2;
    (void)tap.chunk(1, 0, piece, false, {});
    (void)tap.chunk(2, 0, piece, false, {});
    (void)tap.chunk(1, 1'000'000, piece, false, {});
    (void)tap.record(lying);
    (void)tap.record(cut);
    QCOMPARE(tap.counts().bytesReceived, quint64(10 + 2'000'000));
    QCOMPARE(tap.counts().plainReceived, quint64(10 + 2'000'000));
    QCOMPARE(tap.counts().bytesSent, quint64(10 + 1'000'000));
    // What a compressed frame has become does not count as bytes of the wire.
    wire::TrafficRecord packed = frame(Direction::Received, wire::Opcode::Binary, "packed", 2);
    packed.flags = wire::RecordFlags(wire::RecordFlag::Compressed) | wire::RecordFlag::InflatedChunked;
    packed.inflatedKey = 3;
    packed.inflatedLength = 1'000'000;
    (void)tap.chunk(3, 0, piece, false, {});
    (void)tap.record(packed);
    QCOMPARE(tap.counts().bytesReceived, quint64(10 + 2'000'000 + 2 + 6));
    QCOMPARE(tap.counts().plainReceived, quint64(10 + 2'000'000 + 2 + 1'000'000));
}

void tst_ConnectionTap::tellsOnceUntilCounted()
{
    Kept kept;
    Told told;
    ConnectionTap tap(kept, Pairing::Echo::Ignored, told);
    for (int i = 0; i < 3; ++i)
        (void)tap.record(frame(Direction::Sent, wire::Opcode::Text, "x", i));
    QCOMPARE(told.times, 1);
    tap.counted();
    (void)tap.record(frame(Direction::Sent, wire::Opcode::Text, "x", 4));
    QCOMPARE(told.times, 2);
}

void tst_ConnectionTap::addsRoundTrips()
{
    Kept kept;
    Told told;
    ConnectionTap tap(kept, Pairing::Echo::Paired, told);
    (void)tap.record(frame(Direction::Sent, wire::Opcode::Text, "x", 100));
    (void)tap.record(frame(Direction::Received, wire::Opcode::Text, "x", 350));
    QCOMPARE(kept.records[0].rttNs, 0);
    QCOMPARE(kept.records[1].rttNs, 250);
    QVERIFY(kept.records[1].flags.testFlag(wire::RecordFlag::EchoReply));
}

void tst_ConnectionTap::passesPressure()
{
    Kept kept;
    Told told;
    ConnectionTap tap(kept, Pairing::Echo::Ignored, told);
    QCOMPARE(tap.record(frame(Direction::Sent, wire::Opcode::Text, "x", 1)), wire::TrafficSink::Pressure::Go);
    kept.pressure = wire::TrafficSink::Pressure::Hold;
    QCOMPARE(tap.record(frame(Direction::Sent, wire::Opcode::Text, "x", 1)), wire::TrafficSink::Pressure::Hold);
    QCOMPARE(tap.chunk(7, 0, "x", false, {}), wire::TrafficSink::Pressure::Hold);
    QCOMPARE(kept.chunks, 1);
}

QTEST_GUILESS_MAIN(tst_ConnectionTap)
#include "tst_connectiontap.moc"
