#include "keptrecords.h"
#include "support/plainframe.h"
#include "support/splits.h"
#include "support/testmain.h"

#include "base/limits.h"
#include "net/leniency.h"
#include "net/relayhandshake.h"
#include "wire/deflate.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;
using wire::Violation;

/// What a lenient host does about every breach: the table of leniency.h, row for row.
class tst_Leniency final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void frames_data();
    void frames();
    void requests_data();
    void requests();
    void everyBreachHasARow();
    void controlFramesBetween();
    void severalBreachesAtOnce();
    void marksAreKeptFromQt();
    void stopped();

private:
    QSet<int> m_seen;           ///< violations that have had a row
};

namespace {

constexpr quint64 frameLimit = 1000;
constexpr quint64 messageLimit = 1500;

/// What a lenient host's speaker is given.
struct Given
{
    QStringList events;         ///< "1 text", "9 payload", "ended by rsv1-set"
    QList<Violation> found;     ///< in the records
    bool lawful = true;         ///< by our own judge
};

void readGiven(const QByteArray &bytes, wire::FrameParser &parser, wire::FrameJudge &judge, Given &given)
{
    parser.feed(bytes);
    for (wire::FramePiece piece; parser.next(piece);) {
        given.lawful = given.lawful && judge.judge(piece).empty() && piece.first && piece.last && !piece.header->masked;
        given.events += QStringLiteral("%1 %2").arg(int(piece.header->opcode)).arg(QString::fromLatin1(piece.payload));
    }
}

Given give(const test::Chunks &chunks)
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, ConnectionId(1));
    RelayDirection direction(recorder, Direction::Received, Role::Client, frameLimit, messageLimit);
    direction.expectCompression(wire::ContextTakeover::No, messageLimit);
    LenientFeed feed;
    Given given;
    wire::FrameParser parser;
    wire::FrameJudge judge(Role::Server, limits::defaultFrameBytes);
    for (const QByteArray &chunk : chunks) {
        feed.begin();
        direction.feed(chunk, 1);
        RelayDirection::Step step;
        bool ended = false;
        while (direction.next(step)) {
            if (step.barrier != Violation::None && !ended) {
                given.events += QStringLiteral("ended by %1").arg(QLatin1String(wire::violationInfo(step.barrier).name));
                ended = true;
                feed.stop();
            }
            feed.take(step, direction.judge());
            if (direction.judge().closeSeen())
                feed.stop();
        }
        readGiven(feed.finish().toByteArray(), parser, judge, given);
    }
    direction.end(QStringLiteral("over"), 2, RelayDirection::MissingClose::Finding);
    for (const auto &one : kept.all)
        given.found.append(one.record.violation);
    return given;
}

QByteArray packed(const QByteArray &plain)
{
    wire::Deflater deflater{wire::DeflateSide{wire::ContextTakeover::No}};
    return deflater.compress(plain, wire::MessagePart::Last);
}

QByteArray longer(int first, const QByteArray &payload, int extendedBytes)
{
    test::PlainFrame frame;
    frame.first = first;
    frame.masked = true;
    frame.key = "abcd";
    frame.payload = payload;
    frame.extendedBytes = extendedBytes;
    return encode(frame);
}

const QByteArray key = "abcd";
const QByteArray good = encode(0x81, "good", key);
const QString goodText = QStringLiteral("1 good");

} // namespace

