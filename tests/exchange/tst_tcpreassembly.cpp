#include "exchange/tcpreassembly.h"

#include "support/testmain.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace wsw;
using namespace wsw::exchange;

namespace {

/// What comes out, in one line: bytes as they are, "[N]" for a gap of N, "|" for the FIN.
struct Heard
{
    QByteArray line;
    QList<MonotonicNs> times;
    TcpReassembly stream{{[this](QByteArrayView bytes, MonotonicNs time) {
                              line += bytes;
                              times += time;
                          },
                          [this](quint64 missing, MonotonicNs) { line += '[' + QByteArray::number(missing) + ']'; },
                          [this](MonotonicNs) { line += '|'; }}};
};

} // namespace

class TestTcpReassembly final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void anyOrderGivesTheSame()
    {
        const QByteArray whole = "abcdefghijklmnopqrstuvwxyz";
        std::mt19937 random(7);     // NOLINT: the same every time
        for (int round = 0; round < 500; ++round) {
            // Pieces that overlap, some of them twice; numbers that begin anew on the way.
            std::vector<std::pair<qsizetype, qsizetype>> pieces;
            for (qsizetype at = 0; at < whole.size();) {
                const auto size = std::min<qsizetype>(1 + random() % 6, whole.size() - at);
                const auto back = std::min<qsizetype>(random() % 3, at);
                pieces.emplace_back(at - back, size + back);
                if (random() % 4 == 0)
                    pieces.emplace_back(at, size);
                at += size;
            }
            std::shuffle(pieces.begin(), pieces.end(), random);
            Heard heard;
            constexpr quint32 first = 0xfffffff0u;
            heard.stream.syn(first);
            for (const auto &[at, size] : pieces)
                heard.stream.segment(first + 1 + static_cast<quint32>(at), QByteArrayView(whole).sliced(at, size), at + size == whole.size(), 1);
            QCOMPARE(heard.line, whole + '|');
            QCOMPARE(heard.stream.waiting(), 0);
        }
    }

    void timesAreThoseOfWhatWasWaitedFor()
    {
        Heard heard;
        heard.stream.syn(0);
        heard.stream.segment(1, "a", false, 10);
        heard.stream.segment(3, "c", false, 20);
        heard.stream.segment(2, "b", false, 30);
        QCOMPARE(heard.line, QByteArray("abc"));
        QCOMPARE(heard.times, (QList<MonotonicNs>{10, 30, 30}));
    }

    void whatNeverComesIsAGap()
    {
        Heard heard;
        heard.stream.syn(0);
        heard.stream.segment(1, "a", false, 10);
        heard.stream.segment(5, "e", false, 20);
        heard.stream.segment(6, "f", false, 30);
        QCOMPARE(heard.line, QByteArray("a"));
        heard.stream.end();
        QCOMPARE(heard.line, QByteArray("a[3]ef"));
        QCOMPARE(heard.times, (QList<MonotonicNs>{10, 20, 30}));    // they were there in time
    }

    void notWaitedForLong()
    {
        Heard heard;
        heard.stream.syn(0);
        quint32 next = 10;
        for (int i = 0; i <= TcpReassembly::mostSegments; ++i)
            heard.stream.segment(next++, "x", false, i);
        QVERIFY(heard.line.startsWith("[9]xxx"));
        Heard large;
        large.stream.syn(0);
        const QByteArray piece(100'000, 'x');
        for (quint32 at = 10; large.line.isEmpty(); at += 100'000) {
            large.stream.segment(at, piece, false, 1);
            QVERIFY(large.stream.waiting() <= TcpReassembly::mostWaiting);
        }
        QVERIFY(large.line.startsWith("[9]x"));
    }

    void aFinInTheGap()
    {
        Heard heard;
        heard.stream.syn(0);
        heard.stream.segment(1, "a", false, 1);
        heard.stream.segment(5, {}, true, 2);
        QCOMPARE(heard.line, QByteArray("a"));
        heard.stream.end();
        QCOMPARE(heard.line, QByteArray("a[3]|"));
        heard.stream.segment(6, "no more", false, 3);
        QCOMPARE(heard.line, QByteArray("a[3]|"));
    }

    void withoutTheBeginning()
    {
        Heard heard;
        heard.stream.segment(1'000, "late", false, 1);
        heard.stream.segment(1'000, "late", true, 1);
        QCOMPARE(heard.line, QByteArray("late|"));
    }
};

QTEST_GUILESS_MAIN(TestTcpReassembly)
#include "tst_tcpreassembly.moc"
