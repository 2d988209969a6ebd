#include "panes/inspectorpane.h"

#include "capture/document.h"
#include "gui/conversation.h"
#include "models/payloadsource.h"
#include "desktop/recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"
#include "theme/theme.h"
#include "widgets/anatomywidget.h"
#include "widgets/explanationcard.h"
#include "widgets/framebyteswidget.h"
#include "widgets/hexwidget.h"
#include "widgets/segments.h"
#include "widgets/unmaskcard.h"
#include "workspace.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>

using namespace wsw;
using namespace wsw::desktop;
using lesson::HeaderPart;
using Tab = InspectorPane::Tab;
namespace record = wsw::test::record;

/// The inspector over a saved conversation, used as a person would: mouse and keys.
class InspectorTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void emptyViewsSayWhatToDo();
    void theMaskingKeyCanBeRead();
    void aFieldIsSelectedWithTheMouse();
    void fieldsAreSelectedWithKeys();
    void tabWalksThroughFieldsAndLeaves();
    void everyFieldOfEveryFrameIsExplained();
    void aViolationIsShownInTheFigureAndExplained();
    void unmaskingIsTrue();
    void editAndSendNamesTheFrame();
    void headsPointToTheHandshake();

    void bytesAreThoseOnTheWire();
    void bytesCanBeShownUnmasked();
    void bytesAndAnatomyShareTheSelection();
    void theHexViewIsWalkedWithKeys();
    void aLargePayloadIsFetchedWhereItIsLookedAt();
    void bytesAreCopiedInFourForms();

    void messagesAreShownWithTheirSize();
    void jsonIsLaidOutAndJoinedFromItsFragments();
    void closeAndBinaryAreSummed();

    void theHandshakeIsListedWithVerdicts();
    void aHandshakeLineIsExplained();
    void explainTellsEverythingBroken();

private:
    void select(RecordId id);
    void show(Tab tab) { m_pane->showTab(tab); }
    template<class T>
    [[nodiscard]] T *find(const char *name) const
    {
        return m_pane->findChild<T *>(QLatin1String(name));
    }
    [[nodiscard]] QString labelText(const char *name) const { return find<QLabel>(name)->text(); }

    QTemporaryDir m_folder;
    QString m_path;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<InspectorPane> m_pane;
};

void InspectorTest::initTestCase()
{
    test::useTestFolders("tst_inspector");
    QSettings().clear();
    Theme::instance().apply(SchemeChoice::Light);
    m_path = m_folder.filePath(QStringLiteral("conversation.wscapture"));
    test::writeConversation(m_path);
}

void InspectorTest::init()
{
    test::failOnWarnings();
    m_workspace = std::make_unique<Workspace>();
    QVERIFY(test::openCapture(*m_workspace, m_path).ok());
    m_pane = std::make_unique<InspectorPane>(m_workspace.get());
    m_pane->resize(480, 760);
    m_pane->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
    m_pane->activateWindow();   // no window manager does it where tests run
    QVERIFY(QTest::qWaitForWindowActive(m_pane.get()));
}

void InspectorTest::cleanup()
{
    m_pane.reset();
    m_workspace.reset();
}

/// Selects a record and waits until the views show it.
void InspectorTest::select(RecordId id)
{
    m_workspace->selectRecord(id);
    QTRY_VERIFY(m_workspace->document()->peek(id).has_value());
    QCoreApplication::processEvents();
}

void InspectorTest::emptyViewsSayWhatToDo()
{
    for (int tab = 0; tab < 5; ++tab) {
        show(static_cast<Tab>(tab));
        QStringList sentences;
        for (const QLabel *label : m_pane->findChildren<QLabel *>()) {
            if (label->isVisible())
                sentences.append(label->text());
        }
        QVERIFY2(sentences.join(QLatin1Char(' ')).contains(QStringLiteral("Select a frame in the log")), qPrintable(sentences.join(QLatin1Char('|'))));
    }
}

void InspectorTest::theMaskingKeyCanBeRead()
{
    select(record::hello);
    QTRY_COMPARE(labelText("maskKeyLabel"), QStringLiteral("1f 8a 04 c9"));
    QCOMPARE(labelText("frameNumber"), QStringLiteral("Frame 3"));
    QCOMPARE(labelText("frameSizes"), QStringLiteral("19 bytes on the wire, 13 of payload"));
    QCOMPARE(labelText("explanationTitle"), QStringLiteral("Masking key"));
    QVERIFY(labelText("explanationText").contains(QStringLiteral("a client must mask.")));
    QVERIFY(find<FrameBytesWidget>("frameBytes")->accessibleDescription().startsWith(QStringLiteral("81 8d 1f 8a 04 c9 57 ef 68 a5")));

    select(record::echo);
    QTRY_VERIFY(labelText("maskKeyLabel").contains(QStringLiteral("not masked")));
}

