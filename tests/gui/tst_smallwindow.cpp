#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "panes/windowstatus.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"

#include "gui/person.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;

/// A window of 900x600: everything is there, or can be reached.
class TestSmallWindow final : public test::Person
{
    Q_OBJECT

    static constexpr QSize small{900, 600};

    /// Who asks for more than a third of the window: the words of a failure.
    [[nodiscard]] QString whatIsWide() const
    {
        QString wide = QStringLiteral("%1 x %2").arg(m_window->width()).arg(m_window->height());
        for (const QWidget *child : m_window->findChildren<QWidget *>()) {
            const int width = child->minimumSizeHint().expandedTo(child->minimumSize()).width();
            if (width > small.width() / 4)
                wide += QStringLiteral("\n%1 %2 %3").arg(QLatin1String(child->metaObject()->className()), child->objectName()).arg(width);
        }
        return wide;
    }

    /// The page of a scroll area.
    static bool isScrolled(const QWidget *widget)
    {
        const auto *area = qobject_cast<const QScrollArea *>(widget->parentWidget()->parentWidget());
        return area != nullptr && area->widget() == widget;
    }

    /// What is typed may be longer than its line, and is scrolled there; what is chosen or said is not.
    static int leastWidth(const QWidget *control)
    {
        if (const auto *number = qobject_cast<const QSpinBox *>(control))
            return number->fontMetrics().horizontalAdvance(number->text()) + 2 * Theme::instance().scaled(metrics::space8);
        return qobject_cast<const QLineEdit *>(control) != nullptr ? 0 : control->minimumSizeHint().width();
    }

    /// Controls of which a part lies outside their pane, and that cannot be scrolled to.
    [[nodiscard]] QString whatIsCut() const
    {
        QString cut;
        for (const QWidget *child : m_window->findChildren<QWidget *>()) {
            const bool isControl = qobject_cast<const QAbstractButton *>(child) != nullptr || qobject_cast<const QLineEdit *>(child) != nullptr
                                   || qobject_cast<const QComboBox *>(child) != nullptr || qobject_cast<const QAbstractSpinBox *>(child) != nullptr;
            // Arrows of a tab bar, the cross in a line.
            if (!isControl || !child->isVisible() || qobject_cast<const QTabBar *>(child->parent()) != nullptr || child->parent()->inherits("QLineEdit"))
                continue;
            const QWidget *area = child->parentWidget();
            while (area != m_window.get() && qobject_cast<const PaneDock *>(area) == nullptr && !isScrolled(area))
                area = area->parentWidget();
            const QRect place(child->mapTo(area, QPoint()), child->size());
            // A scroll area's page is as large as need be; only its sides are fixed.
            if (!area->rect().contains(place) || child->width() < leastWidth(child))
                cut += QStringLiteral("%1 %2: %3 wide of %4, %5 high, at %6 %7 of %8 x %9\n").arg(QLatin1String(child->metaObject()->className()), child->objectName())
                           .arg(child->width()).arg(leastWidth(child)).arg(child->height()).arg(place.left()).arg(place.top()).arg(area->width()).arg(area->height());
        }
        return cut;
    }

    [[nodiscard]] int linesOfOptions() const
    {
        QSet<int> lines;
        for (const char *name : {"savedButton", "historyButton", "fragmentBytes", "repeatMs", "compress", "repeatList", "sendButton"}) {
            const auto *option = find<QWidget>(name);
            lines.insert(option->mapTo(m_window.get(), option->rect().center()).y() / 10);
        }
        return static_cast<int>(lines.size());
    }

    /// Something of every kind to show.
    void talk()
    {
        QVERIFY(hostAndConnect() != 0);
        type(find<QPlainTextEdit>("composerText"), QStringLiteral("{\"one\": 1}"));
        click("sendButton");
        QTRY_VERIFY(m_window->frameLog()->model()->rowCount() >= 4);
        QTRY_VERIFY(m_window->docks().inspector->isVisible());
        m_workspace->selectRecord(m_window->frameLog()->model()->recordAt(2));
    }

private Q_SLOTS:
    void init()
    {
        begin();
        openWindow(small);
    }

    void cleanup() { closeWindow(); }

    void whatTheStatusSaysMakesItNoWider()
    {
        talk();
        auto *status = m_window->findChild<WindowStatus *>();
        auto *memory = find<QLabel>("statusMemory");
        QTRY_VERIFY(memory->isVisible());
        status->setBusy(QStringLiteral("Importing a file whose name is long, as names of recorded files are…"));
        QTRY_VERIFY(!memory->isVisible());
        QVERIFY2(m_window->size() == small && m_window->minimumSizeHint().width() <= small.width(), qPrintable(whatIsWide()));
        for (const char *name : {"statusReceived", "statusStored", "statusShown", "statusLost", "statusTarget"})
            QVERIFY2(find<QLabel>(name)->isVisible(), name);
        status->setBusy({});
        QTRY_VERIFY(memory->isVisible());
    }

