#include "capture/document.h"
#include "models/framelogmodel.h"
#include "models/recordtext.h"
#include "panes/framelogpane.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"

#include "gui/person.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTabWidget>
#include <QTcpServer>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

/// What a person does with the window, with mouse and keys only; nothing is called that a person cannot reach.
class TestPerson final : public test::Person
{
    Q_OBJECT

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
    void init()
    {
        begin();
        openWindow({1440, 900});
    }

    void cleanup() { closeWindow(); }

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
        // The form tells it, in its place and nowhere else.
        QVERIFY(m_window->notices()->isHidden());
        click("hostUseFreePort");
        QTRY_VERIFY(hasState(EndpointState::Listening, 1));
        QTRY_VERIFY(!m_window->docks().host->isVisible());
        QVERIFY(m_window->notices()->isHidden());
        // What was started is selected, and the keyboard stands there.
        QCOMPARE(m_workspace->currentEndpoint(), m_workspace->endpoints().constFirst().id);
        QVERIFY(find<QTreeView>("endpointTree")->hasFocus());
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

    void theFinderGoesToATime()
    {
        QVERIFY(hostAndConnect() != 0);
        QTRY_COMPARE(m_window->frameLog()->model()->rowCount(), 2);
        const QString time = m_window->frameLog()->model()->index(1, FrameLogModel::Time).data().toString();
        QTest::keyClick(m_window.get(), Qt::Key_G, Qt::ControlModifier);
        auto *finder = find<QLineEdit>("finder");
        QTRY_VERIFY(finder->hasFocus());
        QTest::keyClicks(finder, time);
        QTRY_VERIFY(QApplication::activePopupWidget() != nullptr);
        QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Return);
        QTRY_VERIFY(m_workspace->currentRecord().isValid());
        const auto record = m_workspace->document()->peek(m_workspace->currentRecord());
        QCOMPARE(timeText(m_workspace->document()->clock().toWall(record->header.time)), time);
    }

    void aKeyGoesToTheCounterpart()
    {
        QVERIFY(hostAndConnect() != 0);
        QTRY_COMPARE(m_window->frameLog()->model()->rowCount(), 2);
        const RecordId request = m_window->frameLog()->model()->recordAt(0);
        const RecordId answer = m_window->frameLog()->model()->recordAt(1);
        m_workspace->selectRecord(request);
        QTest::keyClick(m_window.get(), Qt::Key_J, Qt::ControlModifier);
        QTRY_COMPARE(m_workspace->currentRecord(), answer);
        QCOMPARE(m_window->frameLog()->view()->selectionModel()->selectedRows().constFirst().row(), 1);
        QTest::keyClick(m_window.get(), Qt::Key_J, Qt::ControlModifier);
        QTRY_COMPARE(m_workspace->currentRecord(), request);
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

    void findsInPayloads()
    {
        QVERIFY(hostAndConnect() != 0);
        for (const QString &text : {QStringLiteral("alpha"), QStringLiteral("beta"), QStringLiteral("alphabet")}) {
            type(find<QPlainTextEdit>("composerText"), text);
            click("sendButton");
        }
        const FrameLogModel *log = m_window->frameLog()->model();
        QTRY_COMPARE(log->rowCount(), 8);   // two heads, three messages and their echoes
        m_workspace->selectRecord(log->recordAt(0));
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto *edit = find<QLineEdit>("findEdit");
        QTRY_VERIFY(edit->hasFocus());
        QTest::keyClicks(edit, QStringLiteral("ALPHA"));
        QTest::keyClick(edit, Qt::Key_Return);
        const auto current = [this] { return QString::fromUtf8(m_workspace->document()->peek(m_workspace->currentRecord())->payload); };
        QTRY_COMPARE(current(), QStringLiteral("alpha"));
        const RecordId first = m_workspace->currentRecord();
        QTRY_COMPARE(find<QLabel>("findCount")->text(), QStringLiteral("1 of 4"));
        QVERIFY(!find<QPushButton>("followButton")->isChecked());
        QTest::keyClick(edit, Qt::Key_F3);
        QTest::keyClick(edit, Qt::Key_F3);
        QTRY_COMPARE(current(), QStringLiteral("alphabet"));
        QTest::keyClick(edit, Qt::Key_F3);
        QTest::keyClick(edit, Qt::Key_F3);
        QTRY_COMPARE(m_workspace->currentRecord(), first);
        QTest::keyClick(edit, Qt::Key_Return, Qt::ShiftModifier);
        QTRY_COMPARE(current(), QStringLiteral("alphabet"));
        // What is wrong is told; the button turns what is found into a filter.
        find<QComboBox>("findKind")->setCurrentIndex(2);
        Q_EMIT find<QComboBox>("findKind")->activated(2);
        type(edit, QStringLiteral("("));
        QTRY_VERIFY(find<QLabel>("findProblem")->isVisible());
        type(edit, QStringLiteral("^alpha$"));
        QTRY_COMPARE(find<QLabel>("findCount")->text(), QStringLiteral("2 found"));
        QVERIFY(!find<QLabel>("findProblem")->isVisible());
        // Beside the filter that stands.
        type(find<QLineEdit>("filterEdit"), QStringLiteral("dir == sent"));
        QTRY_COMPARE(find<QLabel>("findCount")->text(), QStringLiteral("1 found"));
        click("findFilter");
        QCOMPARE(find<QLineEdit>("filterEdit")->text(), QStringLiteral("(dir == sent) && text matches \"^alpha$\""));
        QTRY_COMPARE(log->rowCount(), 1);
        QTest::keyClick(edit, Qt::Key_Escape);
        QVERIFY(!edit->isVisible());
        // The list of words that the filter's line still shows keeps the window from being the active one.
        QCOMPARE(m_window->focusWidget(), m_window->frameLog()->view());
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

    void layoutAndTabsComeBack()
    {
        const int before = m_window->docks().inspector->width();
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QTRY_VERIFY(m_window->docks().inspector->width() > before + 100);
        chooseTab("inspectorTabs", QStringLiteral("Bytes"));
        m_window->frameLog()->view()->setColumnWidth(FrameLogModel::Frame, 171);
        const QSize inspector = m_window->docks().inspector->size();
        m_window->close();
        m_window = std::make_unique<MainWindow>(m_workspace.get());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(find<QPushButton>("layout1")->isChecked());
        auto *tabs = find<QTabBar>("inspectorTabsHead");
        QCOMPARE(tabs->tabText(tabs->currentIndex()), QStringLiteral("Bytes"));
        QCOMPARE(m_window->frameLog()->view()->columnWidth(FrameLogModel::Frame), 171);
        QTRY_COMPARE(m_window->docks().inspector->size(), inspector);
        QVERIFY(!m_window->docks().latency->isVisible());
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
