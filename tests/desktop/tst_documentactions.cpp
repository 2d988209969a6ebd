#include "documentactions.h"
#include "session/workbench.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/blockedpool.h"
#include "support/testmain.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>

#include <QThreadPool>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

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

    /// Goes on with another capture; returns when the one before is closed.
    void beginAnother()
    {
        QVERIFY(test::beginCapture(*m_workspace).ok());
        QThreadPool::globalInstance()->waitForDone();
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_documentactions");
        Theme::instance().apply(SchemeChoice::Light);
        // What a run that failed has left would be counted.
        for (const QString &path : capture::Document::recoverable()) {
            auto left = capture::Document::open(path);
            if (left)
                left.value()->discard();
        }
    }

    void init()
    {
        test::failOnWarnings();
        QSettings().clear();
        m_workspace = std::make_unique<Workspace>();
        QVERIFY(test::beginCapture(*m_workspace).ok());
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
        QVERIFY(test::beginCapture(empty).ok());
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
        QTRY_COMPARE(m_workspace->document()->path(), other.path());
        QCOMPARE(m_notices->count(), 0);
        QCOMPARE(m_workspace->document()->received(), quint64(1));
        QCOMPARE(settings::recentCaptures(), QStringList{other.path()});
        QVERIFY(test::beginCapture(*m_workspace).ok());
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
        QTRY_COMPARE(m_notices->count(), 1);
        QCOMPARE(m_workspace->document(), before);
        QVERIFY(m_workspace->workbench() != nullptr);
        auto *action = m_notices->findChild<QPushButton *>(QStringLiteral("noticeAction"));
        QCOMPARE(action->text(), QStringLiteral("Open and close 1 endpoint"));
        action->click();
        QTRY_COMPARE(m_workspace->document()->path(), other.path());
        QVERIFY(m_workspace->workbench() == nullptr);
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void theCaptureThatGivesWayIsFoundUnderOpenRecent()
    {
        record("a");
        const QString path = m_workspace->document()->path();
        m_actions->newAction()->trigger();
        QTRY_VERIFY(m_workspace->document()->path() != path);
        QVERIFY(m_notices->message().contains(QStringLiteral("new capture")));
        QMenu *recent = m_actions->recentMenu();
        Q_EMIT recent->aboutToShow();
        const auto entries = recent->actions();
        QVERIFY(std::any_of(entries.cbegin(), entries.cend(), [&](const QAction *entry) { return entry->toolTip() == path; }));
        QVERIFY(settings::orderlyEnds().contains(path));
        QThreadPool::globalInstance()->waitForDone();   // it is closed
        auto old = capture::Document::open(path);
        QVERIFY(old.ok());
        old.value()->discard();
    }

    void anEmptyCaptureThatGivesWayLeavesNothing()
    {
        const QString path = m_workspace->document()->path();
        m_actions->newAction()->trigger();
        QTRY_VERIFY(!QFile::exists(path));
        QCOMPARE(m_notices->count(), 0);
    }

    void aFileThatIsNoCaptureLeavesEverythingAsItWas()
    {
        const QString path = m_folder.filePath(QStringLiteral("no.wscapture"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is not a capture, only a text that is long enough to be looked at");
        file.close();
        const auto before = m_workspace->document();
        m_actions->openPath(path);
        QTRY_COMPARE(m_notices->count(), 1);
        QVERIFY2(m_notices->message().contains(QStringLiteral("no.wscapture")), qPrintable(m_notices->message()));
        QCOMPARE(m_workspace->document(), before);
        QVERIFY(m_workspace->workbench() != nullptr);
    }

#ifdef Q_OS_UNIX
    void theWindowStaysAliveWhileACaptureIsOpened()
    {
        // A pipe that nobody writes to: opening it waits, as a slow disk or a large log would let it wait.
        const QString path = m_folder.filePath(QStringLiteral("slow.wscapture"));
        QCOMPARE(::mkfifo(qPrintable(path), 0600), 0);
        const auto before = m_workspace->document();
        QSignalSpy busy(m_actions, &DocumentActions::busyChanged);
        m_actions->openPath(path);
        QCOMPARE(busy.takeLast().constFirst().toString(), QStringLiteral("Opening slow.wscapture…"));
        // Told by a timer, so the event loop turns, although nobody has let the opening go on yet.
        QTRY_COMPARE(m_notices->message(), QStringLiteral("Opening slow.wscapture…"));
        QVERIFY(m_actions->isOpening());
        QVERIFY(m_workspace->workbench() != nullptr);

        // Cancelled, everything goes on as it was, and what the worker brings in the end is not taken.
        m_notices->findChild<QPushButton *>(QStringLiteral("noticeAction"))->click();
        QTRY_VERIFY(!m_actions->isOpening());
        QCOMPARE(m_notices->count(), 0);
        QVERIFY(busy.takeLast().constFirst().toString().isEmpty());
        const int writer = ::open(qPrintable(path), O_WRONLY);
        QVERIFY(writer >= 0);
        ::close(writer);
        QThreadPool::globalInstance()->waitForDone();
        QTest::qWait(50);
        QCOMPARE(m_workspace->document(), before);
        QCOMPARE(m_notices->count(), 0);
    }
#endif

    void aLargeLogIsMergedInAWorker()
    {
        // As after a kill: the file and its log, copied while both are written to.
        const QString path = m_folder.filePath(QStringLiteral("cut.wscapture"));
        {
            test::Recording running;
            for (int i = 0; i < 40; ++i)
                running.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, test::noise(1'000'000));
            QVERIFY(running.document()->flush().ok());
            QVERIFY(QFile::copy(running.path() + QStringLiteral("-wal"), path + QStringLiteral("-wal")));
            QVERIFY(QFile::copy(running.path(), path));
        }
        QVERIFY(QFileInfo(path + QStringLiteral("-wal")).size() > 10'000'000);
        const auto automatic = m_workspace->document();
        const QString log = path + QStringLiteral("-wal");
        const qint64 logged = QFileInfo(log).size();
        // While no worker is free, the event loop turns and nothing is merged.
        test::BlockedPool blocked(QThreadPool::globalInstance());
        m_actions->openPath(path);
        QTRY_COMPARE(m_notices->count(), 1);    // the offer to cancel, made by a timer
        QVERIFY(m_actions->isOpening());
        QCOMPARE(m_workspace->document(), automatic);
        QCOMPARE(QFileInfo(log).size(), logged);
        blocked.letGo();
        QTRY_COMPARE(m_workspace->document()->path(), path);
        QCOMPARE(m_workspace->document()->received(), quint64(40));
        QVERIFY(!QFile::exists(log) || QFileInfo(log).size() == 0);
        automatic->discard();
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void aMissingFileIsToldAndForgotten()
    {
        const QString path = m_folder.filePath(QStringLiteral("gone.wscapture"));
        settings::addRecentCapture(path);
        m_actions->openPath(path);
        QTRY_COMPARE(m_notices->count(), 1);
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
        QVERIFY(test::beginCapture(*m_workspace).ok());
        QTRY_VERIFY(!QFile::exists(path));
    }

    void aCaptureOfAnOrderlyEndIsKeptAndNotOffered()
    {
        record("a");
        const QString path = m_workspace->document()->path();
        m_actions->endOrderly();
        beginAnother();
        QVERIFY(QFile::exists(path));
        QVERIFY(settings::orderlyEnds().contains(path));
        m_actions->lookForEarlierRuns();
        QThreadPool::globalInstance()->waitForDone();
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
        beginAnother(); // no orderly end
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
            beginAnother(); // no orderly end
        }
        m_actions->lookForEarlierRuns();
        QTRY_COMPARE(m_notices->count(), 1);
        QVERIFY2(m_notices->message().startsWith(QStringLiteral("12 captures")), qPrintable(m_notices->message()));
        for (const QString &path : paths)
            QVERIFY(QFile::exists(path));

        // Now that they have been offered, all but the last ten go.
        m_notices->dismiss();
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
