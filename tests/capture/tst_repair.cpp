#include "capture/compaction.h"
#include "capture/database.h"
#include "capture/faultyvfs.h"
#include "capture/repair.h"
#include "capture/samples.h"
#include "capture/schema.h"
#include "support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace wsw;
using namespace wsw::capture;

/// What can be read of a damaged capture is saved into a new one, the report is true, and the original stays as it is.
class tst_Repair final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { test::disarmFault(); }
    void soundCaptureIsWhole();
    void brokenTables_data();
    void brokenTables();
    void damagedBlocks();
    void missingPiece();
    void truncatedAnywhere();
    void zeroedPages();
    void flippedBytesAnywhere();
    void headIsGone();
    void withItsLog();
    void nothingToSave();
    void originalIsNotReplaced();
    void repairedIsNoNewDamage();
    void notesAreSaved();
    void everyWriteCanFail();
    void cancelling();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    [[nodiscard]] QString target() const { return m_folder->filePath(QStringLiteral("b.wscapture")); }
    void put(const QByteArray &bytes) const;
    void exec(const char *sql) const;
    static QByteArray content(const QString &path);
    /// Repairs, and compares what is in the new file with the report and with what was recorded; the original must be as it was.
    void repair(RepairReport &report) const;
    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_sound;
};

namespace {

constexpr quint64 records = 6'000;
constexpr qsizetype large = 2'500'000;

} // namespace

void tst_Repair::initTestCase()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    {
        const auto document = Document::create(path, ClockAnchor{1'000, 2'000});
        QVERIFY(document.ok());
        ConnectionInfo info;
        info.id = document.value()->newConnectionId();
        info.name = QStringLiteral("client 1");
        document.value()->putConnection(info);
        document.value()->putTcpSample({info.id, 5, 1, 1, 1});
        test::record(*document.value(), 0, records / 2);
        QVERIFY(document.value()->flush().ok());
        test::record(*document.value(), records / 2, records);
        (void)document.value()->recorder().record(test::sample(records, large).view());
    }
    m_sound = content(path);
}

void tst_Repair::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    put(m_sound);
}

QByteArray tst_Repair::content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void tst_Repair::put(const QByteArray &bytes) const
{
    QFile file(place());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

void tst_Repair::exec(const char *sql) const
{
    auto database = Database::open(place(), Database::Mode::Write);
    QVERIFY(database.ok());
    const auto done = database->exec(sql);
    QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.error().message));
}

void tst_Repair::repair(RepairReport &report) const
{
    const QByteArray before = content(place());
    const auto done = repairCapture(place(), target());
    QVERIFY2(done.ok(), done.ok() ? "" : qPrintable(done.error().message));
    report = *done;
    QVERIFY(content(place()) == before);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 2);

    const auto opened = Document::open(target());
    QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
    const Document &document = *opened.value();
    quint64 intact = 0;
    QList<quint64> gone;
    QString wrong;
    (void)document.scan(RecordId(1), RecordId(document.received()), [&](const RecordView &view) {
        const quint64 number = view.header.id.value();
        if (view.header.integrity == Integrity::Lost)
            gone.append(number);
        else
            ++intact;
        if (view.header.integrity == Integrity::Intact && number <= records)
            wrong = test::difference(view.header, view.payload, test::sample(number - 1));
        return wrong.isEmpty();
    }).ok();
    QCOMPARE(wrong, QString());
    QCOMPARE(intact, report.saved);
    QList<quint64> told;
    for (const RepairReport::Lost &gap : report.lost) {
        QVERIFY(!gap.why.isEmpty());
        for (quint64 number = gap.first; number <= gap.last && told.size() < 100'000; ++number)
            told.append(number);
    }
    // What was lost behind the last one that is saved leaves no gap.
    while (!told.isEmpty() && told.last() > document.received())
        told.removeLast();
    QCOMPARE(gone, told);
    QVERIFY(!report.words().isEmpty());
}

