#include "peers.h"

#include "payload/protoschema.h"
#include "payload/tree.h"
#include "support/testmain.h"

#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::payload;
using namespace wsw::test;

namespace {

/// A tree of a Protobuf message as protoc writes it, one line a field.
void addLines(const Tree &tree, Tree::Number message, int depth, QStringList &lines)
{
    const QString indent(depth * 2, u' ');
    for (int row = 0; row < tree.childCount(message); ++row) {
        const Tree::Number field = tree.child(message, row);
        const QString name = tree.name(field);
        if (tree.kind(field) == Tree::Kind::Object) {
            lines.append(indent + name + u" {"_s);
            addLines(tree, field, depth + 1, lines);
            lines.append(indent + u'}');
        } else if (tree.kind(field) == Tree::Kind::Array) {
            for (int i = 0; i < tree.childCount(field); ++i)
                lines.append(indent + name + u": "_s + tree.text(tree.child(field, i)).value());
        } else {
            lines.append(indent + name + u": "_s + tree.text(field).value());
        }
    }
}

/// Floating-point numbers may be written in more than one way.
bool isSame(const QString &a, const QString &b)
{
    const auto number = [](const QString &line, bool &is) { return line.sliced(line.lastIndexOf(u' ') + 1).toDouble(&is); };
    bool isA = false;
    bool isB = false;
    const double valueA = number(a, isA);
    const double valueB = number(b, isB);
    return a == b || (isA && isB && a.section(u':', 0, 0) == b.section(u':', 0, 0) && static_cast<float>(valueA) == static_cast<float>(valueB));
}

} // namespace

/// Messages as other people's libraries encode them.
class TestPayloadPeers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void sayWhatWasMeant()
    {
        QHash<QString, Format> formats;
        for (const Format format : formatsOf(false))
            formats.insert(formatName(format), format);
        QHash<QString, int> read;
        const QTemporaryDir folder;
        const std::unique_ptr<Program> peer = startPeer(u"payloads.py"_s, {u"2026"_s, folder.path()});
        while (const auto line = peer->readLine()) {
            const QList<QByteArray> parts = line->trimmed().split(' ');
            QVERIFY(parts.size() >= 3);
            const QString name = QString::fromLatin1(parts.at(0));
            const QByteArray payload = QByteArray::fromHex(parts.at(1));
            ++read[name];
            if (name == u"Keys"_s) {
                const QString notation = QString::fromUtf8(line->mid(parts.at(0).size() + parts.at(1).size() + 2)).trimmed();
                sayKeys(payload, notation);
                continue;
            }
            if (name == u"Named"_s) {
                sayNames(folder.filePath(u"named.proto"_s), payload, QString::fromUtf8(QByteArray::fromBase64(parts.at(2))));
                continue;
            }
            const QByteArray json = line->mid(parts.at(0).size() + parts.at(1).size() + 2);
            const auto laidOut = layOut(payload, formats.value(name));
            QVERIFY2(laidOut.ok(), laidOut.ok() ? "" : qPrintable(laidOut.error().message));
            QJsonParseError error{};
            const QJsonDocument have = QJsonDocument::fromJson(laidOut->toUtf8(), &error);
            QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString() + u'\n' + *laidOut));
            QCOMPARE(have, QJsonDocument::fromJson(json));
            const auto guessed = guess(payload, false);
            QVERIFY2(guessed == formats.value(name), (parts.at(0) + ' ' + parts.at(1) + ": " + (guessed ? formatName(*guessed).toLatin1() : "nothing")).constData());
        }
        QCOMPARE(read, (QHash<QString, int>{{u"MessagePack"_s, 60}, {u"CBOR"_s, 60}, {u"BSON"_s, 60}, {u"Protobuf"_s, 20}, {u"Keys"_s, 60}, {u"Named"_s, 25}}));
    }

private:
    void sayKeys(const QByteArray &payload, const QString &notation)
    {
        auto laidOut = layOut(payload, Format::MessagePack);
        QVERIFY2(laidOut.ok(), laidOut.ok() ? "" : qPrintable(laidOut.error().message));
        static const QRegularExpression lineBreak(u"\\n *"_s);
        QCOMPARE(laidOut->remove(lineBreak), notation);
        const auto tree = treeOf(payload, Format::MessagePack);
        QVERIFY(tree.ok());
        QCOMPARE((*tree)->text((*tree)->child(Tree::whole, 0)).value().remove(lineBreak), notation);
    }

    void sayNames(const QString &file, const QByteArray &payload, const QString &protocs)
    {
        if (!m_schema) {
            const auto loaded = ProtoSchema::load(file);
            QVERIFY2(loaded.ok(), loaded.ok() ? "" : qPrintable(loaded.error().message));
            m_schema = *loaded;
        }
        TreeBuilder builder;
        builder.beginRoot(u"demo.Node"_s);
        const auto outcome = m_schema->read(payload, u"demo.Node"_s, builder);
        QVERIFY2(!outcome.problem, outcome.problem ? qPrintable(outcome.problem->message) : "");
        QCOMPARE(outcome.unknownFields, 0);
        const auto tree = builder.take();
        QStringList have;
        addLines(*tree, tree->child(Tree::whole, 0), 0, have);
        const QStringList wanted = protocs.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(have.size(), wanted.size());
        for (qsizetype i = 0; i < have.size(); ++i)
            QVERIFY2(isSame(have.at(i), wanted.at(i)), qPrintable(have.at(i) + u" is not "_s + wanted.at(i)));
    }

    std::shared_ptr<const ProtoSchema> m_schema;
};

QTEST_GUILESS_MAIN(TestPayloadPeers)
#include "tst_payloadpeers.moc"
