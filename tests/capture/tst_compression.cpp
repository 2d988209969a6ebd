#include "capture/samples.h"
#include "support/testmain.h"

#include "capture/compression.h"

#include <QTest>

#include <limits>

using namespace wsw;
using namespace wsw::capture;

/// Rows become shorter where it is worth it, and what comes back is what went in, or nothing.
class tst_Compression final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void comesBackWhole_data();
    void comesBackWhole();
    void noiseIsNotTriedAgainSoon();
    void smallRowsTeachNothing();
    void inHasteOnlyWhatPays();
    void rowsThatCannotBe();
    void damageIsNoticed();
};

namespace {

QByteArray text(qsizetype bytes)
{
    return test::text(1, bytes);
}

QByteArray unpacked(const Compressed &stored, qsizetype size)
{
    QByteArray bytes(size, '\0');
    const bool whole = decompress(stored.encoding, stored.bytes, reinterpret_cast<uchar *>(bytes.data()), size);
    return whole ? bytes : QByteArray("damaged");
}

} // namespace

void tst_Compression::comesBackWhole_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<bool>("shorter");
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("below the shortest") << text(Compressor::shortestTried - 1) << false;
    QTest::newRow("the shortest") << text(Compressor::shortestTried) << true;
    QTest::newRow("noise") << test::noise(1, limits::blockBytes) << false;
    QTest::newRow("text") << text(limits::blockBytes) << true;
    QTest::newRow("zeros") << QByteArray(largestRowBytes, '\0') << true;
    QTest::newRow("too long") << QByteArray(largestRowBytes + 1, '\0') << false;
    // Of each 100 bytes so many are noise: at 80 it is worth it, at 95 it is not.
    for (const int share : {80, 95}) {
        QByteArray mixed;
        for (quint64 i = 0; i < 20; ++i)
            mixed += test::noise(i + 1, share * 100) + QByteArray((100 - share) * 100, 'x');
        QTest::addRow("%d of 100 noise", share) << mixed << (share == 80);
    }
}

void tst_Compression::comesBackWhole()
{
    QFETCH(QByteArray, raw);
    QFETCH(bool, shorter);
    Compressor compressor;
    const Compressed stored = compressor.compress(raw);
    QCOMPARE(stored.encoding, shorter ? Encoding::Lz4 : Encoding::Plain);
    if (shorter) {
        QVERIFY(stored.bytes.size() <= raw.size() - raw.size() * Compressor::leastGain / 100);
        QVERIFY(canHold(1, raw.size(), stored.bytes.size()));
    } else {
        QVERIFY(raw.isEmpty() || stored.bytes.begin() == QByteArrayView(raw).begin());  // not even copied
        QCOMPARE(stored.bytes.size(), raw.size());
    }
    QVERIFY(unpacked(stored, raw.size()) == raw);
}

void tst_Compression::noiseIsNotTriedAgainSoon()
{
    const QByteArray noise = test::noise(1, limits::blockBytes);
    const QByteArray good = text(limits::blockBytes);
    Compressor compressor;
    QCOMPARE(compressor.compress(good).encoding, Encoding::Lz4);
    QCOMPARE(compressor.compress(noise).encoding, Encoding::Plain);
    for (int row = 0; row < Compressor::rowsNotTried; ++row)
        QCOMPARE(compressor.compress(good).encoding, Encoding::Plain);
    for (int row = 0; row < 3; ++row)
        QCOMPARE(compressor.compress(good).encoding, Encoding::Lz4);
}

void tst_Compression::smallRowsTeachNothing()
{
    Compressor compressor;
    QCOMPARE(compressor.compress(test::noise(1, Compressor::shortestTried - 1)).encoding, Encoding::Plain);
    QCOMPARE(compressor.compress(text(limits::blockBytes)).encoding, Encoding::Lz4);
}

void tst_Compression::inHasteOnlyWhatPays()
{
    const QByteArray raw = text(limits::blockBytes);
    Compressor compressor;
    // Writing costs next to nothing: the first row shows that packing does not pay, the following ones are left alone.
    compressor.learnWriting(1e-9);
    QCOMPARE(compressor.compress(raw, Haste::Yes).encoding, Encoding::Lz4);
    for (int row = 0; row < Compressor::rowsNotTried; ++row)
        QCOMPARE(compressor.compress(raw, Haste::Yes).encoding, Encoding::Plain);
    QVERIFY(compressor.takeSpent() > 0);
    QCOMPARE(compressor.takeSpent(), qint64{0});
    // Writing costs a second a byte: every row pays.
    compressor.learnWriting(1e9);
    for (int row = 0; row < 3; ++row)
        QCOMPARE(compressor.compress(raw, Haste::Yes).encoding, Encoding::Lz4);
    // With time to spare, what writing costs does not count.
    compressor.learnWriting(1e-9);
    for (int row = 0; row < 3; ++row)
        QCOMPARE(compressor.compress(raw, Haste::No).encoding, Encoding::Lz4);
}

void tst_Compression::rowsThatCannotBe()
{
    QVERIFY(canHold(0, 0, 0));
    QVERIFY(canHold(0, largestRowBytes, largestRowBytes));
    QVERIFY(!canHold(0, largestRowBytes + 1, largestRowBytes + 1));
    QVERIFY(!canHold(0, 99, 100));
    QVERIFY(!canHold(0, 101, 100));
    QVERIFY(!canHold(0, -1, 0));
    QVERIFY(canHold(1, largestRowBytes, 100'000));
    QVERIFY(!canHold(1, largestRowBytes + 1, 100'000));
    QVERIFY(!canHold(1, std::numeric_limits<qint64>::max(), 100'000));
    QVERIFY(!canHold(1, 100, largestRowBytes + 1));
    // No LZ4 block of 100 bytes stands for more.
    QVERIFY(canHold(1, 25'500, 100));
    QVERIFY(!canHold(1, 25'501, 100));
    QVERIFY(!canHold(1, -1, 100));
    QVERIFY(!canHold(2, 100, 100));
    QVERIFY(!canHold(-1, 100, 100));
    QVERIFY(!canHold((qint64{1} << 32) + 1, 100, 100));
}

void tst_Compression::damageIsNoticed()
{
    const QByteArray raw = text(limits::blockBytes);
    Compressor compressor;
    const Compressed stored = compressor.compress(raw);
    const QByteArray bytes = stored.bytes.toByteArray();
    const auto comesBack = [](QByteArrayView damaged, qsizetype size) {
        return unpacked({Encoding::Lz4, damaged}, size) != "damaged";
    };
    QVERIFY(comesBack(bytes, raw.size()));
    QVERIFY(!comesBack(bytes, raw.size() - 1));
    QVERIFY(!comesBack(bytes, raw.size() + 1));
    for (qsizetype size = 0; size < bytes.size(); size += 997)
        QVERIFY(!comesBack(QByteArrayView(bytes).first(size), raw.size()));
    for (quint64 seed = 1; seed < 50; ++seed)
        QVERIFY(!comesBack(test::noise(seed, bytes.size()), raw.size()));
    QCOMPARE(unpacked({Encoding::Plain, raw}, raw.size() + 1), QByteArray("damaged"));
}

QTEST_GUILESS_MAIN(tst_Compression)
#include "tst_compression.moc"
