#include "base/bytes.h"
#include "payload/dialects.h"

#include <array>

namespace wsw::payload {

namespace {

constexpr int publish = 3;
constexpr int subscribe = 8;
constexpr int unsubscribe = 10;
constexpr qsizetype mostLengthBytes = 4;

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

} // namespace

// MQTT 3.1.1 and 5, section 2: a type and flags, the remaining length in one to four bytes of seven bits, then what the type asks for.
Words mqttWords(QByteArrayView payload)
{
    constexpr std::array types{"", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK",
                               "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};
    const auto first = static_cast<uchar>(payload[0]);
    const int type = first >> 4;
    qsizetype at = 1;
    while (at < payload.size() && at <= mostLengthBytes && (static_cast<uchar>(payload[at]) & 0x80) != 0)
        ++at;
    if (type == 0 || at >= payload.size() || at > mostLengthBytes)
        return std::nullopt;
    ++at;
    QString words = QString::fromLatin1(types[static_cast<size_t>(type)]);
    if (type == publish) {
        if (const auto topic = textAt(payload, at))
            words += u' ' + *topic;
        words += QStringLiteral(", QoS %1").arg((first >> 1) & 3);
        return (first & 1) != 0 ? words + QStringLiteral(", retained") : words;
    }
    if (type == subscribe || type == unsubscribe) {
        // Behind the packet's number; in MQTT 5 properties stand between, mostly none: a zero byte.
        const auto old = textAt(payload, at + 2);
        const auto topic = old && !old->isEmpty() ? old : textAt(payload, at + 3);
        if (topic && !topic->isEmpty())
            words += u' ' + *topic;
    }
    return words;
}

} // namespace wsw::payload
