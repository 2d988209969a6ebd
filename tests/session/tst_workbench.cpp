#include "bench.h"
#include "scriptedserver.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QElapsedTimer>
#include <QTest>
#include <QWebSocket>

#include <thread>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::ScriptedServer;

/// The workbench as a whole: many at once, stopping, restarting, forgetting, ending, threads.
class tst_Workbench final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void idsAreFreshAndAtOnce();
    void stopAndRestart();
    void restartWhileRunning();
    void clientRestarts();
    void openIsToldBeforeItsEnd();
    void whyItClosesIsToldAtOnce();
    void remove();
    void sendToNobody();
    void signalsComeFromTheNetworkThread();
    void callsFromManyThreads();
    void countersAreToldSeldom();
    void closeAllTells();
    void destructorClosesWith1001();
    void destructorIsBounded();
    void newDocument();
    void noTwoEndpointsHaveOneName();
    void aCaptureTellsEndpointsApart();
    void pressureIsToldAtOnce();
    void nobodyCanBeTaken();
};

void tst_Workbench::idsAreFreshAndAtOnce()
{
    Bench bench;
    QVERIFY(bench.workbench->isIdle());
    HostOptions host;
    host.port = 0;
    const EndpointId one = bench.workbench->startHost(host);
    const EndpointId two = bench.workbench->startHost(host);
    QVERIFY(one.isValid() && two.isValid() && one != two);
    QVERIFY(!bench.workbench->isIdle()); // although nothing has been done yet
    QTRY_COMPARE(bench.state(two), EndpointState::Listening);
    QVERIFY(bench.portOf(one) != bench.portOf(two));
}

void tst_Workbench::stopAndRestart()
{
    Bench bench;
    const EndpointId host = bench.host();
    const quint16 port = bench.portOf(host);
    bench.workbench->stop(host);
    QTRY_COMPARE(bench.state(host), EndpointState::Closed);
    QTRY_VERIFY(bench.workbench->isIdle());
    bench.workbench->restart(host, port);
    QTRY_COMPARE(bench.state(host), EndpointState::Listening);
    QCOMPARE(bench.portOf(host), port);
    const EndpointId client = bench.client(bench.urlOf(host));
    QCOMPARE(bench.state(client), EndpointState::Open);
}

void tst_Workbench::restartWhileRunning()
{
    Bench bench;
    const EndpointId host = bench.host();
    const EndpointId client = bench.client(bench.urlOf(host));
    QCOMPARE(bench.state(client), EndpointState::Open);
    bench.workbench->restart(host);
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QCOMPARE(bench.status(bench.connectionOf(client)).closeReceived, std::optional<quint16>(1001));
    QTRY_COMPARE(bench.state(host), EndpointState::Listening);
}

void tst_Workbench::clientRestarts()
{
    Bench bench;
    const EndpointId host = bench.host();
    const EndpointId client = bench.client(bench.urlOf(host));
    bench.workbench->restart(client);
    QTRY_COMPARE(bench.connectionsOf(client).size(), 2);
    QTRY_COMPARE(bench.state(client), EndpointState::Open);
    bench.workbench->send(bench.connectionOf(client), {.kind = Outgoing::Kind::Text, .payload = "again"});
    QTRY_COMPARE(bench.payloadsOf(bench.connectionOf(client)), QList<QByteArray>{"again"});
}

void tst_Workbench::openIsToldBeforeItsEnd()
{
    // The server closes in the segment that opens: the speaker has not yet noticed that it is connected.
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request) + test::encode(0x88, "\x03\xe8"); });
    Bench bench;
    const EndpointId client = bench.client(server.url());
    QTRY_VERIFY(server.received.size() >= 8);
    server.socket->disconnectFromHost();
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QList<EndpointState> states;
    for (const EndpointInfo &info : bench.endpointHistory) {
        if (states.isEmpty() || states.last() != info.state)
            states.append(info.state);
    }
    QVERIFY(states.contains(EndpointState::Open));
    QVERIFY(states.indexOf(EndpointState::Open) < states.indexOf(EndpointState::Closing));
}

