#include "models/momentsearch.h"

#include "capture/document.h"

#include <QDateTime>
#include <QRegularExpression>

namespace wsw::desktop {

namespace {

constexpr qint64 nsPerDay = 24 * 3600 * nsPerSecond;

/// "2", "21", "211" as thousandths of what they are a fraction of.
qint64 thousandths(const QString &digits)
{
    return digits.leftJustified(3, u'0').toLongLong();
}

/// A moment of the day on which @p begin lies; of the next one where it would be earlier, and there is such a moment before @p end.
WallNs momentBetween(WallNs begin, WallNs end, qint64 nsOfDay)
{
    const QDateTime first = QDateTime::fromMSecsSinceEpoch(begin / nsPerMs);
    const WallNs moment = first.date().startOfDay().toMSecsSinceEpoch() * nsPerMs + nsOfDay;
    return moment < begin && moment + nsPerDay <= end ? moment + nsPerDay : moment;
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

Result<RecordId> firstRecordAt(const capture::Document &document, qint64 nsOfDay)
{
    const quint64 count = document.received();
    if (count == 0)
        return RecordId();
    const auto timeOf = [&document](quint64 id) -> Result<WallNs> {
        const auto record = document.read(RecordId(id));
        return record ? Result<WallNs>(document.clock().toWall(record->header.time)) : Result<WallNs>(record.error());
    };
    const auto begin = timeOf(1);
    const auto end = timeOf(count);
    if (!begin || !end)
        return !begin ? begin.error() : end.error();
    const WallNs wanted = momentBetween(*begin, *end, nsOfDay);
    // Records stand in the order in which they were completed.
    quint64 low = 1;
    quint64 high = count + 1;
    while (low < high) {
        const quint64 middle = low + (high - low) / 2;
        const auto time = timeOf(middle);
        if (!time)
            return time.error();
        if (*time < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return RecordId(qMin(low, count));
}

} // namespace wsw::desktop
