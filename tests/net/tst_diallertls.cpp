// How a Dialler does TLS; the rest is in tst_dialler.cpp.
#include "net/dialler.h"

#include "answer.h"
#include "streampair.h"
#include "support/testmain.h"

#include <QTcpServer>

using namespace wsw;
using namespace wsw::test;
using net::Dialler;
using net::DialOptions;

/// Dialler with TLS, on connections made in an EpollLoop and over Qt's sockets.
class TstDiallerTls final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void givesUpOnWhoSpeaksNoTls();
    void trustsANamedAuthority();
    void checksCertificates_data();
    void checksCertificates();
    void goesOnInSpiteOfFailedChecks();
    void showsItsOwnCertificate();
    void namesABadAuthorityFile();
    void saysThatTheServerSpeaksNoTls();
    void canBeCancelled();
    void canBeDeletedWhenAnswering_data();
    void canBeDeletedWhenAnswering();

private:
    /// Starts a TLS listener with a certificate made by m_authority; 0: failed.
    quint16 startTls(const CertificateWish &wish = {});
    [[nodiscard]] DialOptions tlsTo(quint16 port) const;

    std::unique_ptr<net::EpollLoop> m_loop;
    std::unique_ptr<Catcher> m_catcher;
    std::unique_ptr<net::Listener> m_listener;
    TestAuthority m_authority;
};

void TstDiallerTls::initTestCase_data()
{
    QTest::addColumn<bool>("epoll");
    QTest::newRow("epoll") << true;
    QTest::newRow("qt") << false;
}

void TstDiallerTls::init()
{
    failOnWarnings();
    QFETCH_GLOBAL(bool, epoll);
    if (epoll)
        m_loop = net::EpollLoop::create();
    m_catcher = std::make_unique<Catcher>();
    m_listener = std::make_unique<net::Listener>(m_loop.get(), *m_catcher);
}

void TstDiallerTls::cleanup()
{
    m_listener.reset();
    m_catcher.reset();
    m_loop.reset();
}

quint16 TstDiallerTls::startTls(const CertificateWish &wish)
{
    const auto files = m_authority.issue(wish);
    net::ListenOptions options;
    options.tls = net::TlsServerOptions{files.certificateFile, files.keyFile};
    const auto port = m_listener->listen(options);
    return port ? *port : quint16(0);
}

DialOptions TstDiallerTls::tlsTo(quint16 port) const
{
    DialOptions options;
    options.host = QStringLiteral("127.0.0.1");
    options.port = port;
    options.tls.emplace();
    options.tls->authorityFile = m_authority.authorityFile();
    return options;
}

void TstDiallerTls::givesUpOnWhoSpeaksNoTls()
{
    DialOptions options = tlsTo(*m_listener->listen({}));
    options.timeoutMs = 100;
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::TimedOut);
    QVERIFY(answer.error->message.contains(QStringLiteral("did not finish the TLS handshake within 0.1 s")));
    QVERIFY(answer.times.tcpNs > 0);
}

void TstDiallerTls::trustsANamedAuthority()
{
    DialOptions options = tlsTo(startTls());
    options.host = QStringLiteral("localhost");
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY2(answer.stream, answer.error ? qPrintable(answer.error->message) : "");
    QVERIFY(answer.times.tlsNs > 0);
    const QJsonObject facts = answer.stream->tlsFacts();
    QCOMPARE(facts.value(QStringLiteral("serverName")).toString(), QStringLiteral("localhost"));
    QVERIFY(!facts.contains(QStringLiteral("errors")));
}

void TstDiallerTls::checksCertificates_data()
{
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QString>("serverName");
    QTest::addColumn<int>("validFrom");
    QTest::addColumn<int>("validTo");
    QTest::addColumn<QString>("words");
    QTest::newRow("unknown authority") << QString() << QString() << -1 << 30 << QStringLiteral("authority that is trusted here");
    QTest::newRow("wrong name") << m_authority.authorityFile() << QStringLiteral("example.org") << -1 << 30
                                << QStringLiteral("not for this name");
    QTest::newRow("expired") << m_authority.authorityFile() << QString() << -30 << -1 << QStringLiteral("has expired");
    QTest::newRow("not yet valid") << m_authority.authorityFile() << QString() << 2 << 30 << QStringLiteral("not valid yet");
}

