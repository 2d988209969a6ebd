#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/directory.h"
#include "capture/schema.h"

#include <QTemporaryDir>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// The directory of a capture, also of one that lacks rows or has senseless ones.
class tst_Directory final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void rowsInOrder();
    void gapsStandAsLostRows();
    void senselessRowsAreLeftOut();
};

namespace {

/// What is read of a capture whose table block has these rows of (first, count, bytes).
Directory directoryOf(const char *rows)
{
    const QTemporaryDir folder;
    auto database = Database::open(folder.filePath(QStringLiteral("a")), Database::Mode::Create);
    if (!database || !createSchema(database.value(), {}))
        return {};
    QByteArray sql = "WITH r(first, count, bytes) AS (VALUES ";
    sql += rows;
    sql += ") INSERT INTO block SELECT first, count, 0, 0, 0, bytes FROM r";
    if (*rows != '\0' && !database->exec(sql.constData()))
        return {};
    return readDirectory(database.value());
}

} // namespace

void tst_Directory::rowsInOrder()
{
    const Directory directory = directoryOf("(1,10,800),(11,1,80),(12,5,400)");
    QCOMPARE(directory.rows.size(), size_t{3});
    QCOMPARE(directory.rows[1].first, quint64{11});
    QCOMPARE(directory.rows[2].end(), quint64{17});
    QVERIFY(directory.damage.isEmpty());
    QVERIFY(directoryOf("").rows.empty());
}

void tst_Directory::gapsStandAsLostRows()
{
    const Directory directory = directoryOf("(4,2,160),(10,1,80)");
    QCOMPARE(directory.rows.size(), size_t{4});
    QVERIFY(directory.rows[0].lost);
    QCOMPARE(directory.rows[0].first, quint64{1});
    QCOMPARE(directory.rows[0].count, quint32{3});
    QVERIFY(!directory.rows[1].lost);
    QVERIFY(directory.rows[2].lost);
    QCOMPARE(directory.rows[2].first, quint64{6});
    QCOMPARE(directory.rows[2].count, quint32{4});
    QCOMPARE(directory.damage.size(), 2);
    QVERIFY(directory.damage[1].message.contains(QStringLiteral("Frames 6 to 9")));
}

void tst_Directory::senselessRowsAreLeftOut()
{
    for (const char *senseless : {"(-5,5,400)", "(0,1,80)", "(3,1,80)", "(11,0,80)", "(11,-1,80)", "(11,1,79)",
                                  "(11,4294967297,80)", "(11,9223372036854775807,80)", "(11,230584300921369396,80)", "(11,1,99999999999)", "(9000000000000000000,1,80)"}) {
        const QByteArray rows = QByteArrayLiteral("(1,10,800),") + senseless;
        const Directory directory = directoryOf(rows.constData());
        QVERIFY2(directory.rows.size() == 1, senseless);
        QCOMPARE(directory.rows[0].end(), quint64{11});
    }
}

QTEST_GUILESS_MAIN(tst_Directory)
#include "tst_directory.moc"
