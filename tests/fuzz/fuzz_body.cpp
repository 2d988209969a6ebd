#include "base/limits.h"
#include "fuzz/check.h"
#include "wire/body.h"

using namespace wsw;
using namespace wsw::wire;

// Input: method, where it is cut, how much is kept, and an answer: its head and what follows.

namespace {

struct Read
{
    QByteArray content;
    quint64 taken = 0;
    bool complete = false;
};

Read read(QByteArrayView method, const Head &head, qsizetype kept, const test::Chunks &pieces)
{
    BodyReader body(method, head, kept);
    quint64 taken = 0;
    for (const QByteArray &piece : pieces) {
        const qsizetype part = body.feed(piece);
        FUZZ_CHECK(part >= 0 && part <= piece.size());
        FUZZ_CHECK(part == piece.size() || body.isComplete());
        taken += static_cast<quint64>(part);
        FUZZ_CHECK(body.taken() == taken);
    }
    FUZZ_CHECK(body.content().size() <= kept && static_cast<quint64>(body.content().size()) <= taken);
    return {body.content(), taken, body.isComplete()};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const QByteArrayView method = (input.choice() & 1) == 0 ? "GET" : "HEAD";
    const unsigned cut = input.choice();
    const qsizetype kept = qsizetype(input.choice()) * 4;
    HeadParser parser(Head::Kind::Response);
    const qsizetype taken = parser.feed(input.rest());
    if (parser.status() != HeadStatus::Complete)
        return 0;
    const QByteArrayView bytes = input.rest().sliced(taken);
    const Read whole = read(method, parser.head(), kept, {bytes.toByteArray()});
    fuzz::forCuts(bytes, cut, [&](const test::Chunks &pieces) {
        const Read same = read(method, parser.head(), kept, pieces);
        FUZZ_CHECK(same.content == whole.content && same.taken == whole.taken && same.complete == whole.complete);
    });
    // What is kept is the beginning of what would be kept with more room.
    const Read more = read(method, parser.head(), limits::answerBodyBytes, {bytes.toByteArray()});
    FUZZ_CHECK(more.content.first(whole.content.size()) == whole.content && more.taken == whole.taken);
    return 0;
}
