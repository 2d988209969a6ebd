#include "panes/latency/latencyreader.h"

#include "capture/document.h"
#include "support/testmain.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <numeric>

using namespace wsw;
using namespace wsw::desktop;
using stats::RoundTripKind;

class TestLatencyReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        wsw::test::failOnWarnings();
        m_folder = std::make_unique<QTemporaryDir>();
        auto made = capture::Document::create(m_folder->filePath(QStringLiteral("a.wscapture")));
        QVERIFY(made.ok());
        m_document = std::move(made).value();
        m_one = m_document->newConnectionId();
        m_two = m_document->newConnectionId();
        for (const ConnectionId id : {m_one, m_two}) {
            capture::ConnectionInfo info;
            info.id = id;
            info.name = QStringLiteral("client %1").arg(id.value());
            m_document->putConnection(info);
        }
    }

    void cleanup() { m_document.reset(); }

    void kindsAreNeverMixed()
    {
        add(m_one, wire::RecordFlag::EchoReply, 10, 300'000);
        add(m_one, wire::RecordFlag::PingReply, 20, 100'000);
        add(m_one, wire::RecordFlag::PingReply, 30, 120'000);
        add(m_one, {}, 40, 0);
        m_document->putTcpSample({m_one, 50, 46'000, 0, 0});
        LatencyReader reader(m_document);
        const LatencySnapshot snapshot = reader.read({}, m_goOn);
        QCOMPARE(snapshot.of(RoundTripKind::Echo).summary.count, 1u);
        QCOMPARE(snapshot.of(RoundTripKind::Ping).summary.count, 2u);
        QCOMPARE(snapshot.of(RoundTripKind::Tcp).summary.count, 1u);
        QCOMPARE(snapshot.of(RoundTripKind::Ping).summary.max, 120'000);
        QCOMPARE(snapshot.of(RoundTripKind::Echo).points.front(), (stats::SeriesPoint{10, 300'000}));
        QCOMPARE(snapshot.origin, 10);
        QVERIFY(snapshot.problem.isEmpty());
    }

    void everyRecordIsReadOnce()
    {
        LatencyReader reader(m_document);
        QVERIFY(reader.read({}, m_goOn).isEmpty());
        for (int round = 1; round <= 5; ++round) {
            for (int i = 0; i < 100; ++i)
                add(m_one, wire::RecordFlag::EchoReply, round * 1000 + i, 1000 + i);
            m_document->putTcpSample({m_one, round * 1000, 46'000, 0, 0});
            const LatencySnapshot snapshot = reader.read({}, m_goOn);
            QCOMPARE(snapshot.of(RoundTripKind::Echo).summary.count, static_cast<quint64>(round) * 100);
            QCOMPARE(snapshot.of(RoundTripKind::Tcp).summary.count, static_cast<quint64>(round));
        }
    }

    void oneConnectionOrAll()
    {
        add(m_one, wire::RecordFlag::EchoReply, 10, 1000);
        add(m_two, wire::RecordFlag::EchoReply, 20, 2000);
        m_document->putTcpSample({m_one, 15, 46'000, 0, 0});
        m_document->putTcpSample({m_two, 12, 47'000, 0, 0});
        LatencyReader reader(m_document);
        LatencyRequest request;
        QCOMPARE(reader.read(request, m_goOn).of(RoundTripKind::Echo).summary.count, 2u);
        QCOMPARE(reader.read(request, m_goOn).of(RoundTripKind::Tcp).points.front().value, 47'000);
        QVERIFY(reader.read(request, m_goOn).of(RoundTripKind::Tcp).several);
        request.connection = m_two;
        QCOMPARE(reader.read(request, m_goOn).of(RoundTripKind::Echo).summary.count, 1u);
        QCOMPARE(reader.read(request, m_goOn).of(RoundTripKind::Echo).summary.max, 2000);
        QVERIFY(!reader.read(request, m_goOn).of(RoundTripKind::Echo).several);
        QCOMPARE(reader.read(request, m_goOn).of(RoundTripKind::Tcp).summary.count, 1u);
        request.connection = {};
        QCOMPARE(reader.read(request, m_goOn).of(RoundTripKind::Echo).summary.count, 2u);
    }

    void theVisibleRangeIsAllThatIsSampled()
    {
        for (int i = 0; i < 1000; ++i)
            add(m_one, wire::RecordFlag::EchoReply, 1000 + i, i + 1);
        LatencyReader reader(m_document);
        LatencyRequest request;
        request.from = 1100;
        request.to = 1199;
        const LatencySnapshot snapshot = reader.read(request, m_goOn);
        QCOMPARE(snapshot.of(RoundTripKind::Echo).points.size(), size_t{100});
        QCOMPARE(snapshot.of(RoundTripKind::Echo).summary.count, 1000u);
        request = {};
        request.pointsPerKind = 50;
        QVERIFY(reader.read(request, m_goOn).of(RoundTripKind::Echo).points.size() <= 50);
    }

    void phasesInTheirOrder()
    {
        capture::ConnectionInfo info;
        info.id = m_one;
        info.name = QStringLiteral("client 1");
        info.phases = {{QStringLiteral("upgrade"), 900'000}, {QStringLiteral("tcp"), 310'000}, {QStringLiteral("dns"), 1'200'000}};
        m_document->putConnection(info);
        LatencyReader reader(m_document);
        LatencyRequest request;
        request.phasesOf = m_one;
        const LatencySnapshot snapshot = reader.read(request, m_goOn);
        QCOMPARE(snapshot.phases.size(), size_t{3});
        QCOMPARE(snapshot.phases[0].ns, 1'200'000);
        QCOMPARE(snapshot.phases[2].ns, 900'000);
        QCOMPARE(snapshot.connectionName, QStringLiteral("client 1"));
        request.phasesOf = m_two;
        QVERIFY(reader.read(request, m_goOn).phases.empty());
    }

    void barsHoldEveryValueOnce()
    {
        stats::Histogram histogram;
        for (qint64 ns = 1'000; ns < 2'000'000; ns += 997)
            histogram.record(ns);
        const auto bars = logarithmicBars(histogram);
        const quint64 counted = std::accumulate(bars.begin(), bars.end(), quint64{0},
                                                [](quint64 sum, const LatencyBar &bar) { return sum + bar.count; });
        QCOMPARE(counted, histogram.count());
        for (size_t i = 1; i < bars.size(); ++i)
            QVERIFY(bars[i].from >= bars[i - 1].to * 0.999);
    }

    void csvHasEveryExactValue()
    {
        add(m_one, wire::RecordFlag::EchoReply, 10, 354'217);
        add(m_two, wire::RecordFlag::PingReply, 20, 181'003);
        m_document->putTcpSample({m_one, 30, 46'000, 0, 0});
        const QString path = m_folder->filePath(QStringLiteral("out.csv"));
        QVERIFY(writeLatencyCsv(*m_document, {}, path, m_goOn).ok());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("kind,connection,record,time_ns,rtt_ns\necho,1,1,10,354217\nping,2,2,20,181003\ntcp,1,,30,46000\n"));
        QVERIFY(writeLatencyCsv(*m_document, m_two, path, m_goOn).ok());
        file.seek(0);
        QFile again(path);
        QVERIFY(again.open(QIODevice::ReadOnly));
        QCOMPARE(again.readAll(), QByteArray("kind,connection,record,time_ns,rtt_ns\nping,2,2,20,181003\n"));
        const auto refused = writeLatencyCsv(*m_document, {}, QStringLiteral("/nowhere/at/all.csv"), m_goOn);
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().message.contains(QLatin1String("/nowhere/at/all.csv")));
    }

    void whatWasCancelledIsReadLater()
    {
        for (int i = 1; i <= 100; ++i)
            add(m_one, wire::RecordFlag::EchoReply, i, 1000);
        LatencyReader reader(m_document);
        const std::atomic_bool cancelled = true;
        QCOMPARE(reader.read({}, cancelled).of(RoundTripKind::Echo).summary.count, 0u);
        QCOMPARE(reader.read({}, m_goOn).of(RoundTripKind::Echo).summary.count, 100u);
        add(m_one, wire::RecordFlag::EchoReply, 101, 1000);
        QCOMPARE(reader.read({}, cancelled).of(RoundTripKind::Echo).summary.count, 100u);
        QCOMPARE(reader.read({}, m_goOn).of(RoundTripKind::Echo).summary.count, 101u);
    }

    void aCancelledExportLeavesNoFile()
    {
        add(m_one, wire::RecordFlag::EchoReply, 10, 354'217);
        const QString path = m_folder->filePath(QStringLiteral("out.csv"));
        const auto stopped = writeLatencyCsv(*m_document, {}, path, true);
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().kind, ErrorKind::Cancelled);
        QVERIFY(!QFile::exists(path));
    }

private:
    void add(ConnectionId connection, wire::RecordFlags flags, MonotonicNs time, qint64 rtt)
    {
        wire::TrafficRecord record;
        record.connection = connection;
        record.flags = flags;
        record.time = time;
        record.firstByteTime = time;
        record.rttNs = rtt;
        record.direction = Direction::Received;
        m_document->recorder().record(record);
    }

    const std::atomic_bool m_goOn = false;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<capture::Document> m_document;
    ConnectionId m_one;
    ConnectionId m_two;
};

QTEST_GUILESS_MAIN(TestLatencyReader)
#include "tst_latencyreader.moc"
