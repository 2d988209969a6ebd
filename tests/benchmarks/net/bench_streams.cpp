// EpollByteStream against QTcpSocket: a server that sends back every byte, without a protocol.

#include "net/bytestream.h"
#include "net/epollloop.h"
#include "net/listener.h"
#include "net/rawload.h"
#include "support/table.h"

#include <QCoreApplication>
#include <QProcess>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

using namespace wsw;
using namespace wsw::bench;

void raiseDescriptorLimit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void announce(quint16 port)
{
    std::printf("%u\n", unsigned{port});
    std::fflush(stdout);
}

/// Sends back what comes on one stream, and deletes itself with it.
class Echo final : public net::ByteStreamHandler
{
public:
    explicit Echo(std::unique_ptr<net::ByteStream> stream) : m_stream(std::move(stream))
    {
        m_stream->setHandler(this);
        m_stream->setReading(true);
    }
    void bytesRead(QByteArrayView bytes, MonotonicNs) override { m_stream->write(bytes); }
    void drained() override {}
    void readEnded() override { m_stream->close(); }
    void ended(net::StreamEnd, const std::optional<Error> &) override { delete this; }

private:
    std::unique_ptr<net::ByteStream> m_stream;
};

class EchoListener final : public net::ListenerHandler
{
public:
    void accepted(std::unique_ptr<net::ByteStream> stream) override { new Echo(std::move(stream)); }
    void acceptFailed(const QString &, const Error &error) override { std::fprintf(stderr, "%s\n", qUtf8Printable(error.message)); }
};

int serveEpoll()
{
    // Not destroyed: the echoes live on until the process ends.
    auto *loop = net::EpollLoop::create().release();
    auto *handler = new EchoListener;
    auto *listener = new net::Listener(loop, *handler);
    const auto port = listener->listen({});
    if (!port)
        return 1;
    announce(*port);
    const int code = QCoreApplication::exec();
    std::_Exit(code);
}

int serveQt()
{
    QTcpServer server;
    server.setListenBacklogSize(4096);
    if (!server.listen(QHostAddress::LocalHost))
        return 1;
    QObject::connect(&server, &QTcpServer::newConnection, &server, [&server] {
        while (QTcpSocket *socket = server.nextPendingConnection()) {
            socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write(socket->readAll()); });
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    announce(server.serverPort());
    return QCoreApplication::exec();
}

/// This program again, as a server.
class Server final
{
public:
    explicit Server(const QString &kind)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--serve"), kind});
        if (m_process.waitForReadyRead(10'000))
            port = m_process.readLine().trimmed().toUShort();
    }
    ~Server()
    {
        m_process.closeWriteChannel();
        if (!m_process.waitForFinished(10'000))
            m_process.kill();
        m_process.waitForFinished(1'000);
    }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    quint16 port = 0;

private:
    QProcess m_process;
};

struct Cell
{
    int connections;
    int depth;
    qsizetype bytes;
    int idle;
    [[nodiscard]] QString name() const
    {
        return QStringLiteral("%1 B, %2 active, depth %3%4").arg(bytes).arg(connections).arg(depth)
            .arg(idle > 0 ? QStringLiteral(", %1 idle").arg(idle) : QString());
    }
};

struct Figures
{
    double rate = -1;
    double bytesPerIdle = 0;
};

Figures measure(const QString &kind, const Cell &cell, double seconds)
{
    Figures figures;
    const Server server(kind);
    if (server.port == 0)
        return figures;
    RawLoad load(server.port);
    if (!load.open(cell.connections) || load.run(cell.connections, cell.depth, cell.bytes, seconds / 5) < 0)
        return figures;
    const qint64 before = residentBytes(server.pid());
    if (!load.open(cell.idle))
        return figures;
    if (cell.idle > 0)
        figures.bytesPerIdle = double(residentBytes(server.pid()) - before) / cell.idle;
    figures.rate = load.run(cell.connections, cell.depth, cell.bytes, seconds);
    return figures;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const auto arguments = app.arguments();
    raiseDescriptorLimit();
    if (arguments.value(1) == QLatin1String("--serve")) {
        QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
        QObject::connect(&input, &QSocketNotifier::activated, qApp, &QCoreApplication::quit);
        return arguments.value(2) == QLatin1String("epoll") ? serveEpoll() : serveQt();
    }

    const int rounds = arguments.value(1, QStringLiteral("5")).toInt();
    const double seconds = arguments.value(2, QStringLiteral("0.5")).toDouble();
    std::printf("Bytes sent back without a protocol: EpollByteStream against QTcpSocket; messages a second, medians of %d interleaved runs\n\n",
                rounds);
    Table table({QStringLiteral("messages"), QStringLiteral("QTcpSocket"), QStringLiteral("EpollByteStream"), QStringLiteral("ratio"),
                 QStringLiteral("bytes per idle: Qt"), QStringLiteral("epoll")});
    const QStringList kinds{QStringLiteral("qt"), QStringLiteral("epoll")};
    for (const Cell &cell : {Cell{1, 1, 16, 0}, Cell{1, 1, 1024, 0}, Cell{1, 32, 16, 0}, Cell{1, 32, 1024, 0}, Cell{100, 1, 16, 0},
                             Cell{100, 1, 1024, 0}, Cell{100, 32, 16, 0}, Cell{100, 32, 1024, 0}, Cell{1, 8, 65536, 0},
                             Cell{1, 1, 16, 5000}, Cell{1, 1, 1024, 5000}}) {
        std::array<QList<double>, 2> rates;
        std::array<QList<double>, 2> idleBytes;
        for (int round = 0; round < rounds; ++round) {
            for (size_t kind = 0; kind < 2; ++kind) {
                const Figures figures = measure(kinds[qsizetype(kind)], cell, seconds);
                if (figures.rate < 0) {
                    std::fprintf(stderr, "%s: a connection broke\n", qUtf8Printable(kinds[qsizetype(kind)]));
                    return 1;
                }
                rates[kind].append(figures.rate);
                idleBytes[kind].append(figures.bytesPerIdle);
            }
        }
        const double qt = median(rates[0]);
        const double epoll = median(rates[1]);
        const bool idle = cell.idle > 0;
        table.add({cell.name(), grouped(qt), grouped(epoll), ratio(epoll / qt), idle ? grouped(median(idleBytes[0])) : QString(),
                   idle ? grouped(median(idleBytes[1])) : QString()});
    }
    table.print();
    return table.exitCode();
}
