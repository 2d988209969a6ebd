#include "fuzz/check.h"
#include "payload/jsonwriter.h"
#include "payload/protoschema.h"
#include "payload/tree.h"

#include <QFile>
#include <QTemporaryDir>

using namespace wsw;
using namespace wsw::payload;

// Input: whether what follows is a message, read by a schema that has a field of each kind, or a set of descriptors.

namespace {

constexpr QByteArrayView schemaText = R"(syntax = "proto2";
enum Kind { NONE = 0; ONE = 1; }
message Node {
  optional string name = 1;
  optional int32 whole = 2;
  repeated sint32 steps = 3 [packed = true];
  optional Kind kind = 4;
  optional Node inside = 5;
  map<string, int64> points = 6;
  optional bytes picture = 7;
  optional double wide = 8;
  optional float narrow = 9;
  optional bool flag = 10;
  optional fixed32 fixed = 11;
  repeated sfixed64 signs = 12 [packed = true];
  optional group Part = 13 { optional Node node = 1; }
  repeated uint64 loose = 14;
  extensions 100 to 200;
}
extend Node { optional string more = 100; }
)";

std::shared_ptr<const ProtoSchema> schema()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("node.proto")));
    FUZZ_CHECK(file.open(QIODevice::WriteOnly) && file.write(schemaText.data(), schemaText.size()) == schemaText.size());
    file.close();
    const auto loaded = ProtoSchema::load(file.fileName());
    FUZZ_CHECK(loaded.ok());
    return *loaded;
}

void checkMessage(QByteArrayView bytes)
{
    static const auto known = schema();
    const QString type = QStringLiteral("Node");
    JsonWriter writer;
    const auto written = known->read(bytes, type, writer);
    TreeBuilder builder;
    const auto built = known->read(bytes, type, builder);
    if (writer.isFull() || builder.isFull())
        return;
    FUZZ_CHECK(written.problem.has_value() == built.problem.has_value() && written.unknownFields == built.unknownFields);
    FUZZ_CHECK(!written.problem || !written.problem->message.isEmpty());
    // A tree says what the text says.
    const auto tree = builder.take();
    const auto text = tree->text(tree->child(Tree::whole, 0));
    FUZZ_CHECK(text.ok() && *text == writer.take());
}

void checkDescriptors(QByteArrayView bytes)
{
    const auto loaded = ProtoSchema::ofDescriptors(bytes, QStringLiteral("input"));
    if (!loaded) {
        FUZZ_CHECK(!loaded.error().message.isEmpty());
        return;
    }
    const QStringList types = (*loaded)->messages();
    FUZZ_CHECK(!types.isEmpty());
    for (const QString &type : types) {
        FUZZ_CHECK((*loaded)->has(type));
        JsonWriter writer;
        (void)(*loaded)->read(bytes, type, writer);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const unsigned choice = input.choice();
    choice % 2 == 0 ? checkMessage(input.rest()) : checkDescriptors(input.rest());
    return 0;
}
