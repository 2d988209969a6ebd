#include "net/relayerrors.h"

#include "base/limits.h"
#include "net/relaydirection.h"

#include <QStringList>
#include <QUrl>

#include <cmath>

namespace wsw::net {

namespace {

constexpr qsizetype excerptBytes = 600;
constexpr int excerptLines = 12;

/// Where a redirection leads, as an endpoint's URL; relative ones are resolved against @p url.
QString redirectTarget(const QString &url, const QByteArray &location)
{
    QUrl to = QUrl(url).resolved(QUrl::fromEncoded(location));
    if (!to.isValid() || to.host().isEmpty())
        return excerpt(location, excerptBytes);
    if (to.scheme() == QLatin1String("http"))
        to.setScheme(QStringLiteral("ws"));
    else if (to.scheme() == QLatin1String("https"))
        to.setScheme(QStringLiteral("wss"));
    return QString::fromLatin1(to.toEncoded());
}

QString remedyForRedirect(const QString &url, const wire::Head &response)
{
    const auto location = response.value("Location");
    if (!location)
        return QStringLiteral("Ask for the address where the endpoint has moved; WebSocket clients do not follow redirections.");
    return QStringLiteral("Connect to %1 instead; WebSocket clients do not follow redirections.").arg(redirectTarget(url, *location));
}

QString remedyForLogin(const wire::Head &response)
{
    const auto wanted = response.value("WWW-Authenticate");
    const QString asks = wanted ? QStringLiteral("The server asks for a login (%1). ").arg(excerpt(*wanted, 80)) : QString();
    return asks + QStringLiteral("Add what it wants to the headers of the request, for example Authorization, a cookie or a token.");
}

QString remedyForUpgrade(const wire::Head &response)
{
    // RFC 6455, 4.2.2: a server that does not speak the version that was asked for names those that it does.
    const QList<QByteArray> versions = response.list("Sec-WebSocket-Version");
    if (!versions.isEmpty() && !versions.contains("13")) {
        return QStringLiteral("The server speaks version %1 of the protocol; this program speaks 13.")
            .arg(excerpt(versions.join(", "), excerptBytes));
    }
    return QStringLiteral("Something between here and the server takes the Upgrade header away; use wss:// or another way.");
}

QString remedyForStatus(const QString &url, const wire::Head &response)
{
    const int status = response.status;
    if (status == 401 || status == 403)
        return remedyForLogin(response);
    if (status == 407)
        return QStringLiteral("A proxy on the way wants a login: name it as the outgoing proxy, with its user and password.");
    if (status >= 300 && status < 400)
        return remedyForRedirect(url, response);
    if (status == 404 || status == 410)
        return QStringLiteral("Check the path of the URL: the server knows no endpoint there.");
    if (status == 426)
        return remedyForUpgrade(response);
    if (status == 429 || status == 503)
        return QStringLiteral("Wait a while and try again: the server turns connections away for now.");
    if (status >= 500)
        return QStringLiteral("Look into the server's log: it failed while it handled the request.");
    if (status >= 400)
        return QStringLiteral("Compare the request with what the server expects: path, Origin, subprotocols, headers.");
    if (status >= 200)
        return QStringLiteral("Check host, port and path: a web server answers here, but not with a WebSocket endpoint.");
    return QStringLiteral("Check host, port and path.");
}

QString firstLines(const QString &text)
{
    QStringList lines = text.split(QLatin1Char('\n'));
    if (lines.size() > excerptLines) {
        lines = lines.first(excerptLines);
        lines.append(QStringLiteral("..."));
    }
    return lines.join(QLatin1Char('\n'));
}

QString remedyForFinding(wire::Violation violation)
{
    switch (violation) {
    case wire::Violation::AcceptWrong:
    case wire::Violation::AcceptMissing:
        return QStringLiteral("Repair the server: Sec-WebSocket-Accept must be base64(SHA-1(key + GUID)); an answer from a cache or a "
                              "proxy that replays old heads looks like this too.");
    case wire::Violation::SubprotocolNotOffered:
        return QStringLiteral("Offer the subprotocol that the server chose, or repair the server.");
    case wire::Violation::ExtensionNotOffered:
        return QStringLiteral("Repair the server: it may only agree to extensions that the client has offered.");
    default:
        return QStringLiteral("Repair the server, or whatever stands between here and it and changes the head.");
    }
}

} // namespace

QString statusText(const wire::Head &response)
{
    QString text = QString::number(response.status);
    if (!response.reason.isEmpty())
        text += QLatin1Char(' ') + excerpt(response.reason, 80);
    return text;
}

QString excerpt(QByteArrayView bytes, qsizetype max)
{
    QString text = QString::fromUtf8(bytes.first(std::min(bytes.size(), max)));
    for (QChar &c : text) {
        if (!c.isPrint() && c != QLatin1Char('\n') && c != QLatin1Char('\t'))
            c = c == QLatin1Char('\r') ? QLatin1Char(' ') : QChar(0x00b7);
    }
    return bytes.size() > max ? text + QStringLiteral("...") : text;
}

Error notSwitched(const QString &url, const wire::Head &response, QByteArrayView content)
{
    QString detail = firstLines(excerpt(response.raw, excerptBytes).trimmed());
    if (!content.isEmpty())
        detail += QStringLiteral("\n\n") + firstLines(excerpt(content, excerptBytes).trimmed());
    return {ErrorKind::Protocol,
            QStringLiteral("%1 answered %2 where 101 Switching Protocols was due: no WebSocket connection was opened.")
                .arg(url, statusText(response)),
            remedyForStatus(url, response), detail};
}

Error badUpgrade(const QString &url, const wire::Findings &findings)
{
    const wire::Violation worst = gravest(findings);
    QString detail;
    for (const wire::Finding &finding : findings) {
        const wire::ViolationInfo &info = wire::violationInfo(finding.violation);
        detail += QStringLiteral("%1 (%2)\n").arg(QLatin1String(info.sentence), QLatin1String(info.section));
        if (!finding.note.isEmpty())
            detail += QStringLiteral("    %1\n").arg(finding.note);
    }
    return {ErrorKind::Protocol,
            QStringLiteral("%1 answered 101, but its answer is not valid: %2").arg(url, QLatin1String(wire::violationInfo(worst).sentence)),
            remedyForFinding(worst), detail.trimmed()};
}

Error foreignExtension(const QString &url, const QByteArray &extensions)
{
    return {ErrorKind::Usage,
            QStringLiteral("%1 agreed to the extension %2, which a header of yours had offered and a client of this program does not speak.")
                .arg(url, QString::fromLatin1(extensions)),
            QStringLiteral("Leave Sec-WebSocket-Extensions out of the headers, or open a raw session."), {}};
}

Error deflateNotSpoken(const QString &url, const QString &problem)
{
    return {ErrorKind::Protocol, QStringLiteral("%1 answered 101, but its answer about permessage-deflate cannot be kept to. %2").arg(url, problem),
            QStringLiteral("Offer other parameters, or connect without compression."), {}};
}

Error brokenHead(const QString &url, wire::HeadStatus status, const QString &problem, QByteArrayView raw)
{
    if (status == wire::HeadStatus::TooLarge) {
        return {ErrorKind::Limit, QStringLiteral("The head of the answer of %1 is larger than the limit. %2").arg(url, problem),
                QStringLiteral("Check that a WebSocket server answers there; %1 KiB of head are accepted.").arg(limits::headBytes / 1024),
                excerpt(raw, excerptBytes)};
    }
    return {ErrorKind::Protocol, QStringLiteral("What %1 answered is no HTTP. %2").arg(url, problem),
            QStringLiteral("Check host and port, and whether the server wants TLS: then the URL begins with wss:// instead of ws://."),
            firstLines(excerpt(raw, excerptBytes))};
}

Error cutInHead(const QString &url, QByteArrayView raw, const QString &why)
{
    const QString because = why.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(why);
    if (raw.isEmpty()) {
        return {ErrorKind::Protocol, QStringLiteral("%1 closed the connection without an answer%2.").arg(url, because),
                QStringLiteral("Check host and port, and whether the server wants TLS (wss://); servers also close like this when they are full."),
                {}};
    }
    return {ErrorKind::Protocol,
            QStringLiteral("The connection to %1 ended inside the head of the answer, after %2 bytes%3.").arg(url).arg(raw.size()).arg(because),
            QStringLiteral("Look into the server's log: it broke off while it was answering."), firstLines(excerpt(raw, excerptBytes))};
}

Error noAnswer(const QString &url, int ms, QByteArrayView raw)
{
    // What was left of the time, to the tenth: nobody set 14.999 seconds.
    const QString limit = QString::number(std::round(ms / 100.0) / 10.0);
    if (raw.isEmpty()) {
        return {ErrorKind::TimedOut, QStringLiteral("%1 accepted the connection, but sent no answer within %2 s.").arg(url, limit),
                QStringLiteral("Check that a WebSocket server listens there, or allow more time for connecting."), {}};
    }
    return {ErrorKind::TimedOut, QStringLiteral("The answer of %1 was not complete within %2 s.").arg(url, limit),
            QStringLiteral("Allow more time for connecting, or look into the server's log."), firstLines(excerpt(raw, excerptBytes))};
}

} // namespace wsw::net
