#include "peers.h"

#include "support/certificate.h"
#include "support/recorded.h"
#include "support/testmain.h"
#include "support/workbenchrun.h"

#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

namespace {

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress(QHostAddress::LocalHost)) ? server.serverPort() : quint16{0};
}

/// A proxy that others have written, on 127.0.0.1; null where it does not come up.
class OutgoingProxy final
{
public:
    /// @p lines: of tinyproxy's configuration, beside address and port.
    static std::unique_ptr<OutgoingProxy> tinyproxy(const QString &folder, const QStringList &lines = {})
    {
        const quint16 port = freePort();
        const QString path = folder + u"/tinyproxy.conf"_s;
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return nullptr;
        const QStringList all = QStringList{u"Listen 127.0.0.1"_s, u"Port %1"_s.arg(port), u"Timeout 60"_s, u"MaxClients 10"_s, u"LogLevel Warning"_s} + lines;
        file.write(all.join(u'\n').toUtf8() + '\n');
        file.close();
        return start(u"tinyproxy"_s, {u"-d"_s, u"-c"_s, path}, port, u"http"_s);
    }
    static std::unique_ptr<OutgoingProxy> microsocks(const QStringList &arguments = {})
    {
        const quint16 port = freePort();
        return start(u"microsocks"_s, QStringList{u"-i"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(port)} + arguments, port, u"socks5"_s);
    }
    [[nodiscard]] QString via(const QString &login = {}) const
    {
        return u"%1://%2%3:%4"_s.arg(m_scheme, login.isEmpty() ? QString() : login + u'@', u"127.0.0.1"_s).arg(m_port);
    }

private:
    static std::unique_ptr<OutgoingProxy> start(const QString &program, const QStringList &arguments, quint16 port, const QString &scheme)
    {
        std::unique_ptr<OutgoingProxy> proxy(new OutgoingProxy(program, arguments, port, scheme));
        const auto answers = [port] {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
            return socket.waitForConnected(200);
        };
        if (!proxy->m_program.start() || !QTest::qWaitFor(answers, 10'000))
            return nullptr;
        return proxy;
    }
    OutgoingProxy(const QString &program, const QStringList &arguments, quint16 port, const QString &scheme)
        : m_program(program, arguments), m_port(port), m_scheme(scheme)
    {
    }

    Program m_program;
    quint16 m_port;
    QString m_scheme;
};

} // namespace

/// Connections through tinyproxy (HTTP CONNECT) and microsocks (SOCKS5) to Python's websockets, and what their refusals become.
class TestOutgoingProxies final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void passes_data();
    void passes();
    void refuses_data();
    void refuses();
    void throughTwo();
    void onTheCommandLine();

private:
    static std::unique_ptr<OutgoingProxy> make(const QString &sort, const QString &folder)
    {
        if (sort == u"tinyproxy")
            return OutgoingProxy::tinyproxy(folder);
        if (sort == u"tinyproxy with login")
            return OutgoingProxy::tinyproxy(folder, {u"BasicAuth teacher s3cret"_s});
        if (sort == u"tinyproxy for 443")
            return OutgoingProxy::tinyproxy(folder, {u"ConnectPort 443"_s});
        if (sort == u"microsocks")
            return OutgoingProxy::microsocks();
        return OutgoingProxy::microsocks({u"-u"_s, u"teacher"_s, u"-P"_s, u"s3cret@"_s});
    }
};

void TestOutgoingProxies::passes_data()
{
    QTest::addColumn<QString>("sort");
    QTest::addColumn<QString>("login");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("tls");
    const QString none;
    const QString plain = u"teacher:s3cret"_s;     // tinyproxy's configuration takes letters and digits only
    const QString escaped = u"teacher:s3cret%40"_s;
    const QString number = u"127.0.0.1"_s;
    QTest::newRow("HTTP, ws") << u"tinyproxy"_s << none << number << false;
    QTest::newRow("HTTP, ws, by name") << u"tinyproxy"_s << none << u"localhost"_s << false;
    QTest::newRow("HTTP, wss") << u"tinyproxy"_s << none << number << true;
    QTest::newRow("HTTP with login, ws") << u"tinyproxy with login"_s << plain << number << false;
    QTest::newRow("HTTP with login, wss") << u"tinyproxy with login"_s << plain << number << true;
    QTest::newRow("SOCKS5, ws") << u"microsocks"_s << none << number << false;
    QTest::newRow("SOCKS5, ws, by name") << u"microsocks"_s << none << u"localhost"_s << false;
    QTest::newRow("SOCKS5, wss") << u"microsocks"_s << none << number << true;
    QTest::newRow("SOCKS5 with login, ws") << u"microsocks with login"_s << escaped << number << false;
    QTest::newRow("SOCKS5 with login, wss") << u"microsocks with login"_s << escaped << number << true;
}

