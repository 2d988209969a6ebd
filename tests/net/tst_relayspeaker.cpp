#include "keptrecords.h"
#include "support/plainframe.h"
#include "support/splits.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "net/relayspeaker.h"
#include "wire/deflate.h"
#include "wire/frameparser.h"

#include <QStringDecoder>
#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;

/// What a QWebSocket is given: the same messages, in frames that it takes.
class tst_RelaySpeaker final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void wholeFramesPassAsTheyCame();
    void onlyWholeFramesAtAnySplit();
    void largeMaskedFramesPassUnmasked();
    void textIsNeverCutInACodePoint();
    void marksAreKeptFromQt();
    void largeFramesComeInFragments_data();
    void largeFramesComeInFragments();
    void compressedMessagesComeInflated();
    void largeCompressedMessages();
    void nothingAfterStop();

private:
    /// What comes out of a feed: the bytes, and the messages that they make.
    struct Passed
    {
        QByteArray bytes;
        QStringList events;         ///< messages and control frames, in order
        bool wholeFramesOnly = true;
        bool codePointsWhole = true;
        bool noBits = true;         ///< RSV1 to 3
        qsizetype longestFrame = 0; ///< of its payload
    };
    enum class Compression : bool { None, Agreed };
    static Passed pass(const test::Chunks &chunks, Compression compression = Compression::None,
                       SpeakerFeed::Taker taker = SpeakerFeed::Taker::WebSocketOfQt)
    {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, ConnectionId(1));
        RelayDirection direction(recorder, Direction::Received, Role::Client, limits::defaultFrameBytes);
        if (compression == Compression::Agreed)
            direction.expectCompression(wire::ContextTakeover::Yes, limits::inflatedBytes);
        SpeakerFeed feed(taker);
        Passed passed;
        wire::FrameParser parser;
        Message message;
        for (const QByteArray &chunk : chunks) {
            feed.begin(chunk, direction.wireOffset());
            direction.feed(chunk, 1);
            RelayDirection::Step step;
            while (direction.next(step))
                feed.take(step, direction.judge());
            const QByteArray given = feed.finish().toByteArray();
            passed.bytes += given;
            read(parser, given, taker, message, passed);
            passed.wholeFramesOnly = passed.wholeFramesOnly && !parser.inFrame();
        }
        return passed;
    }
    struct Message
    {
        wire::Opcode opcode = wire::Opcode::Binary;
        QByteArray payload;
        QByteArray frame;
    };
    /// A QWebSocket decodes each text frame by itself, with this decoder.
    static QByteArray decodedByQt(const QByteArray &frame, Passed &passed)
    {
        QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
        const QString text = decoder(frame);
        passed.codePointsWhole = passed.codePointsWhole && !decoder.hasError();
        return text.toUtf8();
    }
    static void read(wire::FrameParser &parser, const QByteArray &bytes, SpeakerFeed::Taker taker, Message &message, Passed &passed)
    {
        parser.feed(bytes);
        for (wire::FramePiece piece; parser.next(piece);) {
            if (piece.first)
                message.frame.clear();
            QByteArray plain(piece.payload.size(), Qt::Uninitialized);
            wire::applyMask(reinterpret_cast<const uchar *>(piece.payload.data()), reinterpret_cast<uchar *>(plain.data()), plain.size(),
                            piece.header->key, piece.payloadOffset);
            message.frame += plain;
            if (!piece.last)
                continue;
            passed.longestFrame = std::max(passed.longestFrame, message.frame.size());
            if (wire::isControl(piece.header->opcode)) {
                passed.events += QStringLiteral("%1 %2").arg(int(piece.header->opcode)).arg(QString::fromLatin1(message.frame.toHex()));
                continue;
            }
            if (piece.header->opcode != wire::Opcode::Continuation) {
                message.opcode = piece.header->opcode;
                message.payload.clear();
            }
            passed.noBits = passed.noBits && !piece.header->rsv1;
            const bool decoded = message.opcode == wire::Opcode::Text && taker == SpeakerFeed::Taker::WebSocketOfQt;
            message.payload += decoded ? decodedByQt(message.frame, passed) : message.frame;
            if (piece.header->fin)
                passed.events += QStringLiteral("%1 %2").arg(int(message.opcode)).arg(QString::fromLatin1(message.payload.toHex()));
        }
    }
};

void tst_RelaySpeaker::wholeFramesPassAsTheyCame()
{
    const QByteArray stream = encode(0x81, "Hello", "abcd") + encode(0x89, "p", "wxyz") + encode(0x02, "a", "efgh") + encode(0x80, "b", "ijkl");
    QCOMPARE(pass({stream}).bytes, stream);
}