void tst_Workbench::whyItClosesIsToldAtOnce()
{
    // A frame over the size limit right behind the answer; then the server says nothing more, keeps TCP open and reads nothing.
    ScriptedServer *dumb = nullptr;
    ScriptedServer server([&dumb](const QByteArray &request) {
        dumb->socket->disconnect(dumb);
        dumb->socket->setReadBufferSize(1);
        return ScriptedServer::accept101(request) + QByteArray("\x82\x7f\x00\x00\x01\x00\x00\x00\x00\x00", 10) + QByteArray(1000, 'x');
    });
    dumb = &server;
    Bench bench;
    QElapsedTimer time;
    time.start();
    ClientOptions options;
    options.url = server.url();
    const EndpointId client = bench.workbench->connectClient(options);
    const auto closing = [&] {
        return std::find_if(bench.endpointHistory.cbegin(), bench.endpointHistory.cend(),
                            [&](const EndpointInfo &info) { return info.id == client && info.state == EndpointState::Closing && info.error; });
    };
    QTRY_VERIFY(closing() != bench.endpointHistory.cend());
    QVERIFY2(time.elapsed() < 3000, qPrintable(QString::number(time.elapsed())));
    QVERIFY2(closing()->error->message.contains(u"larger than the size limit"), qPrintable(closing()->error->message));
    QCOMPARE(bench.state(client), EndpointState::Closing);
    // The last word is the same.
    server.socket->abort();
    QTRY_COMPARE(bench.state(client), EndpointState::Failed);
    QVERIFY(bench.endpointHistory.back().error->message.contains(u"larger than the size limit"));
}

void tst_Workbench::remove()
{
    Bench bench;
    const EndpointId host = bench.host();
    const EndpointId client = bench.client(bench.urlOf(host));
    bench.workbench->remove(host);
    QTRY_COMPARE(bench.removed, QList<EndpointId>{host});
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    bench.workbench->remove(client);
    QTRY_COMPARE(bench.removed, (QList<EndpointId>{host, client}));
    QVERIFY(bench.workbench->isIdle());
    bench.workbench->restart(host); // forgotten: nothing happens
    bench.workbench->stop(host);
    const EndpointId next = bench.host();
    QCOMPARE(bench.state(next), EndpointState::Listening);
}

void tst_Workbench::sendToNobody()
{
    Bench bench;
    bench.workbench->send(ConnectionId(4711), {.kind = Outgoing::Kind::Text, .payload = "x"});
    QTRY_COMPARE(bench.sendErrors.size(), 1);
    QCOMPARE(bench.sendErrors.first().kind, ErrorKind::Usage);
    QVERIFY(!bench.sendErrors.first().remedy.isEmpty());
}

void tst_Workbench::signalsComeFromTheNetworkThread()
{
    Bench bench;
    std::atomic<QThread *> from = nullptr;
    connect(bench.workbench.get(), &Workbench::endpointChanged, bench.workbench.get(), [&] { from = QThread::currentThread(); }, Qt::DirectConnection);
    bench.host();
    QVERIFY(from != nullptr);
    QVERIFY(from != QThread::currentThread());
}

void tst_Workbench::callsFromManyThreads()
{
    Bench bench;
    const EndpointId host = bench.host();
    const EndpointId client = bench.client(bench.urlOf(host));
    const ConnectionId id = bench.connectionOf(client);
    constexpr int threads = 4;
    constexpr int each = 250;
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
        all.emplace_back([&, t] {
            for (int i = 0; i < each; ++i)
                bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = QByteArray::number(t)});
        });
    }
    for (std::thread &thread : all)
        thread.join();
    QTRY_COMPARE_WITH_TIMEOUT(bench.messages.size(), threads * each, 20'000);
    QCOMPARE(bench.frames(id, Direction::Sent).size(), size_t(threads * each));
}

