#include "net/dialler.h"

#include "answer.h"
#include "streampair.h"
#include "support/fulllistener.h"
#include "support/testmain.h"

#include <QTcpServer>

using namespace wsw;
using namespace wsw::test;
using net::Dialler;
using net::DialOptions;
using net::DialTimes;
using net::OutgoingProxy;

namespace {

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

} // namespace

/// Dialler, in an EpollLoop and over Qt's sockets.
class TstDialler final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void connectsToANumber();
    void connectsToAName();
    void triesTheNextAddress();
    void connectsWhereItIsToldTo();
    void refusesABadDialAddress();
    void saysWhoRefused_data();
    void saysWhoRefused();
    void saysWhichNameIsUnknown();
    void givesUpOnWhoDoesNotAnswer();
    void canBeCancelled_data();
    void canBeCancelled();
    void canBeDeletedWhileConnecting();
    void canBeDeletedWhenAnswering_data();
    void canBeDeletedWhenAnswering();
    void goesThroughAProxy();
    void saysWhatIsWrongWithTheProxy_data();
    void saysWhatIsWrongWithTheProxy();
    void givesUpOnASilentProxy();

private:
    std::unique_ptr<net::EpollLoop> m_loop;
    std::unique_ptr<Catcher> m_catcher;
    std::unique_ptr<net::Listener> m_listener;
};

void TstDialler::initTestCase_data()
{
    QTest::addColumn<bool>("epoll");
    QTest::newRow("epoll") << true;
    QTest::newRow("qt") << false;
}

void TstDialler::init()
{
    failOnWarnings();
    QFETCH_GLOBAL(bool, epoll);
    if (epoll)
        m_loop = net::EpollLoop::create();
    m_catcher = std::make_unique<Catcher>();
    m_listener = std::make_unique<net::Listener>(m_loop.get(), *m_catcher);
}

void TstDialler::cleanup()
{
    m_listener.reset();
    m_catcher.reset();
    m_loop.reset();
}

void TstDialler::connectsToANumber()
{
    DialOptions options;
    options.host = QStringLiteral("127.0.0.1");
    options.port = *m_listener->listen({});
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QCOMPARE(answer.calls, 0);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY(answer.stream);
    QCOMPARE(answer.times.dnsNs, 0);
    QVERIFY(answer.times.tcpNs > 0);
    QCOMPARE(answer.times.tlsNs, 0);
    QTRY_COMPARE(m_catcher->streams.size(), size_t(1));
    QCOMPARE(m_catcher->streams[0]->peerAddress(), answer.stream->localAddress());
    Recorder heard;
    answer.stream->setHandler(&heard);
    answer.stream->setReading(true);
    m_catcher->streams[0]->write("hello");
    QTRY_COMPARE(heard.bytes, "hello");
}

void TstDialler::connectsToAName()
{
    net::ListenOptions both;
    both.address = QStringLiteral("localhost");
    DialOptions options;
    options.host = QStringLiteral("localhost");
    options.port = *m_listener->listen(both);
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY(answer.stream);
    QVERIFY(answer.times.dnsNs > 0);
}

void TstDialler::triesTheNextAddress()
{
    // localhost has two addresses on most machines; the server has one of them only, this one or that one.
    for (const char *address : {"127.0.0.1", "::1"}) {
        net::ListenOptions one;
        one.address = QString::fromLatin1(address);
        DialOptions options;
        options.host = QStringLiteral("localhost");
        const auto port = m_listener->listen(one);
        QVERIFY(port.ok());
        options.port = *port;
        Answer answer;
        Dialler dialler(m_loop.get(), answer);
        dialler.dial(options);
        QTRY_COMPARE(answer.calls, 1);
        if (!answer.stream && one.address == QLatin1String("::1"))
            QSKIP("The name localhost has no IPv6 address here.");
        QVERIFY(answer.stream);
    }
}

