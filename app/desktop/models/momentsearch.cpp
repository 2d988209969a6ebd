#include "models/momentsearch.h"

#include "capture/document.h"

#include <QDateTime>
#include <QRegularExpression>

namespace wsw::desktop {

namespace {

/// "2", "21", "211" as thousandths of what they are a fraction of.
qint64 thousandths(const QString &digits)
{
    return digits.leftJustified(3, u'0').toLongLong();
}

/// A moment of the day on which @p begin lies; of the next one where it would be earlier, and there is such a moment before @p end.
WallNs momentBetween(WallNs begin, WallNs end, qint64 nsOfDay)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(begin / nsPerMs).date();
    // As the clock on the wall shows it, also on days that have an hour more or less.
    const QTime time = QTime::fromMSecsSinceStartOfDay(static_cast<int>(nsOfDay / nsPerMs));
    const auto on = [&](const QDate &date) { return QDateTime(date, time).toMSecsSinceEpoch() * nsPerMs + nsOfDay % nsPerMs; };
    return on(day) < begin && on(day.addDays(1)) <= end ? on(day.addDays(1)) : on(day);
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
        // Of what is damaged the time is known as well, roughly.
        WallNs time = 0;
        const auto scanned = document.scan(RecordId(id), RecordId(id), [&](const capture::RecordView &view) {
            time = document.clock().toWall(view.header.time);
            return false;
        });
        return scanned || scanned.error().kind == ErrorKind::Damaged ? Result<WallNs>(time) : Result<WallNs>(scanned.error());
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
