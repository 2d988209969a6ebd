#include "streamconformance.h"

#include "support/testmain.h"

#include <QRandomGenerator>

#include <array>

namespace wsw::test {

using net::StreamEnd;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;

/// The pair for the row under test; ends the test when it does not come to stand.
#define MAKE_PAIR() \
    QFETCH_GLOBAL(wsw::test::StreamKind, kind); \
    StreamPair pair(kind); \
    QVERIFY(pair.isReady()); \
    [[maybe_unused]] Recorder &heard = pair.recorder; \
    [[maybe_unused]] net::ByteStream &stream = *pair.stream

} // namespace

QByteArray randomBytes(qsizetype count, quint32 seed)
{
    std::vector<quint32> words(size_t(count / 4 + 1));
    QRandomGenerator random(seed);
    random.fillRange(words.data(), qsizetype(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), count);
}

void StreamConformance::initTestCase_data()
{
    QTest::addColumn<StreamKind>("kind");
    const auto all = kinds();
    for (const StreamKind kind : all)
        QTest::newRow(kind == StreamKind::Epoll ? "epoll" : kind == StreamKind::Qt ? "qt" : "qt-tls") << kind;
}

void StreamConformance::init()
{
    failOnWarnings();
}

void StreamConformance::startsWithReadingOff()
{
    MAKE_PAIR();
    pair.peer->write("early");
    QTRY_COMPARE(pair.unsent(), 0);
    turnAround();
    QCOMPARE(heard.reads, 0);
    heard.during([&] { stream.setReading(true); });
    QTRY_COMPARE(heard.bytes, "early");
}

void StreamConformance::namesBothEnds()
{
    MAKE_PAIR();
    QCOMPARE(stream.peerAddress(), QStringLiteral("127.0.0.1:%1").arg(pair.peer->localPort()));
    QCOMPARE(stream.localAddress(), QStringLiteral("127.0.0.1:%1").arg(pair.peer->peerPort()));
    QVERIFY(stream.tcpInfo().has_value());
    QVERIFY(stream.tcpInfo()->rttNs > 0);
    QCOMPARE(stream.tlsFacts().isEmpty(), kind != StreamKind::QtTls);
}

