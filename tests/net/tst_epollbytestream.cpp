#include "net/epollbytestream.h"

#include "streamconformance.h"

#include <QRandomGenerator>

using namespace wsw;
using namespace wsw::test;
using net::StreamEnd;

/// EpollByteStream: what every stream does, and what only this one does.
class TstEpollByteStream final : public StreamConformance
{
    Q_OBJECT
protected:
    [[nodiscard]] QList<StreamKind> kinds() const override { return {StreamKind::Epoll}; }

private Q_SLOTS:
    void echoesSixtyMegabytes();
    void writesOnAfterThePeersEnd();
    void tellsAResetWithItsBytesOncePausedReadingGoesOn();
    void tellsAResetWhileTheKernelIsFull();
    void closesAlthoughThePeerIsStuck();
    void isNoBurdenWhileIdle();
    void leavesTheLoopWhenItEnds();
};

void TstEpollByteStream::echoesSixtyMegabytes()
{
    StreamPair pair(StreamKind::Epoll);
    QVERIFY(pair.isReady());
    const QByteArray sent = randomBytes(60 * 1024 * 1024 + 1, 20);
    QRandomGenerator random(21);
    qsizetype echoed = 0;
    pair.recorder.onBytes = [&] {
        const QByteArrayView news = QByteArrayView(pair.recorder.bytes).sliced(echoed);
        for (qsizetype at = 0; at < news.size();) {
            const qsizetype size = std::min<qsizetype>(random.bounded(60'000) + 1, news.size() - at);
            pair.stream->write(news.sliced(at, size));
            at += size;
        }
        echoed += news.size();
        // Back-pressure, as a relay does it.
        if (pair.stream->pendingBytes() > 1024 * 1024)
            pair.stream->setReading(false);
    };
    pair.recorder.onDrained = [&] { pair.stream->setReading(true); };
    pair.recorder.bytes.reserve(sent.size());
    pair.stream->setReading(true);
    qsizetype written = 0;
    const auto pump = [&] {
        while (written < sent.size() && pair.peer->bytesToWrite() < 256 * 1024) {
            const qsizetype size = std::min<qsizetype>(random.bounded(100'000) + 1, sent.size() - written);
            pair.peer->write(sent.constData() + written, size);
            written += size;
        }
    };
    connect(pair.peer.get(), &QTcpSocket::bytesWritten, this, pump);
    connect(pair.peer.get(), &QTcpSocket::readyRead, this, [&] { pair.received(); });
    pump();
    QTRY_COMPARE_WITH_TIMEOUT(pair.received().size(), sent.size(), 50'000);
    QVERIFY(pair.received() == sent);
    QVERIFY(pair.recorder.bytes == sent);
}

void TstEpollByteStream::writesOnAfterThePeersEnd()
{
    StreamPair pair(StreamKind::Epoll);
    QVERIFY(pair.isReady());
    pair.stream->setReading(true);
    pair.peer->write("question");
    QTRY_COMPARE(pair.peer->bytesToWrite(), 0);
    pair.halfClosePeer();
    QTRY_COMPARE(pair.recorder.readEnds, 1);
    turnAround();
    QVERIFY(!pair.recorder.isOver());
    pair.stream->write("answer");
    QTRY_COMPARE(pair.received(), "answer");
    pair.stream->closeWrite();
    QTRY_VERIFY(pair.recorder.isOver());
    QCOMPARE(*pair.recorder.end, StreamEnd::PeerClosed);
    QCOMPARE(pair.recorder.readEnds, 1);
}

void TstEpollByteStream::tellsAResetWithItsBytesOncePausedReadingGoesOn()
{
    StreamPair pair(StreamKind::Epoll);
    QVERIFY(pair.isReady());
    pair.stream->setReading(true);
    pair.stream->setReading(false);
    pair.peer->write("before the cut");
    QTRY_COMPARE(pair.peer->bytesToWrite(), 0);
    pair.resetPeer();
    turnAround();
    QVERIFY(!pair.recorder.isOver());
    pair.stream->setReading(true);
    QTRY_VERIFY(pair.recorder.isOver());
    QCOMPARE(*pair.recorder.end, StreamEnd::Reset);
    QCOMPARE(pair.recorder.bytes, "before the cut");
    QCOMPARE(pair.recorder.readEnds, 0);
}

void TstEpollByteStream::tellsAResetWhileTheKernelIsFull()
{
    StreamPair pair(StreamKind::Epoll);
    QVERIFY(pair.isReady());
    pair.peer->setReadBufferSize(1);
    pair.stream->setReading(true);
    pair.stream->write(randomBytes(32 * 1024 * 1024, 22));
    turnAround();
    QVERIFY(pair.stream->pendingBytes() > 0);
    pair.resetPeer();
    QTRY_VERIFY(pair.recorder.isOver());
    QCOMPARE(*pair.recorder.end, StreamEnd::Reset);
    QCOMPARE(pair.stream->pendingBytes(), 0);
}

void TstEpollByteStream::closesAlthoughThePeerIsStuck()
{
    // The peer can only read once what it writes is taken: closing must take it, and hands it on.
    StreamPair pair(StreamKind::Epoll);
    QVERIFY(pair.isReady());
    pair.peer->setReadBufferSize(1);
    const QByteArray much = randomBytes(32 * 1024 * 1024, 23);
    pair.stream->write(much);
    pair.stream->close();
    pair.peer->write(much);
    QTRY_COMPARE_WITH_TIMEOUT(pair.peer->bytesToWrite(), 0, 30'000);
    QVERIFY(!pair.recorder.isOver());
    pair.peer->setReadBufferSize(0);
    QTRY_COMPARE_WITH_TIMEOUT(pair.received().size(), much.size(), 30'000);
    QTRY_VERIFY(pair.recorder.isOver());
    QCOMPARE(*pair.recorder.end, StreamEnd::LocalClosed);
    QVERIFY(pair.recorder.bytes == much);
}

void TstEpollByteStream::isNoBurdenWhileIdle()
{
    // 5 000 of them are to cost less than Qt's own sockets: the object must stay small, and hold nothing on the heap.
    QVERIFY(sizeof(net::EpollByteStream) <= 96);
}

void TstEpollByteStream::leavesTheLoopWhenItEnds()
{
    StreamPair pair(StreamKind::Epoll);
    QVERIFY(pair.isReady());
    const int before = pair.loop->count();
    pair.stream->setReading(true);
    QCOMPARE(pair.loop->count(), before + 1);
    pair.stream->close();
    QTRY_VERIFY(pair.recorder.isOver());
    QCOMPARE(pair.loop->count(), before);
}

QTEST_GUILESS_MAIN(TstEpollByteStream)
#include "tst_epollbytestream.moc"
