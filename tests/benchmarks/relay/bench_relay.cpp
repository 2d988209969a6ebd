// What the relay costs a message: a QWebSocket behind an in-memory socket, alone, behind a relay, and behind a relay that records.
// No network and no kernel: only the work itself is measured.

#include "memorystream.h"
#include "table.h"

#include "capture/document.h"
#include "net/nearsocket.h"
#include "net/relay.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QWebSocket>
#include <QWebSocketServer>

#include <array>
#include <cstdio>
#include <functional>
#include <vector>

using namespace wsw;

namespace {

constexpr int rounds = 7;
constexpr double msPerTrial = 60;
/// Larger messages would measure the disk: bench_recording does that.
constexpr qsizetype largestRecorded = 1024;

const QByteArray request = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

enum class Reply : bool { No, Echo };

/// A QWebSocket of a QWebSocketServer, and how it is given what its peer has sent.
class Speaker
{
public:
    explicit Speaker(Reply reply) : m_server(QStringLiteral("bench"), QWebSocketServer::NonSecureMode), m_reply(reply) {}
    virtual ~Speaker() = default;
    virtual void give(QByteArrayView bytes) = 0;
    [[nodiscard]] quint64 messages() const noexcept { return m_messages; }

protected:
    /// Waits for the QWebSocket behind @p socket.
    void meet(net::NearSocket *socket, const std::function<void()> &giveRequest)
    {
        m_server.handleConnection(socket);
        giveRequest();
        take();
    }
    void take()
    {
        while (!m_server.hasPendingConnections())
            QCoreApplication::processEvents();
        m_socket.reset(m_server.nextPendingConnection());
        m_socket->setParent(nullptr);
        QObject::connect(m_socket.get(), &QWebSocket::textMessageReceived, m_socket.get(), [this](const QString &text) {
            ++m_messages;
            if (m_reply == Reply::Echo)
                m_socket->sendTextMessage(text);
        });
    }

    QWebSocketServer m_server;
    std::unique_ptr<QWebSocket> m_socket;

private:
    quint64 m_messages = 0;
    Reply m_reply;
};

class BareSpeaker final : public Speaker, private net::NearSocketHandler
{
public:
    explicit BareSpeaker(Reply reply)
        : Speaker(reply), m_near(new net::NearSocket({QHostAddress(QHostAddress::LocalHost), 40000, QHostAddress(QHostAddress::LocalHost), 8765},
                                                     static_cast<net::NearSocketHandler *>(this)))
    {
        meet(m_near, [this] { m_near->deliver(request); });
    }
    ~BareSpeaker() override { m_near->setHandler(nullptr); }
    void give(QByteArrayView bytes) override { m_near->deliver(bytes); }

private:
    void nearWritten(QByteArrayView bytes) override { m_written += static_cast<quint64>(bytes.size()); }
    [[nodiscard]] qint64 nearBytesToWrite() const override { return 0; }
    void nearClosed() override {}

    net::NearSocket *m_near; ///< the QWebSocket's
    quint64 m_written = 0;
};

/// Keeps nothing.
class NoSink final : public wire::TrafficSink
{
public:
    Pressure record(const wire::TrafficRecord &) override { return Pressure::Go; }
    [[nodiscard]] wire::PayloadKey newPayloadKey() override { return ++m_key; }
    Pressure chunk(wire::PayloadKey, quint64, QByteArrayView, bool, wire::MaskingKey) override { return Pressure::Go; }

private:
    wire::PayloadKey m_key = 0;
};

class RelayedSpeaker final : public Speaker, private net::RelayObserver
{
public:
    RelayedSpeaker(Reply reply, wire::TrafficSink &sink, ConnectionId connection) : Speaker(reply)
    {
        auto far = std::make_unique<bench::MemoryStream>();
        m_far = far.get();
        net::RelayOptions options;
        options.handshake.mode = net::RelayMode::Host;
        m_relay = std::make_unique<net::Relay>(options, connection, std::move(far), sink, static_cast<net::RelayObserver &>(*this));
        m_relay->start();
        m_far->give(request);
        take();
        m_relay->speakerReady();
    }
    ~RelayedSpeaker() override
    {
        m_relay.reset();
        m_socket.reset();
    }
    void give(QByteArrayView bytes) override { m_far->give(bytes); }

private:
    void relayUpgrade(net::Relay &relay) override { m_server.handleConnection(relay.openNearSocket()); }
    void relayChanged(net::Relay &) override {}
    void relayPressure(net::Relay &, bool) override {}
    void relayFailing(net::Relay &) override {}
    void relayEnded(net::Relay &) override {}

