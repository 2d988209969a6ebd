// parseUrl() and parseProxy(): RFC 6455, 3 and RFC 3986, with the place of the fault.

#include "session/types.h"

#include <QHostAddress>
#include <QUrl>

namespace wsw::session {

using net::OutgoingProxy;

namespace {

constexpr quint16 defaultPort = 80;
constexpr quint16 defaultSecurePort = 443;

/// Two lines: the URL as it was given, and a marker under the fault.
Error fault(const QString &text, qsizetype at, qsizetype length, const QString &message, const QString &remedy)
{
    QString shown = text;
    for (QChar &c : shown) {
        if (!c.isPrint())
            c = QLatin1Char(' ');
    }
    const QString marker = QString(at, QLatin1Char(' ')) + QString(std::max<qsizetype>(length, 1), QLatin1Char('^'));
    return {ErrorKind::Usage, message, remedy, shown + QLatin1Char('\n') + marker};
}

/// Where a scheme stands and what follows it is nearly "://": how long that is; 0 where it is something else.
qsizetype misspeltSeparator(const QString &text, qsizetype scheme)
{
    const QString rest = text.mid(scheme);
    for (const char *slip : {":/", "//", ":\\\\"}) {
        if (rest.startsWith(QLatin1String(slip)))
            return qsizetype(qstrlen(slip));
    }
    return 0;
}

std::optional<Error> misspelt(const QString &text)
{
    for (const char *scheme : {"wss", "ws"}) {
        const qsizetype length = qsizetype(qstrlen(scheme));
        if (!text.startsWith(QLatin1String(scheme), Qt::CaseInsensitive))
            continue;
        if (const qsizetype slip = misspeltSeparator(text, length); slip > 0) {
            return fault(text, length, slip, QStringLiteral("Behind the scheme stands \"%1\" in place of \"://\".").arg(text.mid(length, slip)),
                         QStringLiteral("Write %1://%2").arg(QLatin1String(scheme), text.mid(length + slip)));
        }
    }
    return std::nullopt;
}

struct Parts
{
    qsizetype authority = 0;    ///< where it begins
    qsizetype authorityEnd = 0;
    bool secure = false;
};

Result<Parts> splitScheme(const QString &text)
{
    const qsizetype colon = text.indexOf(QLatin1String("://"));
    if (colon < 0) {
        if (const auto slip = misspelt(text))
            return *slip;
        const QString host = text.startsWith(QLatin1String("//")) ? text.mid(2) : text;
        return fault(text, 0, 1, QStringLiteral("The URL has no scheme."),
                     QStringLiteral("Begin it with ws:// (or wss:// for TLS): ws://%1").arg(host));
    }
    const QString scheme = text.left(colon).toLower();
    const QString rest = text.mid(colon);
    if (scheme == QLatin1String("http") || scheme == QLatin1String("https")) {
        const QString right = scheme == QLatin1String("http") ? QStringLiteral("ws") : QStringLiteral("wss");
        return fault(text, 0, colon, QStringLiteral("%1:// is the scheme of web pages, not of WebSocket endpoints.").arg(scheme),
                     QStringLiteral("Write %1%2").arg(right, rest));
    }
    if (scheme != QLatin1String("ws") && scheme != QLatin1String("wss")) {
        return fault(text, 0, colon, QStringLiteral("\"%1\" is not a scheme of WebSocket endpoints.").arg(text.left(colon)),
                     QStringLiteral("Write ws%1, or wss%1 for TLS.").arg(rest));
    }
    Parts parts;
    parts.secure = scheme == QLatin1String("wss");
    parts.authority = colon + 3;
    parts.authorityEnd = text.size();
    for (qsizetype i = parts.authority; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c == QLatin1Char('/') || c == QLatin1Char('?') || c == QLatin1Char('#')) {
            parts.authorityEnd = i;
            break;
        }
    }
    return parts;
}

Result<> checkSpaces(const QString &text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i].isSpace() || !text[i].isPrint()) {
            return fault(text, i, 1, QStringLiteral("A URL cannot hold white space or control characters."),
                         QStringLiteral("Leave it out, or write a space as %20."));
        }
    }
    return {};
}

Result<> checkFragment(const QString &text)
{
    const qsizetype fragment = text.indexOf(QLatin1Char('#'));
    if (fragment >= 0) {
        // RFC 6455, 3: fragment identifiers are meaningless here and must not be used.
        return fault(text, fragment, text.size() - fragment, QStringLiteral("A WebSocket URL cannot have a fragment (#...)."),
                     QStringLiteral("Leave it out, or write # as %23 where it belongs to the path or the query."));
    }
    return {};
}

