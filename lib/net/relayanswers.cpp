#include "net/relayanswers.h"

namespace wsw::net {

namespace {

constexpr char plainText[] = "text/plain; charset=utf-8";
constexpr char htmlText[] = "text/html; charset=utf-8";

const wire::HeaderList askForVersion13{{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};

RelayAnswer answer(int status, QByteArrayView reason, QByteArrayView type, const QByteArray &body, const wire::HeaderList &extra,
                   const QString &why)
{
    RelayAnswer result;
    result.status = status;
    result.bytes = wire::composeAnswer(status, reason, type, body, extra);
    result.headBytes = result.bytes.size() - body.size();
    result.text = QStringLiteral("answered %1: %2").arg(status).arg(why);
    return result;
}

QByteArray sentence(const wire::Finding &finding)
{
    QByteArray text = wire::violationInfo(finding.violation).sentence;
    text += " (";
    text += wire::violationInfo(finding.violation).section;
    text += ")\n";
    if (!finding.note.isEmpty())
        text += "    " + finding.note.toUtf8() + '\n';
    return text;
}

QString htmlEscaped(const QByteArray &text)
{
    return QString::fromUtf8(text).toHtmlEscaped();
}

/// What a browser shows when somebody opens the address as a page.
QByteArray endpointPage(const wire::Head &request, const QString &url)
{
    const QString scheme = url.startsWith(QLatin1String("wss:")) ? QStringLiteral("wss") : QStringLiteral("ws");
    const QString host = htmlEscaped(request.value("Host").value_or("localhost"));
    const QString target = htmlEscaped(request.target);
    return QStringLiteral(
               "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>WebSocket endpoint</title>\n"
               "<style>body{font:16px/1.5 sans-serif;max-width:40em;margin:3em auto;padding:0 1em}"
               "pre{background:#f2f2f2;color:#111;padding:1em;overflow:auto}</style>\n"
               "<h1>This is a WebSocket endpoint</h1>\n"
               "<p>It works, but it does not serve pages: it waits for a request that asks for an upgrade to the WebSocket "
               "protocol (RFC 6455).</p>\n<p>Connect from a script:</p>\n"
               "<pre>const socket = new WebSocket(\"%1://%2%3\");\n"
               "socket.onmessage = (event) =&gt; console.log(event.data);\n"
               "socket.onopen = () =&gt; socket.send(\"Hello server!\");</pre>\n"
               "<p>or from a terminal:</p>\n<pre>wsw connect %1://%2%3</pre>\n</html>\n")
        .arg(scheme, host, target)
        .toUtf8();
}

} // namespace

RelayAnswer answerRequest(const wire::Head &request, const wire::Findings &findings, const QString &url)
{
    bool wrongMethod = false;
    bool wrongVersion = false;
    bool noUpgrade = false;
    QByteArray body = "This is a WebSocket endpoint. The request cannot be upgraded:\n\n";
    for (const wire::Finding &finding : findings) {
        wrongMethod |= finding.violation == wire::Violation::MethodNotGet;
        wrongVersion |= finding.violation == wire::Violation::VersionNot13 || finding.violation == wire::Violation::VersionMissing;
        noUpgrade |= finding.violation == wire::Violation::UpgradeMissing;
        body += sentence(finding);
    }
    if (wrongMethod) {
        return answer(405, "Method Not Allowed", plainText, body, {{"Allow", "GET"}},
                      QStringLiteral("the method was %1").arg(QString::fromLatin1(request.method)));
    }
    // RFC 9110, 15.5.22: 426 says which protocol is wanted instead; browsers show its body like any page.
    if (noUpgrade) {
        return answer(426, "Upgrade Required", htmlText, endpointPage(request, url), askForVersion13,
                      QStringLiteral("no upgrade was asked for"));
    }
    // RFC 6455, 4.4: the versions that would do are named.
    if (wrongVersion) {
        return answer(426, "Upgrade Required", plainText, body, askForVersion13,
                      QStringLiteral("the protocol version was not 13"));
    }
    return answer(400, "Bad Request", plainText, body, {{"Sec-WebSocket-Version", "13"}},
                  QStringLiteral("the opening request breaks a rule"));
}

RelayAnswer answerBrokenHead(wire::HeadStatus status, const QString &problem)
{
    const QByteArray body = "This is a WebSocket endpoint. " + problem.toUtf8() + '\n';
    if (status == wire::HeadStatus::TooLarge) {
        return answer(431, "Request Header Fields Too Large", plainText, body, {},
                      QStringLiteral("the request head was larger than the limit"));
    }
    return answer(400, "Bad Request", plainText, body, {{"Sec-WebSocket-Version", "13"}},
                  QStringLiteral("what came was no HTTP request"));
}

RelayAnswer answerTimeout(int ms)
{
    const QByteArray body = "No whole request came within " + QByteArray::number(ms / 1000.0) + " s.\n";
    return answer(408, "Request Timeout", plainText, body, {}, QStringLiteral("no whole request came in time"));
}

RelayAnswer answerBadGateway(const Error &error)
{
    const QByteArray body = error.message.toUtf8() + '\n' + error.remedy.toUtf8() + '\n';
    return answer(502, "Bad Gateway", plainText, body, {}, error.message);
}

} // namespace wsw::net
