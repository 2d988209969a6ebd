#include "wire/violation.h"

#include "base/limits.h"
#include "support/judging.h"
#include "support/plainframe.h"
#include "support/testmain.h"
#include "wire/deflate.h"
#include "wire/handshake.h"

#include <QRegularExpression>
#include <QSet>

using namespace wsw;
using namespace wsw::wire;
using namespace wsw::test;

namespace {

const QByteArray key = QByteArray::fromHex("37fa213d");
const QByteArray hostLine = "Host: example.com\r\n";
const QByteArray upgradeLine = "Upgrade: websocket\r\n";
const QByteArray connectionLine = "Connection: Upgrade\r\n";
const QByteArray keyLine = "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n";
const QByteArray versionLine = "Sec-WebSocket-Version: 13\r\n";
const QByteArray acceptLine = "Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n";
const QByteArray requestLine = "GET /chat HTTP/1.1\r\n";
const QByteArray statusLine = "HTTP/1.1 101 Switching Protocols\r\n";
const QByteArray offerLine = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
constexpr quint64 frameLimit = 4096;
constexpr quint64 messageLimit = 6000;
constexpr quint64 inflatedLimit = 4;

/// What the bytes of a row are.
enum class Sample { FromClient, FromServer, Ends, Request, Response, Refusal, Compressed };

Findings findingsIn(Sample sample, const QByteArray &bytes)
{
    switch (sample) {
    case Sample::FromClient:
    case Sample::FromServer:
    case Sample::Ends: {
        FrameJudge judge(sample == Sample::FromClient ? Role::Client : Role::Server, frameLimit, messageLimit);
        return judgeStream(judge, {bytes}, sample == Sample::Ends ? StreamEnds::Yes : StreamEnds::No).findings();
    }
    case Sample::Request: {
        HeadParser parser(Head::Kind::Request);
        parser.feed(bytes);
        return parser.status() == HeadStatus::Complete ? judgeRequest(parser.head()) : judgeHead(parser);
    }
    case Sample::Response: {
        HeadParser request(Head::Kind::Request);
        request.feed(requestLine + hostLine + upgradeLine + connectionLine + keyLine + versionLine + offerLine + "\r\n");
        HeadParser response(Head::Kind::Response);
        response.feed(bytes);
        return judgeResponse(request.head(), response.head());
    }
    case Sample::Refusal: {
        // Every refusal is a status that is not 101; that it says so wrongly comes beside it.
        Findings found = findingsIn(Sample::Response, bytes);
        std::erase_if(found, [](const Finding &finding) { return finding.violation == Violation::StatusNot101; });
        return found;
    }
    case Sample::Compressed: {
        Inflater inflater(ContextTakeover::Yes, inflatedLimit);
        QByteArray inflated;
        inflater.inflate(bytes, MessagePart::Last, inflated);
        return inflater.findings();
    }
    }
    return {};
}

QByteArray longForm(int first, int extendedBytes, const QByteArray &payload)
{
    PlainFrame plain;
    plain.first = first;
    plain.extendedBytes = extendedBytes;
    plain.payload = payload;
    return encode(plain);
}

/// Bytes that break one rule and no other.
struct Row
{
    Violation violation;
    Sample sample;
    QByteArray bytes;
};

std::vector<Row> frameRows()
{
    using V = Violation;
    std::vector<Row> rows;
    const auto add = [&rows](V violation, Sample sample, const QByteArray &bytes) { rows.push_back({violation, sample, bytes}); };
    add(V::ReservedBit1Set, Sample::FromServer, encode(0xc1, "a"));
    add(V::ReservedBit2Set, Sample::FromServer, encode(0xa1, "a"));
    add(V::ReservedBit3Set, Sample::FromServer, encode(0x91, "a"));
    add(V::ReservedOpcode, Sample::FromServer, encode(0x83, "a"));
    add(V::LengthNotMinimal, Sample::FromServer, longForm(0x81, 2, QByteArray(125, 'a')));
    add(V::LengthHighBitSet, Sample::FromServer, QByteArray::fromHex("827f8000000000000000"));
    add(V::ClientFrameNotMasked, Sample::FromClient, encode(0x81, "a"));
    add(V::ServerFrameMasked, Sample::FromServer, encode(0x81, "a", key));
    add(V::ControlFrameFragmented, Sample::FromServer, encode(0x09, "a"));
    add(V::ControlFrameTooLong, Sample::FromServer, encode(0x89, QByteArray(126, 'a')));
    add(V::ContinuationWithoutStart, Sample::FromServer, encode(0x80, "a"));
    add(V::DataFrameInsideMessage, Sample::FromServer, encode(0x01, "a") + encode(0x81, "b"));
    add(V::FrameOverLimit, Sample::FromServer, encode(0x82, QByteArray(frameLimit + 1, 'a')));
    add(V::TextNotUtf8, Sample::FromServer, encode(0x81, "\xff"));
    add(V::TextEndsInSequence, Sample::FromServer, encode(0x81, "\xc3"));
    add(V::ClosePayloadOneByte, Sample::FromServer, encode(0x88, "\x03"));
    add(V::CloseCodeReserved, Sample::FromServer, encode(0x88, "\x03\xed"));
    add(V::CloseCodeUnregistered, Sample::FromServer, encode(0x88, "\x07\xd0"));
    add(V::CloseCodeOutOfRange, Sample::FromServer, encode(0x88, "\x03\xe7"));
    add(V::CloseReasonNotUtf8, Sample::FromServer, encode(0x88, "\x03\xe8\xff"));
    add(V::FrameAfterClose, Sample::FromServer, encode(0x88, "") + encode(0x81, "a"));
    add(V::EndInsideFrame, Sample::Ends, encode(0x81, "abc").chopped(1));
    add(V::EndWithoutClose, Sample::Ends, encode(0x81, "abc"));
    add(V::MessageOverLimit, Sample::FromServer, encode(0x02, QByteArray(4000, 'a')) + encode(0x80, QByteArray(2001, 'a')));
    add(V::CompressedDataDamaged, Sample::Compressed, "\xff\xff");
    add(V::InflatedOverLimit, Sample::Compressed, QByteArray::fromHex("f248cdc9c90700"));
    return rows;
}

std::vector<Row> headRows()
{
    using V = Violation;
    std::vector<Row> rows;
    const auto add = [&rows](V violation, Sample sample, const QByteArray &bytes) { rows.push_back({violation, sample, bytes}); };
    const QByteArray afterUpgrade = connectionLine + keyLine + versionLine + "\r\n";
    const QByteArray lines = hostLine + upgradeLine + afterUpgrade;
    add(V::MethodNotGet, Sample::Request, "POST /chat HTTP/1.1\r\n" + lines);
    add(V::HttpVersionTooOld, Sample::Request, "GET /chat HTTP/1.0\r\n" + lines);
    add(V::HostMissing, Sample::Request, requestLine + upgradeLine + afterUpgrade);
    add(V::UpgradeMissing, Sample::Request, requestLine + hostLine + afterUpgrade);
    add(V::ConnectionUpgradeMissing, Sample::Request, requestLine + hostLine + upgradeLine + keyLine + versionLine + "\r\n");
    add(V::KeyMissing, Sample::Request, requestLine + hostLine + upgradeLine + connectionLine + versionLine + "\r\n");
    add(V::KeyNot16Bytes, Sample::Request,
        requestLine + hostLine + upgradeLine + connectionLine + "Sec-WebSocket-Key: eA==\r\n" + versionLine + "\r\n");
    add(V::VersionMissing, Sample::Request, requestLine + hostLine + upgradeLine + connectionLine + keyLine + "\r\n");
    add(V::VersionNot13, Sample::Request,
        requestLine + hostLine + upgradeLine + connectionLine + keyLine + "Sec-WebSocket-Version: 8\r\n\r\n");
    add(V::HeadMalformed, Sample::Request, "\x16\x03\x01");
    add(V::HeadTooLarge, Sample::Request, "GET /" + QByteArray(limits::headLineBytes, 'a'));
    add(V::HeaderRepeated, Sample::Request, requestLine + hostLine + lines);

    add(V::StatusNot101, Sample::Response, "HTTP/1.1 200 OK\r\n\r\n");
    add(V::AcceptMissing, Sample::Response, statusLine + upgradeLine + connectionLine + "\r\n");
    add(V::AcceptWrong, Sample::Response, statusLine + upgradeLine + connectionLine + "Sec-WebSocket-Accept: x\r\n\r\n");
    const QByteArray answer = statusLine + upgradeLine + connectionLine + acceptLine;
    add(V::SubprotocolNotOffered, Sample::Response, answer + "Sec-WebSocket-Protocol: x\r\n\r\n");
    add(V::ExtensionNotOffered, Sample::Response, answer + "Sec-WebSocket-Extensions: x\r\n\r\n");
    add(V::ExtensionMalformed, Sample::Request, requestLine + lines.chopped(2) + "Sec-WebSocket-Extensions: a;;b\r\n\r\n");
    add(V::DeflateAnswerWrong, Sample::Response, answer + "Sec-WebSocket-Extensions: permessage-deflate; x\r\n\r\n");

    add(V::VersionsNotNamed, Sample::Refusal, "HTTP/1.1 426 Upgrade Required\r\n" + upgradeLine + "\r\n");

    const QByteArray good = requestLine + lines.chopped(2);
    add(V::TargetMalformed, Sample::Request, "GET chat HTTP/1.1\r\n" + lines);
    add(V::HostMalformed, Sample::Request, requestLine + "Host: a/b\r\n" + upgradeLine + afterUpgrade);
    add(V::OriginMalformed, Sample::Request, good + "Origin: example.com\r\n\r\n");
    add(V::SubprotocolMalformed, Sample::Request, good + "Sec-WebSocket-Protocol: a b\r\n\r\n");
    add(V::SubprotocolRepeated, Sample::Request, good + "Sec-WebSocket-Protocol: a, b, a\r\n\r\n");
    add(V::HeaderFolded, Sample::Request, good + "X: a\r\n b\r\n\r\n");
    add(V::LineEndBare, Sample::Request, good + "X: a\n\r\n");
    return rows;
}

std::vector<Row> rows()
{
    std::vector<Row> all = frameRows();
    const std::vector<Row> heads = headRows();
    all.insert(all.end(), heads.begin(), heads.end());
    return all;
}

} // namespace

class ViolationTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void exactlyOne_data();
    void exactlyOne();
    void everyViolationHasARow();
    void tableReadsWell();
    void unknownValueIsNone();
};

void ViolationTest::exactlyOne_data()
{
    QTest::addColumn<Violation>("expected");
    QTest::addColumn<Sample>("sample");
    QTest::addColumn<QByteArray>("bytes");
    for (const Row &row : rows())
        QTest::newRow(violationInfo(row.violation).name) << row.violation << row.sample << row.bytes;
}

void ViolationTest::exactlyOne()
{
    QFETCH(Violation, expected);
    QFETCH(Sample, sample);
    QFETCH(QByteArray, bytes);
    const Findings found = findingsIn(sample, bytes);
    QStringList names;
    for (const Finding &finding : found)
        names.append(QString::fromLatin1(violationInfo(finding.violation).name));
    QCOMPARE(names, QStringList{QString::fromLatin1(violationInfo(expected).name)});
}

void ViolationTest::everyViolationHasARow()
{
    QList<Violation> missing;
    const std::vector<Row> all = rows();
    for (const ViolationInfo &info : violationTable().subspan(1)) {
        if (std::ranges::none_of(all, [&info](const Row &row) { return row.violation == info.violation; }))
            missing.append(info.violation);
    }
    QCOMPARE(missing, QList<Violation>());
}

