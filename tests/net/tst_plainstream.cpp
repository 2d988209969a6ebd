#include "net/plainstream.h"

#include "net/epollloop.h"
#include "net/tcpinfo.h"
#include "recorder.h"
#include "support/testmain.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <unistd.h>

using namespace wsw;

class TstPlainStream final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init() { test::failOnWarnings(); }
    void makesAStreamOfADescriptor();
    void refusesWhatIsNoSocket();
};

void TstPlainStream::initTestCase_data()
{
    QTest::addColumn<bool>("epoll");
    QTest::newRow("epoll") << true;
    QTest::newRow("qt") << false;
}

void TstPlainStream::makesAStreamOfADescriptor()
{
    QFETCH_GLOBAL(bool, epoll);
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QTcpSocket peer;
    peer.connectToHost(server.serverAddress(), server.serverPort());
    QTRY_VERIFY(server.hasPendingConnections());
    const std::unique_ptr<QTcpSocket> accepted(server.nextPendingConnection());
    const auto loop = epoll ? net::EpollLoop::create() : nullptr;
    const auto stream = net::makePlainStream(loop.get(), ::dup(int(accepted->socketDescriptor())));
    QVERIFY(stream);
    stream->write("made");
    QTRY_COMPARE(peer.bytesAvailable(), 4);
    QVERIFY(net::readTcpInfo(accepted->socketDescriptor()).has_value());
    QVERIFY(!net::readTcpInfo(-1).has_value());
}

void TstPlainStream::refusesWhatIsNoSocket()
{
    QFETCH_GLOBAL(bool, epoll);
    if (epoll)
        QSKIP("The loop finds out when reading is turned on.");
    QVERIFY(!net::makePlainStream(nullptr, -1));
}

QTEST_GUILESS_MAIN(TstPlainStream)
#include "tst_plainstream.moc"
