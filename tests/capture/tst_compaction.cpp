#include "capture/compaction.h"
#include "capture/database.h"
#include "capture/faultyvfs.h"
#include "capture/samples.h"
#include "capture/sieve.h"
#include "support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Compacting makes a capture smaller and loses nothing, whatever write fails.
class tst_Compaction final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { test::disarmFault(); }
    void smallerAndTheSame_data();
    void smallerAndTheSame();
    void whileItIsRecorded();
    void damagedIsLeftAlone();
    void cancelling();
    void everyWriteCanFail();
    void strayPiecesAreTold();
    void whatIsReadMeanwhileStaysReadable();
    void byAnotherProgramWhileItIsShown();
    void keepsPermissionsAndLinks();
    void whatDoesNotReadBackIsNotTaken_data();
    void whatDoesNotReadBackIsNotTaken();
    void aLogThatIsNotThereHindersNobody();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    void recordScattered() const;
    /// What is read of the capture at @p path; empty where it is all that recordScattered() has put there.
    static QString look(const QString &path);
    static QByteArray content(const QString &path);
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

constexpr quint64 records = 6'000;
constexpr qsizetype large = 2'500'000;

} // namespace

void tst_Compaction::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
}

QByteArray tst_Compaction::content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Slow traffic: each flush makes a row of its own once it has 32 KiB. One large payload at the end.
void tst_Compaction::recordScattered() const
{
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    ConnectionInfo info;
    info.id = document.value()->newConnectionId();
    info.name = QStringLiteral("client 1");
    document.value()->putConnection(info);
    for (quint64 number = 0; number < records; number += 200) {
        test::record(*document.value(), number, number + 200, -1, test::Content::Mixed);
        document.value()->putTcpSample({info.id, static_cast<qint64>(number), 1, 1, 1});
        QVERIFY(document.value()->flush().ok());
    }
    (void)document.value()->recorder().record(test::sample(records, large).view());
    QVERIFY(document.value()->stopRecording().ok());
}

QString tst_Compaction::look(const QString &path)
{
    const auto document = Document::open(path);
    if (!document)
        return document.error().message;
    if (document.value()->received() != records + 1 || !document.value()->damage().isEmpty())
        return QStringLiteral("%1 records").arg(document.value()->received());
    const auto payload = document.value()->readPayload(RecordId(records + 1), 0, large);
    if (!payload || *payload != test::sample(records, large).plain)
        return QStringLiteral("the large payload is not what it was");
    if (document.value()->connections().size() != 1 || document.value()->tcpSamples(ConnectionId(1)).size() != records / 200)
        return QStringLiteral("the facts are not what they were");
    return test::check(*document.value(), records, -1, test::Content::Mixed);
}

void tst_Compaction::smallerAndTheSame_data()
{
    QTest::addColumn<bool>("inPlace");
    QTest::newRow("in place") << true;
    QTest::newRow("to another file") << false;
}

void tst_Compaction::smallerAndTheSame()
{
    QFETCH(bool, inPlace);
    recordScattered();
    const QByteArray before = content(place());
    const QString to = inPlace ? place() : m_folder->filePath(QStringLiteral("b.wscapture"));
    quint64 told = 0;
    const auto report = compactCapture(place(), to, [&](quint64 done, quint64 total) {
        told = std::max(told, done);
        return done <= total;
    });
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QVERIFY(told > 0);
    QCOMPARE(report->records, records + 1);
    QCOMPARE(report->strayPieces, quint64{0});
    QCOMPARE(report->bytesBefore, before.size());
    QCOMPARE(report->bytesAfter, content(to).size());
    QVERIFY2(report->rowsAfter * 4 < report->rowsBefore, qPrintable(QStringLiteral("%1 of %2").arg(report->rowsAfter).arg(report->rowsBefore)));
    QVERIFY2(report->bytesAfter < report->bytesBefore, qPrintable(report->words().join(u' ')));
    QCOMPARE(report->words().size(), 2);
    QCOMPARE(look(to), QString());
    if (!inPlace)
        QCOMPARE(content(place()), before);
    // Others think so as well.
    QProcess sqlite;
    sqlite.start(QStringLiteral("sqlite3"), {to, QStringLiteral("PRAGMA integrity_check; PRAGMA freelist_count; PRAGMA journal_mode;")});
    if (!sqlite.waitForStarted())
        QSKIP("sqlite3 is not installed");
    QVERIFY(sqlite.waitForFinished());
    QCOMPARE(sqlite.readAllStandardOutput(), QByteArray("ok\n0\ndelete\n"));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), inPlace ? 1 : 2);
}

