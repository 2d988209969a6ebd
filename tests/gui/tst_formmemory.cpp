#include "panes/connectpane.h"
#include "panes/forms/formmemory.h"
#include "panes/proxypane.h"
#include "widgets/headereditor.h"

#include "gui/fixture.h"

#include <QCheckBox>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

/// What the forms Connect and Proxy keep between starts, and what they do not.
class TestFormMemory final : public test::Fixture
{
    Q_OBJECT

    static QLineEdit *line(const QWidget &form, const char *name) { return form.findChild<QLineEdit *>(QLatin1String(name)); }

    quint16 host() { return portOf(startEcho()); }

    /// What stands in the settings' file.
    static QByteArray settingsFile()
    {
        QSettings settings;
        settings.sync();
        QFile file(settings.fileName());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void theConnectFormRemembersItsFields()
    {
        const quint16 port = host();
        {
            ConnectPane form(m_workspace.get());
            QSignalSpy done(&form, &ConnectPane::done);
            QVERIFY(line(form, "connectOrigin")->isHidden() || !line(form, "connectOrigin")->isVisibleTo(&form));
            line(form, "connectUrl")->setText(QStringLiteral("ws://127.0.0.1:%1/").arg(port));
            line(form, "connectOrigin")->setText(QStringLiteral("https://example.com"));
            line(form, "connectSubprotocols")->setText(QStringLiteral("chat, base64url.bearer.sesame-protocol"));
            form.findChild<HeaderEditor *>()->addLines(QStringLiteral("X-Trace: a: b\nAuthorization: Bearer sesame-login\nCookie: id=sesame-cookie\n"
                                                                      "X-Api-Key: sesame-key\nAccept-Language: de, en\nX-Trace: again"));
            line(form, "tlsAuthority")->setText(QStringLiteral("/nowhere/authority.pem"));
            line(form, "tlsCertificate")->setText(QStringLiteral("/nowhere/me.pem"));
            line(form, "tlsKey")->setText(QStringLiteral("/nowhere/me.key"));
            line(form, "tlsServerName")->setText(QStringLiteral("other.example"));
            form.findChild<QCheckBox *>(QStringLiteral("tlsIgnoreErrors"))->setChecked(true);
            form.findChild<QPushButton *>(QStringLiteral("connectButtonGo"))->click();
            QTRY_COMPARE(done.count(), 1);
        }
        const ConnectPane again(m_workspace.get());
        QCOMPARE(line(again, "connectOrigin")->text(), QStringLiteral("https://example.com"));
        QCOMPARE(line(again, "connectSubprotocols")->text(), QStringLiteral("chat"));
        const wire::HeaderList kept{{"X-Trace", "a: b"}, {"Accept-Language", "de, en"}, {"X-Trace", "again"}};
        QCOMPARE(*again.findChild<HeaderEditor *>()->headers(), kept);
        QCOMPARE(line(again, "tlsAuthority")->text(), QStringLiteral("/nowhere/authority.pem"));
        QCOMPARE(line(again, "tlsCertificate")->text(), QStringLiteral("/nowhere/me.pem"));
        QCOMPARE(line(again, "tlsKey")->text(), QStringLiteral("/nowhere/me.key"));
        QCOMPARE(line(again, "tlsServerName")->text(), QStringLiteral("other.example"));
        // What makes a connection unsafe is asked for anew.
        QVERIFY(!again.findChild<QCheckBox *>(QStringLiteral("tlsIgnoreErrors"))->isChecked());
        // What is in force is seen.
        QVERIFY(line(again, "connectOrigin")->isVisibleTo(&again));
        QVERIFY(line(again, "tlsServerName")->isVisibleTo(&again));
        // The form of another kind has its own.
        const ProxyPane proxy(m_workspace.get());
        QVERIFY(line(proxy, "tlsServerName")->text().isEmpty());
        const QByteArray file = settingsFile();
        QVERIFY(file.contains("Accept-Language"));
        QVERIFY2(!file.contains("sesame"), file.constData());
    }

    void whatHasNotConnectedIsNotRemembered()
    {
        ConnectPane form(m_workspace.get());
        line(form, "connectUrl")->setText(QStringLiteral("ws://127.0.0.1:1/"));
        line(form, "connectOrigin")->setText(QStringLiteral("https://example.com"));
        form.findChild<QPushButton *>(QStringLiteral("connectButtonGo"))->click();
        QTRY_VERIFY(!m_workspace->endpoints().isEmpty() && m_workspace->endpoints().constLast().state == EndpointState::Failed);
        QVERIFY(line(ConnectPane(m_workspace.get()), "connectOrigin")->text().isEmpty());
    }

    void theProxyFormRemembersItsTls()
    {
        {
            ProxyPane form(m_workspace.get());
            QSignalSpy done(&form, &ProxyPane::done);
            form.findChild<QSpinBox *>(QStringLiteral("proxyPort"))->setValue(0);
            line(form, "proxyTarget")->setText(QStringLiteral("wss://127.0.0.1:1/"));
            line(form, "tlsServerName")->setText(QStringLiteral("inner.example"));
            form.findChild<QPushButton *>(QStringLiteral("proxyStart"))->click();
            QTRY_COMPARE(done.count(), 1);
        }
        const ProxyPane again(m_workspace.get());
        QCOMPARE(line(again, "tlsServerName")->text(), QStringLiteral("inner.example"));
        QVERIFY(line(again, "tlsServerName")->isVisibleTo(&again));
        QVERIFY(line(ConnectPane(m_workspace.get()), "tlsServerName")->text().isEmpty());
    }

    void secretsAreKnownByTheirNames_data()
    {
        QTest::addColumn<bool>("secret");
        for (const char *name : {"Authorization", "Proxy-Authorization", "cookie", "X-Auth-Token", "X-API-Key", "X-Client-Secret", "Password", "X-Session-Id"})
            QTest::newRow(name) << true;
        for (const char *name : {"User-Agent", "Accept-Language", "X-Trace", "Referer", "chat", "graphql-ws"})
            QTest::newRow(name) << false;
    }

    void secretsAreKnownByTheirNames()
    {
        QFETCH(bool, secret);
        QCOMPARE(formmemory::isSecret(QString::fromLatin1(QTest::currentDataTag())), secret);
    }
};

QTEST_MAIN(TestFormMemory)
#include "tst_formmemory.moc"