void tst_RelaySpeaker::onlyWholeFramesAtAnySplit()
{
    const QByteArray stream = encode(0x81, "Hello", "abcd") + encode(0x89, "p", "wxyz") + encode(0x02, "a", "efgh") + encode(0x80, QByteArray(200, 'b'), "ijkl")
        + encode(0x81, "", "mnop");
    const auto run = [](const test::Chunks &chunks) {
        const Passed passed = pass(chunks);
        return QStringList{QString::fromLatin1(passed.bytes.toHex()), passed.wholeFramesOnly ? QStringLiteral("whole") : QStringLiteral("cut")};
    };
    QCOMPARE(run({stream}), (QStringList{QString::fromLatin1(stream.toHex()), QStringLiteral("whole")}));
    QCOMPARE(test::splitDifference(stream, run), QString());
}

void tst_RelaySpeaker::largeMaskedFramesPassUnmasked()
{
    const QByteArray kept = encode(0x82, QByteArray(1023, 'k'), "abcd");
    const QByteArray payload(1024, 'p');
    const QByteArray stream = kept + encode(0x82, payload, "abcd") + encode(0x89, "q", "wxyz");
    const auto run = [](const test::Chunks &chunks) { return QStringList(QString::fromLatin1(pass(chunks).bytes.toHex())); };
    const QByteArray expected = kept + QByteArray("\x82\x7e\x04\x00", 4) + payload + encode(0x89, "q", "wxyz");
    QCOMPARE(run({stream}), QStringList(QString::fromLatin1(expected.toHex())));
    QCOMPARE(test::splitDifference(stream, run), QString());
}

void tst_RelaySpeaker::textIsNeverCutInACodePoint()
{
    // Every fragment ends inside a character; control frames stand between.
    const QByteArray smile = "\xf0\x9f\x98\x80";
    const QByteArray stream = encode(0x01, smile.left(1), "abcd") + encode(0x00, smile.mid(1, 1), "abcd") + encode(0x89, "p", "abcd")
        + encode(0x00, smile.mid(2, 1), "abcd") + encode(0x00, smile.mid(3) + smile.left(3), "abcd") + encode(0x00, "", "abcd")
        + encode(0x80, smile.mid(3), "abcd") + encode(0x81, smile, "abcd");
    const auto run = [](const test::Chunks &chunks) {
        const Passed passed = pass(chunks);
        return QStringList(passed.events) << (passed.codePointsWhole ? QStringLiteral("whole") : QStringLiteral("cut"));
    };
    const QString text = QString::fromLatin1(smile.toHex());
    QCOMPARE(run({stream}), (QStringList{QStringLiteral("9 70"), QStringLiteral("1 ") + text + text, QStringLiteral("1 ") + text, QStringLiteral("whole")}));
    QCOMPARE(test::splitDifference(stream, run), QString());
}

void tst_RelaySpeaker::marksAreKeptFromQt()
{
    // QWebSocket takes U+FEFF at the beginning of a frame for a byte order mark, and drops it.
    const QByteArray mark = "\xef\xbb\xbf";
    const auto event = [](const QByteArray &text) { return QStringLiteral("1 ") + QString::fromLatin1(text.toHex()); };
    const QByteArray whole = encode(0x81, mark + "a", "abcd");
    const QByteArray stream = whole + encode(0x01, "a" + mark, "abcd") + encode(0x00, mark + mark, "abcd") + encode(0x00, mark.left(1), "abcd")
        + encode(0x00, mark.mid(1), "abcd") + encode(0x80, mark + "b", "abcd") + encode(0x81, mark, "abcd") + encode(0x01, "", "abcd")
        + encode(0x80, mark + mark, "abcd");
    const QStringList expected{event(mark + "a"), event("a" + mark.repeated(5) + "b"), event(mark), event(mark + mark)};
    const auto run = [](const test::Chunks &chunks) { return pass(chunks).events; };
    QCOMPARE(run({stream}), expected);
    QCOMPARE(test::splitDifference(stream, run), QString());
    // Binary messages are left alone, and so is a third program.
    const QByteArray binary = encode(0x82, mark + "a", "abcd");
    QCOMPARE(pass({binary}).bytes, binary);
    QCOMPARE(pass({whole}, Compression::None, SpeakerFeed::Taker::Program).events, QStringList{event(mark + "a")});
}

void tst_RelaySpeaker::largeFramesComeInFragments_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<QByteArray>("unit");
    QTest::newRow("binary") << 0x82 << QByteArray("0123456789");
    QTest::newRow("text") << 0x81 << QByteArray("a\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9");
    QTest::newRow("text of nothing but U+FEFF") << 0x81 << QByteArray("\xef\xbb\xbf");
}

