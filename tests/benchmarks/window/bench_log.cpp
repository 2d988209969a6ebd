// The frame log at ten million frames: opening, jumping, filtering, searching, memory; and beside other programs on the exported files.
// Usage: bench_log [FRAMES] [FRAMES FOR OTHER PROGRAMS]

#include "mainwindow.h"
#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "theme/theme.h"
#include "workspace.h"

#include "capture/document.h"
#include "exchange/importer.h"
#include "support/table.h"
#include "workspaces.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRandomGenerator>
#include <QTableView>
#include <QTemporaryDir>

#include <cstdio>
#include <semaphore>

using namespace wsw;
using namespace wsw::bench;
using namespace wsw::desktop;

namespace {

constexpr qsizetype payloadBytes = 100;
constexpr int jumps = 200;
constexpr int patienceMs = 120'000;
/// What no payload but the last one holds.
constexpr const char *needle = "needle-in-the-last";

[[noreturn]] void fail(const QString &message)
{
    std::fprintf(stderr, "%s\n", qPrintable(message));
    std::exit(1);
}

template<class T>
T need(Result<T> result)
{
    if (!result)
        fail(result.error().message);
    return std::move(result).value();
}

/// A client's orders and a server's answers, a Ping now and then; @p count records.
void makeCapture(const QString &path, quint64 count)
{
    const auto document = need(capture::Document::create(path));
    std::counting_semaphore<> resumed(0);
    document->setResumeHandler([&resumed] { resumed.release(); });
    wire::TrafficRecord frame;
    QByteArray payload;
    for (quint64 i = 1; i <= count; ++i) {
        const bool isSent = (i & 1) != 0;
        const bool isPing = i % 1000 == 0;
        payload = "{\"id\":" + QByteArray::number(i) + ",\"type\":\"" + (isSent ? "order" : "answer") + "\",\"state\":\"open\",\"note\":\"";
        payload = payload.leftJustified(payloadBytes - 2, 'x', true) + "\"}";
        if (i == count)
            payload.replace(40, static_cast<qsizetype>(qstrlen(needle)), needle);
        frame.connection = ConnectionId(static_cast<quint32>(1 + i % 4));
        frame.direction = isSent ? Direction::Sent : Direction::Received;
        frame.header = wire::legalHeader(isPing ? wire::Opcode::Ping : wire::Opcode::Text, wire::Fin::Yes, payloadBytes, Role::Server, {});
        frame.inflatedLength = payloadBytes;
        frame.message = MessageId(i);
        frame.rttNs = isSent ? 0 : static_cast<qint64>(1'000'000 + i * 7919 % 2'000'000);
        frame.time = frame.firstByteTime = document->clock().monotonic + static_cast<qint64>(i) * 1000;
        frame.payload = payload;
        if (document->recorder().record(frame) == wire::TrafficSink::Pressure::Hold)
            resumed.acquire();
    }
    need(document->stopRecording());
}

/// Lets the window work until @p done; nanoseconds.
template<class Done>
qint64 until(Done done)
{
    QElapsedTimer clock;
    clock.start();
    while (!done()) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        if (clock.elapsed() > patienceMs)
            fail(QStringLiteral("It took longer than two minutes."));
    }
    return clock.nsecsElapsed();
}

QString milliseconds(double ns)
{
    return QString::number(ns / 1e6, 'f', 1) + QStringLiteral(" ms");
}

capture::Filter filter(const char *text)
{
    capture::Filter::ParseError error;
    const auto parsed = capture::Filter::parse(QString::fromLatin1(text), &error);
    return parsed ? *parsed : (fail(error.message), capture::Filter());
}

struct Log
{
    MainWindow *window;
    FrameLogPane *pane;
    FrameLogModel *model;
};

/// How long until all is known of a filter, and until the first row is there (0: there is none).
struct Filtered
{
    qint64 allNs = 0;
    qint64 firstNs = 0;
    int rows = 0;
};

