#include "capture/samples.h"
#include "capture/schema.h"
#include "capture/tablecopy.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Rows of a table go from one file into another as they are.
class tst_TableCopy final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void copiesWhatBothKnow();
    void missingTableIsNoError();
    void namesTables();
};

namespace {

Result<Database> make(const QString &path)
{
    auto database = Database::open(path, Database::Mode::Create);
    if (database) {
        if (auto made = createSchema(database.value(), {}); !made)
            return made.error();
    }
    return database;
}

} // namespace

void tst_TableCopy::copiesWhatBothKnow()
{
    const QTemporaryDir folder;
    auto from = make(folder.filePath(QStringLiteral("a")));
    auto to = make(folder.filePath(QStringLiteral("b")));
    QVERIFY(from.ok() && to.ok());
    // As a file from before two columns came, with one that we do not know.
    QVERIFY(from->exec("DROP TABLE connection;"
                       "CREATE TABLE connection(id INTEGER PRIMARY KEY NOT NULL, later TEXT, local_role TEXT, endpoint TEXT, name TEXT, url TEXT,"
                       " local_address TEXT, peer_address TEXT, subprotocol TEXT, extensions TEXT, opened INTEGER, closed INTEGER, close_text TEXT,"
                       " tls TEXT, phases TEXT);"
                       "INSERT INTO connection VALUES(7,'x','server','e','n\"o','','','','','',-5,9000000000000000000,'','{}','');"
                       "INSERT INTO connection VALUES(3,'x','client','','','','','','','',0,0,x'00ff','','')")
                .ok());
    const auto copied = copyTable(from.value(), to.value(), QStringLiteral("connection"));
    QVERIFY(copied.ok());
    QCOMPARE(*copied, quint64{2});
    auto rows = Statement::prepare(to.value(), "SELECT id, name, opened, closed, hex(close_text), endpoint_kind FROM connection ORDER BY id DESC");
    QVERIFY(rows.ok());
    QCOMPARE(rows->step(), Statement::Step::Row);
    QCOMPARE(rows->number(0), 7);
    QCOMPARE(rows->text(1), QStringLiteral("n\"o"));
    QCOMPARE(rows->number(2), -5);
    QCOMPARE(rows->number(3), 9'000'000'000'000'000'000);
    QCOMPARE(rows->step(), Statement::Step::Row);
    QCOMPARE(rows->text(4), QStringLiteral("00FF"));
    QCOMPARE(rows->text(5), QString());
    QCOMPARE(rows->step(), Statement::Step::Done);
}

void tst_TableCopy::missingTableIsNoError()
{
    const QTemporaryDir folder;
    auto from = make(folder.filePath(QStringLiteral("a")));
    auto to = make(folder.filePath(QStringLiteral("b")));
    QVERIFY(from.ok() && to.ok());
    QVERIFY(from->exec("DROP TABLE tcp_sample").ok());
    const auto copied = copyTable(from.value(), to.value(), QStringLiteral("tcp_sample"));
    QVERIFY(copied.ok());
    QCOMPARE(*copied, quint64{0});
}

void tst_TableCopy::namesTables()
{
    const QTemporaryDir folder;
    auto database = make(folder.filePath(QStringLiteral("a")));
    QVERIFY(database.ok());
    QVERIFY(database->exec("CREATE VIEW seen AS SELECT 1").ok());
    const auto tables = tablesOf(database.value());
    QVERIFY(tables.ok());
    for (const char *table : {"meta", "block", "block_data", "payload_chunk", "connection", "tcp_sample"})
        QVERIFY2(tables->contains(QLatin1String(table)), table);
    QVERIFY(!tables->contains(QStringLiteral("seen")));
}

QTEST_GUILESS_MAIN(tst_TableCopy)
#include "tst_tablecopy.moc"
