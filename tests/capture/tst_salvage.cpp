#include "capture/database.h"
#include "capture/salvage.h"
#include "capture/samples.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Blocks, pieces and connections are found in the pages of a file, and none that is not sound.
class tst_Salvage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsEverything();
    void checksumDecides();
    void withoutTheDirectory();
    void nothingInNoise();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    void exec(const char *sql) const;
    /// Samples that stand in blocks which are found, and are right; -1 where one is wrong.
    static int soundRecords(Salvage &salvage);
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

constexpr quint64 records = 5'000;
constexpr qsizetype large = 2'500'000;

Result<Salvage> look(const QString &path)
{
    auto scan = PageScan::open(path);
    if (!scan)
        return scan.error();
    Salvage salvage(std::move(scan).value());
    (void)salvage.look({});
    return salvage;
}

} // namespace

void tst_Salvage::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    const auto document = Document::create(place(), ClockAnchor{11, 22});
    QVERIFY(document.ok());
    ConnectionInfo info;
    info.id = document.value()->newConnectionId();
    info.name = QStringLiteral("client 1");
    info.closeText = QStringLiteral("closed");
    document.value()->putConnection(info);
    test::record(*document.value(), 0, records, -1, test::Content::Mixed);
    (void)document.value()->recorder().record(test::sample(records, large).view());
}

void tst_Salvage::exec(const char *sql) const
{
    auto database = Database::open(place(), Database::Mode::Write);
    QVERIFY(database.ok() && database->exec(sql).ok());
}

int tst_Salvage::soundRecords(Salvage &salvage)
{
    int sound = 0;
    for (const quint64 first : salvage.firsts(1, records + 1)) {
        const auto found = salvage.block(first);
        for (quint32 i = 0; found && i < found->block->extent().count && first + i <= records; ++i) {
            const RecordView view = found->block->view(i);
            if (!test::difference(view.header, view.payload, test::sample(first + i - 1, -1, test::Content::Mixed)).isEmpty())
                return -1;
            ++sound;
        }
    }
    return sound;
}

void tst_Salvage::findsEverything()
{
    auto salvage = look(place());
    QVERIFY(salvage.ok());
    QVERIFY(soundRecords(salvage.value()) >= static_cast<int>(records));
    QCOMPARE(salvage->metaNumber("clock_wall"), std::optional<qint64>(22));
    const auto connections = salvage->connections();
    QCOMPARE(connections.size(), size_t{1});
    QCOMPARE(std::get<qint64>(connections[0].at(0)), 1);
    QCOMPARE(std::get<QByteArray>(connections[0].at(3)), QByteArray("client 1"));
    const auto block = salvage->block(salvage->firsts(1, records + 2).back());
    QVERIFY(block && block->checked);
    const RecordView last = block->block->view(block->block->extent().count - 1);
    QVERIFY(last.header.flags.testFlag(wire::RecordFlag::Chunked));
    QByteArray payload(large, '\0');
    salvage->pieces(last.header.payloadKey, [](quint64) { return true; }, [&](quint64 offset, const QByteArray &bytes) {
        payload.replace(static_cast<qsizetype>(offset), bytes.size(), bytes);
    });
    QCOMPARE(payload, test::sample(records, large).plain);
}

void tst_Salvage::checksumDecides()
{
    exec("UPDATE block SET checksum = checksum + 1 WHERE first > 1");
    auto salvage = look(place());
    QVERIFY(salvage.ok());
    const quint64 second = salvage->firsts(2, records).front();
    QVERIFY(!salvage->block(second));
    QVERIFY(salvage->countOf(second) > 0);
    QVERIFY(salvage->block(1)->checked);
}

void tst_Salvage::withoutTheDirectory()
{
    exec("PRAGMA secure_delete = ON; DELETE FROM block");
    auto salvage = look(place());
    QVERIFY(salvage.ok());
    QVERIFY(soundRecords(salvage.value()) >= static_cast<int>(records));
    QVERIFY(!salvage->block(1)->checked);
    QCOMPARE(salvage->countOf(1), 0u);
}

void tst_Salvage::nothingInNoise()
{
    QFile file(place());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(test::noise(1, 500'000));
    file.close();
    auto salvage = look(place());
    QVERIFY(salvage.ok());
    QVERIFY(salvage->isEmpty());
    QVERIFY(!salvage->block(1));
    QVERIFY(!salvage->metaNumber("clock_wall"));
}

QTEST_GUILESS_MAIN(tst_Salvage)
#include "tst_salvage.moc"
