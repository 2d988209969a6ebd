#include "wire/head.h"

#include "base/limits.h"
#include "support/splits.h"
#include "support/testmain.h"

using namespace wsw;
using namespace wsw::wire;
using namespace wsw::test;

namespace {

const QByteArray seedRequest = "GET /chat HTTP/1.1\r\n"
                               "Host: example.com\r\n"
                               "Upgrade: websocket\r\n"
                               "Connection: Upgrade\r\n"
                               "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
                               "Sec-WebSocket-Version: 13\r\n"
                               "\r\n";

QString shown(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes);
}

/// Everything that a parser says about one stream.
QStringList read(Head::Kind kind, const Chunks &chunks)
{
    HeadParser parser(kind);
    qsizetype taken = 0;
    for (const QByteArray &chunk : chunks)
        taken += parser.feed(chunk);
    const Head &head = parser.head();
    QStringList events{QStringLiteral("status %1 taken %2 raw %3").arg(static_cast<int>(parser.status())).arg(taken).arg(head.raw.size()),
                       QStringLiteral("problem at %1: %2").arg(parser.problemOffset()).arg(parser.problem()),
                       QStringLiteral("%1 %2 %3.%4 %5 %6").arg(shown(head.method), shown(head.target))
                           .arg(head.versionMajor).arg(head.versionMinor).arg(head.status).arg(shown(head.reason))};
    for (const HeaderField &field : head.fields)
        events.append(QStringLiteral("%1-%2 [%3] [%4]").arg(field.offset).arg(field.length).arg(shown(field.name), shown(field.value)));
    return events;
}

QStringList readRequest(const Chunks &chunks) { return read(Head::Kind::Request, chunks); }
QStringList readResponse(const Chunks &chunks) { return read(Head::Kind::Response, chunks); }

} // namespace

class HeadParserTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void seedsRequest();
    void response();
    void whatFollowsIsLeft();
    void offsetsCutTheHead();
    void everySplit_data();
    void everySplit();
    void accepted_data();
    void accepted();
    void garbage_data();
    void garbage();
    void headLimit();
    void lineLimit();
    void fieldCountLimit();
    void endlessLineIsStopped();
    void nothingAfterTheEnd();
};

void HeadParserTest::seedsRequest()
{
    HeadParser parser(Head::Kind::Request);
    QCOMPARE(parser.feed(seedRequest), seedRequest.size());
    QCOMPARE(parser.status(), HeadStatus::Complete);
    const Head &head = parser.head();
    QCOMPARE(head.raw, seedRequest);
    QCOMPARE(head.method, QByteArray("GET"));
    QCOMPARE(head.target, QByteArray("/chat"));
    QCOMPARE(head.versionMajor, 1);
    QCOMPARE(head.versionMinor, 1);
    QCOMPARE(head.fields.size(), 5);
    QCOMPARE(head.fields[3].name, QByteArray("Sec-WebSocket-Key"));
    QCOMPARE(head.fields[3].value, QByteArray("x3JJHMbDL1EzLkh9GBhXDw=="));
}

void HeadParserTest::response()
{
    HeadParser parser(Head::Kind::Response);
    const QByteArray raw = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    QCOMPARE(parser.feed(raw), raw.size());
    QCOMPARE(parser.status(), HeadStatus::Complete);
    QCOMPARE(parser.head().kind, Head::Kind::Response);
    QCOMPARE(parser.head().status, 101);
    QCOMPARE(parser.head().reason, QByteArray("Switching Protocols"));
}

void HeadParserTest::whatFollowsIsLeft()
{
    HeadParser parser(Head::Kind::Request);
    QCOMPARE(parser.feed(seedRequest + "\x81\x85"), seedRequest.size());
    QCOMPARE(parser.head().raw, seedRequest);
}

void HeadParserTest::offsetsCutTheHead()
{
    HeadParser parser(Head::Kind::Request);
    const QByteArray raw = "GET / HTTP/1.1\r\nHost: a\nX-Folded: one\r\n  two\r\n\tthree\r\nLast:\r\n\r\n";
    parser.feed(raw);
    QCOMPARE(parser.status(), HeadStatus::Complete);
    QList<QByteArray> lines;
    for (const HeaderField &field : parser.head().fields)
        lines.append(raw.mid(field.offset, field.length));
    QCOMPARE(lines, (QList<QByteArray>{"Host: a\n", "X-Folded: one\r\n  two\r\n\tthree\r\n", "Last:\r\n"}));
    QCOMPARE(parser.head().value("X-Folded"), std::optional<QByteArray>("one two three"));
    QCOMPARE(parser.head().value("Last"), std::optional<QByteArray>(""));
}

