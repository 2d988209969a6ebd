#include "panes/forms/viafield.h"

#include "panes/connectpane.h"
#include "session/workbench.h"
#include "support/sandbox.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"
#include "theme/theme.h"
#include "widgets/urledit.h"
#include "workspace.h"

#include <QLabel>
#include <QPushButton>
#include <QTcpServer>
#include <QTest>

using namespace wsw;
using namespace wsw::desktop;

/// The field for an outgoing proxy: what it accepts, remembers and keeps to itself.
class TestViaField final : public QObject
{
    Q_OBJECT
    wsw::test::Sandbox m_sandbox;

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(SchemeChoice::Light); }
    void init()
    {
        wsw::test::failOnWarnings();
        QSettings().clear();
    }

    void accepts_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("none") << QString() << true;
        QTest::newRow("blanks") << QStringLiteral("  ") << true;
        QTest::newRow("HTTP") << QStringLiteral("http://proxy.example:3128") << true;
        QTest::newRow("SOCKS5 with a login") << QStringLiteral("socks5://me:a%40b@127.0.0.1:1080") << true;
        QTest::newRow("no port") << QStringLiteral("http://proxy.example") << false;
        QTest::newRow("unknown scheme") << QStringLiteral("ftp://proxy.example:21") << false;
        QTest::newRow("a WebSocket URL") << QStringLiteral("ws://127.0.0.1:8765") << false;
    }

    void accepts()
    {
        QFETCH(const QString, typed);
        QFETCH(const bool, accepted);
        ViaField field(name, key);
        edit(field)->setText(typed);
        auto *problem = field.findChild<QLabel *>(name + QStringLiteral("Problem"));
        QCOMPARE(problem->isHidden(), accepted);
        QCOMPARE(problem->text().isEmpty(), accepted);
        const auto via = field.via();
        QCOMPARE(via.ok(), accepted);
        if (accepted)
            QCOMPARE(*via, typed.trimmed());
        else
            QVERIFY(!via.error().remedy.isEmpty());
    }

    void remembersAllButThePassword_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("remembered");
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("plain") << QStringLiteral("http://127.0.0.1:3128") << QStringLiteral("http://127.0.0.1:3128");
        QTest::newRow("with a login") << QStringLiteral("socks5://a%40b:s3cret@127.0.0.1:1080") << QStringLiteral("socks5://a%40b@127.0.0.1:1080");
        QTest::newRow("IPv6") << QStringLiteral("http://[::1]:3128") << QStringLiteral("http://[::1]:3128");
    }

    void remembersAllButThePassword()
    {
        QFETCH(const QString, typed);
        QFETCH(const QString, remembered);
        ViaField field(name, key);
        edit(field)->setText(typed);
        field.remember();
        QCOMPARE(QSettings().value(key).toString(), remembered);
        ViaField again(name, key);
        QCOMPARE(edit(again)->text(), remembered);
    }

    void theFormConnectsThroughIt()
    {
        // A proxy that is not there is named, and not the server behind it.
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress(QHostAddress::LocalHost)));
        const quint16 dead = taken.serverPort();
        taken.close();
        Workspace workspace;
        QVERIFY(test::beginCapture(workspace).ok());
        ConnectPane pane(&workspace);
        pane.findChild<QLineEdit *>(QStringLiteral("connectUrl"))->setText(QStringLiteral("ws://127.0.0.1:9/"));
        auto *field = pane.findChild<QLineEdit *>(QStringLiteral("connectVia"));
        const auto go = [&pane] { QTest::mouseClick(pane.findChild<QPushButton *>(QStringLiteral("connectButtonGo")), Qt::LeftButton); };
        pane.show();
        field->setText(QStringLiteral("socks9://127.0.0.1:1"));
        go();
        QVERIFY(workspace.endpoints().isEmpty());
        field->setText(QStringLiteral("http://127.0.0.1:%1").arg(dead));
        go();
        QTRY_COMPARE(workspace.endpoints().size(), 1);
        QTRY_COMPARE(workspace.endpoints().constLast().state, session::EndpointState::Failed);
        const QString message = workspace.endpoints().constLast().error->message;
        QVERIFY2(message.contains(QStringLiteral("127.0.0.1:%1").arg(dead)), qPrintable(message));
        workspace.document()->discard();
    }

private:
    static QLineEdit *edit(const ViaField &field) { return field.findChild<QLineEdit *>(name); }

    static inline const QString name = QStringLiteral("testVia");
    static inline const QString key = QStringLiteral("test/via");
};

QTEST_MAIN(TestViaField)
#include "tst_viafield.moc"
