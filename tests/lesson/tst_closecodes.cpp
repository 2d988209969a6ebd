#include "lesson/explain.h"

#include "lesson/explained.h"
#include "support/testmain.h"
#include "wire/closecode.h"

using namespace wsw;
using lesson::Verdict;

class CloseCodesTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyNumberIsExplained();
    void registeredNamesAreTheRegistrys();
    void verdicts_data();
    void verdicts();
    void verdictAgreesWithTheWire();
};

void CloseCodesTest::everyNumberIsExplained()
{
    for (int code = 0; code <= 0xffff; code += code < 5100 ? 1 : 97) {
        for (const Role sender : {Role::Client, Role::Server}) {
            const lesson::Explanation explained = lesson::explainCloseCode(static_cast<quint16>(code), sender);
            test::verifyReadable(explained);
            QVERIFY(explained.title.startsWith(QString::number(code)));
            QVERIFY(explained.verdict != Verdict::Info);
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void CloseCodesTest::registeredNamesAreTheRegistrys()
{
    for (const wire::CloseCodeInfo &known : wire::registeredCloseCodes()) {
        QCOMPARE(lesson::explainCloseCode(known.code, Role::Server).title,
                 QStringLiteral("%1 %2").arg(known.code).arg(QLatin1String(known.name)));
    }
}

void CloseCodesTest::verdicts_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<Verdict>("fromClient");
    QTest::addColumn<Verdict>("fromServer");
    const auto row = [](int code, Verdict client, Verdict server) {
        QTest::addRow("%d", code) << code << client << server;
    };
    row(0, Verdict::Wrong, Verdict::Wrong);
    row(999, Verdict::Wrong, Verdict::Wrong);
    row(1000, Verdict::Right, Verdict::Right);
    row(1001, Verdict::Right, Verdict::Right);
    row(1002, Verdict::Right, Verdict::Right);
    row(1003, Verdict::Right, Verdict::Right);
    row(1004, Verdict::Wrong, Verdict::Wrong);
    row(1005, Verdict::Wrong, Verdict::Wrong);
    row(1006, Verdict::Wrong, Verdict::Wrong);
    row(1007, Verdict::Right, Verdict::Right);
    row(1008, Verdict::Right, Verdict::Right);
    row(1009, Verdict::Right, Verdict::Right);
    row(1010, Verdict::Right, Verdict::Unusual);
    row(1011, Verdict::Right, Verdict::Right);
    row(1012, Verdict::Unusual, Verdict::Right);
    row(1013, Verdict::Unusual, Verdict::Right);
    row(1014, Verdict::Unusual, Verdict::Right);
    row(1015, Verdict::Wrong, Verdict::Wrong);
    row(1016, Verdict::Wrong, Verdict::Wrong);
    row(2999, Verdict::Wrong, Verdict::Wrong);
    row(3000, Verdict::Right, Verdict::Right);
    row(3003, Verdict::Right, Verdict::Right);
    row(3008, Verdict::Right, Verdict::Right);
    row(3999, Verdict::Right, Verdict::Right);
    row(4000, Verdict::Right, Verdict::Right);
    row(4999, Verdict::Right, Verdict::Right);
    row(5000, Verdict::Wrong, Verdict::Wrong);
    row(65535, Verdict::Wrong, Verdict::Wrong);
}

void CloseCodesTest::verdicts()
{
    QFETCH(int, code);
    QFETCH(Verdict, fromClient);
    QFETCH(Verdict, fromServer);
    QCOMPARE(lesson::explainCloseCode(static_cast<quint16>(code), Role::Client).verdict, fromClient);
    QCOMPARE(lesson::explainCloseCode(static_cast<quint16>(code), Role::Server).verdict, fromServer);
}

void CloseCodesTest::verdictAgreesWithTheWire()
{
    for (int code = 0; code < 5100; ++code) {
        const auto number = static_cast<quint16>(code);
        const Verdict verdict = lesson::explainCloseCode(number, Role::Server).verdict;
        switch (wire::closeCodeClass(number)) {
        case wire::CloseCodeClass::Registered: QVERIFY(verdict == Verdict::Right || code == 1010); break;
        case wire::CloseCodeClass::Library:
        case wire::CloseCodeClass::Private: QCOMPARE(verdict, Verdict::Right); break;
        case wire::CloseCodeClass::Unassigned:
            QCOMPARE(verdict, lesson::explainViolation(wire::Violation::CloseCodeUnregistered).verdict);
            break;
        case wire::CloseCodeClass::NeverSent:
        case wire::CloseCodeClass::OutOfRange: QCOMPARE(verdict, Verdict::Wrong); break;
        }
    }
}

QTEST_GUILESS_MAIN(CloseCodesTest)
#include "tst_closecodes.moc"