void tst_Repair::soundCaptureIsWhole()
{
    RepairReport report;
    repair(report);
    QVERIFY2(report.isWhole(), qPrintable(report.words().join(u' ')));
    QCOMPARE(report.saved, records + 1);
    QCOMPARE(report.found, quint64{0});
    QCOMPARE(report.connections, 1);
    const auto document = Document::open(target());
    QVERIFY(document.ok());
    QCOMPARE(document.value()->clock().wall, 2'000);
    QCOMPARE(document.value()->tcpSamples(ConnectionId(1)).size(), 1);
    const auto payload = document.value()->readPayload(RecordId(records + 1), 0, large);
    QVERIFY(payload.ok());
    QCOMPARE(*payload, test::sample(records, large).plain);
    QProcess sqlite;
    sqlite.start(QStringLiteral("sqlite3"), {target(), QStringLiteral("PRAGMA integrity_check")});
    if (!sqlite.waitForStarted())
        QSKIP("sqlite3 is not installed");
    QVERIFY(sqlite.waitForFinished());
    QCOMPARE(sqlite.readAllStandardOutput(), QByteArray("ok\n"));
}

void tst_Repair::brokenTables_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("whole");    ///< are all records saved?
    QTest::newRow("no meta") << QByteArray("DROP TABLE meta") << true;
    QTest::newRow("no connections") << QByteArray("DROP TABLE connection") << true;
    QTest::newRow("no samples") << QByteArray("DROP TABLE tcp_sample") << true;
    QTest::newRow("no directory") << QByteArray("DROP TABLE block") << true;
    QTest::newRow("a directory without rows") << QByteArray("DELETE FROM block") << true;
    QTest::newRow("no blocks") << QByteArray("DROP TABLE block_data") << false;     // the freed pages are a chain over some of them
    QTest::newRow("no pieces") << QByteArray("DROP TABLE payload_chunk") << true;
    QTest::newRow("no index") << QByteArray("DROP INDEX payload_chunk_place") << true;
    QTest::newRow("a view for a directory") << QByteArray("ALTER TABLE block RENAME TO b; CREATE VIEW block AS SELECT * FROM b") << true;
}

void tst_Repair::brokenTables()
{
    QFETCH(QByteArray, sql);
    QFETCH(bool, whole);
    exec(("PRAGMA secure_delete = OFF; " + sql).constData());
    RepairReport report;
    repair(report);
    QVERIFY2(report.saved == records + 1 || (!whole && report.saved > records / 2), qPrintable(report.words().join(u' ')));
}

void tst_Repair::damagedBlocks()
{
    exec("UPDATE block_data SET data = zeroblob(length(data)) WHERE first = (SELECT max(first) FROM block WHERE first < 3000);"
         "DELETE FROM block WHERE first = (SELECT min(first) FROM block WHERE first > 1);"
         "DELETE FROM block_data WHERE first NOT IN (SELECT first FROM block)");
    RepairReport report;
    repair(report);
    QVERIFY(report.lostRecords > 0 && report.lostRecords < records);
    QVERIFY(!report.isWhole());
    QVERIFY2(report.words().join(u' ').contains(QStringLiteral("damaged")), qPrintable(report.words().join(u' ')));
}

void tst_Repair::missingPiece()
{
    exec("UPDATE payload_chunk SET data = zeroblob(length(data)) WHERE id = 3");
    RepairReport report;
    repair(report);
    QCOMPARE(report.saved, records + 1);
    QCOMPARE(report.incompletePayloads, quint64{1});
    QCOMPARE(report.incomplete, QList<quint64>{records + 1});
    const auto document = Document::open(target());
    QVERIFY(document.ok());
    QVERIFY(!document.value()->readPayload(RecordId(records + 1), 0, large).ok());
    const auto beside = document.value()->readPayload(RecordId(records + 1), 1'500'000, 1'000'000);
    QVERIFY(beside.ok());
    QCOMPARE(*beside, test::sample(records, large).plain.mid(1'500'000, 1'000'000));
}

