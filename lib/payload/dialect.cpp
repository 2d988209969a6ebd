#include "payload/dialect.h"

#include "payload/dialects.h"

#include <algorithm>
#include <array>

namespace wsw::payload {

namespace {

struct DialectInfo
{
    Dialect dialect;
    const char *name;
    Words (*words)(QByteArrayView payload, Extent extent);
    bool isText;
    /// A message of it cannot be anything else.
    bool isPlain;
};

/// The beginning of a text says as much as the whole.
template<Words words(QByteArrayView)>
Words ofText(QByteArrayView payload, Extent)
{
    return words(payload);
}

/// In the order in which they are tried.
constexpr std::array dialects{
    DialectInfo{Dialect::Stomp, "STOMP", ofText<stompWords>, true, true},
    DialectInfo{Dialect::SignalR, "SignalR", ofText<signalRWords>, true, true},
    DialectInfo{Dialect::SocketIo, "Socket.IO", ofText<socketIoWords>, true, false},
    DialectInfo{Dialect::GraphQl, "GraphQL", ofText<graphQlWords>, true, false},
    DialectInfo{Dialect::Wamp, "WAMP", ofText<wampWords>, true, false},
    DialectInfo{Dialect::Mqtt, "MQTT", mqttWords, false, false},
};

const DialectInfo &infoOf(Dialect dialect)
{
    return *std::find_if(dialects.begin(), dialects.end(), [dialect](const DialectInfo &info) { return info.dialect == dialect; });
}

} // namespace

QString dialectName(Dialect dialect)
{
    return QString::fromLatin1(infoOf(dialect).name);
}

std::optional<Dialect> dialectOf(const QString &subprotocol, const QString &url)
{
    const QString name = subprotocol.toLower();
    if (name.contains(QLatin1String("stomp")))
        return Dialect::Stomp;
    if (name.startsWith(QLatin1String("graphql")))
        return Dialect::GraphQl;
    if (name == QLatin1String("mqtt") || name.startsWith(QLatin1String("mqttv")))
        return Dialect::Mqtt;
    if (name.startsWith(QLatin1String("wamp.")))
        return Dialect::Wamp;
    if (url.contains(QLatin1String("/socket.io/")) || url.contains(QLatin1String("EIO=")))
        return Dialect::SocketIo;
    return std::nullopt;
}

std::optional<Saying> sayingOf(QByteArrayView payload, bool isText, std::optional<Dialect> dialect, Extent extent)
{
    if (payload.isEmpty())
        return std::nullopt;
    if (dialect) {
        const DialectInfo &info = infoOf(*dialect);
        const Words words = info.isText == isText ? info.words(payload, extent) : std::nullopt;
        return words ? std::optional(Saying{*dialect, *words}) : std::nullopt;
    }
    if (isText && isSocketIoEvent(payload))
        return Saying{Dialect::SocketIo, *socketIoWords(payload)};
    for (const DialectInfo &info : dialects) {
        if (!info.isPlain || info.isText != isText)
            continue;
        if (const Words words = info.words(payload, extent))
            return Saying{info.dialect, *words};
    }
    return std::nullopt;
}

} // namespace wsw::payload
