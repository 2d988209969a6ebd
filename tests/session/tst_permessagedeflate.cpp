#include "bench.h"
#include "scriptedserver.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include "wire/deflate.h"

#include <QRandomGenerator>
#include <QTest>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::ScriptedServer;
using wire::ContextTakeover;
using wire::Violation;

/// permessage-deflate between hosts, clients, raw sessions and proxies of one workbench, over real sockets.
class tst_PermessageDeflate final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void grid_data();
    void grid();
    void onlyWhereBothWant_data();
    void onlyWhereBothWant();
    void contextIsSeenInTheSizes();
    void largeMessages();
    void rawSessions();
    void craftedFramesKeepLaterOnesRight();
    void whatFailsTheConnection_data();
    void whatFailsTheConnection();
    void ownLimit();
    void wrongAnswerFailsTheClient();
    void proxyForAProgramThatOffersNothing();
    void proxyBetweenTwoThatAgree();

private:
    static HostOptions host(const wire::DeflatePolicy &policy = {})
    {
        HostOptions options;
        options.compression = policy;
        return options;
    }
    static ClientOptions client(const QString &url, const wire::DeflateOffer &offer = {})
    {
        ClientOptions options;
        options.url = url;
        options.compression = offer;
        return options;
    }
    static ConnectionId raw(Bench &bench, const QString &url)
    {
        const EndpointId id = bench.workbench->openRaw({client(url)});
        if (!QTest::qWaitFor([&] { return bench.state(id) == EndpointState::Open; }))
            qWarning("the raw session does not open");
        return bench.connectionOf(id);
    }
};

namespace {

bool isCompressed(const capture::Record &record)
{
    return record.header.flags.testFlag(wire::RecordFlag::Compressed);
}

/// The messages in recorded frames, inflated by an inflater of the test's own from the bytes of the wire.
QList<QByteArray> meant(const std::vector<capture::Record> &frames)
{
    wire::Inflater inflater(ContextTakeover::Yes);
    QList<QByteArray> messages;
    QByteArray message;
    for (const capture::Record &frame : frames) {
        if (!isData(frame.header.frame.opcode))
            continue;
        const auto part = frame.header.frame.fin ? wire::MessagePart::Last : wire::MessagePart::More;
        if (!isCompressed(frame))
            message += frame.payload;
        else if (inflater.inflate(frame.payload, part, message) != wire::Inflater::Status::Good)
            message += "(damaged)";
        if (frame.header.frame.fin)
            messages.append(std::exchange(message, {}));
    }
    return messages;
}

/// Bytes of the wire, put together again from recorded frames.
QByteArray wireBytes(const std::vector<capture::Record> &frames)
{
    QByteArray bytes;
    for (const capture::Record &frame : frames)
        bytes += wire::serializeFrame(frame.header.frame, frame.payload);
    return bytes;
}

QByteArray noise(qsizetype size, quint32 seed)
{
    QRandomGenerator random(seed);
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = char(random.bounded(256));
    return bytes;
}

QByteArray text(qsizetype size)
{
    QByteArray words;
    for (int i = 0; words.size() < size; ++i)
        words += "{\"number\": " + QByteArray::number(i) + ", \"name\": \"Gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\x98\x80\"}\n";
    // Not in the middle of a character.
    words.truncate(size);
    while (!words.isEmpty() && !QString::fromUtf8(words).toUtf8().endsWith(words.back()))
        words.chop(1);
    while (!words.isEmpty() && (QString::fromUtf8(words).contains(QChar::ReplacementCharacter)))
        words.chop(1);
    return words;
}

QByteArray packed(const QByteArray &plain)
{
    wire::Deflater deflater{wire::DeflateSide{}};
    return deflater.compress(plain, wire::MessagePart::Last);
}

/// A compressed frame of a client's, written by hand.
Outgoing crafted(wire::Opcode opcode, const QByteArray &payload)
{
    wire::FrameHeader header = wire::legalHeader(opcode, wire::Fin::Yes, quint64(payload.size()), Role::Client, {1, 2, 3, 4});
    header.rsv1 = true;
    return {.kind = Outgoing::Kind::Frame, .payload = payload, .header = header};
}

} // namespace

