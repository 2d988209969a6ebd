#include "panes/filterbar.h"
#include "theme/theme.h"
#include "widgets/actionfinder.h"
#include "widgets/chip.h"
#include "widgets/explanationcard.h"
#include "widgets/filteredit.h"
#include "widgets/flowlayout.h"
#include "widgets/noticebar.h"
#include "widgets/panedock.h"
#include "widgets/plaintextview.h"
#include "widgets/segments.h"
#include "widgets/taborder.h"

#include "recording.h"
#include "support/testmain.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QLabel>
#include <QMainWindow>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTextBlock>
#include <QVBoxLayout>

using namespace wsw;
using namespace wsw::desktop;

class TestWidgets final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFlowTakesAsManyLinesAsItNeeds()
    {
        QWidget parent;
        auto *flow = new FlowLayout(8, 4);
        parent.setLayout(flow);
        QList<QWidget *> items;
        for (const QSize size : {QSize(50, 28), QSize(60, 16), QSize(70, 28), QSize(80, 28)}) {
            auto *item = new QWidget(&parent);
            item->setFixedSize(size);
            flow->addWidget(item);
            items.append(item);
        }
        QCOMPARE(flow->sizeHint(), QSize(50 + 60 + 70 + 80 + 3 * 8, 28));
        QCOMPARE(flow->heightForWidth(400), 28);
        QCOMPARE(flow->heightForWidth(130), 3 * 28 + 2 * 4);    // 50 + 8 + 60 fit, 70 and 80 stand alone
        QCOMPARE(flow->minimumSize(), QSize(80, 28));
        flow->setGeometry(QRect(10, 10, 130, 100));
        QCOMPARE(items.at(0)->pos(), QPoint(10, 10));
        QCOMPARE(items.at(1)->pos(), QPoint(68, 16));           // in the middle of its line
        QCOMPARE(items.at(2)->pos(), QPoint(10, 42));
        QCOMPARE(items.at(3)->pos(), QPoint(10, 74));
        items.at(0)->hide();
        items.at(1)->hide();
        QCOMPARE(flow->heightForWidth(130), 2 * 28 + 4);
    }

    void whatIsAlignedToTheRightGoesThereWithAllBehindIt()
    {
        QWidget parent;
        auto *flow = new FlowLayout(8, 4);
        parent.setLayout(flow);
        QList<QWidget *> items;
        for (const int width : {50, 60, 70}) {
            auto *item = new QWidget(&parent);
            item->setFixedSize(width, 20);
            flow->addWidget(item);
            items.append(item);
        }
        flow->setAlignment(items.at(1), Qt::AlignRight);
        flow->setAlignment(items.at(2), Qt::AlignRight);
        flow->setGeometry(QRect(10, 0, 300, 20));
        QCOMPARE(items.at(0)->x(), 10);
        QCOMPARE(items.at(1)->x(), 310 - 70 - 8 - 60);
        QCOMPARE(items.at(2)->x(), 310 - 70);
        // First in its line it stands at the left.
        flow->setGeometry(QRect(10, 0, 140, 44));
        QCOMPARE(items.at(1)->pos(), QPoint(150 - 60, 0));
        QCOMPARE(items.at(2)->pos(), QPoint(10, 24));
    }

    void tabGoesAsItIsRead()
    {
        // Made in the wrong order, laid out in the right one.
        QWidget window;
        auto *third = new QPushButton(&window);
        auto *second = new QPushButton(&window);
        auto *pages = new QTabWidget(&window);
        auto *first = new QPushButton(&window);
        auto *page = new QWidget;
        auto *onPage = new QVBoxLayout(page);
        onPage->addWidget(second);
        pages->addTab(page, QStringLiteral("page"));
        auto *column = new QVBoxLayout(&window);
        column->addWidget(first);
        column->addWidget(pages);
        column->addWidget(third);
        orderTabs({&window});
        QList<QWidget *> chain;
        for (QWidget *next = window.nextInFocusChain(); next != &window; next = next->nextInFocusChain()) {
            if (qobject_cast<QPushButton *>(next) != nullptr)
                chain.append(next);
        }
        // The chain is a circle.
        QCOMPARE(chain.size(), 3);
        const qsizetype start = chain.indexOf(first);
        QCOMPARE(chain.at((start + 1) % 3), second);
        QCOMPARE(chain.at((start + 2) % 3), third);
    }

    void longLinesAreShownInPiecesAndCopiedWhole()
    {
        // A character of two halves stands where the first piece would end.
        QString line(PlainTextView::longestLine - 1, u'x');
        line += QStringLiteral("\U0001f642");
        line += QString(300'000, u'y');
        const QString text = QStringLiteral("short\n") + line + QStringLiteral("\n\nend");
        PlainTextView view;
        view.resize(300, 300);
        view.show();
        QElapsedTimer timer;
        timer.start();
        view.setText(text);
        QCoreApplication::processEvents();
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
            QVERIFY(block.text().size() <= PlainTextView::longestLine);
            QVERIFY(!block.text().endsWith(QChar(0xd83d)));
        }
        view.selectAll();
        view.copy();
        QVERIFY(QApplication::clipboard()->text() == text);
        QTextCursor part(view.document());
        part.setPosition(3);
        part.setPosition(6 + static_cast<int>(PlainTextView::longestLine) + 50, QTextCursor::KeepAnchor);
        view.setTextCursor(part);
        view.copy();
        QVERIFY(text.contains(QApplication::clipboard()->text()));
        QVERIFY(QApplication::clipboard()->text().size() > PlainTextView::longestLine);
        view.setText(QString(PlainTextView::longestLine, u'z'));
        QCOMPARE(view.document()->blockCount(), 1);
    }

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

    void aLastingNoticeGoesWhenItIsTakenBack()
    {
        QWidget window;
        NoticeBar bar(&window);
        int ran = 0;
        Notice notice{NoticeKind::Problem, QStringLiteral("disk full"), {}, {}, {{QStringLiteral("Save"), [&] { ++ran; }}}};
        notice.lasting = true;
        bar.post(notice);
        window.show();
        bar.dismiss();
        QTest::mouseClick(bar.findChild<QPushButton *>(QStringLiteral("noticeAction")), Qt::LeftButton);
        QTRY_COMPARE(ran, 1);
        QCOMPARE(bar.message(), QStringLiteral("disk full"));
        bar.post({NoticeKind::Info, QStringLiteral("other"), {}, {}, {}});
        bar.dismiss();
        QCOMPARE(bar.message(), QStringLiteral("disk full"));
        bar.retract(QStringLiteral("disk full"));
        QCOMPARE(bar.count(), 0);
    }

    void whatWasOnTheWireIsNoHtml()
    {
        QWidget window;
        NoticeBar bar(&window);
        bar.post({NoticeKind::Problem, QStringLiteral("m"), {}, QStringLiteral("<h1>Welcome</h1>"), {}});
        for (const QLabel *label : bar.findChildren<QLabel *>()) {
            if (label->text().contains(QLatin1String("<h1>")))
                QCOMPARE(label->textFormat(), Qt::PlainText);
        }
        ExplanationCard card(QStringLiteral("card"));
        lesson::Explanation explanation;
        explanation.title = QStringLiteral("<b>X</b>");
        card.setExplanation(explanation);
        QCOMPARE(card.findChild<QLabel *>(QStringLiteral("cardTitle"))->textFormat(), Qt::PlainText);
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
        finder.open(QStringLiteral("Only this"));
        QCOMPARE(finder.placeholderText(), QStringLiteral("Only this"));
        finder.open();
        QVERIFY(finder.placeholderText() != QStringLiteral("Only this"));
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

    void completesOnlyWhatTheFieldCanBe()
    {
        FilterEdit edit;
        edit.show();
        QVERIFY(QTest::qWaitForWindowExposed(&edit));
        edit.setFocus();
        QTest::keyClicks(&edit, QStringLiteral("kind == e"));
        auto *popup = qobject_cast<QAbstractItemView *>(QApplication::activePopupWidget());
        QVERIFY(popup != nullptr);
        QCOMPARE(popup->model()->rowCount(), 1);
        QCOMPARE(popup->model()->index(0, 0).data().toString(), QStringLiteral("end"));
        popup->hide();
        // What a menu puts in is not being typed.
        edit.setFilterText(QStringLiteral("violation == r"));
        QVERIFY(QApplication::activePopupWidget() == nullptr);
    }

    void whatIsPutInTheFilterCanBeUndone()
    {
        FilterEdit edit;
        QTest::keyClicks(&edit, QStringLiteral("a word"));
        edit.setFilterText({});
        edit.undo();
        QCOMPARE(edit.text(), QStringLiteral("a word"));
        edit.addTerm(QStringLiteral("fin"));
        QVERIFY(edit.text().endsWith(QLatin1String("&& fin")));
        edit.undo();
        QCOMPARE(edit.text(), QStringLiteral("a word"));
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
