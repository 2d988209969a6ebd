#include "capture/filterfield.h"

#include "base/bytes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace wsw::capture {

namespace {

using wire::RecordFlag;
using wire::RecordKind;
using Value = Field::Value;

struct NamedValue
{
    const char *name;
    quint64 value;
};

constexpr quint64 lostKind = 255;   // beside RecordKind's values: Integrity::Lost
constexpr qsizetype closeCodeBytes = 2;

constexpr std::array directionNames{NamedValue{"sent", 0}, NamedValue{"received", 1}};
constexpr std::array switchNames{NamedValue{"true", 1}, NamedValue{"false", 0}};
constexpr std::array jsonNames{NamedValue{"true", 1}, NamedValue{"false", 0}, NamedValue{"null", 0}};
constexpr std::array opcodeNames{NamedValue{"continuation", 0}, NamedValue{"text", 1}, NamedValue{"binary", 2},
                                 NamedValue{"close", 8},        NamedValue{"ping", 9}, NamedValue{"pong", 10}};
constexpr std::array kindNames{NamedValue{"frame", 0}, NamedValue{"request", 1}, NamedValue{"response", 2},
                               NamedValue{"body", 3},  NamedValue{"raw", 4},     NamedValue{"end", 5},
                               NamedValue{"lost", lostKind}};

bool isFrame(const RecordView &record) noexcept
{
    return record.header.kind == RecordKind::Frame && record.header.integrity == Integrity::Intact;
}

/// Of a lost record only the number is known.
Value onlyIntact(const RecordView &record, quint64 value) noexcept
{
    return record.header.integrity == Integrity::Intact ? Value(value) : std::nullopt;
}

Value onlyFrames(const RecordView &record, quint64 value) noexcept
{
    return isFrame(record) ? Value(value) : std::nullopt;
}

template<auto Bit>
Value headerBit(const RecordView &record)
{
    return onlyFrames(record, record.header.frame.*Bit ? 1 : 0);
}

template<RecordFlag Flag>
Value flag(const RecordView &record)
{
    return onlyIntact(record, record.header.flags.testFlag(Flag) ? 1 : 0);
}

Value kind(const RecordView &record)
{
    return record.header.integrity == Integrity::Lost ? lostKind : static_cast<quint64>(record.header.kind);
}

Value length(const RecordView &record)
{
    return onlyIntact(record, isFrame(record) ? record.header.frame.length : record.header.payloadStored);
}

Value wireLength(const RecordView &record)
{
    return onlyIntact(record, isFrame(record) ? record.header.frame.wireSize() : record.header.payloadStored);
}

Value plainLength(const RecordView &record)
{
    return record.header.isCompressed() ? onlyIntact(record, record.header.inflatedLength) : length(record);
}

/// What compression has left of the payload. Nothing where there was no compression, or nothing to compress.
Value ratio(const RecordView &record)
{
    const RecordHeader &header = record.header;
    if (!isFrame(record) || !header.isCompressed() || header.inflatedLength == 0)
        return std::nullopt;
    const double percent = 100.0 * static_cast<double>(header.frame.length) / static_cast<double>(header.inflatedLength);
    return static_cast<quint64>(std::min(std::round(percent), 1e18));
}

Value mask(const RecordView &record)
{
    if (!isFrame(record) || !record.header.frame.masked)
        return std::nullopt;
    return readBigEndian<quint32>(record.header.frame.key.data());
}

Value roundTrip(const RecordView &record)
{
    return record.header.rttNs > 0 ? Value(static_cast<quint64>(record.header.rttNs)) : std::nullopt;
}

Value sinceBefore(const RecordView &record)
{
    const MonotonicNs delta = record.header.timing.sinceBefore;
    return record.header.integrity == Integrity::Intact && delta >= 0 ? Value(static_cast<quint64>(delta)) : std::nullopt;
}

Value violation(const RecordView &record)
{
    const auto value = static_cast<quint64>(record.header.violation);
    return value != 0 ? Value(value) : std::nullopt;
}

Value closeCode(const RecordView &record)
{
    return closeCodeOf(record.header, record.payload);
}

Field::Bytes wireBytes(const RecordView &record)
{
    return record.bytes(PayloadForm::Wire);
}

Field::Bytes closeReason(const RecordView &record)
{
    if (!closeCode(record))
        return std::nullopt;
    return record.payload.sliced(closeCodeBytes);
}

Value message(const RecordView &record)
{
    return record.header.message.isValid() ? Value(record.header.message.value()) : std::nullopt;
}

bool isPlain(const RecordView &record)
{
    return !record.header.isCompressed();
}

bool isUnmasked(const RecordView &record)
{
    return !isFrame(record) || !record.header.frame.masked;
}

bool isNoClose(const RecordView &record)
{
    return !isFrame(record) || record.header.frame.opcode != wire::Opcode::Close;
}

Field::Bytes note(const RecordView &record)
{
    return record.note != nullptr ? Field::Bytes(QByteArrayView(*record.note)) : std::nullopt;
}

using wire::FrameHeader;
constexpr std::array fields{
    Field{"number", FieldType::Number, [](const RecordView &r) { return Value(r.header.id.value()); }, "number in the log", nullptr, Known::Numbers},
    Field{"conn", FieldType::Number, [](const RecordView &r) { return onlyIntact(r, r.header.connection.value()); },
          "number of the connection"},
    Field{"dir", FieldType::Direction,
          [](const RecordView &r) { return onlyIntact(r, static_cast<quint64>(r.header.direction)); }, "sent or received"},
    Field{"kind", FieldType::Kind, kind, "frame, request, response, body, raw, end"},
    Field{"opcode", FieldType::Opcode,
          [](const RecordView &r) { return onlyFrames(r, static_cast<quint64>(r.header.frame.opcode)); },
          "text, binary, ping, pong, close, continuation or a number"},
    Field{"fin", FieldType::Switch, headerBit<&FrameHeader::fin>, "the FIN bit"},
    Field{"rsv1", FieldType::Switch, headerBit<&FrameHeader::rsv1>, "the RSV1 bit"},
    Field{"rsv2", FieldType::Switch, headerBit<&FrameHeader::rsv2>, "the RSV2 bit"},
    Field{"rsv3", FieldType::Switch, headerBit<&FrameHeader::rsv3>, "the RSV3 bit"},
    Field{"masked", FieldType::Switch, headerBit<&FrameHeader::masked>, "the MASK bit"},
    Field{"mask", FieldType::Key, mask, "the masking key, eight hexadecimal digits", nullptr, Known::Numbers, isUnmasked},
    Field{"length", FieldType::Size, length, "payload length on the wire", nullptr, Known::Sizes},
    Field{"wire.length", FieldType::Size, wireLength, "header and payload on the wire", nullptr, Known::Sizes},
    Field{"plain.length", FieldType::Size, plainLength, "payload length before compression", nullptr, Known::Sizes},
    Field{"ratio", FieldType::Percent, ratio, "what compression has left, in percent", nullptr, Known::Sizes, isPlain},
    Field{"time", FieldType::Time, [](const RecordView &r) { return onlyIntact(r, static_cast<quint64>(r.header.timing.wall)); },
          "when it came: 10:04:07.5, 2026-03-01T10:04, or 2s after the first", nullptr, Known::Times},
    Field{"delta", FieldType::Duration, sinceBefore, "time since the frame before it in the capture", nullptr, Known::Times},
    Field{"rtt", FieldType::Duration, roundTrip, "round trip, where this is a reply", nullptr, Known::Numbers},
    Field{"text", FieldType::Text, nullptr, "the payload as text, inflated", meantBytes, Known::Everything},
    Field{"bytes", FieldType::Bytes, nullptr, "the payload in hexadecimal, inflated", meantBytes, Known::Everything},
    Field{"wire.bytes", FieldType::Bytes, nullptr, "the payload in hexadecimal, not inflated", wireBytes, Known::Everything},
    Field{"violation", FieldType::Violation, violation, "a broken rule"},
    Field{"crafted", FieldType::Switch, flag<RecordFlag::Crafted>, "composed below the speaker"},
    Field{"held", FieldType::Switch, flag<RecordFlag::Held>, "was held by a stage"},
    Field{"edited", FieldType::Switch, flag<RecordFlag::Edited>, "was edited by a stage"},
    Field{"truncated", FieldType::Switch, flag<RecordFlag::Truncated>, "ended inside, or failed for its declared length"},
    Field{"compressed", FieldType::Switch, flag<RecordFlag::Compressed>, "of a compressed message"},
    Field{"deflate", FieldType::Switch, flag<RecordFlag::Compressed>, "the same as compressed"},
    Field{"close.code", FieldType::Number, closeCode, "code of a Close frame", nullptr, Known::Everything, isNoClose},
    Field{"close.reason", FieldType::Text, nullptr, "reason of a Close frame", closeReason, Known::Everything, isNoClose},
    Field{"message", FieldType::Number, message, "number of the message", nullptr, Known::Numbers},
    Field{"marked", FieldType::Switch, [](const RecordView &r) { return Value(r.note != nullptr ? 1 : 0); }, "marked, or with a note", nullptr, Known::Numbers, nullptr, true},
    Field{"note", FieldType::Text, nullptr, "what you have noted on it", note, Known::Numbers, nullptr, true},
};

std::span<const NamedValue> namesOf(FieldType type)
{
    switch (type) {
    case FieldType::Direction: return directionNames;
    case FieldType::Switch: return switchNames;
    case FieldType::Opcode: return opcodeNames;
    case FieldType::Kind: return kindNames;
    case FieldType::Json: return jsonNames;
    case FieldType::Number:
    case FieldType::Size:
    case FieldType::Duration:
    case FieldType::Time:
    case FieldType::Percent:
    case FieldType::Key:
    case FieldType::Violation:
    case FieldType::Text:
    case FieldType::Bytes: break;
    }
    return {};
}

std::optional<quint64> plainNumber(QStringView literal)
{
    bool ok = false;
    const bool hex = literal.startsWith(QLatin1String("0x"), Qt::CaseInsensitive);
    const quint64 value = hex ? literal.mid(2).toULongLong(&ok, 16) : literal.toULongLong(&ok, 10);
    return ok ? std::optional(value) : std::nullopt;
}

/// A decimal number followed by one of @p units.
std::optional<quint64> withUnit(QStringView literal, std::span<const NamedValue> units)
{
    qsizetype digits = 0;
    while (digits < literal.size() && (literal[digits].isDigit() || literal[digits] == u'.'))
        ++digits;
    const QStringView unit = literal.sliced(digits);
    const auto known = std::find_if(units.begin(), units.end(), [unit](const NamedValue &one) {
        return unit.compare(QLatin1String(one.name), Qt::CaseInsensitive) == 0;
    });
    if (known == units.end() || digits == 0)
        return std::nullopt;
    const QStringView number = literal.first(digits);
    // Whole numbers stay exact up to 2^64 - 1.
    if (const auto whole = plainNumber(number); whole && *whole <= ~quint64{0} / known->value)
        return *whole * known->value;
    bool ok = false;
    const double value = number.toDouble(&ok) * static_cast<double>(known->value);
    return ok && value < 1.8e19 ? std::optional(static_cast<quint64>(std::llround(value))) : std::nullopt;
}

constexpr std::array sizeUnits{NamedValue{"", 1}, NamedValue{"b", 1}, NamedValue{"kib", 1024},
                               NamedValue{"mib", 1024 * 1024}, NamedValue{"gib", 1024 * 1024 * 1024}};
constexpr std::array timeUnits{NamedValue{"ns", 1}, NamedValue{"us", 1'000}, NamedValue{"ms", 1'000'000},
                               NamedValue{"s", 1'000'000'000}};

constexpr std::array percentUnits{NamedValue{"", 1}, NamedValue{"%", 1}};

std::optional<quint64> keyNumber(QStringView literal)
{
    if (literal.startsWith(QLatin1String("0x"), Qt::CaseInsensitive))
        literal = literal.mid(2);
    bool ok = false;
    const quint64 key = literal.toULongLong(&ok, 16);
    return ok && literal.size() == 8 ? std::optional(key) : std::nullopt;
}

std::optional<quint64> violationNumber(QStringView literal)
{
    for (const wire::ViolationInfo &info : wire::violationTable()) {
        if (info.violation != wire::Violation::None && literal == QLatin1String(info.name))
            return static_cast<quint64>(info.violation);
    }
    return std::nullopt;
}

/// Levenshtein's distance.
qsizetype distance(QStringView a, QStringView b)
{
    std::vector<qsizetype> row(static_cast<size_t>(b.size()) + 1);
    for (size_t j = 0; j < row.size(); ++j)
        row[j] = static_cast<qsizetype>(j);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        qsizetype diagonal = std::exchange(row[0], i);
        for (size_t j = 1; j < row.size(); ++j) {
            const qsizetype change = diagonal + (a[i - 1] == b[static_cast<qsizetype>(j) - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
        }
    }
    return row.back();
}

} // namespace

Field::Bytes meantBytes(const RecordView &record) noexcept
{
    return record.bytes(PayloadForm::Meant);
}

std::span<const Field> filterFields() noexcept
{
    return fields;
}

const Field &jsonField() noexcept
{
    static constexpr Field field{"json.", FieldType::Json, nullptr, "a value inside a JSON payload, as json.user.id or json./user/id"};
    return field;
}

const Field *filterField(QStringView name) noexcept
{
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [name](const Field &field) { return name == QLatin1String(field.name); });
    return found != fields.end() ? &*found : nullptr;
}

const Field &fieldToCompare(const Field &field, quint64 value) noexcept
{
    static constexpr Field wholly{"kind", FieldType::Kind, kind, "", nullptr, Known::Everything};
    return field.type == FieldType::Kind && value == lostKind ? wholly : field;
}

const Field *similarField(QStringView name)
{
    const Field *nearest = nullptr;
    qsizetype least = std::max(qsizetype{2}, name.size() / 2);
    for (const Field &field : fields) {
        const qsizetype here = distance(name.toString().toLower(), QString::fromLatin1(field.name));
        if (here <= least && (nearest == nullptr || here < least)) {
            least = here;
            nearest = &field;
        }
    }
    return nearest;
}

std::optional<quint64> fieldNumber(FieldType type, QStringView literal)
{
    for (const NamedValue &named : namesOf(type)) {
        if (literal == QLatin1String(named.name))
            return named.value;
    }
    switch (type) {
    case FieldType::Number: return plainNumber(literal);
    case FieldType::Size: return withUnit(literal, sizeUnits);
    case FieldType::Duration: return withUnit(literal, timeUnits);
    case FieldType::Percent: return withUnit(literal, percentUnits);
    case FieldType::Key: return keyNumber(literal);
    case FieldType::Violation: return violationNumber(literal);
    case FieldType::Switch: {
        const auto number = plainNumber(literal);
        return number && *number <= 1 ? number : std::nullopt;
    }
    case FieldType::Opcode: {
        const auto number = plainNumber(literal);
        return number && *number <= 15 ? number : std::nullopt;
    }
    case FieldType::Time: // which number depends on the literal: timeLiteral()
    case FieldType::Direction:
    case FieldType::Kind:
    case FieldType::Text:
    case FieldType::Bytes:
    case FieldType::Json: break;
    }
    return std::nullopt;
}

QString expectedValues(FieldType type)
{
    switch (type) {
    case FieldType::Number: return QStringLiteral("a number, as 12 or 0x0c");
    case FieldType::Size: return QStringLiteral("a number of bytes, as 125, 1.5KiB or 2MiB");
    case FieldType::Duration: return QStringLiteral("a time with its unit, as 500us, 1.5ms or 2s");
    case FieldType::Time: return QStringLiteral("a time of day, as 10:04:07.5, a date and time, as 2026-03-01T10:04:07, or a time after the first frame, as 2s");
    case FieldType::Percent: return QStringLiteral("a number of percent, as 50 or 50%");
    case FieldType::Switch: return QStringLiteral("true or false");
    case FieldType::Direction: return QStringLiteral("sent or received");
    case FieldType::Opcode: return QStringLiteral("text, binary, ping, pong, close, continuation or a number up to 15");
    case FieldType::Kind: return QStringLiteral("frame, request, response, body, raw, end or lost");
    case FieldType::Key: return QStringLiteral("eight hexadecimal digits, as 37fa213d");
    case FieldType::Violation: return QStringLiteral("the name of a rule, as rsv2-set or text-not-utf8");
    case FieldType::Text: return QStringLiteral("text, in quotes where it has spaces");
    case FieldType::Bytes: return QStringLiteral("bytes in hexadecimal, as 0d0a");
    case FieldType::Json: return QStringLiteral("a number, true, false, null, or text, in quotes where it has spaces");
    }
    Q_UNREACHABLE();
}

QStringList valueNames(FieldType type)
{
    QStringList names;
    for (const NamedValue &named : namesOf(type))
        names.append(QString::fromLatin1(named.name));
    if (type == FieldType::Violation) {
        for (const wire::ViolationInfo &info : wire::violationTable()) {
            if (info.violation != wire::Violation::None)
                names.append(QString::fromLatin1(info.name));
        }
    }
    return names;
}

} // namespace wsw::capture
