#include "support/splits.h"
#include "support/testmain.h"

#include "net/proxytalk.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;
using Outcome = ProxyTalk::Outcome;

/// What is said to an outgoing proxy, as dialogues: HTTP CONNECT and SOCKS5.
class tst_ProxyTalk final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void namesWithoutTheLogin();
    void connects();
    void connectsWithALogin();
    void refusals_data();
    void refusals();
    void socks_data();
    void socks();
    void socksRefusals_data();
    void socksRefusals();
    void nothingBehindTheAnswerIsAskedFor_data();
    void nothingBehindTheAnswerIsAskedFor();
    void socksNamesFit();
    void endsAndTimeOuts_data();
    void endsAndTimeOuts();

private:
    /// Everything that is said to a proxy which answers with @p answers, one after the other whatever is asked; and how it ends.
    struct Talk
    {
        QList<QByteArray> said;
        Outcome outcome = Outcome::NeedMore;
        std::optional<Error> error;
        QByteArray left;        ///< of the answers
    };
    static Talk talk(const OutgoingProxy &proxy, const HostPort &target, const QByteArray &answers)
    {
        ProxyTalk talk(proxy, target);
        Talk all;
        all.left = answers;
        ProxyTalk::Step step = talk.start();
        for (;;) {
            if (!step.toProxy.isEmpty())
                all.said.append(step.toProxy);
            all.outcome = step.outcome;
            if (step.outcome != Outcome::NeedMore || all.left.isEmpty())
                break;
            const QByteArray next = all.left.left(talk.wanted());
            all.left.remove(0, next.size());
            step = talk.take(next);
        }
        if (all.outcome == Outcome::Failed)
            all.error = talk.error();
        return all;
    }
    static OutgoingProxy http(const QString &user = {}, const QString &password = {})
    {
        return {OutgoingProxy::Kind::Http, QStringLiteral("127.0.0.1"), 3128, user, password};
    }
    static OutgoingProxy socks5(const QString &user = {}, const QString &password = {})
    {
        return {OutgoingProxy::Kind::Socks5, QStringLiteral("::1"), 1080, user, password};
    }
    static HostPort target() { return {QStringLiteral("example.org"), 443}; }
};

void tst_ProxyTalk::namesWithoutTheLogin()
{
    QCOMPARE(proxyText(http(QStringLiteral("me"), QStringLiteral("secret"))), QStringLiteral("http://127.0.0.1:3128"));
    QCOMPARE(proxyText(socks5(QStringLiteral("me"))), QStringLiteral("socks5://[::1]:1080"));
}

void tst_ProxyTalk::connects()
{
    const Talk done = talk(http(), target(), "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nthe target's");
    QCOMPARE(done.said, QList<QByteArray>{"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n"});
    QCOMPARE(done.outcome, Outcome::Connected);
    QCOMPARE(done.left, "the target's");
    QCOMPARE(talk(http(), {QStringLiteral("::1"), 80}, {}).said, QList<QByteArray>{"CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"});
}

