#include "bench.h"
#include "capture/faultyvfs.h"
#include "support/testmain.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>
#include <QtEndian>

using namespace wsw;
using namespace wsw::session;
using test::Bench;

/// A disk that stands still: the recording says Hold, the sockets are read no more, and when the disk moves again everything goes on in
/// its place.
class tst_RecordingPressure final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void cleanup() { test::stallWrites(false); }
    void aStandingDiskStopsTheSockets_data();
    void aStandingDiskStopsTheSockets();

private:
    static constexpr qint64 messageBytes = 256 * 1024;
    static constexpr qint64 messageCount = 400;     // 100 MiB, each of them recorded four times

    static QByteArray numbered(qint64 number)
    {
        QByteArray payload(messageBytes, char('a' + number % 26));
        qToBigEndian(number, payload.data());
        return payload;
    }
    /// Bytes of frames that have been recorded.
    static quint64 recordedBytes(const Bench &bench)
    {
        quint64 bytes = 0;
        for (const ConnectionStatus &status : bench.connections)
            bytes += status.bytesSent + status.bytesReceived;
        return bytes;
    }
};

void tst_RecordingPressure::aStandingDiskStopsTheSockets_data()
{
    QTest::addColumn<qsizetype>("fragmentBytes");
    QTest::newRow("whole") << qsizetype(0);
    QTest::newRow("in fragments") << qsizetype(10'000);
}

void tst_RecordingPressure::aStandingDiskStopsTheSockets()
{
    QFETCH(qsizetype, fragmentBytes);
    Bench bench;
    const EndpointId host = bench.host();
    const EndpointId client = bench.client(bench.urlOf(host));
    QCOMPARE(bench.state(client), EndpointState::Open);
    const ConnectionId id = bench.connectionOf(client);
    QTRY_COMPARE(bench.document->stored(), bench.document->received());
    const quint64 storedBefore = bench.document->stored();

    test::stallWrites(true);
    const auto moves = qScopeGuard([] { test::stallWrites(false); });   // else the bench would wait for ever where something fails
    for (qint64 i = 0; i < messageCount; ++i)
        bench.workbench->send(id, {.kind = Outgoing::Kind::Binary, .payload = numbered(i), .fragmentBytes = fragmentBytes});
    // Everything comes to rest: what waits for the disk is about as much as may wait, and far from all that there is.
    QTRY_VERIFY(bench.pressure.value(id));
    QTRY_VERIFY_WITH_TIMEOUT(recordedBytes(bench) > quint64{limits::writerQueueBytes} * 9 / 10, 30'000);
    quint64 received = 0;
    QElapsedTimer still;
    still.start();
    QTRY_VERIFY_WITH_TIMEOUT([&] {
        if (std::exchange(received, bench.document->received()) != bench.document->received())
            still.restart();
        return still.elapsed() > 1'000;
    }(), 30'000);
    QCOMPARE(bench.document->stored(), storedBefore);
    const quint64 waiting = recordedBytes(bench);
    QVERIFY2(waiting > quint64{limits::writerQueueBytes} * 9 / 10, qPrintable(QString::number(waiting)));
    QVERIFY2(waiting < quint64{limits::writerQueueBytes} * 2, qPrintable(QString::number(waiting)));
    QVERIFY(bench.messages.size() < messageCount / 2);

    test::stallWrites(false);
    QTRY_COMPARE_WITH_TIMEOUT(bench.messages.size(), messageCount, 50'000);
    for (qint64 i = 0; i < messageCount; ++i)
        QVERIFY2(bench.messages.at(i).payload == numbered(i), qPrintable(QString::number(i)));
    QTRY_VERIFY(!bench.pressure.value(id));
    QTRY_COMPARE(bench.document->stored(), bench.document->received());
    // Both connections, both ways: nothing is missing in the document, and nothing out of order.
    for (const ConnectionId connection : {id, bench.connectionOf(host)}) {
        for (const Direction direction : {Direction::Sent, Direction::Received}) {
            qint64 next = 0;
            qint64 stored = 0;
            for (const capture::Record &record : bench.frames(connection, direction)) {
                QCOMPARE(record.header.violation, wire::Violation::None);
                stored += qint64(record.header.payloadStored);
                if (record.header.frame.opcode == wire::Opcode::Binary)
                    QCOMPARE(qFromBigEndian<qint64>(record.payload.constData()), next++);
            }
            QCOMPARE(next, messageCount);
            QCOMPARE(stored, messageCount * messageBytes);
        }
    }
}

int main(int argc, char *argv[])
{
    test::installFaultyVfs();
    QCoreApplication application(argc, argv);
    tst_RecordingPressure tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_recordingpressure.moc"
