#include "support/plainframe.h"
#include "support/splits.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "net/relaycompressor.h"
#include "wire/mask.h"

#include <QRandomGenerator>
#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;
using Compress = SendPlan::Compress;

/// What a speaker's frames become on the wire, as dialogues: frames in, frames out.
class tst_RelayCompressor final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void messagesAtEverySplit();
    void freshKeys();
    void emptyMessages();
    void fragmentsOfThePackedBytes_data();
    void fragmentsOfThePackedBytes();
    void plannedPerMessage();
    void theSpeakersFragmentsStay();
    void controlFramesKeepTheirPlace();
    void illegalFramesPassAsTheyCame_data();
    void illegalFramesPassAsTheyCame();
    void largeMessagesGoInParts_data();
    void largeMessagesGoInParts();
    void messagesOfNoSpeaker();
    void contextIsDropped();
    void contextPaysOff();
};

namespace {

wire::MaskingKey nextKey()
{
    static uchar count = 0;
    ++count;
    return {count, 2, 3, 4};
}

RelayCompressor compressor(wire::ContextTakeover takeover = wire::ContextTakeover::Yes)
{
    return {wire::DeflateSide{takeover}, -1, &nextKey};
}

/// All that comes out for @p bytes.
QByteArray passed(RelayCompressor &compressor, const QByteArray &bytes)
{
    compressor.feed(bytes);
    QByteArray all;
    for (QByteArray out; compressor.next(out);)
        all += out;
    return all;
}

struct OneFrame
{
    wire::FrameHeader header;
    QByteArray payload;         ///< unmasked
};

/// Cut by the parser: what a peer sees.
std::vector<OneFrame> frames(const QByteArray &bytes)
{
    wire::FrameParser parser;
    parser.feed(bytes);
    std::vector<OneFrame> all;
    for (wire::FramePiece piece; parser.next(piece);) {
        QByteArray plain(piece.payload.size(), Qt::Uninitialized);
        wire::applyMask(reinterpret_cast<const uchar *>(piece.payload.data()), reinterpret_cast<uchar *>(plain.data()), plain.size(),
                        piece.header->key);
        all.push_back({*piece.header, plain});
    }
    if (parser.inFrame())
        qWarning("the last frame is not whole");
    return all;
}

/// A line for each frame, and the text of each message where it ends: "c1 13 masked: Hello".
QStringList read(const QByteArray &bytes, wire::ContextTakeover takeover = wire::ContextTakeover::Yes)
{
    wire::Inflater inflater(takeover);
    QStringList lines;
    QByteArray message;
    bool compressed = false;
    for (const OneFrame &frame : frames(bytes)) {
        QString line = QStringLiteral("%1%2").arg(frame.header.firstByte(), 2, 16, QLatin1Char('0')).arg(frame.header.masked ? QStringLiteral(" masked") : QString());
        if (wire::isControl(frame.header.opcode)) {
            lines += line + QStringLiteral(": ") + QString::fromLatin1(frame.payload);
            continue;
        }
        if (frame.header.opcode != wire::Opcode::Continuation) {
            message.clear();
            compressed = frame.header.rsv1;
        }
        if (!compressed)
            message += frame.payload;
        else if (inflater.inflate(frame.payload, frame.header.fin ? wire::MessagePart::Last : wire::MessagePart::More, message) != wire::Inflater::Status::Good)
            line += QStringLiteral(" (damaged)");
        if (frame.header.fin)
            line += QStringLiteral(": ") + QString::fromUtf8(message);
        lines += line;
    }
    return lines;
}

} // namespace

void tst_RelayCompressor::messagesAtEverySplit()
{
    const QByteArray stream = encode(0x81, "Hello", "abcd") + encode(0x89, "p", "efgh") + encode(0x82, "Hello again", "ijkl") + encode(0x81, "", "mnop")
        + encode(0x88, "\x03\xe8", "qrst");
    const auto run = [](const test::Chunks &chunks) {
        RelayCompressor made = compressor();
        QByteArray out;
        for (const QByteArray &chunk : chunks)
            out += passed(made, chunk);
        return read(out);
    };
    QCOMPARE(run({stream}), (QStringList{QStringLiteral("c1 masked: Hello"), QStringLiteral("89 masked: p"), QStringLiteral("c2 masked: Hello again"),
                                         QStringLiteral("c1 masked: "), QStringLiteral("88 masked: \x03\u00e8")}));
    QCOMPARE(test::splitDifference(stream, run), QString());
}

void tst_RelayCompressor::freshKeys()
{
    RelayCompressor made = compressor();
    const auto client = frames(passed(made, encode(0x81, "one", "abcd") + encode(0x81, "two", "abcd")));
    QCOMPARE(client.size(), size_t(2));
    QVERIFY(client[0].header.masked && client[1].header.masked);
    QVERIFY(client[0].header.key != client[1].header.key);
    const auto server = frames(passed(made, encode(0x81, "three")));
    QVERIFY(!server[0].header.masked);
}

