#include "replay/handover.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw::replay;

/// What is on its way, by what has been written.
class TestHandover final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writtenFramesSettleMessages_data()
    {
        QTest::addColumn<int>("written");
        QTest::addColumn<int>("frames");
        QTest::addColumn<int>("lost");
        QTest::newRow("nothing") << 0 << 5 << 3;
        QTest::newRow("the first") << 1 << 4 << 2;
        QTest::newRow("a part of the second") << 3 << 4 << 2;
        QTest::newRow("the second") << 4 << 1 << 1;
        QTest::newRow("all") << 5 << 0 << 0;
        QTest::newRow("and what others have written") << 9 << 0 << 0;
    }

    void writtenFramesSettleMessages()
    {
        QFETCH(const int, written);
        QFETCH(const int, frames);
        QFETCH(const int, lost);
        Handover handover;
        handover.add({0, 1});
        handover.add({1, 3});
        handover.add({2, 1});
        handover.written(static_cast<quint64>(written));
        QCOMPARE(handover.frames(), static_cast<quint64>(frames));
        QCOMPARE(handover.isEmpty(), lost == 0);
        const std::deque<Handover::Message> rest = handover.takeLost();
        QCOMPARE(rest.size(), static_cast<size_t>(lost));
        for (size_t i = 0; i < rest.size(); ++i)
            QCOMPARE(rest.at(i).step, 3 - rest.size() + i);
        QVERIFY(handover.isEmpty());
        QCOMPARE(handover.frames(), quint64(0));
    }

    void aRefusedOneIsNotWaitedFor()
    {
        Handover handover;
        handover.refused();     // nothing is on its way: nothing happens
        handover.add({0, 2});
        handover.add({1, 1});
        handover.refused();
        QCOMPARE(handover.frames(), quint64(1));
        handover.written(0);
        QVERIFY(!handover.isEmpty());
        handover.written(1);
        QVERIFY(handover.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestHandover)
#include "tst_handover.moc"
