#include "capture/faultyvfs.h"
#include "capture/samples.h"
#include "support/testmain.h"

#include "base/limits.h"

#include <QCoreApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

#ifdef Q_OS_LINUX
#include <sched.h>
#include <sys/mount.h>
#endif

using namespace wsw;
using namespace wsw::capture;
using test::Fault;

/// Disks that fail: whatever write goes wrong first, nothing that was stored is lost, nothing that came later either.
class tst_Faults final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void cleanup() { test::disarmFault(); }
    void everyWriteCanFail_data();
    void everyWriteCanFail();
    void makingADocumentCanFail();
    void savingACopyCanFail();
    void saveElsewhereWhenTheDiskIsFull();
    void fullDisk();
    void stopTellsWhatIsNotStored();

private:
    [[nodiscard]] static bool recordRound(Document &document, quint64 &number);
    static QString check(const Document &document, quint64 count);
};

namespace {

constexpr int rounds = 5;
constexpr quint64 perRound = 400;

/// A document and all that belongs to it as it would be found if the program were killed now.
QString copyAsIfKilled(const QString &path, const QString &folder)
{
    const QString copy = folder + QStringLiteral("/killed.wscapture");
    for (const char *suffix : {"", "-wal"}) {
        QFile::remove(copy + QLatin1String(suffix));
        QFile::copy(path + QLatin1String(suffix), copy + QLatin1String(suffix));
    }
    return copy;
}

} // namespace

bool tst_Faults::recordRound(Document &document, quint64 &number)
{
    for (quint64 i = 0; i < perRound; ++i, ++number)
        (void)document.recorder().record(test::sample(number).view());
    document.putTcpSample({ConnectionId(1), static_cast<qint64>(number), 1, 1, 1});
    return document.flush().ok();
}

QString tst_Faults::check(const Document &document, quint64 count)
{
    QString wrong;
    quint64 next = 0;
    const auto scanned = document.scan(RecordId(1), RecordId(count), [&](const RecordView &view) {
        wrong = test::difference(view.header, view.payload, test::sample(next));
        ++next;
        return wrong.isEmpty();
    });
    if (!scanned)
        return scanned.error().message;
    return wrong.isEmpty() && next != count ? QStringLiteral("%1 of %2").arg(next).arg(count) : wrong;
}

void tst_Faults::everyWriteCanFail_data()
{
    QTest::addColumn<int>("fault");
    QTest::newRow("disk full") << static_cast<int>(Fault::DiskFull);
    QTest::newRow("broken disk") << static_cast<int>(Fault::Io);
}

void tst_Faults::everyWriteCanFail()
{
    QFETCH(int, fault);
    const QTemporaryDir folder;
    int nth = 1;
    for (bool failedOnce = true; failedOnce; ++nth) {
        const QString path = folder.filePath(QStringLiteral("%1.wscapture").arg(nth));
        const auto made = Document::create(path);
        QVERIFY(made.ok());
        Document &document = *made.value();
        std::atomic<int> failures{0};
        std::atomic<int> resumptions{0};
        std::atomic<ErrorKind> told{ErrorKind::Usage};
        connect(&document, &Document::recordingFailed, &document, [&](const Error &error) {
            told.store(error.kind);
            ++failures;
        }, Qt::DirectConnection);
        connect(&document, &Document::recordingResumed, &document, [&] { ++resumptions; }, Qt::DirectConnection);

        test::armFault(nth, static_cast<Fault>(fault));
        quint64 number = 0;
        failedOnce = false;
        for (int round = 0; round < rounds; ++round) {
            if (recordRound(document, number))
                continue;
            failedOnce = true;
            QVERIFY(test::faultReached());
            QCOMPARE(failures.load(), 1);
            QCOMPARE(told.load(), fault == static_cast<int>(Fault::DiskFull) ? ErrorKind::DiskFull : ErrorKind::Io);
            // Held while it lasts, readable all the same, and what counts as stored would survive a kill.
            QVERIFY(document.stored() < document.received());
            QCOMPARE(document.recorder().record(test::sample(number++).view()), wire::TrafficSink::Pressure::Hold);
            QCOMPARE(check(document, number), QString());
            const quint64 stored = document.stored();
            const auto killed = Document::open(copyAsIfKilled(path, folder.path()));
            QVERIFY2(killed.ok(), killed.ok() ? "" : qPrintable(killed.error().message));
            QVERIFY(killed.value()->received() >= stored);
            QCOMPARE(check(*killed.value(), killed.value()->received()), QString());

            document.retry();       // it still fails, and that is not told again
            QVERIFY(!document.flush().ok());
            QCOMPARE(failures.load(), 1);
            test::disarmFault();
            document.retry();
            QTRY_COMPARE(resumptions.load(), 1);
            QCOMPARE(document.stored(), number);
        }
        test::disarmFault();
        QVERIFY(document.flush().ok());
        QCOMPARE(document.stored(), number);
        QVERIFY(document.stopRecording().ok());
        const auto reopened = Document::open(path);
        QVERIFY(reopened.ok());
        QCOMPARE(reopened.value()->received(), number);
        QCOMPARE(check(*reopened.value(), number), QString());
        QCOMPARE(reopened.value()->tcpSamples(ConnectionId(1)).size(), rounds);
    }
    QVERIFY2(nth > 20, "the rounds were meant to write more than that");
}