void tst_ProxyTalk::connectsWithALogin()
{
    const Talk done = talk(http(QStringLiteral("Aladdin"), QStringLiteral("open sesame")), target(), "HTTP/1.0 204 OK\r\n\r\n");
    QCOMPARE(done.said.first(), "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n"
                                "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
    QCOMPARE(done.outcome, Outcome::Connected);
}

void tst_ProxyTalk::refusals_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("remedy");
    QTest::addColumn<QString>("detail");
    const QString none;
    const auto row = [](const char *name, const QString &user, const QByteArray &answer, const char *message, const char *remedy, const char *detail) {
        QTest::newRow(name) << user << answer << QString::fromUtf8(message) << QString::fromUtf8(remedy) << QString::fromUtf8(detail);
    };
    row("login wanted", none, "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n",
        "The proxy http://127.0.0.1:3128 wants a user and a password (407 Login).", "http://user:password@127.0.0.1:3128", "Proxy-Authenticate");
    row("login wrong", QStringLiteral("me"), "HTTP/1.1 407 Login\r\nProxy-Authenticate: basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n",
        "does not accept the user me with this password (407 Login).", "write @ as %40", "");
    row("login wrong, as tinyproxy says it", QStringLiteral("me"), "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
        "does not accept the user me with this password (401 Unauthorized).", "write @ as %40", "");
    row("other login", none, "HTTP/1.1 407 Login\r\nProxy-Authenticate: Digest realm=\"a\"\r\nContent-Length: 0\r\n\r\n",
        "wants a login that this program cannot do", "Basic only", "Digest");
    row("forbidden", none, "HTTP/1.1 403 Filtered\r\nContent-Length: 12\r\n\r\nnot this one",
        "did not connect to example.org:443: it answered 403 Filtered.", "443 only", "not this one");
    row("chunked", none, "HTTP/1.1 403 Filtered\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "403 Filtered", "443 only", "hello");
    row("unreachable", none, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "it answered 502 Bad Gateway", "Check that the server runs", "");
    row("no proxy", none, "HTTP/1.1 405 Not Allowed\r\nContent-Length: 0\r\n\r\n", "405 Not Allowed", "may be a web server", "");
    row("other", none, "HTTP/1.1 429 Slowly\r\nContent-Length: 0\r\n\r\n", "429 Slowly", "whoever runs the proxy", "");
    row("no HTTP", none, QByteArray("\x05\x00 what\r\n", 9), "What http://127.0.0.1:3128 answered is no HTTP.", "socks5://127.0.0.1:3128", "");
}

void tst_ProxyTalk::refusals()
{
    QFETCH(QString, user);
    QFETCH(QByteArray, answer);
    QFETCH(QString, message);
    QFETCH(QString, remedy);
    QFETCH(QString, detail);
    const Talk done = talk(http(user, QStringLiteral("x")), target(), answer);
    QCOMPARE(done.outcome, Outcome::Failed);
    QVERIFY2(done.error->message.contains(message), qPrintable(done.error->message));
    QVERIFY2(done.error->remedy.contains(remedy), qPrintable(done.error->remedy));
    QVERIFY2(done.error->detail.contains(detail), qPrintable(done.error->detail));
}

void tst_ProxyTalk::socks_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("reply");
    const QByteArray ipv4Reply("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10);
    QTest::newRow("name") << QStringLiteral("example.org") << QByteArray("\x05\x01\x00\x03\x0b", 5) + "example.org\x01\xbb" << ipv4Reply;
    QTest::newRow("IPv4") << QStringLiteral("127.0.0.1") << QByteArray("\x05\x01\x00\x01\x7f\x00\x00\x01\x01\xbb", 10)
                          << QByteArray("\x05\x00\x00\x03\x05proxy\x04\x38", 12);
    QTest::newRow("IPv6") << QStringLiteral("::1") << QByteArray("\x05\x01\x00\x04", 4) + QByteArray(15, '\0') + "\x01\x01\xbb"
                          << QByteArray("\x05\x00\x00\x04", 4) + QByteArray(18, '\0');
}

void tst_ProxyTalk::socks()
{
    QFETCH(QString, host);
    QFETCH(QByteArray, asked);
    QFETCH(QByteArray, reply);
    const Talk plain = talk(socks5(), {host, 443}, QByteArray("\x05\x00", 2) + reply + "rest");
    QCOMPARE(plain.said, (QList<QByteArray>{QByteArray("\x05\x01\x00", 3), asked}));
    QCOMPARE(plain.outcome, Outcome::Connected);
    QCOMPARE(plain.left, "rest");
    const Talk login = talk(socks5(QStringLiteral("me"), QStringLiteral("pass")), {host, 443}, QByteArray("\x05\x02\x01\x00", 4) + reply);
    QCOMPARE(login.said, (QList<QByteArray>{QByteArray("\x05\x02\x00\x02", 4), "\x01\x02me\x04pass", asked}));
    QCOMPARE(login.outcome, Outcome::Connected);
    // A proxy may choose to let everybody in.
    QCOMPARE(talk(socks5(QStringLiteral("me")), {host, 443}, QByteArray("\x05\x00", 2) + reply).said.last(), asked);
}

void tst_ProxyTalk::socksRefusals_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("message");
    const QString none;
    const QString me = QStringLiteral("me");
    QTest::newRow("login wanted") << none << QByteArray("\x05\xff") << QStringLiteral("wants a user and a password");
    QTest::newRow("other login wanted") << me << QByteArray("\x05\xff") << QStringLiteral("wants a login that this program cannot do");
    QTest::newRow("login that was not offered") << none << QByteArray("\x05\x02") << QStringLiteral("wants a login that this program cannot do");
    QTest::newRow("login wrong") << me << QByteArray("\x05\x02\x01\x01") << QStringLiteral("does not accept the user me with this password");
    QTest::newRow("no SOCKS") << none << QByteArray("HTTP/1.1 400 Bad\r\n\r\n") << QStringLiteral("What socks5://[::1]:1080 answered is no SOCKS5");
    const QHash<int, QString> replies{{1, QStringLiteral("does not say why")}, {2, QStringLiteral("its rules")}, {3, QStringLiteral("that network")},
        {4, QStringLiteral("that host")}, {5, QStringLiteral("the server refused")}, {6, QStringLiteral("in time")},
        {7, QStringLiteral("for others")}, {8, QStringLiteral("sort of address")}, {9, QStringLiteral("unknown reply 9")}};
    for (auto reply = replies.begin(); reply != replies.end(); ++reply) {
        QTest::addRow("reply %d", reply.key()) << none << QByteArray("\x05\x00\x05", 3) + char(reply.key()) + QByteArray("\x00\x01\x00\x00\x00\x00\x00\x00", 8)
                                               << QStringLiteral("did not connect to example.org:443: ");
        QTest::addRow("reply %d, why", reply.key()) << none
                                                    << QByteArray("\x05\x00\x05", 3) + char(reply.key()) + QByteArray("\x00\x01\x00\x00\x00\x00\x00\x00", 8)
                                                    << reply.value();
    }
}

