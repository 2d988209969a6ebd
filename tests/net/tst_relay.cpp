#include "keptrecords.h"
#include "standingrelay.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include "net/relay.h"

#include <QRandomGenerator>
#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;
using test::KeptRecords;
using test::request;
using test::response;
using Standing = test::StandingRelay;
using Observer = test::RelayWatch;
using test::StreamKind;
using test::StreamPair;

/// Relays over real sockets: bytes in equal bytes out, and what happens when a side or the sink does not keep up.
class tst_Relay final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void bytesInEqualBytesOut_data();
    void bytesInEqualBytesOut();
    void aFullSinkStopsReading();
    void aSlowNearSideStopsReading();
    void halfCloses();
    void cutInAFrame();
    void abortedHere();
    void heldByItsObserver();
    void framesThatNobodyAnswersAreRecorded_data();
    void framesThatNobodyAnswersAreRecorded();
    void whatComesAfterOurEndIsRecorded_data();
    void whatComesAfterOurEndIsRecorded();
    void ourEndDoesNotWaitForEver();
    void answersGoBeforeAFailingClose_data();
    void answersGoBeforeAFailingClose();
};

namespace {

/// A stream of frames of all sizes with random bits, of @p bytes in all or a little more; no Close, which would end it.
QByteArray frames(qsizetype bytes, QRandomGenerator &random)
{
    QByteArray stream;
    stream.reserve(bytes + 2'000'000);
    const QByteArray noise = test::randomBytes(4'000'000, random.generate());
    while (stream.size() < bytes) {
        const int sort = random.bounded(100);
        const qsizetype size = sort < 60 ? random.bounded(200) : sort < 97 ? random.bounded(70'000) : random.bounded(3'000'000);
        const QByteArray payload = noise.mid(random.bounded(int(noise.size() - size)), size);
        const QByteArray key = random.bounded(2) ? noise.mid(random.bounded(1000), 4) : QByteArray();
        const int first = random.bounded(256);
        stream += encode((first & 0xf) == 0x8 ? first + 1 : first, payload, key);
    }
    return stream;
}

/// Writes @p bytes in pieces of random size, as the socket takes them.
class Writer final : public QObject
{
public:
    Writer(QTcpSocket &socket, const QByteArray &bytes, quint32 seed) : m_socket(socket), m_bytes(bytes), m_random(seed)
    {
        connect(&socket, &QTcpSocket::bytesWritten, this, &Writer::go);
        go();
    }

private:
    void go()
    {
        while (m_at < m_bytes.size() && m_socket.bytesToWrite() < 1'000'000) {
            const qsizetype part = m_random.bounded(4) ? 1 + m_random.bounded(200) : 1 + m_random.bounded(300'000);
            m_at += m_socket.write(m_bytes.constData() + m_at, std::min(part, m_bytes.size() - m_at));
            m_socket.flush();
        }
    }
    QTcpSocket &m_socket;
    QByteArray m_bytes;
    qsizetype m_at = 0;
    QRandomGenerator m_random;
};

} // namespace

void tst_Relay::bytesInEqualBytesOut_data()
{
    QTest::addColumn<StreamKind>("kind");
    QTest::addColumn<qsizetype>("bytesEachWay");
    QTest::newRow("epoll") << StreamKind::Epoll << qsizetype(50'000'000);
    QTest::newRow("qt") << StreamKind::Qt << qsizetype(10'000'000);
    QTest::newRow("tls") << StreamKind::QtTls << qsizetype(5'000'000);
}

void tst_Relay::bytesInEqualBytesOut()
{
    QFETCH(StreamKind, kind);
    QFETCH(qsizetype, bytesEachWay);
    KeptRecords sink;
    Standing standing(kind, sink);
    QRandomGenerator random(20'26);
    const QByteArray up = frames(bytesEachWay, random);
    const QByteArray down = frames(bytesEachWay, random);
    const Writer upwards(*standing.program.peer, up, 1);
    const Writer downwards(*standing.server.peer, down, 2);
    QTRY_COMPARE_WITH_TIMEOUT(standing.server.received().size(), up.size(), 100'000);
    QTRY_COMPARE_WITH_TIMEOUT(standing.program.received().size(), down.size(), 100'000);
    QVERIFY(standing.server.received() == up);
    QVERIFY(standing.program.received() == down);
    // And what was recorded is the same again, heads and all.
    QVERIFY(sink.bytes(Direction::Sent) == request + up);
    QVERIFY(sink.bytes(Direction::Received) == response + down);
    QVERIFY(sink.inOrder);
}

void tst_Relay::aFullSinkStopsReading()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink);
    sink.pressure = wire::TrafficSink::Pressure::Hold;
    standing.server.peer->write(encode(0x81, "first"));
    QTRY_COMPARE(standing.program.received(), encode(0x81, "first"));
    QCOMPARE(standing.observer.pressure, QList<bool>{true});
    standing.server.peer->write(encode(0x81, "second"));
    standing.program.peer->write(encode(0x81, "third", "abcd"));
    test::turnAround();
    QCOMPARE(standing.program.received(), encode(0x81, "first"));
    QVERIFY(standing.server.received().isEmpty());
    sink.pressure = wire::TrafficSink::Pressure::Go;
    standing.relay->resumeRecording();
    QTRY_COMPARE(standing.program.received(), encode(0x81, "first") + encode(0x81, "second"));
    QTRY_COMPARE(standing.server.received(), encode(0x81, "third", "abcd"));
    QCOMPARE(standing.observer.pressure, (QList<bool>{true, false}));
}

void tst_Relay::aSlowNearSideStopsReading()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink);
    standing.program.peer->setReadBufferSize(1); // reads no more
    const QByteArray frame = encode(0x82, QByteArray(100'000, 'x'));
    constexpr int count = 500;
    const Writer writer(*standing.server.peer, frame.repeated(count), 3);
    // The kernel's buffers fill, then ours up to the high water mark; then nothing moves any more.
    const auto taken = [&] { return sink.bytes(Direction::Received).size(); };
    qsizetype before = -1;
    QTRY_VERIFY2([&] {
        const bool still = before == taken();
        before = taken();
        QTest::qWait(100);
        return still;
    }(), "does not come to rest");
    QVERIFY(taken() < frame.size() * count / 2);
    standing.program.peer->setReadBufferSize(0);
    standing.program.received();
    QTRY_COMPARE_WITH_TIMEOUT(standing.program.received().size(), frame.size() * count, 30'000);
    QVERIFY(standing.program.received() == frame.repeated(count));
}

void tst_Relay::halfCloses()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor); // a Qt socket would close at the first FIN
    standing.program.peer->write(encode(0x81, "last", "abcd"));
    QTRY_COMPARE(standing.serverReceived(), encode(0x81, "last", "abcd"));
    standing.program.halfClosePeer();
    QTRY_COMPARE(sink.of(wire::RecordKind::End, Direction::Sent).size(), size_t(1));
    standing.serverWrite(encode(0x81, "still"));
    QTRY_COMPARE(standing.program.received(), encode(0x81, "still"));
    QCOMPARE(standing.observer.endings, 0);
    ::shutdown(standing.server.descriptor, SHUT_WR);
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(sink.of(wire::RecordKind::End, Direction::Received).size(), size_t(1));
    QCOMPARE(sink.of(wire::RecordKind::End, Direction::Received).front().record.violation, wire::Violation::EndWithoutClose);
}

void tst_Relay::cutInAFrame()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink);
    standing.server.peer->write(encode(0x82, QByteArray(100, 'x')).left(50));
    QTRY_COMPARE(standing.program.received().size(), 50); // also what is not whole goes on
    const MonotonicNs came = monotonicNow();
    QTest::qWait(50);
    standing.server.resetPeer();
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(standing.relay->stateText(), QStringLiteral("cut inside a frame"));
    const auto cut = sink.of(wire::RecordKind::Frame, Direction::Received);
    QCOMPARE(cut.size(), size_t(1));
    QVERIFY(cut.front().record.flags.testFlag(wire::RecordFlag::Truncated));
    QVERIFY(cut.front().record.time <= came);
    QCOMPARE(sink.of(wire::RecordKind::End, Direction::Received).size(), size_t(1));
    QCOMPARE(sink.of(wire::RecordKind::End, Direction::Sent).size(), size_t(1));
    QTRY_COMPARE(standing.program.peer->state(), QAbstractSocket::UnconnectedState);
}

