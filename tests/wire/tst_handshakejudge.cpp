#include "wire/handshake.h"

#include "support/testmain.h"

using namespace wsw::wire;

namespace {

using Lines = QList<QByteArray>;

const Lines goodRequest{"GET /chat HTTP/1.1", "Host: example.com", "Upgrade: websocket", "Connection: Upgrade",
                        "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==", "Sec-WebSocket-Version: 13"};
const Lines goodResponse{"HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                         "Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk="};

Head parsed(Head::Kind kind, const Lines &lines)
{
    HeadParser parser(kind);
    parser.feed(lines.join("\r\n") + "\r\n\r\n");
    return parser.head();
}

/// @p lines with line @p index replaced; an empty replacement takes it away.
Lines with(Lines lines, qsizetype index, const QByteArray &replacement)
{
    if (replacement.isEmpty())
        lines.removeAt(index);
    else
        lines[index] = replacement;
    return lines;
}

QStringList texts(const Findings &findings)
{
    QStringList lines;
    for (const Finding &finding : findings) {
        lines.append(QStringLiteral("%1@%2: %3")
                         .arg(QString::fromLatin1(violationInfo(finding.violation).name))
                         .arg(finding.offset)
                         .arg(finding.note));
    }
    return lines;
}

} // namespace

class HandshakeJudgeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void requests_data();
    void requests();
    void responses_data();
    void responses();
    void everythingWrongAtOnce();
    void bareLineEnds();
    void offers_data();
    void offers();
    void heads();
};

void HandshakeJudgeTest::requests_data()
{
    QTest::addColumn<Lines>("lines");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const Lines &lines, const char *expected = "") {
        QTest::newRow(name) << lines << QString::fromLatin1(expected);
    };
    row("good", goodRequest);
    row("list in Connection", with(goodRequest, 3, "Connection: keep-alive, Upgrade"));
    row("other case", with(with(goodRequest, 3, "connection: UPGRADE"), 2, "UPGRADE: WebSocket"));
    row("list in Upgrade", with(goodRequest, 2, "Upgrade: h2c, websocket"));
    row("Connection over two lines", goodRequest + Lines{"Connection: keep-alive"});
    row("HTTP/2.0", with(goodRequest, 0, "GET /chat HTTP/2.0"));
    row("POST", with(goodRequest, 0, "POST /chat HTTP/1.1"), "method-not-get@0: the method is 'POST'");
    row("lower-case get", with(goodRequest, 0, "get /chat HTTP/1.1"), "method-not-get@0: the method is 'get'");
    row("HTTP/1.0", with(goodRequest, 0, "GET /chat HTTP/1.0"), "http-version-too-old@0: the version is HTTP/1.0");
    row("no Host", with(goodRequest, 1, ""), "host-missing@0: ");
    row("two Hosts", goodRequest + Lines{"host: other"}, "header-repeated@152: Host stands 2 times");
    row("no Upgrade", with(goodRequest, 2, ""), "upgrade-missing@0: there is no Upgrade header");
    row("h2c", with(goodRequest, 2, "Upgrade: h2c"), "upgrade-missing@39: Upgrade is 'h2c', must contain 'websocket'");
    row("no Connection", with(goodRequest, 3, ""), "connection-upgrade-missing@0: there is no Connection header");
    row("keep-alive", with(goodRequest, 3, "Connection: keep-alive"),
        "connection-upgrade-missing@59: Connection is 'keep-alive', must contain 'Upgrade'");
    row("no key", with(goodRequest, 4, ""), "key-missing@0: ");
    row("short key", with(goodRequest, 4, "Sec-WebSocket-Key: c2hvcnQ="), "key-not-16-bytes@80: the key is 'c2hvcnQ='");
    row("two keys", goodRequest + Lines{goodRequest[4]}, "header-repeated@152: Sec-WebSocket-Key stands 2 times");
    row("no version", with(goodRequest, 5, ""), "version-missing@0: ");
    row("version 8", with(goodRequest, 5, "Sec-WebSocket-Version: 8"), "version-not-13@125: the version is '8', must be '13'");
    row("extensions that cannot be read", goodRequest + Lines{"Sec-WebSocket-Extensions: a b"},
        "extension-malformed@152: A comma or a semicolon was expected after an extension or a parameter.");
    row("whole address", with(goodRequest, 0, "GET http://example.com/chat HTTP/1.1"));
    row("target without /", with(goodRequest, 0, "GET chat HTTP/1.1"), "target-malformed@0: 'chat' does not begin with /");
    row("fragment", with(goodRequest, 0, "GET /chat#top HTTP/1.1"), "target-malformed@0: '/chat#top' has a fragment");
    row("empty Host", with(goodRequest, 1, "Host:"), "host-malformed@20: it is empty");
    row("Host with a path", with(goodRequest, 1, "Host: example.com/chat"), "host-malformed@20: '/' cannot stand in 'example.com/chat'");
    row("Origin", goodRequest + Lines{"Origin: https://example.com"});
    row("Origin null", goodRequest + Lines{"Origin: null"});
    row("Origin without scheme", goodRequest + Lines{"Origin: example.com"},
        "origin-malformed@152: 'example.com' does not begin with a scheme and ://");
    row("two Origins", goodRequest + Lines{"Origin: null", "Origin: null"}, "header-repeated@166: Origin stands 2 times");
    row("subprotocols", goodRequest + Lines{"Sec-WebSocket-Protocol: chat, v2.chat"});
    row("subprotocol with a space", goodRequest + Lines{"Sec-WebSocket-Protocol: chat, my chat"},
        "subprotocol-malformed@152: 'my chat' is no name");
    row("no subprotocol at all", goodRequest + Lines{"Sec-WebSocket-Protocol:"}, "subprotocol-malformed@152: it names nothing");
    row("subprotocol over two lines, twice", goodRequest + Lines{"Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"},
        "subprotocol-repeated@152: 'a' stands twice");
    row("folded line", goodRequest + Lines{"X-Long: one", " two"}, "header-folded@152: X-Long");
    row("two versions", goodRequest + Lines{goodRequest[5]}, "header-repeated@152: Sec-WebSocket-Version stands 2 times");
}

