#pragma once

#include "net/epollloop.h"
#include "net/listener.h"
#include "net/tlsconfiguration.h"
#include "recorder.h"
#include "support/testcertificate.h"

#include <QSslSocket>
#include <QTcpSocket>
#include <QTest>

#include <memory>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wsw::test {

/// Which implementation of ByteStream a test is run over.
enum class StreamKind { Epoll, Qt, QtTls };

/// What stands at the other end: Socket can do TLS, Descriptor can be left half open.
enum class PeerSort { Socket, Descriptor };

/// Keeps what a Listener hands over.
class Catcher final : public net::ListenerHandler
{
public:
    void accepted(std::unique_ptr<net::ByteStream> stream) override { streams.push_back(std::move(stream)); }
    void acceptFailed(const QString &peer, const Error &error) override
    {
        lastPeer = peer;
        lastError = error;
    }
    void acceptStalled(const std::optional<Error> &error) override { stalls.push_back(error); }
    std::vector<std::optional<Error>> stalls;
    std::vector<std::unique_ptr<net::ByteStream>> streams;
    QString lastPeer;
    std::optional<Error> lastError;
};

/// A stream under test with a recorder on it, and a Qt socket as its peer, over the loopback.
class StreamPair final
{
public:
    /// Check isReady() afterwards.
    explicit StreamPair(StreamKind kind, PeerSort sort = PeerSort::Socket)
    {
        static TestAuthority authority;
        static const CertificateFiles files = authority.issue();
        if (kind == StreamKind::Epoll)
            loop = net::EpollLoop::create();
        net::ListenOptions options;
        if (kind == StreamKind::QtTls)
            options.tls = net::TlsServerOptions{files.certificateFile, files.keyFile};
        m_listener = std::make_unique<net::Listener>(loop.get(), m_catcher);
        const auto port = m_listener->listen(options);
        if (!port)
            return;
        if (sort == PeerSort::Descriptor)
            connectDescriptor(*port);
        else
            connectSocket(kind, *port, authority.authorityFile());
        if (!QTest::qWaitFor([this] { return !m_catcher.streams.empty(); }))
            return;
        stream = std::move(m_catcher.streams.front());
        stream->setHandler(&recorder);
    }

    ~StreamPair()
    {
        if (descriptor >= 0)
            ::close(descriptor);
    }
    StreamPair(const StreamPair &) = delete;
    StreamPair &operator=(const StreamPair &) = delete;

    [[nodiscard]] bool isReady() const
    {
        return stream && (descriptor >= 0 || peer->state() == QAbstractSocket::ConnectedState);
    }

    /// FIN from the peer, which goes on reading. Plain TCP only.
    void halfClosePeer() { ::shutdown(int(peer->socketDescriptor()), SHUT_WR); }
    /// RST from the peer.
    void resetPeer()
    {
        const linger now{1, 0};
        ::setsockopt(int(peer->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        peer->abort();
    }
    /// What the peer has written and could not hand to its kernel yet.
    [[nodiscard]] qint64 unsent() const
    {
        const auto *tls = qobject_cast<QSslSocket *>(peer.get());
        return peer->bytesToWrite() + (tls ? tls->encryptedBytesToWrite() : 0);
    }
    /// What the peer has received so far; call it again and again.
    QByteArray &received()
    {
        m_received += peer->readAll();
        return m_received;
    }

    std::unique_ptr<net::EpollLoop> loop;   ///< null unless Epoll
    Recorder recorder;
    std::unique_ptr<net::ByteStream> stream;
    std::unique_ptr<QTcpSocket> peer;       ///< null for PeerSort::Descriptor
    int descriptor = -1;                    ///< -1 for PeerSort::Socket

private:
    void connectDescriptor(quint16 port)
    {
        descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            descriptor = -1;
    }

    void connectSocket(StreamKind kind, quint16 port, const QString &authorityFile)
    {
        if (kind != StreamKind::QtTls) {
            peer = std::make_unique<QTcpSocket>();
            peer->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
            return;
        }
        auto tls = std::make_unique<QSslSocket>();
        net::TlsClientOptions options;
        options.authorityFile = authorityFile;
        tls->setSslConfiguration(*net::clientConfiguration(options));
        tls->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
        peer = std::move(tls);
    }

    Catcher m_catcher;
    std::unique_ptr<net::Listener> m_listener;
    QByteArray m_received;
};

/// Bytes that repeat at no small distance; the same for the same seed.
[[nodiscard]] QByteArray randomBytes(qsizetype count, quint32 seed);

/// Lets everything that is ready happen, a few turns long.
inline void turnAround()
{
    for (int turn = 0; turn < 20; ++turn)
        QTest::qWait(1);
}

} // namespace wsw::test
