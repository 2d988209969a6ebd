#include "replay/alignment.h"

#include "support/program.h"
#include "support/testmain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

namespace {

std::vector<Fingerprint> prints(const std::vector<quint64> &values)
{
    std::vector<Fingerprint> all;
    for (const quint64 value : values)
        all.push_back({value / 7, value});
    return all;
}

std::vector<quint64> random(QRandomGenerator &generator, int most, int kinds)
{
    std::vector<quint64> values(static_cast<size_t>(generator.bounded(most + 1)));
    for (quint64 &value : values)
        value = static_cast<quint64>(generator.bounded(kinds));
    return values;
}

/// Every match is one, and they rise on both sides.
bool isSound(const std::vector<Fingerprint> &left, const std::vector<Fingerprint> &right, const std::vector<Match> &matches)
{
    for (size_t i = 0; i < matches.size(); ++i) {
        const Match &match = matches[i];
        if (match.left >= left.size() || match.right >= right.size() || left[match.left] != right[match.right])
            return false;
        if (i > 0 && (match.left <= matches[i - 1].left || match.right <= matches[i - 1].right))
            return false;
    }
    return true;
}

QJsonArray toJson(const std::vector<quint64> &values)
{
    QJsonArray array;
    for (const quint64 value : values)
        array.append(static_cast<qint64>(value));
    return array;
}

/// The length of a longest common subsequence by the table that every textbook has, for each pair.
constexpr const char *oracle = R"(
import json, sys
def longest(a, b):
    row = [0] * (len(b) + 1)
    for x in a:
        before = row[:]
        for j, y in enumerate(b):
            row[j + 1] = before[j] + 1 if x == y else max(before[j + 1], row[j])
    return row[-1]
print(json.dumps({"lengths": [longest(a, b) for a, b in json.load(sys.stdin)]}))
)";

} // namespace

/// Longest common subsequences against a table made by Python; soundness where the differences are too many for that.
class TestAlignment final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void asLongAsCanBe()
    {
        QRandomGenerator generator(7);
        QJsonArray pairs;
        QList<qsizetype> lengths;
        for (int i = 0; i < 400; ++i) {
            const int kinds = 1 + generator.bounded(12);
            const std::vector<quint64> left = random(generator, 40, kinds);
            const std::vector<quint64> right = random(generator, 40, kinds);
            const std::vector<Match> matches = align(prints(left), prints(right));
            QVERIFY(isSound(prints(left), prints(right), matches));
            lengths.append(static_cast<qsizetype>(matches.size()));
            pairs.append(QJsonArray{toJson(left), toJson(right)});
        }
        const auto python = runToEnd(QStringLiteral("/usr/bin/python3"), {QStringLiteral("-c"), QString::fromLatin1(oracle)},
                                     QJsonDocument(pairs).toJson(QJsonDocument::Compact));
        const QJsonArray wanted = python->readJson().value(QStringLiteral("lengths")).toArray();
        QCOMPARE(wanted.size(), lengths.size());
        for (qsizetype i = 0; i < lengths.size(); ++i)
            QCOMPARE(lengths.at(i), qsizetype{wanted.at(i).toInt()});
    }

    void soundWhereDifferencesAreTooMany()
    {
        QRandomGenerator generator(8);
        for (int i = 0; i < 400; ++i) {
            const std::vector<Fingerprint> left = prints(random(generator, 40, 30));
            const std::vector<Fingerprint> right = prints(random(generator, 40, 30));
            for (const int edits : {0, 1, 3})
                QVERIFY(isSound(left, right, align(left, right, edits)));
        }
    }

    void whatOccursOnceHoldsRunsTogether()
    {
        // 1000 messages that occur once, between each two of them something that the other run has not.
        std::vector<quint64> left;
        std::vector<quint64> right;
        for (quint64 i = 0; i < 1000; ++i) {
            left.insert(left.end(), {i, 10'000 + i});
            right.insert(right.end(), {20'000 + i, i});
        }
        const std::vector<Match> matches = align(prints(left), prints(right), 10);
        QCOMPARE(matches.size(), size_t(1000));
        QVERIFY(isSound(prints(left), prints(right), matches));
        // Without a single one of them nothing can be said.
        QVERIFY(align(prints(std::vector<quint64>(100, 1)), prints(std::vector<quint64>(100, 2)), 10).empty());
    }

    void longRunsWithFewDifferences()
    {
        std::vector<quint64> left(300'000);
        for (size_t i = 0; i < left.size(); ++i)
            left[i] = i % 1000;
        std::vector<quint64> right = left;
        right.erase(right.begin() + 100'000, right.begin() + 100'010);
        right.insert(right.begin() + 200'000, 5, 77'777);
        const std::vector<Match> matches = align(prints(left), prints(right));
        QCOMPARE(matches.size(), left.size() - 10);
        QVERIFY(isSound(prints(left), prints(right), matches));
    }

    void theLimitAndOnePastIt()
    {
        // Seven differences apart, and nothing that occurs once: found with seven, not with six.
        const std::vector<Fingerprint> left = prints({1, 1, 2, 2, 3, 3, 2, 2, 1, 1});
        const std::vector<Fingerprint> right = prints({4, 4, 2, 2, 3, 3, 2, 2, 4});
        QCOMPARE(align(left, right, 7).size(), size_t(6));
        QCOMPARE(align(left, right, 6).size(), size_t(0));
    }

    void canBeStopped()
    {
        const std::vector<Fingerprint> left = prints({1, 2, 3, 4});
        const std::vector<Fingerprint> right = prints({1, 4, 3, 2});
        QCOMPARE(align(left, right, mostEdits, [] { return true; }), (std::vector<Match>{{0, 0}}));
    }
};

QTEST_GUILESS_MAIN(TestAlignment)
#include "tst_alignment.moc"
