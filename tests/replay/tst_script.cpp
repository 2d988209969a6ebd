#include "replay/script.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

namespace {

/// A script as text: "1: one|0 two|1 /2" says that on connection 1 "one" comes before any answer, "two" after one, and two came in all.
QString words(const Script &script)
{
    QStringList lines;
    for (const Part &part : script.parts) {
        QString line = QString::number(part.connection.value()) + QLatin1Char(':');
        for (size_t i = 0; i < part.steps.size(); ++i) {
            const Result<QByteArray> payload = part.steps.read(*script.document, i);
            line += QStringLiteral(" %1%2|%3").arg(isControl(part.steps.at(i).kind) ? kindName(part.steps.at(i).kind) + QLatin1Char('=') : QString(),
                                                    payload ? QString::fromUtf8(*payload) : payload.error().message)
                        .arg(part.answersBefore.at(i));
        }
        lines += line + QStringLiteral(" /%1").arg(part.answers);
    }
    return lines.join(QLatin1String("; "));
}

std::shared_ptr<const capture::Document> unowned(const capture::Document &document)
{
    return {&document, [](const capture::Document *) {}};
}

/// Two connections: on the first a greeting, two questions asked at once and their answers, one more, a push, and a Ping; the server
/// closes. On the second only the client speaks, and closes.
void fill(Talk &talk)
{
    const auto one = talk.open(QStringLiteral("ws://127.0.0.1:8765/chat"), Talk::Deflate::No,
                               "Sec-WebSocket-Protocol: v2, v1\r\nAuthorization: Bearer x\r\nOrigin: https://there\r\n");
    one->received(encode(0x81, "hello"));                                               // 3
    one->sent(encode(0x81, "a", "abcd"));                                               // 4
    one->sent(encode(0x01, "b", "abcd") + encode(0x80, "B", "abcd"));                   // 5 6
    one->received(encode(0x81, "A"));                                                   // 7
    one->received(encode(0x81, "BB"));                                                  // 8
    one->sent(encode(0x89, "beat", "abcd"));                                            // 9
    one->received(encode(0x8a, "beat"));                                                // 10
    one->sent(encode(0x81, "c", "abcd"));                                               // 11
    one->received(encode(0x81, "C"));                                                   // 12
    one->received(encode(0x81, "push"));                                                // 13
    const auto two = talk.open(QStringLiteral("ws://127.0.0.1:8765/two"));              // 14 15
    two->sent(encode(0x82, "lone", "abcd"));                                            // 16
    one->received(encode(0x88, "\x03\xe9"));                                            // 17
    one->sent(encode(0x88, "\x03\xe9", "abcd"));                                        // 18
    two->sent(encode(0x88, "\x0f\xa1" "done", "abcd"));                                 // 19
    two->received(encode(0x88, "\x0f\xa1"));
    one->end();
    two->end();
}

} // namespace

