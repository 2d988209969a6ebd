#include "logdocks.h"
#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"

#include "gui/person.h"

#include <QLabel>

using namespace wsw;
using namespace wsw::desktop;

/// What is selected and what the log shows need not be the same: then it is said.
class TestHiddenSelection final : public test::Person
{
    Q_OBJECT

    [[nodiscard]] FrameLogModel *log() const { return m_window->frameLog()->model(); }

private Q_SLOTS:
    void init()
    {
        begin();
        openWindow({1280, 800});
    }

    void cleanup() { closeWindow(); }

    void aFrameThatTheLogLeavesOutIsNamedWhereItIsShown()
    {
        QVERIFY(hostAndConnect() != 0);
        QTRY_COMPARE(log()->rowCount(), 2);
        m_workspace->selectRecord(log()->recordAt(0));
        auto *hidden = find<QLabel>("selectionHidden");
        QTest::qWait(300);
        QVERIFY(!hidden->isVisible());
        type(find<QLineEdit>("filterEdit"), QStringLiteral("kind == response"));
        QTRY_COMPARE(log()->rowCount(), 1);
        QTRY_VERIFY(hidden->isVisible());
        QVERIFY2(hidden->text().startsWith(QStringLiteral("This is frame 1.")), qPrintable(hidden->text()));
        // The link shows it.
        hidden->setFocus();
        Q_EMIT hidden->linkActivated(QStringLiteral("#"));
        QTRY_COMPARE(log()->rowCount(), 2);
        QTRY_VERIFY(!hidden->isVisible());
        QCOMPARE(m_workspace->currentRecord(), RecordId(1));
    }

    void aFurtherLogThatShowsItCounts()
    {
        QVERIFY(hostAndConnect() != 0);
        QTRY_COMPARE(log()->rowCount(), 2);
        m_workspace->selectRecord(log()->recordAt(0));
        PaneDock *further = m_window->logs()->open();
        QTRY_VERIFY(LogDocks::logOf(further)->model()->rowOf(m_workspace->currentRecord()));
        type(find<QLineEdit>("filterEdit"), QStringLiteral("kind == response"));
        QTRY_COMPARE(log()->rowCount(), 1);
        auto *hidden = find<QLabel>("selectionHidden");
        QTest::qWait(300);
        QVERIFY(!hidden->isVisible());
        further->hide();
        QTRY_VERIFY(hidden->isVisible());
        further->show();
        QTRY_VERIFY(!hidden->isVisible());
    }

    void whatHasNoCounterpartIsToldUntilAnotherFrameIsSelected()
    {
        QVERIFY(hostAndConnect() != 0);
        QTRY_COMPARE(log()->rowCount(), 2);
        auto *notices = find<NoticeBar>("noticeBar");
        m_workspace->selectRecord(RecordId());
        QTest::keyClick(m_window.get(), Qt::Key_J, Qt::ControlModifier);
        QTRY_VERIFY(notices->isVisible());
        QCOMPARE(notices->message(), QStringLiteral("No frame is selected, or it is still being read."));
        m_workspace->selectRecord(log()->recordAt(1));
        QTRY_VERIFY(!notices->isVisible());
    }
};

QTEST_MAIN(TestHiddenSelection)
#include "tst_hiddenselection.moc"
