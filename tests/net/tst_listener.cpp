#include "net/listener.h"

#include "net/ports.h"
#include "streampair.h"
#include "support/testmain.h"
#include "support/unprivileged.h"

#include <QCoreApplication>
#include <QTcpServer>

#include <sys/resource.h>

using namespace wsw;
using namespace wsw::test;
using net::Listener;
using net::ListenOptions;

/// Listener, in an EpollLoop and over Qt's sockets.
class TstListener final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void acceptsOnAFreePort();
    void listensOnBothLoopbacks();
    void saysByWhomAPortIsUsed();
    void findsOneLoopbackTaken();
    void refusesBadAddresses_data();
    void refusesBadAddresses();
    void refusesPrivilegedPorts();
    void stopsListening();
    void keepsStreamsAfterClosing();
    void canBeDeletedWhenAccepting();
    void survivesALackOfDescriptors();
    void acceptsTls();
    void tellsAClientThatCutsTheHandshake();
    void tellsAClientThatSpeaksNoTls();
    void tellsAClientThatIsSilent();
    void refusesABadCertificateBeforeListening();

private:
    std::unique_ptr<net::EpollLoop> m_loop;
    std::unique_ptr<Catcher> m_catcher;
    TestAuthority m_authority;
};

void TstListener::initTestCase_data()
{
    QTest::addColumn<bool>("epoll");
    QTest::newRow("epoll") << true;
    QTest::newRow("qt") << false;
}

void TstListener::init()
{
    failOnWarnings();
    QFETCH_GLOBAL(bool, epoll);
    m_catcher = std::make_unique<Catcher>();
    if (epoll)
        m_loop = net::EpollLoop::create();
}

void TstListener::cleanup()
{
    m_catcher.reset();
    m_loop.reset();
}

void TstListener::acceptsOnAFreePort()
{
    Listener listener(m_loop.get(), *m_catcher);
    const auto port = listener.listen({});
    QVERIFY(port.ok());
    QVERIFY(*port > 0);
    QCOMPARE(listener.addresses(), QStringList{QStringLiteral("127.0.0.1:%1").arg(*port)});
    std::array<QTcpSocket, 20> sockets;
    for (QTcpSocket &socket : sockets)
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTRY_COMPARE(m_catcher->streams.size(), sockets.size());
}

void TstListener::listensOnBothLoopbacks()
{
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.address = QStringLiteral("localhost");
    const auto port = listener.listen(options);
    QVERIFY(port.ok());
    const QStringList both{QStringLiteral("127.0.0.1:%1").arg(*port), QStringLiteral("[::1]:%1").arg(*port)};
    QCOMPARE(listener.addresses(), both);
    QTcpSocket first;
    first.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTcpSocket second;
    second.connectToHost(QHostAddress(QHostAddress::LocalHostIPv6), *port);
    QTRY_COMPARE(m_catcher->streams.size(), size_t(2));
    QStringList peers{m_catcher->streams[0]->peerAddress(), m_catcher->streams[1]->peerAddress()};
    peers.sort();
    QVERIFY(peers[0].startsWith(QStringLiteral("127.0.0.1:")));
    QVERIFY(peers[1].startsWith(QStringLiteral("[::1]:")));
}

void TstListener::saysByWhomAPortIsUsed()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.port = other.serverPort();
    const auto port = listener.listen(options);
    QVERIFY(!port.ok());
    QCOMPARE(port.error().kind, ErrorKind::InUse);
    QVERIFY2(port.error().message.contains(QStringLiteral("by this program itself")), qPrintable(port.error().message));
    QVERIFY(!listener.isListening());
    options.port = net::nextFreePort(options.address, options.port);
    QCOMPARE(*listener.listen(options), options.port);
}

void TstListener::findsOneLoopbackTaken()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHostIPv6));
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.address = QStringLiteral("localhost");
    options.port = other.serverPort();
    const auto port = listener.listen(options);
    QVERIFY(!port.ok());
    QCOMPARE(port.error().kind, ErrorKind::InUse);
    QVERIFY(!listener.isListening());
    // Nothing of it may be left behind on the other loopback.
    QTcpServer third;
    QVERIFY(third.listen(QHostAddress::LocalHost, options.port));
}

void TstListener::refusesBadAddresses_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("kind");
    QTest::newRow("of another machine") << QStringLiteral("198.51.100.1") << int(ErrorKind::NotFound);
    QTest::newRow("IPv6 of another machine") << QStringLiteral("2001:db8::1") << int(ErrorKind::NotFound);
    QTest::newRow("a name") << QStringLiteral("example.org") << int(ErrorKind::Usage);
    QTest::newRow("empty") << QString() << int(ErrorKind::Usage);
}

void TstListener::refusesBadAddresses()
{
    QFETCH(QString, address);
    QFETCH(int, kind);
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.address = address;
    const auto port = listener.listen(options);
    QVERIFY(!port.ok());
    QCOMPARE(int(port.error().kind), kind);
}

void TstListener::refusesPrivilegedPorts()
{
    const test::Unprivileged unprivileged(net::firstUnprivilegedPort());
    QVERIFY2(unprivileged.isPossible(), "this machine has no privileged ports, and this user cannot make a network that has some");
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.address = QString::fromLatin1(unprivileged.address());
    options.port = 1;
    const auto port = listener.listen(options);
    QVERIFY(!port.ok());
    QCOMPARE(port.error().kind, ErrorKind::Permission);
    QCOMPARE(port.error().message, QStringLiteral("Port 1 is privileged: the system gives ports below %1 to administrators only.").arg(net::firstUnprivilegedPort()));
    // The first port that is none is not refused for this.
    options.port = net::firstUnprivilegedPort();
    const auto allowed = listener.listen(options);
    QVERIFY(allowed.ok() || allowed.error().kind == ErrorKind::InUse);
}

