#include "capture/database.h"
#include "capture/reader.h"
#include "capture/repair.h"
#include "capture/samples.h"
#include "support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// A program that is killed while it records has lost no record that it had counted as stored.
class tst_Recovery final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void killedWhileRecording_data();
    void killedWhileRecording();
    void killedWhileArchiving();
    void killedAutomaticCaptureIsOffered();
    void takesBackWhatWasHalfDone();
    void takesBackWhatWasHalfDoneInAnArchive();
    void readWhileAnotherProgramRecords();

private:
    /// What the program had said before it was killed.
    struct Told
    {
        QString path;
        quint64 stored = 0;
    };
    [[nodiscard]] static QString program() { return QStringLiteral(WSW_BIN_DIR "/capture_recorder"); }
    /// Reads lines until @p atLeast are stored.
    static bool waitUntilStored(QProcess &process, Told &told, quint64 atLeast);
    static void takeLines(QProcess &process, Told &told);
    static QString check(const Document &document);
    /// Puts the capture at @p path into the folder @p to as a program leaves it that is killed while it changes all of it.
    static bool putCutOff(const QString &path, const QString &to);
};

bool tst_Recovery::putCutOff(const QString &path, const QString &to)
{
    auto database = Database::open(path, Database::Mode::Write);
    // With so little memory the change is in the file long before it is done.
    if (!database
        || !database->exec("PRAGMA cache_size = 3; BEGIN IMMEDIATE; UPDATE block_data SET data = zeroblob(length(data)); UPDATE payload_chunk SET data = zeroblob(length(data));"
                           "UPDATE block SET count = 1"))
        return false;
    const QString place = QDir(to).filePath(QFileInfo(path).fileName());
    QFile::remove(place);
    const bool isThere = QFile::copy(path, place) && QFileInfo(path + QStringLiteral("-journal")).size() > 0
        && QFile::copy(path + QStringLiteral("-journal"), place + QStringLiteral("-journal"));
    database->rollback();
    return isThere;
}

void tst_Recovery::takeLines(QProcess &process, Told &told)
{
    while (process.canReadLine()) {
        const QString line = QString::fromLocal8Bit(process.readLine()).trimmed();
        if (told.path.isEmpty())
            told.path = line;
        else
            told.stored = line.toULongLong();
    }
}

