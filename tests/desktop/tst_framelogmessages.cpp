#include "models/framelogmodel.h"
#include "models/rowcopy.h"
#include "models/searchhits.h"

#include "recording.h"
#include "support/testmain.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSignalSpy>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;

/// The log with one row a message, and the column that looks back to the frame before of the same kind.
class TestFrameLogMessages final : public QObject
{
    Q_OBJECT

    static constexpr ConnectionId one{1};
    static constexpr ConnectionId two{2};
    using Rows = FrameLogModel::Rows;

    static QString cell(const FrameLogModel &model, int row, int column) { return model.index(row, column).data().toString(); }

    /// "Hello wörld!" in three frames, cut inside a letter, with a ping and another connection's message between; then "bye".
    static void talk(test::Recording &recording)
    {
        const QByteArray text = QStringLiteral("Hello w\u00f6rld!").toUtf8();
        recording.frame(one, Direction::Sent, Opcode::Text, text.first(5), 1000, wire::Fin::No, {}, 0, MessageId(1));
        recording.frame(one, Direction::Sent, Opcode::Ping, "p");
        recording.frame(one, Direction::Sent, Opcode::Continuation, text.sliced(5, 3), 1000, wire::Fin::No, {}, 0, MessageId(1));
        recording.frame(two, Direction::Sent, Opcode::Text, "other", 1000, wire::Fin::Yes, {}, 0, MessageId(1));
        recording.frame(one, Direction::Sent, Opcode::Continuation, text.sliced(8), 1000, wire::Fin::Yes, {}, 0, MessageId(1));
        recording.frame(one, Direction::Sent, Opcode::Text, "bye", 1000, wire::Fin::Yes, {}, 0, MessageId(2));
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_framelogmessages"); }
    void init() { test::failOnWarnings(); }

    void oneRowAMessage()
    {
        test::Recording recording;
        FrameLogModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(Rows::Messages);
        model.setDocument(recording.document());
        talk(recording);
        QTRY_COMPARE(model.rowCount(), 4);
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Frame), QStringLiteral("text · 3 frames"));
        QCOMPARE(cell(model, 0, FrameLogModel::Preview), QStringLiteral("Hello w\u00f6rld!"));
        QCOMPARE(cell(model, 0, FrameLogModel::Length), QStringLiteral("13"));
        QCOMPARE(cell(model, 0, FrameLogModel::WireLength), QString::number(13 + 3 * 6));
        QCOMPARE(cell(model, 0, FrameLogModel::Fin), QStringLiteral("1"));
        QCOMPARE(cell(model, 1, FrameLogModel::Frame), QStringLiteral("ping"));
        QCOMPARE(cell(model, 2, FrameLogModel::Preview), QStringLiteral("other"));
        QCOMPARE(cell(model, 3, FrameLogModel::Number), QStringLiteral("6"));
        // A fragment stands in the row of its message.
        QCOMPARE(model.rowOf(RecordId(5)), std::optional(0));
        QCOMPARE(model.recordAt(0), RecordId(1));
        model.setRows(Rows::Frames);
        QTRY_COMPARE(model.rowCount(), 6);
        QCOMPARE(cell(model, 0, FrameLogModel::Frame), QStringLiteral("text · first"));
    }

    void aMessageGrows()
    {
        test::Recording recording;
        FrameLogModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(Rows::Messages);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Received, Opcode::Binary, "ab", 1000, wire::Fin::No, {}, 0, MessageId(1));
        QTRY_COMPARE(model.rowCount(), 1);
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Frame), QStringLiteral("binary · 1 frame so far"));
        QCOMPARE(cell(model, 0, FrameLogModel::Fin), QStringLiteral("0"));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        recording.frame(one, Direction::Received, Opcode::Continuation, "cd", 1000, wire::Fin::No, {}, 0, MessageId(1));
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Frame), QStringLiteral("binary · 2 frames so far"));
        QVERIFY(!changed.isEmpty());
        recording.frame(one, Direction::Received, Opcode::Continuation, "e", 1000, wire::Fin::Yes, {}, 0, MessageId(1));
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Frame), QStringLiteral("binary · 3 frames"));
        QCOMPARE(cell(model, 0, FrameLogModel::Preview), QStringLiteral("61 62 63 64 65"));
        QCOMPARE(model.rowCount(), 1);
    }

    void aMessageThatIsNeverEndedSaysSo()
    {
        test::Recording recording;
        FrameLogModel model;
        model.setRows(Rows::Messages);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Received, Opcode::Text, "ab", 1000, wire::Fin::No, {}, 0, MessageId(1));
        recording.other(wire::RecordKind::End, one, Direction::Received, "reset");
        QTRY_COMPARE(model.rowCount(), 2);
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Frame), QStringLiteral("text · not ended"));
    }

    void compressedMessagesAreTold()
    {
        test::Recording recording;
        FrameLogModel model;
        model.setRows(Rows::Messages);
        model.setDocument(recording.document());
        recording.compressed(one, Direction::Received, Opcode::Text, "xy", "Hello ", wire::Fin::No, MessageId(1));
        recording.compressed(one, Direction::Received, Opcode::Continuation, "zzz", "again", wire::Fin::Yes, MessageId(1));
        QTRY_COMPARE(model.rowCount(), 1);
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Preview), QStringLiteral("Hello again"));
        QCOMPARE(cell(model, 0, FrameLogModel::Length), QStringLiteral("11→5"));
    }

    void notesOnAnyFrameAreSeen()
    {
        test::Recording recording;
        FrameLogModel model;
        model.setRows(Rows::Messages);
        model.setDocument(recording.document());
        talk(recording);
        QTRY_COMPARE(model.rowCount(), 4);
        QTRY_VERIFY(model.row(0) != nullptr);
        QVERIFY(!model.row(0)->isMarked);
        recording.document()->setNote(RecordId(2), QByteArray("the ping's"));
        recording.document()->setNote(RecordId(3), QByteArray());
        QTRY_VERIFY(model.row(0)->isMarked);
        QCOMPARE(cell(model, 0, FrameLogModel::Note), QString());
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        recording.document()->setNote(RecordId(5), QByteArray("end"));
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(cell(model, 0, FrameLogModel::Note), QStringLiteral("end"));
        recording.document()->setNote(RecordId(1), QByteArray("begin"));
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Note), QStringLiteral("begin · end"));
        QCOMPARE(cell(model, 1, FrameLogModel::Note), QStringLiteral("the ping's"));
        recording.document()->setNote(RecordId(1), std::nullopt);
        recording.document()->setNote(RecordId(3), std::nullopt);
        recording.document()->setNote(RecordId(5), std::nullopt);
        QTRY_VERIFY(!model.row(0)->isMarked);
    }

    void hitsAreThoseOfMessages()
    {
        test::Recording recording;
        FrameLogModel model;
        model.setRows(Rows::Messages);
        model.setDocument(recording.document());
        talk(recording);
        QTRY_COMPARE(model.rowCount(), 4);
        // The filter is passed by the first frame, the term stands in the last.
        model.setFilter(*capture::Filter::parse(QStringLiteral("opcode == text"), nullptr));
        QTRY_COMPARE(model.rowCount(), 3);
        SearchHits hits(&model);
        hits.setDocument(recording.document());
        QString problem;
        QVERIFY(hits.setTerm({QStringLiteral("rld"), SearchTerm::Kind::Text}, &problem));
        QTRY_COMPARE(hits.count(), 1);
        QTRY_VERIFY(!hits.isSearching());
        QVERIFY(hits.isHit(RecordId(1)));
        QCOMPARE(hits.next({}), RecordId(1));
        QCOMPARE(hits.placeOf(RecordId(5)), 1);
    }

    void looksBackToTheSameKind()
    {
        test::Recording recording;
        FrameLogModel model;
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Text, "a");
        recording.frame(one, Direction::Received, Opcode::Text, "b", 1'000'000);
        recording.frame(two, Direction::Sent, Opcode::Text, "c", 1'000'000);
        recording.frame(one, Direction::Sent, Opcode::Ping, "p", 1'000'000);
        recording.frame(one, Direction::Sent, Opcode::Text, "d", 1'000'000);
        recording.frame(one, Direction::Sent, Opcode::Text, "e", 0);
        QTRY_COMPARE(model.rowCount(), 6);
        const QStringList expected{{}, {}, {}, {}, QStringLiteral("4.00 ms"), QStringLiteral("same")};
        for (int row = 0; row < 6; ++row)
            QCOMPARE(cell(model, row, FrameLogModel::KindDelta), expected.at(row));
        // What a filter hides counts all the same.
        model.setFilter(*capture::Filter::parse(QStringLiteral("number == 5"), nullptr));
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(cell(model, 0, FrameLogModel::KindDelta), QStringLiteral("4.00 ms"));
    }

    void looksFarBackInAWorker()
    {
        test::Recording recording;
        FrameLogModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Close, {});
        for (int i = 0; i < 9000; ++i)
            recording.frame(one, Direction::Received, Opcode::Text, "x");
        recording.frame(one, Direction::Sent, Opcode::Close, {});
        QTRY_COMPARE(model.rowCount(), 9002);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QCOMPARE(cell(model, 9001, FrameLogModel::KindDelta), QStringLiteral("…"));
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(cell(model, 9001, FrameLogModel::KindDelta), QStringLiteral("9.00 ms"));
    }

    void tooFarBackIsSaid()
    {
        test::Recording recording;
        recording.frame(one, Direction::Sent, Opcode::Close, {});
        for (quint64 i = 0; i < kindReach; ++i)
            recording.frame(one, Direction::Received, Opcode::Text, {});
        recording.frame(one, Direction::Sent, Opcode::Close, {});
        const std::atomic_bool never = false;
        const auto last = recording.document()->read(RecordId(kindReach + 2));
        QVERIFY(last.ok());
        const auto far = findKindBefore(*recording.document(), last->header, never);
        QVERIFY(far.ok());
        QCOMPARE(far->state, KindBefore::State::TooFar);
        QCOMPARE(kindDeltaText(last->header, *far), QStringLiteral("…"));
        recording.frame(one, Direction::Sent, Opcode::Close, {});
        const auto next = recording.document()->read(RecordId(kindReach + 3));
        QVERIFY(next.ok());
        const auto near = findKindBefore(*recording.document(), next->header, never);
        QVERIFY(near.ok());
        QCOMPARE(near->state, KindBefore::State::Found);
        QCOMPARE(near->time, last->header.time);
    }

    void copiesMessagesAsShown()
    {
        test::Recording recording;
        FrameLogModel model;
        model.setRows(Rows::Messages);
        model.setDocument(recording.document());
        talk(recording);
        QTRY_COMPARE(model.rowCount(), 4);
        QTRY_COMPARE(cell(model, 0, FrameLogModel::Length), QStringLiteral("13"));
        const std::atomic_bool never = false;
        recording.document()->setNote(RecordId(3), QByteArray("inside"));
        const QList<LogRow::Column> columns{LogRow::Number, LogRow::Frame, LogRow::Length, LogRow::KindDelta, LogRow::Note, LogRow::Preview};
        QList<RowToCopy> rows;
        for (int row = 0; row < 4; ++row)
            rows.append({model.recordAt(row), model.recordAt(row - 1)});
        const auto text = copiedText(*recording.document(), rows, columns, never, Rows::Messages);
        QVERIFY(text.ok());
        QVERIFY(text->contains(QStringLiteral("\tinside\t")));
        for (int row = 0; row < 4; ++row) {
            for (qsizetype i = 0; i < columns.size(); ++i)
                QCOMPARE(text->split(u'\n').at(row).split(u'\t').at(i), cell(model, row, columns.at(i)));
        }
    }
};

QTEST_MAIN(TestFrameLogMessages)
#include "tst_framelogmessages.moc"