void TstDialler::connectsWhereItIsToldTo()
{
    const quint16 port = *m_listener->listen({});
    for (const QString &address : {QStringLiteral("127.0.0.1:%1").arg(port), QStringLiteral("127.0.0.1")}) {
        DialOptions options;
        options.host = QStringLiteral("no-such-host.invalid");
        options.port = address.contains(QLatin1Char(':')) ? quint16(1) : port;
        options.dialAddress = address;
        Answer answer;
        Dialler dialler(m_loop.get(), answer);
        dialler.dial(options);
        QTRY_COMPARE(answer.calls, 1);
        QVERIFY(answer.stream);
        QCOMPARE(answer.stream->peerAddress(), QStringLiteral("127.0.0.1:%1").arg(port));
    }
}

void TstDialler::refusesABadDialAddress()
{
    DialOptions options;
    options.host = QStringLiteral("127.0.0.1");
    options.port = 1;
    options.dialAddress = QStringLiteral("127.0.0.1:port");
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::Usage);
    QVERIFY(answer.error->message.contains(options.dialAddress));
}

void TstDialler::saysWhoRefused_data()
{
    QTest::addColumn<QString>("host");
    QTest::newRow("address") << QStringLiteral("127.0.0.1");
    QTest::newRow("name, as it was written") << QStringLiteral("localhost");
}

void TstDialler::saysWhoRefused()
{
    QFETCH(QString, host);
    DialOptions options;
    options.host = host;
    options.port = freePort();
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QCOMPARE(answer.calls, 0);
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::Refused);
    QCOMPARE(answer.error->message, QStringLiteral("%1:%2 refused the connection.").arg(host).arg(options.port));
    QVERIFY(answer.error->remedy.contains(QStringLiteral("Is a server running")));
}

void TstDialler::saysWhichNameIsUnknown()
{
    DialOptions options;
    options.host = QStringLiteral("no-such-host.invalid");
    options.port = 80;
    options.timeoutMs = 60'000;
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE_WITH_TIMEOUT(answer.calls, 1, 50'000);
    QCOMPARE(answer.error->kind, ErrorKind::NotFound);
    QVERIFY(answer.error->message.contains(options.host));
    QVERIFY(answer.times.dnsNs > 0);
    QCOMPARE(answer.times.tcpNs, 0);
}

void TstDialler::givesUpOnWhoDoesNotAnswer()
{
    const FullListener full;
    QVERIFY(full.port != 0);
    DialOptions options;
    options.host = QStringLiteral("127.0.0.1");
    options.port = full.port;
    options.timeoutMs = 100;
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY(answer.error.has_value());
    QCOMPARE(answer.error->kind, ErrorKind::TimedOut);
    QCOMPARE(answer.error->message, QStringLiteral("127.0.0.1:%1 did not answer within 0.1 s.").arg(full.port));
    QTest::qWait(10);   // the recorder fails the test at a second answer
}

void TstDialler::canBeCancelled_data()
{
    QTest::addColumn<QString>("host");
    QTest::newRow("looking up") << QStringLiteral("no-such-host.invalid");
    QTest::newRow("connecting") << QStringLiteral("127.0.0.1");
}

void TstDialler::canBeCancelled()
{
    QFETCH(QString, host);
    const FullListener full;
    DialOptions options;
    options.host = host;
    options.port = full.port;
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    dialler.cancel();
    dialler.cancel();
    QCOMPARE(answer.calls, 0);
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::Cancelled);
    turnAround();
}

void TstDialler::canBeDeletedWhenAnswering_data()
{
    QTest::addColumn<bool>("listening");
    QTest::newRow("connected") << true;
    QTest::newRow("refused") << false;
}

void TstDialler::canBeDeletedWhenAnswering()
{
    QFETCH(bool, listening);
    DialOptions options;
    options.host = QStringLiteral("127.0.0.1");
    options.port = listening ? *m_listener->listen({}) : freePort();
    Answer heard;
    auto dialler = std::make_unique<Dialler>(m_loop.get(), heard);
    heard.onAnswer = [&] { dialler.reset(); };
    dialler->dial(options);
    QTRY_VERIFY(!dialler);
    turnAround();
    QCOMPARE(heard.stream != nullptr, listening);
}

void TstDialler::canBeDeletedWhileConnecting()
{
    const FullListener full;
    DialOptions options;
    options.host = QStringLiteral("127.0.0.1");
    options.port = full.port;
    Answer answer;
    {
        Dialler connecting(m_loop.get(), answer);
        connecting.dial(options);
        turnAround();
        Dialler looking(m_loop.get(), answer);
        options.host = QStringLiteral("no-such-host.invalid");
        looking.dial(options);
    }
    turnAround();
    QCOMPARE(answer.calls, 0);
}

