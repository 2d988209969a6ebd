#include "payload/dialects.h"

#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <array>

// Dialects of text messages. Their texts may be cut off, since only the beginning of a payload is looked at for a row of the log: so
// nothing here needs the whole of a JSON document.

namespace wsw::payload {

namespace {

constexpr char recordSeparator = '\x1e';
/// As much of a message as is looked at for its shape.
constexpr qsizetype longestFront = 256;

/// One past the JSON string that begins at @p from; the end where it is cut off.
qsizetype stringEnd(QByteArrayView json, qsizetype from)
{
    for (qsizetype at = from + 1; at < json.size(); ++at) {
        if (json[at] == '\\')
            ++at;
        else if (json[at] == '"')
            return at + 1;
    }
    return json.size();
}

/// The JSON string that begins at @p from, without its quotes; empty where it is cut off.
QString jsonText(QByteArrayView json, qsizetype from)
{
    const QByteArray array = '[' + json.sliced(from, stringEnd(json, from) - from).toByteArray() + ']';
    return QJsonDocument::fromJson(array)[0].toString();
}

QString joined(const QString &what, const QString &which)
{
    return which.isEmpty() ? what : what + u' ' + which;
}

} // namespace

/// Where the value of a member begins; -1 where there is none, or it is cut off.
static qsizetype valueOf(QByteArrayView json, QByteArrayView name, Where where)
{
    int depth = 0;
    for (qsizetype at = 0; at < json.size(); ++at) {
        const char c = json[at];
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        if (c != '"')
            continue;
        const qsizetype end = stringEnd(json, at);
        const bool isName = end - at - 2 == name.size() && json.sliced(at + 1, name.size()) == name && (where == Where::Anywhere || depth == 1);
        qsizetype next = end;
        bool isMember = false;
        for (; next < json.size() && (json[next] == ':' || json[next] == ' '); ++next)
            isMember = isMember || json[next] == ':';
        if (isName && isMember && next < json.size())
            return next;
        at = end - 1;
    }
    return -1;
}

/// Where the first text begins that stands in an array itself, not in something inside it; -1 where there is none.
static qsizetype ownTextOf(QByteArrayView json)
{
    int depth = 0;
    for (qsizetype at = 0; at < json.size(); ++at) {
        const char c = json[at];
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        if (c != '"')
            continue;
        if (depth == 1)
            return at;
        at = stringEnd(json, at) - 1;
    }
    return -1;
}

QString textMember(QByteArrayView json, QByteArrayView name, Where where)
{
    const qsizetype at = valueOf(json, name, where);
    return at >= 0 && json[at] == '"' ? jsonText(json, at) : QString();
}

QString firstText(QByteArrayView json)
{
    const qsizetype bracket = json.indexOf('[');
    if (bracket < 0)
        return {};
    qsizetype at = bracket + 1;
    while (at < json.size() && json[at] == ' ')
        ++at;
    return at < json.size() && json[at] == '"' ? jsonText(json, at) : QString();
}

// Engine.IO protocol 4: one digit, then its packet; a message (4) holds one of Socket.IO protocol 5: a digit, "N-" attachments of a
// binary one, a namespace with its comma, the number of an acknowledgement, and JSON.
Words socketIoWords(QByteArrayView payload)
{
    constexpr std::array engine{"open", "close", "ping", "pong", "", "upgrade", "noop"};
    constexpr std::array packets{"connect", "disconnect", "event", "ack", "connect error", "binary event", "binary ack"};
    const int kind = payload[0] - '0';
    if (kind < 0 || kind >= static_cast<int>(engine.size()))
        return std::nullopt;
    if (kind != 4) {
        // Nothing but a probe, or the JSON of an open packet, follows.
        const bool isRight = payload.size() == 1 || (kind == 0 && payload[1] == '{') || payload.sliced(1) == "probe";
        return isRight ? Words(QString::fromLatin1(engine[static_cast<size_t>(kind)])) : std::nullopt;
    }
    static const QRegularExpression shape(QStringLiteral("^4([0-6])(\\d+-)?(/[^,\\[{]*,?)?(\\d+)?([\\[{].*)?$"), QRegularExpression::DotMatchesEverythingOption);
    const auto match = shape.match(QString::fromUtf8(payload));
    if (!match.hasMatch())
        return std::nullopt;
    const auto packet = static_cast<size_t>(match.captured(1).toInt());
    QString words = QString::fromLatin1(packets[packet]);
    if (packet == 2 || packet == 5)
        words = joined(words, firstText(payload));
    QString space = match.captured(3);
    if (space.endsWith(u','))
        space.chop(1);
    words = space.size() > 1 ? words + QStringLiteral(" in ") + space : words;
    return match.captured(4).isEmpty() ? words : words + QStringLiteral(" #") + match.captured(4);
}

bool isSocketIoEvent(QByteArrayView payload)
{
    static const QRegularExpression shape(QStringLiteral("^42(/[^,\\[{]*,)?\\d*\\[\""));
    return payload.startsWith("42") && shape.match(QString::fromUtf8(payload.first(qMin(payload.size(), longestFront)))).hasMatch() && socketIoWords(payload);
}

// STOMP 1.2: a command on a line of its own, header lines, an empty line, a body, and a zero byte. A lone line end is a heartbeat.
Words stompWords(QByteArrayView payload)
{
    constexpr std::array commands{"CONNECT", "STOMP", "CONNECTED", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT",
                                  "ABORT", "DISCONNECT", "MESSAGE", "RECEIPT", "ERROR"};
    const QList<QByteArray> lines = payload.toByteArray().split('\n');
    const QByteArray command = lines.constFirst().trimmed();
    const bool isCommand = lines.size() > 1 && std::find(commands.begin(), commands.end(), command) != commands.end();
    if (!isCommand)
        return std::nullopt;
    for (qsizetype i = 1; i < lines.size() && !lines.at(i).trimmed().isEmpty(); ++i) {
        const QByteArray line = lines.at(i).trimmed();
        if (line.startsWith("destination:") || line.startsWith("message:"))
            return joined(QString::fromLatin1(command), QString::fromUtf8(line.sliced(line.indexOf(':') + 1)));
        if (!line.contains(':'))
            return std::nullopt;
    }
    return QString::fromLatin1(command);
}

// SignalR's JSON hub protocol: objects, each with a record separator behind it; the handshake has no type. Of a long one the separator may
// be cut off. Servers write the type in front, the JavaScript client at the end.
Words signalRWords(QByteArrayView payload)
{
    constexpr std::array types{"", "invocation", "stream item", "completion", "stream invocation", "cancel invocation", "ping", "close", "ack", "sequence"};
    if (payload[0] != '{')
        return std::nullopt;
    const qsizetype separator = payload.indexOf(recordSeparator);
    const QByteArrayView first = separator < 0 ? payload : payload.first(separator);
    const qsizetype typeAt = valueOf(first, "type", Where::Outermost);
    const bool isType = typeAt >= 0 && first[typeAt] >= '1' && first[typeAt] <= '9' && (typeAt + 1 == first.size() || first[typeAt + 1] == ',' || first[typeAt + 1] == '}' || first[typeAt + 1] == ' ');
    const QString target = textMember(first, "target", Where::Outermost);
    // Without its end, only a type and a target say that it is one.
    if (separator < 0 && (!isType || target.isEmpty() || payload.endsWith('}')))
        return std::nullopt;
    const bool isAnswer = first == "{}" || first.startsWith("{\"error\":");
    const bool isHandshake = !textMember(first, "protocol", Where::Outermost).isEmpty();
    if (!isType && !isAnswer && !isHandshake)
        return std::nullopt;
    const QString what = isType ? QString::fromLatin1(types[static_cast<size_t>(first[typeAt] - '0')]) : isAnswer ? QStringLiteral("handshake answer") : QStringLiteral("handshake");
    const qsizetype more = payload.count(recordSeparator) - 1;
    const QString words = joined(what, target);
    return more > 0 ? QStringLiteral("%1 and %2 more").arg(words, QString::number(more)) : words;
}

// Both subprotocols, graphql-transport-ws and the older graphql-ws: an object with a type, and often an id.
Words graphQlWords(QByteArrayView payload)
{
    if (payload[0] != '{')
        return std::nullopt;
    const QString type = textMember(payload, "type", Where::Outermost);
    if (type.isEmpty())
        return std::nullopt;
    const QString words = joined(type, textMember(payload, "operationName", Where::Anywhere));
    const QString id = textMember(payload, "id", Where::Outermost);
    return id.isEmpty() ? words : words + QStringLiteral(" #") + id;
}

// WAMP 2: an array that begins with the number of its type.
Words wampWords(QByteArrayView payload)
{
    struct Type
    {
        int code;
        const char *name;
    };
    constexpr std::array types{Type{1, "HELLO"}, Type{2, "WELCOME"}, Type{3, "ABORT"}, Type{4, "CHALLENGE"}, Type{5, "AUTHENTICATE"}, Type{6, "GOODBYE"},
                               Type{8, "ERROR"}, Type{16, "PUBLISH"}, Type{17, "PUBLISHED"}, Type{32, "SUBSCRIBE"}, Type{33, "SUBSCRIBED"},
                               Type{34, "UNSUBSCRIBE"}, Type{35, "UNSUBSCRIBED"}, Type{36, "EVENT"}, Type{48, "CALL"}, Type{49, "CANCEL"}, Type{50, "RESULT"},
                               Type{64, "REGISTER"}, Type{65, "REGISTERED"}, Type{66, "UNREGISTER"}, Type{67, "UNREGISTERED"}, Type{68, "INVOCATION"},
                               Type{69, "INTERRUPT"}, Type{70, "YIELD"}};
    static const QRegularExpression shape(QStringLiteral("^\\s*\\[\\s*(\\d{1,2})\\s*[,\\]]"));
    const auto match = shape.match(QString::fromUtf8(payload));
    const int code = match.captured(1).toInt();
    const auto type = std::find_if(types.begin(), types.end(), [code](const Type &one) { return one.code == code; });
    if (!match.hasMatch() || type == types.end())
        return std::nullopt;
    // A topic, a procedure, a realm or a reason: a URI, behind options, of which none is one.
    const qsizetype quote = ownTextOf(payload);
    return joined(QString::fromLatin1(type->name), quote < 0 ? QString() : jsonText(payload, quote));
}

} // namespace wsw::payload
