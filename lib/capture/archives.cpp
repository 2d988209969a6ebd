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
#include <map>

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

/// What an archive has. It is read once, however many gaps of the capture lead to it.
struct Contents
{
    bool isFound = false;
    std::vector<DirectoryEntry> rows;
};

/// Of the archive at @p place of the capture at @p path.
Contents readArchive(const QString &place, const QString &path, const ClockAnchor &clock)
{
    if (QFileInfo(place) == QFileInfo(path) || !checkFileHead(place))
        return {};
    recoverFile(place);
    auto database = openForReading(place);
    const auto facts = database ? checkSchema(database.value()) : Result<CaptureFacts>(database.error());
    // One that has the name but comes from elsewhere would show records that were never in this capture.
    if (!facts || facts->clock.monotonic != clock.monotonic || facts->clock.wall != clock.wall)
        return {};
    return {true, readDirectory(database.value()).rows};
}

/// Puts those of @p there that lie in @p row, which stands for archived records, behind @p filled.
void fillRow(const DirectoryEntry &row, const std::vector<DirectoryEntry> &there, const QString &place, std::vector<DirectoryEntry> &filled, QList<Error> &missing)
{
    quint64 next = row.first;
    const auto gapTo = [&](quint64 end) {
        if (end > next) {
            filled.push_back({next, static_cast<quint32>(end - next), 0, row.firstTime, row.firstTime, true, row.archive});
            addDamage(missing, lostRecords(next, end - next, place, QStringLiteral("that part of the file is missing")));
        }
    };
    auto found = std::lower_bound(there.begin(), there.end(), row.first, [](const DirectoryEntry &one, quint64 wanted) { return one.first < wanted; });
    for (; found != there.end() && found->end() <= row.end(); ++found) {
        if (found->lost)
            continue;
        gapTo(found->first);
        filled.push_back(*found);
        filled.back().archive = row.archive;
        next = found->end();
    }
    gapTo(row.end());
}

} // namespace

QList<Archive> readArchives(Database &database)
{
    auto find = Statement::prepare(database, "SELECT value FROM meta WHERE key = 'archives'");
    if (!find || find->step() != Statement::Step::Row)
        return {};
    return archivesIn(find->text(0).toUtf8());
}

QList<Archive> archivesIn(const QByteArray &json)
{
    QList<Archive> archives;
    quint64 due = 0;
    const QJsonArray entries = QJsonDocument::fromJson(json).array();
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

QString freeArchivePath(const QString &path, const QList<Archive> &named)
{
    for (int number = 1;; ++number) {
        const QString candidate = QStringLiteral("%1.archive-%2%3").arg(baseOf(path)).arg(number).arg(ending());
        const QString name = QFileInfo(candidate).fileName();
        const bool isNamed = std::any_of(named.cbegin(), named.cend(), [&name](const Archive &archive) { return archive.file == name; });
        if (!isNamed && !QFileInfo::exists(candidate))
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
    return QStringLiteral("Frames %1 to %2 of \"%3\" were being moved to \"%4\", which was not finished: they are all here, and copies may be there, too.")
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
    std::map<quint16, Contents> read;
    for (const DirectoryEntry &row : rows) {
        if (row.archive == 0) {
            filled.push_back(row);
            continue;
        }
        const Archive &archive = archives.at(row.archive - 1);
        const QString place = QFileInfo(path).absoluteDir().filePath(archive.file);
        const auto [at, isNew] = read.try_emplace(row.archive);
        Contents &contents = at->second;
        if (isNew)
            contents = readArchive(place, path, clock);
        if (contents.isFound) {
            fillRow(row, contents.rows, place, filled, missing);
        } else {
            filled.push_back(row);
            addDamage(missing, missingArchive(row.first, row.end() - 1, path, archive.file));
        }
    }
    rows = std::move(filled);
    return missing;
}

} // namespace wsw::capture