/// Reads the port that stands from @p at (after the colon) to @p end.
Result<quint16> readPort(const QString &text, qsizetype at, qsizetype end, bool secure)
{
    const QString digits = text.mid(at, end - at);
    if (digits.isEmpty())
        return secure ? defaultSecurePort : defaultPort; // RFC 3986, 3.2.3: "host:" means the default
    bool isNumber = true;
    for (const QChar c : digits)
        isNumber = isNumber && c >= QLatin1Char('0') && c <= QLatin1Char('9');
    if (!isNumber) {
        return fault(text, at, end - at, QStringLiteral("The port \"%1\" is not a number.").arg(digits),
                     QStringLiteral("Write a number from 1 to 65535 after the colon."));
    }
    bool fits = false;
    const uint port = digits.toUInt(&fits);
    if (!fits || port == 0 || port > 65535) {
        return fault(text, at, end - at, QStringLiteral("The port %1 is out of range.").arg(digits),
                     QStringLiteral("Ports go from 1 to 65535."));
    }
    return static_cast<quint16>(port);
}

struct HostRange
{
    qsizetype begin = 0;
    qsizetype end = 0;
    qsizetype portColon = -1;
    bool bracketed = false;
};

/// The place behind the @ of "user:password@"; where there is none, that of the host.
qsizetype behindUser(const QString &text, const Parts &parts)
{
    const qsizetype at = text.lastIndexOf(QLatin1Char('@'), parts.authorityEnd - 1);
    return at >= parts.authority ? at + 1 : parts.authority;
}

/// @p example: how a right one looks, for the remedies.
Result<HostRange> findHost(const QString &text, const Parts &parts, const QString &example)
{
    const QString remedy = QStringLiteral("Write it as in %1").arg(example);
    HostRange host;
    host.begin = parts.authority;
    host.end = parts.authorityEnd;
    host.bracketed = host.begin < host.end && text[host.begin] == QLatin1Char('[');
    if (host.bracketed) {
        const qsizetype closing = text.indexOf(QLatin1Char(']'), host.begin);
        if (closing < 0 || closing >= parts.authorityEnd) {
            return fault(text, host.begin, host.end - host.begin, QStringLiteral("The bracket of the IPv6 address is not closed."),
                         remedy);
        }
        if (closing + 1 < parts.authorityEnd) {
            if (text[closing + 1] != QLatin1Char(':')) {
                return fault(text, closing + 1, parts.authorityEnd - closing - 1, QStringLiteral("Only a port can follow an IPv6 address."),
                             remedy);
            }
            host.portColon = closing + 1;
        }
        host.begin += 1;
        host.end = closing;
        return host;
    }
    const qsizetype colon = text.indexOf(QLatin1Char(':'), host.begin);
    if (colon >= 0 && colon < parts.authorityEnd) {
        const qsizetype second = text.indexOf(QLatin1Char(':'), colon + 1);
        if (second >= 0 && second < parts.authorityEnd) {
            return fault(text, host.begin, host.end - host.begin, QStringLiteral("An IPv6 address has to stand in brackets."),
                         remedy);
        }
        host.portColon = colon;
        host.end = colon;
    }
    return host;
}

Result<QString> checkHost(const QString &text, const HostRange &range, const QString &example)
{
    const QString host = text.mid(range.begin, range.end - range.begin);
    if (host.isEmpty()) {
        return fault(text, range.begin, 1, QStringLiteral("No host is named."),
                     QStringLiteral("Write the host after the two slashes: %1").arg(example));
    }
    if (range.bracketed) {
        const QHostAddress address(host);
        if (address.protocol() != QAbstractSocket::IPv6Protocol) {
            return fault(text, range.begin, host.size(), QStringLiteral("\"%1\" is not an IPv6 address.").arg(host),
                         QStringLiteral("Brackets hold IPv6 addresses only, as in %1").arg(example));
        }
        return host;
    }
    const QByteArray ace = QUrl::toAce(host);
    if (ace.isEmpty()) {
        return fault(text, range.begin, host.size(), QStringLiteral("\"%1\" cannot be the name of a host.").arg(host),
                     QStringLiteral("Names are made of letters, digits, hyphens and dots."));
    }
    return QString::fromLatin1(ace);
}

/// Path and query as they go into the request line: what is not allowed there is percent-encoded, what is encoded stays so.
QByteArray targetOf(const QString &pathAndQuery)
{
    QByteArray target = pathAndQuery.startsWith(QLatin1Char('/')) ? QByteArray() : QByteArray("/");
    for (const char c : pathAndQuery.toUtf8()) {
        const auto byte = static_cast<uchar>(c);
        if (byte > 0x20 && byte < 0x7f && QByteArrayView("\"<>\\^`{|}").indexOf(c) < 0)
            target += c;
        else
            target += '%' + QByteArray(1, c).toHex().toUpper();
    }
    return target;
}

} // namespace

