#include "net/addresstext.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;

class TstAddressText final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void writesAddresses_data();
    void writesAddresses();
    void writesHostAndPort();
    void readsHostAndPort_data();
    void readsHostAndPort();
};

void TstAddressText::writesAddresses_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("text");
    QTest::newRow("IPv4") << QStringLiteral("127.0.0.1") << QStringLiteral("127.0.0.1:8765");
    QTest::newRow("IPv6") << QStringLiteral("::1") << QStringLiteral("[::1]:8765");
    QTest::newRow("mapped") << QStringLiteral("::ffff:192.0.2.1") << QStringLiteral("192.0.2.1:8765");
}

void TstAddressText::writesAddresses()
{
    QFETCH(QString, address);
    QFETCH(QString, text);
    QCOMPARE(net::addressText(QHostAddress(address), 8765), text);
}

void TstAddressText::writesHostAndPort()
{
    QCOMPARE(net::hostPortText(QStringLiteral("Example.org"), 80), QStringLiteral("Example.org:80"));
    QCOMPARE(net::hostPortText(QStringLiteral("::1"), 80), QStringLiteral("[::1]:80"));
}

void TstAddressText::readsHostAndPort_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    const auto row = [](const char *text, const char *host, int port) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(host) << port;
    };
    row("example.org", "example.org", 80);
    row("example.org:8080", "example.org", 8080);
    row(" 192.0.2.1:1 ", "192.0.2.1", 1);
    row("[::1]:443", "::1", 443);
    row("[::1]", "::1", 80);
    row("::1", "::1", 80);
    row("example.org:65535", "example.org", 65535);
    // Not readable:
    row("example.org:65536", "", 0);
    row("example.org:0", "", 0);
    row("example.org:", "", 0);
    row("example.org:http", "", 0);
    row("[::1", "", 0);
    row("[::1]443", "", 0);
    row(":443", "", 443);
}

void TstAddressText::readsHostAndPort()
{
    QFETCH(QString, text);
    QFETCH(QString, host);
    QFETCH(int, port);
    const net::HostPort read = net::parseHostPort(text, 80);
    QCOMPARE(read.host, host);
    QCOMPARE(int(read.port), port);
}

QTEST_GUILESS_MAIN(TstAddressText)
#include "tst_addresstext.moc"