void InspectorTest::aFieldIsSelectedWithTheMouse()
{
    select(record::hello);
    auto *anatomy = find<AnatomyWidget>("anatomyWidget");
    QSignalSpy parts(m_workspace.get(), &Workspace::currentPartChanged);
    QTRY_VERIFY(!anatomy->partRect(HeaderPart::Opcode).isEmpty());
    QTest::mouseClick(anatomy, Qt::LeftButton, {}, anatomy->partRect(HeaderPart::Opcode).center());
    QCOMPARE(parts.size(), 1);
    QCOMPARE(anatomy->part(), HeaderPart::Opcode);
    QCOMPARE(labelText("explanationTitle"), QStringLiteral("Opcode"));
    QCOMPARE(labelText("explanationWhere"), QStringLiteral("byte 0, bits 4 to 7"));
    QVERIFY(anatomy->accessibleDescription().contains(QStringLiteral("opcode, 0001, text")));

    // Hovering lights the sentence and leaves the selection.
    const QPointF over = anatomy->partRect(HeaderPart::Mask).center();
    QMouseEvent move(QEvent::MouseMove, over, anatomy->mapToGlobal(over), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(anatomy, &move);
    QCOMPARE(labelText("explanationTitle"), QStringLiteral("MASK bit"));
    QCOMPARE(anatomy->part(), HeaderPart::Opcode);
}

void InspectorTest::fieldsAreSelectedWithKeys()
{
    select(record::hello);
    auto *anatomy = find<AnatomyWidget>("anatomyWidget");
    anatomy->setFocus();
    QTest::keyClick(anatomy, Qt::Key_Home);
    QCOMPARE(anatomy->part(), HeaderPart::Fin);
    for (const HeaderPart expected : {HeaderPart::Rsv1, HeaderPart::Rsv2, HeaderPart::Rsv3, HeaderPart::Opcode, HeaderPart::Mask,
                                      HeaderPart::Length, HeaderPart::MaskingKey, HeaderPart::Payload}) {
        QTest::keyClick(anatomy, Qt::Key_Right);
        QCOMPARE(anatomy->part(), expected);
    }
    QTest::keyClick(anatomy, Qt::Key_Right);
    QCOMPARE(anatomy->part(), HeaderPart::Payload);
    QTest::keyClick(anatomy, Qt::Key_Up);
    QCOMPARE(anatomy->part(), HeaderPart::MaskingKey);
    QTest::keyClick(anatomy, Qt::Key_Left);
    QCOMPARE(anatomy->part(), HeaderPart::Length);
}

void InspectorTest::tabWalksThroughFieldsAndLeaves()
{
    select(record::echo);   // seven header fields and the payload
    auto *anatomy = find<AnatomyWidget>("anatomyWidget");
    anatomy->setFocus(Qt::TabFocusReason);
    QCOMPARE(anatomy->part(), HeaderPart::Fin);
    for (int i = 0; i < 7; ++i)
        QTest::keyClick(anatomy, Qt::Key_Tab);
    QCOMPARE(anatomy->part(), HeaderPart::Payload);
    QVERIFY(anatomy->hasFocus());
    QTest::keyClick(anatomy, Qt::Key_Tab);
    QVERIFY(!anatomy->hasFocus());
}

void InspectorTest::everyFieldOfEveryFrameIsExplained()
{
    auto *anatomy = find<AnatomyWidget>("anatomyWidget");
    for (quint64 id = record::hello.value(); id <= record::closeReply.value(); ++id) {
        select(RecordId(id));
        anatomy->setFocus();
        QTest::keyClick(anatomy, Qt::Key_Home);
        for (int step = 0; step < 10; ++step) {
            QVERIFY(!labelText("explanationTitle").isEmpty());
            QVERIFY(labelText("explanationText").size() > 40);
            QVERIFY(!anatomy->accessibleDescription().isEmpty());
            QTest::keyClick(anatomy, Qt::Key_Right);
        }
    }
}

void InspectorTest::aViolationIsShownInTheFigureAndExplained()
{
    m_workspace->selectPart(HeaderPart::Length);
    select(record::crafted);
    // It opens where the rule is broken, whatever was selected in the frame before.
    QTRY_COMPARE(labelText("explanationTitle"), QStringLiteral("RSV2 bit"));
    QCOMPARE(find<AnatomyWidget>("anatomyWidget")->part(), HeaderPart::Rsv2);
    QVERIFY(labelText("explanationText").contains(QStringLiteral("Wrong:")));
    m_workspace->selectPart(HeaderPart::MaskingKey);
    QVERIFY(labelText("explanationText").contains(QStringLiteral("Unusual:")));
    QCOMPARE(labelText("maskKeyLabel"), QStringLiteral("00 00 00 00"));
    m_workspace->selectPart(HeaderPart::ExtendedLength);
    QVERIFY(labelText("explanationText").contains(QStringLiteral("shorter form")));
    // The next lawful frame shows what the user has selected last.
    m_workspace->selectPart(HeaderPart::Mask);
    select(record::close);
    QTRY_COMPARE(labelText("explanationTitle"), QStringLiteral("MASK bit"));
}

void InspectorTest::unmaskingIsTrue()
{
    select(record::hello);
    QTRY_VERIFY(find<QPushButton>("unmaskButton")->isVisible());
    QTest::mouseClick(find<QPushButton>("unmaskButton"), Qt::LeftButton);
    auto *card = find<UnmaskCard>("unmaskCard");
    QVERIFY(card->isVisible());
    const QByteArray plain = "Hello server!";
    const QByteArray key = QByteArray::fromHex("1f8a04c9");
    for (int i = 0; i < plain.size(); ++i) {
        QCOMPARE(card->current(), i);
        const QByteArray k = key.mid(i % 4, 1);
        const QByteArray p = plain.mid(i, 1);
        const QByteArray m(1, static_cast<char>(k.at(0) ^ p.at(0)));
        QCOMPARE(card->accessibleDescription(),
                 QStringLiteral("%1 XOR %2 is %3").arg(QString::fromLatin1(m.toHex()), QString::fromLatin1(k.toHex()), QString::fromLatin1(p.toHex())));
        QTest::keyClick(card, Qt::Key_Right);
    }
    QVERIFY(!find<QPushButton>("unmaskNext")->isEnabled());
    QTest::keyClick(card, Qt::Key_Escape);
    QVERIFY(!card->isVisible());
    select(record::echo);
    QTRY_VERIFY(!find<QPushButton>("unmaskButton")->isEnabled());
}

void InspectorTest::editAndSendNamesTheFrame()
{
    select(record::crafted);
    QSignalSpy wanted(m_pane.get(), &InspectorPane::editAndSendRequested);
    QTest::mouseClick(find<QPushButton>("editAndSendButton"), Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.constFirst().constFirst().value<RecordId>(), record::crafted);
}

void InspectorTest::headsPointToTheHandshake()
{
    select(record::request);
    QPushButton *button = nullptr;
    for (auto *candidate : m_pane->findChildren<QPushButton *>()) {
        if (candidate->text() == QStringLiteral("Show the handshake"))
            button = candidate;
    }
    QVERIFY(button);
    QTRY_VERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(find<QTabWidget>("inspectorTabs")->currentIndex(), static_cast<int>(Tab::Handshake));
}

void InspectorTest::bytesAreThoseOnTheWire()
{
    select(record::hello);
    show(Tab::Bytes);
    auto *hex = find<HexWidget>("hexWidget");
    QCOMPARE(hex->size(), quint64{19});
    QCOMPARE(hex->bytesAt(0, 100).toHex(' '), QByteArray("81 8d 1f 8a 04 c9 57 ef 68 a5 70 aa 77 ac 6d fc 61 bb 3e"));
}

void InspectorTest::bytesCanBeShownUnmasked()
{
    select(record::hello);
    show(Tab::Bytes);
    auto *forms = find<Segments>("bytesForm");
    const auto buttons = forms->findChildren<QPushButton *>();
    QCOMPARE(buttons.size(), 3);
    QTest::mouseClick(buttons.at(1), Qt::LeftButton);
    QCOMPARE(find<HexWidget>("hexWidget")->bytesAt(6, 13), QByteArray("Hello server!"));
    QCOMPARE(find<HexWidget>("hexWidget")->bytesAt(0, 6).toHex(), QByteArray("818d1f8a04c9"));
    select(record::echo);
    QTRY_VERIFY(!forms->isEnabled());
}

void InspectorTest::bytesAndAnatomyShareTheSelection()
{
    select(record::hello);
    m_workspace->selectPart(HeaderPart::Opcode);
    auto *hex = find<HexWidget>("hexWidget");
    QCOMPARE(hex->selection().first, quint64{0});
    m_workspace->selectPart(HeaderPart::MaskingKey);
    QCOMPARE(hex->selection().first, quint64{2});
    QCOMPARE(hex->selection().count, quint64{4});

    show(Tab::Bytes);
    hex->setFocus();
    QTest::keyClick(hex, Qt::Key_Right);    // from the key's last byte into the payload
    QCOMPARE(find<AnatomyWidget>("anatomyWidget")->part(), HeaderPart::Payload);
    QVERIFY(labelText("bytesStatus").contains(QStringLiteral("payload")));
}

void InspectorTest::theHexViewIsWalkedWithKeys()
{
    select(record::picture);
    show(Tab::Bytes);
    auto *hex = find<HexWidget>("hexWidget");
    hex->setFocus();
    QTest::keyClick(hex, Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(hex->selection().first, quint64{0});
    QTest::keyClick(hex, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(hex->selection().first, hex->size() - 1);
    QTest::keyClick(hex, Qt::Key_Right);
    QCOMPARE(hex->selection().first, hex->size() - 1);
    QTest::keyClick(hex, Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(hex, Qt::Key_Left);
    QCOMPARE(hex->selection().first, quint64{0});
    QTest::keyClick(hex, Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(hex, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(hex->selection().count, quint64{3});
    QTest::keyClick(hex, Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(hex->selection().count, hex->size());
    QTest::keyClick(hex, Qt::Key_PageDown);
    QTest::keyClick(hex, Qt::Key_PageUp);
    QCOMPARE(hex->selection().count, quint64{1});
}

void InspectorTest::aLargePayloadIsFetchedWhereItIsLookedAt()
{
    select(record::large);
    show(Tab::Bytes);
    auto *hex = find<HexWidget>("hexWidget");
    const QByteArray payload = test::largePayload();
    QTRY_COMPARE(hex->size(), static_cast<quint64>(payload.size()) + 14);
    const auto buttons = find<Segments>("bytesForm")->findChildren<QPushButton *>();
    QTest::mouseClick(buttons.at(1), Qt::LeftButton);
    // At the end, in the middle, and across the border of two pieces.
    for (const quint64 at : {quint64{2'999'900}, quint64{1'500'000}, quint64{65'536 * 7 - 8}}) {
        hex->selectRange({at + 14, 1});
        QTRY_COMPARE(hex->bytesAt(at + 14, 64), payload.mid(static_cast<qsizetype>(at), 64));
    }
    QVERIFY(hex->verticalScrollBar()->maximum() > 100'000);
}

void InspectorTest::bytesAreCopiedInFourForms()
{
    select(record::hello);
    show(Tab::Bytes);
    auto *menu = find<QPushButton>("bytesCopyButton")->menu();
    const QStringList expected{QStringLiteral("1f 8a 04 c9"), QString::fromUtf8(QByteArray::fromHex("1f8a04c9")), QStringLiteral("H4oEyQ=="),
                               QStringLiteral("static const unsigned char frame[4] = {\n    0x1f, 0x8a, 0x04, 0xc9,\n};\n")};
    QCOMPARE(menu->actions().size(), expected.size());
    m_workspace->selectPart(HeaderPart::MaskingKey);
    for (qsizetype i = 0; i < expected.size(); ++i) {
        menu->actions().at(i)->trigger();
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), expected.at(i));
        QTRY_VERIFY(labelText("bytesStatus").startsWith(QStringLiteral("Copied 4 bytes")));
    }
}

void InspectorTest::messagesAreShownWithTheirSize()
{
    show(Tab::Message);
    select(record::hello);
    auto *text = find<QPlainTextEdit>("messageText");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("Hello server!"));
    QCOMPARE(labelText("messageFacts"), QStringLiteral("13 bytes, 13 characters"));
    QVERIFY(!find<QLabel>("messageFragments")->isVisible());
    QTest::mouseClick(find<QPushButton>("messageCopy"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Hello server!"));
}

void InspectorTest::jsonIsLaidOutAndJoinedFromItsFragments()
{
    show(Tab::Message);
    auto *text = find<QPlainTextEdit>("messageText");
    const QString pretty = QStringLiteral("{\n  \"symbol\": \"ACME\",\n  \"at\": [\n    10,\n    20.50\n  ],\n  \"ok\": true\n}");
    select(record::jsonFirst);
    QTRY_COMPARE(text->toPlainText(), pretty);
    QVERIFY(labelText("messageFragments").contains(QStringLiteral("Fragment 1 of 2")));
    select(record::jsonLast);
    QTRY_VERIFY(labelText("messageFragments").contains(QStringLiteral("Fragment 2 of 2")));
    QCOMPARE(text->toPlainText(), pretty);
    QTest::mouseClick(find<Segments>("messageForm")->findChildren<QPushButton *>().at(1), Qt::LeftButton);
    QCOMPARE(text->toPlainText(), QStringLiteral("{\"symbol\":\"ACME\",\"at\":[10,20.50],\"ok\":true}"));
}

void InspectorTest::closeAndBinaryAreSummed()
{
    show(Tab::Message);
    auto *text = find<QPlainTextEdit>("messageText");
    select(record::close);
    QTRY_VERIFY(text->toPlainText().contains(QStringLiteral("1002 Protocol error")));
    QVERIFY(text->toPlainText().contains(QStringLiteral("RSV2 must be clear")));
    select(record::picture);
    QTRY_VERIFY(labelText("messageFacts").contains(QStringLiteral("PNG picture")));
    QVERIFY(text->toPlainText().startsWith(QStringLiteral("0000  89 50 4e 47")));
}

void InspectorTest::theHandshakeIsListedWithVerdicts()
{
    show(Tab::Handshake);
    select(record::hello);
    auto *table = find<QTableView>("handshakeTable");
    QTRY_VERIFY(table->model()->rowCount() > 15);
    QStringList lines;
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < 3; ++column)
            cells.append(table->model()->index(row, column).data().toString());
        lines.append(cells.join(QLatin1Char('|')));
    }
    const QString all = lines.join(QLatin1Char('\n'));
    for (const char *expected : {"Client's request|", "✓|GET / HTTP/1.1|", "✓|Host|localhost:8765", "✓|Sec-WebSocket-Key|AAECAwQFBgcICQoLDA0ODw==",
                                 "Server's answer|", "✓|HTTP/1.1 101 Switching Protocols|", "|Server|Python/3.11 websockets/10.4",
                                 "|+ fixed text|258EAFA5-E914-47DA-95CA-C5AB0DC85B11", "   equal", "|TCP connection|46.0 µs", "|URL|ws://localhost:8765"})
        QVERIFY2(all.contains(QString::fromUtf8(expected)), qPrintable(QString::fromUtf8(expected) + QLatin1String(" is not in\n") + all));
    QVERIFY(!all.contains(QStringLiteral("⚠")));
}

void InspectorTest::aHandshakeLineIsExplained()
{
    show(Tab::Handshake);
    select(record::hello);
    auto *table = find<QTableView>("handshakeTable");
    QTRY_VERIFY(table->model()->rowCount() > 15);
    table->setFocus();
    QCOMPARE(labelText("handshakeExplanationTitle"), QStringLiteral("Request line"));
    QTest::keyClick(table, Qt::Key_Down);
    QCOMPARE(labelText("handshakeExplanationTitle"), QStringLiteral("Host"));
    // The same line is now the topic of the Explain tab.
    QCOMPARE(labelText("explain0Title"), QStringLiteral("Host"));
    // A head that is selected in the log is gone to; a frame leaves the reader in his place.
    const auto line = [table] { return table->currentIndex().siblingAtColumn(1).data().toString(); };
    select(record::response);
    QTRY_COMPARE(line(), QStringLiteral("HTTP/1.1 101 Switching Protocols"));
    select(record::echo);
    QTest::qWait(20);
    QCOMPARE(line(), QStringLiteral("HTTP/1.1 101 Switching Protocols"));
    select(record::request);
    QTRY_COMPARE(line(), QStringLiteral("GET / HTTP/1.1"));
}

void InspectorTest::explainTellsEverythingBroken()
{
    show(Tab::Explain);
    select(record::crafted);
    const auto titles = [this] {
        QStringList result;
        for (const ExplanationCard *card : m_pane->findChildren<ExplanationCard *>()) {
            if (card->isVisible())
                result.append(card->explanation().title);
        }
        return result;
    };
    QTRY_VERIFY(titles().contains(QStringLiteral("RSV2 is set")));
    QVERIFY(titles().contains(QStringLiteral("Length not in its shortest form")));
    QVERIFY(titles().contains(QStringLiteral("Whole text message")));
    select(record::close);
    QTRY_VERIFY(titles().contains(QStringLiteral("1002 Protocol error")));
    select(record::end);
    QTRY_COMPARE(titles(), QStringList{QStringLiteral("End of the connection")});
}

QTEST_MAIN(InspectorTest)
#include "tst_inspector.moc"