void tst_PermessageDeflate::grid_data()
{
    QTest::addColumn<int>("serverBits");
    QTest::addColumn<int>("clientBits");
    QTest::addColumn<ContextTakeover>("serverTakeover");
    QTest::addColumn<ContextTakeover>("clientTakeover");
    for (const int serverBits : {9, 12, 15}) {
        for (const int clientBits : {9, 11, 15}) {
            for (const ContextTakeover server : {ContextTakeover::Yes, ContextTakeover::No}) {
                for (const ContextTakeover client : {ContextTakeover::Yes, ContextTakeover::No}) {
                    QTest::addRow("server %d%s, client %d%s", serverBits, server == ContextTakeover::No ? " alone" : "", clientBits,
                                  client == ContextTakeover::No ? " alone" : "")
                        << serverBits << clientBits << server << client;
                }
            }
        }
    }
}

void tst_PermessageDeflate::grid()
{
    QFETCH(int, serverBits);
    QFETCH(int, clientBits);
    QFETCH(ContextTakeover, serverTakeover);
    QFETCH(ContextTakeover, clientTakeover);
    Bench bench;
    const EndpointId hostId = bench.host(host());
    const EndpointId clientId = bench.client(client(bench.urlOf(hostId), {serverTakeover, clientTakeover, serverBits, clientBits}));
    QCOMPARE(bench.state(clientId), EndpointState::Open);
    const ConnectionId connection = bench.connectionOf(clientId);
    QVERIFY(bench.status(connection).extensions.startsWith(QStringLiteral("permessage-deflate")));

    QList<Outgoing> messages;
    int count = 0;
    for (const qsizetype size : {0, 1, 16, 100, 125, 126, 127, 1000, 4096, 65'535, 65'536, 131'072}) {
        for (const auto kind : {Outgoing::Kind::Text, Outgoing::Kind::Binary}) {
            for (const auto compress : {Outgoing::Compress::Auto, Outgoing::Compress::Never}) {
                ++count;
                Outgoing message{.kind = kind, .payload = kind == Outgoing::Kind::Text ? text(size) : noise(size / 2, 5) + QByteArray(size - size / 2, 'z')};
                message.compress = compress;
                message.fragmentBytes = count % 3 == 0 ? std::max<qsizetype>(1, size / 7) : 0;
                messages.append(message);
            }
        }
    }
    QList<QByteArray> wanted;
    for (qsizetype i = 0; i < messages.size(); ++i) {
        bench.workbench->send(connection, messages[i]);
        if (i % 4 == 0)
            bench.workbench->send(connection, {.kind = Outgoing::Kind::Ping, .payload = QByteArray::number(i)});
        wanted.append(messages[i].payload);
    }
    QTRY_COMPARE_WITH_TIMEOUT(bench.payloadsOf(connection).size(), wanted.size(), 20'000);
    QVERIFY(bench.payloadsOf(connection) == wanted);

    // What crossed, seen from both ends, and what it meant.
    const ConnectionId hosted = bench.connectionOf(hostId);
    const auto sent = bench.frames(connection, Direction::Sent);
    const auto answered = bench.frames(connection, Direction::Received);
    QVERIFY(wireBytes(sent) == wireBytes(bench.frames(hosted, Direction::Received)));
    QVERIFY(wireBytes(answered) == wireBytes(bench.frames(hosted, Direction::Sent)));
    QVERIFY(meant(sent) == wanted);
    QVERIFY(meant(answered) == wanted);
    int pings = 0;
    for (const capture::Record &frame : sent) {
        QCOMPARE(frame.header.violation, Violation::None);
        if (frame.header.frame.opcode == wire::Opcode::Ping) {
            // Each in the user's order: so many messages had been sent before it.
            QCOMPARE(frame.payload, QByteArray::number(4 * pings++));
            continue;
        }
        const Outgoing &message = messages[qsizetype(frame.header.message.value()) - 1];
        QCOMPARE(isCompressed(frame), message.compress == Outgoing::Compress::Auto);
        QCOMPARE(frame.header.frame.rsv1, isCompressed(frame) && frame.header.frame.opcode != wire::Opcode::Continuation);
        if (message.fragmentBytes > 0)
            QVERIFY(frame.header.frame.length <= quint64(message.fragmentBytes));
    }
    QCOMPARE(pings, int((messages.size() + 3) / 4));
    for (const capture::Record &frame : answered) {
        QCOMPARE(frame.header.violation, Violation::None);
        QCOMPARE(isCompressed(frame), isData(frame.header.frame.opcode));
    }
    QHash<quint64, quint64> become;
    for (const capture::Record &frame : answered) {
        if (isData(frame.header.frame.opcode))
            become[frame.header.message.value()] += frame.header.inflatedLength;
    }
    for (qsizetype i = 0; i < wanted.size(); ++i)
        QCOMPARE(become.value(quint64(i) + 1), quint64(wanted[i].size()));
    QTRY_VERIFY(bench.status(connection).plainSent > bench.status(connection).bytesSent);
}

void tst_PermessageDeflate::onlyWhereBothWant_data()
{
    QTest::addColumn<bool>("hostWants");
    QTest::addColumn<bool>("clientWants");
    QTest::newRow("neither") << false << false;
    QTest::newRow("host") << true << false;
    QTest::newRow("client") << false << true;
    QTest::newRow("both") << true << true;
}

void tst_PermessageDeflate::onlyWhereBothWant()
{
    QFETCH(bool, hostWants);
    QFETCH(bool, clientWants);
    Bench bench;
    HostOptions options = host();
    if (!hostWants)
        options.compression.reset();
    const EndpointId hostId = bench.host(options);
    ClientOptions asks = client(bench.urlOf(hostId));
    if (!clientWants)
        asks.compression.reset();
    const EndpointId clientId = bench.client(asks);
    const ConnectionId connection = bench.connectionOf(clientId);
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = "Hello"});
    QTRY_COMPARE(bench.payloadsOf(connection), QList<QByteArray>{"Hello"});
    const bool both = hostWants && clientWants;
    QCOMPARE(bench.status(connection).extensions, both ? QStringLiteral("permessage-deflate") : QString());
    QCOMPARE(bench.status(bench.connectionOf(hostId)).extensions, both ? QStringLiteral("permessage-deflate") : QString());
    for (const Direction way : {Direction::Sent, Direction::Received}) {
        QCOMPARE(bench.frames(connection, way).size(), size_t(1));
        QCOMPARE(isCompressed(bench.frames(connection, way).front()), both);
        QCOMPARE(bench.frames(connection, way).front().header.inflatedLength, quint64(5));
        QCOMPARE(bench.frames(connection, way).front().payload, both ? QByteArray::fromHex("f248cdc9c90700") : QByteArray("Hello"));
    }
}

