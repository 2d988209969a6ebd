#include "capture/document.h"
#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "widgets/noticebar.h"

#include "gui/person.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

using namespace wsw;
using namespace wsw::desktop;

/// Marks and notes on frames, with the keyboard.
class TestFrameNotes final : public test::Person
{
    Q_OBJECT

    [[nodiscard]] FrameLogModel *log() const { return m_window->frameLog()->model(); }
    [[nodiscard]] QString noteOf(int row) const { return log()->row(row)->text[LogRow::Note]; }
    [[nodiscard]] bool isMarked(int row) const { return log()->row(row)->isMarked; }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers) { QTest::keyClick(m_window.get(), key, modifiers); }

private Q_SLOTS:
    void init()
    {
        begin();
        openWindow({1280, 800});
        QVERIFY(hostAndConnect() != 0);
        QTRY_COMPARE(log()->rowCount(), 2);
        m_workspace->selectRecord(log()->recordAt(0));
    }

    void cleanup() { closeWindow(); }

    void aKeyMarksAndUnmarks()
    {
        key(Qt::Key_M, Qt::ControlModifier);
        QVERIFY(isMarked(0) && !isMarked(1));
        key(Qt::Key_M, Qt::ControlModifier);
        QVERIFY(!isMarked(0));
    }

    void aNoteIsWrittenChangedAndRemoved()
    {
        auto *edit = find<QLineEdit>("noteEdit");
        QVERIFY(!edit->isVisible());
        key(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(edit->isVisible());
        QVERIFY(!find<QPushButton>("noteRemove")->isEnabled());
        QTest::keyClicks(edit, QStringLiteral("opening request"));
        QTest::keyClick(edit, Qt::Key_Return);
        QTRY_VERIFY(!edit->isVisible());
        QCOMPARE(noteOf(0), QStringLiteral("opening request"));
        QTRY_VERIFY(m_window->frameLog()->view()->hasFocus());
        // One key does not take words away: it asks.
        key(Qt::Key_M, Qt::ControlModifier);
        QTRY_VERIFY(edit->isVisible());
        QCOMPARE(edit->text(), QStringLiteral("opening request"));
        QTest::keyClicks(edit, QStringLiteral("something else"));
        QTest::keyClick(edit, Qt::Key_Escape);
        QTRY_VERIFY(!edit->isVisible());
        QCOMPARE(noteOf(0), QStringLiteral("opening request"));
        key(Qt::Key_M, Qt::ControlModifier);
        QTRY_VERIFY(edit->isVisible());
        QTest::mouseClick(find<QPushButton>("noteRemove"), Qt::LeftButton);
        QTRY_VERIFY(!isMarked(0));
    }

    void keysGoFromMarkToMark()
    {
        key(Qt::Key_F2, {});
        QTRY_VERIFY(find<NoticeBar>("noticeBar")->isVisible());
        key(Qt::Key_M, Qt::ControlModifier);
        m_workspace->selectRecord(RecordId(2));
        key(Qt::Key_F2, {}); // behind the last one comes the first
        QCOMPARE(m_workspace->currentRecord(), RecordId(1));
        m_workspace->selectRecord(RecordId(2));
        key(Qt::Key_M, Qt::ControlModifier);
        key(Qt::Key_F2, Qt::ShiftModifier);
        QCOMPARE(m_workspace->currentRecord(), RecordId(1));
        key(Qt::Key_F2, Qt::ShiftModifier);
        QCOMPARE(m_workspace->currentRecord(), RecordId(2));
    }

    void aFilterOnMarksFollowsThem()
    {
        const RecordId second = log()->recordAt(1); // of the endpoint to which the log is narrowed
        type(find<QLineEdit>("filterEdit"), QStringLiteral("marked"));
        QTest::keyClick(find<QLineEdit>("filterEdit"), Qt::Key_Return); // no list of words to complete with is open any more
        QTRY_COMPARE(log()->rowCount(), 0);
        m_workspace->selectRecord(second);
        key(Qt::Key_M, Qt::ControlModifier);
        QTRY_COMPARE(log()->rowCount(), 1);
        QCOMPARE(log()->recordAt(0), second);
        key(Qt::Key_M, Qt::ControlModifier);
        QTRY_COMPARE(log()->rowCount(), 0);
    }

    void notesAreInTheFile()
    {
        key(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        auto *edit = find<QLineEdit>("noteEdit");
        QTRY_VERIFY(edit->isVisible());
        QTest::keyClicks(edit, QStringLiteral("kept"));
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(m_workspace->document()->flush().ok());
        const auto again = capture::Document::open(m_workspace->document()->path());
        QVERIFY(again.ok());
        QCOMPARE((*again)->notes()->at(RecordId(1)), QByteArray("kept"));
    }
};

QTEST_MAIN(TestFrameNotes)
#include "tst_framenotes.moc"