void tst_Relay::abortedHere()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink);
    standing.relay->abort();
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(standing.relay->stateText(), QStringLiteral("cut here"));
    QVERIFY(!standing.relay->error());
    QTRY_COMPARE(standing.server.peer->error(), QAbstractSocket::RemoteHostClosedError);
    QTRY_COMPARE(standing.program.peer->state(), QAbstractSocket::UnconnectedState);
    standing.relay->close(1000, {}); // too late, and harmless
    standing.relay->abort();
    QCOMPARE(standing.observer.endings, 1);
}

void tst_Relay::heldByItsObserver()
{
    KeptRecords sink;
    Standing standing(StreamKind::Qt, sink);
    standing.relay->setHeld(true);
    standing.server.peer->write(encode(0x81, "held"));
    test::turnAround();
    const bool heldBack = standing.program.received().isEmpty();
    standing.relay->setHeld(false);
    QTRY_COMPARE(standing.program.received(), encode(0x81, "held"));
    QVERIFY(heldBack);
    QCOMPARE(standing.observer.states, QList<int>{int(RelayState::Open)});
}

void tst_Relay::framesThatNobodyAnswersAreRecorded_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<wire::RecordKind>("kind");
    QTest::newRow("no answer") << QByteArray() << wire::RecordKind::Raw;
    QTest::newRow("refused") << QByteArray("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n") << wire::RecordKind::Raw;
    QTest::newRow("accepted, but not ready") << response << wire::RecordKind::Frame;
}