void tst_Faults::makingADocumentCanFail()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    int nth = 1;
    for (;; ++nth) {
        test::armFault(nth, Fault::DiskFull);
        const auto made = Document::create(path);
        test::disarmFault();
        if (made.ok())
            break;
        QCOMPARE(made.error().kind, ErrorKind::DiskFull);
        QVERIFY(!made.error().remedy.isEmpty());
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList());
    }
    QVERIFY(nth > 3);
}

void tst_Faults::savingACopyCanFail()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    const QString saved = folder.filePath(QStringLiteral("b.wscapture"));
    const auto made = Document::create(path);
    QVERIFY(made.ok());
    quint64 number = 0;
    QVERIFY(recordRound(*made.value(), number));
    int nth = 1;
    for (;; ++nth) {
        test::armFault(nth, Fault::DiskFull);
        const auto result = made.value()->saveAs(saved);
        test::disarmFault();
        made.value()->retry();
        QVERIFY(made.value()->flush().ok());
        QCOMPARE(made.value()->stored(), number);
        if (result.ok())
            break;
        QCOMPARE(result.error().kind, ErrorKind::DiskFull);
        QCOMPARE(made.value()->path(), path);
        QVERIFY(!QFile::exists(saved));
    }
    QVERIFY(nth > 3);
    QCOMPARE(made.value()->path(), saved);
    QVERIFY(recordRound(*made.value(), number));
    QCOMPARE(check(*made.value(), number), QString());
}

void tst_Faults::fullDisk()
{
#ifdef Q_OS_LINUX
    // A small disk of our own, seen by this process alone and gone with it.
    const QTemporaryDir folder;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
        || mount("tmpfs", qPrintable(folder.path()), "tmpfs", 0, "size=4m") != 0)
        QSKIP("only root can mount a small disk; everyWriteCanFail() shows the same with a layer below SQLite");
    const auto unmount = qScopeGuard([&] { umount2(qPrintable(folder.path()), MNT_DETACH); });
    const QString ballast = folder.filePath(QStringLiteral("ballast"));
    QFile file(ballast);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(QByteArray(2 * 1024 * 1024, 'x')), 2 * 1024 * 1024);
    file.close();

    const QString path = folder.filePath(QStringLiteral("a.wscapture"));
    const auto made = Document::create(path);
    QVERIFY(made.ok());
    Document &document = *made.value();
    std::atomic<bool> failed{false};
    connect(&document, &Document::recordingFailed, &document, [&](const Error &error) {
        failed.store(error.kind == ErrorKind::DiskFull && !error.remedy.isEmpty());
    }, Qt::DirectConnection);
    quint64 number = 0;
    while (recordRound(document, number))
        QVERIFY(number < 1'000'000);
    QVERIFY(failed.load());
    QCOMPARE(check(document, number), QString());
    QVERIFY(document.stored() > 0);

    QVERIFY(QFile::remove(ballast));
    document.retry();
    QTRY_COMPARE(document.stored(), number);
    QCOMPARE(check(document, number), QString());
#else
    QSKIP("Linux only; everyWriteCanFail() shows the same with a layer below SQLite");
#endif
}

void tst_Faults::saveElsewhereWhenTheDiskIsFull()
{
    const QTemporaryDir folder;
    const auto made = Document::create(folder.filePath(QStringLiteral("a.wscapture")));
    QVERIFY(made.ok());
    Document &document = *made.value();
    quint64 number = 0;
    QVERIFY(recordRound(document, number));
    test::armFault(1, Fault::DiskFull);
    QVERIFY(!recordRound(document, number));
    test::disarmFault();    // the other disk has room
    const QString saved = folder.filePath(QStringLiteral("b.wscapture"));
    QVERIFY(document.saveAs(saved).ok());
    QTRY_COMPARE(document.stored(), number);
    QVERIFY(document.stopRecording().ok());
    const auto reopened = Document::open(saved);
    QVERIFY(reopened.ok());
    QCOMPARE(check(*reopened.value(), number), QString());
}

void tst_Faults::stopTellsWhatIsNotStored()
{
    const QTemporaryDir folder;
    const auto made = Document::create(folder.filePath(QStringLiteral("a.wscapture")));
    QVERIFY(made.ok());
    quint64 number = 0;
    test::armFault(1, Fault::Io);
    QVERIFY(!recordRound(*made.value(), number));
    const auto stopped = made.value()->stopRecording();
    QVERIFY(!stopped.ok());
    QVERIFY(made.value()->isRecording());   // so that it can be tried again
    test::disarmFault();
    QVERIFY(made.value()->stopRecording().ok());
    QVERIFY(!made.value()->isRecording());
    QCOMPARE(made.value()->stored(), number);
}

int main(int argc, char *argv[])
{
    test::installFaultyVfs();
    QCoreApplication application(argc, argv);
    tst_Faults tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_faults.moc"
