#include "capture/document.h"
#include "dialogs/comparedialog.h"
#include "dialogs/replaydialog.h"
#include "models/diffmodel.h"
#include "models/framelogmodel.h"
#include "logdocks.h"
#include "panes/framelogpane.h"
#include "widgets/filteredit.h"

#include "gui/person.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

/// Replay and Compare, by mouse and keys.
class TestReplaying final : public test::Person
{
    Q_OBJECT

    /// A host, and a client that has said three messages to it, two of them JSON, and has heard them back.
    void talk()
    {
        m_host = startEcho();
        m_client = connectTo(m_host);
        QVERIFY(m_client.isValid());
        say(m_client, {"hello", R"({"id":1,"price":17})", "bye"});
    }

    void say(ConnectionId connection, const QByteArrayList &messages)
    {
        for (const QByteArray &message : messages) {
            const quint64 before = m_workspace->document()->received();
            m_workspace->workbench()->send(connection, {.kind = session::Outgoing::Kind::Text, .payload = message});
            QTRY_VERIFY(m_workspace->document()->received() >= before + 4);   // both ends record it, there and back
        }
    }

    /// What the connection has sent, as text.
    [[nodiscard]] QByteArrayList sentOn(ConnectionId connection) const
    {
        QByteArrayList sent;
        for (quint64 id = 1; id <= m_workspace->document()->received(); ++id) {
            const auto record = m_workspace->document()->read(RecordId(id));
            if (record && record->header.connection == connection && record->header.kind == wire::RecordKind::Frame
                && record->header.direction == Direction::Sent && record->header.frame.opcode == wire::Opcode::Text)
                sent.append(record->payload);
        }
        return sent;
    }

    void press(const char *action) const
    {
        for (QAction *each : m_window->findChildren<QAction *>()) {
            if (each->text() == QLatin1String(action) || each->text() == QString::fromUtf8(action)) {
                QVERIFY(each->isEnabled());
                each->trigger();
                return;
            }
        }
        QFAIL(action);
    }

    /// The connection that was made last.
    [[nodiscard]] ConnectionId newest() const { return m_workspace->document()->connections().constLast().id; }
    [[nodiscard]] QString status() const { return find<QLabel>("replayStatus")->text(); }

    EndpointId m_host;
    ConnectionId m_client;

private Q_SLOTS:
    void init()
    {
        begin();
        openWindow({1280, 800});
    }

    void cleanup() { closeWindow(); }

    void replaysTheSelectedConnectionAndComparesIt()
    {
        talk();
        m_workspace->selectConnection(m_client);
        press("Replay…");
        QVERIFY(find<QComboBox>("replayWhat")->currentText().startsWith(u"Connection "_s));
        QCOMPARE(find<QLineEdit>("replayUrl")->placeholderText(), m_workspace->document()->connection(m_client)->url);
        click("replayGo");
        QTRY_COMPARE(status(), u"Replayed 3 messages (27 bytes) on 1 connection. 3 answers came, as recorded."_s);
        QVERIFY(find<QWidget>("replayProgress")->isHidden());
        QVERIFY(m_workspace->currentConnection() != m_client);  // the replay is what one sees now
        QCOMPARE(sentOn(m_workspace->currentConnection()).size(), 3);
        QCOMPARE(find<QPushButton>("replayGo")->text(), u"Replay"_s);
        click("replayCompare");
        QTRY_COMPARE(find<QLabel>("compareSummary")->text(), u"6 messages are equal, 2 messages are only on the right."_s);
        // The recording is not closed yet, the replay is: its Closes are what differs.
        auto *list = find<QTableView>("compareList");
        QCOMPARE(list->model()->rowCount(), 8);
        QCOMPARE(list->currentIndex().row(), 6);
        const auto *model = find<CompareDialog>("compareDialog")->model();
        QCOMPARE(sentOn(model->comparison()->right.connection), (QByteArrayList{"hello", R"({"id":1,"price":17})", "bye"}));
        QVERIFY(model->comparison()->right.connection != m_client);
    }

    void replaysSelectedRows()
    {
        talk();
        m_workspace->selectConnection(m_client);
        FrameLogPane *log = m_window->frameLog();
        QTRY_COMPARE(log->model()->rowCount(), 8);  // two heads, three messages there and back
        log->view()->setCurrentIndex(log->model()->index(4, 0));
        log->setFollowing(false);
        const QRect row = log->view()->visualRect(log->model()->index(4, FrameLogModel::Preview));
        Q_EMIT log->view()->customContextMenuRequested(row.center());
        QTRY_VERIFY(log->findChild<QMenu *>() != nullptr);
        QAction *rows = m_window->findChild<QAction *>(u"replayRows"_s);
        QVERIFY(rows != nullptr);
        QCOMPARE(rows->text(), u"Replay the selected row…"_s);
        rows->trigger();
        log->findChild<QMenu *>()->close();
        QCOMPARE(find<QComboBox>("replayWhat")->currentText(), u"the selected row"_s);
        click("replayGo");
        QTRY_COMPARE(status(), u"Replayed 1 message (19 bytes) on 1 connection. 1 answer came, as recorded."_s);
    }

