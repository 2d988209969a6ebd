#include "exchange/har.h"

#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

/// @p value with @p digits behind the point.
void appendFixed(QByteArray &to, qint64 value, int digits)
{
    QByteArray text = QByteArray::number(std::abs(value)).rightJustified(digits + 1, '0');
    text.insert(text.size() - digits, '.');
    to += value < 0 ? '-' + text : text;
}

/// Values of any depth as one that a reader need not look into.
QString asText(const QJsonObject &object) { return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)); }

struct TextField
{
    const char *name;
    QString capture::ConnectionInfo::*member;
};
constexpr std::array<TextField, 9> textFields{{{"endpoint", &capture::ConnectionInfo::endpoint},
                                              {"endpointKind", &capture::ConnectionInfo::endpointKind},
                                              {"name", &capture::ConnectionInfo::name},
                                              {"url", &capture::ConnectionInfo::url},
                                              {"local", &capture::ConnectionInfo::localAddress},
                                              {"peer", &capture::ConnectionInfo::peerAddress},
                                              {"subprotocol", &capture::ConnectionInfo::subprotocol},
                                              {"extensions", &capture::ConnectionInfo::extensions},
                                              {"ended", &capture::ConnectionInfo::closeText}}};

} // namespace

void appendSeconds(QByteArray &to, WallNs time) { appendFixed(to, time, 9); }

void appendMilliseconds(QByteArray &to, qint64 ns) { appendFixed(to, ns, 6); }

std::optional<qint64> scaledNumber(QByteArrayView text, int shift)
{
    const QByteArray all = text.toByteArray();
    const qsizetype point = all.indexOf('.');
    const bool plain = !all.isEmpty() && std::ranges::all_of(all, [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; });
    bool isNumber = false;
    if (plain) {
        const QByteArray fraction = point < 0 ? QByteArray() : all.mid(point + 1);
        const QByteArray digits = all.left(point < 0 ? all.size() : point) + fraction.leftJustified(shift, '0', true);
        const qint64 value = digits.toLongLong(&isNumber);
        return isNumber ? std::optional(value) : std::nullopt;
    }
    // With an exponent; exactness is not to be had.
    const double value = all.toDouble(&isNumber) * std::pow(10.0, shift);
    constexpr double most = 9e18;
    return isNumber && std::abs(value) < most ? std::optional(static_cast<qint64>(value)) : std::nullopt;
}

QJsonObject connectionToHar(const capture::ConnectionInfo &info, const ClockAnchor &clock)
{
    QJsonObject object{{u"role"_s, info.localRole == Role::Server ? u"server"_s : u"client"_s}, {u"tls"_s, asText(info.tls)}, {u"phases"_s, asText(info.phases)}};
    for (const TextField &field : textFields)
        object.insert(QLatin1String(field.name), info.*field.member);
    if (info.endpointId.isValid())
        object.insert(u"endpointId"_s, qint64{info.endpointId.value()});
    if (info.opened != 0)
        object.insert(u"opened"_s, clock.toWall(info.opened));
    if (info.closed != 0)
        object.insert(u"closed"_s, clock.toWall(info.closed));
    return object;
}

void connectionFromHar(const QJsonObject &object, const ClockAnchor &clock, capture::ConnectionInfo &info)
{
    for (const TextField &field : textFields)
        info.*field.member = object.value(QLatin1String(field.name)).toString();
    info.endpointId = EndpointId(static_cast<quint32>(object.value(u"endpointId"_s).toInteger()));
    info.localRole = object.value(u"role"_s).toString() == u"server"_s ? Role::Server : Role::Client;
    info.tls = QJsonDocument::fromJson(object.value(u"tls"_s).toString().toUtf8()).object();
    info.phases = QJsonDocument::fromJson(object.value(u"phases"_s).toString().toUtf8()).object();
    const auto time = [&](const QString &name) {
        const qint64 wall = object.value(name).toInteger();
        return isTime(wall) ? wall - clock.wall + clock.monotonic : MonotonicNs{0};
    };
    info.opened = time(u"opened"_s);
    info.closed = time(u"closed"_s);
}

} // namespace wsw::exchange
