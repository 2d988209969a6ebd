#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "net/bytestream.h"
#include "net/outgoingproxy.h"
#include "net/tlsoptions.h"

#include <memory>
#include <optional>

namespace wsw::net {

class EpollLoop;

struct DialOptions
{
    QString host;                       ///< name or numeric address, without brackets
    quint16 port = 0;
    std::optional<TlsClientOptions> tls; ///< set: TLS
    QString dialAddress;                ///< "host" or "host:port" ("[::1]:443") to connect to in place of host and port; the name that TLS checks stays
    int timeoutMs = limits::connectTimeoutMs; ///< for name, TCP, proxy and TLS together
    std::optional<OutgoingProxy> proxy; ///< then name and TCP are the proxy's, and the proxy looks up the host
};

enum class DialPhase : quint8 { Name, Tcp, Proxy, Tls };

/// How long each phase of connecting took; 0: there was none, or it was not reached.
struct DialTimes
{
    qint64 dnsNs = 0;
    qint64 tcpNs = 0;
    qint64 proxyNs = 0;     ///< what was said to an outgoing proxy, until the connection through it stood
    qint64 tlsNs = 0;
    DialPhase last = DialPhase::Name;   ///< the one that was reached; where dialling has failed, its time is the time until then
};

/// Who hears from a Dialler; on its thread, exactly one call, never from within a call into the dialler. The dialler may be deleted in it.
class DiallerHandler
{
public:
    virtual ~DiallerHandler() = default;
    /// Connected (and TLS done, where asked for). Reading is off.
    virtual void dialled(std::unique_ptr<ByteStream> stream, const DialTimes &times) = 0;
    /// Errors: Usage (dialAddress), NotFound (name), Refused (also by the proxy), TimedOut, Cancelled, Tls (chain in detail), Protocol
    /// (what answers is no proxy), Io.
    virtual void dialFailed(const Error &error, const DialTimes &times) = 0;
};

/// Connects once: looks up the name, tries its addresses (the next one is begun when the one before fails or is slow), asks the proxy where there
/// is one, does TLS.
/// One thread. Deleting it cancels without a call.
class Dialler final
{
public:
    /// @p loop: null for Qt's sockets. @p handler is not owned; both must outlive the dialler.
    Dialler(EpollLoop *loop, DiallerHandler &handler);
    ~Dialler();
    Dialler(const Dialler &) = delete;
    Dialler &operator=(const Dialler &) = delete;

    /// Begins; once in a dialler's life.
    void dial(const DialOptions &options);
    /// dialFailed(Cancelled) follows, unless the handler has heard already.
    void cancel();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace wsw::net