Result<CheckedUrl> parseUrl(const QString &given)
{
    const QString text = given.trimmed();
    if (text.isEmpty()) {
        return Error{ErrorKind::Usage, QStringLiteral("The URL is empty."), QStringLiteral("Write one like ws://localhost:8765/"), {}};
    }
    if (const Result<> fine = checkSpaces(text); !fine)
        return fine.error();
    if (const Result<> fine = checkFragment(text); !fine)
        return fine.error();
    const Result<Parts> parts = splitScheme(text);
    if (!parts)
        return parts.error();
    if (const qsizetype behind = behindUser(text, *parts); behind > parts->authority) {
        return fault(text, parts->authority, behind - parts->authority, QStringLiteral("User and password cannot stand in a WebSocket URL."),
                     QStringLiteral("Leave them out and add an Authorization header."));
    }
    const Result<HostRange> range = findHost(text, *parts, QStringLiteral("ws://[::1]:8765/"));
    if (!range)
        return range.error();
    const Result<QString> host = checkHost(text, *range, range->bracketed ? QStringLiteral("ws://[::1]:8765/") : QStringLiteral("ws://localhost:8765/"));
    if (!host)
        return host.error();

    CheckedUrl url;
    url.secure = parts->secure;
    url.host = *host;
    url.port = url.secure ? defaultSecurePort : defaultPort;
    if (range->portColon >= 0) {
        const Result<quint16> port = readPort(text, range->portColon + 1, parts->authorityEnd, url.secure);
        if (!port)
            return port.error();
        url.port = *port;
    }
    url.target = targetOf(text.mid(parts->authorityEnd));
    url.hostHeader = range->bracketed ? '[' + url.host.toLatin1() + ']' : url.host.toLatin1();
    // RFC 6455, 4.1: the port is left out where it is the default.
    if (url.port != (url.secure ? defaultSecurePort : defaultPort))
        url.hostHeader += ':' + QByteArray::number(url.port);
    return url;
}

namespace {

Result<OutgoingProxy::Kind> proxyKind(const QString &text, qsizetype colon)
{
    if (colon < 0) {
        return fault(text, 0, 1, QStringLiteral("It is not said what sort of proxy this is."),
                     QStringLiteral("Begin it with http:// or socks5://, as in http://%1").arg(text));
    }
    const QString scheme = text.left(colon).toLower();
    if (scheme == QLatin1String("http"))
        return OutgoingProxy::Kind::Http;
    if (scheme == QLatin1String("socks5") || scheme == QLatin1String("socks5h"))
        return OutgoingProxy::Kind::Socks5;
    return fault(text, 0, colon, QStringLiteral("\"%1\" is no sort of proxy that this program can use.").arg(text.left(colon)),
                 QStringLiteral("It can use HTTP proxies (http://) and SOCKS5 proxies (socks5://), over plain TCP."));
}

/// Takes "user:password@" into @p proxy; the host's part begins behind it.
void readLogin(const QString &text, Parts &parts, OutgoingProxy &proxy)
{
    const qsizetype behind = behindUser(text, parts);
    if (behind == parts.authority)
        return;
    const QString login = text.mid(parts.authority, behind - 1 - parts.authority);
    const qsizetype split = login.indexOf(QLatin1Char(':'));
    proxy.user = QUrl::fromPercentEncoding(login.left(split).toUtf8());
    proxy.password = split < 0 ? QString() : QUrl::fromPercentEncoding(login.mid(split + 1).toUtf8());
    parts.authority = behind;
}

Result<Parts> proxyAuthority(const QString &text, qsizetype colon)
{
    Parts parts;
    parts.authority = colon + 3;
    const qsizetype slash = text.indexOf(QLatin1Char('/'), parts.authority);
    parts.authorityEnd = slash < 0 ? text.size() : slash;
    if (slash >= 0 && slash + 1 < text.size()) {
        return fault(text, slash, text.size() - slash, QStringLiteral("A proxy's address has no path."),
                     QStringLiteral("End it with the port; in a user or password, write / as %2F."));
    }
    return parts;
}

} // namespace

Result<OutgoingProxy> parseProxy(const QString &given)
{
    const QString text = given.trimmed();
    if (text.isEmpty())
        return Error{ErrorKind::Usage, QStringLiteral("The proxy's address is empty."), QStringLiteral("Write one like http://127.0.0.1:3128"), {}};
    if (const Result<> fine = checkSpaces(text); !fine)
        return fine.error();
    const qsizetype colon = text.indexOf(QLatin1String("://"));
    const Result<OutgoingProxy::Kind> kind = proxyKind(text, colon);
    if (!kind)
        return kind.error();
    Result<Parts> parts = proxyAuthority(text, colon);
    if (!parts)
        return parts.error();
    const bool isHttp = *kind == OutgoingProxy::Kind::Http;
    const QString example = isHttp ? QStringLiteral("http://127.0.0.1:3128") : QStringLiteral("socks5://127.0.0.1:1080");
    OutgoingProxy proxy;
    proxy.kind = *kind;
    readLogin(text, parts.value(), proxy);
    const Result<HostRange> range = findHost(text, *parts, example);
    if (!range)
        return range.error();
    const Result<QString> host = checkHost(text, *range, example);
    if (!host)
        return host.error();
    proxy.host = *host;
    if (range->portColon < 0 || range->portColon + 1 == parts->authorityEnd) {
        return fault(text, parts->authorityEnd - 1, 1, QStringLiteral("The proxy's port is missing."),
                     QStringLiteral("Write it behind the host, as in %1").arg(example));
    }
    const Result<quint16> port = readPort(text, range->portColon + 1, parts->authorityEnd, false);
    if (!port)
        return port.error();
    proxy.port = *port;
    return proxy;
}

} // namespace wsw::session
