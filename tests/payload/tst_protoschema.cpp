#include "payload/jsonwriter.h"
#include "payload/protoschema.h"
#include "payload/reading.h"

#include "support/testmain.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::payload;

namespace {

constexpr auto schemaText = R"(syntax = "proto2";
package demo;
import "google/protobuf/timestamp.proto";
enum Colour { RED = 0; BLUE = 2; }
message Person {
  optional string name = 1;
  optional int32 age = 2;
  repeated sint32 steps = 3 [packed = true];
  repeated string tags = 4;
  optional Colour colour = 5;
  optional Person friend = 6;
  map<string, int64> points = 7;
  optional bytes picture = 8;
  optional double height = 9;
  optional float weight = 10;
  optional bool isHere = 11;
  optional fixed32 small = 12;
  optional sfixed64 large = 13;
  optional google.protobuf.Timestamp seen = 14;
  optional group Place = 15 { optional string street = 1; }
  repeated uint32 loose = 16;
  extensions 100 to 200;
  message Inside { optional uint64 number = 1; }
}
extend Person { optional string nick = 100; }
)";

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

} // namespace

/// Messages by the names that a .proto file gives their fields; against protoc's own reading in tst_payloadpeers.
class tst_ProtoSchema final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_path = write(u"person.proto"_s, schemaText);
        const auto loaded = ProtoSchema::load(m_path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : qPrintable(loaded.error().message));
        m_schema = *loaded;
    }
    void init() { test::failOnWarnings(); }

    void knowsItsMessages()
    {
        QCOMPARE(m_schema->messages(), (QStringList{u"demo.Person"_s, u"demo.Person.Place"_s, u"demo.Person.Inside"_s}));
        QVERIFY(m_schema->has(u"demo.Person.Inside"_s));
        QVERIFY(m_schema->has(u"google.protobuf.Timestamp"_s));
        QVERIFY(!m_schema->has(u"Person"_s));
    }

    void namesFields_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const char *digits, const char *text) { QTest::newRow(name) << hex(digits) << QString::fromUtf8(text); };
        row("text and number", "0a03416461 1024", "{\n  \"name\": \"Ada\",\n  \"age\": 36\n}");
        row("negative", "10ffffffffffffffffff01", "{\n  \"age\": -1\n}");
        row("packed zigzag", "1a03010203", "{\n  \"steps\": [\n    -1,\n    1,\n    -2\n  ]\n}");
        row("zigzag by itself", "1803", "{\n  \"steps\": -2\n}");
        row("repeated", "220161 220162", "{\n  \"tags\": \"a\",\n  \"tags\": \"b\"\n}");
        row("enum", "2802", "{\n  \"colour\": BLUE\n}");
        row("enum without a name", "2807", "{\n  \"colour\": 7\n}");
        row("message", "32050a03426f62", "{\n  \"friend\": {\n    \"name\": \"Bob\"\n  }\n}");
        row("map", "3a050a01611005", "{\n  \"points\": {\n    \"key\": \"a\",\n    \"value\": 5\n  }\n}");
        row("bytes", "4202ff00", "{\n  \"picture\": h'ff00'\n}");
        row("double", "499a9999999999f13f", "{\n  \"height\": 1.1\n}");
        row("float", "55cdcc8c3f", "{\n  \"weight\": 1.1\n}");
        row("bool", "5801", "{\n  \"isHere\": true\n}");
        row("fixed", "65ffffffff 69ffffffffffffffff", "{\n  \"small\": 4294967295,\n  \"large\": -1\n}");
        row("imported", "72020805", "{\n  \"seen\": {\n    \"seconds\": 5\n  }\n}");
        row("group", "7b 0a0161 7c", "{\n  \"place\": {\n    \"street\": \"a\"\n  }\n}");
        row("not packed as asked", "82010401020304", "{\n  \"loose\": [\n    1,\n    2,\n    3,\n    4\n  ]\n}");
        row("extension", "a2060161", "{\n  \"[demo.nick]\": \"a\"\n}");
        row("order of the wire", "1001 0a0161 1002", "{\n  \"age\": 1,\n  \"name\": \"a\",\n  \"age\": 2\n}");
        row("text that is none", "0a02c328", "{\n  \"name\": h'c328'\n}");
        row("empty", "", "{}");
    }

    void namesFields()
    {
        QFETCH(QByteArray, payload);
        QFETCH(QString, text);
        JsonWriter writer;
        const auto outcome = m_schema->read(payload, u"demo.Person"_s, writer);
        QVERIFY2(!outcome.problem, outcome.problem ? qPrintable(outcome.problem->message) : "");
        QCOMPARE(outcome.unknownFields, 0);
        QCOMPARE(writer.take(), text);
    }

    void nothingIsHidden_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("unknown");
        QTest::addColumn<int>("wrongAt");
        const auto row = [](const char *name, const char *digits, const char *text, int unknown, int wrongAt) {
            QTest::newRow(name) << hex(digits) << QString::fromUtf8(text) << unknown << wrongAt;
        };
        row("field that no one named", "0a0161 a80105", "{\n  \"name\": \"a\",\n  (field 21): 5\n}", 1, -1);
        row("unknown message", "aa0103089601", "{\n  (field 21): {\n    \"1\": 150\n  }\n}", 1, -1);
        row("another wire type", "0805", "{\n  (field 1): 5\n}", 1, -1);
        row("text cut off", "1001 0a0561", "{\n  \"age\": 1,\n  (does not fit): h'0a0561'\n}", 0, 2);
        row("number cut off", "10ff", "{\n  (does not fit): h'10ff'\n}", 0, 0);
        row("tag cut off", "1001 ff", "{\n  \"age\": 1,\n  (does not fit): h'ff'\n}", 0, 2);
        row("field 0", "1001 0005", "{\n  \"age\": 1,\n  (does not fit): h'0005'\n}", 0, 2);
        row("inside, and on behind it", "3203100108 1002", "{\n  \"friend\": {\n    \"age\": 1,\n    (does not fit): h'08'\n  },\n  \"age\": 2\n}", 0, 4);
        row("packed cut off", "1a0501ff 1001", "{\n  (does not fit): h'1a0501ff1001'\n}", 0, 0);
        row("packed number cut off", "1a0202ff 1001", "{\n  \"steps\": [\n    1,\n    h'ff'\n  ],\n  \"age\": 1\n}", 0, 3);
        row("end of no group", "1001 7c", "{\n  \"age\": 1,\n  (does not fit): h'7c'\n}", 0, 2);
        row("group not ended", "7b 0a0161", "{\n  \"place\": {\n    \"street\": \"a\"\n  }\n}", 0, 4);
    }

    void nothingIsHidden()
    {
        QFETCH(QByteArray, payload);
        QFETCH(QString, text);
        QFETCH(int, wrongAt);
        JsonWriter writer;
        const auto outcome = m_schema->read(payload, u"demo.Person"_s, writer);
        QCOMPARE(writer.take(), text);
        QTEST(static_cast<int>(outcome.unknownFields), "unknown");
        QCOMPARE(outcome.problem.has_value(), wrongAt >= 0);
        if (outcome.problem)
            QVERIFY2(outcome.problem->message.startsWith(u"This is no demo.Person from byte %1 on: "_s.arg(wrongAt)), qPrintable(outcome.problem->message));
    }

    void depthAndSizeAreBounded()
    {
        QByteArray nested;
        for (int i = 0; i < 300; ++i) {
            QByteArray length;
            for (qsizetype rest = nested.size();; rest >>= 7) {
                length += static_cast<char>(rest >= 0x80 ? (rest & 0x7f) | 0x80 : rest);
                if (rest < 0x80)
                    break;
            }
            nested = '\x32' + length + nested;
        }
        JsonWriter writer;
        const auto deep = m_schema->read(nested, u"demo.Person"_s, writer);
        QVERIFY(deep.problem && deep.problem->message.contains(u"nested more than 100 deep"_s));
        const auto groups = m_schema->read(hex("7b").repeated(1000), u"demo.Person"_s, writer);
        QVERIFY(groups.problem);
        // Of a field that no type names.
        const auto unknown = m_schema->read(hex("ab01").repeated(1000) + hex("ac01").repeated(1000), u"demo.Person"_s, writer);
        QVERIFY(unknown.problem);
        QVERIFY2(unknown.problem->message.contains(u"nested more than 100 deep"_s), qPrintable(unknown.problem->message));
        JsonWriter full;
        const auto large = m_schema->read(hex("1001").repeated(2'000'000), u"demo.Person"_s, full);
        QVERIFY(large.problem);
        QCOMPARE(large.problem->kind, ErrorKind::Limit);
    }

    void mistakesNameTheirPlace()
    {
        const auto said = [](const QString &path) {
            const auto loaded = ProtoSchema::load(path);
            return loaded ? QString() : loaded.error().message;
        };
        QCOMPARE(said(write(u"broken.proto"_s, "syntax = \"proto3\";\nmessage A {\n  string name 1;\n}\n")), u"broken.proto, line 3, column 15: Missing field number."_s);
        QCOMPARE(said(write(u"type.proto"_s, "syntax = \"proto3\";\nmessage A { Other other = 1; }\n")), u"type.proto, line 2, column 13: \"Other\" is not defined."_s);
        const QString missing = said(write(u"import.proto"_s, "syntax = \"proto3\";\nimport \"nowhere.proto\";\n"));
        QCOMPARE(missing, u"import.proto, line 2, column 1: Import \"nowhere.proto\" was not found or had errors."_s);
        write(u"wrong.proto"_s, "syntax = \"proto3\";\nmessage {}\n");
        QCOMPARE(said(write(u"wrongimport.proto"_s, "syntax = \"proto3\";\nimport \"wrong.proto\";\n")), u"wrong.proto, line 2, column 9: Expected message name."_s);
        // Nothing outside the folders is read.
        QVERIFY(said(write(u"outside.proto"_s, "syntax = \"proto3\";\nimport \"../../../../../../../../etc/passwd\";\n")).contains(u"was not found"_s));
        QVERIFY(said(write(u"itself.proto"_s, "syntax = \"proto3\";\nimport \"itself.proto\";\n")).contains(u"recursively imports itself"_s));
        QVERIFY(said(m_folder.filePath(u"none.proto"_s)).startsWith(u"There is no file"_s));
        QVERIFY(said(write(u"noise.desc"_s, "noise")).contains(u"neither a .proto file nor a set of descriptors"_s));
        QVERIFY(said(write(u"empty.desc"_s, "")).contains(u"neither"_s));
    }

    void importsAreFoundFromFoldersAbove()
    {
        QVERIFY(QDir(m_folder.path()).mkpath(u"api/v1"_s));
        write(u"api/common.proto"_s, "syntax = \"proto3\";\nmessage Common { string id = 1; }\n");
        const QString path = write(u"api/v1/user.proto"_s, "syntax = \"proto3\";\nimport \"api/common.proto\";\nmessage User { Common common = 1; }\n");
        const auto loaded = ProtoSchema::load(path);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : qPrintable(loaded.error().message));
        QCOMPARE((*loaded)->messages(), QStringList{u"User"_s});
        QVERIFY((*loaded)->has(u"Common"_s));
    }

    void whatIsNotReadWithinBoundsIsRefused()
    {
        const QByteArray large(static_cast<qsizetype>(ProtoSchema::mostFileBytes), ' ');
        const QString path = write(u"large.proto"_s, large + ' ');
        QCOMPARE(ProtoSchema::load(path).error().kind, ErrorKind::Limit);
        QCOMPARE(ProtoSchema::load(write(u"large.desc"_s, large + ' ')).error().kind, ErrorKind::Limit);
        write(u"half.proto"_s, large);
        const auto both = ProtoSchema::load(write(u"both.proto"_s, "syntax = \"proto3\";\nimport \"half.proto\";\nmessage A {}\n"));
        QVERIFY(!both.ok());
        QVERIFY2(both.error().detail.contains(u"more than %1 bytes"_s.arg(ProtoSchema::mostFileBytes)), qPrintable(both.error().detail));
        // As deep as nobody writes.
        const auto deep = ProtoSchema::load(write(u"deep.proto"_s, "syntax = \"proto3\";\n" + QByteArray("message A {").repeated(100'000) + QByteArray("}").repeated(100'000)));
        QVERIFY(!deep.ok());
        QCOMPARE(deep.error().message, u"deep.proto: It is nested more than 100 deep."_s);
    }

    void offersWhatThereIsToChoose()
    {
        // Of what only imports, the types that it imports.
        write(u"first.proto"_s, "syntax = \"proto3\";\nmessage First { int32 a = 1; }\n");
        const QString second = write(u"second.proto"_s, "syntax = \"proto3\";\nimport \"first.proto\";\nmessage Second { First a = 1; }\n");
        const auto forwarding = ProtoSchema::load(write(u"forward.proto"_s, "syntax = \"proto3\";\nimport public \"second.proto\";\n"));
        QVERIFY2(forwarding.ok(), forwarding.ok() ? "" : qPrintable(forwarding.error().message));
        QCOMPARE((*forwarding)->messages(), (QStringList{u"First"_s, u"Second"_s}));
        QCOMPARE((*ProtoSchema::load(second))->messages(), QStringList{u"Second"_s});
        const auto none = ProtoSchema::load(write(u"service.proto"_s, "syntax = \"proto3\";\nenum A { B = 0; }\n"));
        QVERIFY(!none.ok());
        QCOMPARE(none.error().message, u"Neither service.proto nor anything that it imports defines a type of message."_s);
        // Of a set of several files all: first.proto, other.proto, second.proto, which imports the first.
        const auto field = [](int number, const QByteArray &value) { return QByteArray(1, static_cast<char>(number << 3 | 2)) + static_cast<char>(value.size()) + value; };
        const auto file = [&field](const QByteArray &name, const QByteArray &imported, const QByteArray &message) {
            return field(1, field(1, name) + (imported.isEmpty() ? QByteArray() : field(3, imported)) + field(4, field(1, message)) + field(12, "proto3"));
        };
        const QByteArray set = file("first.proto", {}, "First") + file("other.proto", {}, "Other") + file("second.proto", "first.proto", "Second");
        const auto all = ProtoSchema::ofDescriptors(set, u"all.desc"_s);
        QVERIFY2(all.ok(), all.ok() ? "" : qPrintable(all.error().message));
        QCOMPARE((*all)->messages(), (QStringList{u"Other"_s, u"Second"_s, u"First"_s}));
    }

    void knowsWhenItsFilesHaveChanged()
    {
        write(u"part.proto"_s, "syntax = \"proto3\";\nmessage Part { int32 a = 1; }\n");
        const auto loaded = ProtoSchema::load(write(u"whole.proto"_s, "syntax = \"proto3\";\nimport \"part.proto\";\nmessage Whole { Part a = 1; }\n"));
        QVERIFY(loaded.ok());
        QVERIFY((*loaded)->isCurrent());
        write(u"part.proto"_s, "syntax = \"proto3\";\nmessage Part { int32 another = 1; }\n");
        QVERIFY(!(*loaded)->isCurrent());
        QFile::remove(m_folder.filePath(u"part.proto"_s));
        QVERIFY(!(*loaded)->isCurrent());
    }

private:
    QString write(const QString &name, const QByteArray &text)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            QTest::qFail("cannot write", __FILE__, __LINE__);
        return file.fileName();
    }

    QTemporaryDir m_folder;
    QString m_path;
    std::shared_ptr<const ProtoSchema> m_schema;
};

QTEST_GUILESS_MAIN(tst_ProtoSchema)
#include "tst_protoschema.moc"
