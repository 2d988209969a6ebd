#include "capture/samples.h"
#include "support/blockedpool.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "capture/blockindex.h"
#include "capture/database.h"
#include "capture/filterindex.h"

#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// The rows that a filter leaves: the right ones, in order, growing with the document, and of the last filter only.
class tst_FilterIndex final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void everythingIsAnnouncedAtOnce();
    void findsWhatTheFilterMatches();
    void waitsForNothingElse();
    void goesOnAsTheDocumentGrows();
    void lateResultsAreDropped();
    void onlyOfSomeConnections();
    void connectionsAreAddedWithoutBeginningAnew();
    void connectionsAreAddedDuringASearch();
    void rowsAreLookedUp();
    void largePayloadsAreSearchedWhole();
    void largeInflatedPayloadsAreSearchedWhole();
    void damageIsTold();
    void goesOnWhereItBrokeOff();
    void catchingUpBeginsAnewWhereItBrokeOff();
    void documentCanBeTakenAway();
    void destroyedWhileSearching();

private:
    void record(quint64 count);
    /// Of connections 1 to @p connections, in turns.
    void recordOf(quint32 connections, quint64 count);
    /// The records that recordOf() has made of some of them.
    [[nodiscard]] std::vector<quint64> recordsOf(const QSet<ConnectionId> &connections) const;
    /// Of connections 1 and 2, in turns; the first are no longer in memory then.
    void recordMoreThanIsKept();
    void watch(FilterIndex &index);
    [[nodiscard]] std::vector<quint64> rows(const FilterIndex &index) const;
    [[nodiscard]] std::vector<quint64> expected(const Filter &filter) const;
    [[nodiscard]] static Filter filter(const char *text) { return *Filter::parse(QString::fromLatin1(text), nullptr); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<Document> m_document;
    quint64 m_recorded = 0;
    // What signals said.
    qsizetype m_announced = 0;
    int m_resets = 0;
    bool m_gap = false;
    int m_merges = 0;
    quint64 m_scanned = 0;
};

void tst_FilterIndex::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    auto document = Document::create(m_folder->filePath(QStringLiteral("a.wscapture")));
    QVERIFY(document.ok());
    m_document = std::move(document).value();
    m_recorded = 0;
    m_announced = 0;
    m_resets = 0;
    m_gap = false;
    m_merges = 0;
    m_scanned = 0;
}

void tst_FilterIndex::cleanup()
{
    m_document.reset();
}

void tst_FilterIndex::record(quint64 count)
{
    for (quint64 i = 0; i < count; ++i)
        (void)m_document->recorder().record(test::sample(m_recorded++, 40).view());
}

void tst_FilterIndex::watch(FilterIndex &index)
{
    connect(&index, &FilterIndex::reset, this, [this] {
        ++m_resets;
        m_announced = 0;
        m_scanned = 0;
    });
    connect(&index, &FilterIndex::rowsAppended, this, [this](qsizetype first, qsizetype last) {
        m_gap |= first != m_announced || last < first;
        m_announced = last + 1;
    });
    connect(&index, &FilterIndex::rowsMerged, this, [this, &index](qsizetype first, const std::vector<quint64> &before) {
        ++m_merges;
        m_gap |= first + static_cast<qsizetype>(before.size()) != m_announced;
        m_announced = index.count();
    });
    connect(&index, &FilterIndex::progress, this, [this](quint64 scanned, quint64 total) {
        m_gap |= scanned < m_scanned || scanned > total;
        m_scanned = scanned;
    });
}

void tst_FilterIndex::recordOf(quint32 connections, quint64 count)
{
    for (quint64 i = 0; i < count; ++i) {
        const test::Sample sample = test::sample(m_recorded, 40);
        wire::TrafficRecord record = sample.view();
        record.connection = ConnectionId(static_cast<quint32>(m_recorded++ % connections) + 1);
        (void)m_document->recorder().record(record);
    }
}

std::vector<quint64> tst_FilterIndex::recordsOf(const QSet<ConnectionId> &connections) const
{
    std::vector<quint64> all;
    (void)m_document->scan(RecordId(1), RecordId(m_recorded), [&](const RecordView &view) {
        if (connections.contains(view.header.connection))
            all.push_back(view.header.id.value());
        return true;
    });
    return all;
}

