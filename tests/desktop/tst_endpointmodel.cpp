#include "models/endpointmodel.h"
#include "session/workbench.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSignalSpy>
#include <QTcpServer>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

class TestEndpointModel final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<EndpointModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;

    EndpointId host()
    {
        session::HostOptions options;
        options.port = 0;
        options.name = QStringLiteral("Echo server");
        const EndpointId id = m_workspace->workbench()->startHost(options);
        return QTest::qWaitFor([&] { return m_workspace->endpoint(id) && m_workspace->endpoint(id)->state == EndpointState::Listening; })
                   ? id : EndpointId();
    }

    EndpointId client(EndpointId server)
    {
        session::ClientOptions options;
        options.url = m_workspace->endpoint(server)->url;
        options.name = QStringLiteral("Caller");
        const EndpointId id = m_workspace->workbench()->connectClient(options);
        return QTest::qWaitFor([&] { return m_workspace->endpoint(id) && m_workspace->endpoint(id)->state == EndpointState::Open; })
                   ? id : EndpointId();
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_endpointmodel"); }

    void init()
    {
        test::failOnWarnings();
        m_workspace = std::make_unique<Workspace>();
        m_model = std::make_unique<EndpointModel>(m_workspace.get());
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void isEmptyAtFirst()
    {
        QCOMPARE(m_model->rowCount(), 0);
        QVERIFY(!m_model->indexOf(EndpointId(1)).isValid());
        QVERIFY(!m_model->indexOf(ConnectionId(1)).isValid());
    }

    void showsAHostAndItsClients()
    {
        const EndpointId server = host();
        QVERIFY(server.isValid());
        QTRY_COMPARE(m_model->rowCount(), 1);
        const QModelIndex row = m_model->indexOf(server);
        QCOMPARE(row.data().toString(), QStringLiteral("Echo server"));
        QCOMPARE(m_model->endpointAt(row), server);
        QVERIFY(!m_model->connectionAt(row).isValid());
        QVERIFY(client(server).isValid());
        QVERIFY(client(server).isValid());
        QTRY_COMPARE(m_model->rowCount(m_model->indexOf(server)), 2);
        const QModelIndex first = m_model->index(0, 0, m_model->indexOf(server));
        QVERIFY(m_model->connectionAt(first).isValid());
        QCOMPARE(m_model->endpointAt(first), server);
        QCOMPARE(m_model->parent(first), m_model->indexOf(server));
        QCOMPARE(m_model->indexOf(m_model->connectionAt(first)), first);
    }

    void aClientStandsForItsLatestConnection()
    {
        const EndpointId server = host();
        const EndpointId caller = client(server);
        QVERIFY(caller.isValid());
        QTRY_VERIFY(m_model->connectionAt(m_model->indexOf(caller)).isValid());
        const ConnectionId first = m_model->connectionAt(m_model->indexOf(caller));
        QCOMPARE(m_model->rowCount(m_model->indexOf(caller)), 0);
        QCOMPARE(m_model->indexOf(first), m_model->indexOf(caller));

        m_workspace->workbench()->stop(caller);
        QTRY_COMPARE(m_workspace->endpoint(caller)->state, EndpointState::Closed);
        m_workspace->workbench()->restart(caller);
        QTRY_COMPARE(m_model->rowCount(m_model->indexOf(caller)), 1);
        QTRY_COMPARE(m_workspace->endpoint(caller)->state, EndpointState::Open);
        QVERIFY(m_model->connectionAt(m_model->indexOf(caller)) != first);
        QCOMPARE(m_model->indexOf(first), m_model->index(0, 0, m_model->indexOf(caller)));
    }

    void countsFrames()
    {
        const EndpointId server = host();
        const EndpointId caller = client(server);
        QTRY_VERIFY(m_model->connectionAt(m_model->indexOf(caller)).isValid());
        QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
        session::Outgoing hello;
        hello.payload = "Hello server!";
        m_workspace->workbench()->send(m_model->connectionAt(m_model->indexOf(caller)), hello);
        QTRY_COMPARE(m_model->indexOf(caller).data(EndpointModel::CountRole).toULongLong(), 2ULL);
        QTRY_VERIFY(!changed.isEmpty());
    }

    void aFailureIsSpelledOut()
    {
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        session::HostOptions options;
        options.port = taken.serverPort();
        const EndpointId id = m_workspace->workbench()->startHost(options);
        QTRY_VERIFY(m_workspace->endpoint(id) && m_workspace->endpoint(id)->state == EndpointState::Failed);
        m_model->flush();
        const QString words = m_model->indexOf(id).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(words.contains(m_workspace->endpoint(id)->error->message), qPrintable(words));
        QCOMPARE(dotOf(EndpointState::Failed), DotState::Failed);
    }

    void removesAnEndpointWithItsConnections()
    {
        const EndpointId server = host();
        const EndpointId caller = client(server);
        QTRY_COMPARE(m_model->rowCount(m_model->indexOf(server)), 1);
        m_workspace->workbench()->remove(server);
        QTRY_COMPARE(m_model->rowCount(), 1);
        QVERIFY(!m_model->indexOf(server).isValid());
        QCOMPARE(m_model->endpointAt(m_model->index(0, 0)), caller);
    }

    void clearsWithTheDocument()
    {
        QVERIFY(client(host()).isValid());
        QTRY_COMPARE(m_model->rowCount(), 2);
        const auto old = m_workspace->document();
        QVERIFY(test::beginCapture(*m_workspace).ok());
        old->discard();
        QCOMPARE(m_model->rowCount(), 0);
    }
};

QTEST_MAIN(TestEndpointModel)
#include "tst_endpointmodel.moc"
