#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "net/bytestream.h"
#include "net/tlsoptions.h"

#include <QStringList>

#include <memory>
#include <optional>

namespace wsw::net {

class EpollLoop;

struct ListenOptions
{
    QString address = QStringLiteral("127.0.0.1");  ///< numeric; also "localhost": both loopbacks, the same port
    quint16 port = 0;                               ///< 0: any free one
    std::optional<TlsServerOptions> tls;            ///< set: connections are handed over once TLS stands
    int tlsTimeoutMs = limits::handshakeTimeoutMs;  ///< for the TLS handshake of a connection
};

/// Who hears from a Listener; on its thread, never from within a call into it.
class ListenerHandler
{
public:
    virtual ~ListenerHandler() = default;
    /// A connection stands (TLS done, where asked for). Reading is off.
    virtual void accepted(std::unique_ptr<ByteStream> stream) = 0;
    /// A connection from @p peer ("127.0.0.1:54321") did not come to stand: TLS failed.
    virtual void acceptFailed(const QString &peer, const Error &error) = 0;
    /// Connections wait in the system and cannot be taken, since it gives no more descriptors; told once. Without an error: one has been
    /// taken again. The listener must stay.
    virtual void acceptStalled(const std::optional<Error> &) {}
};

/// Accepts TCP or TLS connections on one address (or both loopbacks). One thread; deleting it stops listening, and drops TLS
/// handshakes that are under way; streams that were handed over live on.
class Listener final
{
public:
    /// @p loop: null for Qt's sockets. @p handler is not owned; both must outlive the listener.
    Listener(EpollLoop *loop, ListenerHandler &handler);
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    /// @returns the port. Errors: InUse (by whom, where the system tells; see also nextFreePort()), Permission (privileged port),
    /// NotFound (no address of this machine; certificate or key file missing), Usage (no numeric address), Tls (certificate or
    /// key unusable, key of another certificate).
    [[nodiscard]] Result<quint16> listen(const ListenOptions &options);
    void close();
    [[nodiscard]] bool isListening() const;
    [[nodiscard]] quint16 port() const;
    /// "127.0.0.1:8765", "[::1]:8765"
    [[nodiscard]] QStringList addresses() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace wsw::net
