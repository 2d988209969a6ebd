#include "exchange/talks.h"
#include "lesson/report.h"
#include "support/plainframe.h"
#include "support/program.h"
#include "support/testmain.h"

#include <QTest>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

/// The report as a browser reads it.
class TestHtmlReport final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void chromiumReadsIt()
    {
        Talk talk;
        const auto line = talk.open();
        const QByteArray hostile = "</bdi></pre></details><script>document.title = 'taken over'</script><img src=x onerror=\"document.title = 'taken over'\">";
        line->sent(encode(0x81, hostile, "abcd"));
        line->received(encode(0x81, "Gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\x8c\x8d"));
        line->received(encode(0x82, QByteArray("\0\xff", 2)));
        line->received(encode(0xc1, "\x1b[31m\x7f"));
        line->end();
        ExportOptions options;
        options.format = Format::Html;
        options.explain = lesson::reportNotes(talk.document());
        const QString file = talk.path(u"talk.html"_s);
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());

        const std::unique_ptr<Program> browser =
            runToEnd(u"chromium"_s, {u"--headless=new"_s, u"--no-sandbox"_s, u"--disable-gpu"_s, u"--disable-background-networking"_s, u"--disable-component-update"_s,
                                     u"--disable-sync"_s, u"--no-first-run"_s, u"--no-proxy-server"_s, u"--disable-dev-shm-usage"_s,
                                     u"--host-resolver-rules=MAP * ~NOTFOUND"_s, u"--user-data-dir="_s + talk.path(u"profile"_s), u"--dump-dom"_s,
                                     QUrl::fromLocalFile(file).toString()}, {});
        const QByteArray dom = browser->restOfOutput();
        QVERIFY2(dom.contains("</html>"), browser->errors());
        // Chromium's own reading: as many rows as records, nothing that a payload has made, and all of its text.
        QCOMPARE(dom.count("<details "), qsizetype(talk.document().received()));
        QVERIFY(!dom.contains("taken over</title>"));
        QVERIFY(!dom.contains("<script") && !dom.contains("<img"));
        QVERIFY(dom.contains("&lt;script&gt;document.title = 'taken over'&lt;/script&gt;"));
        QVERIFY(dom.contains("Gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\x8c\x8d"));
        QVERIFY(dom.contains("\xe2\x90\x9b[31m\xe2\x90\xa1"));
        QVERIFY(!dom.contains("\xef\xbf\xbd"));
    }
};

QTEST_GUILESS_MAIN(TestHtmlReport)
#include "tst_htmlreport.moc"
