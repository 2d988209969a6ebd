#include "panes/composer/framedraft.h"

#include "base/limits.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::desktop;

namespace {

FrameDraft textDraft(const QByteArray &payload)
{
    FrameDraft draft;
    draft.header.masked = true;
    draft.header.key = {1, 2, 3, 4};
    draft.payload = payload;
    return draft;
}

QStringList judged(const FrameDraft &draft, wire::FrameJudge &judge)
{
    return judgeCrafted(draft.finished().header, draft.payload, judge);
}

} // namespace

class TestFrameDraft final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void lengthAndFormAreTrueUnlessAskedOtherwise()
    {
        FrameDraft draft = textDraft(QByteArray(126, 'x'));
        QCOMPARE(draft.finished().header.length, 126u);
        QCOMPARE(draft.finished().header.lengthForm, wire::LengthForm::Bits16);
        draft.declaredLength = 5;
        QCOMPARE(draft.finished().header.length, 5u);
        QCOMPARE(draft.finished().header.lengthForm, wire::LengthForm::Bits7);
        draft.lengthForm = wire::LengthForm::Bits64;
        QCOMPARE(draft.finished().header.lengthForm, wire::LengthForm::Bits64);
        QVERIFY(draft.finished().problem.isEmpty());
    }

    void aFormThatCannotHoldTheLengthIsAProblem()
    {
        FrameDraft draft = textDraft(QByteArray(125, 'x'));
        draft.lengthForm = wire::LengthForm::Bits7;
        QVERIFY(draft.finished().problem.isEmpty());
        draft.payload.append('x');
        QVERIFY(!draft.finished().problem.isEmpty());
        draft.lengthForm = wire::LengthForm::Bits16;
        draft.declaredLength = 65'535;
        QVERIFY(draft.finished().problem.isEmpty());
        draft.declaredLength = 65'536;
        QVERIFY(!draft.finished().problem.isEmpty());
    }

    void aLawfulFrameBreaksNothing()
    {
        wire::FrameJudge judge(Role::Client, limits::defaultFrameBytes);
        QCOMPARE(judged(textDraft("Hello"), judge), QStringList());
    }

    void everyBreachIsToldWithItsSection()
    {
        wire::FrameJudge judge(Role::Client, limits::defaultFrameBytes);
        FrameDraft draft = textDraft("Hello");
        draft.header.rsv2 = true;
        draft.header.masked = false;
        const QStringList sentences = judged(draft, judge);
        QCOMPARE(sentences.size(), 2);
        for (const QString &sentence : sentences)
            QVERIFY2(sentence.contains(QLatin1String("RFC 6455")), qPrintable(sentence));
        QVERIFY(sentences.join(u' ').contains(QLatin1String("RSV2")));
    }

    void whatWentBeforeCounts()
    {
        wire::FrameJudge judge(Role::Client, limits::defaultFrameBytes);
        FrameDraft first = textDraft("Hel");
        first.header.fin = false;
        FrameDraft rest = textDraft("lo");
        rest.header.opcode = wire::Opcode::Continuation;
        wire::FrameJudge fresh = judge;
        QCOMPARE(judged(rest, fresh).size(), 1);        // a continuation of nothing
        QCOMPARE(judged(first, judge), QStringList());
        QCOMPARE(judged(rest, judge), QStringList());   // now it continues something
    }

    void falseLengthsAreExplained()
    {
        wire::FrameJudge judge(Role::Client, limits::defaultFrameBytes);
        FrameDraft draft = textDraft("Hello");
        draft.declaredLength = 7;
        QVERIFY(judged(draft, judge).join(u' ').contains(QLatin1String("first 2 of the next frame")));
        wire::FrameJudge other(Role::Client, limits::defaultFrameBytes);
        draft.declaredLength = 3;
        QVERIFY(judged(draft, other).join(u' ').contains(QLatin1String("last 2")));
    }
};

QTEST_GUILESS_MAIN(TestFrameDraft)
#include "tst_framedraft.moc"
