#include "lesson/headertopics.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;

class HttpTopicsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyHeaderIsExplained();
    void noNameStandsTwice();
    void namesAreFoundWithoutCase_data();
    void namesAreFoundWithoutCase();
};

void HttpTopicsTest::everyHeaderIsExplained()
{
    for (const lesson::HeaderTopic &topic : lesson::httpTopics()) {
        QVERIFY2(topic.request || topic.response, topic.name);
        const QByteArray line = QByteArray("\n") + topic.name + ": value";
        const wire::Head request = test::headOf(wire::Head::Kind::Request, "GET / HTTP/1.1" + line);
        const wire::Head response = test::headOf(wire::Head::Kind::Response, "HTTP/1.1 101 Switching Protocols" + line);
        for (const wire::Head &head : {request, response}) {
            const lesson::Explanation explained = lesson::explainHeadLine(head, 0, nullptr);
            test::verifyReadable(explained);
            QCOMPARE(explained.title, QString::fromLatin1(topic.name));
            const char *own = head.kind == wire::Head::Kind::Request ? topic.request : topic.response;
            if (!own)
                QCOMPARE(explained.verdict, lesson::Verdict::Unusual);
        }
    }
}

void HttpTopicsTest::noNameStandsTwice()
{
    QSet<QByteArray> names;
    for (const lesson::HeaderTopic &topic : lesson::handshakeTopics())
        names.insert(QByteArray(topic.name).toLower());
    for (const lesson::HeaderTopic &topic : lesson::httpTopics())
        names.insert(QByteArray(topic.name).toLower());
    QCOMPARE(names.size(), static_cast<qsizetype>(lesson::handshakeTopics().size() + lesson::httpTopics().size()));
}

void HttpTopicsTest::namesAreFoundWithoutCase_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"user-agent", "Accept", "accept-encoding", "Accept-Language", "cache-control", "PRAGMA", "date", "Server",
                             "content-type", "Content-Length", "Transfer-Encoding", "Access-Control-Allow-Origin",
                             "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Via",
                             "X-Forwarded-For", "Retry-After", "traceparent"})
        QTest::newRow(name) << QByteArray(name);
}

void HttpTopicsTest::namesAreFoundWithoutCase()
{
    QFETCH(QByteArray, name);
    const lesson::HeaderTopic *topic = lesson::findTopic(name);
    QVERIFY(topic);
    QCOMPARE(QByteArray(topic->name).toLower(), name.toLower());
}

QTEST_GUILESS_MAIN(HttpTopicsTest)
#include "tst_httptopics.moc"
