#include "wire/mask.h"
#include "wire/maskblocks.h"

#include "support/testmain.h"

#include <QRandomGenerator>

using namespace wsw::wire;

namespace {

constexpr MaskingKey key{0x37, 0xfa, 0x21, 0x3d};

QByteArray noise(qsizetype size)
{
    QRandomGenerator random(6455);
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(random.bounded(256));
    return bytes;
}

/// RFC 6455, 5.3, as it is written there.
QByteArray maskedPlainly(const QByteArray &from, quint64 phase)
{
    QByteArray to;
    for (qsizetype i = 0; i < from.size(); ++i)
        to.append(static_cast<char>(static_cast<uchar>(from[i]) ^ key[(static_cast<quint64>(i) + phase) % 4]));
    return to;
}

} // namespace

class MaskTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void everySizeAndPhase();
    void everyWayOfThisProcessor();
    void everyAlignment();
    void inPlaceAndBack();
    void inPartsAsWhole();
    void largePhase();
};

void MaskTest::everySizeAndPhase()
{
    const QByteArray input = noise(300);
    for (qsizetype size = 0; size <= input.size(); ++size) {
        for (quint64 phase = 0; phase < 8; ++phase) {
            QByteArray output(size + 1, '#');
            applyMask(reinterpret_cast<const uchar *>(input.constData()), reinterpret_cast<uchar *>(output.data()), size, key, phase);
            QCOMPARE(output, maskedPlainly(input.first(size), phase) + '#');
        }
    }
}

void MaskTest::everyWayOfThisProcessor()
{
    // The key twice, in the order of memory.
    quint64 pattern = 0;
    for (size_t i = 0; i < sizeof pattern; ++i)
        reinterpret_cast<uchar *>(&pattern)[i] = key[i % key.size()];
    const auto ways = blockMaskers();
    QVERIFY(!ways.empty());
    for (const BlockMasker &way : ways) {
        for (qsizetype at = 0; at < 9; ++at) {
            for (qsizetype blocks = 0; blocks < 5; ++blocks) {
                const qsizetype size = blocks * way.blockBytes;
                const QByteArray input = noise(at + size);
                QByteArray output(at + size + 1, '#');
                way.mask(reinterpret_cast<const uchar *>(input.constData()) + at, reinterpret_cast<uchar *>(output.data()) + at, blocks, pattern);
                QCOMPARE(output, QByteArray(at, '#') + maskedPlainly(input.sliced(at), 0) + '#');
                // In place.
                QByteArray same = input;
                auto *data = reinterpret_cast<uchar *>(same.data()) + at;
                way.mask(data, data, blocks, pattern);
                QCOMPARE(same.sliced(at), maskedPlainly(input.sliced(at), 0));
            }
        }
    }
}

void MaskTest::everyAlignment()
{
    const QByteArray input = noise(400);
    for (qsizetype from = 0; from < 16; ++from) {
        for (qsizetype to = 0; to < 16; ++to) {
            QByteArray output(400, '#');
            applyMask(reinterpret_cast<const uchar *>(input.constData()) + from, reinterpret_cast<uchar *>(output.data()) + to, 301, key);
            QCOMPARE(output.sliced(to, 301), maskedPlainly(input.sliced(from, 301), 0));
            QCOMPARE(output.first(to), QByteArray(to, '#'));
            QCOMPARE(output.sliced(to + 301), QByteArray(400 - to - 301, '#'));
        }
    }
}

void MaskTest::inPlaceAndBack()
{
    const QByteArray input = noise(1000);
    QByteArray bytes = input;
    auto *data = reinterpret_cast<uchar *>(bytes.data());
    applyMask(data, data, bytes.size(), key, 3);
    QCOMPARE(bytes, maskedPlainly(input, 3));
    applyMask(data, data, bytes.size(), key, 3);
    QCOMPARE(bytes, input);
}

void MaskTest::inPartsAsWhole()
{
    const QByteArray input = noise(150);
    const QByteArray whole = maskedPlainly(input, 0);
    const auto *from = reinterpret_cast<const uchar *>(input.constData());
    for (qsizetype cut = 0; cut <= input.size(); ++cut) {
        QByteArray output(input.size(), '#');
        auto *to = reinterpret_cast<uchar *>(output.data());
        applyMask(from, to, cut, key, 0);
        applyMask(from + cut, to + cut, input.size() - cut, key, static_cast<quint64>(cut));
        QCOMPARE(output, whole);
    }
}

void MaskTest::largePhase()
{
    const QByteArray input = noise(20);
    QByteArray output(20, '#');
    applyMask(reinterpret_cast<const uchar *>(input.constData()), reinterpret_cast<uchar *>(output.data()), 20, key, ~quint64{0});
    QCOMPARE(output, maskedPlainly(input, 3));
}

QTEST_GUILESS_MAIN(MaskTest)
#include "tst_mask.moc"
