// Time from starting the process to the first paint: this program's window against an empty QMainWindow.

#include "mainwindow.h"
#include "theme/theme.h"
#include "workspace.h"

#include "base/clock.h"
#include "capture/document.h"
#include "support/table.h"

#include <QApplication>
#include <QProcess>

#include <cstdio>

namespace {

using namespace wsw;
using namespace wsw::bench;

enum class Shown : quint8 { EmptyWindow, MainWindow };

/// Prints the time of the first paint of a window, then ends the process.
class FirstPaint final : public QObject
{
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && !m_seen) {
            m_seen = true;
            // Queued: once the paint itself has been done.
            QMetaObject::invokeMethod(this, [] {
                std::printf("%lld\n", static_cast<long long>(monotonicNow()));
                std::fflush(stdout);
                QCoreApplication::quit();
            }, Qt::QueuedConnection);
        }
        return QObject::eventFilter(watched, event);
    }

private:
    bool m_seen = false;
};

int paintOnce(QMainWindow &window)
{
    FirstPaint painted;
    window.installEventFilter(&painted);
    window.resize(1440, 900);
    window.show();
    return QApplication::exec();
}

int child(int argc, char **argv, Shown shown)
{
    QApplication app(argc, argv);
    app.setApplicationName(QStringLiteral("bench_firstpaint"));
    if (shown == Shown::EmptyWindow) {
        QMainWindow window;
        return paintOnce(window);
    }
    desktop::Theme::instance().apply(desktop::SchemeChoice::Light);
    desktop::Workspace workspace;
    desktop::MainWindow window(&workspace);
    if (const auto started = workspace.start(); !started)
        return 1;
    workspace.document()->discard();
    return paintOnce(window);
}

/// Milliseconds from the start of the process to the first paint, -1 when it failed.
double measure(const QString &mode)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const auto begun = monotonicNow();
    process.start(QCoreApplication::applicationFilePath(), {mode});
    if (!process.waitForFinished(30'000) || process.exitCode() != 0)
        return -1;
    return static_cast<double>(process.readAllStandardOutput().trimmed().toLongLong() - begun) / nsPerMs;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] == '-')
        return child(argc, argv, qstrcmp(argv[1], "--empty") == 0 ? Shown::EmptyWindow : Shown::MainWindow);
    QCoreApplication app(argc, argv);
    const int rounds = app.arguments().value(1, QStringLiteral("11")).toInt();
    QList<double> empty, window, ratios;
    for (int round = 0; round <= rounds; ++round) {
        const double a = measure(QStringLiteral("--empty"));
        const double b = measure(QStringLiteral("--window"));
        if (a < 0 || b < 0) {
            std::fprintf(stderr, "a window did not come up\n");
            return 1;
        }
        if (round == 0)
            continue;   // warm-up
        empty.append(a);
        window.append(b);
        ratios.append(b / a);
    }
    std::printf("From starting the process to the first paint; medians of %d interleaved runs; target: at most 1.5 of an empty QMainWindow\n\n",
                rounds);
    Table table({QStringLiteral("window"), QStringLiteral("first paint"), QStringLiteral("ratio")});
    table.add({QStringLiteral("empty QMainWindow"), QString::number(median(empty), 'f', 1) + QStringLiteral(" ms"), QString()});
    table.add({QStringLiteral("the program's"), QString::number(median(window), 'f', 1) + QStringLiteral(" ms"), atMost(median(ratios), 1.5)});
    table.print();
    return 0;
}
