#include "keptrecords.h"
#include "support/plainframe.h"
#include "support/splits.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "net/frameinflation.h"
#include "net/relaydirection.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;
using wire::ContextTakeover;
using wire::Violation;

/// Compressed messages of one direction: what each frame becomes, what is wrong with it, and how it is recorded.
class tst_FrameInflation final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void everySplitGivesTheSame();
    void eachFrameHasWhatItGave();
    void textIsJudgedAfterInflating_data();
    void textIsJudgedAfterInflating();
    void badTextIsFoundAtOnce();
    void damage_data();
    void damage();
    void damageIsFoundOnce();
    void sizeLimit();
    void largeResultsGoInChunks_data();
    void largeResultsGoInChunks();
    void aFloodComesInPieces();
    void cutOffMessages();
    void endInsideAFrame();
};

namespace {

constexpr ConnectionId connection{3};

/// One received direction that expects compression, and what is kept of it.
struct Bench
{
    explicit Bench(ContextTakeover takeover = ContextTakeover::Yes, quint64 most = limits::inflatedBytes)
        : recorder(kept, connection), direction(recorder, Direction::Received, Role::Client, limits::defaultFrameBytes)
    {
        direction.expectCompression(takeover, most);
    }
    /// Returns the gravest findings, one for each piece that brought one.
    QList<Violation> feed(QByteArrayView bytes)
    {
        QList<Violation> found;
        direction.feed(bytes, 1);
        RelayDirection::Step step;
        while (direction.next(step)) {
            if (step.found != Violation::None)
                found.append(step.found);
            plain += step.plain;
            largest = std::max(largest, step.plain.size());
        }
        return found;
    }
    test::KeptRecords kept;
    RelayRecorder recorder;
    RelayDirection direction;
    QByteArray plain;           ///< of all steps
    qsizetype largest = 0;
};

QByteArray packed(wire::Deflater &deflater, const QByteArray &plain)
{
    return deflater.compress(plain, wire::MessagePart::Last);
}

QByteArray packed(const QByteArray &plain)
{
    wire::Deflater deflater{wire::DeflateSide{}};
    return packed(deflater, plain);
}

/// A part of a message with all that it holds, as a sender flushes it at the end of a fragment.
QByteArray flushed(wire::Deflater &deflater, const QByteArray &plain)
{
    QByteArray part = deflater.compress(plain, wire::MessagePart::More);
    return part += deflater.flush();
}

/// The message in frames of @p bytes each.
QByteArray fragments(int opcode, const QByteArray &payload, qsizetype bytes, const QByteArray &key)
{
    QByteArray stream;
    for (qsizetype at = 0; at < payload.size(); at += bytes) {
        const bool first = at == 0;
        const bool last = at + bytes >= payload.size();
        stream += encode((last ? 0x80 : 0) | (first ? 0x40 | opcode : 0), payload.mid(at, bytes), key);
    }
    return stream;
}

} // namespace

void tst_FrameInflation::everySplitGivesTheSame()
{
    wire::Deflater deflater{wire::DeflateSide{}};
    const QByteArray text = "Gr\xc3\xbc\xc3\x9f" "e Gr\xc3\xbc\xc3\x9f" "e Gr\xc3\xbc\xc3\x9f" "e";
    QByteArray stream = encode(0xc1, packed(deflater, text), "abcd");
    stream += fragments(2, packed(deflater, text + text), 4, "efgh");
    stream += encode(0x81, text, "ijkl");
    stream += encode(0xc2, packed(deflater, {}), "mnop");
    stream += encode(0xc1, packed(deflater, text), "qrst");
    const auto run = [](const test::Chunks &chunks) {
        Bench bench;
        QStringList lines;
        for (const QByteArray &chunk : chunks)
            bench.feed(chunk);
        for (const auto &one : bench.kept.all) {
            lines += QStringLiteral("message %1, %2, flags %3, %4 becomes %5")
                         .arg(one.record.message.value())
                         .arg(QLatin1String(wire::violationInfo(one.record.violation).name))
                         .arg(one.record.flags.toInt())
                         .arg(one.payload.size())
                         .arg(QString::fromUtf8(one.inflated));
        }
        return lines << QString::fromUtf8(bench.plain);
    };
    const QStringList whole = run({stream});
    QCOMPARE(whole.last(), QString::fromUtf8(text + text + text + text));
    QVERIFY(whole.filter(QStringLiteral("none")).size() == whole.size() - 1);
    QCOMPARE(test::splitDifference(stream, run), QString());
}

