#pragma once

#include <QHostAddress>
#include <QString>

namespace wsw::net {

/// "127.0.0.1:8765", "[::1]:8765"; a mapped IPv4 address (::ffff:1.2.3.4) is written as the IPv4 address that it is.
[[nodiscard]] QString addressText(const QHostAddress &address, quint16 port);

/// "example.org:80", "[::1]:80": a name or a numeric address as it was written.
[[nodiscard]] QString hostPortText(const QString &host, quint16 port);

/// A host and a port as a person writes them.
struct HostPort
{
    QString host;       ///< without brackets
    quint16 port = 0;
};
/// Reads "host", "host:port", "[::1]", "[::1]:port", "::1". @p defaultPort where none is given. An empty host: not readable.
[[nodiscard]] HostPort parseHostPort(const QString &text, quint16 defaultPort);

} // namespace wsw::net
