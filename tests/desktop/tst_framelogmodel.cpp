#include "models/framelogmodel.h"
#include "models/rowcopy.h"

#include "recording.h"
#include "support/testmain.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSignalSpy>

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;

class TestFrameLogModel final : public QObject
{
    Q_OBJECT

    static constexpr ConnectionId one{1};
    static constexpr ConnectionId two{2};
    using Tester = QAbstractItemModelTester;

    static capture::Filter filter(const char *text)
    {
        capture::Filter::ParseError error;
        const auto parsed = capture::Filter::parse(QLatin1String(text), &error);
        if (!parsed)
            qFatal("%s", qPrintable(error.message));
        return *parsed;
    }

    static QString cell(const FrameLogModel &model, int row, int column) { return model.index(row, column).data().toString(); }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_framelogmodel"); }
    void init() { test::failOnWarnings(); }

    void isEmptyWithoutADocument()
    {
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.columnCount(), static_cast<int>(FrameLogModel::ColumnCount));
        QVERIFY(!model.recordAt(0).isValid());
        QVERIFY(!model.rowOf(RecordId(1)));
    }

    void showsRecordsAsTheyCome()
    {
        test::Recording recording;
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Text, "Hello server!");
        recording.frame(one, Direction::Received, Opcode::Text, "Echo: Hello server!", 354'000, wire::Fin::Yes, wire::RecordFlag::EchoReply, 354'000);
        recording.frame(one, Direction::Sent, Opcode::Ping, "p100", 1'000'000'000);
        recording.frame(one, Direction::Received, Opcode::Pong, "p100", 0);
        QTRY_COMPARE(model.rowCount(), 4);
        QCOMPARE(cell(model, 3, FrameLogModel::Delta), QStringLiteral("same"));
        QCOMPARE(cell(model, 0, FrameLogModel::Number), QStringLiteral("1"));
        QCOMPARE(cell(model, 0, FrameLogModel::Delta), QString());
        QCOMPARE(cell(model, 0, FrameLogModel::Frame), QStringLiteral("text"));
        QCOMPARE(cell(model, 0, FrameLogModel::Glyph), QStringLiteral("sent"));
        QCOMPARE(cell(model, 0, FrameLogModel::Preview), QStringLiteral("Hello server!"));
        QCOMPARE(cell(model, 0, FrameLogModel::Length), QStringLiteral("13"));
        QCOMPARE(cell(model, 1, FrameLogModel::Delta), QStringLiteral("354 µs"));
        QCOMPARE(cell(model, 1, FrameLogModel::Rtt), QStringLiteral("354 µs"));
        QCOMPARE(cell(model, 2, FrameLogModel::Delta), QStringLiteral("1.00 s"));
        QCOMPARE(cell(model, 2, FrameLogModel::Glyph), QStringLiteral("sent, control"));
        QCOMPARE(model.recordAt(2), RecordId(3));
        QCOMPARE(model.rowOf(RecordId(3)), std::optional(2));
        QCOMPARE(model.row(0)->meaning, Meaning::Sent);
    }

    void announcesRowsInBatches()
    {
        test::Recording recording;
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        for (int i = 0; i < 5000; ++i)
            recording.frame(one, Direction::Received, Opcode::Text, "tick");
        QTRY_COMPARE(model.rowCount(), 5000);
        QVERIFY2(inserted.count() < 100, qPrintable(QString::number(inserted.count())));
    }

    void keepsRowsBackWhilePaused()
    {
        test::Recording recording;
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Text, "a");
        QTRY_COMPARE(model.rowCount(), 1);
        model.setPaused(true);
        QSignalSpy advanced(&model, &FrameLogModel::advanced);
        recording.frame(one, Direction::Sent, Opcode::Text, "b");
        recording.frame(one, Direction::Sent, Opcode::Text, "c");
        QTRY_COMPARE(model.pendingRows(), quint64(2));
        QTRY_VERIFY(!advanced.isEmpty());
        QCOMPARE(model.rowCount(), 1);
        model.setPaused(false);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.pendingRows(), quint64(0));
        QCOMPARE(cell(model, 2, FrameLogModel::Preview), QStringLiteral("c"));
    }

    void filtersWhilePaused()
    {
        test::Recording recording;
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        recording.frame(one, Direction::Sent, Opcode::Text, "a");
        recording.frame(one, Direction::Sent, Opcode::Ping, "b");
        recording.frame(one, Direction::Sent, Opcode::Text, "c");
        QTRY_COMPARE(model.rowCount(), 3);
        model.setPaused(true);
        recording.frame(one, Direction::Sent, Opcode::Text, "d");
        model.setFilter(filter("opcode == text"));
        QVERIFY(model.isSearching());
        QTRY_COMPARE(model.rowCount(), 2);
        QTRY_VERIFY(!model.isSearching());
        QCOMPARE(model.recordAt(1), RecordId(3));
        QTRY_COMPARE(model.pendingRows(), quint64(1));
        model.setFilter({});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.pendingRows(), quint64(1));
        model.setPaused(false);
        QCOMPARE(model.rowCount(), 4);
    }

    void tellsThatASearchHasFoundNothing()
    {
        test::Recording recording;
        recording.frame(one, Direction::Sent, Opcode::Text, "a");
        FrameLogModel model;
        model.setDocument(recording.document());
        model.setFilter(filter("opcode == close"));
        QVERIFY(model.isSearching());
        QSignalSpy advanced(&model, &FrameLogModel::advanced);
        QTRY_COMPARE(advanced.count(), 1);
        QVERIFY(!model.isSearching());
        QCOMPARE(model.rowCount(), 0);
    }

    void filtersOffTheGuiThread()
    {
        test::Recording recording;
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        for (int i = 0; i < 10; ++i) {
            recording.frame(one, Direction::Sent, Opcode::Text, "one");
            recording.frame(two, Direction::Sent, Opcode::Text, "two", 500'000);
        }
        QTRY_COMPARE(model.rowCount(), 20);
        model.setFilter(filter("conn == 2"));
        QTRY_COMPARE(model.rowCount(), 10);
        QCOMPARE(model.recordAt(0), RecordId(2));
        QCOMPARE(model.rowOf(RecordId(4)), std::optional(1));
        QVERIFY(!model.rowOf(RecordId(3)));
        // The time since the row above, not since the record before.
        QCOMPARE(cell(model, 1, FrameLogModel::Delta), QStringLiteral("501 µs"));
        recording.frame(one, Direction::Sent, Opcode::Text, "one");
        recording.frame(two, Direction::Sent, Opcode::Text, "more");
        QTRY_COMPARE(model.rowCount(), 11);
        QCOMPARE(cell(model, 10, FrameLogModel::Preview), QStringLiteral("more"));
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 22);
    }

    void anotherConnectionComesInBetween()
    {
        test::Recording recording;
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        model.setConnections(QSet{one});
        recording.frame(one, Direction::Sent, Opcode::Text, "a");
        recording.frame(two, Direction::Sent, Opcode::Text, "b");
        recording.frame(one, Direction::Sent, Opcode::Text, "c");
        recording.frame(two, Direction::Sent, Opcode::Text, "d");
        QTRY_COMPARE(model.rowCount(), 2);
        const QPersistentModelIndex selected = model.index(1, FrameLogModel::Preview);
        QCOMPARE(selected.data().toString(), QStringLiteral("c"));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        model.addConnection(two);
        QTRY_COMPARE(model.rowCount(), 4);
        QCOMPARE(reset.count() + removed.count(), 0);
        for (int row = 0; row < 4; ++row)
            QCOMPARE(cell(model, row, FrameLogModel::Number), QString::number(row + 1));
        QCOMPARE(cell(model, 1, FrameLogModel::Preview), QStringLiteral("b"));
        // What was selected is selected.
        QCOMPARE(selected.row(), 2);
        QCOMPARE(selected.data().toString(), QStringLiteral("c"));
    }

    void aConnectionIsAddedOnce()
    {
        test::Recording recording;
        FrameLogModel model;
        model.setDocument(recording.document());
        QSignalSpy added(&model, &FrameLogModel::connectionAdded);
        model.addConnection(two); // of all connections it is one already
        QCOMPARE(added.count(), 0);
        model.setConnections(QSet{one});
        model.addConnection(two);
        QCOMPARE(added.count(), 1);
        model.addConnection(two);
        model.addConnection(one);
        QCOMPARE(added.count(), 1);
    }

    void startsAnewWithAnotherDocument()
    {
        test::Recording first;
        test::Recording second;
        first.frame(one, Direction::Sent, Opcode::Text, "first");
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(first.document());
        QTRY_COMPARE(model.rowCount(), 1);
        model.setDocument(second.document());
        QCOMPARE(model.rowCount(), 0);
        second.frame(one, Direction::Sent, Opcode::Text, "second");
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(cell(model, 0, FrameLogModel::Preview), QStringLiteral("second"));
        model.setDocument(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void fetchesOldRowsInTheBackground()
    {
        test::Recording recording;
        // More than the cache of decoded blocks holds.
        const QByteArray big(60'000, 'x');
        for (int i = 0; i < 3000; ++i)
            recording.frame(one, Direction::Sent, Opcode::Binary, big);
        QVERIFY(recording.document()->flush().ok());
        FrameLogModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDocument(recording.document());
        QTRY_COMPARE(model.rowCount(), 3000);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        if (model.row(0) == nullptr) {
            QCOMPARE(cell(model, 0, FrameLogModel::Preview), QStringLiteral("…"));
            QTRY_VERIFY(!changed.isEmpty());
        }
        QTRY_VERIFY(model.row(0) != nullptr);
        QCOMPARE(cell(model, 0, FrameLogModel::Length), QStringLiteral("60\u00a0000"));
    }

    void rowsFarApartAreNotForgotten()
    {
        test::Recording recording;
        constexpr int many = 12'000;
        for (int i = 0; i < many; ++i)
            recording.frame(one, Direction::Sent, Opcode::Text, QByteArray(200, 'x'));
        QVERIFY(recording.document()->stopRecording().ok());
        auto opened = capture::Document::open(recording.path());
        QVERIFY(opened.ok());
        FrameLogModel model;
        model.setDocument(std::move(opened).value());
        QTRY_COMPARE(model.rowCount(), many);
        // Nothing is in memory yet: one looks at the beginning, then at the end.
        QVERIFY(model.row(0) == nullptr);
        QVERIFY(model.row(many - 1) == nullptr);
        int lastTold = -1;
        connect(&model, &QAbstractItemModel::dataChanged, &model, [&lastTold](const QModelIndex &, const QModelIndex &last) { lastTold = qMax(lastTold, last.row()); });
        QTRY_COMPARE(lastTold, many - 1);
    }

    void copiesRowsAsText()
    {
        test::Recording recording;
        recording.frame(one, Direction::Sent, Opcode::Text, "a");
        recording.document()->setNote(RecordId(1), QByteArray("one\ttwo\nthree"));
        recording.frame(one, Direction::Sent, Opcode::Close, "\x0f\xa1" "bye");
        FrameLogModel model;
        model.setDocument(recording.document());
        QTRY_COMPARE(model.rowCount(), 2);
        const std::atomic_bool never = false;
        QList<LogRow::Column> all;
        for (int column = 0; column < LogRow::ColumnCount; ++column)
            all.append(static_cast<LogRow::Column>(column));
        const auto text = copiedText(*recording.document(), {{RecordId(1), {}}, {RecordId(2), RecordId(1)}}, all, never);
        QVERIFY(text.ok());
        for (int row = 0; row < 2; ++row) {
            for (int column = 0; column < FrameLogModel::ColumnCount; ++column)
                QCOMPARE(text->split(QLatin1Char('\n')).at(row).split(QLatin1Char('\t')).at(column), cell(model, row, column));
        }
        const QStringList lines = text->split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines.at(0).contains(QStringLiteral("one⇥two↵three")));
        QVERIFY(lines.at(1).endsWith(QStringLiteral("\t4001 bye")));
        QCOMPARE(lines.at(0).count(QLatin1Char('\t')), static_cast<int>(FrameLogModel::ColumnCount) - 1);
        QCOMPARE(*copiedText(*recording.document(), {{RecordId(2), {}}}, {LogRow::Preview, LogRow::Number}, never), QStringLiteral("4001 bye\t2\n"));
    }
};

QTEST_MAIN(TestFrameLogModel)
#include "tst_framelogmodel.moc"
