#include "keptrecords.h"
#include "standingrelay.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include "net/relay.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>
#include <QTimer>

using namespace wsw;
using namespace wsw::net;
using test::encode;
using test::KeptRecords;
using Standing = test::StandingRelay;
using test::StreamKind;

/// The ends of relays over real sockets: Closes that wait for their place, and who is said to be to blame. The close time-out is 0.5 s.
class tst_RelayEnding final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void aCloseBehindWhatNobodyReads_data();
    void aCloseBehindWhatNobodyReads();
    void aCloseBehindWhatIsReadSlowly();
    void aPauseOfOurOwnIsNotBlamedOnThePeer_data();
    void aPauseOfOurOwnIsNotBlamedOnThePeer();
    void aCloseWithinAFrameThatDoesNotEnd();
    void aCloseBehindAMessageThatDoesNotCome();
    void theFirstCloseSaysWhy_data();
    void theFirstCloseSaysWhy();
    void aPeerThatIsNotReadIsNotBlamed_data();
    void aPeerThatIsNotReadIsNotBlamed();
    void anAnswerThatIsNotReadIsNotBlamed();
    void aCloseThatIsNeverTaken();
    void anEndThatIsNeverTaken();
};

namespace {

void streamKinds()
{
    QTest::addColumn<StreamKind>("kind");
    QTest::newRow("epoll") << StreamKind::Epoll;
    QTest::newRow("qt") << StreamKind::Qt;
}

/// More than the kernels hold between two sockets.
const QByteArray &flood()
{
    static const QByteArray frame = encode(0x82, QByteArray(16'000'000, 'x'), "abcd");
    return frame;
}

/// The program says so much that the relay reads no more of it.
void floodServer(Standing &standing)
{
    standing.program.peer->write(flood());
    if (!QTest::qWaitFor([&] { return standing.relay->isUnderPressure(); }))
        qWarning("the flood passes");
    test::turnAround();
}

} // namespace

void tst_RelayEnding::aCloseBehindWhatNobodyReads_data()
{
    streamKinds();
}

void tst_RelayEnding::aCloseBehindWhatNobodyReads()
{
    QFETCH(StreamKind, kind);
    KeptRecords sink;
    Standing standing(kind, sink, test::PeerSort::Descriptor);
    floodServer(standing);
    standing.relay->close(1000, {});
    standing.relay->close(1001, {}); // the first one stands
    QTRY_COMPARE(standing.observer.endings, 1);
    QVERIFY(standing.relay->error());
    QCOMPARE(standing.relay->error()->kind, ErrorKind::TimedOut);
    QCOMPARE(standing.relay->error()->message, QStringLiteral("The peer took nothing of what waited to be sent for 0.5 s, so the connection was cut."));
    QCOMPARE(standing.relay->stateText(), QStringLiteral("cut here: peer took nothing for 0.5 s"));
    QVERIFY(!standing.relay->closeCodeSent());
}