std::vector<quint64> tst_FilterIndex::rows(const FilterIndex &index) const
{
    std::vector<quint64> all;
    for (qsizetype row = 0; row < index.count(); ++row)
        all.push_back(index.at(row).value());
    return all;
}

std::vector<quint64> tst_FilterIndex::expected(const Filter &filter) const
{
    std::vector<quint64> all;
    (void)m_document->scan(RecordId(1), RecordId(m_recorded), [&](const RecordView &view) {
        if (filter.matches(view))
            all.push_back(view.header.id.value());
        return true;
    });
    return all;
}

void tst_FilterIndex::everythingIsAnnouncedAtOnce()
{
    record(1'000);
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    QCOMPARE(index.count(), qsizetype{1'000});
    QCOMPARE(m_announced, qsizetype{1'000});
    QCOMPARE(index.at(0), RecordId(1));
    QCOMPARE(index.at(999), RecordId(1'000));
    record(1);
    QCOMPARE(index.count(), qsizetype{1'000});     // not before it is announced
    index.advance();
    QCOMPARE(index.count(), qsizetype{1'001});
    QCOMPARE(m_announced, qsizetype{1'001});
    QVERIFY(!m_gap);
}

void tst_FilterIndex::findsWhatTheFilterMatches()
{
    record(50'000);
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    const Filter wanted = filter("opcode == ping && dir == received");
    index.setFilter(wanted);
    QTRY_VERIFY(!index.isSearching());
    const auto right = expected(wanted);
    QVERIFY(right.size() > 100);
    QCOMPARE(rows(index), right);
    QCOMPARE(m_announced, index.count());
    QCOMPARE(m_scanned, quint64{50'000});
    QVERIFY(!m_gap);

    index.setFilter(filter("text contains nothing-like-this"));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{0});
    index.setFilter(Filter());
    QCOMPARE(index.count(), qsizetype{50'000});
}

void tst_FilterIndex::waitsForNothingElse()
{
    const test::BlockedPool blocked(QThreadPool::globalInstance());
    record(1'000);
    FilterIndex index;
    watch(index);
    const Filter wanted = filter("dir == received");
    index.setFilter(wanted);
    index.setDocument(m_document);
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(rows(index), expected(wanted));
}

void tst_FilterIndex::goesOnAsTheDocumentGrows()
{
    FilterIndex index;
    watch(index);
    const Filter wanted = filter("fin && length < 100");
    index.setFilter(wanted);
    index.setDocument(m_document);
    for (int i = 0; i < 20; ++i) {
        record(777);
        index.advance();
        QTRY_VERIFY(!index.isSearching());
    }
    QCOMPARE(rows(index), expected(wanted));
    QCOMPARE(m_announced, index.count());
    QVERIFY(!m_gap);
}

void tst_FilterIndex::lateResultsAreDropped()
{
    record(50'000);
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    const Filter sent = filter("dir == sent");
    const Filter received = filter("dir == received");
    for (int i = 0; i < 50; ++i)
        index.setFilter(i % 2 == 0 ? sent : received);
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(rows(index), expected(received));
    QCOMPARE(m_resets, 51);
    QVERIFY(!m_gap);
}

void tst_FilterIndex::onlyOfSomeConnections()
{
    recordOf(100, 5'000);
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    // More of them, far apart, than anybody would write down.
    QSet<ConnectionId> odd;
    for (quint32 id = 1; id < 100; id += 2)
        odd.insert(ConnectionId(id));
    index.setConnections(odd);
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{2'500});
    QCOMPARE(rows(index), recordsOf(odd));
    index.setFilter(filter("conn < 3"));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(rows(index), recordsOf({ConnectionId(1)}));
    index.setFilter({});
    index.setConnections(QSet<ConnectionId>{});
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{0});
    index.setConnections(std::nullopt);
    QCOMPARE(index.count(), qsizetype{5'000});
    QVERIFY(!m_gap);
}

void tst_FilterIndex::connectionsAreAddedWithoutBeginningAnew()
{
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    index.setConnections(QSet{ConnectionId(1)});
    recordOf(1, 3'000);
    recordOf(5, 1'000); // the search is through with them before anybody has heard of 2 to 5
    index.advance();
    QTRY_VERIFY(!index.isSearching());
    const int resets = m_resets;
    QCOMPARE(index.count(), qsizetype{3'200});
    index.addConnection(ConnectionId(2));
    QVERIFY(index.count() >= 3'200);
    index.addConnection(ConnectionId(4));
    QTRY_VERIFY(!index.isSearching());
    index.advance();
    QTRY_VERIFY(!index.isSearching());
    recordOf(5, 1'000);
    index.advance();
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(rows(index), recordsOf({ConnectionId(1), ConnectionId(2), ConnectionId(4)}));
    QCOMPARE(m_announced, index.count());
    QCOMPARE(m_resets, resets);
    QCOMPARE(m_merges, 2);
    QVERIFY(!m_gap);
    // One of which nothing has come yet costs nothing.
    index.addConnection(ConnectionId(6));
    QVERIFY(!index.isSearching());
    recordOf(6, 600);
    index.advance();
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(rows(index), recordsOf({ConnectionId(1), ConnectionId(2), ConnectionId(4), ConnectionId(6)}));
    QCOMPARE(m_merges, 2);
}

void tst_FilterIndex::connectionsAreAddedDuringASearch()
{
    recordOf(50, 50'000);
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    QSet<ConnectionId> wanted{ConnectionId(1)};
    index.setConnections(wanted);
    const int resets = m_resets;
    // They come faster than a search takes.
    for (quint32 id = 2; id <= 50; id += 2) {
        QVERIFY(index.isSearching());
        wanted.insert(ConnectionId(id));
        index.addConnection(ConnectionId(id));
        recordOf(50, 100);
        QCoreApplication::processEvents();
        index.advance();
    }
    QTRY_VERIFY((index.advance(), !index.isSearching()));
    QCOMPARE(rows(index), recordsOf(wanted));
    QCOMPARE(m_announced, index.count());
    QCOMPARE(m_resets, resets);
    QVERIFY(!m_gap);
}

void tst_FilterIndex::rowsAreLookedUp()
{
    record(10);
    FilterIndex index;
    index.setDocument(m_document);
    QCOMPARE(index.rowOf(RecordId(10)), qsizetype{9});
    QCOMPARE(index.rowOf(RecordId(11)), qsizetype{-1});
    QCOMPARE(index.rowOf(RecordId()), qsizetype{-1});
    index.setFilter(filter("number in {3, 7}"));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.rowOf(RecordId(3)), qsizetype{0});
    QCOMPARE(index.rowOf(RecordId(7)), qsizetype{1});
    QCOMPARE(index.rowOf(RecordId(5)), qsizetype{-1});
    QCOMPARE(index.lowerBound(RecordId(5)), qsizetype{1});
    QCOMPARE(index.lowerBound(RecordId(8)), qsizetype{2});
}

void tst_FilterIndex::largePayloadsAreSearchedWhole()
{
    test::Sample big = test::sample(1, limits::payloadChunkBytes + 10'000);
    big.record.header.masked = false;
    big.record.flags = {};
    big.onWire.replace(limits::payloadChunkBytes + 5'000, 6, "needle");
    (void)m_document->recorder().record(big.view());
    m_recorded = 1;
    FilterIndex index;
    index.setDocument(m_document);
    index.setFilter(filter("text contains needle"));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{1});
}

void tst_FilterIndex::largeInflatedPayloadsAreSearchedWhole()
{
    test::Sample packed = test::sample(1, 500);
    packed.record.flags = wire::RecordFlag::Compressed;
    packed.inflated = test::text(1, 2 * limits::payloadChunkBytes);
    packed.inflated.replace(limits::payloadChunkBytes + 5'000, 6, "needle");
    (void)m_document->recorder().record(packed.view());
    m_recorded = 1;
    FilterIndex index;
    index.setDocument(m_document);
    for (const char *text : {"text contains needle", "NEEDLE", "bytes contains 6e6565646c65"}) {
        index.setFilter(filter(text));
        QTRY_VERIFY(!index.isSearching());
        QCOMPARE(index.count(), qsizetype{1});
    }
    index.setFilter(filter("wire.bytes contains 6e6565646c65"));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{0});
}

void tst_FilterIndex::damageIsTold()
{
    record(6'000);
    m_document.reset();
    const QString path = m_folder->filePath(QStringLiteral("a.wscapture"));
    {
        auto database = Database::open(path, Database::Mode::Write);
        QVERIFY(database.ok());
        QVERIFY(database->exec("UPDATE block_data SET data = zeroblob(length(data)) WHERE first = (SELECT first FROM block ORDER BY first"
                               " LIMIT 1 OFFSET 1)").ok());
    }
    auto opened = Document::open(path);
    QVERIFY(opened.ok());
    m_document = std::move(opened).value();
    QList<ErrorKind> told;
    connect(m_document.get(), &Document::damageFound, this, [&told](const Error &error) { told.append(error.kind); });
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    index.setFilter(filter("not text contains \"never\""));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(told, QList<ErrorKind>{ErrorKind::Damaged});
    QCOMPARE(m_document->damage().size(), 1);
    QCOMPARE(m_scanned, quint64{6'000});
    QVERIFY(index.rowOf(RecordId(1)) >= 0 && index.rowOf(RecordId(6'000)) >= 0);
}

void tst_FilterIndex::recordMoreThanIsKept()
{
    for (; m_recorded < 100; ++m_recorded) {
        const test::Sample sample = test::sample(m_recorded, BlockIndex::cacheBytes / 60);
        wire::TrafficRecord record = sample.view();
        record.connection = ConnectionId(static_cast<quint32>(m_recorded % 2) + 1);
        (void)m_document->recorder().record(record);
    }
}

void tst_FilterIndex::goesOnWhereItBrokeOff()
{
    recordMoreThanIsKept();
    QList<ErrorKind> told;
    connect(m_document.get(), &Document::readingFailed, this, [&told](const Error &error) { told.append(error.kind); });
    QVERIFY(m_document->stopRecording().ok());
    const QString away = m_folder->filePath(QStringLiteral("away"));
    QVERIFY(QFile::rename(m_document->path(), away));
    FilterIndex index;
    watch(index);
    index.setDocument(m_document);
    const Filter wanted = filter("dir == sent");
    index.setFilter(wanted);
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{0});
    QCOMPARE(m_scanned, quint64{0});
    index.advance();
    QVERIFY(!index.isSearching()); // not at once again
    QTRY_VERIFY((index.advance(), index.isSearching()));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(m_scanned, quint64{0});
    QCOMPARE(told, QList<ErrorKind>{ErrorKind::NotFound}); // once

    QVERIFY(QFile::rename(away, m_document->path()));
    QTRY_COMPARE((index.advance(), m_scanned), m_recorded);
    QCOMPARE(rows(index), expected(wanted));
    QVERIFY(m_document->damage().isEmpty());
}

void tst_FilterIndex::catchingUpBeginsAnewWhereItBrokeOff()
{
    recordMoreThanIsKept();
    FilterIndex index;
    watch(index);
    index.setConnections(QSet{ConnectionId(1)});
    index.setDocument(m_document);
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{50});
    QVERIFY(m_document->stopRecording().ok());
    const QString away = m_folder->filePath(QStringLiteral("away"));
    QVERIFY(QFile::rename(m_document->path(), away));
    index.addConnection(ConnectionId(2));
    QTRY_VERIFY(!index.isSearching());
    QCOMPARE(index.count(), qsizetype{50});
    QVERIFY(QFile::rename(away, m_document->path()));
    QTRY_COMPARE((index.advance(), index.count()), qsizetype{100});
    QCOMPARE(m_merges, 1);
    QCOMPARE(rows(index), recordsOf({ConnectionId(1), ConnectionId(2)}));
}

void tst_FilterIndex::documentCanBeTakenAway()
{
    record(50'000);
    FilterIndex index;
    index.setFilter(filter("dir == sent"));
    index.setDocument(m_document);
    index.setDocument(nullptr);
    QCOMPARE(index.count(), qsizetype{0});
    std::weak_ptr<Document> watched = m_document;
    m_document.reset();
    QTRY_VERIFY(watched.expired());
    QCOMPARE(index.count(), qsizetype{0});
}

void tst_FilterIndex::destroyedWhileSearching()
{
    record(50'000);
    for (int i = 0; i < 20; ++i) {
        FilterIndex index;
        index.setFilter(filter("text contains x"));
        index.setDocument(m_document);
    }
    QCoreApplication::processEvents();
}

QTEST_GUILESS_MAIN(tst_FilterIndex)
#include "tst_filterindex.moc"