    void aPingIsReplayedAsOne()
    {
        talk();
        m_workspace->workbench()->send(m_client, {.kind = session::Outgoing::Kind::Ping, .payload = "beat"});
        m_workspace->selectConnection(m_client);
        FrameLogPane *log = m_window->frameLog();
        QTRY_COMPARE(log->model()->rowCount(), 10);
        log->setFollowing(false);
        log->view()->setCurrentIndex(log->model()->index(8, 0));
        Q_EMIT log->view()->customContextMenuRequested(log->view()->visualRect(log->model()->index(8, FrameLogModel::Preview)).center());
        QAction *rows = m_window->findChild<QAction *>(u"replayRows"_s);
        QVERIFY(rows != nullptr);
        rows->trigger();
        log->findChild<QMenu *>()->close();
        QVERIFY(find<QCheckBox>("replayControl")->isChecked());
        click("replayGo");
        QTRY_COMPARE(status(), u"Replayed 1 message (4 bytes) on 1 connection. 0 answers came, as recorded."_s);
    }

    void playsTheServerUntilItIsCancelled()
    {
        talk();
        m_workspace->selectConnection(m_client);
        press("Replay…");
        QTest::mouseClick(find<QWidget>("replaySide")->findChildren<QPushButton *>().at(1), Qt::LeftButton);
        QVERIFY(find<QSpinBox>("replayPort")->isVisible());
        QVERIFY(!find<QLineEdit>("replayUrl")->isVisible());
        type(find<QSpinBox>("replayPort"), u"0"_s);
        click("replayGo");
        QTRY_VERIFY(status().startsWith(u"Waiting for a client on ws://127.0.0.1:"_s));
        QVERIFY(!find<QComboBox>("replayWhat")->isEnabled());
        session::ClientOptions options;
        options.url = status().sliced(24).chopped(1);
        const EndpointId visitor = m_workspace->workbench()->connectClient(options);
        QTRY_VERIFY(openConnectionOf(visitor).isValid());
        m_workspace->workbench()->send(openConnectionOf(visitor), {.kind = session::Outgoing::Kind::Text, .payload = "anything"});
        QTRY_VERIFY(status().startsWith(u"1 of 3 messages"_s));
        QVERIFY(status().contains(u"the other side's turn"_s));
        click("replayGo");
        QTRY_VERIFY(status().startsWith(u"Stopped after 1 of 3 messages"_s));
        QVERIFY(find<QComboBox>("replayWhat")->isEnabled());
    }

    void saysWhatIsWrong()
    {
        talk();
        m_workspace->selectConnection(m_client);
        press("Replay…");
        type(find<QLineEdit>("replayUrl"), u"http://localhost/"_s);
        QVERIFY(!find<QPushButton>("replayGo")->isEnabled());
        type(find<QLineEdit>("replayUrl"), u"ws://127.0.0.1:1/"_s);
        click("replayGo");
        QTRY_COMPARE(status(), u"Nothing was replayed."_s);
        QVERIFY(find<QWidget>("replayMessage")->isVisible());
        QVERIFY(find<QPushButton>("replayCompare")->isHidden());
    }

    void speedBelongsToTheOriginalTiming()
    {
        talk();
        press("Replay…");
        auto *timing = find<QComboBox>("replayTiming");
        auto *speed = find<QDoubleSpinBox>("replaySpeed");
        QVERIFY(!speed->isEnabled());
        timing->setCurrentIndex(1);
        QVERIFY(speed->isEnabled());
        QCOMPARE(speed->minimum(), 0.1);
        QCOMPARE(speed->maximum(), 100.0);
        type(speed, u"100"_s);
        m_workspace->selectConnection(m_client);
        click("replayGo");
        QTRY_VERIFY(status().startsWith(u"Replayed "_s));
    }

