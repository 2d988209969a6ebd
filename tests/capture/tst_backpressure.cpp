#include "capture/faultyvfs.h"
#include "capture/samples.h"
#include "support/testmain.h"

#include "base/limits.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace wsw;
using namespace wsw::capture;
using Pressure = wire::TrafficSink::Pressure;

/// When the disk cannot follow, the recorder asks its callers to stop, and tells them when to go on.
class tst_BackPressure final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void holdsAtTheLimitAndResumes();
    void chunksCountToo();
    void everyHoldIsFollowedByAResume();
    void aHandlerThatWasTakenAwayIsNotCalled();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Document> m_document;
    std::atomic<int> m_resumed{0};
};

void tst_BackPressure::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    auto made = Document::create(m_folder->filePath(QStringLiteral("a.wscapture")));
    QVERIFY(made.ok());
    m_document = std::move(made).value();
    m_resumed.store(0);
    m_document->setResumeHandler([this] { ++m_resumed; });
}

void tst_BackPressure::cleanup()
{
    test::stallWrites(false);
    m_document.reset();
}

void tst_BackPressure::holdsAtTheLimitAndResumes()
{
    test::stallWrites(true);
    const test::Sample sample = test::sample(1, 10'000);
    qint64 given = 0;
    quint64 count = 0;
    while (m_document->recorder().record(sample.view()) == Pressure::Go) {
        given += 10'080;
        ++count;
        QVERIFY2(given <= limits::writerQueueBytes, "one past the limit must hold");
    }
    ++count;    // the one that was answered with Hold is kept as well
    QVERIFY(given > limits::writerQueueBytes - 20'160);
    QCOMPARE(m_document->received(), count);
    QCOMPARE(m_resumed.load(), 0);
    // Whoever does not listen loses nothing either.
    QCOMPARE(m_document->recorder().record(sample.view()), Pressure::Hold);
    QCOMPARE(m_document->received(), ++count);

    test::stallWrites(false);
    QTRY_COMPARE(m_resumed.load(), 1);
    QTRY_COMPARE(m_document->stored(), count);
    QCOMPARE(m_resumed.load(), 1);
    QCOMPARE(m_document->recorder().record(sample.view()), Pressure::Go);
    const auto last = m_document->read(RecordId(count));
    QVERIFY(last.ok());
    QCOMPARE(last->payload, sample.plain);
}

void tst_BackPressure::chunksCountToo()
{
    test::stallWrites(true);
    wire::TrafficSink &sink = m_document->recorder();
    const wire::PayloadKey key = sink.newPayloadKey();
    const QByteArray piece = test::noise(1, 100'000);
    quint64 offset = 0;
    while (sink.chunk(key, offset, piece, false, {}) == Pressure::Go) {
        offset += static_cast<quint64>(piece.size());
        QVERIFY(offset <= quint64{limits::writerQueueBytes} + 512 * 1024);
    }
    offset += static_cast<quint64>(piece.size());
    test::stallWrites(false);
    QTRY_COMPARE(m_resumed.load(), 1);
    wire::TrafficRecord record;
    record.flags = wire::RecordFlag::Chunked;
    record.payloadKey = key;
    record.header.length = offset;
    (void)sink.record(record);
    QVERIFY(m_document->flush().ok());
    const auto end = m_document->readPayload(RecordId(1), offset - 100'000, 200'000);
    QVERIFY(end.ok());
    QCOMPARE(*end, piece);
}

void tst_BackPressure::everyHoldIsFollowedByAResume()
{
    // As a relay does it: stop at Hold, go on when told. No wake-up may be lost.
    const test::Sample sample = test::sample(2, 60'000);
    int holds = 0;
    for (int i = 0; i < 6'000; ++i) {
        const int before = m_resumed.load();
        if (m_document->recorder().record(sample.view()) == Pressure::Go)
            continue;
        ++holds;
        for (int waited = 0; m_resumed.load() == before; ++waited) {
            QVERIFY2(waited < 20'000, "not told to go on");
            QTest::qSleep(1);
        }
    }
    QTRY_COMPARE(m_document->stored(), quint64{6'000});
    qInfo("%d holds", holds);
}

void tst_BackPressure::aHandlerThatWasTakenAwayIsNotCalled()
{
    std::atomic<bool> called{false};
    std::atomic<bool> done{false};
    m_document->setResumeHandler([&] {
        called.store(true);
        QTest::qSleep(200);
        done.store(true);
    });
    test::stallWrites(true);
    const test::Sample sample = test::sample(3, 60'000);
    while (m_document->recorder().record(sample.view()) == Pressure::Go) { }
    test::stallWrites(false);
    QTRY_VERIFY(called.load());
    m_document->setResumeHandler({});
    QVERIFY(done.load()); // else it would still be at work on what may be gone now
}

int main(int argc, char *argv[])
{
    test::installFaultyVfs();
    QCoreApplication application(argc, argv);
    tst_BackPressure tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_backpressure.moc"
