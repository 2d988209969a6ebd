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

} // namespace wsw::capture
