// Time from starting the process to the first paint: this program's window against an empty QMainWindow.

#include "mainwindow.h"
#include "theme/theme.h"
#include "workspace.h"

#include "base/clock.h"
#include "capture/document.h"
#include "workspaces.h"
#include "support/table.h"

#include <QApplication>
#include <QProcess>

#include <cstdio>

namespace {

using namespace wsw;
using namespace wsw::bench;

enum class Shown : quint8 { EmptyWindow, MainWindow };

void tellTime()
{
    std::printf("%lld\n", static_cast<long long>(monotonicNow()));
    std::fflush(stdout);
}

/// Prints the time of the first paint of a window.
class FirstPaint final : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

Q_SIGNALS:
    void painted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && !m_seen) {
            m_seen = true;
            // Queued: once the paint itself has been done.
            QMetaObject::invokeMethod(this, [this] {
                tellTime();
                Q_EMIT painted();
            }, Qt::QueuedConnection);
        }
        return QObject::eventFilter(watched, event);
    }

private:
    bool m_seen = false;
};

int paintOnce(QMainWindow &window)
{
    FirstPaint first;
    window.installEventFilter(&first);
    if (auto *program = qobject_cast<desktop::MainWindow *>(&window)) {
        QObject::connect(program, &desktop::MainWindow::built, &first, [] {
            tellTime();
            QCoreApplication::quit();
        }, Qt::QueuedConnection);
    } else {
        QObject::connect(&first, &FirstPaint::painted, qApp, &QCoreApplication::quit);
    }
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
    desktop::MainWindow window(&workspace, desktop::Build::AfterFirstPaint);
    if (const auto started = test::beginCapture(workspace); !started)
        return 1;
    workspace.document()->discard();
    return paintOnce(window);
}

/// Milliseconds from the start of the process to the first paint and, for the program's window, until its panes are made; empty when it
/// failed.
QList<double> measure(const QString &mode)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const auto begun = monotonicNow();
    process.start(QCoreApplication::applicationFilePath(), {mode});
    if (!process.waitForFinished(30'000) || process.exitCode() != 0)
        return {};
    QList<double> times;
    for (const QByteArray &line : process.readAllStandardOutput().trimmed().split('\n'))
        times.append(static_cast<double>(line.toLongLong() - begun) / nsPerMs);
    return times;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] == '-')
        return child(argc, argv, qstrcmp(argv[1], "--empty") == 0 ? Shown::EmptyWindow : Shown::MainWindow);
    QCoreApplication app(argc, argv);
    const int rounds = app.arguments().value(1, QStringLiteral("11")).toInt();
    QList<double> empty, window, ratios, complete;
    for (int round = 0; round <= rounds; ++round) {
        const QList<double> a = measure(QStringLiteral("--empty"));
        const QList<double> b = measure(QStringLiteral("--window"));
        if (a.isEmpty() || b.size() != 2) {
            std::fprintf(stderr, "a window did not come up\n");
            return 1;
        }
        if (round == 0)
            continue;   // warm-up
        empty.append(a.first());
        window.append(b.first());
        ratios.append(b.first() / a.first());
        complete.append(b.last());
    }
    std::printf("From starting the process to the first paint; medians of %d interleaved runs; target: at most 1.5 of an empty QMainWindow\n\n",
                rounds);
    Table table({QStringLiteral("window"), QStringLiteral("first paint"), QStringLiteral("ratio")});
    table.add({QStringLiteral("empty QMainWindow"), QString::number(median(empty), 'f', 1) + QStringLiteral(" ms"), QString()});
    table.add({QStringLiteral("the program's"), QString::number(median(window), 'f', 1) + QStringLiteral(" ms"), table.atMost(median(ratios), 1.5)});
    table.add({QStringLiteral("  its panes made"), QString::number(median(complete), 'f', 1) + QStringLiteral(" ms"), QString()});
    table.print();
    return table.exitCode();
}

#include "bench_firstpaint.moc"
