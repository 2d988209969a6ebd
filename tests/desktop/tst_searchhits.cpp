#include "models/framelogmodel.h"
#include "models/searchhits.h"

#include "recording.h"
#include "support/testmain.h"

#include <QApplication>
#include <QSignalSpy>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;
using Kind = SearchTerm::Kind;

class TestSearchHits final : public QObject
{
    Q_OBJECT

    static constexpr ConnectionId one{1};
    static constexpr ConnectionId two{2};

    /// Six records: two on the second connection, one binary.
    static void talk(test::Recording &recording)
    {
        recording.frame(one, Direction::Sent, Opcode::Text, "Order 1: \"tea\"");
        recording.frame(one, Direction::Received, Opcode::Text, "order 2: a\\b");
        recording.frame(two, Direction::Sent, Opcode::Text, "ORDER 3");
        recording.frame(two, Direction::Received, Opcode::Binary, QByteArrayLiteral("\x0d\x0a\xff"));
        recording.frame(one, Direction::Sent, Opcode::Text, "nothing");
        recording.frame(one, Direction::Received, Opcode::Text, "order 4");
    }

    static QList<quint64> all(const SearchHits &hits)
    {
        QList<quint64> records;
        for (quint64 id = 1; id <= 20; ++id) {
            if (hits.isHit(RecordId(id)))
                records.append(id);
        }
        return records;
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_searchhits"); }
    void init() { test::failOnWarnings(); }

    void findsEachKindOfTerm_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QList<quint64>>("found");
        QTest::newRow("any case") << QStringLiteral("order") << Kind::Text << QList<quint64>{1, 2, 3, 6};
        QTest::newRow("exact") << QStringLiteral("order") << Kind::ExactText << QList<quint64>{2, 6};
        QTest::newRow("quotes") << QStringLiteral("\"tea\"") << Kind::Text << QList<quint64>{1};
        QTest::newRow("a backslash") << QStringLiteral("a\\b") << Kind::ExactText << QList<quint64>{2};
        QTest::newRow("spaces count") << QStringLiteral("order  ") << Kind::Text << QList<quint64>{};
        QTest::newRow("what is a field elsewhere") << QStringLiteral("text") << Kind::Text << QList<quint64>{};
        QTest::newRow("expression") << QStringLiteral("^[oO]rder \\d$") << Kind::Expression << QList<quint64>{6};
        QTest::newRow("no expression") << QStringLiteral("(") << Kind::Expression << QList<quint64>{};
        QTest::newRow("no expression, but text") << QStringLiteral("(") << Kind::Text << QList<quint64>{};
        QTest::newRow("hex") << QStringLiteral("0d 0a") << Kind::Hex << QList<quint64>{4};
        QTest::newRow("no hex") << QStringLiteral("0d0") << Kind::Hex << QList<quint64>{};
        QTest::newRow("nothing") << QString() << Kind::Text << QList<quint64>{};
    }

    void findsEachKindOfTerm()
    {
        QFETCH(QString, text);
        QFETCH(Kind, kind);
        QFETCH(QList<quint64>, found);
        test::Recording recording;
        FrameLogModel log;
        log.setDocument(recording.document());
        talk(recording);
        QTRY_COMPARE(log.rowCount(), 6);
        SearchHits hits(&log);
        hits.setDocument(recording.document());
        QString problem;
        const bool isTerm = hits.setTerm({text, kind}, &problem);
        QTRY_VERIFY(!hits.isSearching());
        QCOMPARE(all(hits), found);
        QCOMPARE(hits.count(), found.size());
        QCOMPARE(isTerm, problem.isEmpty());
        QCOMPARE(!isTerm, QByteArrayView(QTest::currentDataTag()) == "no expression" || QByteArrayView(QTest::currentDataTag()) == "no hex");
        // The filter that shows only what is found lets the same records through.
        if (isTerm && !text.isEmpty()) {
            FrameLogModel filtered;
            filtered.setDocument(recording.document());
            filtered.setFilter(*SearchTerm{text, kind}.filter(nullptr));
            QTRY_VERIFY(!filtered.isSearching());
            QCOMPARE(filtered.rowCount(), static_cast<int>(found.size()));
        }
    }

