#include "capture/document.h"
#include "capture/recorder.h"
#include "models/framelogmodel.h"
#include "panes/findbar.h"
#include "panes/logsearch.h"
#include "panes/sentwatch.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QApplication>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace wsw;
using namespace wsw::desktop;

/// Where a search goes, and what is said of frames that the log leaves out.
class TestLogSearch final : public QObject
{
    Q_OBJECT

    static constexpr ConnectionId one{1};
    static constexpr ConnectionId two{2};

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<FrameLogModel> m_log;

    void record(const QByteArray &payload, ConnectionId connection = one, Direction direction = Direction::Received) const
    {
        wire::TrafficRecord frame;
        frame.connection = connection;
        frame.direction = direction;
        frame.header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, static_cast<quint64>(payload.size()), Role::Server, {});
        frame.payload = payload;
        m_workspace->document()->recorder().record(frame);
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_logsearch"); }

    void init()
    {
        test::failOnWarnings();
        m_workspace = std::make_unique<Workspace>();
        QVERIFY(test::beginCapture(*m_workspace).ok());
        m_log = std::make_unique<FrameLogModel>();
        m_log->setDocument(m_workspace->document());
    }

    void cleanup()
    {
        m_log.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void whatWasNotFoundIsNotGoneToLater()
    {
        FindBar bar;
        LogSearch search(m_workspace.get(), m_log.get(), &bar, nullptr);
        connect(&search, &LogSearch::goingTo, m_workspace.get(), &Workspace::selectRecord);
        record("nothing");
        QTRY_COMPARE(m_log->rowCount(), 1);
        search.open();
        auto *edit = bar.findChild<QLineEdit *>();
        QTest::keyClicks(edit, QStringLiteral("error"));
        QTest::keyClick(edit, Qt::Key_Return);
        QTRY_VERIFY(search.hits()->isActive() && !search.hits()->isSearching());
        QTest::qWait(120);
        record("an error");
        QTRY_COMPARE(search.hits()->count(), 1);
        QTest::qWait(50);
        QVERIFY(!m_workspace->currentRecord().isValid());
        // A key asks for it.
        search.next();
        QCOMPARE(m_workspace->currentRecord(), RecordId(2));
    }

    void enterGoesOnFromWhereOneIs()
    {
        FindBar bar;
        LogSearch search(m_workspace.get(), m_log.get(), &bar, nullptr);
        connect(&search, &LogSearch::goingTo, m_workspace.get(), &Workspace::selectRecord);
        constexpr int many = 20'000;
        for (int i = 1; i <= many; ++i)
            record(i == 5 || i == many - 10 ? "hit" : "miss");
        QTRY_COMPARE(m_log->rowCount(), many);
        m_workspace->selectRecord(RecordId(many - 1000));
        search.open();
        auto *edit = bar.findChild<QLineEdit *>();
        QTest::keyClicks(edit, QStringLiteral("hit"));
        QTest::keyClick(edit, Qt::Key_Return);
        QTRY_COMPARE(m_workspace->currentRecord(), RecordId(many - 10));
        QTest::keyClick(edit, Qt::Key_Return);
        QTRY_COMPARE(m_workspace->currentRecord(), RecordId(5));
        QTest::keyClick(edit, Qt::Key_Return, Qt::ShiftModifier);
        QTRY_COMPARE(m_workspace->currentRecord(), RecordId(many - 10));
        // What has been typed a moment ago is what the key means.
        QTest::keyClicks(edit, QStringLiteral("x"));
        search.next();
        QCOMPARE(m_workspace->currentRecord(), RecordId(many - 10));
    }

    void onlyWhatTheLogLeavesOutIsToldOf()
    {
        SentWatch watch(m_workspace.get(), m_log.get(), nullptr);
        QSignalSpy told(&watch, &SentWatch::hiddenChanged);
        m_log->setConnections(QSet{two});
        QTRY_VERIFY(!m_log->isSearching());
        // Another connection's frame, and one that was received, are not what was sent.
        watch.expect({one});
        record("elsewhere", two, Direction::Sent);
        record("came", one, Direction::Received);
        QTest::qWait(600);
        QVERIFY(told.isEmpty());
        watch.expect({one});
        record("mine", one, Direction::Sent);
        QTRY_COMPARE(told.count(), 1);
        QCOMPARE(told.constLast().constFirst().toBool(), true);
        watch.forget();
        QCOMPARE(told.constLast().constFirst().toBool(), false);
        // One of two is seen: nobody knows that the other was the user's.
        m_log->setConnections(std::nullopt);
        m_log->setFilter(*capture::Filter::parse(QStringLiteral("text == mine"), nullptr));
        watch.expect({one});
        record("answer", one, Direction::Sent);
        record("mine", one, Direction::Sent);
        QTest::qWait(600);
        QCOMPARE(told.count(), 2);
        m_log->setFilter({});
        watch.expect({one});
        record("seen", one, Direction::Sent);
        QTest::qWait(600);
        QCOMPARE(told.count(), 2);
    }
};

QTEST_MAIN(TestLogSearch)
#include "tst_logsearch.moc"
