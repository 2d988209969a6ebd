#include "exchange/importsink.h"

#include "capture/document.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;

class TestImportSink final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    /// Far more than may wait for the disk: the sink waits, and nothing is lost.
    void waitsForTheDisk()
    {
        const QTemporaryDir folder;
        auto document = capture::Document::create(folder.filePath(u"x.wscapture"_s), ClockAnchor{});
        QVERIFY(document.ok());
        ImportSink sink(**document);
        QByteArray payload(200'000, 'x');
        constexpr quint64 count = 400;
        for (quint64 i = 0; i < count; ++i) {
            wire::TrafficRecord record;
            record.connection = ConnectionId(1);
            record.payload = payload;
            record.header.length = static_cast<quint64>(payload.size());
            QCOMPARE(sink.record(record), wire::TrafficSink::Pressure::Go);
            const quint64 waiting = (*document)->received() - (*document)->stored();
            QVERIFY2(waiting * 200'000 < 3 * quint64{limits::writerQueueBytes}, QByteArray::number(waiting));
        }
        QVERIFY((*document)->flush().ok());
        QCOMPARE((*document)->stored(), count);
        QCOMPARE(sink.records(), count);
        QVERIFY(!sink.failure());
        QCOMPARE((*document)->clock().toWall(5), 5);
    }

    void roundTripsOfPings()
    {
        const QTemporaryDir folder;
        auto document = capture::Document::create(folder.filePath(u"x.wscapture"_s), ClockAnchor{});
        ImportSink sink(**document);
        for (const auto opcode : {wire::Opcode::Ping, wire::Opcode::Pong}) {
            wire::TrafficRecord record;
            record.connection = ConnectionId(1);
            record.direction = opcode == wire::Opcode::Ping ? Direction::Sent : Direction::Received;
            record.header.opcode = opcode;
            record.time = record.firstByteTime = opcode == wire::Opcode::Ping ? 1'000 : 1'700;
            sink.record(record);
        }
        QCOMPARE((*document)->read(RecordId(2))->header.rttNs, qint64{700});
    }
};

QTEST_GUILESS_MAIN(TestImportSink)
#include "tst_importsink.moc"
