#include "models/momentsearch.h"

#include "recording.h"
#include "support/testmain.h"

#include <QDateTime>
#include <QTest>

using namespace wsw;
using namespace wsw::desktop;

/// Going to a time of day.
class TestMomentSearch final : public QObject
{
    Q_OBJECT

    static constexpr qint64 hour = 3600 * nsPerSecond;

    static qint64 ofDay(WallNs wall)
    {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(wall / nsPerMs);
        return wall - at.date().startOfDay().toMSecsSinceEpoch() * nsPerMs;
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_momentsearch"); }
    void init() { test::failOnWarnings(); }

    void findsTheFirstRecordAtATime()
    {
        test::Recording recording;
        const auto document = recording.document();
        QVERIFY(!firstRecordAt(*document, 0)->isValid());
        for (int i = 0; i < 5000; ++i)
            recording.frame(ConnectionId(1), Direction::Sent, wire::Opcode::Text, "x", 10 * nsPerMs);
        const WallNs first = document->clock().toWall(document->read(RecordId(1))->header.time);
        QCOMPARE(*firstRecordAt(*document, ofDay(first)), RecordId(1));
        QCOMPARE(*firstRecordAt(*document, ofDay(first + 10 * nsPerMs)), RecordId(2));
        QCOMPARE(*firstRecordAt(*document, ofDay(first + 12'345 * nsPerMs)), RecordId(1236));
        QCOMPARE(*firstRecordAt(*document, ofDay(first + 49'990 * nsPerMs)), RecordId(5000));
        // Before and behind all of them: the nearest.
        if (ofDay(first) > hour)
            QCOMPARE(*firstRecordAt(*document, ofDay(first - nsPerSecond)), RecordId(1));
        if (ofDay(first) < 23 * hour)
            QCOMPARE(*firstRecordAt(*document, ofDay(first) + hour), RecordId(5000));
    }

    void goesOnToTheNextDay()
    {
        test::Recording recording;
        const auto document = recording.document();
        recording.frame(ConnectionId(1), Direction::Sent, wire::Opcode::Text, "x", nsPerMs);
        const WallNs first = document->clock().toWall(document->read(RecordId(1))->header.time);
        recording.frame(ConnectionId(1), Direction::Sent, wire::Opcode::Text, "y", 24 * hour - nsPerSecond);
        recording.frame(ConnectionId(1), Direction::Sent, wire::Opcode::Text, "z", nsPerSecond / 2);
        if (ofDay(first) > nsPerSecond)
            QCOMPARE(*firstRecordAt(*document, ofDay(first) - nsPerSecond), RecordId(2));
    }
};

QTEST_GUILESS_MAIN(TestMomentSearch)
#include "tst_momentsearch.moc"
