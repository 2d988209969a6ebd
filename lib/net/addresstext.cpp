#include "net/addresstext.h"

namespace wsw::net {

QString addressText(const QHostAddress &address, quint16 port)
{
    bool isIPv4 = false;
    const quint32 ipv4 = address.toIPv4Address(&isIPv4);
    if (isIPv4)
        return QHostAddress(ipv4).toString() + QLatin1Char(':') + QString::number(port);
    return QLatin1Char('[') + address.toString() + QStringLiteral("]:") + QString::number(port);
}

QString hostPortText(const QString &host, quint16 port)
{
    return (host.contains(QLatin1Char(':')) ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2")).arg(host).arg(port);
}

HostPort parseHostPort(const QString &text, quint16 defaultPort)
{
    const QString trimmed = text.trimmed();
    QString host = trimmed;
    QString port;
    if (trimmed.startsWith(QLatin1Char('['))) {
        const qsizetype end = trimmed.indexOf(QLatin1Char(']'));
        if (end < 0)
            return {};
        host = trimmed.sliced(1, end - 1);
        const QString rest = trimmed.sliced(end + 1);
        if (!rest.isEmpty() && !rest.startsWith(QLatin1Char(':')))
            return {};
        port = rest;
    } else if (trimmed.count(QLatin1Char(':')) == 1) {
        const qsizetype colon = trimmed.indexOf(QLatin1Char(':'));
        host = trimmed.first(colon);
        port = trimmed.sliced(colon);
    }
    if (port.isEmpty())
        return {host, defaultPort};
    bool isNumber = false;
    const ushort number = port.sliced(1).toUShort(&isNumber);
    if (!isNumber || number == 0)
        return {};
    return {host, number};
}

} // namespace wsw::net