void HeadParserTest::everySplit_data()
{
    QTest::addColumn<Head::Kind>("kind");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("request") << Head::Kind::Request << seedRequest + "after";
    QTest::newRow("response") << Head::Kind::Response << QByteArray("HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n\x81");
    QTest::newRow("folded, bare LF") << Head::Kind::Request << QByteArray("\r\nGET / HTTP/1.0\nA:\t x \r\n y\r\n \r\nB:c\n\nrest");
    QTest::newRow("unfinished") << Head::Kind::Request << seedRequest.chopped(3);
    QTest::newRow("garbage") << Head::Kind::Request << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nBad name: x\r\n\r\n");
    QTest::newRow("ssh") << Head::Kind::Response << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
}

void HeadParserTest::everySplit()
{
    QFETCH(Head::Kind, kind);
    QFETCH(QByteArray, bytes);
    QCOMPARE(splitDifference(bytes, kind == Head::Kind::Request ? readRequest : readResponse), QString());
}

void HeadParserTest::accepted_data()
{
    QTest::addColumn<Head::Kind>("kind");
    QTest::addColumn<QByteArray>("raw");
    const auto request = [](const char *name, const QByteArray &raw) { QTest::newRow(name) << Head::Kind::Request << raw; };
    const auto answer = [](const char *name, const QByteArray &raw) { QTest::newRow(name) << Head::Kind::Response << raw; };
    request("no headers", "GET / HTTP/1.1\r\n\r\n");
    request("bare LF", "GET / HTTP/1.1\nHost: x\n\n");
    request("an empty line before", "\r\nGET / HTTP/1.1\r\n\r\n");
    request("space after the version", "GET / HTTP/1.1 \r\n\r\n");
    request("any method token", "M-SEARCH * HTTP/1.1\r\n\r\n");
    request("absolute target", "GET http://example.com/a?b=%20 HTTP/1.1\r\n\r\n");
    request("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n");
    request("old text in a value", "GET / HTTP/1.1\r\nX: caf\xe9\r\n\r\n");
    request("empty value", "GET / HTTP/1.1\r\nX:\r\n\r\n");
    answer("no reason", "HTTP/1.1 101 \r\n\r\n");
    answer("no space before the missing reason", "HTTP/1.1 101\r\n\r\n");
    answer("HTTP/1.0", "HTTP/1.0 404 Not Found\r\n\r\n");
}

void HeadParserTest::accepted()
{
    QFETCH(Head::Kind, kind);
    QFETCH(QByteArray, raw);
    HeadParser parser(kind);
    parser.feed(raw);
    QCOMPARE(parser.problem(), QString());
    QCOMPARE(parser.status(), HeadStatus::Complete);
    QCOMPARE(parser.head().raw, raw);
}

void HeadParserTest::garbage_data()
{
    QTest::addColumn<Head::Kind>("kind");
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<int>("offset");
    const auto request = [](const char *name, const QByteArray &raw, int at) { QTest::newRow(name) << Head::Kind::Request << raw << at; };
    const auto answer = [](const char *name, const QByteArray &raw, int at) { QTest::newRow(name) << Head::Kind::Response << raw << at; };
    request("TLS", QByteArray::fromHex("160301020001"), 0);
    request("zeros", QByteArray(4, '\0'), 0);
    request("a frame", QByteArray::fromHex("818537fa213d"), 0);
    request("SSH", "SSH-2.0-OpenSSH_9.2\r\n", 20);
    request("space first", " GET / HTTP/1.1", 0);
    request("two empty lines", "\r\n\r\n", 3);
    request("no target", "GET  HTTP/1.1", 4);
    request("HTTP/0.9", "GET /\r\n", 6);
    request("byte in the target", "GET /caf\xe9 HTTP/1.1", 8);
    request("no HTTP", "GET / FTP/1.1", 6);
    request("lower-case http", "GET / http/1.1", 6);
    request("version without digit", "GET / HTTP/x.1", 11);
    request("version of two digits", "GET / HTTP/1.10", 14);
    request("more after the version", "GET / HTTP/1.1 more", 15);
    request("white space before the first header", "GET / HTTP/1.1\r\n Host: x", 16);
    request("no colon", "GET / HTTP/1.1\r\nHost\r\n", 21);
    request("space before the colon", "GET / HTTP/1.1\r\nHost : x", 20);
    request("no name", "GET / HTTP/1.1\r\n: x", 16);
    request("separator in a name", "GET / HTTP/1.1\r\nHo(st: x", 18);
    request("NUL in a value", QByteArray("GET / HTTP/1.1\r\nHost: a\0b", 26), 23);
    request("CR alone in a value", "GET / HTTP/1.1\r\nHost: a\rb", 24);
    request("CR alone at the end", "GET / HTTP/1.1\r\nHost: a\r\n\rX", 26);
    answer("a frame", QByteArray::fromHex("8105"), 0);
    answer("SMTP", "220 mail.example.com ESMTP\r\n", 0);
    answer("no version", "HTTP 200 OK", 4);
    answer("status of two digits", "HTTP/1.1 10 X", 11);
    answer("status of four digits", "HTTP/1.1 1010", 12);
    answer("status that begins with 0", "HTTP/1.1 099", 9);
    answer("no status", "HTTP/1.1\r\n", 9);
    answer("empty line first", "\r\nHTTP/1.1 101 X", 1);
}