void TestOutgoingProxies::passes()
{
    QFETCH(const QString, sort);
    QFETCH(const QString, login);
    QFETCH(const QString, host);
    QFETCH(const bool, tls);
    WorkbenchRun run;
    const std::unique_ptr<OutgoingProxy> proxy = make(sort, run.path({}));
    QVERIFY2(proxy, "the proxy is missing or does not come up; packaging/install-packages installs it");
    session::ClientOptions options;
    QStringList arguments;
    if (tls) {
        const Certificate certificate = makeCertificate(run.path({}));
        QVERIFY(!certificate.certificateFile.isEmpty());
        arguments = {u"--tls"_s, certificate.certificateFile, certificate.keyFile};
        options.tls.authorityFile = certificate.certificateFile;
    }
    const std::unique_ptr<Program> peer = startPeer(u"python_server.py"_s, arguments);
    const quint16 port = readyPort(*peer);
    options.url = u"%1://%2:%3/chat"_s.arg(tls ? u"wss"_s : u"ws"_s, host).arg(port);
    options.via = proxy->via(login);
    const ConnectionId connection = run.connectTo(options).id;
    QVERIFY(connection.isValid());

    using Kind = session::Outgoing::Kind;
    const QByteArray large(300'000, 'b');
    run.workbench().send(connection, {.kind = Kind::Text, .payload = "Grüße through the proxy"});
    run.workbench().send(connection, {.kind = Kind::Binary, .payload = large});
    const QList<WorkbenchRun::Message> wanted{{true, "Grüße through the proxy"}, {false, large}};
    QTRY_VERIFY_WITH_TIMEOUT(run.messages(connection) == wanted, 20'000);
    run.workbench().send(connection, {.kind = Kind::Close, .closeCode = 4001});
    QTRY_COMPARE_WITH_TIMEOUT(run.connection(connection).state, session::EndpointState::Closed, 10'000);
    QVERIFY(run.finish());

    // The recording is what the server's own account says, byte by byte: nothing of the proxy is in it ...
    const PeerBytes bytes = bytesOf(peer->readJson());
    QVERIFY(!bytes.sent.isEmpty() && !bytes.received.isEmpty());
    WSW_COMPARE_BYTES(recordedBytes(run.document(), connection, Direction::Received), bytes.sent);
    WSW_COMPARE_BYTES(recordedBytes(run.document(), connection, Direction::Sent), bytes.received);
    // ... but what is known of the connection names it, and how long it took.
    const capture::ConnectionInfo info = *run.document().connection(connection);
    QCOMPARE(info.phases.value(u"via"_s).toString(), proxy->via());
    QVERIFY(info.phases.value(u"proxy"_s).toInteger() > 0);
    QVERIFY(info.phases.value(u"tcp"_s).toInteger() > 0);
    QCOMPARE(info.phases.contains(u"tls"_s), tls);
    QCOMPARE(info.peerAddress, proxy->via().section(u'/', -1));
    QCOMPARE(info.tls.isEmpty(), !tls);
}

void TestOutgoingProxies::refuses_data()
{
    QTest::addColumn<QString>("sort");
    QTest::addColumn<QString>("login");
    QTest::addColumn<QString>("target");    // %1: a port where nobody listens
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("remedy");
    const QString none;
    const QString dead = u"ws://127.0.0.1:%1/"_s;
    QTest::newRow("HTTP, login wanted") << u"tinyproxy with login"_s << none << dead << u"wants a user and a password (407 Proxy Authentication Required)"_s
                                        << u"http://user:password@127.0.0.1:"_s;
    QTest::newRow("HTTP, login wrong") << u"tinyproxy with login"_s << u"teacher:guess"_s << dead
                                       << u"does not accept the user teacher with this password"_s << u"Check both"_s;
    QTest::newRow("HTTP, not this port") << u"tinyproxy for 443"_s << none << dead << u"it answered 403"_s << u"443 only"_s;
    QTest::newRow("HTTP, nobody there") << u"tinyproxy"_s << none << dead << u"did not connect to 127.0.0.1:"_s << none;
    QTest::newRow("HTTP, no such name") << u"tinyproxy"_s << none << u"ws://no-such-host.invalid/"_s << u"did not connect to no-such-host.invalid:80"_s << none;
    QTest::newRow("SOCKS5, login wanted") << u"microsocks with login"_s << none << dead << u"wants a user and a password"_s
                                          << u"socks5://user:password@127.0.0.1:"_s;
    QTest::newRow("SOCKS5, login wrong") << u"microsocks with login"_s << u"teacher:guess"_s << dead
                                         << u"does not accept the user teacher with this password"_s << u"Check both"_s;
    QTest::newRow("SOCKS5, nobody there") << u"microsocks"_s << none << dead << u"the server refused the connection"_s << u"Check that the server runs"_s;
    QTest::newRow("SOCKS5, no such name") << u"microsocks"_s << none << u"ws://no-such-host.invalid/"_s << u"did not connect to no-such-host.invalid:80"_s << none;
}

void TestOutgoingProxies::refuses()
{
    QFETCH(const QString, sort);
    QFETCH(const QString, login);
    QFETCH(const QString, target);
    QFETCH(const QString, message);
    QFETCH(const QString, remedy);
    WorkbenchRun run;
    const std::unique_ptr<OutgoingProxy> proxy = make(sort, run.path({}));
    QVERIFY2(proxy, "the proxy is missing or does not come up; packaging/install-packages installs it");
    session::ClientOptions options;
    options.url = target.contains(u'%') ? target.arg(freePort()) : target;
    options.via = proxy->via(login);
    const EndpointId endpoint = run.workbench().connectClient(options);
    QTRY_COMPARE_WITH_TIMEOUT(run.endpoint(endpoint).state, session::EndpointState::Failed, 20'000);
    const Error error = run.endpoint(endpoint).error.value();
    QVERIFY2(error.message.startsWith(u"The proxy %1 "_s.arg(proxy->via())), qPrintable(error.message));
    QVERIFY2(error.message.contains(message), qPrintable(error.message));
    QVERIFY2(error.remedy.contains(remedy) && !error.remedy.isEmpty(), qPrintable(error.remedy));
}

void TestOutgoingProxies::throughTwo()
{
    // A proxy of ours, which reaches its target through a proxy of theirs.
    WorkbenchRun run;
    const std::unique_ptr<OutgoingProxy> outgoing = make(u"microsocks"_s, run.path({}));
    QVERIFY(outgoing);
    const std::unique_ptr<Program> peer = startPeer(u"python_server.py"_s);
    session::ProxyOptions options;
    options.port = 0;
    options.target.url = u"ws://127.0.0.1:%1"_s.arg(readyPort(*peer));
    options.target.via = outgoing->via();
    const EndpointId between = run.workbench().startProxy(options);
    QTRY_COMPARE(run.endpoint(between).state, session::EndpointState::Listening);
    session::ClientOptions client;
    client.url = u"ws://127.0.0.1:%1"_s.arg(run.endpoint(between).port);
    const ConnectionId connection = run.connectTo(client).id;
    QVERIFY(connection.isValid());
    run.workbench().send(connection, {.kind = session::Outgoing::Kind::Text, .payload = "through two"});
    const QList<WorkbenchRun::Message> wanted{{true, "through two"}};
    QTRY_VERIFY_WITH_TIMEOUT(run.messages(connection) == wanted, 20'000);
    const ConnectionId passed = run.connectionsOf(between).at(0).id;
    run.workbench().stop(run.connection(connection).endpoint);
    QTRY_COMPARE(run.connection(passed).state, session::EndpointState::Closed);
    QVERIFY(run.finish());
    const PeerBytes bytes = bytesOf(peer->readJson());
    WSW_COMPARE_BYTES(recordedBytes(run.document(), passed, Direction::Sent), bytes.received);
    QCOMPARE(run.document().connection(passed)->phases.value(u"via"_s).toString(), outgoing->via());
}

void TestOutgoingProxies::onTheCommandLine()
{
    WorkbenchRun run;
    const std::unique_ptr<OutgoingProxy> proxy = make(u"tinyproxy with login"_s, run.path({}));
    QVERIFY(proxy);
    const std::unique_ptr<Program> peer = startPeer(u"python_server.py"_s);
    const QString url = u"ws://127.0.0.1:%1"_s.arg(readyPort(*peer));
    const QString file = run.path(u"via.wscapture"_s);
    const std::unique_ptr<Program> wsw =
        runToEnd(wswPath(), {u"connect"_s, url, u"--via"_s, proxy->via(u"teacher:s3cret"_s), u"--capture"_s, file}, "hello\n");
    QCOMPARE(wsw->errors(), QByteArray());
    QCOMPARE(wsw->exitCode(), std::optional(0));
    QCOMPARE(wsw->restOfOutput(), QByteArray("hello\n"));
    const std::unique_ptr<Program> show = runToEnd(wswPath(), {u"show"_s, u"--connections"_s, file});
    const QByteArray said = show->restOfOutput();
    QVERIFY2(said.contains("through " + proxy->via().toUtf8()), said.constData());
    QVERIFY2(said.contains(", proxy "), said.constData());
    QVERIFY2(!said.contains("s3cret"), said.constData());

    const std::unique_ptr<Program> refused = runToEnd(wswPath(), {u"connect"_s, url, u"--via"_s, proxy->via()}, "hello\n");
    QCOMPARE(refused->exitCode(), std::optional(3));
    QVERIFY2(refused->errors().contains("wants a user and a password (407 "), refused->errors().constData());
}

QTEST_GUILESS_MAIN(TestOutgoingProxies)
#include "tst_outgoingproxies.moc"
