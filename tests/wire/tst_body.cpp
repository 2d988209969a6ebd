#include "support/splits.h"
#include "support/testmain.h"

#include "wire/body.h"

#include <QTest>

using namespace wsw;
using namespace wsw::wire;

/// Bodies of responses: where they end, and what is in them.
class tst_Body final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void bodies_data();
    void bodies();
    void keepsWhatItWasToldTo();

private:
    static Head head(const QByteArray &raw)
    {
        HeadParser parser(Head::Kind::Response);
        parser.feed(raw);
        return parser.head();
    }
};

void tst_Body::bodies_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("taken");     // -1: all, and only the end of the stream ends it
    const auto row = [](const char *name, const QByteArray &lines, const QByteArray &bytes, const QByteArray &content, int taken,
                        const QByteArray &method = "GET") { QTest::newRow(name) << method << lines << bytes << content << taken; };
    const QByteArray ok = "HTTP/1.1 200 OK\r\n";
    const QByteArray chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    row("length", ok + "Content-Length: 5\r\n\r\n", "hello, more", "hello", 5);
    row("length 0", ok + "Content-Length: 0\r\n\r\n", "more", "", 0);
    row("less than the length", ok + "Content-Length: 50\r\n\r\n", "hello", "hello", -1);
    row("length unreadable", ok + "Content-Length: many\r\n\r\n", "hello", "hello", -1);
    row("no length", ok + "\r\n", "hello", "hello", -1);
    row("HEAD", ok + "Content-Length: 5\r\n\r\n", "more", "", 0, "HEAD");
    row("204", "HTTP/1.1 204 No\r\n\r\n", "more", "", 0);
    row("304", "HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", "more", "", 0);
    row("chunks", chunked, "5\r\nhello\r\n6;x=\"y\"\r\n world\r\n0\r\n\r\nmore", "hello world", 32);
    row("chunks before length", ok + "Content-Length: 2\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n", "1\r\na\r\n0\r\n\r\nmore", "a", 11);
    row("large digits, LF alone", chunked, "A\n0123456789\n00\n\nmore", "0123456789", 17);
    row("trailers", chunked, "1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\nmore", "a", 23);
    row("no last chunk", chunked, "3\r\nabc\r\nA\r\n0123", "abc0123", -1);
    row("no chunk", chunked, "zz\r\nwhat", "zz\r\nwhat", -1);
    row("no chunk after one", chunked, "1\r\na\r\n<html>", "a<html>", -1);
    row("sizes too long", chunked, "ffffffffffffffff\r\nx", "ffffffffffffffff\r\nx", -1);
    row("empty", chunked, "", "", -1);
}

void tst_Body::bodies()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, lines);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, content);
    QFETCH(int, taken);
    const Head response = head(lines);
    QVERIFY(response.status != 0);
    const auto run = [&](const test::Chunks &chunks) {
        BodyReader body(method, response, 1000);
        for (const QByteArray &chunk : chunks) {
            const qsizetype part = body.feed(chunk);
            if (part < chunk.size() && !body.isComplete())
                return QStringList{QStringLiteral("left something")};
        }
        return QStringList{QString::fromLatin1(body.content()), QString::number(body.isComplete() ? qlonglong(body.taken()) : -1)};
    };
    QCOMPARE(run({bytes}), (QStringList{QString::fromLatin1(content), QString::number(taken)}));
    QCOMPARE(test::splitDifference(bytes, run), QString());
}

void tst_Body::keepsWhatItWasToldTo()
{
    BodyReader body("GET", head("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), 4);
    QCOMPARE(body.feed("0123456789x"), 10);
    QVERIFY(body.isComplete());
    QCOMPARE(body.content(), QByteArray("0123"));
    BodyReader exactly("GET", head("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"), 4);
    QCOMPARE(exactly.feed("0123"), 4);
    QCOMPARE(exactly.content(), QByteArray("0123"));
}

QTEST_GUILESS_MAIN(tst_Body)
#include "tst_body.moc"
