#include "capture/archives.h"
#include "capture/compaction.h"
#include "capture/directory.h"
#include "capture/repair.h"
#include "capture/samples.h"
#include "capture/schema.h"
#include "support/testmain.h"

#include <QDir>
#include <QFileInfo>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// What a capture says of its archives: it leads to files beside it that belong to it, and nowhere else.
class tst_Archives final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void writtenAndRead();
    void nonsenseIsLeftOut_data();
    void nonsenseIsLeftOut();
    void names();
    void gapsAreFilled();
    void itIsNotItsOwnArchive();
    void missingArchiveKeepsItsName();
    void compactingElsewhereTakesArchivesAlong();
    void compactingDoesNotWaitForAMissingArchive();
    void repairingKnowsOfArchives_data();
    void repairingKnowsOfArchives();

private:
    [[nodiscard]] QString place(const char *name) const { return m_folder->filePath(QLatin1String(name)); }
    /// A stopped capture of 6000 records with archives; these, oldest first.
    [[nodiscard]] QStringList makeWithArchives() const;
    static Result<Database> make(const QString &path, const ClockAnchor &clock);
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

constexpr qint64 limit = 1024 * 1024;
constexpr qsizetype payload = 500;

} // namespace

void tst_Archives::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
}

Result<Database> tst_Archives::make(const QString &path, const ClockAnchor &clock)
{
    auto database = Database::open(path, Database::Mode::Create);
    if (database) {
        if (auto made = createSchema(database.value(), {clock, false}); !made)
            return made.error();
    }
    return database;
}

void tst_Archives::writtenAndRead()
{
    auto database = make(place("a.wscapture"), {});
    QVERIFY(database.ok());
    QVERIFY(readArchives(database.value()).isEmpty());
    QVERIFY(writeArchives(database.value(), {{QStringLiteral("a.archive-1.wscapture"), 1, 100, 0}, {QStringLiteral("\u00fc 2.wscapture"), 101, 100, 250}}).ok());
    const QList<Archive> read = readArchives(database.value());
    QCOMPARE(read.size(), 2);
    QCOMPARE(read[0].last, quint64{100});
    QCOMPARE(read[1].file, QStringLiteral("\u00fc 2.wscapture"));
    QCOMPARE(read[1].first, quint64{101});
    QCOMPARE(read[1].moving, quint64{250});
    QVERIFY(interruptedArchiving(read[1], place("a.wscapture")).contains(QStringLiteral("Frames 101 to 250")));
}

void tst_Archives::nonsenseIsLeftOut_data()
{
    QTest::addColumn<QByteArray>("json");
    for (const char *json : {"", "{}", "[1]", "[{}]", "{\"file\":\"b.wscapture\",\"first\":1,\"last\":2}"})
        QTest::newRow(json) << QByteArray(json);
    for (const char *file : {"/etc/passwd", "../b.wscapture", "x/b.wscapture", "x\\\\b.wscapture", ".wscapture", "b", "b.wscapture/", "C:b.wscapture", ""})
        QTest::newRow(file) << QByteArray("[{\"file\":\"") + file + "\",\"first\":1,\"last\":2,\"moving\":0}]";
    for (const char *numbers : {"\"first\":0,\"last\":2", "\"first\":-1,\"last\":2", "\"first\":5,\"last\":3", "\"first\":1,\"last\":9000000000000000000",
                                "\"first\":1,\"last\":1e300", "\"first\":\"1\",\"last\":2"})
        QTest::newRow(numbers) << QByteArray("[{\"file\":\"b.wscapture\",") + numbers + ",\"moving\":0}]";
}

void tst_Archives::nonsenseIsLeftOut()
{
    QFETCH(QByteArray, json);
    auto database = make(place("a.wscapture"), {});
    QVERIFY(database.ok());
    auto put = Statement::prepare(database.value(), "INSERT INTO meta VALUES('archives', ?)");
    QVERIFY(put.ok() && put->bind(1, QString::fromUtf8(json)).run());
    QVERIFY(readArchives(database.value()).isEmpty());
}

