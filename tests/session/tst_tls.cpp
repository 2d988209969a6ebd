#include "bench.h"
#include "support/testcertificate.h"
#include "support/testmain.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <thread>

#include <openssl/ssl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;

/// wss both ways, with certificates made in the test.
class tst_Tls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_files = m_authority.issue(); }
    void init() { test::failOnWarnings(); }
    void hostForAQWebSocket();
    void clientOfAQWebSocketServer();
    void hostAndClient();
    void untrusted();
    void ignoredErrors();
    void wrongName();
    void certificateRequired();

private:
    [[nodiscard]] HostOptions hostOptions() const
    {
        HostOptions options;
        options.tls = TlsServerOptions{m_files.certificateFile, m_files.keyFile};
        return options;
    }
    [[nodiscard]] ClientOptions clientOptions(quint16 port, bool trusts = true) const
    {
        ClientOptions options;
        options.url = QStringLiteral("wss://localhost:%1/").arg(port);
        options.dialAddress = QStringLiteral("127.0.0.1");
        if (trusts)
            options.tls.authorityFile = m_authority.authorityFile();
        return options;
    }
    test::TestAuthority m_authority;
    test::CertificateFiles m_files;
};

void tst_Tls::hostForAQWebSocket()
{
    Bench bench;
    const EndpointId host = bench.host(hostOptions());
    QVERIFY(bench.endpoints.value(host).url.startsWith(QStringLiteral("wss://")));
    QWebSocket client;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromPath(m_authority.authorityFile()));
    client.setSslConfiguration(configuration);
    QStringList texts;
    connect(&client, &QWebSocket::textMessageReceived, this, [&](const QString &text) { texts.append(text); });
    client.open(QUrl(QStringLiteral("wss://127.0.0.1:%1/").arg(bench.portOf(host))));
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    client.sendTextMessage(QStringLiteral("secret"));
    QTRY_COMPARE(texts, QStringList{QStringLiteral("secret")});
    const ConnectionStatus status = bench.status(bench.connectionOf(host));
    QVERIFY(status.secure);
    QCOMPARE(bench.frames(status.id, Direction::Received).front().payload, QByteArray("secret"));
    const capture::ConnectionInfo standing = *bench.document->connection(status.id);
    QVERIFY(standing.tls.value(QStringLiteral("protocol")).toString().startsWith(QStringLiteral("TLS 1.")));
    QVERIFY(standing.localAddress.startsWith(QStringLiteral("127.0.0.1:")));
    client.close();
    QTRY_VERIFY(bench.isOver(status.id));
    // What was known while it stood is known of the connection that has ended.
    QTRY_VERIFY(bench.document->connection(status.id)->closed != 0);
    QCOMPARE(bench.document->connection(status.id)->tls, standing.tls);
    QCOMPARE(bench.document->connection(status.id)->localAddress, standing.localAddress);
    QCOMPARE(bench.status(status.id).stateText, QStringLiteral("closed 1000"));
}

void tst_Tls::clientOfAQWebSocketServer()
{
    QWebSocketServer server(QStringLiteral("bare"), QWebSocketServer::SecureMode);
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificate(QSslCertificate::fromPath(m_files.certificateFile).first());
    QFile keyFile(m_files.keyFile);
    QVERIFY(keyFile.open(QIODevice::ReadOnly));
    configuration.setPrivateKey(QSslKey(&keyFile, QSsl::Ec));
    server.setSslConfiguration(configuration);
    QVERIFY(server.listen(QHostAddress(QHostAddress::LocalHost)));
    connect(&server, &QWebSocketServer::newConnection, this, [&] {
        QWebSocket *peer = server.nextPendingConnection();
        connect(peer, &QWebSocket::textMessageReceived, peer, &QWebSocket::sendTextMessage);
        connect(peer, &QWebSocket::disconnected, peer, &QObject::deleteLater);
    });
    Bench bench;
    const EndpointId client = bench.client(clientOptions(server.serverPort()));
    QCOMPARE(bench.state(client), EndpointState::Open);
    const ConnectionId id = bench.connectionOf(client);
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "secret"});
    QTRY_COMPARE(bench.payloadsOf(id), QList<QByteArray>{"secret"});
    const auto info = bench.document->connection(id);
    QVERIFY(info->phases.value(QStringLiteral("tls")).toDouble() > 0);
    QVERIFY(info->tls.value(QStringLiteral("protocol")).toString().contains(QStringLiteral("1.")));
    bench.workbench->stop(client);
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
}

