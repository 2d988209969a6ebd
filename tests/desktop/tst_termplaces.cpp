#include "models/messagetext.h"
#include "models/termplaces.h"

#include "support/testmain.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::desktop;
using Kind = SearchTerm::Kind;

/// Where a term stands in bytes, in texts, and in what is made of them.
class TestTermPlaces final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void findsInBytes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<Places>("places");
        const auto row = [](const char *name, const QString &text, Kind kind, const QByteArray &bytes, const Places &places) { QTest::newRow(name) << text << kind << bytes << places; };
        row("any case", u"ab"_s, Kind::Text, "Ab ab", {{0, 2}, {3, 2}});
        row("exact", u"ab"_s, Kind::ExactText, "Ab ab", {{3, 2}});
        row("behind letters of several bytes", u"ü"_s, Kind::Text, "a€😀Ü ü", {{8, 2}, {11, 2}});
        row("expression", u"b+"_s, Kind::Expression, "é bb b", {{3, 2}, {6, 1}});
        row("hex", u"00 ff"_s, Kind::Hex, QByteArray::fromHex("0100ff00ff"), {{1, 2}, {3, 2}});
        row("hex with 0x", u"0x62"_s, Kind::Hex, "abc", {{1, 1}});
        row("no UTF-8", u"AB"_s, Kind::Text, "\xff" "ab", {{1, 2}});
        row("no UTF-8, other letters", u"é"_s, Kind::Text, "\xff" "\xc3\xa9", {{1, 2}});
        row("no UTF-8, letters that only look alike", u"é"_s, Kind::Text, "\xff" "\xe3\xa9", {});
        row("byte order mark", u"a"_s, Kind::Text, "\xef\xbb\xbf" "ba", {{4, 1}});
        row("nothing", {}, Kind::Text, "abc", {});
    }

    void findsInBytes()
    {
        QFETCH(QString, text);
        QFETCH(Kind, kind);
        QFETCH(QByteArray, bytes);
        QTEST(placesInBytes({text, kind}, bytes), "places");
    }

    void placesAreBounded()
    {
        QCOMPARE(placesInBytes({u"a"_s, Kind::Text}, QByteArray(100'000, 'a')).size(), mostPlaces);
        QCOMPARE(placesInBytes({u"61"_s, Kind::Hex}, QByteArray(100'000, 'a')).size(), mostPlaces);
        QCOMPARE(placesInText({u"a"_s, Kind::Text}, QString(100'000, u'a')).size(), mostPlaces);
    }

    void followsWhiteSpace()
    {
        const QString text = u"{\"a\":1,\"b b\":[2,3]}"_s;
        const QString laidOut = u"{\n  \"a\": 1,\n  \"b b\": [\n    2,\n    3\n  ]\n}"_s;
        const auto shown = [&](const QString &what) {
            const auto places = placesLaidOut({{text.indexOf(what), what.size()}}, text, laidOut);
            return places && places->size() == 1 ? laidOut.sliced(places->constFirst().first, places->constFirst().second) : QString();
        };
        QCOMPARE(shown(u"\"a\":1"_s), u"\"a\": 1"_s);
        QCOMPARE(shown(u"b b"_s), u"b b"_s);
        QCOMPARE(shown(u"2,3]}"_s), u"2,\n    3\n  ]\n}"_s);
        QCOMPARE(placesLaidOut({{9, 1}}, text, laidOut), Places());     // the blank
        QCOMPARE(placesLaidOut({}, text, laidOut), Places());
        QVERIFY(!placesLaidOut({{0, 1}}, text, u"something else"_s));
        QVERIFY(!placesLaidOut({}, text, laidOut + u'x'));
    }

    void followsDecoding()
    {
        const QByteArray bytes = "aé😀b";
        QCOMPARE(placesDecoded({{0, 1}, {1, 2}, {3, 4}, {7, 1}}, bytes), (Places{{0, 1}, {1, 1}, {2, 2}, {4, 1}}));
        // Of a part of a character all of it.
        QCOMPARE(placesDecoded({{2, 1}, {4, 1}, {5, 3}}, bytes), (Places{{1, 1}, {2, 2}, {2, 3}}));
        // What is no UTF-8 is one character a byte, one that is written in three bytes elsewhere.
        QCOMPARE(placesDecoded({{3, 1}}, "\xff\xff\xff" "ab"), (Places{{3, 1}}));
        QCOMPARE(placesDecoded({{3, 1}}, "\xef\xbf\xbd" "ab"), (Places{{1, 1}}));
        QCOMPARE(placesDecoded({{1, 1}, {3, 1}}, "\xe2\x82" "\xc3" "a"), (Places{{1, 1}, {3, 1}}));
        // A byte order mark in front is not shown, one behind it is.
        QCOMPARE(placesDecoded({{0, 3}, {3, 3}, {6, 1}}, "\xef\xbb\xbf" "\xef\xbb\xbf" "a"), (Places{{0, 1}, {1, 1}}));
    }

    void countsCharactersAsTheyAreDecoded()
    {
        QRandomGenerator random(8);
        // Leads, what goes on, ASCII, and what is never there.
        const QByteArray kinds = QByteArray::fromHex("6162c2c3e0e2edeff0f4f580828f90a0bdbfff");
        for (int i = 0; i < 2000; ++i) {
            QByteArray bytes;
            for (int size = random.bounded(12); size > 0; --size)
                bytes += kinds.at(random.bounded(static_cast<int>(kinds.size())));
            const QString text = QString::fromUtf8(bytes);
            const Places whole = placesDecoded({{0, bytes.size()}}, bytes);
            QVERIFY2(whole == (text.isEmpty() ? Places() : Places{{0, text.size()}}), bytes.toHex().constData());
        }
    }

    void followsTheDump()
    {
        LoadedMessage message;
        message.bytes = QByteArrayLiteral("0123456789abcdef0123");
        message.totalBytes = static_cast<quint64>(message.bytes.size());
        const capture::RecordHeader frame = [] {
            capture::RecordHeader header;
            header.frame.opcode = wire::Opcode::Binary;
            return header;
        }();
        QVERIFY(isDumped(message, frame));
        const QString dump = messageBody(message, frame);
        QStringList shown;
        // Of each find by its number; in the order of the text, so that hex and characters of several take turns.
        const Marks marks = marksInDump({{1, 1}, {3, 1}, {6, 4}, {16, 2}}, message.bytes.size());
        QVERIFY(std::ranges::is_sorted(marks, {}, &Mark::at));
        for (const Mark &mark : marks)
            shown.append(QString::number(mark.find) + u' ' + dump.sliced(mark.at, mark.size));
        QCOMPARE(shown, (QStringList{u"0 31"_s, u"1 33"_s, u"2 36 37"_s, u"0 1"_s, u"1 3"_s, u"2 67"_s, u"2 38 39"_s, u"2 89"_s, u"3 30 31"_s, u"3 01"_s}));
        QCOMPARE(marksInDump({{300, 2}}, 1000), Marks());
    }
};

QTEST_APPLESS_MAIN(TestTermPlaces)
#include "tst_termplaces.moc"
