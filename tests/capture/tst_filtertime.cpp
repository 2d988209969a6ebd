#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/document.h"
#include "capture/filter.h"
#include "capture/filtertime.h"
#include "capture/sieve.h"

#include <QDateTime>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

namespace {

/// Half an hour ahead of UTC in winter and more in summer would hide a mistake less well than this.
constexpr const char *zone = "Asia/Kathmandu";
constexpr qint64 minute = 60 * nsPerSecond;
constexpr qint64 hour = 60 * minute;
/// 2026-03-01T10:04:07.211604 there.
constexpr WallNs moment = 1'772'338'747'211'604'000;

QList<quint64> numbersOf(const Document &document, const QString &text)
{
    const auto filter = Filter::parse(text, nullptr);
    QList<quint64> numbers;
    if (filter) {
        (void)document.scan(RecordId(1), RecordId(document.received()), [&](const RecordView &view) {
            if (filter->matches(view))
                numbers.append(view.header.id.value());
            return true;
        });
    }
    return numbers;
}

} // namespace

/// When frames came, as a filter asks for it.
class tst_FilterTime final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", zone); }
    void init() { test::failOnWarnings(); }
    void timesOfDay_data();
    void timesOfDay();
    void literals_data();
    void literals();
    void filters_data();
    void filters();
    void deltasGoOnFromBlockToBlock();
    void isTheSameInMemoryAndFromTheFile();

private:
    /// A document whose records came @p afterNs after each other, the first at the moment above.
    static std::unique_ptr<Document> record(const QString &path, const QList<qint64> &afterNs, qsizetype payload = 1);
    QTemporaryDir m_folder;
};

std::unique_ptr<Document> tst_FilterTime::record(const QString &path, const QList<qint64> &afterNs, qsizetype payload)
{
    auto document = Document::create(path, ClockAnchor{1000, moment - hour});
    if (!document)
        qFatal("%s", qPrintable(document.error().message));
    MonotonicNs time = 1000 + hour;
    const QByteArray bytes(payload, 'x');
    for (const qint64 after : afterNs) {
        time += after;
        wire::TrafficRecord record;
        record.connection = ConnectionId(1);
        record.time = record.firstByteTime = time;
        record.header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, static_cast<quint64>(payload), Role::Server, {});
        record.payload = bytes;
        (*document)->recorder().record(record);
    }
    return std::move(document).value();
}

void tst_FilterTime::timesOfDay_data()
{
    QTest::addColumn<qint64>("ns");     // -1: none
    const auto row = [](const char *typed, qint64 ns) { QTest::newRow(typed) << ns; };
    row("10:04", 10 * hour + 4 * minute);
    row(" 9:04:07 ", 9 * hour + 4 * minute + 7 * nsPerSecond);
    row("00:00:00.5", 500 * nsPerMs);
    row("00:00:00,25", 250 * nsPerMs);
    row("00:00:00.211 604", 211 * nsPerMs + 604 * nsPerUs);
    row("00:00:00.211604", 211 * nsPerMs + 604 * nsPerUs);
    row("23:59:59.999 999", 24 * hour - nsPerUs);
    row("24:00", -1);
    row("10:60", -1);
    row("10:4", -1);
    row("10", -1);
    row("a 10:04", -1);
}

void tst_FilterTime::timesOfDay()
{
    QFETCH(qint64, ns);
    QCOMPARE(timeOfDay(QString::fromLatin1(QTest::currentDataTag())).value_or(-1), ns);
}

void tst_FilterTime::literals_data()
{
    QTest::addColumn<qint64>("value");     // -1: none
    const auto row = [](const char *literal, qint64 value) { QTest::newRow(literal) << value; };
    row("10:04:07", 10 * hour + 4 * minute + 7 * nsPerSecond);
    row("2026-03-01T10:04:07.211604", moment);
    row("2026-03-01 10:04:07.211604", moment);
    row("2026-03-01T04:19:07.211604Z", moment);
    row("2026-03-01T05:19:07.211604+01:00", moment);
    row("2026-03-01T10:04", moment - 7 * nsPerSecond - 211'604'000);
    row("2026-03-01T10:04:07.211604123", moment + 123);
    row("1.5s", 1500 * nsPerMs);
    row("0ms", 0);
    row("2026-03-01T10:04.5", -1);
    row("2026-13-01T10:04", -1);
    row("2026-03-01", -1);
    row("1969-03-01T10:04", -1);
    row("5", -1);
    row("noon", -1);
}

void tst_FilterTime::literals()
{
    QFETCH(qint64, value);
    const auto literal = timeLiteral(QString::fromLatin1(QTest::currentDataTag()));
    QCOMPARE(literal ? static_cast<qint64>(literal->value) : -1, value);
}

