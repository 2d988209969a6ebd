#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/database.h"

#include <QTemporaryDir>

#include <sqlite3.h>

#include <cerrno>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// SQLite behind a small interface: values go in and come back, failures are told in words.
class tst_Database final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void valuesComeBack();
    void failuresAreTold();
    void errorKinds_data();
    void errorKinds();
    void rollback();
    void schemaCannotRunCode();
    void noRowTakesForEver();
};

void tst_Database::valuesComeBack()
{
    const QTemporaryDir folder;
    auto database = Database::open(folder.filePath(QStringLiteral("a b%c?.db")), Database::Mode::Create);
    QVERIFY(database.ok());
    QVERIFY(database->exec("CREATE TABLE t(n, s, b)").ok());
    auto insert = Statement::prepare(database.value(), "INSERT INTO t VALUES(?, ?, ?)");
    QVERIFY(insert.ok());
    const QByteArray blob("\0\1\2", 3);
    QVERIFY(insert->bind(1, qint64{-5}).bind(2, QStringLiteral("\u00e9")).bind(3, QByteArrayView(blob)).run());
    QVERIFY(insert->bind(2, QString()).run());
    auto select = Statement::prepare(database.value(), "SELECT n, s, b FROM t ORDER BY rowid");
    QVERIFY(select.ok());
    QCOMPARE(select->step(), Statement::Step::Row);
    QCOMPARE(select->number(0), qint64{-5});
    QCOMPARE(select->text(1), QStringLiteral("\u00e9"));
    QCOMPARE(select->bytes(2).toByteArray(), blob);
    QCOMPARE(select->step(), Statement::Step::Row);
    QCOMPARE(select->text(1), QString());
    QCOMPARE(select->step(), Statement::Step::Done);
    QCOMPARE(*database->number("SELECT count(*) FROM t WHERE s IS NOT NULL"), qint64{2});
    QCOMPARE(*database->number("SELECT n FROM t WHERE n = 0", 17), qint64{17});
    const auto immutable = Database::open(folder.filePath(QStringLiteral("a b%c?.db")), Database::Mode::Immutable);
    QVERIFY(immutable.ok());
}

void tst_Database::failuresAreTold()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("no/a.db"));
    const auto missing = Database::open(path, Database::Mode::Read);
    QVERIFY(!missing.ok());
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
    QVERIFY2(missing.error().message.contains(path), qPrintable(missing.error().message));
    QVERIFY(!missing.error().remedy.isEmpty());

    auto database = Database::open(folder.filePath(QStringLiteral("a.db")), Database::Mode::Create);
    QVERIFY(database.ok());
    QVERIFY(!database->exec("NONSENSE").ok());
    QVERIFY(!Statement::prepare(database.value(), "SELECT * FROM nothing").ok());
    QVERIFY(!database->number("SELECT x").ok());
    QVERIFY(database->exec("CREATE TABLE t(n UNIQUE); INSERT INTO t VALUES(1)").ok());
    auto insert = Statement::prepare(database.value(), "INSERT INTO t VALUES(?)");
    QVERIFY(!insert->bind(1, qint64{1}).run());
    QVERIFY(insert->bind(1, qint64{2}).run());  // a failure does not spoil the next
}

void tst_Database::errorKinds_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("system");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("full") << SQLITE_FULL << 0 << ErrorKind::DiskFull;
    QTest::newRow("write, no space") << SQLITE_IOERR_WRITE << ENOSPC << ErrorKind::DiskFull;
    QTest::newRow("write, over quota") << SQLITE_IOERR_WRITE << EDQUOT << ErrorKind::DiskFull;
    QTest::newRow("write") << SQLITE_IOERR_WRITE << EIO << ErrorKind::Io;
    QTest::newRow("busy, stale number") << SQLITE_BUSY << ENOSPC << ErrorKind::InUse;
    QTest::newRow("read only") << SQLITE_READONLY_DBMOVED << 0 << ErrorKind::Permission;
    QTest::newRow("no file") << SQLITE_CANTOPEN << ENOENT << ErrorKind::NotFound;
    QTest::newRow("may not open") << SQLITE_CANTOPEN << EACCES << ErrorKind::Permission;
    QTest::newRow("corrupt") << SQLITE_CORRUPT_INDEX << 0 << ErrorKind::Damaged;
    QTest::newRow("no database") << SQLITE_NOTADB << 0 << ErrorKind::NotACapture;
    QTest::newRow("anything else") << SQLITE_MISUSE << 0 << ErrorKind::Io;
}

void tst_Database::errorKinds()
{
    QFETCH(int, code);
    QFETCH(int, system);
    QFETCH(ErrorKind, kind);
    const Error error = sqliteError(code, system, QStringLiteral("write"), QStringLiteral("/a"), QStringLiteral("cause"));
    QCOMPARE(error.kind, kind);
    QVERIFY(error.message.startsWith(QStringLiteral("Cannot write \"/a\": ")));
    QVERIFY(error.message.endsWith(u'.'));
    QVERIFY(!error.remedy.isEmpty());
}

void tst_Database::rollback()
{
    const QTemporaryDir folder;
    auto database = Database::open(folder.filePath(QStringLiteral("a.db")), Database::Mode::Create);
    QVERIFY(database->exec("CREATE TABLE t(n); BEGIN; INSERT INTO t VALUES(1)").ok());
    database->rollback();
    QCOMPARE(*database->number("SELECT count(*) FROM t"), qint64{0});
    database->rollback();   // nothing to do
}

void tst_Database::schemaCannotRunCode()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.db"));
    sqlite3 *plain = nullptr;
    QCOMPARE(sqlite3_open(qPrintable(path), &plain), SQLITE_OK);
    QCOMPARE(sqlite3_exec(plain, "CREATE TABLE t(n); CREATE VIEW v AS SELECT 1; CREATE TRIGGER g AFTER INSERT ON t BEGIN"
                                 " INSERT INTO t VALUES(5); END", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(plain);
    auto database = Database::open(path, Database::Mode::Write);
    QVERIFY(database.ok());
    QVERIFY(!database->number("SELECT * FROM v").ok());
    QVERIFY(database->exec("INSERT INTO t VALUES(1)").ok());
    QCOMPARE(*database->number("SELECT count(*) FROM t"), qint64{1});
    QVERIFY(!database->exec("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema").ok());
}

void tst_Database::noRowTakesForEver()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    QVERIFY(Database::open(path, Database::Mode::Create)->exec("CREATE TABLE t(n); INSERT INTO t VALUES(5)").ok());
    for (const Database::Mode mode : {Database::Mode::Read, Database::Mode::Immutable}) {
        auto database = Database::open(path, mode);
        QVERIFY(database.ok());
        const auto counted = database->number("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r");
        QVERIFY(!counted.ok());
        // Each row has its own share, however many there are.
        auto rows = Statement::prepare(database.value(), "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 200000) SELECT n FROM r");
        QVERIFY(rows.ok());
        int seen = 0;
        while (rows->step() == Statement::Step::Row)
            ++seen;
        QCOMPARE(seen, 200'000);
        QCOMPARE(*database->number("SELECT n FROM t"), qint64{5});
    }
}

QTEST_GUILESS_MAIN(tst_Database)
#include "tst_database.moc"
