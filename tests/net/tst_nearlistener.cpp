#include "net/nearlistener.h"

#include "net/epollloop.h"
#include "recorder.h"
#include "support/testmain.h"

#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>

using namespace wsw;
using namespace wsw::test;
using net::NearListener;

namespace {

class Taker final : public net::NearListenerHandler
{
public:
    void nearAccepted(std::unique_ptr<net::ByteStream> accepted) override
    {
        ++calls;
        stream = std::move(accepted);
        if (onAccepted)
            onAccepted();
    }
    int calls = 0;
    std::unique_ptr<net::ByteStream> stream;
    std::function<void()> onAccepted;
};

} // namespace

/// NearListener, in an EpollLoop and over Qt's sockets.
class TstNearListener final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void takesItsSpeaker();
    void turnsStrangersAway();
    void turnsAwayWhoConnectsBeforeTheSpeaker();
    void listensOnce();
    void canBeDeletedWhenAccepting();
    void stopsWhenDeleted();

private:
    std::unique_ptr<net::EpollLoop> m_loop;
};

void TstNearListener::initTestCase_data()
{
    QTest::addColumn<bool>("epoll");
    QTest::newRow("epoll") << true;
    QTest::newRow("qt") << false;
}

void TstNearListener::init()
{
    failOnWarnings();
    QFETCH_GLOBAL(bool, epoll);
    if (epoll)
        m_loop = net::EpollLoop::create();
}

void TstNearListener::cleanup()
{
    m_loop.reset();
}

void TstNearListener::takesItsSpeaker()
{
    QWebSocket speaker;
    Taker taker;
    NearListener listener(m_loop.get(), taker, [&] { return speaker.localPort(); });
    const auto port = listener.listen();
    QVERIFY(port.ok());
    speaker.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(*port)));
    QTRY_COMPARE(taker.calls, 1);
    QVERIFY(!listener.isListening());
    Recorder heard;
    taker.stream->setHandler(&heard);
    taker.stream->setReading(true);
    QTRY_VERIFY(heard.bytes.endsWith("\r\n\r\n"));
    QVERIFY(heard.bytes.startsWith("GET / HTTP/1.1\r\n"));
    taker.stream->setHandler(nullptr);
}

void TstNearListener::turnsStrangersAway()
{
    QWebSocket speaker;
    Taker taker;
    NearListener listener(m_loop.get(), taker, [&] { return speaker.localPort(); });
    const quint16 port = *listener.listen();
    QTcpSocket stranger;
    stranger.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    QTRY_COMPARE(stranger.state(), QAbstractSocket::ConnectedState);
    speaker.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(port)));
    QTRY_COMPARE(taker.calls, 1);
    QCOMPARE(taker.stream->peerAddress(), QStringLiteral("127.0.0.1:%1").arg(speaker.localPort()));
    QTRY_COMPARE(stranger.state(), QAbstractSocket::UnconnectedState);
}

void TstNearListener::turnsAwayWhoConnectsBeforeTheSpeaker()
{
    QWebSocket speaker;
    Taker taker;
    NearListener listener(m_loop.get(), taker, [&] { return speaker.localPort(); });
    const quint16 port = *listener.listen();
    QTcpSocket stranger;
    stranger.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    stranger.write("GET / HTTP/1.1\r\n\r\n");
    QTRY_COMPARE(stranger.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(taker.calls, 0);
    QVERIFY(listener.isListening());
    speaker.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(port)));
    QTRY_COMPARE(taker.calls, 1);
}

void TstNearListener::listensOnce()
{
    QTcpSocket speaker;
    Taker taker;
    NearListener listener(m_loop.get(), taker, [&] { return speaker.localPort(); });
    const quint16 port = *listener.listen();
    speaker.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    speaker.write("x");
    QTRY_COMPARE(taker.calls, 1);
    QTcpSocket late;
    late.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
}

void TstNearListener::canBeDeletedWhenAccepting()
{
    QTcpSocket speaker;
    Taker taker;
    auto listener = std::make_unique<NearListener>(m_loop.get(), taker, [&] { return speaker.localPort(); });
    taker.onAccepted = [&] { listener.reset(); };
    speaker.connectToHost(QHostAddress(QHostAddress::LocalHost), *listener->listen());
    speaker.write("x");
    QTRY_COMPARE(taker.calls, 1);
    QVERIFY(!listener);
    taker.stream->write("y");
    QTRY_COMPARE(speaker.bytesAvailable(), 1);
}

void TstNearListener::stopsWhenDeleted()
{
    Taker taker;
    auto listener = std::make_unique<NearListener>(m_loop.get(), taker, [] { return quint16(0); });
    const quint16 port = *listener->listen();
    QTcpSocket waiting;
    waiting.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    QTRY_COMPARE(waiting.state(), QAbstractSocket::ConnectedState);
    QTest::qWait(1);
    listener.reset();
    QTRY_COMPARE(waiting.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(taker.calls, 0);
}

QTEST_GUILESS_MAIN(TstNearListener)
#include "tst_nearlistener.moc"
