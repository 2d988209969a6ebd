#include "dialogs/columnsdialog.h"
#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "panes/logcolumns.h"
#include "theme/theme.h"
#include "workspace.h"

#include "recording.h"
#include "support/testmain.h"

#include <QApplication>
#include <QHeaderView>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

using namespace wsw;
using namespace wsw::desktop;

/// Columns are chosen, moved and remembered: by the dialog, by the menu of a heading, by dragging.
class TestColumnsDialog final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<FrameLogPane> m_pane;

    [[nodiscard]] QHeaderView *header() const { return m_pane->view()->horizontalHeader(); }
    [[nodiscard]] LogColumns *columns() const { return m_pane->view()->findChild<LogColumns *>(); }

    [[nodiscard]] QList<int> order() const
    {
        QList<int> all;
        for (int place = 0; place < FrameLogModel::ColumnCount; ++place)
            all.append(header()->logicalIndex(place));
        return all;
    }

    [[nodiscard]] std::unique_ptr<ColumnsDialog> open() const
    {
        auto dialog = std::make_unique<ColumnsDialog>(columns(), m_pane.get());
        dialog->show();
        if (!QTest::qWaitForWindowExposed(dialog.get()))
            qFatal("The dialog is not shown.");
        QApplication::setActiveWindow(dialog.get());
        return dialog;
    }

    static QListWidget *list(const ColumnsDialog &dialog) { return dialog.findChild<QListWidget *>(QStringLiteral("columnsList")); }
    static int rowOf(const ColumnsDialog &dialog, LogRow::Column column)
    {
        for (int row = 0; row < list(dialog)->count(); ++row) {
            if (list(dialog)->item(row)->data(Qt::UserRole).toInt() == column)
                return row;
        }
        return -1;
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_columnsdialog");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        m_workspace = std::make_unique<Workspace>();
        m_pane = std::make_unique<FrameLogPane>(m_workspace.get());
        m_pane->resize(1400, 300);
        m_pane->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
    }

    void cleanup()
    {
        m_pane.reset();
        m_workspace.reset();
    }

    void showsAndHides()
    {
        const auto dialog = open();
        QCOMPARE(list(*dialog)->count(), static_cast<int>(FrameLogModel::ColumnCount));
        QVERIFY(header()->isSectionHidden(FrameLogModel::Mask));
        list(*dialog)->setCurrentRow(rowOf(*dialog, FrameLogModel::Mask));
        QTest::keyClick(list(*dialog), Qt::Key_Space);
        QVERIFY(!header()->isSectionHidden(FrameLogModel::Mask));
        QTest::keyClick(list(*dialog), Qt::Key_Space);
        QVERIFY(header()->isSectionHidden(FrameLogModel::Mask));
        // Without the frame's name rows would say nothing.
        list(*dialog)->setCurrentRow(rowOf(*dialog, FrameLogModel::Frame));
        QTest::keyClick(list(*dialog), Qt::Key_Space);
        QVERIFY(!header()->isSectionHidden(FrameLogModel::Frame));
    }

    void movesByKeysAndDragging()
    {
        const auto dialog = open();
        list(*dialog)->setCurrentRow(rowOf(*dialog, FrameLogModel::Time));
        QTest::keyClick(dialog.get(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(order().first(2), (QList<int>{FrameLogModel::Time, FrameLogModel::Number}));
        QTest::keyClick(dialog.get(), Qt::Key_Down, Qt::AltModifier);
        QTest::keyClick(dialog.get(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(order().first(3), (QList<int>{FrameLogModel::Number, FrameLogModel::Delta, FrameLogModel::Time}));
        QCOMPARE(list(*dialog)->currentRow(), 2);
        // As dragging in the list does.
        QVERIFY(list(*dialog)->model()->moveRow({}, FrameLogModel::Preview, {}, 0));
        QTRY_COMPARE(order().constFirst(), static_cast<int>(FrameLogModel::Preview));
        QTest::mouseClick(dialog->findChild<QPushButton *>(QStringLiteral("columnsStandard")), Qt::LeftButton);
        QList<int> standard;
        for (int column = 0; column < FrameLogModel::ColumnCount; ++column)
            standard.append(column);
        QCOMPARE(order(), standard);
        QCOMPARE(rowOf(*dialog, FrameLogModel::Preview), static_cast<int>(FrameLogModel::Preview));
    }

    void aHeadingsMenuMovesIt()
    {
        const auto trigger = [this](LogRow::Column column, const QString &text) {
            const QPoint at(header()->sectionViewportPosition(column) + 4, 4);
            Q_EMIT header()->customContextMenuRequested(at);
            auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
            QVERIFY(menu != nullptr);
            const QList<QAction *> actions = menu->actions();
            const auto action = std::find_if(actions.cbegin(), actions.cend(), [&text](const QAction *each) { return each->text() == text; });
            QVERIFY(action != actions.cend());
            QVERIFY((*action)->isEnabled());
            (*action)->trigger();
            menu->close();
        };
        trigger(FrameLogModel::Rtt, QStringLiteral("Move RTT to the left"));
        QCOMPARE(order().sliced(5, 2), (QList<int>{FrameLogModel::Rtt, FrameLogModel::Length}));
        // Over what is hidden, to the next that is seen.
        trigger(FrameLogModel::Length, QStringLiteral("Move Length to the right"));
        QCOMPARE(columns()->shown().last(2), (QList<LogRow::Column>{LogRow::Preview, LogRow::Length}));
    }

    void theDialogGoesWithItsLog()
    {
        const auto arrange = [this] {
            QMenu menu;
            columns()->fillMenu(&menu);
            const QList<QAction *> actions = menu.actions();
            const auto action = std::find_if(actions.cbegin(), actions.cend(), [](const QAction *each) { return each->text() == QStringLiteral("Arrange columns…"); });
            QVERIFY(action != actions.cend());
            (*action)->trigger();
        };
        const auto dialogs = [] {
            QList<ColumnsDialog *> found;
            for (QWidget *widget : QApplication::topLevelWidgets()) {
                if (auto *dialog = qobject_cast<ColumnsDialog *>(widget))
                    found.append(dialog);
            }
            return found;
        };
        arrange();
        QCOMPARE(dialogs().size(), 1);
        arrange(); // there is one already
        QCOMPARE(dialogs().size(), 1);
        m_pane.reset();
        QCOMPARE(dialogs().size(), 0);
    }

    void longNumbersKeepTheirRoom()
    {
        const QByteArray narrow = m_pane->saveColumns();
        columns()->fitNumber(9);
        const int wide = m_pane->view()->columnWidth(FrameLogModel::Number);
        QVERIFY(wide > QFontMetrics(Theme::instance().font(FontRole::Mono)).horizontalAdvance(QStringLiteral("123456789")));
        columns()->reset();
        QCOMPARE(m_pane->view()->columnWidth(FrameLogModel::Number), wide);
        m_pane->restoreColumns(narrow);
        QCOMPARE(m_pane->view()->columnWidth(FrameLogModel::Number), wide);
    }

    void orderIsRemembered()
    {
        columns()->move(FrameLogModel::Preview, 0);
        columns()->show(FrameLogModel::KindDelta, true);
        const QByteArray state = m_pane->saveColumns();
        FrameLogPane other(m_workspace.get());
        other.restoreColumns(state);
        QCOMPARE(other.view()->horizontalHeader()->logicalIndex(0), static_cast<int>(FrameLogModel::Preview));
        QVERIFY(!other.view()->isColumnHidden(FrameLogModel::KindDelta));
    }
};

QTEST_MAIN(TestColumnsDialog)
#include "tst_columnsdialog.moc"
