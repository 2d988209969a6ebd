#include "capture/samples.h"
#include "support/testmain.h"

#include "base/bytes.h"
#include "capture/committer.h"
#include "capture/packed.h"
#include "capture/reader.h"
#include "capture/repair.h"
#include "capture/schema.h"

#include <QTemporaryDir>
#include <QTest>

#include <limits>

#include <sqlite3.h>

using namespace wsw;
using namespace wsw::capture;

/// Captures that somebody has made on purpose: none of them makes the reader run what is in it, go on for ever, or take memory without end.
class tst_Hostile final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void foreignProgramsForTables_data();
    void foreignProgramsForTables();
    void triggersDoNotRun();
    void treesInACircle_data();
    void treesInACircle();
    void schemaInACircle();
    void overlappingPieces();
    void lengthsThatLie_data();
    void lengthsThatLie();
    void hugeValues();
    void hugeNumbers();
    void everyConnectionIsDefensive();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    void exec(const char *sql) const;
    QByteArray content() const;
    void put(const QByteArray &bytes) const;
    /// Every child of the root of @p table is its first one from now on. The pages must be small.
    void leadInACircle(const char *table) const;
    /// Reads everything that can be read, also by repairing; returns how many records were intact.
    quint64 readAll() const;
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

constexpr quint64 records = 300;
constexpr int smallPage = 512;

} // namespace

void tst_Hostile::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        ConnectionInfo info;
        for (int i = 0; i < 40; ++i) {
            info.id = document.value()->newConnectionId();
            info.name = QStringLiteral("a client with a name, number %1").arg(i);
            document.value()->putConnection(info);
            document.value()->putTcpSample({info.id, i, 1, 1, 1});
        }
        test::record(*document.value(), 0, records);
        (void)document.value()->recorder().record(test::sample(records, 1'200'000).view());
    }
    // Pages so small that every table has a tree, and many rows of few records.
    exec("PRAGMA page_size = 512; VACUUM");
}

void tst_Hostile::exec(const char *sql) const
{
    sqlite3 *database = nullptr;
    QCOMPARE(sqlite3_open(qPrintable(place()), &database), SQLITE_OK);
    char *said = nullptr;
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, &said);
    QVERIFY2(code == SQLITE_OK, said);
    sqlite3_close(database);
}