void tst_Archives::names()
{
    const QString path = place("talk.wscapture");
    QCOMPARE(freeArchivePath(path, {}), place("talk.archive-1.wscapture"));
    QCOMPARE(freeArchivePath(path, {{QStringLiteral("talk.archive-1.wscapture"), 1, 2, 0}}), place("talk.archive-2.wscapture"));
    for (const char *name : {"talk.archive-1.wscapture", "talk.archive-2.wscapture"}) {
        QFile file(place(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    QCOMPARE(freeArchivePath(path, {}), place("talk.archive-3.wscapture"));
    QCOMPARE(freeArchivePath(place("x"), {}), place("x.archive-1.wscapture"));
    QVERIFY(!isArchiveOfAnother(place("talk.archive-1.wscapture")));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(isArchiveOfAnother(place("talk.archive-1.wscapture")));
    QVERIFY(!isArchiveOfAnother(path));
}

void tst_Archives::gapsAreFilled()
{
    const ClockAnchor clock{5, 6};
    const QList<Archive> archives{{QStringLiteral("b.wscapture"), 1, 100, 0}, {QStringLiteral("c.wscapture"), 101, 150, 0}};
    auto database = make(place("a.wscapture"), clock);
    QVERIFY(database.ok());
    QVERIFY(writeArchives(database.value(), archives).ok());
    QVERIFY(database->exec("INSERT INTO block VALUES(151, 10, 7, 8, 0, 800)").ok());
    Directory directory = readDirectory(database.value());
    QVERIFY(directory.damage.isEmpty());    // it is known where they are
    QCOMPARE(directory.rows.size(), size_t{3});
    QCOMPARE(directory.rows[0].archive, quint16{1});
    QCOMPARE(directory.rows[1].archive, quint16{2});
    QVERIFY(directory.rows[1].lost);

    // Only the second is there, and lacks some; then a stranger takes the place of the first.
    {
        auto archive = make(place("c.wscapture"), clock);
        QVERIFY(archive.ok());
        QVERIFY(archive->exec("INSERT INTO block VALUES(111, 40, 7, 8, 0, 4000)").ok());
    }
    for (const bool stranger : {false, true}) {
        if (stranger) {
            auto archive = make(place("b.wscapture"), ClockAnchor{5, 7});
            QVERIFY(archive.ok() && archive->exec("INSERT INTO block VALUES(1, 100, 7, 8, 0, 8000)").ok());
        }
        std::vector<DirectoryEntry> rows = directory.rows;
        const QList<Error> missing = fillFromArchives(rows, archives, place("a.wscapture"), clock);
        QCOMPARE(missing.size(), 2);
        QVERIFY2(missing[0].message.contains(QStringLiteral("Frames 1 to 100")) && missing[0].message.contains(QStringLiteral("b.wscapture")),
                 qPrintable(missing[0].message));
        QVERIFY(missing[1].message.contains(QStringLiteral("Frames 101 to 110")));
        QCOMPARE(rows.size(), size_t{4});
        QVERIFY(rows[0].lost && rows[1].lost && !rows[2].lost);
        QCOMPARE(rows[2].first, quint64{111});
        QCOMPARE(rows[2].archive, quint16{2});
        QCOMPARE(rows[3].archive, quint16{0});
    }
}

void tst_Archives::itIsNotItsOwnArchive()
{
    const ClockAnchor clock{5, 6};
    const QList<Archive> archives{{QStringLiteral("a.wscapture"), 1, 100'000, 0}};
    auto database = make(place("a.wscapture"), clock);
    QVERIFY(database.ok());
    QVERIFY(writeArchives(database.value(), archives).ok());
    QVERIFY(database->exec("WITH RECURSIVE r(n) AS (SELECT 5 UNION ALL SELECT n + 10 FROM r WHERE n < 90000) INSERT INTO block SELECT n, 1, 7, 8, 0, 100 FROM r").ok());
    Directory directory = readDirectory(database.value());
    QVERIFY(directory.damage.isEmpty());
    const size_t before = directory.rows.size();
    const QList<Error> missing = fillFromArchives(directory.rows, archives, place("a.wscapture"), clock);
    QVERIFY(!missing.isEmpty());
    // Told, but not gap by gap without end.
    QVERIFY2(missing.size() < 1'000, qPrintable(QString::number(missing.size())));
    QCOMPARE(directory.rows.size(), before);
    QVERIFY(directory.rows[0].lost && !directory.rows[1].lost);
}

QStringList tst_Archives::makeWithArchives() const
{
    const auto made = Document::create(place("a.wscapture"));
    if (!made)
        return {};
    made.value()->setSizeLimit(limit);
    for (quint64 number = 0; number < 6'000; number += 1'000)
        test::record(*made.value(), number, number + 1'000, payload);
    return made.value()->stopRecording() ? made.value()->archives() : QStringList();
}

void tst_Archives::missingArchiveKeepsItsName()
{
    const QStringList archives = makeWithArchives();
    QVERIFY(archives.size() > 1);
    const QTemporaryDir elsewhere;
    const QString away = elsewhere.filePath(QStringLiteral("away"));
    QVERIFY(QFile::rename(archives.first(), away));
    const QString saved = elsewhere.filePath(QStringLiteral("a.wscapture"));
    {
        const auto opened = Document::open(place("a.wscapture"));
        QVERIFY(opened.ok());
        QVERIFY(opened.value()->saveAs(saved).ok());
        QCOMPARE(QSet<QString>(opened.value()->archives().cbegin(), opened.value()->archives().cend()).size(), archives.size());
    }
    // When it comes back under the name by which it is called, it is in nobody's way.
    QVERIFY(QFile::rename(away, elsewhere.filePath(QFileInfo(archives.first()).fileName())));
    const auto opened = Document::open(saved);
    QVERIFY(opened.ok());
    QVERIFY2(opened.value()->damage().isEmpty(), qPrintable(opened.value()->damage().value(0).message));
    QCOMPARE(test::check(*opened.value(), 6'000, payload), QString());
}

void tst_Archives::compactingElsewhereTakesArchivesAlong()
{
    const QStringList archives = makeWithArchives();
    QVERIFY(archives.size() > 1);
    const QTemporaryDir elsewhere;
    const QString to = elsewhere.filePath(QStringLiteral("b.wscapture"));
    const auto report = compactCapture(place("a.wscapture"), to);
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QCOMPARE(report->records + report->archived, quint64{6'000});
    QCOMPARE(report->archives.size(), archives.size());
    QVERIFY(report->missing.isEmpty());
    QVERIFY2(report->words().join(u' ').contains(report->archives.first()), qPrintable(report->words().join(u' ')));
    {
        const auto opened = Document::open(to);
        QVERIFY(opened.ok());
        QVERIFY2(opened.value()->damage().isEmpty(), qPrintable(opened.value()->damage().value(0).message));
        QCOMPARE(test::check(*opened.value(), 6'000, payload), QString());
    }
    // What cannot be taken along is told; in place nothing is taken anywhere.
    QVERIFY(QFile::remove(archives.first()));
    const auto without = compactCapture(place("a.wscapture"), elsewhere.filePath(QStringLiteral("c.wscapture")));
    QVERIFY(without.ok());
    QCOMPARE(without->missing, QStringList{QFileInfo(archives.first()).fileName()});
    QVERIFY(without->words().join(u' ').contains(without->missing.first()));
    const auto inPlace = compactCapture(place("a.wscapture"), place("a.wscapture"));
    QVERIFY(inPlace.ok());
    QVERIFY(inPlace->archives.isEmpty());
    QVERIFY(inPlace->words().join(u' ').contains(QStringLiteral("keep them beside it")));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), archives.size());
}

void tst_Archives::compactingDoesNotWaitForAMissingArchive()
{
    const QStringList archives = makeWithArchives();
    QVERIFY(!archives.isEmpty());
    QVERIFY(QFile::remove(archives.first()));
    const auto opened = Document::open(place("a.wscapture"));
    QVERIFY(opened.ok());
    quint64 seen = 0;
    const auto report = opened.value()->compact([&](quint64, quint64) {
        if (seen == 0) {
            (void)opened.value()->scan(RecordId(1), RecordId(6'000), [&seen](const RecordView &) {
                ++seen;
                return true;
            }).ok();
        }
        return true;
    });
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QCOMPARE(seen, quint64{6'000});
}

void tst_Archives::repairingKnowsOfArchives_data()
{
    QTest::addColumn<bool>("headIsGone");
    QTest::newRow("no list of blocks") << false;
    QTest::newRow("nothing leads to a table") << true;
}

void tst_Archives::repairingKnowsOfArchives()
{
    QFETCH(bool, headIsGone);
    const QStringList archives = makeWithArchives();
    QVERIFY(!archives.isEmpty());
    if (headIsGone) {
        QFile file(place("a.wscapture"));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.write(QByteArray(4'000, '\xee')) == 4'000);
    } else {
        QVERIFY(Database::open(place("a.wscapture"), Database::Mode::Write)->exec("PRAGMA secure_delete = OFF; DROP TABLE block").ok());
    }
    const QString repaired = m_folder->filePath(QStringLiteral("b.wscapture"));
    const auto saved = repairCapture(place("a.wscapture"), repaired);
    QVERIFY(saved.ok());
    QVERIFY2(saved->lost.isEmpty(), qPrintable(saved->words().join(u' ')));
    QCOMPARE(saved->saved + saved->archived, quint64{6'000});
    const auto opened = Document::open(repaired);
    QVERIFY(opened.ok());
    QCOMPARE(opened.value()->archives(), archives);
    QVERIFY2(opened.value()->damage().isEmpty(), qPrintable(opened.value()->damage().value(0).message));
    QCOMPARE(test::check(*opened.value(), 6'000, payload), QString());
}

QTEST_GUILESS_MAIN(tst_Archives)
#include "tst_archives.moc"
