#include "panes/connectpane.h"
#include "panes/composerpane.h"
#include "panes/hostpane.h"
#include "panes/inspectorpane.h"
#include "panes/proxypane.h"

#include "capture/document.h"
#include "models/endpointmodel.h"
#include "models/recordtext.h"
#include "gui/fixture.h"
#include "widgets/elidedlabel.h"
#include "widgets/foldsection.h"
#include "widgets/hexwidget.h"
#include "widgets/segments.h"
#include "widgets/taborder.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>

using namespace wsw;
using namespace wsw::desktop;
using capture::PayloadForm;
using session::EndpointState;

/// Compression as a person meets it: asked for in the forms, seen in log, inspector and tree, left out for a message.
class TestCompressing final : public test::Fixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void nothingIsCompressedUnlessAsked()
    {
        connectTo(host(false), false);
        ComposerPane composer(m_workspace.get());
        QVERIFY(!composer.findChild<QComboBox *>(QStringLiteral("compress"))->isEnabled());
        const capture::Record sent = send(composer, "Hello server!");
        QVERIFY(!sent.header.isCompressed());
        QCOMPARE(sent.payload, QByteArray("Hello server!"));
    }

    void theFormsSayWhatIsWanted()
    {
        HostPane pane(m_workspace.get());
        turnOn(pane, QStringLiteral("host"));
        choose(pane, "hostServerWindow", 10);
        pane.findChild<QCheckBox *>(QStringLiteral("hostClientContext"))->click();
        const quint16 port = startByForm(pane, "hostPort", "hostStart");
        QVERIFY(port != 0);
        connectTo(port, true);
        const auto status = m_workspace->connection(m_workspace->currentConnection());
        QCOMPARE(status->extensions, QStringLiteral("permessage-deflate; client_no_context_takeover; server_max_window_bits=10"));

        // Remembered for the next start, and said while the section is folded.
        HostPane again(m_workspace.get());
        QVERIFY(again.findChild<QCheckBox *>(QStringLiteral("hostCompress"))->isChecked());
        QVERIFY(!again.findChild<QCheckBox *>(QStringLiteral("hostClientContext"))->isChecked());
        QCOMPARE(again.findChild<QComboBox *>(QStringLiteral("hostServerWindow"))->currentData().toInt(), 10);
        QVERIFY(sectionHead(again, "hostCompress")->text().contains(QStringLiteral("on")));
        ConnectPane client(m_workspace.get());
        QVERIFY(client.findChild<QCheckBox *>(QStringLiteral("connectCompress"))->isChecked());
        QVERIFY(!ProxyPane(m_workspace.get()).findChild<QCheckBox *>(QStringLiteral("proxyCompress"))->isChecked());
    }

    void theFormIsUsedWithKeys()
    {
        ConnectPane pane(m_workspace.get());
        orderTabs({&pane}); // as the window does
        show(pane);
        QToolButton *head = sectionHead(pane, "connectCompress");
        QVERIFY(head->focusPolicy() & Qt::TabFocus);
        head->setFocus();
        QTest::keyClick(head, Qt::Key_Space);
        auto *on = pane.findChild<QCheckBox *>(QStringLiteral("connectCompress"));
        QVERIFY(on->isVisible());
        QTest::keyClick(head, Qt::Key_Tab);
        QTRY_VERIFY(on->hasFocus());
        QTest::keyClick(on, Qt::Key_Space);
        QVERIFY(on->isChecked());
        for (const char *name : {"connectServerContext", "connectServerWindow", "connectClientContext", "connectClientWindow", "connectLevel"}) {
            auto *field = pane.findChild<QWidget *>(QLatin1String(name));
            QVERIFY2(field && field->isVisible(), name);
            QVERIFY2(!field->accessibleName().isEmpty(), name);
            QTest::keyClick(pane.focusWidget(), Qt::Key_Tab);
            QTRY_VERIFY2(field->hasFocus(), name);
        }
    }

    void whatWasMeantIsShown()
    {
        connectTo(host(true), true);
        ComposerPane composer(m_workspace.get());
        const QByteArray json = "{\"symbol\":\"ACME\",\"ok\":1}";
        (void)send(composer, json);
        const capture::Record sent = send(composer, json);
        QVERIFY(sent.header.isCompressed());
        QCOMPARE(sent.inflated, json);
        QVERIFY(sent.payload.size() < json.size() / 2);
        QCOMPARE(frameName(sent), QStringLiteral("text · deflate"));
        QCOMPARE(lengthText(sent.header), QStringLiteral("24→%1").arg(sent.payload.size()));
        QCOMPARE(previewText(sent), QString::fromUtf8(json));

        InspectorPane inspector(m_workspace.get());
        show(inspector, {420, 700});
        m_workspace->selectRecord(sent.header.id);
        checkMessage(inspector, sent);
        checkBytes(inspector, sent);
        inspector.showTab(InspectorPane::Tab::Anatomy);
        QTRY_COMPARE(inspector.findChild<ElidedLabel *>(QStringLiteral("inflatedLabel"))->text(), QString::fromUtf8(json));
        QVERIFY(inspector.findChild<QLabel *>(QStringLiteral("frameSizes"))->text().endsWith(QStringLiteral("inflated to 24")));
        checkHandshake(inspector);
        checkTree();
    }

    void oneMessageIsLeftOut()
    {
        connectTo(host(true), true);
        ComposerPane composer(m_workspace.get());
        show(composer, {420, 700});
        auto *compress = composer.findChild<QComboBox *>(QStringLiteral("compress"));
        QTRY_VERIFY(compress->isEnabled());
        QVERIFY(send(composer, "Hello server!").header.isCompressed());
        compress->setFocus();
        QTest::keyClick(compress, Qt::Key_Down);
        QCOMPARE(compress->currentText(), QStringLiteral("off"));
        const capture::Record plain = send(composer, "Hello server!");
        QVERIFY(!plain.header.isCompressed());
        QVERIFY(!plain.header.frame.rsv1);
        QCOMPARE(plain.payload, QByteArray("Hello server!"));
    }