void TstListener::stopsListening()
{
    Listener listener(m_loop.get(), *m_catcher);
    const auto port = listener.listen({});
    listener.close();
    QVERIFY(!listener.isListening());
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTRY_COMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
}

void TstListener::keepsStreamsAfterClosing()
{
    Listener listener(m_loop.get(), *m_catcher);
    const auto port = listener.listen({});
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTRY_COMPARE(m_catcher->streams.size(), size_t(1));
    listener.close();
    m_catcher->streams.front()->write("alive");
    QTRY_COMPARE(socket.bytesAvailable(), 5);
}

void TstListener::canBeDeletedWhenAccepting()
{
    struct Deleter final : net::ListenerHandler
    {
        void accepted(std::unique_ptr<net::ByteStream>) override
        {
            ++count;
            listener.reset();
        }
        void acceptFailed(const QString &, const Error &) override {}
        std::unique_ptr<Listener> listener;
        int count = 0;
    } handler;
    handler.listener = std::make_unique<Listener>(m_loop.get(), handler);
    const auto port = handler.listener->listen({});
    QTcpSocket first;
    first.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTcpSocket second;
    second.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTRY_VERIFY(!handler.listener);
    QTRY_COMPARE(first.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(second.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(handler.count, 1);
}

void TstListener::survivesALackOfDescriptors()
{
    Listener listener(m_loop.get(), *m_catcher);
    const auto port = listener.listen({});
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    // The connection now waits in the kernel; the limit below the descriptors in use lets nobody take it.
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = 3;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const bool told = QTest::qWaitFor([&] { return !m_catcher->stalls.empty(); });
    QTest::qWait(400); // several tries later
    ::setrlimit(RLIMIT_NOFILE, &before);
    QVERIFY(told);
    QCOMPARE(m_catcher->stalls.size(), size_t(1));
    QCOMPARE(m_catcher->stalls.front()->kind, ErrorKind::Limit);
    QTRY_COMPARE(m_catcher->streams.size(), size_t(1));
    QCOMPARE(m_catcher->stalls.size(), size_t(2));
    QVERIFY(!m_catcher->stalls.back());
    QVERIFY(!m_catcher->lastError);
}

void TstListener::acceptsTls()
{
    const auto files = m_authority.issue();
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.tls = net::TlsServerOptions{files.certificateFile, files.keyFile};
    const auto port = listener.listen(options);
    QVERIFY(port.ok());
    QSslSocket client;
    net::TlsClientOptions trust;
    trust.authorityFile = m_authority.authorityFile();
    client.setSslConfiguration(*net::clientConfiguration(trust));
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), *port);
    QTRY_COMPARE(m_catcher->streams.size(), size_t(1));
    QTRY_VERIFY(client.isEncrypted());
    m_catcher->streams.front()->write("secret");
    QTRY_COMPARE(client.bytesAvailable(), 6);
}

void TstListener::tellsAClientThatCutsTheHandshake()
{
    const auto files = m_authority.issue();
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.tls = net::TlsServerOptions{files.certificateFile, files.keyFile};
    const auto port = listener.listen(options);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    client.disconnectFromHost();
    QTRY_VERIFY(m_catcher->lastError.has_value());
    QCOMPARE(m_catcher->lastError->kind, ErrorKind::Tls);
    QVERIFY(m_catcher->lastError->message.contains(QStringLiteral("cut the connection")));
    QVERIFY(m_catcher->lastPeer.startsWith(QStringLiteral("127.0.0.1:")));
    QVERIFY(m_catcher->streams.empty());
}

void TstListener::tellsAClientThatSpeaksNoTls()
{
    const auto files = m_authority.issue();
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.tls = net::TlsServerOptions{files.certificateFile, files.keyFile};
    const auto port = listener.listen(options);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QTRY_VERIFY(m_catcher->lastError.has_value());
    QCOMPARE(m_catcher->lastError->kind, ErrorKind::Tls);
    QVERIFY(m_catcher->lastError->message.contains(m_catcher->lastPeer));
}

void TstListener::tellsAClientThatIsSilent()
{
    const auto files = m_authority.issue();
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.tls = net::TlsServerOptions{files.certificateFile, files.keyFile};
    options.tlsTimeoutMs = 50;
    const auto port = listener.listen(options);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    QTRY_VERIFY(m_catcher->lastError.has_value());
    QCOMPARE(m_catcher->lastError->kind, ErrorKind::TimedOut);
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
}

void TstListener::refusesABadCertificateBeforeListening()
{
    Listener listener(m_loop.get(), *m_catcher);
    ListenOptions options;
    options.tls = net::TlsServerOptions{QStringLiteral("/nowhere/cert.pem"), QStringLiteral("/nowhere/key.pem")};
    const auto port = listener.listen(options);
    QVERIFY(!port.ok());
    QCOMPARE(port.error().kind, ErrorKind::NotFound);
    QVERIFY(!listener.isListening());
}

QTEST_GUILESS_MAIN(TstListener)
#include "tst_listener.moc"
