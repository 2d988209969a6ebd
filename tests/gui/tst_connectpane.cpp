#include "panes/connectpane.h"
#include "panes/composerpane.h"
#include "panes/hostpane.h"
#include "panes/proxypane.h"

#include "capture/document.h"
#include "gui/fixture.h"
#include "widgets/headereditor.h"
#include "widgets/inlinemessage.h"
#include "widgets/urledit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTcpServer>
#include <QTcpSocket>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

/// The three forms used as a person would.
class TestConnectPane final : public test::Fixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void hostsAndConnects()
    {
        const quint16 port = host();
        ConnectPane pane(m_workspace.get());
        QSignalSpy done(&pane, &ConnectPane::done);
        show(pane);
        auto *url = pane.findChild<QLineEdit *>(QStringLiteral("connectUrl"));
        url->setFocus();
        url->selectAll();
        QTest::keyClicks(url, QStringLiteral("ws://127.0.0.1:%1/chat").arg(port));
        QTest::keyClick(url, Qt::Key_Return);
        QTRY_COMPARE(done.count(), 1);
        QTRY_VERIFY(m_workspace->currentConnection().isValid());
        const auto status = m_workspace->connection(m_workspace->currentConnection());
        QCOMPARE(status->localRole, Role::Client);
        QCOMPARE(status->state, EndpointState::Open);
        // Remembered for the next start.
        ConnectPane again(m_workspace.get());
        QCOMPARE(again.findChild<QLineEdit *>(QStringLiteral("connectUrl"))->text(), url->text());
    }

    void theUserIsTheSpeaker()
    {
        const ConnectionId id = openRaw(host(), true);
        QVERIFY(id.isValid());
        ComposerPane composer(m_workspace.get());
        craft(composer);
        QTest::mouseClick(composer.findChild<QCheckBox *>(QStringLiteral("frameRsv3")), Qt::LeftButton, {}, QPoint(8, 8));
        composer.findChild<QPlainTextEdit *>(QStringLiteral("framePayload"))->setPlainText(QStringLiteral("Hi"));
        composer.send();
        QTRY_VERIFY(find(id, wire::RecordKind::Frame, Direction::Sent));
        const auto frame = find(id, wire::RecordKind::Frame, Direction::Sent);
        QVERIFY(frame->header.flags & wire::RecordFlag::Crafted);
        QCOMPARE(frame->header.violation, wire::Violation::ReservedBit3Set);
        QCOMPARE(frame->payload, QByteArray("Hi"));
        // The host answers with Close 1002; nobody answers that but the user.
        QTRY_VERIFY(find(id, wire::RecordKind::Frame, Direction::Received));
        QTRY_COMPARE(m_workspace->connection(id)->framesSent, quint64{1});
    }

    void aLenientHostServesOn()
    {
        HostPane pane(m_workspace.get());
        QSignalSpy done(&pane, &HostPane::done);
        auto *strictness = pane.findChild<QComboBox *>(QStringLiteral("hostStrictness"));
        QCOMPARE(strictness->currentIndex(), 0);
        strictness->setCurrentIndex(1);
        show(pane);
        pane.findChild<QSpinBox *>(QStringLiteral("hostPort"))->setValue(0);
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("hostStart")), Qt::LeftButton);
        QTRY_COMPARE(done.count(), 1);
        QCOMPARE(HostPane(m_workspace.get()).findChild<QComboBox *>(QStringLiteral("hostStrictness"))->currentIndex(), 1);

        const ConnectionId id = openRaw(m_workspace->endpoints().constLast().port, true);
        QVERIFY(id.isValid());
        ComposerPane composer(m_workspace.get());
        craft(composer);
        QTest::mouseClick(composer.findChild<QCheckBox *>(QStringLiteral("frameRsv3")), Qt::LeftButton, {}, QPoint(8, 8));
        composer.findChild<QPlainTextEdit *>(QStringLiteral("framePayload"))->setPlainText(QStringLiteral("Hi"));
        composer.send();
        // A strict one answers with Close 1002.
        QTRY_VERIFY(find(id, wire::RecordKind::Frame, Direction::Received));
        QCOMPARE(find(id, wire::RecordKind::Frame, Direction::Received)->header.frame.opcode, wire::Opcode::Text);
        QCOMPARE(find(id, wire::RecordKind::Frame, Direction::Received)->payload, QByteArray("Hi"));
    }

    void withoutAHandshakeTheHeadIsTheUsers()
    {
        const ConnectionId id = openRaw(host(), false);
        QVERIFY(id.isValid());
        QVERIFY(!find(id, wire::RecordKind::RequestHead, Direction::Sent));
        ComposerPane composer(m_workspace.get());
        craft(composer);
        auto *raw = composer.findChild<QCheckBox *>(QStringLiteral("sendRawBytes"));
        QTest::mouseClick(raw, Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(!composer.findChild<QCheckBox *>(QStringLiteral("frameFin"))->isEnabled());
        auto *frame = composer.findChild<QTabWidget *>(QStringLiteral("composerTabs"))->currentWidget();
        auto *format = frame->findChild<QComboBox *>(QStringLiteral("byteFormat"));
        QCOMPARE(format->currentText(), QStringLiteral("hex"));
        format->setCurrentText(QStringLiteral("escaped"));
        Q_EMIT format->activated(format->currentIndex());
        auto *bytes = composer.findChild<QPlainTextEdit *>(QStringLiteral("framePayload"));
        bytes->setPlainText(QStringLiteral("GET / HTTP/1.1\\r\\n\nHost: localhost\\r\\n\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\n"
                                           "Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\\r\\n\n\\r\\n"));
        composer.send();
        QTRY_VERIFY(find(id, wire::RecordKind::Raw, Direction::Sent));
        const auto sent = find(id, wire::RecordKind::Raw, Direction::Sent);
        QVERIFY(sent->header.flags & wire::RecordFlag::Crafted);
        QVERIFY(sent->payload.startsWith("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade"));
        QVERIFY(sent->payload.endsWith("\r\n\r\n"));
        // The host took it for a handshake: the head was sent as it was written.
        QTRY_VERIFY(m_workspace->connection(id)->bytesReceived > 100);
    }

    void aFaultInTheUrlIsNamedAndPlaced_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qsizetype>("start");
        QTest::newRow("scheme of web pages") << QStringLiteral("http://localhost:8765") << qsizetype{0};
        QTest::newRow("white space") << QStringLiteral("ws://localhost/a b") << qsizetype{16};
        QTest::newRow("fragment") << QStringLiteral("ws://localhost/#top") << qsizetype{15};
    }

    void aFaultInTheUrlIsNamedAndPlaced()
    {
        QFETCH(QString, text);
        QFETCH(qsizetype, start);
        ConnectPane pane(m_workspace.get());
        show(pane);
        auto *url = pane.findChild<UrlEdit *>(QStringLiteral("connectUrl"));
        auto *problem = pane.findChild<QLabel *>(QStringLiteral("connectUrlProblem"));
        QVERIFY(!problem->isVisible());
        url->setText(text);
        QVERIFY(problem->isVisible());
        QVERIFY(!problem->text().isEmpty());
        QCOMPARE(url->fault().start, start);
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("connectButtonGo")), Qt::LeftButton);
        // Said once, beside the field, and that has the keyboard.
        QVERIFY(message(pane)->isHidden());
        QVERIFY(problem->isVisible());
        QVERIFY(url->hasFocus());
        QVERIFY(m_workspace->endpoints().isEmpty());
    }

    void aMissingSchemeIsPutIn_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("meant");
        QTest::newRow("host") << QStringLiteral("localhost") << QStringLiteral("ws://localhost");
        QTest::newRow("host and port") << QStringLiteral("localhost:8765/chat") << QStringLiteral("ws://localhost:8765/chat");
        QTest::newRow("IPv6") << QStringLiteral("[::1]:1") << QStringLiteral("ws://[::1]:1");
        QTest::newRow("a slash missing") << QStringLiteral("ws:/localhost") << QStringLiteral("ws:/localhost");
        QTest::newRow("a colon missing") << QStringLiteral("wss//localhost") << QStringLiteral("wss//localhost");
        QTest::newRow("no host at all") << QStringLiteral("a b") << QStringLiteral("a b");
    }

    void aMissingSchemeIsPutIn()
    {
        QFETCH(QString, typed);
        QFETCH(QString, meant);
        ConnectPane pane(m_workspace.get());
        show(pane);
        auto *url = pane.findChild<UrlEdit *>(QStringLiteral("connectUrl"));
        const auto type = [&] {
            url->setFocus();
            url->selectAll();
            QTest::keyClicks(url, typed);
        };
        type();
        QTest::keyClick(url, Qt::Key_Tab);
        QCOMPARE(url->text(), meant);
        QCOMPARE(url->problem().has_value(), typed == meant);
        type();
        QCOMPARE(url->text(), typed);
        QTest::keyClick(url, Qt::Key_Enter);
        QCOMPARE(url->text(), meant);
        if (typed == meant)
            QVERIFY(m_workspace->endpoints().isEmpty());
        else
            QTRY_VERIFY(!m_workspace->endpoints().isEmpty());
    }

    void aServerThatIsNoneIsShownWithItsAnswer()
    {
        QTcpServer web;
        QVERIFY(web.listen(QHostAddress::LocalHost));
        connect(&web, &QTcpServer::newConnection, &web, [&web] {
            QTcpSocket *socket = web.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                if (!socket->readAll().contains("\r\n\r\n"))
                    return;
                socket->write("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nServer: shop\r\n\r\nNot here.");
                socket->disconnectFromHost();
            });
        });
        ConnectPane pane(m_workspace.get());
        show(pane);
        pane.findChild<QLineEdit *>(QStringLiteral("connectUrl"))->setText(QStringLiteral("ws://127.0.0.1:%1/").arg(web.serverPort()));
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("connectButtonGo")), Qt::LeftButton);
        QTRY_VERIFY(message(pane)->isVisible());
        QVERIFY2(message(pane)->text().contains(QLatin1String("404")), qPrintable(message(pane)->text()));
        QVERIFY(message(pane)->text().contains(QLatin1String("Server: shop")));
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("messageDetails")), Qt::LeftButton);
        // Trying again does not leave the failed attempt behind.
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("connectButtonGo")), Qt::LeftButton);
        QTRY_VERIFY(message(pane)->isVisible());
        QTRY_COMPARE(m_workspace->endpoints().size(), 1);
    }

    void connectingCanBeCancelled()
    {
        // A server that accepts and never answers.
        QTcpServer mute;
        QVERIFY(mute.listen(QHostAddress::LocalHost));
        ConnectPane pane(m_workspace.get());
        QSignalSpy done(&pane, &ConnectPane::done);
        show(pane);
        pane.findChild<QLineEdit *>(QStringLiteral("connectUrl"))->setText(QStringLiteral("ws://127.0.0.1:%1/").arg(mute.serverPort()));
        auto *go = pane.findChild<QPushButton *>(QStringLiteral("connectButtonGo"));
        QTest::mouseClick(go, Qt::LeftButton);
        QVERIFY(!go->isEnabled());
        QTRY_VERIFY(!m_workspace->endpoints().isEmpty());
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("connectButtonGoCancel")), Qt::LeftButton);
        QTRY_VERIFY(go->isEnabled());
        QCOMPARE(message(pane)->text(), QStringLiteral("Cancelled."));
        QTRY_VERIFY(m_workspace->endpoints().isEmpty());
        QCOMPARE(done.count(), 0);
    }

    void headersKeepTheirOrderAndArePasted()
    {
        HeaderEditor editor;
        QCOMPARE(editor.addLines(QStringLiteral("X-One: 1\nnonsense\nAuthorization: Bearer a:b\r\nX-One: 2")), 3);
        const auto headers = editor.headers();
        QVERIFY(headers.ok());
        const wire::HeaderList wanted{{"X-One", "1"}, {"Authorization", "Bearer a:b"}, {"X-One", "2"}};
        QCOMPARE(*headers, wanted);
        editor.addLines(QStringLiteral("Bad Name: 1"));
        const auto refused = editor.headers();
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().message.contains(QLatin1String("line 4")));
    }

    void aTakenPortOffersAFreeOne()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        HostPane pane(m_workspace.get());
        QSignalSpy done(&pane, &HostPane::done);
        show(pane);
        pane.findChild<QSpinBox *>(QStringLiteral("hostPort"))->setValue(other.serverPort());
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("hostStart")), Qt::LeftButton);
        QTRY_VERIFY(message(pane)->isVisible());
        QVERIFY2(message(pane)->text().contains(QString::number(other.serverPort())), qPrintable(message(pane)->text()));
        auto *offer = pane.findChild<QPushButton *>(QStringLiteral("hostUseFreePort"));
        QVERIFY(offer);
        QTest::mouseClick(offer, Qt::LeftButton);
        QTRY_COMPARE(done.count(), 1);
        QCOMPARE(m_workspace->endpoints().size(), 1);
        const auto info = m_workspace->endpoints().first();
        QCOMPARE(info.state, EndpointState::Listening);
        QVERIFY(info.port != other.serverPort());
        QCOMPARE(pane.findChild<QSpinBox *>(QStringLiteral("hostPort"))->value(), static_cast<int>(info.port));
    }

    void thePrefixIsAskedForWhereItIsUsed()
    {
        HostPane pane(m_workspace.get());
        show(pane);
        auto *prefix = pane.findChild<QLineEdit *>(QStringLiteral("hostPrefix"));
        auto *behaviour = pane.findChild<QComboBox *>(QStringLiteral("hostBehaviour"));
        QVERIFY(!prefix->isVisible());
        behaviour->setCurrentIndex(behaviour->findData(static_cast<int>(session::Behaviour::Prefix)));
        QVERIFY(prefix->isVisible());
    }

    void theHostFormIsRemembered()
    {
        {
            HostPane pane(m_workspace.get());
            QSignalSpy done(&pane, &HostPane::done);
            show(pane);
            pane.findChild<QSpinBox *>(QStringLiteral("hostPort"))->setValue(0);
            pane.findChild<QLineEdit *>(QStringLiteral("hostName"))->setText(QStringLiteral("my host"));
            pane.findChild<QLineEdit *>(QStringLiteral("hostSubprotocols"))->setText(QStringLiteral("chat, token.abc, superchat"));
            QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("hostStart")), Qt::LeftButton);
            QTRY_COMPARE(done.count(), 1);
        }
        HostPane again(m_workspace.get());
        show(again);
        QCOMPARE(again.findChild<QLineEdit *>(QStringLiteral("hostName"))->text(), QStringLiteral("my host"));
        QVERIFY(again.findChild<QLineEdit *>(QStringLiteral("hostName"))->isVisible());
        const QString subprotocols = again.findChild<QLineEdit *>(QStringLiteral("hostSubprotocols"))->text();
        QVERIFY(subprotocols.contains(QLatin1String("superchat")) && !subprotocols.contains(QLatin1String("abc")));
    }

    void missingTlsFilesAreNamed()
    {
        HostPane pane(m_workspace.get());
        show(pane);
        pane.findChild<QSpinBox *>(QStringLiteral("hostPort"))->setValue(0);
        pane.findChild<QLineEdit *>(QStringLiteral("hostCertificate"))->setText(QStringLiteral("/nowhere/cert.pem"));
        auto *start = pane.findChild<QPushButton *>(QStringLiteral("hostStart"));
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(message(pane)->text().contains(QLatin1String("belong together")));
        pane.findChild<QLineEdit *>(QStringLiteral("hostKey"))->setText(QStringLiteral("/nowhere/key.pem"));
        QTest::mouseClick(start, Qt::LeftButton);
        // The files are read on the network thread: the window never waits for them.
        QTRY_VERIFY2(message(pane)->text().contains(QLatin1String("/nowhere/cert.pem does not exist")), qPrintable(message(pane)->text()));
    }

    void aProxyStandsBetween()
    {
        const quint16 port = host();
        ProxyPane pane(m_workspace.get());
        QSignalSpy done(&pane, &ProxyPane::done);
        show(pane);
        pane.findChild<QSpinBox *>(QStringLiteral("proxyPort"))->setValue(0);
        auto *target = pane.findChild<QLineEdit *>(QStringLiteral("proxyTarget"));
        auto *start = pane.findChild<QPushButton *>(QStringLiteral("proxyStart"));
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(message(pane)->isVisible());
        target->setText(QStringLiteral("ws://127.0.0.1:%1").arg(port));
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_COMPARE(done.count(), 1);
        const auto info = m_workspace->endpoints().last();
        QCOMPARE(info.kind, session::EndpointKind::Proxy);
        QCOMPARE(info.state, EndpointState::Listening);
    }

