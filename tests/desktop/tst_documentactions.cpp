#include "documentactions.h"
#include "session/workbench.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include "recording.h"
#include "support/testmain.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>

#include <algorithm>

using namespace wsw;
using namespace wsw::desktop;

class TestDocumentActions final : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<QWidget> m_window;
    NoticeBar *m_notices = nullptr;
    DocumentActions *m_actions = nullptr;

    void record(const QByteArray &text)
    {
        wire::TrafficRecord frame;
        frame.connection = ConnectionId(1);
        frame.header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, static_cast<quint64>(text.size()), Role::Server, {});
        frame.time = frame.firstByteTime = monotonicNow();
        frame.payload = text;
        m_workspace->document()->recorder().record(frame);
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_documentactions");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        QSettings().clear();
        m_workspace = std::make_unique<Workspace>();
        QVERIFY(m_workspace->start().ok());
        m_window = std::make_unique<QWidget>();
        m_notices = new NoticeBar(m_window.get());
        m_actions = new DocumentActions(m_workspace.get(), m_notices, m_window.get());
    }

    void cleanup()
    {
        m_window.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void savesWhileRecording()
    {
        record("a");
        const QString path = m_folder.filePath(QStringLiteral("saved.wscapture"));
        QSignalSpy busy(m_actions, &DocumentActions::busyChanged);
        QSignalSpy saved(m_actions, &DocumentActions::saved);
        m_actions->saveTo(path);
        QVERIFY(!m_actions->saveAsAction()->isEnabled());
        QTRY_COMPARE(saved.count(), 1);
        QCOMPARE(saved.constFirst().constFirst(), QVariant(true));
        QVERIFY(m_actions->saveAsAction()->isEnabled());
        QCOMPARE(busy.count(), 2);
        QCOMPARE(m_workspace->document()->path(), path);
        QVERIFY(!m_workspace->document()->isAutomatic());
        QVERIFY(m_workspace->document()->isRecording());
        QCOMPARE(settings::recentCaptures(), QStringList{path});
        record("b");
        QVERIFY(m_workspace->document()->flush().ok());
        QCOMPARE(m_workspace->document()->stored(), quint64(2));
    }

    void withoutACaptureNothingIsSaved()
    {
        Workspace empty; // as after a start() that failed
        DocumentActions actions(&empty, m_notices, m_window.get());
        QVERIFY(!actions.saveAsAction()->isEnabled());
        actions.saveTo(m_folder.filePath(QStringLiteral("nothing.wscapture")));
        QVERIFY(!actions.isSaving());
        QCOMPARE(m_notices->count(), 1);
        QVERIFY(empty.newCapture().ok());
        QVERIFY(actions.saveAsAction()->isEnabled());
        empty.document()->discard();
    }

    void saysWhyItCouldNotSave()
    {
        record("a");
        QSignalSpy saved(m_actions, &DocumentActions::saved);
        m_actions->saveTo(m_folder.filePath(QStringLiteral("no/such/folder/x.wscapture")));
        QTRY_COMPARE(saved.count(), 1);
        QCOMPARE(saved.constFirst().constFirst(), QVariant(false));
        QCOMPARE(m_notices->count(), 1);
        QVERIFY(m_notices->findChild<QPushButton *>(QStringLiteral("noticeAction")) != nullptr);
        QVERIFY(settings::recentCaptures().isEmpty());
        QVERIFY(m_workspace->document()->isRecording());
    }

    void opensAndRemembers()
    {
        test::Recording other;
        other.frame(ConnectionId(1), Direction::Sent, wire::Opcode::Text, "a");
        QVERIFY(other.document()->flush().ok());
        QVERIFY(other.document()->stopRecording().ok());
        const auto automatic = m_workspace->document();
        m_actions->openPath(other.path());
        automatic->discard();
        QCOMPARE(m_notices->count(), 0);
        QCOMPARE(m_workspace->document()->received(), quint64(1));
        QCOMPARE(settings::recentCaptures(), QStringList{other.path()});
        QVERIFY(m_workspace->newCapture().ok());
    }

    void asksBeforeItClosesEndpoints()
    {
        test::Recording other;
        other.frame(ConnectionId(1), Direction::Sent, wire::Opcode::Text, "a");
        QVERIFY(other.document()->flush().ok());
        QVERIFY(other.document()->stopRecording().ok());
        session::HostOptions host;
        host.port = 0;
        const EndpointId server = m_workspace->workbench()->startHost(host);
        QTRY_COMPARE(m_workspace->endpoint(server).value_or(session::EndpointInfo()).state, session::EndpointState::Listening);
        const auto before = m_workspace->document();
        m_actions->openPath(other.path());
        QCOMPARE(m_workspace->document(), before);
        QVERIFY(m_workspace->workbench() != nullptr);
        QCOMPARE(m_notices->count(), 1);
        auto *action = m_notices->findChild<QPushButton *>(QStringLiteral("noticeAction"));
        QCOMPARE(action->text(), QStringLiteral("Open and close 1 endpoint"));
        action->click();
        QTRY_COMPARE(m_workspace->document()->path(), other.path());
        QVERIFY(m_workspace->workbench() == nullptr);
        QVERIFY(m_workspace->newCapture().ok());
    }

    void theCaptureThatGivesWayIsFoundUnderOpenRecent()
    {
        record("a");
        const QString path = m_workspace->document()->path();
        m_actions->newAction()->trigger();
        QVERIFY(m_workspace->document()->path() != path);
        QVERIFY(m_notices->message().contains(QStringLiteral("new capture")));
        QMenu *recent = m_actions->recentMenu();
        Q_EMIT recent->aboutToShow();
        const auto entries = recent->actions();
        QVERIFY(std::any_of(entries.cbegin(), entries.cend(), [&](const QAction *entry) { return entry->toolTip() == path; }));
        QVERIFY(settings::orderlyEnds().contains(path));
        auto old = capture::Document::open(path);
        QVERIFY(old.ok());
        old.value()->discard();
    }

    void anEmptyCaptureThatGivesWayLeavesNothing()
    {
        const QString path = m_workspace->document()->path();
        m_actions->newAction()->trigger();
        QVERIFY(!QFile::exists(path));
        QCOMPARE(m_notices->count(), 0);
    }

    void aMissingFileIsToldAndForgotten()
    {
        const QString path = m_folder.filePath(QStringLiteral("gone.wscapture"));
        settings::addRecentCapture(path);
        m_actions->openPath(path);
        QCOMPARE(m_notices->count(), 1);
        QVERIFY(m_notices->message().contains(QStringLiteral("gone.wscapture")));
        QVERIFY(settings::recentCaptures().isEmpty());
    }

    void remembersTenCaptures()
    {
        for (int i = 0; i < 15; ++i)
            settings::addRecentCapture(QStringLiteral("/tmp/%1.wscapture").arg(i));
        QCOMPARE(settings::recentCaptures().size(), 10);
        QCOMPARE(settings::recentCaptures().constFirst(), QStringLiteral("/tmp/14.wscapture"));
    }

    void anEmptyCaptureLeavesNothing()
    {
        const QString path = m_workspace->document()->path();
        m_actions->endOrderly();
        QVERIFY(m_workspace->newCapture().ok());
        QVERIFY(!QFile::exists(path));
    }

    void aCaptureOfAnOrderlyEndIsKeptAndNotOffered()
    {
        record("a");
        const QString path = m_workspace->document()->path();
        m_actions->endOrderly();
        QVERIFY(m_workspace->newCapture().ok()); // lets go of the old one
        QVERIFY(QFile::exists(path));
        QVERIFY(settings::orderlyEnds().contains(path));
        m_actions->lookForEarlierRuns();
        QTRY_COMPARE(settings::orderlyEnds(), capture::Document::recoverable());
        QCOMPARE(m_notices->count(), 0);
        auto old = capture::Document::open(path);
        QVERIFY(old.ok());
        old.value()->discard();
    }

    void aCaptureThatWasCutOffIsOffered()
    {
        record("a");
        const QString path = m_workspace->document()->path();
        QVERIFY(m_workspace->newCapture().ok()); // no orderly end
        m_actions->lookForEarlierRuns();
        QTRY_COMPARE(m_notices->count(), 1);
        const auto buttons = m_notices->findChildren<QPushButton *>(QStringLiteral("noticeAction"));
        QCOMPARE(buttons.size(), 2);
        m_window->show();
        QTest::mouseClick(buttons.at(1), Qt::LeftButton); // Discard
        QTRY_VERIFY(!QFile::exists(path));
        QCOMPARE(m_notices->count(), 0);
    }

    void allThatWereCutOffAreOfferedBeforeAnyIsDeleted()
    {
        constexpr int many = 12;
        QStringList paths;
        for (int i = 0; i < many; ++i) {
            record("a");
            paths.append(m_workspace->document()->path());
            QVERIFY(m_workspace->newCapture().ok()); // no orderly end
        }
        m_actions->lookForEarlierRuns();
        QTRY_COMPARE(m_notices->count(), 1);
        QVERIFY2(m_notices->message().startsWith(QStringLiteral("12 captures")), qPrintable(m_notices->message()));
        for (const QString &path : paths)
            QVERIFY(QFile::exists(path));

        // Now that they have been offered, all but the last ten go.
        m_notices->dismissAll();
        m_actions->lookForEarlierRuns();
        QTRY_COMPARE(settings::orderlyEnds().size(), 10);
        QCOMPARE(m_notices->count(), 0);
        QCOMPARE(std::count_if(paths.cbegin(), paths.cend(), [](const QString &path) { return QFile::exists(path); }), 10);
        for (const QString &path : capture::Document::recoverable()) {
            auto old = capture::Document::open(path);
            QVERIFY(old.ok());
            old.value()->discard();
        }
    }
};

QTEST_MAIN(TestDocumentActions)
#include "tst_documentactions.moc"
