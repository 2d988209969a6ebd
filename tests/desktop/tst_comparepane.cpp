#include "capture/document.h"
#include "models/comparemodel.h"
#include "panes/comparedelegate.h"
#include "panes/comparepane.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"
#include "workspace.h"

#include "desktop/workspaces.h"
#include "recording.h"
#include "support/testmain.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;

/// Two connections side by side: the model, and the pane over a saved capture.
class TestComparePane final : public QObject
{
    Q_OBJECT

    static constexpr ConnectionId one{1};
    static constexpr ConnectionId two{2};
    static constexpr ConnectionId three{3};

    static QString cell(const CompareModel &model, int row, int column) { return model.index(row, column).data().toString(); }

    /// Says who has spoken in which column, from top to bottom: "L", "R".
    static QString sides(const CompareModel &model)
    {
        QString all;
        for (int row = 0; row < model.rowCount(); ++row) {
            const auto side = model.sideOf(row);
            all += !side ? u'?' : *side == CompareModel::Left ? u'L' : u'R';
        }
        return all;
    }

    static void talk(test::Recording &recording)
    {
        recording.frame(one, Direction::Sent, Opcode::Text, "question");
        recording.frame(three, Direction::Sent, Opcode::Text, "nobody's business");
        recording.frame(two, Direction::Sent, Opcode::Text, "question", 2'000'000);
        recording.frame(two, Direction::Received, Opcode::Text, "answer", 1'500'000'000);
        recording.frame(one, Direction::Received, Opcode::Text, "ans", 0, wire::Fin::No, {}, 0, MessageId(1));
        recording.frame(two, Direction::Sent, Opcode::Ping, "p");
        recording.frame(one, Direction::Received, Opcode::Continuation, "wer", 1000, wire::Fin::Yes, {}, 0, MessageId(1));
    }

    static void name(test::Recording &recording, ConnectionId id, const char *endpoint, Role role)
    {
        capture::ConnectionInfo info;
        info.id = id;
        info.endpoint = QLatin1String(endpoint);
        info.endpointId = EndpointId(id.value());
        info.endpointKind = role == Role::Client ? QStringLiteral("client") : QStringLiteral("host");
        info.localRole = role;
        info.name = QLatin1String(endpoint);
        info.localAddress = role == Role::Client ? QStringLiteral("127.0.0.1:4000") : QStringLiteral("127.0.0.1:8765");
        info.peerAddress = role == Role::Client ? QStringLiteral("127.0.0.1:8765") : QStringLiteral("127.0.0.1:4000");
        recording.document()->putConnection(info);
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_comparepane");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init() { test::failOnWarnings(); }

    void eachMessageStandsAtItsSide()
    {
        test::Recording recording;
        CompareModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.log()->setDocument(recording.document());
        model.setPair(one, two);
        talk(recording);
        QTRY_COMPARE(model.rowCount(), 5);
        QCOMPARE(sides(model), QStringLiteral("LRRLR"));
        QCOMPARE(cell(model, 0, CompareModel::Left), QStringLiteral("sent · text · question"));
        QCOMPARE(cell(model, 0, CompareModel::Right), QString());
        QCOMPARE(cell(model, 2, CompareModel::Right), QStringLiteral("received · text · answer"));
        QTRY_COMPARE(cell(model, 3, CompareModel::Left), QStringLiteral("received · text · 2 frames · answer"));
        QVERIFY(!model.gapBefore(0));
        QCOMPARE(model.gapBefore(1), std::optional<qint64>(2'001'000)); // also over what is not shown
        QCOMPARE(model.gapBefore(2), std::optional<qint64>(1'500'000'000));
        QCOMPARE(model.gapBefore(3), std::optional<qint64>(0));
        model.setPair(two, one);
        QTRY_COMPARE(model.rowCount(), 5);
        QCOMPARE(sides(model), QStringLiteral("RLLRL"));
        model.setPair(one, {});
        QTRY_COMPARE(model.rowCount(), 2);
        model.log()->setDocument(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void whatIsSelectedMovesWithItsMessage()
    {
        test::Recording recording;
        CompareModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.log()->setDocument(recording.document());
        model.setPair(one, two);
        model.log()->setFilter(*capture::Filter::parse(QStringLiteral("text contains \"z\""), nullptr));
        recording.frame(one, Direction::Sent, Opcode::Text, "abc", 1000, wire::Fin::No, {}, 0, MessageId(1));
        recording.frame(two, Direction::Sent, Opcode::Text, "z");
        QTRY_COMPARE(model.rowCount(), 1);
        const QPersistentModelIndex kept = model.index(0, CompareModel::Right);
        recording.frame(one, Direction::Sent, Opcode::Continuation, "xyz", 1000, wire::Fin::Yes, {}, 0, MessageId(1));
        QTRY_COMPARE(model.rowCount(), 2);
        QCOMPARE(sides(model), QStringLiteral("LR"));
        QCOMPARE(kept.row(), 1);
    }

    void barsGrowWithTime()
    {
        QCOMPARE(CompareDelegate::shareOf(0), 0.0);
        QCOMPARE(CompareDelegate::shareOf(1'000), 0.0);
        QCOMPARE(CompareDelegate::shareOf(10'000), 0.125);
        QCOMPARE(CompareDelegate::shareOf(1'000'000'000), 0.75);
        QCOMPARE(CompareDelegate::shareOf(100'000'000'000'000), 1.0);
    }

    void thePaneProposesWhatBelongsTogether()
    {
        test::Recording recording;
        name(recording, three, "other", Role::Client);
        name(recording, two, "host", Role::Server);
        name(recording, one, "client", Role::Client);
        talk(recording);
        Workspace workspace;
        QVERIFY(recording.document()->flush().ok());
        QVERIFY(test::openCapture(workspace, recording.path()).ok());
        ComparePane pane(&workspace);
        pane.resize(900, 400);
        QCOMPARE(pane.model()->rowCount(), 0); // nothing is read while it is hidden
        QVERIFY(pane.model()->log()->document() == nullptr);
        workspace.selectConnection(two);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        QTRY_COMPARE(pane.model()->rowCount(), 5);
        QCOMPARE(pane.model()->right(), two);
        auto *left = pane.findChild<QComboBox *>(QStringLiteral("besideLeft"));
        QVERIFY(left->currentText().contains(QStringLiteral(" · ")));

        // Chosen by the keyboard.
        const ConnectionId before = pane.model()->left();
        left->setFocus();
        left->setCurrentIndex(left->findData(before == one ? three.value() : one.value()));
        Q_EMIT left->activated(left->currentIndex());
        QTRY_COMPARE(pane.model()->rowCount(), before == one ? 4 : 5);
        QTest::mouseClick(pane.findChild<QToolButton *>(QStringLiteral("besideSwap")), Qt::LeftButton);
        QCOMPARE(pane.model()->left(), two);
        pane.hide();
        QCOMPARE(pane.model()->rowCount(), 0);
    }

    void manyConnectionsAtOnceAreOfferedAtOnce()
    {
        test::Recording recording;
        name(recording, two, "host", Role::Server);
        name(recording, one, "client", Role::Client);
        Workspace workspace;
        QVERIFY(recording.document()->flush().ok());
        QVERIFY(test::openCapture(workspace, recording.path()).ok());
        ComparePane pane(&workspace);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        auto *left = pane.findChild<QComboBox *>(QStringLiteral("besideLeft"));
        QCOMPARE(left->count(), 2);
        QSignalSpy filled(left->model(), &QAbstractItemModel::rowsInserted);
        for (quint32 id = 10; id < 60; ++id) {
            session::ConnectionStatus status;
            status.id = ConnectionId(id);
            Q_EMIT workspace.connectionChanged(status);
        }
        QCOMPARE(filled.count(), 0);
        QTRY_COMPARE(filled.count(), 2);
    }

    void onlyWhatIsOfferedIsProposed()
    {
        Workspace workspace;
        QVERIFY(test::beginCapture(workspace).ok());
        session::HostOptions options;
        options.port = 0;
        const EndpointId host = workspace.workbench()->startHost(options);
        QTRY_VERIFY(workspace.endpoint(host) && workspace.endpoint(host)->state == session::EndpointState::Listening);
        session::ClientOptions client;
        client.url = workspace.endpoint(host)->url;
        const EndpointId gone = workspace.workbench()->connectClient(client);
        workspace.workbench()->connectClient(client);
        QTRY_COMPARE(workspace.connections().size(), 4);
        QTRY_COMPARE(workspace.document()->connections().size(), 4);
        ComparePane pane(&workspace);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        auto *left = pane.findChild<QComboBox *>(QStringLiteral("besideLeft"));
        auto *right = pane.findChild<QComboBox *>(QStringLiteral("besideRight"));
        workspace.workbench()->remove(gone);
        QTRY_COMPARE(left->count(), 3);
        QVERIFY(left->currentIndex() >= 0);
        QVERIFY(right->currentIndex() >= 0);
        QCOMPARE(pane.model()->left().value(), left->currentData().toUInt());
        workspace.document()->discard();
    }

    void thePaneIsLinkedToTheSelection()
    {
        test::Recording recording;
        name(recording, two, "host", Role::Server);
        name(recording, one, "client", Role::Client);
        talk(recording);
        Workspace workspace;
        QVERIFY(recording.document()->flush().ok());
        QVERIFY(test::openCapture(workspace, recording.path()).ok());
        ComparePane pane(&workspace);
        pane.resize(900, 400);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        QTRY_COMPARE(pane.model()->rowCount(), 5);
        QTableView *view = pane.view();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(pane.model()->index(1, CompareModel::Right)).center());
        QCOMPARE(workspace.currentRecord(), RecordId(3));
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(workspace.currentRecord(), RecordId(4));
        // The second fragment of a message: its row is marked, and it stays selected.
        workspace.selectRecord(RecordId(7));
        QCOMPARE(view->currentIndex().row(), 3);
        QCOMPARE(workspace.currentRecord(), RecordId(7));
        // Of another connection: nothing is marked.
        workspace.selectRecord(RecordId(2));
        QVERIFY(!view->selectionModel()->hasSelection());
        auto *filter = pane.findChild<FilterEdit *>(QStringLiteral("besideFilter"));
        filter->setFilterText(QStringLiteral("opcode == text"));
        QTRY_COMPARE(pane.model()->rowCount(), 4);
        filter->setFilterText(QStringLiteral("opcode =="));
        auto *problem = pane.findChild<QLabel *>(QStringLiteral("besideProblem"));
        QVERIFY(problem->isVisible() && !problem->text().isEmpty());
        QCOMPARE(pane.model()->rowCount(), 4);
    }

    void thePaneFollowsTheNewest()
    {
        Workspace workspace;
        QVERIFY(test::beginCapture(workspace).ok());
        ComparePane pane(&workspace);
        pane.resize(900, 300);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        pane.compare(one, two);
        const auto record = [&workspace](quint32 connection) {
            wire::TrafficRecord frame;
            frame.connection = ConnectionId(connection);
            frame.header = wire::legalHeader(Opcode::Text, wire::Fin::Yes, 1, Role::Server, {});
            frame.time = frame.firstByteTime = monotonicNow();
            frame.payload = "x";
            workspace.document()->recorder().record(frame);
        };
        for (quint32 i = 0; i < 100; ++i)
            record(1 + i % 2);
        QTRY_COMPARE(pane.model()->rowCount(), 100);
        QScrollBar *bar = pane.view()->verticalScrollBar();
        QTRY_COMPARE(bar->value(), bar->maximum());
        bar->setValue(3);
        record(1);
        QTRY_COMPARE(pane.model()->rowCount(), 101);
        QCOMPARE(bar->value(), 3);
        workspace.document()->discard();
    }
};

QTEST_MAIN(TestComparePane)
#include "tst_comparepane.moc"