    void goesRoundAmongWhatIsShown()
    {
        test::Recording recording;
        FrameLogModel log;
        log.setDocument(recording.document());
        talk(recording);
        QTRY_COMPARE(log.rowCount(), 6);
        SearchHits hits(&log);
        hits.setDocument(recording.document());
        QVERIFY(hits.setTerm({QStringLiteral("order"), Kind::Text}, nullptr));
        QTRY_COMPARE(hits.count(), 4);
        QCOMPARE(hits.next({}), RecordId(1));
        QCOMPARE(hits.next(RecordId(1)), RecordId(2));
        QCOMPARE(hits.next(RecordId(3)), RecordId(6));
        QCOMPARE(hits.next(RecordId(6)), RecordId(1));
        QCOMPARE(hits.previous(RecordId(6)), RecordId(3));
        QCOMPARE(hits.previous(RecordId(1)), RecordId(6));
        QCOMPARE(hits.previous({}), RecordId(6));
        QCOMPARE(hits.after(RecordId(3)), RecordId(6));
        QVERIFY(!hits.after(RecordId(6)).isValid());
        QCOMPARE(hits.before(RecordId(3)), RecordId(2));
        QVERIFY(!hits.before(RecordId(1)).isValid());
        QCOMPARE(hits.placeOf(RecordId(3)), 3);
        QCOMPARE(hits.placeOf(RecordId(5)), 0);
        // What the log leaves out is not searched.
        log.setConnections(QSet{one});
        QTRY_COMPARE(log.rowCount(), 4);
        QTRY_COMPARE(hits.count(), 3);
        QCOMPARE(hits.next(RecordId(2)), RecordId(6));
        QCOMPARE(hits.previous(RecordId(6)), RecordId(2));
        log.setConnections(QSet{two});
        QTRY_COMPARE(log.rowCount(), 2);
        QTRY_COMPARE(hits.count(), 1);
        QCOMPARE(hits.next({}), RecordId(3));
        QCOMPARE(hits.next(RecordId(3)), RecordId(3));
        QCOMPARE(hits.previous(RecordId(3)), RecordId(3));
        log.setConnections(QSet{ConnectionId(9)});
        QTRY_VERIFY(!log.isSearching() && !hits.isSearching());
        QVERIFY(!hits.next({}).isValid());
        QVERIFY(!hits.previous({}).isValid());
        QSignalSpy changed(&hits, &SearchHits::changed);
        log.addConnection(one);
        QTRY_COMPARE(hits.count(), 3);
        QVERIFY(!changed.isEmpty());
        QCOMPARE(hits.countBetween(RecordId(1), RecordId(6)), 3);
        QCOMPARE(hits.countBetween(RecordId(2), RecordId(5)), 1);
        QTRY_COMPARE(hits.next({}), RecordId(1));
        log.setConnections(std::nullopt);
        log.setFilter(*capture::Filter::parse(QStringLiteral("dir == received or number == 1"), nullptr));
        QTRY_COMPARE(hits.count(), 3);
        QTRY_COMPARE(log.rowCount(), 4);
        QCOMPARE(hits.next(RecordId(1)), RecordId(2));
        // A pause keeps rows back: they are no place to go.
        log.setPaused(true);
        recording.frame(one, Direction::Received, Opcode::Text, "order 5");
        QTRY_COMPARE(hits.count(), 4);
        QCOMPARE(hits.next(RecordId(6)), RecordId(1));
    }