void tst_Tls::hostAndClient()
{
    Bench bench;
    const EndpointId host = bench.host(hostOptions());
    const EndpointId client = bench.client(clientOptions(bench.portOf(host)));
    QCOMPARE(bench.state(client), EndpointState::Open);
    const ConnectionId id = bench.connectionOf(client);
    const QByteArray large(3'000'000, 'x');
    bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = large});
    QTRY_COMPARE_WITH_TIMEOUT(bench.payloadsOf(id), QList<QByteArray>{large}, 20'000);
    bench.workbench->stop(client);
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QCOMPARE(bench.status(id).stateText, QStringLiteral("closed 1000"));
}

void tst_Tls::untrusted()
{
    Bench bench;
    const EndpointId host = bench.host(hostOptions());
    const EndpointId client = bench.client(clientOptions(bench.portOf(host), false));
    QCOMPARE(bench.state(client), EndpointState::Failed);
    const Error error = bench.endpoints.value(client).error.value();
    QCOMPARE(error.kind, ErrorKind::Tls);
    QVERIFY(!error.remedy.isEmpty());
    // The host shows who could not come in.
    QTRY_COMPARE(bench.connectionsOf(host).size(), 1);
    QCOMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Failed);
}

void tst_Tls::ignoredErrors()
{
    Bench bench;
    const EndpointId host = bench.host(hostOptions());
    ClientOptions options = clientOptions(bench.portOf(host), false);
    options.tls.ignoreErrors = true;
    const EndpointId client = bench.client(options);
    QCOMPARE(bench.state(client), EndpointState::Open);
}

void tst_Tls::wrongName()
{
    Bench bench;
    const EndpointId host = bench.host(hostOptions());
    ClientOptions options = clientOptions(bench.portOf(host));
    options.url = QStringLiteral("wss://other.example:%1/").arg(bench.portOf(host));
    options.dialAddress = QStringLiteral("127.0.0.1:%1").arg(bench.portOf(host));
    const EndpointId client = bench.client(options);
    QCOMPARE(bench.state(client), EndpointState::Failed);
    QCOMPARE(bench.endpoints.value(client).error->kind, ErrorKind::Tls);
}

namespace {

/// A server with OpenSSL alone, since Qt's does not send the alert: TLS 1.3, and who shows no certificate is sent away.
class DemandingServer final
{
public:
    explicit DemandingServer(const test::CertificateFiles &files)
    {
        SSL_CTX_set_min_proto_version(m_context, TLS1_3_VERSION);
        SSL_CTX_use_certificate_file(m_context, files.certificateFile.toLocal8Bit().constData(), SSL_FILETYPE_PEM);
        SSL_CTX_use_PrivateKey_file(m_context, files.keyFile.toLocal8Bit().constData(), SSL_FILETYPE_PEM);
        SSL_CTX_set_verify(m_context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto *own = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_listener, own, length) != 0 || ::listen(m_listener, 1) != 0 || ::getsockname(m_listener, own, &length) != 0)
            qWarning("the server does not listen");
        port = ntohs(address.sin_port);
        m_thread = std::thread([this] { serve(); });
    }
    ~DemandingServer()
    {
        m_thread.join();
        ::close(m_listener);
        SSL_CTX_free(m_context);
    }
    DemandingServer(const DemandingServer &) = delete;
    DemandingServer &operator=(const DemandingServer &) = delete;

    quint16 port = 0;

private:
    void serve()
    {
        const int descriptor = ::accept(m_listener, nullptr, nullptr);
        SSL *tls = SSL_new(m_context);
        SSL_set_fd(tls, descriptor);
        SSL_accept(tls);    // fails, and has sent the alert
        ::shutdown(descriptor, SHUT_WR);
        char rest[4096];
        while (::recv(descriptor, rest, sizeof rest, 0) > 0) { }
        SSL_free(tls);
        ::close(descriptor);
    }

    SSL_CTX *m_context = SSL_CTX_new(TLS_server_method());
    int m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::thread m_thread;
};

} // namespace

void tst_Tls::certificateRequired()
{
    // With TLS 1.3 the client is through with its handshake before the server has missed its certificate.
    const DemandingServer server(m_files);
    Bench bench;
    const EndpointId client = bench.client(clientOptions(server.port));
    QCOMPARE(bench.state(client), EndpointState::Failed);
    const Error error = *bench.endpoints.value(client).error;
    QCOMPARE(error.kind, ErrorKind::Tls);
    QVERIFY2(error.message.contains(QLatin1String("certificate required")), qPrintable(error.message));
}

QTEST_GUILESS_MAIN(tst_Tls)
#include "tst_tls.moc"