void tst_RelayEnding::aCloseBehindWhatIsReadSlowly()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor);
    floodServer(standing);
    standing.relay->close(1000, {});
    // Longer than the close time-out, but never still for as long.
    QByteArray received;
    QTimer reader;
    connect(&reader, &QTimer::timeout, this, [&] {
        QByteArray part(1'500'000, Qt::Uninitialized);
        const ssize_t count = ::recv(standing.server.descriptor, part.data(), size_t(part.size()), MSG_DONTWAIT);
        received += part.first(std::max<ssize_t>(count, 0));
    });
    QElapsedTimer clock;
    clock.start();
    reader.start(100);
    QTRY_COMPARE_WITH_TIMEOUT(received.size(), flood().size() + 8, 20'000);
    QVERIFY(clock.elapsed() > 1'000);
    QVERIFY(received.startsWith(flood()));
    QCOMPARE(uchar(received[flood().size()]), uchar(0x88));
    QCOMPARE(*standing.relay->closeCodeSent(), quint16(1000));
}

void tst_RelayEnding::aPauseOfOurOwnIsNotBlamedOnThePeer_data()
{
    streamKinds();
}

void tst_RelayEnding::aPauseOfOurOwnIsNotBlamedOnThePeer()
{
    QFETCH(StreamKind, kind);
    KeptRecords sink;
    Standing standing(kind, sink, test::PeerSort::Descriptor);
    floodServer(standing);
    standing.relay->close(1000, {});
    // This thread gets no turn for longer than the close time-out. Then both are due: the peer takes, and at once the relay's timer asks
    // whether it has.
    QByteArray received;
    QTimer::singleShot(100, Qt::PreciseTimer, this, [&] {
        received += standing.serverReceived();
        standing.serverReceived().clear();
    });
    QMetaObject::invokeMethod(this, [] { QThread::msleep(700); }, Qt::QueuedConnection);
    QTRY_VERIFY(!received.isEmpty());
    const auto whole = [&] { return received.size() + standing.serverReceived().size() == flood().size() + 8; };
    QTRY_VERIFY2(whole(), qPrintable(standing.relay->stateText()));
    QVERIFY(!standing.relay->error());
    QCOMPARE(*standing.relay->closeCodeSent(), quint16(1000));
}

void tst_RelayEnding::aCloseWithinAFrameThatDoesNotEnd()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor);
    const QByteArray half = encode(0x82, QByteArray(100, 'x'), "abcd").left(50);
    standing.program.peer->write(half);
    QTRY_COMPARE(standing.serverReceived(), half);
    standing.relay->close(1000, {});
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(standing.serverReceived(), half);
    QVERIFY(standing.relay->error());
    QVERIFY2(standing.relay->error()->message.startsWith(QLatin1String("What was being sent stopped inside a frame")),
             qPrintable(standing.relay->error()->message));
    QCOMPARE(standing.relay->stateText(), QStringLiteral("ended here inside a frame"));
    char byte = 0;
    QCOMPARE(::recv(standing.server.descriptor, &byte, 1, MSG_DONTWAIT), 0);
}

void tst_RelayEnding::aCloseBehindAMessageThatDoesNotCome()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor);
    standing.relay->close(1000, {}, 1);
    QTRY_COMPARE(standing.serverReceived().size(), 8);
    QCOMPARE(*standing.relay->closeCodeSent(), quint16(1000));
    standing.serverWrite(encode(0x88, "\x03\xe8"));
    ::shutdown(standing.server.descriptor, SHUT_WR);
    standing.program.peer->disconnectFromHost();
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(standing.relay->stateText(), QStringLiteral("closed 1000"));
}

void tst_RelayEnding::theFirstCloseSaysWhy_data()
{
    QTest::addColumn<bool>("oursFirst");
    QTest::addColumn<quint16>("ours");
    QTest::addColumn<QByteArray>("theirs");
    QTest::addColumn<QString>("text");
    QTest::newRow("ours, another answer") << true << quint16(1000) << QByteArray("\x03\xe9") << QStringLiteral("closed 1000");
    QTest::newRow("ours, an empty answer") << true << quint16(4001) << QByteArray() << QStringLiteral("closed 4001");
    QTest::newRow("ours is empty") << true << quint16(0) << QByteArray("\x03\xe8") << QStringLiteral("closed 1005");
    QTest::newRow("theirs, another answer") << false << quint16(1000) << QByteArray("\x03\xe9") << QStringLiteral("closed 1001");
}

void tst_RelayEnding::theFirstCloseSaysWhy()
{
    QFETCH(bool, oursFirst);
    QFETCH(quint16, ours);
    QFETCH(QByteArray, theirs);
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor);
    if (oursFirst)
        standing.relay->close(ours, {});
    standing.serverWrite(encode(0x88, theirs));
    QTRY_VERIFY(standing.relay->closeCodeReceived());
    standing.relay->close(ours, {});
    ::shutdown(standing.server.descriptor, SHUT_WR);
    standing.program.peer->disconnectFromHost();
    QTRY_COMPARE(standing.observer.endings, 1);
    QTEST(standing.relay->stateText(), "text");
}

