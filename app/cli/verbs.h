#pragma once

#include "arguments.h"
#include "exitcode.h"

#include <span>

namespace wsw::cli {

/// One verb of `wsw`: what its command line may hold, and what it does.
struct Verb
{
    CommandSpec (*spec)();
    ExitCode (*run)(const Arguments &arguments);
};

CommandSpec serveSpec();
ExitCode runServe(const Arguments &arguments);
CommandSpec connectSpec();
ExitCode runConnect(const Arguments &arguments);
CommandSpec proxySpec();
ExitCode runProxy(const Arguments &arguments);
CommandSpec showSpec();
ExitCode runShow(const Arguments &arguments);
CommandSpec exportSpec();
ExitCode runExport(const Arguments &arguments);
CommandSpec importSpec();
ExitCode runImport(const Arguments &arguments);
CommandSpec replaySpec();
ExitCode runReplay(const Arguments &arguments);
CommandSpec diffSpec();
ExitCode runDiff(const Arguments &arguments);
CommandSpec compactSpec();
ExitCode runCompact(const Arguments &arguments);
CommandSpec repairSpec();
ExitCode runRepair(const Arguments &arguments);
CommandSpec measureSpec();
ExitCode runMeasure(const Arguments &arguments);
CommandSpec demoSpec();
ExitCode runDemo(const Arguments &arguments);

} // namespace wsw::cli
