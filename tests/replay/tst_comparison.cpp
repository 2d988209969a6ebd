#include "replay/comparison.h"

#include "base/limits.h"
#include "capture/database.h"
#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/program.h"
#include "support/testmain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::replay;
using namespace wsw::test;

namespace {

using Kind = CompareEntry::Kind;

RunRef runOf(Talk &talk, ConnectionId connection)
{
    return {{&talk.document(), [](const capture::Document *) {}}, connection};
}

/// "= a" for what is equal, "~ a|b" changed, "- a" and "+ b" on one side; what the server said is behind a "<".
QStringList words(const Comparison &comparison)
{
    QStringList lines;
    for (const CompareEntry &entry : comparison.entries) {
        const QString left = QString::fromUtf8(comparison.leftPayload(entry).value());
        const QString right = QString::fromUtf8(comparison.rightPayload(entry).value());
        const QString who = entry.speaker == Role::Server ? u"<"_s : QString();
        switch (entry.kind) {
        case Kind::Equal: lines += u"= %1%2"_s.arg(who, left); break;
        case Kind::Changed: lines += u"~ %1%2|%3"_s.arg(who, left, right); break;
        case Kind::OnlyLeft: lines += u"- %1%2"_s.arg(who, left); break;
        case Kind::OnlyRight: lines += u"+ %1%2"_s.arg(who, right); break;
        }
    }
    return lines;
}

/// A conversation: what begins with "<" is the server's.
ConnectionId record(Talk &talk, const QStringList &messages)
{
    const auto line = talk.open();
    for (const QString &message : messages) {
        if (message.startsWith(u'<'))
            line->received(encode(0x81, message.mid(1).toUtf8()));
        else
            line->sent(encode(0x81, message.toUtf8(), "abcd"));
    }
    return line->id();
}

Result<Comparison> compared(Talk &talk, const QStringList &left, const QStringList &right, const CompareOptions &options = {})
{
    const ConnectionId one = record(talk, left);
    const ConnectionId two = record(talk, right);
    return compare(runOf(talk, one), runOf(talk, two), options);
}

} // namespace