void tst_RelayCompressor::emptyMessages()
{
    // RFC 7692, 7.2.3.6: one byte, 0x00; also right after another message.
    RelayCompressor made = compressor();
    for (int i = 0; i < 3; ++i) {
        const auto out = frames(passed(made, encode(0x81, "")));
        QCOMPARE(out.size(), size_t(1));
        QCOMPARE(int(out[0].header.firstByte()), 0xc1);
        QCOMPARE(out[0].payload, QByteArray(1, '\0'));
        std::ignore = passed(made, encode(0x81, "between"));
    }
}

void tst_RelayCompressor::fragmentsOfThePackedBytes_data()
{
    QTest::addColumn<qsizetype>("bytes");
    for (const qsizetype bytes : {1, 2, 7, 1000})
        QTest::newRow(QByteArray::number(bytes).constData()) << bytes;
}

void tst_RelayCompressor::fragmentsOfThePackedBytes()
{
    QFETCH(qsizetype, bytes);
    const QByteArray text = "a text that can be packed, a text that can be packed";
    RelayCompressor made = compressor();
    made.plan(1, {Compress::Yes, bytes});
    const QByteArray out = passed(made, encode(0x81, text, "abcd"));
    const auto all = frames(out);
    QByteArray payload;
    for (size_t i = 0; i < all.size(); ++i) {
        const bool last = i + 1 == all.size();
        QCOMPARE(int(all[i].header.firstByte()), (last ? 0x80 : 0) | (i == 0 ? 0x41 : 0));
        QVERIFY(all[i].header.masked);
        if (!last)
            QCOMPARE(all[i].payload.size(), bytes);
        QVERIFY(all[i].payload.size() > 0 && all[i].payload.size() <= bytes);
        payload += all[i].payload;
    }
    QVERIFY(payload.size() < text.size());
    QCOMPARE(all.size(), size_t((payload.size() + bytes - 1) / bytes));
    QCOMPARE(read(out).last().mid(read(out).last().indexOf(QLatin1Char(':')) + 2), QString::fromLatin1(text));
    // Only this one was planned.
    QCOMPARE(frames(passed(made, encode(0x81, text, "abcd"))).size(), size_t(1));
}

void tst_RelayCompressor::plannedPerMessage()
{
    RelayCompressor made = compressor();
    made.plan(2, {Compress::No, 0});
    made.plan(4, {Compress::No, 0});
    made.plan(5, {Compress::Yes, 4});
    const QByteArray second = encode(0x01, "as it ", "wxyz") + encode(0x80, "came", "wxyz");
    QCOMPARE(read(passed(made, encode(0x81, "one", "abcd"))), QStringList{QStringLiteral("c1 masked: one")});
    QCOMPARE(passed(made, second), second);
    QCOMPARE(read(passed(made, encode(0x81, "one", "abcd"))), QStringList{QStringLiteral("c1 masked: one")});
    QCOMPARE(passed(made, encode(0x82, "four", "wxyz")), encode(0x82, "four", "wxyz"));
    QVERIFY(frames(passed(made, encode(0x82, "five and more", "abcd"))).size() > 1);
}

void tst_RelayCompressor::theSpeakersFragmentsStay()
{
    // A program that sends a part wants it to be seen, not held back until the message ends.
    RelayCompressor made = compressor();
    const QByteArray first = passed(made, encode(0x01, "first part, ", "abcd"));
    wire::Inflater inflater(wire::ContextTakeover::Yes);
    QByteArray seen;
    const auto one = frames(first);
    QCOMPARE(one.size(), size_t(1));
    QCOMPARE(int(one[0].header.firstByte()), 0x41);
    QCOMPARE(inflater.inflate(one[0].payload, wire::MessagePart::More, seen), wire::Inflater::Status::Good);
    QCOMPARE(seen, QByteArray("first part, "));
    const QByteArray rest = passed(made, encode(0x00, "", "abcd") + encode(0x00, "second part", "abcd") + encode(0x80, "", "abcd"));
    QCOMPARE(read(first + rest), (QStringList{QStringLiteral("41 masked"), QStringLiteral("00 masked"), QStringLiteral("00 masked"),
                                              QStringLiteral("80 masked: first part, second part")}));
    QCOMPARE(read(first + rest + passed(made, encode(0x81, "next", "abcd"))).last(), QStringLiteral("c1 masked: next"));
}

void tst_RelayCompressor::controlFramesKeepTheirPlace()
{
    RelayCompressor made = compressor();
    const QByteArray stream = encode(0x01, "a") + encode(0x89, "ping") + encode(0x80, "b") + encode(0x8a, "pong") + encode(0x81, "c");
    QCOMPARE(read(passed(made, stream)), (QStringList{QStringLiteral("41"), QStringLiteral("89: ping"), QStringLiteral("80: ab"),
                                                      QStringLiteral("8a: pong"), QStringLiteral("c1: c")}));
}

void tst_RelayCompressor::illegalFramesPassAsTheyCame_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::newRow("RSV1") << encode(0xc1, "x", "abcd");
    QTest::newRow("RSV2") << encode(0xa1, "x", "abcd");
    QTest::newRow("reserved opcode") << encode(0x83, "x", "abcd");
    QTest::newRow("stray continuation") << encode(0x80, "x", "abcd");
    QTest::newRow("fragmented ping") << encode(0x09, "x", "abcd");
}

