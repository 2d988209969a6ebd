#include "capture/packed.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "capture/recorder.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// From the relay's record to the open block: unmasked, in order, large payloads ahead in pieces.
class tst_Recorder final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void packsAndUnmasks();
    void blocksAreSealedWhenFull();
    void piecesAreGathered();
    void inflatedBytesComeAlong();
    void inflatedPiecesAreGathered();
    void holdsWithoutAWriter();
};

void tst_Recorder::packsAndUnmasks()
{
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Recorder recorder(index, chunks, pipeline);
    qint64 bytes = 0;
    for (quint64 i = 0; i < 500; ++i) {
        const test::Sample sample = test::sample(i);
        QCOMPARE(recorder.record(sample.view()), wire::TrafficSink::Pressure::Go);
        bytes += storedHeaderBytes + sample.plain.size();
        QCOMPARE(pipeline.received.load(), i + 1);
        QCOMPARE(pipeline.waiting(), bytes);
        const auto block = index.find(RecordId(i + 1));
        QVERIFY(block);
        const RecordView view = block->view(RecordId(i + 1));
        QCOMPARE(test::difference(view.header, view.payload, sample), QString());
    }
}

void tst_Recorder::blocksAreSealedWhenFull()
{
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Recorder recorder(index, chunks, pipeline);
    constexpr qsizetype half = limits::blockBytes / 2 - storedHeaderBytes;
    for (quint64 i = 0; i < 3; ++i)
        (void)recorder.record(test::sample(i, half).view());    // two fill a block exactly
    QCOMPARE(index.live().size(), size_t{2});
    QCOMPARE(index.live()[0]->block->extent().bytes, quint32{limits::blockBytes});
    (void)recorder.record(test::sample(4, limits::payloadChunkBytes).view());   // larger than a block: one of its own
    QCOMPARE(index.live().size(), size_t{3});
    QVERIFY(chunks.all().empty());
    (void)recorder.record(test::sample(5, limits::payloadChunkBytes + 1).view());
    QVERIFY(!chunks.all().empty());
}

void tst_Recorder::piecesAreGathered()
{
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Recorder recorder(index, chunks, pipeline);
    const test::Sample sample = test::sample(test::maskedSample, 600'000);
    const wire::PayloadKey key = recorder.newPayloadKey();
    for (qsizetype at = 0; at < 600'000; at += 1'000) {
        (void)recorder.chunk(key, static_cast<quint64>(at), QByteArrayView(sample.onWire).sliced(at, 1'000), true,
                             sample.record.header.key);
    }
    QCOMPARE(chunks.all().size(), size_t{2});   // 256 KiB each; the rest is still being gathered
    wire::TrafficRecord record = sample.record;
    record.flags |= wire::RecordFlag::Chunked;
    record.payloadKey = key;
    (void)recorder.record(record);
    QCOMPARE(chunks.all().size(), size_t{3});
    QByteArray whole;
    for (const PayloadChunk &chunk : chunks.of(key)) {
        QCOMPARE(chunk.offset, static_cast<quint64>(whole.size()));
        whole += chunk.bytes;
    }
    QVERIFY(whole == sample.plain);
    const RecordView view = index.find(RecordId(1))->view(RecordId(1));
    QCOMPARE(view.header.payloadKey, key);
    QCOMPARE(view.header.payloadStored, quint64{600'000});
    QCOMPARE(view.payload.toByteArray(), sample.plain.first(previewBytes));
}

void tst_Recorder::inflatedBytesComeAlong()
{
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Recorder recorder(index, chunks, pipeline);
    qint64 bytes = 0;
    for (quint64 i = 0; i < 500; ++i) {
        const test::Sample sample = test::sample(i, -1, test::Content::Inflated);
        (void)recorder.record(sample.view());
        bytes += storedHeaderBytes + sample.plain.size() + sample.inflated.size();
        QCOMPARE(pipeline.waiting(), bytes);
        const RecordView view = index.find(RecordId(i + 1))->view(RecordId(i + 1));
        QCOMPARE(test::difference(view.header, view.payload, sample, view.inflated), QString());
    }
    // Bytes that somebody gives for a message that was not compressed have no place.
    test::Sample plain = test::sample(0);
    plain.record.flags = {};
    wire::TrafficRecord record = plain.view();
    record.inflated = "nothing";
    (void)recorder.record(record);
    const RecordView view = index.find(RecordId(501))->view(RecordId(501));
    QCOMPARE(test::difference(view.header, view.payload, plain, view.inflated), QString());
}

void tst_Recorder::inflatedPiecesAreGathered()
{
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Recorder recorder(index, chunks, pipeline);
    const test::Sample sample = test::sample(test::maskedSample, 600);
    const QByteArray plain = test::text(1, 600'000);
    wire::TrafficRecord record = sample.view();
    record.flags = wire::RecordFlag::Compressed | wire::RecordFlag::InflatedChunked;
    record.inflatedKey = recorder.newPayloadKey();
    for (qsizetype at = 0; at < plain.size(); at += 1'000)
        (void)recorder.chunk(record.inflatedKey, static_cast<quint64>(at), QByteArrayView(plain).sliced(at, 1'000), false, {});
    (void)recorder.record(record);
    QByteArray whole;
    for (const PayloadChunk &chunk : chunks.of(record.inflatedKey))
        whole += chunk.bytes;
    QVERIFY(whole == plain);
    const RecordView view = index.find(RecordId(1))->view(RecordId(1));
    QCOMPARE(view.payload, QByteArrayView(sample.plain));
    QCOMPARE(view.header.payloadKey, wire::PayloadKey{0});
    QCOMPARE(view.header.inflatedKey, record.inflatedKey);
    QCOMPARE(view.header.inflatedStored, quint64{600'000});
    QCOMPARE(view.inflated.toByteArray(), plain.first(previewBytes));
}

void tst_Recorder::holdsWithoutAWriter()
{
    BlockIndex index;
    PayloadQueue chunks;
    Pipeline pipeline;
    Recorder recorder(index, chunks, pipeline);
    const test::Sample sample = test::sample(1, 100'000);
    while (recorder.record(sample.view()) == wire::TrafficSink::Pressure::Go)
        QVERIFY(pipeline.waiting() <= limits::writerQueueBytes);
    QVERIFY(pipeline.waiting() > limits::writerQueueBytes);
    QVERIFY(pipeline.holding.load());
    pipeline.bytesOut.store(pipeline.bytesIn.load());
    QCOMPARE(recorder.record(sample.view()), wire::TrafficSink::Pressure::Go);
    pipeline.failed.store(true);
    QCOMPARE(recorder.record(sample.view()), wire::TrafficSink::Pressure::Hold);
}

QTEST_GUILESS_MAIN(tst_Recorder)
#include "tst_recorder.moc"
