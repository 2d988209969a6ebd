#include "capture/filtertime.h"

#include <QDateTime>
#include <QRegularExpression>

namespace wsw::capture {

namespace {

using Value = Field::Value;

constexpr qint64 nsOfDay = qint64{24} * 3600 * nsPerSecond;

/// "2", "21", "211" as thousandths of what they are a fraction of.
qint64 thousandths(const QString &digits)
{
    return digits.leftJustified(3, u'0').toLongLong();
}

/// What the clock on the wall is ahead of UTC by then. It changes at a quarter of an hour at most, and asking is slow.
qint64 offsetAt(WallNs wall)
{
    constexpr qint64 quarter = 900 * nsPerSecond;
    struct Known
    {
        qint64 quarter = std::numeric_limits<qint64>::min();
        qint64 offset = 0;
    };
    static thread_local Known known;
    if (const qint64 now = wall / quarter; now != known.quarter)
        known = {now, QDateTime::fromMSecsSinceEpoch(wall / nsPerMs).offsetFromUtc() * nsPerSecond};
    return known.offset;
}

Value ofDay(const RecordView &record)
{
    if (record.header.integrity != Integrity::Intact)
        return std::nullopt;
    const WallNs wall = record.header.timing.wall;
    const qint64 local = (wall + offsetAt(wall)) % nsOfDay;
    return static_cast<quint64>(local < 0 ? local + nsOfDay : local);
}

Value sinceFirst(const RecordView &record)
{
    const Timing &timing = record.header.timing;
    return record.header.integrity == Integrity::Intact && timing.sinceFirst >= 0 ? Value(static_cast<quint64>(timing.sinceFirst)) : std::nullopt;
}

constexpr Field timeOfDayField{"time", FieldType::Time, ofDay, "time of day", nullptr, Known::Times};
constexpr Field sinceFirstField{"time", FieldType::Time, sinceFirst, "time since the first", nullptr, Known::Times};

/// A date and time, to the microsecond: QDateTime alone rounds to milliseconds.
std::optional<WallNs> dateAndTime(const QString &literal)
{
    static const QRegularExpression shape(QStringLiteral("^(\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(?::\\d{2})?)(?:[.,](\\d{1,9}))?(Z|[+-]\\d{2}:?\\d{2})?$"));
    const auto match = shape.match(literal);
    if (!match.hasMatch() || (!match.captured(2).isEmpty() && match.captured(1).size() < 19))
        return std::nullopt;
    const QDateTime whole = QDateTime::fromString(match.captured(1).replace(u' ', u'T') + match.captured(3), Qt::ISODate);
    if (!whole.isValid() || whole.toMSecsSinceEpoch() < 0)
        return std::nullopt;
    return whole.toMSecsSinceEpoch() * nsPerMs + match.captured(2).leftJustified(9, u'0').toLongLong();
}

} // namespace

std::optional<qint64> timeOfDay(const QString &typed)
{
    static const QRegularExpression shape(QStringLiteral("^\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,3})(?:[ \\x{a0}]?(\\d{1,3}))?)?)?\\s*$"));
    const auto match = shape.match(typed);
    const qint64 hours = match.captured(1).toLongLong();
    const qint64 minutes = match.captured(2).toLongLong();
    const qint64 seconds = match.captured(3).toLongLong();
    if (!match.hasMatch() || hours > 23 || minutes > 59 || seconds > 59)
        return std::nullopt;
    return ((hours * 60 + minutes) * 60 + seconds) * nsPerSecond + thousandths(match.captured(4)) * nsPerMs + thousandths(match.captured(5)) * nsPerUs;
}

std::optional<TimeLiteral> timeLiteral(const QString &literal)
{
    if (const auto time = timeOfDay(literal))
        return TimeLiteral{timeOfDayField, static_cast<quint64>(*time)};
    if (const auto wall = dateAndTime(literal))
        return TimeLiteral{*filterField(u"time"), static_cast<quint64>(*wall)};
    if (const auto since = fieldNumber(FieldType::Duration, literal))
        return TimeLiteral{sinceFirstField, *since};
    return std::nullopt;
}

} // namespace wsw::capture
