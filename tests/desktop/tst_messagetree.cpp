#include "models/pointerfilter.h"
#include "models/valuetreemodel.h"
#include "panes/inspection.h"
#include "panes/messagetree.h"
#include "panes/messageview.h"
#include "payload/jsonreader.h"
#include "settings.h"
#include "widgets/segments.h"
#include "workspace.h"

#include "recording.h"
#include "capture/filter.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::desktop;
using payload::Tree;
using wire::Opcode;

namespace {

std::shared_ptr<const Tree> treeOfJson(const QString &json)
{
    payload::TreeBuilder builder;
    builder.beginRoot(u"JSON"_s);
    return payload::readJson(json, builder) ? builder.take() : nullptr;
}

QString numbers(int count)
{
    QStringList all;
    for (int i = 0; i < count; ++i)
        all.append(QString::number(i));
    return u'[' + all.join(u',') + u']';
}

/// Down the rows of the model, from its first outermost value.
QModelIndex at(const QAbstractItemModel *model, const QList<int> &rows)
{
    QModelIndex index = model->index(0, 0);
    for (const int row : rows)
        index = model->index(row, 0, index);
    return index;
}

} // namespace

/// The values of a message as a tree, and what one does with them.
class TestMessageTree final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_messagetree"); }
    void init()
    {
        test::failOnWarnings();
        settings::setTab(u"message"_s, 0);
    }

    void theModelKeepsItsRules()
    {
        ValueTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        // It would fetch more while it is told of rows that come, and take what comes then for a mistake.
        tester.setUseFetchMore(false);
        model.setTree(treeOfJson(u"{\"user\":{\"name\":\"Ada\",\"tags\":[\"a\",\"b\"]},\"none\":null,\"list\":"_s + numbers(3 * ValueTreeModel::batch) + u'}'));
        const QModelIndex root = at(&model, {});
        QVERIFY(model.hasChildren(root));
        while (model.canFetchMore(root))
            model.fetchMore(root);
        QCOMPARE(model.rowCount(root), 3);
        QCOMPARE(root.data().toString(), u"JSON"_s);
        QCOMPARE(model.index(0, ValueTreeModel::Value).data().toString(), u"{ 3 members }"_s);
        const QModelIndex list = at(&model, {2});
        QVERIFY(model.hasChildren(list));
        while (model.canFetchMore(list))
            model.fetchMore(list);
        QCOMPARE(model.rowCount(list), 3 * ValueTreeModel::batch);
        QVERIFY(!list.data(Qt::BackgroundRole).isValid());
        model.setMarks({model.valueAt(list)});
        QVERIFY(list.data(Qt::BackgroundRole).isValid());
        model.setTree(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void childrenComeInBatches()
    {
        ValueTreeModel model;
        model.setTree(treeOfJson(numbers(10'000)));
        const QModelIndex root = at(&model, {});
        QCOMPARE(model.rowCount(root), 0);
        model.fetchMore(root);
        QCOMPARE(model.rowCount(root), ValueTreeModel::batch);
        QVERIFY(model.canFetchMore(root));
        // What is asked for comes with all before it.
        const QModelIndex far = model.indexOf(model.tree()->child(model.valueAt(root), 5'000));
        QCOMPARE(far.data().toString(), u"5000"_s);
        QCOMPARE(model.rowCount(root), 5'000 + ValueTreeModel::batch);
    }

    void moreComesWhereTheEndIsSeen()
    {
        MessageTree tree;
        tree.resize(400, 300);
        tree.show();
        tree.setTree(treeOfJson(numbers(5 * ValueTreeModel::batch)), {});
        const QAbstractItemModel *model = tree.model();
        QVERIFY(model->rowCount(at(model, {})) < 5 * ValueTreeModel::batch);
        for (int i = 0; i < 20 && model->canFetchMore(at(model, {})); ++i)
            tree.verticalScrollBar()->setValue(tree.verticalScrollBar()->maximum());
        QCOMPARE(model->rowCount(at(model, {})), 5 * ValueTreeModel::batch);
        // A container is folded out by a key, and its children are there.
        tree.setTree(treeOfJson(u"[[1,2]]"_s), {});
        QVERIFY(tree.isExpanded(at(model, {0})));
        tree.setTree(treeOfJson(u"[[1,2],"_s + numbers(1000) + u']'), {});
        QVERIFY(!tree.isExpanded(at(model, {0})));
        tree.setCurrentIndex(at(model, {0}));
        QTest::keyClick(&tree, Qt::Key_Right);
        QCOMPARE(model->rowCount(at(model, {0})), 2);
        QTest::keyClick(&tree, Qt::Key_Right);
        QCOMPARE(tree.currentIndex(), at(model, {0, 0}));
    }

    void valuesAndPointersAreCopied()
    {
        MessageTree tree;
        tree.resize(400, 300);
        tree.show();
        tree.setTree(treeOfJson(u"{\"a/b\":[\"x\\ny\",{\"c\":1.50}]}"_s), {});
        QVERIFY(QTest::qWaitForWindowActive(&tree));
        tree.setFocus();
        const auto copied = [&tree](const QList<int> &rows, Qt::KeyboardModifiers modifiers) {
            tree.expandAll();
            tree.setCurrentIndex(at(tree.model(), rows));
            QGuiApplication::clipboard()->clear();
            QTest::keyClick(&tree, Qt::Key_C, modifiers);
            return QGuiApplication::clipboard()->text();
        };
        QCOMPARE(copied({0, 0}, Qt::ControlModifier), u"x\ny"_s);
        QCOMPARE(copied({0, 1}, Qt::ControlModifier), u"{\n  \"c\": 1.50\n}"_s);
        QCOMPARE(copied({0, 1, 0}, Qt::ControlModifier), u"1.50"_s);
        QCOMPARE(copied({0, 1, 0}, Qt::ControlModifier | Qt::AltModifier), u"/a~1b/1/c"_s);
        // No pointer leads to what stands outermost: the clipboard keeps what it has.
        tree.setCurrentIndex(at(tree.model(), {}));
        QGuiApplication::clipboard()->setText(u"before"_s);
        QTest::keyClick(&tree, Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    }

    void nothingIsCopiedInPart()
    {
        // Laid out, its indents alone are too many characters.
        MessageTree tree;
        tree.setTree(treeOfJson(QString(1000, u'[') + u"1,"_s.repeated(5000) + u'1' + QString(1000, u']')), {});
        QSignalSpy failed(&tree, &MessageTree::failed);
        QGuiApplication::clipboard()->setText(u"before"_s);
        tree.actions().constFirst()->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed.constFirst().constFirst().value<Error>().message, u"Laid out, this value would be more than 8388608 characters."_s);
    }

    void allIsUnfoldedOrSaidToBePart()
    {
        MessageTree tree;
        tree.resize(400, 300);
        tree.show();
        const auto unfold = [&tree](const QList<int> &rows) {
            tree.setCurrentIndex(at(tree.model(), rows));
            QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(), QPoint());
            QCoreApplication::sendEvent(tree.viewport(), &event);
            auto *menu = tree.findChild<QMenu *>();
            QString text;
            const QList<QAction *> actions = menu->actions();
            for (QAction *action : actions) {
                if (action->text().startsWith(u"Unfold"_s)) {
                    text = action->text();
                    action->trigger();
                }
            }
            delete menu;
            return text;
        };
        const QString deep = QString(50, u'[') + QString(50, u']');
        tree.setTree(treeOfJson(u'[' + deep + u',' + numbers(300) + u']'), {});
        QVERIFY(!tree.isExpanded(at(tree.model(), {0})));
        QCOMPARE(unfold({0}), u"Unfold all in it"_s);
        QVERIFY(tree.isExpanded(at(tree.model(), QList<int>(49, 0))));
        QVERIFY(!tree.isExpanded(at(tree.model(), {1})));
        tree.setTree(treeOfJson(u'[' + u"[1],"_s.repeated(5000) + u"[2]]"_s), {});
        QCOMPARE(unfold({}), u"Unfold the first 5\u00a0000 values in it"_s);
        QVERIFY(tree.isExpanded(at(tree.model(), {2499})));
        QVERIFY(!tree.isExpanded(at(tree.model(), {2500})));
    }

    void namesOfDifferentKindsAreToldApart()
    {
        ValueTreeModel model;
        const auto names = [&model](const std::shared_ptr<const Tree> &tree) {
            model.setTree(tree);
            model.fetchMore(at(&model, {}));
            QStringList shown;
            for (int row = 0; row < model.rowCount(at(&model, {})); ++row)
                shown.append(at(&model, {row}).data().toString());
            return shown;
        };
        QCOMPARE(names(*payload::treeOf(QByteArray::fromHex("a301616161316162616300"), payload::Format::Cbor)), (QStringList{u"1"_s, u"\"1\""_s, u"c"_s}));
        QCOMPARE(names(treeOfJson(u"{\"1\":0,\"a\\nb\":0}"_s)), (QStringList{u"1"_s, u"\"a\\nb\""_s}));
    }

    void filtersAskForTheValue_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("filter");
        QTest::newRow("text") << u"{\"a\":\"x y\"}"_s << u"json.\"/a\" == \"x y\""_s;
        QTest::newRow("quotes") << u"{\"a\\\"b\":\"\\\"\\\\\"}"_s << u"json.\"/a\\\"b\" == \"\\\"\\\\\""_s;
        QTest::newRow("number") << u"{\"a\":-1.5e3}"_s << u"json.\"/a\" == -1.5e3"_s;
        QTest::newRow("large number") << u"{\"a\":9007199254740993}"_s << u"json.\"/a\" == 9007199254740993"_s;
        QTest::newRow("larger number") << u"{\"a\":18446744073709551615}"_s << u"json.\"/a\" == 18446744073709551615"_s;
        QTest::newRow("text like a number") << u"{\"a\":\"12\"}"_s << u"json.\"/a\" == \"12\""_s;
        QTest::newRow("word") << u"{\"a\":null}"_s << u"json.\"/a\" == null"_s;
        QTest::newRow("element") << u"[true]"_s << u"json.\"/0\" == true"_s;
        QTest::newRow("container") << u"{\"a\":[1]}"_s << u"json.\"/a\""_s;
        QTest::newRow("slash and tilde") << u"{\"a/b~c\":0}"_s << u"json.\"/a~1b~0c\" == 0"_s;
        QTest::newRow("empty name") << u"{\"\":\"x\"}"_s << u"json.\"/\" == \"x\""_s;
    }

    void filtersAskForTheValue()
    {
        QFETCH(QString, json);
        QFETCH(QString, filter);
        const auto tree = treeOfJson(json);
        const Tree::Number value = tree->child(tree->child(Tree::whole, 0), 0);
        QCOMPARE(filterOnValue(*tree, value), filter);
        QCOMPARE(filterOnValue(*tree, tree->child(Tree::whole, 0)), QString());
        // It lets this message through, and none without the value.
        const auto parsed = capture::Filter::parse(filter, nullptr);
        QVERIFY(parsed);
        capture::RecordHeader header;
        header.frame.opcode = Opcode::Text;
        const QByteArray payload = json.toUtf8();
        QVERIFY(parsed->matches({header, payload}));
        QVERIFY(!parsed->matches({header, "{\"other\":1}"}));
    }

    void noFilterAsksForWhatAnotherMemberHides()
    {
        // Filters see the last member of a name.
        const auto tree = treeOfJson(u"{\"a\":1,\"b\":[2],\"a\":3,\"b\":[4]}"_s);
        const Tree::Number all = tree->child(Tree::whole, 0);
        QCOMPARE(filterOnValue(*tree, tree->child(all, 0)), QString());
        QCOMPARE(filterOnValue(*tree, tree->child(tree->child(all, 1), 0)), QString());
        QCOMPARE(filterOnValue(*tree, tree->child(all, 2)), u"json.\"/a\" == 3"_s);
        QCOMPARE(filterOnValue(*tree, tree->child(tree->child(all, 3), 0)), u"json.\"/b/0\" == 4"_s);
    }

    void theViewOffersWhatTheMessageHas()
    {
        test::Recording saved;
        const MessageId message(1);
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Text, R"({"user":{"name":"Ada"}})");
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Text, "plain");
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Binary, QByteArray::fromHex("82a7636f6d70616374c3a6736368656d6100"));
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Text, "42[\"chat\",{\"a\":1}]");
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Text, "{\"a\":", 1000, wire::Fin::No, {}, 0, message);
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Continuation, "1}", 1000, wire::Fin::Yes, {}, 0, message);
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.resize(700, 400);
        view.show();
        auto *forms = view.findChild<Segments *>(u"messageForm"_s);
        auto *tree = view.findChild<MessageTree *>();
        auto *text = view.findChild<QPlainTextEdit *>(u"messageText"_s);
        const auto buttons = forms->findChildren<QPushButton *>();
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(forms->isVisible());
        QVERIFY(text->isVisible() && !tree->isVisible());
        QTest::mouseClick(buttons.at(2), Qt::LeftButton);
        QVERIFY(tree->isVisible());
        QCOMPARE(at(tree->model(), {0}).data().toString(), u"user"_s);
        // What has no values is text, and the tree comes back with the next that has.
        workspace.selectRecord(RecordId(2));
        QTRY_VERIFY(text->isVisible() && !forms->isVisible());
        workspace.selectRecord(RecordId(3));
        QTRY_VERIFY(tree->isVisible());
        QCOMPARE(at(tree->model(), {}).data().toString(), u"MessagePack"_s);
        QVERIFY(!buttons.at(1)->isVisible());
        workspace.selectRecord(RecordId(4));
        QTRY_COMPARE(at(tree->model(), {}).data().toString(), u"event chat"_s);
        QTest::mouseClick(buttons.at(0), Qt::LeftButton);
        QCOMPARE(text->toPlainText(), u"42[\n  \"chat\",\n  {\n    \"a\": 1\n  }\n]"_s);
        QTest::mouseClick(buttons.at(1), Qt::LeftButton);
        QCOMPARE(text->toPlainText(), u"42[\"chat\",{\"a\":1}]"_s);
        QTest::mouseClick(buttons.at(2), Qt::LeftButton);
        // The next window begins with it.
        MessageView next(&inspection);
        next.show();
        QTRY_VERIFY(next.findChild<MessageTree *>()->isVisible());

        // A filter is offered where one can ask for the value.
        QSignalSpy wanted(&workspace, &Workspace::filterWanted);
        const auto offered = [&](quint64 record, const QList<int> &rows) {
            workspace.selectRecord(RecordId(record));
            const bool isThere = QTest::qWaitFor([&] { return inspection.state() == Inspection::State::Ready && forms->isEnabled() && tree->isVisible() && at(tree->model(), rows).isValid(); });
            tree->setCurrentIndex(at(tree->model(), rows));
            QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(), QPoint());
            QCoreApplication::sendEvent(tree->viewport(), &event);
            auto *menu = tree->findChild<QMenu *>();
            if (!isThere || menu == nullptr)
                return QStringList();
            QStringList texts;
            const QList<QAction *> actions = menu->actions();
            for (QAction *action : actions) {
                if (action->text().startsWith(u"Hide: "_s))
                    action->trigger();
                if (action->text().contains(u": "_s))
                    texts.append((action->isEnabled() ? QString() : u"no "_s) + action->text());
            }
            delete menu;
            return texts;
        };
        QCOMPARE(offered(1, {0}), (QStringList{u"Show only: json.\"/user\""_s, u"And only: json.\"/user\""_s, u"Hide: json.\"/user\""_s}));
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.at(0).at(0).toString(), u"json.\"/user\""_s);
        QCOMPARE(wanted.at(0).at(1).value<FilterUse>(), FilterUse::Hide);
        QCOMPARE(offered(3, {0}), QStringList{u"no Show only: filters look into JSON, not into MessagePack"_s});
        QCOMPARE(offered(4, {0}), QStringList{u"no Show only: filters look into messages that are JSON as a whole"_s});
        QCOMPARE(offered(5, {0}), QStringList{u"no Show only: filters look into frames, and this message has come in several"_s});
    }

    void tooManyValuesAreText()
    {
        test::Recording saved;
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Binary, QByteArray::fromHex("dd00080000") + QByteArray(0x80000, '\1'));
        QVERIFY(saved.document()->stopRecording().ok());
        settings::setTab(u"message"_s, 2);
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *problem = view.findChild<QLabel *>(u"messageProblem"_s);
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(problem->isVisible());
        QVERIFY2(problem->text().contains(u"too many for a tree"_s), qPrintable(problem->text()));
        QVERIFY(view.findChild<QPlainTextEdit *>(u"messageText"_s)->toPlainText().startsWith(u"[\n  1,"_s));
    }

    void largeBinaryMessagesAreReadWhole()
    {
        test::Recording saved;
        // A MessagePack map with one long text.
        const auto map = [](qsizetype size) {
            return QByteArray::fromHex("81a161db") + QByteArray::fromHex(QByteArray::number(size, 16).rightJustified(8, '0')) + QByteArray(size, 'x');
        };
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Binary, map(3 * 1024 * 1024));
        saved.frame(ConnectionId(1), Direction::Received, Opcode::Binary, map(5 * 1024 * 1024));
        QVERIFY(saved.document()->stopRecording().ok());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, saved.path()).ok());
        Inspection inspection(&workspace);
        MessageView view(&inspection);
        view.show();
        auto *chooser = view.findChild<QComboBox *>(u"messageReading"_s);
        auto *problem = view.findChild<QLabel *>(u"messageProblem"_s);
        workspace.selectRecord(RecordId(1));
        QTRY_VERIFY(chooser->isVisible());
        QCOMPARE(chooser->currentText(), u"Auto: MessagePack"_s);
        workspace.selectRecord(RecordId(2));
        QTRY_COMPARE(chooser->currentText(), u"Auto: too large to read"_s);
        chooser->setCurrentIndex(chooser->findText(u"MessagePack"_s));
        Q_EMIT chooser->activated(chooser->currentIndex());
        QTRY_VERIFY(problem->isVisible());
        QCOMPARE(problem->text(), u"This message has 5\u00a0242\u00a0888 bytes; up to 4\u00a0194\u00a0304 are read as MessagePack. Save it, and read it with a program of its own."_s);
    }
};

QTEST_MAIN(TestMessageTree)
#include "tst_messagetree.moc"
