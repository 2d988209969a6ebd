#include "fuzz/check.h"
#include "wire/deflate.h"

using namespace wsw;
using namespace wsw::wire;

// Input: context takeover and window, size of the pieces, payload of a message; it is inflated as if a peer had sent it, and
// deflated as if the user had typed it.

namespace {

constexpr quint64 inflatedLimit = 256 * 1024;

struct Read
{
    Inflater::Status status;
    QByteArray out;
    friend bool operator==(const Read &, const Read &) = default;
};

Read inflated(Inflater &inflater, QByteArrayView payload, qsizetype pieceSize)
{
    Read result{Inflater::Status::Good, {}};
    fuzz::Input::inPieces(payload, pieceSize, [&](const QByteArray &piece) {
        static_cast<void>(inflater.inflate(piece, MessagePart::More, result.out));
        return true;
    });
    result.status = inflater.inflate({}, MessagePart::Last, result.out);
    FUZZ_CHECK(static_cast<quint64>(result.out.size()) <= inflatedLimit);
    FUZZ_CHECK(inflater.inflatedBytes() <= inflatedLimit);
    FUZZ_CHECK(inflater.findings().empty() == (result.status == Inflater::Status::Good));
    return result;
}

void inflateAnything(QByteArrayView payload, ContextTakeover takeover, qsizetype pieceSize)
{
    Inflater whole(takeover, inflatedLimit);
    Inflater pieces(takeover, inflatedLimit);
    const Read first = inflated(whole, payload, 0);
    FUZZ_CHECK(inflated(pieces, payload, pieceSize) == first);
    // A second message on the same connection.
    const Read second = inflated(whole, payload, 0);
    FUZZ_CHECK(inflated(pieces, payload, pieceSize) == second);
    if (takeover == ContextTakeover::No)
        FUZZ_CHECK(second == first);
    else if (first.status != Inflater::Status::Good)
        FUZZ_CHECK(second.status == Inflater::Status::Damaged);
}

void deflateAndBack(QByteArrayView message, const DeflateSide &side, qsizetype pieceSize)
{
    Deflater deflater(side);
    Inflater inflater(side.contextTakeover, inflatedLimit);
    for (int turn = 0; turn < 2; ++turn) {
        QByteArray payload;
        fuzz::Input::inPieces(message, pieceSize, [&](const QByteArray &piece) {
            payload += deflater.compress(piece, MessagePart::More);
            return true;
        });
        payload += deflater.compress({}, MessagePart::Last);
        FUZZ_CHECK(!payload.isEmpty());
        const Read back = inflated(inflater, payload, pieceSize);
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
    const auto pieceSize = static_cast<qsizetype>(1 + input.choice() % 32);
    inflateAnything(input.rest(), takeover, pieceSize);
    deflateAndBack(input.rest(), {takeover, windowBits}, pieceSize);
    return 0;
}
