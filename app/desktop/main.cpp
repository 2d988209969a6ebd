#include "mainwindow.h"
#include "theme/theme.h"
#include "workspace.h"

#include <QApplication>

int main(int argc, char **argv)
{
    using namespace wsw::desktop;
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("websocket-workbench"));
    QApplication::setApplicationDisplayName(QStringLiteral("WebSocket Workbench"));
    Theme::instance().apply(SchemeChoice::System);
    Workspace workspace;
    MainWindow window(&workspace);
    if (const auto started = workspace.start(); !started)
        window.showError(started.error());
    window.show();
    return QApplication::exec();
}