void HandshakeJudgeTest::requests()
{
    QFETCH(Lines, lines);
    QFETCH(QString, expected);
    const QStringList found = texts(judgeRequest(parsed(Head::Kind::Request, lines)));
    QCOMPARE(found.join(u'|'), expected);
}

void HandshakeJudgeTest::responses_data()
{
    QTest::addColumn<Lines>("lines");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const Lines &lines, const char *expected = "") {
        QTest::newRow(name) << lines << QString::fromLatin1(expected);
    };
    row("good", goodResponse);
    row("list in Connection", with(goodResponse, 2, "Connection: keep-alive, Upgrade"));
    row("other case", with(goodResponse, 1, "Upgrade: WebSocket"));
    row("other reason", with(goodResponse, 0, "HTTP/1.1 101 Web Socket Protocol Handshake"));
    row("404", {"HTTP/1.1 404 Not Found", "Content-Length: 0"}, "status-not-101@0: the status is 404 Not Found");
    row("200 without reason", with(goodResponse, 0, "HTTP/1.1 200"), "status-not-101@0: the status is 200");
    row("HTTP/1.0", with(goodResponse, 0, "HTTP/1.0 101 Switching Protocols"), "http-version-too-old@0: the version is HTTP/1.0");
    row("no Upgrade", with(goodResponse, 1, ""), "upgrade-missing@0: there is no Upgrade header");
    row("h2c", with(goodResponse, 1, "Upgrade: h2c"), "upgrade-missing@34: Upgrade is 'h2c', must be 'websocket'");
    row("h2c beside", with(goodResponse, 1, "Upgrade: websocket, h2c"),
        "upgrade-missing@34: Upgrade is 'websocket, h2c', must be 'websocket'");
    row("no Connection", with(goodResponse, 2, ""), "connection-upgrade-missing@0: there is no Connection header");
    row("close", with(goodResponse, 2, "Connection: close"),
        "connection-upgrade-missing@54: Connection is 'close', must contain 'Upgrade'");
    row("no accept", with(goodResponse, 3, ""), "accept-missing@0: must be 'HSmrc0sMlYUkAGmm5OPpG2HaGWk='");
    row("wrong accept", with(goodResponse, 3, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        "accept-wrong@75: the value is 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', must be 'HSmrc0sMlYUkAGmm5OPpG2HaGWk='");
    row("accept in another case", with(goodResponse, 3, "Sec-WebSocket-Accept: hsmrc0sMlYUkAGmm5OPpG2HaGWk="),
        "accept-wrong@75: the value is 'hsmrc0sMlYUkAGmm5OPpG2HaGWk=', must be 'HSmrc0sMlYUkAGmm5OPpG2HaGWk='");
    row("426 as it should be", {"HTTP/1.1 426 Upgrade Required", "Upgrade: websocket", "Sec-WebSocket-Version: 13, 8"},
        "status-not-101@0: the status is 426 Upgrade Required");
    row("426 without versions", {"HTTP/1.1 426 Upgrade Required", "Upgrade: websocket"},
        "status-not-101@0: the status is 426 Upgrade Required|versions-not-named@0: ");
    row("426 without Upgrade", {"HTTP/1.1 426 Upgrade Required", "Sec-WebSocket-Version: 8"},
        "status-not-101@0: the status is 426 Upgrade Required|upgrade-missing@0: there is no Upgrade header");
    row("folded line", goodResponse + Lines{"X-Long:", "\tone"}, "header-folded@127: X-Long");
    row("two accepts", goodResponse + Lines{goodResponse[3]}, "header-repeated@127: Sec-WebSocket-Accept stands 2 times");
}

void HandshakeJudgeTest::responses()
{
    QFETCH(Lines, lines);
    QFETCH(QString, expected);
    const QStringList found = texts(judgeResponse(parsed(Head::Kind::Request, goodRequest), parsed(Head::Kind::Response, lines)));
    QCOMPARE(found.join(u'|'), expected);
}

