#include "replay/endpoints.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::replay {

session::ClientOptions clientOptionsFor(const Part &part, const PlayOptions &options)
{
    session::ClientOptions client = options.client;
    if (client.name.isEmpty())
        client.name = u"Replay"_s;
    if (client.url.isEmpty())
        client.url = part.url;
    if (client.subprotocols.isEmpty())
        client.subprotocols = part.subprotocols;
    if (options.recordedHeaders) {
        client.headers = part.headers + client.headers;
        if (client.origin.isEmpty())
            client.origin = part.origin;
    }
    if (!client.compression && part.compressed)
        client.compression = wire::DeflateOffer();
    return client;
}

session::HostOptions hostOptionsFor(const std::vector<Part> &parts, const PlayOptions &options)
{
    session::HostOptions host = options.host;
    host.behaviour = session::Behaviour::Silent;
    if (host.name.isEmpty())
        host.name = u"Replay"_s;
    if (host.subprotocols.isEmpty()) {
        for (const Part &part : parts) {
            if (!part.agreed.isEmpty())
                host.subprotocols.append(part.agreed);
        }
        host.subprotocols.removeDuplicates();
    }
    if (!host.compression && std::ranges::any_of(parts, &Part::compressed))
        host.compression = wire::DeflatePolicy();
    return host;
}

} // namespace wsw::replay
