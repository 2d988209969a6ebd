#pragma once

#include "desktop/workspaces.h"
#include "session/workbench.h"
#include "support/sandbox.h"
#include "support/testmain.h"
#include "theme/theme.h"
#include "workspace.h"

#include <QApplication>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

#include <memory>

namespace wsw::test {

/// A workspace that records, in folders of the test's own, and what stands at both ends of it; the base class of tests of the window
/// and its parts.
class Fixture : public QObject
{
protected:
    /// For init(): nothing is remembered from before, and a capture has begun.
    void begin()
    {
        failOnWarnings();
        QSettings().clear();
        desktop::Theme::instance().apply(desktop::SchemeChoice::Light);
        m_workspace = std::make_unique<desktop::Workspace>();
        QVERIFY(beginCapture(*m_workspace).ok());
    }

    /// For cleanup(), after everything that shows the workspace has gone.
    void end()
    {
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    /// Shows @p pane and makes it the active window.
    static void show(QWidget &pane, QSize size = {320, 600})
    {
        pane.resize(size);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        // Where no window manager runs, nobody else makes it the active window.
        QApplication::setActiveWindow(&pane);
    }

    /// Starts an echo server on any free port, without a form. Returns it when it listens.
    EndpointId startEcho()
    {
        session::HostOptions options;
        options.port = 0;
        const EndpointId host = m_workspace->workbench()->startHost(options);
        const auto listens = [&] {
            const auto info = m_workspace->endpoint(host);
            return info && info->state == session::EndpointState::Listening;
        };
        return QTest::qWaitFor(listens) ? host : EndpointId();
    }

    [[nodiscard]] quint16 portOf(EndpointId host) const
    {
        const auto info = m_workspace->endpoint(host);
        return info ? info->port : quint16(0);
    }

    /// Connects a client to @p host, without a form. Returns its connection when it is open.
    ConnectionId connectTo(EndpointId host)
    {
        session::ClientOptions options;
        options.url = QStringLiteral("ws://127.0.0.1:%1").arg(portOf(host));
        const EndpointId client = m_workspace->workbench()->connectClient(options);
        return QTest::qWaitFor([&] { return openConnectionOf(client).isValid(); }) ? openConnectionOf(client) : ConnectionId();
    }

    [[nodiscard]] ConnectionId openConnectionOf(EndpointId endpoint) const
    {
        for (const session::ConnectionStatus &status : m_workspace->connections()) {
            if (status.endpoint == endpoint && status.state == session::EndpointState::Open)
                return status.id;
        }
        return {};
    }

    /// Listens by the form @p pane on any free port. Returns the port.
    template<class Pane>
    quint16 startByForm(Pane &pane, const char *portBox, const char *button)
    {
        QSignalSpy done(&pane, &Pane::done);
        show(pane);
        pane.template findChild<QSpinBox *>(QLatin1String(portBox))->setValue(0);
        QTest::mouseClick(pane.template findChild<QPushButton *>(QLatin1String(button)), Qt::LeftButton);
        return QTest::qWaitFor([&done] { return done.count() == 1; }, 10'000) ? m_workspace->endpoints().constLast().port : quint16(0);
    }

    const Sandbox m_sandbox;    // before all else
    std::unique_ptr<desktop::Workspace> m_workspace;
};

} // namespace wsw::test
