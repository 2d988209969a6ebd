#include "base/bytes.h"
#include "payload/dialects.h"

#include <algorithm>
#include <array>

namespace wsw::payload {

namespace {

constexpr int publish = 3;
constexpr int subscribe = 8;
constexpr int unsubscribe = 10;
constexpr int mostLengthBytes = 4;

/// The text that a two-byte length stands before; nothing where it is cut off.
std::optional<QString> textAt(QByteArrayView bytes, qsizetype at)
{
    if (bytes.size() - at < 2)
        return std::nullopt;
    const auto length = static_cast<qsizetype>(readBigEndian<quint16>(reinterpret_cast<const uchar *>(bytes.data()) + at));
    if (bytes.size() - at - 2 < length)
        return std::nullopt;
    return QString::fromUtf8(bytes.sliced(at + 2, length));
}

struct Packet
{
    qsizetype body;     ///< where what stands behind its length begins
    qsizetype end;
};

/// A packet with a type, the flags that this type has, and a length.
std::optional<Packet> packetAt(QByteArrayView payload, qsizetype at)
{
    const auto first = static_cast<uchar>(payload[at++]);
    const int type = first >> 4;
    const int flags = first & 0x0f;
    const int wanted = type == 6 || type == subscribe || type == unsubscribe ? 2 : 0;
    if (type == 0 || (type == publish ? (flags & 6) == 6 : flags != wanted))
        return std::nullopt;
    qsizetype length = 0;
    for (int i = 0; i < mostLengthBytes && at < payload.size(); ++i) {
        const auto byte = static_cast<uchar>(payload[at++]);
        length |= static_cast<qsizetype>(byte & 0x7f) << (7 * i);
        if ((byte & 0x80) == 0)
            return Packet{at, at + length};
    }
    return std::nullopt;
}

/// How many packets stand there; nothing where anything else does. Of a beginning the last may be cut off.
std::optional<qsizetype> countPackets(QByteArrayView payload, Extent extent)
{
    qsizetype count = 0;
    for (qsizetype at = 0; at < payload.size(); ++count) {
        const auto packet = packetAt(payload, at);
        if (!packet || (packet->end > payload.size() && extent == Extent::Whole))
            return std::nullopt;
        at = packet->end;
    }
    return count;
}

/// The first packet of @p payload, no byte of the next.
QString packetWords(QByteArrayView payload, const Packet &packet)
{
    constexpr std::array types{"", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK",
                               "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};
    const auto first = static_cast<uchar>(payload[0]);
    const int type = first >> 4;
    const QByteArrayView own = payload.first(std::min(packet.end, payload.size()));
    QString words = QString::fromLatin1(types[static_cast<size_t>(type)]);
    if (type == publish) {
        if (const auto topic = textAt(own, packet.body))
            words += u' ' + *topic;
        words += QStringLiteral(", QoS %1").arg((first >> 1) & 3);
        return (first & 1) != 0 ? words + QStringLiteral(", retained") : words;
    }
    if (type == subscribe || type == unsubscribe) {
        // Behind the packet's number; in MQTT 5 properties stand between, mostly none: a zero byte.
        const auto old = textAt(own, packet.body + 2);
        const auto topic = old && !old->isEmpty() ? old : textAt(own, packet.body + 3);
        if (topic && !topic->isEmpty())
            words += u' ' + *topic;
    }
    return words;
}

} // namespace

// MQTT 3.1.1 and 5, section 2: a type and flags, the remaining length in one to four bytes of seven bits, then what the type asks for.
// Packets and messages need not go together (section 6): some clients send each field as a message of its own. What is no whole packet,
// or row of them, is called nothing.
Words mqttWords(QByteArrayView payload, Extent extent)
{
    const auto packet = packetAt(payload, 0);
    const auto count = countPackets(payload, extent);
    if (!packet || !count)
        return std::nullopt;
    const QString words = packetWords(payload, *packet);
    if (*count == 1)
        return words;
    // Of a beginning nobody knows how many there are.
    return extent == Extent::Whole ? QStringLiteral("%1 and %2 more").arg(words, QString::number(*count - 1)) : words + QStringLiteral(" and more");
}

} // namespace wsw::payload