void tst_Leniency::frames_data()
{
    QTest::addColumn<Violation>("violation");
    QTest::addColumn<Leniency>("kind");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QStringList>("given");
    const auto row = [this](Violation violation, Leniency kind, const QByteArray &bytes, const QStringList &given, const char *more = "") {
        m_seen.insert(int(violation));
        QTest::addRow("%s%s", wire::violationInfo(violation).name, more) << violation << kind << bytes << given;
    };
    using enum Leniency;
    const auto text = [](const char *payload) { return QStringLiteral("1 ") + QString::fromLatin1(payload); };
    row(Violation::None, Mends, good, {goodText});
    row(Violation::ReservedBit1Set, Mends, encode(0x01, "a", key) + encode(0xc0, "b", key) + good, {text("ab"), goodText}, ", continuation");
    row(Violation::ReservedBit1Set, Mends, encode(0xc9, "a", key) + good, {QStringLiteral("9 a"), goodText}, ", ping");
    row(Violation::ReservedBit2Set, Mends, encode(0xa1, "a", key) + good, {text("a"), goodText});
    row(Violation::ReservedBit3Set, Mends, encode(0x91, "a", key) + good, {text("a"), goodText});
    row(Violation::ReservedOpcode, Skips, encode(0x83, "a", key) + good, {goodText}, ", data");
    row(Violation::ReservedOpcode, Skips, encode(0x8b, "a", key) + good, {goodText}, ", control");
    row(Violation::LengthNotMinimal, Mends, longer(0x81, "a", 2) + longer(0x89, "b", 8) + good, {text("a"), QStringLiteral("9 b"), goodText});
    row(Violation::LengthHighBitSet, Ends, good + QByteArray("\x82\xff\x80\0\0\0\0\0\0\x01", 10) + key + "abc", {QStringLiteral("ended by length-high-bit"), goodText});
    row(Violation::ClientFrameNotMasked, Mends, encode(0x81, "a") + encode(0x89, "b") + good, {text("a"), QStringLiteral("9 b"), goodText});
    row(Violation::ControlFrameFragmented, Mends, encode(0x09, "a", key) + good, {QStringLiteral("9 a"), goodText});
    row(Violation::ControlFrameTooLong, Skips, encode(0x89, QByteArray(126, 'x'), key) + good, {goodText}, ", ping");
    row(Violation::ControlFrameTooLong, Skips, encode(0x88, "\x03\xe8" + QByteArray(200, 'x'), key),
        {QStringLiteral("8 \x03\u00e8") + QString(123, QLatin1Char('x'))}, ", close");
    row(Violation::ControlFrameTooLong, Skips, encode(0x88, "\x03\xe8" + QByteArray(122, 'x') + "\xc3\xbc", key),
        {QStringLiteral("8 \x03\u00e8") + QString(122, QLatin1Char('x'))}, ", close, cut inside a character");
    row(Violation::ContinuationWithoutStart, Skips, encode(0x00, "a", key) + encode(0x80, "b", key) + good, {goodText});
    row(Violation::DataFrameInsideMessage, Skips, encode(0x01, "cut off", key) + good + encode(0x80, "stray", key) + good, {goodText, goodText});
    row(Violation::FrameOverLimit, Ends, good + encode(0x82, QByteArray(frameLimit + 1, 'x'), key), {QStringLiteral("ended by frame-over-limit"), goodText});
    row(Violation::MessageOverLimit, Ends, good + encode(0x02, QByteArray(800, 'x'), key) + encode(0x80, QByteArray(800, 'x'), key),
        {QStringLiteral("ended by message-over-limit"), goodText});
    row(Violation::TextNotUtf8, Skips, encode(0x01, "a\xff", key) + encode(0x80, "b", key) + good, {goodText});
    row(Violation::TextNotUtf8, Skips, encode(0xc1, packed("a\xff"), key) + good, {goodText}, ", compressed");
    row(Violation::TextEndsInSequence, Skips, encode(0x81, "a\xc3", key) + good, {goodText});
    row(Violation::ClosePayloadOneByte, Mends, encode(0x88, "x", key), {QStringLiteral("8 ")});
    row(Violation::CloseCodeReserved, Mends, encode(0x88, "\x03\xed" "why", key), {QStringLiteral("8 ")});
    row(Violation::CloseCodeUnregistered, Mends, encode(0x88, "\x07\xd0", key), {QStringLiteral("8 ")});
    row(Violation::CloseCodeOutOfRange, Mends, encode(0x88, "\x03\xe7", key), {QStringLiteral("8 ")});
    row(Violation::CloseReasonNotUtf8, Mends, encode(0x88, "\x03\xe8" "a\xff", key), {QStringLiteral("8 \x03\u00e8")});
    row(Violation::FrameAfterClose, Skips, encode(0x88, "\x03\xe8", key) + good, {QStringLiteral("8 \x03\u00e8")});
    row(Violation::EndInsideFrame, Ends, good + encode(0x81, "cut", key).chopped(1), {goodText});
    row(Violation::EndWithoutClose, Ends, good, {goodText});
    row(Violation::CompressedDataDamaged, Skips, encode(0xc2, "\xff\xff", key) + encode(0xc1, packed("good"), key), {goodText});
    row(Violation::InflatedOverLimit, Ends, good + encode(0xc2, packed(QByteArray(messageLimit + 1, 'x')), key),
        {QStringLiteral("ended by inflated-over-limit"), goodText});
}

