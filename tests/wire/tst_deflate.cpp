#include "wire/deflate.h"

#include "support/splits.h"
#include "support/testmain.h"

#include <QRandomGenerator>

#include <zlib.h>

using namespace wsw;
using namespace wsw::wire;
using namespace wsw::test;
using Status = Inflater::Status;

namespace {

constexpr auto Yes = ContextTakeover::Yes;
constexpr auto No = ContextTakeover::No;
constexpr auto Last = MessagePart::Last;
constexpr auto More = MessagePart::More;

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

/// Inflates one whole message.
std::pair<Status, QByteArray> inflated(Inflater &inflater, const QByteArray &payload)
{
    QByteArray out;
    const Status status = inflater.inflate(payload, Last, out);
    return {status, out};
}

/// zlib itself, with the window that was agreed and not the greatest: refuses distances that reach further back.
QByteArray inflatedByZlib(const QByteArray &payload, int windowBits)
{
    z_stream stream{};
    inflateInit2(&stream, -windowBits);
    QByteArray input = payload + hex("0000ffff");
    QByteArray out(4 * 1024 * 1024, Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_SYNC_FLUSH);
    out.chop(static_cast<qsizetype>(stream.avail_out));
    inflateEnd(&stream);
    return result == Z_OK && stream.avail_in == 0 ? out : QByteArray("zlib refused it");
}

QByteArray noise(qsizetype size, quint32 seed)
{
    QRandomGenerator random(seed);
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(random.bounded(256));
    return bytes;
}

QByteArray prose(qsizetype size)
{
    return QByteArray("{\"kind\":\"tick\",\"price\":101.25,\"size\":3}\n").repeated(size / 40 + 1).first(size);
}

} // namespace

class DeflateTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void rfcExamples_data();
    void rfcExamples();
    void rfcSharedWindow();
    void rfcEmptyMessage();
    void roundTrips_data();
    void roundTrips();
    void inParts();
    void everySplitOfTheInput();
    void windowIsKept_data();
    void windowIsKept();
    void withoutTakeoverEveryMessageStandsAlone();
    void emptyMessages();
    void finalBlocks();
    void windowGoesOnAfterAFinalBlock();
    void damaged_data();
    void damaged();
    void contextIsLostWithDamage();
    void sizeLimit();
    void contextIsKeptOverTheLimit();
    void discardLimit();
    void bomb();
    void flushedParts();
    void droppedContext();
    void moves();
};

void DeflateTest::rfcExamples_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("7.2.3.1 one block") << hex("f248cdc9c90700") << QByteArray("Hello");
    QTest::newRow("7.2.3.3 block without compression") << hex("000500faff48656c6c6f00") << QByteArray("Hello");
    QTest::newRow("7.2.3.4 block with BFINAL") << hex("f348cdc9c9070000") << QByteArray("Hello");
    QTest::newRow("7.2.3.5 two blocks") << hex("f248050000" "00ffffcac9c90700") << QByteArray("Hello");
    QTest::newRow("7.2.3.6 empty") << hex("00") << QByteArray();
}

void DeflateTest::rfcExamples()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, message);
    Inflater inflater(Yes);
    QCOMPARE(inflated(inflater, payload), std::pair(Status::Good, message));
    QCOMPARE(inflater.findings(), Findings());
    // Once more: every example leaves the inflater where a new message can begin.
    QCOMPARE(inflated(inflater, payload), std::pair(Status::Good, message));
}

void DeflateTest::rfcSharedWindow()
{
    // RFC 7692, 7.2.3.1 and 7.2.3.2: the same message twice.
    Deflater deflater({Yes, 15});
    const QByteArray first = deflater.compress("Hello", Last);
    const QByteArray second = deflater.compress("Hello", Last);
    QCOMPARE(first.toHex(), QByteArray("f248cdc9c90700"));
    QCOMPARE(second.toHex(), QByteArray("f200110000"));
    Inflater inflater(Yes);
    QCOMPARE(inflated(inflater, first).second, QByteArray("Hello"));
    QCOMPARE(inflated(inflater, second).second, QByteArray("Hello"));
    Inflater fresh(Yes);
    QCOMPARE(inflated(fresh, second).first, Status::Damaged);
}

void DeflateTest::rfcEmptyMessage()
{
    Deflater deflater({Yes, 15});
    QCOMPARE(deflater.compress({}, Last).toHex(), QByteArray("00"));
}

void DeflateTest::roundTrips_data()
{
    QTest::addColumn<ContextTakeover>("takeover");
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("level");
    for (int bits = 9; bits <= 15; ++bits) {
        QTest::addRow("takeover, %d bits", bits) << Yes << bits << -1;
        QTest::addRow("no takeover, %d bits", bits) << No << bits << -1;
    }
    QTest::newRow("fast") << Yes << 15 << 1;
    QTest::newRow("small") << Yes << 15 << 9;
    QTest::newRow("stored") << Yes << 15 << 0;
}

