// Echo through the whole stack, recording everything, against a bare QWebSocketServer echo in the same run.
// bench_echo [ROUNDS [SECONDS [PAYLOAD [halting]]]]; "halting" lets idle processors halt, as they do where nothing is measured

#include "support/awakeprocessors.h"
#include "support/loadgenerator.h"
#include "support/serverprocess.h"
#include "support/table.h"

#include <QCoreApplication>
#include <QStringList>

#include <cstdio>
#include <optional>

namespace {

using namespace wsw::bench;

struct Cell
{
    qsizetype payload;
    int connections;
    int depth;
    double target;
};

double measure(const QString &kind, const Cell &cell, double seconds)
{
    ServerProcess server(kind);
    if (server.port() == 0)
        return -1;
    LoadGenerator load(server.port());
    if (!load.open(cell.connections))
        return -1;
    if (load.run(0, cell.connections, cell.depth, cell.payload, seconds / 5) < 0)  // warm-up
        return -1;
    return load.run(0, cell.connections, cell.depth, cell.payload, seconds);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const auto arguments = app.arguments();
    if (arguments.value(1) == QLatin1String("--serve"))
        return serve(arguments.value(2));

    const int rounds = arguments.value(1, QStringLiteral("5")).toInt();
    const double seconds = arguments.value(2, QStringLiteral("1")).toDouble();
    const qsizetype only = arguments.value(3).toLongLong(); // payload bytes of the cells to measure; 0: all
    const bool halting = arguments.value(4) == QLatin1String("halting");
    std::printf("Echo, messages a second: the whole stack with recording against a bare QWebSocketServer\n"
                "medians of %d interleaved runs of %.1f s and their ratio; targets: 0.9 at depth 1, 0.5 at depth 32, 1.0 at 64 KiB and above\n"
                "idle processors %s\n\n",
                rounds, seconds, halting ? "may halt: depth 1 measures above all how long they take to wake" : "are kept from halting");
    std::optional<AwakeProcessors> awake;
    if (!halting)
        awake.emplace();
    QList<Cell> cells;
    for (const qsizetype payload : {16, 1024}) {
        for (const int connections : {1, 100}) {
            for (const int depth : {1, 32})
                cells.append({payload, connections, depth, depth == 1 ? 0.9 : 0.5});
        }
    }
    for (const qsizetype payload : {64 * 1024, 1024 * 1024}) {
        for (const int connections : {1, 10})
            cells.append({payload, connections, 1, 1.0});
    }
    if (only > 0)
        erase_if(cells, [only](const Cell &cell) { return cell.payload != only; });
    Table table({QStringLiteral("cell"), QStringLiteral("bare"), QStringLiteral("workbench"), QStringLiteral("ratio")});
    for (const auto &cell : std::as_const(cells)) {
        QList<double> bare;
        QList<double> ours;
        for (int round = 0; round < rounds; ++round) {
            // Whoever comes first changes from round to round: a machine that slows down or speeds up favours neither.
            const auto measureBare = [&] { bare.append(measure(QStringLiteral("bare"), cell, seconds)); };
            if (round % 2 == 0)
                measureBare();
            ours.append(measure(QStringLiteral("workbench"), cell, seconds));
            if (round % 2 != 0)
                measureBare();
            if (bare.last() < 0 || ours.last() < 0) {
                std::fprintf(stderr, "a connection broke or a server did not start\n");
                return 1;
            }
        }
        table.add({QStringLiteral("%1 B, %2 conn., depth %3").arg(cell.payload).arg(cell.connections).arg(cell.depth),
                   grouped(median(bare)), grouped(median(ours)), table.atLeast(median(ours) / median(bare), cell.target)});
    }
    table.print();
    return table.exitCode();
}