bool tst_Recovery::waitUntilStored(QProcess &process, Told &told, quint64 atLeast)
{
    while (told.stored < atLeast) {
        if (!process.canReadLine() && !process.waitForReadyRead(20'000))
            return false;
        takeLines(process, told);
    }
    return true;
}

QString tst_Recovery::check(const Document &document)
{
    QString wrong;
    quint64 next = 0;
    const auto scanned = document.scan(RecordId(1), RecordId(document.received()), [&](const RecordView &view) {
        const qsizetype bytes = next % 5'000 == 4'999 ? 2'500'000 : -1;
        const test::Sample sample = test::sample(next, bytes);
        if (bytes < 0) {
            wrong = test::difference(view.header, view.payload, sample);
        } else {
            const auto payload = document.readPayload(view.header.id, 0, bytes);
            wrong = payload ? test::difference(view.header, *payload, sample) : payload.error().message;
        }
        if (!wrong.isEmpty())
            wrong.prepend(QStringLiteral("record %1: ").arg(next + 1));
        ++next;
        return wrong.isEmpty();
    });
    return scanned ? wrong : scanned.error().message;
}

void tst_Recovery::killedWhileRecording_data()
{
    QTest::addColumn<quint64>("atLeast");
    for (const quint64 atLeast : {1, 2'000, 20'000})
        QTest::addRow("after %llu", static_cast<unsigned long long>(atLeast)) << atLeast;
}

void tst_Recovery::killedWhileRecording()
{
    QFETCH(quint64, atLeast);
    for (int round = 0; round < 3; ++round) {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a.wscapture"));
        QProcess process;
        process.start(program(), {path});
        Told told;
        QVERIFY2(waitUntilStored(process, told, atLeast), process.readAllStandardError().constData());
        process.kill();     // SIGKILL
        QVERIFY(process.waitForFinished());
        takeLines(process, told);

        const auto document = Document::open(path);
        QVERIFY2(document.ok(), document.ok() ? "" : qPrintable(document.error().message));
        QVERIFY(document.value()->damage().isEmpty());
        QVERIFY2(document.value()->received() >= told.stored,
                 qPrintable(QStringLiteral("%1 of %2").arg(document.value()->received()).arg(told.stored)));
        QCOMPARE(check(*document.value()), QString());
        QCOMPARE(document.value()->connections().size(), 1);
    }
}

void tst_Recovery::killedWhileArchiving()
{
    int archives = 0;
    int interrupted = 0;
    for (int round = 0; round < 15; ++round) {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a.wscapture"));
        QProcess process;
        // A small limit, so that something is being moved most of the time.
        process.start(program(), {path, QStringLiteral("2000000")});
        Told told;
        QVERIFY2(waitUntilStored(process, told, 6'000 + static_cast<quint64>(round) * 1'777), process.readAllStandardError().constData());
        process.kill();
        QVERIFY(process.waitForFinished());
        takeLines(process, told);

        const auto document = Document::open(path);
        QVERIFY2(document.ok(), document.ok() ? "" : qPrintable(document.error().message));
        QVERIFY(document.value()->damage().isEmpty());
        interrupted += document.value()->remarks().join(u' ').contains(QStringLiteral("not finished")) ? 1 : 0;
        QVERIFY2(document.value()->received() >= told.stored, qPrintable(QStringLiteral("%1 of %2").arg(document.value()->received()).arg(told.stored)));
        QCOMPARE(check(*document.value()), QString());
        archives += static_cast<int>(document.value()->archives().size());
    }
    QVERIFY(archives > 0);
    qInfo("%d archives, %d times cut off while something was moved", archives, interrupted);
}

void tst_Recovery::killedAutomaticCaptureIsOffered()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setApplicationName(QStringLiteral("tst_recovery"));
    for (const QString &old : Document::recoverable()) {
        if (const auto document = Document::open(old))
            document.value()->discard();
    }
    QProcess process;
    process.start(program(), {QStringLiteral("--automatic")});
    Told told;
    QVERIFY(waitUntilStored(process, told, 1'000));
    QVERIFY(QFile::exists(told.path));
    QCOMPARE(Document::recoverable(), QStringList());   // its program lives
    process.kill();
    QVERIFY(process.waitForFinished());
    takeLines(process, told);
    QCOMPARE(Document::recoverable(), QStringList{told.path});
    {
        const auto document = Document::open(told.path);
        QVERIFY(document.ok());
        QVERIFY(document.value()->isAutomatic());
        QVERIFY(document.value()->received() >= told.stored);
        QCOMPARE(check(*document.value()), QString());
        document.value()->discard();
    }
    QVERIFY(!QFile::exists(told.path));
    QCOMPARE(Document::recoverable(), QStringList());
}

void tst_Recovery::takesBackWhatWasHalfDone()
{
    const QTemporaryDir folder;
    const QTemporaryDir killed;
    const QString made = folder.filePath(QStringLiteral("a.wscapture"));
    {
        const auto document = Document::create(made);
        QVERIFY(document.ok());
        test::record(*document.value(), 0, 4'000, 1'000);
    }
    QVERIFY(putCutOff(made, killed.path()));
    const QString path = killed.filePath(QStringLiteral("a.wscapture"));
    // Who only reads is not shown what is neither old nor new ...
    const auto torn = openForReading(path);
    QVERIFY(!torn.ok());
    QCOMPARE(torn.error().kind, ErrorKind::Permission);
    QVERIFY2(torn.error().remedy.contains(QStringLiteral("-journal")), qPrintable(torn.error().remedy));
    // ... repairing takes it back in a copy ...
    const auto repaired = repairCapture(path, folder.filePath(QStringLiteral("repaired")));
    QVERIFY(repaired.ok());
    QVERIFY2(repaired->isWhole(), qPrintable(repaired->words().join(u' ')));
    QCOMPARE(repaired->saved, quint64{4'000});
    QVERIFY(QFile::exists(path + QStringLiteral("-journal")));
    // ... and opening where it lies.
    const auto document = Document::open(path);
    QVERIFY2(document.ok(), document.ok() ? "" : qPrintable(document.error().message));
    QVERIFY(document.value()->damage().isEmpty());
    QCOMPARE(document.value()->received(), quint64{4'000});
    QCOMPARE(test::check(*document.value(), 4'000, 1'000), QString());
    QVERIFY(!QFile::exists(path + QStringLiteral("-journal")));
}

void tst_Recovery::takesBackWhatWasHalfDoneInAnArchive()
{
    const QTemporaryDir folder;
    const QTemporaryDir killed;
    const QString made = folder.filePath(QStringLiteral("a.wscapture"));
    QStringList archives;
    {
        const auto document = Document::create(made);
        QVERIFY(document.ok());
        document.value()->setSizeLimit(2'000'000);
        test::record(*document.value(), 0, 8'000, 1'000);
        QVERIFY(document.value()->stopRecording().ok());
        archives = document.value()->archives();
        QVERIFY(!archives.isEmpty());
    }
    for (const QString &archive : std::as_const(archives))
        QVERIFY(putCutOff(archive, killed.path()));
    const QString path = killed.filePath(QStringLiteral("a.wscapture"));
    QVERIFY(QFile::copy(made, path));
    const auto document = Document::open(path);
    QVERIFY(document.ok());
    QVERIFY2(document.value()->damage().isEmpty(), qPrintable(document.value()->damage().value(0).message));
    QCOMPARE(test::check(*document.value(), 8'000, 1'000), QString());
    QVERIFY(document.value()->compact().ok());  // closes what reads
    // A copy of it takes over what is sound.
    for (const QString &archive : std::as_const(archives))
        QVERIFY(putCutOff(archive, killed.path()));
    const QString saved = folder.filePath(QStringLiteral("saved.wscapture"));
    QVERIFY(document.value()->saveAs(saved).ok());
    const auto copy = Document::open(saved);
    QVERIFY(copy.ok());
    QVERIFY(copy.value()->damage().isEmpty());
    QCOMPARE(test::check(*copy.value(), 8'000, 1'000), QString());
}

void tst_Recovery::readWhileAnotherProgramRecords()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    QProcess process;
    process.start(program(), {path});
    Told told;
    QVERIFY(waitUntilStored(process, told, 5'000));
    {
        const auto document = Document::open(path);
        QVERIFY2(document.ok(), document.ok() ? "" : qPrintable(document.error().message));
        QVERIFY(document.value()->received() >= 5'000);
        QCOMPARE(check(*document.value()), QString());
    }
    const quint64 before = told.stored;
    QVERIFY(waitUntilStored(process, told, before + 5'000));   // reading has not stopped it
    process.kill();
    QVERIFY(process.waitForFinished());
    takeLines(process, told);
    const auto document = Document::open(path);
    QVERIFY(document.ok());
    QVERIFY(document.value()->received() >= told.stored);
}

QTEST_GUILESS_MAIN(tst_Recovery)
#include "tst_recovery.moc"
