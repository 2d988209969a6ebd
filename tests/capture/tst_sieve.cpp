#include "capture/samples.h"
#include "support/testmain.h"

#include "capture/database.h"
#include "capture/document.h"
#include "capture/filter.h"
#include "capture/sieve.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>

using namespace wsw;
using namespace wsw::capture;

namespace {

/// A filter that counts what it was asked.
class Counting final : public Sieve
{
public:
    explicit Counting(const Filter &filter) : m_filter(filter) {}
    Verdict judge(const RecordView &record, Known known) override
    {
        ++asked[static_cast<size_t>(known)];
        return record.header.id.value() == openAt && known == Known::Everything ? Verdict::Open : m_filter.judge(record, known);
    }
    bool asksFor(Known known) const noexcept override { return m_filter.asksFor(known); }

    std::array<quint64, 5> asked{};
    quint64 openAt = 0;

private:
    Filter m_filter;
};

Filter filterOf(const char *text)
{
    return *Filter::parse(QString::fromLatin1(text), nullptr);
}

} // namespace

/// What is found with as little reading as will do is what reading all would find.
class tst_Sieve final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void findsWhatReadingAllFinds_data();
    void findsWhatReadingAllFinds();
    void readsNoMoreThanItMust_data();
    void readsNoMoreThanItMust();
    void withoutColumns_data();
    void withoutColumns();
    void recordsInMemory();
    void partsOfABlock();
    void endsWhereARecordCannotBeJudged();
    void endsWhereItIsToldTo();
    void aDamagedBlockIsFoundByItsHeaders();
    void whatIsKnownToBeLostIsLostToAll();

private:
    static constexpr quint64 records = 12'000;  // more than the cache keeps is not needed: the file is opened anew
    [[nodiscard]] static std::vector<quint64> sift(const Document &document, Sieve &sieve, quint64 from = 1, quint64 to = records);
    [[nodiscard]] static std::vector<quint64> scan(const Document &document, const Filter &filter, quint64 from = 1, quint64 to = records);
    [[nodiscard]] quint64 recordsWithoutColumns() const;
    void change(const char *sql);
    void open();

    QTemporaryDir m_folder;
    QString m_made;
    QString m_path;
    std::unique_ptr<Document> m_document;
};

void tst_Sieve::initTestCase()
{
    m_made = m_folder.filePath(QStringLiteral("made.wscapture"));
    auto document = Document::create(m_made);
    QVERIFY(document.ok());
    for (quint64 from = 0; from < records; from += 2'000) {
        test::record(**document, from, from + 2'000, -1, from % 4'000 == 0 ? test::Content::Noise : test::Content::Inflated);
        QVERIFY((*document)->flush().ok());
    }
}

void tst_Sieve::init()
{
    test::failOnWarnings();
    m_document.reset();
    m_path = m_folder.filePath(QStringLiteral("%1.wscapture").arg(QLatin1String(QTest::currentTestFunction())));
    QFile::remove(m_path);
    QVERIFY(QFile::copy(m_made, m_path));
    open();
}

void tst_Sieve::open()
{
    auto document = Document::open(m_path);
    QVERIFY2(document.ok(), document.ok() ? "" : qPrintable(document.error().message));
    m_document = std::move(document).value();
    QCOMPARE(m_document->received(), records);
}

quint64 tst_Sieve::recordsWithoutColumns() const
{
    auto database = Database::open(m_path, Database::Mode::Read);
    return database ? static_cast<quint64>(database->number("SELECT sum(count) FROM block WHERE first NOT IN (SELECT first FROM block_shapes)").value()) : 0;
}

void tst_Sieve::change(const char *sql)
{
    m_document.reset();
    {
        auto database = Database::open(m_path, Database::Mode::Write);
        QVERIFY(database.ok());
        QVERIFY(database->exec(sql).ok());
    }
    open();
}

std::vector<quint64> tst_Sieve::sift(const Document &document, Sieve &sieve, quint64 from, quint64 to)
{
    std::vector<quint64> found;
    (void)document.sift(sieve, RecordId(from), RecordId(to), [&found](const Sifted &sifted) {
        found.insert(found.end(), sifted.found.begin(), sifted.found.end());
        return true;
    });
    return found;
}

std::vector<quint64> tst_Sieve::scan(const Document &document, const Filter &filter, quint64 from, quint64 to)
{
    std::vector<quint64> found;
    (void)document.scan(RecordId(from), RecordId(to), [&](const RecordView &record) {
        if (filter.matches(record))
            found.push_back(record.header.id.value());
        return true;
    });
    return found;
}