    void everythingIsThereOrCanBeReached_data()
    {
        QTest::addColumn<Layout>("layout");
        QTest::addColumn<QString>("form");
        QTest::newRow("test") << Layout::Test << QString();
        QTest::newRow("teach") << Layout::Teach << QString();
        QTest::newRow("measure") << Layout::Measure << QString();
        for (const char *form : {"host", "connect", "proxy"})
            QTest::newRow(form) << Layout::Test << QLatin1String(form) + QStringLiteral("Button");
    }

    void everythingIsThereOrCanBeReached()
    {
        QFETCH(Layout, layout);
        QFETCH(QString, form);
        talk();
        m_window->showLayout(layout);
        if (!form.isEmpty())
            click(qPrintable(form));
        for (int tab = 0; tab < 6; ++tab) {
            for (const char *name : {"inspectorTabsHead", "composerTabsHead", "latencyTabsHead"}) {
                if (auto *tabs = find<QTabBar>(name); tab < tabs->count())
                    tabs->setCurrentIndex(tab);
            }
            QTest::qWait(20);
            QVERIFY2(m_window->size() == small && m_window->minimumSizeHint().width() <= small.width(), qPrintable(whatIsWide()));
            const QString cut = whatIsCut();
            QVERIFY2(cut.isEmpty(), qPrintable(cut));
        }
        // The log is what one has come for.
        QVERIFY2(m_window->frameLog()->view()->viewport()->height() >= 3 * Theme::instance().scaled(metrics::row), "too few rows");
        if (m_window->docks().composer->isVisible())
            QVERIFY(m_window->docks().composer->height() <= small.height() * 9 / 20);
    }

    void aFormHasThePlaceOfThePanesAtTheRight()
    {
        click("connectButton");
        QTRY_VERIFY(!m_window->docks().inspector->isVisible());
        click("connectButtonGoCancel");
        QTRY_VERIFY(m_window->docks().inspector->isVisible());
        QVERIFY(m_window->docks().latency->isVisible());
        QCOMPARE(m_window->size(), small);
    }

