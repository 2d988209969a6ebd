#include "replay/playoptions.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

/// Names of timings, and how an end is told.
class TestPlayOptions final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void timingsHaveNames()
    {
        for (const Timing timing : {Timing::Turns, Timing::Original, Timing::Fast})
            QCOMPARE(timingFromName(timingName(timing)), std::optional(timing));
        QVERIFY(!timingFromName(u"slow"));
    }

    void sentences_data()
    {
        QTest::addColumn<PlayOutcome>("outcome");
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<bool>("asRecorded");
        PlayOutcome outcome;
        outcome.messages = outcome.total = 2;
        outcome.bytes = 19;
        outcome.connections = 1;
        outcome.answers = outcome.answersExpected = 2;
        outcome.waitMs = 5000;
        QTest::newRow("as recorded") << outcome << QStringLiteral("Replayed 2 messages (19 bytes) on 1 connection. 2 answers came, as recorded.") << true;
        PlayOutcome fewer = outcome;
        fewer.answers = 1;
        fewer.late = 1;
        QTest::newRow("an answer less") << fewer << QStringLiteral("Replayed 2 messages (19 bytes) on 1 connection. 1 answer came, 2 were recorded. Once no answer came for 5.00 s longer than in the recording.") << false;
        PlayOutcome more = outcome;
        more.answers = 3;
        QTest::newRow("an answer more") << more << QStringLiteral("Replayed 2 messages (19 bytes) on 1 connection. 3 answers came, 2 were recorded.") << true;
        PlayOutcome broken = outcome;
        broken.end = PlayOutcome::End::Broken;
        broken.messages = 1;
        broken.refused = 1;
        PlayOutcome gaveUp = broken;
        gaveUp.messages = gaveUp.total;
        gaveUp.refused = 0;
        QTest::newRow("broken behind the last") << gaveUp << QStringLiteral("Replayed 2 of 2 messages (19 bytes). 2 answers came, as recorded.") << false;
        QTest::newRow("broken") << broken << QStringLiteral("Replayed only 1 of 2 messages (19 bytes). 2 answers came, as recorded. 1 message could not be sent.") << false;
        PlayOutcome cancelled = outcome;
        cancelled.end = PlayOutcome::End::Cancelled;
        QTest::newRow("cancelled") << cancelled << QStringLiteral("Stopped after 2 of 2 messages (19 bytes).") << false;
        PlayOutcome nothing;
        nothing.end = PlayOutcome::End::NotStarted;
        QTest::newRow("not started") << nothing << QStringLiteral("Nothing was replayed.") << false;
    }

    void sentences()
    {
        QFETCH(const PlayOutcome, outcome);
        QFETCH(const QString, sentence);
        QFETCH(const bool, asRecorded);
        QCOMPARE(outcome.sentence(), sentence);
        QCOMPARE(outcome.isAsRecorded(), asRecorded);
    }
};

QTEST_GUILESS_MAIN(TestPlayOptions)
#include "tst_playoptions.moc"