void tst_RelayCompressor::illegalFramesPassAsTheyCame()
{
    QFETCH(QByteArray, frame);
    RelayCompressor made = compressor();
    QCOMPARE(passed(made, frame), frame);
    QCOMPARE(read(passed(made, encode(0x81, "after", "abcd"))), QStringList{QStringLiteral("c1 masked: after")});
    // In the middle of a message that is being compressed, too.
    if (frame.at(0) == char(0x80))
        return;
    const QByteArray begun = passed(made, encode(0x01, "one ", "abcd"));
    QCOMPARE(passed(made, frame), frame);
}

void tst_RelayCompressor::largeMessagesGoInParts_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("most");
    QByteArray noise(limits::payloadChunkBytes * 5 / 2, Qt::Uninitialized);
    QRandomGenerator random(7);
    for (char &byte : noise)
        byte = char(random.bounded(256));
    QTest::newRow("noise: by what goes on the wire") << noise << 3 << 4;
    QTest::newRow("one byte: by what was read") << QByteArray(limits::deflatedFrameBytes * 5 / 2, 'x') << 3 << 3;
    QTest::newRow("one byte, just under") << QByteArray(limits::deflatedFrameBytes - 100'000, 'x') << 1 << 1;
}

void tst_RelayCompressor::largeMessagesGoInParts()
{
    QFETCH(QByteArray, payload);
    QFETCH(int, least);
    QFETCH(int, most);
    RelayCompressor made = compressor();
    const QByteArray stream = encode(0x82, payload);
    QByteArray out;
    for (qsizetype at = 0; at < stream.size(); at += 65'536)
        out += passed(made, stream.mid(at, 65'536));
    const auto all = frames(out);
    QVERIFY2(int(all.size()) >= least && int(all.size()) <= most, QByteArray::number(qsizetype(all.size())));
    wire::Inflater inflater(wire::ContextTakeover::Yes);
    QByteArray plain;
    for (const OneFrame &frame : all) {
        QVERIFY(frame.payload.size() <= limits::payloadChunkBytes);
        QCOMPARE(inflater.inflate(frame.payload, frame.header.fin ? wire::MessagePart::Last : wire::MessagePart::More, plain), wire::Inflater::Status::Good);
    }
    QVERIFY(plain == payload);
}

void tst_RelayCompressor::messagesOfNoSpeaker()
{
    RelayCompressor made = compressor();
    QByteArray out;
    for (const auto &frame : made.message(wire::Opcode::Text, "by hand", 0, Role::Client))
        out += frame.bytes;
    for (const auto &frame : made.message(wire::Opcode::Binary, "by hand", 3, Role::Client))
        out += frame.bytes;
    out += passed(made, encode(0x81, "spoken", "abcd"));
    const QStringList lines = read(out);
    QCOMPARE(lines.first(), QStringLiteral("c1 masked: by hand"));
    QCOMPARE(lines.last(), QStringLiteral("c1 masked: spoken"));
    QVERIFY(lines.contains(QStringLiteral("42 masked")) && lines.contains(QStringLiteral("80 masked: by hand")));
    QVERIFY(!made.inMessage());
    std::ignore = passed(made, encode(0x01, "open", "abcd"));
    QVERIFY(made.inMessage());
}

void tst_RelayCompressor::contextIsDropped()
{
    // Something that was compressed elsewhere has gone to the peer in between: its window is another than ours.
    RelayCompressor made = compressor();
    wire::Inflater peer(wire::ContextTakeover::Yes);
    const auto atPeer = [&peer](const QByteArray &bytes) {
        QByteArray plain;
        const bool good = peer.inflate(frames(bytes).front().payload, wire::MessagePart::Last, plain) == wire::Inflater::Status::Good;
        return good ? plain : QByteArray("damaged");
    };
    const QByteArray text = "a text of which much is known already";
    QCOMPARE(atPeer(passed(made, encode(0x81, text))), text);
    wire::Deflater foreign{wire::DeflateSide{}};
    QByteArray plain;
    QCOMPARE(peer.inflate(foreign.compress(QByteArray(40'000, 'f'), wire::MessagePart::Last), wire::MessagePart::Last, plain), wire::Inflater::Status::Good);
    made.dropContext();
    QCOMPARE(atPeer(passed(made, encode(0x81, text))), text);
}

void tst_RelayCompressor::contextPaysOff()
{
    const QByteArray text = "{\"temperature\": 21.5, \"humidity\": 40, \"place\": \"hall\"}";
    RelayCompressor with = compressor(wire::ContextTakeover::Yes);
    RelayCompressor without = compressor(wire::ContextTakeover::No);
    const auto second = [&](RelayCompressor &made) {
        std::ignore = passed(made, encode(0x81, text));
        return passed(made, encode(0x81, text)).size();
    };
    QVERIFY(second(with) * 3 < second(without));
}

QTEST_GUILESS_MAIN(tst_RelayCompressor)
#include "tst_relaycompressor.moc"
