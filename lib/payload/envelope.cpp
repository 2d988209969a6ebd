#include "payload/envelope.h"

#include "base/bytes.h"
#include "payload/jsontext.h"
#include "payload/reading.h"

#include <QRegularExpression>

namespace wsw::payload {

namespace {

constexpr char signalREnd = '\x1e';
/// As much as stands in front of Socket.IO's JSON.
constexpr qsizetype longestPrefix = 256;

/// The part, where it is JSON.
QList<JsonPart> checked(QByteArrayView payload, qsizetype at, qsizetype size)
{
    return isJson(payload.sliced(at, size)) ? QList<JsonPart>{{at, size}} : QList<JsonPart>();
}

QList<JsonPart> socketIoPart(QByteArrayView payload)
{
    static const QRegularExpression shape(QStringLiteral("^(0|4[0-6](\\d+-)?(/[^,\\[{]*,)?\\d*)(?=[\\[{])"));
    const auto match = shape.match(QString::fromLatin1(payload.first(qMin(payload.size(), longestPrefix))));
    const qsizetype at = match.capturedEnd();
    return match.hasMatch() ? checked(payload, at, payload.size() - at) : QList<JsonPart>();
}

QList<JsonPart> signalRParts(QByteArrayView payload)
{
    QList<JsonPart> parts;
    for (qsizetype at = 0; at < payload.size();) {
        const qsizetype end = payload.indexOf(signalREnd, at);
        if (end < 0)
            return {};
        const auto part = checked(payload, at, end - at);
        if (part.isEmpty())
            return {};
        parts += part;
        at = end + 1;
    }
    return parts;
}

QList<JsonPart> stompPart(QByteArrayView payload)
{
    const QByteArray text = QByteArray::fromRawData(payload.data(), payload.size());
    const qsizetype empty = text.indexOf("\n\n");
    const qsizetype emptyWithReturns = text.indexOf("\r\n\r\n");
    const bool hasReturns = emptyWithReturns >= 0 && (empty < 0 || emptyWithReturns < empty);
    const qsizetype at = hasReturns ? emptyWithReturns + 4 : empty + 2;
    const qsizetype end = text.lastIndexOf('\0');
    return (hasReturns || empty >= 0) && end > at ? checked(payload, at, end - at) : QList<JsonPart>();
}

/// MQTT's numbers of one to four bytes with seven bits each; -1 where it is none.
qsizetype sevenBits(QByteArrayView payload, qsizetype &at)
{
    qsizetype value = 0;
    for (int shift = 0; shift <= 21 && at < payload.size(); shift += 7) {
        const auto byte = static_cast<uchar>(payload[at++]);
        value |= static_cast<qsizetype>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return value;
    }
    return -1;
}

// A PUBLISH, MQTT 3.1.1 and 5, section 3.3: a topic, the packet's number where it is confirmed, in MQTT 5 properties, and the message.
QList<JsonPart> mqttPart(QByteArrayView payload)
{
    constexpr int publishType = 3;
    const auto first = static_cast<uchar>(payload[0]);
    qsizetype at = 1;
    const qsizetype length = sevenBits(payload, at);
    if (first >> 4 != publishType || length < 2 || at + length != payload.size())
        return {};
    at += 2 + static_cast<qsizetype>(readBigEndian<quint16>(reinterpret_cast<const uchar *>(payload.data()) + at));
    at += ((first >> 1) & 3) != 0 ? 2 : 0;
    if (at >= payload.size())
        return {};
    if (auto part = checked(payload, at, payload.size() - at); !part.isEmpty())
        return part;
    const qsizetype properties = sevenBits(payload, at);
    const bool isThere = properties >= 0 && properties < payload.size() - at;
    return isThere ? checked(payload, at + properties, payload.size() - at - properties) : QList<JsonPart>();
}

/// A part of the text that @p payload is: only in front of all of it a byte order mark is no character.
QString textBetween(QByteArrayView payload, qsizetype from, qsizetype to)
{
    const QByteArrayView part = payload.sliced(from, to - from);
    const QString text = QString::fromUtf8(part);
    return from > 0 && part.startsWith("\xef\xbb\xbf") ? QChar(QChar::ByteOrderMark) + text : text;
}

} // namespace

QList<JsonPart> jsonPartsOf(QByteArrayView payload, Dialect dialect)
{
    if (payload.isEmpty())
        return {};
    switch (dialect) {
    case Dialect::SocketIo: return socketIoPart(payload);
    case Dialect::SignalR: return signalRParts(payload);
    case Dialect::Stomp: return stompPart(payload);
    case Dialect::Mqtt: return mqttPart(payload);
    case Dialect::GraphQl:
    case Dialect::Wamp: break;
    }
    return {};
}

std::optional<QString> laidOutEnvelope(QByteArrayView payload, const QList<JsonPart> &parts)
{
    QString text;
    qsizetype from = 0;
    for (const JsonPart &part : parts) {
        text += textBetween(payload, from, part.at);
        if (part.at > from && from > 0)
            text += u'\n';
        const auto laidOut = laidOutJson(textBetween(payload, part.at, part.at + part.size), mostText - text.size());
        if (!laidOut)
            return std::nullopt;
        text += *laidOut;
        from = part.at + part.size;
    }
    return text + textBetween(payload, from, payload.size());
}

} // namespace wsw::payload