void tst_Compaction::whileItIsRecorded()
{
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    test::record(*document.value(), 0, 5'000);
    QVERIFY(document.value()->flush().ok());
    const auto inPlace = compactCapture(place(), place());
    QVERIFY(!inPlace.ok());
    QCOMPARE(inPlace.error().kind, ErrorKind::InUse);
    const QString to = m_folder->filePath(QStringLiteral("b.wscapture"));
    const auto report = compactCapture(place(), to);
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QCOMPARE(report->records, quint64{5'000});
    // Recording has not been disturbed.
    test::record(*document.value(), 5'000, 6'000);
    QVERIFY(document.value()->flush().ok());
    QCOMPARE(test::check(*document.value(), 6'000), QString());
    const auto copy = Document::open(to);
    QVERIFY(copy.ok());
    QCOMPARE(test::check(*copy.value(), 5'000), QString());
}

void tst_Compaction::damagedIsLeftAlone()
{
    recordScattered();
    {
        auto database = Database::open(place(), Database::Mode::Write);
        QVERIFY(database.ok());
        QVERIFY(database->exec("UPDATE block_data SET data = zeroblob(length(data)) WHERE first = (SELECT max(first) FROM block_data)").ok());
    }
    const QByteArray before = content(place());
    const auto report = compactCapture(place(), place());
    QVERIFY(!report.ok());
    QCOMPARE(report.error().kind, ErrorKind::Damaged);
    QVERIFY(report.error().remedy.contains(QStringLiteral("Repair")));
    QCOMPARE(content(place()), before);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 1);
}

void tst_Compaction::cancelling()
{
    recordScattered();
    const QByteArray before = content(place());
    for (const quint64 after : {0, 10, 34}) {
        const auto report = compactCapture(place(), place(), [&](quint64 done, quint64) { return done < after; });
        QVERIFY(!report.ok());
        QCOMPARE(report.error().kind, ErrorKind::Cancelled);
        QCOMPARE(content(place()), before);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 1);
    }
}

void tst_Compaction::everyWriteCanFail()
{
    recordScattered();
    const QByteArray before = content(place());
    int nth = 1;
    for (;; nth += 1 + nth / 8) {
        test::armFault(nth, nth % 2 == 0 ? test::Fault::DiskFull : test::Fault::Io);
        const auto report = compactCapture(place(), place());
        test::disarmFault();
        if (report.ok())
            break;
        QCOMPARE(report.error().kind, nth % 2 == 0 ? ErrorKind::DiskFull : ErrorKind::Io);
        QVERIFY2(!report.error().message.contains(QStringLiteral("saving")), qPrintable(report.error().message));
        QVERIFY(content(place()) == before);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 1);
    }
    QVERIFY2(nth > 30, qPrintable(QString::number(nth)));
    QCOMPARE(look(place()), QString());
}

void tst_Compaction::strayPiecesAreTold()
{
    recordScattered();
    {
        auto database = Database::open(place(), Database::Mode::Write);
        QVERIFY(database.ok());
        QVERIFY(database->exec("INSERT INTO payload_chunk(payload, offset, checksum, encoding, bytes, data) VALUES(77, 0, 0, 0, 3, x'010203')").ok());
    }
    const auto report = compactCapture(place(), place());
    QVERIFY(report.ok());
    QCOMPARE(report->strayPieces, quint64{1});
    QCOMPARE(report->words().size(), 3);
    QCOMPARE(look(place()), QString());
}

/// It takes long, and whoever reads meanwhile must neither wait for its end nor be told nonsense.
void tst_Compaction::whatIsReadMeanwhileStaysReadable()
{
    recordScattered();
    QVERIFY(Database::open(place(), Database::Mode::Write)->exec("DELETE FROM payload_chunk WHERE offset = 524288").ok());
    const auto document = Document::open(place());
    QVERIFY(document.ok());
    QString wrong = QStringLiteral("nothing was read");
    const auto report = document.value()->compact([&](quint64 done, quint64) {
        if (done != 20)
            return true;
        wrong = test::check(*document.value(), records, -1, test::Content::Mixed);
        // A piece is missing: that is told, not looked for until the end.
        const auto payload = document.value()->readPayload(RecordId(records + 1), 0, large);
        if (payload || payload.error().kind != ErrorKind::Damaged)
            wrong += QStringLiteral("the payload is whole without all of its pieces");
        return true;
    });
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QCOMPARE(wrong, QString());
    QCOMPARE(test::check(*document.value(), records, -1, test::Content::Mixed), QString());
}

namespace {

class Everything final : public Sieve
{
public:
    Verdict judge(const RecordView &, Known) override { return Verdict::Match; }
    bool asksFor(Known) const noexcept override { return false; }
};

} // namespace

void tst_Compaction::byAnotherProgramWhileItIsShown()
{
    recordScattered();
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    Document &document = *opened.value();
    QVERIFY(document.read(RecordId(1)).ok());
    QVERIFY(compactCapture(place(), place()).ok());     // as `wsw compact` does, which knows nothing of the document
    // Two that read at once: one of them has to open the file, which is another one now.
    Everything all;
    int read = 0;
    const auto sifted = document.sift(all, RecordId(1), RecordId(records), [&](const Sifted &some) {
        for (const quint64 id : {records / 2, some.scanned, records}) {
            const auto record = document.read(RecordId(id));
            read += record && test::difference(record->header, record->payload, test::sample(id - 1, -1, test::Content::Mixed)).isEmpty() ? 1 : -100'000;
        }
        return true;
    });
    QVERIFY(sifted.ok());
    QVERIFY2(read > 0, qPrintable(QString::number(read)));
    QVERIFY2(document.damage().isEmpty(), qPrintable(document.damage().value(0).message));
    const auto payload = document.readPayload(RecordId(records + 1), 0, large);
    QVERIFY(payload.ok() && *payload == test::sample(records, large).plain);
    QCOMPARE(test::check(document, records, -1, test::Content::Mixed), QString());
    // Another capture under its name is not taken for it.
    const auto another = Document::open(place());
    QVERIFY(another.ok());
    {
        QVERIFY(QFile::remove(place()));
        const auto other = Document::create(place());
        QVERIFY(other.ok());
        test::record(*other.value(), 0, 10);
    }
    auto kind = ErrorKind::Usage;
    (void)another.value()->sift(all, RecordId(1), RecordId(1), [&](const Sifted &) {
        const auto record = another.value()->read(RecordId(records));
        kind = record ? ErrorKind::Usage : record.error().kind;
        return true;
    }).ok();
    QCOMPARE(kind, ErrorKind::InUse);
    QVERIFY(another.value()->damage().isEmpty());
}

void tst_Compaction::keepsPermissionsAndLinks()
{
    recordScattered();
    const auto mine = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    QVERIFY(QFile::setPermissions(place(), mine));
    const QString link = m_folder->filePath(QStringLiteral("link.wscapture"));
    QVERIFY(QFile::link(QStringLiteral("a.wscapture"), link));
    const qint64 before = QFileInfo(place()).size();
    QVERIFY(compactCapture(link, link).ok());
    QVERIFY(QFileInfo(link).isSymLink());
    QVERIFY(QFileInfo(place()).size() < before);
    constexpr auto ofOthers = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    QVERIFY((QFile::permissions(place()) & ofOthers) == QFileDevice::Permissions());
    QCOMPARE(look(place()), QString());
}

void tst_Compaction::whatDoesNotReadBackIsNotTaken_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("a block") << QByteArray("UPDATE block_data SET data = zeroblob(length(data)) WHERE first = 1");
    QTest::newRow("a piece of a payload") << QByteArray("UPDATE payload_chunk SET data = zeroblob(length(data)) WHERE offset > 0");
    QTest::newRow("a piece that is missing") << QByteArray("DELETE FROM payload_chunk WHERE offset > 2000000");
    QTest::newRow("a connection") << QByteArray("DELETE FROM connection");
    QTest::newRow("samples") << QByteArray("DELETE FROM tcp_sample WHERE id > 5");
}

void tst_Compaction::whatDoesNotReadBackIsNotTaken()
{
    QFETCH(QByteArray, sql);
    recordScattered();
    const QByteArray before = content(place());
    const QDir folder(m_folder->path());
    bool changed = false;
    const auto report = compactCapture(place(), place(), [&](quint64 done, quint64 total) {
        // Half of it is writing. What the disk makes of it then shows when it is read.
        if (const QStringList written = folder.entryList({QStringLiteral("*saving*")}, QDir::Files); done >= total / 2 && !changed && written.size() == 1) {
            auto database = Database::open(folder.filePath(written.first()), Database::Mode::Write);
            changed = database && database->exec(sql.constData());
        }
        return true;
    });
    QVERIFY(changed);
    QVERIFY(!report.ok());
    QCOMPARE(content(place()), before);
    QCOMPARE(folder.entryList(QDir::Files).size(), 1);
}

void tst_Compaction::aLogThatIsNotThereHindersNobody()
{
    recordScattered();
    QVERIFY(Database::open(place(), Database::Mode::Write)->exec("PRAGMA journal_mode = WAL; UPDATE meta SET value = value").ok());
    QVERIFY(!QFile::exists(place() + QStringLiteral("-wal")));
    const auto document = Document::open(place());
    QVERIFY(document.ok());
    QVERIFY(document.value()->read(RecordId(1)).ok());
    const auto report = document.value()->compact();
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QCOMPARE(look(place()), QString());
}

int main(int argc, char *argv[])
{
    test::installFaultyVfs();
    QCoreApplication application(argc, argv);
    tst_Compaction tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_compaction.moc"