void HeadParserTest::garbage()
{
    QFETCH(Head::Kind, kind);
    QFETCH(QByteArray, raw);
    QFETCH(int, offset);
    HeadParser parser(kind);
    // One byte before the fault nothing is known yet; no more is needed to see it.
    parser.feed(raw.first(offset));
    QCOMPARE(parser.status(), HeadStatus::NeedMore);
    QCOMPARE(parser.feed(raw.sliced(offset)), 1);
    QCOMPARE(parser.status(), HeadStatus::Malformed);
    QCOMPARE(parser.problemOffset(), offset);
    QVERIFY(parser.problem().endsWith(QLatin1Char('.')));
    QCOMPARE(parser.head().raw, raw.first(offset + 1));
}

void HeadParserTest::headLimit()
{
    const QByteArray first = "GET / HTTP/1.1\r\n";
    const QByteArray line = "X: " + QByteArray(1019, 'x') + "\r\n"; // 1 KiB
    QByteArray head = first + line.repeated(63) + "\r\n";
    const qsizetype missing = limits::headBytes - head.size();
    const auto filled = [&](qsizetype more) { return first + line.repeated(63) + "Y:" + QByteArray(missing - 4 + more, 'y') + "\r\n\r\n"; };
    QCOMPARE(filled(0).size(), limits::headBytes);
    HeadParser atLimit(Head::Kind::Request);
    QCOMPARE(atLimit.feed(filled(0)), limits::headBytes);
    QCOMPARE(atLimit.status(), HeadStatus::Complete);
    HeadParser past(Head::Kind::Request);
    QCOMPARE(past.feed(filled(1) + "more"), limits::headBytes + 1);
    QCOMPARE(past.status(), HeadStatus::TooLarge);
    QCOMPARE(past.problemOffset(), limits::headBytes);
}

void HeadParserTest::lineLimit()
{
    const auto withLine = [](qsizetype size) { return "GET / HTTP/1.1\r\nX:" + QByteArray(size - 2, 'x') + "\r\n\r\n"; };
    HeadParser atLimit(Head::Kind::Request);
    atLimit.feed(withLine(limits::headLineBytes));
    QCOMPARE(atLimit.status(), HeadStatus::Complete);
    HeadParser past(Head::Kind::Request);
    past.feed(withLine(limits::headLineBytes + 1));
    QCOMPARE(past.status(), HeadStatus::TooLarge);
    QCOMPARE(past.problemOffset(), 16 + limits::headLineBytes);
}

void HeadParserTest::fieldCountLimit()
{
    const auto withLines = [](qsizetype count) { return "GET / HTTP/1.1\r\n" + QByteArray("a:b\r\n").repeated(count) + "\r\n"; };
    HeadParser atLimit(Head::Kind::Request);
    atLimit.feed(withLines(limits::headLines));
    QCOMPARE(atLimit.status(), HeadStatus::Complete);
    QCOMPARE(atLimit.head().fields.size(), limits::headLines);
    HeadParser past(Head::Kind::Request);
    past.feed(withLines(limits::headLines + 1));
    QCOMPARE(past.status(), HeadStatus::TooLarge);
}

void HeadParserTest::endlessLineIsStopped()
{
    HeadParser parser(Head::Kind::Request);
    const QByteArray megabyte(1024 * 1024, 'A');
    QCOMPARE(parser.feed(megabyte), limits::headLineBytes + 1);
    QCOMPARE(parser.status(), HeadStatus::TooLarge);
}

void HeadParserTest::nothingAfterTheEnd()
{
    HeadParser complete(Head::Kind::Request);
    complete.feed(seedRequest);
    QCOMPARE(complete.feed("more"), 0);
    QCOMPARE(complete.head().raw, seedRequest);
    HeadParser malformed(Head::Kind::Request);
    malformed.feed("\x16");
    QCOMPARE(malformed.feed("more"), 0);
}

QTEST_GUILESS_MAIN(HeadParserTest)
#include "tst_headparser.moc"