void ViolationTest::tableReadsWell()
{
    QCOMPARE(violationTable().size(), static_cast<size_t>(Violation::Count));
    QSet<QString> names;
    static const QRegularExpression namePattern(QStringLiteral("^[a-z0-9]+(-[a-z0-9]+)*$"));
    for (const ViolationInfo &info : violationTable()) {
        const QString name = QString::fromLatin1(info.name);
        QVERIFY2(namePattern.match(name).hasMatch(), info.name);
        QVERIFY2(!names.contains(name), info.name);
        names.insert(name);
        QVERIFY2(QString::fromLatin1(info.sentence).endsWith(u'.'), info.name);
        QCOMPARE(&violationInfo(info.violation), &info);
        if (info.violation == Violation::None)
            continue;
        QVERIFY2(QString::fromLatin1(info.section).startsWith(QLatin1String("RFC ")), info.name);
        QVERIFY2(info.closeCode == 0 || (info.closeCode >= 1000 && info.closeCode < 1016), info.name);
    }
}

void ViolationTest::unknownValueIsNone()
{
    QCOMPARE(violationInfo(Violation::Count).violation, Violation::None);
    QCOMPARE(violationInfo(static_cast<Violation>(0xffff)).violation, Violation::None);
}

QTEST_GUILESS_MAIN(ViolationTest)
#include "tst_violation.moc"