void StreamConformance::carriesBytesBothWays()
{
    MAKE_PAIR();
    const QByteArray out = randomBytes(8 * mebibyte + 7, 1);
    const QByteArray in = randomBytes(8 * mebibyte + 13, 2);
    QRandomGenerator random(3);
    qsizetype written = 0;
    const auto writeSome = [&] {
        // Sizes on both sides of every threshold that a stream may have.
        while (written < out.size() && stream.pendingBytes() < mebibyte) {
            const qsizetype size = std::min<qsizetype>(random.bounded(1 << random.bounded(1, 18)) + 1, out.size() - written);
            heard.during([&] { stream.write(QByteArrayView(out).sliced(written, size)); });
            written += size;
        }
    };
    heard.onDrained = writeSome;
    stream.setReading(true);
    pair.peer->write(in);
    writeSome();
    QTRY_COMPARE_WITH_TIMEOUT(pair.received().size(), out.size(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(heard.bytes.size(), in.size(), 30'000);
    QVERIFY(pair.received() == out);
    QVERIFY(heard.bytes == in);
    QVERIFY(!heard.isOver());
}

void StreamConformance::keepsTheOrderOfManyWrites()
{
    MAKE_PAIR();
    QByteArray expected;
    for (int number = 0; number < 20'000; ++number) {
        const QByteArray line = QByteArray::number(number) + '\n';
        expected += line;
        heard.during([&] { stream.write(line); });
    }
    QTRY_COMPARE_WITH_TIMEOUT(pair.received().size(), expected.size(), 30'000);
    QVERIFY(pair.received() == expected);
}

void StreamConformance::tellsWhenDrained()
{
    MAKE_PAIR();
    qsizetype pendingWhenDrained = -1;
    heard.onDrained = [&] { pendingWhenDrained = stream.pendingBytes(); };
    heard.during([&] { stream.write("x"); });
    QTRY_COMPARE(heard.drains, 1);
    QCOMPARE(pendingWhenDrained, 0);

    // More than the kernel takes while nobody reads.
    pair.peer->setReadBufferSize(1);
    const QByteArray much = randomBytes(32 * mebibyte, 4);
    heard.during([&] { stream.write(much); });
    turnAround();
    QCOMPARE(heard.drains, 1);
    QVERIFY(stream.pendingBytes() > 0);
    pair.peer->setReadBufferSize(0);
    QTRY_COMPARE_WITH_TIMEOUT(pair.received().size(), much.size() + 1, 30'000);
    QTRY_COMPARE(heard.drains, 2);
    QCOMPARE(pendingWhenDrained, 0);
}

void StreamConformance::stampsBetweenSendingAndReading()
{
    MAKE_PAIR();
    stream.setReading(true);
    MonotonicNs last = 0;
    for (int round = 1; round <= 5; ++round) {
        const MonotonicNs before = monotonicNow();
        pair.peer->write("x");
        QTRY_COMPARE(heard.bytes.size(), round);
        QVERIFY(heard.lastTime >= before);
        QVERIFY(heard.lastTime <= monotonicNow());
        QVERIFY(heard.lastTime >= last);
        last = heard.lastTime;
    }
}

void StreamConformance::stopsReadingInsideBytesRead()
{
    MAKE_PAIR();
    heard.onBytes = [&] { heard.during([&] { stream.setReading(false); }); };
    stream.setReading(true);
    pair.peer->write(randomBytes(4 * mebibyte, 5));
    QTRY_COMPARE(heard.reads, 1);
    turnAround();
    QCOMPARE(heard.reads, 1);
    heard.onBytes = nullptr;
    stream.setReading(true);
    QTRY_COMPARE_WITH_TIMEOUT(heard.bytes.size(), 4 * mebibyte, 30'000);
    QVERIFY(heard.bytes == randomBytes(4 * mebibyte, 5));
}

void StreamConformance::holdsThePeerBackWhilePaused()
{
    MAKE_PAIR();
    const QByteArray much = randomBytes(48 * mebibyte, 6);
    stream.setReading(true);
    pair.peer->write(much);
    QTRY_VERIFY(heard.reads > 0);
    stream.setReading(false);
    // What is on its way may still arrive in the kernel; then the peer is stuck.
    qint64 stuck = -1;
    while (std::exchange(stuck, pair.unsent()) != pair.unsent())
        turnAround();
    QVERIFY(stuck > 0);
    const qsizetype heardWhilePaused = heard.bytes.size();
    turnAround();
    QCOMPARE(heard.bytes.size(), heardWhilePaused);
    stream.setReading(true);
    QTRY_COMPARE_WITH_TIMEOUT(heard.bytes.size(), much.size(), 30'000);
    QVERIFY(heard.bytes == much);
}

void StreamConformance::writesAllBeforeClosing()
{
    MAKE_PAIR();
    const QByteArray much = randomBytes(16 * mebibyte, 7);
    heard.during([&] {
        stream.write(much);
        stream.close();
        stream.close();
    });
    QTRY_VERIFY_WITH_TIMEOUT(heard.isOver() && pair.received().size() == much.size(), 30'000);
    QVERIFY(pair.received() == much);
    QCOMPARE(*heard.end, StreamEnd::LocalClosed);
    QCOMPARE(stream.lostBytes(), quint64(0));
    QTRY_COMPARE(pair.peer->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(pair.peer->error(), QAbstractSocket::RemoteHostClosedError);
}

void StreamConformance::endsWritingAndReadsOn()
{
    QFETCH_GLOBAL(StreamKind, kind);
    // A Qt peer closes both ways at our end; a bare descriptor does not.
    StreamPair pair(kind, kind == StreamKind::QtTls ? PeerSort::Socket : PeerSort::Descriptor);
    QVERIFY(pair.isReady());
    Recorder &heard = pair.recorder;
    net::ByteStream &stream = *pair.stream;
    stream.setReading(true);
    if (kind == StreamKind::QtTls) {
        heard.during([&] { stream.closeWrite(); });
        QTRY_VERIFY(heard.isOver());
        QCOMPARE(*heard.end, StreamEnd::LocalClosed);
        return;
    }
    const int peer = pair.descriptor;
    heard.during([&] {
        stream.write("the last words");
        stream.closeWrite();
    });
    QByteArray received(64, '\0');
    ssize_t count = -1;
    const auto receive = [&] { return (count = ::recv(peer, received.data(), size_t(received.size()), MSG_DONTWAIT)) >= 0; };
    QVERIFY(QTest::qWaitFor(receive));
    QCOMPARE(received.first(count), "the last words");
    QVERIFY(QTest::qWaitFor(receive));
    QCOMPARE(count, 0);
    QVERIFY(!heard.isOver());
    QCOMPARE(::send(peer, "still here", 10, MSG_NOSIGNAL), 10);
    QTRY_COMPARE(heard.bytes, "still here");
    ::shutdown(peer, SHUT_WR);
    QTRY_VERIFY(heard.isOver());
    QCOMPARE(*heard.end, StreamEnd::PeerClosed);
    QCOMPARE(heard.readEnds, 1);
}

void StreamConformance::tellsThePeersEnd()
{
    MAKE_PAIR();
    const QByteArray last = randomBytes(mebibyte, 8);
    stream.setReading(true);
    // A peer that closes with bytes unread (TLS session tickets) sends RST, and what it wrote is lost.
    stream.write("read me first");
    QTRY_COMPARE(pair.received(), "read me first");
    pair.peer->write(last);
    pair.peer->disconnectFromHost();
    qsizetype heardBefore = -1;
    heard.onReadEnded = [&] {
        heardBefore = heard.bytes.size();
        heard.during([&] { stream.closeWrite(); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(heard.isOver(), 30'000);
    QCOMPARE(heardBefore, last.size());
    QCOMPARE(heard.readEnds, 1);
    QCOMPARE(*heard.end, StreamEnd::PeerClosed);
    QVERIFY(!heard.error);
    QVERIFY(heard.bytes == last);
}

void StreamConformance::abortsWithoutWriting()
{
    MAKE_PAIR();
    pair.peer->setReadBufferSize(1);
    const QByteArray much = randomBytes(32 * mebibyte, 9);
    stream.write(much);
    heard.during([&] {
        stream.abort();
        stream.abort();
    });
    QVERIFY(!heard.isOver());
    QCOMPARE(stream.pendingBytes(), 0);
    QTRY_VERIFY(heard.isOver());
    QCOMPARE(*heard.end, StreamEnd::Aborted);
    pair.peer->setReadBufferSize(0);
    QTRY_COMPARE(pair.peer->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(pair.received().size() < much.size());
}

void StreamConformance::handsOnWhatHasComeBeforeClosing()
{
    QFETCH_GLOBAL(StreamKind, kind);
    // More than Qt's own buffer holds for a stream that is not read; a bare descriptor can tell FIN from RST.
    const QByteArray unread = randomBytes(200'000, 13);
    StreamPair pair(kind, kind == StreamKind::QtTls ? PeerSort::Socket : PeerSort::Descriptor);
    QVERIFY(pair.isReady());
    Recorder &heard = pair.recorder;
    if (kind == StreamKind::QtTls) {
        pair.peer->write(unread);
        QTRY_COMPARE(pair.unsent(), 0);
    } else {
        QCOMPARE(::send(pair.descriptor, unread.constData(), size_t(unread.size()), MSG_NOSIGNAL), unread.size());
    }
    turnAround();
    QCOMPARE(heard.reads, 0);
    heard.during([&] {
        pair.stream->write("bye");
        pair.stream->close();
    });
    QTRY_VERIFY(heard.isOver());
    QCOMPARE(*heard.end, StreamEnd::LocalClosed);
    QCOMPARE(heard.readEnds, 0);
    QCOMPARE(heard.bytes.size(), unread.size());
    QVERIFY(heard.bytes == unread);
    if (kind == StreamKind::QtTls) {
        QTRY_COMPARE(pair.received(), "bye");
        return;
    }
    std::array<char, 8> last{};
    QCOMPARE(::recv(pair.descriptor, last.data(), last.size(), 0), 3);
    QCOMPARE(::recv(pair.descriptor, last.data(), last.size(), 0), 0); // FIN; after a reset it would be -1
}

void StreamConformance::handsOnTheRestAfterCloseInsideBytesRead()
{
    MAKE_PAIR();
    const QByteArray all = randomBytes(100'000, 10);
    heard.onBytes = [&] {
        heard.during([&] {
            stream.write("bye");
            stream.close();
        });
    };
    pair.peer->write(all);
    QTRY_COMPARE(pair.unsent(), 0);
    turnAround();
    stream.setReading(true);
    QTRY_VERIFY(heard.isOver());
    QCOMPARE(*heard.end, StreamEnd::LocalClosed);
    QVERIFY(heard.bytes == all);
    QTRY_COMPARE(pair.received(), "bye");
}

void StreamConformance::readsWhileItsLastBytesWait()
{
    MAKE_PAIR();
    pair.peer->setReadBufferSize(1);
    const QByteArray much = randomBytes(32 * mebibyte, 14);
    heard.during([&] {
        stream.write(much);
        stream.close();
    });
    turnAround();
    pair.peer->write("while it closes");
    QTRY_COMPARE(heard.bytes, "while it closes");
    QVERIFY(!heard.isOver());
    pair.peer->setReadBufferSize(0);
    QTRY_VERIFY_WITH_TIMEOUT(heard.isOver() && pair.received().size() == much.size(), 30'000);
    QVERIFY(pair.received() == much);
    QCOMPARE(*heard.end, StreamEnd::LocalClosed);
}

void StreamConformance::hearsNothingAfterAbortInsideBytesRead()
{
    MAKE_PAIR();
    heard.onBytes = [&] { heard.during([&] { stream.abort(); }); };
    stream.setReading(true);
    pair.peer->write(randomBytes(mebibyte, 11));
    QTRY_VERIFY(heard.isOver());
    turnAround();
    QCOMPARE(heard.reads, 1);
    QCOMPARE(*heard.end, StreamEnd::Aborted);
}

void StreamConformance::ignoresWritesAfterTheEnd()
{
    MAKE_PAIR();
    stream.close();
    heard.during([&] { stream.write("late"); });
    QTRY_VERIFY(heard.isOver());
    heard.during([&] {
        stream.write("later");
        stream.closeWrite();
        stream.close();
        stream.abort();
        stream.setReading(true);
    });
    turnAround();   // the recorder fails the test when it hears of a second end
    QCOMPARE(stream.pendingBytes(), 0);
    QCOMPARE(pair.received(), QByteArray());
}

void StreamConformance::canBeDeletedInEveryCallback_data()
{
    QTest::addColumn<int>("callback");
    QTest::newRow("bytesRead") << 0;
    QTest::newRow("drained") << 1;
    QTest::newRow("readEnded") << 2;
    QTest::newRow("ended") << 3;
}

void StreamConformance::canBeDeletedInEveryCallback()
{
    QFETCH(int, callback);
    MAKE_PAIR();
    const auto remove = [&] { pair.stream.reset(); };
    (callback == 0 ? heard.onBytes : callback == 1 ? heard.onDrained : callback == 2 ? heard.onReadEnded : heard.onEnded) = remove;
    if (callback == 3)
        heard.onReadEnded = [&] { stream.close(); };
    stream.setReading(true);
    if (callback == 1) {
        stream.write("x");
    } else {
        pair.peer->write("x");
        pair.peer->disconnectFromHost();
    }
    QTRY_VERIFY(!pair.stream);
    turnAround();
    QCOMPARE(heard.isOver(), callback == 3);
}

void StreamConformance::cutsTheConnectionWhenDeleted()
{
    MAKE_PAIR();
    QVERIFY(stream.pendingBytes() == 0);
    pair.stream.reset();
    QTRY_COMPARE(pair.peer->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!heard.isOver());
}

void StreamConformance::endsWhenThePeerResets()
{
    MAKE_PAIR();
    stream.setReading(true);
    pair.resetPeer();
    QTRY_VERIFY(heard.isOver());
    // Qt reports a reset as a close.
    QCOMPARE(*heard.end, kind == StreamKind::Epoll ? StreamEnd::Reset : StreamEnd::PeerClosed);
    QCOMPARE(heard.readEnds, kind == StreamKind::Epoll ? 0 : 1);
}

void StreamConformance::countsWhatItLost()
{
    MAKE_PAIR();
    stream.setReading(true);
    pair.peer->setReadBufferSize(1);
    stream.write(randomBytes(32 * mebibyte, 13));
    stream.write("and more");
    qsizetype pending = -1; // until the kernel takes no more
    QTRY_VERIFY([&] {
        turnAround();
        return std::exchange(pending, stream.pendingBytes()) == stream.pendingBytes();
    }());
    QVERIFY(pending > 0);
    pair.resetPeer();
    QTRY_VERIFY(heard.isOver());
    const quint64 before = stream.lostBytes();
    QVERIFY(kind == StreamKind::QtTls ? before > 0 && before <= quint64(pending) : before == quint64(pending));
    stream.write("late");
    QCOMPARE(stream.lostBytes(), before + 4);
}

void StreamConformance::endsWhenThePeerResetsWhilePausedAndBlocked()
{
    // Neither drained() nor a read could tell: whoever waits for this peer would wait for ever.
    MAKE_PAIR();
    stream.setReading(true);
    pair.peer->write("heard");
    QTRY_COMPARE(heard.bytes, "heard");
    stream.setReading(false);
    pair.peer->write(" and kept");
    QTRY_COMPARE(pair.unsent(), 0);
    turnAround();
    pair.peer->setReadBufferSize(1);
    heard.during([&] { stream.write(randomBytes(32 * mebibyte, 12)); });
    turnAround();
    QVERIFY(stream.pendingBytes() > 0);
    QCOMPARE(heard.bytes, "heard");
    pair.resetPeer();
    QTRY_VERIFY(heard.isOver());
    QCOMPARE(*heard.end, kind == StreamKind::Epoll ? StreamEnd::Reset : StreamEnd::PeerClosed);
    QCOMPARE(heard.bytes, "heard and kept");
    QCOMPARE(heard.drains, 0);
    QCOMPARE(stream.pendingBytes(), 0);
}

void StreamConformance::endsWhenWrittenToAfterAResetWhilePaused()
{
    MAKE_PAIR();
    stream.setReading(true);
    stream.setReading(false);
    pair.peer->write("before the cut");
    QTRY_COMPARE(pair.unsent(), 0);
    turnAround();
    pair.resetPeer();
    turnAround();
    QVERIFY(!heard.isOver());
    heard.during([&] { stream.write("into the void"); });
    QTRY_VERIFY(heard.isOver());
    QCOMPARE(heard.bytes, "before the cut");
}

} // namespace wsw::test