void TstDialler::goesThroughAProxy()
{
    // An HTTP proxy of a few lines: takes one CONNECT, then answers in place of the server.
    QTcpServer proxy;
    QVERIFY(proxy.listen(QHostAddress::LocalHost));
    QByteArray request;
    connect(&proxy, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *client = proxy.nextPendingConnection();
        connect(client, &QTcpSocket::readyRead, client, [client, &request] {
            request += client->readAll();
            if (request.endsWith("\r\n\r\n"))
                client->write("HTTP/1.1 200 Connection established\r\n\r\nhello from behind");
        });
    });
    DialOptions options;
    options.host = QStringLiteral("behind.invalid");
    options.port = 8765;
    options.proxy = OutgoingProxy{OutgoingProxy::Kind::Http, QStringLiteral("localhost"), proxy.serverPort(), {}, {}};
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY2(answer.stream, answer.error ? qPrintable(answer.error->message) : "");
    QVERIFY(request.startsWith("CONNECT behind.invalid:8765 HTTP/1.1\r\n"));
    Recorder heard;
    answer.stream->setHandler(&heard);
    answer.stream->setReading(true);
    QTRY_COMPARE(heard.bytes, "hello from behind");
    // Every phase of the way has its time, and the peer is who TCP goes to.
    QCOMPARE(answer.times.last, net::DialPhase::Proxy);
    QVERIFY(answer.times.dnsNs > 0 && answer.times.tcpNs > 0 && answer.times.proxyNs > 0);
    QCOMPARE(answer.stream->peerAddress(), QStringLiteral("127.0.0.1:%1").arg(proxy.serverPort()));
    QVERIFY(answer.stream->tlsFacts().isEmpty());
}

void TstDialler::saysWhatIsWrongWithTheProxy_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("message");
    QTest::newRow("refused") << QStringLiteral("127.0.0.1") << ErrorKind::Refused << QStringLiteral("The proxy socks5://127.0.0.1:%1 refused the connection.");
    QTest::newRow("not found") << QStringLiteral("no-such-proxy.invalid") << ErrorKind::NotFound
                               << QStringLiteral("The name of the proxy, no-such-proxy.invalid, was not found.");
}

void TstDialler::saysWhatIsWrongWithTheProxy()
{
    QFETCH(QString, host);
    QFETCH(ErrorKind, kind);
    QFETCH(QString, message);
    DialOptions options;
    options.host = QStringLiteral("behind.invalid");
    options.port = 8765;
    options.proxy = OutgoingProxy{OutgoingProxy::Kind::Socks5, host, freePort(), {}, {}};
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE_WITH_TIMEOUT(answer.calls, 1, 20'000);
    QCOMPARE(answer.error->kind, kind);
    QCOMPARE(answer.error->message, message.contains(u'%') ? message.arg(options.proxy->port) : message);
}

void TstDialler::givesUpOnASilentProxy()
{
    QTcpServer proxy;
    QVERIFY(proxy.listen(QHostAddress::LocalHost));
    DialOptions options;
    options.host = QStringLiteral("behind.invalid");
    options.port = 8765;
    options.timeoutMs = 200;
    options.proxy = OutgoingProxy{OutgoingProxy::Kind::Http, QStringLiteral("127.0.0.1"), proxy.serverPort(), {}, {}};
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::TimedOut);
    QVERIFY(answer.error->message.contains(QStringLiteral("took the connection, but that to behind.invalid:8765 did not stand within 0.2 s")));
    QCOMPARE(answer.times.last, net::DialPhase::Proxy);
    QVERIFY(answer.times.proxyNs > 0);
    QTRY_VERIFY(proxy.hasPendingConnections());
    const std::unique_ptr<QTcpSocket> client(proxy.nextPendingConnection());
    QTRY_COMPARE(client->state(), QAbstractSocket::UnconnectedState);
}

QTEST_GUILESS_MAIN(TstDialler)
#include "tst_dialler.moc"
