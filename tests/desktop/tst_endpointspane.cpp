#include "models/endpointmodel.h"
#include "panes/endpointspane.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QAction>
#include <QApplication>
#include <QTest>

#include <algorithm>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

class TestEndpointsPane final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<EndpointsPane> m_pane;

    /// Texts of the actions that can be chosen, apart from copying.
    [[nodiscard]] QStringList usable() const
    {
        QStringList texts;
        for (const QAction *action : m_pane->rowActions()) {
            if (action->isEnabled() && action->isVisible() && action->shortcut() != QKeySequence(QKeySequence::Copy))
                texts.append(action->text());
        }
        return texts;
    }

    [[nodiscard]] EndpointId startHost() const
    {
        session::HostOptions host;
        host.port = 0;
        const EndpointId id = m_workspace->workbench()->startHost(host);
        const bool listens = QTest::qWaitFor([&] {
            const auto info = m_workspace->endpoint(id);
            return info && info->state == EndpointState::Listening && m_pane->model()->indexOf(id).isValid();
        });
        return listens ? id : EndpointId();
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_endpointspane");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        m_workspace = std::make_unique<Workspace>();
        m_pane = std::make_unique<EndpointsPane>(m_workspace.get());
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }

    void cleanup()
    {
        m_pane.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void offersWhatFitsTheRow()
    {
        QVERIFY(usable().isEmpty());
        const EndpointId host = startHost();
        QVERIFY(host.isValid());
        m_pane->select(host);
        QTRY_COMPARE(usable(), (QStringList{QStringLiteral("Stop"), QStringLiteral("Remove")}));
    }

    void offersNothingForASavedCapture()
    {
        test::Recording saved;
        capture::ConnectionInfo info;
        info.id = saved.document()->newConnectionId();
        info.endpoint = QStringLiteral("Echo server");
        info.localRole = Role::Server;
        saved.document()->putConnection(info);
        saved.frame(info.id, Direction::Sent, wire::Opcode::Text, "a");
        QVERIFY(saved.document()->flush().ok());
        QVERIFY(saved.document()->stopRecording().ok());
        const EndpointId host = startHost();
        QVERIFY(host.isValid());
        m_pane->select(host);
        QTRY_VERIFY(!usable().isEmpty());

        const auto automatic = m_workspace->document();
        QVERIFY(test::openCapture(*m_workspace, saved.path()).ok());
        automatic->discard();
        QCOMPARE(usable(), QStringList());
        m_pane->select(m_workspace->endpoints().constFirst().id);
        QCOMPARE(usable(), QStringList());
        // Whatever reaches an action all the same has nothing to act on.
        for (QAction *action : m_pane->rowActions()) {
            if (action->objectName() == QStringLiteral("closeWithCode"))
                continue;
            action->setEnabled(true);
            action->trigger();
        }
        QCOMPARE(m_workspace->endpoints().size(), 1);
        QVERIFY(test::beginCapture(*m_workspace).ok());
    }
};

QTEST_MAIN(TestEndpointsPane)
#include "tst_endpointspane.moc"
