#include "lesson/explain.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::Verdict;

class OpcodesTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void allSixteenAreExplained();
    void verdictNames();
};

void OpcodesTest::allSixteenAreExplained()
{
    for (int value = 0; value < 16; ++value) {
        const auto opcode = static_cast<wire::Opcode>(value);
        const lesson::Explanation explained = lesson::explainOpcode(opcode);
        test::verifyReadable(explained);
        QVERIFY(explained.title.endsWith(QStringLiteral("(0x%1)").arg(QString::number(value, 16).toUpper())));
        QCOMPARE(explained.verdict, wire::isReserved(opcode) ? Verdict::Wrong : Verdict::Right);
    }
}

void OpcodesTest::verdictNames()
{
    QVERIFY(lesson::verdictName(Verdict::Info).isEmpty());
    QCOMPARE(lesson::verdictName(Verdict::Right), QStringLiteral("Right"));
    QCOMPARE(lesson::verdictName(Verdict::Unusual), QStringLiteral("Unusual"));
    QCOMPARE(lesson::verdictName(Verdict::Wrong), QStringLiteral("Wrong"));
}

QTEST_GUILESS_MAIN(OpcodesTest)
#include "tst_opcodes.moc"