void tst_Leniency::frames()
{
    QFETCH(Violation, violation);
    QFETCH(Leniency, kind);
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, given);
    QCOMPARE(leniency(violation), kind);
    const Given whole = give({bytes});
    QCOMPARE(whole.events, given);
    QVERIFY(whole.lawful);
    QVERIFY(violation == Violation::None || whole.found.contains(violation)); // recorded, whatever is done about it
    // However the bytes come; where the connection ends, what was read with them counts for nothing.
    if (kind == Leniency::Ends && given.first() != goodText)
        return;
    const auto run = [](const test::Chunks &chunks) {
        const Given one = give(chunks);
        return QStringList(one.events) << (one.lawful ? QStringLiteral("lawful") : QStringLiteral("unlawful"));
    };
    if (bytes.size() < 200)
        QCOMPARE(test::splitDifference(bytes, run), QString());
}

void tst_Leniency::requests_data()
{
    QTest::addColumn<Violation>("violation");
    QTest::addColumn<Leniency>("kind");
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("toSpeaker");
    const auto row = [this](Violation violation, Leniency kind, const QByteArray &replace, const QByteArray &by, const QByteArray &toSpeaker = {}) {
        m_seen.insert(int(violation));
        const QByteArray lawful = "GET /a HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        QTest::newRow(wire::violationInfo(violation).name) << violation << kind << QByteArray(lawful).replace(replace, by) << toSpeaker;
    };
    using enum Leniency;
    row(Violation::MethodNotGet, Ends, "GET", "POST");
    row(Violation::HttpVersionTooOld, Mends, "HTTP/1.1", "HTTP/1.0", "GET /a HTTP/1.1\r\n");
    row(Violation::HostMissing, Mends, "Host: h\r\n", "", "\r\nHost: localhost\r\n");
    row(Violation::UpgradeMissing, Ends, "Upgrade: websocket\r\n", "");
    row(Violation::ConnectionUpgradeMissing, Mends, "Connection: Upgrade", "Connection: keep-alive", "\r\nConnection: Upgrade\r\n");
    row(Violation::KeyMissing, Ends, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "");
    row(Violation::KeyNot16Bytes, Mends, "dGhlIHNhbXBsZSBub25jZQ==", "short", "\r\nSec-WebSocket-Key: short\r\n");
    row(Violation::VersionMissing, Mends, "Sec-WebSocket-Version: 13\r\n", "", "\r\nSec-WebSocket-Version: 13\r\n");
    row(Violation::VersionNot13, Ends, "Version: 13", "Version: 8");
    row(Violation::HeadMalformed, Ends, "Host: h", "Host h");
    row(Violation::HeadTooLarge, Ends, "/a", "/" + QByteArray(limits::headLineBytes, 'a'));
    row(Violation::HeaderRepeated, Mends, "Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Version: 13\r\n", "\r\nSec-WebSocket-Version: 13\r\n\r\n");
    row(Violation::ExtensionMalformed, Skips, "Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate;\r\n", "Version: 13\r\n\r\n");
    row(Violation::TargetMalformed, Mends, "/a", "a", "GET / HTTP/1.1\r\n");
    row(Violation::HostMalformed, Mends, "Host: h", "Host: h/x", "\r\nHost: localhost\r\n");
    row(Violation::OriginMalformed, Mends, "Version: 13\r\n", "Version: 13\r\nOrigin: x\r\n", "Version: 13\r\n\r\n");
    row(Violation::SubprotocolMalformed, Mends, "Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Protocol: a b\r\n", "Version: 13\r\n\r\n");
    row(Violation::SubprotocolRepeated, Mends, "Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Protocol: a, a\r\n", "Version: 13\r\n\r\n");
    row(Violation::HeaderFolded, Mends, "Version: 13\r\n", "Version: 13\r\nX: a\r\n b\r\n", "Version: 13\r\n\r\n");
    row(Violation::LineEndBare, Mends, "Version: 13\r\n", "Version: 13\n", "Version: 13\r\n\r\n");
    // What a host never receives.
    for (const Violation violation : {Violation::ServerFrameMasked, Violation::StatusNot101, Violation::AcceptMissing, Violation::AcceptWrong,
                                      Violation::SubprotocolNotOffered, Violation::ExtensionNotOffered, Violation::DeflateAnswerWrong,
                                      Violation::VersionsNotNamed})
        row(violation, Absent, "x", "x");
}