void tst_Sieve::findsWhatReadingAllFinds_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"opcode == ping", "not opcode == ping", "fin", "not fin", "dir == sent && opcode in {text, binary}", "rsv1 || rsv2 || rsv3", "conn == 2",
                             "kind != frame", "violation", "crafted && !edited", "compressed", "length > 100", "length == 7", "wire.length <= 20", "plain.length > 300",
                             "ratio < 60", "ratio > 0 || opcode == close", "rtt > 1us", "mask == 00000000", "mask", "not mask", "message > 50", "number in {1, 2, 3000, 9999}",
                             "number > 5000 && number <= 5001", "close.code", "close.code == 1000", "not close.code == 1000", "text contains \"e\"",
                             "opcode == text && text contains \"e\"", "opcode == text || text contains \"e\"", "not (masked && text contains \"e\")",
                             "bytes == 00 || length < 3", "rtt > 1us && text contains \"a\"", "truncated || held", "opcode == 11",
                             "delta > 2us", "time > 2ms && opcode == text", "not delta"})
        QTest::newRow(text) << QByteArray(text);
}

void tst_Sieve::findsWhatReadingAllFinds()
{
    QFETCH(QByteArray, text);
    const Filter filter = filterOf(text.constData());
    const std::vector<quint64> expected = scan(*m_document, filter);
    open(); // nothing is in memory
    Counting sieve(filter);
    QCOMPARE(sift(*m_document, sieve), expected);
}

void tst_Sieve::readsNoMoreThanItMust_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Known>("deepest");
    QTest::newRow("shapes alone") << QByteArray("opcode == ping && dir == sent && fin && conn == 1") << Known::Shape;
    QTest::newRow("sizes") << QByteArray("length > 100 && masked") << Known::Sizes;
    QTest::newRow("ratio of what is compressed") << QByteArray("ratio < 50") << Known::Sizes;
    QTest::newRow("numbers") << QByteArray("rtt > 1us || mask == 12345678") << Known::Numbers;
    QTest::newRow("a payload that no shape can have") << QByteArray("opcode == 11 && dir == sent && dir == received && text contains \"a\"") << Known::Shape;
    QTest::newRow("closes alone") << QByteArray("close.code == 1000") << Known::Everything;
    QTest::newRow("payloads") << QByteArray("text contains \"a\"") << Known::Everything;
}

void tst_Sieve::readsNoMoreThanItMust()
{
    QFETCH(QByteArray, text);
    QFETCH(Known, deepest);
    Counting sieve(filterOf(text.constData()));
    (void)sift(*m_document, sieve);
    QVERIFY(sieve.asked[static_cast<size_t>(deepest)] > 0);
    // The last row of a file, which might have grown, has no columns.
    const quint64 without = recordsWithoutColumns();
    QVERIFY(without < records / 50);
    for (size_t deeper = static_cast<size_t>(deepest) + 1; deeper < sieve.asked.size(); ++deeper)
        QCOMPARE(sieve.asked[deeper], deeper == static_cast<size_t>(Known::Everything) ? without : quint64{0});
    // Once for many records.
    QVERIFY(sieve.asked[static_cast<size_t>(Known::Shape)] < records);
    const quint64 whole = sieve.asked[static_cast<size_t>(Known::Everything)];
    if (text.startsWith("close.code")) {
        const quint64 closes = scan(*m_document, filterOf("opcode == close")).size();
        QVERIFY2(whole <= closes + without, qPrintable(QString::number(whole)));
    }
}

void tst_Sieve::withoutColumns_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("a file from before") << QByteArray("DROP TABLE block_shapes; DROP TABLE block_numbers");
    QTest::newRow("numbers missing") << QByteArray("DELETE FROM block_numbers");
    QTest::newRow("half of them missing") << QByteArray("DELETE FROM block_shapes WHERE first > 3000");
    QTest::newRow("damaged shapes") << QByteArray("UPDATE block_shapes SET data = zeroblob(length(data))");
    QTest::newRow("damaged numbers") << QByteArray("UPDATE block_numbers SET data = zeroblob(length(data))");
    QTest::newRow("shapes of another block") << QByteArray("UPDATE block_shapes SET (checksum, data) = (SELECT checksum, data FROM block_shapes ORDER BY first LIMIT 1)");
    QTest::newRow("no bytes") << QByteArray("UPDATE block_shapes SET data = ''");
}

