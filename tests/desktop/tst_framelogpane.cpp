#include "models/framelogmodel.h"
#include "panes/filterbar.h"
#include "session/workbench.h"
#include "panes/framelogpane.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;

/// The pane over a workspace's own document, which the test fills.
class TestFrameLogPane final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<FrameLogPane> m_pane;

    void record(const QByteArray &text, quint32 connection = 1, Opcode opcode = Opcode::Text)
    {
        wire::TrafficRecord frame;
        frame.connection = ConnectionId(connection);
        frame.direction = Direction::Received;
        frame.header = wire::legalHeader(opcode, wire::Fin::Yes, static_cast<quint64>(text.size()), Role::Server, {});
        frame.time = frame.firstByteTime = monotonicNow();
        frame.payload = text;
        m_workspace->document()->recorder().record(frame);
    }

    [[nodiscard]] QPushButton *button(const char *name) const { return m_pane->findChild<QPushButton *>(QLatin1String(name)); }
    [[nodiscard]] FilterEdit *filter() const { return m_pane->findChild<FilterEdit *>(QStringLiteral("filterEdit")); }
    [[nodiscard]] int rows() const { return m_pane->model()->rowCount(); }
    [[nodiscard]] QScrollBar *scrollBar() const { return m_pane->view()->verticalScrollBar(); }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_framelogpane");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
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

    void clickingARowSelectsItsRecord()
    {
        record("a");
        record("b");
        QTRY_COMPARE(rows(), 2);
        QSignalSpy selected(m_workspace.get(), &Workspace::currentRecordChanged);
        QTableView *view = m_pane->view();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(m_pane->model()->index(1, FrameLogModel::Frame)).center());
        QCOMPARE(selected.count(), 1);
        QCOMPARE(m_workspace->currentRecord(), RecordId(2));
        QTest::keyClick(view, Qt::Key_Up);
        QCOMPARE(m_workspace->currentRecord(), RecordId(1));
    }

    void aRecordThatIsSelectedElsewhereIsShown()
    {
        for (int i = 0; i < 100; ++i)
            record("x");
        QTRY_COMPARE(rows(), 100);
        m_workspace->selectRecord(RecordId(3));
        QCOMPARE(m_pane->view()->currentIndex().row(), 2);
        QVERIFY(m_pane->view()->viewport()->rect().contains(m_pane->view()->visualRect(m_pane->view()->currentIndex()).center()));
    }

    void followsTheTailUntilScrolledUp()
    {
        for (int i = 0; i < 200; ++i)
            record("x");
        QTRY_COMPARE(rows(), 200);
        QVERIFY(button("followButton")->isChecked());
        QTRY_COMPARE(scrollBar()->value(), scrollBar()->maximum());
        scrollBar()->setValue(10); // as the wheel does
        QVERIFY(!button("followButton")->isChecked());
        record("y");
        QTRY_COMPARE(rows(), 201);
        QCOMPARE(scrollBar()->value(), 10);
        const int last = m_pane->view()->rowAt(m_pane->view()->viewport()->height() - 12);
        QCOMPARE(button("followButton")->text(), QStringLiteral("%1 below").arg(200 - last));
        m_pane->view()->setFocus();
        QTest::keyClick(m_pane->view(), Qt::Key_End);
        QVERIFY(button("followButton")->isChecked());
        record("z");
        QTRY_COMPARE(rows(), 202);
        QTRY_COMPARE(scrollBar()->value(), scrollBar()->maximum());
        scrollBar()->setValue(0);
        QTest::mouseClick(button("followButton"), Qt::LeftButton);
        QCOMPARE(scrollBar()->value(), scrollBar()->maximum());
    }

    void pauseHoldsTheViewAndLosesNothing()
    {
        record("a");
        QTRY_COMPARE(rows(), 1);
        QTest::mouseClick(button("pauseButton"), Qt::LeftButton);
        record("b");
        record("c");
        QTRY_COMPARE(button("pauseButton")->text(), QStringLiteral("Paused · 2 new"));
        QCOMPARE(rows(), 1);
        QTest::mouseClick(button("pauseButton"), Qt::LeftButton);
        QTRY_COMPARE(rows(), 3);
        QCOMPARE(button("pauseButton")->text(), QString());
    }

    void typingAFilterHidesRows()
    {
        record("apple");
        record("pear");
        record("", 1, Opcode::Ping);
        QTRY_COMPARE(rows(), 3);
        QTest::keyClicks(filter(), QStringLiteral("opcode == text && text contains \"ear\""));
        QCOMPARE(filter()->text(), QStringLiteral("opcode == text && text contains \"ear\""));
        QTest::keyClick(filter(), Qt::Key_Return);
        QTRY_COMPARE(rows(), 1);
        QCOMPARE(m_pane->model()->recordAt(0), RecordId(2));
        QTest::keyClick(filter(), Qt::Key_Escape);
        QTRY_COMPARE(rows(), 3);
    }

    void aFilterThatCannotBeReadSaysWhy()
    {
        record("a");
        QTRY_COMPARE(rows(), 1);
        auto *problem = m_pane->findChild<QLabel *>(QStringLiteral("filterProblem"));
        filter()->setFilterText(QStringLiteral("opcode == "));
        QVERIFY(problem->isVisible());
        QVERIFY(!problem->text().isEmpty());
        QVERIFY(filter()->property("problem").toBool());
        QCOMPARE(rows(), 1); // the last readable one stands
        filter()->setFilterText(QStringLiteral("opcode == text"));
        QVERIFY(!problem->isVisible());
    }

    void heartbeatsCanBeHidden()
    {
        record("a");
        record("", 1, Opcode::Ping);
        record("", 1, Opcode::Pong);
        QTRY_COMPARE(rows(), 3);
        QTest::mouseClick(button("hideHeartbeats"), Qt::LeftButton);
        QTRY_COMPARE(rows(), 1);
        filter()->setFilterText(QStringLiteral("conn == 2"));
        QTRY_COMPARE(rows(), 0);
        QTest::mouseClick(button("hideHeartbeats"), Qt::LeftButton);
        filter()->setFilterText({});
        QTRY_COMPARE(rows(), 3);
    }

    void goingToAHiddenRecordShowsEverything()
    {
        record("a", 1);
        record("b", 2);
        filter()->setFilterText(QStringLiteral("conn == 2"));
        QTRY_COMPARE(rows(), 1);
        QVERIFY(m_pane->goTo(RecordId(1)));
        QCOMPARE(m_workspace->currentRecord(), RecordId(1));
        QCOMPARE(filter()->text(), QString());
        QVERIFY(!m_pane->goTo(RecordId(99)));
    }

    void goingToAHiddenHeartbeatShowsIt()
    {
        record("a");
        record("", 1, Opcode::Ping);
        for (int i = 0; i < 200; ++i)
            record("b");
        QTRY_COMPARE(rows(), 202);
        QTest::mouseClick(button("hideHeartbeats"), Qt::LeftButton);
        filter()->setFilterText(QStringLiteral("conn == 1"));
        QTRY_COMPARE(rows(), 201);
        QVERIFY(m_pane->goTo(RecordId(2)));
        QVERIFY(!button("hideHeartbeats")->isChecked());
        QCOMPARE(m_workspace->currentRecord(), RecordId(2));
        QTRY_COMPARE(m_pane->view()->currentIndex().row(), 1);
        QVERIFY(m_pane->view()->viewport()->rect().contains(m_pane->view()->visualRect(m_pane->view()->currentIndex()).center()));
    }

    void goingToARecordThatAPauseHoldsBackEndsThePause()
    {
        record("a");
        QTRY_COMPARE(rows(), 1);
        QTest::mouseClick(button("pauseButton"), Qt::LeftButton);
        record("b");
        QVERIFY(m_pane->goTo(RecordId(2)));
        QCOMPARE(m_workspace->currentRecord(), RecordId(2));
        QTRY_COMPARE(m_pane->view()->currentIndex().row(), 1);
        QVERIFY(!button("pauseButton")->isChecked());
    }

    void aFilterSetDuringAPauseIsObeyed()
    {
        record("a");
        record("", 1, Opcode::Ping);
        QTRY_COMPARE(rows(), 2);
        QTest::mouseClick(button("pauseButton"), Qt::LeftButton);
        QTest::mouseClick(button("hideHeartbeats"), Qt::LeftButton);
        QTRY_COMPARE(rows(), 1);
        QCOMPARE(m_pane->model()->recordAt(0), RecordId(1));
    }

    void aFilterKeepsThePlace()
    {
        for (int i = 0; i < 400; ++i)
            record("x", 1, i % 2 == 0 ? Opcode::Text : Opcode::Ping);
        QTRY_COMPARE(rows(), 400);
        QTRY_COMPARE(scrollBar()->value(), scrollBar()->maximum());
        scrollBar()->setValue(100);
        const RecordId top = m_pane->model()->recordAt(m_pane->view()->rowAt(0));
        QCOMPARE(top, RecordId(101));
        QTest::mouseClick(button("hideHeartbeats"), Qt::LeftButton);
        QVERIFY(!button("followButton")->isChecked());
        QTRY_COMPARE(rows(), 200);
        QTRY_COMPARE(m_pane->model()->recordAt(m_pane->view()->rowAt(0)), top);
        record("y");
        QTRY_COMPARE(rows(), 201);
        QVERIFY(!button("followButton")->isChecked());
        QCOMPARE(m_pane->model()->recordAt(m_pane->view()->rowAt(0)), top);
        // What is selected stays where it is seen.
        m_workspace->selectRecord(RecordId(107));
        const int above = m_pane->view()->currentIndex().row() - m_pane->view()->rowAt(0);
        QTest::mouseClick(button("hideHeartbeats"), Qt::LeftButton);
        QTRY_COMPARE(rows(), 401);
        QCOMPARE(m_workspace->currentRecord(), RecordId(107));
        QTRY_COMPARE(m_pane->view()->currentIndex().row() - m_pane->view()->rowAt(0), above);
        QVERIFY(!button("followButton")->isChecked());
        // So few that all are seen, then all again: the user has not asked to follow.
        filter()->setFilterText(QStringLiteral("opcode == close"));
        QTRY_VERIFY(rows() == 0 && !m_pane->model()->isSearching());
        filter()->setFilterText(QStringLiteral("text contains \"y\""));
        QTRY_COMPARE(rows(), 1);
        filter()->setFilterText({});
        QTRY_COMPARE(rows(), 401);
        QVERIFY(!button("followButton")->isChecked());
        // Who follows goes on following.
        QTest::mouseClick(button("followButton"), Qt::LeftButton);
        QTest::mouseClick(button("hideHeartbeats"), Qt::LeftButton);
        QTRY_COMPARE(rows(), 201);
        QVERIFY(button("followButton")->isChecked());
        QTRY_COMPARE(scrollBar()->value(), scrollBar()->maximum());
    }

    void theLogGoesOnWhenAConnectionComes()
    {
        session::HostOptions options;
        options.port = 0;
        const EndpointId host = m_workspace->workbench()->startHost(options);
        QTRY_VERIFY(m_workspace->endpoint(host) && m_workspace->endpoint(host)->state == session::EndpointState::Listening);
        m_workspace->selectEndpoint(host);
        auto *scope = button("filterScope");
        QVERIFY(scope->isVisible());
        QSignalSpy resets(m_pane->model(), &QAbstractItemModel::modelReset);
        session::ClientOptions client;
        client.url = m_workspace->endpoint(host)->url;
        constexpr int clients = 3;
        for (int i = 1; i <= clients; ++i) {
            m_workspace->workbench()->connectClient(client);
            QTRY_COMPARE(m_workspace->connectionsOf(host).size(), i);
        }
        // All of the host's connections, and nothing of the clients' own.
        const auto all = [&] {
            const auto ids = m_workspace->connectionsOf(host);
            std::vector<quint64> records;
            const auto document = m_workspace->document();
            (void)document->scan(RecordId(1), RecordId(document->received()), [&](const capture::RecordView &view) {
                if (ids.contains(view.header.connection))
                    records.push_back(view.header.id.value());
                return true;
            });
            return records;
        };
        const auto shown = [&] {
            std::vector<quint64> records;
            for (int row = 0; row < rows(); ++row)
                records.push_back(m_pane->model()->recordAt(row).value());
            return records;
        };
        QTRY_VERIFY(rows() >= clients * 2 && shown() == all());
        QCOMPARE(resets.count(), 0);
        // Not where the user has taken it away: then it is everything.
        QTest::mouseClick(scope, Qt::LeftButton);
        QVERIFY(!scope->isVisible());
        // A click on what is selected already narrows the log to it again.
        Q_EMIT m_workspace->selectionConfirmed();
        QVERIFY(scope->isVisible());
        QTest::mouseClick(scope, Qt::LeftButton);
        QTRY_COMPARE(static_cast<quint64>(rows()), m_workspace->document()->received());
    }

    void anyNumberOfConnectionsIsAScope()
    {
        test::Recording saved;
        for (int i = 0; i < 80; ++i) {
            capture::ConnectionInfo info;
            info.id = saved.document()->newConnectionId();
            info.endpoint = i % 2 == 0 ? QStringLiteral("even") : QStringLiteral("odd");
            info.localRole = Role::Server;
            saved.document()->putConnection(info);
            saved.frame(info.id, Direction::Received, Opcode::Text, "x");
        }
        QVERIFY(saved.document()->stopRecording().ok());
        const auto automatic = m_workspace->document();
        QVERIFY(test::openCapture(*m_workspace, saved.path()).ok());
        automatic->discard();
        QTRY_COMPARE(rows(), 80);
        QVERIFY(!button("filterScope")->isVisible());
        m_workspace->selectEndpoint(m_workspace->endpoints().constLast().id);
        QTRY_COMPARE(rows(), 40);
        QVERIFY(button("filterScope")->isVisible());
        QCOMPARE(m_pane->model()->recordAt(39), RecordId(80));
    }

    void anotherConversationLetsGoOfAFrame()
    {
        test::Recording saved;
        for (int i = 0; i < 2; ++i) {
            capture::ConnectionInfo info;
            info.id = saved.document()->newConnectionId();
            info.endpoint = i == 0 ? QStringLiteral("one") : QStringLiteral("other");
            saved.document()->putConnection(info);
            saved.frame(info.id, Direction::Received, Opcode::Text, "x");
        }
        QVERIFY(saved.document()->stopRecording().ok());
        const auto automatic = m_workspace->document();
        QVERIFY(test::openCapture(*m_workspace, saved.path()).ok());
        automatic->discard();
        QTRY_COMPARE(rows(), 2);
        m_workspace->selectRecord(RecordId(1));
        m_workspace->selectEndpoint(m_workspace->endpoints().constFirst().id);
        QTRY_COMPARE(rows(), 1);
        QCOMPARE(m_workspace->currentRecord(), RecordId(1));     // it is one of these
        m_workspace->selectEndpoint(m_workspace->endpoints().constLast().id);
        QTRY_COMPARE(m_pane->model()->recordAt(0), RecordId(2));
        QTRY_VERIFY(!m_workspace->currentRecord().isValid());
    }

    void saysThatAFilterCannotBeRead()
    {
        record("a");
        QTRY_COMPARE(rows(), 1);
        filter()->setText(QStringLiteral("opcode == binary"));
        QTRY_COMPARE(rows(), 0);
        const auto isSaid = [this](const char *words) {
            const auto labels = m_pane->findChildren<QLabel *>();
            return std::ranges::any_of(labels, [words](const QLabel *label) { return label->isVisible() && label->text().contains(QLatin1String(words)); });
        };
        QTRY_VERIFY(isSaid("No frame passes the filter."));
        filter()->setText(QStringLiteral("opcode == binary &&"));
        QTRY_VERIFY(isSaid("cannot be read as a filter yet"));
        filter()->setText(QString());
        QTRY_COMPARE(rows(), 1);
    }

    void goingToARecordWaitsForTheFilter()
    {
        for (int i = 0; i < 300; ++i)
            record(i % 3 == 0 ? "hit" : "miss");
        QTRY_COMPARE(rows(), 300);
        const QString wanted = QStringLiteral("text contains \"hit\"");
        filter()->setFilterText(wanted);
        QVERIFY(m_pane->model()->isSearching());
        QVERIFY(m_pane->goTo(RecordId(31)));
        QCOMPARE(m_workspace->currentRecord(), RecordId(31));
        QTRY_COMPARE(m_pane->view()->currentIndex().row(), 10);
        QTRY_COMPARE(rows(), 100);
        QCOMPARE(filter()->text(), wanted);
        QVERIFY(m_pane->view()->viewport()->rect().contains(m_pane->view()->visualRect(m_pane->view()->currentIndex()).center()));
        // What turns out to be hidden is shown all the same.
        filter()->setFilterText(QStringLiteral("text contains \"miss\""));
        QVERIFY(m_pane->goTo(RecordId(61)));
        QTRY_COMPARE(filter()->text(), QString());
        QTRY_COMPARE(m_pane->view()->currentIndex().row(), 60);
        QCOMPARE(m_workspace->currentRecord(), RecordId(61));
    }

    void whatIsSelectedStaysSoWhenRowsComeInBetween()
    {
        m_pane->model()->setConnections(QSet{ConnectionId(1)});
        for (int i = 0; i < 500; ++i)
            record("x", 1 + static_cast<quint32>(i) % 2);
        QTRY_COMPARE(rows(), 250);
        QTableView *view = m_pane->view();
        m_workspace->selectRecord(RecordId(5));
        view->selectAll();
        bool wasHeld = false;
        connect(m_pane->model(), &QAbstractItemModel::layoutAboutToBeChanged, view, [&wasHeld, view] { wasHeld = wasHeld || view->selectionModel()->hasSelection(); });
        QSignalSpy ordered(m_pane->model(), &QAbstractItemModel::layoutChanged);
        m_pane->model()->addConnection(ConnectionId(2));
        QTRY_COMPARE(rows(), 500);
        QVERIFY(!ordered.isEmpty());
        QVERIFY(!wasHeld); // no index for each cell
        QCOMPARE(view->selectionModel()->selection().size(), 1);
        QCOMPARE(view->selectionModel()->selection().constFirst().top(), 0);
        QCOMPARE(view->selectionModel()->selection().constFirst().bottom(), 498); // the last of the first connection's
        QCOMPARE(m_workspace->currentRecord(), RecordId(5));
        QCOMPARE(view->currentIndex().row(), 4);
    }

    void allRowsStaySelectedWhenMoreCome()
    {
        record("a");
        record("b");
        QTRY_COMPARE(rows(), 2);
        m_pane->view()->selectAll();
        m_workspace->selectRecord({});
        m_pane->view()->selectAll();
        record("c");
        QTRY_COMPARE(rows(), 3);
        QVERIFY(m_pane->view()->selectionModel()->isRowSelected(0));
        QVERIFY(m_pane->view()->selectionModel()->isRowSelected(1));
    }

    void copiesTheSelectedRows()
    {
        record("alpha");
        record("beta");
        QTRY_COMPARE(rows(), 2);
        m_pane->view()->selectAll();
        m_pane->view()->setFocus();
        QTest::keyClick(m_pane->view(), Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(QApplication::clipboard()->text().count(QLatin1Char('\n')), 2);
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("alpha")));
    }
};

QTEST_MAIN(TestFrameLogPane)
#include "tst_framelogpane.moc"
