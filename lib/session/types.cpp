#include "session/types.h"

namespace wsw::session {

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