void tst_FrameInflation::eachFrameHasWhatItGave()
{
    // A sender that flushes at the end of a fragment: each frame's part can be told apart.
    wire::Deflater deflater{wire::DeflateSide{}};
    const QByteArray first = flushed(deflater, "one ");
    const QByteArray second = deflater.compress("two", wire::MessagePart::Last);
    Bench bench;
    QVERIFY(bench.feed(encode(0x41, first, "abcd") + encode(0x89, "ping", "abcd") + encode(0x80, second, "abcd")).isEmpty());
    QCOMPARE(bench.kept.all.size(), size_t(3));
    QCOMPARE(bench.kept.all[0].inflated, QByteArray("one "));
    QCOMPARE(bench.kept.all[0].record.inflatedLength, quint64(4));
    QVERIFY(!bench.kept.all[1].record.flags.testFlag(wire::RecordFlag::Compressed));
    QCOMPARE(bench.kept.all[1].record.inflatedLength, quint64(4));
    QCOMPARE(bench.kept.all[2].inflated, QByteArray("two"));
    QCOMPARE(bench.plain, QByteArray("one two"));
}

void tst_FrameInflation::textIsJudgedAfterInflating_data()
{
    QTest::addColumn<int>("opcode");
    QTest::addColumn<QByteArray>("plain");
    QTest::addColumn<Violation>("found");
    QTest::newRow("good") << 1 << QByteArray("Gr\xc3\xbc\xc3\x9f" "e") << Violation::None;
    QTest::newRow("bad byte") << 1 << QByteArray("Gr\xfc" "ezi") << Violation::TextNotUtf8;
    QTest::newRow("ends too early") << 1 << QByteArray("Gr\xc3") << Violation::TextEndsInSequence;
    QTest::newRow("binary") << 2 << QByteArray("Gr\xfc" "ezi") << Violation::None;
}

void tst_FrameInflation::textIsJudgedAfterInflating()
{
    QFETCH(int, opcode);
    QFETCH(QByteArray, plain);
    QFETCH(Violation, found);
    const QList<Violation> wanted = found == Violation::None ? QList<Violation>() : QList<Violation>{found};
    for (const qsizetype size : {1, 2, 1000}) {
        Bench bench;
        QCOMPARE(bench.feed(fragments(opcode, packed(plain), size, "abcd")), wanted);
        QCOMPARE(bench.plain, plain);
    }
}

void tst_FrameInflation::badTextIsFoundAtOnce()
{
    wire::Deflater deflater{wire::DeflateSide{}};
    const QByteArray bad = flushed(deflater, "good \xff and what follows");
    Bench bench;
    // The frame is far from complete: a thousand bytes are still to come.
    wire::FrameHeader header = wire::legalHeader(wire::Opcode::Text, wire::Fin::No, quint64(bad.size()) + 1000, Role::Client, {1, 2, 3, 4});
    header.rsv1 = true;
    QCOMPARE(bench.feed(wire::serializeFrame(header, bad)), QList<Violation>{Violation::TextNotUtf8});
}

void tst_FrameInflation::damage_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<ContextTakeover>("takeover");
    QTest::addColumn<bool>("nextIsGood");
    QTest::newRow("no deflate data, context") << QByteArray("\xff\xff\xff\xff") << ContextTakeover::Yes << false;
    QTest::newRow("no deflate data, no context") << QByteArray("\xff\xff\xff\xff") << ContextTakeover::No << true;
    QTest::newRow("cut off, context") << packed("Hello").left(3) << ContextTakeover::Yes << false;
    QTest::newRow("cut off, no context") << packed("Hello").left(3) << ContextTakeover::No << true;
}

void tst_FrameInflation::damage()
{
    QFETCH(QByteArray, payload);
    QFETCH(ContextTakeover, takeover);
    QFETCH(bool, nextIsGood);
    Bench bench(takeover);
    QCOMPARE(bench.feed(encode(0xc2, payload, "abcd")), QList<Violation>{Violation::CompressedDataDamaged});
    const QList<Violation> next = bench.feed(encode(0xc2, packed("Hello"), "abcd"));
    QCOMPARE(next.isEmpty(), nextIsGood);
    QVERIFY(bench.feed(encode(0x82, "plain", "abcd")).isEmpty());
    QCOMPARE(bench.kept.all[0].record.violation, Violation::CompressedDataDamaged);
    QCOMPARE(bench.kept.all[0].payload.size(), payload.size());
}

void tst_FrameInflation::damageIsFoundOnce()
{
    Bench bench;
    const QByteArray bad(100, '\xff');
    QCOMPARE(bench.feed(fragments(2, bad, 10, "abcd")), QList<Violation>{Violation::CompressedDataDamaged});
    QCOMPARE(bench.kept.all[0].record.violation, Violation::CompressedDataDamaged);
    QCOMPARE(bench.kept.all[9].record.violation, Violation::None);
}

void tst_FrameInflation::sizeLimit()
{
    const QByteArray plain(5000, 'x');
    Bench atIt(ContextTakeover::Yes, 5000);
    QVERIFY(atIt.feed(encode(0xc2, packed(plain), "abcd")).isEmpty());
    QCOMPARE(atIt.plain, plain);
    Bench pastIt(ContextTakeover::Yes, 4999);
    QCOMPARE(pastIt.feed(encode(0xc2, packed(plain), "abcd")), QList<Violation>{Violation::InflatedOverLimit});
    QCOMPARE(pastIt.plain, plain.left(4999));
    QCOMPARE(pastIt.kept.all[0].record.inflatedLength, quint64(4999));
    QVERIFY(pastIt.feed(encode(0xc2, packed("after it"), "abcd")).isEmpty());
    QCOMPARE(pastIt.kept.all[1].record.inflatedLength, quint64(8));
}

