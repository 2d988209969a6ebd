#include "capture/archiver.h"
#include "capture/faultyvfs.h"
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

#include <atomic>
#include <filesystem>
#include <thread>

using namespace wsw;
using namespace wsw::capture;

/// A capture with a limit of size: its oldest records are in archives, all of them can be read, and none is in two places.
class tst_Archiver final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { test::disarmFault(); }
    void limitIsKept();
    void readWhileItMoves();
    void largePayloadsGoAlong();
    void missingArchiveIsTold();
    void savingTakesArchivesAlong();
    void discardingTakesArchivesAlong();
    void compactingLeavesArchives();
    void everyWriteCanFail();
    void noLimitNoArchive();
    void whatHasFailedIsTriedOnceMore();
    void stoppingDoesNotWriteAllAnew();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    [[nodiscard]] QStringList files() const { return QDir(m_folder->path()).entryList({QStringLiteral("*.wscapture")}, QDir::Files, QDir::Name); }
    /// Records samples up to @p to - 1 and stores them.
    static void recordTo(Document &document, quint64 from, quint64 to);
    /// Where each record of 1 to @p count lies in @p paths: empty where it is in exactly one of them.
    static QString places(const QStringList &paths, quint64 count);
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

constexpr qint64 limit = 1024 * 1024;
constexpr qsizetype payload = 500;

} // namespace

void tst_Archiver::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
}

void tst_Archiver::recordTo(Document &document, quint64 from, quint64 to)
{
    test::record(document, from, to, payload);
    QVERIFY(document.flush().ok());
}

QString tst_Archiver::places(const QStringList &paths, quint64 count)
{
    std::vector<int> seen(count + 1);
    for (const QString &path : paths) {
        auto database = Database::open(path, Database::Mode::Read);
        if (!database)
            return database.error().message;
        auto rows = Statement::prepare(database.value(), "SELECT first, count FROM block JOIN block_data USING(first)");
        if (!rows)
            return rows.error().message;
        while (rows->step() == Statement::Step::Row) {
            for (qint64 i = 0; i < rows->number(1); ++i)
                ++seen.at(static_cast<size_t>(rows->number(0) + i));
        }
        if (*database->number("SELECT count(*) FROM block") != *database->number("SELECT count(*) FROM block_data"))
            return QStringLiteral("the tables of \"%1\" differ").arg(path);
    }
    for (quint64 number = 1; number <= count; ++number) {
        if (seen[number] != 1)
            return QStringLiteral("record %1 is in %2 places").arg(number).arg(seen[number]);
    }
    return {};
}

