#include "connectiontext.h"

#include "exchange/records.h"
#include "stats/durationtext.h"

#include <QStringList>

#include <array>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

/// Keys of ConnectionInfo::phases in their order, and their words.
constexpr std::array<std::pair<const char *, const char *>, 5> phaseWords{
    {{"dns", "name"}, {"tcp", "TCP"}, {"proxy", "proxy"}, {"tls", "TLS"}, {"upgrade", "upgrade"}}};

QString phasesText(const QJsonObject &phases)
{
    const QString failed = phases.value(u"failed"_s).toString();
    QStringList parts;
    for (const auto &[key, words] : phaseWords) {
        const QJsonValue value = phases.value(QLatin1String(key));
        if (!value.isDouble())
            continue;
        QString part = QLatin1String(words) + u' ' + stats::durationText(value.toInteger());
        if (failed == QLatin1String(key))
            part += u" (failed)"_s;
        parts += part;
    }
    const QString via = phases.value(u"via"_s).toString();
    if (!via.isEmpty())
        parts += u"through %1"_s.arg(via);
    return parts.join(u", "_s);
}

QString timeOrNothing(MonotonicNs time, const ClockAnchor &clock)
{
    return time == 0 ? QString() : exchange::isoTime(clock.toWall(time));
}

} // namespace

QString connectionText(const capture::ConnectionInfo &connection, const ClockAnchor &clock)
{
    const bool isServer = connection.localRole == Role::Server;
    QStringList lines{u"#%1 %2 of %3, %4 %5"_s.arg(connection.id.value())
                          .arg(connection.name, connection.endpoint, isServer ? u"here the server of"_s : u"here the client of"_s, connection.url)};
    const auto add = [&lines](const QString &name, const QString &text) {
        if (!text.isEmpty())
            lines += u"    %1: %2"_s.arg(name, text);
    };
    if (connection.endpointId.isValid())
        add(u"endpoint"_s, u"%1 %2"_s.arg(connection.endpointKind).arg(connection.endpointId.value()));
    add(u"peer"_s, connection.peerAddress);
    add(u"opened"_s, timeOrNothing(connection.opened, clock));
    add(u"closed"_s, timeOrNothing(connection.closed, clock));
    add(u"ended"_s, connection.closeText);
    add(u"phases"_s, phasesText(connection.phases));
    add(u"subprotocol"_s, connection.subprotocol);
    add(u"extensions"_s, connection.extensions);
    return lines.join(u'\n');
}

QJsonObject connectionToJson(const capture::ConnectionInfo &connection, const ClockAnchor &clock)
{
    return {
        {u"connection"_s, qint64{connection.id.value()}},
        {u"endpoint"_s, connection.endpoint},
        {u"endpointId"_s, qint64{connection.endpointId.value()}},
        {u"endpointKind"_s, connection.endpointKind},
        {u"name"_s, connection.name},
        {u"role"_s, connection.localRole == Role::Server ? u"server"_s : u"client"_s},
        {u"url"_s, connection.url},
        {u"local"_s, connection.localAddress},
        {u"peer"_s, connection.peerAddress},
        {u"opened"_s, timeOrNothing(connection.opened, clock)},
        {u"closed"_s, timeOrNothing(connection.closed, clock)},
        {u"ended"_s, connection.closeText},
        {u"phases"_s, connection.phases},
        {u"subprotocol"_s, connection.subprotocol},
        {u"extensions"_s, connection.extensions},
        {u"tls"_s, connection.tls},
    };
}

} // namespace wsw::cli
