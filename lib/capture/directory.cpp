#include "capture/directory.h"

#include "capture/archives.h"
#include "capture/compression.h"
#include "capture/reader.h"

#include <QDir>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace wsw::capture {

namespace {

/// A record can be shown as a row of a table. What claims to be behind that is no loss but nonsense, and left out.
constexpr quint64 highestNumber = std::numeric_limits<int>::max();

enum class Order { Forward, Backward };

/// Does the row say something that can be true?
bool isPlausible(qint64 first, qint64 count, qint64 bytes)
{
    return first > 0 && count > 0 && bytes <= largestRowBytes && count <= bytes / storedHeaderBytes;
}

/// Adds rows to @p rows until the end, a broken place or (backwards) a row that is known; false at a broken place.
bool collect(Database &database, Order order, std::map<quint64, DirectoryEntry> &rows)
{
    auto statement = Statement::prepare(database,
                                        order == Order::Forward
                                            ? "SELECT first, count, bytes, first_time, last_time FROM block ORDER BY first"
                                            : "SELECT first, count, bytes, first_time, last_time FROM block ORDER BY first DESC");
    if (!statement)
        return false;
    Statement::Step step = statement->step();
    for (std::optional<qint64> last; step == Statement::Step::Row; step = statement->step()) {
        const qint64 first = statement->number(0);
        // A tree that leads in a circle gives the same rows again and again.
        if (last && (order == Order::Forward ? first <= *last : first >= *last))
            return false;
        last = first;
        const qint64 count = statement->number(1);
        const qint64 bytes = statement->number(2);
        if (!isPlausible(first, count, bytes))
            continue;
        const DirectoryEntry row{static_cast<quint64>(first), static_cast<quint32>(count), static_cast<quint32>(bytes),
                                 statement->number(3), statement->number(4), false};
        if (!rows.emplace(row.first, row).second && order == Order::Backward)
            return true;
    }
    return step == Statement::Step::Done;
}

/// Puts a row for each archive that has records from @p next on, before @p first, into @p rows. Returns the number that is due then. @p at is
/// the archive to begin with, the one to begin with next time afterwards: they are in order, as what is asked for is.
quint64 passArchived(const QList<Archive> &archives, qsizetype &at, quint64 next, quint64 first, MonotonicNs time, std::vector<DirectoryEntry> &rows)
{
    for (; at < archives.size() && next < first; ++at) {
        const Archive &archive = archives.at(at);
        if (archive.last < next)
            continue;
        if (archive.first > next)
            break;
        const quint64 end = std::min(archive.last + 1, first);
        rows.push_back({next, static_cast<quint32>(end - next), 0, time, time, true, static_cast<quint16>(at + 1)});
        next = end;
        if (next <= archive.last)
            break;
    }
    return next;
}

/// So many parts are named one by one.
constexpr qsizetype namedDamage = 200;

} // namespace

void addDamage(QList<Error> &damage, const Error &error)
{
    if (damage.size() < namedDamage)
        damage.append(error);
    else if (damage.size() == namedDamage)
        damage.append({ErrorKind::Damaged, QStringLiteral("More is missing than is told here."), error.remedy, {}});
}

Directory readDirectory(Database &database)
{
    std::map<quint64, DirectoryEntry> found;
    Directory directory;
    directory.whole = collect(database, Order::Forward, found) || collect(database, Order::Backward, found);
    const auto repaired = database.number("SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'repaired')");
    directory.repaired = repaired && *repaired != 0;
    const QString whyMissing = directory.repaired ? QStringLiteral("it was lost before the capture was repaired")
                                                          : QStringLiteral("that part of the file is missing");
    const QList<Archive> archives = readArchives(database);
    quint64 next = 1;
    qsizetype archive = 0;
    for (const auto &[first, row] : found) {
        if (first < next || row.end() - 1 > highestNumber)
            continue;
        next = passArchived(archives, archive, next, first, row.firstTime, directory.rows);
        if (first > next) {
            const auto missing = static_cast<quint32>(first - next);
            directory.rows.push_back({next, missing, 0, row.firstTime, row.firstTime, true});
            addDamage(directory.damage, lostRecords(next, missing, database.path(), whyMissing));
        }
        directory.rows.push_back(row);
        next = row.end();
    }
    if (!directory.whole) {
        directory.damage.append(
            {ErrorKind::Damaged,
             QStringLiteral("The capture \"%1\" is damaged or cut off: what follows frame %2 may be missing.")
                 .arg(QDir::toNativeSeparators(database.path()))
                 .arg(next - 1),
             QStringLiteral("The frames that are listed can be looked at; restore the file from a copy if there is one."),
             {}});
    }
    return directory;
}

bool hasStrayBlocks(Database &database, const Directory &directory)
{
    auto rows = Statement::prepare(database, "SELECT first FROM block_data ORDER BY first");
    if (!rows)
        return true;
    auto known = directory.rows.cbegin();
    std::optional<qint64> last;
    for (Statement::Step step = rows->step(); step != Statement::Step::Done; step = rows->step()) {
        const qint64 first = rows->number(0);
        if (step == Statement::Step::Failed || first <= 0 || (last && first <= *last))  // the last: a tree that leads in a circle
            return true;
        last = first;
        while (known != directory.rows.cend() && (known->lost || known->first < static_cast<quint64>(first)))
            ++known;
        if (known == directory.rows.cend() || known->first != static_cast<quint64>(first))
            return true;
    }
    return false;
}

} // namespace wsw::capture
