#include "capture/repair.h"

#include <QLocale>

#include <algorithm>

namespace wsw::capture {

namespace {

/// So many gaps are told one by one.
constexpr qsizetype toldGaps = 50;

QString count(quint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

QString inAll(quint64 number, const QString &one, const QString &many)
{
    return number == 1 ? one : many.arg(count(number));
}

} // namespace

void RepairReport::addUnread(const QString &table)
{
    if (table == QLatin1String("connection"))
        otherLosses += QStringLiteral("What was known of connections could not be read to its end.");
    else if (table == QLatin1String("tcp_sample"))
        otherLosses += QStringLiteral("What was measured of the TCP of connections could not be read to its end.");
    else if (table == QLatin1String("note"))
        otherLosses += QStringLiteral("Marks and notes could not be read to their end.");
    else
        otherLosses += QStringLiteral("Table %1 could not be read to its end.").arg(table);
}

QStringList RepairReport::words() const
{
    QStringList words;
    const quint64 all = saved + lostRecords;
    if (saved == 0)
        words += QStringLiteral("No frame could be saved.");
    else
        words += lostRecords == 0 ? inAll(saved, QStringLiteral("1 frame is saved."), QStringLiteral("All %1 frames that are known of are saved."))
                              : QStringLiteral("%1 of %2 frames are saved.").arg(count(saved), count(all));
    if (found != 0) {
        words += inAll(found, QStringLiteral("1 of them was found in a page to which no table led any more."),
                       QStringLiteral("%1 of them were found in pages to which no table led any more."));
    }
    if (unchecked != 0) {
        words += inAll(unchecked, QStringLiteral("The checksum of 1 of them is lost: it holds together, but could not be checked."),
                       QStringLiteral("The checksums of %1 of them are lost: they hold together, but could not be checked."));
    }
    for (const Lost &gap : lost.first(std::min(lost.size(), toldGaps))) {
        words += gap.first == gap.last ? QStringLiteral("Frame %1 is lost: %2.").arg(count(gap.first), gap.why)
                                       : QStringLiteral("Frames %1 to %2 are lost: %3.").arg(count(gap.first), count(gap.last), gap.why);
    }
    if (lost.size() > toldGaps)
        words += QStringLiteral("There are %1 more such gaps.").arg(count(static_cast<quint64>(lost.size() - toldGaps)));
    if (endUnknown)
        words += QStringLiteral("The file is cut off or its list of blocks is broken: there may have been further frames.");
    if (incompletePayloads != 0) {
        QStringList numbers;
        for (const quint64 number : incomplete)
            numbers += count(number);
        const QString dots = incompletePayloads > static_cast<quint64>(incomplete.size()) ? QStringLiteral(" and others") : QString();
        words += QStringLiteral("Pieces of a large payload are missing in: frame %1%2.").arg(numbers.join(QStringLiteral(", ")), dots);
    }
    if (archived != 0)
        words += QStringLiteral("%1 further frames are in archives, which stay as they are: keep them beside it.").arg(count(archived));
    words += otherLosses;
    words += inAll(static_cast<quint64>(connections), QStringLiteral("1 connection is known."), QStringLiteral("%1 connections are known."));
    return words;
}

} // namespace wsw::capture