void tst_ProxyTalk::socksRefusals()
{
    QFETCH(QString, user);
    QFETCH(QByteArray, answer);
    QFETCH(QString, message);
    const Talk done = talk(socks5(user, QStringLiteral("x")), target(), answer);
    QCOMPARE(done.outcome, Outcome::Failed);
    QVERIFY2(done.error->message.contains(message), qPrintable(done.error->message));
    QVERIFY(!done.error->remedy.isEmpty());
}

void tst_ProxyTalk::nothingBehindTheAnswerIsAskedFor_data()
{
    QTest::addColumn<bool>("http");
    QTest::addColumn<QByteArray>("answers");
    QTest::newRow("HTTP") << true << QByteArray("HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
    QTest::newRow("SOCKS5") << false << QByteArray("\x05\x02\x01\x00\x05\x00\x00\x03\x02xy\x01\x02", 13);
}

void tst_ProxyTalk::nothingBehindTheAnswerIsAskedFor()
{
    QFETCH(bool, http);
    QFETCH(QByteArray, answers);
    const QString me = QStringLiteral("me");
    // However the bytes come, and whatever follows them.
    const auto run = [&](const test::Chunks &chunks) {
        ProxyTalk talk(http ? tst_ProxyTalk::http(me) : socks5(me), target());
        QStringList events{QString::fromLatin1(talk.start().toProxy.toHex())};
        QByteArray waiting;
        Outcome outcome = Outcome::NeedMore;
        for (const QByteArray &chunk : chunks) {
            waiting += chunk;
            while (outcome == Outcome::NeedMore && !waiting.isEmpty()) {
                const QByteArray next = waiting.left(talk.wanted());
                waiting.remove(0, next.size());
                const ProxyTalk::Step step = talk.take(next);
                outcome = step.outcome;
                if (!step.toProxy.isEmpty())
                    events += QString::fromLatin1(step.toProxy.toHex());
            }
        }
        events += outcome == Outcome::Connected ? QStringLiteral("connected") : QStringLiteral("not");
        return events << QString::fromLatin1(waiting);
    };
    QCOMPARE(run({answers + "behind"}).mid(http ? 1 : 3), (QStringList{QStringLiteral("connected"), QStringLiteral("behind")}));
    QCOMPARE(test::splitDifference(answers + "behind", run), QString());
}

void tst_ProxyTalk::socksNamesFit()
{
    const auto long255 = QString(255, u'n');
    QCOMPARE(talk(socks5(), {long255, 80}, QByteArray("\x05\x00", 2)).said.last().size(), 4 + 1 + 255 + 2);
    QCOMPARE(talk(socks5(), {long255 + u'n', 80}, {}).error->kind, ErrorKind::Usage);
    QCOMPARE(talk(socks5(long255 + u'n'), target(), {}).error->kind, ErrorKind::Usage);
    QCOMPARE(talk(socks5(QStringLiteral("me"), long255 + u'n'), target(), {}).error->kind, ErrorKind::Usage);
}

void tst_ProxyTalk::endsAndTimeOuts_data()
{
    QTest::addColumn<bool>("http");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("whenEnded");
    QTest::addColumn<QString>("whenLate");
    const QString late = QStringLiteral("took the connection, but that to example.org:443 did not stand within 1.5 s");
    const QString silent = QStringLiteral("closed the connection without an answer");
    const QString cut = QStringLiteral("closed the connection before that to example.org:443 stood");
    const QString body = QStringLiteral("it answered 403 No");
    QTest::newRow("HTTP, nothing") << true << QByteArray() << silent << late;
    QTest::newRow("HTTP, half a head") << true << QByteArray("HTTP/1.1 2") << cut << late;
    QTest::newRow("HTTP, half a page") << true << QByteArray("HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\nhalf") << body << body;
    QTest::newRow("HTTP, page without a length") << true << QByteArray("HTTP/1.1 403 No\r\n\r\nhalf") << body << body;
    QTest::newRow("SOCKS5, nothing") << false << QByteArray() << silent << late;
    QTest::newRow("SOCKS5, no reply") << false << QByteArray("\x05\x00", 2) << cut << late;
    QTest::newRow("SOCKS5, half a reply") << false << QByteArray("\x05\x00\x05\x00\x00", 5) << cut << late;
}

void tst_ProxyTalk::endsAndTimeOuts()
{
    QFETCH(bool, http);
    QFETCH(QByteArray, answer);
    QFETCH(QString, whenEnded);
    QFETCH(QString, whenLate);
    for (const bool ends : {true, false}) {
        ProxyTalk talk(http ? tst_ProxyTalk::http() : socks5(), target());
        std::ignore = talk.start();
        for (const char byte : answer)
            QCOMPARE(talk.take(QByteArrayView(&byte, 1)).outcome, Outcome::NeedMore);
        QCOMPARE((ends ? talk.ended(QStringLiteral("why")) : talk.timedOut(1'500)).outcome, Outcome::Failed);
        QVERIFY2(talk.error().message.contains(ends ? whenEnded : whenLate), qPrintable(talk.error().message));
        QVERIFY(!talk.error().remedy.isEmpty());
    }
}

QTEST_GUILESS_MAIN(tst_ProxyTalk)
#include "tst_proxytalk.moc"