void tst_Leniency::requests()
{
    QFETCH(Violation, violation);
    QFETCH(Leniency, kind);
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, toSpeaker);
    QCOMPARE(leniency(violation), kind);
    if (kind == Leniency::Absent)
        return;
    for (const Strictness strictness : {Strictness::Lenient, Strictness::Strict}) {
        test::KeptRecords kept;
        RelayRecorder recorder(kept, ConnectionId(1));
        RelayHandshakeOptions host;
        host.strictness = strictness;
        host.deflatePolicy = wire::DeflatePolicy{};
        RelayHandshake handshake(host, recorder);
        const RelayHandshake::Step step = handshake.farBytes(head, 1);
        QCOMPARE(kept.all.front().record.violation, violation);
        // Not even a strict host refuses what is only worth a warning.
        const bool grave = wire::violationInfo(violation).severity == wire::Severity::Error;
        if (kind == Leniency::Ends || (grave && strictness == Strictness::Strict)) {
            QCOMPARE(step.outcome, RelayHandshake::Outcome::Refused);
            continue;
        }
        QCOMPARE(step.outcome, RelayHandshake::Outcome::NearWanted);
        QVERIFY2(step.toNear.contains(toSpeaker), step.toNear);
        wire::HeadParser parser(wire::Head::Kind::Request);
        parser.feed(step.toNear);
        const wire::Findings left = wire::judgeRequest(parser.head());
        QVERIFY(left.empty() || violation == Violation::KeyNot16Bytes);
        QVERIFY(!handshake.deflate());
    }
}

void tst_Leniency::everyBreachHasARow()
{
    for (const wire::ViolationInfo &info : wire::violationTable())
        QVERIFY2(m_seen.contains(int(info.violation)), info.name);
}

void tst_Leniency::controlFramesBetween()
{
    // A control frame keeps its place, which for a speaker that gets messages whole is before them.
    const QByteArray stream = encode(0x01, "a", key) + encode(0x89, "p", key) + encode(0x80, "b", key) + encode(0x8a, "q", key);
    QCOMPARE(give({stream}).events, (QStringList{QStringLiteral("9 p"), QStringLiteral("1 ab"), QStringLiteral("10 q")}));
}

void tst_Leniency::severalBreachesAtOnce()
{
    // RSV2, RSV3, not masked, and no UTF-8: what hides behind the first finding counts as well.
    QCOMPARE(give({encode(0xb1, "\xff") + good}).events, QStringList{goodText});
    QCOMPARE(give({good + encode(0xb1, QByteArray(frameLimit + 1, 'x'))}).events, (QStringList{QStringLiteral("ended by frame-over-limit"), goodText}));
    QCOMPARE(give({encode(0xb9, "p") + encode(0xb8, "\x03\xe8")}).events, (QStringList{QStringLiteral("9 p"), QStringLiteral("8 \x03\u00e8")}));
}

void tst_Leniency::marksAreKeptFromQt()
{
    // QWebSocket drops one of the two.
    const QByteArray mark = "\xef\xbb\xbf";
    QCOMPARE(give({encode(0x01, mark.left(2), key) + encode(0x80, mark.mid(2) + "a", key)}).events,
             QStringList{QStringLiteral("1 ") + QString::fromLatin1(mark + mark + "a")});
    QCOMPARE(give({encode(0x82, mark, key)}).events, QStringList{QStringLiteral("2 ") + QString::fromLatin1(mark)});
}

void tst_Leniency::stopped()
{
    test::KeptRecords kept;
    RelayRecorder recorder(kept, ConnectionId(1));
    RelayDirection direction(recorder, Direction::Received, Role::Client, frameLimit);
    LenientFeed feed;
    const QByteArray stream = good + good;
    feed.begin();
    direction.feed(stream, 1);
    RelayDirection::Step step;
    while (direction.next(step)) {
        feed.take(step, direction.judge());
        feed.stop();
    }
    QCOMPARE(feed.finish().toByteArray(), encode(0x81, "good"));
    feed.begin();
    QVERIFY(feed.finish().isEmpty());
    QCOMPARE(kept.all.size(), size_t(2));
}

QTEST_GUILESS_MAIN(tst_Leniency)
#include "tst_leniency.moc"