void tst_FrameInflation::largeResultsGoInChunks_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<bool>("chunked");
    QTest::newRow("at the limit") << limits::payloadChunkBytes << false;
    QTest::newRow("one past it") << limits::payloadChunkBytes + 1 << true;
    QTest::newRow("two and a half") << limits::payloadChunkBytes * 5 / 2 << true;
}

void tst_FrameInflation::largeResultsGoInChunks()
{
    QFETCH(qsizetype, size);
    QFETCH(bool, chunked);
    QByteArray plain(size, 'x');
    for (qsizetype i = 0; i < size; i += 100)
        plain[i] = char(i % 251);
    const QByteArray stream = encode(0xc2, packed(plain), "abcd") + encode(0xc2, packed("after"), "abcd");
    for (const qsizetype part : {stream.size(), qsizetype(1000)}) {
        Bench bench;
        for (qsizetype at = 0; at < stream.size(); at += part)
            QVERIFY(bench.feed(stream.mid(at, part)).isEmpty());
        QCOMPARE(bench.kept.all.size(), size_t(2));
        const auto &record = bench.kept.all[0].record;
        QCOMPARE(record.flags.testFlag(wire::RecordFlag::InflatedChunked), chunked);
        QVERIFY(!record.flags.testFlag(wire::RecordFlag::Chunked)); // what was on the wire is small
        QCOMPARE(record.inflatedLength, quint64(size));
        QVERIFY(bench.kept.all[0].inflated == plain);
        QVERIFY(bench.kept.inOrder);
        QVERIFY(bench.kept.largestChunk <= limits::payloadChunkBytes);
        QCOMPARE(bench.kept.all[1].inflated, QByteArray("after"));
        QVERIFY(!bench.kept.all[1].record.flags.testFlag(wire::RecordFlag::InflatedChunked));
    }
}

void tst_FrameInflation::aFloodComesInPieces()
{
    // 60 MB of one byte are 60 KB: however they are fed, they are never there at once.
    const QByteArray stream = encode(0xc2, packed(QByteArray(60'000'000, 'x')), "abcd");
    QVERIFY(stream.size() < 100'000);
    test::KeptRecords kept;
    RelayRecorder recorder(kept, connection);
    RelayDirection direction(recorder, Direction::Received, Role::Client, limits::defaultFrameBytes);
    direction.expectCompression(ContextTakeover::Yes, limits::inflatedBytes);
    direction.feed(stream, 1);
    quint64 all = 0;
    quint64 largest = 0;
    RelayDirection::Step step;
    while (direction.next(step)) {
        QVERIFY(step.plain.count('x') == step.plain.size());
        all += quint64(step.plain.size());
        largest = std::max(largest, quint64(step.plain.size()));
    }
    QCOMPARE(all, quint64(60'000'000));
    QVERIFY2(largest < quint64(limits::inflatePieceBytes) * 1100, QByteArray::number(largest));
}

void tst_FrameInflation::cutOffMessages()
{
    // A new message where the rest of one was due is a breach; after that, what can be inflated is.
    wire::Deflater deflater{wire::DeflateSide{ContextTakeover::No}};
    const QByteArray first = deflater.compress("never finished", wire::MessagePart::Last);
    for (const ContextTakeover takeover : {ContextTakeover::No, ContextTakeover::Yes}) {
        Bench bench(takeover);
        QVERIFY(bench.feed(encode(0x42, first.left(4), "abcd")).isEmpty());
        bench.plain.clear();
        const QList<Violation> found = bench.feed(encode(0xc2, packed("whole"), "abcd"));
        QVERIFY(!found.isEmpty() && found.first() == Violation::DataFrameInsideMessage);
        QCOMPARE(bench.plain, takeover == ContextTakeover::No ? QByteArray("whole") : QByteArray());
    }
}

void tst_FrameInflation::endInsideAFrame()
{
    wire::Deflater deflater{wire::DeflateSide{}};
    const QByteArray half = flushed(deflater, "all that came");
    Bench bench;
    wire::FrameHeader header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, quint64(half.size()) + 50, Role::Client, {1, 2, 3, 4});
    header.rsv1 = true;
    QVERIFY(bench.feed(wire::serializeFrame(header, half)).isEmpty());
    bench.direction.end(QStringLiteral("cut"), 2, RelayDirection::MissingClose::Finding);
    const auto &cut = bench.kept.all[0];
    QVERIFY(cut.record.flags.testFlag(wire::RecordFlag::Truncated) && cut.record.flags.testFlag(wire::RecordFlag::Compressed));
    QCOMPARE(cut.inflated, QByteArray("all that came"));
    QCOMPARE(cut.record.violation, Violation::EndInsideFrame);
}

QTEST_GUILESS_MAIN(tst_FrameInflation)
#include "tst_frameinflation.moc"
