#include "panes/bytesview.h"
#include "panes/inspection.h"
#include "panes/messagetree.h"
#include "panes/messageview.h"
#include "settings.h"
#include "widgets/hexwidget.h"
#include "widgets/plaintextview.h"
#include "widgets/segments.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QTextBlock>
#include <QThreadPool>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::desktop;
using Kind = SearchTerm::Kind;
using wire::Opcode;

/// What is searched for, marked in the message that is shown.
class TestMessageMarks final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_messagemarks"); }
    void init()
    {
        test::failOnWarnings();
        settings::setTab(u"message"_s, 0);
        m_recording = std::make_unique<test::Recording>();
    }

    void cleanup()
    {
        m_view.reset();
        m_inspection.reset();
        m_workspace.reset();
    }

    void everyPlaceIsMarkedAndCounted()
    {
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, R"({"order":1,"more":"Order ORDER"})");
        openView();
        m_workspace->setSearchTerm({u"order"_s, Kind::Text});
        select(1);
        QTRY_COMPARE(count(), u"Found here: 1 of 3"_s);
        QCOMPARE(marked(), (QStringList{u"order"_s, u"Order"_s, u"ORDER"_s}));
        // What the wire has and the laid out text has with a blank in it.
        m_workspace->setSearchTerm({u"\"order\":1,"_s, Kind::ExactText});
        QTRY_COMPARE(count(), u"Found here: 1 of 1"_s);
        QCOMPARE(marked(), QStringList{u"\"order\": 1,"_s});
        chooseForm(1);
        QCOMPARE(marked(), QStringList{u"\"order\":1,"_s});
        m_workspace->setSearchTerm({u"4f52444552"_s, Kind::Hex});
        QTRY_COMPARE(marked(), QStringList{u"ORDER"_s});
        m_workspace->setSearchTerm({u"nowhere"_s, Kind::Text});
        QTRY_COMPARE(count(), u"Not found in what is shown here"_s);
        QVERIFY(marked().isEmpty());
        m_workspace->setSearchTerm({});
        QVERIFY(!m_view->findChild<QWidget *>(u"messageMarks"_s)->isVisible());
    }

    void theTreeIsMarkedAndUnfolded()
    {
        // So many values that the tree is folded at first.
        const QByteArray more = QByteArrayLiteral(",1").repeated(500);
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, "{\"a\":{\"b\":{\"deep\":\"needle\"}},\"needle\":2,\"more\":[0" + more + "]}");
        openView();
        chooseForm(2);
        m_workspace->setSearchTerm({u"NEEDLE"_s, Kind::Text});
        select(1);
        QTRY_COMPARE(count(), u"Found here: 1 of 2"_s);
        auto *tree = m_view->findChild<MessageTree *>();
        QCOMPARE(tree->currentIndex().data().toString(), u"deep"_s);
        QVERIFY(tree->visualRect(tree->currentIndex()).isValid());
        QVERIFY(tree->currentIndex().data(Qt::BackgroundRole).isValid());
        button("messageFindNext")->click();
        QCOMPARE(tree->currentIndex().data().toString(), u"needle"_s);
        QCOMPARE(count(), u"Found here: 2 of 2"_s);
        button("messageFindNext")->click();
        QCOMPARE(tree->currentIndex().data().toString(), u"deep"_s);
    }

    void theCurrentPlaceIsScrolledTo()
    {
        QByteArray lines;
        for (int i = 0; i < 5000; ++i)
            lines += "line " + QByteArray::number(i) + "\r\n";
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, lines);
        openView();
        m_workspace->setSearchTerm({u"line 4321"_s, Kind::Text});
        select(1);
        QTRY_COMPARE(marked(), QStringList{u"line 4321"_s});
        auto *text = m_view->findChild<PlainTextView *>();
        QVERIFY(text->verticalScrollBar()->value() > 4000);
        QCOMPARE(text->textCursor().block().text(), u"line 4321"_s);
        // Of many, those that are seen are marked.
        m_workspace->setSearchTerm({u"line"_s, Kind::Text});
        QTRY_COMPARE(count(), u"Found here: 1 of 5\u00a0000"_s);
        QVERIFY(marked().size() > 5 && marked().size() < 500);
        button("messageFindPrevious")->click();
        QCOMPARE(count(), u"Found here: 5\u00a0000 of 5\u00a0000"_s);
        QCOMPARE(text->textCursor().block().text(), u"line 4999"_s);
        QVERIFY(marked().size() > 5 && marked().size() < 500);
    }

    void longLinesAreMarkedAcrossTheirPieces()
    {
        const qsizetype at = PlainTextView::longestLine - 3;
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, QByteArray(at, 'x') + "needle" + QByteArray(10'000, 'y') + "needle");
        openView();
        m_workspace->setSearchTerm({u"needle"_s, Kind::Text});
        select(1);
        QTRY_COMPARE(count(), u"Found here: 1 of 2"_s);
        QCOMPARE(marked(), QStringList{u"nee\ndle"_s});
        button("messageFindNext")->click();
        QCOMPARE(marked(), QStringList{u"needle"_s});
    }

    void fragmentsAndInflatedDataAreSearched()
    {
        const MessageId message(1);
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, "a nee", 1000, wire::Fin::No, {}, 0, message);
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Continuation, "dle b", 1000, wire::Fin::Yes, {}, 0, message);
        m_recording->compressed(ConnectionId(1), Direction::Received, Opcode::Text, "deflated", "plain needle");
        openView();
        m_workspace->setSearchTerm({u"needle"_s, Kind::Text});
        for (const quint64 frame : {1, 2, 3}) {
            select(frame);
            QTRY_COMPARE(count(), u"Found here: 1 of 1"_s);
            QCOMPARE(marked(), QStringList{u"needle"_s});
        }
    }

    void bytesAreMarkedInHexAndAsCharacters()
    {
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Binary, QByteArray::fromHex("ff00") + "needle" + QByteArray(1000, '\xfe') + "needle");
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Binary, QByteArray(1000, '\xfe') + "needle");
        openView();
        m_workspace->setSearchTerm({u"needle"_s, Kind::Text});
        select(1);
        QTRY_COMPARE(marked(), (QStringList{u"6e 65 65 64 6c 65"_s, u"needle"_s}));
        QCOMPARE(count(), u"Found here: 1 of 1"_s);
        select(2);
        QTRY_COMPARE(count(), u"Found in the bytes of this message, which the Bytes tab shows"_s);
    }

    void whatIsFoundOnSeveralLinesOfADumpIsOne()
    {
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Binary, QByteArray::fromHex("ff00ff00ff") + "needle" + QByteArray::fromHex("00") + "needle");
        openView();
        m_workspace->setSearchTerm({u"needle"_s, Kind::Text});
        select(1);
        QTRY_COMPARE(count(), u"Found here: 1 of 2"_s);
        // The first goes on in the second line, where the other one begins.
        QCOMPARE(marked(), (QStringList{u"6e 65 65"_s, u"nee"_s, u"64 6c 65"_s, u"6e 65 65 64"_s, u"dle"_s, u"need"_s, u"6c 65"_s, u"le"_s}));
        button("messageFindNext")->click();
        QCOMPARE(count(), u"Found here: 2 of 2"_s);
        QCOMPARE(m_view->findChild<PlainTextView *>()->textCursor().position(), 58);
    }

    void whatWasFoundIsForgottenWithItsMessage()
    {
        const QByteArray many = QByteArrayLiteral("\"x\",").repeated(5000);
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, '[' + many + "\"needle\"]");
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, "[1]");
        openView();
        m_workspace->setSearchTerm({u"needle"_s, Kind::Text});
        // No place of the first is looked up in the second.
        for (const int form : {2, 1, 0}) {
            chooseForm(form);
            QTRY_COMPARE(count(), u"Found here: 1 of 1"_s);
            select(2);
            QTRY_COMPARE(count(), u"Not found in what is shown here"_s);
        }
        ValueTreeModel model;
        QVERIFY(!model.indexOf(1).isValid());
        payload::TreeBuilder builder;
        builder.plain(u"1"_s);
        model.setTree(builder.take());
        QVERIFY(model.indexOf(1).isValid());
        QVERIFY(!model.indexOf(2).isValid());
    }

    void placesInAnArrayAreNoNames()
    {
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, R"({"1":"a","b":["a","b","1"]})");
        openView();
        chooseForm(2);
        m_workspace->setSearchTerm({u"1"_s, Kind::Text});
        QTRY_COMPARE(count(), u"Found here: 1 of 2"_s);
        button("messageFindNext")->click();
        QCOMPARE(m_view->findChild<MessageTree *>()->currentIndex().siblingAtColumn(1).data().toString(), u"\"1\""_s);
    }

    void whatIsNoUtf8IsMarkedWhereItStands()
    {
        m_recording->frame(ConnectionId(1), Direction::Received, Opcode::Text, QByteArray::fromHex("ffffff6162"));
        openView();
        m_workspace->setSearchTerm({u"61"_s, Kind::Hex});
        select(1);
        QTRY_COMPARE(marked(), QStringList{u"a"_s});
    }

    void theHiddenBytesTabReadsNothing()
    {
        m_recording->frame(ConnectionId(1), Direction::Sent, Opcode::Binary, QByteArray(5000, 'x') + "needle");
        openView();
        BytesView bytes(m_inspection.get());
        bytes.resize(700, 300);
        bytes.show();
        auto *hex = bytes.findChild<HexWidget *>();
        select(1);
        QTRY_VERIFY(hex->size() > 5000);
        const int top = hex->verticalScrollBar()->value();
        bytes.hide();
        m_workspace->setSearchTerm({u"needle"_s, Kind::Text});
        QThreadPool::globalInstance()->waitForDone();
        QCoreApplication::sendPostedEvents();
        QCOMPARE(hex->verticalScrollBar()->value(), top);
        bytes.show();
        QTRY_VERIFY(hex->verticalScrollBar()->value() > top);
    }

    void theBytesTabMarksThem()
    {
        m_recording->frame(ConnectionId(1), Direction::Sent, Opcode::Binary, QByteArray(5000, 'x') + "needle");
        openView();
        BytesView bytes(m_inspection.get());
        bytes.resize(700, 300);
        bytes.show();
        auto *hex = bytes.findChild<HexWidget *>();
        select(1);
        QTRY_VERIFY(hex->size() > 5000);
        const int top = hex->verticalScrollBar()->value();
        m_workspace->setSearchTerm({u"needle"_s, Kind::Text});
        QTRY_VERIFY(hex->verticalScrollBar()->value() > top);
        const QImage with = hex->grab().toImage();
        const int scrolled = hex->verticalScrollBar()->value();
        m_workspace->setSearchTerm({});
        QTRY_VERIFY(hex->grab().toImage() != with);
        QCOMPARE(hex->verticalScrollBar()->value(), scrolled);
    }

