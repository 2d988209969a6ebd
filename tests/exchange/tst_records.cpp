#include "exchange/records.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

class TestRecords final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void chunkedPayloadsAreWhole()
    {
        Talk talk;
        const auto line = talk.open();
        const QByteArray large(5'000'001, 'x');
        line->sent(encode(0x82, large, "\x01\x02\x03\x04"));
        line->received(encode(0x81, "small"));
        QList<QByteArray> payloads;
        QVERIFY(forEachRecord(talk.document(), [&](const capture::Record &record) {
                    if (record.header.kind == wire::RecordKind::Frame)
                        payloads += record.payload;
                    return true;
                }).ok());
        QCOMPARE(payloads.size(), 2);
        QVERIFY(payloads.at(0) == large);
        QCOMPARE(payloads.at(1), QByteArray("small"));
        const Result<capture::Record> record = talk.document().read(RecordId(3));
        QCOMPARE(readWhole(talk.document(), record->header, capture::PayloadForm::Meant, 1'500'000)->size(), 1'500'000);
    }

    void stopsWhereAsked()
    {
        Talk talk;
        (void)talk.open();
        int seen = 0;
        QVERIFY(forEachRecord(talk.document(), [&seen](const capture::Record &) { return ++seen < 1; }).ok());
        QCOMPARE(seen, 1);
    }

    void timesOfDay_data()
    {
        QTest::addColumn<qint64>("time");
        for (const qint64 time : {qint64{0}, qint64{1}, qint64{1'700'000'000'123'456'789}, qint64{951'782'400'000'000'000}, qint64{4'102'444'799'999'999'999}})
            QTest::addRow("%lld", time) << time;
    }

    void timesOfDay()
    {
        QFETCH(const qint64, time);
        const QDateTime seconds = QDateTime::fromSecsSinceEpoch(time / nsPerSecond, Qt::UTC);
        QCOMPARE(isoTime(time), seconds.toString(u"yyyy-MM-ddTHH:mm:ss"_s) + u".%1Z"_s.arg(time % nsPerSecond, 9, 10, QLatin1Char('0')));
    }

    void beforeTheEpoch() { QCOMPARE(isoTime(-1), u"1969-12-31T23:59:59.999999999Z"_s); }
};

QTEST_GUILESS_MAIN(TestRecords)
#include "tst_records.moc"
