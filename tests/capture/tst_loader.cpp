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
    void tellsWhatCannotBeRead();
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

void tst_Loader::tellsWhatCannotBeRead()
{
    ReaderPool readers;
    readers.setPath(QStringLiteral("/nowhere/at/all"));
    BlockIndex index;
    std::atomic<int> told{0};
    Loader loader(readers, index, {[] {}, [&](const Error &) { ++told; }});
    loader.want({5, 3, 240, 77, 78, false});
    QTRY_COMPARE(told.load(), 1);
    QTRY_VERIFY(index.find(RecordId(6)));
    QCOMPARE(index.find(RecordId(6))->view(RecordId(6)).header.integrity, Integrity::Lost);
}

QTEST_GUILESS_MAIN(tst_Loader)
#include "tst_loader.moc"