void TstDiallerTls::checksCertificates()
{
    QFETCH(QString, authority);
    QFETCH(QString, serverName);
    QFETCH(int, validFrom);
    QFETCH(int, validTo);
    QFETCH(QString, words);
    CertificateWish wish;
    wish.validFromDays = validFrom;
    wish.validToDays = validTo;
    DialOptions options = tlsTo(startTls(wish));
    options.tls->authorityFile = authority;
    options.tls->serverName = serverName;
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY(!answer.stream);
    QCOMPARE(answer.error->kind, ErrorKind::Tls);
    QVERIFY2(answer.error->message.contains(words), qPrintable(answer.error->message));
    QVERIFY2(answer.error->detail.contains(QStringLiteral("Certificate 1: subject: server; issuer: Test authority; valid from ")),
             qPrintable(answer.error->detail));
    QVERIFY(answer.error->detail.contains(QStringLiteral("Failed check: ")));
}

void TstDiallerTls::goesOnInSpiteOfFailedChecks()
{
    DialOptions options = tlsTo(startTls());
    options.tls->authorityFile.clear();
    options.tls->ignoreErrors = true;
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY(answer.stream);
    QVERIFY(answer.stream->tlsFacts().contains(QStringLiteral("errors")));
}

void TstDiallerTls::showsItsOwnCertificate()
{
    // The server asks for no certificate; this shows that one does no harm, and that its files are read.
    CertificateWish wish;
    wish.name = QStringLiteral("client");
    const auto files = m_authority.issue(wish);
    DialOptions options = tlsTo(startTls());
    options.tls->certificateFile = files.certificateFile;
    options.tls->keyFile = files.keyFile;
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QTRY_COMPARE(answer.calls, 1);
    QVERIFY(answer.stream);
}

void TstDiallerTls::namesABadAuthorityFile()
{
    DialOptions options = tlsTo(1);
    options.tls->authorityFile = QStringLiteral("/nowhere/authority.pem");
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(options);
    QCOMPARE(answer.calls, 0);
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::NotFound);
}

void TstDiallerTls::saysThatTheServerSpeaksNoTls()
{
    QTcpServer plain;
    QVERIFY(plain.listen(QHostAddress::LocalHost));
    connect(&plain, &QTcpServer::newConnection, this, [&plain] {
        QTcpSocket *client = plain.nextPendingConnection();
        client->write("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(tlsTo(plain.serverPort()));
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::Tls);
    QVERIFY(answer.error->remedy.contains(QStringLiteral("speaks TLS")));

    QTcpServer cutting;
    QVERIFY(cutting.listen(QHostAddress::LocalHost));
    connect(&cutting, &QTcpServer::newConnection, this, [&cutting] { cutting.nextPendingConnection()->disconnectFromHost(); });
    Answer cut;
    Dialler second(m_loop.get(), cut);
    second.dial(tlsTo(cutting.serverPort()));
    QTRY_COMPARE(cut.calls, 1);
    QCOMPARE(cut.error->kind, ErrorKind::Tls);
    QVERIFY(cut.error->message.contains(QStringLiteral("cut the connection during the TLS handshake")));
}

void TstDiallerTls::canBeCancelled()
{
    Answer answer;
    Dialler dialler(m_loop.get(), answer);
    dialler.dial(tlsTo(*m_listener->listen({})));
    QTRY_COMPARE(m_catcher->streams.size(), size_t(1));
    dialler.cancel();
    QCOMPARE(answer.calls, 0);
    QTRY_COMPARE(answer.calls, 1);
    QCOMPARE(answer.error->kind, ErrorKind::Cancelled);
    turnAround();
}

void TstDiallerTls::canBeDeletedWhenAnswering_data()
{
    QTest::addColumn<bool>("trusted");
    QTest::newRow("secured") << true;
    QTest::newRow("not trusted") << false;
}

void TstDiallerTls::canBeDeletedWhenAnswering()
{
    QFETCH(bool, trusted);
    DialOptions options = tlsTo(startTls());
    if (!trusted)
        options.tls->authorityFile.clear();
    Answer heard;
    auto dialler = std::make_unique<Dialler>(m_loop.get(), heard);
    heard.onAnswer = [&] { dialler.reset(); };
    dialler->dial(options);
    QTRY_VERIFY(!dialler);
    turnAround();
    QCOMPARE(heard.stream != nullptr, trusted);
}

QTEST_GUILESS_MAIN(TstDiallerTls)
#include "tst_diallertls.moc"
