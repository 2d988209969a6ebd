#include "capture/rewriter.h"
#include "capture/samples.h"
#include "capture/packed.h"
#include "support/testmain.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>

using namespace wsw;
using namespace wsw::capture;

/// A new capture out of packed records: their numbers stay, small blocks become large ones.
class tst_Rewriter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void manySmallBlocksBecomeFew();
    void gapsStay();
    void everyRowHasColumns();
    void goesWithoutATrace();

private:
    /// A block of its own for each of samples @p from to @p to - 1.
    static bool addOneByOne(Rewriter &rewriter, quint64 from, quint64 to);
};

bool tst_Rewriter::addOneByOne(Rewriter &rewriter, quint64 from, quint64 to)
{
    for (quint64 number = from; number < to; ++number) {
        const QByteArray packed = test::pack(test::sample(number));
        auto bytes = std::make_unique<uchar[]>(static_cast<size_t>(packed.size()));
        std::memcpy(bytes.get(), packed.constData(), static_cast<size_t>(packed.size()));
        const auto block = Block::fromBytes(RecordId(number + 1), 1, std::move(bytes), static_cast<quint32>(packed.size()));
        if (!block || !rewriter.add(*block).ok())
            return false;
    }
    return true;
}

void tst_Rewriter::manySmallBlocksBecomeFew()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    {
        auto rewriter = Rewriter::begin(path, {ClockAnchor{5, 7}, false});
        QVERIFY(rewriter.ok());
        Rewriter &r = *rewriter.value();
        QVERIFY(addOneByOne(r, 0, 20'000));
        QVERIFY(r.add(PayloadChunk{9, 0, "piece"}).ok());
        QVERIFY(r.setMeta(QStringLiteral("repaired"), QStringLiteral("now")).ok());
        QCOMPARE(r.records(), quint64{20'000});
        QVERIFY(r.finish().ok());
        QVERIFY(!QFile::exists(path));
        QVERIFY(r.putInPlace().ok());
    }
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{QStringLiteral("a.wscapture")});
    const auto document = Document::open(path);
    QVERIFY(document.ok());
    QCOMPARE(document.value()->received(), quint64{20'000});
    QCOMPARE(document.value()->clock().wall, 7);
    QCOMPARE(test::check(*document.value(), 20'000), QString());
    auto database = Database::open(path, Database::Mode::Read);
    QVERIFY(database.ok());
    const qint64 rows = *database->number("SELECT count(*) FROM block");
    const qint64 bytes = *database->number("SELECT sum(bytes) FROM block");
    QVERIFY2(rows <= bytes / (200 * 1024), qPrintable(QStringLiteral("%1 rows of %2 bytes").arg(rows).arg(bytes)));
    QCOMPARE(*database->number("PRAGMA freelist_count"), 0);
    QCOMPARE(*database->number("SELECT count(*) FROM payload_chunk"), 1);
}

void tst_Rewriter::gapsStay()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    auto rewriter = Rewriter::begin(path, {});
    QVERIFY(rewriter.ok());
    QVERIFY(addOneByOne(*rewriter.value(), 0, 10));
    QVERIFY(addOneByOne(*rewriter.value(), 100, 110));
    QVERIFY(rewriter.value()->finish().ok());
    QVERIFY(rewriter.value()->putInPlace().ok());
    const auto document = Document::open(path);
    QVERIFY(document.ok());
    QCOMPARE(document.value()->received(), quint64{110});
    QVERIFY(!document.value()->read(RecordId(11)).ok());
    const auto record = document.value()->read(RecordId(101));
    QVERIFY(record.ok());
    QCOMPARE(test::difference(record->header, record->payload, test::sample(100)), QString());
}

void tst_Rewriter::everyRowHasColumns()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    auto rewriter = Rewriter::begin(path, {});
    QVERIFY(rewriter.ok());
    // Payloads so large that a commit comes for their sake.
    for (quint64 number = 0; number < 50; number += 10) {
        QVERIFY(addOneByOne(*rewriter.value(), number, number + 10));
        for (quint64 offset = 0; offset < 8; ++offset)
            QVERIFY(rewriter.value()->add(PayloadChunk{number + 1, offset * 262'144, test::noise(offset, 262'144)}).ok());
    }
    QVERIFY(rewriter.value()->finish().ok());
    QVERIFY(rewriter.value()->putInPlace().ok());
    auto database = Database::open(path, Database::Mode::Read);
    QVERIFY(database.ok());
    QVERIFY(*database->number("SELECT count(*) FROM block") > 1);
    for (const char *table : {"block_shapes", "block_numbers"})
        QCOMPARE(*database->number(QByteArray("SELECT count(*) FROM block WHERE first NOT IN (SELECT first FROM " + QByteArray(table) + ")").constData()), 0);
    QCOMPARE(test::check(*Document::open(path).value(), 50), QString());
}

void tst_Rewriter::goesWithoutATrace()
{
    const QTemporaryDir folder;
    {
        auto rewriter = Rewriter::begin(folder.filePath(QStringLiteral("a.wscapture")), {});
        QVERIFY(rewriter.ok());
        QVERIFY(addOneByOne(*rewriter.value(), 0, 10));
        QVERIFY(!QDir(folder.path()).entryList(QDir::Files).isEmpty());
    }
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList());
    const auto nowhere = Rewriter::begin(folder.filePath(QStringLiteral("no/folder/a.wscapture")), {});
    QVERIFY(!nowhere.ok());
    QVERIFY2(nowhere.error().message.contains(QStringLiteral("no/folder/a.wscapture\"")), qPrintable(nowhere.error().message));
}

QTEST_GUILESS_MAIN(tst_Rewriter)
#include "tst_rewriter.moc"
