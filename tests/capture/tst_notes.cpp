#include "capture/samples.h"
#include "support/testmain.h"

#include "capture/database.h"
#include "capture/filter.h"
#include "capture/filterindex.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Marks and notes: kept with what is recorded, in files that were opened and in those of before, and found by filters.
class tst_Notes final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keptWithWhatIsRecorded();
    void keptInAFileThatWasOpened();
    void aFileFromBeforeGetsItsTable();
    void whereNothingCanBeWrittenTheyWaitForSaveAs();
    void goAlongWithSaveAs_data();
    void goAlongWithSaveAs();
    void filters_data();
    void filters();
    void filtersSayWhetherTheyReadNotes();

private:
    static constexpr quint64 records = 3'000;
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    [[nodiscard]] std::unique_ptr<Document> make() const;
    [[nodiscard]] static std::unique_ptr<Document> open(const QString &path);
    /// As anyone can read them with SQLite.
    [[nodiscard]] static QString inFile(const QString &path);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_Notes::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
}

std::unique_ptr<Document> tst_Notes::make() const
{
    auto document = Document::create(place());
    if (!document)
        return nullptr;
    test::record(**document, 0, records);
    return std::move(document).value();
}

std::unique_ptr<Document> tst_Notes::open(const QString &path)
{
    auto document = Document::open(path);
    return document ? std::move(document).value() : nullptr;
}

QString tst_Notes::inFile(const QString &path)
{
    auto database = Database::open(path, Database::Mode::Read);
    auto rows = Statement::prepare(database.value(), "SELECT record, text FROM note ORDER BY record");
    if (!rows)
        return QStringLiteral("no table");
    QStringList all;
    while (rows->step() == Statement::Step::Row)
        all.append(QString::number(rows->number(0)) + u'=' + rows->text(1));
    return all.join(u' ');
}

void tst_Notes::keptWithWhatIsRecorded()
{
    auto document = make();
    QVERIFY(document);
    QSignalSpy changed(document.get(), &Document::notesChanged);
    document->setNote(RecordId(7), QByteArray("schön"));
    document->setNote(RecordId(2), QByteArray(""));
    document->setNote(RecordId(9), QByteArray("wrong"));
    document->setNote(RecordId(9), std::nullopt);
    QCOMPARE(changed.size(), 4);
    QCOMPARE(document->notes()->size(), size_t{2});
    QCOMPARE(*document->peek(RecordId(7))->note, QByteArray("schön"));
    QVERIFY(document->peek(RecordId(2))->note && !document->peek(RecordId(9))->note);
    document.reset();
    QCOMPARE(inFile(place()), QStringLiteral("2= 7=schön"));
    document = open(place());
    QCOMPARE(document->notes()->size(), size_t{2});
    QCOMPARE(*document->read(RecordId(7))->note, QByteArray("schön"));
    quint64 noted = 0;
    QVERIFY(document->scan(RecordId(1), RecordId(records), [&noted](const RecordView &view) {
        noted += view.note != nullptr ? view.header.id.value() : 0;
        return true;
    }).ok());
    QCOMPARE(noted, quint64{9});
}

void tst_Notes::keptInAFileThatWasOpened()
{
    make().reset();
    auto document = open(place());
    document->setNote(RecordId(1), QByteArray("first"));
    QVERIFY(document->storeNotes().ok());
    document->setNote(RecordId(3), QByteArray("third"));
    document->setNote(RecordId(1), std::nullopt);
    QVERIFY(document->storeNotes().ok());
    QVERIFY(document->storeNotes().ok()); // nothing waits
    QCOMPARE(inFile(place()), QStringLiteral("3=third"));
    QCOMPARE(test::check(*document, records), QString());
}

void tst_Notes::aFileFromBeforeGetsItsTable()
{
    make().reset();
    {
        auto database = Database::open(place(), Database::Mode::Write);
        QVERIFY(database->exec("DROP TABLE note; ALTER TABLE connection DROP COLUMN endpoint_id; ALTER TABLE connection DROP COLUMN endpoint_kind").ok());
    }
    auto document = open(place());
    QVERIFY(document && document->notes()->empty() && document->damage().isEmpty());
    document->setNote(RecordId(5), QByteArray("late"));
    QVERIFY(document->storeNotes().ok());
    QCOMPARE(inFile(place()), QStringLiteral("5=late"));
}