void tst_Relay::framesThatNobodyAnswersAreRecorded()
{
    QFETCH(QByteArray, answer);
    QFETCH(wire::RecordKind, kind);
    KeptRecords sink;
    Observer observer;
    StreamPair client(StreamKind::Epoll);
    QVERIFY(client.isReady());
    RelayOptions options;
    options.handshake.mode = RelayMode::Host;
    auto relay = std::make_unique<Relay>(options, ConnectionId(1), std::move(client.stream), sink, observer);
    relay->start();
    // The frame comes together with the head, before there is a speaker to hand it to.
    const QByteArray early = encode(0x81, "early", "abcd");
    client.peer->write(request + early);
    QTRY_COMPARE(observer.upgrades, 1);
    QVERIFY(sink.of(kind, Direction::Received).empty());
    if (!answer.isEmpty())
        observer.socket->write(answer);
    relay->abort();
    QTRY_COMPARE(observer.endings, 1);
    QCOMPARE(sink.of(kind, Direction::Received).size(), size_t(1));
    QCOMPARE(sink.bytes(Direction::Received), request + early);
    QCOMPARE(sink.of(wire::RecordKind::End, Direction::Received).size(), size_t(1));
    relay.reset();
}

void tst_Relay::whatComesAfterOurEndIsRecorded_data()
{
    QTest::addColumn<StreamKind>("kind");
    QTest::newRow("epoll") << StreamKind::Epoll;
    QTest::newRow("qt") << StreamKind::Qt;
}

