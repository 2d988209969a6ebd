#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/payloadqueue.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Pieces of payloads wait in order and can be read meanwhile.
class tst_PayloadQueue final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void keepsOrderUntilPopped();
    void findsThePiecesOfOnePayload();
};

void tst_PayloadQueue::keepsOrderUntilPopped()
{
    PayloadQueue queue;
    for (quint64 i = 0; i < 5; ++i)
        queue.push({7, i * 10, QByteArray(10, static_cast<char>('a' + i))});
    QCOMPARE(queue.all().size(), size_t{5});
    QCOMPARE(queue.all().size(), size_t{5});
    queue.pop(2);
    const auto left = queue.all();
    QCOMPARE(left.size(), size_t{3});
    QCOMPARE(left.front().offset, quint64{20});
    QCOMPARE(left.front().bytes, QByteArray(10, 'c'));
    queue.pop(3);
    QVERIFY(queue.all().empty());
}

void tst_PayloadQueue::findsThePiecesOfOnePayload()
{
    PayloadQueue queue;
    queue.push({1, 10, "late"});
    queue.push({2, 0, "other"});
    queue.push({1, 0, "early"});
    const auto found = queue.of(1);
    QCOMPARE(found.size(), size_t{2});
    QCOMPARE(found[0].bytes, QByteArray("early"));
    QCOMPARE(found[1].bytes, QByteArray("late"));
    QVERIFY(queue.of(3).empty());
}

QTEST_GUILESS_MAIN(tst_PayloadQueue)
#include "tst_payloadqueue.moc"