void tst_PermessageDeflate::contextIsSeenInTheSizes()
{
    const auto secondLength = [](ContextTakeover takeover) {
        Bench bench;
        const EndpointId clientId = bench.client(client(bench.urlOf(bench.host(host())), {.clientContextTakeover = takeover}));
        const ConnectionId connection = bench.connectionOf(clientId);
        for (int i = 0; i < 2; ++i)
            bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = text(200)});
        if (!QTest::qWaitFor([&] { return bench.payloadsOf(connection).size() == 2; }))
            qWarning("no answers");
        return bench.frames(connection, Direction::Sent).back().header.frame.length;
    };
    QVERIFY(secondLength(ContextTakeover::Yes) * 4 < secondLength(ContextTakeover::No));
}

void tst_PermessageDeflate::largeMessages()
{
    Bench bench;
    const ConnectionId connection = bench.connectionOf(bench.client(client(bench.urlOf(bench.host(host())))));
    const QByteArray large = noise(3'000'000, 9) + QByteArray(20'000'000, 'x') + text(5'000'000);
    const QByteArray words = text(9'000'000);
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Binary, .payload = large});
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = words});
    QTRY_COMPARE_WITH_TIMEOUT(bench.payloadsOf(connection).size(), 2, 60'000);
    QVERIFY(bench.payloadsOf(connection)[0] == large);
    QVERIFY(bench.payloadsOf(connection)[1] == words);
    quint64 plain = 0;
    for (const capture::Record &frame : bench.frames(connection, Direction::Sent)) {
        QCOMPARE(frame.header.violation, Violation::None);
        QVERIFY(frame.header.frame.length <= quint64(limits::payloadChunkBytes));
        plain += frame.header.inflatedLength;
    }
    QCOMPARE(plain, quint64(large.size() + words.size()));
}