void tst_Notes::whereNothingCanBeWrittenTheyWaitForSaveAs()
{
    make().reset();
    auto document = open(place());
    // Another program holds the file: root may write everywhere, so this stands for every reason.
    auto other = Database::open(place(), Database::Mode::Write);
    QVERIFY(other->exec("BEGIN EXCLUSIVE").ok());
    document->setNote(RecordId(4), QByteArray("waits"));
    const auto refused = document->storeNotes();
    QVERIFY(!refused.ok());
    QVERIFY(!refused.error().message.isEmpty());
    QCOMPARE(*document->notes()->begin(), (std::pair<const RecordId, QByteArray>(RecordId(4), "waits")));
    other->rollback();
    const QString target = m_folder->filePath(QStringLiteral("b.wscapture"));
    QVERIFY(document->saveAs(target).ok());
    document.reset();
    QCOMPARE(inFile(target), QStringLiteral("4=waits"));
}

void tst_Notes::goAlongWithSaveAs_data()
{
    QTest::addColumn<bool>("isRecording");
    QTest::newRow("while it is recorded") << true;
    QTest::newRow("of a saved one") << false;
}

void tst_Notes::goAlongWithSaveAs()
{
    QFETCH(bool, isRecording);
    auto document = make();
    document->setNote(RecordId(1), QByteArray("one"));
    document->setNote(RecordId(2), QByteArray("two"));
    QVERIFY(document->flush().ok());
    if (!isRecording) {
        document.reset();
        document = open(place());
    }
    document->setNote(RecordId(2), std::nullopt);
    document->setNote(RecordId(3), QByteArray("three"));
    const QString target = m_folder->filePath(QStringLiteral("b.wscapture"));
    QVERIFY(document->saveAs(target).ok());
    document->setNote(RecordId(4), QByteArray("four"));
    QVERIFY(document->storeNotes().ok());
    document.reset();
    QCOMPARE(inFile(target), QStringLiteral("1=one 3=three 4=four"));
}

void tst_Notes::filters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<std::vector<quint64>>("expected");
    QTest::newRow("marked") << QByteArray("marked") << std::vector<quint64>{2, 700, 2'500};
    QTest::newRow("with words") << QByteArray("note") << std::vector<quint64>{700, 2'500};
    QTest::newRow("contains") << QByteArray("note contains \"see\"") << std::vector<quint64>{700, 2'500};
    QTest::newRow("is") << QByteArray("note == \"see this\"") << std::vector<quint64>{700};
    QTest::newRow("matches") << QByteArray("note matches \"^see.*again\"") << std::vector<quint64>{2'500};
    QTest::newRow("is one of") << QByteArray("note in {\"see this\", \"\"}") << std::vector<quint64>{2, 700};
    QTest::newRow("with others") << QByteArray("marked && number > 100 && !(note contains again)") << std::vector<quint64>{700};
    QTest::newRow("none") << QByteArray("note contains nowhere") << std::vector<quint64>{};
}

void tst_Notes::filters()
{
    QFETCH(QByteArray, text);
    QFETCH(std::vector<quint64>, expected);
    std::shared_ptr<Document> document = make();
    document->setNote(RecordId(2), QByteArray(""));
    document->setNote(RecordId(700), QByteArray("see this"));
    document->setNote(RecordId(2'500), QByteArray("see it again"));
    for (const bool inMemory : {true, false}) {
        if (!inMemory) {
            document.reset();
            document = open(place());
        }
        Filter::ParseError error;
        const auto filter = Filter::parse(QString::fromLatin1(text), &error);
        QVERIFY2(filter, qPrintable(error.message));
        FilterIndex index;
        index.setDocument(document);
        index.setFilter(*filter);
        QTRY_VERIFY(!index.isSearching());
        std::vector<quint64> found;
        for (qsizetype row = 0; row < index.count(); ++row)
            found.push_back(index.at(row).value());
        QCOMPARE(found, expected);
    }
}

void tst_Notes::filtersSayWhetherTheyReadNotes()
{
    const auto reads = [](const char *text) { return Filter::parse(QString::fromLatin1(text), nullptr)->readsNotes(); };
    QVERIFY(reads("marked") && reads("!(length > 5 || note contains x)"));
    QVERIFY(!reads("") && !reads("rtt > 5ms && text contains note"));
}

QTEST_GUILESS_MAIN(tst_Notes)
#include "tst_notes.moc"
