#include "exchange/htmltext.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw::exchange;

class TestHtmlText final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void text_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("html");
        QTest::newRow("plain") << QByteArray("Hello") << QByteArray("Hello");
        QTest::newRow("marks") << QByteArray("<a href=\"x\">&</a>") << QByteArray("&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
        QTest::newRow("Unicode") << QByteArray("Gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\x8c\x8d") << QByteArray("Gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\x8c\x8d");
        QTest::newRow("no UTF-8") << QByteArray("a\xff") << QByteArray("a\xef\xbf\xbd");
        QTest::newRow("zero and delete") << QByteArray("\0\x7f", 2) << QByteArray("\xe2\x90\x80\xe2\x90\xa1");
        QTest::newRow("line ends") << QByteArray("a\r\nb\nc\td") << QByteArray("a\nb\nc\td");
        QTest::newRow("a CR alone") << QByteArray("a\rb\r") << QByteArray("a\xe2\x90\x8d" "b\xe2\x90\x8d");
    }

    void text()
    {
        QFETCH(const QByteArray, bytes);
        QByteArray html("before ");
        appendHtml(html, QByteArrayView(bytes));
        QTEST(html.sliced(7), "html");
    }

    void hexDump()
    {
        QByteArray dump;
        appendHexDump(dump, QByteArrayView("0123456789abcdef<\0", 18));
        QCOMPARE(dump, QByteArray("000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
                                  "000010  3c 00                                            &lt;.\n"));
        QByteArray nothing;
        appendHexDump(nothing, {});
        QCOMPARE(nothing, QByteArray());
    }

    void styleLoadsNothing()
    {
        const QByteArray style = reportStyle().toByteArray();
        QVERIFY(!style.contains("url(") && !style.contains("@import") && !style.contains('<'));
        QVERIFY(style.contains("prefers-color-scheme: dark"));
    }
};

QTEST_GUILESS_MAIN(TestHtmlText)
#include "tst_htmltext.moc"
