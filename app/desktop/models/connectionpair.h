#pragma once

#include "capture/connectioninfo.h"

#include <QHash>
#include <QList>

#include <utility>

namespace wsw::desktop {

/// Which two of @p connections one would lay side by side: a program's connection to a proxy and the proxy's to its target; or the two ends
/// of one TCP connection, where this program has both; or else any two. Pairs to which @p current belongs go first. @p proxyPorts: where
/// the proxies listen, as far as that is known. An id that is not valid: there is none.
[[nodiscard]] std::pair<ConnectionId, ConnectionId> pairToCompare(const QList<capture::ConnectionInfo> &connections, ConnectionId current,
                                                                  const QHash<EndpointId, quint16> &proxyPorts);

} // namespace wsw::desktop
