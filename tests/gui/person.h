#pragma once

#include "gui/fixture.h"
#include "mainwindow.h"

#include <QLineEdit>
#include <QTabBar>
#include <QTreeView>

#include <algorithm>

namespace wsw::test {

/// A window, and what a person does with it, by mouse and keys; the tests' base class.
class Person : public Fixture
{
protected:
    void openWindow(QSize size)
    {
        m_window = std::make_unique<desktop::MainWindow>(m_workspace.get());
        show(*m_window, size);
    }

    /// For cleanup().
    void closeWindow()
    {
        if (m_window)
            m_window->close();
        m_window.reset();
        end();
    }

    template<class Widget>
    [[nodiscard]] Widget *find(const char *name) const
    {
        auto *widget = m_window->findChild<Widget *>(QLatin1String(name));
        if (widget == nullptr)
            qFatal("There is no %s named %s.", Widget::staticMetaObject.className(), name);
        return widget;
    }

    void click(const char *name) const
    {
        auto *button = find<QPushButton>(name);
        QVERIFY2(QTest::qWaitFor([button] { return button->isVisible() && button->isEnabled(); }), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }

    void type(QWidget *into, const QString &text) const
    {
        into->setFocus();
        QTest::keySequence(into, QKeySequence::SelectAll);
        QTest::keyClicks(into, text);
    }

    void chooseTab(const char *pages, const QString &text) const
    {
        auto *tabs = find<QTabBar>(qPrintable(QLatin1String(pages) + QStringLiteral("Head")));
        for (int i = 0; i < tabs->count(); ++i) {
            if (tabs->tabText(i) == text) {
                QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(i).center());
                QCOMPARE(tabs->currentIndex(), i);
                return;
            }
        }
        QFAIL(qPrintable(QStringLiteral("There is no tab %1.").arg(text)));
    }

    [[nodiscard]] bool hasState(session::EndpointState state, int count) const
    {
        const auto all = m_workspace->endpoints();
        return std::count_if(all.cbegin(), all.cend(), [state](const auto &e) { return e.state == state; }) == count;
    }

    /// Hosts by the form, on any free port. Returns the host, which listens.
    [[nodiscard]] EndpointId host()
    {
        const qsizetype before = m_workspace->endpoints().size();
        click("hostButton");
        type(find<QSpinBox>("hostPort"), QStringLiteral("0"));
        click("hostStart");
        const auto listens = [&] {
            const auto all = m_workspace->endpoints();
            return all.size() > before && all.constLast().state == session::EndpointState::Listening;
        };
        return QTest::qWaitFor(listens) ? m_workspace->endpoints().constLast().id : EndpointId();
    }

    /// Hosts and connects to it, by the two forms. Returns the port.
    quint16 hostAndConnect()
    {
        const auto hosting = m_workspace->endpoint(host());
        if (!hosting)
            return 0;
        const quint16 port = hosting->port;
        click("connectButton");
        type(find<QLineEdit>("connectUrl"), QStringLiteral("ws://127.0.0.1:%1").arg(port));
        click("connectButtonGo");
        return QTest::qWaitFor([this] { return hasState(session::EndpointState::Open, 1); }) ? port : quint16(0);
    }

    std::unique_ptr<desktop::MainWindow> m_window;
};

} // namespace wsw::test
