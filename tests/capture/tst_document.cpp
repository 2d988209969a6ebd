#include "capture/samples.h"
#include "support/testmain.h"

#include "base/limits.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;
using test::Content;
using test::Sample;

/// A document as its users see it: what is recorded is read back in order and whole, while recording and afterwards.
class tst_Document final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void recordsComeBackInOrder_data();
    void recordsComeBackInOrder();
    void countersNeverRunAhead();
    void peekNeverWaits();
    void payloadPieces();
    void chunkedPayloads();
    void largePayloadIsSplit_data();
    void largePayloadIsSplit();
    void connections();
    void tcpSamples();
    void scanIsClippedAndStops();
    void existingFileIsNotOverwritten();
    void finishedDocumentIsOnePlainFile();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_Document::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void tst_Document::recordsComeBackInOrder_data()
{
    QTest::addColumn<quint64>("count");
    QTest::addColumn<qsizetype>("bytes");
    QTest::addColumn<Content>("content");
    QTest::newRow("none") << quint64{0} << qsizetype{-1} << Content::Noise;
    QTest::newRow("one") << quint64{1} << qsizetype{-1} << Content::Noise;
    QTest::newRow("many small ones") << quint64{20'000} << qsizetype{-1} << Content::Noise;
    QTest::newRow("many small texts") << quint64{20'000} << qsizetype{-1} << Content::Text;
    QTest::newRow("text and noise by turns") << quint64{40'000} << qsizetype{900} << Content::Mixed;
    QTest::newRow("many inflated") << quint64{20'000} << qsizetype{-1} << Content::Inflated;
    QTest::newRow("a block of inflated each") << quint64{20} << limits::blockBytes << Content::Inflated;
    QTest::newRow("a block each") << quint64{20} << limits::blockBytes << Content::Noise;
    QTest::newRow("a block of text each") << quint64{20} << limits::blockBytes << Content::Text;
    QTest::newRow("at the chunk limit") << quint64{3} << limits::payloadChunkBytes << Content::Noise;
    QTest::newRow("text at the chunk limit") << quint64{3} << limits::payloadChunkBytes << Content::Text;
}

void tst_Document::recordsComeBackInOrder()
{
    QFETCH(quint64, count);
    QFETCH(qsizetype, bytes);
    QFETCH(Content, content);
    {
        auto document = Document::create(place());
        QVERIFY2(document.ok(), document.ok() ? "" : qPrintable(document.error().message));
        Document &d = *document.value();
        test::record(d, 0, count, bytes, content);
        QCOMPARE(d.received(), count);
        QCOMPARE(test::check(d, count, bytes, content), QString());    // from memory, in part
        QVERIFY(d.flush().ok());
        QCOMPARE(d.stored(), count);
        QCOMPARE(test::check(d, count, bytes, content), QString());
        QVERIFY(d.isRecording());
        QVERIFY(d.stopRecording().ok());
        QVERIFY(!d.isRecording());
        QCOMPARE(test::check(d, count, bytes, content), QString());
    }
    const auto reopened = Document::open(place());
    QVERIFY2(reopened.ok(), reopened.ok() ? "" : qPrintable(reopened.error().message));
    QCOMPARE(reopened.value()->received(), count);
    QCOMPARE(reopened.value()->stored(), count);
    QVERIFY(!reopened.value()->isRecording());
    QCOMPARE(test::check(*reopened.value(), count, bytes, content), QString());
    if (count > 0) {
        const auto last = reopened.value()->read(RecordId(count));
        QVERIFY(last.ok());
        QCOMPARE(test::difference(last->header, last->payload, test::sample(count - 1, bytes, content), last->inflated), QString());
    }
    QVERIFY(!reopened.value()->read(RecordId(count + 1)).ok());
    QVERIFY(!reopened.value()->read(RecordId()).ok());
}

void tst_Document::countersNeverRunAhead()
{
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    Document &d = *document.value();
    for (quint64 number = 0; number < 5'000; ++number) {
        (void)d.recorder().record(test::sample(number).view());
        QCOMPARE(d.received(), number + 1);
        QVERIFY(d.stored() <= d.received());
    }
    // Nobody asks for it: the writer stores within its interval.
    QTRY_COMPARE(d.stored(), quint64{5'000});
}

void tst_Document::peekNeverWaits()
{
    constexpr quint64 count = 40'000; // more than twice what the cache can hold
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        test::record(*document.value(), 0, count, 1024);
        const auto fresh = document.value()->peek(RecordId(count));
        QVERIFY(fresh.has_value());
        QCOMPARE(test::difference(fresh->header, fresh->payload, test::sample(count - 1, 1024)), QString());
    }
    const auto document = Document::open(place());
    QVERIFY(document.ok());
    int loaded = 0;     // QSignalSpy would count on the loader's thread
    connect(document.value().get(), &Document::blocksLoaded, document.value().get(), [&loaded] { ++loaded; });
    QVERIFY(!document.value()->peek(RecordId(1)).has_value());
    QTRY_COMPARE(loaded, 1);
    const auto record = document.value()->peek(RecordId(1));
    QVERIFY(record.has_value());
    QCOMPARE(test::difference(record->header, record->payload, test::sample(0, 1024)), QString());
    QCOMPARE(document.value()->peek(RecordId(1), 10)->payload, test::sample(0, 1024).plain.first(10));

    // Every block once; then the first has been forgotten, and it comes again.
    const auto allPeeked = [&document](quint64 from) {
        bool all = true;
        for (quint64 id = from; id < from + 4'000; id += 200)
            all &= document.value()->peek(RecordId(id), 0).has_value();
        return all;
    };
    for (quint64 from = 1; from < count; from += 4'000)
        QTRY_VERIFY(allPeeked(from));
    QVERIFY(!document.value()->peek(RecordId(1)).has_value());
    QTRY_VERIFY(document.value()->peek(RecordId(1)).has_value());
    QVERIFY(!document.value()->peek(RecordId(count + 1)).has_value());
}

void tst_Document::payloadPieces()
{
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    const Sample sample = test::sample(3, 5'000);
    (void)document.value()->recorder().record(sample.view());
    for (const auto &[offset, max] : {std::pair{0, 5'000}, {0, 1}, {4'999, 1}, {100, 900}, {4'000, 9'999}}) {
        const auto piece = document.value()->readPayload(RecordId(1), static_cast<quint64>(offset), max);
        QVERIFY(piece.ok());
        QCOMPARE(*piece, sample.plain.mid(offset, max));
    }
    QCOMPARE(*document.value()->readPayload(RecordId(1), 5'000, 10), QByteArray());
}

void tst_Document::chunkedPayloads()
{
    constexpr qsizetype size = 3 * limits::payloadChunkBytes + 12'345;
    const Sample big = test::sample(test::maskedSample, size);
    QVERIFY(big.record.header.masked);
    const auto readAll = [&big](const Document &document) {
        const auto whole = document.readPayload(RecordId(2), 0, size + 10);
        QVERIFY(whole.ok());
        QVERIFY(*whole == big.plain);
        for (const qsizetype offset : {qsizetype{0}, qsizetype{262'143}, qsizetype{262'144}, size - 5, size}) {
            const auto piece = document.readPayload(RecordId(2), static_cast<quint64>(offset), 300'000);
            QVERIFY(piece.ok());
            QVERIFY(*piece == big.plain.mid(offset, 300'000));
        }
        const auto record = document.read(RecordId(2));
        QVERIFY(record.ok());
        QCOMPARE(record->payload.size(), limits::payloadChunkBytes);
        QCOMPARE(record->header.payloadStored, static_cast<quint64>(size));
        QCOMPARE(test::difference(record->header, big.plain, big), QString());
    };
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        wire::TrafficSink &sink = document.value()->recorder();
        (void)sink.record(test::sample(1).view());
        const wire::PayloadKey key = sink.newPayloadKey();
        const wire::PayloadKey other = sink.newPayloadKey();
        QVERIFY(key != other);
        for (qsizetype at = 0; at < size; at += 70'001) {
            const qsizetype bytes = std::min(qsizetype{70'001}, size - at);
            (void)sink.chunk(key, static_cast<quint64>(at), QByteArrayView(big.onWire).sliced(at, bytes), true,
                             big.record.header.key);
            (void)sink.chunk(other, static_cast<quint64>(at), QByteArray(bytes, 'x'), false, {});
        }
        wire::TrafficRecord record = big.record;
        record.flags |= wire::RecordFlag::Chunked;
        record.payloadKey = key;
        (void)sink.record(record);
        readAll(*document.value());     // some of it not yet stored
        QVERIFY(document.value()->flush().ok());
        readAll(*document.value());
        const auto peeked = document.value()->peek(RecordId(2));
        QVERIFY(peeked.has_value());
        QCOMPARE(peeked->payload, big.plain.first(previewBytes));
    }
    const auto reopened = Document::open(place());
    QVERIFY(reopened.ok());
    readAll(*reopened.value());
}

void tst_Document::largePayloadIsSplit_data()
{
    QTest::addColumn<Content>("content");
    QTest::newRow("noise") << Content::Noise;
    QTest::newRow("text") << Content::Text;
}

void tst_Document::largePayloadIsSplit()
{
    QFETCH(Content, content);
    constexpr qsizetype size = limits::payloadChunkBytes + 1;
    const Sample sample = test::sample(test::maskedSample, size, content);
    const auto readBack = [&sample](const Document &document) {
        const auto record = document.read(RecordId(1));
        QVERIFY(record.ok());
        QVERIFY(record->header.flags.testFlag(wire::RecordFlag::Chunked));
        const auto payload = document.readPayload(RecordId(1), 0, size);
        QVERIFY(payload.ok());
        QCOMPARE(test::difference(record->header, *payload, sample), QString());
        QCOMPARE(*document.readPayload(RecordId(1), 300'000, 5), sample.plain.mid(300'000, 5));
    };
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        (void)document.value()->recorder().record(sample.view());
        readBack(*document.value());
    }
    const auto reopened = Document::open(place());
    QVERIFY(reopened.ok());
    readBack(*reopened.value());
    QCOMPARE(QFileInfo(place()).size() < size / 2, content == Content::Text);
}

void tst_Document::connections()
{
    ConnectionInfo info;
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        Document &d = *document.value();
        info.id = d.newConnectionId();
        QVERIFY(info.id.isValid());
        QVERIFY(d.newConnectionId() != info.id);
        QSignalSpy changed(&d, &Document::connectionsChanged);
        info.localRole = Role::Server;
        info.endpoint = QStringLiteral("Host \u00e9");
        info.name = QStringLiteral("client 1");
        info.url = QStringLiteral("ws://127.0.0.1:8765/a?b=%20");
        info.localAddress = QStringLiteral("127.0.0.1:8765");
        info.peerAddress = QStringLiteral("[::1]:5");
        info.subprotocol = QStringLiteral("chat");
        info.extensions = QStringLiteral("permessage-deflate");
        info.opened = 12;
        d.putConnection(info);
        QCOMPARE(changed.size(), 1);
        info.closed = 99;
        info.closeText = QStringLiteral("closed with 1000");
        info.tls = {{QStringLiteral("protocol"), QStringLiteral("TLSv1.3")}};
        info.phases = {{QStringLiteral("dns"), 5}};
        d.putConnection(info);
        QCOMPARE(d.connections().size(), 1);
        QVERIFY(!d.connection(ConnectionId(77)).has_value());
    }
    const auto reopened = Document::open(place());
    QVERIFY(reopened.ok());
    const auto read = reopened.value()->connection(info.id);
    QVERIFY(read.has_value());
    QCOMPARE(read->localRole, info.localRole);
    QCOMPARE(read->endpoint, info.endpoint);
    QCOMPARE(read->name, info.name);
    QCOMPARE(read->url, info.url);
    QCOMPARE(read->localAddress, info.localAddress);
    QCOMPARE(read->peerAddress, info.peerAddress);
    QCOMPARE(read->subprotocol, info.subprotocol);
    QCOMPARE(read->extensions, info.extensions);
    QCOMPARE(read->opened, info.opened);
    QCOMPARE(read->closed, info.closed);
    QCOMPARE(read->closeText, info.closeText);
    QCOMPARE(read->tls, info.tls);
    QCOMPARE(read->phases, info.phases);
    QCOMPARE(reopened.value()->connections().size(), 1);
}

void tst_Document::tcpSamples()
{
    const ConnectionId one(1);
    const auto samplesAreThere = [one](const Document &document) {
        QCOMPARE(document.tcpSamples(one).size(), 100);
        const auto late = document.tcpSamples(one, 95);
        QCOMPARE(late.size(), 5);
        QCOMPARE(late.first().time, MonotonicNs{95});
        QCOMPARE(late.first().rttNs, qint64{950});
        QCOMPARE(late.first().rttVarNs, qint64{9});
        QCOMPARE(late.first().retransmits, quint32{3});
        QVERIFY(document.tcpSamples(ConnectionId(2)).isEmpty());
    };
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        for (int i = 0; i < 100; ++i)
            document.value()->putTcpSample({one, i, i * 10, 9, 3});
        samplesAreThere(*document.value());
    }
    const auto reopened = Document::open(place());
    QVERIFY(reopened.ok());
    samplesAreThere(*reopened.value());
}

void tst_Document::scanIsClippedAndStops()
{
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    test::record(*document.value(), 0, 5'000);
    quint64 visits = 0;
    QVERIFY(document.value()->scan(RecordId(4'990), RecordId(9'999), [&](const RecordView &) { return ++visits > 0; }).ok());
    QCOMPARE(visits, quint64{11});
    visits = 0;
    QVERIFY(document.value()->scan(RecordId(), RecordId(5'000), [&](const RecordView &) { return ++visits < 3; }).ok());
    QCOMPARE(visits, quint64{3});
}

void tst_Document::existingFileIsNotOverwritten()
{
    QVERIFY(Document::create(place()).ok());
    const auto again = Document::create(place());
    QVERIFY(!again.ok());
    QCOMPARE(again.error().kind, ErrorKind::InUse);
}

void tst_Document::finishedDocumentIsOnePlainFile()
{
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        test::record(*document.value(), 0, 1'000);
        QVERIFY(document.value()->peek(RecordId(1)).has_value());
    }
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{QStringLiteral("a.wscapture")});
    // It can be read where nothing can be written.
    QVERIFY(QFile::setPermissions(place(), QFile::ReadOwner));
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    QCOMPARE(test::check(*opened.value(), 1'000), QString());
}

QTEST_GUILESS_MAIN(tst_Document)
#include "tst_document.moc"
