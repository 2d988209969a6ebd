#include "session/types.h"

namespace wsw::session {

QString endpointKindName(EndpointKind kind)
{
    switch (kind) {
    case EndpointKind::Host:
        return QStringLiteral("host");
    case EndpointKind::Client:
        return QStringLiteral("client");
    case EndpointKind::Proxy:
        return QStringLiteral("proxy");
    case EndpointKind::Raw:
        return QStringLiteral("raw");
    }
    return {};
}

std::optional<EndpointKind> endpointKindFromName(QStringView name)
{
    for (const EndpointKind kind : {EndpointKind::Host, EndpointKind::Client, EndpointKind::Proxy, EndpointKind::Raw}) {
        if (name == endpointKindName(kind))
            return kind;
    }
    return std::nullopt;
}

QString behaviourName(Behaviour behaviour)
{
    switch (behaviour) {
    case Behaviour::Echo:
        return QStringLiteral("echo");
    case Behaviour::Prefix:
        return QStringLiteral("prefix");
    case Behaviour::Broadcast:
        return QStringLiteral("broadcast");
    case Behaviour::Silent:
        return QStringLiteral("silent");
    }
    return {};
}

std::optional<Behaviour> behaviourFromName(QStringView name)
{
    for (const Behaviour behaviour : {Behaviour::Echo, Behaviour::Prefix, Behaviour::Broadcast, Behaviour::Silent}) {
        if (name.compare(behaviourName(behaviour), Qt::CaseInsensitive) == 0)
            return behaviour;
    }
    return std::nullopt;
}

} // namespace wsw::session