/// Which messages a script has, and after how many answers.
class TestScript final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void scripts_data()
    {
        QTest::addColumn<int>("side");
        QTest::addColumn<bool>("control");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("script");
        const int client = static_cast<int>(Role::Client);
        const int server = static_cast<int>(Role::Server);
        const auto text = [](const char *latin1) { return QString::fromLatin1(latin1); };
        QTest::newRow("client") << client << false << 0 << 0 << QString() << text("1: a|1 bB|1 c|3 /5; 2: lone|0 /0");
        QTest::newRow("client, control frames") << client << true << 0 << 0 << QString()
                                                << text("1: a|1 bB|1 ping=beat|3 c|3 /5; 2: lone|0 close=") + QString::fromUtf8("\x0f\xa1" "done") + text("|0 /0");
        QTest::newRow("server") << server << false << 0 << 0 << QString() << text("1: hello|0 A|2 BB|2 C|3 push|3 /3");
        QTest::newRow("server, control frames") << server << true << 0 << 0 << QString()
                                                << text("1: hello|0 A|2 BB|2 C|3 push|3 close=") + QString::fromUtf8("\x03\xe9") + text("|3 /3");
        // Between a and the next message that is left out nothing came; what came after that answers others.
        QTest::newRow("one question of two") << client << false << 4 << 4 << QString() << text("1: a|1 /1");
        QTest::newRow("by a later fragment") << client << false << 6 << 6 << QString() << text("1: bB|1 /3");
        QTest::newRow("from the middle") << client << false << 9 << 16 << QString() << text("1: c|1 /3; 2: lone|0 /0");
        QTest::newRow("by a filter") << client << false << 0 << 0 << text("text == \"c\"") << text("1: c|1 /3");
    }

    void scripts()
    {
        QFETCH(const int, side);
        QFETCH(const bool, control);
        QFETCH(const int, first);
        QFETCH(const int, last);
        QFETCH(const QString, filter);
        QFETCH(const QString, script);
        Talk talk;
        fill(talk);
        ScriptRequest request;
        request.side = static_cast<Role>(side);
        request.control = control ? ControlFrames::Replayed : ControlFrames::Left;
        const auto parsed = capture::Filter::parse(filter, nullptr);
        QVERIFY(parsed);
        request.choice.filter = *parsed;
        if (first != 0)
            request.choice.ranges = {{RecordId(static_cast<quint64>(first)), RecordId(static_cast<quint64>(last))}};
        const Result<Script> read = readScript(unowned(talk.document()), request);
        QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().message));
        QCOMPARE(words(*read), script);
        quint64 messages = 0;
        for (const Part &part : read->parts)
            messages += part.steps.size();
        QCOMPARE(read->messages, messages);
    }

    void timesCountFromTheServersHead()
    {
        Talk talk;
        fill(talk);
        const Result<Script> whole = readScript(unowned(talk.document()), {});
        QVERIFY(whole.ok());
        const Part &part = whole->parts.at(0);
        QCOMPARE(part.opened, talk.document().connection(part.connection)->opened);
        QCOMPARE(part.start, talk.document().read(RecordId(2))->header.time);
        QVERIFY(part.steps.at(0).time > part.start);
        QVERIFY(part.steps.at(1).time > part.steps.at(0).time);
        ScriptRequest request;
        request.choice.ranges = {{RecordId(11), RecordId(11)}};
        const Result<Script> some = readScript(unowned(talk.document()), request);
        QVERIFY(some.ok());
        QCOMPARE(some->parts.at(0).start, some->parts.at(0).steps.at(0).time);
        QCOMPARE(some->parts.at(0).opened, some->parts.at(0).start);
    }

    void silencesAreKept()
    {
        Talk talk;
        const auto line = talk.open();
        constexpr qint64 second = nsPerSecond;
        line->received(encode(0x81, "hello"), 2 * second);
        line->sent(encode(0x81, "a", "abcd"), 7 * second);
        line->received(encode(0x81, "A"), 3 * second);
        line->received(encode(0x81, "AA"), 4 * second);
        line->received(encode(0x81, "AAA"), second);
        line->sent(encode(0x81, "b", "abcd"), 9 * second);
        line->sent(encode(0x81, "c", "abcd"), second);
        line->received(encode(0x81, "C"), 5 * second);
        const Result<Script> script = readScript(unowned(talk.document()), {});
        QVERIFY(script.ok());
        const Part &part = script->parts.at(0);
        QCOMPARE(part.silenceBefore, (std::vector<qint64>{2 * second, 4 * second, 0}));
        QCOMPARE(part.silence, 5 * second);
    }

    void theLimitAndOnePastIt()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "a", "abcd") + encode(0x81, "b", "abcd"));
        ScriptRequest request;
        request.mostMessages = 2;
        QVERIFY(readScript(unowned(talk.document()), request).ok());
        line->sent(encode(0x81, "c", "abcd"));
        const Result<Script> over = readScript(unowned(talk.document()), request);
        QVERIFY(!over.ok());
        QCOMPARE(over.error().kind, ErrorKind::Limit);
    }

    void theRequestIsKept()
    {
        Talk talk;
        fill(talk);
        const Result<Script> script = readScript(unowned(talk.document()), {});
        QVERIFY(script.ok());
        const Part &part = script->parts.at(0);
        QCOMPARE(part.url, QStringLiteral("ws://127.0.0.1:8765/chat"));
        QCOMPARE(part.subprotocols, (QStringList{QStringLiteral("v2"), QStringLiteral("v1")}));
        QCOMPARE(part.agreed, QString());
        QCOMPARE(part.origin, QStringLiteral("https://there"));
        QCOMPARE(part.headers, (wire::HeaderList{{"Authorization", "Bearer x"}}));
    }

    void whatIsNotWholeIsLeftOut()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "whole", "abcd"));
        line->sent(encode(0x01, "never ends", "abcd"));
        line->end();
        const Result<Script> script = readScript(unowned(talk.document()), {});
        QVERIFY(script.ok());
        QCOMPARE(words(*script), QStringLiteral("1: whole|0 /0"));
        QCOMPARE(script->leftOut, quint64(1));
    }

    void nothingToReplay()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "a", "abcd"));
        ScriptRequest request;
        request.side = Role::Server;
        const Result<Script> none = readScript(unowned(talk.document()), request);
        QVERIFY(!none.ok());
        QCOMPARE(none.error().kind, ErrorKind::NotFound);
        QVERIFY(none.error().message.contains(QStringLiteral("server")));
        request.side = Role::Client;
        request.choice.ranges = {{RecordId(1), RecordId(2)}};
        QVERIFY(!readScript(unowned(talk.document()), request).ok());
    }
};

QTEST_GUILESS_MAIN(TestScript)
#include "tst_script.moc"
