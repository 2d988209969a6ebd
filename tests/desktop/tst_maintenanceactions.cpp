#include "dialogs/sizelimitdialog.h"
#include "maintenanceactions.h"
#include "scans.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"

#include "capture/database.h"
#include "desktop/workspaces.h"
#include "recording.h"
#include "support/blockedpool.h"
#include "support/testmain.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QFile>
#include <QFileInfo>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::desktop;

/// Compact, Repair and the size limit as the window offers them.
class TestMaintenanceActions final : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<QWidget> m_window;
    NoticeBar *m_notices = nullptr;
    MaintenanceActions *m_actions = nullptr;

    [[nodiscard]] QString place(const QString &name) const { return m_folder->filePath(name); }

    /// A capture of many small blocks.
    void record(const QString &path, int frames = 300) const
    {
        const auto made = capture::Document::create(path);
        QVERIFY(made.ok());
        wire::TrafficRecord record;
        record.kind = wire::RecordKind::Frame;
        record.connection = made.value()->newConnectionId();
        const QByteArray payload = test::noise(2'000);
        record.payload = payload;
        record.header.length = static_cast<quint64>(payload.size());
        for (int i = 0; i < frames; ++i) {
            record.time = record.firstByteTime = i;
            (void)made.value()->recorder().record(record);
            if (i % 20 == 0)
                QVERIFY(made.value()->flush().ok());
        }
    }

    void damage(const QString &path) const
    {
        auto database = capture::Database::open(path, capture::Database::Mode::Write);
        QVERIFY(database.ok());
        QVERIFY(database->exec("UPDATE block_data SET data = zeroblob(length(data)) WHERE first = 1").ok());
    }

    [[nodiscard]] QPushButton *button(const QString &text) const
    {
        for (QPushButton *candidate : m_notices->findChildren<QPushButton *>()) {
            if (candidate->text() == text)
                return candidate;
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_maintenanceactions");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        settings::setSizeLimit(0);
        m_folder = std::make_unique<QTemporaryDir>();
        m_workspace = std::make_unique<Workspace>();
        m_window = std::make_unique<QWidget>();
        m_notices = new NoticeBar(m_window.get());
        m_actions = new MaintenanceActions(m_workspace.get(), m_notices, m_window.get());
    }

    void cleanup()
    {
        m_window.reset();
        m_workspace.reset();
    }

    void compactsWhatIsShown()
    {
        QVERIFY(!m_actions->compactAction()->isEnabled());
        record(place(u"a.wscapture"_s));
        QVERIFY(test::openCapture(*m_workspace, place(u"a.wscapture"_s)).ok());
        QVERIFY(m_actions->compactAction()->isEnabled());
        const qint64 before = QFileInfo(place(u"a.wscapture"_s)).size();
        QSignalSpy compacted(m_actions, &MaintenanceActions::compacted);
        QSignalSpy busy(m_actions, &MaintenanceActions::busyChanged);
        m_actions->compactAction()->trigger();
        QVERIFY(!m_actions->compactAction()->isEnabled());
        QVERIFY(busy.first().first().toString().contains(u"a.wscapture"_s));
        QTRY_COMPARE(compacted.count(), 1);
        QCOMPARE(compacted.first().first(), QVariant(true));
        QVERIFY2(m_notices->message().contains(u"is compacted"_s), qPrintable(m_notices->message()));
        QVERIFY(QFileInfo(place(u"a.wscapture"_s)).size() < before);
        QVERIFY(busy.last().first().toString().isEmpty());
        for (quint64 id = 1; id <= 300; ++id)
            QVERIFY(m_workspace->document()->read(RecordId(id)).ok());
    }

    void whatIsRecordedIsCompactedElsewhere()
    {
        auto made = capture::Document::create(place(u"a.wscapture"_s));
        QVERIFY(made.ok());
        m_workspace->show(shareDocument(std::move(made).value()));
        m_actions->compactAction()->trigger();
        QVERIFY2(m_notices->message().contains(u"is being recorded"_s), qPrintable(m_notices->message()));
        QVERIFY(button(u"Write a compacted copy…"_s) != nullptr);
        QSignalSpy compacted(m_actions, &MaintenanceActions::compacted);
        m_actions->compactTo(place(u"b.wscapture"_s));
        QTRY_COMPARE(compacted.count(), 1);
        QCOMPARE(compacted.first().first(), QVariant(true));
        QVERIFY(QFile::exists(place(u"b.wscapture"_s)));
        m_actions->compactTo(place(u"a.wscapture"_s));
        QVERIFY(m_notices->message().contains(u"is being recorded"_s));
        QCOMPARE(compacted.count(), 1);
        // The same name for what is recorded no more is the capture itself.
        QVERIFY(m_workspace->document()->stopRecording().ok());
        m_actions->compactTo(place(u"a.wscapture"_s));
        QTRY_COMPARE(compacted.count(), 2);
        QCOMPARE(compacted.last().first(), QVariant(true));
        QVERIFY(m_workspace->document()->damage().isEmpty());
    }

    void damagedIsOfferedToBeRepaired()
    {
        const QString path = place(u"a.wscapture"_s);
        record(path);
        damage(path);
        connect(m_workspace.get(), &Workspace::notice, m_actions, &MaintenanceActions::post);
        QVERIFY(test::openCapture(*m_workspace, path).ok());
        (void)m_workspace->document()->read(RecordId(1)).ok();
        (void)m_workspace->document()->scan(RecordId(1), RecordId(300), [](const capture::RecordView &) { return true; }).ok();
        QTRY_VERIFY(button(u"Repair"_s) != nullptr);
        QSignalSpy repaired(m_actions, &MaintenanceActions::repaired);
        QSignalSpy wanted(m_actions, &MaintenanceActions::openWanted);
        button(u"Repair"_s)->click();
        QTRY_COMPARE(repaired.count(), 1);
        QCOMPARE(repaired.first().first().toString(), place(u"a repaired.wscapture"_s));
        QVERIFY2(m_notices->message().contains(u"are lost"_s), qPrintable(m_notices->message()));
        button(u"Open it"_s)->click();
        QTRY_COMPARE(wanted.count(), 1);
        // What is repaired is not offered again.
        m_notices->dismiss();
        QVERIFY(test::openCapture(*m_workspace, place(u"a repaired.wscapture"_s)).ok());
        QTRY_VERIFY(!m_notices->message().isEmpty());
        QVERIFY(button(u"Repair"_s) == nullptr);
        // The name is not taken twice.
        m_actions->repairPath(path);
        QTRY_COMPARE(repaired.count(), 2);
        QCOMPARE(repaired.last().first().toString(), place(u"a repaired 2.wscapture"_s));
    }

    void cancelling()
    {
        record(place(u"a.wscapture"_s));
        QVERIFY(test::openCapture(*m_workspace, place(u"a.wscapture"_s)).ok());
        QSignalSpy compacted(m_actions, &MaintenanceActions::compacted);
        {
            const test::BlockedPool blocked(m_workspace->scans().pool());
            m_actions->compactShown();
            QTRY_VERIFY(button(u"Cancel"_s) != nullptr);
            m_actions->repairPath(place(u"a.wscapture"_s));
            QVERIFY2(m_notices->message().contains(u"not done yet"_s), qPrintable(m_notices->message()));
            m_notices->dismiss();
            button(u"Cancel"_s)->click();
        }
        QTRY_COMPARE(compacted.count(), 1);
        QCOMPARE(compacted.first().first(), QVariant(false));
        QVERIFY2(m_notices->message().contains(u"stopped"_s), qPrintable(m_notices->message()));
    }

    void limitHoldsForWhatIsRecordedNow()
    {
        auto made = capture::Document::create(place(u"a.wscapture"_s));
        QVERIFY(made.ok());
        m_workspace->show(shareDocument(std::move(made).value()));
        const SharedDocument document = m_workspace->document();
        QCOMPARE(document->sizeLimit(), 0);
        m_actions->sizeLimitAction()->trigger();
        auto *dialog = m_window->findChild<SizeLimitDialog *>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->bytes(), 0);
        QVERIFY(!dialog->findChild<QSpinBox *>()->isEnabled());
        dialog->findChild<QCheckBox *>()->setChecked(true);
        dialog->findChild<QSpinBox *>()->setValue(1);
        dialog->accept();
        QCOMPARE(settings::sizeLimit(), 1024 * 1024);
        QCOMPARE(document->sizeLimit(), 1024 * 1024);

        wire::TrafficRecord record;
        record.connection = document->newConnectionId();
        const QByteArray payload = test::noise(100'000);
        record.payload = payload;
        for (int i = 0; i < 40; ++i)
            (void)document->recorder().record(record);
        // In which archive depends on how much has come before the first one was full.
        QTRY_VERIFY2(m_notices->message().contains(u" are in a.archive-"_s), qPrintable(m_notices->message()));
        // The next one begins with it as well.
        auto next = capture::Document::create(place(u"b.wscapture"_s));
        QVERIFY(next.ok());
        QVERIFY(document->stopRecording().ok());
        m_workspace->show(shareDocument(std::move(next).value()));
        QCOMPARE(m_workspace->document()->sizeLimit(), 1024 * 1024);
        m_actions->setSizeLimit(0);
        QCOMPARE(m_workspace->document()->sizeLimit(), 0);
        // Opened again, it says where its oldest frames are.
        m_notices->dismiss();
        QVERIFY(test::openCapture(*m_workspace, place(u"a.wscapture"_s)).ok());
        QTRY_VERIFY2(m_notices->message().contains(u"archive"_s), qPrintable(m_notices->message()));
    }
};

QTEST_MAIN(TestMaintenanceActions)
#include "tst_maintenanceactions.moc"
