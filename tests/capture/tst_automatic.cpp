#include "capture/samples.h"
#include "support/testmain.h"

#include "capture/automatic.h"

#include <QDir>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Work that was never saved: kept, offered, and removed only when asked. (After a kill: tst_recovery.)
class tst_Automatic final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void namesAreFreshAndLocked();
    void automaticDocuments();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_Automatic::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    QStandardPaths::setTestModeEnabled(true);
    QDir(automaticFolder()).removeRecursively();
}

void tst_Automatic::namesAreFreshAndLocked()
{
    const auto one = newAutomaticPlace();
    QVERIFY(one.ok());
    const auto two = newAutomaticPlace();
    QVERIFY(two.ok());
    QVERIFY(one->path != two->path);
    QVERIFY(one->path.startsWith(automaticFolder()));
    QVERIFY(!lockAutomatic(one->path));
    two->lock->unlock();
    QVERIFY(lockAutomatic(two->path));
    QVERIFY(!lockAutomatic(m_folder->filePath(QStringLiteral("elsewhere.wscapture"))));
}

void tst_Automatic::automaticDocuments()
{
    const QString saved = m_folder->filePath(QStringLiteral("mine.wscapture"));
    QString kept;
    QString discarded;
    QString moved;
    {
        const auto one = Document::createAutomatic();
        const auto two = Document::createAutomatic();
        const auto three = Document::createAutomatic();
        const auto empty = Document::createAutomatic();
        QVERIFY(one.ok() && two.ok() && three.ok() && empty.ok());
        kept = one.value()->path();
        discarded = two.value()->path();
        moved = three.value()->path();
        QVERIFY(one.value()->isAutomatic());
        for (const auto &document : {&one, &two, &three})
            test::record(*document->value(), 0, 10);
        two.value()->discard();
        QVERIFY(three.value()->saveAs(saved).ok());
        QVERIFY(!three.value()->isAutomatic());
        QVERIFY(!QFile::exists(moved));
        // A live program has them.
        QVERIFY(!Document::recoverable().contains(kept));
        kept = one.value()->path();
        QVERIFY(QFile::exists(empty.value()->path()));
    }
    QVERIFY(QFile::exists(saved));
    QVERIFY(!QFile::exists(discarded));
    QCOMPARE(Document::recoverable(), QStringList{kept});
    {
        const auto recovered = Document::open(kept);
        QVERIFY(recovered.ok());
        QVERIFY(recovered.value()->isAutomatic());
        QCOMPARE(test::check(*recovered.value(), 10), QString());
        QCOMPARE(Document::recoverable(), QStringList());   // it is ours now
        recovered.value()->discard();
    }
    QVERIFY(!QFile::exists(kept));
    QCOMPARE(Document::recoverable(), QStringList());
    QVERIFY(!Document::open(saved).value()->isAutomatic());
}

QTEST_GUILESS_MAIN(tst_Automatic)
#include "tst_automatic.moc"