Filtered runFilter(const Log &log, const char *text)
{
    Filtered result;
    QElapsedTimer clock;
    clock.start();
    log.model->setFilter(filter(text));
    result.allNs = until([&] {
        if (result.firstNs == 0 && log.model->rowCount() > 0)
            result.firstNs = clock.nsecsElapsed();
        return !log.model->isSearching();
    });
    result.rows = log.model->rowCount();
    return result;
}

double secondsOf(const QString &program, const QStringList &arguments)
{
    QProcess process;
    QElapsedTimer clock;
    clock.start();
    process.start(program, arguments);
    if (!process.waitForFinished(10 * patienceMs))
        fail(QStringLiteral("%1 does not run: %2").arg(program, process.errorString()));
    process.readAll();
    return static_cast<double>(clock.nsecsElapsed()) / 1e9;
}

void measureWindow(const Log &log, Workspace &workspace, const QString &path, quint64 frames, Table &table)
{
    const qint64 before = residentBytes(QCoreApplication::applicationPid());
    QElapsedTimer clock;
    clock.start();
    if (const auto opened = test::openCapture(workspace, path); !opened)
        fail(opened.error().message);
    until([&] { return log.model->rowCount() == static_cast<int>(frames) && log.model->row(0) != nullptr; });
    log.window->repaint();
    const auto openNs = static_cast<double>(clock.nsecsElapsed());
    table.add({QStringLiteral("open, until the first rows are painted"), milliseconds(openNs), table.atMost(openNs / 1e6, 300)});

    QRandomGenerator random(7);
    QList<double> times;
    double longest = 0;
    for (int i = 0; i < jumps; ++i) {
        const quint64 target = 1 + random.bounded(frames);
        clock.restart();
        log.pane->goTo(RecordId(target));
        until([&] { return log.model->row(static_cast<int>(target) - 1) != nullptr; });
        log.pane->view()->viewport()->repaint();
        times.append(static_cast<double>(clock.nsecsElapsed()));
        longest = std::max(longest, times.constLast());
    }
    table.add({QStringLiteral("jump to any row, until it is painted, median"), milliseconds(median(times)), table.atMost(median(times) / 1e6, 16)});
    table.add({QStringLiteral("the same, longest of %1").arg(jumps), milliseconds(longest), {}});

    const auto perSecond = [frames](qint64 ns) { return static_cast<double>(frames) * 1e9 / static_cast<double>(ns); };
    const Filtered header = runFilter(log, "length > 1000");
    table.add({QStringLiteral("filter on header fields, frames/s"), grouped(perSecond(header.allNs)), table.atLeast(perSecond(header.allNs) / 50e6, 1.0)});
    const Filtered slow = runFilter(log, "rtt > 2900us");
    table.add({QStringLiteral("the same on round trips, of which no two are alike"), grouped(perSecond(slow.allNs)), table.atLeast(perSecond(slow.allNs) / 50e6, 1.0)});
    const Filtered pings = runFilter(log, "opcode == ping");
    table.add({QStringLiteral("first rows of a filter (one frame in 1000)"), milliseconds(static_cast<double>(pings.firstNs)),
               table.atMost(static_cast<double>(pings.firstNs) / 1e6, 100)});
    const Filtered text = runFilter(log, (QByteArrayLiteral("text contains ") + needle).constData());
    const double textRate = perSecond(text.allNs) * payloadBytes / 1e9;
    table.add({QStringLiteral("filter on payload text, GB/s"), ratio(textRate), table.atLeast(textRate, 1.0)});
    if (header.rows != 0 || slow.rows == 0 || pings.rows != static_cast<int>(frames / 1000) || text.rows != 1)
        fail(QStringLiteral("A filter found something else: %1, %2, %3 rows.").arg(header.rows).arg(pings.rows).arg(text.rows));
    log.model->setFilter({});
    const auto growth = static_cast<double>(residentBytes(QCoreApplication::applicationPid()) - before) / 1e6;
    table.add({QStringLiteral("memory more than before it was opened, MB"), QString::number(growth, 'f', 0), table.atMost(growth, 150)});
}

