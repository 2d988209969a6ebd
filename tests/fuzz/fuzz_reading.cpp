#include "fuzz/check.h"
#include "payload/reading.h"

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
    const auto laidOut = layOut(bytes, formats.at(static_cast<qsizetype>(choice / 2) % formats.size()));
    if (!laidOut.ok())
        FUZZ_CHECK(!laidOut.error().message.isEmpty());
    if (const auto guessed = guess(bytes, isText)) {
        FUZZ_CHECK(formats.contains(*guessed));
        FUZZ_CHECK(layOut(bytes, *guessed).ok());
    }
    return 0;
}
