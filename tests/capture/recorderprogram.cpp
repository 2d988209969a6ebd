// Records samples for ever and says on its output, a line each time, how many are stored. Made to be killed.
// Usage: capture_recorder FILE|--automatic [SIZE LIMIT]

#include "capture/samples.h"

#include <QCoreApplication>
#include <QStandardPaths>

#include <cstdio>

using namespace wsw;
using namespace wsw::capture;

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setApplicationName(QStringLiteral("tst_recovery"));
    if (argc != 2 && argc != 3)
        return 2;
    const QString place = QString::fromLocal8Bit(argv[1]);
    auto made = place == QLatin1String("--automatic") ? Document::createAutomatic() : Document::create(place);
    if (!made) {
        std::fprintf(stderr, "%s\n", qPrintable(made.error().message));
        return 1;
    }
    Document &document = *made.value();
    std::printf("%s\n", qPrintable(document.path()));
    document.setSizeLimit(argc == 3 ? QByteArray(argv[2]).toLongLong() : 0);

    ConnectionInfo info;
    info.id = document.newConnectionId();
    info.url = QStringLiteral("ws://localhost:1");
    document.putConnection(info);
    quint64 told = 0;
    for (quint64 number = 0;; ++number) {
        // Now and then a large one, in chunks, so that records and chunks must agree.
        const qsizetype bytes = number % 5'000 == 4'999 ? 2'500'000 : -1;
        while (document.recorder().record(test::sample(number, bytes).view()) == wire::TrafficSink::Pressure::Hold) {
            // The record was kept all the same: go on with the next.
            if (!document.flush())
                return 1;
            ++number;
        }
        if (const quint64 stored = document.stored(); stored != told) {
            told = stored;
            std::printf("%llu\n", static_cast<unsigned long long>(stored));
            std::fflush(stdout);
        }
    }
}
