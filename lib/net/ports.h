#pragma once

#include "base/result.h"

#include <QString>

#include <optional>

namespace wsw::net {

/// The program that listens on a port, as far as the system tells.
struct PortOwner
{
    QString program;    ///< "python3"; empty: not told (a program of another user)
    qint64 pid = 0;     ///< 0: not told
    QString user;       ///< "root"; empty: not told
};

/// Who listens on @p port of this machine (Linux: /proc/net/tcp*, /proc/<pid>/fd). Empty where nobody does or the system does not tell.
[[nodiscard]] std::optional<PortOwner> findPortOwner(quint16 port);

/// The first port above @p port on which @p address ("127.0.0.1", "localhost", ...) can be listened on now; 0: none within the next 500.
[[nodiscard]] quint16 nextFreePort(const QString &address, quint16 port);

/// Ports below this need a privilege to listen on (net.ipv4.ip_unprivileged_port_start, 1024 where that is not told).
[[nodiscard]] quint16 firstUnprivilegedPort();

/// Why listening may fail, whatever sort of socket reports it.
enum class BindFailure : quint8 { InUse, Permission, NotLocal, BadAddress, Other };

/// The sentence for a person. @p systemText: the system's words, for Other.
[[nodiscard]] Error bindError(BindFailure failure, const QString &address, quint16 port, const QString &systemText = {});

} // namespace wsw::net
