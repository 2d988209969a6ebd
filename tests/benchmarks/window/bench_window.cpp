// Does the window stay alive while frames pour in? Stalls of the GUI event loop, idle and under a flood, and what was lost.

#include "mainwindow.h"
#include "theme/theme.h"
#include "workspace.h"

#include "capture/document.h"
#include "session/workbench.h"
#include "stats/histogram.h"
#include "workspaces.h"
#include "support/loadgenerator.h"
#include "support/table.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>
#include <QTimer>

#include <cstdio>

namespace {

using namespace wsw;
using namespace wsw::bench;

/// Measures how late a 2 ms timer of the GUI event loop is: what a person would feel as a stall.
class Heartbeat final : public QObject
{
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(intervalMs);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const qint64 gap = m_clock.nsecsElapsed();
            m_clock.restart();
            m_lateness.record(std::max<qint64>(1, gap - intervalMs * nsPerMs));
        });
    }

    void start()
    {
        m_lateness.clear();
        m_clock.start();
        m_timer.start();
    }

    [[nodiscard]] const stats::Histogram &stop()
    {
        m_timer.stop();
        return m_lateness;
    }

private:
    static constexpr int intervalMs = 2;
    QTimer m_timer;
    QElapsedTimer m_clock;
    stats::Histogram m_lateness;
};

void spin(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

QString milliseconds(qint64 ns)
{
    return QString::number(static_cast<double>(ns) / nsPerMs, 'f', 1) + QStringLiteral(" ms");
}

constexpr qint64 stallTargetNs = 50 * nsPerMs;
constexpr qint64 p99TargetNs = 16 * nsPerMs;

/// "12.3 ms  ok" or "61.0 ms  above 50.0 ms".
QString judged(qint64 ns, qint64 below)
{
    return milliseconds(ns) + (ns < below ? QStringLiteral("  ok") : QStringLiteral("  above ") + milliseconds(below));
}

quint16 host(desktop::Workspace &workspace)
{
    quint16 port = 0;
    QEventLoop loop;
    QObject::connect(&workspace, &desktop::Workspace::endpointChanged, &loop, [&](const session::EndpointInfo &info) {
        if (info.state == session::EndpointState::Listening) {
            port = info.port;
            loop.quit();
        }
    });
    QTimer::singleShot(10'000, &loop, &QEventLoop::quit);
    session::HostOptions options;
    options.port = 0;
    options.behaviour = session::Behaviour::Silent;
    workspace.workbench()->startHost(options);
    loop.exec();
    return port;
}

int flood(const QStringList &arguments)
{
    LoadGenerator load(arguments.value(2).toUShort());
    if (!load.open(1))
        return 1;
    const auto total = arguments.value(3).toLongLong();
    return load.flood(total, arguments.value(4).toDouble(), arguments.value(5).toLongLong()) == total ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc > 1 && qstrcmp(argv[1], "--flood") == 0) {
        QCoreApplication app(argc, argv);
        return flood(app.arguments());
    }
    QApplication app(argc, argv);
    app.setApplicationName(QStringLiteral("bench_window"));
    const auto arguments = app.arguments();
    const int seconds = arguments.value(1, QStringLiteral("30")).toInt();
    const double rate = arguments.value(2, QStringLiteral("100000")).toDouble();
    const auto total = static_cast<qint64>(rate * seconds);

    desktop::Theme::instance().apply(desktop::SchemeChoice::Light);
    desktop::Workspace workspace;
    if (const auto started = test::beginCapture(workspace); !started) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(started.error().message));
        return 1;
    }
    workspace.document()->discard();
    desktop::MainWindow window(&workspace);
    window.resize(1440, 900);
    window.show();
    const quint16 port = host(workspace);
    if (port == 0)
        return 1;
    spin(1'000);

    Heartbeat heartbeat;
    heartbeat.start();
    spin(5'000);
    const auto idle = heartbeat.stop();
    const auto document = workspace.document();
    const auto before = document->received();

    QProcess generator;
    generator.setProcessChannelMode(QProcess::ForwardedChannels);
    QEventLoop loop;
    QObject::connect(&generator, &QProcess::finished, &loop, &QEventLoop::quit);
    heartbeat.start();
    generator.start(app.applicationFilePath(), {QStringLiteral("--flood"), QString::number(port), QString::number(total),
                                                QString::number(rate, 'f', 0), QStringLiteral("64")});
    loop.exec();
    QElapsedTimer waiting;
    waiting.start();
    // Two heads, perhaps two ends, beside the frames.
    while (document->received() - before < static_cast<quint64>(total) + 2 && waiting.elapsed() < 20'000)
        spin(50);
    const auto busy = heartbeat.stop();
    const auto frames = static_cast<qint64>(document->received() - before);
    spin(1'000);

    std::printf("The window during %d s of %s frames a second of 64 B; targets: 0 lost, longest stall < 50 ms, p99 < 16 ms\n\n", seconds,
                qUtf8Printable(grouped(rate)));
    Table table({QStringLiteral("window"), QStringLiteral("longest stall"), QStringLiteral("p99"), QStringLiteral("p50"),
                 QStringLiteral("sent"), QStringLiteral("lost"), QStringLiteral("stored")});
    table.add({QStringLiteral("idle"), milliseconds(idle.max()), milliseconds(idle.percentile(99)), milliseconds(idle.percentile(50)),
               QStringLiteral("0"), QStringLiteral("0"), QStringLiteral("0")});
    const auto lost = static_cast<double>(std::max<qint64>(0, total - frames));
    table.add({QStringLiteral("flooded"), judged(busy.max(), stallTargetNs), judged(busy.percentile(99), p99TargetNs),
               milliseconds(busy.percentile(50)), grouped(static_cast<double>(total)),
               grouped(lost) + (lost > 0 ? QStringLiteral("  above 0") : QStringLiteral("  ok")),
               grouped(static_cast<double>(document->stored() - before))});
    table.print();
    const bool met = busy.max() < stallTargetNs && busy.percentile(99) < p99TargetNs && lost == 0;
    return met && generator.exitStatus() == QProcess::NormalExit && generator.exitCode() == 0 ? 0 : 1;
}
