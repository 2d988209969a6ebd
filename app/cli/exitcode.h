#pragma once

#include "base/result.h"

namespace wsw::cli {

/// What `wsw` says to the shell when it ends.
enum class ExitCode : int {
    Done = 0,
    Failed = 1,         ///< what was tested or looked at is not in order
    Usage = 2,          ///< the command line is wrong
    NoConnection = 3,   ///< could not connect or listen
};

/// For an error of a file that was named on the command line.
[[nodiscard]] constexpr ExitCode exitCodeForFile(ErrorKind kind) noexcept
{
    return kind == ErrorKind::Damaged || kind == ErrorKind::Io || kind == ErrorKind::DiskFull ? ExitCode::Failed
                                                                                             : ExitCode::Usage;
}

/// For an error that came before anything was connected or listening.
[[nodiscard]] constexpr ExitCode exitCodeForStart(ErrorKind kind) noexcept
{
    return kind == ErrorKind::Usage ? ExitCode::Usage : ExitCode::NoConnection;
}

} // namespace wsw::cli
