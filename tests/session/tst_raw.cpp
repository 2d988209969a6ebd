#include "bench.h"
#include "scriptedserver.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::ScriptedServer;

/// Raw sessions: the user is the speaker.
class tst_Raw final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void handshakeIsDone();
    void withoutHandshake();
    void falseLengthsAreWritten();
    void nothingIsAnsweredForTheUser();
    void refusedUpgrade();

private:
    static EndpointId open(Bench &bench, const QString &url, bool handshake = true)
    {
        RawOptions options;
        options.target.url = url;
        options.handshake = handshake;
        const EndpointId id = bench.workbench->openRaw(options);
        if (!QTest::qWaitFor([&] { return bench.state(id) != EndpointState::Starting && bench.state(id) != EndpointState::Connecting; }))
            qWarning("the raw session neither opens nor fails");
        return id;
    }
};

void tst_Raw::handshakeIsDone()
{
    Bench bench;
    const EndpointId raw = open(bench, bench.urlOf(bench.host()));
    QCOMPARE(bench.state(raw), EndpointState::Open);
    const ConnectionId id = bench.connectionOf(raw);
    bench.workbench->send(id, {.kind = Outgoing::Kind::Text, .payload = "abcde", .fragmentBytes = 2});
    QTRY_COMPARE(bench.frames(id, Direction::Received).size(), size_t(1));
    QCOMPARE(bench.frames(id, Direction::Received).front().payload, QByteArray("abcde"));
    QVERIFY(bench.frames(id, Direction::Received).front().header.rttNs > 0);
    const auto sent = bench.frames(id, Direction::Sent);
    QCOMPARE(sent.size(), size_t(3));
    for (const capture::Record &record : sent) {
        QVERIFY(record.header.frame.masked);
        QVERIFY(!record.header.flags.testFlag(wire::RecordFlag::Crafted));
        QCOMPARE(record.header.message, MessageId(1));
    }
    bench.workbench->send(id, {.kind = Outgoing::Kind::Close, .closeCode = 4000});
    QTRY_COMPARE(bench.state(raw), EndpointState::Closed);
    QCOMPARE(bench.status(id).stateText, QStringLiteral("closed 4000"));
}

void tst_Raw::withoutHandshake()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    const EndpointId raw = open(bench, server.url(), false);
    QCOMPARE(bench.state(raw), EndpointState::Open);
    const ConnectionId id = bench.connectionOf(raw);
    const QByteArray head = "GET / HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n";
    bench.workbench->send(id, {.kind = Outgoing::Kind::RawBytes, .payload = head});
    QTRY_COMPARE(server.request, head);
    QTRY_COMPARE(bench.records(id, wire::RecordKind::Raw, Direction::Sent).size(), size_t(1));
    const capture::Record record = bench.records(id, wire::RecordKind::Raw, Direction::Sent).front();
    QCOMPARE(record.payload, head);
    QVERIFY(record.header.flags.testFlag(wire::RecordFlag::Crafted));
    bench.workbench->abort(id);
    QTRY_VERIFY(bench.isOver(id));
}

void tst_Raw::falseLengthsAreWritten()
{
    ScriptedServer server([](const QByteArray &request) { return ScriptedServer::accept101(request); });
    Bench bench;
    const ConnectionId id = bench.connectionOf(open(bench, server.url()));
    wire::FrameHeader header;
    header.fin = false;
    header.rsv1 = true;
    header.opcode = wire::Opcode::Ping;
    header.masked = true;
    header.key = {0, 0, 0, 0};
    header.lengthForm = wire::LengthForm::Bits64;
    header.length = 1'000'000;
    bench.workbench->send(id, {.kind = Outgoing::Kind::Frame, .payload = "abc", .header = header});
    const QByteArray due = QByteArray("\x49\xff\0\0\0\0\0\x0f\x42\x40\0\0\0\0", 14) + "abc";
    QTRY_COMPARE(server.received, due);
    const auto sent = bench.frames(id, Direction::Sent);
    QCOMPARE(sent.size(), size_t(1));
    QCOMPARE(sent.front().header.frame.length, quint64(1'000'000));
    QCOMPARE(sent.front().payload, QByteArray("abc"));
    QVERIFY(sent.front().header.flags.testFlag(wire::RecordFlag::Crafted));
    QVERIFY(sent.front().header.violation != wire::Violation::None);
    // The next one has its true place in the stream.
    bench.workbench->send(id, {.kind = Outgoing::Kind::Ping, .payload = ""});
    QTRY_COMPARE(bench.frames(id, Direction::Sent).size(), size_t(2));
    QCOMPARE(bench.frames(id, Direction::Sent)[1].header.frame.wireOffset, quint64(due.size()));
    bench.workbench->abort(id);
    QTRY_VERIFY(bench.isOver(id));
}

void tst_Raw::nothingIsAnsweredForTheUser()
{
    ScriptedServer server([](const QByteArray &request) {
        return ScriptedServer::accept101(request) + test::encode(0x89, "ping") + test::encode(0x81, "\xff") + test::encode(0x88, "\x03\xe8");
    });
    Bench bench;
    const EndpointId raw = open(bench, server.url());
    const ConnectionId id = bench.connectionOf(raw);
    QTRY_COMPARE(bench.frames(id, Direction::Received).size(), size_t(3));
    QCOMPARE(bench.frames(id, Direction::Received)[1].header.violation, wire::Violation::TextNotUtf8);
    QCOMPARE(bench.frames(id, Direction::Sent).size(), size_t(0));
    bench.workbench->send(id, {.kind = Outgoing::Kind::Frame, .payload = "x", .header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, 1, Role::Client, {1, 2, 3, 4})});
    QTRY_COMPARE(server.received.size(), 7);
    // The peer's Close waits for the user's answer.
    bench.workbench->send(id, {.kind = Outgoing::Kind::Close, .closeCode = 1000});
    QTRY_COMPARE(server.received.size(), 7 + 8);
    server.socket->disconnectFromHost();
    QTRY_VERIFY(bench.isOver(id));
    QCOMPARE(bench.status(id).stateText, QStringLiteral("closed 1000"));
    QVERIFY(bench.sendErrors.isEmpty());
}

void tst_Raw::refusedUpgrade()
{
    ScriptedServer server([](const QByteArray &) { return QByteArray("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"); });
    Bench bench;
    const EndpointId raw = open(bench, server.url());
    QTRY_COMPARE(bench.state(raw), EndpointState::Failed);
    QCOMPARE(bench.endpoints.value(raw).stateText, QStringLiteral("404 Not Found"));
}

QTEST_GUILESS_MAIN(tst_Raw)
#include "tst_raw.moc"
