#include "bench.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <unistd.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;

/// A gigabyte towards a peer that reads slowly: resident memory stays within 64 MB of what it was, and every byte arrives. To fit
/// into a test's time, the peer reads 1 MB/s for some seconds, long enough for a program without back-pressure to take up all that
/// its source can give, and then as fast as it can.
class tst_SlowReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void echoedToItsSender();
    void sentByTheUser_data();
    void sentByTheUser();
    void throughAProxy();
};

namespace {

constexpr qint64 total = qint64(1024) * 1024 * 1024;
constexpr qint64 allowedGrowth = 64 * 1024 * 1024;
constexpr int slowSeconds = 3;
constexpr qsizetype messageBytes = 256 * 1024;

qint64 residentBytes()
{
    QFile statm(QStringLiteral("/proc/self/statm"));
    if (!statm.open(QIODevice::ReadOnly))
        return 0;
    return statm.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

/// Reads a socket at 1 MB/s for slowSeconds, then as fast as it comes; keeps the number of bytes, and the largest memory seen.
class SlowReader final : public QObject
{
public:
    explicit SlowReader(QTcpSocket &socket) : m_socket(socket), m_idle(residentBytes())
    {
        socket.setReadBufferSize(64 * 1024);
        connect(&m_timer, &QTimer::timeout, this, [this] { read(isSlow() ? 10'000 : m_socket.bytesAvailable()); });
        connect(&socket, &QTcpSocket::readyRead, this, [this] {
            if (!isSlow())
                read(m_socket.bytesAvailable());
        });
        m_clock.start();
        m_timer.start(10);
    }
    [[nodiscard]] bool isSlow() const { return m_clock.elapsed() < slowSeconds * 1000; }
    [[nodiscard]] qint64 growth() const { return m_peak - m_idle; }

    qint64 bytes = 0;
    qint64 bytesWhileSlow = 0;
    QByteArray first;   ///< the beginning of what came, for the caller to look at

private:
    void read(qint64 max)
    {
        if (!m_socket.isOpen())
            return;
        const QByteArray part = m_socket.read(max);
        bytes += part.size();
        if (isSlow())
            bytesWhileSlow += part.size();
        if (first.size() < 1024)
            first += part.left(1024);
        if (++m_reads % 16 == 0 || isSlow())
            m_peak = std::max(m_peak, residentBytes());
    }
    QTcpSocket &m_socket;
    qint64 m_idle;
    qint64 m_peak = 0;
    quint64 m_reads = 0;
    QElapsedTimer m_clock;
    QTimer m_timer;
};

/// Writes the same frame again and again, as fast as the socket takes it.
class Sender final : public QObject
{
public:
    Sender(QTcpSocket &socket, const QByteArray &frame, qint64 frames) : m_socket(socket), m_frame(frame), m_left(frames)
    {
        connect(&socket, &QTcpSocket::bytesWritten, this, &Sender::go);
        go();
    }

private:
    void go()
    {
        for (; m_left > 0 && m_socket.bytesToWrite() < m_frame.size(); --m_left)
            m_socket.write(m_frame);
    }
    QTcpSocket &m_socket;
    QByteArray m_frame;
    qint64 m_left;
};

const QByteArray upgradeRequest = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

/// What the peers' ends cost in this same process does not belong to the program: their sockets hold next to nothing.
void upgrade(QTcpSocket &socket, quint16 port)
{
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    socket.write(upgradeRequest);
    if (!QTest::qWaitFor([&] { return socket.peek(4096).contains("\r\n\r\n"); }))
        qWarning("no answer to the upgrade");
    socket.readAll();
}

} // namespace

void tst_SlowReader::echoedToItsSender()
{
    Bench bench;
    const EndpointId host = bench.host();
    QTcpSocket socket;
    upgrade(socket, bench.portOf(host));
    constexpr qint64 frames = total / messageBytes;
    const QByteArray frame = test::encode(0x82, QByteArray(messageBytes, 'e'), "abcd");
    SlowReader reader(socket);
    const Sender sender(socket, frame, frames);
    const qint64 due = frames * (frame.size() - 4);
    QTRY_COMPARE_WITH_TIMEOUT(reader.bytes, due, 250'000);
    QVERIFY(reader.bytesWhileSlow < (slowSeconds + 2) * 2'000'000);
    QVERIFY2(reader.growth() < allowedGrowth, qPrintable(QString::number(reader.growth())));
    socket.abort();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
}

void tst_SlowReader::sentByTheUser_data()
{
    QTest::addColumn<bool>("fromClient");
    QTest::newRow("host") << false;
    QTest::newRow("client") << true;
}

void tst_SlowReader::sentByTheUser()
{
    QFETCH(bool, fromClient);
    Bench bench;
    QTcpServer listener;
    QTcpSocket dialled;
    QTcpSocket *socket = nullptr;
    ConnectionId id;
    HostOptions silent;
    silent.behaviour = Behaviour::Silent;
    if (fromClient) {
        QVERIFY(listener.listen(QHostAddress(QHostAddress::LocalHost)));
        connect(&listener, &QTcpServer::newConnection, this, [&] {
            socket = listener.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [&] {
                const QByteArray head = socket->readAll();
                const qsizetype at = head.indexOf("Sec-WebSocket-Key: ") + 19;
                const QByteArray key = head.mid(at, head.indexOf("\r\n", at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
                socket->disconnect(this);
                socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                              + QCryptographicHash::hash(key, QCryptographicHash::Sha1).toBase64() + "\r\n\r\n");
            });
        });
        id = bench.connectionOf(bench.client(QStringLiteral("ws://127.0.0.1:%1/").arg(listener.serverPort())));
    } else {
        const EndpointId host = bench.host(silent);
        upgrade(dialled, bench.portOf(host));
        socket = &dialled;
        QTRY_COMPARE(bench.status(bench.connectionOf(host)).state, EndpointState::Open);
        id = bench.connectionOf(host);
    }
    QVERIFY(socket);
    SlowReader reader(*socket);
    constexpr qint64 frames = total / messageBytes;
    const QByteArray payload(messageBytes, 'u');
    qint64 sent = 0;
    // Sends until it is told to wait, and goes on when it is told that all has been written.
    QTimer feed;
    connect(&feed, &QTimer::timeout, this, [&] {
        for (int i = 0; i < 8 && sent < frames && !bench.pressure.value(id); ++i, ++sent)
            bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = payload});
    });
    feed.start(1);
    const qint64 due = frames * (messageBytes + 10 + (fromClient ? 4 : 0));
    QTRY_COMPARE_WITH_TIMEOUT(reader.bytes, due, 250'000);
    QVERIFY(reader.bytesWhileSlow < (slowSeconds + 2) * 2'000'000);
    QVERIFY2(reader.growth() < allowedGrowth, qPrintable(QString::number(reader.growth())));
    socket->abort();
    QTRY_VERIFY(bench.isOver(id));
}

void tst_SlowReader::throughAProxy()
{
    // One program floods, the other reads slowly.
    QTcpServer target;
    QVERIFY(target.listen(QHostAddress(QHostAddress::LocalHost)));
    QTcpSocket *flooding = nullptr;
    connect(&target, &QTcpServer::newConnection, this, [&] {
        flooding = target.nextPendingConnection();
        connect(flooding, &QTcpSocket::readyRead, this, [&] {
            flooding->disconnect(this);
            flooding->readAll();
            flooding->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        });
    });
    Bench bench;
    ProxyOptions options;
    options.port = 0;
    options.target.url = QStringLiteral("ws://127.0.0.1:%1/").arg(target.serverPort());
    const EndpointId proxy = bench.workbench->startProxy(options);
    QTRY_COMPARE(bench.state(proxy), EndpointState::Listening);
    QTcpSocket socket;
    upgrade(socket, bench.portOf(proxy));
    QVERIFY(flooding);
    constexpr qint64 frames = total / messageBytes;
    const QByteArray frame = test::encode(0x82, QByteArray(messageBytes, 'p'));
    SlowReader reader(socket);
    const Sender sender(*flooding, frame, frames);
    QTRY_COMPARE_WITH_TIMEOUT(reader.bytes, frames * frame.size(), 250'000);
    QVERIFY(reader.bytesWhileSlow < (slowSeconds + 2) * 2'000'000);
    QVERIFY2(reader.growth() < allowedGrowth, qPrintable(QString::number(reader.growth())));
    socket.abort();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(proxy)));
}

QTEST_GUILESS_MAIN(tst_SlowReader)
#include "tst_slowreader.moc"