/// Two conversations side by side.
class TestComparison final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void linesUp_data()
    {
        QTest::addColumn<QStringList>("left");
        QTest::addColumn<QStringList>("right");
        QTest::addColumn<QStringList>("lines");
        QTest::newRow("equal") << QStringList{u"a"_s, u"<A"_s} << QStringList{u"a"_s, u"<A"_s} << QStringList{u"= a"_s, u"= <A"_s};
        QTest::newRow("only left") << QStringList{u"a"_s, u"b"_s, u"c"_s} << QStringList{u"a"_s, u"c"_s} << QStringList{u"= a"_s, u"- b"_s, u"= c"_s};
        QTest::newRow("only right") << QStringList{u"a"_s, u"c"_s} << QStringList{u"<x"_s, u"a"_s, u"b"_s, u"c"_s} << QStringList{u"+ <x"_s, u"= a"_s, u"+ b"_s, u"= c"_s};
        QTest::newRow("changed") << QStringList{u"a"_s, u"b 1"_s, u"c"_s} << QStringList{u"a"_s, u"b 2"_s, u"c"_s} << QStringList{u"= a"_s, u"~ b 1|b 2"_s, u"= c"_s};
        QTest::newRow("by shape") << QStringList{u"{\"t\":\"price\",\"v\":1}"_s}
                                  << QStringList{u"{\"hello\":true}"_s, u"{\"t\":\"price\",\"v\":2}"_s}
                                  << QStringList{u"+ {\"hello\":true}"_s, u"~ {\"t\":\"price\",\"v\":1}|{\"t\":\"price\",\"v\":2}"_s};
        QTest::newRow("nothing alike") << QStringList{u"x"_s, u"y"_s} << QStringList{u"z"_s} << QStringList{u"~ x|z"_s, u"- y"_s};
        QTest::newRow("the server's lag") << QStringList{u"a"_s, u"<A"_s, u"b"_s, u"<B"_s} << QStringList{u"a"_s, u"b"_s, u"<A"_s, u"<B"_s}
                                          << QStringList{u"= a"_s, u"= <A"_s, u"= b"_s, u"= <B"_s};
        QTest::newRow("the right one goes on") << QStringList{u"a"_s, u"<A"_s} << QStringList{u"a"_s, u"<A"_s, u"b"_s, u"<B"_s}
                                               << QStringList{u"= a"_s, u"= <A"_s, u"+ b"_s, u"+ <B"_s};
        QTest::newRow("nothing at all") << QStringList{} << QStringList{} << QStringList{};
    }

    void linesUp()
    {
        QFETCH(const QStringList, left);
        QFETCH(const QStringList, right);
        QFETCH(const QStringList, lines);
        Talk talk;
        const Result<Comparison> comparison = compared(talk, left, right);
        QVERIFY(comparison.ok());
        QCOMPARE(words(*comparison), lines);
        const auto count = [&lines](QChar mark) { return static_cast<quint64>(lines.filter(QRegularExpression(u"^\\%1"_s.arg(mark))).size()); };
        QCOMPARE(comparison->equal, count(u'='));
        QCOMPARE(comparison->changed, count(u'~'));
        QCOMPARE(comparison->onlyLeft, count(u'-'));
        QCOMPARE(comparison->onlyRight, count(u'+'));
        QCOMPARE(comparison->isEqual(), count(u'=') == static_cast<quint64>(lines.size()));
    }

    /// Python's difflib finds no longer common run than there is; nothing it finds equal may be lost, and both runs must come out again.
    void againstDifflib()
    {
        QRandomGenerator generator(11);
        QJsonArray pairs;
        QList<quint64> equal;
        Talk talk;
        for (int i = 0; i < 40; ++i) {
            QStringList left;
            QStringList right;
            for (int j = generator.bounded(30); j > 0; --j)
                left += u"%1"_s.arg(generator.bounded(9));
            right = left;
            for (int j = generator.bounded(8); j > 0 && !right.isEmpty(); --j) {
                const qsizetype at = generator.bounded(right.size());
                if (generator.bounded(2) == 0)
                    right.removeAt(at);
                else
                    right.insert(at, u"%1"_s.arg(generator.bounded(12)));
            }
            const Result<Comparison> comparison = compared(talk, left, right);
            QVERIFY(comparison.ok());
            QStringList leftAgain;
            QStringList rightAgain;
            for (const CompareEntry &entry : comparison->entries) {
                if (comparison->leftOf(entry) != nullptr)
                    leftAgain += QString::fromUtf8(comparison->leftPayload(entry).value());
                if (comparison->rightOf(entry) != nullptr)
                    rightAgain += QString::fromUtf8(comparison->rightPayload(entry).value());
            }
            QCOMPARE(leftAgain, left);
            QCOMPARE(rightAgain, right);
            equal.append(comparison->equal);
            pairs.append(QJsonArray{QJsonArray::fromStringList(left), QJsonArray::fromStringList(right)});
        }
        const QString script = u"import difflib, json, sys\n"
                               "print(json.dumps({'equal': [sum(m.size for m in difflib.SequenceMatcher(None, a, b, False).get_matching_blocks())"
                               " for a, b in json.load(sys.stdin)]}))"_s;
        const auto python = runToEnd(u"/usr/bin/python3"_s, {u"-c"_s, script}, QJsonDocument(pairs).toJson(QJsonDocument::Compact));
        const QJsonArray found = python->readJson().value(u"equal"_s).toArray();
        QCOMPARE(found.size(), equal.size());
        for (qsizetype i = 0; i < equal.size(); ++i)
            QVERIFY(equal.at(i) >= static_cast<quint64>(found.at(i).toInt()));
    }

    /// More differences than are looked through, and nothing that occurs only once.
    void whatIsPairedInOrderMayBeEqual()
    {
        QRandomGenerator generator(5);
        std::array<QStringList, 2> runs;
        for (QStringList &run : runs) {
            for (int i = 0; i < 2 * mostEdits; ++i)
                run += QString::number(generator.bounded(40));
        }
        Talk talk;
        const Result<Comparison> comparison = compared(talk, runs[0], runs[1]);
        QVERIFY(comparison.ok());
        QVERIFY(comparison->equal > 0);
        for (const CompareEntry &entry : comparison->entries) {
            if (entry.kind == Kind::Changed)
                QVERIFY(comparison->leftSaid[0].wholes.at(entry.left) != comparison->rightSaid[0].wholes.at(entry.right));
        }
    }

    void whatCannotBeReadIsNeitherEqualNorDifferent()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "a", "abcd"));
        const QByteArray large(2 * limits::payloadChunkBytes, 'x');
        line->sent(encode(0x82, large, "abcd"));
        line->sent(encode(0x82, large, "abcd"));
        const QString path = talk.close();
        {
            auto database = capture::Database::open(path, capture::Database::Mode::Write);
            QVERIFY(database.ok());
            QVERIFY(database->exec("DELETE FROM payload_chunk").ok());
        }
        const auto opened = capture::Document::open(path);
        QVERIFY(opened.ok());
        const RunRef run{{opened->get(), [](const capture::Document *) {}}, line->id()};
        const Result<Comparison> comparison = compare(run, run, {});
        QVERIFY(comparison.ok());
        QCOMPARE(comparison->equal, quint64(1));
        QCOMPARE(comparison->leftOut, quint64(4));
        QCOMPARE(comparison->damage.size(), 2);     // one a run, however many there are
    }

    void fragmentsAndKindsAndControlFrames()
    {
        Talk talk;
        const auto one = talk.open();
        one->sent(encode(0x01, "Hel", "abcd") + encode(0x89, "1", "abcd") + encode(0x80, "lo", "abcd"));
        one->sent(encode(0x82, "bytes", "abcd"));
        one->sent(encode(0x88, "\x03\xe8", "abcd"));
        const auto two = talk.open();
        two->sent(encode(0x81, "Hello", "dcba"));
        two->sent(encode(0x89, "2", "abcd"));
        two->sent(encode(0x81, "bytes", "abcd"));
        two->sent(encode(0x88, "\x03\xe8", "abcd"));
        const Result<Comparison> all = compare(runOf(talk, one->id()), runOf(talk, two->id()), {});
        QVERIFY(all.ok());
        // The Ping came first on the left, within the message, and second on the right.
        QCOMPARE(all->equal, quint64(2));
        QVERIFY(!all->isEqual());
        CompareOptions options;
        options.controlFrames = false;
        const Result<Comparison> data = compare(runOf(talk, one->id()), runOf(talk, two->id()), options);
        QVERIFY(data.ok());
        QCOMPARE(words(*data), (QStringList{u"= Hello"_s, u"~ bytes|bytes"_s}));
        QCOMPARE(data->difference(data->entries.at(1)), u"binary | text"_s);
        QCOMPARE(data->difference(data->entries.at(0)), QString());
    }

    void whicheverEndRecorded()
    {
        Talk talk;
        const ConnectionId client = record(talk, {u"question"_s, u"<answer"_s});
        // The same conversation as its server would record it.
        const ConnectionId server = record(talk, {u"answer"_s});
        capture::ConnectionInfo info = talk.document().connection(server).value();
        info.localRole = Role::Server;
        talk.document().putConnection(info);
        const Result<Comparison> comparison = compare(runOf(talk, client), runOf(talk, server), {});
        QVERIFY(comparison.ok());
        QCOMPARE(words(*comparison), (QStringList{u"- question"_s, u"= <answer"_s}));
    }

    void ignoresWhatIsAsked()
    {
        Talk talk;
        CompareOptions options;
        options.ignoring = Ignoring::make({u"\\d\\d:\\d\\d"_s}, {u"/id"_s}).value();
        const Result<Comparison> comparison = compared(talk, {u"it is 10:04"_s, u"{\"id\":1,\"v\":2}"_s}, {u"it is 12:30"_s, u"{\"v\":2.0,\"id\":9}"_s}, options);
        QVERIFY(comparison.ok());
        QVERIFY(comparison->isEqual());
        QCOMPARE(comparison->summary(), u"All 2 messages are equal."_s);
    }

    void aFilterChooses()
    {
        Talk talk;
        CompareOptions options;
        options.filter = capture::Filter::parse(u"text contains \"a\""_s, nullptr).value();
        const Result<Comparison> comparison = compared(talk, {u"a"_s, u"b"_s}, {u"c"_s, u"a"_s}, options);
        QVERIFY(comparison.ok());
        QCOMPARE(words(*comparison), QStringList{u"= a"_s});
    }

    void theLimitAndOnePastIt()
    {
        Talk talk;
        CompareOptions options;
        options.mostMessages = 2;
        QVERIFY(compared(talk, {u"a"_s, u"<b"_s}, {u"a"_s, u"<b"_s}, options).ok());
        const Result<Comparison> over = compared(talk, {u"a"_s}, {u"a"_s, u"<b"_s, u"c"_s}, options);
        QVERIFY(!over.ok());
        QCOMPARE(over.error().kind, ErrorKind::Limit);
    }

    void whatIsNotWholeIsLeftOut()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "a", "abcd"));
        line->sent(encode(0x01, "never ends", "abcd"));
        line->end();
        const Result<Comparison> comparison = compare(runOf(talk, line->id()), runOf(talk, line->id()), {});
        QVERIFY(comparison.ok());
        QCOMPARE(comparison->equal, quint64(1));
        QCOMPARE(comparison->leftOut, quint64(2));
    }

    void canBeCancelled()
    {
        Talk talk;
        const ConnectionId one = record(talk, {u"a"_s, u"b"_s});
        const ConnectionId two = record(talk, {u"c"_s});
        const Result<Comparison> comparison = compare(runOf(talk, one), runOf(talk, two), {}, [](quint64, quint64) { return false; });
        QVERIFY(!comparison.ok());
        QCOMPARE(comparison.error().kind, ErrorKind::Cancelled);
    }

    void summaries()
    {
        Comparison comparison;
        QCOMPARE(comparison.summary(), u"Neither has a message."_s);
        comparison.equal = 1;
        QCOMPARE(comparison.summary(), u"The only message is equal."_s);
        comparison.changed = 2;
        comparison.onlyRight = 1;
        QCOMPARE(comparison.summary(), u"1 message is equal, 2 messages are changed, 1 message is only on the right."_s);
    }
};

QTEST_GUILESS_MAIN(TestComparison)
#include "tst_comparison.moc"
