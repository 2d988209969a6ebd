#include "capture/document.h"
#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"
#include "windowmenu.h"

#include "gui/person.h"

#include <QAction>
#include <QComboBox>
#include <QCryptographicHash>
#include <QDialog>
#include <QElapsedTimer>
#include <QLabel>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QTableView>
#include <QTcpServer>
#include <QTcpSocket>
#include <QToolButton>
#include <QTreeView>
#include <QTreeWidget>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

/// Where a newcomer has stumbled: each stone stays out of the way.
class TestNewcomer final : public test::Person
{
    Q_OBJECT

    [[nodiscard]] FrameLogModel *log() const { return m_window->frameLog()->model(); }

    /// Widths and heights of everything that stays while forms come and go.
    [[nodiscard]] QList<QSize> sizes() const
    {
        const WindowDocks &docks = m_window->docks();
        return {docks.endpoints->size(), docks.inspector->size(), docks.composer->size(), docks.latency->size(), m_window->frameLog()->size()};
    }

    static bool canFocus(const QWidget *widget)
    {
        return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && widget->focusProxy() == nullptr;
    }

private Q_SLOTS:
    void init()
    {
        begin();
        openWindow({1280, 800});
    }

    void cleanup() { closeWindow(); }

    void tabsHaveNoArrowsWhereThereIsRoom()
    {
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
            m_window->resize(size);
            QTRY_COMPARE(m_window->size(), size);
            for (const char *name : {"inspectorTabsHead", "composerTabsHead", "latencyTabsHead"}) {
                auto *tabs = find<QTabBar>(name);
                // Whichever is chosen: its bold name takes more room.
                for (int i = 0; i < tabs->count(); ++i) {
                    tabs->setCurrentIndex(i);
                    QCoreApplication::processEvents();
                    for (const QToolButton *arrow : tabs->findChildren<QToolButton *>())
                        QVERIFY2(!arrow->isVisible(), name);
                    const QString room = QStringLiteral("%1: %2 of %3").arg(QLatin1String(name)).arg(tabs->tabRect(tabs->count() - 1).right() + 1).arg(tabs->width());
                    QVERIFY2(tabs->rect().right() >= tabs->tabRect(tabs->count() - 1).right(), qPrintable(room));
                }
            }
        }
    }

    void panesKeepTheirSizesWhenAFormHasBeenOpen_data()
    {
        QTest::addColumn<QString>("button");
        QTest::addColumn<QString>("cancel");
        QTest::newRow("host") << QStringLiteral("hostButton") << QStringLiteral("hostStartCancel");
        QTest::newRow("connect") << QStringLiteral("connectButton") << QStringLiteral("connectButtonGoCancel");
        QTest::newRow("proxy") << QStringLiteral("proxyButton") << QStringLiteral("proxyStartCancel");
    }

    void panesKeepTheirSizesWhenAFormHasBeenOpen()
    {
        QFETCH(QString, button);
        QFETCH(QString, cancel);
        QTest::qWait(50);
        const auto before = sizes();
        for (int round = 0; round < 3; ++round) {
            click(qPrintable(button));
            QTRY_VERIFY(sizes() != before);
            click(qPrintable(cancel));
            QTRY_COMPARE(sizes(), before);
        }
        // What is unfolded in it may make it wider.
        click(qPrintable(button));
        for (auto *head : m_window->findChildren<QToolButton *>()) {
            if (head->parentWidget()->inherits("wsw::desktop::FoldSection") && head->isVisible())
                head->click();
        }
        QTest::qWait(50);
        click(qPrintable(cancel));
        QTRY_COMPARE(sizes(), before);
        // One form after the other.
        click("hostButton");
        click("connectButton");
        click(qPrintable(button));
        click(qPrintable(cancel));
        QTRY_COMPARE(sizes(), before);
    }

    void whatIsStartedIsSelectedAndSeen()
    {
        QVERIFY(hostAndConnect() != 0);
        QVERIFY(m_workspace->currentConnection().isValid());
        QTRY_VERIFY(log()->rowCount() > 0);
        const EndpointId second = host();
        QVERIFY(second.isValid());
        QTRY_COMPARE(m_workspace->currentEndpoint(), second);
        QVERIFY(!m_workspace->currentConnection().isValid());
        // The log shows what is the new host's: nothing yet, and says so.
        QTRY_COMPARE(log()->rowCount(), 0);
        session::ClientOptions client;
        client.url = m_workspace->endpoint(second)->url;
        (void)m_workspace->workbench()->connectClient(client);
        QTRY_VERIFY(log()->rowCount() >= 2);
        // One click shows all again.
        const int few = log()->rowCount();
        click("filterScope");
        QTRY_VERIFY(log()->rowCount() > few);
        QVERIFY(!find<QPushButton>("filterScope")->isVisible());
        // And one on what is selected still, brings it back.
        auto *tree = m_window->docks().endpoints->findChild<QTreeView *>();
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(tree->currentIndex()).center());
        QTRY_VERIFY(find<QPushButton>("filterScope")->isVisible());
        QTRY_COMPARE(log()->rowCount(), few);
    }

    void aFailureIsForgottenWhenItIsMended()
    {
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress(QStringLiteral("127.0.0.1"))));
        session::HostOptions options;
        options.port = taken.serverPort();
        (void)m_workspace->workbench()->startHost(options);
        QTRY_COMPARE(m_window->notices()->count(), 1);
        QTest::mouseClick(m_window->notices()->findChild<QPushButton *>(QStringLiteral("noticeAction")), Qt::LeftButton);
        QTRY_VERIFY(hasState(EndpointState::Listening, 1));
        QCOMPARE(m_window->notices()->count(), 0);

        // And when something else mends it than the notice's own button.
        options.port = taken.serverPort();
        const EndpointId second = m_workspace->workbench()->startHost(options);
        QTRY_COMPARE(m_window->notices()->count(), 1);
        taken.close();
        m_workspace->workbench()->restart(second);
        QTRY_COMPARE(m_window->notices()->count(), 0);
        QVERIFY(!m_window->notices()->isVisible());
    }

    void whoeverHasConnectedCanTypeAtOnce()
    {
        const EndpointId echo = host();
        QVERIFY(echo.isValid());
        click("connectButton");
        auto *url = find<QLineEdit>("connectUrl");
        type(url, m_workspace->endpoint(echo)->url);
        QTest::keyClick(url, Qt::Key_Return);
        QTRY_VERIFY(!m_window->docks().connect->isVisible());
        auto *text = find<QPlainTextEdit>("composerText");
        QVERIFY(text->hasFocus());
        QTest::keyClicks(text, QStringLiteral("hi"));
        QTRY_VERIFY(m_workspace->currentConnection().isValid());
        QVERIFY(text->hasFocus());
        QTest::keyClick(text, Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(log()->rowCount() >= 4);
        // Who gives up goes on in the tree.
        click("connectButton");
        QTest::keyClick(url, Qt::Key_Escape);
        QTRY_VERIFY(m_window->docks().endpoints->isAncestorOf(QApplication::focusWidget()));
    }

    void aServerThatBreaksARuleAtOnceIsToldAtOnce()
    {
        // A frame over the size limit behind the answer; then the server says nothing more, keeps TCP open and reads nothing.
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, &server, [&server] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                static const QRegularExpression key(QStringLiteral("Sec-WebSocket-Key: (\\S+)"));
                const auto found = key.match(QString::fromLatin1(socket->readAll()));
                if (!found.hasMatch())
                    return;
                socket->disconnect();
                socket->setReadBufferSize(1);
                const QByteArray accept = QCryptographicHash::hash(found.captured(1).toLatin1() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
                socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n"
                              + QByteArray("\x82\x7f\x00\x00\x01\x00\x00\x00\x00\x00", 10) + QByteArray(1000, 'x'));
            });
        });
        click("connectButton");
        type(find<QLineEdit>("connectUrl"), QStringLiteral("ws://127.0.0.1:%1").arg(server.serverPort()));
        QElapsedTimer time;
        time.start();
        click("connectButtonGo");
        QTRY_VERIFY(!m_window->docks().connect->isVisible());
        QTRY_VERIFY(m_window->notices()->message().contains(QStringLiteral("larger than the size limit")));
        QVERIFY2(time.elapsed() < 3000, qPrintable(QString::number(time.elapsed())));
        QCOMPARE(find<QPushButton>("connectButtonGo")->text(), QStringLiteral("Connect"));
        QCOMPARE(m_window->notices()->count(), 1);
    }

    void theComposerStartsWithNothingArmed()
    {
        chooseTab("composerTabs", QStringLiteral("Control"));
        find<QComboBox>("closeCode")->setFocus();
        QCOMPARE(find<QPushButton>("sendButton")->text(), QStringLiteral("Send close"));
        m_window->close();
        m_window.reset();
        openWindow({1280, 800});
        auto *tabs = find<QTabBar>("composerTabsHead");
        QCOMPARE(tabs->tabText(tabs->currentIndex()), QStringLiteral("Text"));
        QCOMPARE(find<QPushButton>("sendButton")->text(), QStringLiteral("Send"));
        chooseTab("composerTabs", QStringLiteral("Control"));
        QCOMPARE(find<QPushButton>("sendButton")->text(), QStringLiteral("Send ping"));
    }

    void theFollowButtonSaysWhichStateItIsIn()
    {
        auto *follow = find<QPushButton>("followButton");
        QCOMPARE(follow->text(), QStringLiteral("Following"));
        const int width = follow->width();
        QTest::mouseClick(follow, Qt::LeftButton);
        QCOMPARE(follow->text(), QStringLiteral("Follow"));
        QVERIFY(follow->toolTip().contains(QStringLiteral("Go to the newest row")));
        QCOMPARE(follow->width(), width);
        auto *heartbeats = find<QPushButton>("hideHeartbeats");
        QTest::mouseClick(heartbeats, Qt::LeftButton);
        QCOMPARE(heartbeats->text(), QStringLiteral("Heartbeats hidden"));
    }

    void sendingShowsWhatGoesOut()
    {
        QVERIFY(hostAndConnect() != 0);
        auto *follow = find<QPushButton>("followButton");
        QTest::mouseClick(follow, Qt::LeftButton);
        type(find<QPlainTextEdit>("composerText"), QStringLiteral("one"));
        click("sendButton");
        QCOMPARE(follow->text(), QStringLiteral("Following"));
    }

    void sendingIsToldWhereTheLogLeavesItOut()
    {
        QVERIFY(hostAndConnect() != 0);
        auto *told = find<QLabel>("hidesSent");
        const auto send = [this](const QString &text) {
            type(find<QPlainTextEdit>("composerText"), text);
            click("sendButton");
        };
        send(QStringLiteral("one"));
        QTest::qWait(600);
        QVERIFY(!told->isVisible());
        type(find<QLineEdit>("filterEdit"), QStringLiteral("opcode == ping"));
        QTRY_COMPARE(log()->rowCount(), 0);
        send(QStringLiteral("two"));
        QTRY_VERIFY(told->isVisible());
        // Another filter shows something else: what is said of this one is over.
        type(find<QLineEdit>("filterEdit"), QStringLiteral("opcode == text"));
        QTRY_VERIFY(!told->isVisible());
        send(QStringLiteral("three"));
        QTest::qWait(600);
        QVERIFY(!told->isVisible());
        type(find<QLineEdit>("filterEdit"), QStringLiteral("opcode == ping"));
        QTRY_COMPARE(log()->rowCount(), 0);
        send(QStringLiteral("four"));
        QTRY_VERIFY(told->isVisible());
        Q_EMIT told->linkActivated(QStringLiteral("#"));
        QVERIFY(!told->isVisible());
        QVERIFY(find<QLineEdit>("filterEdit")->text().isEmpty());
        // The endpoint that is selected stays what the log is narrowed to.
        QVERIFY(find<QPushButton>("filterScope")->isVisible());
        QTRY_COMPARE(log()->rowCount(), 10);    // two heads, four messages and their echoes
    }

    void theNewestRowStaysInViewWhenTheLogBecomesLower()
    {
        QVERIFY(hostAndConnect() != 0);
        for (int i = 0; i < 30; ++i) {
            type(find<QPlainTextEdit>("composerText"), QString::number(i));
            click("sendButton");
        }
        QTRY_VERIFY(log()->rowCount() >= 60);
        auto *view = m_window->frameLog()->view();
        const auto isNewestWhole = [this, view] {
            const QRect row = view->visualRect(log()->index(log()->rowCount() - 1, 0));
            return view->viewport()->rect().contains(row);
        };
        QTRY_VERIFY(isNewestWhole());
        m_window->resize(1280, 700);
        QTRY_VERIFY(view->viewport()->height() > 0 && isNewestWhole());
        m_window->resize(1280, 801);
        QTRY_VERIFY(isNewestWhole());
    }

    void aFormProposesAPortThatIsNotTakenHere()
    {
        auto *port = find<QSpinBox>("hostPort");
        click("hostButton");
        QCOMPARE(port->value(), 8765);
        Q_EMIT m_window->docks().host->focusWanted();
        // One whose next port is free as well.
        QTcpServer first;
        QTcpServer second;
        do {
            first.close();
            QVERIFY(first.listen(QHostAddress::LocalHost));
        } while (!second.listen(QHostAddress::LocalHost, first.serverPort() + 1));
        const quint16 used = first.serverPort();
        first.close();
        second.close();
        session::HostOptions options;
        options.port = used;
        const EndpointId taken = m_workspace->workbench()->startHost(options);
        QTRY_COMPARE(m_workspace->endpoint(taken)->state, EndpointState::Listening);
        port->setValue(used);
        Q_EMIT m_window->docks().host->focusWanted();
        QCOMPARE(port->value(), used + 1);
        click("hostStart");
        QTRY_VERIFY(!m_window->docks().host->isVisible());
        // What was only proposed is not what the user wants the next time.
        QCOMPARE(QSettings().value(QStringLiteral("host/port")).toInt(), int(used));
        // Two servers that do the same can be told apart.
        QCOMPARE(m_workspace->endpoint(taken)->name, QStringLiteral("Echo server"));
        QCOMPARE(m_workspace->endpoints().constLast().name, QStringLiteral("Echo server 2"));
    }

    void theKeyboardIsNotLostWithAForm()
    {
        click("hostButton");
        QVERIFY(m_window->docks().host->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QTRY_VERIFY(!m_window->docks().host->isVisible());
        QTRY_VERIFY(m_window->docks().endpoints->isAncestorOf(QApplication::focusWidget()));
        // A layout puts a form away: then the log has the keyboard.
        click("hostButton");
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QTRY_VERIFY(!m_window->docks().host->isVisible());
        QCOMPARE(QApplication::focusWidget(), m_window->frameLog()->view());
        // The finder gives it back.
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        auto *finder = find<QLineEdit>("finder");
        QTRY_VERIFY(finder->hasFocus());
        QTest::keyClick(finder, Qt::Key_Escape);
        QTRY_VERIFY(m_window->frameLog()->view()->hasFocus());
    }

    void tabGoesThroughEveryPaneAsItIsRead_data()
    {
        QTest::addColumn<QString>("button");
        QTest::addColumn<QString>("dock");
        QTest::addColumn<int>("tab");
        for (const char *name : {"host", "connect", "proxy"})
            QTest::newRow(name) << QLatin1String(name) + QStringLiteral("Button") << QLatin1String(name) + QStringLiteral("Dock") << -1;
        for (int tab = 0; tab < 6; ++tab)
            QTest::addRow("composer %d", tab) << QString() << QStringLiteral("composerDock") << tab;
        for (int tab = 0; tab < 5; ++tab)
            QTest::addRow("inspector %d", tab) << QString() << QStringLiteral("inspectorDock") << tab;
        for (int tab = 0; tab < 4; ++tab)
            QTest::addRow("latency %d", tab) << QString() << QStringLiteral("latencyDock") << tab;
        QTest::newRow("log") << QString() << QStringLiteral("frameLogPane") << -1;
    }

    void tabGoesThroughEveryPaneAsItIsRead()
    {
        QFETCH(QString, button);
        QFETCH(QString, dock);
        QFETCH(int, tab);
        QVERIFY(hostAndConnect() != 0);
        type(find<QPlainTextEdit>("composerText"), QStringLiteral("one"));
        click("sendButton");
        QTRY_VERIFY(log()->rowCount() >= 4);
        m_workspace->selectRecord(log()->recordAt(log()->rowCount() - 1));
        if (!button.isEmpty())
            click(qPrintable(button));
        auto *pane = find<QWidget>(qPrintable(dock));
        if (tab >= 0)
            pane->findChildren<QTabBar *>(QRegularExpression(QStringLiteral("Head$"))).constFirst()->setCurrentIndex(tab);
        for (auto *head : pane->findChildren<QToolButton *>()) {
            if (head->parentWidget()->inherits("wsw::desktop::FoldSection") && head->isVisible())
                head->click();
        }
        QTest::qWait(50);
        // The chain from the pane's first widget on, as long as it stays in the pane.
        QList<QWidget *> chain;
        QWidget *first = pane;
        while (first != nullptr && !(pane->isAncestorOf(first) && canFocus(first)))
            first = first->nextInFocusChain();
        for (QWidget *widget = first; chain.isEmpty() || widget != first; widget = widget->nextInFocusChain()) {
            if (pane->isAncestorOf(widget) && canFocus(widget))
                chain.append(widget);
        }
        QVERIFY(!chain.isEmpty());
        // The first one may lie anywhere in the circle: it is turned until it begins above all others.
        const auto areaOf = [pane](const QWidget *widget) {
            const QWidget *area = pane;
            for (; widget != pane; widget = widget->parentWidget())
                area = qobject_cast<const QScrollArea *>(widget) != nullptr ? widget : area;
            return area;
        };
        const auto isBefore = [pane, areaOf](const QWidget *a, const QWidget *b) {
            // What is scrolled stands where its area does, seen from outside.
            if (areaOf(a) != areaOf(b)) {
                a = areaOf(a) != pane ? areaOf(a) : a;
                b = areaOf(b) != pane ? areaOf(b) : b;
            }
            const QRect one(a->mapTo(pane, QPoint()), a->size());
            const QRect two(b->mapTo(pane, QPoint()), b->size());
            const bool sameLine = qMin(one.bottom(), two.bottom()) - qMax(one.top(), two.top()) > qMin(one.height(), two.height()) / 2;
            return sameLine ? one.left() < two.left() : one.top() < two.top();
        };
        int breaks = 0;
        QString order;
        for (qsizetype i = 0; i < chain.size(); ++i) {
            const QWidget *next = chain.at((i + 1) % chain.size());
            const bool goesOn = isBefore(chain.at(i), next);
            breaks += goesOn ? 0 : 1;
            order += QLatin1String(chain.at(i)->metaObject()->className()) + u' ' + chain.at(i)->objectName() + (goesOn ? QStringLiteral(", ") : QStringLiteral(" | "));
        }
        QVERIFY2(breaks <= 1, qPrintable(order));
    }

    void everyShortcutIsListed()
    {
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        auto *dialog = find<QDialog>("shortcutsDialog");
        QTRY_VERIFY(dialog->isVisible());
        auto *list = dialog->findChild<QTreeWidget *>(QStringLiteral("shortcutsList"));
        QSet<QString> listed;
        const auto visible = [list] {
            QStringList found;
            for (int i = 0; i < list->topLevelItemCount(); ++i) {
                for (int row = 0; row < list->topLevelItem(i)->childCount(); ++row) {
                    if (!list->topLevelItem(i)->child(row)->isHidden())
                        found.append(list->topLevelItem(i)->child(row)->text(0) + u'|' + list->topLevelItem(i)->child(row)->text(1));
                }
            }
            return found;
        };
        const QStringList all = visible();
        for (const QAction *action : m_window->findChildren<QAction *>()) {
            for (const QKeySequence &keys : action->shortcuts()) {
                QString text = action->text();
                text.remove(u'&');
                const bool found = std::any_of(all.cbegin(), all.cend(), [&](const QString &line) {
                    return line.startsWith(text + u'|') && line.contains(keys.toString(QKeySequence::NativeText));
                });
                QVERIFY2(found, qPrintable(text + u' ' + keys.toString()));
            }
        }
        QVERIFY(all.size() > 20);
        QVERIFY(all.contains(QStringLiteral("Send|Ctrl+Return or Ctrl+Enter")));
        QTest::keyClicks(dialog->findChild<QLineEdit *>(QStringLiteral("shortcutsSearch")), QStringLiteral("pause"));
        QCOMPARE(visible(), QStringList{QStringLiteral("Pause or go on|Ctrl+P")});
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!dialog->isVisible());
    }

    void noTwoActionsOfTheWindowShareAKey()
    {
        QHash<QString, QString> taken;
        for (const QAction *action : m_window->actions()) {
            for (const QKeySequence &keys : action->shortcuts()) {
                QVERIFY2(!taken.contains(keys.toString()), qPrintable(action->text() + u' ' + taken.value(keys.toString())));
                taken.insert(keys.toString(), action->text());
            }
        }
    }
};

QTEST_MAIN(TestNewcomer)
#include "tst_newcomer.moc"