void tst_Archiver::limitIsKept()
{
    constexpr quint64 count = 30'000;   // some 17 MB
    QStringList archives;
    {
        const auto made = Document::create(place());
        QVERIFY(made.ok());
        Document &document = *made.value();
        document.setSizeLimit(3 * limit);
        QCOMPARE(document.sizeLimit(), 3 * limit);
        ConnectionInfo info;
        for (quint32 id = 1; id < 40; ++id) {
            info.id = document.newConnectionId();
            info.name = QStringLiteral("client %1").arg(id);
            document.putConnection(info);
        }
        quint64 told = 0;
        std::atomic<quint64> last{0};
        connect(&document, &Document::archived, &document, [&](const QString &archive, quint64 first, quint64 to) {
            QCOMPARE(first, told + 1);
            QVERIFY(QFile::exists(archive));
            told = to;
            last.store(to);
        }, Qt::DirectConnection);
        for (quint64 number = 0; number < count; number += 1'000)
            recordTo(document, number, number + 1'000);
        QVERIFY(document.stopRecording().ok());
        QVERIFY(last.load() > count / 2);
        archives = document.archives();
        QVERIFY2(archives.size() >= 3, qPrintable(QString::number(archives.size())));
        QCOMPARE(test::check(document, count, payload), QString());
        QVERIFY(document.damage().isEmpty());
    }
    QCOMPARE(files().size(), archives.size() + 1);
    QCOMPARE(places(archives + QStringList{place()}, count), QString());
    const auto reopened = Document::open(place());
    QVERIFY(reopened.ok());
    QVERIFY2(reopened.value()->damage().isEmpty(), qPrintable(reopened.value()->damage().value(0).message));
    QCOMPARE(reopened.value()->received(), count);
    QCOMPARE(reopened.value()->archives(), archives);
    QCOMPARE(reopened.value()->remarks().size(), archives.size());
    QVERIFY(reopened.value()->remarks().first().contains(QStringLiteral("Frames 1 to ")));
    QCOMPARE(test::check(*reopened.value(), count, payload), QString());
    QTRY_VERIFY(reopened.value()->peek(RecordId(1)).has_value());
    QCOMPARE(reopened.value()->connections().size(), 39);
    // Each archive is a capture of its own.
    for (const QString &archive : archives) {
        const auto alone = Document::open(archive);
        QVERIFY(alone.ok());
        QVERIFY(alone.value()->damage().isEmpty());
        QCOMPARE(test::check(*alone.value(), alone.value()->received(), payload), QString());
        QProcess sqlite;
        sqlite.start(QStringLiteral("sqlite3"), {archive, QStringLiteral("PRAGMA integrity_check")});
        if (sqlite.waitForStarted()) {
            QVERIFY(sqlite.waitForFinished());
            QCOMPARE(sqlite.readAllStandardOutput(), QByteArray("ok\n"));
        }
    }
    // Pages that have become free are used again.
    auto database = Database::open(place(), Database::Mode::Read);
    QVERIFY(database.ok());
    const qint64 used = (*database->number("PRAGMA page_count") - *database->number("PRAGMA freelist_count")) * *database->number("PRAGMA page_size");
    QVERIFY2(used <= 3 * limit, qPrintable(QString::number(used)));
}

void tst_Archiver::readWhileItMoves()
{
    const auto made = Document::create(place());
    QVERIFY(made.ok());
    Document &document = *made.value();
    recordTo(document, 0, 12'000);
    std::atomic<bool> ended{false};
    QString wrong;
    std::thread reader([&] {
        while (!ended.load() && wrong.isEmpty()) {
            wrong = test::check(document, 12'000, payload);
            for (quint64 id = 1; id < 12'000 && wrong.isEmpty(); id += 997) {
                if (const auto record = document.read(RecordId(id)); !record)
                    wrong = record.error().message;
            }
        }
    });
    const auto join = qScopeGuard([&] {
        ended.store(true);
        if (reader.joinable())
            reader.join();
    });
    for (const qint64 bytes : {6 * limit, 4 * limit, 5 * limit / 2, 3 * limit / 2}) {
        std::atomic<bool> moved{false};
        const auto connection = connect(&document, &Document::archived, &document, [&] { moved.store(true); }, Qt::DirectConnection);
        document.setSizeLimit(bytes);
        QTRY_VERIFY(moved.load());
        disconnect(connection);
    }
    QVERIFY(document.stopRecording().ok());
    ended.store(true);
    reader.join();
    QCOMPARE(wrong, QString());
    QVERIFY(document.damage().isEmpty());
}

void tst_Archiver::largePayloadsGoAlong()
{
    constexpr qsizetype large = 1'500'000;
    QStringList archives;
    {
        const auto made = Document::create(place());
        QVERIFY(made.ok());
        Document &document = *made.value();
        document.setSizeLimit(limit);
        for (quint64 number = 0; number < 12; ++number) {
            (void)document.recorder().record(test::sample(number, large, number % 2 == 0 ? test::Content::Inflated : test::Content::Noise).view());
            test::record(document, 100, 400, payload);
            QVERIFY(document.flush().ok());
        }
        QVERIFY(document.stopRecording().ok());
        archives = document.archives();
        QVERIFY(!archives.isEmpty());
    }
    const auto reopened = Document::open(place());
    QVERIFY(reopened.ok());
    for (quint64 number = 0; number < 12; ++number) {
        const RecordId id(number * 301 + 1);
        const auto sample = test::sample(number, large, number % 2 == 0 ? test::Content::Inflated : test::Content::Noise);
        const auto wire = reopened.value()->readPayload(id, 0, large);
        QVERIFY2(wire.ok() && *wire == sample.plain, qPrintable(QString::number(number)));
        const auto inflated = reopened.value()->readPayload(id, 0, 2 * large, PayloadForm::Inflated);
        QVERIFY2(inflated.ok() && *inflated == sample.inflated, qPrintable(QString::number(number)));
    }
    // And nothing of them has stayed behind.
    auto database = Database::open(place(), Database::Mode::Read);
    QVERIFY(database.ok());
    QVERIFY(*database->number("SELECT coalesce(sum(length(data)), 0) FROM payload_chunk") < 4 * large);
}

void tst_Archiver::missingArchiveIsTold()
{
    QStringList archives;
    {
        const auto made = Document::create(place());
        QVERIFY(made.ok());
        made.value()->setSizeLimit(limit);
        recordTo(*made.value(), 0, 6'000);
        QVERIFY(made.value()->stopRecording().ok());
        archives = made.value()->archives();
        QVERIFY(!archives.isEmpty());
    }
    QVERIFY(QFile::rename(archives.first(), archives.first() + QStringLiteral(".away")));
    {
        const auto opened = Document::open(place());
        QVERIFY(opened.ok());
        QCOMPARE(opened.value()->received(), quint64{6'000});
        QVERIFY(!opened.value()->damage().isEmpty());
        const QString told = opened.value()->damage().first().message;
        QVERIFY2(told.contains(QStringLiteral("Frames 1 to ")) && told.contains(QFileInfo(archives.first()).fileName()), qPrintable(told));
        const auto record = opened.value()->read(RecordId(1));
        QVERIFY(!record.ok());
        QVERIFY2(record.error().message.contains(QStringLiteral("archive")), qPrintable(record.error().message));
        QVERIFY(opened.value()->read(RecordId(6'000)).ok());
        QTRY_VERIFY(opened.value()->peek(RecordId(1)).has_value());
        QCOMPARE(opened.value()->peek(RecordId(1))->header.integrity, Integrity::Lost);
    }
    QVERIFY(QFile::rename(archives.first() + QStringLiteral(".away"), archives.first()));
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    QCOMPARE(test::check(*opened.value(), 6'000, payload), QString());
}

void tst_Archiver::savingTakesArchivesAlong()
{
    const QTemporaryDir elsewhere;
    const QString saved = elsewhere.filePath(QStringLiteral("saved.wscapture"));
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setApplicationName(QStringLiteral("tst_archiver"));
    QStringList before;
    {
        const auto made = Document::createAutomatic();
        QVERIFY(made.ok());
        Document &document = *made.value();
        document.setSizeLimit(limit);
        std::atomic<int> moved{0};
        connect(&document, &Document::archived, &document, [&] { ++moved; }, Qt::DirectConnection);
        recordTo(document, 0, 6'000);
        QTRY_VERIFY(moved.load() > 0);
        before = document.archives() + QStringList{document.path()};
        QFile taken(elsewhere.filePath(QStringLiteral("saved.archive-1.wscapture")));   // somebody else's
        QVERIFY(taken.open(QIODevice::WriteOnly) && taken.write("mine") == 4);
        taken.close();
        QVERIFY(document.saveAs(saved).ok());
        for (const QString &path : std::as_const(before))
            QVERIFY(!QFile::exists(path));
        QCOMPARE(test::check(document, 6'000, payload), QString());
        recordTo(document, 6'000, 12'000);
        QVERIFY(document.stopRecording().ok());
        QCOMPARE(test::check(document, 12'000, payload), QString());
        QCOMPARE(places(document.archives() + QStringList{saved}, 12'000), QString());
        QVERIFY(taken.open(QIODevice::ReadOnly));
        QCOMPARE(taken.readAll(), QByteArray("mine"));
    }
    const auto reopened = Document::open(saved);
    QVERIFY(reopened.ok());
    QVERIFY(reopened.value()->damage().isEmpty());
    QCOMPARE(test::check(*reopened.value(), 12'000, payload), QString());
}

void tst_Archiver::discardingTakesArchivesAlong()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setApplicationName(QStringLiteral("tst_archiver"));
    QStringList paths;
    {
        const auto made = Document::createAutomatic();
        QVERIFY(made.ok());
        made.value()->setSizeLimit(limit);
        recordTo(*made.value(), 0, 6'000);
        QVERIFY(made.value()->stopRecording().ok());
        paths = made.value()->archives() + QStringList{made.value()->path()};
        QVERIFY(paths.size() > 1);
    }
    // It is offered once, not once for each archive.
    const QStringList offered = Document::recoverable();
    QVERIFY(offered.contains(paths.last()));
    QVERIFY(!offered.contains(paths.first()));
    {
        const auto opened = Document::open(paths.last());
        QVERIFY(opened.ok());
        opened.value()->discard();
    }
    for (const QString &path : std::as_const(paths))
        QVERIFY(!QFile::exists(path));
}

void tst_Archiver::compactingLeavesArchives()
{
    const auto made = Document::create(place());
    QVERIFY(made.ok());
    Document &document = *made.value();
    document.setSizeLimit(limit);
    recordTo(document, 0, 6'000);
    QVERIFY(!document.compact().ok());  // while it is recorded
    QVERIFY(document.stopRecording().ok());
    QCOMPARE(test::check(document, 6'000, payload), QString());
    const auto report = document.compact();
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QVERIFY(report->records < 6'000);
    const QString repaired = m_folder->filePath(QStringLiteral("b.wscapture"));
    const auto saved = repairCapture(place(), repaired);
    QVERIFY(saved.ok());
    QVERIFY2(saved->isWhole(), qPrintable(saved->words().join(u' ')));
    QCOMPARE(saved->saved + saved->archived, quint64{6'000});
    QCOMPARE(test::check(*Document::open(repaired).value(), 6'000, payload), QString());
    QVERIFY(document.damage().isEmpty());
    QCOMPARE(test::check(document, 6'000, payload), QString());
    QCOMPARE(places(document.archives() + QStringList{place()}, 6'000), QString());
}

void tst_Archiver::everyWriteCanFail()
{
    int nth = 1;
    int failed = 0;
    for (bool reached = true; reached; nth += 1 + nth / 12) {
        init();
        const auto made = Document::create(place());
        QVERIFY(made.ok());
        Document &document = *made.value();
        recordTo(document, 0, 5'000);
        std::atomic<int> moved{0};
        std::atomic<int> told{0};
        connect(&document, &Document::archived, &document, [&] { ++moved; }, Qt::DirectConnection);
        connect(&document, &Document::archivingFailed, &document, [&](const Error &error) { told += error.message.isEmpty() ? 100 : 1; }, Qt::DirectConnection);
        test::armFault(nth, nth % 2 == 0 ? test::Fault::DiskFull : test::Fault::Io);
        document.setSizeLimit(2 * limit);
        QTRY_VERIFY(moved.load() + told.load() > 0);
        reached = test::faultReached();
        failed += told.load() > 0 ? 1 : 0;
        // As if it were killed now.
        const QTemporaryDir killed;
        for (const QString &name : QDir(m_folder->path()).entryList(QDir::Files)) {
            if (!name.endsWith(QLatin1String("-shm")))
                QVERIFY(QFile::copy(m_folder->filePath(name), killed.filePath(name)));
        }
        test::disarmFault();
        const auto opened = Document::open(killed.filePath(QStringLiteral("a.wscapture")));
        QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
        QCOMPARE(opened.value()->received(), quint64{5'000});
        QCOMPARE(test::check(*opened.value(), 5'000, payload), QString());
        QVERIFY2(opened.value()->damage().isEmpty(), qPrintable(opened.value()->damage().value(0).message));

        // And it goes on when the disk does.
        QCOMPARE(test::check(document, 5'000, payload), QString());
        document.retry();
        recordTo(document, 5'000, 6'000);
        QVERIFY(document.stopRecording().ok());
        QCOMPARE(document.stored(), quint64{6'000});
        QCOMPARE(test::check(document, 6'000, payload), QString());
        QCOMPARE(places(document.archives() + QStringList{place()}, 6'000), QString());
    }
    QVERIFY2(failed > 10, qPrintable(QStringLiteral("%1 of %2").arg(failed).arg(nth)));
}

void tst_Archiver::noLimitNoArchive()
{
    const auto made = Document::create(place());
    QVERIFY(made.ok());
    QCOMPARE(made.value()->sizeLimit(), 0);
    recordTo(*made.value(), 0, 10'000);
    QVERIFY(made.value()->stopRecording().ok());
    QCOMPARE(files(), QStringList{QStringLiteral("a.wscapture")});
    // A limit that would make one archive after the other is not taken.
    const auto other = Document::create(m_folder->filePath(QStringLiteral("b.wscapture")));
    QVERIFY(other.ok());
    other.value()->setSizeLimit(1);
    QCOMPARE(other.value()->sizeLimit(), Archiver::leastLimit);
    other.value()->setSizeLimit(-5);
    QCOMPARE(other.value()->sizeLimit(), 0);
}

void tst_Archiver::whatHasFailedIsTriedOnceMore()
{
    const auto made = Document::create(place());
    QVERIFY(made.ok());
    Document &document = *made.value();
    recordTo(document, 0, 5'000);
    std::atomic<int> told{0};
    connect(&document, &Document::archivingFailed, &document, [&] { ++told; }, Qt::DirectConnection);
    test::armFault(1, test::Fault::DiskFull);
    document.setSizeLimit(2 * limit);
    QTRY_VERIFY(told.load() > 0);
    test::disarmFault();
    // Nothing more comes: it is for the last look to move what is over the limit.
    QVERIFY(document.stopRecording().ok());
    QVERIFY(!document.archives().isEmpty());
    QCOMPARE(test::check(document, 5'000, payload), QString());
}

void tst_Archiver::stoppingDoesNotWriteAllAnew()
{
    const QString link = m_folder->filePath(QStringLiteral("same file"));
    const auto made = Document::create(place());
    QVERIFY(made.ok());
    recordTo(*made.value(), 0, 12'000);     // far above the limit at once
    made.value()->setSizeLimit(limit);
    std::filesystem::create_hard_link(place().toStdString(), link.toStdString());
    QVERIFY(made.value()->stopRecording().ok());
    QVERIFY(!made.value()->archives().isEmpty());
    QVERIFY(std::filesystem::equivalent(place().toStdString(), link.toStdString()));
    QCOMPARE(test::check(*made.value(), 12'000, payload), QString());
}

int main(int argc, char *argv[])
{
    test::installFaultyVfs();
    QCoreApplication application(argc, argv);
    tst_Archiver tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_archiver.moc"
