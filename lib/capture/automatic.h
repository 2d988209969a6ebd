#pragma once

#include "base/result.h"

#include <QLockFile>
#include <QStringList>

#include <memory>

namespace wsw::capture {

/// The name of a new automatic capture and the lock that says that a live program is writing it.
struct AutomaticPlace
{
    QString path;
    std::unique_ptr<QLockFile> lock;
};

/// Where work that was never saved is kept: "captures" in the user's data folder of this program.
[[nodiscard]] QString automaticFolder();
/// A fresh name there, of date, time and process, locked.
[[nodiscard]] Result<AutomaticPlace> newAutomaticPlace();
/// Locks an automatic capture of an earlier run that is being opened; null where it is none or someone else has it.
[[nodiscard]] std::unique_ptr<QLockFile> lockAutomatic(const QString &path);
/// Captures there that no live program has locked, newest first. Those in which nothing was recorded are removed instead.
[[nodiscard]] QStringList recoverableCaptures();
/// Removes a capture with its log.
void removeCapture(const QString &path);
/// Removes what killed programs have left of work on the capture at @p path: files beside it that have its name, @p kind and the number of a
/// process, where there is no such process any more and nothing has been written for an hour (it may run on another machine).
void removeLeftOver(const QString &path, const QString &kind);

} // namespace wsw::capture
