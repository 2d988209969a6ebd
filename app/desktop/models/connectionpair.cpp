#include "models/connectionpair.h"

#include <QHash>

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

/// The clients of a capture in the order in which they were opened, so that a proxy's are found without going through all of them each time.
class Clients final
{
public:
    explicit Clients(const QList<ConnectionInfo> &connections)
    {
        for (const ConnectionInfo &each : connections) {
            if (!isProxy(each) && each.localRole == Role::Client)
                m_all.append({&each, -1});
        }
        // Of those opened at one time the first stands last, where it is found first.
        std::reverse(m_all.begin(), m_all.end());
        std::stable_sort(m_all.begin(), m_all.end(), [](const Client &one, const Client &other) { return one.info->opened < other.info->opened; });
        for (qsizetype i = 0; i < m_all.size(); ++i) {
            const bool goesElsewhere = i > 0 && m_all.at(i - 1).info->peerAddress != m_all.at(i).info->peerAddress;
            m_all[i].elsewhere = i == 0 ? -1 : goesElsewhere ? i - 1 : m_all.at(i - 1).elsewhere;
            m_byPort[portOf(m_all.at(i).info->peerAddress)].append(m_all.at(i));
        }
    }

    /// The latest one to @p port that was there at @p time; null: none.
    [[nodiscard]] const ConnectionInfo *latestTo(quint16 port, MonotonicNs time) const
    {
        const auto found = m_byPort.constFind(port);
        const qsizetype at = found != m_byPort.cend() ? latest(*found, time) : -1;
        return at >= 0 ? found->at(at).info : nullptr;
    }

    /// Likewise to anywhere but @p peer.
    [[nodiscard]] const ConnectionInfo *latestNotTo(const QString &peer, MonotonicNs time) const
    {
        qsizetype at = latest(m_all, time);
        if (at >= 0 && m_all.at(at).info->peerAddress == peer)
            at = m_all.at(at).elsewhere;
        return at >= 0 ? m_all.at(at).info : nullptr;
    }

private:
    struct Client
    {
        const ConnectionInfo *info;
        qsizetype elsewhere;    ///< the one before that goes somewhere else; -1: none
    };

    static qsizetype latest(const QList<Client> &clients, MonotonicNs time)
    {
        const auto behind = std::upper_bound(clients.cbegin(), clients.cend(), time, [](MonotonicNs moment, const Client &each) { return moment < each.info->opened; });
        return behind - clients.cbegin() - 1;
    }

    QList<Client> m_all;
    QHash<quint16, QList<Client>> m_byPort;
};

/// The latest connection to the proxy that was there when the proxy dialled its target for @p passage.
std::optional<Pair> throughProxy(const Clients &clients, const ConnectionInfo &passage, const QHash<EndpointId, quint16> &proxyPorts)
{
    const quint16 port = proxyPorts.value(passage.endpointId);
    const ConnectionInfo *best = port != 0 ? clients.latestTo(port, passage.opened) : clients.latestNotTo(passage.peerAddress, passage.opened);
    return best != nullptr ? std::optional(Pair(best->id, passage.id)) : std::nullopt;
}

/// Servers by the two ends of their TCP connections, the own one first; of several the first.
using Servers = QHash<std::pair<QString, QString>, ConnectionId>;

Servers serversOf(const QList<ConnectionInfo> &connections)
{
    Servers servers;
    for (const ConnectionInfo &each : connections) {
        const std::pair ends{each.localAddress, each.peerAddress};
        if (each.localRole == Role::Server && !servers.contains(ends))
            servers.insert(ends, each.id);
    }
    return servers;
}

std::optional<Pair> otherEnd(const Servers &servers, const ConnectionInfo &one)
{
    if (one.localRole != Role::Client || one.localAddress.isEmpty())
        return std::nullopt;
    const ConnectionId other = servers.value({one.peerAddress, one.localAddress});
    return other.isValid() ? std::optional(Pair(one.id, other)) : std::nullopt;
}

} // namespace

Pair pairToCompare(const QList<ConnectionInfo> &connections, ConnectionId current, const QHash<EndpointId, quint16> &proxyPorts)
{
    const Clients clients(connections);
    const Servers servers = serversOf(connections);
    QList<Pair> pairs;
    for (const ConnectionInfo &info : connections) {
        if (const auto pair = isProxy(info) ? throughProxy(clients, info, proxyPorts) : std::nullopt)
            pairs.append(*pair);
    }
    for (const ConnectionInfo &info : connections) {
        if (const auto pair = otherEnd(servers, info))
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
