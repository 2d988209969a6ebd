#include "capture/samples.h"
#include "support/testmain.h"

#include "capture/committer.h"
#include "capture/schema.h"
#include "capture/storedrecord.h"

#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <cstddef>

using namespace wsw;
using namespace wsw::capture;
using test::Sample;

/// What a compressed message has become stands beside its payload, of any size; files that lie about it, and files from before.
class tst_Inflated final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sizes_data();
    void sizes();
    void lies_data();
    void lies();
    void lyingChunks();
    void firstVersion();
    void firstVersionReadAsItIs();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    void checkForms(const Document &document, const Sample &sample) const;
    /// Copies the capture of version 1 there.
    void putFirstVersion() const;
    [[nodiscard]] static QString checkFirstVersion(const Document &document);
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

Sample compressed(qsizetype payload, qsizetype inflated)
{
    Sample sample = test::sample(test::maskedSample, payload);
    sample.record.flags = wire::RecordFlag::Compressed;
    sample.inflated = test::text(7, inflated);
    return sample;
}

} // namespace

void tst_Inflated::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
}

void tst_Inflated::checkForms(const Document &document, const Sample &sample) const
{
    const RecordId id(1);
    const auto record = document.read(id);
    QVERIFY2(record.ok(), record ? "" : qPrintable(record.error().message));
    constexpr auto most = limits::payloadChunkBytes;
    QVERIFY(record->payload == sample.plain.first(qMin(sample.plain.size(), most)));
    QVERIFY(record->inflated == sample.inflated.first(qMin(sample.inflated.size(), most)));
    QCOMPARE(&record->bytes(PayloadForm::Meant), &record->inflated);
    QCOMPARE(test::difference(record->header, sample.plain, sample, sample.inflated), QString());
    for (const auto &[form, bytes] : {std::pair{PayloadForm::Wire, sample.plain}, {PayloadForm::Inflated, sample.inflated},
                                      {PayloadForm::Meant, sample.inflated}}) {
        QCOMPARE(record->header.stored(form), static_cast<quint64>(bytes.size()));
        const auto whole = document.readPayload(id, 0, bytes.size() + 5, form);
        QVERIFY(whole.ok() && *whole == bytes);
        const auto middle = document.readPayload(id, static_cast<quint64>(bytes.size() / 2), 100, form);
        QVERIFY(middle.ok() && *middle == bytes.mid(bytes.size() / 2, 100));
    }
    std::optional<Record> peeked;
    QTRY_VERIFY((peeked = document.peek(id, 50)).has_value());
    QCOMPARE(peeked->payload, sample.plain.left(50));
    QCOMPARE(peeked->inflated, sample.inflated.left(50));
}

void tst_Inflated::sizes_data()
{
    QTest::addColumn<qsizetype>("payload");
    QTest::addColumn<qsizetype>("inflated");
    QTest::addColumn<int>("chunked");
    QTest::addColumn<int>("inflatedChunked");
    constexpr qsizetype limit = limits::payloadChunkBytes;
    QTest::newRow("nothing") << qsizetype{1} << qsizetype{0} << 0 << 0;
    QTest::newRow("small") << qsizetype{19} << qsizetype{24} << 0 << 0;
    QTest::newRow("at the limit") << qsizetype{100} << limit - 100 << 0 << 0;
    QTest::newRow("one past it") << qsizetype{100} << limit - 99 << 0 << 1;
    QTest::newRow("a payload at the limit") << limit << qsizetype{1} << 0 << 1;
    QTest::newRow("a payload one past it") << limit + 1 << qsizetype{1} << 1 << 0;
    QTest::newRow("both large") << 2 * limit << 4 * limit << 1 << 1;
}

void tst_Inflated::sizes()
{
    QFETCH(qsizetype, payload);
    QFETCH(qsizetype, inflated);
    QFETCH(int, chunked);
    QFETCH(int, inflatedChunked);
    const Sample sample = compressed(payload, inflated);
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        (void)document.value()->recorder().record(sample.view());
        const wire::RecordFlags flags = document.value()->peek(RecordId(1))->header.flags;
        QCOMPARE(flags.testFlag(wire::RecordFlag::Chunked), chunked != 0);
        QCOMPARE(flags.testFlag(wire::RecordFlag::InflatedChunked), inflatedChunked != 0);
        checkForms(*document.value(), sample);
        QVERIFY(document.value()->flush().ok());
        checkForms(*document.value(), sample);
        const QString copy = m_folder->filePath(QStringLiteral("b.wscapture"));
        QVERIFY(document.value()->saveAs(copy).ok());
        checkForms(*document.value(), sample);
    }
    const auto reopened = Document::open(place());
    QVERIFY(reopened.ok());
    checkForms(*reopened.value(), sample);
}

void tst_Inflated::lies_data()
{
    QTest::addColumn<quint32>("inflatedBytes");
    QTest::addColumn<bool>("chunked");
    QTest::newRow("more than the record has") << quint32{44} << false;
    QTest::newRow("the header as well") << quint32{43 + 80} << false;
    QTest::newRow("size wraps around") << quint32{0xffffffff} << false;
    QTest::newRow("no room for a key") << quint32{15} << true;
    QTest::newRow("a key beyond the end") << quint32{0xfffffff0} << true;
}

