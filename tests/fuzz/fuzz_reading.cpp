#include "fuzz/check.h"
#include "payload/tree.h"

using namespace wsw;
using namespace wsw::payload;

// Input: which format, and the payload.

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const unsigned choice = input.choice();
    const bool isText = (choice & 1) != 0;
    const QByteArrayView bytes = input.rest();
    const QList<Format> formats = formatsOf(isText);
    const Format format = formats.at(static_cast<qsizetype>(choice / 2) % formats.size());
    const auto laidOut = layOut(bytes, format);
    if (!laidOut.ok())
        FUZZ_CHECK(!laidOut.error().message.isEmpty());
    // A tree says what the text says.
    if (laidOut.ok() && hasValues(format)) {
        const auto tree = treeOf(bytes, format);
        FUZZ_CHECK(tree.ok() || tree.error().kind == ErrorKind::Limit);
        if (tree.ok())
            FUZZ_CHECK((*tree)->text((*tree)->child(Tree::whole, 0)).value() == *laidOut);
    }
    if (const auto guessed = guess(bytes, isText)) {
        FUZZ_CHECK(formats.contains(*guessed));
        FUZZ_CHECK(layOut(bytes, *guessed).ok());
    }
    return 0;
}
