#include "support/testmain.h"

#include "capture/document.h"
#include "capture/filterindex.h"
#include "capture/messagefolding.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <random>

using namespace wsw;
using namespace wsw::capture;
using wire::Opcode;

/// One record, as short as it can be said.
struct Said
{
    quint32 connection = 1;
    Direction direction = Direction::Sent;
    Opcode opcode = Opcode::Text;
    bool fin = true;
    quint64 message = 0;
    QByteArray payload;
    wire::RecordKind kind = wire::RecordKind::Frame;
};

/// Rows that stand for messages: which frames are folded, which rows are left with and without a filter, and that both grow.
class tst_MessageFolding final : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<Document> m_document;

    void record(const Said &said)
    {
        wire::TrafficRecord record;
        record.kind = said.kind;
        record.connection = ConnectionId(said.connection);
        record.direction = said.direction;
        record.header = wire::legalHeader(said.opcode, said.fin ? wire::Fin::Yes : wire::Fin::No, static_cast<quint64>(said.payload.size()), Role::Server, {});
        record.message = MessageId(said.message);
        record.payload = said.payload;
        (void)m_document->recorder().record(record);
    }

    void record(const QList<Said> &all)
    {
        for (const Said &said : all)
            record(said);
    }

    static QList<quint64> rows(const FilterIndex &index)
    {
        QList<quint64> all;
        for (qsizetype row = 0; row < index.count(); ++row)
            all.append(index.at(row).value());
        return all;
    }

    static bool finish(FilterIndex &index)
    {
        const bool done = QTest::qWaitFor([&index] { return !index.isSearching(); });
        index.advance();
        return done && QTest::qWaitFor([&index] { return !index.isSearching(); });
    }

    static Filter filter(const char *text) { return *Filter::parse(QString::fromLatin1(text), nullptr); }

    /// Many messages on some connections, whole or in up to five fragments, control frames between them.
    static QList<Said> chatter(quint32 seed, int frames)
    {
        std::mt19937 random(seed);
        struct Way { quint64 message = 0; int left = 0; };
        std::map<std::pair<quint32, int>, Way> ways;
        QList<Said> all;
        while (all.size() < frames) {
            Said said;
            said.connection = 1 + static_cast<quint32>(random() % 3);
            said.direction = random() % 2 == 0 ? Direction::Sent : Direction::Received;
            said.payload = QByteArray(1, static_cast<char>('a' + random() % 4));
            Way &way = ways[{said.connection, static_cast<int>(said.direction)}];
            if (random() % 5 == 0) {
                said.opcode = Opcode::Ping;
            } else if (way.left > 0) {
                said.opcode = Opcode::Continuation;
                said.fin = --way.left == 0;
                said.message = way.message;
            } else {
                said.opcode = random() % 2 == 0 ? Opcode::Text : Opcode::Binary;
                way.left = static_cast<int>(random() % 5);
                said.fin = way.left == 0;
                said.message = ++way.message;
            }
            all.append(said);
        }
        return all;
    }

    /// The rows as one would find them by hand: record numbers of what has a row, of messages whose frames hold each of @p letters.
    static QList<quint64> byHand(const QList<Said> &all, const QByteArray &letters, const QSet<quint32> &connections)
    {
        const auto isFirst = [&](qsizetype i) { return all.at(i).opcode != Opcode::Continuation; };
        QList<quint64> found;
        for (qsizetype i = 0; i < all.size(); ++i) {
            if (!isFirst(i) || !connections.contains(all.at(i).connection))
                continue;
            QByteArray whole;
            for (qsizetype k = i; k < all.size(); ++k) {
                const bool isOf = all.at(k).connection == all.at(i).connection && all.at(k).direction == all.at(i).direction && all.at(k).message == all.at(i).message;
                if (k == i || (isOf && all.at(k).message != 0 && !isFirst(k)))
                    whole += all.at(k).payload;
            }
            if (std::all_of(letters.cbegin(), letters.cend(), [&whole](char letter) { return whole.contains(letter); }))
                found.append(static_cast<quint64>(i) + 1);
        }
        return found;
    }