void tst_Relay::whatComesAfterOurEndIsRecorded()
{
    QFETCH(StreamKind, kind);
    KeptRecords sink;
    Standing standing(kind, sink, test::PeerSort::Descriptor);
    standing.program.peer->abort(); // nobody is left to speak: this side ends TCP
    QTRY_COMPARE(sink.of(wire::RecordKind::End, Direction::Sent).size(), size_t(1));
    const QByteArray late = encode(0x81, "late") + encode(0x88, "\x03\xe8");
    standing.serverWrite(late);
    QTRY_COMPARE(sink.bytes(Direction::Received), response + late);
    QCOMPARE(standing.observer.endings, 0);
    ::shutdown(standing.server.descriptor, SHUT_WR);
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(standing.relay->stateText(), QStringLiteral("ended here"));
    QVERIFY(!standing.relay->error());
    QCOMPARE(standing.serverReceived(), QByteArray());
    QCOMPARE(sink.of(wire::RecordKind::End, Direction::Received).size(), size_t(1));
}

void tst_Relay::ourEndDoesNotWaitForEver()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor);
    standing.program.peer->abort();
    QTRY_COMPARE(sink.of(wire::RecordKind::End, Direction::Sent).size(), size_t(1));
    standing.serverWrite(encode(0x81, "late"));
    // The server keeps TCP: the close time-out (0.5 s) ends it, with FIN and not with RST.
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(sink.bytes(Direction::Received), response + encode(0x81, "late"));
    char byte = 0;
    QCOMPARE(::recv(standing.server.descriptor, &byte, 1, MSG_DONTWAIT), 0);
}

void tst_Relay::answersGoBeforeAFailingClose_data()
{
    QTest::addColumn<bool>("answered");
    QTest::newRow("answered") << true;
    QTest::newRow("not in time") << false;
}

void tst_Relay::answersGoBeforeAFailingClose()
{
    QFETCH(bool, answered);
    KeptRecords sink;
    Observer observer;
    StreamPair speaker(StreamKind::Epoll);
    StreamPair server(StreamKind::Epoll);
    QVERIFY(speaker.isReady() && server.isReady());
    RelayOptions options;
    options.handshake.mode = RelayMode::Client;
    options.handshake.request.host = "h";
    options.closeTimeoutMs = 400;
    Relay relay(options, ConnectionId(1), std::move(server.stream), sink, observer);
    relay.setNear(std::move(speaker.stream));
    relay.start();
    speaker.peer->write(request);
    QTRY_VERIFY(server.received().endsWith("\r\n\r\n"));
    server.peer->write(response);
    QTRY_VERIFY(speaker.received().endsWith("\r\n\r\n"));
    const qsizetype heads = server.received().size();
    server.peer->write(encode(0x81, "one") + encode(0x89, "p") + encode(0x82, "two") + encode(0xc1, "broken") + encode(0x81, "three"));
    QTRY_COMPARE(observer.failings, 1);
    QCOMPARE(relay.passed(), quint64(2));
    QCOMPARE(server.received().size(), heads);
    relay.failAfter(2);
    const QByteArray answers = encode(0x81, "one", "abcd") + encode(0x82, "two", "abcd");
    speaker.peer->write(answered ? answers : answers.left(9));
    QTRY_VERIFY(relay.closeCodeSent().has_value());
    QCOMPARE(*relay.closeCodeSent(), quint16(1002));
    // What the speaker said in time stands before the Close, and nothing after it.
    const auto sent = sink.of(wire::RecordKind::Frame, Direction::Sent);
    QCOMPARE(sent.size(), answered ? size_t(3) : size_t(2));
    QCOMPARE(sent.front().payload.size(), 3);
    QCOMPARE(sent.back().record.header.opcode, wire::Opcode::Close);
    QTRY_COMPARE(observer.endings, 1);
    QCOMPARE(server.received().mid(heads), sink.bytes(Direction::Sent).mid(heads));
}

QTEST_GUILESS_MAIN(tst_Relay)
#include "tst_relay.moc"