void tst_RelaySpeaker::largeFramesComeInFragments()
{
    QFETCH(int, first);
    QFETCH(QByteArray, unit);
    const QByteArray payload = unit.repeated(limits::payloadChunkBytes * 2 / unit.size());
    const QByteArray stream = encode(first, payload, "abcd") + encode(0x89, "after", "abcd");
    test::Chunks chunks;
    for (qsizetype at = 0; at < stream.size(); at += 65'537)
        chunks.append(stream.mid(at, 65'537));
    const Passed passed = pass(chunks);
    QVERIFY(passed.wholeFramesOnly);
    QVERIFY(passed.codePointsWhole);
    QCOMPARE(passed.events.size(), 2);
    QVERIFY(passed.events[0] == QStringLiteral("%1 ").arg(first & 0xf) + QString::fromLatin1(payload.toHex()));
    QVERIFY(passed.longestFrame < 2 * 65'537); // really in fragments, as it came: nothing is held that another chunk would make longer
}

void tst_RelaySpeaker::compressedMessagesComeInflated()
{
    wire::Deflater deflater{wire::DeflateSide{}};
    const auto packed = [&deflater](const QByteArray &plain) { return deflater.compress(plain, wire::MessagePart::Last); };
    const QByteArray text = "\xf0\x9f\x98\x80 and \xe2\x82\xac";
    QByteArray stream = encode(0xc1, packed(text), "abcd");
    const QByteArray cut = packed(text + text);
    stream += encode(0x89, "p", "abcd") + encode(0x41, cut.left(2), "abcd") + encode(0x89, "q", "abcd")
        + encode(0x00, cut.mid(2, 5), "abcd") + encode(0x00, "", "abcd") + encode(0x80, cut.mid(7), "abcd") + encode(0x81, text, "abcd");
    stream += encode(0xc2, packed({}), "abcd");
    stream += encode(0xc2, packed("\xff"), "abcd");
    const auto run = [](const test::Chunks &chunks) {
        const Passed passed = pass(chunks, Compression::Agreed);
        return QStringList(passed.events) << (passed.codePointsWhole ? QStringLiteral("whole") : QStringLiteral("cut"))
                                          << (passed.wholeFramesOnly && passed.noBits ? QStringLiteral("legal") : QStringLiteral("illegal"));
    };
    const QString hex = QString::fromLatin1(text.toHex());
    QCOMPARE(run({stream}), (QStringList{QStringLiteral("1 ") + hex, QStringLiteral("9 70"), QStringLiteral("9 71"), QStringLiteral("1 ") + hex + hex,
                                         QStringLiteral("1 ") + hex, QStringLiteral("2 "), QStringLiteral("2 ff"), QStringLiteral("whole"),
                                         QStringLiteral("legal")}));
    QCOMPARE(test::splitDifference(stream, run), QString());
}

void tst_RelaySpeaker::largeCompressedMessages()
{
    const QByteArray unit = "a\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9";
    const QByteArray text = unit.repeated(limits::payloadChunkBytes * 3 / unit.size());
    wire::Deflater deflater{wire::DeflateSide{}};
    const QByteArray stream = encode(0xc1, deflater.compress(text, wire::MessagePart::Last), "abcd") + encode(0x89, "after", "abcd");
    test::Chunks chunks;
    for (qsizetype at = 0; at < stream.size(); at += 1000)
        chunks.append(stream.mid(at, 1000));
    const Passed passed = pass(chunks, Compression::Agreed);
    QVERIFY(passed.wholeFramesOnly && passed.codePointsWhole && passed.noBits);
    QCOMPARE(passed.events.size(), 2);
    QVERIFY(passed.events[0] == QStringLiteral("1 ") + QString::fromLatin1(text.toHex()));
}

void tst_RelaySpeaker::nothingAfterStop()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, ConnectionId(1));
    RelayDirection direction(recorder, Direction::Received, Role::Client, 1000);
    SpeakerFeed feed;
    const QByteArray good = encode(0x81, "good", "abcd");
    const QByteArray stream = good + encode(0x81, "bad", "abcd") + encode(0x81, "later", "abcd");
    feed.begin(stream, 0);
    direction.feed(stream, 1);
    RelayDirection::Step step;
    for (int i = 0; direction.next(step); ++i) {
        if (i == 1)
            feed.stop();
        feed.take(step, direction.judge());
    }
    QCOMPARE(feed.finish().toByteArray(), good);
    QCOMPARE(kept.all.size(), size_t(3));
}

QTEST_GUILESS_MAIN(tst_RelaySpeaker)
#include "tst_relayspeaker.moc"
