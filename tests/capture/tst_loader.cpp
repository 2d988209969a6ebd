#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/directory.h"
#include "capture/loader.h"

#include <QTemporaryDir>

#include <atomic>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Blocks are fetched in the background, once each, and what cannot be read is told.
class tst_Loader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void fetchesWhatIsWanted();
    void tellsWhatIsDamaged();
    void triesAgainWhatCannotBeReadNow();
};

void tst_Loader::fetchesWhatIsWanted()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    {
        const auto document = Document::create(path);
        QVERIFY(document.ok());
        test::record(*document.value(), 0, 10'000);
    }
    ReaderPool readers;
    readers.setPath(path);
    auto database = openForReading(path);
    QVERIFY(database.ok());
    const Directory directory = readDirectory(database.value());
    QVERIFY(directory.rows.size() > 5);
    BlockIndex index;
    std::atomic<int> loaded{0};
    Loader loader(readers, index, {[&] { ++loaded; }, [](const Error &) {}});
    for (int again = 0; again < 3; ++again) {
        for (const DirectoryEntry &row : directory.rows)
            loader.want(row);
    }
    for (const DirectoryEntry &row : directory.rows)
        QTRY_VERIFY(index.find(RecordId(row.first)));
    QTRY_VERIFY(loaded.load() > 0);
    const RecordView view = index.find(RecordId(1))->view(RecordId(1));
    QCOMPARE(test::difference(view.header, view.payload, test::sample(0)), QString());
}

void tst_Loader::tellsWhatIsDamaged()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    {
        const auto document = Document::create(path);
        QVERIFY(document.ok());
        test::record(*document.value(), 0, 10);
    }
    ReaderPool readers;
    readers.setPath(path);
    BlockIndex index;
    std::vector<ErrorKind> told;
    std::atomic<int> loaded{0};
    Loader loader(readers, index, {[&] { ++loaded; }, [&](const Error &error) { told.push_back(error.kind); }});
    loader.want({50, 3, 240, 77, 78, false}); // there is no such row
    QTRY_COMPARE(loaded.load(), 1);
    QCOMPARE(index.find(RecordId(51))->view(RecordId(51)).header.integrity, Integrity::Lost);
    QCOMPARE(told, std::vector{ErrorKind::Damaged});
}

void tst_Loader::triesAgainWhatCannotBeReadNow()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    const QString away = folder.filePath(QStringLiteral("b"));
    {
        const auto document = Document::create(path);
        QVERIFY(document.ok());
        test::record(*document.value(), 0, 10);
    }
    QVERIFY(QFile::rename(path, away));
    ReaderPool readers;
    readers.setPath(path);
    BlockIndex index;
    std::atomic<int> told{0};
    std::atomic<int> loaded{0};
    Loader loader(readers, index, {[&] { ++loaded; }, [&](const Error &error) { told += error.kind == ErrorKind::Damaged ? 100 : 1; }});
    loader.want({1, 10, 240, 77, 78, false});
    QTRY_COMPARE(told.load(), 2); // tried again, with a pause, and nothing taken for lost
    QCOMPARE(loaded.load(), 0);
    QVERIFY(!index.find(RecordId(1)));
    QVERIFY(QFile::rename(away, path));
    QTRY_COMPARE(loaded.load(), 1);
    QCOMPARE(index.find(RecordId(1))->view(RecordId(1)).header.integrity, Integrity::Intact);
    QVERIFY(told.load() < 100);
}

QTEST_GUILESS_MAIN(tst_Loader)
#include "tst_loader.moc"