    bench::MemoryStream *m_far = nullptr;
    std::unique_ptr<net::Relay> m_relay;
};

struct Load
{
    const char *what;
    Reply reply;
    qsizetype size;
    int perRead;
};

QByteArray frames(const Load &load)
{
    const QByteArray payload = QByteArray("The quick brown fox jumps over the lazy dog. ").repeated(load.size / 45 + 1).first(load.size);
    const auto header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, static_cast<quint64>(load.size), Role::Client, {0x37, 0xfa, 0x21, 0x3d});
    return wire::serializeFrame(header, payload).repeated(load.perRead);
}

/// ns a message.
double trial(Speaker &speaker, QByteArrayView bytes, int perRead)
{
    const quint64 before = speaker.messages();
    quint64 given = 0;
    QElapsedTimer clock;
    clock.start();
    while (static_cast<double>(clock.nsecsElapsed()) < msPerTrial * 1e6) {
        for (int i = 0; i < 16; ++i) {
            speaker.give(bytes);
            given += static_cast<quint64>(perRead);
        }
    }
    const auto ns = static_cast<double>(clock.nsecsElapsed());
    if (speaker.messages() - before != given)
        qFatal("%llu messages were given and %llu arrived", given, speaker.messages() - before);
    return ns / static_cast<double>(given);
}

void measure(const Load &load, capture::Document &document, bench::Table &table)
{
    NoSink noSink;
    const QByteArray bytes = frames(load);
    BareSpeaker bare(load.reply);
    RelayedSpeaker relayed(load.reply, noSink, ConnectionId(1));
    RelayedSpeaker recorded(load.reply, document.recorder(), document.newConnectionId());
    std::vector<Speaker *> speakers{&bare, &relayed};
    const bool records = load.size <= largestRecorded;
    if (records)
        speakers.push_back(&recorded);
    std::array<QList<double>, 3> times;
    for (Speaker *speaker : speakers)
        static_cast<void>(trial(*speaker, bytes, load.perRead));
    for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < speakers.size(); ++i)
            times[i].append(trial(*speakers[i], bytes, load.perRead));
    }
    const double alone = bench::median(times[0]);
    const double behind = bench::median(times[1]);
    const double kept = bench::median(times[2]);
    const auto ns = [](double value) { return bench::grouped(value) + QStringLiteral(" ns"); };
    table.add({QStringLiteral("%1 %2 B, %3 a read").arg(QLatin1String(load.what)).arg(load.size).arg(load.perRead), ns(alone), ns(behind),
               ns(behind - alone), bench::ratio(behind / alone), records ? ns(kept) : QStringLiteral("-"),
               records ? ns(kept - behind) : QStringLiteral("-")});
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QTemporaryDir folder;
    auto document = capture::Document::create(folder.filePath(QStringLiteral("bench.wscapture")));
    if (!document) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(document.error().message));
        return 1;
    }
    bench::Table table({QStringLiteral("a message"), QStringLiteral("QWebSocket alone"), QStringLiteral("behind a relay"), QStringLiteral("the relay adds"),
                        QStringLiteral("ratio"), QStringLiteral("and recorded"), QStringLiteral("recording adds")});
    for (const Reply reply : {Reply::No, Reply::Echo}) {
        for (const qsizetype size : {16, 64, 1024, 65536}) {
            for (const int perRead : {1, 32})
                measure({reply == Reply::Echo ? "echoed" : "read", reply, size, perRead}, **document, table);
        }
    }
    table.print();
    return table.exitCode();
}
