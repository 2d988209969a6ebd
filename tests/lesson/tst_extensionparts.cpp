#include "lesson/extensionparts.h"

#include "lesson/explained.h"
#include "support/testmain.h"

using namespace wsw;
using lesson::ExtensionPart;
using lesson::Verdict;
using wire::ContextTakeover;
using wire::Head;

/// Each parameter of an offer and of an answer, judged by the rules of RFC 7692, 7.1.
class ExtensionPartsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void offers_data();
    void offers();
    void answers_data();
    void answers();
    void withoutTheRequest();
    void partsStandInOrder();
    void whatIsAgreed();
    void inWords();
};

namespace {

constexpr const char *name = "Sec-WebSocket-Extensions: ";

Head request(const QByteArray &value)
{
    return test::headOf(Head::Kind::Request, "GET / HTTP/1.1\n" + (value.isEmpty() ? QByteArray("Host: a") : name + value));
}

Head response(const QByteArray &value)
{
    return test::headOf(Head::Kind::Response, "HTTP/1.1 101 Switching Protocols\n" + QByteArray(name) + value);
}

/// "rwiu" for right, wrong, info, unusual: one letter a part.
QString verdicts(const QList<ExtensionPart> &parts)
{
    QString letters;
    for (const ExtensionPart &part : parts) {
        test::verifyReadable(part.explanation);
        switch (part.explanation.verdict) {
        case Verdict::Info: letters += u'i'; break;
        case Verdict::Right: letters += u'r'; break;
        case Verdict::Unusual: letters += u'u'; break;
        case Verdict::Wrong: letters += u'w'; break;
        }
    }
    return letters;
}

} // namespace

void ExtensionPartsTest::offers_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *value, const char *expected) { QTest::newRow(value) << QString::fromLatin1(expected); };
    row("permessage-deflate", "r");
    row("permessage-deflate; server_no_context_takeover; client_no_context_takeover", "rrr");
    row("permessage-deflate; server_no_context_takeover=1", "rw");
    row("permessage-deflate; client_no_context_takeover=1", "rw");
    row("permessage-deflate; server_max_window_bits=9; client_max_window_bits=15", "rrr");
    row("permessage-deflate; client_max_window_bits", "rr");
    row("permessage-deflate; server_max_window_bits", "rw");
    row("permessage-deflate; server_max_window_bits=8; client_max_window_bits=8", "ruu");
    row("permessage-deflate; server_max_window_bits=7; client_max_window_bits=16", "rww");
    row("permessage-deflate; server_max_window_bits=010", "rw");
    row("permessage-deflate; server_no_context_takeover; server_no_context_takeover", "rrw");
    row("permessage-deflate; level=9", "rw");
    row("permessage-deflate; client_max_window_bits, permessage-deflate", "rrr");
    row("x-webkit-deflate-frame; no_context_takeover", "ui");
}

void ExtensionPartsTest::offers()
{
    QFETCH(QString, expected);
    QCOMPARE(verdicts(lesson::explainExtensions(request(QTest::currentDataTag()), 0, nullptr)), expected);
}

void ExtensionPartsTest::answers_data()
{
    QTest::addColumn<QByteArray>("offer");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("expected");
    const auto row = [](QByteArray offer, QByteArray answer, const char *expected) {
        const QByteArray tag = offer + " -> " + answer;
        for (QByteArray *each : {&offer, &answer}) {
            each->replace("snct", "server_no_context_takeover").replace("cnct", "client_no_context_takeover");
            each->replace("smwb", "server_max_window_bits").replace("cmwb", "client_max_window_bits").replace("pmd", "permessage-deflate");
        }
        QTest::newRow(tag.constData()) << offer << answer << QString::fromLatin1(expected);
    };
    row("pmd", "pmd", "r");
    row("", "pmd", "w");
    row("other", "pmd", "w");
    row("pmd", "other", "w");
    row("other", "other", "r");
    row("pmd; snct", "pmd; snct", "rr");
    row("pmd", "pmd; snct; cnct", "rrr");
    row("pmd; snct", "pmd", "w");           // must be answered
    row("pmd; cnct", "pmd", "r");
    row("pmd", "pmd; snct=1", "ww");
    row("pmd; smwb=12", "pmd; smwb=12", "rr");
    row("pmd; smwb=12", "pmd; smwb=13", "ww");
    row("pmd; smwb=12", "pmd", "w");
    row("pmd", "pmd; smwb=10", "rr");
    row("pmd", "pmd; smwb=8", "ru");
    row("pmd", "pmd; smwb", "ww");
    row("pmd; cmwb", "pmd; cmwb=9", "rr");
    row("pmd; cmwb=10", "pmd; cmwb=10", "rr");
    row("pmd; cmwb=10", "pmd; cmwb=11", "ww");
    row("pmd; cmwb", "pmd; cmwb", "ww");
    row("pmd", "pmd; cmwb=12", "ww");       // not offered
    row("pmd; cmwb", "pmd; cmwb=8", "ru");
    row("pmd; smwb=10, pmd", "pmd; smwb=12", "rr");  // fits the second offer
    row("pmd", "pmd; level=9", "ww");
    row("pmd", "pmd, pmd", "ww");
}