void tst_Workbench::countersAreToldSeldom()
{
    Bench bench;
    const EndpointId host = bench.host();
    const EndpointId client = bench.client(bench.urlOf(host));
    const ConnectionId id = bench.connectionOf(client);
    int told = 0;
    connect(bench.workbench.get(), &Workbench::connectionChanged, bench.workbench.get(),    // what is told still when it ends is not taken
            [&](const ConnectionStatus &status) { told += status.id == id ? 1 : 0; });
    QElapsedTimer clock;
    clock.start();
    constexpr quint64 count = 2'000;
    for (quint64 i = 0; i < count; ++i)
        bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = "x"});
    QTRY_COMPARE_WITH_TIMEOUT(bench.status(id).framesReceived, count, 20'000);
    QVERIFY2(told <= 3 + clock.elapsed() / 100, "more often than ten times a second");
}

void tst_Workbench::closeAllTells()
{
    Bench bench;
    const EndpointId host = bench.host();
    const EndpointId client = bench.client(bench.urlOf(host));
    bench.workbench->closeAll();
    QTRY_COMPARE(bench.allClosed, 1);
    QTRY_COMPARE(bench.state(host), EndpointState::Closed);
    QTRY_COMPARE(bench.state(client), EndpointState::Closed);
    QVERIFY(bench.workbench->isIdle());
    bench.workbench->closeAll(); // nothing is left: told at once
    QTRY_COMPARE(bench.allClosed, 2);
}

void tst_Workbench::destructorClosesWith1001()
{
    Bench bench;
    const EndpointId host = bench.host();
    QWebSocket socket;
    socket.open(QUrl(bench.urlOf(host)));
    QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
    // The peer answers while this thread waits, so it needs a thread of its own. What has been told still comes here meanwhile.
    std::thread ending([workbench = std::move(bench.workbench)]() mutable { workbench.reset(); });
    QTRY_COMPARE(int(socket.closeCode()), 1001);
    ending.join();
    QCOMPARE(bench.document->stored(), bench.document->received());
}

void tst_Workbench::destructorIsBounded()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    auto bench = std::make_unique<Bench>();
    bench->client(server.url());
    QElapsedTimer clock;
    clock.start();
    bench.reset(); // the server never answers the Close
    QVERIFY2(clock.elapsed() < 4'000, "not bounded"); // a second, with room for a busy machine
    QTRY_COMPARE(server.socket->state(), QAbstractSocket::UnconnectedState);
}

void tst_Workbench::newDocument()
{
    QTemporaryDir folder;   // outlives the workbench, which holds the document in it
    Bench bench;
    const EndpointId host = bench.host();
    bench.workbench->stop(host);
    QTRY_COMPARE(bench.state(host), EndpointState::Closed);    // told, so that Listening below is the new one
    QTRY_VERIFY(bench.workbench->isIdle());
    auto made = capture::Document::create(folder.filePath(QStringLiteral("b.wscapture")));
    QVERIFY(made);
    const std::shared_ptr<capture::Document> second(std::move(made.value()));
    const quint64 before = bench.document->received();
    bench.workbench->setDocument(second);
    QCOMPARE(bench.workbench->document(), second);
    bench.workbench->restart(host);
    QTRY_COMPARE(bench.state(host), EndpointState::Listening);
    bench.client(bench.urlOf(host));
    QTRY_VERIFY(second->received() >= 4);
    QCOMPARE(bench.document->received(), before);
}

void tst_Workbench::noTwoEndpointsHaveOneName()
{
    Bench bench;
    const auto name = [&bench](EndpointId id) { return bench.endpoints.value(id).name; };
    const EndpointId first = bench.host();
    const EndpointId second = bench.host();
    const EndpointId third = bench.host();
    QCOMPARE(name(first), QStringLiteral("Echo server"));
    QCOMPARE(name(second), QStringLiteral("Echo server 2"));
    QCOMPARE(name(third), QStringLiteral("Echo server 3"));
    // A name that stands for what it does goes with that, and is free again.
    bench.workbench->setBehaviour(first, Behaviour::Silent, {});
    QTRY_VERIFY(name(first) != QStringLiteral("Echo server"));
    const QString silent = name(first);
    bench.workbench->setBehaviour(first, Behaviour::Silent, {});
    QCOMPARE(name(bench.host()), QStringLiteral("Echo server"));
    QCOMPARE(name(first), silent);      // it does what it did
    bench.workbench->remove(second);
    QTRY_VERIFY(bench.removed.contains(second));
    session::HostOptions named;
    named.name = QStringLiteral("Echo server 2");
    QCOMPARE(name(bench.host(named)), QStringLiteral("Echo server 2"));
    QCOMPARE(name(bench.host(named)), QStringLiteral("Echo server 2 2"));
    // One that was given stays.
    named.name = QStringLiteral("mine");
    const EndpointId mine = bench.host(named);
    bench.workbench->setBehaviour(mine, Behaviour::Silent, {});
    QVERIFY(bench.host().isValid());    // by then the behaviour has changed
    QCOMPARE(name(mine), QStringLiteral("mine"));
}

