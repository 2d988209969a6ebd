#include "payload/jsonreader.h"
#include "payload/tree.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::payload;
using Kind = Tree::Kind;

namespace {

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

std::shared_ptr<const Tree> treeOfJson(const QString &json)
{
    TreeBuilder builder;
    builder.beginRoot(u"JSON"_s);
    return readJson(json, builder) ? builder.take() : nullptr;
}

/// Follows the steps from the first outermost value.
Tree::Number at(const Tree &tree, const QList<int> &rows)
{
    Tree::Number value = tree.child(Tree::whole, 0);
    for (const int row : rows)
        value = tree.child(value, row);
    return value;
}

} // namespace

/// Trees of values, and what is known of each.
class tst_Tree final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void knowsParentsAndChildren()
    {
        const auto tree = treeOfJson(u"{\"user\":[{\"name\":\"Ada\"},2],\"ok\":true,\"none\":null,\"a/b~c\":{}}"_s);
        QVERIFY(tree);
        QCOMPARE(tree->size(), 8);
        QCOMPARE(tree->childCount(Tree::whole), 1);
        const Tree::Number root = at(*tree, {});
        QCOMPARE(tree->name(root), u"JSON"_s);
        QCOMPARE(tree->pointer(root), QString());
        QCOMPARE(tree->childCount(root), 4);
        const Tree::Number name = at(*tree, {0, 0, 0});
        QCOMPARE(tree->kind(name), Kind::Text);
        QCOMPARE(tree->name(name), u"name"_s);
        QCOMPARE(tree->value(name), u"Ada"_s);
        QCOMPARE(tree->pointer(name), u"/user/0/name"_s);
        QCOMPARE(tree->text(name).value(), u"\"Ada\""_s);
        QCOMPARE(tree->name(at(*tree, {0, 1})), u"1"_s);
        QCOMPARE(tree->kind(at(*tree, {0, 1})), Kind::Plain);
        QCOMPARE(tree->kind(at(*tree, {1})), Kind::Word);
        QCOMPARE(tree->kind(at(*tree, {3})), Kind::Object);
        QCOMPARE(tree->pointer(at(*tree, {3})), u"/a~1b~0c"_s);
        QCOMPARE(tree->text(at(*tree, {0})).value(), u"[\n  {\n    \"name\": \"Ada\"\n  },\n  2\n]"_s);
        for (Tree::Number value = 1; value <= tree->size(); ++value)
            QCOMPARE(tree->child(tree->parent(value), tree->rowOf(value)), value);
    }

    void readsFormats_data()
    {
        QTest::addColumn<Format>("format");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QList<int>>("rows");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *name, Format format, const QByteArray &payload, const QList<int> &rows, Kind kind, const QString &pointer, const QString &value) {
            QTest::newRow(name) << format << payload << rows << kind << pointer << value;
        };
        row("msgpack", Format::MessagePack, hex("82a7636f6d70616374c3a6736368656d6100"), {0}, Kind::Word, u"/compact"_s, u"true"_s);
        row("msgpack number as name", Format::MessagePack, hex("8101a161"), {0}, Kind::Text, u"/1"_s, u"a"_s);
        row("msgpack bytes", Format::MessagePack, hex("91c403010203"), {0}, Kind::Other, u"/0"_s, u"h'010203'"_s);
        row("cbor", Format::Cbor, hex("a26161016162820203"), {1, 1}, Kind::Plain, u"/b/1"_s, u"3"_s);
        row("cbor tagged number", Format::Cbor, hex("a16161c11a514b67b0"), {0}, Kind::Other, u"/a"_s, u"1(1363896240)"_s);
        row("cbor tagged array", Format::Cbor, hex("a16161c1820102"), {0}, Kind::Array, u"/a"_s, u"1"_s);
        row("cbor tagged text", Format::Cbor, hex("a16161c074323031332d30332d32315432303a30343a30305a"), {0}, Kind::Other, u"/a"_s, u"0(\"2013-03-21T20:04:00Z\")"_s);
        row("cbor text with two tags", Format::Cbor, hex("81c0c16122"), {0}, Kind::Other, u"/0"_s, u"0(1(\"\\\"\"))"_s);
        row("bson", Format::Bson, hex("160000000268656c6c6f0006000000776f726c640000"), {0}, Kind::Text, u"/hello"_s, u"world"_s);
        row("protobuf", Format::Protobuf, hex("1a03089601"), {0, 0}, Kind::Plain, u"/3/1"_s, u"150"_s);
    }

    void readsFormats()
    {
        QFETCH(Format, format);
        QFETCH(QByteArray, payload);
        QFETCH(QList<int>, rows);
        const auto tree = treeOf(payload, format);
        QVERIFY2(tree.ok(), tree.ok() ? "" : qPrintable(tree.error().message));
        const Tree::Number value = at(**tree, rows);
        QTEST((*tree)->kind(value), "kind");
        QTEST((*tree)->pointer(value), "pointer");
        QTEST((*tree)->value(value).toString(), "value");
        // The text of the whole is what the format is laid out as.
        QCOMPARE((*tree)->text(at(**tree, {})).value(), layOut(payload, format).value());
    }

    void whatHasNoValuesIsRefused()
    {
        QVERIFY(!treeOf("<a/>", Format::Xml).ok());
        QVERIFY(!treeOf("text", Format::PlainText).ok());
        QVERIFY(!treeOf("\xc1", Format::MessagePack).ok());
        QCOMPARE(treeOf(QByteArray(mostBytes + 1, 'a'), Format::MessagePack).error().kind, ErrorKind::Limit);
    }

    void valuesAreBounded()
    {
        const auto array = [](qsizetype count) { return hex("dd") + QByteArray::fromHex(QByteArray::number(count, 16).rightJustified(8, '0')) + QByteArray(count, '\1'); };
        const auto most = treeOf(array(Tree::mostValues - 1), Format::MessagePack);
        QVERIFY(most.ok());
        QCOMPARE((*most)->size(), Tree::mostValues);
        const auto more = treeOf(array(Tree::mostValues), Format::MessagePack);
        QVERIFY(!more.ok());
        QCOMPARE(more.error().kind, ErrorKind::Limit);
        QVERIFY(more.error().message.contains(u"values: too many"_s));
        // Few values may have many characters.
        TreeBuilder few;
        few.text(QString(mostText + 1, u'a'));
        QVERIFY(few.isFull());
        QVERIFY2(few.whyFull().message.contains(u"characters: too many"_s), qPrintable(few.whyFull().message));
    }

    void aTextIsNeverCut()
    {
        // So deep that its indents alone are too many characters.
        TreeBuilder builder;
        const int depth = 1000;
        for (int i = 0; i < depth; ++i)
            builder.beginArray();
        for (int i = 0; i < 5000; ++i)
            builder.plain(u"1"_s);
        for (int i = 0; i < depth; ++i)
            builder.endArray();
        const auto tree = builder.take();
        const auto all = tree->text(at(*tree, {}));
        QVERIFY(!all.ok());
        QCOMPARE(all.error().kind, ErrorKind::Limit);
        const Tree::Number innermost = tree->parent(static_cast<Tree::Number>(tree->size()));
        QCOMPARE(tree->text(innermost).value().count(u'1'), 5000);
    }

    void namesThatAreNoTextsAreToldApart()
    {
        const auto quoted = [](const Tree &tree) {
            QStringList names;
            for (int row = 0; row < tree.childCount(at(tree, {})); ++row) {
                if (tree.nameNeedsQuotes(at(tree, {row})))
                    names.append(tree.name(at(tree, {row})));
            }
            return names;
        };
        // 1, "1", null, "null", "a", "h'01'"
        const auto mixed = treeOf(hex("a60100 613100 f600 646e756c6c00 616100 65682730312700"), Format::Cbor);
        QVERIFY(mixed.ok());
        QCOMPARE(quoted(**mixed), (QStringList{u"1"_s, u"null"_s, u"h'01'"_s}));
        // Where all names are texts only what would break the line is.
        const auto json = treeOfJson(u"{\"1\":0,\"null\":0,\"a\\nb\":[[0]]}"_s);
        QCOMPARE(quoted(*json), QStringList{u"a\nb"_s});
        QVERIFY(!json->nameNeedsQuotes(at(*json, {2, 0})));
    }

    void laterMembersOfTheSameNameAreKnown()
    {
        const auto tree = treeOfJson(u"{\"a\":1,\"b\":[1,1],\"a\":2}"_s);
        QVERIFY(!tree->isLastOfItsName(at(*tree, {0})));
        QVERIFY(tree->isLastOfItsName(at(*tree, {1})));
        QVERIFY(tree->isLastOfItsName(at(*tree, {1, 0})));
        QVERIFY(tree->isLastOfItsName(at(*tree, {2})));
        QVERIFY(tree->isLastOfItsName(at(*tree, {})));
    }
};

QTEST_GUILESS_MAIN(tst_Tree)
#include "tst_tree.moc"