void ExtensionPartsTest::answers()
{
    QFETCH(QByteArray, offer);
    QFETCH(QByteArray, answer);
    QFETCH(QString, expected);
    const Head asked = request(offer);
    QCOMPARE(verdicts(lesson::explainExtensions(response(answer), 0, &asked)), expected);
}

void ExtensionPartsTest::withoutTheRequest()
{
    QCOMPARE(verdicts(lesson::explainExtensions(response("permessage-deflate; server_no_context_takeover; server_max_window_bits=10"), 0, nullptr)),
             QStringLiteral("iii"));
    QCOMPARE(verdicts(lesson::explainExtensions(response("permessage-deflate; server_max_window_bits=99"), 0, nullptr)), QStringLiteral("iw"));
}

void ExtensionPartsTest::partsStandInOrder()
{
    const Head head = test::headOf(Head::Kind::Request, "GET / HTTP/1.1\nHost: a\n" + QByteArray(name)
                                                            + "permessage-deflate; client_max_window_bits=\"12\", other; x");
    const QList<ExtensionPart> parts = lesson::explainExtensions(head, 1, nullptr);
    QCOMPARE(parts.size(), 4);
    QCOMPARE(parts.at(0).name, QStringLiteral("permessage-deflate"));
    QVERIFY(!parts.at(0).isParameter);
    QCOMPARE(parts.at(1).name, QStringLiteral("client_max_window_bits"));
    QCOMPARE(parts.at(1).value, QStringLiteral("12"));
    QVERIFY(parts.at(1).isParameter);
    QVERIFY(parts.at(1).explanation.judgement.contains(QStringLiteral("4 KiB (12 bits)")));
    QCOMPARE(parts.at(1).explanation.where, QStringLiteral("line 3"));
    QCOMPARE(parts.at(2).name, QStringLiteral("other"));
    QCOMPARE(parts.at(3).name, QStringLiteral("x"));
    QVERIFY(parts.at(3).value.isEmpty());
}

void ExtensionPartsTest::whatIsAgreed()
{
    const Head asked = request("permessage-deflate; client_no_context_takeover; client_max_window_bits=11");
    const Head answered = response("permessage-deflate; server_max_window_bits=10");
    const auto whole = lesson::agreedDeflate(&asked, answered);
    QVERIFY(whole.has_value());
    QCOMPARE(*whole, (wire::DeflateParameters{{ContextTakeover::Yes, 10}, {ContextTakeover::No, 11}}));
    // What the client has promised does not stand in the answer.
    const auto alone = lesson::agreedDeflate(QStringLiteral("permessage-deflate; server_max_window_bits=10"));
    QVERIFY(alone.has_value());
    QCOMPARE(*alone, (wire::DeflateParameters{{ContextTakeover::Yes, 10}, {ContextTakeover::Yes, 15}}));
    QCOMPARE(lesson::agreedDeflate(nullptr, answered), alone);
    const auto full = lesson::agreedDeflate(
        QStringLiteral("permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9"));
    QVERIFY(full.has_value());
    QCOMPARE(*full, (wire::DeflateParameters{{ContextTakeover::No, 15}, {ContextTakeover::No, 9}}));
    for (const char *none : {"", "other", "permessage-deflate; x", "permessage-deflate; server_max_window_bits=99"})
        QVERIFY(!lesson::agreedDeflate(QString::fromLatin1(none)).has_value());
    const Head without = request({});
    QVERIFY(!lesson::agreedDeflate(&without, answered).has_value());
}

void ExtensionPartsTest::inWords()
{
    QCOMPARE(lesson::windowWords(15), QStringLiteral("32 KiB (15 bits)"));
    QCOMPARE(lesson::windowWords(9), QStringLiteral("512 bytes (9 bits)"));
    QVERIFY(lesson::contextWords(ContextTakeover::No).contains(QStringLiteral("alone")));
}

QTEST_GUILESS_MAIN(ExtensionPartsTest)
#include "tst_extensionparts.moc"
