#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/schema.h"

#include <QFileInfo>
#include <QTemporaryDir>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// The tables of a capture and the head of its file.
class tst_Schema final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void madeAndCheckedAgain();
    void theFileHasItsTablesFromTheStart();
    void finishLeavesOneFile();
    void copyLogEmptiesTheLog();
    void headTellsTheVersion();
};

void tst_Schema::madeAndCheckedAgain()
{
    const QTemporaryDir folder;
    auto database = Database::open(folder.filePath(QStringLiteral("a")), Database::Mode::Create);
    QVERIFY(createSchema(database.value(), {{12, 34}, true}).ok());
    const auto facts = checkSchema(database.value());
    QVERIFY(facts.ok());
    QCOMPARE(facts->clock.monotonic, MonotonicNs{12});
    QCOMPARE(facts->clock.wall, WallNs{34});
    QVERIFY(facts->automatic);
    QVERIFY(database->exec("DROP TABLE connection").ok());
    const auto broken = checkSchema(database.value());
    QVERIFY(!broken.ok());
    QCOMPARE(broken.error().kind, ErrorKind::Damaged);
    QVERIFY(broken.error().message.contains(QStringLiteral("connection")));
}

void tst_Schema::theFileHasItsTablesFromTheStart()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    const QString copy = folder.filePath(QStringLiteral("b"));
    auto database = Database::open(path, Database::Mode::Create);
    QVERIFY(createSchema(database.value(), {}).ok());
    QVERIFY(QFile::copy(path, copy));   // without its log
    auto copied = Database::open(copy, Database::Mode::Write);
    QVERIFY(copied.ok());
    QVERIFY(checkSchema(copied.value()).ok());
}

void tst_Schema::finishLeavesOneFile()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    {
        auto database = Database::open(path, Database::Mode::Create);
        QVERIFY(createSchema(database.value(), {}).ok());
        QVERIFY(database->exec("INSERT INTO tcp_sample VALUES(1, 1, 1, 1, 1, 1)").ok());
        QVERIFY(QFileInfo(path + QStringLiteral("-wal")).size() > 0);
        finishDatabase(database.value());
    }
    QVERIFY(!QFileInfo::exists(path + QStringLiteral("-wal")));
    auto immutable = Database::open(path, Database::Mode::Immutable);
    QCOMPARE(*immutable->number("SELECT count(*) FROM tcp_sample"), qint64{1});
}

void tst_Schema::copyLogEmptiesTheLog()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    auto database = Database::open(path, Database::Mode::Create);
    QVERIFY(createSchema(database.value(), {}).ok());
    QVERIFY(database->exec("INSERT INTO tcp_sample VALUES(1, 1, 1, 1, 1, 1)").ok());
    QVERIFY(copyLog(database.value()));
    auto immutable = Database::open(path, Database::Mode::Immutable);   // which looks at no log
    QCOMPARE(*immutable->number("SELECT count(*) FROM tcp_sample"), qint64{1});
}

void tst_Schema::headTellsTheVersion()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    auto database = Database::open(path, Database::Mode::Create);
    QVERIFY(createSchema(database.value(), {}).ok());
    const auto version = checkFileHead(path);
    QVERIFY(version.ok());
    QCOMPARE(*version, schemaVersion);
    QVERIFY(convertSchema(database.value(), schemaVersion).ok());   // nothing to do
    QCOMPARE(*database->number("PRAGMA user_version"), schemaVersion);
    QVERIFY(!checkFileHead(folder.path()).ok());
    for (qint64 old = 1; old < schemaVersion; ++old) {
        QVERIFY(database->exec(QByteArray("PRAGMA user_version = " + QByteArray::number(old)).constData()).ok());
        QVERIFY(convertSchema(database.value(), old).ok());
        QCOMPARE(*database->number("PRAGMA user_version"), schemaVersion);
    }
}

QTEST_GUILESS_MAIN(tst_Schema)
#include "tst_schema.moc"
