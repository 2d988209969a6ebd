#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/committer.h"
#include "capture/reader.h"
#include "capture/schema.h"

#include <QTemporaryDir>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Connections for reading: lent, used again, and moved to another file.
class tst_Reader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void leasesAreUsedAgain();
    void piecesThatTouchARange();
    void lostRowsAreTold();
    void namesWhatIsLost();
    void whatIsLockedIsNotReadWithoutALock();
};

namespace {

/// A capture with one payload, number 7, of three pieces of ten bytes.
QString makeCapture(const QTemporaryDir &folder, const QString &name)
{
    const QString path = folder.filePath(name);
    auto database = Database::open(path, Database::Mode::Create);
    if (!database || !createSchema(database.value(), {}))
        return {};
    BlockIndex index;
    PayloadQueue chunks;
    Facts facts;
    for (quint64 offset = 0; offset < 30; offset += 10)
        chunks.push({7, offset, QByteArray(10, 'x')});
    auto committer = Committer::prepare(std::move(database).value());
    if (!committer || !committer->commit(index, chunks, facts))
        return {};
    return path;
}

} // namespace

void tst_Reader::leasesAreUsedAgain()
{
    const QTemporaryDir folder;
    const QString one = makeCapture(folder, QStringLiteral("one"));
    const QString two = makeCapture(folder, QStringLiteral("two"));
    ReaderPool pool;
    pool.setPath(one);
    const Reader *used = nullptr;
    {
        auto lease = pool.acquire();
        QVERIFY(lease.ok());
        used = lease->operator->();
        auto other = pool.acquire();
        QVERIFY(other.ok());
        QVERIFY(other->operator->() != used);
    }
    {
        auto first = pool.acquire();
        auto second = pool.acquire();
        QVERIFY(first->operator->() == used || second->operator->() == used);
        pool.setPath(two);  // those on loan do not come back into use
    }
    auto fresh = pool.acquire();
    QVERIFY(fresh.ok());
    QCOMPARE((*fresh)->database().path(), two);
    pool.setPath(folder.filePath(QStringLiteral("missing")));
    QVERIFY(!pool.acquire().ok());
}

void tst_Reader::piecesThatTouchARange()
{
    const QTemporaryDir folder;
    auto reader = Reader::open(makeCapture(folder, QStringLiteral("one")));
    QVERIFY(reader.ok());
    const auto offsets = [&](quint64 from, quint64 to) {
        QList<quint64> found;
        const auto done = reader->chunks(7, from, to, [&](quint64 offset, QByteArrayView) { found.append(offset); });
        return done ? found : QList<quint64>{999};
    };
    QCOMPARE(offsets(0, 30), (QList<quint64>{0, 10, 20}));
    QCOMPARE(offsets(0, 10), QList<quint64>{0});
    QCOMPARE(offsets(9, 11), (QList<quint64>{0, 10}));
    QCOMPARE(offsets(25, 100), QList<quint64>{20});
    QCOMPARE(reader->chunks(8, 0, 10, [](quint64, QByteArrayView) { QFAIL("there is no such payload"); }).ok(), true);
}

void tst_Reader::lostRowsAreTold()
{
    const QTemporaryDir folder;
    auto reader = Reader::open(makeCapture(folder, QStringLiteral("one")));
    QVERIFY(reader.ok());
    for (const DirectoryEntry &row : {DirectoryEntry{1, 5, 400, 0, 0, true}, DirectoryEntry{1, 5, 400, 0, 0, false}}) {
        const auto block = reader->block(row);
        QVERIFY(!block.ok());
        QCOMPARE(block.error().kind, ErrorKind::Damaged);
    }
}

void tst_Reader::namesWhatIsLost()
{
    QVERIFY(lostRecords(3, 1, QStringLiteral("/a"), QStringLiteral("why")).message.startsWith(QStringLiteral("Frame 3 of \"/a\"")));
    QVERIFY(lostRecords(3, 4, QStringLiteral("/a"), QStringLiteral("why")).message.startsWith(QStringLiteral("Frames 3 to 6 of")));
}

void tst_Reader::whatIsLockedIsNotReadWithoutALock()
{
    const QTemporaryDir folder;
    const QString path = makeCapture(folder, QStringLiteral("one"));
    auto other = Database::open(path, Database::Mode::Write);
    QVERIFY(other.ok());
    QVERIFY(other->exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE").ok());
    const auto locked = openForReading(path);
    QVERIFY(!locked.ok());
    QCOMPARE(locked.error().kind, ErrorKind::InUse);
    other->rollback();
    QVERIFY(openForReading(path).ok());
}

QTEST_GUILESS_MAIN(tst_Reader)
#include "tst_reader.moc"
