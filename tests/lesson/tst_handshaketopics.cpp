#include "lesson/headertopics.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;

class HandshakeTopicsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everyHeaderIsExplained();
    void noNameStandsTwice();
    void namesAreFoundWithoutCase_data();
    void namesAreFoundWithoutCase();
};

void HandshakeTopicsTest::everyHeaderIsExplained()
{
    for (const lesson::HeaderTopic &topic : lesson::handshakeTopics()) {
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

void HandshakeTopicsTest::noNameStandsTwice()
{
    QSet<QByteArray> names;
    for (const lesson::HeaderTopic &topic : lesson::handshakeTopics())
        names.insert(QByteArray(topic.name).toLower());
    for (const lesson::HeaderTopic &topic : lesson::httpTopics())
        names.insert(QByteArray(topic.name).toLower());
    QCOMPARE(names.size(), static_cast<qsizetype>(lesson::handshakeTopics().size() + lesson::httpTopics().size()));
}

void HandshakeTopicsTest::namesAreFoundWithoutCase_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"host", "UPGRADE", "connection", "sec-websocket-key", "Sec-WebSocket-Version", "sec-websocket-protocol",
                             "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept", "Origin", "cookie", "Set-Cookie", "Authorization",
                             "www-authenticate", "location"})
        QTest::newRow(name) << QByteArray(name);
}

void HandshakeTopicsTest::namesAreFoundWithoutCase()
{
    QFETCH(QByteArray, name);
    const lesson::HeaderTopic *topic = lesson::findTopic(name);
    QVERIFY(topic);
    QCOMPARE(QByteArray(topic->name).toLower(), name.toLower());
    QVERIFY(!lesson::findTopic(name + "x"));
}

QTEST_GUILESS_MAIN(HandshakeTopicsTest)
#include "tst_handshaketopics.moc"