private Q_SLOTS:
    void init()
    {
        test::failOnWarnings();
        m_folder = std::make_unique<QTemporaryDir>();
        auto document = Document::create(m_folder->filePath(QStringLiteral("a.wscapture")));
        QVERIFY(document.ok());
        m_document = std::move(document).value();
    }

    void cleanup() { m_document.reset(); }

    void foldedFramesAreLookedUp()
    {
        FoldedFrames folded;
        QVERIFY(folded.isEmpty());
        QCOMPARE(folded.unfolded(7), RecordId(8));
        // Of 1 to 10, these are folded; 1, 3, 6, 9 and 10 have rows.
        for (const auto &[frame, first] : {std::pair{2, 1}, {4, 3}, {5, 1}, {7, 6}, {8, 3}})
            folded.append(RecordId(static_cast<quint64>(frame)), RecordId(static_cast<quint64>(first)));
        const QList<quint64> rows{1, 3, 6, 9, 10, 11};
        for (qsizetype row = 0; row < rows.size(); ++row)
            QCOMPARE(folded.unfolded(static_cast<quint64>(row)).value(), rows.at(row));
        QCOMPARE(folded.beginningOf(RecordId(5)), RecordId(1));
        QCOMPARE(folded.beginningOf(RecordId(8)), RecordId(3));
        QCOMPARE(folded.beginningOf(RecordId(6)), RecordId(6));
        QCOMPARE(folded.before(RecordId(5)), quint64(2));
        FoldedFrames others;
        others.append(RecordId(3), RecordId(1));
        others.append(RecordId(11), RecordId(9));
        folded.merge(others);
        QCOMPARE(folded.count(), quint64(7));
        QCOMPARE(folded.unfolded(1), RecordId(6));
        QCOMPARE(folded.beginningOf(RecordId(11)), RecordId(9));
    }

    void whatIsFolded_data()
    {
        QTest::addColumn<QList<Said>>("said");
        QTest::addColumn<QList<quint64>>("expected");
        const Said first{1, Direction::Sent, Opcode::Text, false, 1, "a"};
        const Said more{1, Direction::Sent, Opcode::Continuation, false, 1, "b"};
        const Said last{1, Direction::Sent, Opcode::Continuation, true, 1, "c"};
        const Said whole{1, Direction::Sent, Opcode::Text, true, 2, "d"};
        const auto with = [](Said said, auto change) {
            change(said);
            return said;
        };
        QTest::newRow("nothing") << QList<Said>{} << QList<quint64>{};
        QTest::newRow("whole messages") << QList{whole, whole} << QList<quint64>{1, 2};
        QTest::newRow("three fragments") << QList{first, more, last, whole} << QList<quint64>{1, 4};
        QTest::newRow("not ended yet") << QList{first, more} << QList<quint64>{1};
        QTest::newRow("a ping between") << QList{first, with(whole, [](Said &s) { s.opcode = Opcode::Ping; }), last} << QList<quint64>{1, 2};
        QTest::newRow("the other direction") << QList{first, with(last, [](Said &s) { s.direction = Direction::Received; })} << QList<quint64>{1, 2};
        QTest::newRow("another connection") << QList{first, with(last, [](Said &s) { s.connection = 2; }), last} << QList<quint64>{1, 2};
        QTest::newRow("continues nothing") << QList{last, whole} << QList<quint64>{1, 2};
        QTest::newRow("cut off by another message") << QList{first, whole, last} << QList<quint64>{1, 2, 3};
        QTest::newRow("cut off by another that goes on")
            << QList{first, with(first, [](Said &s) { s.message = 2; }), with(last, [](Said &s) { s.message = 2; })} << QList<quint64>{1, 2};
        QTest::newRow("after the end") << QList{first, with(whole, [](Said &s) { s.kind = wire::RecordKind::End; }), last} << QList<quint64>{1, 2, 3};
        QTest::newRow("a reserved opcode between") << QList{first, with(whole, [](Said &s) { s.opcode = static_cast<Opcode>(3); }), last} << QList<quint64>{1, 2};
    }

    void whatIsFolded()
    {
        QFETCH(QList<Said>, said);
        QFETCH(QList<quint64>, expected);
        record(said);
        FilterIndex index;
        index.setRows(FilterIndex::Rows::Messages);
        index.setDocument(m_document);
        QVERIFY(finish(index));
        QCOMPARE(rows(index), expected);
        // The same where rows are counted one by one.
        index.setFilter(filter("number >= 1"));
        QVERIFY(finish(index));
        QCOMPARE(rows(index), expected);
        index.set({}, std::nullopt, FilterIndex::Rows::Frames);
        QCOMPARE(index.count(), said.size());
    }

    void messagesPassByAnyOfTheirFrames_data()
    {
        QTest::addColumn<QByteArray>("letters");
        QTest::addColumn<QSet<quint32>>("connections");
        QTest::newRow("all") << QByteArray() << QSet<quint32>{1, 2, 3};
        QTest::newRow("one letter") << QByteArray("b") << QSet<quint32>{1, 2, 3};
        QTest::newRow("two letters, of whichever frames") << QByteArray("bd") << QSet<quint32>{1, 2, 3};
        QTest::newRow("two of three connections") << QByteArray() << QSet<quint32>{1, 3};
        QTest::newRow("a letter, one connection") << QByteArray("c") << QSet<quint32>{2};
    }

    void messagesPassByAnyOfTheirFrames()
    {
        QFETCH(QByteArray, letters);
        QFETCH(QSet<quint32>, connections);
        const QList<Said> all = chatter(4711, 4000);
        const auto holds = [](char letter) { return letter == 0 ? Filter() : filter(qPrintable(QStringLiteral("text contains \"%1\"").arg(QLatin1Char(letter)))); };
        std::optional<QSet<ConnectionId>> shown;
        if (connections.size() < 3) {
            shown.emplace();
            for (const quint32 connection : connections)
                shown->insert(ConnectionId(connection));
        }
        FilterIndex index;
        index.setDocument(m_document);
        index.set(holds(letters.isEmpty() ? '\0' : letters.at(0)), shown, FilterIndex::Rows::Messages, holds(letters.size() < 2 ? '\0' : letters.at(1)));
        QList<quint64> announced;
        connect(&index, &FilterIndex::rowsAppended, this, [&](qsizetype first, qsizetype last) {
            QCOMPARE(first, announced.size());
            for (qsizetype row = first; row <= last; ++row)
                announced.append(index.at(row).value());
        });
        connect(&index, &FilterIndex::rowsMerged, this, [&](qsizetype first, const std::vector<quint64> &before) {
            QCOMPARE(announced.sliced(first), QList<quint64>(before.begin(), before.end()));
            announced = rows(index);
        });
        // In pieces: messages go on from one search to the next.
        for (qsizetype from = 0; from < all.size(); from += 97) {
            record(all.sliced(from, std::min<qsizetype>(97, all.size() - from)));
            QVERIFY(finish(index));
        }
        const QList<quint64> expected = byHand(all, letters, connections);
        QVERIFY(expected.size() > 100);
        QCOMPARE(rows(index), expected);
        QCOMPARE(announced, expected);
        for (qsizetype row = 0; row < expected.size(); row += 13) {
            const RecordId id(expected.at(row));
            QCOMPARE(index.rowOf(id), row);
            QCOMPARE(index.lowerBound(id), row);
            QCOMPARE(index.lowerBound(RecordId(id.value() + 1)), row + 1);
        }
    }

    void foldedFramesLeadToTheirBeginning()
    {
        const QList<Said> all = chatter(99, 1000);
        record(all);
        FilterIndex index;
        index.setRows(FilterIndex::Rows::Messages);
        index.setDocument(m_document);
        QVERIFY(finish(index));
        int folded = 0;
        for (qsizetype i = 0; i < all.size(); ++i) {
            const RecordId id(static_cast<quint64>(i) + 1);
            const RecordId beginning = index.beginningOf(id);
            const Said &first = all.at(static_cast<qsizetype>(beginning.value()) - 1);
            QCOMPARE(beginning == id, all.at(i).opcode != Opcode::Continuation);
            QCOMPARE(index.rowOf(id) < 0, beginning != id);
            QVERIFY(beginning == id || (first.message == all.at(i).message && first.connection == all.at(i).connection && first.direction == all.at(i).direction));
            folded += beginning == id ? 0 : 1;
        }
        QVERIFY(folded > 100);
    }

    void aConnectionThatIsAddedIsFolded()
    {
        const QList<Said> all = chatter(7, 2000);
        FilterIndex index;
        index.setDocument(m_document);
        index.set({}, QSet{ConnectionId(1)}, FilterIndex::Rows::Messages);
        record(all.first(1500));
        QVERIFY(finish(index));
        index.addConnection(ConnectionId(3));
        QVERIFY(finish(index));
        record(all.sliced(1500));
        QVERIFY(finish(index));
        QCOMPARE(rows(index), byHand(all, {}, {1, 3}));
    }

    void nothingIsKeptWhereNothingIsFragmented()
    {
        FilterIndex index;
        index.setRows(FilterIndex::Rows::Messages);
        index.setDocument(m_document);
        for (quint64 i = 0; i < 5000; ++i)
            record({1, Direction::Sent, Opcode::Text, true, i + 1, "x"});
        QVERIFY(finish(index));
        QCOMPARE(index.count(), 5000);
        QCOMPARE(index.beginningOf(RecordId(17)), RecordId(17));
        MessageFolding folding;
        RecordHeader header;
        header.id = RecordId(1);
        header.frame = wire::legalHeader(Opcode::Text, wire::Fin::Yes, 1, Role::Server, {});
        QVERIFY(folding.feed(header, 1, 1).passes);
        QVERIFY(!folding.feed(header, 0, 1).passes);
        QVERIFY(!folding.feed(header, 1, 1).first.isValid());
    }
};

QTEST_GUILESS_MAIN(tst_MessageFolding)
#include "tst_messagefolding.moc"
