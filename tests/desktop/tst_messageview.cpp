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
