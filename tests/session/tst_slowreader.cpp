#include "bench.h"
#include "support/testmain.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>
#include <QtEndian>

#include <cstring>

#include <unistd.h>

using namespace wsw;
using namespace wsw::session;
using test::Bench;

/// A gigabyte towards a peer that reads slowly: resident memory stays within 64 MB of what it was, and every message arrives, in order and
/// whole. To fit into a test's time, the peer reads 1 MB/s for some seconds, long enough for a program without back-pressure to take up all that
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
constexpr qint64 messageCount = total / messageBytes;

qint64 residentBytes()
{
    QFile statm(QStringLiteral("/proc/self/statm"));
    if (!statm.open(QIODevice::ReadOnly))
        return 0;
    return statm.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

/// Message @p number: the number, and bytes that are different from one to the next.
QByteArrayView fillOf(qint64 number)
{
    static const QByteArray noise = [] {
        std::vector<quint64> words(size_t(messageBytes + 4096 * 8) / 8);
        QRandomGenerator random(20'26);
        for (quint64 &word : words)
            word = random.generate64();
        return QByteArray(reinterpret_cast<const char *>(words.data()), qsizetype(words.size() * 8));
    }();
    return QByteArrayView(noise).sliced(number * 37 % 4096 * 8, messageBytes - 8);
}

QByteArray numbered(qint64 number)
{
    QByteArray payload(8, Qt::Uninitialized);
    qToBigEndian(number, payload.data());
    return payload.append(fillOf(number));
}

/// XOR with the key, eight bytes at a time: a test of a gigabyte has no time for one at a time.
void mask(char *bytes, qsizetype size, const char *key)
{
    quint64 twice = 0;
    for (int i = 0; i < 8; ++i)
        reinterpret_cast<char *>(&twice)[i] = key[i % 4];
    for (qsizetype at = 0; at < size; at += 8) {
        quint64 word = 0;
        std::memcpy(&word, bytes + at, 8);
        word ^= twice;
        std::memcpy(bytes + at, &word, 8);
    }
}

/// A binary frame around message @p number; by hand (RFC 6455, 5.2).
QByteArray frameOf(qint64 number, const QByteArray &key)
{
    QByteArray frame("\x82\x7f", 2);
    frame[1] = char(key.isEmpty() ? 127 : 255);
    QByteArray length(8, Qt::Uninitialized);
    qToBigEndian(qint64{messageBytes}, length.data());
    frame += length + key;
    const qsizetype begin = frame.size();
    frame += numbered(number);
    if (!key.isEmpty())
        mask(frame.data() + begin, messageBytes, key.constData());
    return frame;
}

/// Reads a socket at 1 MB/s for slowSeconds, then as fast as it comes; checks every message, and keeps the largest memory seen.
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

    qint64 messages = 0;
    QString problem;            ///< with the first message that is not as it should be
    qint64 bytesWhileSlow = 0;

private:
    void read(qint64 max)
    {
        if (!m_socket.isOpen())
            return;
        const QByteArray part = m_socket.read(max);
        if (isSlow())
            bytesWhileSlow += part.size();
        m_waiting += part;
        while (problem.isEmpty() && takeMessage()) { }
        if (++m_reads % 16 == 0 || isSlow())
            m_peak = std::max(m_peak, residentBytes());
    }
    bool takeMessage()
    {
        constexpr qsizetype headBytes = 10;
        if (m_waiting.size() < headBytes)
            return false;
        const int second = uchar(m_waiting[1]);
        const qsizetype keyBytes = second & 128 ? 4 : 0;
        if (uchar(m_waiting[0]) != 0x82 || (second & 127) != 127 || qFromBigEndian<qint64>(m_waiting.constData() + 2) != messageBytes) {
            problem = QStringLiteral("another frame where message %1 was due").arg(messages);
            return false;
        }
        if (m_waiting.size() < headBytes + keyBytes + messageBytes)
            return false;
        char *payload = m_waiting.data() + headBytes + keyBytes;
        if (keyBytes > 0)
            mask(payload, messageBytes, m_waiting.constData() + headBytes);
        const auto number = qFromBigEndian<qint64>(payload);
        if (number != messages || QByteArrayView(payload + 8, messageBytes - 8) != fillOf(number))
            problem = QStringLiteral("message %1 where %2 was due, or not whole").arg(number).arg(messages);
        ++messages;
        m_waiting.remove(0, headBytes + keyBytes + messageBytes);
        return true;
    }
    QTcpSocket &m_socket;
    qint64 m_idle;
    qint64 m_peak = 0;
    quint64 m_reads = 0;
    QByteArray m_waiting;
    QElapsedTimer m_clock;
    QTimer m_timer;
};

/// Writes numbered messages, as fast as the socket takes them.
class Sender final : public QObject
{
public:
    Sender(QTcpSocket &socket, const QByteArray &key) : m_socket(socket), m_key(key)
    {
        connect(&socket, &QTcpSocket::bytesWritten, this, &Sender::go);
        go();
    }

private:
    void go()
    {
        for (; m_next < messageCount && m_socket.bytesToWrite() < messageBytes; ++m_next)
            m_socket.write(frameOf(m_next, m_key));
    }
    QTcpSocket &m_socket;
    QByteArray m_key;
    qint64 m_next = 0;
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
    SlowReader reader(socket);
    const Sender sender(socket, "abcd");
    QTRY_VERIFY_WITH_TIMEOUT(reader.messages == messageCount || !reader.problem.isEmpty(), 250'000);
    QCOMPARE(reader.problem, QString());
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
    qint64 sent = 0;
    // Sends until it is told to wait, and goes on when it is told that all has been written.
    QTimer feed;
    connect(&feed, &QTimer::timeout, this, [&] {
        for (int i = 0; i < 8 && sent < messageCount && !bench.pressure.value(id); ++i, ++sent)
            bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = numbered(sent)});
    });
    feed.start(1);
    QTRY_VERIFY_WITH_TIMEOUT(reader.messages == messageCount || !reader.problem.isEmpty(), 250'000);
    QCOMPARE(reader.problem, QString());
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
    SlowReader reader(socket);
    const Sender sender(*flooding, {});
    QTRY_VERIFY_WITH_TIMEOUT(reader.messages == messageCount || !reader.problem.isEmpty(), 250'000);
    QCOMPARE(reader.problem, QString());
    QVERIFY(reader.bytesWhileSlow < (slowSeconds + 2) * 2'000'000);
    QVERIFY2(reader.growth() < allowedGrowth, qPrintable(QString::number(reader.growth())));
    socket.abort();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(proxy)));
}

QTEST_GUILESS_MAIN(tst_SlowReader)
#include "tst_slowreader.moc"
