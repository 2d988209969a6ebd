#include "panes/composerpane.h"

#include "capture/document.h"
#include "panes/composer/targetchooser.h"
#include "gui/fixture.h"
#include "support/blockedpool.h"
#include "widgets/inlinemessage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

namespace {

enum Tab { TextTab, JsonTab, BinaryTab, FileTab, ControlTab, FrameTab };

} // namespace

/// The composer used as a person would, against a real host and a real client in the same program.
class TestComposer final : public test::Fixture
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        begin();
        m_pane = std::make_unique<ComposerPane>(m_workspace.get());
        show(*m_pane, {800, 360});
    }

    void cleanup()
    {
        m_pane.reset();
        end();
    }

    void nothingConnectedIsSaidWithWhatToDo()
    {
        QSignalSpy wanted(m_pane.get(), &ComposerPane::connectWanted);
        QTest::keyClicks(edit("composerText"), QStringLiteral("Hello"));
        QTest::mouseClick(button("sendButton"), Qt::LeftButton);
        QVERIFY(message()->isVisible());
        QVERIFY(message()->text().contains(QLatin1String("No connection is open")));
        QTest::mouseClick(button("messageConnect"), Qt::LeftButton);
        QTRY_COMPARE(wanted.count(), 1);
        openEcho();
        QVERIFY(!message()->isVisible());
    }

    void textGoesOutAsTypedAndUndoStillWorks()
    {
        openEcho();
        QPlainTextEdit *text = edit("composerText");
        text->setFocus();
        QTest::keyClicks(text, QStringLiteral("Hello server!"));
        QTest::keyClick(text, Qt::Key_Return, Qt::ControlModifier);
        const capture::Record sent = waitForFrame(1, Direction::Sent);
        QCOMPARE(sent.payload, QByteArray("Hello server!"));
        QCOMPARE(sent.header.frame.opcode, wire::Opcode::Text);
        QVERIFY(sent.header.frame.masked);
        QCOMPARE(waitForFrame(1, Direction::Received).payload, QByteArray("Hello server!"));
        QVERIFY(!message()->isVisible());
        QCOMPARE(text->toPlainText(), QStringLiteral("Hello server!"));
        QTest::keyClick(text, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(text->toPlainText() != QLatin1String("Hello server!"));
    }

    void noBreakSpacesAreNotTurnedIntoSpaces()
    {
        openEcho();
        edit("composerText")->insertPlainText(QStringLiteral("a\u00a0b\nc"));
        m_pane->send();
        QCOMPARE(waitForFrame(1, Direction::Sent).payload, QByteArray("a\xc2\xa0"
                                                                     "b\nc"));
    }

    void fragmentsAreCutAsAsked()
    {
        openEcho();
        edit("composerText")->setPlainText(QStringLiteral("Hello server!"));
        m_pane->findChild<QSpinBox *>(QStringLiteral("fragmentBytes"))->setValue(5);
        m_pane->send();
        QCOMPARE(waitForFrame(1, Direction::Sent).payload, QByteArray("Hello"));
        const capture::Record last = waitForFrame(3, Direction::Sent);
        QCOMPARE(last.payload, QByteArray("er!"));
        QCOMPARE(last.header.frame.opcode, wire::Opcode::Continuation);
        QVERIFY(last.header.frame.fin);
    }

    void jsonIsCheckedAndFormatted()
    {
        openEcho();
        showTab(JsonTab);
        edit("composerJson")->setPlainText(QStringLiteral("{\"a\":[1,]}"));
        QVERIFY(label("jsonStatus")->text().contains(QLatin1String("Line 1, column 9")));
        m_pane->send();
        QVERIFY(message()->text().contains(QLatin1String("column 9")));
        edit("composerJson")->setPlainText(QStringLiteral("{\"b\":1.10,\"a\":2}"));
        QTest::mouseClick(button("jsonFormat"), Qt::LeftButton);
        QCOMPARE(edit("composerJson")->toPlainText(), QStringLiteral("{\n  \"b\": 1.10,\n  \"a\": 2\n}"));
        QTest::keyClick(edit("composerJson"), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(edit("composerJson")->toPlainText(), QStringLiteral("{\"b\":1.10,\"a\":2}"));
        m_pane->send();
        QCOMPARE(waitForFrame(1, Direction::Sent).payload, QByteArray("{\"b\":1.10,\"a\":2}"));
    }

    void binaryIsReadForgivinglyAndAMistakeIsPlaced()
    {
        openEcho();
        showTab(BinaryTab);
        edit("composerBinary")->setPlainText(QStringLiteral("0x01, 0x02 zz"));
        m_pane->send();
        QVERIFY(message()->text().contains(QLatin1String("Position 12")));
        edit("composerBinary")->setPlainText(QStringLiteral("0x01, 0x02 ff"));
        m_pane->send();
        const capture::Record sent = waitForFrame(1, Direction::Sent);
        QCOMPARE(sent.payload, QByteArray("\x01\x02\xff"));
        QCOMPARE(sent.header.frame.opcode, wire::Opcode::Binary);
        QVERIFY(!message()->isVisible());
    }

    void filesAreReadWhenSent()
    {
        openEcho();
        showTab(FileTab);
        const QString path = m_sandbox.path() + QStringLiteral("/file.bin");
        auto *line = m_pane->findChild<QLineEdit *>(QStringLiteral("composerFile"));
        line->setText(path);
        m_pane->send();
        QTRY_VERIFY(message()->text().contains(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("\xff\x00\x01", 3);
        file.close();
        m_pane->send();
        QCOMPARE(waitForFrame(1, Direction::Sent).payload, QByteArray("\xff\x00\x01", 3));
        m_pane->findChild<QComboBox *>(QStringLiteral("composerFileKind"))->setCurrentIndex(1);
        m_pane->send();
        QTRY_VERIFY(message()->text().contains(QLatin1String("offset 0")));
    }

    void aFileGoesToWhomItWasSent()
    {
        openEcho();
        const ConnectionId first = m_client;
        const ConnectionId second = connectTo(m_host);
        QVERIFY(second.isValid());
        m_workspace->selectConnection(first);
        showTab(FileTab);
        const QString path = m_sandbox.path() + QStringLiteral("/later.bin");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("later");
        file.close();
        m_pane->findChild<QLineEdit *>(QStringLiteral("composerFile"))->setText(path);
        test::BlockedPool blocked(QThreadPool::globalInstance());
        m_pane->send();
        QVERIFY(!button("sendButton")->isEnabled());
        // Before it has been read, another connection and another page are chosen.
        m_workspace->selectConnection(second);
        showTab(TextTab);
        blocked.letGo();
        QCOMPARE(waitForFrame(1, Direction::Sent).payload, QByteArray("later"));
        QCOMPARE(waitForFrame(1, Direction::Sent).header.connection, first);
        QTRY_VERIFY(button("sendButton")->isEnabled());
    }

    void pingPongAndClose4001()
    {
        openEcho();
        showTab(ControlTab);
        QTest::keyClicks(m_pane->findChild<QLineEdit *>(QStringLiteral("pingPayload")), QStringLiteral("p1"));
        QTest::mouseClick(button("sendPingButton"), Qt::LeftButton);
        const capture::Record ping = waitForFrame(1, Direction::Sent);
        QCOMPARE(ping.header.frame.opcode, wire::Opcode::Ping);
        QCOMPARE(ping.payload, QByteArray("p1"));
        QTest::mouseClick(button("sendPongButton"), Qt::LeftButton);
        QCOMPARE(waitForFrame(2, Direction::Sent).header.frame.opcode, wire::Opcode::Pong);

        auto *code = m_pane->findChild<QComboBox *>(QStringLiteral("closeCode"));
        code->setEditText(QStringLiteral("1005"));
        QTest::mouseClick(button("sendCloseButton"), Qt::LeftButton);
        QVERIFY(message()->text().contains(QLatin1String("1005")));
        code->setEditText(QStringLiteral("4001"));
        auto *reason = m_pane->findChild<QLineEdit *>(QStringLiteral("closeReason"));
        reason->setText(QString(62, QChar(u'é')));     // 124 bytes of UTF-8
        QTest::mouseClick(button("sendCloseButton"), Qt::LeftButton);
        QVERIFY(message()->text().contains(QLatin1String("124 bytes")));
        reason->setText(QStringLiteral("bye"));
        QTest::mouseClick(button("sendCloseButton"), Qt::LeftButton);
        const capture::Record close = waitForFrame(3, Direction::Sent);
        QCOMPARE(close.header.frame.opcode, wire::Opcode::Close);
        QCOMPARE(close.payload, QByteArray("\x0f\xa1"
                                           "bye"));
        QTRY_VERIFY(!m_pane->findChild<TargetChooser *>()->target().open);
        m_pane->send();
        QVERIFY(message()->text().contains(QLatin1String("is closed")));
        QVERIFY(button("messageReconnect"));
    }

    void aCraftedFrameIsForetoldAndSentBitForBit()
    {
        openEcho();
        showTab(FrameTab);
        edit("framePayload")->setPlainText(QStringLiteral("Hi"));
        m_pane->findChild<QLineEdit *>(QStringLiteral("frameKey"))->setText(QStringLiteral("00 00 00 00"));
        QVERIFY(label("frameJudgement")->text().contains(QLatin1String("lawful")));
        QTest::mouseClick(m_pane->findChild<QCheckBox *>(QStringLiteral("frameRsv2")), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(label("frameJudgement")->text().contains(QLatin1String("RSV2")));
        QVERIFY(label("framePreview")->text().contains(QLatin1String("a1")));
        m_pane->send();
        const capture::Record sent = waitForFrame(1, Direction::Sent);
        QVERIFY(sent.header.flags & wire::RecordFlag::Crafted);
        QCOMPARE(sent.header.violation, wire::Violation::ReservedBit2Set);
        QVERIFY(sent.header.frame.masked);
        QCOMPARE(sent.header.frame.key, wire::MaskingKey{});
        QCOMPARE(sent.payload, QByteArray("Hi"));
    }

    void historyGoesBackAndForth()
    {
        openEcho();
        for (const char *text : {"one", "two"}) {
            edit("composerText")->setPlainText(QString::fromLatin1(text));
            m_pane->send();
        }
        waitForFrame(2, Direction::Sent);
        edit("composerText")->setPlainText(QStringLiteral("draft"));
        edit("composerText")->setFocus();
        QTest::keyClick(edit("composerText"), Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(edit("composerText")->toPlainText(), QStringLiteral("two"));
        QTest::keyClick(edit("composerText"), Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(edit("composerText")->toPlainText(), QStringLiteral("one"));
        QTest::keyClick(edit("composerText"), Qt::Key_Down, Qt::ControlModifier);
        QTest::keyClick(edit("composerText"), Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(edit("composerText")->toPlainText(), QStringLiteral("draft"));
    }

    void messagesAreSavedRecalledAndSentAsAList()
    {
        openEcho();
        for (const char *text : {"first", "second"}) {
            edit("composerText")->setPlainText(QString::fromLatin1(text));
            QMenu *menu = button("savedButton")->menu();
            menu->popup(m_pane->mapToGlobal(QPoint(10, 10)));
            auto *name = menu->findChild<QLineEdit *>(QStringLiteral("saveName"));
            QVERIFY(name);
            name->setText(QStringLiteral("my ") + QString::fromLatin1(text));
            QTest::keyClick(name, Qt::Key_Return);
            QVERIFY(!menu->isVisible());
        }
        edit("composerText")->clear();
        m_pane->findChild<QPushButton *>(QStringLiteral("repeatList"))->click();
        m_pane->findChild<QSpinBox *>(QStringLiteral("repeatMs"))->setValue(1);
        m_pane->send();
        QCOMPARE(waitForFrame(1, Direction::Sent).payload, QByteArray("first"));
        QCOMPARE(waitForFrame(2, Direction::Sent).payload, QByteArray("second"));
        QTRY_VERIFY(label("sendCounter")->text().contains(QLatin1String("sent 2")));
        QTRY_COMPARE(button("sendButton")->text(), QStringLiteral("Send list"));
    }

    void repeatsUntilStopped()
    {
        openEcho();
        edit("composerText")->setPlainText(QStringLiteral("tick"));
        m_pane->findChild<QSpinBox *>(QStringLiteral("repeatMs"))->setValue(2);
        QTest::mouseClick(button("sendButton"), Qt::LeftButton);
        QCOMPARE(button("sendButton")->text(), QStringLiteral("Stop"));
        waitForFrame(5, Direction::Sent);
        QTest::mouseClick(button("sendButton"), Qt::LeftButton);
        QCOMPARE(button("sendButton")->text(), QStringLiteral("Send"));
    }

    void aRepetitionWaitsForASlowPeer()
    {
        openEcho();
        edit("composerText")->setPlainText(QStringLiteral("tick"));
        m_pane->findChild<QSpinBox *>(QStringLiteral("repeatMs"))->setValue(1);
        Q_EMIT m_workspace->workbench()->sendPressure(m_client, true);
        m_pane->send();
        QVERIFY2(label("sendCounter")->text().contains(QLatin1String("waiting")), qPrintable(label("sendCounter")->text()));
        // Beats of a whole while, and none of them sends.
        QTest::qWait(50);
        QVERIFY(label("sendCounter")->text().startsWith(QLatin1String("sent 0 ")));
        QCOMPARE(button("sendButton")->text(), QStringLiteral("Stop"));
        Q_EMIT m_workspace->workbench()->sendPressure(m_client, false);
        waitForFrame(3, Direction::Sent);
        QVERIFY(!label("sendCounter")->text().contains(QLatin1String("waiting")));
        m_pane->send();
    }

    void theTargetFollowsTheSelectionOrStays()
    {
        openEcho();
        auto *chooser = m_pane->findChild<TargetChooser *>();
        const ConnectionId first = m_client;
        m_workspace->selectConnection({});
        const ConnectionId second = connectTo(m_host);
        QVERIFY(second.isValid());
        const EndpointId id = m_workspace->connection(second)->endpoint;
        // Nothing is selected: the target stays where it was, though two clients are open now.
        QCOMPARE(chooser->target().connection, first);
        m_workspace->selectEndpoint(id);
        QCOMPARE(chooser->target().connection, second);
        m_workspace->selectConnection(first);
        QCOMPARE(chooser->target().connection, first);
        m_workspace->workbench()->abort(first);
        QTRY_VERIFY(!chooser->target().open);
        QCOMPARE(chooser->target().connection, first);
        QVERIFY(chooser->text().contains(QLatin1String("closed")));
    }

    void allClientsOfAHostAtOnce()
    {
        openEcho();
        m_workspace->selectConnection({});
        m_workspace->selectEndpoint(m_host);
        const auto *chooser = m_pane->findChild<TargetChooser *>();
        QTRY_VERIFY(chooser->target().host == m_host && chooser->target().open);
        edit("composerText")->setPlainText(QStringLiteral("to all"));
        m_pane->send();
        // The host's end sends it, the client's end gets it.
        const capture::Record got = waitForFrame(1, Direction::Received);
        QCOMPARE(got.payload, QByteArray("to all"));
        QVERIFY(!got.header.frame.masked);
    }

    void aRecordedFrameIsEditedAndSentAgain()
    {
        openEcho();
        edit("composerText")->setPlainText(QStringLiteral("again"));
        m_pane->send();
        const capture::Record sent = waitForFrame(1, Direction::Sent);
        edit("composerText")->clear();
        showTab(ControlTab);
        m_pane->editAndSend(sent.header.id);
        QTRY_COMPARE(edit("composerText")->toPlainText(), QStringLiteral("again"));
        QCOMPARE(tabs()->currentIndex(), static_cast<int>(TextTab));
        // A head is no frame.
        m_pane->editAndSend(RecordId(1));
        QTRY_VERIFY(message()->text().contains(QLatin1String("no frame")));
    }

    void draftsOutliveTheProgram()
    {
        edit("composerText")->setPlainText(QStringLiteral("half a thought"));
        showTab(BinaryTab);
        m_pane.reset();
        m_pane = std::make_unique<ComposerPane>(m_workspace.get());
        QCOMPARE(edit("composerText")->toPlainText(), QStringLiteral("half a thought"));
        QCOMPARE(tabs()->currentIndex(), static_cast<int>(TextTab));   // where Send harms nobody
    }

private:
    [[nodiscard]] QTabWidget *tabs() const { return m_pane->findChild<QTabWidget *>(QStringLiteral("composerTabs")); }
    [[nodiscard]] QPlainTextEdit *edit(const char *name) const { return m_pane->findChild<QPlainTextEdit *>(QLatin1String(name)); }
    [[nodiscard]] QPushButton *button(const char *name) const { return m_pane->findChild<QPushButton *>(QLatin1String(name)); }
    [[nodiscard]] QLabel *label(const char *name) const { return m_pane->findChild<QLabel *>(QLatin1String(name)); }
    [[nodiscard]] InlineMessage *message() const { return m_pane->findChild<InlineMessage *>(QStringLiteral("composerMessage")); }
    void showTab(Tab tab) { tabs()->setCurrentIndex(tab); }

    /// Hosts an echo server, connects a client and selects the client's end.
    void openEcho()
    {
        m_host = startEcho();
        m_client = connectTo(m_host);
        QVERIFY(m_client.isValid());
        m_workspace->selectConnection(m_client);
        QTRY_VERIFY(m_pane->findChild<TargetChooser *>()->target().open);
    }

    /// Waits for the @p number th frame in a direction, seen from the client, and returns it.
    capture::Record waitForFrame(int number, Direction direction)
    {
        std::optional<RecordId> found;
        const auto look = [&] {
            int seen = 0;
            const auto document = m_workspace->document();
            const auto scanned = document->scan(RecordId(1), RecordId(document->received()), [&](const capture::RecordView &view) {
                if (view.header.connection == m_client && view.header.kind == wire::RecordKind::Frame
                    && view.header.direction == direction && ++seen == number)
                    found = view.header.id;
                return !found;
            });
            return scanned.ok() && found.has_value();
        };
        if (!QTest::qWaitFor(look, 10'000)) {
            QTest::qFail("the frame did not come", __FILE__, __LINE__);
            return {};
        }
        const auto read = m_workspace->document()->read(*found);
        return read.ok() ? *read : capture::Record{};
    }

    std::unique_ptr<ComposerPane> m_pane;
    EndpointId m_host;
    ConnectionId m_client;
};

QTEST_MAIN(TestComposer)
#include "tst_composer.moc"