private:
    static InlineMessage *message(const QWidget &pane) { return pane.findChild<InlineMessage *>(QStringLiteral("formMessage")); }

    /// Starts an echo server by its form and returns its port.
    quint16 host()
    {
        HostPane pane(m_workspace.get());
        return startByForm(pane, "hostPort", "hostStart");
    }

    /// Opens a raw session by the form and returns its connection.
    ConnectionId openRaw(quint16 port, bool handshake)
    {
        ConnectPane pane(m_workspace.get());
        QSignalSpy done(&pane, &ConnectPane::done);
        show(pane);
        auto *doHandshake = pane.findChild<QCheckBox *>(QStringLiteral("connectRawHandshake"));
        if (doHandshake->isEnabled())
            return {};
        pane.findChild<QCheckBox *>(QStringLiteral("connectRaw"))->click();
        if (!handshake)
            doHandshake->click();
        if (doHandshake->isChecked() != handshake)
            return {};
        pane.findChild<QLineEdit *>(QStringLiteral("connectUrl"))->setText(QStringLiteral("ws://127.0.0.1:%1/").arg(port));
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("connectButtonGo")), Qt::LeftButton);
        if (!QTest::qWaitFor([&] { return done.count() == 1 && m_workspace->currentConnection().isValid(); }, 10'000))
            return {};
        const auto endpoint = m_workspace->endpoint(m_workspace->connection(m_workspace->currentConnection())->endpoint);
        return endpoint && endpoint->kind == session::EndpointKind::Raw ? m_workspace->currentConnection() : ConnectionId{};
    }

    /// Shows the composer with its tab Frame by frame.
    static void craft(ComposerPane &composer)
    {
        composer.resize(800, 360);
        composer.show();
        QVERIFY(QTest::qWaitForWindowExposed(&composer));
        auto *tabs = composer.findChild<QTabWidget *>(QStringLiteral("composerTabs"));
        tabs->setCurrentIndex(tabs->count() - 1);
    }

    /// The first such record of a connection.
    [[nodiscard]] std::optional<capture::Record> find(ConnectionId id, wire::RecordKind kind, Direction direction) const
    {
        std::optional<RecordId> found;
        const auto document = m_workspace->document();
        const auto scanned = document->scan(RecordId(1), RecordId(document->received()), [&](const capture::RecordView &view) {
            if (view.header.connection == id && view.header.kind == kind && view.header.direction == direction)
                found = view.header.id;
            return !found;
        });
        if (!scanned || !found)
            return std::nullopt;
        const auto read = document->read(*found);
        return read ? std::optional(*read) : std::nullopt;
    }
};

QTEST_MAIN(TestConnectPane)
#include "tst_connectpane.moc"
