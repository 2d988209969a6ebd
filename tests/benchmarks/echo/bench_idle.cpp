// One active connection beside many idle ones: what is left of its message rate, and what an idle connection costs in memory.

#include "support/loadgenerator.h"
#include "support/serverprocess.h"
#include "support/table.h"

#include <QCoreApplication>
#include <QStringList>

#include <sys/resource.h>

#include <cstdio>

namespace {

using namespace wsw::bench;

struct Figures
{
    double alone = -1;
    double beside = -1;
    double bytesPerIdle = 0;
    [[nodiscard]] bool ok() const { return alone > 0 && beside > 0; }
};

Figures measure(const QString &kind, int idle, double seconds)
{
    Figures figures;
    ServerProcess server(kind);
    if (server.port() == 0)
        return figures;
    LoadGenerator load(server.port());
    if (!load.open(1) || load.run(0, 1, 1, 16, seconds / 4) < 0)
        return figures;
    figures.alone = load.run(0, 1, 1, 16, seconds);
    const auto before = residentBytes(server.pid());
    if (!load.open(idle))
        return figures;
    figures.bytesPerIdle = static_cast<double>(residentBytes(server.pid()) - before) / idle;
    figures.beside = load.run(0, 1, 1, 16, seconds);
    return figures;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const auto arguments = app.arguments();
    if (arguments.value(1) == QLatin1String("--serve"))
        return serve(arguments.value(2));

    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);

    const int rounds = arguments.value(1, QStringLiteral("3")).toInt();
    const int idle = arguments.value(2, QStringLiteral("5000")).toInt();
    std::printf("One active connection (16 B, depth 1) beside %d idle ones, with recording; medians of %d interleaved runs\n"
                "targets: keeps at least 0.7; memory no more than the bare server's\n\n", idle, rounds);
    Table table({QStringLiteral("server"), QStringLiteral("alone, msg/s"), QStringLiteral("beside idle, msg/s"), QStringLiteral("kept"),
                 QStringLiteral("bytes per idle connection")});
    QList<QList<double>> alone(2), beside(2), kept(2), bytes(2);
    const QStringList kinds{QStringLiteral("bare"), QStringLiteral("workbench")};
    for (int round = 0; round < rounds; ++round) {
        for (int kind = 0; kind < 2; ++kind) {
            const auto figures = measure(kinds[kind], idle, 1.0);
            if (!figures.ok()) {
                std::fprintf(stderr, "%s: a connection broke\n", qUtf8Printable(kinds[kind]));
                return 1;
            }
            alone[kind].append(figures.alone);
            beside[kind].append(figures.beside);
            kept[kind].append(figures.beside / figures.alone);
            bytes[kind].append(figures.bytesPerIdle);
        }
    }
    table.add({kinds[0], grouped(median(alone[0])), grouped(median(beside[0])), ratio(median(kept[0])), grouped(median(bytes[0]))});
    table.add({kinds[1], grouped(median(alone[1])), grouped(median(beside[1])), table.atLeast(median(kept[1]), 0.7),
               grouped(median(bytes[1])) + QStringLiteral(" (") + table.atMost(median(bytes[1]) / median(bytes[0]), 1.0) + QLatin1Char(')')});
    table.print();
    return table.exitCode();
}
