#include "exchange/recordwriter.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QBuffer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

class TestHtmlWriter final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void everyRecordIsARow()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "Hello <b>&</b>", "abcd"));
        line->received(encode(0x82, QByteArray("\0\xff", 2)));
        line->received(encode(0x88, "\x03\xe8" "bye"));
        line->end();
        ExportSummary summary;
        const QByteArray page = exported(talk, {}, &summary);
        QCOMPARE(summary.written, talk.document().received());
        QCOMPARE(page.count("<details "), qsizetype(summary.written));
        QCOMPARE(page.count("<details "), page.count("</details>"));
        QVERIFY(page.contains("Hello &lt;b&gt;&amp;&lt;/b&gt;"));
        QVERIFY(page.contains("1, key 61 62 63 64"));
        QVERIFY(page.contains("000000  00 ff "));
        QVERIFY(page.contains("1000 Normal Closure bye"));
        QVERIFY(page.contains("HTTP/1.1 101 Switching Protocols\n"));
        QVERIFY(page.contains("ws://127.0.0.1:8765/chat"));
    }

    void notesAreShown()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "x", "abcd"));
        line->sent(encode(0x81, "y", "abcd"));
        QVERIFY(!exported(talk, {}).contains("<p class=\"noted\">"));
        talk.document().setNote(RecordId(3), "<see this>");
        talk.document().setNote(RecordId(4), "");
        const QByteArray page = exported(talk, {});
        QVERIFY(page.contains("<span class=\"noted\">\u25c6 &lt;see this&gt;</span>"));
        QVERIFY(page.contains("<p class=\"noted\">&lt;see this&gt;</p>"));
        QVERIFY(page.contains("<p class=\"noted\">Marked.</p>"));
        QCOMPARE(page.count("<p class=\"noted\">"), 2);
    }

    void nothingPasses()
    {
        Talk talk;
        const auto line = talk.open();
        line->end();
        ExportOptions options;
        options.filter = capture::Filter::parse(u"opcode == binary"_s, nullptr).value();
        QVERIFY(exported(talk, options).contains("No frame passes the filter."));
    }

    void broken()
    {
        Talk talk;
        const auto line = talk.open();
        line->received(encode(0xc1, "x"));     // RSV1 without an extension
        line->end();
        const QByteArray page = exported(talk, {});
        QVERIFY(page.contains("class=\"received broken\""));
        QVERIFY(page.contains("1, 0, 0"));
    }

    void largePayloadsAreCut()
    {
        Talk talk;
        const auto line = talk.open();
        const QByteArray text = QByteArray(64 * 1024 - 1, 'x') + "\xc3\xbc" + QByteArray(9, 'y');
        line->sent(encode(0x81, text, "abcd"));
        line->sent(encode(0x82, QByteArray(5000, '\x01'), "abcd"));
        line->end();
        const QByteArray page = exported(talk, {});
        QVERIFY(page.contains("<p class=\"quiet\">11 bytes more are in the capture."));    // not half a character
        QVERIFY(page.contains("<p class=\"quiet\">904 bytes more are in the capture."));
        QVERIFY(!page.contains("\xef\xbf\xbd"));
    }

    void secretsAreMasked()
    {
        Talk talk;
        const auto line = talk.open(u"ws://127.0.0.1:8765/chat?token=hunter2hunter2"_s, Talk::Deflate::No, "Cookie: id=hunter3hunter3\r\n");
        line->sent(encode(0x81, R"({"password": "hunter4hunter4"})", "abcd"));
        line->end();
        ExportOptions options;
        QVERIFY(exported(talk, options).contains("hunter2hunter2"));
        options.secrets = Secrets::Masked;
        QVERIFY(!exported(talk, options).contains("hunter"));
    }

    void whatIsExplained()
    {
        Talk talk;
        const auto line = talk.open();
        line->end();
        ExportOptions options;
        options.explain = [](const capture::Record &) { return QList<ReportNote>{{u"A <title>"_s, u"a text"_s, u"Wrong: a judgement"_s, u"RFC 0"_s, false, true}}; };
        const QByteArray page = exported(talk, options);
        QVERIFY(page.contains("<h3>A &lt;title&gt;</h3><p>a text</p><p class=\"wrong\">Wrong: a judgement</p><p class=\"quiet\">RFC 0</p>"));
    }

private:
    static QByteArray exported(Talk &talk, ExportOptions options, ExportSummary *summary = nullptr)
    {
        options.format = Format::Html;
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        const Result<ExportSummary> done = exportCapture(talk.document(), buffer, options);
        if (!done)
            QTest::qFail(qPrintable(done.error().message), __FILE__, __LINE__);
        else if (summary)
            *summary = *done;
        return buffer.data();
    }
};

QTEST_GUILESS_MAIN(TestHtmlWriter)
#include "tst_htmlwriter.moc"
