#pragma once

#include "net/bytestream.h"

#include <QHostAddress>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

class QSslSocket;

namespace wsw::net {

class EpollLoop;

/// Why a TCP connection did not come to stand.
struct ConnectFailure
{
    enum class Why : quint8 { Refused, Unreachable, TimedOut, Other };
    Why why = Why::Other;
    QString systemText;
};

/// One attempt to connect to one address. Deleting it ends the attempt without a call.
class Connector
{
public:
    /// Nothing: connected. One call, never from within start(); the connector may be deleted in it.
    using Done = std::function<void(Connector &connector, const std::optional<ConnectFailure> &failure)>;

    virtual ~Connector() = default;
    virtual void start(const QHostAddress &address, quint16 port) = 0;
    /// After success, one of the two, once. Null when the system refuses the socket.
    [[nodiscard]] virtual std::unique_ptr<ByteStream> takeStream() = 0;
    [[nodiscard]] virtual std::unique_ptr<QSslSocket> takeTlsSocket() = 0;
};

/// In @p loop where there is one, else over Qt's sockets.
[[nodiscard]] std::unique_ptr<Connector> makeConnector(EpollLoop *loop, Connector::Done done);

} // namespace wsw::net
