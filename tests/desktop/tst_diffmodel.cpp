#include "models/diffmodel.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace wsw;
using namespace wsw::desktop;

/// The rows of a comparison: what stands in them, which of them are shown, where the differences are.
class TestDiffModel final : public QObject
{
    Q_OBJECT

    /// Equal, changed (in two fragments on the right), equal, only on the left; the server's only on the right.
    std::shared_ptr<const replay::Comparison> compared()
    {
        const auto left = m_talk.open();
        for (const char *each : {"one", "two 1", "three", "four"})
            left->sent(test::encode(0x81, each, "abcd"));
        const auto right = m_talk.open();
        right->sent(test::encode(0x81, "one", "abcd") + test::encode(0x01, "two", "abcd") + test::encode(0x80, " 2", "abcd")
                    + test::encode(0x81, "three", "abcd"));
        right->received(test::encode(0x82, QByteArray("\x01\x02", 2)));
        const std::shared_ptr<const capture::Document> document(&m_talk.document(), [](const capture::Document *) {});
        auto made = replay::compare({document, left->id()}, {document, right->id()}, {});
        return std::make_shared<const replay::Comparison>(std::move(made).value());
    }

    test::Talk m_talk;

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void rows()
    {
        DiffModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        model.setComparison(compared());
        QCOMPARE(model.rowCount(), 5);
        const auto cell = [&model](int row, int column) { return model.index(row, column).data().toString(); };
        QTRY_COMPARE(cell(0, DiffModel::Left), QStringLiteral("one"));
        const QStringList marks{QStringLiteral("="), QStringLiteral("≠"), QStringLiteral("="), QStringLiteral("−"), QStringLiteral("+")};
        for (int row = 0; row < 5; ++row)
            QCOMPARE(cell(row, DiffModel::Mark), marks.at(row));
        QCOMPARE(cell(1, DiffModel::Left), QStringLiteral("two 1"));
        QCOMPARE(cell(1, DiffModel::Right), QStringLiteral("two …"));
        QCOMPARE(cell(3, DiffModel::Left), QStringLiteral("four"));
        QCOMPARE(cell(3, DiffModel::Right), QString());
        QCOMPARE(cell(3, DiffModel::RightNumber), QString());
        QCOMPARE(cell(4, DiffModel::Speaker), QStringLiteral("server"));
        QCOMPARE(cell(4, DiffModel::Right), QStringLiteral("01 02"));
        QCOMPARE(model.index(4, 0).data(Qt::ToolTipRole).toString(), QStringLiteral("only on the right"));
        model.setComparison(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void onlyDifferences()
    {
        DiffModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setComparison(compared());
        QCOMPARE(model.differenceFrom(-1, 1), std::optional(1));
        QCOMPARE(model.differenceFrom(1, 1), std::optional(3));
        QCOMPARE(model.differenceFrom(4, 1), std::nullopt);
        QCOMPARE(model.differenceFrom(5, -1), std::optional(4));
        QCOMPARE(model.differenceFrom(1, -1), std::nullopt);
        model.setOnlyDifferences(true);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.differenceFrom(-1, 1), std::optional(0));
        QCOMPARE(model.entryAt(0).kind, DiffModel::Kind::Changed);
        model.setOnlyDifferences(false);
        QCOMPARE(model.rowCount(), 5);
    }

    void whatIsNotInMemoryFollows()
    {
        const auto fresh = compared();
        // Opened again, nothing of it is in memory.
        auto opened = capture::Document::open(m_talk.close());
        QVERIFY(opened.ok());
        auto reread = std::make_shared<replay::Comparison>(*fresh);
        const std::shared_ptr<const capture::Document> document = std::move(opened).value();
        reread->left.document = reread->right.document = document;
        DiffModel model;
        model.setComparison(reread);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QCOMPARE(model.index(0, DiffModel::Left).data().toString(), QStringLiteral("…"));
        QTRY_VERIFY(changed.count() > 0);
        QCOMPARE(model.index(0, DiffModel::Left).data().toString(), QStringLiteral("one"));
    }
};

QTEST_GUILESS_MAIN(TestDiffModel)
#include "tst_diffmodel.moc"
