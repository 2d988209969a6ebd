#include "net/sockaddress.h"

#include "support/testmain.h"

#include <QTcpServer>
#include <QTest>

#include <netinet/in.h>

using namespace wsw;
using net::SockAddress;

class TstSockAddress final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void keepsAddressAndPort_data();
    void keepsAddressAndPort();
    void tellsALocalAddress();
    void isEmptyForABadDescriptor();
};

void TstSockAddress::keepsAddressAndPort_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("family");
    QTest::addColumn<QString>("text");
    QTest::newRow("IPv4") << QStringLiteral("192.0.2.1") << AF_INET << QStringLiteral("192.0.2.1:8765");
    QTest::newRow("IPv6") << QStringLiteral("2001:db8::1") << AF_INET6 << QStringLiteral("[2001:db8::1]:8765");
    QTest::newRow("scope") << QStringLiteral("fe80::1%lo") << AF_INET6 << QStringLiteral("[fe80::1%lo]:8765");
}

void TstSockAddress::keepsAddressAndPort()
{
    QFETCH(QString, address);
    QFETCH(int, family);
    QFETCH(QString, text);
    const SockAddress socketAddress(QHostAddress(address), 8765);
    QCOMPARE(socketAddress.family(), family);
    QCOMPARE(int(socketAddress.port()), 8765);
    QCOMPARE(socketAddress.text(), text);
}

void TstSockAddress::tellsALocalAddress()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHostIPv6));
    const SockAddress local = SockAddress::localOf(int(server.socketDescriptor()));
    QCOMPARE(local.text(), QStringLiteral("[::1]:%1").arg(server.serverPort()));
    QCOMPARE(SockAddress::peerOf(int(server.socketDescriptor())).text(), QString());
}

void TstSockAddress::isEmptyForABadDescriptor()
{
    QCOMPARE(SockAddress::localOf(-1).text(), QString());
    QCOMPARE(int(SockAddress::peerOf(-1).port()), 0);
}

QTEST_GUILESS_MAIN(TstSockAddress)
#include "tst_sockaddress.moc"