    void findsAcrossFragments_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QList<quint64>>("found");
        // Of a message in five frames, another connection's frame and a Ping between.
        QTest::newRow("across two") << QStringLiteral("order") << Kind::Text << QList<quint64>{1, 5};
        QTest::newRow("across two, exactly") << QStringLiteral("order") << Kind::ExactText << QList<quint64>{1};
        QTest::newRow("across four, one of them empty") << QStringLiteral("der 1 for te") << Kind::Text << QList<quint64>{2};
        QTest::newRow("all of it") << QStringLiteral("an order 1 for tea Order") << Kind::Text << QList<quint64>{1};
        QTest::newRow("in one frame") << QStringLiteral("1 for") << Kind::Text << QList<quint64>{2};
        QTest::newRow("in one frame and across") << QStringLiteral("e") << Kind::Text << QList<quint64>{2, 5, 7};
        QTest::newRow("halves of a letter") << QStringLiteral("\u00fc\u00e4") << Kind::ExactText << QList<quint64>{9};
        QTest::newRow("bytes") << QStringLiteral("65 72 20") << Kind::Hex << QList<quint64>{2};
        QTest::newRow("half of a letter") << QStringLiteral("bc c3") << Kind::Hex << QList<quint64>{9};
        QTest::newRow("expression") << QStringLiteral("o.*?r") << Kind::Expression << QList<quint64>{1, 2};
        QTest::newRow("expression with an end") << QStringLiteral("tea O.der$") << Kind::Expression << QList<quint64>{5};
        QTest::newRow("not across messages") << QStringLiteral("Orderx") << Kind::Text << QList<quint64>{};
        QTest::newRow("not across connections") << QStringLiteral("orxder") << Kind::Text << QList<quint64>{};
    }

    void findsAcrossFragments()
    {
        QFETCH(QString, text);
        QFETCH(Kind, kind);
        QFETCH(QList<quint64>, found);
        test::Recording recording;
        FrameLogModel log;
        log.setDocument(recording.document());
        const MessageId first(1);
        const MessageId second(2);
        const auto part = [&recording](ConnectionId connection, Opcode opcode, const QByteArray &payload, wire::Fin fin, MessageId message) {
            recording.frame(connection, Direction::Received, opcode, payload, 1000, fin, {}, 0, message);
        };
        part(one, Opcode::Text, "an or", wire::Fin::No, first);
        part(one, Opcode::Continuation, "der 1 for", wire::Fin::No, first);
        part(two, Opcode::Text, "x", wire::Fin::Yes, MessageId(3));
        part(one, Opcode::Continuation, "", wire::Fin::No, first);
        part(one, Opcode::Continuation, " tea O", wire::Fin::No, first);
        part(one, Opcode::Ping, "x", wire::Fin::Yes, {});
        part(one, Opcode::Continuation, "rder", wire::Fin::Yes, first);
        part(one, Opcode::Text, "x", wire::Fin::Yes, MessageId(4));
        part(two, Opcode::Text, "\xc3\xbc\xc3", wire::Fin::No, second);
        part(two, Opcode::Continuation, "\xa4", wire::Fin::Yes, second);
        QTRY_COMPARE(log.rowCount(), 10);
        SearchHits hits(&log);
        hits.setDocument(recording.document());
        QVERIFY(hits.setTerm({text, kind}, nullptr));
        QTRY_VERIFY(!hits.isSearching());
        QCOMPARE(all(hits), found);
        QCOMPARE(hits.count(), found.size());
        QCOMPARE(hits.countBetween(RecordId(1), RecordId(10)), found.size());
        RecordId at;
        for (qsizetype i = 0; i < found.size(); ++i) {
            at = hits.after(at);
            QCOMPARE(at.value(), found.at(i));
            QCOMPARE(hits.placeOf(at), i + 1);
        }
        QVERIFY(!hits.after(at).isValid());
        for (qsizetype i = found.size() - 1; i > 0; --i) {
            at = hits.before(at);
            QCOMPARE(at.value(), found.at(i - 1));
        }
    }

    void findsAcrossLargeAndCompressedFragments()
    {
        test::Recording recording;
        FrameLogModel log;
        log.setDocument(recording.document());
        const MessageId first(1);
        const MessageId second(2);
        // Larger than what stands beside a record's header.
        recording.frame(one, Direction::Received, Opcode::Text, QByteArray(3'000'000, 'x') + "nee", 1000, wire::Fin::No, {}, 0, first);
        recording.frame(one, Direction::Received, Opcode::Continuation, "dle" + QByteArray(3'000'000, 'y'), 1000, wire::Fin::Yes, {}, 0, first);
        recording.compressed(one, Direction::Received, Opcode::Text, "nothing", "a nee", wire::Fin::No, second);
        recording.compressed(one, Direction::Received, Opcode::Continuation, "nothing", "dle b", wire::Fin::Yes, second);
        QTRY_COMPARE(log.rowCount(), 4);
        SearchHits hits(&log);
        hits.setDocument(recording.document());
        QVERIFY(hits.setTerm({QStringLiteral("needle"), Kind::Text}, nullptr));
        QTRY_VERIFY(!hits.isSearching());
        QCOMPARE(all(hits), (QList<quint64>{1, 3}));
        // Only what the log shows counts.
        log.setFilter(*capture::Filter::parse(QStringLiteral("number > 1"), nullptr));
        QTRY_COMPARE(all(hits), QList<quint64>{3});
        // Its filter is met by all of a frame, not by how it begins.
        log.setFilter(*capture::Filter::parse(QStringLiteral("text contains \"xnee\""), nullptr));
        QTRY_COMPARE(log.rowCount(), 1);
        QTRY_COMPARE(all(hits), QList<quint64>{1});
    }

    void findsFragmentsThatComeLater()
    {
        test::Recording recording;
        FrameLogModel log;
        log.setDocument(recording.document());
        SearchHits hits(&log);
        hits.setDocument(recording.document());
        QVERIFY(hits.setTerm({QStringLiteral("needle"), Kind::Text}, nullptr));
        recording.frame(one, Direction::Sent, Opcode::Text, "a nee", 1000, wire::Fin::No, {}, 0, MessageId(1));
        QTRY_COMPARE(log.rowCount(), 1);
        QTRY_VERIFY(!hits.isSearching());
        QCOMPARE(hits.count(), 0);
        recording.frame(one, Direction::Sent, Opcode::Continuation, "dle", 1000, wire::Fin::No, {}, 0, MessageId(1));
        QTRY_COMPARE(all(hits), QList<quint64>{1});
        QCOMPARE(hits.next({}), RecordId(1));
        // The same frame again, and others around what has been found.
        recording.frame(one, Direction::Received, Opcode::Text, "needle nee", 1000, wire::Fin::No, {}, 0, MessageId(2));
        recording.frame(one, Direction::Sent, Opcode::Continuation, "x need", 1000, wire::Fin::No, {}, 0, MessageId(1));
        recording.frame(one, Direction::Sent, Opcode::Continuation, "le", 1000, wire::Fin::Yes, {}, 0, MessageId(1));
        QTRY_COMPARE(all(hits), (QList<quint64>{1, 3, 4}));
        recording.frame(one, Direction::Received, Opcode::Continuation, "dle", 1000, wire::Fin::Yes, {}, 0, MessageId(2));
        QTRY_COMPARE(log.rowCount(), 6);
        QTRY_VERIFY(!hits.isSearching());
        QCOMPARE(all(hits), (QList<quint64>{1, 3, 4}));
        QCOMPARE(hits.count(), 3);
    }

    void findsWhatComesLater()
    {
        test::Recording recording;
        FrameLogModel log;
        log.setDocument(recording.document());
        SearchHits hits(&log);
        hits.setDocument(recording.document());
        QSignalSpy changed(&hits, &SearchHits::changed);
        QVERIFY(hits.setTerm({QStringLiteral("order"), Kind::Text}, nullptr));
        talk(recording);
        QTRY_COMPARE(hits.count(), 4);
        QVERIFY(!changed.isEmpty());
        QVERIFY(hits.setTerm({}, nullptr));
        QCOMPARE(hits.count(), 0);
        QVERIFY(!hits.isHit(RecordId(1)));
        QVERIFY(!hits.next({}).isValid());
    }

    void marksWhereItStands()
    {
        using Places = QList<std::pair<qsizetype, qsizetype>>;
        const QString shown = QStringLiteral("Ab ab a.b");
        const auto places = [&shown](const QString &text, Kind kind) { return SearchMarker({text, kind}).placesIn(shown); };
        QCOMPARE(places(QStringLiteral("ab"), Kind::Text), (Places{{0, 2}, {3, 2}}));
        QCOMPARE(places(QStringLiteral("ab"), Kind::ExactText), (Places{{3, 2}}));
        QCOMPARE(places(QStringLiteral("a.b"), Kind::Text), (Places{{6, 3}}));
        QCOMPARE(places(QStringLiteral("a.?b"), Kind::Expression), (Places{{3, 2}, {6, 3}}));
        QCOMPARE(places(QStringLiteral("x*"), Kind::Expression), Places());
        QCOMPARE(places(QStringLiteral("("), Kind::Expression), Places());
        QCOMPARE(places(QStringLiteral("6162"), Kind::Hex), Places());
        QCOMPARE(SearchMarker().placesIn(shown), Places());
        // A pattern that goes back and forth for ever marks nothing.
        QCOMPARE(SearchMarker({QStringLiteral("^(a+)+$"), Kind::Expression}).placesIn(QString(200, u'a') + u'b'), Places());
    }
};

QTEST_MAIN(TestSearchHits)
#include "tst_searchhits.moc"
