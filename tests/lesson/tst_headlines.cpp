#include "lesson/explain.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::Verdict;
using wire::Head;

class HeadLinesTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void requestLine_data();
    void requestLine();
    void everyStatusIsExplained();
    void statusLine_data();
    void statusLine();
    void unknownLinesAreHonest();
    void linesAreCounted();
    void findingsCount();
};

void HeadLinesTest::requestLine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<Verdict>("expected");
    QTest::newRow("plain") << QByteArray("GET /chat HTTP/1.1") << Verdict::Right;
    QTest::newRow("post") << QByteArray("POST / HTTP/1.1") << Verdict::Wrong;
    QTest::newRow("old") << QByteArray("GET / HTTP/1.0") << Verdict::Wrong;
    QTest::newRow("whole URL") << QByteArray("GET http://example.com/chat HTTP/1.1") << Verdict::Unusual;
    QTest::newRow("fragment") << QByteArray("GET /chat#top HTTP/1.1") << Verdict::Wrong;
    QTest::newRow("no path") << QByteArray("GET foo HTTP/1.1") << Verdict::Wrong;
    QTest::newRow("other scheme") << QByteArray("GET ws://example.com/ HTTP/1.1") << Verdict::Wrong;
    QTest::newRow("URL without a host") << QByteArray("GET http:///chat HTTP/1.1") << Verdict::Wrong;
}

void HeadLinesTest::requestLine()
{
    QFETCH(QByteArray, line);
    QFETCH(Verdict, expected);
    const Head head = test::headOf(Head::Kind::Request, line + "\nHost: a");
    const lesson::Explanation explained = lesson::explainHeadLine(head, -1, nullptr);
    test::verifyReadable(explained);
    QCOMPARE(explained.verdict, expected);
    QCOMPARE(explained.where, QStringLiteral("line 1"));
}

void HeadLinesTest::everyStatusIsExplained()
{
    for (int status = 100; status < 600; ++status) {
        const Head head = test::headOf(Head::Kind::Response, "HTTP/1.1 " + QByteArray::number(status) + " Reason");
        test::verifyReadable(lesson::explainHeadLine(head, -1, nullptr));
        if (QTest::currentTestFailed())
            return;
    }
}

void HeadLinesTest::statusLine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<Verdict>("expected");
    QTest::newRow("switch") << QByteArray("HTTP/1.1 101 Switching Protocols") << Verdict::Right;
    QTest::newRow("old switch") << QByteArray("HTTP/1.0 101 Switching Protocols") << Verdict::Wrong;
    QTest::newRow("web page") << QByteArray("HTTP/1.1 200 OK") << Verdict::Unusual;
    QTest::newRow("refusal") << QByteArray("HTTP/1.1 401 Unauthorized") << Verdict::Unusual;
}

void HeadLinesTest::statusLine()
{
    QFETCH(QByteArray, line);
    QFETCH(Verdict, expected);
    const Head head = test::headOf(Head::Kind::Response, line);
    QCOMPARE(lesson::explainHeadLine(head, -1, nullptr).verdict, expected);
}

void HeadLinesTest::unknownLinesAreHonest()
{
    const Head head = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nX-My-Own: 1\nSec-WebSocket-Colour: red");
    const lesson::Explanation own = lesson::explainHeadLine(head, 0, nullptr);
    test::verifyReadable(own);
    QCOMPARE(own.title, QStringLiteral("X-My-Own"));
    QVERIFY(own.text.contains(QStringLiteral("does not know")));
    QCOMPARE(own.verdict, Verdict::Info);
    QCOMPARE(lesson::explainHeadLine(head, 1, nullptr).verdict, Verdict::Unusual);
}

void HeadLinesTest::linesAreCounted()
{
    const Head head = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nHost: a\nUpgrade: websocket");
    QCOMPARE(lesson::explainHeadLine(head, 0, nullptr).where, QStringLiteral("line 2"));
    QCOMPARE(lesson::explainHeadLine(head, 1, nullptr).where, QStringLiteral("line 3"));
}

void HeadLinesTest::findingsCount()
{
    const Head head = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nHost: a\nX-My-Own: 1");
    const auto with = [&head](qsizetype field, wire::Violation violation) {
        return lesson::withFinding(lesson::explainHeadLine(head, field, nullptr), {violation, 0, QStringLiteral("seen here")});
    };
    QCOMPARE(with(0, wire::Violation::HeaderFolded).verdict, Verdict::Unusual);
    QCOMPARE(with(1, wire::Violation::HeaderFolded).verdict, Verdict::Unusual);
    const lesson::Explanation missing = with(-1, wire::Violation::KeyMissing);
    QCOMPARE(missing.verdict, Verdict::Wrong);
    QVERIFY(missing.judgement.contains(QStringLiteral("Sec-WebSocket-Key")) && missing.judgement.contains(QStringLiteral("seen here")));
    QCOMPARE(missing.title, QStringLiteral("Request line"));
    // What the line itself is found to be says more.
    const Head refusal = test::headOf(Head::Kind::Response, "HTTP/1.1 404 Not Found\nServer: a");
    const lesson::Explanation status = lesson::explainHeadLine(refusal, -1, nullptr);
    QCOMPARE(lesson::withFinding(status, {wire::Violation::StatusNot101, 0, {}}).judgement, status.judgement);
}

QTEST_GUILESS_MAIN(HeadLinesTest)
#include "tst_headlines.moc"