void DeflateTest::roundTrips()
{
    QFETCH(ContextTakeover, takeover);
    QFETCH(int, bits);
    QFETCH(int, level);
    Deflater deflater({takeover, bits}, level);
    Inflater inflater(takeover);
    const QList<QByteArray> messages{"a", "Hello server!", QByteArray(), prose(100), noise(5000, 1), prose(70'000), QByteArray(),
                                     QByteArray(), noise(40'000, 2), prose(200'000), QByteArray(300'000, '\0'), "last"};
    for (const QByteArray &message : messages) {
        const QByteArray payload = deflater.compress(message, Last);
        QVERIFY(!payload.isEmpty());
        QVERIFY(!payload.endsWith(hex("0000ffff")));
        const auto [status, out] = inflated(inflater, payload);
        QCOMPARE(status, Status::Good);
        QVERIFY(out == message);
        QCOMPARE(inflater.inflatedBytes(), static_cast<quint64>(message.size()));
    }
}

void DeflateTest::inParts()
{
    Deflater deflater({Yes, 12});
    Inflater inflater(Yes);
    const QByteArray message = prose(30'000) + noise(3000, 3);
    QByteArray payload;
    for (qsizetype at = 0; at < message.size(); at += 1000)
        payload += deflater.compress(message.sliced(at, 1000), More);
    payload += deflater.compress({}, Last);
    QByteArray out;
    for (qsizetype at = 0; at < payload.size(); at += 7)
        QCOMPARE(inflater.inflate(payload.mid(at, 7), More, out), Status::Good);
    QCOMPARE(inflater.inflate({}, Last, out), Status::Good);
    QVERIFY(out == message);
    // The next message begins anew.
    QCOMPARE(inflated(inflater, deflater.compress("next", Last)), std::pair(Status::Good, QByteArray("next")));
}

void DeflateTest::everySplitOfTheInput()
{
    Deflater deflater({Yes, 15});
    const QByteArray text = prose(200) + noise(50, 4);
    const QByteArray good = deflater.compress(text, Last);
    QByteArray broken = good;
    broken[broken.size() / 2] = static_cast<char>(~broken[broken.size() / 2]);
    const auto run = [](const Chunks &chunks) {
        Inflater inflater(Yes, 500);
        QByteArray out;
        Status status = Status::Good;
        for (const QByteArray &chunk : chunks)
            status = inflater.inflate(chunk, More, out);
        status = inflater.inflate({}, Last, out);
        return QStringList{QString::number(static_cast<int>(status)), QString::fromLatin1(out.toHex())};
    };
    for (const QByteArray &payload : {good, broken, good.chopped(5), hex("f348cdc9c9070000"), hex("f24805000000ffffcac9c90700")})
        QCOMPARE(splitDifference(payload, run), QString());
    QCOMPARE(run({good}), (QStringList{QStringLiteral("0"), QString::fromLatin1(text.toHex())}));
}

void DeflateTest::windowIsKept_data()
{
    QTest::addColumn<int>("bits");
    for (int bits = 9; bits <= 15; ++bits)
        QTest::addRow("%d", bits) << bits;
}

void DeflateTest::windowIsKept()
{
    QFETCH(int, bits);
    // Noise that comes back just within and just beyond every window: zlib's strict reader sees any distance that is too far.
    QByteArray message;
    for (const int distance : {200, 400, 900, 2000, 4000, 8000, 16'000, 32'000})
        message += noise(distance, 5) + noise(distance, 5);
    Deflater deflater({Yes, bits});
    const QByteArray payload = deflater.compress(message, Last);
    QVERIFY(inflatedByZlib(payload, bits) == message);
    Inflater inflater(Yes);
    QVERIFY(inflated(inflater, payload).second == message);
}

void DeflateTest::withoutTakeoverEveryMessageStandsAlone()
{
    Deflater deflater({No, 15});
    const QByteArray first = deflater.compress("Hello", Last);
    QCOMPARE(deflater.compress("Hello", Last), first);
    Inflater fresh(No);
    QCOMPARE(inflated(fresh, first), std::pair(Status::Good, QByteArray("Hello")));
    // What builds on an earlier message cannot be read when nothing was kept.
    Deflater keeping({Yes, 15});
    static_cast<void>(keeping.compress("Hello", Last));
    QCOMPARE(inflated(fresh, keeping.compress("Hello", Last)).first, Status::Damaged);
}

void DeflateTest::emptyMessages()
{
    for (const ContextTakeover takeover : {Yes, No}) {
        Deflater deflater({takeover, 15});
        Inflater inflater(takeover);
        for (const QByteArray &message : {QByteArray(), QByteArray("x"), QByteArray(), QByteArray(), QByteArray("y")})
            QCOMPARE(inflated(inflater, deflater.compress(message, Last)), std::pair(Status::Good, message));
        static_cast<void>(deflater.compress({}, More));
        QCOMPARE(inflated(inflater, deflater.compress({}, Last)), std::pair(Status::Good, QByteArray()));
        // Not a byte at all is what some peers send; nothing is lost by reading it as nothing.
        QCOMPARE(inflated(inflater, {}), std::pair(Status::Good, QByteArray()));
        QCOMPARE(inflated(inflater, deflater.compress("z", Last)), std::pair(Status::Good, QByteArray("z")));
    }
}

void DeflateTest::finalBlocks()
{
    // Three deflate streams in one message, each ended by BFINAL, and the byte that RFC 7692, 7.2.3.4 asks for.
    const QByteArray hello = hex("f348cdc9c90700");
    Inflater inflater(Yes);
    QCOMPARE(inflated(inflater, hello.repeated(3) + '\0'), std::pair(Status::Good, QByteArray("HelloHelloHello")));
    // Without that byte, as some peers send it, the message is whole all the same.
    QCOMPARE(inflated(inflater, hello), std::pair(Status::Good, QByteArray("Hello")));
    QCOMPARE(inflated(inflater, hex("f248cdc9c90700")), std::pair(Status::Good, QByteArray("Hello")));
}

void DeflateTest::windowGoesOnAfterAFinalBlock()
{
    // f200110000 is "Hello" as a distance of 5 back into the message before (RFC 7692, 7.2.3.2).
    Inflater inflater(Yes);
    QCOMPARE(inflated(inflater, hex("f348cdc9c9070000")).second, QByteArray("Hello"));
    QCOMPARE(inflated(inflater, hex("f200110000")), std::pair(Status::Good, QByteArray("Hello")));
}

void DeflateTest::damaged_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("reserved block type") << hex("07");
    QTest::newRow("plain text") << QByteArray("Hello");
    QTest::newRow("cut off") << hex("f248cd");
    QTest::newRow("one byte short") << hex("f248cdc9c907");
    QTest::newRow("distance too far back") << hex("f200110000");
    QTest::newRow("stored length that does not match") << hex("000500ffff48656c6c6f00");
    QTest::newRow("gzip") << hex("1f8b0800000000000003");
}

void DeflateTest::damaged()
{
    QFETCH(QByteArray, payload);
    Inflater inflater(Yes);
    QCOMPARE(inflated(inflater, payload).first, Status::Damaged);
    const Findings found = inflater.findings();
    QCOMPARE(found.size(), size_t{1});
    QCOMPARE(found[0].violation, Violation::CompressedDataDamaged);
    QVERIFY(!found[0].note.isEmpty());
}

void DeflateTest::contextIsLostWithDamage()
{
    const QByteArray hello = hex("f248cdc9c90700");
    Inflater keeping(Yes);
    QCOMPARE(inflated(keeping, hex("07")).first, Status::Damaged);
    QCOMPARE(inflated(keeping, hello).first, Status::Damaged);
    Inflater fresh(No);
    QCOMPARE(inflated(fresh, hex("07")).first, Status::Damaged);
    QCOMPARE(inflated(fresh, hello), std::pair(Status::Good, QByteArray("Hello")));
}

void DeflateTest::sizeLimit()
{
    Deflater deflater({No, 15});
    const QByteArray atLimit = deflater.compress(QByteArray(1000, 'a'), Last);
    const QByteArray past = deflater.compress(QByteArray(1001, 'a'), Last);
    Inflater inflater(No, 1000);
    QCOMPARE(inflated(inflater, atLimit), std::pair(Status::Good, QByteArray(1000, 'a')));
    QCOMPARE(inflated(inflater, past), std::pair(Status::OverLimit, QByteArray(1000, 'a')));
    QCOMPARE(inflater.findings()[0].violation, Violation::InflatedOverLimit);
    // The limit counts for a message, not for a call or a connection.
    QCOMPARE(inflated(inflater, atLimit).first, Status::Good);
    QByteArray out;
    for (qsizetype at = 0; at < past.size(); ++at)
        inflater.inflate(past.sliced(at, 1), More, out);
    QCOMPARE(inflater.inflate({}, Last, out), Status::OverLimit);
    QCOMPARE(out, QByteArray(1000, 'a'));
}

void DeflateTest::contextIsKeptOverTheLimit()
{
    // Each message builds on all before it: the third on what the second was over the limit, too.
    const QByteArray large = noise(5000, 7);
    for (const qsizetype step : {qsizetype{1}, qsizetype{100'000}}) {
        Deflater deflater({Yes, 15});
        Inflater inflater(Yes, 1000);
        QCOMPARE(inflated(inflater, deflater.compress("Hello", Last)), std::pair(Status::Good, QByteArray("Hello")));
        const QByteArray payload = deflater.compress(large, Last);
        QByteArray out;
        for (qsizetype at = 0; at < payload.size(); at += step)
            std::ignore = inflater.inflate(QByteArrayView(payload).sliced(at, std::min(step, payload.size() - at)), More, out);
        QCOMPARE(inflater.inflate({}, Last, out), Status::OverLimit);
        QCOMPARE(out, large.first(1000));
        const QByteArray again = deflater.compress(large.last(900), Last);
        QVERIFY(again.size() < 100);
        QCOMPARE(inflated(inflater, again), std::pair(Status::Good, large.last(900)));
    }
    // Where the rest is damaged or missing, it is lost all the same.
    for (const QByteArray &rest : {hex("07"), hex("f248cd")}) {
        Deflater deflater({Yes, 15});
        Inflater inflater(Yes, 1000);
        QByteArray payload = deflater.compress(large, More);
        payload += deflater.flush() + rest;
        QCOMPARE(inflated(inflater, payload), std::pair(Status::OverLimit, large.first(1000)));
        QCOMPARE(inflater.findings()[0].violation, Violation::InflatedOverLimit);
        QCOMPARE(inflated(inflater, hex("f248cdc9c90700")).first, Status::Damaged);
    }
}

void DeflateTest::discardLimit()
{
    constexpr qsizetype atLimit = 1000 * qsizetype(limits::inflatedDiscardFactor);
    for (const qsizetype size : {atLimit, atLimit + 1}) {
        Deflater deflater({Yes, 15});
        Inflater inflater(Yes, 1000);
        QCOMPARE(inflated(inflater, deflater.compress(QByteArray(size, 'a'), Last)).first, Status::OverLimit);
        QCOMPARE(inflated(inflater, deflater.compress("Hello", Last)).first, size == atLimit ? Status::Good : Status::Damaged);
    }
}

void DeflateTest::bomb()
{
    Deflater deflater({Yes, 15});
    const QByteArray zeros(1024 * 1024, '\0');
    QByteArray payload;
    for (int i = 0; i < 65; ++i)
        payload += deflater.compress(zeros, More);
    payload += deflater.compress({}, Last);
    QVERIFY(payload.size() < 100'000);
    Inflater inflater(Yes);
    const auto [status, out] = inflated(inflater, payload);
    QCOMPARE(status, Status::OverLimit);
    QCOMPARE(static_cast<quint64>(out.size()), limits::inflatedBytes);
}

void DeflateTest::flushedParts()
{
    for (const ContextTakeover takeover : {Yes, No}) {
        Deflater deflater({takeover, 15});
        Inflater inflater(takeover);
        for (int round = 0; round < 3; ++round) {
            QByteArray out;
            for (const QByteArray &part : {QByteArray("one "), QByteArray("two "), QByteArray(), noise(20'000, 3)}) {
                out.clear();
                QByteArray payload = deflater.compress(part, More);
                payload += deflater.flush();
                QCOMPARE(inflater.inflate(payload, More, out), Status::Good);
                QCOMPARE(out, part); // all of it, although the message goes on
            }
            out.clear();
            // Flushed to the last byte, and yet the message needs an end that a receiver can complete.
            const QByteArray last = deflater.compress({}, Last);
            QCOMPARE(last, hex("00"));
            QCOMPARE(inflater.inflate(last, Last, out), Status::Good);
            QVERIFY(out.isEmpty());
            QCOMPARE(inflated(inflater, deflater.compress("between", Last)), (std::pair{Status::Good, QByteArray("between")}));
        }
    }
}

void DeflateTest::droppedContext()
{
    Deflater deflater({Yes, 15});
    deflater.dropContext(); // before the first message there is none
    const QByteArray first = deflater.compress("Hello", Last);
    QVERIFY(deflater.compress("Hello", Last) != first);
    deflater.dropContext();
    QCOMPARE(deflater.compress("Hello", Last), first);
}

void DeflateTest::moves()
{
    Deflater deflater({Yes, 15});
    Inflater inflater(Yes);
    QCOMPARE(inflated(inflater, deflater.compress("Hello", Last)).second, QByteArray("Hello"));
    Deflater movedDeflater = std::move(deflater);
    Inflater movedInflater = std::move(inflater);
    const QByteArray second = movedDeflater.compress("Hello", Last);
    QCOMPARE(second.toHex(), QByteArray("f200110000"));
    QCOMPARE(inflated(movedInflater, second).second, QByteArray("Hello"));
}

QTEST_GUILESS_MAIN(DeflateTest)
#include "tst_deflate.moc"
