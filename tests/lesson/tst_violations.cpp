#include "lesson/explain.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::Verdict;
using wire::Violation;

class ViolationsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyRuleIsExplained();
    void noteIsShown();
    void referenceIsWrittenOut();
    void aNewerProgramsRuleIsNotMisnamed();
};

void ViolationsTest::everyRuleIsExplained()
{
    QSet<QString> titles;
    for (int value = 0; value < static_cast<int>(Violation::Count); ++value) {
        const auto violation = static_cast<Violation>(value);
        const lesson::Explanation explained = lesson::explainViolation(violation);
        titles.insert(explained.title);
        if (violation == Violation::None) {
            QCOMPARE(explained.verdict, Verdict::Info);
            continue;
        }
        test::verifyReadable(explained);
        const wire::ViolationInfo &known = wire::violationInfo(violation);
        QCOMPARE(explained.verdict, known.severity == wire::Severity::Error ? Verdict::Wrong : Verdict::Unusual);
        QCOMPARE(explained.judgement, QString::fromUtf8(known.sentence));
        if (known.closeCode != 0)
            QVERIFY(explained.text.contains(QString::number(known.closeCode)));
    }
    QCOMPARE(titles.size(), static_cast<qsizetype>(Violation::Count));
}

void ViolationsTest::noteIsShown()
{
    QVERIFY(lesson::explainViolation(Violation::VersionNot13, QStringLiteral("the version is '8'")).judgement.contains(QStringLiteral("'8'")));
}

void ViolationsTest::referenceIsWrittenOut()
{
    QCOMPARE(lesson::explainViolation(Violation::ReservedOpcode).reference, QStringLiteral("RFC 6455, section 5.2"));
}

void ViolationsTest::aNewerProgramsRuleIsNotMisnamed()
{
    const lesson::Explanation explained = lesson::explainViolation(static_cast<Violation>(999));
    test::verifyReadable(explained);
    QVERIFY(explained.title.contains(QStringLiteral("999")));
}

QTEST_GUILESS_MAIN(ViolationsTest)
#include "tst_violations.moc"
