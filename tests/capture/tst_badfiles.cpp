#include "capture/samples.h"
#include "support/testmain.h"

#include "capture/committer.h"
#include "capture/schema.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>
#include <unistd.h>

#include <random>

using namespace wsw;
using namespace wsw::capture;
using test::Content;

/// Files that are no captures, or broken ones: a clear sentence, and whatever can be read is.
class tst_BadFiles final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void noCapture_data();
    void noCapture();
    void newerVersion();
    void unreadableFile();
    void missingTable();
    void truncatedAnywhere_data() { contents(); }
    void truncatedAnywhere();
    void flippedByteIsFound();
    void flippedBytesAnywhere_data() { contents(); }
    void flippedBytesAnywhere();
    void damagedCompressedBlock();
    void lyingLengthOfBlock();
    void lyingLengthOfChunk();
    void missingBlockKeepsNumbers();
    void nonsensicalDirectory();
    void damagedChunk();
    void schemaIsNotExecuted();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    /// Puts @p bytes there.
    void put(const QByteArray &bytes) const;
    void exec(const char *sql) const;
    /// Opens what is there and reads all of it: never a wrong record, never a shifted number. Returns how many were lost, or
    /// -1 where it could not be opened at all.
    [[nodiscard]] int readAll(quint64 *received = nullptr, Content content = Content::Noise) const;
    /// Makes a capture of 6000 samples; its bytes.
    [[nodiscard]] QByteArray record(Content content) const;
    static void contents();
    [[nodiscard]] const QByteArray &sound(Content content) const { return content == Content::Text ? m_soundText : m_sound; }

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_sound;
    QByteArray m_soundText;     ///< the same, with compressed blocks
};

namespace {

constexpr quint64 count = 6'000;    // several blocks

} // namespace

