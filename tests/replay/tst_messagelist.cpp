#include "replay/messagelist.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"
#include "wire/deflate.h"

#include <QTest>

using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

namespace {

struct All
{
    MessageList list;
    QList<PassingMessage> passing;  ///< frames not valid any more
    Result<> result;
};

All readAll(const capture::Document &document, const Choice &choice = {}, const ReadProgress &progress = {})
{
    All all;
    all.result = forEachMessage(document, choice, progress, [&all](const PassingMessage &message) {
        all.list.append(message.message, message.frames);
        all.passing.append(message);
    });
    return all;
}

} // namespace

/// Messages of a capture by their frames' numbers: all of them in order, and their payloads whole when they are read.
class TestMessageList final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void messagesAndControlFramesInOrder()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "Hel", "abcd"));
        line->received(encode(0x89, "ping"));
        line->sent(encode(0x00, "lo ", "abcd") + encode(0x80, "you", "abcd"));
        line->received(encode(0x82, QByteArray("\0\1", 2)));
        line->sent(encode(0x8a, "ping", "abcd"));
        line->received(encode(0x88, "\x03\xe8" "bye"));
        const All all = readAll(talk.document());
        QVERIFY(all.result.ok());
        const QList<QByteArray> payloads{"ping", "Hello you", QByteArray("\0\1", 2), "ping", "\x03\xe8" "bye"};
        const QList<MessageKind> kinds{MessageKind::Ping, MessageKind::Text, MessageKind::Binary, MessageKind::Pong, MessageKind::Close};
        QCOMPARE(all.list.size(), static_cast<size_t>(payloads.size()));
        for (qsizetype i = 0; i < payloads.size(); ++i) {
            const auto index = static_cast<size_t>(i);
            QCOMPARE(all.list.at(index).kind, kinds.at(i));
            QCOMPARE(all.list.at(index).bytes, static_cast<quint64>(payloads.at(i).size()));
            const Result<QByteArray> read = all.list.read(talk.document(), index);
            QVERIFY(read.ok());
            QCOMPARE(*read, payloads.at(i));
            QVERIFY(all.passing.at(i).complete && all.passing.at(i).chosen);
        }
        QCOMPARE(all.list.at(1).frames, quint32(3));
    }

    void largeAndCompressedOnesAreWhole()
    {
        Talk talk;
        const auto line = talk.open(QStringLiteral("ws://127.0.0.1:8765/"), Talk::Deflate::Yes);
        QByteArray large;
        for (int i = 0; large.size() < 3 * 1024 * 1024 + 7; ++i)
            large += QByteArray::number(i * 7919);
        line->sent(encode(0x82, large, "abcd"));
        wire::Deflater deflater({});
        const QByteArray packed = deflater.compress(large, wire::MessagePart::Last);
        line->sent(encode(0x42, packed.first(100), "abcd") + encode(0x80, packed.sliced(100), "abcd"));
        const All all = readAll(talk.document());
        QCOMPARE(all.list.size(), size_t(2));
        for (size_t i = 0; i < 2; ++i) {
            const Result<QByteArray> read = all.list.read(talk.document(), i);
            QVERIFY(read.ok());
            QVERIFY(*read == large);
        }
    }

    void choices_data()
    {
        QTest::addColumn<int>("connection");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::addColumn<QStringList>("chosen");
        // Records: 1, 2 heads of the first; 3, 4 of the second; frames from 5.
        QTest::newRow("everything") << 0 << QString() << 0 << 0 << QStringList{QStringLiteral("5"), QStringLiteral("6"), QStringLiteral("8")};
        QTest::newRow("a connection") << 2 << QString() << 0 << 0 << QStringList{QStringLiteral("6")};
        QTest::newRow("a filter") << 0 << QStringLiteral("text contains \"thr\"") << 0 << 0 << QStringList{QStringLiteral("8")};
        QTest::newRow("rows") << 0 << QString() << 5 << 6 << QStringList{QStringLiteral("5"), QStringLiteral("6")};
        QTest::newRow("the last row of a message") << 0 << QString() << 9 << 9 << QStringList{QStringLiteral("8")};
    }

    void choices()
    {
        QFETCH(const int, connection);
        QFETCH(const QString, filter);
        QFETCH(const int, first);
        QFETCH(const int, last);
        QFETCH(const QStringList, chosen);
        Talk talk;
        const auto one = talk.open();
        const auto two = talk.open();
        one->sent(encode(0x81, "one", "abcd"));                                 // 5
        two->sent(encode(0x81, "two", "abcd"));                                 // 6
        one->sent(encode(0x09, "", "abcd"));                                    // 7: broken, no message of anybody's
        one->sent(encode(0x01, "thr", "abcd") + encode(0x80, "ee", "abcd"));    // 8, 9
        Choice choice;
        choice.filter = capture::Filter::parse(filter, nullptr).value();
        if (connection != 0)
            choice.connections = QSet<ConnectionId>{ConnectionId(static_cast<quint32>(connection))};
        if (first != 0)
            choice.ranges = {{RecordId(static_cast<quint64>(first)), RecordId(static_cast<quint64>(last))}};
        QStringList found;
        const All all = readAll(talk.document(), choice);
        for (const PassingMessage &message : all.passing) {
            if (message.chosen && !isControl(message.message.kind))
                found.append(QString::number(message.message.first.value()));
        }
        QCOMPARE(found, chosen);
    }

    void rangesHoldTheirEnds()
    {
        Choice choice;
        choice.ranges = {{RecordId(3), RecordId(3)}, {RecordId(7), RecordId(9)}};
        for (quint64 id = 1; id < 12; ++id) {
            QCOMPARE(choice.holds(RecordId(id)), id == 3 || (id >= 7 && id <= 9));
        }
    }

    /// Where rows stand for messages, a row bears the number of the first frame, and any frame may match.
    void rowsOfMessages_data()
    {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QStringList>("chosen");
        const QString none;
        QTest::newRow("its first frame") << 3 << 3 << none << QStringList{QStringLiteral("3")};
        QTest::newRow("only a later one") << 5 << 5 << none << QStringList{};
        QTest::newRow("another one matches") << 3 << 3 << QStringLiteral("text contains \"end\"") << QStringList{QStringLiteral("3")};
        QTest::newRow("none matches") << 3 << 3 << QStringLiteral("text contains \"other\"") << QStringList{};
        QTest::newRow("between its frames") << 4 << 5 << none << QStringList{QStringLiteral("4")};
    }

    void rowsOfMessages()
    {
        QFETCH(const int, first);
        QFETCH(const int, last);
        QFETCH(const QString, filter);
        QFETCH(const QStringList, chosen);
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "begin", "abcd"));  // 3
        line->received(encode(0x81, "other"));      // 4
        line->sent(encode(0x80, "end", "abcd"));    // 5
        Choice choice;
        choice.rows = Choice::Rows::Messages;
        choice.ranges = {{RecordId(static_cast<quint64>(first)), RecordId(static_cast<quint64>(last))}};
        choice.filter = capture::Filter::parse(filter, nullptr).value();
        const All all = readAll(talk.document(), choice);
        QStringList found;
        for (const PassingMessage &message : all.passing) {
            if (message.chosen)
                found.append(QString::number(message.message.first.value()));
        }
        QCOMPARE(found, chosen);
    }

    void notesAreSeenBesidePayloads()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "one", "abcd") + encode(0x81, "two", "abcd"));
        talk.document().setNote(RecordId(4), "retry");
        Choice choice;
        choice.filter = capture::Filter::parse(QStringLiteral("note contains \"retry\" && text contains \"two\""), nullptr).value();
        const All all = readAll(talk.document(), choice);
        QCOMPARE(all.passing.size(), 2);
        QVERIFY(!all.passing.at(0).chosen && all.passing.at(1).chosen);
    }

    void framesAsTheyWere()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "a", "abcd") + encode(0x00, "", "abcd") + encode(0x80, "bc", "abcd") + encode(0x81, "d", "abcd"));
        All all = readAll(talk.document());
        QCOMPARE(all.list.readFrames(talk.document(), 0).value(), (QByteArrayList{"a", "", "bc"}));
        QCOMPARE(all.list.readFrames(talk.document(), 1).value(), QByteArrayList{"d"});
        all.list.removeLast();
        QCOMPARE(all.list.size(), size_t(1));
        QCOMPARE(all.list.read(talk.document(), 0).value(), QByteArray("abc"));
        all.list.removeLast();
        QVERIFY(all.list.isEmpty());
    }

    void whatIsCutOffIsIncomplete()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "cut ", "abcd"));
        line->sent(encode(0x81, "another", "abcd").first(8));
        line->end();
        const All all = readAll(talk.document());
        QVERIFY(!all.passing.isEmpty());
        for (const PassingMessage &message : all.passing)
            QVERIFY(!message.complete);
    }

    void canBeCancelled()
    {
        Talk talk;
        const auto line = talk.open();
        for (int i = 0; i < 10'000; ++i)
            line->sent(encode(0x81, "x", "abcd"));
        quint64 told = 0;
        const All all = readAll(talk.document(), {}, [&told](quint64 done, quint64 total) {
            told = done;
            return total != 10'002;
        });
        QVERIFY(!all.result.ok());
        QCOMPARE(all.result.error().kind, ErrorKind::Cancelled);
        QCOMPARE(told, quint64(4096));
    }
};

QTEST_GUILESS_MAIN(TestMessageList)
#include "tst_messagelist.moc"
