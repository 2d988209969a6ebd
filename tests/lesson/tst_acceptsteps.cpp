#include "lesson/acceptsteps.h"

#include "support/testmain.h"
#include "wire/handshake.h"

using namespace wsw;

class AcceptStepsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void followsTheExampleOfTheRfc();
    void agreesWithTheHandshake_data();
    void agreesWithTheHandshake();
};

void AcceptStepsTest::followsTheExampleOfTheRfc()
{
    // RFC 6455, 1.3, with its own digest bytes.
    const lesson::AcceptSteps steps = lesson::acceptSteps("dGhlIHNhbXBsZSBub25jZQ==");
    QCOMPARE(steps.joined, QByteArray("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    QCOMPARE(steps.digest.toHex(), QByteArray("b37a4f2cc0624f1690f64606cf385945b2bec4ea"));
    QCOMPARE(steps.accept, QByteArray("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
}

void AcceptStepsTest::agreesWithTheHandshake_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("lawful") << QByteArray("x3JJHMbDL1EzLkh9GBhXDw==");
    QTest::newRow("too short") << QByteArray("AAAA");
    QTest::newRow("empty") << QByteArray();
}

void AcceptStepsTest::agreesWithTheHandshake()
{
    QFETCH(QByteArray, key);
    QCOMPARE(lesson::acceptSteps(key).accept, wire::acceptValue(key));
}

QTEST_GUILESS_MAIN(AcceptStepsTest)
#include "tst_acceptsteps.moc"