void tst_Repair::truncatedAnywhere()
{
    for (qsizetype size = 3 * pageBytes; size < m_sound.size(); size += 200'011) {
        put(m_sound.first(size));
        QFile::remove(target());
        const QByteArray before = content(place());
        const auto done = repairCapture(place(), target());
        QVERIFY(content(place()) == before);
        if (!done) {
            QCOMPARE(done.error().kind, ErrorKind::NotACapture);
            QVERIFY2(size < 300'000, qPrintable(QString::number(size)));
            continue;
        }
        QVERIFY(done->endUnknown && !done->isWhole());
        RepairReport report;
        repair(report);
    }
}

void tst_Repair::zeroedPages()
{
    quint64 least = records;
    for (qsizetype page = 1; page < m_sound.size() / pageBytes; page += 3) {
        QByteArray bytes = m_sound;
        bytes.replace(page * pageBytes, pageBytes, QByteArray(pageBytes, '\0'));
        put(bytes);
        RepairReport report;
        repair(report);
        least = std::min(least, report.saved);
    }
    // Whichever page is gone, most is still there: no single one of them leads to all others.
    QVERIFY2(least > records / 2, qPrintable(QString::number(least)));
}

void tst_Repair::flippedBytesAnywhere()
{
    std::mt19937 random(4711);
    for (int round = 0; round < 30; ++round) {
        QByteArray bytes = m_sound;
        for (int flips = 1 + round % 20; flips > 0; --flips) {
            const auto range = static_cast<quint32>(round % 2 == 0 ? bytes.size() : 6 * pageBytes);
            bytes[static_cast<qsizetype>(random() % range)] = static_cast<char>(random());
        }
        put(bytes);
        RepairReport report;
        repair(report);
    }
}

void tst_Repair::headIsGone()
{
    put(QByteArray(4'000, '\xee') + m_sound.mid(4'000));
    RepairReport report;
    repair(report);
    QCOMPARE(report.saved, records + 1);
    QVERIFY(report.endUnknown);
    QCOMPARE(report.connections, 1);
    const auto document = Document::open(target());
    QVERIFY(document.ok());
    QCOMPARE(document.value()->connections().first().name, QStringLiteral("client 1"));
    QCOMPARE(document.value()->clock().wall, 2'000);
}

void tst_Repair::withItsLog()
{
    const QString recorded = m_folder->filePath(QStringLiteral("c.wscapture"));
    const auto document = Document::create(recorded);
    QVERIFY(document.ok());
    test::record(*document.value(), 0, 500);
    QVERIFY(document.value()->flush().ok());
    const QString log = place() + QStringLiteral("-wal");
    QVERIFY(QFile::remove(place()));
    QVERIFY(QFile::copy(recorded, place()));
    QVERIFY(QFile::copy(recorded + QStringLiteral("-wal"), log));
    const QByteArray before = content(place());
    const QByteArray logBefore = content(log);
    const auto report = repairCapture(place(), target());
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QCOMPARE(report->saved, quint64{500});
    QVERIFY(content(place()) == before);
    QVERIFY(content(log) == logBefore);
    QVERIFY(QDir(m_folder->path()).entryList({QStringLiteral("*reading*")}, QDir::Files).isEmpty());
    const auto repaired = Document::open(target());
    QVERIFY(repaired.ok());
    QCOMPARE(test::check(*repaired.value(), 500), QString());
}

void tst_Repair::nothingToSave()
{
    for (const QByteArray &bytes : {QByteArray(), QByteArray("Dear diary"), test::noise(1, 300'000), QByteArray(100'000, '\0'), m_sound.first(100)}) {
        put(bytes);
        const auto report = repairCapture(place(), target());
        QVERIFY(!report.ok());
        QCOMPARE(report.error().kind, ErrorKind::NotACapture);
        QVERIFY(!QFile::exists(target()));
    }
    const auto missing = repairCapture(m_folder->filePath(QStringLiteral("nothing")), target());
    QVERIFY(!missing.ok());
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
}

void tst_Repair::originalIsNotReplaced()
{
    const auto report = repairCapture(place(), place());
    QVERIFY(!report.ok());
    QCOMPARE(report.error().kind, ErrorKind::Usage);
    QVERIFY(content(place()) == m_sound);
}

void tst_Repair::repairedIsNoNewDamage()
{
    exec("DELETE FROM block WHERE first = (SELECT min(first) FROM block WHERE first > 1);"
         "DELETE FROM block_data WHERE first NOT IN (SELECT first FROM block)");
    RepairReport report;
    repair(report);
    const auto document = Document::open(target());
    QVERIFY(document.ok());
    QVERIFY(document.value()->isRepaired());
    QVERIFY(!Document::open(place()).value()->isRepaired());
    QCOMPARE(document.value()->damage().size(), 1);
    QVERIFY2(document.value()->damage().first().message.contains(QStringLiteral("before the capture was repaired")),
             qPrintable(document.value()->damage().first().message));
    // There is nothing more to be had of it: it can be compacted, and says the same afterwards.
    const QString compact = m_folder->filePath(QStringLiteral("c.wscapture"));
    const auto compacted = compactCapture(target(), compact);
    QVERIFY2(compacted.ok(), compacted.ok() ? "" : qPrintable(compacted.error().message));
    QCOMPARE(compacted->records, report.saved);
    const auto again = Document::open(compact);
    QVERIFY(again.ok());
    QVERIFY(again.value()->isRepaired());
    QCOMPARE(again.value()->damage().size(), 1);
    QCOMPARE(again.value()->received(), document.value()->received());
    QVERIFY(again.value()->read(RecordId(records)).ok());
}

void tst_Repair::notesAreSaved()
{
    exec("INSERT INTO note VALUES(3, 'a mark'), (4000, 'sch\u00f6n')");
    {
        QFile file(place());
        QVERIFY(file.open(QIODevice::ReadWrite));
        QCOMPARE(file.write(QByteArray(4'000, '\xee')), 4'000);    // no table leads to them any more
    }
    RepairReport report;
    repair(report);
    const auto document = Document::open(target());
    QVERIFY(document.ok());
    QCOMPARE(document.value()->notes()->size(), size_t{2});
    QCOMPARE(document.value()->notes()->at(RecordId(4'000)), QByteArray("sch\u00f6n"));
    for (const char *table : {"connection", "tcp_sample", "note"})
        report.addUnread(QLatin1String(table));
    const QString words = report.words().join(u' ');
    QVERIFY2(words.contains(QStringLiteral("connections could not")) && words.contains(QStringLiteral("TCP")) && words.contains(QStringLiteral("notes could not")),
             qPrintable(words));
}

void tst_Repair::everyWriteCanFail()
{
    int nth = 1;
    for (;; nth += 1 + nth / 20) {
        test::armFault(nth, nth % 2 == 0 ? test::Fault::DiskFull : test::Fault::Io);
        const auto report = repairCapture(place(), target());
        test::disarmFault();
        if (report.ok())
            break;
        QCOMPARE(report.error().kind, nth % 2 == 0 ? ErrorKind::DiskFull : ErrorKind::Io);
        QVERIFY(content(place()) == m_sound);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 1);
    }
    QVERIFY2(nth > 30, qPrintable(QString::number(nth)));
    RepairReport report;
    repair(report);
    QVERIFY(report.isWhole());
}

void tst_Repair::cancelling()
{
    for (const quint64 after : {0, 4}) {
        const auto report = repairCapture(place(), target(), [&](quint64 done, quint64) { return done < after; });
        QVERIFY(!report.ok());
        QCOMPARE(report.error().kind, ErrorKind::Cancelled);
        QVERIFY(!QFile::exists(target()));
    }
}

int main(int argc, char *argv[])
{
    test::installFaultyVfs();
    QCoreApplication application(argc, argv);
    tst_Repair tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_repair.moc"
