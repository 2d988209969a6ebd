#include "net/epollloop.h"

#include "streampair.h"
#include "support/testmain.h"

#include <QTimer>

#include <array>

#include <sys/resource.h>

using namespace wsw;
using namespace wsw::test;

namespace {

/// A listener in a loop, and bare descriptors as its clients.
class Crowd final
{
public:
    explicit Crowd(size_t count)
    {
        const auto port = m_listener.listen({});
        if (!port)
            return;
        for (size_t client = 0; client < count; ++client) {
            const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(*port);
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            clients.push_back(descriptor);
            if (::connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
                return;
            // One after the other, so that stream n belongs to client n.
            if (!QTest::qWaitFor([&] { return m_catcher.streams.size() == client + 1; }))
                return;
        }
        recorders = std::vector<Recorder>(count);
        streams = std::move(m_catcher.streams);
        for (size_t at = 0; at < count; ++at)
            streams[at]->setHandler(&recorders[at]);
    }
    ~Crowd()
    {
        for (const int descriptor : clients)
            ::close(descriptor);
    }
    Crowd(const Crowd &) = delete;
    Crowd &operator=(const Crowd &) = delete;

    std::unique_ptr<net::EpollLoop> loop = net::EpollLoop::create();
    std::vector<Recorder> recorders;
    std::vector<std::unique_ptr<net::ByteStream>> streams;
    std::vector<int> clients;

private:
    Catcher m_catcher;
    net::Listener m_listener{loop.get(), m_catcher};
};

void sendTo(int descriptor, QByteArrayView bytes)
{
    QCOMPARE(::send(descriptor, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL), bytes.size());
}

} // namespace

class TstEpollLoop final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }
    void keepsConnectionsApart();
    void letsAStreamDeleteItsNeighbour();
    void letsAHandlerDeleteAll();
    void givesEveryStreamItsShare();
    void leavesTimeForTimers();
    void gathersTheWritesOfATurn();
    void countsItsSources();
};

void TstEpollLoop::keepsConnectionsApart()
{
    constexpr size_t count = 400;
    Crowd crowd(count);
    QCOMPARE(crowd.streams.size(), count);
    for (size_t at = 0; at < count; ++at) {
        crowd.recorders[at].onBytes = [&crowd, at] { crowd.streams[at]->write(crowd.recorders[at].bytes); };
        crowd.streams[at]->setReading(true);
    }
    for (size_t at = 0; at < count; ++at)
        sendTo(crowd.clients[at], "client " + QByteArray::number(at));
    for (size_t at = 0; at < count; ++at) {
        QByteArray echo(64, '\0');
        ssize_t length = 0;
        const auto receive = [&] { return (length = ::recv(crowd.clients[at], echo.data(), size_t(echo.size()), MSG_DONTWAIT)) > 0; };
        QVERIFY(QTest::qWaitFor(receive));
        QCOMPARE(echo.first(length), "client " + QByteArray::number(at));
    }
}

void TstEpollLoop::letsAStreamDeleteItsNeighbour()
{
    Crowd crowd(2);
    QCOMPARE(crowd.streams.size(), size_t(2));
    for (size_t at = 0; at < 2; ++at) {
        crowd.recorders[at].onBytes = [&crowd, at] { crowd.streams[1 - at].reset(); };
        crowd.streams[at]->setReading(true);
        sendTo(crowd.clients[at], "x");
    }
    QTRY_COMPARE(crowd.recorders[0].reads + crowd.recorders[1].reads, 1);
    turnAround();
    QCOMPARE(crowd.recorders[0].reads + crowd.recorders[1].reads, 1);
}

void TstEpollLoop::letsAHandlerDeleteAll()
{
    Crowd crowd(50);
    QCOMPARE(crowd.streams.size(), size_t(50));
    for (auto &stream : crowd.streams) {
        stream->setReading(true);
        stream->write("x");
    }
    int calls = 0;
    for (Recorder &recorder : crowd.recorders) {
        recorder.onDrained = [&] {
            ++calls;
            crowd.streams.clear();
        };
    }
    QTRY_COMPARE(calls, 1);
    turnAround();
    QCOMPARE(calls, 1);
}

void TstEpollLoop::givesEveryStreamItsShare()
{
    Crowd crowd(2);
    QCOMPARE(crowd.streams.size(), size_t(2));
    // Much from the first, little from the second, both there before either is read.
    const QByteArray much(4 * 1024 * 1024, 'x');
    ssize_t sent = 0;
    for (ssize_t part = 0; part >= 0; part = ::send(crowd.clients[0], much.data(), size_t(much.size()), MSG_DONTWAIT))
        sent += part;
    sendTo(crowd.clients[1], "y");
    qsizetype firstHad = -1;
    crowd.recorders[1].onBytes = [&] { firstHad = crowd.recorders[0].bytes.size(); };
    crowd.streams[0]->setReading(true);
    crowd.streams[1]->setReading(true);
    QTRY_COMPARE(crowd.recorders[0].bytes.size(), sent);
    QVERIFY(firstHad >= 0);
    QVERIFY(sent > 2 * qsizetype(net::EpollLoop::readBufferBytes));
    QVERIFY(firstHad <= qsizetype(net::EpollLoop::readBufferBytes));
}

void TstEpollLoop::leavesTimeForTimers()
{
    Crowd crowd(1);
    QCOMPARE(crowd.streams.size(), size_t(1));
    // A stream that writes again as soon as it has written, with a peer that takes all of it.
    QByteArray taken(1024 * 1024, Qt::Uninitialized);
    crowd.recorders[0].onDrained = [&] {
        while (::recv(crowd.clients[0], taken.data(), size_t(taken.size()), MSG_DONTWAIT) > 0) {
        }
        crowd.streams[0]->write("again");
    };
    crowd.streams[0]->write("once");
    int ticks = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] { ++ticks; });
    timer.start(0);
    QTRY_VERIFY(ticks > 20);
    QVERIFY(crowd.recorders[0].drains > 1);
}

void TstEpollLoop::gathersTheWritesOfATurn()
{
    Crowd crowd(1);
    QCOMPARE(crowd.streams.size(), size_t(1));
    crowd.recorders[0].onBytes = [&] {
        for (int part = 0; part < 100; ++part)
            crowd.streams[0]->write("0123456789abcdef");
    };
    crowd.streams[0]->setReading(true);
    sendTo(crowd.clients[0], "go");
    QByteArray answer(4096, '\0');
    ssize_t length = 0;
    QVERIFY(QTest::qWaitFor([&] { return (length = ::recv(crowd.clients[0], answer.data(), size_t(answer.size()), MSG_DONTWAIT)) > 0; }));
    QCOMPARE(length, 1600);
    QCOMPARE(crowd.recorders[0].drains, 1);
}

void TstEpollLoop::countsItsSources()
{
    auto loop = net::EpollLoop::create();
    QVERIFY(loop);
    QCOMPARE(loop->count(), 0);
    Catcher catcher;
    {
        net::Listener listener(loop.get(), catcher);
        QVERIFY(listener.listen({}).ok());
        QCOMPARE(loop->count(), 1);
    }
    QCOMPARE(loop->count(), 0);
}

QTEST_GUILESS_MAIN(TstEpollLoop)
#include "tst_epollloop.moc"
