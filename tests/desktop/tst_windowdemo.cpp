#include "demo.h"
#include "session/workbench.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QApplication>
#include <QSignalSpy>

using namespace wsw;
using namespace wsw::desktop;
using session::ConnectionStatus;
using session::EndpointInfo;
using session::EndpointKind;
using session::EndpointState;

class TestDemo final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<Demo> m_demo;

    /// The id of the demo's client; invalid before there is one.
    [[nodiscard]] EndpointId client() const
    {
        for (const EndpointInfo &info : m_workspace->endpoints()) {
            if (info.kind == EndpointKind::Client)
                return info.id;
        }
        return {};
    }

    /// Does @p what once, as soon as the demo's client is open and the demo talks.
    template<class What>
    void whenTalking(What what)
    {
        connect(m_workspace.get(), &Workspace::connectionChanged, m_demo.get(), [this, what, done = false](const ConnectionStatus &status) mutable {
            if (!done && status.endpoint == client() && status.state == EndpointState::Open) {
                done = true;
                what(status);
            }
        });
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_windowdemo"); }

    void init()
    {
        test::failOnWarnings();
        m_workspace = std::make_unique<Workspace>();
        m_demo = std::make_unique<Demo>(m_workspace.get());
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void cleanup()
    {
        m_demo.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void talksAndConnectsAgain()
    {
        QSignalSpy done(m_demo.get(), &Demo::done);
        m_demo->start();
        QVERIFY(m_demo->isRunning());
        QTRY_COMPARE(done.count(), 1);
        QVERIFY(!m_demo->isRunning());
        QVERIFY(done.constFirst().constFirst().value<RecordId>().isValid());
        QCOMPARE(m_workspace->endpoint(client())->state, EndpointState::Open);
    }

    void tellsWhenItIsConnectedNoLonger()
    {
        QSignalSpy done(m_demo.get(), &Demo::done);
        QSignalSpy ended(m_demo.get(), &Demo::ended);
        m_demo->start();
        QTRY_COMPARE(done.count(), 1);
        QCOMPARE(ended.count(), 0);
        m_workspace->workbench()->stop(client());
        QTRY_COMPARE(ended.count(), 1);
        QTRY_COMPARE(m_workspace->endpoint(client())->state, EndpointState::Closed);
        QCOMPARE(ended.count(), 1);
    }

    void findsItsFirstFrameBehindWhatWasThereBefore()
    {
        wire::TrafficRecord frame;
        frame.connection = ConnectionId(77);
        frame.header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, 1, Role::Server, {});
        frame.payload = QByteArrayLiteral("x");
        for (int i = 0; i < 1'000; ++i)
            m_workspace->document()->recorder().record(frame);
        QSignalSpy done(m_demo.get(), &Demo::done);
        m_demo->start();
        QTRY_COMPARE(done.count(), 1);
        const auto first = done.constFirst().constFirst().value<RecordId>();
        QVERIFY(first.value() > 1'000);
        QVERIFY(m_workspace->document()->peek(first)->header.connection != ConnectionId(77));
    }

    void ownsItsTwoEndpointsWhileItRuns()
    {
        session::HostOptions other;
        other.port = 0;
        const EndpointId foreign = m_workspace->workbench()->startHost(other);
        bool ownsClient = false;
        bool ownsForeign = true;
        whenTalking([&](const ConnectionStatus &status) {
            ownsClient = m_demo->owns(status.endpoint);
            ownsForeign = m_demo->owns(foreign);
        });
        QSignalSpy done(m_demo.get(), &Demo::done);
        m_demo->start();
        QTRY_COMPARE(done.count(), 1);
        QVERIFY(ownsClient);
        QVERIFY(!ownsForeign);
        QVERIFY(!m_demo->owns(client()));
    }

    void endsWhenItsClientEnds_data()
    {
        QTest::addColumn<QString>("how");
        for (const char *how : {"stop", "abort", "remove", "stop host"})
            QTest::newRow(how) << QString::fromLatin1(how);
    }
    void endsWhenItsClientEnds()
    {
        QFETCH(const QString, how);
        bool ended = false;
        whenTalking([&](const ConnectionStatus &status) {
            auto *bench = m_workspace->workbench();
            if (how == QStringLiteral("stop"))
                bench->stop(status.endpoint);
            else if (how == QStringLiteral("abort"))
                bench->abort(status.id);
            else if (how == QStringLiteral("remove"))
                bench->remove(status.endpoint);
            else
                bench->stop(m_workspace->endpoints().constFirst().id);
            ended = true;
        });
        QSignalSpy done(m_demo.get(), &Demo::done);
        m_demo->start();
        QTRY_VERIFY(ended);
        QTRY_VERIFY(!m_demo->isRunning());

        // Started again it goes through to its end, on whatever port is free now.
        const qsizetype before = done.count();
        for (const EndpointInfo &info : m_workspace->endpoints())
            m_workspace->workbench()->remove(info.id);
        QTRY_VERIFY(m_workspace->endpoints().isEmpty());
        m_demo->start();
        QTRY_COMPARE(done.count(), before + 1);
    }
};

QTEST_MAIN(TestDemo)
#include "tst_windowdemo.moc"