private:
    static QToolButton *sectionHead(QWidget &pane, const char *inside)
    {
        QWidget *section = pane.findChild<QWidget *>(QLatin1String(inside));
        while (section && !qobject_cast<FoldSection *>(section))
            section = section->parentWidget();
        return section ? section->findChild<QToolButton *>() : nullptr;
    }

    static void turnOn(QWidget &pane, const QString &use)
    {
        pane.findChild<QCheckBox *>(use + QStringLiteral("Compress"))->setChecked(true);
    }

    static void choose(QWidget &pane, const char *box, int bits)
    {
        auto *window = pane.findChild<QComboBox *>(QLatin1String(box));
        window->setCurrentIndex(window->findData(bits));
    }

    quint16 host(bool compress)
    {
        HostPane pane(m_workspace.get());
        if (compress)
            turnOn(pane, QStringLiteral("host"));
        return startByForm(pane, "hostPort", "hostStart");
    }

    void connectTo(quint16 port, bool compress)
    {
        ConnectPane pane(m_workspace.get());
        QSignalSpy done(&pane, &ConnectPane::done);
        show(pane);
        pane.findChild<QLineEdit *>(QStringLiteral("connectUrl"))->setText(QStringLiteral("ws://127.0.0.1:%1").arg(port));
        pane.findChild<QCheckBox *>(QStringLiteral("connectCompress"))->setChecked(compress);
        QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("connectButtonGo")), Qt::LeftButton);
        QTRY_COMPARE(done.count(), 1);
        QTRY_VERIFY(m_workspace->currentConnection().isValid());
    }

    /// Sends and returns the frame that the client has sent last.
    capture::Record send(ComposerPane &composer, const QByteArray &text)
    {
        const quint64 before = m_workspace->document()->received();
        composer.findChild<QPlainTextEdit *>(QStringLiteral("composerText"))->setPlainText(QString::fromUtf8(text));
        composer.send();
        capture::Record found;
        const bool came = QTest::qWaitFor([&] {
            for (quint64 id = before + 1; id <= m_workspace->document()->received(); ++id) {
                const auto record = m_workspace->document()->peek(RecordId(id));
                if (record && record->header.connection == m_workspace->currentConnection() && record->header.direction == Direction::Sent
                    && record->header.frame.opcode == wire::Opcode::Text) {
                    found = *record;
                    return true;
                }
            }
            return false;
        });
        if (!came)
            qWarning("nothing was sent");
        return found;
    }

    static void checkMessage(InspectorPane &inspector, const capture::Record &sent)
    {
        inspector.showTab(InspectorPane::Tab::Message);
        QTRY_VERIFY(inspector.findChild<QPlainTextEdit *>(QStringLiteral("messageText"))->toPlainText().contains(QStringLiteral("\"ACME\"")));
        QVERIFY(inspector.findChild<QLabel *>(QStringLiteral("messageFacts"))->text().startsWith(QStringLiteral("24 bytes, 24 characters, JSON")));
        const QString effect = inspector.findChild<QLabel *>(QStringLiteral("messageCompression"))->text();
        QVERIFY2(effect.startsWith(QStringLiteral("Compressed from 24 to %1 bytes (").arg(sent.payload.size())), qPrintable(effect));
        QVERIFY2(effect.contains(QStringLiteral("the messages before it saved ")), qPrintable(effect));
    }

    static void checkBytes(InspectorPane &inspector, const capture::Record &sent)
    {
        inspector.showTab(InspectorPane::Tab::Bytes);
        auto *hex = inspector.findChild<HexWidget *>();
        const auto forms = inspector.findChild<Segments *>(QStringLiteral("bytesForm"))->findChildren<QPushButton *>();
        QCOMPARE(forms.size(), 3);
        const auto header = static_cast<quint64>(sent.header.frame.headerSize());
        QCOMPARE(hex->size(), header + static_cast<quint64>(sent.payload.size()));
        QTest::mouseClick(forms.at(1), Qt::LeftButton);
        QCOMPARE(hex->bytesAt(header, 100), sent.payload);
        QTest::mouseClick(forms.at(2), Qt::LeftButton);
        QCOMPARE(hex->bytesAt(0, 100), sent.inflated);
        QVERIFY(inspector.findChild<QLabel *>(QStringLiteral("bytesStatus"))->text().contains(QStringLiteral("not on the wire")));
        QTest::mouseClick(forms.at(0), Qt::LeftButton);
        QVERIFY(hex->bytesAt(header, 100) != sent.payload);
    }

    static void checkHandshake(InspectorPane &inspector)
    {
        inspector.showTab(InspectorPane::Tab::Handshake);
        auto *table = inspector.findChild<QTableView *>(QStringLiteral("handshakeTable"));
        const auto has = [table](const QString &text) {
            for (int row = 0; row < table->model()->rowCount(); ++row) {
                for (int column = 0; column < table->model()->columnCount(); ++column) {
                    if (table->model()->index(row, column).data().toString().trimmed() == text)
                        return true;
                }
            }
            return false;
        };
        QTRY_VERIFY(has(QStringLiteral("client_max_window_bits")));
        QVERIFY(has(QStringLiteral("Compression (permessage-deflate)")));
        QVERIFY(has(QStringLiteral("each message may build on those before it")));
    }

    void checkTree() const
    {
        EndpointModel model(m_workspace.get());
        const QModelIndex row = model.indexOf(m_workspace->currentConnection());
        QTRY_VERIFY(row.data(Qt::ToolTipRole).toString().contains(QStringLiteral("Compression: saved ")));
        QVERIFY(row.data(Qt::ToolTipRole).toString().contains(QStringLiteral("permessage-deflate")));
    }
};

QTEST_MAIN(TestCompressing)
#include "tst_compressing.moc"
