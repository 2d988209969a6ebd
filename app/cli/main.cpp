#include "arguments.h"
#include "console.h"
#include "standardinput.h"
#include "verbs.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::cli;

namespace {

constexpr std::array verbs{
    Verb{&serveSpec, &runServe},     Verb{&connectSpec, &runConnect}, Verb{&proxySpec, &runProxy},
    Verb{&showSpec, &runShow},       Verb{&exportSpec, &runExport},   Verb{&importSpec, &runImport},
    Verb{&compactSpec, &runCompact}, Verb{&repairSpec, &runRepair},   Verb{&replaySpec, &runReplay},
    Verb{&diffSpec, &runDiff},       Verb{&measureSpec, &runMeasure},
    Verb{&demoSpec, &runDemo},
};

QString overview()
{
    QString text = u"Usage: wsw VERB [argument]...\n\nWebSocket Workbench without a window.\n\nVerbs:\n"_s;
    for (const Verb &verb : verbs) {
        const CommandSpec spec = verb.spec();
        const QString words = (QStringList{spec.name} + spec.operands).join(u' ');
        text += u"  %1  %2\n"_s.arg(words, -15).arg(wrapped(spec.purpose, 19).trimmed());
    }
    text += u"\n`wsw VERB --help` shows what a verb can do.\n"
            "Exit codes: 0 done, 1 what was tested failed, 2 wrong usage, 3 could not connect or listen.\n"_s;
    return text;
}

ExitCode usageError(const Error &error)
{
    console::error(error);
    return ExitCode::Usage;
}

ExitCode runVerb(const Verb &verb, const QStringList &words)
{
    const CommandSpec spec = verb.spec();
    const Result<Arguments> arguments = Arguments::parse(spec, words);
    if (!arguments)
        return usageError(arguments.error());
    if (arguments->helpWanted()) {
        console::line(helpText(spec).trimmed());
        return ExitCode::Done;
    }
    return verb.run(*arguments);
}

ExitCode runProgram(QStringList words)
{
    if (words.isEmpty())
        return usageError({ErrorKind::Usage, u"A verb is missing."_s, u"`wsw --help` shows them."_s, {}});
    const QString name = words.takeFirst();
    if (name == u"--help"_s || name == u"-h"_s || name == u"help"_s) {
        console::line(overview().trimmed());
        return ExitCode::Done;
    }
    if (name == u"--version"_s) {
        console::line(u"wsw "_s + QCoreApplication::applicationVersion());
        return ExitCode::Done;
    }
    const auto verb = std::find_if(verbs.begin(), verbs.end(),
                                   [&name](const Verb &candidate) { return candidate.spec().name == name; });
    if (verb == verbs.end()) {
        return usageError(
            {ErrorKind::Usage, u"There is no verb \"%1\"."_s.arg(name), u"`wsw --help` shows them."_s, {}});
    }
    return runVerb(*verb, words);
}

} // namespace

int main(int argc, char **argv)
{
    StandardInput::keepPlace();
    const QCoreApplication app(argc, argv);
    QCoreApplication::setOrganizationName(u"WebSocketWorkbench"_s);
    QCoreApplication::setApplicationName(u"wsw"_s);
    QCoreApplication::setApplicationVersion(QLatin1String(WSW_VERSION));

    // A reader that goes away (`wsw connect ... | head`) is an error of write(), not the end of an open capture.
    std::signal(SIGPIPE, SIG_IGN);
    console::setBuffering(console::Buffering::Lines);

    const ExitCode code = runProgram(QCoreApplication::arguments().mid(1));
    console::flush();
    return static_cast<int>(code);
}
