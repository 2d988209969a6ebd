#include "lesson/headertopics.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::Verdict;
using wire::Head;

class HeaderJudgesTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void requestLines_data();
    void requestLines();
    void responseLines_data();
    void responseLines();
    void neverRightWhereTheHeadIsWrong();
    void acceptNamesTheValueThatIsDue();
    void keySaysHowManyBytesItHas();
};

void HeaderJudgesTest::requestLines_data()
{
    // The first line is the one that is judged; others may follow.
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<Verdict>("expected");
    const auto row = [](const char *name, const char *lines, Verdict expected) { QTest::newRow(name) << QByteArray(lines) << expected; };
    row("host", "Host: example.com", Verdict::Right);
    row("host empty", "Host:", Verdict::Wrong);
    row("host with a port", "Host: [::1]:8080", Verdict::Right);
    row("host with a bad port", "Host: example.com:port", Verdict::Wrong);
    row("host that is none", "Host: a b", Verdict::Wrong);
    row("host that is a URL", "Host: http://example.com", Verdict::Wrong);
    row("host twice", "Host: a\nHost: b", Verdict::Wrong);
    row("upgrade", "Upgrade: websocket", Verdict::Right);
    row("upgrade, other case", "Upgrade: WebSocket", Verdict::Right);
    row("upgrade among others", "Upgrade: h2c, websocket", Verdict::Unusual);
    row("upgrade in another line", "Upgrade: h2c\nUpgrade: websocket", Verdict::Unusual);
    row("upgrade to something else", "Upgrade: h2c", Verdict::Wrong);
    row("connection", "Connection: Upgrade", Verdict::Right);
    row("connection as Firefox writes it", "Connection: keep-alive, Upgrade", Verdict::Right);
    row("connection in another line", "Connection: keep-alive\nConnection: upgrade", Verdict::Info);
    row("connection without", "Connection: keep-alive", Verdict::Wrong);
    row("key", "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==", Verdict::Right);
    row("key of a document", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", Verdict::Unusual);
    row("key of 15 bytes", "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0O", Verdict::Wrong);
    row("key that is no base64", "Sec-WebSocket-Key: !!!", Verdict::Wrong);
    row("key twice", "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==", Verdict::Wrong);
    row("version", "Sec-WebSocket-Version: 13", Verdict::Right);
    row("version 8", "Sec-WebSocket-Version: 8", Verdict::Wrong);
    row("version empty", "Sec-WebSocket-Version:", Verdict::Wrong);
    row("version twice", "Sec-WebSocket-Version: 13\nSec-WebSocket-Version: 13", Verdict::Wrong);
    row("protocols", "Sec-WebSocket-Protocol: chat, superchat", Verdict::Right);
    row("protocol named twice", "Sec-WebSocket-Protocol: chat, chat", Verdict::Unusual);
    row("protocol that is no name", "Sec-WebSocket-Protocol: chat, super chat", Verdict::Wrong);
    row("protocol empty", "Sec-WebSocket-Protocol:", Verdict::Wrong);
    row("deflate", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", Verdict::Right);
    row("unknown extension", "Sec-WebSocket-Extensions: x-webkit-deflate-frame", Verdict::Unusual);
    row("deflate with a bad number", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=16", Verdict::Wrong);
    row("deflate with the smallest window", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8", Verdict::Unusual);
    row("extensions that cannot be read", "Sec-WebSocket-Extensions: permessage-deflate; =", Verdict::Wrong);
    row("no extension", "Sec-WebSocket-Extensions:", Verdict::Wrong);
    row("accept in a request", "Sec-WebSocket-Accept: x", Verdict::Unusual);
    row("origin", "Origin: https://example.com", Verdict::Right);
    row("origin null", "Origin: null", Verdict::Unusual);
    row("origin bare", "Origin: example.com", Verdict::Unusual);
    row("origin with a path", "Origin: https://example.com/path", Verdict::Unusual);
    row("origin without a scheme", "Origin: ://example.com", Verdict::Unusual);
    row("origin twice", "Origin: https://a\nOrigin: https://b", Verdict::Wrong);
    row("content length", "Content-Length: 5", Verdict::Wrong);
    row("content length 0", "Content-Length: 0", Verdict::Unusual);
    row("transfer encoding", "Transfer-Encoding: chunked", Verdict::Wrong);
    row("authorization", "Authorization: Basic YTpi", Verdict::Info);
    row("draft", "Sec-WebSocket-Key1: 12998 5 Y3 1  .P00", Verdict::Unusual);
    row("user agent", "User-Agent: x", Verdict::Info);
}

void HeaderJudgesTest::requestLines()
{
    QFETCH(QByteArray, lines);
    QFETCH(Verdict, expected);
    const Head head = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\n" + lines);
    const lesson::Explanation explained = lesson::explainHeadLine(head, 0, nullptr);
    QVERIFY2(explained.verdict == expected, qPrintable(explained.judgement));
    test::verifyReadable(explained);
}

void HeaderJudgesTest::responseLines_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<Verdict>("expected");
    const auto row = [](const char *name, int status, const char *lines, Verdict expected) {
        QTest::newRow(name) << status << QByteArray(lines) << expected;
    };
    row("upgrade", 101, "Upgrade: websocket", Verdict::Right);
    row("upgrade among others", 101, "Upgrade: h2c, websocket", Verdict::Wrong);
    row("upgrade in a refusal", 426, "Upgrade: websocket", Verdict::Info);
    row("connection", 101, "Connection: Upgrade", Verdict::Right);
    row("connection without", 101, "Connection: close", Verdict::Wrong);
    row("connection of a refusal", 404, "Connection: close", Verdict::Info);
    row("accept", 101, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Verdict::Right);
    row("accept wrong", 101, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", Verdict::Wrong);
    row("accept twice", 101, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\nSec-WebSocket-Accept: x", Verdict::Wrong);
    row("protocol chosen", 101, "Sec-WebSocket-Protocol: chat", Verdict::Right);
    row("protocol in other case", 101, "Sec-WebSocket-Protocol: Chat", Verdict::Wrong);
    row("protocol not offered", 101, "Sec-WebSocket-Protocol: mqtt", Verdict::Wrong);
    row("two protocols", 101, "Sec-WebSocket-Protocol: chat, superchat", Verdict::Wrong);
    row("deflate agreed", 101, "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover", Verdict::Right);
    row("deflate agreed with a limit", 101, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10", Verdict::Right);
    row("deflate with a limit without a number", 101, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", Verdict::Wrong);
    row("extension not offered", 101, "Sec-WebSocket-Extensions: other", Verdict::Wrong);
    row("version with a refusal", 426, "Sec-WebSocket-Version: 13", Verdict::Right);
    row("version with the switch", 101, "Sec-WebSocket-Version: 13", Verdict::Unusual);
    row("key in a response", 101, "Sec-WebSocket-Key: x", Verdict::Unusual);
    row("length with the switch", 101, "Content-Length: 0", Verdict::Wrong);
    row("length of an answer", 404, "Content-Length: 9", Verdict::Info);
    row("chunked switch", 101, "Transfer-Encoding: chunked", Verdict::Wrong);
    row("401 asks", 401, "WWW-Authenticate: Bearer", Verdict::Right);
    row("200 asks", 200, "WWW-Authenticate: Bearer", Verdict::Unusual);
    row("redirection", 302, "Location: wss://b/", Verdict::Right);
    row("location without one", 101, "Location: wss://b/", Verdict::Unusual);
    row("any site", 101, "Access-Control-Allow-Origin: *", Verdict::Unusual);
    row("date", 101, "Date: Tue, 1 Apr 2025 10:00:00 GMT", Verdict::Info);
}

void HeaderJudgesTest::responseLines()
{
    QFETCH(int, status);
    QFETCH(QByteArray, lines);
    QFETCH(Verdict, expected);
    const Head request = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nHost: a\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"
                                                           "Sec-WebSocket-Protocol: chat, superchat\n"
                                                           "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
    const Head head = test::headOf(Head::Kind::Response, "HTTP/1.1 " + QByteArray::number(status) + " Reason\n" + lines);
    const lesson::Explanation explained = lesson::explainHeadLine(head, 0, &request);
    QVERIFY2(explained.verdict == expected, qPrintable(explained.judgement));
    test::verifyReadable(explained);
}

void HeaderJudgesTest::neverRightWhereTheHeadIsWrong()
{
    // Each of these lines is judged twice: by itself, here, and with the whole head, in wire.
    const QByteArrayList lines{"Host: a b", "Host: :80", "Host: a:x", "Host: [1]", "Host:", "Origin: a", "Origin: https://a/b",
                               "Upgrade: h2c", "Connection: close", "Sec-WebSocket-Key: AAAA", "Sec-WebSocket-Version: 8", "Sec-WebSocket-Protocol:",
                               "Sec-WebSocket-Protocol: a b", "Sec-WebSocket-Protocol: a, a", "Sec-WebSocket-Protocol: a;b", "Sec-WebSocket-Extensions: ="};
    for (const QByteArray &line : lines) {
        const Head head = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\n" + line);
        const wire::Findings findings = wire::judgeRequest(head);
        const auto here = std::ranges::find(findings, head.fields.first().offset, &wire::Finding::offset);
        QVERIFY2(here != findings.end(), line.constData());
        const lesson::Explanation own = lesson::explainHeadLine(head, 0, nullptr);
        QVERIFY2(own.verdict == lesson::explainViolation(here->violation).verdict, qPrintable(own.title + own.judgement));
    }
}

void HeaderJudgesTest::acceptNamesTheValueThatIsDue()
{
    const Head request = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    const Head response = test::headOf(Head::Kind::Response, "HTTP/1.1 101 x\nSec-WebSocket-Accept: nonsense");
    QVERIFY(lesson::explainHeadLine(response, 0, &request).judgement.contains(QStringLiteral("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
    QCOMPARE(lesson::explainHeadLine(response, 0, nullptr).verdict, Verdict::Info);
    const Head keyless = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nHost: a");
    QCOMPARE(lesson::explainHeadLine(response, 0, &keyless).verdict, Verdict::Unusual);
}

void HeaderJudgesTest::keySaysHowManyBytesItHas()
{
    const Head request = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0O");
    QVERIFY(lesson::explainHeadLine(request, 0, nullptr).judgement.contains(QStringLiteral("15 bytes")));
}

QTEST_GUILESS_MAIN(HeaderJudgesTest)
#include "tst_headerjudges.moc"
