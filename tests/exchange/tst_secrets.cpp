#include "exchange/secrets.h"

#include "exchange/talks.h"
#include "exchange/records.h"
#include "support/plainframe.h"
#include "support/testmain.h"
#include "wire/deflate.h"

#include <QElapsedTimer>
#include <QTest>

using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

class TestSecrets final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void text_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("masked");
        const auto row = [](const char *name, const QByteArray &text, const QByteArray &masked) { QTest::newRow(name) << text << masked; };
        row("nothing", "Hello server! token of my esteem, key = value", "Hello server! token of my esteem, key = value");
        row("query", "/chat?room=4&access_token=abc123&x=1", "/chat?room=4&access_token=******&x=1");
        row("query at the start", "token=abc", "token=***");
        row("case", "?API-Key=Xyz", "?API-Key=***");
        row("no part of a name", "mytokens=abc", "mytokens=abc");
        row("json", "{\"user\":\"x\",\"password\": \"a\\\"b,c\",\"n\":1}", "{\"user\":\"x\",\"password\": \"******\",\"n\":1}");
        row("camel", "{\"accessToken\":\"abc\"}", "{\"accessToken\":\"***\"}");
        row("bearer", "Bearer abcdef.ghi_jk", "Bearer *************");
        row("web token", "x eyJhbGciOi.eyJzdWIi.c2ln y", "x ************************ y");
        row("well-known", "ghp_0123456789abcdef", "********************");
        row("behind another name", "?myApiToken=abc&x_user-password=d", "?myApiToken=***&x_user-password=*");
        row("json behind another name", "{\"apiToken\":\"abc\",\"user.password\":\"de\"}", "{\"apiToken\":\"***\",\"user.password\":\"**\"}");
        row("json in a string", "[\"{\\\"token\\\":\\\"a\\\\\\\"b\\\",\\\"n\\\":\\\"c\\\"}\"]", "[\"{\\\"token\\\":\\\"******\\\",\\\"n\\\":\\\"c\\\"}\"]");
        row("json in a string in a string", "\"\\\"{\\\\\\\"token\\\\\\\":\\\\\\\"abc\\\\\\\"}\\\"\"", "\"\\\"{\\\\\\\"token\\\\\\\":\\\\\\\"***\\\\\\\"}\\\"\"");
        row("stomp", QByteArray("CONNECT\nlogin:me\npasscode:se:cret\n\n\0", 36), QByteArray("CONNECT\nlogin:me\npasscode:*******\n\n\0", 36));
        row("stomp in json", "[\"CONNECT\\nlogin:me\\npasscode:secret\\n\\n\\u0000\"]", "[\"CONNECT\\nlogin:me\\npasscode:******\\n\\n\\u0000\"]");
        row("a line", "Password: hunter2\r\nbye", "Password: *******\r\nbye");
        row("words in a line", "x token=abc1 password: geheim, bye", "x token=**** password: ******, bye");
        row("a subprotocol", "v1, bearer, abcdefgh12345", "v1, bearer, *************");
        row("within a subprotocol", "base64url.bearer.abcdefgh12345", "base64url.bearer.*************");
        row("umlauts keep their places", "ä?token=ü&b", "ä?token=**&b");
    }

    void text()
    {
        QFETCH(QByteArray, text);
        QFETCH(const QByteArray, masked);
        maskRanges(text, secretsInText(text));
        QCOMPARE(text, masked);
    }

    void head()
    {
        QByteArray head = "GET /?token=abc HTTP/1.1\r\nHost: h\r\ncookie:  a=b; c=d \r\nAuthorization: Basic\r\n  folded\r\nX-Api-Key: k\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSet-Cookie:\r\nAccess-Control-Allow-Credentials: true\r\n\r\n";
        maskRanges(head, secretsInHead(head));
        QCOMPARE(head, QByteArray("GET /?token=*** HTTP/1.1\r\nHost: h\r\ncookie:  ******** \r\nAuthorization: *****\r\n  ******\r\nX-Api-Key: *\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSet-Cookie:\r\nAccess-Control-Allow-Credentials: true\r\n\r\n"));
    }

    void nothingTakesLong()
    {
        QElapsedTimer timer;
        timer.start();
        for (const QByteArray &text : {QByteArray(1'000'000, 'a'), QByteArray("\"token\":\"") + QByteArray("\\\"").repeated(500'000),
                                       QByteArray("token=").repeated(100'000), QByteArray("eyJ").repeated(200'000), QByteArray(1'000'000, '"'), QByteArray("a-").repeated(500'000),
                                       QByteArray("\"a").repeated(500'000), QByteArray("a\n").repeated(500'000), QByteArray(1'000'000, '\\')})
            (void)secretsInText(text);
        QVERIFY2(timer.elapsed() < 10'000, QByteArray::number(timer.elapsed()));
    }

    void aLongSecretIsFoundWhole()
    {
        QByteArray text = "{\"password\":\"" + QByteArray("x\\\"").repeated(400'000) + "\"}";
        maskRanges(text, secretsInText(text));
        QCOMPARE(text.count('*'), 1'200'000);
    }

    void notesAsWell()
    {
        Talk talk;
        talk.open()->sent(encode(0x81, "hello", "abcd"));
        capture::Record record = talk.document().read(RecordId(3)).value();
        record.note = "it said token=abc";
        SecretMasker masker;
        QVERIFY(masker.mask(record));
        QCOMPARE(record.note, std::optional<QByteArray>("it said token=***"));
        QCOMPARE(masker.masked(), quint64(1));
    }

    void acrossFragments()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "{\"passw", "abcd") + encode(0x00, "ord\":\"se", "abcd") + encode(0x80, "cret\"} ", "abcd"));
        SecretMasker masker;
        masker.prepare(talk.document());
        QByteArray all;
        QVERIFY(forEachRecord(talk.document(), [&](const capture::Record &record) {
                    capture::Record copy = record;
                    masker.mask(copy);
                    if (copy.header.kind == wire::RecordKind::Frame)
                        all += copy.payload;
                    return true;
                }).ok());
        QCOMPARE(all, QByteArray("{\"password\":\"******\"} "));
    }

    /// Later messages, which refer to what stands masked now, can still be inflated, and are masked as well.
    void compressedWithContextTakeover()
    {
        Talk talk;
        const auto line = talk.open(QStringLiteral("ws://127.0.0.1:8765/"), Talk::Deflate::Yes);
        wire::Deflater deflater({});
        const QList<QByteArray> texts{"{\"token\":\"first-secret-of-all\",\"n\":1}", "not a secret: nothing to see",
                                      "{\"token\":\"first-secret-of-all\",\"n\":2}", QByteArray("tail ").repeated(30'000) + "\"jwt\":\"abc\""};
        for (const QByteArray &text : texts) {
            const QByteArray packed = deflater.compress(text, wire::MessagePart::Last);
            line->sent(encode(0x41, packed.first(packed.size() / 2), "abcd") + encode(0x80, packed.sliced(packed.size() / 2), "abcd"));
        }
        SecretMasker masker;
        masker.prepare(talk.document());
        wire::Inflater inflater(wire::ContextTakeover::Yes);
        QByteArray message;
        QByteArrayList messages;
        QVERIFY(forEachRecord(talk.document(), [&](const capture::Record &record) {
                    capture::Record copy = record;
                    masker.mask(copy);
                    if (copy.header.kind != wire::RecordKind::Frame)
                        return true;
                    if (copy.header.frame.length != static_cast<quint64>(copy.payload.size()))
                        QTest::qFail("the length does not fit", __FILE__, __LINE__);
                    const bool ends = copy.header.frame.fin;
                    QByteArray plain;
                    if (inflater.inflate(copy.payload, ends ? wire::MessagePart::Last : wire::MessagePart::More, plain)
                        != wire::Inflater::Status::Good)
                        QTest::qFail("it cannot be inflated", __FILE__, __LINE__);
                    message += plain;
                    if (ends)
                        messages += std::exchange(message, {});
                    return true;
                }).ok());
        QCOMPARE(messages.size(), 4);
        QCOMPARE(messages.at(0), QByteArray("{\"token\":\"*******************\",\"n\":1}"));
        QCOMPARE(messages.at(1), texts.at(1));
        QCOMPARE(messages.at(2), QByteArray("{\"token\":\"*******************\",\"n\":2}"));
        QVERIFY(messages.at(3) == QByteArray("tail ").repeated(30'000) + "\"jwt\":\"***\"");
    }
};

QTEST_GUILESS_MAIN(TestSecrets)
#include "tst_secrets.moc"