private:
    void openView()
    {
        QVERIFY(m_recording->document()->stopRecording().ok());
        m_workspace = std::make_unique<Workspace>();
        QVERIFY(test::openCapture(*m_workspace, m_recording->path()).ok());
        m_inspection = std::make_unique<Inspection>(m_workspace.get());
        m_view = std::make_unique<MessageView>(m_inspection.get());
        m_view->resize(700, 400);
        m_view->show();
    }
    void select(quint64 record) { m_workspace->selectRecord(RecordId(record)); }
    void chooseForm(int form)
    {
        select(1);
        QTRY_VERIFY(m_view->findChild<Segments *>()->isVisible());
        m_view->findChild<Segments *>()->findChildren<QPushButton *>().at(form)->click();
    }
    QToolButton *button(const char *name) { return m_view->findChild<QToolButton *>(QLatin1String(name)); }
    QString count() { return m_view->findChild<QLabel *>(u"messageFindCount"_s)->text(); }
    /// What is marked of what is seen.
    QStringList marked()
    {
        QStringList texts;
        const auto selections = m_view->findChild<PlainTextView *>()->extraSelections();
        for (const QTextEdit::ExtraSelection &selection : selections)
            texts.append(selection.cursor.selectedText().replace(QChar::ParagraphSeparator, u'\n'));
        return texts;
    }

    std::unique_ptr<test::Recording> m_recording;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<Inspection> m_inspection;
    std::unique_ptr<MessageView> m_view;
};

QTEST_MAIN(TestMessageMarks)
#include "tst_messagemarks.moc"
