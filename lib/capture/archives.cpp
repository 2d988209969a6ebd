#include "capture/archives.h"

#include "capture/directory.h"
#include "capture/reader.h"
#include "capture/schema.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <limits>

namespace wsw::capture {

namespace {

constexpr quint64 highestNumber = std::numeric_limits<int>::max();

const QString &ending()
{
    static const QString text = QStringLiteral(".wscapture");
    return text;
}

quint64 numberIn(const QJsonObject &object, const char *name)
{
    const qint64 number = object.value(QLatin1String(name)).toInteger(-1);
    return number >= 0 && static_cast<quint64>(number) <= highestNumber ? static_cast<quint64>(number) : highestNumber + 1;
}

/// A name leads to the folder of the capture and nowhere else.
bool isPlainName(const QString &name)
{
    return name.endsWith(ending()) && name.size() > ending().size() && !name.contains(u'/') && !name.contains(u'\\') && !name.contains(u'\0')
        && !name.contains(u':') && !name.startsWith(u'.');
}

QString baseOf(const QString &path)
{
    return path.endsWith(ending()) ? path.chopped(ending().size()) : path;
}

} // namespace

QList<Archive> readArchives(Database &database)
{
    auto find = Statement::prepare(database, "SELECT value FROM meta WHERE key = 'archives'");
    if (!find || find->step() != Statement::Step::Row)
        return {};
    QList<Archive> archives;
    quint64 due = 0;
    const QJsonArray entries = QJsonDocument::fromJson(find->text(0).toUtf8()).array();
    for (const QJsonValue &entry : entries) {
        const QJsonObject object = entry.toObject();
        const Archive archive{object.value(QLatin1String("file")).toString(), numberIn(object, "first"), numberIn(object, "last"), numberIn(object, "moving")};
        const bool holds = isPlainName(archive.file) && archive.first >= 1 && archive.first <= highestNumber && archive.last <= highestNumber
            && archive.moving <= highestNumber && archive.last + 1 >= archive.first && archive.first > due;
        if (!holds || archives.size() == mostArchives)
            break;
        due = std::max(due, archive.last);
        archives.append(archive);
    }
    return archives;
}

Result<> writeArchives(Database &database, const QList<Archive> &archives)
{
    QJsonArray entries;
    for (const Archive &archive : archives) {
        entries.append(QJsonObject{{QStringLiteral("file"), archive.file},
                                   {QStringLiteral("first"), static_cast<qint64>(archive.first)},
                                   {QStringLiteral("last"), static_cast<qint64>(archive.last)},
                                   {QStringLiteral("moving"), static_cast<qint64>(archive.moving)}});
    }
    auto put = Statement::prepare(database, "INSERT OR REPLACE INTO meta(key, value) VALUES('archives', ?)");
    if (!put || !put->bind(1, QString::fromUtf8(QJsonDocument(entries).toJson(QJsonDocument::Compact))).run())
        return database.error(QStringLiteral("write"));
    return {};
}

QString freeArchivePath(const QString &path)
{
    for (int number = 1;; ++number) {
        const QString candidate = QStringLiteral("%1.archive-%2%3").arg(baseOf(path)).arg(number).arg(ending());
        if (!QFileInfo::exists(candidate))
            return candidate;
    }
}

QStringList archivePaths(const QList<Archive> &archives, const QString &path)
{
    const QDir folder = QFileInfo(path).absoluteDir();
    QStringList paths;
    for (const Archive &archive : archives)
        paths.append(folder.filePath(archive.file));
    return paths;
}

bool isArchiveOfAnother(const QString &path)
{
    static const QRegularExpression name(QStringLiteral("\\.archive-[0-9]+\\.wscapture$"));
    const auto match = name.match(path);
    return match.hasMatch() && QFileInfo::exists(path.first(match.capturedStart()) + ending());
}

QString interruptedArchiving(const Archive &archive, const QString &path)
{
    return QStringLiteral("Frames %1 to %2 of \"%3\" were being moved to \"%4\" when recording was cut off: they are all here, and copies may be there, too.")
        .arg(archive.last + 1)
        .arg(archive.moving)
        .arg(QDir::toNativeSeparators(path), archive.file);
}

Error missingArchive(quint64 first, quint64 last, const QString &path, const QString &file)
{
    return {ErrorKind::Damaged,
            QStringLiteral("Frames %1 to %2 of \"%3\" are in the archive \"%4\", which is not found beside it.")
                .arg(first)
                .arg(last)
                .arg(QDir::toNativeSeparators(path), file),
            QStringLiteral("Put the archive into the folder of the capture and open the capture again."), {}};
}

QList<Error> fillFromArchives(std::vector<DirectoryEntry> &rows, const QList<Archive> &archives, const QString &path, const ClockAnchor &clock)
{
    QList<Error> missing;
    std::vector<DirectoryEntry> filled;
    const QDir folder = QFileInfo(path).absoluteDir();
    for (const DirectoryEntry &row : rows) {
        if (row.archive == 0) {
            filled.push_back(row);
            continue;
        }
        const Archive &archive = archives.at(row.archive - 1);
        const QString place = folder.filePath(archive.file);
        auto database = checkFileHead(place) ? openForReading(place) : Result<Database>(missingArchive(row.first, row.end() - 1, path, archive.file));
        // One that has the name but comes from elsewhere would show records that were never in this capture.
        const auto facts = database ? checkSchema(database.value()) : Result<CaptureFacts>(database.error());
        if (!facts || facts->clock.monotonic != clock.monotonic || facts->clock.wall != clock.wall) {
            filled.push_back(row);
            missing.append(missingArchive(row.first, row.end() - 1, path, archive.file));
            continue;
        }
        quint64 next = row.first;
        const auto gapTo = [&](quint64 end) {
            if (end > next) {
                filled.push_back({next, static_cast<quint32>(end - next), 0, row.firstTime, row.firstTime, true, row.archive});
                missing.append(lostRecords(next, end - next, place, QStringLiteral("that part of the file is missing")));
            }
        };
        for (DirectoryEntry there : readDirectory(database.value()).rows) {
            if (there.lost || there.first < next || there.end() > row.end())
                continue;
            gapTo(there.first);
            there.archive = row.archive;
            filled.push_back(there);
            next = there.end();
        }
        gapTo(row.end());
    }
    rows = std::move(filled);
    return missing;
}

} // namespace wsw::capture
