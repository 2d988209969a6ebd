#include "capture/automatic.h"

#include "capture/archives.h"
#include "capture/reader.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <cerrno>
#include <csignal>

namespace wsw::capture {

namespace {

QString lockName(const QString &path)
{
    return path + QStringLiteral(".lock");
}

std::unique_ptr<QLockFile> tryLock(const QString &path)
{
    auto lock = std::make_unique<QLockFile>(lockName(path));
    lock->setStaleLockTime(0);  // stale means only: its process is gone
    return lock->tryLock(0) ? std::move(lock) : nullptr;
}

/// Only where it is certain: what cannot be read is not empty.
bool isEmptyCapture(const QString &path)
{
    auto reader = Reader::open(path);
    if (!reader)
        return false;
    const auto things = reader->database().number(
        "SELECT EXISTS (SELECT 1 FROM block) + EXISTS (SELECT 1 FROM connection)", 1);
    return things.ok() && *things == 0;
}

} // namespace

QString automaticFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/captures");
}

Result<AutomaticPlace> newAutomaticPlace()
{
    const QString folder = automaticFolder();
    if (!QDir().mkpath(folder)) {
        return Error{ErrorKind::Permission,
                     QStringLiteral("Cannot make the folder \"%1\" for captures.").arg(QDir::toNativeSeparators(folder)),
                     QStringLiteral("Make it by hand, or give yourself permission to write there."), {}};
    }
    const QString name = QStringLiteral("%1/%2-%3")
                             .arg(folder, QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-hhmmss")))
                             .arg(QCoreApplication::applicationPid());
    for (int number = 1; number < 1000; ++number) {
        const QString path = number == 1 ? name + QStringLiteral(".wscapture")
                                         : QStringLiteral("%1-%2.wscapture").arg(name).arg(number);
        if (QFileInfo::exists(path))
            continue;
        if (auto lock = tryLock(path))
            return AutomaticPlace{path, std::move(lock)};
    }
    return Error{ErrorKind::Permission,
                 QStringLiteral("Cannot write to the folder \"%1\".").arg(QDir::toNativeSeparators(folder)),
                 QStringLiteral("Give yourself permission to write there."), {}};
}

std::unique_ptr<QLockFile> lockAutomatic(const QString &path)
{
    if (QFileInfo(path).absolutePath() != QFileInfo(automaticFolder()).absoluteFilePath())
        return nullptr;
    return tryLock(path);
}

QStringList recoverableCaptures()
{
    const QDir folder(automaticFolder());
    QStringList found;
    const QFileInfoList files = folder.entryInfoList({QStringLiteral("*.wscapture")}, QDir::Files, QDir::Time);
    for (const QFileInfo &file : files) {
        const QString path = file.absoluteFilePath();
        if (isArchiveOfAnother(path) || !tryLock(path))
            continue;
        if (isEmptyCapture(path))
            removeCapture(path);
        else
            found.append(path);
    }
    return found;
}

void removeCapture(const QString &path)
{
    for (const char *suffix : {"", "-wal", "-shm", "-journal"})
        QFile::remove(path + QLatin1String(suffix));
}

void removeLeftOver(const QString &path, const QString &kind)
{
    constexpr qint64 longAgo = 60 * 60;
    const QFileInfo capture(path);
    const QString beginning = capture.fileName() + kind;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QFileInfoList files = capture.absoluteDir().entryInfoList(QDir::Files | QDir::Hidden);
    for (const QFileInfo &file : files) {
        bool isNumber = false;
        const int process = file.fileName().startsWith(beginning) ? file.fileName().mid(beginning.size()).toInt(&isNumber) : 0;
        const bool isGone = isNumber && process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
        if (isGone && file.lastModified().secsTo(now) > longAgo)
            removeCapture(file.absoluteFilePath());
    }
}

} // namespace wsw::capture