    void theOptionsOfTheComposerStandInOneLineWhereThereIsRoom()
    {
        QVERIFY(hostAndConnect() != 0);
        QTRY_VERIFY(m_window->docks().inspector->isVisible());
        QVERIFY(linesOfOptions() > 1);
        m_window->resize(1280, 800);
        m_window->showLayout(Layout::Test);
        QTest::qWait(50);
        QTRY_VERIFY2(linesOfOptions() == 1, qPrintable(QString::number(m_window->docks().composer->width())));
        // More than one line is made of it rather than something cut.
        find<QSpinBox>("fragmentBytes")->setValue(1'000'000);
        find<QSpinBox>("repeatMs")->setValue(60'000);
        QTRY_COMPARE(linesOfOptions(), 2);
        QTRY_VERIFY2(whatIsCut().isEmpty(), qPrintable(whatIsCut()));    // the page follows its lines a turn later
    }

    void aTallPageGetsTheRoomItNeedsAndGivesItBack()
    {
        m_window->resize(1280, 800);
        m_window->showLayout(Layout::Test);
        QTest::qWait(20);
        const PaneDock *composer = m_window->docks().composer;
        const int before = composer->height();
        chooseTab("composerTabs", QStringLiteral("Frame by frame"));
        const auto isSeen = [](const QWidget *widget) { return widget->visibleRegion().boundingRect().height() == widget->height(); };
        QTRY_VERIFY(isSeen(find<QPlainTextEdit>("framePayload")) && isSeen(find<QLabel>("framePreview")));
        QVERIFY(composer->height() > before && composer->height() <= 800 * 45 / 100);
        chooseTab("composerTabs", QStringLiteral("Control"));
        chooseTab("composerTabs", QStringLiteral("Frame by frame"));
        chooseTab("composerTabs", QStringLiteral("Text"));
        QTRY_COMPARE(composer->height(), before);
        // A height of the user's own making stays.
        chooseTab("composerTabs", QStringLiteral("Frame by frame"));
        m_window->resizeDocks({m_window->docks().composer}, {340}, Qt::Vertical);
        QTRY_COMPARE(composer->height(), 340);
        chooseTab("composerTabs", QStringLiteral("Text"));
        QTest::qWait(20);
        QCOMPARE(composer->height(), 340);
    }

    void aLayoutIsTheSameHoweverOneCameToIt()
    {
        talk();
        m_window->resize(1280, 800);
        const WindowDocks &docks = m_window->docks();
        for (const Layout before : {Layout::Test, Layout::Teach, Layout::Measure, Layout::Test}) {
            m_window->showLayout(before);
            QTest::qWait(20);
            m_window->showLayout(Layout::Test);
            QTest::qWait(20);
            const int height = 800 - Theme::instance().scaled(metrics::toolbar + metrics::statusBar);
            QVERIFY2(qAbs(docks.latency->height() - height * 295 / 1000) <= 4, qPrintable(QString::number(docks.latency->height())));
            QVERIFY2(qAbs(docks.composer->height() - height * 295 / 1000) <= 8, qPrintable(QString::number(docks.composer->height())));
        }
    }

    void optionsThatDoNothingAreNotThere()
    {
        for (const auto &[tab, messages] : {std::pair("Text", true), std::pair("Control", false), std::pair("Binary", true), std::pair("Frame by frame", false)}) {
            chooseTab("composerTabs", QLatin1String(tab));
            QCOMPARE(find<QSpinBox>("fragmentBytes")->isVisible(), messages);
            QCOMPARE(find<QComboBox>("compress")->isVisible(), messages);
            QVERIFY(find<QSpinBox>("repeatMs")->isVisible());
        }
        // The saved messages may be texts.
        find<QPushButton>("repeatList")->click();
        QVERIFY(find<QSpinBox>("fragmentBytes")->isVisible());
    }

    void aPaneBeginsBelowItsHead()
    {
        const WindowDocks &docks = m_window->docks();
        for (const PaneDock *dock : {docks.endpoints, docks.inspector, docks.composer, docks.latency}) {
            QCOMPARE(dock->head()->height(), Theme::instance().scaled(metrics::paneHead));
            QVERIFY2(dock->widget()->geometry().top() > dock->head()->geometry().bottom(), qPrintable(dock->objectName()));
        }
    }

    void thePreviewCanBeRead()
    {
        talk();
        auto *view = m_window->frameLog()->view();
        const QFontMetrics mono(Theme::instance().font(FontRole::Mono));
        const int enough = mono.horizontalAdvance(QStringLiteral("Hello server!"));
        for (const QSize size : {small, QSize(1280, 800)}) {
            for (const Layout layout : {Layout::Test, Layout::Teach, Layout::Measure}) {
                m_window->resize(size);
                m_window->showLayout(layout);
                QTest::qWait(20);
                QVERIFY2(view->columnWidth(FrameLogModel::Preview) >= enough, qPrintable(QString::number(view->columnWidth(FrameLogModel::Preview))));
                QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
            }
        }
        // What has given way comes back, and is not forgotten for good with the settings.
        m_window->resize(small);
        m_window->showLayout(Layout::Measure);
        QTRY_VERIFY(view->isColumnHidden(FrameLogModel::Rtt));
        const QByteArray saved = m_window->frameLog()->saveColumns();
        QVERIFY(view->isColumnHidden(FrameLogModel::Rtt));
        m_window->resize(1280, 800);
        m_window->showLayout(Layout::Test);
        QTRY_VERIFY(!view->isColumnHidden(FrameLogModel::Rtt));
        m_window->frameLog()->restoreColumns(saved);
        QVERIFY(!view->isColumnHidden(FrameLogModel::Rtt));
    }

    void aColumnThatTheUserHidesStaysHidden()
    {
        auto *view = m_window->frameLog()->view();
        QTest::qWait(20);
        QVERIFY(view->isColumnHidden(FrameLogModel::Delta));
        const auto toggle = [this, view](const QString &column) {
            QHeaderView *header = view->horizontalHeader();
            Q_EMIT header->customContextMenuRequested({5, 5});
            auto *menu = view->findChild<QMenu *>();
            for (QAction *action : menu->actions()) {
                if (action->text().startsWith(column))
                    action->trigger();
            }
            menu->close();
            QTRY_VERIFY(view->findChild<QMenu *>() == nullptr);
        };
        toggle(QStringLiteral("Δ"));
        QVERIFY(!view->isColumnHidden(FrameLogModel::Delta));
        m_window->resize(small - QSize(0, 1));
        QTest::qWait(20);
        QVERIFY(!view->isColumnHidden(FrameLogModel::Delta));
        toggle(QStringLiteral("Δ"));
        m_window->resize(1280, 800);
        m_window->showLayout(Layout::Test);
        QTest::qWait(20);
        QVERIFY(view->isColumnHidden(FrameLogModel::Delta));
        QVERIFY(!view->isColumnHidden(FrameLogModel::Rtt));
    }

    void furtherColumnsAreThereWhenAskedFor()
    {
        auto *view = m_window->frameLog()->view();
        const auto shown = [view](int column) { return !view->isColumnHidden(column); };
        QVERIFY(!shown(FrameLogModel::Mask));
        QMenu menu;
        m_window->frameLog()->fillColumnsMenu(&menu);
        for (QAction *action : menu.actions()) {
            if (action->text() == QStringLiteral("Masking key"))
                action->trigger();
        }
        QVERIFY(shown(FrameLogModel::Mask));
        QVERIFY(view->columnWidth(FrameLogModel::Mask) > 40);
        // It drives nothing out: all are there, the preview can be read, and the log is scrolled sideways.
        for (const int column : {FrameLogModel::Delta, FrameLogModel::Length, FrameLogModel::Rtt})
            QVERIFY(shown(column));
        QVERIFY(view->columnWidth(FrameLogModel::Preview) >= Theme::instance().scaled(100));
        QTRY_VERIFY(view->horizontalScrollBar()->maximum() > 0);
        view->setColumnWidth(FrameLogModel::Number, view->columnWidth(FrameLogModel::Number) + 100);
        QVERIFY(view->columnWidth(FrameLogModel::Preview) >= Theme::instance().scaled(100));
        view->setColumnWidth(FrameLogModel::Number, view->columnWidth(FrameLogModel::Number) - 100);
        view->horizontalHeader()->moveSection(view->horizontalHeader()->visualIndex(FrameLogModel::Mask), 1);
        const QByteArray saved = m_window->frameLog()->saveColumns();
        view->setColumnHidden(FrameLogModel::Mask, true);
        // What an older version has kept has other columns, and is not taken.
        m_window->frameLog()->restoreColumns(QByteArrayLiteral("junk"));
        QVERIFY(!shown(FrameLogModel::Mask));
        QVERIFY(!shown(FrameLogModel::Delta));
        QTRY_COMPARE(view->horizontalScrollBar()->maximum(), 0);
        // What had given way for want of room comes back all the same.
        m_window->resize(1280, 800);
        m_window->showLayout(Layout::Test);
        QTRY_VERIFY(shown(FrameLogModel::Delta));
        m_window->frameLog()->restoreColumns(saved);
        QVERIFY(shown(FrameLogModel::Mask));
        QCOMPARE(view->horizontalHeader()->visualIndex(FrameLogModel::Mask), 1);
    }

    void theFindBarFits()
    {
        m_window->showLayout(Layout::Measure);
        const int before = m_window->minimumSizeHint().width();
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto *bar = find<QFrame>("findBar");
        QTRY_VERIFY(bar->isVisible());
        QCOMPARE(m_window->size(), small);
        QVERIFY(m_window->minimumSizeHint().width() <= qMax(before, small.width()));
        for (const char *part : {"findEdit", "findKind", "findNext", "findPrevious", "findClose"}) {
            auto *widget = find<QWidget>(part);
            QVERIFY2(widget->isVisible() && bar->rect().contains(widget->geometry()), part);
        }
    }

    void theNameOfTheSelectionIsWholeWhereThereIsRoom()
    {
        QVERIFY(hostAndConnect() != 0);
        auto *scope = find<QPushButton>("filterScope");
        QTRY_VERIFY(scope->isVisible());
        const QString name = m_workspace->nameOf(m_workspace->currentConnection());
        for (const Layout layout : {Layout::Test, Layout::Teach, Layout::Measure}) {
            m_window->resize(1280, 800);
            m_window->showLayout(layout);
            QTRY_COMPARE(scope->text(), name);
        }
        m_window->resize(small);
        QTRY_VERIFY(scope->text() != name && find<QLineEdit>("filterEdit")->width() >= Theme::instance().scaled(72));
    }

    void aNoticeLeavesNoWordAlone()
    {
        auto *text = find<QLabel>("noticeText");
        const QString sentence = QStringLiteral("Live: a client and an echo server have talked. ");
        for (int words = 1; words < 12; ++words) {
            m_window->notices()->post({NoticeKind::Info, sentence, QStringLiteral("word ").repeated(words) + QStringLiteral("in."), {}, {}});
            QTest::qWait(5);
            // A little narrower, and it would take one more line: the last line is as full as it can be.
            const int used = text->width() - text->contentsMargins().right();
            const int height = text->heightForWidth(used);
            QCOMPARE(height, text->heightForWidth(text->width()));
            QVERIFY(text->height() >= height);
            QVERIFY(height <= text->fontMetrics().lineSpacing() * 3 / 2 || text->heightForWidth(used - 2) > height);
        }
    }
};

QTEST_MAIN(TestSmallWindow)
#include "tst_smallwindow.moc"
