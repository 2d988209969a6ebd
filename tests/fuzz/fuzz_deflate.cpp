#include "fuzz/check.h"
#include "wire/deflate.h"

using namespace wsw;
using namespace wsw::wire;

// Input: context takeover and window, where it is cut, payload of a message; it is inflated as if a peer had sent it, and
// deflated as if the user had typed it.

namespace {

constexpr quint64 inflatedLimit = 256 * 1024;

struct Read
{
    Inflater::Status status;
    QByteArray out;
    friend bool operator==(const Read &, const Read &) = default;
};

Read inflated(Inflater &inflater, const test::Chunks &payload)
{
    Read result{Inflater::Status::Good, {}};
    for (const QByteArray &piece : payload)
        static_cast<void>(inflater.inflate(piece, MessagePart::More, result.out));
    result.status = inflater.inflate({}, MessagePart::Last, result.out);
    FUZZ_CHECK(static_cast<quint64>(result.out.size()) <= inflatedLimit);
    FUZZ_CHECK(inflater.inflatedBytes() <= inflatedLimit);
    FUZZ_CHECK(inflater.findings().empty() == (result.status == Inflater::Status::Good));
    return result;
}

void inflateAnything(QByteArrayView payload, ContextTakeover takeover, unsigned cuts)
{
    Inflater inflater(takeover, inflatedLimit);
    const Read first = inflated(inflater, {payload.toByteArray()});
    // A second message on the same connection.
    const Read second = inflated(inflater, {payload.toByteArray()});
    fuzz::forCuts(payload, cuts, [&](const test::Chunks &pieces) {
        Inflater cut(takeover, inflatedLimit);
        FUZZ_CHECK(inflated(cut, pieces) == first);
        FUZZ_CHECK(inflated(cut, pieces) == second);
    });
    if (takeover == ContextTakeover::No)
        FUZZ_CHECK(second == first);
    else if (first.status != Inflater::Status::Good)
        FUZZ_CHECK(second.status == Inflater::Status::Damaged);
}

void deflateAndBack(QByteArrayView message, const DeflateSide &side, unsigned cuts)
{
    Deflater deflater(side);
    Inflater inflater(side.contextTakeover, inflatedLimit);
    for (int turn = 0; turn < 2; ++turn) {
        QByteArray payload;
        for (const QByteArray &piece : fuzz::irregularPieces(message, cuts))
            payload += deflater.compress(piece, MessagePart::More);
        payload += deflater.compress({}, MessagePart::Last);
        FUZZ_CHECK(!payload.isEmpty());
        const Read back = inflated(inflater, fuzz::irregularPieces(payload, cuts));
        if (static_cast<quint64>(message.size()) <= inflatedLimit)
            FUZZ_CHECK(back.status == Inflater::Status::Good && back.out == message);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const unsigned choice = input.choice();
    const ContextTakeover takeover = choice % 2 == 0 ? ContextTakeover::Yes : ContextTakeover::No;
    const int windowBits = leastOwnWindowBits + static_cast<int>((choice >> 1) % 7);
    const unsigned cuts = input.choice();
    inflateAnything(input.rest(), takeover, cuts);
    deflateAndBack(input.rest(), {takeover, windowBits}, cuts);
    return 0;
}