    void aSavedCaptureIsReplayedIntoANewOne()
    {
        talk();
        const std::shared_ptr<capture::Document> first = m_workspace->document();
        m_workspace->workbench()->send(m_client, {.kind = session::Outgoing::Kind::Close});
        const auto hasClosed = [](const session::ConnectionStatus &status) { return status.state == EndpointState::Closed; };
        const auto allClosed = [&] { const auto all = m_workspace->connections(); return std::all_of(all.begin(), all.end(), hasClosed); };
        QTRY_VERIFY(allClosed());
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"kept.wscapture"_s);
        QVERIFY(first->saveAs(path).ok());
        // The host lives on elsewhere, so that there is somebody to be replayed against.
        session::Workbench elsewhere(first);
        session::HostOptions hosting;
        hosting.port = 0;
        quint16 port = 0;
        connect(&elsewhere, &session::Workbench::endpointChanged, this, [&port](const session::EndpointInfo &info) { port = info.port; });
        elsewhere.startHost(hosting);
        QTRY_VERIFY(port != 0);
        QVERIFY(test::openCapture(*m_workspace, path).ok());
        QVERIFY(m_workspace->workbench() == nullptr);
        m_workspace->selectConnection(m_client);
        press("Replay…");
        type(find<QLineEdit>("replayUrl"), u"ws://127.0.0.1:%1"_s.arg(port));
        click("replayGo");
        QTRY_COMPARE(status(), u"Replayed 3 messages (27 bytes) on 1 connection. 3 answers came, as recorded."_s);
        QVERIFY(m_workspace->workbench() != nullptr);
        QVERIFY(m_workspace->document()->path() != path);
        QCOMPARE(sentOn(newest()), (QByteArrayList{"hello", R"({"id":1,"price":17})", "bye"}));
        click("replayCompare");
        QTRY_COMPARE(find<QLabel>("compareSummary")->text(), u"All 8 messages are equal."_s);
        // Once more: what was offered is still what is replayed, though another capture is shown now.
        const ConnectionId before = newest();
        click("replayGo");
        QTRY_VERIFY(newest() != before);
        QTRY_COMPARE(status(), u"Replayed 3 messages (27 bytes) on 1 connection. 3 answers came, as recorded."_s);
        QCOMPARE(sentOn(newest()), (QByteArrayList{"hello", R"({"id":1,"price":17})", "bye"}));
        // Also when the one that is shown now has frames of the same numbers.
        QVERIFY(test::beginCapture(*m_workspace).ok());
        m_host = startEcho();
        say(connectTo(m_host), {"other", "frames"});
        click("replayGo");
        QTRY_VERIFY(sentOn(newest()).size() == 3);
        QCOMPARE(sentOn(newest()), (QByteArrayList{"hello", R"({"id":1,"price":17})", "bye"}));
    }

    void aFurtherLogReplaysWhatItShows()
    {
        talk();
        m_window->logs()->open();
        FrameLogPane *log = LogDocks::logOf(m_window->logs()->docks().constFirst());
        log->findChild<FilterEdit *>()->setFilterText(u"text == \"bye\""_s);
        QTRY_COMPARE(log->model()->rowCount(), 4);      // there and back, as both ends saw it
        log->view()->setFocus();
        press("Replay…");
        auto *what = find<QComboBox>("replayWhat");
        const int shown = what->findText(u"What the log shows"_s);
        QVERIFY(shown >= 0);
        what->setCurrentIndex(shown);
        click("replayGo");
        QTRY_VERIFY(status().startsWith(u"Replayed 2 messages (6 bytes)"_s));   // as the client's end saw it, and as the host's
        // Its rows have the menu as well.
        log->setFollowing(false);
        log->view()->setCurrentIndex(log->model()->index(0, 0));
        Q_EMIT log->view()->customContextMenuRequested(log->view()->visualRect(log->model()->index(0, FrameLogModel::Preview)).center());
        QTRY_VERIFY(m_window->findChild<QAction *>(u"replayRows"_s) != nullptr);
        log->findChild<QMenu *>()->close();
    }

    void fragmentsAreReplayedOnRequest()
    {
        talk();
        m_workspace->workbench()->send(m_client, {.kind = session::Outgoing::Kind::Text, .payload = "in pieces", .fragmentBytes = 4});
        m_workspace->selectConnection(m_client);
        QTRY_COMPARE(m_window->frameLog()->model()->rowCount(), 12);
        press("Replay…");
        find<QCheckBox>("replayFragments")->click();
        click("replayGo");
        QTRY_COMPARE(status(), u"Replayed 4 messages (36 bytes) on 1 connection. 4 answers came, as recorded."_s);
        QCOMPARE(sentOn(m_workspace->currentConnection()), (QByteArrayList{"hello", R"({"id":1,"price":17})", "bye", "in p"}));
    }

    void whatAPeerSaysIsShownAsItIs()
    {
        talk();
        const ConnectionId other = connectTo(m_host);
        say(other, {"hello", R"({"id":"<h1>big</h1>","price":17})", "bye"});
        m_workspace->selectConnection(m_client);
        press("Compare conversations…");
        find<QComboBox>("compareRight")->setCurrentIndex(indexOf(other));
        click("compareGo");
        auto *difference = find<QLabel>("compareDifference");
        QTRY_VERIFY(difference->text().contains(u"<h1>big</h1>"_s));
        QCOMPARE(difference->textFormat(), Qt::PlainText);
        press("Replay…");
        QCOMPARE(find<QLabel>("replayStatus")->textFormat(), Qt::PlainText);
    }

    void comparesWhatAFilterLetsPass()
    {
        talk();
        const ConnectionId other = connectTo(m_host);
        say(other, {"hello", "something else", "bye"});
        m_workspace->selectConnection(m_client);
        press("Compare conversations…");
        find<QComboBox>("compareRight")->setCurrentIndex(indexOf(other));
        type(find<QLineEdit>("compareFilter"), u"text == \"hello\""_s);
        click("compareGo");
        QTRY_COMPARE(find<QLabel>("compareSummary")->text(), u"All 2 messages are equal."_s);
        type(find<QLineEdit>("compareFilter"), u"text =="_s);
        click("compareGo");
        QVERIFY(find<QWidget>("compareMessage")->isVisible());
    }

    void comparesWithWhatIsIgnored()
    {
        talk();
        const ConnectionId other = connectTo(m_host);
        say(other, {"hello", R"({"price": 18, "id": 2})", "one more", "bye"});
        m_workspace->selectConnection(m_client);
        press("Compare conversations…");
        auto *right = find<QComboBox>("compareRight");
        QCOMPARE(find<QComboBox>("compareLeft")->currentIndex(), indexOf(m_client));
        QCOMPARE(right->currentIndex(), -1);
        right->setCurrentIndex(indexOf(other));
        click("compareGo");
        QTRY_COMPARE(find<QLabel>("compareSummary")->text(), u"4 messages are equal, 2 messages are changed, 2 messages are only on the right."_s);
        auto *list = find<QTableView>("compareList");
        QTRY_COMPARE(find<QLabel>("compareDifference")->text(), u"≠ changed:  /id: 1 | 2, /price: 17 | 18"_s);
        QVERIFY(find<QPlainTextEdit>("compareRightText")->toPlainText().contains(u"\"price\": 18"_s));
        // By keys from one difference to the next, and back.
        list->setFocus();
        const int first = list->currentIndex().row();
        QTest::keyClick(list, Qt::Key_F8);
        QVERIFY(list->currentIndex().row() > first);
        QTest::keyClick(list, Qt::Key_F8, Qt::ShiftModifier);
        QCOMPARE(list->currentIndex().row(), first);
        click("compareNext");
        QVERIFY(list->currentIndex().row() > first);
        find<QCheckBox>("compareOnlyDifferences")->click();
        QCOMPARE(list->model()->rowCount(), 4);
        find<QPlainTextEdit>("compareIgnore")->setPlainText(u"/id\n/price\none more"_s);
        click("compareGo");
        QTRY_COMPARE(find<QLabel>("compareSummary")->text(), u"6 messages are equal, 2 messages are only on the right."_s);
        find<QPlainTextEdit>("compareIgnore")->setPlainText(u"(open"_s);
        click("compareGo");
        QVERIFY(find<QWidget>("compareMessage")->isVisible());
    }

    void showsAFrameAndTakesOthersFromFiles()
    {
        talk();
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"kept.wscapture"_s);
        QVERIFY(m_workspace->document()->saveAs(path).ok());
        m_workspace->selectConnection(m_client);
        press("Compare conversations…");
        auto *right = find<QComboBox>("compareRight");
        const int before = right->count();
        find<CompareDialog>("compareDialog")->openPath(path, right);
        QTRY_COMPARE(right->count(), 2 * before);
        QVERIFY(right->currentText().startsWith(u"kept.wscapture: "_s));
        // What nobody has chosen any more goes when something else is taken from a file.
        right->setCurrentIndex(-1);
        find<CompareDialog>("compareDialog")->openPath(path, right);
        QTRY_VERIFY(right->currentIndex() >= 0);
        QCOMPARE(right->count(), 2 * before);
        right->setCurrentIndex(before + indexOf(m_client));
        click("compareGo");
        QTRY_COMPARE(find<QLabel>("compareSummary")->text(), u"All 6 messages are equal."_s);
        auto *list = find<QTableView>("compareList");
        const QModelIndex third = list->model()->index(2, DiffModel::Left);
        Q_EMIT list->doubleClicked(third);
        QTRY_COMPARE(m_workspace->currentRecord().value(), list->model()->index(2, DiffModel::LeftNumber).data().toString().toULongLong());
        Q_EMIT list->doubleClicked(list->model()->index(2, DiffModel::Right));
        QVERIFY(find<QWidget>("compareMessage")->isVisible());
    }

private:
    [[nodiscard]] int indexOf(ConnectionId connection) const
    {
        const QList<capture::ConnectionInfo> all = m_workspace->document()->connections();
        const auto found = std::find_if(all.begin(), all.end(), [connection](const auto &info) { return info.id == connection; });
        return static_cast<int>(found - all.begin());
    }
};

QTEST_MAIN(TestReplaying)
#include "tst_replaying.moc"
