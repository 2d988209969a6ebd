#include "documentactions.h"
#include "mainwindow.h"
#include "settings.h"
#include "theme/theme.h"
#include "workspace.h"

#include <QApplication>
#include <QCommandLineParser>

#include <cstdio>

using namespace wsw::desktop;

namespace {

/// Exit codes, as `wsw` uses them.
constexpr int exitUsage = 2;
constexpr int exitNoDisplay = 3;

void describeProgram()
{
    QCoreApplication::setApplicationName(QStringLiteral("websocket-workbench"));
    QCoreApplication::setOrganizationName(QStringLiteral("websocket-workbench"));
    QCoreApplication::setApplicationVersion(QStringLiteral(WSW_VERSION));
}

void describeOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(QCoreApplication::translate("main", "See, use and test the WebSocket protocol."));
    parser.addPositionalArgument(QStringLiteral("file"), QCoreApplication::translate("main", "A capture to open."), QStringLiteral("[file.wscapture]"));
    parser.addOption({QStringLiteral("demo"), QCoreApplication::translate("main", "Host an echo server, connect to it and say hello.")});
    parser.addOption({QStringLiteral("theme"), QCoreApplication::translate("main", "Colours: light, dark or system."), QStringLiteral("theme")});
    parser.addHelpOption();
    parser.addVersionOption();
}

/// Qt ends the program with a core dump where there is no display; this is asked before.
bool hasDisplay()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    return qEnvironmentVariableIsSet("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("DISPLAY")
           || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
#else
    return true;
#endif
}

int runWithoutDisplay(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    describeProgram();
    QCommandLineParser parser;
    describeOptions(parser);
    parser.process(app); // --help and --version need no display
    std::fputs("websocket-workbench: there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
               "Start it in a graphical session, or use `wsw`, which needs none: `wsw demo` prints the demo's conversation.\n",
               stderr);
    return exitNoDisplay;
}

} // namespace

int main(int argc, char **argv)
{
    if (!hasDisplay())
        return runWithoutDisplay(argc, argv);
    QApplication app(argc, argv);
    describeProgram();
    QGuiApplication::setApplicationDisplayName(QStringLiteral("WebSocket Workbench"));
    QGuiApplication::setDesktopFileName(QStringLiteral("websocket-workbench"));

    QCommandLineParser parser;
    describeOptions(parser);
    parser.process(app);
    SchemeChoice scheme = settings::scheme();
    if (parser.isSet(QStringLiteral("theme"))) {
        const auto wanted = settings::schemeFromName(parser.value(QStringLiteral("theme")));
        if (!wanted) {
            std::fprintf(stderr, "websocket-workbench: --theme takes light, dark or system, not \"%s\".\n",
                         qUtf8Printable(parser.value(QStringLiteral("theme"))));
            return exitUsage;
        }
        scheme = *wanted;
    }
    Theme::instance().apply(scheme);

    Workspace workspace;
    MainWindow window(&workspace, Build::AfterFirstPaint);
    const QStringList files = parser.positionalArguments();
    QObject::connect(&window, &MainWindow::built, &window, [&] {
        QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/websocket-workbench.svg")));
        if (files.isEmpty() && parser.isSet(QStringLiteral("demo")))
            QObject::connect(window.documents(), &DocumentActions::begun, &window, &MainWindow::startDemo);
        window.documents()->begin(files.isEmpty() ? QString() : files.constFirst());
    });
    // The window goes at once; the program when its endpoints are closed and everything is stored.
    QApplication::setQuitOnLastWindowClosed(false);
    QObject::connect(&window, &MainWindow::closed, &workspace, &Workspace::end);
    QObject::connect(&workspace, &Workspace::ended, &app, &QCoreApplication::quit);
    window.show();
    return QApplication::exec();
}
