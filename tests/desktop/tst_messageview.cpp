#include "models/framelogmodel.h"
#include "models/schemacache.h"
#include "panes/inspection.h"
#include "panes/messageview.h"
#include "payload/protoschema.h"
#include "scans.h"
#include "widgets/pictureview.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/blockedpool.h"
#include "support/testmain.h"

#include <QBuffer>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QImage>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

using namespace wsw;
using namespace wsw::desktop;

/// The Message tab while the next message is being read.
class TestMessageView final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_messageview"); }
    void init() { test::failOnWarnings(); }

    void theLastMessageIsNotTakenForTheNext()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "{\"one\":1}");
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, "two");
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *copy = view.findChild<QPushButton *>(QStringLiteral("messageCopy"));
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(copy->isVisible() && copy->isEnabled());

        // Nothing can be read until the pool is free again.
        test::BlockedPool blocked(QThreadPool::globalInstance());
        workspace.selectRecord(RecordId(2));
        QTRY_COMPARE(inspection.state(), Inspection::State::Ready);
        const bool offered = copy->isEnabled();
        const bool said = QTest::qWaitFor([&] { return !copy->isVisible(); }, 2000);
        blocked.letGo();
        QVERIFY(!offered);
        QVERIFY(said);
        QTRY_VERIFY(copy->isVisible() && copy->isEnabled());
    }

    void whatIsSaidAboutItStandsInOneLine()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "42[\"an event\"]");
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.resize(800, 300);
        view.show();
        auto *facts = view.findChild<QLabel *>(QStringLiteral("messageFacts"));
        auto *copy = view.findChild<QPushButton *>(QStringLiteral("messageCopy"));
        auto *save = view.findChild<QPushButton *>(QStringLiteral("messageSave"));
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(copy->isVisible());
        const QString said = facts->text();
        QCOMPARE(said, QStringLiteral("14 bytes, 14 characters, Socket.IO: event an event"));
        QTRY_COMPARE(save->geometry().right(), save->parentWidget()->width() - 1);
        QCOMPARE(copy->text(), QStringLiteral("Copy"));
        const auto isOneLine = [&] { return facts->geometry().top() < save->geometry().bottom() && save->geometry().top() < facts->geometry().bottom(); };
        QVERIFY(isOneLine());

        // The buttons give their words before the facts take another line.
        int width = view.width();
        while (!copy->text().isEmpty() && width > 200)
            view.resize(--width, 300);
        QVERIFY(copy->text().isEmpty() && save->text().isEmpty() && copy->accessibleName() == QStringLiteral("Copy"));
        QTRY_VERIFY(isOneLine());
        QCOMPARE(facts->text(), said);
        while (copy->text().isEmpty() && width > 100)
            view.resize(--width, 300);
        QTRY_VERIFY(!isOneLine() && facts->text() == said && copy->text() == QStringLiteral("Copy"));
        // Nothing at all is cut without a word.
        view.resize(facts->fontMetrics().horizontalAdvance(said), 300);
        QTRY_VERIFY(facts->text().endsWith(u'…') && facts->toolTip() == said);

        copy->click();
        QCOMPARE(copy->toolTip(), QStringLiteral("Copied"));
    }

    void binaryMessagesAreReadAsTheySeemOrAsChosen()
    {
        QImage red(4, 2, QImage::Format_RGB32);
        red.fill(Qt::red);
        QByteArray png;
        QBuffer buffer(&png);
        QVERIFY(buffer.open(QIODevice::WriteOnly) && red.save(&buffer, "PNG"));
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("82a7636f6d70616374c3a6736368656d6100"));
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, png);
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("089601"));
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "<a><b/></a>");
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Ping, QByteArray::fromHex("82a7636f6d70616374c3a6736368656d6100"));
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("d9d9f701"));
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("1f8b0800"));
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.resize(700, 400);
        view.show();
        auto *chooser = view.findChild<QComboBox *>(QStringLiteral("messageReading"));
        auto *text = view.findChild<QPlainTextEdit *>(QStringLiteral("messageText"));
        auto *picture = view.findChild<PictureView *>();
        auto *problem = view.findChild<QLabel *>(QStringLiteral("messageProblem"));
        auto *copy = view.findChild<QPushButton *>(QStringLiteral("messageCopy"));
        const auto choose = [chooser](const QString &what) {
            chooser->setCurrentIndex(chooser->findText(what));
            Q_EMIT chooser->activated(chooser->currentIndex());
        };
        workspace.selectRecord(RecordId(1));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("{\n  \"compact\": true,\n  \"schema\": 0\n}"));
        QCOMPARE(chooser->currentText(), QStringLiteral("Auto: MessagePack"));
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), text->toPlainText());
        choose(QStringLiteral("Bytes"));
        QTRY_VERIFY(text->toPlainText().startsWith(QStringLiteral("0000  82 a7")));
        choose(QStringLiteral("BSON"));
        QTRY_VERIFY(problem->isVisible());
        QVERIFY(problem->text().startsWith(QStringLiteral("This is no BSON: byte 0")));
        QVERIFY(text->toPlainText().startsWith(QStringLiteral("0000  82 a7")));
        // What was chosen stays for the next message.
        choose(QStringLiteral("Protobuf"));
        workspace.selectRecord(RecordId(3));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("{\n  \"1\": 150\n}"));
        QVERIFY(!problem->isVisible());
        choose(chooser->itemText(0));
        QTRY_COMPARE(chooser->currentText(), QStringLiteral("Auto: bytes"));
        workspace.selectRecord(RecordId(2));
        QTRY_VERIFY(picture->isVisible());
        QCOMPARE(picture->picture().size(), QSize(4, 2));
        QCOMPARE(chooser->currentText(), QStringLiteral("Auto: PNG picture"));
        workspace.selectRecord(RecordId(4));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("<a>\n  <b/>\n</a>"));
        QVERIFY(text->isVisible() && !chooser->isVisible());
        workspace.selectRecord(RecordId(6));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("55799(1)"));
        QCOMPARE(chooser->currentText(), QStringLiteral("Auto: CBOR"));
        // What is no picture is not tried as one.
        workspace.selectRecord(RecordId(7));
        QTRY_VERIFY(text->toPlainText().startsWith(QStringLiteral("0000  1f 8b")));
        QCOMPARE(chooser->currentText(), QStringLiteral("Auto: gzip"));
        // A control frame's payload is a tag, not a document.
        workspace.selectRecord(RecordId(5));
        QTRY_VERIFY(text->toPlainText().startsWith(QStringLiteral("0000  82 a7")));
        QVERIFY(!chooser->isVisible());
    }

    void protobufIsReadByASchema()
    {
        QTemporaryDir folder;
        const auto write = [&folder](const char *name, const QByteArray &text) {
            QFile file(folder.filePath(QLatin1String(name)));
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
        };
        const QString proto = write("talk.proto", "syntax = \"proto3\";\nmessage Ask { string what = 1; }\nmessage Reply { int32 number = 1; }\n");
        const QString broken = write("broken.proto", "syntax = \"proto3\";\nmessage Ask {\n");
        for (const char *key : {"proto/file", "proto/sent", "proto/received"})
            QSettings().remove(QLatin1String(key));
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Sent, wire::Opcode::Binary, QByteArray::fromHex("0a03776879"));
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("082a1001"));
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Binary, QByteArray::fromHex("082a0a05"));
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        auto view = std::make_unique<MessageView>(&inspection);
        view->resize(900, 400);
        view->show();
        const auto label = [&view](const char *name) { return view->findChild<QLabel *>(QLatin1String(name)); };
        const auto text = [&view] { return view->findChild<QPlainTextEdit *>(QStringLiteral("messageText"))->toPlainText(); };
        const auto choose = [&view](const char *name, const QString &what) {
            auto *box = view->findChild<QComboBox *>(QLatin1String(name));
            box->setCurrentIndex(box->findText(what));
            Q_EMIT box->activated(box->currentIndex());
        };
        const auto chooseFile = [&view](const QString &path) {
            view->findChild<QPushButton *>(QStringLiteral("schemaFile"))->click();
            auto *dialog = view->findChild<QFileDialog *>(QStringLiteral("schemaDialog"));
            Q_EMIT dialog->fileSelected(path);
            dialog->reject();
        };
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(view->findChild<QComboBox *>(QStringLiteral("messageReading"))->isVisible());
        QVERIFY(!view->findChild<QWidget *>(QStringLiteral("schemaBar"))->isVisible());
        choose("messageReading", QStringLiteral("Protobuf (.proto)"));
        QTRY_COMPARE(label("messageProblem")->text(), QStringLiteral("No .proto file has been chosen. Choose one: it names the fields."));
        QVERIFY(view->findChild<QWidget *>(QStringLiteral("schemaBar"))->isVisible());
        chooseFile(broken);
        QTRY_VERIFY2(label("messageProblem")->text().startsWith(QStringLiteral("broken.proto, line 3, column 1: ")), qPrintable(label("messageProblem")->text()));
        chooseFile(proto);
        QTRY_VERIFY(label("messageProblem")->text().startsWith(QStringLiteral("It is not known of which type this message is.")));
        choose("schemaSent", QStringLiteral("Ask"));
        QTRY_COMPARE(text(), QStringLiteral("{\n  \"what\": \"why\"\n}"));
        QVERIFY(!label("messageProblem")->isVisible());
        choose("schemaReceived", QStringLiteral("Reply"));
        workspace.selectRecord(RecordId(2));
        QTRY_COMPARE(text(), QStringLiteral("{\n  \"number\": 42,\n  (field 2): 1\n}"));
        QCOMPARE(label("schemaUnknown")->text(), QStringLiteral("1 field has no name in this type: its number is shown."));
        workspace.selectRecord(RecordId(3));
        QTRY_VERIFY(label("messageProblem")->isVisible());
        QVERIFY2(label("messageProblem")->text().startsWith(QStringLiteral("This is no Reply from byte 2 on: the value of field number is cut off.")), qPrintable(label("messageProblem")->text()));
        QCOMPARE(text(), QStringLiteral("{\n  \"number\": 42,\n  (does not fit): h'0a05'\n}"));
        // The next window knows the file and the types.
        view = std::make_unique<MessageView>(&inspection);
        view->resize(900, 400);
        view->show();
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(view->findChild<QComboBox *>(QStringLiteral("messageReading"))->isVisible());
        choose("messageReading", QStringLiteral("Protobuf (.proto)"));
        QTRY_COMPARE(text(), QStringLiteral("{\n  \"what\": \"why\"\n}"));
    }

    void aSchemaIsReadAnewOnlyWhenItHasChanged()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a.proto"));
        const auto write = [&path](const QByteArray &text) {
            QFile file(path);
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        };
        SchemaCache cache;
        QVERIFY(!cache.get(path).ok());
        QVERIFY(write("syntax = \"proto3\";\nmessage One { int32 a = 1; }\n"));
        const auto first = cache.get(path);
        QVERIFY(first.ok());
        QCOMPARE(cache.get(path)->get(), first->get());
        QVERIFY(write("syntax = \"proto3\";\nmessage Another { int32 a = 1; }\n"));
        const auto second = cache.get(path);
        QVERIFY(second.ok());
        QCOMPARE((*second)->messages(), QStringList{QStringLiteral("Another")});
    }

    void whatCannotBeLaidOutIsShownAsItIs()
    {
        // So deep that its indents alone would be gigabytes.
        const QByteArray deep = QByteArray(1000, '[') + QByteArray("1,").repeated(100'000) + '1' + QByteArray(1000, ']');
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, deep);
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "[1]");
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "42[\"a\"," + deep + ']');
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *text = view.findChild<QPlainTextEdit *>(QStringLiteral("messageText"));
        auto *problem = view.findChild<QLabel *>(QStringLiteral("messageProblem"));
        const auto shown = [text] { return text->toPlainText().remove(u'\n'); };
        workspace.selectRecord(RecordId(1));
        QTRY_COMPARE(shown(), QString::fromLatin1(deep));
        QVERIFY(problem->isVisible());
        QCOMPARE(problem->text(), QStringLiteral("Laid out, this message would be more than 8\u00a0388\u00a0608 characters. It is shown as it was on the wire."));
        workspace.selectRecord(RecordId(2));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("[\n  1\n]"));
        QVERIFY(!problem->isVisible());
        workspace.selectRecord(RecordId(3));
        QTRY_VERIFY(problem->isVisible());
        QVERIFY(shown().startsWith(QStringLiteral("42[\"a\",[[")));
    }

    void whatTheApplicationSaysIsNamed()
    {
        test::Recording saved;
        const MessageId message(1);
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "42[\"chat\",", 1000, wire::Fin::No, {}, 0, message);
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Continuation, "\"hi\"]", 1000, wire::Fin::Yes, {}, 0, message);
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.resize(900, 400);
        view.show();
        const auto *facts = view.findChild<QLabel *>(QStringLiteral("messageFacts"));
        for (const quint64 frame : {1, 2}) {
            workspace.selectRecord(RecordId(frame));
            QTRY_VERIFY2(facts->text().endsWith(QStringLiteral(", Socket.IO: event chat")), qPrintable(facts->text()));
        }
        FrameLogModel log;
        log.setDocument(workspace.document());
        QTRY_COMPARE(log.rowCount(), 2);
        QTRY_COMPARE(log.index(0, FrameLogModel::Preview).data().toString(), QStringLiteral("event chat · 42[\"chat\","));
        QCOMPARE(log.index(1, FrameLogModel::Preview).data().toString(), QStringLiteral("\"hi\"]"));
    }

    void aLargeTextIsShownInPart()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, QByteArray(3'000'000, 'a'));
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *more = view.findChild<QPushButton *>(QStringLiteral("messageMore"));
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(more->isVisible());
        more->click();
        QTRY_VERIFY(!more->isVisible());
    }

    void aMessageDoesNotWaitForAScan()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, wire::Opcode::Text, "one");
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        // As many scans as can run at once are at work on the whole capture.
        const test::BlockedPool scanning(workspace.scans().pool());
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *copy = view.findChild<QPushButton *>(QStringLiteral("messageCopy"));
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(copy->isVisible() && copy->isEnabled());
    }
};

QTEST_MAIN(TestMessageView)
#include "tst_messageview.moc"
