#pragma once

#include "streampair.h"

#include "net/relay.h"

namespace wsw::test {

/// What a relay has told.
struct RelayWatch final : net::RelayObserver
{
    void relayUpgrade(net::Relay &relay) override
    {
        ++upgrades;
        if (relay.mode() == net::RelayMode::Host)
            socket.reset(relay.openNearSocket());
    }
    void relayChanged(net::Relay &relay) override { states.append(int(relay.state())); }
    void relayPressure(net::Relay &, bool high) override { pressure.append(high); }
    void relayFailing(net::Relay &) override { ++failings; }
    void relayEnded(net::Relay &) override { ++endings; }
    std::unique_ptr<net::NearSocket> socket;     ///< Host: what a QWebSocketServer would have
    int upgrades = 0;
    int failings = 0;
    int endings = 0;
    QList<int> states;
    QList<bool> pressure;
};

inline const QByteArray request = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
inline const QByteArray response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// A proxy's relay between two sockets of the test: program <-> near, far <-> server. The heads have passed.
class StandingRelay final
{
public:
    /// @p compression: the relay offers permessage-deflate for a program that does not, and the server agrees.
    enum class Compression : bool { None, Agreed };
    explicit StandingRelay(StreamKind kind, wire::TrafficSink &sink, PeerSort serverSort = PeerSort::Socket, Compression compression = Compression::None)
        : program(kind), server(kind, serverSort)
    {
        net::RelayOptions options;
        options.handshake.mode = net::RelayMode::Proxy;
        if (compression == Compression::Agreed)
            options.handshake.deflateOffer = wire::DeflateOffer{};
        options.handshake.request.host = "h";
        options.closeTimeoutMs = 500;
        relay = std::make_unique<net::Relay>(options, ConnectionId(1), std::move(server.stream), sink, observer);
        relay->setNear(std::move(program.stream));
        relay->start();
        program.peer->write(request);
        const QByteArray line = "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        const bool compressed = compression == Compression::Agreed;
        if (!QTest::qWaitFor([&] { return serverReceived() == (compressed ? request.chopped(2) + line : request); }))
            qWarning("the request does not pass");
        serverWrite(compressed ? response.chopped(2) + line : response);
        if (!QTest::qWaitFor([&] { return program.received() == response; }))
            qWarning("the response does not pass");
        program.received().clear();
        serverReceived().clear();
    }
    /// Of a server that is a bare descriptor, too.
    QByteArray &serverReceived()
    {
        if (server.peer)
            return server.received();
        char part[4096];
        for (ssize_t n; (n = ::recv(server.descriptor, part, sizeof part, MSG_DONTWAIT)) > 0;)
            m_received.append(part, n);
        return m_received;
    }
    void serverWrite(const QByteArray &bytes)
    {
        if (server.peer)
            server.peer->write(bytes);
        else if (::send(server.descriptor, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) != bytes.size())
            qWarning("the server cannot write");
    }

    StreamPair program;
    StreamPair server;
    RelayWatch observer;
    std::unique_ptr<net::Relay> relay;

private:
    QByteArray m_received;
};

} // namespace wsw::test