QByteArray tst_Hostile::content() const
{
    QFile file(place());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void tst_Hostile::put(const QByteArray &bytes) const
{
    QFile file(place());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

void tst_Hostile::leadInACircle(const char *table) const
{
    qint64 root = 1;
    if (*table != '\0') {
        auto database = Database::open(place(), Database::Mode::Read);
        QVERIFY(database.ok());
        root = *database->number(QByteArray("SELECT rootpage FROM sqlite_schema WHERE name = '" + QByteArray(table) + "'").constData());
        QVERIFY(root > 1);
    }
    QByteArray bytes = content();
    auto *page = reinterpret_cast<uchar *>(bytes.data()) + (root - 1) * smallPage;
    uchar *head = page + (root == 1 ? 100 : 0);
    QVERIFY2(*head == 0x05 || *head == 0x02, table);    // an inner page
    int cells = readBigEndian<quint16>(head + 3);
    if (cells == 0) {   // a root that did not have the room
        page = reinterpret_cast<uchar *>(bytes.data()) + (readBigEndian<quint32>(head + 8) - 1) * qint64{smallPage};
        head = page;
        cells = readBigEndian<quint16>(head + 3);
    }
    QVERIFY(*head == 0x05 || *head == 0x02);
    QVERIFY(cells > 0);
    const auto first = readBigEndian<quint32>(page + readBigEndian<quint16>(head + 12));
    for (int i = 0; i < cells; ++i)
        writeBigEndian<quint32>(first, page + readBigEndian<quint16>(head + 12 + 2 * i));
    writeBigEndian<quint32>(first, head + 8);
    put(bytes);
}

quint64 tst_Hostile::readAll() const
{
    quint64 intact = 0;
    if (const auto opened = Document::open(place())) {
        const Document &document = *opened.value();
        (void)document.scan(RecordId(1), RecordId(document.received()), [&](const RecordView &view) {
            intact += view.header.integrity == Integrity::Intact ? 1 : 0;
            return true;
        }).ok();
        (void)document.readPayload(RecordId(records + 1), 0, 1'200'000).ok();
        (void)document.connections();
    }
    (void)repairCapture(place(), m_folder->filePath(QStringLiteral("repaired"))).ok();
    return intact;
}

void tst_Hostile::foreignProgramsForTables_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("view") << QByteArray("DROP TABLE block; CREATE VIEW block AS SELECT 1 AS first, 1 AS count, 0 AS first_time, 0 AS last_time, 0 AS checksum,"
                                        " 80 AS bytes");
    QTest::newRow("endless view") << QByteArray("DROP TABLE tcp_sample; CREATE VIEW tcp_sample AS WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM r)"
                                                " SELECT id, 1 AS connection, 1 AS time, 1 AS rtt, 1 AS rtt_var, 1 AS retransmits FROM r");
    QTest::newRow("virtual table") << QByteArray("DROP TABLE connection; CREATE VIRTUAL TABLE connection USING fts5(id, local_role, endpoint, name, url,"
                                                 " local_address, peer_address, subprotocol, extensions, opened, closed, close_text, tls, phases)");
    QTest::newRow("calculated column") << QByteArray("DROP TABLE block_data; CREATE TABLE block_data(first INTEGER PRIMARY KEY, encoding INTEGER,"
                                                     " data AS (zeroblob(900000000)))");
    for (const char *table : {"meta", "block", "block_data", "block_shapes", "payload_chunk", "connection", "tcp_sample", "note"}) {
        const QByteArray name(table);
        QTest::newRow("without a key: " + name) << "CREATE TABLE copied AS SELECT * FROM " + name + "; DROP TABLE " + name + "; ALTER TABLE copied RENAME TO " + name;
    }
    QTest::newRow("a key that is not the number of the row") << QByteArray("DROP TABLE block; CREATE TABLE block(first INTEGER PRIMARY KEY DESC, count, first_time,"
                                                                          " last_time, checksum, bytes)");
    for (const char *table : {"note", "block_shapes", "block_numbers"}) {
        const QByteArray name(table);
        QTest::newRow("virtual: " + name) << "DROP TABLE " + name + "; CREATE VIRTUAL TABLE " + name + " USING fts5(record, text, first, checksum, data)";
    }
    QTest::newRow("calculated notes") << QByteArray("DROP TABLE note; CREATE TABLE Note(record INTEGER PRIMARY KEY, text AS (zeroblob(900000000)))");
}

void tst_Hostile::foreignProgramsForTables()
{
    QFETCH(QByteArray, sql);
    exec(sql.constData());
    const auto opened = Document::open(place());
    QVERIFY(!opened.ok());
    QCOMPARE(opened.error().kind, ErrorKind::Damaged);
    QVERIFY2(opened.error().message.contains(QStringLiteral("is missing")), qPrintable(opened.error().message));
    (void)readAll();
}

void tst_Hostile::triggersDoNotRun()
{
    // Raising a file to our version writes to it; automatic captures are marked when they are saved.
    exec("CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM block; DELETE FROM block_data; INSERT INTO meta SELECT hex(randomblob(8)), 1; END;"
         "CREATE TRIGGER u AFTER INSERT ON meta BEGIN INSERT INTO meta SELECT hex(randomblob(8)), 1; END;"
         "PRAGMA recursive_triggers = ON; PRAGMA user_version = 1");
    QCOMPARE(readAll(), records + 1);
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    QVERIFY(opened.value()->saveAs(m_folder->filePath(QStringLiteral("b.wscapture"))).ok());
    QCOMPARE(test::check(*opened.value(), records), QString());
}

void tst_Hostile::treesInACircle_data()
{
    QTest::addColumn<QByteArray>("table");
    for (const char *table : {"block_data", "payload_chunk", "payload_chunk_place", "connection", "tcp_sample"})
        QTest::newRow(table) << QByteArray(table);
}

void tst_Hostile::treesInACircle()
{
    QFETCH(QByteArray, table);
    if (table == "tcp_sample")
        exec("WITH RECURSIVE r(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM r WHERE n < 1500) INSERT INTO tcp_sample SELECT n, 1, n, 1, 1, 1 FROM r");
    if (table.startsWith("payload"))
        exec("WITH RECURSIVE r(n) AS (SELECT 2000000 UNION ALL SELECT n + 1 FROM r WHERE n < 2001000) INSERT INTO payload_chunk"
             "(payload, offset, checksum, encoding, bytes, data) SELECT (SELECT max(payload) FROM payload_chunk), n, 0, 0, 0, x'' FROM r");
    if (table == "block_data")
        exec("WITH RECURSIVE r(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM r WHERE n < 1500) INSERT INTO block_data SELECT n, 0, zeroblob(80) FROM r;"
             "WITH RECURSIVE r(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM r WHERE n < 1500) INSERT INTO block SELECT n, 1, 0, 0, 0, 80 FROM r");
    leadInACircle(table.constData());
    if (table == "block_data")
        leadInACircle("block");
    (void)readAll();    // it ends
    if (table == "connection" || table == "tcp_sample") {
        const auto opened = Document::open(place());
        QVERIFY(opened.ok());
        QVERIFY(!opened.value()->damage().isEmpty());
        QVERIFY(opened.value()->connections().size() <= 40);
        QCOMPARE(test::check(*opened.value(), records), QString());
    }
}

void tst_Hostile::schemaInACircle()
{
    // Rows without text, of which any number may follow, so that it is not the first name that comes twice that ends it.
    QByteArray sql;
    for (int i = 0; i < 60; ++i)
        sql += "CREATE TABLE t" + QByteArray::number(i) + "(a UNIQUE, b UNIQUE, c UNIQUE, d UNIQUE, e UNIQUE, f UNIQUE, g UNIQUE);";
    exec(sql.constData());
    leadInACircle("");
    const auto opened = Document::open(place());
    QVERIFY(!opened.ok());
    QCOMPARE(opened.error().kind, ErrorKind::Damaged);
    (void)readAll();
}

void tst_Hostile::overlappingPieces()
{
    // What lies between may not be made up: 524288 to 786432 is told by a piece that begins earlier, and ends earlier.
    {
        auto database = Database::open(place(), Database::Mode::Write);
        QVERIFY(database.ok());
        const QByteArray piece(262'144, 'x');
        auto change = Statement::prepare(database.value(), "UPDATE payload_chunk SET offset = ?, checksum = ?, encoding = 0, bytes = 262144, data = ? WHERE offset = 524288");
        QVERIFY(change.ok());
        QVERIFY(change->bind(1, 400'000).bind(2, qint64{checksum(400'000, piece)}).bind(3, QByteArrayView(piece)).run());
    }
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    const auto whole = opened.value()->readPayload(RecordId(records + 1), 0, 1'200'000);
    QVERIFY(!whole.ok());
    QCOMPARE(whole.error().kind, ErrorKind::Damaged);
    const auto begin = opened.value()->readPayload(RecordId(records + 1), 0, 500'000);
    QVERIFY(begin.ok());
    QCOMPARE(*begin, test::sample(records, 1'200'000).plain.first(500'000));
}

void tst_Hostile::lengthsThatLie_data()
{
    QTest::addColumn<quint64>("claimed");
    for (const quint64 claimed : {quint64{1'200'001}, quint64{1} << 33, quint64{1} << 62, ~quint64{0}})
        QTest::newRow(QByteArray::number(claimed).constData()) << claimed;
}

void tst_Hostile::lengthsThatLie()
{
    QFETCH(quint64, claimed);
    test::Sample sample = test::sample(records, 1'200'000);
    {
        auto database = Database::open(place(), Database::Mode::Write);
        QVERIFY(database.ok());
        const qint64 key = *database->number("SELECT max(payload) FROM payload_chunk");
        wire::TrafficRecord record = sample.view();
        record.flags |= wire::RecordFlag::Chunked;
        const StoredChunkedPayload lie{static_cast<quint64>(key), claimed};
        const StoredHeader header = packHeader(record, sizeof(StoredHeader) + sizeof lie);
        const QByteArray data = QByteArray(reinterpret_cast<const char *>(&header), sizeof header)
            + QByteArray(reinterpret_cast<const char *>(&lie), sizeof lie);
        auto block = Statement::prepare(database.value(), "INSERT INTO block VALUES(302, 1, 0, 0, ?, ?)");
        auto rest = Statement::prepare(database.value(), "INSERT INTO block_data VALUES(302, 0, ?)");
        QVERIFY(block.ok() && rest.ok());
        QVERIFY(block->bind(1, qint64{checksum(302, data)}).bind(2, qint64{data.size()}).run());
        QVERIFY(rest->bind(1, QByteArrayView(data)).run());
    }
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    QCOMPARE(opened.value()->received(), quint64{302});
    const auto payload = opened.value()->readPayload(RecordId(302), 0, std::numeric_limits<qsizetype>::max());
    QVERIFY(!payload.ok());
    QCOMPARE(payload.error().kind, ErrorKind::Damaged);
    const auto true1 = opened.value()->readPayload(RecordId(302), 0, 1'200'000);
    QVERIFY(true1.ok());
    QCOMPARE(*true1, sample.plain);
    (void)readAll();
}

void tst_Hostile::hugeValues()
{
    exec("UPDATE connection SET name = hex(zeroblob(20000000)) WHERE id = 7");
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    QVERIFY(!opened.value()->damage().isEmpty());
    QCOMPARE(test::check(*opened.value(), records), QString());
}

void tst_Hostile::hugeNumbers()
{
    // A window could not show it, and nothing of what is before it would be found any more.
    for (const char *first : {"2147483647", "4294967000", "9000000000000000000"}) {
        exec(QByteArray("INSERT INTO block SELECT " + QByteArray(first) + ", count, first_time, last_time, checksum, bytes FROM block WHERE first = 1").constData());
        const auto opened = Document::open(place());
        QVERIFY(opened.ok());
        QCOMPARE(opened.value()->received(), records + 1);
        exec("DELETE FROM block WHERE first > 1000000");
    }
}

void tst_Hostile::everyConnectionIsDefensive()
{
    for (const Database::Mode mode : {Database::Mode::Write, Database::Mode::Read, Database::Mode::Immutable}) {
        auto database = Database::open(place(), mode);
        QVERIFY(database.ok());
        for (const int setting : {SQLITE_DBCONFIG_DEFENSIVE}) {
            int on = -1;
            sqlite3_db_config(database->handle(), setting, -1, &on);
            QCOMPARE(on, 1);
        }
        for (const int setting : {SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW}) {
            int on = -1;
            sqlite3_db_config(database->handle(), setting, -1, &on);
            QCOMPARE(on, 0);
        }
        QCOMPARE(*database->number("PRAGMA cell_size_check"), 1);
        QVERIFY(sqlite3_limit(database->handle(), SQLITE_LIMIT_LENGTH, -1) <= 16 * 1024 * 1024);
        QVERIFY(sqlite3_limit(database->handle(), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1) <= 50);
    }
}

QTEST_GUILESS_MAIN(tst_Hostile)
#include "tst_hostile.moc"