void tst_BadFiles::initTestCase()
{
    init();
    m_sound = record(Content::Noise);
    QVERIFY(m_sound.size() > 1'000'000);
    QCOMPARE(readAll(), 0);
    init();
    m_soundText = record(Content::Text);
    QVERIFY(m_soundText.size() > 500'000);
    QVERIFY(m_soundText.size() < m_sound.size() * 8 / 10);
    QCOMPARE(readAll(nullptr, Content::Text), 0);
}

QByteArray tst_BadFiles::record(Content content) const
{
    if (const auto document = Document::create(place()); document.ok())
        test::record(*document.value(), 0, count, -1, content);
    QFile file(place());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void tst_BadFiles::contents()
{
    QTest::addColumn<Content>("content");
    QTest::newRow("plain blocks") << Content::Noise;
    QTest::newRow("compressed blocks") << Content::Text;
}

void tst_BadFiles::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
}

void tst_BadFiles::put(const QByteArray &bytes) const
{
    QFile file(place());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

void tst_BadFiles::exec(const char *sql) const
{
    sqlite3 *database = nullptr;
    QCOMPARE(sqlite3_open(qPrintable(place()), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

int tst_BadFiles::readAll(quint64 *received, Content content) const
{
    const auto opened = Document::open(place());
    if (!opened) {
        [&] {
            QVERIFY(!opened.error().message.isEmpty());
            QVERIFY(!opened.error().remedy.isEmpty());
        }();
        return -1;
    }
    const Document &document = *opened.value();
    if (received != nullptr)
        *received = document.received();
    int lost = 0;
    quint64 next = 0;
    QString wrong;
    const auto scanned = document.scan(RecordId(1), RecordId(document.received()), [&](const RecordView &view) {
        if (view.header.id.value() != next + 1)
            wrong = QStringLiteral("number %1 where %2 was due").arg(view.header.id.value()).arg(next + 1);
        else if (view.header.integrity == Integrity::Lost)
            ++lost;
        else
            wrong = test::difference(view.header, view.payload, test::sample(next, -1, content));
        ++next;
        return wrong.isEmpty();
    });
    [&] {
        QCOMPARE(wrong, QString());
        QCOMPARE(next, document.received());
        QCOMPARE(scanned.ok(), lost == 0);
        if (!scanned.ok())
            QCOMPARE(scanned.error().kind, ErrorKind::Damaged);
        // What is missing at the end leaves no trace in the records; then open() has noticed.
        QVERIFY(document.received() == count || !document.damage().isEmpty());
    }();
    return lost;
}

void tst_BadFiles::noCapture_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << QStringLiteral("empty");
    QTest::newRow("text") << QByteArray("Dear diary,\n") << QStringLiteral("does not begin");
    QTest::newRow("noise") << test::noise(1, 10'000) << QStringLiteral("does not begin");
    QTest::newRow("a lost beginning") << QByteArray(100'000, '\0') << QStringLiteral("does not begin");
    QTest::newRow("only the first 16 bytes") << QByteArray("SQLite format 3\0", 16) << QStringLiteral("does not begin");
    QTest::newRow("99 zero bytes") << QByteArray(99, '\0') << QStringLiteral("does not begin");
}

void tst_BadFiles::noCapture()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    put(bytes);
    const auto opened = Document::open(place());
    QVERIFY(!opened.ok());
    QCOMPARE(opened.error().kind, ErrorKind::NotACapture);
    QVERIFY2(opened.error().message.contains(says), qPrintable(opened.error().message));
    QVERIFY2(opened.error().message.contains(QDir::toNativeSeparators(place())), qPrintable(opened.error().message));
    QCOMPARE(opened.error().remedy.contains(QStringLiteral("repair")), bytes.size() > 32 * 1024); // there may be something left of it
    // Nothing is written to a file that is not ours.
    QFile file(place());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), bytes);
}

void tst_BadFiles::newerVersion()
{
    put(m_sound);
    exec("PRAGMA user_version = 99");
    const auto newer = Document::open(place());
    QVERIFY(!newer.ok());
    QCOMPARE(newer.error().kind, ErrorKind::NewerVersion);
    QVERIFY2(newer.error().message.contains(QStringLiteral("99")), qPrintable(newer.error().message));

    exec("PRAGMA user_version = 1; PRAGMA application_id = 5");
    const auto other = Document::open(place());
    QVERIFY(!other.ok());
    QCOMPARE(other.error().kind, ErrorKind::NotACapture);
    QVERIFY(other.error().message.contains(QStringLiteral("another program")));
}

void tst_BadFiles::unreadableFile()
{
    const auto missing = Document::open(place());
    QVERIFY(!missing.ok());
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
    const auto folder = Document::open(m_folder->path());
    QVERIFY(!folder.ok());
    QCOMPARE(folder.error().kind, ErrorKind::NotACapture);
    if (geteuid() == 0)
        QSKIP("root may read every file");
    put(m_sound);
    QVERIFY(QFile::setPermissions(place(), {}));
    const auto forbidden = Document::open(place());
    QVERIFY(!forbidden.ok());
    QCOMPARE(forbidden.error().kind, ErrorKind::Permission);
}

void tst_BadFiles::missingTable()
{
    put(m_sound);
    exec("DROP TABLE block_data");
    const auto opened = Document::open(place());
    QVERIFY(!opened.ok());
    QCOMPARE(opened.error().kind, ErrorKind::Damaged);
    QVERIFY2(opened.error().message.contains(QStringLiteral("block_data")), qPrintable(opened.error().message));
}

void tst_BadFiles::truncatedAnywhere()
{
    QFETCH(Content, content);
    const QByteArray &whole = sound(content);
    int opened = 0;
    int partly = 0;
    for (qsizetype size = 100; size < whole.size(); size += 20'011) {
        put(whole.first(size));
        quint64 received = 0;
        const int lost = readAll(&received, content);
        opened += lost >= 0 ? 1 : 0;
        partly += lost >= 0 && received > static_cast<quint64>(lost) ? 1 : 0;
    }
    QVERIFY2(opened > 20, qPrintable(QString::number(opened)));
    QVERIFY2(partly > 10, qPrintable(QString::number(partly)));
}

void tst_BadFiles::flippedByteIsFound()
{
    // Somewhere in the middle of the fifth kilobyte of a payload run: the block is lost, all others are not.
    const QByteArray needle = test::sample(3'000, -1).plain.left(64);
    const qsizetype at = m_sound.indexOf(needle);
    QVERIFY(at > 0);
    QByteArray bytes = m_sound;
    bytes[at] = static_cast<char>(~bytes[at]);
    put(bytes);
    quint64 received = 0;
    const int lost = readAll(&received);
    QCOMPARE(received, count);
    QVERIFY2(lost > 0 && lost < 2'000, qPrintable(QString::number(lost)));

    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    Document &document = *opened.value();
    QList<Error> told;
    connect(&document, &Document::damageFound, &document, [&told](const Error &error) { told.append(error); });
    const auto read = document.read(RecordId(3'001));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().kind, ErrorKind::Damaged);
    QVERIFY2(read.error().message.contains(QStringLiteral("Frames ")), qPrintable(read.error().message));
    QVERIFY(document.read(RecordId(1)).ok());
    // Painting shows a row all the same.
    QVERIFY(!document.peek(RecordId(3'001)).has_value());
    QTRY_VERIFY(document.peek(RecordId(3'001)).has_value());
    QCOMPARE(document.peek(RecordId(3'001))->header.integrity, Integrity::Lost);
    QCOMPARE(document.peek(RecordId(3'001))->header.id, RecordId(3'001));
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(told.first().kind, ErrorKind::Damaged);
    QCOMPARE(document.damage().size(), 1);
}

void tst_BadFiles::flippedBytesAnywhere()
{
    QFETCH(Content, content);
    std::mt19937 random(4711);
    for (int round = 0; round < 120; ++round) {
        QByteArray bytes = sound(content);
        for (int flips = 1 + round % 20; flips > 0; --flips) {
            // Half of them in the first pages, where the structure is.
            const auto range = static_cast<quint32>(round % 2 == 0 ? bytes.size() : 6 * pageBytes);
            const auto at = static_cast<qsizetype>(random() % range);
            bytes[at] = static_cast<char>(random());
        }
        put(bytes);
        // Records that are shown are right: readAll() compares each; meta and connections may be anything.
        (void)readAll(nullptr, content);
    }
}

/// Which blocks are compressed depends on how busy the machine was; the first one never is the last.
constexpr const char *compressedBlock = "SELECT first FROM block_data WHERE encoding = 1 ORDER BY first LIMIT 1";

void tst_BadFiles::damagedCompressedBlock()
{
    // With the right checksum, so that it is for the unpacking to notice.
    for (const char *damage : {"substr(data, 1, length(data) / 2)", "zeroblob(length(data))", "data || x'00'", "x''",
                               "randomblob(length(data))"}) {
        put(m_soundText);
        {
            auto database = Database::open(place(), Database::Mode::Write);
            QVERIFY(database.ok());
            const qint64 first = database->number(compressedBlock).value();
            QVERIFY(first > 0);
            const QByteArray where = " WHERE first = " + QByteArray::number(first);
            QVERIFY(database->exec(QByteArray("UPDATE block_data SET data = CAST(" + QByteArray(damage) + " AS BLOB)" + where).constData())
                        .ok());
            auto select = Statement::prepare(database.value(), QByteArray("SELECT data FROM block_data" + where).constData());
            QVERIFY(select.ok() && select->step() == Statement::Step::Row);
            const quint32 right = checksum(static_cast<quint64>(first), select->bytes(0));
            select->reset();
            QVERIFY(database->exec(QByteArray("UPDATE block SET checksum = " + QByteArray::number(right) + where).constData()).ok());
        }
        quint64 received = 0;
        const int lost = readAll(&received, Content::Text);
        QCOMPARE(received, count);
        QVERIFY2(lost > 100 && lost < 4'000, damage);
    }
}

void tst_BadFiles::lyingLengthOfBlock()
{
    for (const char *lie : {"block SET bytes = bytes + 1", "block SET bytes = bytes - 1", "block SET bytes = 2097152",
                            "block SET bytes = 2097153", "block SET bytes = 9223372036854775807", "block SET bytes = -1",
                            "block_data SET encoding = 0", "block_data SET encoding = 2", "block_data SET encoding = 4294967297"}) {
        put(m_soundText);
        const QByteArray sql = QByteArray("UPDATE ") + lie + " WHERE first = (" + compressedBlock + ")";
        exec(sql.constData());
        quint64 received = 0;
        const int lost = readAll(&received, Content::Text);
        QCOMPARE(received, count);
        QVERIFY2(lost > 100 && lost < 4'000, lie);
    }
}

void tst_BadFiles::lyingLengthOfChunk()
{
    const auto large = test::sample(1, 1'200'000, Content::Text);
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        (void)document.value()->recorder().record(large.view());
    }
    QFile file(place());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    file.close();
    for (const char *lie : {"bytes = bytes + 1", "bytes = bytes - 1", "bytes = 0", "bytes = -1", "bytes = 2097152",
                            "bytes = 2097153", "bytes = 9223372036854775807", "encoding = 0", "encoding = 7"}) {
        put(whole);
        exec(QByteArray(QByteArray("UPDATE payload_chunk SET ") + lie + " WHERE offset = 262144").constData());
        const auto opened = Document::open(place());
        QVERIFY(opened.ok());
        const auto broken = opened.value()->readPayload(RecordId(1), 0, 1'200'000);
        QVERIFY2(!broken.ok(), lie);
        QCOMPARE(broken.error().kind, ErrorKind::Damaged);
        const auto beside = opened.value()->readPayload(RecordId(1), 524'288, 600'000);
        QVERIFY2(beside.ok() && *beside == large.plain.mid(524'288, 600'000), lie);
    }
}

void tst_BadFiles::missingBlockKeepsNumbers()
{
    put(m_sound);
    exec("DELETE FROM block WHERE first = (SELECT first FROM block ORDER BY first LIMIT 1 OFFSET 1)");
    quint64 received = 0;
    const int lost = readAll(&received);
    QCOMPARE(received, count);
    QVERIFY(lost > 100);
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    QCOMPARE(opened.value()->damage().size(), 1);
    QVERIFY(opened.value()->damage().first().message.contains(QStringLiteral("missing")));
}

void tst_BadFiles::nonsensicalDirectory()
{
    for (const char *sql : {
             "INSERT INTO block VALUES(9000000000000000000, 5, 0, 0, 0, 400)",
             "INSERT INTO block VALUES(-5, 5, 0, 0, 0, 400)",
             "INSERT INTO block VALUES(3, 1, 0, 0, 0, 80)",
             "INSERT INTO block VALUES(100000, 4294967297, 0, 0, 0, 80)",
             "INSERT INTO block VALUES(100000, 0, 0, 0, 0, 80)",
             "INSERT INTO block VALUES(100000, 'many', 'x', x'00', 3.5, 80)",
         }) {
        put(m_sound);
        exec(sql);
        const auto opened = Document::open(place());
        QVERIFY2(opened.ok(), sql);
        QCOMPARE(opened.value()->received(), count);
        QVERIFY(opened.value()->read(RecordId(count)).ok());
    }
}

void tst_BadFiles::damagedChunk()
{
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        (void)document.value()->recorder().record(test::sample(1, 3'000'000).view());
        (void)document.value()->recorder().record(test::sample(2, 3'000'000).view());
    }
    exec("UPDATE payload_chunk SET data = zeroblob(length(data)) WHERE id = 3");
    exec("DELETE FROM payload_chunk WHERE id = (SELECT max(id) FROM payload_chunk)");
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    const auto broken = opened.value()->readPayload(RecordId(1), 0, 3'000'000);
    QVERIFY(!broken.ok());
    QCOMPARE(broken.error().kind, ErrorKind::Damaged);
    QVERIFY(opened.value()->readPayload(RecordId(1), 2'000'000, 1'000'000).ok());   // the pieces beside it
    QVERIFY(!opened.value()->readPayload(RecordId(2), 0, 3'000'000).ok());
    QVERIFY(opened.value()->readPayload(RecordId(2), 0, 2'000'000).ok());
}

void tst_BadFiles::schemaIsNotExecuted()
{
    put(m_sound);
    exec("DROP TABLE tcp_sample; CREATE VIEW tcp_sample AS SELECT 1 AS id, 1 AS connection");
    const auto opened = Document::open(place());
    QVERIFY(!opened.ok());
    QCOMPARE(opened.error().kind, ErrorKind::Damaged);
}

QTEST_GUILESS_MAIN(tst_BadFiles)
#include "tst_badfiles.moc"
