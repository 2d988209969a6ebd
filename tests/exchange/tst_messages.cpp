#include "exchange/messages.h"

#include "exchange/records.h"
#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"
#include "wire/deflate.h"

#include <QTest>

using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

namespace {

QList<Message> messagesIn(const capture::Document &document, const std::function<bool(const capture::Record &)> &matches = {})
{
    QList<Message> all;
    MessageGatherer gatherer(document, Payloads::Read, [&all](Message &message) { all += message; });
    const Result<> read = forEachRecord(document, [&](const capture::Record &record) {
        gatherer.take(record, !matches || matches(record));
        return true;
    });
    if (!read)
        QTest::qFail(qPrintable(read.error().message), __FILE__, __LINE__);
    gatherer.end();
    return all;
}

} // namespace

class TestMessages final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void aLostRecordMayHaveBeenAPartOfAny()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "Hel", "abcd"));
        line->received(encode(0x81, "whole"));
        line->sent(encode(0x80, "you", "abcd"));
        line->sent(encode(0x81, "whole as well", "abcd"));
        QList<bool> complete;
        MessageGatherer gatherer(talk.document(), Payloads::Left, [&complete](const Message &message) { complete += message.complete; });
        const Result<> read = forEachRecord(talk.document(), [&](const capture::Record &record) {
            gatherer.take(record);
            if (record.payload == "whole") {
                capture::Record lost;
                lost.header.id = record.header.id;
                lost.header.integrity = capture::Integrity::Lost;
                gatherer.take(lost);
                gatherer.take(lost);
            }
            return true;
        });
        QVERIFY(read.ok());
        QCOMPARE(complete, (QList<bool>{true, false, true}));
    }

    void notesOfAllFrames()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "a", "abcd") + encode(0x00, "b", "abcd") + encode(0x80, "c", "abcd") + encode(0x81, "d", "abcd") + encode(0x81, "e", "abcd"));
        talk.document().setNote(RecordId(3), "first");
        talk.document().setNote(RecordId(4), "");
        talk.document().setNote(RecordId(5), "third");
        talk.document().setNote(RecordId(6), "");
        const QList<Message> all = messagesIn(talk.document());
        QCOMPARE(all.at(0).note, std::optional<QByteArray>("first\nthird"));
        QCOMPARE(all.at(1).note, std::optional<QByteArray>(""));
        QCOMPARE(all.at(2).note, std::optional<QByteArray>());
    }

    void fragmentsAreFolded()
    {
        Talk talk;
        const auto one = talk.open();
        const auto two = talk.open();
        one->sent(encode(0x01, "Hel", "abcd"));
        two->sent(encode(0x82, "other", "abcd"));
        one->received(encode(0x89, "ping"));
        one->sent(encode(0x00, "lo ", "abcd"));
        one->sent(encode(0x80, "you", "abcd"));
        two->received(encode(0x81, ""));
        const QList<Message> all = messagesIn(talk.document());
        QCOMPARE(all.size(), 3);
        QCOMPARE(all.at(0).payload, QByteArray("other"));
        QCOMPARE(all.at(1).payload, QByteArray("Hello you"));
        QCOMPARE(all.at(1).frames, quint64{3});
        QCOMPARE(all.at(1).opcode, wire::Opcode::Text);
        QCOMPARE(all.at(1).wireLength, quint64{9});
        QVERIFY(all.at(1).complete && all.at(1).time > all.at(1).firstByteTime);
        QCOMPARE(all.at(2).payload, QByteArray());
        QVERIFY(all.at(2).complete);
    }

    void whatNeverEndsIsIncomplete()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "cut off", "abcd"));
        line->sent(encode(0x81, "another", "abcd"));    // RFC 6455, 5.4 forbids it
        line->received(encode(0x80, "no start"));
        line->received(encode(0x02, "open"));
        const QList<Message> all = messagesIn(talk.document());
        QCOMPARE(all.size(), 4);
        QCOMPARE(all.at(0).payload, QByteArray("cut off"));
        QVERIFY(!all.at(0).complete);
        QCOMPARE(all.at(1).payload, QByteArray("another"));
        QCOMPARE(all.at(1).violation, wire::Violation::DataFrameInsideMessage);
        QVERIFY(all.at(1).complete);
        QVERIFY(!all.at(2).complete);
        QCOMPARE(all.at(3).payload, QByteArray("open"));
        QVERIFY(!all.at(3).complete);
    }

    void compressedOnesAreAsTheyWereMeant()
    {
        Talk talk;
        const auto line = talk.open(QStringLiteral("ws://127.0.0.1:8765/"), Talk::Deflate::Yes);
        wire::Deflater deflater({});
        const QByteArray text = QByteArray("compress me ").repeated(1000);
        const QByteArray packed = deflater.compress(text, wire::MessagePart::Last);
        line->sent(encode(0x41, packed.first(5), "abcd") + encode(0x80, packed.sliced(5), "abcd"));
        const QList<Message> all = messagesIn(talk.document());
        QCOMPARE(all.size(), 1);
        QVERIFY(all.at(0).payload == text);
        QVERIFY(all.at(0).flags.testFlag(wire::RecordFlag::Compressed));
        QCOMPARE(all.at(0).inflatedLength, static_cast<quint64>(text.size()));
        QCOMPARE(all.at(0).wireLength, static_cast<quint64>(packed.size()));
    }

    void oneMatchingFrameIsEnough()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "a", "abcd") + encode(0x80, "b", "abcd") + encode(0x81, "c", "abcd"));
        const QList<Message> all = messagesIn(talk.document(), [](const capture::Record &record) { return record.payload == "b"; });
        QCOMPARE(all.size(), 2);
        QVERIFY(all.at(0).matches && !all.at(1).matches);
        QCOMPARE(all.at(0).payload, QByteArray("ab"));
    }
};

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
