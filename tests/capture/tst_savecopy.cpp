#include "capture/samples.h"
#include "support/testmain.h"

#include "base/limits.h"

#include <QDateTime>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace wsw;
using namespace wsw::capture;

/// Save as: the copy holds all, also what comes while it is made, and recording goes on in it.
class tst_SaveCopy final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void saveAsWhileRecording();
    void saveAsOfAnOpenedDocument();
    void saveAsThatFailsLeavesAllAsItWas();
    void leftOversOfKilledProgramsGo();

private:
    [[nodiscard]] QString place() const { return m_folder->filePath(QStringLiteral("a.wscapture")); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_SaveCopy::init()
{
    test::failOnWarnings();
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void tst_SaveCopy::saveAsWhileRecording()
{
    const QString saved = m_folder->filePath(QStringLiteral("saved as.wscapture"));
    QFile old(saved);   // is replaced
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    Document &d = *document.value();
    ConnectionInfo info;
    info.id = d.newConnectionId();
    d.putConnection(info);
    test::record(d, 0, 10'000);

    std::atomic<bool> finished{false};
    Result<> result;
    std::thread saver([&] {
        result = d.saveAs(saved);
        finished.store(true);
    });
    quint64 recorded = 10'000;
    // Recording goes on all the while, and some more after it.
    for (quint64 after = 0; after < 20'000 || recorded % 1'000 != 0; after += finished.load() ? 1 : 0) {
        if (recorded % 500 == 0)
            d.putTcpSample({info.id, static_cast<qint64>(recorded), 1, 1, 1});
        test::record(d, recorded, recorded + 1);
        ++recorded;
    }
    saver.join();
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().message));
    QCOMPARE(d.path(), saved);
    QVERIFY(d.isRecording());
    QCOMPARE(test::check(d, recorded), QString());
    QVERIFY(d.flush().ok());
    QCOMPARE(d.stored(), recorded);
    QVERIFY(d.stopRecording().ok());

    const auto reopened = Document::open(saved);
    QVERIFY(reopened.ok());
    QCOMPARE(reopened.value()->received(), recorded);
    QCOMPARE(test::check(*reopened.value(), recorded), QString());
    QCOMPARE(reopened.value()->connections().size(), 1);
    QCOMPARE(reopened.value()->tcpSamples(info.id).size(), d.tcpSamples(info.id).size());
    QVERIFY(reopened.value()->damage().isEmpty());
    // The file before is a whole capture up to the moment of the move.
    const auto before = Document::open(place());
    QVERIFY(before.ok());
    QVERIFY(before.value()->received() >= 10'000);
    QCOMPARE(test::check(*before.value(), before.value()->received()), QString());
    const QStringList files = QDir(m_folder->path()).entryList(QDir::Files);
    QVERIFY2(files.filter(QStringLiteral("saving")).isEmpty(), qPrintable(files.join(u' ')));
}

void tst_SaveCopy::saveAsOfAnOpenedDocument()
{
    const QString saved = m_folder->filePath(QStringLiteral("b.wscapture"));
    {
        const auto document = Document::create(place());
        QVERIFY(document.ok());
        test::record(*document.value(), 0, 3'000);
        (void)document.value()->recorder().record(test::sample(test::maskedSample, limits::payloadChunkBytes + 9).view());
    }
    const auto opened = Document::open(place());
    QVERIFY(opened.ok());
    QVERIFY(opened.value()->saveAs(saved).ok());
    QCOMPARE(opened.value()->path(), saved);
    QVERIFY(QFile::remove(place()));
    QCOMPARE(test::check(*opened.value(), 3'000), QString());
    const auto payload = opened.value()->readPayload(RecordId(3'001), limits::payloadChunkBytes, 100);
    QVERIFY(payload.ok());
    QCOMPARE(payload->size(), 9);
}

void tst_SaveCopy::saveAsThatFailsLeavesAllAsItWas()
{
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    test::record(*document.value(), 0, 100);
    const QString folder = m_folder->filePath(QStringLiteral("folder.wscapture"));
    QVERIFY(QDir().mkpath(folder + QStringLiteral("/full")));
    for (const QString &impossible : {m_folder->filePath(QStringLiteral("no/such/folder/b.wscapture")), folder}) {
        const auto saved = document.value()->saveAs(impossible);
        QVERIFY(!saved.ok());
        QVERIFY2(saved.error().message.contains(impossible), qPrintable(saved.error().message));
        QVERIFY(!saved.error().remedy.isEmpty());
    }
    QCOMPARE(document.value()->path(), place());
    test::record(*document.value(), 100, 200);
    QVERIFY(document.value()->flush().ok());
    QCOMPARE(test::check(*document.value(), 200), QString());
    QCOMPARE(QDir(m_folder->path()).entryList({QStringLiteral("*saving*")}), QStringList());
}

void tst_SaveCopy::leftOversOfKilledProgramsGo()
{
    const auto document = Document::create(place());
    QVERIFY(document.ok());
    test::record(*document.value(), 0, 100);
    const QString target = m_folder->filePath(QStringLiteral("b.wscapture"));
    // No system has so many processes.
    const QString gone = target + QStringLiteral(".saving-2147483000");
    const QString recent = target + QStringLiteral(".saving-2147483001");
    const QString mine = target + QStringLiteral(".saving-notes");
    const QString others = m_folder->filePath(QStringLiteral("c.wscapture.saving-2147483000"));
    for (const QString &path : {gone, recent, mine, others}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.write("x") == 1);
        file.flush();
        if (path != recent)
            QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(-7'200), QFileDevice::FileModificationTime));
    }
    QVERIFY(document.value()->saveAs(target).ok());
    QVERIFY(!QFile::exists(gone));
    QVERIFY(QFile::exists(recent) && QFile::exists(mine) && QFile::exists(others));
    QCOMPARE(test::check(*document.value(), 100), QString());
}

QTEST_GUILESS_MAIN(tst_SaveCopy)
#include "tst_savecopy.moc"