void tst_Sieve::withoutColumns()
{
    QFETCH(QByteArray, sql);
    change(sql.constData());
    for (const char *text : {"opcode == ping", "length > 100", "rtt > 1us", "opcode == text && text contains \"e\""}) {
        const Filter filter = filterOf(text);
        Counting sieve(filter);
        const auto found = sift(*m_document, sieve);
        QCOMPARE(found, scan(*m_document, filter));
        QVERIFY(!found.empty());
        open();
    }
}

void tst_Sieve::recordsInMemory()
{
    auto fresh = Document::create(m_folder.filePath(QStringLiteral("fresh.wscapture")));
    QVERIFY(fresh.ok());
    test::record(**fresh, 0, 500);
    const Filter filter = filterOf("length > 100");
    Counting sieve(filter);
    QCOMPARE(sift(**fresh, sieve), scan(**fresh, filter));
    QCOMPARE(sieve.asked[static_cast<size_t>(Known::Everything)], quint64{500});
}

void tst_Sieve::partsOfABlock()
{
    const Filter filter = filterOf("opcode == text || length > 200");
    for (const auto &[from, to] : {std::pair<quint64, quint64>{2, 2}, {1, 1}, {17, 4'444}, {records - 3, records}, {records, records + 10}}) {
        Counting sieve(filter);
        QCOMPARE(sift(*m_document, sieve, from, to), scan(*m_document, filter, from, to));
    }
}

void tst_Sieve::endsWhereARecordCannotBeJudged()
{
    Counting sieve(filterOf("text contains \"\" or not text contains \"\""));
    sieve.openAt = 3'333;
    quint64 last = 0;
    bool isWhole = true;
    QVERIFY(m_document->sift(sieve, RecordId(1), RecordId(records), [&](const Sifted &sifted) {
        last = sifted.scanned;
        isWhole = sifted.isWhole;
        return true;
    }).ok());
    QCOMPARE(last, quint64{3'332});
    QVERIFY(!isWhole);
}

void tst_Sieve::endsWhereItIsToldTo()
{
    Counting sieve(filterOf("opcode == text"));
    int told = 0;
    QVERIFY(m_document->sift(sieve, RecordId(1), RecordId(records), [&told](const Sifted &) { return ++told < 3; }).ok());
    QCOMPARE(told, 3);
}

void tst_Sieve::aDamagedBlockIsFoundByItsHeaders()
{
    const Filter headers = filterOf("opcode == text");
    const auto expected = scan(*m_document, headers);
    change("UPDATE block_data SET data = zeroblob(length(data)) WHERE first = (SELECT first FROM block ORDER BY first LIMIT 1 OFFSET 1)");
    Counting byHeader(headers);
    QCOMPARE(sift(*m_document, byHeader), expected);
    QVERIFY(m_document->damage().isEmpty());
    // What has to read the block says that it is damaged, and goes on behind it.
    Counting byPayload(filterOf("text contains \"e\""));
    const auto found = sift(*m_document, byPayload);
    QCOMPARE(m_document->damage().size(), 1);
    QVERIFY(!found.empty() && found.back() > 6'000);
}

void tst_Sieve::whatIsKnownToBeLostIsLostToAll()
{
    change("UPDATE block_data SET data = zeroblob(length(data)) WHERE first = (SELECT first FROM block ORDER BY first LIMIT 1 OFFSET 1)");
    // Only the block itself can tell that it is.
    Counting lost(filterOf("kind == lost"));
    const std::vector<quint64> gone = sift(*m_document, lost);
    QVERIFY(!gone.empty());
    QCOMPARE(m_document->damage().size(), 1);
    for (const char *text : {"opcode == text", "kind == lost", "kind in {frame, lost}", "kind == frame", "not opcode == ping", "length > 100"}) {
        const Filter filter = filterOf(text);
        Counting sieve(filter);
        QCOMPARE(sift(*m_document, sieve), scan(*m_document, filter));
    }
    open(); // nothing is known as yet
    Counting again(filterOf("kind in {request, lost}"));
    const std::vector<quint64> found = sift(*m_document, again);
    QVERIFY(std::includes(found.begin(), found.end(), gone.begin(), gone.end()));
}

QTEST_GUILESS_MAIN(tst_Sieve)
#include "tst_sieve.moc"
