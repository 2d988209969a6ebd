#include "lanes.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

namespace wsw::test {

QStringList workInLanes(qsizetype count, int lanes, const std::function<Worker()> &makeWorker)
{
    std::vector<QString> results(static_cast<size_t>(count));
    std::atomic<size_t> next = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < lanes; ++i) {
        threads.emplace_back([&] {
            const Worker worker = makeWorker();
            for (size_t at = next++; at < results.size(); at = next++)
                results[at] = worker(static_cast<qsizetype>(at));
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    return QStringList(results.begin(), results.end());
}

QStringList playInLanes(const QList<Case> &cases, int lanes, const std::function<Player()> &makePlayer)
{
    return workInLanes(cases.size(), lanes, [&]() -> Worker {
        const Player player = makePlayer();
        return [&cases, player](qsizetype at) { return player(cases[at]); };
    });
}

void addRows(const QList<Case> &cases, const QStringList &problems)
{
    QList<QByteArray> names;
    for (const Case &each : cases)
        names.append(each.name);
    addRows(names, problems);
}

void addRows(const QList<QByteArray> &names, const QStringList &problems)
{
    QTest::addColumn<QString>("problem");
    for (qsizetype i = 0; i < names.size(); ++i)
        QTest::newRow(names[i].constData()) << problems[i];
}

} // namespace wsw::test
