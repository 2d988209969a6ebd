#include "session/types.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::session;

/// parseUrl(): what is right, and for what is wrong the sentence, the remedy and the place.
class tst_ParseUrl final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void right_data();
    void right();
    void wrong_data();
    void wrong();
};

void tst_ParseUrl::right_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("secure");
    QTest::addColumn<QString>("host");
    QTest::addColumn<quint16>("port");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("hostHeader");
    const auto row = [](const char *text, bool secure, const char *host, quint16 port, const char *target, const char *header) {
        QTest::newRow(text) << QString::fromUtf8(text) << secure << QString::fromLatin1(host) << port << QByteArray(target) << QByteArray(header);
    };
    row("ws://localhost:8765", false, "localhost", 8765, "/", "localhost:8765");
    row("ws://localhost", false, "localhost", 80, "/", "localhost");
    row("ws://localhost:80/", false, "localhost", 80, "/", "localhost");
    row("ws://localhost:/", false, "localhost", 80, "/", "localhost");
    row("wss://example.org/chat?room=1&x=%20", true, "example.org", 443, "/chat?room=1&x=%20", "example.org");
    row("wss://example.org:80", true, "example.org", 80, "/", "example.org:80");
    row("WS://Example.ORG?q", false, "example.org", 80, "/?q", "example.org");
    row("ws://[::1]:9000/", false, "::1", 9000, "/", "[::1]:9000");
    row("ws://[::1]", false, "::1", 80, "/", "[::1]");
    row("ws://127.0.0.1:1/a/../b", false, "127.0.0.1", 1, "/a/../b", "127.0.0.1:1");
    row("ws://b\xc3\xbc" "cher.example/\xc3\xa9|", false, "xn--bcher-kva.example", 80, "/%C3%A9%7C", "xn--bcher-kva.example");
    row("  ws://localhost:65535/x@y:z  ", false, "localhost", 65535, "/x@y:z", "localhost:65535");
}

void tst_ParseUrl::right()
{
    QFETCH(QString, text);
    const Result<CheckedUrl> url = parseUrl(text);
    QVERIFY2(url, url ? "" : qPrintable(url.error().message));
    QTEST(url->secure, "secure");
    QTEST(url->host, "host");
    QTEST(url->port, "port");
    QTEST(url->target, "target");
    QTEST(url->hostHeader, "hostHeader");
}

void tst_ParseUrl::wrong_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("remedy");
    QTest::addColumn<QString>("marked"); // what stands above the marker
    const auto row = [](const char *text, const char *message, const char *remedy, const char *marked) {
        QTest::newRow(*text ? text : "empty") << QString::fromUtf8(text) << QString::fromLatin1(message) << QString::fromLatin1(remedy)
                                              << QString::fromUtf8(marked);
    };
    row("", "empty", "ws://localhost:8765/", "");
    row("localhost:8765", "no scheme", "ws://localhost:8765", "l");
    row("//localhost", "no scheme", "ws://localhost", "/");
    row("wss//localhost/a", "in place of \"://\"", "wss://localhost/a", "//");
    row("ws:/localhost", "in place of \"://\"", "ws://localhost", ":/");
    row("WS:\\\\localhost", "in place of \"://\"", "ws://localhost", ":\\\\");
    row("ws:8080", "no scheme", "ws://ws:8080", "w");
    row("http://localhost/x", "scheme of web pages", "ws://localhost/x", "http");
    row("HTTPS://localhost", "scheme of web pages", "wss://localhost", "HTTPS");
    row("ftp://localhost", "not a scheme", "ws://localhost", "ftp");
    row("ws:///path", "No host is named", "ws://localhost:8765/", "/");
    row("ws://:8765/", "No host is named", "ws://localhost:8765/", ":");
    row("ws://localhost:99999/", "out of range", "65535", "99999");
    row("ws://localhost:0/", "out of range", "65535", "0");
    row("ws://localhost:8a/", "not a number", "65535", "8a");
    row("ws://local host/", "white space", "%20", " ");
    row("ws://localhost/a b", "white space", "%20", " ");
    row("ws://localhost/#part", "fragment", "%23", "#part");
    row("ws://me:secret@localhost/", "User and password", "Authorization", "me:secret@");
    row("ws://::1:80/", "brackets", "[::1]", "::1:80");
    row("ws://[::1/", "not closed", "[::1]", "[::1");
    row("ws://[::1]x/", "Only a port", "[::1]", "x");
    row("ws://[local]/", "not an IPv6 address", "[::1]", "local");
}

void tst_ParseUrl::wrong()
{
    QFETCH(QString, text);
    QFETCH(QString, message);
    QFETCH(QString, remedy);
    QFETCH(QString, marked);
    const Result<CheckedUrl> url = parseUrl(text);
    QVERIFY(!url);
    const Error error = url.error();
    QCOMPARE(error.kind, ErrorKind::Usage);
    QVERIFY2(error.message.contains(message), qPrintable(error.message));
    QVERIFY2(error.remedy.contains(remedy), qPrintable(error.remedy));
    if (text.isEmpty())
        return;
    const QStringList lines = error.detail.split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[0], text);
    const qsizetype from = lines[1].indexOf(QLatin1Char('^'));
    QCOMPARE(text.mid(from, lines[1].size() - from), marked);
}

QTEST_GUILESS_MAIN(tst_ParseUrl)
#include "tst_parseurl.moc"
