#include "capture/samples.h"

#include "wire/mask.h"

#include <QtEndian>

#include <cstring>

namespace wsw::test {

namespace {

constexpr quint64 mix(quint64 x) noexcept
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

template<class Value>
void compare(QStringList &differences, const char *name, const Value &is, const Value &mustBe)
{
    if (!(is == mustBe))
        differences.append(QLatin1String(name));
}

} // namespace

wire::TrafficRecord Sample::view() const
{
    wire::TrafficRecord viewed = record;
    viewed.payload = onWire;
    viewed.inflated = inflated;
    return viewed;
}

QByteArray noise(quint64 seed, qsizetype bytes)
{
    constexpr qsizetype wordBytes = sizeof(quint64);
    QByteArray made(bytes, Qt::Uninitialized);
    char *const to = made.data();
    for (qsizetype i = 0; i < bytes; i += wordBytes) {
        const quint64 word = qToLittleEndian(mix(seed * 1'000'003u + static_cast<quint64>(i / wordBytes)));
        std::memcpy(to + i, &word, static_cast<size_t>(std::min(wordBytes, bytes - i)));
    }
    return made;
}

QByteArray text(quint64 seed, qsizetype bytes)
{
    QByteArray made;
    made.reserve(bytes + 64);
    for (quint64 i = 0; made.size() < bytes; ++i)
        made += "{\"sensor\":" + QByteArray::number(mix(seed + i) % 10'000) + ",\"unit\":\"degree\",\"state\":\"open\"}\n";
    made.truncate(bytes);
    return made;
}

Sample sample(quint64 number, qsizetype payloadBytes, Content content)
{
    const quint64 r = mix(number);
    Sample made;
    wire::TrafficRecord &record = made.record;
    record.kind = static_cast<wire::RecordKind>(number % 11 == 0 ? (r >> 8) % 6 : 0);
    record.direction = static_cast<Direction>(r & 1);
    record.flags = wire::RecordFlags::fromInt(static_cast<int>((r >> 9) & 0x1ff & ~0x10u));
    record.connection = ConnectionId(static_cast<quint32>(r >> 32) | 1);
    record.time = static_cast<qint64>(1'000'000'000'000u + number * 1'000 + (r & 0xff));
    record.firstByteTime = record.time - static_cast<qint64>(number % 7 == 0 ? r >> 20 : 0);
    record.message = MessageId(r >> 3);
    record.inflatedLength = r >> 5;
    record.rttNs = static_cast<qint64>(r >> 2);
    // The rules that there were when tests/data/capture was made: the samples in it must stay what they are.
    constexpr auto rules = static_cast<quint64>(wire::Violation::MessageOverLimit) + 1;
    record.violation = static_cast<wire::Violation>(r % rules);

    wire::FrameHeader &header = record.header;
    header.fin = (r & 0x10) != 0;
    header.rsv1 = (r & 0x20) != 0;
    header.rsv2 = (r & 0x40) != 0;
    header.rsv3 = (r & 0x80) != 0;
    header.opcode = static_cast<wire::Opcode>((r >> 40) & 0xf);
    header.masked = (r & 0x100) != 0;
    if (header.masked && number % 5 != 0) // a mask key of zero is legal
        header.key = {static_cast<uchar>(r >> 11), static_cast<uchar>(r >> 22), static_cast<uchar>(r >> 33), 0x5a};
    header.lengthForm = static_cast<wire::LengthForm>((r >> 44) % 3);
    header.wireOffset = r >> 1;

    const qsizetype bytes = payloadBytes < 0 ? static_cast<qsizetype>((r >> 17) % 300) : payloadBytes;
    // Sometimes more is declared than has come.
    header.length = static_cast<quint64>(bytes) + (number % 13 == 0 ? r >> 30 : 0);
    const bool asText = content == Content::Text || (content == Content::Mixed && number / 3'000 % 2 != 0);
    made.plain = asText ? text(number, bytes) : noise(number, bytes);
    made.onWire = made.plain;
    if (header.masked) {
        auto *at = reinterpret_cast<uchar *>(made.onWire.data());
        wire::applyMask(at, at, made.onWire.size(), header.key);
    }
    if (content == Content::Inflated) {
        record.flags.setFlag(wire::RecordFlag::Compressed, number % 3 != 0);
        if (record.flags.testFlag(wire::RecordFlag::Compressed))
            made.inflated = text(number, payloadBytes < 0 ? static_cast<qsizetype>((r >> 19) % 600) : 2 * payloadBytes);
    }
    return made;
}

QString difference(const capture::RecordHeader &header, QByteArrayView payload, const Sample &sample, QByteArrayView inflated)
{
    const wire::TrafficRecord &record = sample.record;
    QStringList found;
    compare(found, "integrity", header.integrity, capture::Integrity::Intact);
    compare(found, "kind", header.kind, record.kind);
    compare(found, "direction", header.direction, record.direction);
    // Chunked is added where a payload is over the limit, InflatedChunked where what it has become is.
    constexpr wire::RecordFlags added = wire::RecordFlag::Chunked | wire::RecordFlag::InflatedChunked;
    compare(found, "flags", header.flags & ~added, record.flags & ~added);
    compare(found, "violation", header.violation, record.violation);
    compare(found, "connection", header.connection, record.connection);
    compare(found, "header", header.frame, record.header);
    compare(found, "time", header.time, record.time);
    compare(found, "firstByteTime", header.firstByteTime, record.firstByteTime);
    compare(found, "message", header.message, record.message);
    compare(found, "inflatedLength", header.inflatedLength, record.inflatedLength);
    compare(found, "rtt", header.rttNs, record.rttNs);
    compare(found, "payloadStored", header.payloadStored, static_cast<quint64>(sample.plain.size()));
    compare(found, "payload", payload, QByteArrayView(sample.plain));
    compare(found, "inflatedStored", header.inflatedStored, static_cast<quint64>(sample.inflated.size()));
    compare(found, "inflated", inflated, QByteArrayView(sample.inflated));
    return found.join(QStringLiteral(", "));
}

void record(capture::Document &document, quint64 from, quint64 to, qsizetype bytes, Content content)
{
    for (quint64 number = from; number < to; ++number)
        (void)document.recorder().record(sample(number, bytes, content).view());
}

QString check(const capture::Document &document, quint64 count, qsizetype bytes, Content content)
{
    QString wrong;
    quint64 next = 0;
    const auto scanned = document.scan(RecordId(1), RecordId(count), [&](const capture::RecordView &view) {
        if (view.header.id.value() != next + 1)
            wrong = QStringLiteral("number %1 where %2 was due").arg(view.header.id.value()).arg(next + 1);
        else if (const auto found = difference(view.header, view.payload, sample(next, bytes, content), view.inflated); !found.isEmpty())
            wrong = QStringLiteral("record %1: %2").arg(next + 1).arg(found);
        ++next;
        return wrong.isEmpty();
    });
    if (!scanned)
        return scanned.error().message;
    if (wrong.isEmpty() && next != count)
        return QStringLiteral("%1 records where %2 were due").arg(next).arg(count);
    return wrong;
}

} // namespace wsw::test
