#include "models/momentsearch.h"

#include "capture/document.h"

#include <QDateTime>

namespace wsw::desktop {

namespace {

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
