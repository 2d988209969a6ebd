#include "capture/database.h"
#include "capture/pagescan.h"
#include "capture/samples.h"
#include "support/testmain.h"

#include "base/bytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace wsw;
using namespace wsw::capture;

/// What SQLite has put into pages is found without SQLite.
class tst_PageScan final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsRowsOfAnyLength_data();
    void findsRowsOfAnyLength();
    void findsWhatWasDropped();
    void headIsNotNeeded();
    void overflowThatLeadsInACircle();
    void noRowComesTwice();
    void noise();
    void progressStops();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a")); }
    /// By rowid, the values of all rows with three columns.
    static std::map<qint64, QList<PageScan::Value>> threeColumns(PageScan &scan);
    void put(const char *pragmas, int rows, qsizetype bytes) const;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_PageScan::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
}

void tst_PageScan::put(const char *pragmas, int rows, qsizetype bytes) const
{
    auto database = Database::open(place(), Database::Mode::Create);
    QVERIFY(database.ok());
    QVERIFY(database->exec(pragmas).ok());
    QVERIFY(database->exec("CREATE TABLE t(id INTEGER PRIMARY KEY, number INTEGER, data BLOB)").ok());
    auto insert = Statement::prepare(database.value(), "INSERT INTO t VALUES(?, ?, ?)");
    QVERIFY(insert.ok());
    for (int i = 0; i < rows; ++i) {
        // Numbers of every length, positive and negative.
        const qint64 number = (i % 2 == 0 ? 1 : -1) * (qint64{1} << (i * 7 % 63));
        const QByteArray data = test::noise(static_cast<quint64>(i), bytes);
        QVERIFY(insert->bind(1, qint64{1} << (i % 40)).bind(2, number).bind(3, QByteArrayView(data)).run() || i >= 40);
    }
}

std::map<qint64, QList<PageScan::Value>> tst_PageScan::threeColumns(PageScan &scan)
{
    std::vector<std::pair<qint64, PageScan::Place>> places;
    const bool whole = scan.scan([&](const PageScan::Row &row) {
        if (row.types.size() == 3 && row.types[2] == PageScan::Type::Blob)
            places.emplace_back(row.number, row.place);
    });
    std::map<qint64, QList<PageScan::Value>> found;
    for (const auto &[number, place] : places) {
        if (const auto values = scan.values(place))
            found[number] = *values;
    }
    return whole ? found : std::map<qint64, QList<PageScan::Value>>();
}

void tst_PageScan::findsRowsOfAnyLength_data()
{
    QTest::addColumn<QByteArray>("pragmas");
    QTest::addColumn<qsizetype>("bytes");
    for (const char *page : {"512", "4096", "32768", "65536"}) {
        for (const qsizetype bytes : {0, 1, 60, 400, 460, 490, 3'500, 4'050, 4'090, 32'700, 32'768, 65'500, 300'000})
            QTest::addRow("%d bytes in pages of %s", static_cast<int>(bytes), page) << QByteArray("PRAGMA page_size=") + page << bytes;
    }
}

void tst_PageScan::findsRowsOfAnyLength()
{
    QFETCH(QByteArray, pragmas);
    QFETCH(qsizetype, bytes);
    constexpr int rows = 20;
    put(pragmas.constData(), rows, bytes);
    auto scan = PageScan::open(place());
    QVERIFY(scan.ok());
    const auto found = threeColumns(scan.value());
    QCOMPARE(found.size(), size_t{rows});
    for (int i = 0; i < rows; ++i) {
        const auto &values = found.at(qint64{1} << i);
        QCOMPARE(std::get<qint64>(values.at(1)), (i % 2 == 0 ? 1 : -1) * (qint64{1} << (i * 7 % 63)));
        QCOMPARE(std::get<QByteArray>(values.at(2)), test::noise(static_cast<quint64>(i), bytes));
    }
}

void tst_PageScan::findsWhatWasDropped()
{
    put("PRAGMA page_size=4096", 30, 1'000);
    {
        auto database = Database::open(place(), Database::Mode::Write);
        QVERIFY(database.ok() && database->exec("PRAGMA secure_delete = OFF; DROP TABLE t").ok());
    }
    auto scan = PageScan::open(place());
    QVERIFY(scan.ok());
    const auto found = threeColumns(scan.value());
    QVERIFY2(found.size() >= 25, qPrintable(QString::number(found.size())));    // a page or so has been used again
}

void tst_PageScan::headIsNotNeeded()
{
    put("PRAGMA page_size=32768", 20, 5'000);
    QFile file(place());
    QVERIFY(file.open(QIODevice::ReadWrite));
    QCOMPARE(file.write(QByteArray(5'000, '\xff')), 5'000);
    file.close();
    auto scan = PageScan::open(place());
    QVERIFY(scan.ok());
    QCOMPARE(threeColumns(scan.value()).size(), size_t{20});
}

void tst_PageScan::overflowThatLeadsInACircle()
{
    put("PRAGMA page_size=4096", 1, 300'000);
    QFile file(place());
    QVERIFY(file.open(QIODevice::ReadWrite));
    for (qint64 page = 2; page < file.size() / 4096; ++page) {
        QVERIFY(file.seek(page * 4096));
        QCOMPARE(file.write(QByteArray("\0\0\0\x05", 4)), 4);
    }
    file.close();
    auto scan = PageScan::open(place());
    QVERIFY(scan.ok());
    (void)threeColumns(scan.value());   // it ends
}

void tst_PageScan::noRowComesTwice()
{
    // Every pointer of the one page that has rows leads to the first of them.
    put("PRAGMA page_size=4096", 40, 20);
    QFile file(place());
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray bytes = file.readAll();
    auto *page = reinterpret_cast<uchar *>(bytes.data()) + 4096;
    QCOMPARE(*page, uchar{0x0d});
    const auto cells = readBigEndian<quint16>(page + 3);
    QVERIFY(cells > 30);
    for (int i = 1; i < cells; ++i)
        writeBigEndian<quint16>(readBigEndian<quint16>(page + 8), page + 8 + 2 * i);
    QVERIFY(file.seek(0) && file.write(bytes) == bytes.size());
    file.close();
    auto scan = PageScan::open(place());
    QVERIFY(scan.ok());
    int rows = 0;
    QVERIFY(scan->scan([&rows](const PageScan::Row &row) { rows += row.types.size() == 3 ? 1 : 0; }));
    QCOMPARE(rows, 1);
}

void tst_PageScan::noise()
{
    put("PRAGMA page_size=4096", 40, 2'000);
    QFile file(place());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    file.close();
    std::mt19937 random(1);
    for (int round = 0; round < 100; ++round) {
        QByteArray bytes = whole;
        for (int flips = 0; flips < 200; ++flips)
            bytes[static_cast<qsizetype>(random() % static_cast<quint32>(bytes.size()))] = static_cast<char>(random());
        bytes.truncate(static_cast<qsizetype>(random() % static_cast<quint32>(bytes.size())));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        auto scan = PageScan::open(place());
        QVERIFY(scan.ok());
        (void)threeColumns(scan.value());
    }
    QVERIFY(!PageScan::open(m_folder->filePath(QStringLiteral("nothing"))).ok());
}

void tst_PageScan::progressStops()
{
    put("PRAGMA page_size=512", 20, 10'000);
    auto scan = PageScan::open(place());
    QVERIFY(scan.ok());
    QVERIFY(!scan->scan([](const PageScan::Row &) {}, [](quint64, quint64) { return false; }));
}

QTEST_GUILESS_MAIN(tst_PageScan)
#include "tst_pagescan.moc"
