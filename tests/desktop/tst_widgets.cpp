#include "panes/filterbar.h"
#include "theme/theme.h"
#include "widgets/actionfinder.h"
#include "widgets/chip.h"
#include "widgets/filteredit.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"
#include "widgets/segments.h"

#include "recording.h"
#include "support/testmain.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QLabel>
#include <QMainWindow>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>

using namespace wsw;
using namespace wsw::desktop;

class TestWidgets final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_widgets");
        Theme::instance().apply(SchemeChoice::Light);
    }
    void init() { test::failOnWarnings(); }

    void noticesWaitForOneAnother()
    {
        QWidget window;
        NoticeBar bar(&window);
        QVERIFY(bar.isHidden());
        bar.post({NoticeKind::Info, QStringLiteral("first"), {}, {}, {}});
        bar.post({NoticeKind::Problem, QStringLiteral("second"), QStringLiteral("do this"), QStringLiteral("more"), {}});
        QVERIFY(!bar.isHidden());
        QCOMPARE(bar.message(), QStringLiteral("second"));
        QCOMPARE(bar.count(), 2);
        bar.dismiss();
        QCOMPARE(bar.message(), QStringLiteral("first"));
        bar.dismiss();
        QVERIFY(bar.isHidden());
    }

    void aNoticeSaidTwiceIsShownOnce()
    {
        QWidget window;
        NoticeBar bar(&window);
        bar.post({NoticeKind::Problem, QStringLiteral("disk full"), {}, {}, {}});
        bar.post({NoticeKind::Info, QStringLiteral("other"), {}, {}, {}});
        bar.post({NoticeKind::Problem, QStringLiteral("disk full"), {}, {}, {}});
        QCOMPARE(bar.count(), 2);
        QCOMPARE(bar.message(), QStringLiteral("disk full"));
    }

    void aNoticesActionRunsAndTheNoticeGoes()
    {
        QWidget window;
        NoticeBar bar(&window);
        int ran = 0;
        bar.post({NoticeKind::Problem, QStringLiteral("port taken"), {}, {}, {{QStringLiteral("Use another"), [&] { ++ran; }}}});
        window.show();
        auto *button = bar.findChild<QPushButton *>(QStringLiteral("noticeAction"));
        QCOMPARE(button->text(), QStringLiteral("Use another"));
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(ran, 1);
        QCOMPARE(bar.count(), 0);
    }

    void errorsBecomeNotices()
    {
        const Notice notice = noticeOf({ErrorKind::InUse, QStringLiteral("m"), QStringLiteral("r"), QStringLiteral("d")});
        QCOMPARE(notice.kind, NoticeKind::Problem);
        QCOMPARE(notice.message, QStringLiteral("m"));
        QCOMPARE(notice.remedy, QStringLiteral("r"));
        QCOMPARE(notice.detail, QStringLiteral("d"));
        QCOMPARE(noticeOf({ErrorKind::Cancelled, QStringLiteral("m"), {}, {}}).kind, NoticeKind::Info);
    }

    void finderMatchesBeginningsOfWords_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("found");
        QTest::newRow("nothing") << QString() << true;
        QTest::newRow("first word") << QStringLiteral("hos") << true;
        QTest::newRow("case") << QStringLiteral("HOST") << true;
        QTest::newRow("any order") << QStringLiteral("serv host") << true;
        QTest::newRow("inside a word") << QStringLiteral("ost") << false;
        QTest::newRow("one of two") << QStringLiteral("host client") << false;
    }

    void finderMatchesBeginningsOfWords()
    {
        QFETCH(QString, typed);
        QTEST(ActionFinder::matches(QStringLiteral("Host a server…"), typed), "found");
    }

    void finderRunsWhatIsChosen()
    {
        QString ran;
        ActionFinder finder([&ran](const QString &typed) {
            QList<FinderEntry> found;
            for (const QString &text : {QStringLiteral("Open"), QStringLiteral("Save as"), QStringLiteral("Pause")}) {
                if (ActionFinder::matches(text, typed))
                    found.append({text, {}, {}, [&ran, text] { ran = text; }});
            }
            return found;
        });
        finder.show();
        QVERIFY(QTest::qWaitForWindowExposed(&finder));
        finder.open();
        QTest::keyClicks(&finder, QStringLiteral("sa"));
        QWidget *popup = QApplication::activePopupWidget();
        QVERIFY(popup != nullptr);
        QTest::keyClick(popup, Qt::Key_Return);
        QTRY_COMPARE(ran, QStringLiteral("Save as"));
        QCOMPARE(finder.text(), QString());
    }

    void segmentsTellOnlyTheUsersChoice()
    {
        Segments segments({QStringLiteral("Test"), QStringLiteral("Teach")});
        QSignalSpy chosen(&segments, &Segments::chosen);
        segments.setCurrent(0);
        QCOMPARE(segments.current(), 0);
        QCOMPARE(chosen.count(), 0);
        QTest::mouseClick(segments.findChildren<QPushButton *>().at(1), Qt::LeftButton);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(segments.current(), 1);
        segments.setCurrent(-1);
        QCOMPARE(segments.current(), -1);
    }

    void aDocksHeadShowsThePanesTabs()
    {
        QMainWindow window;
        PaneDock dock(QStringLiteral("d"), QStringLiteral("Pane"), &window);
        auto *pages = new QTabWidget;
        pages->addTab(new QWidget, QStringLiteral("One"));
        pages->addTab(new QWidget, QStringLiteral("Two"));
        dock.setPane(pages);
        QTabBar *tabs = dock.head()->tabs();
        QVERIFY(tabs != nullptr);
        QCOMPARE(tabs->count(), 2);
        QVERIFY(pages->tabBar()->isHidden());
        tabs->setCurrentIndex(1);
        QCOMPARE(pages->currentIndex(), 1);
        pages->setCurrentIndex(0);
        QCOMPARE(tabs->currentIndex(), 0);
    }

    void completesFieldNames()
    {
        FilterEdit edit;
        edit.show();
        QVERIFY(QTest::qWaitForWindowExposed(&edit));
        edit.setFocus();
        QTest::keyClicks(&edit, QStringLiteral("conn == 1 && opc"));
        QWidget *popup = QApplication::activePopupWidget();
        QVERIFY(popup != nullptr);
        QTest::keyClick(popup, Qt::Key_Down);
        QTest::keyClick(popup, Qt::Key_Return);
        QTRY_COMPARE(edit.text(), QStringLiteral("conn == 1 && opcode "));
    }

    void chipsTakeTheirText()
    {
        Chip chip;
        chip.set(QStringLiteral("text"), Meaning::Sent);
        const int narrow = chip.sizeHint().width();
        chip.set(QStringLiteral("continuation · last"), Meaning::Sent);
        QVERIFY(chip.sizeHint().width() > narrow);
        QCOMPARE(chip.accessibleName(), QStringLiteral("continuation · last"));
    }
};

QTEST_MAIN(TestWidgets)
#include "tst_widgets.moc"