void tst_Inflated::lies()
{
    QFETCH(quint32, inflatedBytes);
    QFETCH(bool, chunked);
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        (void)document.value()->recorder().record(compressed(19, 24).view());
    }
    {
        auto database = Database::open(place(), Database::Mode::Write);
        auto select = Statement::prepare(database.value(), "SELECT data FROM block_data WHERE first = 1");
        QVERIFY(select->step() == Statement::Step::Row);
        QByteArray data = select->bytes(0).toByteArray();
        select->reset();
        qToLittleEndian(inflatedBytes, data.data() + offsetof(StoredHeader, inflatedBytes));
        if (chunked)
            data[qsizetype(offsetof(StoredHeader, flags)) + 1] = char(int(wire::RecordFlag::InflatedChunked) >> 8);
        auto update = Statement::prepare(database.value(), "UPDATE block_data SET data = ? WHERE first = 1");
        QVERIFY(update->bind(1, QByteArrayView(data)).run());
        auto sum = Statement::prepare(database.value(), "UPDATE block SET checksum = ? WHERE first = 1");
        QVERIFY(sum->bind(1, qint64{checksum(1, data)}).run());
    }
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    const auto read = opened.value()->read(RecordId(1));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().kind, ErrorKind::Damaged);
    for (const PayloadForm form : {PayloadForm::Wire, PayloadForm::Inflated, PayloadForm::Meant})
        QVERIFY(!opened.value()->readPayload(RecordId(1), 0, 100, form).ok());
}

void tst_Inflated::lyingChunks()
{
    const Sample sample = compressed(19, limits::payloadChunkBytes + 300'000);
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        (void)document.value()->recorder().record(sample.view());
    }
    {
        auto database = Database::open(place(), Database::Mode::Write);
        QVERIFY(database->exec("UPDATE payload_chunk SET data = x'00' WHERE offset = 524288").ok());
    }
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    const auto broken = opened.value()->readPayload(RecordId(1), 0, 600'000, PayloadForm::Meant);
    QVERIFY(!broken.ok());
    QCOMPARE(broken.error().kind, ErrorKind::Damaged);
    const auto beside = opened.value()->readPayload(RecordId(1), 800'000, 500'000, PayloadForm::Meant);
    QVERIFY(beside.ok() && *beside == sample.inflated.mid(800'000, 500'000));
    const auto wire = opened.value()->readPayload(RecordId(1), 0, 600'000);
    QVERIFY(wire.ok() && *wire == sample.plain);
}

void tst_Inflated::putFirstVersion() const
{
    QVERIFY(QFile::copy(QStringLiteral(WSW_TEST_DATA "/capture/version-1.wscapture"), place()));
    QVERIFY(QFile::setPermissions(place(), QFile::ReadOwner | QFile::WriteOwner));
    QCOMPARE(*checkFileHead(place()), qint64{1});
}

/// The file holds 200 samples, the 101st of them chunked, and a connection.
QString tst_Inflated::checkFirstVersion(const Document &document)
{
    constexpr qsizetype large = limits::payloadChunkBytes + 10;
    for (quint64 number = 0; number < 200; ++number) {
        const Sample sample = number == 100 ? test::sample(number, large, test::Content::Text) : test::sample(number);
        const auto record = document.read(RecordId(number + 1));
        if (!record)
            return record.error().message;
        const auto payload = document.readPayload(RecordId(number + 1), 0, large);
        if (const QString wrong = test::difference(record->header, *payload, sample, record->inflated); !wrong.isEmpty())
            return QStringLiteral("%1: %2").arg(number).arg(wrong);
    }
    const auto connections = document.connections();
    return document.received() == 200 && connections.size() == 1 && connections.first().url == QLatin1String("ws://localhost:1")
        ? QString()
        : QStringLiteral("not what it was");
}

void tst_Inflated::firstVersion()
{
    putFirstVersion();
    {
        const auto opened = Document::open(place());
        QVERIFY(opened.ok());
        QCOMPARE(checkFirstVersion(*opened.value()), QString());
        QVERIFY(opened.value()->damage().isEmpty());
    }
    QCOMPARE(*checkFileHead(place()), schemaVersion);
    const auto again = Document::open(place());
    QVERIFY(again.ok());
    QCOMPARE(checkFirstVersion(*again.value()), QString());
}

void tst_Inflated::firstVersionReadAsItIs()
{
    putFirstVersion();
    // Somebody else is about to write there, so nothing can be converted.
    auto other = Database::open(place(), Database::Mode::Write);
    QVERIFY(other->exec("BEGIN IMMEDIATE").ok());
    const auto opened = Document::open(place());
    QVERIFY2(opened.ok(), opened ? "" : qPrintable(opened.error().message));
    QCOMPARE(checkFirstVersion(*opened.value()), QString());
    QCOMPARE(*checkFileHead(place()), qint64{1});
}

QTEST_GUILESS_MAIN(tst_Inflated)
#include "tst_inflated.moc"
