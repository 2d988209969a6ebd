#include "scans.h"
#include "session/workbench.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/blockedpool.h"
#include "support/testmain.h"

#include <QApplication>
#include <QSignalSpy>
#include <QThread>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

class TestWorkspace final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;

    [[nodiscard]] EndpointState stateOf(EndpointId id) const
    {
        const auto info = m_workspace->endpoint(id);
        return info ? info->state : EndpointState::Starting;
    }

    /// A host and a client of it, open.
    std::pair<EndpointId, EndpointId> startPair()
    {
        session::HostOptions host;
        host.port = 0;
        const EndpointId server = m_workspace->workbench()->startHost(host);
        if (!QTest::qWaitFor([&] { return stateOf(server) == EndpointState::Listening; }))
            return {};
        session::ClientOptions client;
        client.url = m_workspace->endpoint(server)->url;
        const EndpointId caller = m_workspace->workbench()->connectClient(client);
        if (!QTest::qWaitFor([&] { return stateOf(caller) == EndpointState::Open && m_workspace->connections().size() == 2; }))
            return {};
        return {server, caller};
    }

    /// Frames of connection 1, stored.
    static void record(test::Recording &saved, int frames)
    {
        capture::ConnectionInfo info;
        info.id = ConnectionId(1);
        saved.document()->putConnection(info);
        for (int i = 0; i < frames; ++i)
            saved.frame(info.id, Direction::Received, wire::Opcode::Text, "a");
        QVERIFY(saved.document()->stopRecording().ok());
    }

    /// Reads on until it is told to stop.
    static bool readOn(const std::atomic_bool &cancelled)
    {
        while (!cancelled)
            QThread::yieldCurrentThread();
        return true;
    }

    void scanOn(bool *stopped)
    {
        m_workspace->scans().run(this, [](const std::atomic_bool &cancelled) { return readOn(cancelled); }, [stopped](bool) { *stopped = true; });
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_workspace"); }

    void init()
    {
        test::failOnWarnings();
        m_workspace = std::make_unique<Workspace>();
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void cleanup()
    {
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void startsWithAnAutomaticDocument()
    {
        QVERIFY(m_workspace->document()->isAutomatic());
        QVERIFY(m_workspace->document()->isRecording());
        QVERIFY(m_workspace->workbench() != nullptr);
        QVERIFY(m_workspace->endpoints().isEmpty());
    }

    void tellsASelectionOnce()
    {
        QSignalSpy records(m_workspace.get(), &Workspace::currentRecordChanged);
        QSignalSpy connections(m_workspace.get(), &Workspace::currentConnectionChanged);
        m_workspace->selectRecord(RecordId(7));
        m_workspace->selectRecord(RecordId(7));
        m_workspace->selectConnection(ConnectionId(3));
        m_workspace->selectConnection(ConnectionId(3));
        QCOMPARE(records.count(), 1);
        QCOMPARE(connections.count(), 1);
        QCOMPARE(m_workspace->currentRecord(), RecordId(7));
        QCOMPARE(m_workspace->currentConnection(), ConnectionId(3));
    }

    void knowsEndpointsAndConnections()
    {
        const auto [server, caller] = startPair();
        QVERIFY(server.isValid());
        QCOMPARE(m_workspace->endpoints().size(), 2);
        QSet<EndpointId> owners;
        for (const auto &connection : m_workspace->connections())
            owners.insert(connection.endpoint);
        QCOMPARE(owners, (QSet{server, caller}));
        QVERIFY(m_workspace->document()->received() >= 4); // both heads, seen from both ends
    }

    void forgetsARemovedEndpoint()
    {
        const auto [server, caller] = startPair();
        QVERIFY(server.isValid());
        for (const auto &connection : m_workspace->connections()) {
            if (connection.endpoint == caller)
                m_workspace->selectConnection(connection.id);
        }
        m_workspace->selectEndpoint(caller);
        QVERIFY(m_workspace->currentConnection().isValid());
        m_workspace->workbench()->remove(caller);
        QTRY_VERIFY(!m_workspace->endpoint(caller));
        QVERIFY(!m_workspace->currentConnection().isValid());
        QVERIFY(!m_workspace->currentEndpoint().isValid());
        for (const auto &connection : m_workspace->connections())
            QCOMPARE(m_workspace->connection(connection.id)->endpoint, server);
    }

    void aNewCaptureBeginsWithNothing()
    {
        QVERIFY(startPair().first.isValid());
        m_workspace->selectRecord(RecordId(1));
        const auto old = m_workspace->document();
        QSignalSpy changed(m_workspace.get(), &Workspace::documentChanged);
        QVERIFY(test::beginCapture(*m_workspace).ok());
        QCOMPARE(changed.count(), 1);
        QVERIFY(m_workspace->document() != old);
        QVERIFY(m_workspace->endpoints().isEmpty());
        QVERIFY(m_workspace->connections().isEmpty());
        QVERIFY(!m_workspace->currentRecord().isValid());
        QCOMPARE(m_workspace->document()->received(), quint64(0));
        old->discard();
    }

    void opensASavedCaptureForReading()
    {
        test::Recording saved;
        const ConnectionId id = saved.document()->newConnectionId();
        capture::ConnectionInfo info;
        info.id = id;
        info.endpoint = QStringLiteral("Echo server");
        info.localRole = Role::Server;
        info.name = QStringLiteral("client 1");
        info.closeText = QStringLiteral("closed 1000");
        saved.document()->putConnection(info);
        saved.frame(id, Direction::Sent, wire::Opcode::Text, "a");
        saved.frame(id, Direction::Received, wire::Opcode::Text, "b");
        saved.frame(id, Direction::Received, wire::Opcode::Text, "c");
        QVERIFY(saved.document()->flush().ok());
        QVERIFY(saved.document()->stopRecording().ok());
        const auto automatic = m_workspace->document();
        QVERIFY(test::openCapture(*m_workspace, saved.path()).ok());
        automatic->discard();

        QVERIFY(m_workspace->workbench() == nullptr);
        QCOMPARE(m_workspace->document()->received(), quint64(3));
        QCOMPARE(m_workspace->endpoints().size(), 1);
        QCOMPARE(m_workspace->endpoints().constFirst().name, QStringLiteral("Echo server"));
        QCOMPARE(m_workspace->connections().size(), 1);
        QCOMPARE(m_workspace->connection(id)->stateText, QStringLiteral("closed 1000"));
        QTRY_COMPARE(m_workspace->connection(id)->framesReceived, quint64(2));
        QCOMPARE(m_workspace->connection(id)->framesSent, quint64(1));
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void savedEndpointsOfOneNameAreToldApart()
    {
        test::Recording saved;
        const auto put = [&saved](const QString &name, quint32 endpoint, const QString &kind, Role role, const QString &url) {
            capture::ConnectionInfo info;
            info.id = saved.document()->newConnectionId();
            info.endpoint = name;
            info.endpointId = EndpointId(endpoint);
            info.endpointKind = kind;
            info.localRole = role;
            info.url = url;
            saved.document()->putConnection(info);
            return info.id;
        };
        const QString name = QStringLiteral("Echo server");
        const QString host = QStringLiteral("host");
        const ConnectionId one = put(name, 4, host, Role::Server, QStringLiteral("ws://a/"));
        const ConnectionId two = put(name, 9, host, Role::Server, QStringLiteral("ws://a/"));
        const ConnectionId again = put(name, 4, host, Role::Server, QStringLiteral("ws://a/"));
        const ConnectionId passed = put(QStringLiteral("p"), 5, QStringLiteral("proxy"), Role::Client, QStringLiteral("ws://a/"));
        const ConnectionId notPassed = put(QStringLiteral("p"), 5, QStringLiteral("proxy"), Role::Server, QStringLiteral("ws://b/"));
        // As an older program has written them.
        const ConnectionId old = put(name, 0, {}, Role::Server, QStringLiteral("ws://a/"));
        const ConnectionId oldToo = put(name, 0, {}, Role::Server, QStringLiteral("ws://A/x"));
        const ConnectionId oldElsewhere = put(name, 0, {}, Role::Server, QStringLiteral("ws://a:81/"));
        const ConnectionId oldClient = put(name, 0, {}, Role::Client, QStringLiteral("ws://a/"));
        QVERIFY(saved.document()->stopRecording().ok());
        m_workspace->document()->discard();
        QVERIFY(test::openCapture(*m_workspace, saved.path()).ok());

        const auto owner = [this](ConnectionId id) { return m_workspace->connection(id)->endpoint; };
        QCOMPARE(m_workspace->endpoints().size(), 6);
        QCOMPARE(owner(again), owner(one));
        QVERIFY(owner(two) != owner(one));
        QCOMPARE(owner(notPassed), owner(passed));
        QCOMPARE(m_workspace->endpoint(owner(passed))->kind, session::EndpointKind::Proxy);
        QCOMPARE(owner(oldToo), owner(old));
        QCOMPARE(m_workspace->endpoint(owner(old))->kind, session::EndpointKind::Host);
        QCOMPARE((QSet{owner(one), owner(two), owner(passed), owner(old), owner(oldElsewhere), owner(oldClient)}).size(), 6);
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void aSavedCaptureIsCountedWhileMessagesAreRead()
    {
        const test::BlockedPool blocked(QThreadPool::globalInstance());
        test::Recording saved;
        record(saved, 3);
        m_workspace->document()->discard();
        QVERIFY(test::openCapture(*m_workspace, saved.path()).ok());
        QTRY_COMPARE(m_workspace->connection(ConnectionId(1))->framesReceived, quint64(3));
    }

    void anotherCaptureStopsTheScans()
    {
        bool stopped = false;
        m_workspace->document()->discard();
        scanOn(&stopped);
        QVERIFY(test::beginCapture(*m_workspace).ok());
        QTRY_VERIFY(stopped);
    }

    void theEndStopsTheScans()
    {
        bool stopped = false;
        QSignalSpy ended(m_workspace.get(), &Workspace::ended);
        scanOn(&stopped);
        m_workspace->end();
        QTRY_VERIFY(stopped);
        QTRY_COMPARE(ended.size(), 1);
    }

    void theDestructorStopsTheScans()
    {
        Workspace workspace;
        workspace.scans().run(this, [](const std::atomic_bool &cancelled) { return readOn(cancelled); }, [](bool) {});
    }

    void endsInTheMiddleOfALargeCapture()
    {
        test::Recording saved;
        record(saved, 400'000);
        m_workspace->document()->discard();
        QSignalSpy ended(m_workspace.get(), &Workspace::ended);
        QVERIFY(test::openCapture(*m_workspace, saved.path()).ok());
        m_workspace->end();
        QTRY_COMPARE(ended.size(), 1);
        m_workspace->scans().pool()->waitForDone();
        QCoreApplication::sendPostedEvents();
        // Neither all of it, for that has not been read, nor a part of it, for that would be a false number.
        QCOMPARE(m_workspace->connection(ConnectionId(1))->framesReceived, quint64(0));
    }

    void endpointsAreClosedInAWorker()
    {
        const auto [server, caller] = startPair();
        QVERIFY(caller.isValid());
        const auto old = m_workspace->document();
        QSignalSpy closing(m_workspace.get(), &Workspace::closingChanged);
        QVERIFY(test::beginCapture(*m_workspace).ok());
        // The new capture is there before the old endpoints are gone.
        QCOMPARE(m_workspace->closingEndpoints(), 2);
        QVERIFY(m_workspace->workbench() != nullptr);
        QTRY_COMPARE(m_workspace->closingEndpoints(), 0);
        QCOMPARE(closing.size(), 2);
        // They ended in order: the Close of the client stands in the old capture.
        QVERIFY(old->flush().ok());
        bool sawClose = false;
        QVERIFY(old->scan(RecordId(1), RecordId(old->received()), [&](const capture::RecordView &view) {
                       sawClose = sawClose || (view.header.kind == wire::RecordKind::Frame && view.header.frame.opcode == wire::Opcode::Close);
                       return true;
                   }).ok());
        QVERIFY(sawClose);
        old->discard();
    }

    void theEndIsToldWhenEverythingIsStored()
    {
        const auto [server, caller] = startPair();
        QVERIFY(caller.isValid());
        QSignalSpy ended(m_workspace.get(), &Workspace::ended);
        m_workspace->end();
        QCOMPARE(ended.size(), 0);
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY(!m_workspace->document()->isRecording());
        QCOMPARE(m_workspace->document()->stored(), m_workspace->document()->received());
    }

    void theLastOwnerOfADocumentDoesNotWaitForTheDisk()
    {
        auto made = capture::Document::createAutomatic();
        QVERIFY(made.ok());
        QThread *deletedIn = QThread::currentThread();
        connect(made.value().get(), &QObject::destroyed, made.value().get(), [&deletedIn] { deletedIn = QThread::currentThread(); }, Qt::DirectConnection);
        SharedDocument document = shareDocument(std::move(made).value());
        document.reset();
        QThreadPool::globalInstance()->waitForDone();
        QVERIFY(deletedIn != QThread::currentThread());
    }
};

QTEST_MAIN(TestWorkspace)
#include "tst_workspace.moc"