void tst_RelayEnding::aPeerThatIsNotReadIsNotBlamed_data()
{
    QTest::addColumn<bool>("recordingStands");
    QTest::addColumn<QString>("words");
    QTest::newRow("recording stands") << true << QStringLiteral("Recording stood still, so nothing was read from the peer for 0.5 s");
    QTest::newRow("program does not read") << false << QStringLiteral("The program took nothing of what the peer had sent");
}

void tst_RelayEnding::aPeerThatIsNotReadIsNotBlamed()
{
    QFETCH(bool, recordingStands);
    QFETCH(QString, words);
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Socket);
    if (recordingStands) {
        sink.pressure = wire::TrafficSink::Pressure::Hold;
        standing.server.peer->write(encode(0x81, "first"));
        QTRY_COMPARE(standing.program.received(), encode(0x81, "first"));
    } else {
        standing.program.peer->setReadBufferSize(1);
        standing.server.peer->write(encode(0x82, QByteArray(32'000'000, 'x')));
        qint64 unsent = -1;
        QTRY_VERIFY([&] {
            test::turnAround();
            return std::exchange(unsent, standing.server.unsent()) == standing.server.unsent();
        }());
        QVERIFY(unsent > 0);
    }
    standing.relay->close(1000, {});
    QTRY_COMPARE(standing.server.received().size(), 8);
    standing.server.peer->write(encode(0x88, "\x03\xe8"));
    QTRY_COMPARE(standing.observer.endings, 1);
    QVERIFY(standing.relay->error());
    QVERIFY2(standing.relay->error()->message.startsWith(words), qPrintable(standing.relay->error()->message));
}

void tst_RelayEnding::anAnswerThatIsNotReadIsNotBlamed()
{
    KeptRecords sink;
    sink.pressure = wire::TrafficSink::Pressure::Hold; // from the request on
    test::RelayWatch observer;
    test::StreamPair server(StreamKind::Epoll);
    QVERIFY(server.isReady());
    RelayOptions options;
    options.handshake.mode = RelayMode::Raw;
    options.handshake.request.host = "h";
    options.handshakeTimeoutMs = 300;
    Relay relay(options, ConnectionId(1), std::move(server.stream), sink, observer);
    relay.start();
    QTRY_VERIFY(server.received().endsWith("\r\n\r\n"));
    server.peer->write(test::response);
    QTRY_COMPARE(observer.endings, 1);
    QVERIFY(relay.error());
    QCOMPARE(relay.error()->message, QStringLiteral("Recording stood still, so nothing was read from the peer for 0.3 s: whether it answered is not known."));
    QCOMPARE(relay.stateText(), QStringLiteral("not read in time"));
}

void tst_RelayEnding::aCloseThatIsNeverTaken()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor);
    // Whole frames have been written, and the Close behind them: the peer cannot have seen it.
    standing.relay->inject(wire::legalHeader(wire::Opcode::Binary, wire::Fin::Yes, 16'000'000, Role::Client, {}), QByteArray(16'000'000, 'x'), Relay::Marking::Plain);
    QVERIFY(standing.relay->isUnderPressure());
    standing.relay->close(1000, {});
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(*standing.relay->closeCodeSent(), quint16(1000));
    QCOMPARE(standing.relay->stateText(), QStringLiteral("cut here: peer took nothing for 0.5 s"));
}

void tst_RelayEnding::anEndThatIsNeverTaken()
{
    KeptRecords sink;
    Standing standing(StreamKind::Epoll, sink, test::PeerSort::Descriptor);
    floodServer(standing);
    ::shutdown(standing.server.descriptor, SHUT_WR); // sends no more, but does not read either
    QTRY_COMPARE(sink.of(wire::RecordKind::End, Direction::Received).size(), size_t(1));
    standing.program.peer->abort();
    QTRY_COMPARE(standing.observer.endings, 1);
    QCOMPARE(standing.relay->stateText(), QStringLiteral("cut here: peer took nothing for 0.5 s"));
}

QTEST_GUILESS_MAIN(tst_RelayEnding)
#include "tst_relayending.moc"
