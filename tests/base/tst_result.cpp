#include "base/result.h"

#include "support/testmain.h"

#include <QTest>

#include <memory>

using namespace wsw;

namespace {

Error someError()
{
    return {ErrorKind::Refused, QStringLiteral("The connection was refused."), QStringLiteral("Start the server."), {}};
}

} // namespace

class TestResult final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void holdsAValue()
    {
        Result<int> result = 7;
        QVERIFY(result.ok());
        QVERIFY(result);
        QCOMPARE(*result, 7);
        result.value() = 8;
        QCOMPARE(result.value(), 8);
    }

    void holdsAnError()
    {
        const Result<int> result = someError();
        QVERIFY(!result.ok());
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Refused);
        QCOMPARE(result.error().remedy, QStringLiteral("Start the server."));
    }

    void withoutAValueIsDone()
    {
        const Result<> done;
        QVERIFY(done.ok());
        const Result<> failed = someError();
        QVERIFY(!failed.ok());
    }

    void givesItsValueAway()
    {
        Result<std::unique_ptr<QString>> result = std::make_unique<QString>(QStringLiteral("kept"));
        QCOMPARE(**result, QStringLiteral("kept"));
        const std::unique_ptr<QString> taken = std::move(result).value();
        QCOMPARE(*taken, QStringLiteral("kept"));
        QVERIFY(result.value() == nullptr);
    }
};

QTEST_GUILESS_MAIN(TestResult)
#include "tst_result.moc"