void tst_PermessageDeflate::rawSessions()
{
    Bench bench;
    const ConnectionId id = raw(bench, bench.urlOf(bench.host(host())));
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = text(300)});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = text(300), .fragmentBytes = 1});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Ping, .payload = "p"});
    bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = "plain", .compress = Outgoing::Compress::Never});
    QTRY_COMPARE(meant(bench.frames(id, Direction::Received)), (QList<QByteArray>{text(300), text(300), "plain"}));
    const auto sent = bench.frames(id, Direction::Sent);
    QCOMPARE(meant(sent), (QList<QByteArray>{text(300), text(300), "plain"}));
    QVERIFY(sent.size() > 6);
    QCOMPARE(sent[sent.size() - 2].payload, QByteArray("p"));
    QVERIFY(isCompressed(sent.front()) && !isCompressed(sent.back()));
    for (const capture::Record &frame : sent) {
        QCOMPARE(frame.header.violation, Violation::None);
        QVERIFY(!frame.header.flags.testFlag(wire::RecordFlag::Crafted));
    }
}

void tst_PermessageDeflate::craftedFramesKeepLaterOnesRight()
{
    // What is compressed by hand enters the peer's window, of which the session's own compressor knows nothing.
    Bench bench;
    const EndpointId clientId = bench.client(client(bench.urlOf(bench.host(host()))));
    const ConnectionId connection = bench.connectionOf(clientId);
    const QByteArray words = text(400);
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = words});
    bench.workbench->send(connection, crafted(wire::Opcode::Binary, packed(QByteArray(40'000, 'f'))));
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = words});
    QTRY_COMPARE(bench.payloadsOf(connection).size(), 3);
    QCOMPARE(bench.payloadsOf(connection), (QList<QByteArray>{words, QByteArray(40'000, 'f'), words}));
    const auto sent = bench.frames(connection, Direction::Sent);
    QVERIFY(sent[1].header.flags.testFlag(wire::RecordFlag::Crafted));
    QCOMPARE(sent[1].header.inflatedLength, quint64(40'000));
    QCOMPARE(sent[2].header.violation, Violation::None);
}

void tst_PermessageDeflate::whatFailsTheConnection_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<wire::Opcode>("opcode");
    QTest::addColumn<Violation>("found");
    QTest::addColumn<quint16>("code");
    QTest::newRow("no deflate data") << QByteArray("\xff\xff\xff") << wire::Opcode::Binary << Violation::CompressedDataDamaged << quint16(1007);
    QTest::newRow("cut off") << packed("Hello").left(4) << wire::Opcode::Binary << Violation::CompressedDataDamaged << quint16(1007);
    QTest::newRow("text that is none") << packed("Hello \xff") << wire::Opcode::Text << Violation::TextNotUtf8 << quint16(1007);
    QTest::newRow("text that ends too early") << packed("Hello \xe2\x82") << wire::Opcode::Text << Violation::TextEndsInSequence << quint16(1007);
    QTest::newRow("too much") << packed(QByteArray(qsizetype(limits::inflatedBytes) + 1, 'x')) << wire::Opcode::Binary << Violation::InflatedOverLimit
                              << quint16(1009);
    QTest::newRow("just not too much") << packed(QByteArray(qsizetype(limits::inflatedBytes), 'x')) << wire::Opcode::Binary << Violation::None << quint16(0);
}

void tst_PermessageDeflate::whatFailsTheConnection()
{
    QFETCH(QByteArray, payload);
    QFETCH(wire::Opcode, opcode);
    QFETCH(Violation, found);
    QFETCH(quint16, code);
    Bench bench;
    const EndpointId hostId = bench.host(host());
    const ConnectionId id = raw(bench, bench.urlOf(hostId));
    bench.workbench->send(id, crafted(opcode, payload));
    const ConnectionId hosted = bench.connectionOf(hostId);
    if (code == 0) {
        QTRY_VERIFY_WITH_TIMEOUT(!bench.frames(id, Direction::Received).empty() && bench.frames(id, Direction::Received).back().header.frame.fin, 60'000);
        quint64 plain = 0;
        for (const capture::Record &frame : bench.frames(id, Direction::Received))
            plain += frame.header.inflatedLength;
        QCOMPARE(plain, limits::inflatedBytes);
        return;
    }
    QTRY_COMPARE_WITH_TIMEOUT(bench.status(hosted).closeSent, std::optional(code), 30'000);
    QCOMPARE(bench.frames(hosted, Direction::Received).front().header.violation, found);
    QVERIFY(bench.status(hosted).error || !bench.isOver(hosted));
    QCOMPARE(bench.frames(id, Direction::Received).size(), size_t(1)); // the Close alone: nothing was echoed
}

void tst_PermessageDeflate::ownLimit()
{
    for (const qsizetype size : {10'000, 10'001}) {
        Bench bench;
        HostOptions options = host();
        options.maxInflatedBytes = 10'000;
        const EndpointId hostId = bench.host(options);
        const ConnectionId connection = bench.connectionOf(bench.client(client(bench.urlOf(hostId))));
        bench.workbench->send(connection, {.kind = Outgoing::Kind::Binary, .payload = QByteArray(size, 'x')});
        if (size == 10'000)
            QTRY_COMPARE(bench.payloadsOf(connection).size(), 1);
        else
            QTRY_COMPARE(bench.status(connection).closeReceived, std::optional<quint16>(1009));
    }
}

void tst_PermessageDeflate::wrongAnswerFailsTheClient()
{
    ScriptedServer server([](const QByteArray &request) {
        return ScriptedServer::accept101(request, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=14\r\n");
    });
    Bench bench;
    const EndpointId id = bench.client(client(server.url(), {.serverWindowBits = 10}));
    QTRY_COMPARE(bench.state(id), EndpointState::Failed);
    const std::optional<Error> error = bench.endpoints.value(id).error;
    QVERIFY(error && error->message.contains(QStringLiteral("permessage-deflate")));
    QVERIFY2(error->detail.contains(QStringLiteral("14")) && error->detail.contains(QStringLiteral("10")), qPrintable(error->detail));
    QCOMPARE(bench.records(bench.connectionOf(id), wire::RecordKind::ResponseHead, Direction::Received).front().header.violation, Violation::DeflateAnswerWrong);
}

void tst_PermessageDeflate::proxyForAProgramThatOffersNothing()
{
    Bench bench;
    const EndpointId hostId = bench.host(host());
    ProxyOptions options;
    options.port = 0;
    options.target = client(bench.urlOf(hostId));
    const EndpointId proxyId = bench.workbench->startProxy(options);
    QTRY_COMPARE(bench.state(proxyId), EndpointState::Listening);
    const EndpointId clientId = bench.client(bench.urlOf(proxyId));
    QCOMPARE(bench.state(clientId), EndpointState::Open);
    const ConnectionId connection = bench.connectionOf(clientId);
    const QByteArray words = text(70'000);
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = words});
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = words, .fragmentBytes = 10'000});
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Ping, .payload = "p"});
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Binary, .payload = ""});
    QTRY_COMPARE(bench.payloadsOf(connection), (QList<QByteArray>{words, words, ""}));
    QCOMPARE(bench.status(connection).extensions, QString());
    const ConnectionId proxied = bench.connectionOf(proxyId);
    QCOMPARE(bench.status(proxied).extensions, QStringLiteral("permessage-deflate"));
    QVERIFY(wireBytes(bench.frames(proxied, Direction::Sent)) == wireBytes(bench.frames(bench.connectionOf(hostId), Direction::Received)));
    QVERIFY(meant(bench.frames(proxied, Direction::Sent)) == meant(bench.frames(connection, Direction::Sent)));
    QVERIFY(meant(bench.frames(proxied, Direction::Received)) == (QList<QByteArray>{words, words, ""}));
    for (const capture::Record &frame : bench.frames(proxied, Direction::Sent)) {
        QCOMPARE(isCompressed(frame), isData(frame.header.frame.opcode));
        QVERIFY(frame.header.frame.masked);
    }
    // A message put between two programs is compressed, too.
    bench.workbench->send(proxied, {.kind = Outgoing::Kind::Text, .payload = words});
    QTRY_COMPARE(bench.payloadsOf(connection).size(), 4);
    QVERIFY(bench.frames(proxied, Direction::Sent).back().header.flags.testFlag(wire::RecordFlag::Crafted));
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Close, .closeCode = 4001});
    QTRY_VERIFY(bench.isOver(proxied));
    QCOMPARE(bench.status(bench.connectionOf(hostId)).closeReceived, std::optional<quint16>(4001));
}

void tst_PermessageDeflate::proxyBetweenTwoThatAgree()
{
    Bench bench;
    const EndpointId hostId = bench.host(host());
    ProxyOptions options;
    options.port = 0;
    options.target = client(bench.urlOf(hostId));
    const EndpointId proxyId = bench.workbench->startProxy(options);
    QTRY_COMPARE(bench.state(proxyId), EndpointState::Listening);
    const ConnectionId connection = bench.connectionOf(bench.client(client(bench.urlOf(proxyId), {.clientWindowBits = 15})));
    const QByteArray words = text(3'000);
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = words});
    bench.workbench->send(connection, {.kind = Outgoing::Kind::Text, .payload = words, .fragmentBytes = 10});
    QTRY_COMPARE(bench.payloadsOf(connection).size(), 2);
    const ConnectionId proxied = bench.connectionOf(proxyId);
    for (const Direction way : {Direction::Sent, Direction::Received}) {
        QVERIFY(wireBytes(bench.frames(proxied, way)) == wireBytes(bench.frames(connection, way)));
        QVERIFY(meant(bench.frames(proxied, way)) == (QList<QByteArray>{words, words}));
        for (const capture::Record &frame : bench.frames(proxied, way))
            QCOMPARE(frame.header.violation, Violation::None);
    }
    QCOMPARE(bench.records(proxied, wire::RecordKind::RequestHead, Direction::Sent).size(), size_t(1));
    QVERIFY(bench.records(proxied, wire::RecordKind::RequestHead, Direction::Sent).front().payload.contains("permessage-deflate; client_max_window_bits\r\n"));
}

QTEST_GUILESS_MAIN(tst_PermessageDeflate)
#include "tst_permessagedeflate.moc"
