#include "panes/inspection.h"
#include "panes/messageview.h"
#include "scans.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/blockedpool.h"
#include "support/testmain.h"

#include <QLabel>
#include <QPushButton>

using namespace wsw;
using namespace wsw::desktop;

/// The Message tab while the next message is being read.
class TestMessageView final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_messageview"); }
    void init() { test::failOnWarnings(); }

    void theLastMessageIsNotTakenForTheNext()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "{\"one\":1}");
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, "two");
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *copy = view.findChild<QPushButton *>(QStringLiteral("messageCopy"));
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(copy->isVisible() && copy->isEnabled());

        // Nothing can be read until the pool is free again.
        test::BlockedPool blocked(QThreadPool::globalInstance());
        workspace.selectRecord(RecordId(2));
        QTRY_COMPARE(inspection.state(), Inspection::State::Ready);
        const bool offered = copy->isEnabled();
        const bool said = QTest::qWaitFor([&] { return !copy->isVisible(); }, 2000);
        blocked.letGo();
        QVERIFY(!offered);
        QVERIFY(said);
        QTRY_VERIFY(copy->isVisible() && copy->isEnabled());
    }

    void whatIsSaidAboutItStandsInOneLine()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "{\"one\":1}");
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.resize(800, 300);
        view.show();
        auto *facts = view.findChild<QLabel *>(QStringLiteral("messageFacts"));
        auto *copy = view.findChild<QPushButton *>(QStringLiteral("messageCopy"));
        auto *save = view.findChild<QPushButton *>(QStringLiteral("messageSave"));
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(copy->isVisible());
        const QString said = facts->text();
        QCOMPARE(said, QStringLiteral("9 bytes, 9 characters, JSON"));
        QTRY_COMPARE(save->geometry().right(), save->parentWidget()->width() - 1);
        QCOMPARE(copy->text(), QStringLiteral("Copy"));
        const auto isOneLine = [&] { return facts->geometry().top() < save->geometry().bottom() && save->geometry().top() < facts->geometry().bottom(); };
        QVERIFY(isOneLine());

        // The buttons give their words before the facts take another line.
        int width = view.width();
        while (!copy->text().isEmpty() && width > 200)
            view.resize(--width, 300);
        QVERIFY(copy->text().isEmpty() && save->text().isEmpty() && copy->accessibleName() == QStringLiteral("Copy"));
        QTRY_VERIFY(isOneLine());
        QCOMPARE(facts->text(), said);
        while (copy->text().isEmpty() && width > 100)
            view.resize(--width, 300);
        QTRY_VERIFY(!isOneLine() && facts->text() == said && copy->text() == QStringLiteral("Copy"));
        // Nothing at all is cut without a word.
        view.resize(facts->fontMetrics().horizontalAdvance(said), 300);
        QTRY_VERIFY(facts->text().endsWith(u'…') && facts->toolTip() == said);

        copy->click();
        QCOMPARE(copy->toolTip(), QStringLiteral("Copied"));
    }

    void aMessageDoesNotWaitForAScan()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "one");
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        // As many scans as can run at once are at work on the whole capture.
        const test::BlockedPool scanning(workspace.scans().pool());
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *copy = view.findChild<QPushButton *>(QStringLiteral("messageCopy"));
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(copy->isVisible() && copy->isEnabled());
    }
};

QTEST_MAIN(TestMessageView)
#include "tst_messageview.moc"
