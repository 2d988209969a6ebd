#include "models/connectionpair.h"

#include <algorithm>
#include <optional>

namespace wsw::desktop {

namespace {

using capture::ConnectionInfo;
using Pair = std::pair<ConnectionId, ConnectionId>;

bool isProxy(const ConnectionInfo &info)
{
    return info.endpointKind == QLatin1String("proxy");
}

quint16 portOf(const QString &address)
{
    return address.sliced(address.lastIndexOf(u':') + 1).toUShort();
}

/// The latest connection to the proxy that was there when the proxy dialled its target for @p passage.
std::optional<Pair> throughProxy(const QList<ConnectionInfo> &connections, const ConnectionInfo &passage, const QHash<EndpointId, quint16> &proxyPorts)
{
    const quint16 port = proxyPorts.value(passage.endpointId);
    const ConnectionInfo *best = nullptr;
    for (const ConnectionInfo &each : connections) {
        const bool isToProxy = port != 0 ? portOf(each.peerAddress) == port : each.peerAddress != passage.peerAddress;
        if (isProxy(each) || each.localRole != Role::Client || !isToProxy || each.opened > passage.opened)
            continue;
        if (best == nullptr || each.opened > best->opened)
            best = &each;
    }
    return best != nullptr ? std::optional(Pair(best->id, passage.id)) : std::nullopt;
}

std::optional<Pair> otherEnd(const QList<ConnectionInfo> &connections, const ConnectionInfo &one)
{
    if (one.localRole != Role::Client || one.localAddress.isEmpty())
        return std::nullopt;
    const auto isOther = [&one](const ConnectionInfo &each) {
        return each.id != one.id && each.localRole == Role::Server && each.peerAddress == one.localAddress && each.localAddress == one.peerAddress;
    };
    const auto other = std::find_if(connections.cbegin(), connections.cend(), isOther);
    return other != connections.cend() ? std::optional(Pair(one.id, other->id)) : std::nullopt;
}

} // namespace

Pair pairToCompare(const QList<ConnectionInfo> &connections, ConnectionId current, const QHash<EndpointId, quint16> &proxyPorts)
{
    QList<Pair> pairs;
    for (const ConnectionInfo &info : connections) {
        if (const auto pair = isProxy(info) ? throughProxy(connections, info, proxyPorts) : std::nullopt)
            pairs.append(*pair);
    }
    for (const ConnectionInfo &info : connections) {
        if (const auto pair = otherEnd(connections, info))
            pairs.append(*pair);
    }
    const auto ofCurrent = std::find_if(pairs.cbegin(), pairs.cend(), [current](const Pair &pair) { return pair.first == current || pair.second == current; });
    if (current.isValid() && ofCurrent != pairs.cend())
        return *ofCurrent;
    if (!current.isValid() && !pairs.isEmpty())
        return pairs.constFirst();
    const ConnectionId one = current.isValid() || connections.isEmpty() ? current : connections.constFirst().id;
    const auto other = std::find_if(connections.cbegin(), connections.cend(), [one](const ConnectionInfo &info) { return info.id != one; });
    return {one, other != connections.cend() ? other->id : ConnectionId()};
}

} // namespace wsw::desktop