void HandshakeJudgeTest::everythingWrongAtOnce()
{
    const Findings found = judgeRequest(parsed(Head::Kind::Request, {"PUT / HTTP/1.0"}));
    std::vector<Violation> violations;
    for (const Finding &finding : found)
        violations.push_back(finding.violation);
    const std::vector<Violation> expected{Violation::MethodNotGet, Violation::HttpVersionTooOld, Violation::HostMissing,
                                          Violation::UpgradeMissing, Violation::ConnectionUpgradeMissing,
                                          Violation::KeyMissing, Violation::VersionMissing};
    QCOMPARE(violations, expected);
}

void HandshakeJudgeTest::bareLineEnds()
{
    const auto judged = [](const QByteArray &raw) {
        HeadParser parser(Head::Kind::Request);
        parser.feed(raw);
        return texts(judgeRequest(parser.head())).join(u'|');
    };
    const QByteArray good = goodRequest.join("\r\n") + "\r\n\r\n";
    QCOMPARE(judged(good), QString());
    QCOMPARE(judged(QByteArray(good).replace("\r\n", "\n")), QStringLiteral("line-end-bare@0: 7 lines"));
    QCOMPARE(judged(QByteArray(good).replace("Upgrade: websocket\r\n", "Upgrade: websocket\n")), QStringLiteral("line-end-bare@39: 1 line"));
}

void HandshakeJudgeTest::offers_data()
{
    QTest::addColumn<Lines>("offered");
    QTest::addColumn<Lines>("answered");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const Lines &offered, const Lines &answered, const char *expected = "") {
        QTest::newRow(name) << offered << answered << QString::fromLatin1(expected);
    };
    row("none and none", {}, {});
    row("chosen of the offered", {"Sec-WebSocket-Protocol: a, b"}, {"Sec-WebSocket-Protocol: b"});
    row("offered over two lines", {"Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: b"}, {"Sec-WebSocket-Protocol: b"});
    row("offered, none chosen", {"Sec-WebSocket-Protocol: a"}, {});
    row("not offered", {}, {"Sec-WebSocket-Protocol: c"}, "subprotocol-not-offered@127: the server chose 'c', none was offered");
    row("another", {"Sec-WebSocket-Protocol: a, b"}, {"Sec-WebSocket-Protocol: c"},
        "subprotocol-not-offered@127: the server chose 'c', offered were 'a, b'");
    row("another case", {"Sec-WebSocket-Protocol: a"}, {"Sec-WebSocket-Protocol: A"},
        "subprotocol-not-offered@127: the server chose 'A', offered were 'a'");
    row("two chosen", {"Sec-WebSocket-Protocol: a"}, {"Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"},
        "header-repeated@154: Sec-WebSocket-Protocol stands 2 times");
    row("extension offered", {"Sec-WebSocket-Extensions: x; q=\"ab\", permessage-deflate; client_max_window_bits"},
        {"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover"});
    row("extensions answered in two lines", {"Sec-WebSocket-Extensions: a, b"}, {"Sec-WebSocket-Extensions: a", "Sec-WebSocket-Extensions: b"});
    row("extension not offered", {}, {"Sec-WebSocket-Extensions: permessage-deflate; x=1"},
        "extension-not-offered@127: the server agreed to 'permessage-deflate'");
    row("two extensions, one offered", {"Sec-WebSocket-Extensions: a"}, {"Sec-WebSocket-Extensions: a, b"},
        "extension-not-offered@127: the server agreed to 'b'");
    row("offer that cannot be read", {"Sec-WebSocket-Extensions: a; ="}, {"Sec-WebSocket-Extensions: b"});
    row("answer that cannot be read", {"Sec-WebSocket-Extensions: a"}, {"Sec-WebSocket-Extensions: a; ="},
        "extension-malformed@127: The name of a parameter was expected.");
    row("wrong answer", {"Sec-WebSocket-Extensions: permessage-deflate"},
        {"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10"},
        "deflate-answer-wrong@127: The answer has client_max_window_bits, which the offer did not allow.");
}

void HandshakeJudgeTest::offers()
{
    QFETCH(Lines, offered);
    QFETCH(Lines, answered);
    QFETCH(QString, expected);
    const QStringList found = texts(judgeResponse(parsed(Head::Kind::Request, goodRequest + offered),
                                                  parsed(Head::Kind::Response, goodResponse + answered)));
    QCOMPARE(found.join(u'|'), expected);
}

void HandshakeJudgeTest::heads()
{
    HeadParser good(Head::Kind::Request);
    QCOMPARE(judgeHead(good), Findings());
    good.feed(goodRequest.join("\r\n") + "\r\n\r\n");
    QCOMPARE(judgeHead(good), Findings());
    HeadParser bad(Head::Kind::Request);
    bad.feed("GET /\x01");
    const Findings found = judgeHead(bad);
    QCOMPARE(found.size(), size_t{1});
    QCOMPARE(found[0].violation, Violation::HeadMalformed);
    QCOMPARE(found[0].offset, 5);
    QVERIFY(!found[0].note.isEmpty());
}

QTEST_GUILESS_MAIN(HandshakeJudgeTest)
#include "tst_handshakejudge.moc"
