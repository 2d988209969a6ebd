#include "models/framelogmodel.h"
#include "panes/filterbar.h"
#include "panes/framelogpane.h"
#include "panes/logjump.h"
#include "panes/logsearch.h"
#include "panes/logviewswitch.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QApplication>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;

/// The log pane with its two views, driven by mouse and keys.
class TestLogViews final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<FrameLogPane> m_pane;
    quint64 m_message = 0;

    void record(const QByteArray &text, Opcode opcode = Opcode::Text, wire::Fin fin = wire::Fin::Yes, quint64 message = 0)
    {
        wire::TrafficRecord frame;
        frame.connection = ConnectionId(1);
        frame.direction = Direction::Received;
        frame.header = wire::legalHeader(opcode, fin, static_cast<quint64>(text.size()), Role::Server, {});
        frame.time = frame.firstByteTime = monotonicNow();
        frame.message = MessageId(message);
        frame.payload = text;
        m_workspace->document()->recorder().record(frame);
    }

    /// One message in three frames.
    void fragments()
    {
        ++m_message;
        record("one ", Opcode::Text, wire::Fin::No, m_message);
        record("two ", Opcode::Continuation, wire::Fin::No, m_message);
        record("three", Opcode::Continuation, wire::Fin::Yes, m_message);
    }

    [[nodiscard]] QPushButton *button(const char *name) const { return m_pane->findChild<QPushButton *>(QLatin1String(name)); }
    [[nodiscard]] int rows() const { return m_pane->model()->rowCount(); }
    [[nodiscard]] int currentRow() const { return m_pane->view()->currentIndex().row(); }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_logviews");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        m_message = 0;
        m_workspace = std::make_unique<Workspace>();
        m_pane = std::make_unique<FrameLogPane>(m_workspace.get());
        QVERIFY(test::beginCapture(*m_workspace).ok());
        m_pane->resize(900, 300);
        m_pane->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
        QApplication::setActiveWindow(m_pane.get());
    }

    void cleanup()
    {
        m_pane.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void theSwitchFoldsAndUnfolds()
    {
        fragments();
        record("whole");
        QTRY_COMPARE(rows(), 4);
        QSignalSpy changed(m_pane.get(), &FrameLogPane::messagesChanged);
        QTest::mouseClick(button("messagesView"), Qt::LeftButton);
        QTRY_COMPARE(rows(), 2);
        QTRY_COMPARE(m_pane->model()->index(0, FrameLogModel::Preview).data().toString(), QStringLiteral("one two three"));
        QTest::mouseClick(button("framesView"), Qt::LeftButton);
        QTRY_COMPARE(rows(), 4);
        QCOMPARE(changed.count(), 2);
        m_pane->setMessages(true);
        QVERIFY(button("messagesView")->isChecked());
    }

    void aSelectedFragmentStaysSelected()
    {
        record("whole");
        fragments();
        QTRY_COMPARE(rows(), 4);
        m_workspace->selectRecord(RecordId(4));
        m_pane->setMessages(true);
        QTRY_COMPARE(rows(), 2);
        QTRY_COMPARE(currentRow(), 1);
        QCOMPARE(m_workspace->currentRecord(), RecordId(4));
        // A click on the row selects the message's first frame, though the row is current already.
        QTableView *view = m_pane->view();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(m_pane->model()->index(1, FrameLogModel::Frame)).center());
        QCOMPARE(m_workspace->currentRecord(), RecordId(2));
        m_pane->setMessages(false);
        QTRY_COMPARE(rows(), 4);
        QTRY_COMPARE(currentRow(), 1);
    }

    void returnUnfoldsTheMessage()
    {
        for (int i = 0; i < 50; ++i)
            fragments();
        m_pane->setMessages(true);
        QTRY_COMPARE(rows(), 50);
        m_workspace->selectRecord(RecordId(31));
        QTRY_COMPARE(currentRow(), 10);
        m_pane->view()->setFocus();
        QTest::keyClick(m_pane->view(), Qt::Key_Return);
        QVERIFY(!m_pane->isMessages());
        QTRY_COMPARE(rows(), 150);
        QTRY_COMPARE(currentRow(), 30);
        QCOMPARE(m_workspace->currentRecord(), RecordId(31));
        QVERIFY(m_pane->view()->viewport()->rect().contains(m_pane->view()->visualRect(m_pane->view()->currentIndex()).center()));
        // In this view there is nothing to unfold.
        QTest::keyClick(m_pane->view(), Qt::Key_Return);
        QVERIFY(!m_pane->isMessages());
    }

    void goingToAFragmentGoesToItsMessage()
    {
        for (int i = 0; i < 100; ++i)
            record("x");
        fragments();
        for (int i = 0; i < 100; ++i)
            record("x");
        m_pane->setMessages(true);
        QTRY_COMPARE(rows(), 201);
        auto *filter = m_pane->findChild<FilterEdit *>(QStringLiteral("filterEdit"));
        filter->setFilterText(QStringLiteral("opcode == text"));
        QTRY_COMPARE(rows(), 201);
        QVERIFY(m_pane->goTo(RecordId(103)));
        QTRY_COMPARE(currentRow(), 100);
        QCOMPARE(m_workspace->currentRecord(), RecordId(103));
        QCOMPARE(filter->text(), QStringLiteral("opcode == text")); // nothing hides it
        m_pane->jump()->fromCurrent();
        QTRY_COMPARE(m_workspace->currentRecord(), RecordId(101));
        QCOMPARE(currentRow(), 100);
    }

    void aMessagesMenuOffersOnlyWhatItsFramesShare()
    {
        fragments();
        record("whole");
        QTRY_COMPARE(rows(), 4);
        m_pane->setMessages(true);
        QTRY_COMPARE(rows(), 2);
        const auto offered = [this](int row, LogRow::Column column) {
            QTableView *view = m_pane->view();
            Q_EMIT view->customContextMenuRequested(view->visualRect(m_pane->model()->index(row, column)).center());
            auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
            QString found;
            for (const QAction *action : menu != nullptr ? menu->actions() : QList<QAction *>()) {
                if (action->text().startsWith(QLatin1String("Show only: ")))
                    found = action->text().sliced(11);
            }
            if (menu != nullptr)
                menu->close();
            return found;
        };
        QCOMPARE(offered(0, LogRow::Length), QString());
        QCOMPARE(offered(0, LogRow::Frame), QString());
        QCOMPARE(offered(0, LogRow::Glyph), QStringLiteral("dir == received"));
        QCOMPARE(offered(1, LogRow::Length), QStringLiteral("length == 5"));
    }

    void theNextHitIsWhatTheInspectorShows()
    {
        record("x");
        fragments();
        m_pane->setMessages(true);
        QTRY_COMPARE(rows(), 2);
        m_workspace->selectRecord(RecordId(4));
        QTRY_COMPARE(currentRow(), 1);
        m_pane->search()->open();
        QTest::keyClicks(m_pane->findChild<QLineEdit *>(QStringLiteral("findEdit")), QStringLiteral("three"));
        m_pane->search()->next();
        // Its row is current already, but not the message's beginning.
        QTRY_COMPARE(m_workspace->currentRecord(), RecordId(2));
        QCOMPARE(currentRow(), 1);
    }

    void followsTheTail()
    {
        m_pane->setMessages(true);
        for (int i = 0; i < 100; ++i)
            fragments();
        QTRY_COMPARE(rows(), 100);
        QScrollBar *bar = m_pane->view()->verticalScrollBar();
        QTRY_COMPARE(bar->value(), bar->maximum());
        fragments();
        QTRY_COMPARE(rows(), 101);
        QTRY_COMPARE(bar->value(), bar->maximum());
    }

    void keepsThePlace()
    {
        for (int i = 0; i < 200; ++i)
            fragments();
        QTRY_COMPARE(rows(), 600);
        QScrollBar *bar = m_pane->view()->verticalScrollBar();
        bar->setValue(300); // the first frame of message 101
        QCOMPARE(m_pane->model()->recordAt(m_pane->view()->rowAt(0)), RecordId(301));
        m_pane->setMessages(true);
        QTRY_COMPARE(rows(), 200);
        QTRY_COMPARE(m_pane->model()->recordAt(m_pane->view()->rowAt(0)), RecordId(301));
        m_pane->setMessages(false);
        QTRY_COMPARE(rows(), 600);
        QTRY_COMPARE(m_pane->model()->recordAt(m_pane->view()->rowAt(0)), RecordId(301));
    }

    void aNarrowBarShowsPicturesAlone()
    {
        QCOMPARE(button("messagesView")->text(), QStringLiteral("Messages"));
        m_pane->resize(700, 300);
        QTRY_COMPARE(button("messagesView")->text(), QString());
        QCOMPARE(button("messagesView")->accessibleName(), QStringLiteral("Messages"));
        QVERIFY(button("framesView")->isVisible());
        // And one alone in the narrowest: down and up.
        m_pane->resize(430, 300);
        QTRY_VERIFY(!button("framesView")->isVisible());
        QTest::mouseClick(button("messagesView"), Qt::LeftButton);
        QVERIFY(m_pane->isMessages());
        QTest::mouseClick(button("messagesView"), Qt::LeftButton);
        QVERIFY(!m_pane->isMessages());
        m_pane->resize(900, 300);
        QTRY_VERIFY(button("framesView")->isVisible());
        QVERIFY(button("framesView")->isChecked());
    }
};

QTEST_MAIN(TestLogViews)
#include "tst_logviews.moc"
