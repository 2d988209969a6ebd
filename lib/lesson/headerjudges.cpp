#include "lesson/headertopics.h"

#include "wire/handshakevalues.h"

#include <algorithm>
#include <array>

namespace wsw::lesson {

namespace {

bool isName(const QByteArray &value, QByteArrayView name)
{
    return QByteArrayView(value).compare(name, Qt::CaseInsensitive) == 0;
}

/// The members of one comma-separated value; quotes around commas do not occur in the lists that are judged here.
QList<QByteArray> members(const QByteArray &value)
{
    QList<QByteArray> result;
    for (const QByteArray &member : value.split(',')) {
        if (const QByteArray trimmed = member.trimmed(); !trimmed.isEmpty())
            result.append(trimmed);
    }
    return result;
}

bool hasMember(const QByteArray &value, QByteArrayView word)
{
    const QList<QByteArray> all = members(value);
    return std::ranges::any_of(all, [word](const QByteArray &member) { return isName(member, word); });
}

/// Does another line of the same name hold @p word? (A list may be spread over several lines.)
bool elsewhere(const HeadLine &line, QByteArrayView word)
{
    return line.head.hasToken(line.field.name, word);
}

/// Keys that stand in the RFC and in tutorials; a client that sends one has not drawn a random key.
constexpr std::array sampleKeys{"dGhlIHNhbXBsZSBub25jZQ==", "x3JJHMbDL1EzLkh9GBhXDw==", "AQIDBAUGBwgJCgsMDQ4PEA=="};

} // namespace

bool HeadLine::isRepeated() const
{
    return head.values(field.name).size() > 1;
}

Judgement judgeHost(const HeadLine &line)
{
    if (line.isRepeated())
        return wrong(QStringLiteral("Host must stand once only."));
    if (line.field.value.isEmpty())
        return wrong(QStringLiteral("the value is empty, and a WebSocket client must name the host."));
    if (const QString problem = wire::hostProblem(line.field.value); !problem.isEmpty())
        return wrong(QStringLiteral("it is no host name or address with an optional port: %1.").arg(problem));
    return right(QStringLiteral("every request must name the host once."));
}

Judgement judgeUpgrade(const HeadLine &line)
{
    if (!line.isUpgrade())
        return info(QStringLiteral("This answer does not switch; the line only says what the server could switch to."));
    if (isName(line.field.value, "websocket"))
        return right(QStringLiteral("the protocol is named as the standard asks."));
    if (line.inRequest() && hasMember(line.field.value, "websocket"))
        return unusual(QStringLiteral("websocket is in the list, but other protocols stand beside it."));
    if (line.inRequest() && elsewhere(line, "websocket"))
        return unusual(QStringLiteral("another Upgrade line names websocket."));
    return wrong(QStringLiteral("the value must be websocket."));
}

Judgement judgeConnection(const HeadLine &line)
{
    if (!line.isUpgrade()) {
        if (hasMember(line.field.value, "close"))
            return info(QStringLiteral("The server closes the connection after this answer."));
        return info();
    }
    if (hasMember(line.field.value, "upgrade")) {
        return members(line.field.value).size() > 1 ? right(QStringLiteral("Upgrade is in the list; the other words may stand beside it."))
                                                     : right(QStringLiteral("it holds the word Upgrade."));
    }
    if (elsewhere(line, "upgrade"))
        return info(QStringLiteral("Another Connection line holds the word Upgrade."));
    return wrong(QStringLiteral("the word Upgrade must be in the list."));
}

Judgement judgeWebSocketKey(const HeadLine &line)
{
    if (line.isRepeated())
        return wrong(QStringLiteral("the key must stand once only."));
    if (!wire::isValidKey(line.field.value)) {
        const QByteArray::FromBase64Result decoded =
            QByteArray::fromBase64Encoding(line.field.value, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
        return decoded ? wrong(QStringLiteral("it decodes to %1 bytes and must decode to 16.").arg(decoded.decoded.size()))
                       : wrong(QStringLiteral("it is not base64, and must be the base64 form of 16 bytes."));
    }
    if (std::ranges::any_of(sampleKeys, [&line](const char *sample) { return line.field.value == sample; }))
        return unusual(QStringLiteral("it is 16 bytes, but it is the sample that stands in documents; each connection needs a fresh random key."));
    return right(QStringLiteral("it is the base64 form of exactly 16 bytes."));
}

Judgement judgeWebSocketVersion(const HeadLine &line)
{
    const QByteArray &value = line.field.value;
    if (!line.inRequest()) {
        return line.head.status == 101 ? unusual(QStringLiteral("a server names its versions only when it refuses."))
                                       : right(QStringLiteral("a server that refuses a version names those that it speaks."));
    }
    if (line.isRepeated())
        return wrong(QStringLiteral("a request must name its version once only."));
    if (value == "13")
        return right(QStringLiteral("13 is the version of RFC 6455."));
    return wrong(QStringLiteral("the value must be 13, and here it is %1.").arg(value.isEmpty() ? QStringLiteral("empty") : shown(value)));
}

Judgement judgeWebSocketProtocol(const HeadLine &line)
{
    if (line.inRequest()) {
        const QList<QByteArray> all = line.head.list("Sec-WebSocket-Protocol");
        const wire::SubprotocolProblems problems = wire::subprotocolProblems(all);
        if (all.isEmpty())
            return wrong(QStringLiteral("the line must name at least one subprotocol."));
        if (!problems.malformed.isEmpty())
            return wrong(QStringLiteral("it is no list of names: %1.").arg(problems.malformed));
        if (!problems.repeated.isEmpty())
            return unusual(QStringLiteral("each subprotocol should be named once only, and %1.").arg(problems.repeated));
        return right(all.size() == 1 ? QStringLiteral("the client offers one subprotocol.")
                                     : QStringLiteral("the client offers %1 subprotocols.").arg(all.size()));
    }
    if (line.isRepeated() || members(line.field.value).size() > 1)
        return wrong(QStringLiteral("the server must choose one subprotocol only."));
    if (!line.request)
        return info(QStringLiteral("The request is not known, so it cannot be said whether this was offered."));
    // RFC 6455, 4.2.2: compared as it stands, upper and lower case kept apart.
    return line.request->list("Sec-WebSocket-Protocol").contains(line.field.value)
               ? right(QStringLiteral("the client offered %1.").arg(shown(line.field.value)))
               : wrong(QStringLiteral("the client did not offer %1, so it must fail the connection.").arg(shown(line.field.value)));
}

Judgement judgeWebSocketAccept(const HeadLine &line)
{
    if (line.isRepeated())
        return wrong(QStringLiteral("the proof must stand once only."));
    if (!line.request)
        return info(QStringLiteral("The request is not known, so the value cannot be checked."));
    const std::optional<QByteArray> key = line.request->value("Sec-WebSocket-Key");
    if (!key)
        return unusual(QStringLiteral("the request had no Sec-WebSocket-Key, so there is nothing to compute it from."));
    const QByteArray expected = wire::acceptValue(*key);
    return line.field.value == expected
               ? right(QStringLiteral("computed from the key %1 it is the same value.").arg(shown(*key)))
               : wrong(QStringLiteral("computed from the key %1 it must be %2.").arg(shown(*key), shown(expected)));
}

Judgement judgeOrigin(const HeadLine &line)
{
    if (line.isRepeated())
        return wrong(QStringLiteral("Origin must stand once only."));
    if (line.field.value == "null")
        return unusual(QStringLiteral("null means that the page has no site of its own, for example a local file."));
    if (const QString problem = wire::originProblem(line.field.value); !problem.isEmpty())
        return unusual(QStringLiteral("an origin is a scheme, :// and a name, for example https://example.com, and %1.").arg(problem));
    return right(QStringLiteral("it names a site by scheme and name."));
}

Judgement judgeContentLength(const HeadLine &line)
{
    if (!line.inRequest() && line.head.status == 101)
        return wrong(QStringLiteral("an answer with status 101 must not have this line."));
    if (!line.inRequest())
        return info();
    return line.field.value == "0" ? unusual(QStringLiteral("it is harmless, but a handshake does not need it."))
                                   : wrong(QStringLiteral("the bytes after a handshake are frames, not a body."));
}

Judgement judgeTransferEncoding(const HeadLine &line)
{
    if (line.isUpgrade())
        return wrong(line.inRequest() ? QStringLiteral("the bytes after a handshake are frames, not a body.")
                                      : QStringLiteral("an answer with status 101 must not have this line."));
    return info();
}

Judgement judgeAuthorization(const HeadLine &line)
{
    if (line.field.value.left(6).compare("basic ", Qt::CaseInsensitive) == 0)
        return info(QStringLiteral("Basic is name and password in base64, which hides nothing: use it over wss:// only."));
    return info(QStringLiteral("Over ws:// everyone on the path can read it: use it over wss:// only."));
}

Judgement judgeAuthenticate(const HeadLine &line)
{
    return line.head.status == 401 ? right(QStringLiteral("an answer with status 401 must say how to prove who one is."))
                                   : unusual(QStringLiteral("it belongs to status 401."));
}

Judgement judgeLocation(const HeadLine &line)
{
    if (line.head.status >= 300 && line.head.status < 400)
        return right(QStringLiteral("a redirection names its goal."));
    return line.head.status == 201 ? info() : unusual(QStringLiteral("it belongs to a redirection, and this answer is none."));
}

Judgement judgeAllowOrigin(const HeadLine &line)
{
    if (line.head.status == 101 && line.field.value == "*")
        return unusual(QStringLiteral("it seems to let every site in, but browsers do not look at it for WebSocket."));
    return judgeNoUpgradeRole(line);
}

Judgement judgeDraftLine(const HeadLine &)
{
    return unusual(QStringLiteral("it belongs to a draft that the standard has replaced."));
}

Judgement judgeNoUpgradeRole(const HeadLine &line)
{
    return line.isUpgrade() ? unusual(QStringLiteral("it is harmless, but has no effect on a WebSocket handshake.")) : info();
}

} // namespace wsw::lesson