void tst_Workbench::aCaptureTellsEndpointsApart()
{
    Bench bench;
    const EndpointId first = bench.host();
    const EndpointId second = bench.host();
    const EndpointId caller = bench.client(bench.urlOf(first));
    bench.client(bench.urlOf(second));
    QTRY_COMPARE(bench.document->connections().size(), 4);
    QMap<EndpointId, QString> kinds;
    for (const capture::ConnectionInfo &info : bench.document->connections())
        kinds.insert(info.endpointId, info.endpointKind);
    QCOMPARE(kinds.size(), 4);
    QCOMPARE(kinds.value(first), QStringLiteral("host"));
    QCOMPARE(kinds.value(second), QStringLiteral("host"));
    QCOMPARE(kinds.value(caller), QStringLiteral("client"));
    // Another bench that recorded into the same capture would give none of these numbers again.
    session::Workbench other(bench.document);
    session::ClientOptions nowhere;
    QVERIFY(other.connectClient(nowhere).value() > kinds.lastKey().value());
}

void tst_Workbench::pressureIsToldAtOnce()
{
    Bench bench;
    const EndpointId host = bench.host();
    const ConnectionId id = bench.connectionOf(bench.client(bench.urlOf(host)));
    const QByteArray half(limits::writeHighWater / 2 + 1, 'x');
    const session::Outgoing outgoing{.kind = Outgoing::Kind::Binary, .payload = half};
    // As long as nothing says to wait: the network thread is left no time to say it.
    int sent = 0;
    while (sent < 100 && !bench.pressure.value(id)) {
        bench.workbench->send(id, outgoing);
        ++sent;
    }
    QVERIFY(sent < 100);
    QTRY_COMPARE(bench.messages.size(), sent);
    QTRY_VERIFY(!bench.pressure.value(id));
    // A connection that is no more does not leave anybody waiting. More than may wait, at once: however fast the network thread is.
    bench.pressure.insert(ConnectionId(77), false);
    bench.workbench->send(ConnectionId(77), {.kind = Outgoing::Kind::Binary, .payload = half + half});
    QVERIFY(bench.pressure.value(ConnectionId(77)));
    QTRY_VERIFY(!bench.pressure.value(ConnectionId(77)));
}

void tst_Workbench::nobodyCanBeTaken()
{
    Bench bench;
    const EndpointId host = bench.host();
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(bench.portOf(host));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = 3;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
    QCOMPARE(::connect(client, reinterpret_cast<sockaddr *>(&address), sizeof address), 0); // and waits in the kernel
    const bool told = QTest::qWaitFor([&] { return bench.endpoints.value(host).error.has_value(); });
    const auto history = bench.endpointHistory.size();
    QTest::qWait(400); // several tries later
    const auto later = bench.endpointHistory.size();
    ::setrlimit(RLIMIT_NOFILE, &before);
    QVERIFY(told);
    // It is said of the host, once, and no connection is made of it.
    QCOMPARE(later, history);
    QCOMPARE(bench.endpoints.value(host).error->kind, ErrorKind::Limit);
    QCOMPARE(bench.state(host), EndpointState::Listening);
    QVERIFY(bench.connectionsOf(host).isEmpty());
    QTRY_COMPARE(bench.connectionsOf(host).size(), 1);
    QTRY_VERIFY(!bench.endpoints.value(host).error);
    ::close(client);
}

QTEST_GUILESS_MAIN(tst_Workbench)
#include "tst_workbench.moc"