void tst_FilterTime::filters_data()
{
    QTest::addColumn<QList<quint64>>("numbers");
    const auto row = [](const char *filter, const QList<quint64> &numbers) { QTest::newRow(filter) << numbers; };
    // Came at 10:04:07.211604, 1 ms later, at once, 3 s later, 14 h later: on the next day at 0:04.
    row("time >= 10:04:07.211604 && time < 10:04:08", {1, 2, 3});
    row("time == 10:04:07.211604", {1});
    row("time < 01:00", {5});
    row("time >= 2026-03-01T10:04:10", {4, 5});
    row("time < \"2026-03-01 10:04:07.212604\"", {1});
    row("time > 2026-03-01T18:15:00Z", {5});
    row("time <= 1ms", {1, 2, 3});
    row("time > 3s", {4, 5});
    row("time == 0s", {1});
    row("time", {1, 2, 3, 4, 5});
    row("delta == 1ms", {2});
    row("delta == 0ns", {3});
    row("delta > 1s && delta < 1000s", {4});
    row("delta", {2, 3, 4, 5});
    row("not delta", {1});
    row("delta in {0ns, 1ms}", {2, 3});
}

void tst_FilterTime::filters()
{
    QFETCH(QList<quint64>, numbers);
    const auto document = record(m_folder.filePath(QStringLiteral("filters%1.wscapture").arg(qHash(QByteArray(QTest::currentDataTag())))),
                                 {0, nsPerMs, 0, 3 * nsPerSecond, 14 * hour});
    QCOMPARE(numbersOf(*document, QString::fromLatin1(QTest::currentDataTag())), numbers);
}

void tst_FilterTime::deltasGoOnFromBlockToBlock()
{
    // Three in each block, each a millisecond later than the one before by one more.
    QList<qint64> after;
    for (int i = 0; i < 20; ++i)
        after.append(i * nsPerMs);
    const QString path = m_folder.filePath(QStringLiteral("blocks.wscapture"));
    auto document = record(path, after, 80 * 1024);
    const auto check = [&after](const Document &of) {
        quint64 number = 0;
        QVERIFY(of.scan(RecordId(1), RecordId(20), [&](const RecordView &view) {
            const MonotonicNs expected = number == 0 ? -1 : after.at(static_cast<qsizetype>(number));
            if (view.header.timing.sinceBefore != expected)
                qFatal("record %llu: %lld", static_cast<unsigned long long>(number + 1), static_cast<long long>(view.header.timing.sinceBefore));
            ++number;
            return true;
        }));
        QCOMPARE(of.read(RecordId(4))->header.timing.sinceBefore, 3 * nsPerMs);
    };
    check(*document);
    QVERIFY(document->stopRecording());
    check(*document);
    document = std::move(Document::open(path)).value();
    check(*document);
    QCOMPARE(document->read(RecordId(4))->header.timing.sinceFirst, (1 + 2 + 3) * nsPerMs);
    QCOMPARE(document->read(RecordId(4))->header.timing.wall, moment + (1 + 2 + 3) * nsPerMs);
}

void tst_FilterTime::isTheSameInMemoryAndFromTheFile()
{
    const QString path = m_folder.filePath(QStringLiteral("sifted.wscapture"));
    QList<qint64> after;
    for (int i = 0; i < 9000; ++i)
        after.append(i % 17 * nsPerUs);
    auto document = record(path, after);
    QVERIFY(document->stopRecording());
    document = std::move(Document::open(path)).value();
    for (const char *text : {"delta > 15us", "time > 10ms && time < 11ms", "time > 2026-03-01T10:04:07.25", "delta == 3us || opcode == ping"}) {
        const auto filter = Filter::parse(QString::fromLatin1(text), nullptr);
        QVERIFY2(filter, text);
        class Asking final : public Sieve
        {
        public:
            explicit Asking(const Filter &filter) : m_filter(filter) {}
            Verdict judge(const RecordView &record, Known known) override { return m_filter.judge(record, known); }
            bool asksFor(Known known) const noexcept override { return m_filter.asksFor(known); }

        private:
            const Filter &m_filter;
        } sieve(*filter);
        QList<quint64> sifted;
        QVERIFY(document->sift(sieve, RecordId(1), RecordId(9000), [&](const Sifted &some) {
            sifted += QList<quint64>(some.found.begin(), some.found.end());
            return true;
        }));
        QCOMPARE(sifted, numbersOf(*document, QString::fromLatin1(text)));
        QVERIFY(!sifted.isEmpty() && sifted.size() < 9000);
    }
}

QTEST_GUILESS_MAIN(tst_FilterTime)
#include "tst_filtertime.moc"
