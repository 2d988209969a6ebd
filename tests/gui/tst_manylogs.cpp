#include "capture/document.h"
#include "logdocks.h"
#include "models/framelogmodel.h"
#include "panes/filterbar.h"
#include "panes/framelogpane.h"
#include "panes/logsearch.h"
#include "widgets/filteredit.h"
#include "widgets/panedock.h"

#include "gui/person.h"

#include <QLineEdit>
#include <QTableView>
#include <QToolButton>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;

/// Several logs of one capture in the window, opened, used, closed and remembered as a person does it.
class TestManyLogs final : public test::Person
{
    Q_OBJECT

    void record(Opcode opcode, const QByteArray &text)
    {
        wire::TrafficRecord frame;
        frame.connection = ConnectionId(1);
        frame.header = wire::legalHeader(opcode, wire::Fin::Yes, static_cast<quint64>(text.size()), Role::Server, {});
        frame.time = frame.firstByteTime = monotonicNow();
        frame.payload = text;
        m_workspace->document()->recorder().record(frame);
    }

    [[nodiscard]] FrameLogPane *main() const { return m_window->frameLog(); }
    [[nodiscard]] FrameLogPane *log(qsizetype number) const { return LogDocks::logOf(m_window->logs()->docks().at(number)); }
    [[nodiscard]] static FilterEdit *filterOf(const FrameLogPane *log) { return log->findChild<FilterEdit *>(QStringLiteral("filterEdit")); }
    void press(const QKeySequence &keys) const { QTest::keySequence(m_window.get(), keys); }

private Q_SLOTS:
    void init()
    {
        begin();
        openWindow({1280, 800});
    }
    void cleanup() { closeWindow(); }

