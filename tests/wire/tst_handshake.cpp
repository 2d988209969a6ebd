#include "wire/handshake.h"

#include "support/testmain.h"

using namespace wsw::wire;

namespace {

const QByteArray seedKey = "x3JJHMbDL1EzLkh9GBhXDw==";

Head parsed(Head::Kind kind, const QByteArray &raw)
{
    HeadParser parser(kind);
    parser.feed(raw);
    return parser.head();
}

RequestOptions seedOptions()
{
    RequestOptions options;
    options.target = "/chat";
    options.host = "example.com";
    options.key = seedKey;
    return options;
}

} // namespace

class HandshakeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void acceptValues();
    void keys_data();
    void keys();
    void seedsRequest();
    void orderOfLines();
    void extrasReplaceInPlace();
    void requestIsJudgedGood();
    void responses();
    void responseFitsItsRequest();
    void answers();
};

void HandshakeTest::acceptValues()
{
    QCOMPARE(acceptValue(seedKey), QByteArray("HSmrc0sMlYUkAGmm5OPpG2HaGWk="));
    QCOMPARE(acceptValue("dGhlIHNhbXBsZSBub25jZQ=="), QByteArray("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")); // RFC 6455, 1.3
}

void HandshakeTest::keys_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<bool>("valid");
    QTest::newRow("the seed's") << seedKey << true;
    QTest::newRow("sixteen zeros") << QByteArray(16, '\0').toBase64() << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("15 bytes") << QByteArray(15, 'a').toBase64() << false;
    QTest::newRow("17 bytes") << QByteArray(17, 'a').toBase64() << false;
    QTest::newRow("18 bytes, 24 characters") << QByteArray(18, 'a').toBase64() << false;
    QTest::newRow("no padding") << seedKey.chopped(2) << false;
    QTest::newRow("space inside") << QByteArray("x3JJHMbDL1EzLkh9 BhXDw==") << false;
    QTest::newRow("another alphabet") << QByteArray("x3JJHMbDL1EzLkh9_BhXDw==") << false;
    QTest::newRow("24 characters of text") << QByteArray("this is not base64 at al") << false;
}

void HandshakeTest::keys()
{
    QFETCH(QByteArray, key);
    QFETCH(bool, valid);
    QCOMPARE(isValidKey(key), valid);
}

void HandshakeTest::seedsRequest()
{
    QCOMPARE(composeRequest(seedOptions()), QByteArray("GET /chat HTTP/1.1\r\n"
                                                       "Host: example.com\r\n"
                                                       "Upgrade: websocket\r\n"
                                                       "Connection: Upgrade\r\n"
                                                       "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
                                                       "Sec-WebSocket-Version: 13\r\n"
                                                       "\r\n"));
}

void HandshakeTest::orderOfLines()
{
    RequestOptions options = seedOptions();
    options.origin = "https://example.com";
    options.subprotocols = {"chat", "mqtt"};
    options.extensions = "permessage-deflate; client_max_window_bits";
    options.extra = {{"Cookie", "a=1"}, {"Authorization", "Bearer x"}, {"Cookie", "b=2"}};
    QCOMPARE(composeRequest(options), QByteArray("GET /chat HTTP/1.1\r\n"
                                                 "Host: example.com\r\n"
                                                 "Upgrade: websocket\r\n"
                                                 "Connection: Upgrade\r\n"
                                                 "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
                                                 "Sec-WebSocket-Version: 13\r\n"
                                                 "Origin: https://example.com\r\n"
                                                 "Sec-WebSocket-Protocol: chat, mqtt\r\n"
                                                 "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                                                 "Cookie: a=1\r\n"
                                                 "Authorization: Bearer x\r\n"
                                                 "Cookie: b=2\r\n"
                                                 "\r\n"));
}

void HandshakeTest::extrasReplaceInPlace()
{
    RequestOptions options = seedOptions();
    options.extra = {{"X-First", "1"}, {"connection", "keep-alive, Upgrade"}, {"HOST", "other"}, {"Host", "twice"},
                     {"Origin", "null"}};
    QCOMPARE(composeRequest(options), QByteArray("GET /chat HTTP/1.1\r\n"
                                                 "HOST: other\r\n"
                                                 "Host: twice\r\n"
                                                 "Upgrade: websocket\r\n"
                                                 "connection: keep-alive, Upgrade\r\n"
                                                 "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
                                                 "Sec-WebSocket-Version: 13\r\n"
                                                 "X-First: 1\r\n"
                                                 "Origin: null\r\n"
                                                 "\r\n"));
}

void HandshakeTest::requestIsJudgedGood()
{
    QCOMPARE(judgeRequest(parsed(Head::Kind::Request, composeRequest(seedOptions()))), Findings());
}

void HandshakeTest::responses()
{
    ResponseOptions options;
    options.key = seedKey;
    QCOMPARE(composeResponse(options), QByteArray("HTTP/1.1 101 Switching Protocols\r\n"
                                                  "Upgrade: websocket\r\n"
                                                  "Connection: Upgrade\r\n"
                                                  "Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n"
                                                  "\r\n"));
    options.subprotocol = "chat";
    options.extensions = "permessage-deflate";
    options.extra = {{"Server", "workbench"}, {"sec-websocket-accept", "wrong on purpose"}};
    QCOMPARE(composeResponse(options), QByteArray("HTTP/1.1 101 Switching Protocols\r\n"
                                                  "Upgrade: websocket\r\n"
                                                  "Connection: Upgrade\r\n"
                                                  "sec-websocket-accept: wrong on purpose\r\n"
                                                  "Sec-WebSocket-Protocol: chat\r\n"
                                                  "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                                                  "Server: workbench\r\n"
                                                  "\r\n"));
}

void HandshakeTest::responseFitsItsRequest()
{
    RequestOptions request = seedOptions();
    request.subprotocols = {"chat"};
    ResponseOptions response;
    response.key = seedKey;
    response.subprotocol = "chat";
    QCOMPARE(judgeResponse(parsed(Head::Kind::Request, composeRequest(request)),
                           parsed(Head::Kind::Response, composeResponse(response))),
             Findings());
}

void HandshakeTest::answers()
{
    QCOMPARE(composeAnswer(426, "Upgrade Required", "text/plain; charset=utf-8", "no", {{"Upgrade", "websocket"}}),
             QByteArray("HTTP/1.1 426 Upgrade Required\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Length: 2\r\n"
                        "Connection: close\r\n"
                        "Upgrade: websocket\r\n"
                        "\r\n"
                        "no"));
    const Head head = parsed(Head::Kind::Response, composeAnswer(404, "Not Found", "text/html", ""));
    QCOMPARE(head.status, 404);
    QCOMPARE(head.value("Content-Length"), std::optional<QByteArray>("0"));
}

QTEST_GUILESS_MAIN(HandshakeTest)
#include "tst_handshake.moc"
