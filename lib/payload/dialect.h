#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace wsw::payload {

/// Protocols that are spoken inside WebSocket messages.
enum class Dialect : quint8 { SocketIo, Stomp, GraphQl, SignalR, Mqtt, Wamp };

/// "Socket.IO", "STOMP", ...
[[nodiscard]] QString dialectName(Dialect dialect);

/// What is spoken on a connection, by its subprotocol ("v12.stomp", "graphql-transport-ws", "mqtt", "wamp.2.json") or by its URL
/// ("/socket.io/"); nothing where these do not say.
[[nodiscard]] std::optional<Dialect> dialectOf(const QString &subprotocol, const QString &url);

/// Whether all of a message is there.
enum class Extent : quint8 { Whole, Beginning };

/// One message in a few words of its dialect: "event chat", "PUBLISH a/b, QoS 1". Nothing where @p payload is no such message. Only its
/// beginning is needed, if it is said to be no more. Without a dialect only what cannot be anything else is recognised: STOMP, SignalR, and Socket.IO events. Any thread.
struct Saying
{
    Dialect dialect;
    QString words;
};
[[nodiscard]] std::optional<Saying> sayingOf(QByteArrayView payload, bool isText, std::optional<Dialect> dialect, Extent extent = Extent::Whole);

} // namespace wsw::payload
