#include "capture/document.h"
#include "mainwindow.h"
#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"
#include "workspace.h"

#include "support/testmain.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTabBar>
#include <QTableView>
#include <QTabWidget>
#include <QTcpServer>
#include <QTreeView>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

/// What a person does with the window, with mouse and keys only; nothing is called that a person cannot reach.
class TestPerson final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;

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

    static quint16 freePort()
    {
        QTcpServer probe;
        return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
    }

    [[nodiscard]] FrameLogModel *log() const { return m_window->frameLog()->model(); }

    [[nodiscard]] int findRow(const QString &frame, const QString &glyph) const
    {
        for (int row = 0; row < log()->rowCount(); ++row) {
            if (log()->index(row, FrameLogModel::Frame).data().toString() == frame
                && log()->index(row, FrameLogModel::Glyph).data().toString() == glyph)
                return row;
        }
        return -1;
    }

    void clickRow(int row) const
    {
        QTableView *view = m_window->frameLog()->view();
        view->scrollTo(log()->index(row, 0));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(log()->index(row, FrameLogModel::Preview)).center());
    }

    [[nodiscard]] bool hasState(EndpointState state, int count) const
    {
        const auto all = m_workspace->endpoints();
        return std::count_if(all.cbegin(), all.cend(), [state](const auto &e) { return e.state == state; }) == count;
    }

    /// Hosts on a free port and connects to it, by the two forms. Returns the port.
    quint16 hostAndConnect()
    {
        const quint16 port = freePort();
        click("hostButton");
        type(find<QSpinBox>("hostPort"), QString::number(port));
        click("hostStart");
        if (!QTest::qWaitFor([this] { return hasState(EndpointState::Listening, 1); }))
            return 0;
        click("connectButton");
        type(find<QLineEdit>("connectUrl"), QStringLiteral("ws://127.0.0.1:%1").arg(port));
        click("connectButtonGo");
        return QTest::qWaitFor([this] { return hasState(EndpointState::Open, 1); }) ? port : quint16(0);
    }

    /// Clicks the client's row in the tree, which makes it the composer's target and the log's filter.
    void chooseClient()
    {
        auto *tree = find<QTreeView>("endpointTree");
        QTRY_COMPARE(tree->model()->rowCount(), 2);
        const QModelIndex row = tree->model()->index(1, 0);
        tree->scrollTo(row);
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(row).center());
        QVERIFY(m_workspace->currentConnection().isValid());
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("websocket-workbench"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_person"));
    }

    void init()
    {
        test::failOnWarnings();
        QSettings().clear();
        Theme::instance().apply(SchemeChoice::Light);
        m_workspace = std::make_unique<Workspace>();
        m_window = std::make_unique<MainWindow>(m_workspace.get());
        QVERIFY(m_workspace->start().ok());
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        // Where no window manager runs, nobody else makes it the active window.
        QApplication::setActiveWindow(m_window.get());
    }

    void cleanup()
    {
        m_window->close();
        m_window.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    /// Host, connect, send, see, select, read the mask key, close with 4001.
    void hasAConversation()
    {
        QVERIFY(hostAndConnect() != 0);
        chooseClient();

        chooseTab("composerTabs", QStringLiteral("Text"));
        type(find<QPlainTextEdit>("composerText"), QStringLiteral("Hello server!"));
        click("sendButton");
        QTRY_VERIFY(findRow(QStringLiteral("text"), QStringLiteral("received")) >= 0);
        const int sent = findRow(QStringLiteral("text"), QStringLiteral("sent"));
        QVERIFY(sent >= 0);
        QCOMPARE(log()->index(sent, FrameLogModel::Preview).data().toString(), QStringLiteral("Hello server!"));
        const int echo = findRow(QStringLiteral("text"), QStringLiteral("received"));
        QCOMPARE(log()->index(echo, FrameLogModel::Preview).data().toString(), QStringLiteral("Hello server!"));
        QVERIFY(!log()->index(echo, FrameLogModel::Rtt).data().toString().isEmpty());

        clickRow(sent);
        chooseTab("inspectorTabs", QStringLiteral("Anatomy"));
        const auto record = m_workspace->document()->read(m_workspace->currentRecord());
        QVERIFY(record.ok());
        const auto &key = record->header.frame.key;
        const QString inHex = QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(key.data()), 4).toHex(' '));
        QTRY_COMPARE(find<QLabel>("maskKeyLabel")->text(), inHex);

        chooseTab("composerTabs", QStringLiteral("Control"));
        type(find<QComboBox>("closeCode")->lineEdit(), QStringLiteral("4001"));
        type(find<QLineEdit>("closeReason"), QStringLiteral("enough"));
        click("sendCloseButton");
        QTRY_VERIFY(findRow(QStringLiteral("close"), QStringLiteral("received, control")) >= 0);
        const int close = findRow(QStringLiteral("close"), QStringLiteral("sent, control"));
        QVERIFY(close >= 0);
        QCOMPARE(log()->index(close, FrameLogModel::Preview).data().toString(), QStringLiteral("4001 enough"));
        QTRY_VERIFY(hasState(EndpointState::Closed, 1));
    }

    /// One click on an empty window leads to a live conversation.
    void startsTheDemo()
    {
        click("demoButton");
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->currentRecord().isValid(), 15'000);
        const auto record = m_workspace->document()->read(m_workspace->currentRecord());
        QVERIFY(record.ok());
        QCOMPARE(record->payload, QByteArray("Hello server!"));
        QTRY_VERIFY(m_window->frameLog()->view()->currentIndex().isValid());
        QVERIFY(findRow(QStringLiteral("close"), QStringLiteral("sent, control")) >= 0);
        QVERIFY(findRow(QStringLiteral("pong"), QStringLiteral("received, control")) >= 0);
        // The client is connected again: the person can go on.
        type(find<QPlainTextEdit>("composerText"), QStringLiteral("still here"));
        click("sendButton");
        const int before = log()->rowCount();
        QTRY_VERIFY(log()->rowCount() >= before + 1);
        QTRY_COMPARE(log()->index(log()->rowCount() - 1, FrameLogModel::Preview).data().toString(), QStringLiteral("Echo: still here"));
    }

    void aTakenPortIsToldAndTheNextOneOffered()
    {
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress(QStringLiteral("127.0.0.1"))));
        click("hostButton");
        type(find<QSpinBox>("hostPort"), QString::number(taken.serverPort()));
        click("hostStart");
        QTRY_VERIFY(hasState(EndpointState::Failed, 1));
        QTRY_VERIFY(m_window->notices()->isVisible());
        auto *another = m_window->notices()->findChild<QPushButton *>(QStringLiteral("noticeAction"));
        QVERIFY(another != nullptr);
        QTest::mouseClick(another, Qt::LeftButton);
        QTRY_VERIFY(hasState(EndpointState::Listening, 1));
    }

    void layoutsAreAKeyAway()
    {
        const auto press = [this](Qt::Key key) { QTest::keyClick(m_window.get(), key, Qt::ControlModifier); };
        press(Qt::Key_2);
        QTRY_VERIFY(!m_window->docks().latency->isVisible());
        QVERIFY(m_window->docks().inspector->isVisible());
        press(Qt::Key_3);
        QTRY_VERIFY(m_window->docks().latency->isVisible());
        QVERIFY(!m_window->docks().composer->isVisible());
        press(Qt::Key_1);
        QTRY_VERIFY(m_window->docks().composer->isVisible());
    }

    void everyPaneIsAKeyAway()
    {
        m_window->frameLog()->view()->setFocus();
        QSet<QWidget *> visited;
        for (int i = 0; i < 5; ++i) {
            const WindowDocks &docks = m_window->docks();
            for (QWidget *pane : QList<QWidget *>{m_window->frameLog(), docks.inspector, docks.latency, docks.composer, docks.endpoints}) {
                if (pane->isAncestorOf(QApplication::focusWidget()))
                    visited.insert(pane);
            }
            QTest::keyClick(m_window.get(), Qt::Key_F6);
        }
        QCOMPARE(visited.size(), 5);
    }

    void theFinderGoesToAFrame()
    {
        QVERIFY(hostAndConnect() != 0);
        QTRY_VERIFY(log()->rowCount() >= 2);
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        auto *finder = find<QLineEdit>("finder");
        QTRY_VERIFY(finder->hasFocus());
        QTest::keyClicks(finder, QStringLiteral("2"));
        QTRY_VERIFY(QApplication::activePopupWidget() != nullptr);
        QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Return);
        QTRY_COMPARE(m_workspace->currentRecord(), RecordId(2));
    }

    void rememberedArrangementComesBack()
    {
        m_window->docks().composer->hide();
        m_window->close();
        m_window = std::make_unique<MainWindow>(m_workspace.get());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(!m_window->docks().composer->isVisible());
        QVERIFY(m_window->docks().inspector->isVisible());
    }

    void changesItsColours()
    {
        const QColor before = m_window->palette().color(QPalette::Base);
        Theme::instance().apply(SchemeChoice::Dark);
        QTRY_VERIFY(m_window->palette().color(QPalette::Base) != before);
        QVERIFY(m_window->grab().toImage().pixelColor(m_window->width() / 3, 20).lightness() < 128);
    }
};

QTEST_MAIN(TestPerson)
#include "tst_person.moc"