void measureOthers(const Log &log, Workspace &workspace, const QTemporaryDir &folder, quint64 frames, Table &table)
{
    const QString path = folder.filePath(QStringLiteral("small.wscapture"));
    makeCapture(path, frames);
    if (const auto opened = test::openCapture(workspace, path); !opened)
        fail(opened.error().message);
    until([&] { return log.model->rowCount() == static_cast<int>(frames); });
    QElapsedTimer clock;
    const auto exported = [&](exchange::Format format, const char *name) {
        const QString file = folder.filePath(QLatin1String(name));
        exchange::ExportOptions options;
        options.format = format;
        clock.restart();
        need(exchange::exportToFile(*workspace.document(), file, exchange::Overwrite::Yes, options));
        const double rate = static_cast<double>(frames) * 1e9 / static_cast<double>(clock.nsecsElapsed());
        table.add({QStringLiteral("export as %1, frames/s").arg(QFileInfo(file).suffix()), grouped(rate), {}});
        return file;
    };
    const QString lines = exported(exchange::Format::JsonLines, "small.jsonl");
    const QString packets = exported(exchange::Format::Pcapng, "small.pcapng");
    clock.restart();
    need(exchange::importFile(packets, folder.filePath(QStringLiteral("back.wscapture")), exchange::Overwrite::Yes));
    table.add({QStringLiteral("import of that pcapng, frames/s"), grouped(static_cast<double>(frames) * 1e9 / static_cast<double>(clock.nsecsElapsed())), {}});

    QList<double> grep;
    QList<double> own;
    for (int round = 0; round < 3; ++round) {
        grep.append(secondsOf(QStringLiteral("grep"), {QStringLiteral("-c"), QLatin1String(needle), lines}));
        own.append(static_cast<double>(runFilter(log, (QByteArrayLiteral("text contains ") + needle).constData()).allNs) / 1e9);
    }
    table.add({QStringLiteral("payload text against grep on the JSON Lines"), ratio(median(grep) / median(own)), table.atLeast(median(grep) / median(own), 1.0)});
    const double tshark = secondsOf(QStringLiteral("tshark"), {QStringLiteral("-r"), packets, QStringLiteral("-Y"), QStringLiteral("websocket.opcode == 9")});
    const double pings = static_cast<double>(runFilter(log, "opcode == ping").allNs) / 1e9;
    table.add({QStringLiteral("header fields against tshark -Y on the pcapng"), grouped(tshark / pings), table.atLeast(tshark / pings, 1.0)});
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    app.setApplicationName(QStringLiteral("bench_log"));
    const quint64 frames = app.arguments().value(1, QStringLiteral("10000000")).toULongLong();
    const quint64 fewer = app.arguments().value(2, QStringLiteral("200000")).toULongLong();
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("large.wscapture"));
    QElapsedTimer clock;
    clock.start();
    makeCapture(path, frames);
    std::printf("%s frames of %lld bytes, recorded in %.1f s, %.2f GB on disk; other programs: %s frames\n\n", qPrintable(grouped(static_cast<double>(frames))),
                static_cast<long long>(payloadBytes), static_cast<double>(clock.nsecsElapsed()) / 1e9, static_cast<double>(QFileInfo(path).size()) / 1e9,
                qPrintable(grouped(static_cast<double>(fewer))));

    Theme::instance().apply(SchemeChoice::Light);
    Workspace workspace;
    if (const auto begun = test::beginCapture(workspace); !begun)
        fail(begun.error().message);
    workspace.document()->discard();
    MainWindow window(&workspace);
    window.resize(1440, 900);
    window.show();
    QElapsedTimer settling;
    settling.start();
    until([&] { return settling.elapsed() > 1000; });

    const Log log{&window, window.frameLog(), window.frameLog()->model()};
    Table table({QStringLiteral("what"), QStringLiteral("measured"), QStringLiteral("target")});
    measureWindow(log, workspace, path, frames, table);
    measureOthers(log, workspace, folder, fewer, table);
    table.print();
    return table.exitCode();
}