    void eachHasItsOwnFilterAndAllShareTheSelection()
    {
        for (int i = 0; i < 5; ++i) {
            record(Opcode::Text, "text");
            record(Opcode::Ping, "p");
        }
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        QCOMPARE(m_window->logs()->docks().size(), 1);
        QVERIFY(m_window->logs()->docks().constFirst()->isVisible());
        QTRY_COMPARE(log(0)->model()->rowCount(), 10);
        // It takes the keyboard: what is typed now is its filter.
        QTRY_VERIFY(filterOf(log(0))->hasFocus());
        QTest::keyClicks(filterOf(log(0)), QStringLiteral("opcode == ping"));
        QTest::keyClick(filterOf(log(0)), Qt::Key_Return);
        QTRY_COMPARE(log(0)->model()->rowCount(), 5);
        QCOMPARE(main()->model()->rowCount(), 10);

        QTableView *view = log(0)->view();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(log(0)->model()->index(1, FrameLogModel::Frame)).center());
        QCOMPARE(m_workspace->currentRecord(), RecordId(4));
        QCOMPARE(main()->view()->currentIndex().row(), 3);
        // A text is selected in the other one: nothing stays marked here, and a click on the same row selects it again.
        QTest::mouseClick(main()->view()->viewport(), Qt::LeftButton, {}, main()->view()->visualRect(main()->model()->index(0, FrameLogModel::Frame)).center());
        QCOMPARE(m_workspace->currentRecord(), RecordId(1));
        QVERIFY(!view->selectionModel()->hasSelection());
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(log(0)->model()->index(1, FrameLogModel::Frame)).center());
        QCOMPARE(m_workspace->currentRecord(), RecordId(4));
        QVERIFY(view->selectionModel()->isRowSelected(1));
    }

    void menusMeanTheLogWithTheKeyboard()
    {
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        log(0)->view()->setFocus();
        QCOMPARE(m_window->logs()->active(), log(0));
        press(QKeySequence(Qt::CTRL | Qt::Key_T));
        QVERIFY(log(0)->isMessages());
        QVERIFY(!main()->isMessages());
        press(QKeySequence(Qt::CTRL | Qt::Key_F));
        QVERIFY(filterOf(log(0))->hasFocus());
        main()->view()->setFocus();
        press(QKeySequence(Qt::CTRL | Qt::Key_T));
        QVERIFY(main()->isMessages());
        press(QKeySequence(Qt::CTRL | Qt::Key_T));
        QVERIFY(!main()->isMessages());
        QVERIFY(log(0)->isMessages());
    }

    void otherPanesFilterTheLogWithTheKeyboard()
    {
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        main()->view()->setFocus();
        Q_EMIT m_workspace->filterWanted(QStringLiteral("opcode == text"), FilterUse::Only);
        QCOMPARE(filterOf(main())->text(), QStringLiteral("opcode == text"));
        QCOMPARE(filterOf(log(0))->text(), QString());
        log(0)->view()->setFocus();
        Q_EMIT m_workspace->filterWanted(QStringLiteral("fin"), FilterUse::Hide);
        QCOMPARE(filterOf(log(0))->text(), QStringLiteral("!(fin)"));
        QCOMPARE(filterOf(main())->text(), QStringLiteral("opcode == text"));
    }

    void aHiddenLogIsNotMeant()
    {
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        log(0)->view()->setFocus();
        find<QLineEdit>("finder")->setFocus();
        QCOMPARE(m_window->logs()->active(), log(0));
        m_window->logs()->docks().constFirst()->hide();
        QCOMPARE(m_window->logs()->active(), main());
        m_window->logs()->docks().constFirst()->show();
        QCOMPARE(m_window->logs()->active(), log(0));
    }

    void aKeyClosesTheLog()
    {
        press(QKeySequence(Qt::CTRL | Qt::Key_W)); // the window's own stays
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        log(0)->view()->setFocus();
        press(QKeySequence(Qt::CTRL | Qt::Key_W));
        QVERIFY(m_window->logs()->docks().isEmpty());
        QTRY_VERIFY(main()->view()->hasFocus());
        press(QKeySequence(Qt::CTRL | Qt::Key_W));
        QVERIFY(main()->isVisible());
    }

    void marksGoWithTheirLog()
    {
        const auto search = [](const FrameLogPane *log, const QString &term) {
            log->search()->open();
            auto *edit = log->findChild<QLineEdit *>(QStringLiteral("findEdit"));
            QTest::keyClicks(edit, term);
            QTest::keyClick(edit, Qt::Key_Return);
        };
        search(main(), QStringLiteral("first"));
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        search(log(0), QStringLiteral("second"));
        QCOMPARE(m_workspace->searchTerm().text, QStringLiteral("second"));
        main()->view()->setFocus();
        QCOMPARE(m_workspace->searchTerm().text, QStringLiteral("first"));
        log(0)->view()->setFocus();
        QCOMPARE(m_workspace->searchTerm().text, QStringLiteral("second"));
        const QPointer<PaneDock> dock = m_window->logs()->docks().constFirst();
        press(QKeySequence(Qt::CTRL | Qt::Key_W));
        QCOMPARE(m_workspace->searchTerm().text, QStringLiteral("first"));
        QTRY_VERIFY(!dock);
        QCOMPARE(m_workspace->searchTerm().text, QStringLiteral("first"));
        // Both may look for the same.
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        search(log(0), QStringLiteral("first"));
        const QPointer<PaneDock> same = m_window->logs()->docks().constFirst();
        press(QKeySequence(Qt::CTRL | Qt::Key_W));
        QTRY_VERIFY(!same);
        QCOMPARE(m_workspace->searchTerm().text, QStringLiteral("first"));
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        main()->findChild<QToolButton *>(QStringLiteral("findClose"))->click();
        search(log(0), QStringLiteral("third"));
        press(QKeySequence(Qt::CTRL | Qt::Key_W));
        QTRY_COMPARE(m_workspace->searchTerm().text, QString());
    }

    void followStatesAreApart()
    {
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        log(0)->setFollowing(false);
        QVERIFY(main()->findChild<QPushButton *>(QStringLiteral("followButton"))->isChecked());
        main()->view()->setFocus();
        press(QKeySequence(Qt::CTRL | Qt::Key_P));
        QVERIFY(main()->model()->isPaused());
        QVERIFY(!log(0)->model()->isPaused());
    }

    void whatIsSelectedUnderEndpointsNarrowsOnlyTheFirst()
    {
        const EndpointId host = startEcho();
        const ConnectionId connection = connectTo(host);
        QVERIFY(connection.isValid());
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        m_workspace->selectEndpoint(host);
        QVERIFY(main()->model()->connections());
        QVERIFY(!log(0)->model()->connections());
    }

    void closedOnesAreGone()
    {
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        QCOMPARE(m_window->logs()->docks().size(), 2);
        const QPointer<PaneDock> first = m_window->logs()->docks().constFirst();
        log(0)->view()->setFocus();
        QTest::mouseClick(first->findChild<QToolButton *>(QStringLiteral("closeLog")), Qt::LeftButton);
        QTRY_VERIFY(!first);
        QCOMPARE(m_window->logs()->docks().size(), 1);
        QVERIFY(m_window->logs()->active() != nullptr);
        // The number that has become free is used again.
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        QCOMPARE(m_window->logs()->docks().constFirst()->windowTitle(), QStringLiteral("Log 2"));
    }

    void theyAreRemembered()
    {
        press(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
        filterOf(log(0))->setFilterText(QStringLiteral("opcode == close"));
        log(0)->setMessages(true);
        main()->setMessages(true);
        m_window->close();
        m_window.reset();
        openWindow({1280, 800});
        QCOMPARE(m_window->logs()->docks().size(), 1);
        QVERIFY(m_window->logs()->docks().constFirst()->isVisible());
        QCOMPARE(filterOf(log(0))->text(), QStringLiteral("opcode == close"));
        QCOMPARE(log(0)->model()->filter().text(), QStringLiteral("opcode == close"));
        QVERIFY(log(0)->isMessages());
        QVERIFY(main()->isMessages());
        QCOMPARE(main()->model()->filter().text(), QString());
    }
};

QTEST_MAIN(TestManyLogs)
#include "tst_manylogs.moc"
